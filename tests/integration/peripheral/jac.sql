-- jac.sql — what the platform has of the pharmacy. SPDX-License-Identifier: Apache-2.0
SELECT local_id, mrn, nhs_number, person_id, match_status, allergies
    FROM care.patient_link WHERE system = 'JAC' ORDER BY local_id;
SELECT src_id, dose_num, dose_unit, dose_text, dmd_code, prn, status
    FROM care.medication_request ORDER BY src_id;
SELECT src_id, status, given_at AT TIME ZONE 'UTC', dose_num, dose_unit, practitioner_id
    FROM care.medication_administration ORDER BY src_id;
SELECT src_id, issue_kind, qty, qty_unit, person_id, match_status, encounter_id, location_id
    FROM care.medication_supply ORDER BY src_id COLLATE "C";
