-- jac.sql — what the platform has of the pharmacy. SPDX-License-Identifier: Apache-2.0
SELECT local_id, mrn, nhs_number, person_id, match_status, allergies
    FROM care.patient_link WHERE system = 'JAC' ORDER BY local_id;
SELECT src_id, dose_num, dose_unit, dose_text, dmd_code, prn, status
    FROM care.medication_request WHERE src_id LIKE 'JAC/RX/%' ORDER BY src_id;
SELECT src_id, status, given_at AT TIME ZONE 'UTC', dose_num, dose_unit, practitioner_id
    FROM care.medication_administration ORDER BY src_id;
SELECT src_id, issue_kind, qty, qty_unit, person_id, match_status, encounter_id, location_id
    FROM care.medication_supply WHERE src_id LIKE 'JAC/ISSUE/%' ORDER BY src_id COLLATE "C";
SELECT src_id, person_id, match_status, encounter_id, category, display, status, placer_no,
        ordered_at AT TIME ZONE 'UTC'
    FROM care.service_request WHERE src_id LIKE 'JAC/HOME/%' ORDER BY src_id COLLATE "C";
SELECT q.src_id, o.src_id, q.dmd_code, q.drug_text, q.qty, q.qty_unit, q.qty_raw,
        q.start_at AT TIME ZONE 'UTC', q.stop_at AT TIME ZONE 'UTC', q.status
    FROM care.medication_request q LEFT JOIN care.service_request o USING (trust, request_id)
    WHERE q.src_id LIKE 'JAC/HOME/%' ORDER BY q.src_id COLLATE "C";
SELECT s.src_id, q.src_id, s.issue_kind, s.drug_text, s.qty, s.qty_unit, s.person_id,
        s.match_status, s.encounter_id, s.place_raw, s.issued_at AT TIME ZONE 'UTC'
    FROM care.medication_supply s LEFT JOIN care.medication_request q USING (trust, request_id)
    WHERE s.src_id NOT LIKE 'JAC/ISSUE/%' ORDER BY s.src_id COLLATE "C";
