-- hospital.sql — a few patients, encounters and orders of the platform, for what WinPath, JAC and
-- PACS know of them. Nobody in it exists; NHS numbers begin with 999.
--
--     1001 O'Brien   both numbers         1004 merged into 1001, whose old number is H0001004
--     1002 Lane      both numbers         1005, 1006 share an NHS number, neither verified
--     1003 Upham     a hospital number    1007, 1008 share H0001007, which neither uses any more
-- SPDX-License-Identifier: Apache-2.0
SET care.trust = 'RN1';
INSERT INTO ref.organisation (org_id, ods_code, name, src_table, src_id) VALUES
    (1, 'RN1', 'Winchester', 'ORGANIZATION', '1');
INSERT INTO ref.location (location_id, org_id, kind, name, local_code, active, src_id) VALUES
    (41, 1, 'ward', 'Victoria Ward', 'VIC', true, '41'),
    (42, 1, 'ward', 'Twyford', 'TWY', true, '42'),
    (43, 1, 'ward', 'Old Shawford', 'SHA', false, '43'),
    (44, 1, 'ward', 'Shawford', 'SHA', true, '44');
INSERT INTO ref.practitioner (practitioner_id, gmc_code, nmc_pin, active, src_id) VALUES
    (31, 'C1234567', NULL, true, '31'), (32, NULL, '75A0001E', true, '32');
INSERT INTO care.person (person_id, nhs_number, nhs_status, birth_date, birth_precision,
        gender_code,
        ethnic_code, deceased, restricted, merged_into, active, src_id) VALUES
    (1001, '9990000018', '01', '1970-01-15', 'day', '1', 'A', false, false, NULL, true, '1001'),
    (1002, '9990000026', '01', '1948-07-05', 'day', '2', 'A', false, false, NULL, true, '1002'),
    (1003, NULL, '03', '1980-02-29', 'day', '2', '99', false, false, NULL, true, '1003'),
    (1004, NULL, '03', '1970-01-15', 'day', '1', 'A', false, false, 1001, false, '1004'),
    (1005, '9990000034', '05', NULL, 'unknown', 'X', '99', false, false, NULL, true, '1005'),
    (1006, '9990000034', '05', NULL, 'unknown', 'X', '99', false, false, NULL, true, '1006'),
    (1007, NULL, '07', NULL, 'unknown', 'X', '99', false, false, NULL, true, '1007'),
    (1008, NULL, '07', NULL, 'unknown', 'X', '99', false, false, NULL, true, '1008');
INSERT INTO care.person_merge VALUES ('1004', 1001, '2007-01-01 00:00Z', NULL, NULL, '1'),
    ('1003', 1002, '2007-01-01 00:00Z', NULL, '2007-01-02 00:00Z', '2');    -- undone
INSERT INTO care.person_identifier (person_id, type, assigner_ods, value, value_raw, status, src_id)
VALUES
    (1001, 'mrn', 'RN1', 'H0001001', 'H0001001', 'active', '1'),
    (1002, 'mrn', 'RN1', 'H0001002', 'H0001002', 'active', '2'),
    (1003, 'mrn', 'RN1', 'H0001003', 'H0001003', 'active', '3'),
    (1004, 'mrn', 'RN1', 'H0001004', 'H0001004', 'inactive', '4'),
    (1005, 'mrn', 'RN1', 'H0001005', 'H0001005', 'active', '5'),
    (1006, 'mrn', 'RN1', 'H0001006', 'H0001006', 'active', '6'),
    (1007, 'mrn', 'RN1', 'H0001007', 'H0001007', 'inactive', '7'),
    (1008, 'mrn', 'RN1', 'H0001007', 'H0001007', 'inactive', '8'),
    (1002, 'mrn', 'RN9', 'H0001001', 'H0001001', 'active', '9'),      -- of another hospital
    (1003, 'mrn', 'RN1', 'H0001002', 'H0001002', 'entered-in-error', '10'),
    (1001, 'nhs', NULL, '9990000018', '999 000 0018', 'active', '11');
-- Two encounters of 1002 at a time, one day only; those of 1001 follow each other.
INSERT INTO care.encounter (encounter_id, person_id, class, status, arrived_at, started_at,
        ended_at,
        src_id) VALUES
    (5001, 1001, 'IMP', 'finished', '2008-06-04 12:00Z', '2008-06-04 13:00Z',
        '2008-06-06 10:00Z', '5001'),
    (5002, 1001, 'AMB', 'finished', '2008-06-06 10:00Z', NULL, NULL, '5002'),
    (5003, 1002, 'IMP', 'in-progress', '2008-06-01 12:00Z', '2008-06-01 13:00Z', NULL, '5003'),
    (5004, 1002, 'EMER', 'finished', '2008-06-06 09:00Z', NULL, '2008-06-06 11:00Z', '5004'),
    (5005, 1003, 'PRENC', 'planned', '2008-06-05 09:00Z', NULL, NULL, '5005');
INSERT INTO care.ward_stay (encounter_id, seq, location_id, started_at, ended_at, src_id) VALUES
    (5001, 1, 41, '2008-06-04 13:00Z', '2008-06-05 18:00Z', '1'),
    (5001, 2, 42, '2008-06-05 18:00Z', '2008-06-06 10:00Z', '2'),
    (5003, 1, 42, '2008-06-01 13:00Z', NULL, '3');
INSERT INTO care.service_request (request_id, person_id, encounter_id, category, catalog_code,
        display,
        status, ordered_at, placer_no, filler_no, paper_backentered, src_id) VALUES
    (71, 1001, 5001, 'lab', 'UE', 'Urea and electrolytes', 'completed', '2008-06-05 07:00Z',
        'P5000001', NULL, false, '5000001'),
    (72, 1001, 5001, 'lab', 'FBC', 'Full blood count', 'active', '2008-06-05 12:00Z', NULL,
        '08U000002', true, '5000002'),
    (73, 1002, 5003, 'lab', 'UE', 'Urea and electrolytes', 'completed', '2006-06-05 07:00Z',
        NULL, '08U000004', false, '5000003'),
    (74, 1001, 5001, 'imaging', 'XRCH', 'XR Chest', 'completed', '2008-06-05 08:00Z', NULL,
        NULL, false, '6000001'),
    (75, 1002, 5003, 'imaging', 'CTHD', 'CT Head', 'active', '2008-06-06 08:00Z', NULL, NULL,
        true, '6000002');
INSERT INTO care.service_request_detail (request_id, action_seq, detail_seq, field,
        value_text) VALUES
    (75, 1, 1, 'ACCESSION', 'RN100000000002');
