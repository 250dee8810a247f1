-- later.sql — what was entered into Millennium after the outage, some of it a second time.
-- SPDX-License-Identifier: Apache-2.0
SET care.trust = 'RN1';
INSERT INTO care.encounter (encounter_id, person_id, class, status, arrived_at, ended_at,
        paper_backentered, entered_at, src_id) VALUES
    (5006, 1002, 'EMER', 'finished', '2008-06-06 09:30Z', '2008-06-06 11:00Z', true,
        '2008-06-10 09:00Z', '5006');
INSERT INTO care.service_request (request_id, person_id, category, catalog_code, display, status,
        ordered_at, src_id) VALUES
    (76, 1001, 'lab', 'FBC', 'Full blood count', 'completed', '2008-06-05 06:30Z', '5000009');
INSERT INTO care.service_request_detail (request_id, action_seq, detail_seq, field, value_text)
VALUES (76, 1, 1, 'ACCESSION', '08U000002');
