-- forms.sql — what the platform has of the forms, and what they link.
-- SPDX-License-Identifier: Apache-2.0
SELECT local_id, mrn, nhs_number, person_id, match_status FROM care.patient_link
    WHERE system = 'DOWNTIME' ORDER BY local_id;
SELECT src_id, person_id, class, status, arrived_at AT TIME ZONE 'UTC', paper_backentered,
    entered_at AT TIME ZONE 'UTC'
    FROM care.encounter WHERE src_id LIKE 'DOWNTIME/%' ORDER BY src_id;
SELECT s.src_id, e.src_id, s.location_id, s.bed, s.started_at AT TIME ZONE 'UTC'
    FROM care.ward_stay s JOIN care.encounter e USING (encounter_id)
    WHERE s.paper_backentered ORDER BY s.src_id;
SELECT src_id, person_id, match_status, category, display, filler_no FROM care.service_request
    WHERE src_id LIKE 'DOWNTIME/%' ORDER BY src_id;
SELECT src_id, person_id, match_status, encounter_id IS NULL, code_local, value_num, value_text,
    unit_ucum
    FROM care.observation WHERE paper_backentered ORDER BY src_id;
SELECT src_id, person_id, drug_text, status, dose_num, dose_unit, given_at AT TIME ZONE 'UTC'
    FROM care.medication_administration WHERE paper_backentered ORDER BY src_id;
SELECT s.src_id, o.src_id FROM care.specimen s JOIN care.service_request o USING (request_id)
    WHERE o.src_id LIKE 'DOWNTIME/%';
SELECT s.src_id, e.src_id FROM care.medication_supply s JOIN care.encounter e USING (encounter_id)
    WHERE e.src_id LIKE 'DOWNTIME/%';
