-- all.sql — everything that was loaded, by its keys in the sources.
-- SPDX-License-Identifier: Apache-2.0
SELECT src_id, person_id, match_status FROM care.patient_link ORDER BY src_id;
SELECT s.src_id, s.person_id, s.match_status, o.src_id, e.src_id FROM care.specimen s
    LEFT JOIN care.service_request o USING (request_id)
    LEFT JOIN care.encounter e ON e.encounter_id = s.encounter_id ORDER BY s.src_id;
SELECT o.src_id, o.person_id, o.match_status, r.src_id, e.src_id, o.value_text
    FROM care.observation o LEFT JOIN care.diagnostic_report r USING (report_id)
    LEFT JOIN care.encounter e ON e.encounter_id = o.encounter_id ORDER BY o.src_id;
SELECT s.src_id, s.person_id, s.match_status, e.src_id FROM care.medication_supply s
    LEFT JOIN care.encounter e USING (encounter_id) ORDER BY s.src_id;
SELECT a.src_id, q.src_id, a.drug_text, a.status, a.dose_num
    FROM care.medication_administration a LEFT JOIN care.medication_request q USING (request_id)
    ORDER BY a.src_id;
SELECT s.src_id, s.person_id, s.match_status, o.src_id, e.src_id FROM care.imaging_study s
    LEFT JOIN care.service_request o USING (request_id)
    LEFT JOIN care.encounter e ON e.encounter_id = s.encounter_id ORDER BY s.src_id;
SELECT src_id, person_id, match_status, status FROM care.diagnostic_report ORDER BY src_id;
SELECT e.src_id, e.person_id, s.src_id FROM care.encounter e
    LEFT JOIN care.ward_stay s USING (encounter_id) ORDER BY e.src_id, s.src_id;
SELECT src_id, person_id, match_status FROM care.service_request ORDER BY src_id;
