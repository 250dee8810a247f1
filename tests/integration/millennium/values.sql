-- values.sql — telling values of the target, table by table.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' | '
\pset null -
SET timezone = 'UTC';
SELECT 'code', system, code, display, active FROM ref.code
    WHERE code IN ('I219', '73211009', 'K401', '1302') ORDER BY 3;
SELECT 'organisation', org_id, ods_code, name, type_code, opened FROM ref.organisation ORDER BY 2;
SELECT 'location', location_id, org_id, parent_id, kind, name FROM ref.location ORDER BY 2;
SELECT 'practitioner', practitioner_id, gmc_code, gmp_code, code_raw, active FROM ref.practitioner
    ORDER BY 2;
SELECT 'person', person_id, nhs_number, nhs_status, birth_date, birth_time, birth_precision,
    gender_code, ethnic_code, deceased, death_date, death_time, death_precision, merged_into, active
    FROM care.person ORDER BY 2;
SELECT 'person_merge', from_person_src, to_person_id, merged_at, undone_at FROM care.person_merge
    ORDER BY 2;
SELECT 'person_name', person_id, use, prefix, given, family, valid_from, valid_to
    FROM care.person_name ORDER BY person_id, seq;
SELECT 'person_identifier', person_id, type, assigner_ods, value, value_raw, status
    FROM care.person_identifier ORDER BY src_id::integer;
SELECT 'person_address', person_id, use, line1, postcode, postcode_raw, valid_from, valid_to
    FROM care.person_address ORDER BY seq;
SELECT 'person_contact', person_id, kind, value, value_raw FROM care.person_contact ORDER BY src_id;
SELECT 'person_relation', person_id, related_person_id, relation_code, name, phone, address,
    next_of_kin FROM care.person_relation ORDER BY seq;
SELECT 'gp_registration', person_id, practice_ods, gp_code, valid_from, valid_to
    FROM care.gp_registration ORDER BY src_id;
SELECT 'encounter', encounter_id, person_id, class, status, location_id, treatment_function,
    admission_method, arrived_at, started_at, ended_at, est_arrival, paper_backentered
    FROM care.encounter ORDER BY 2;
SELECT 'encounter_identifier', encounter_id, type, value FROM care.encounter_identifier
    ORDER BY 3, 4;
SELECT 'ward_stay', encounter_id, location_id, started_at, ended_at FROM care.ward_stay ORDER BY
 seq;
SELECT 'consultant_episode', encounter_id, practitioner_id, started_at, ended_at
    FROM care.consultant_episode ORDER BY seq;
SELECT 'encounter_participant', encounter_id, practitioner_id, role FROM care.encounter_participant;
SELECT 'waiting_list_entry', entry_id, person_id, encounter_id, list_type, status, decided_on,
    removed_on FROM care.waiting_list_entry ORDER BY 2;
SELECT 'appointment', src_id, person_id, encounter_id, status, starts_at, ends_at, location_id,
    booked_at, cancelled_at, cancel_reason FROM care.appointment ORDER BY 2;
SELECT 'condition', src_id, person_id, encounter_id, kind, code, display, code_raw, onset,
    onset_precision, status FROM care.condition ORDER BY 2;
SELECT 'procedure', procedure_id, person_id, encounter_id, code, code_raw, performed_at,
    practitioner_id FROM care.procedure;
SELECT 'allergy', allergy_id, person_id, code, substance_text, kind, status, reactions
    FROM care.allergy ORDER BY 2;
SELECT 'service_request', request_id, person_id, encounter_id, category, display, status,
    practitioner_id FROM care.service_request ORDER BY 2;
SELECT 'service_request_detail', request_id, action_seq, detail_seq, field, value_text, value_num
    FROM care.service_request_detail ORDER BY 2, 3, 4;
SELECT 'document', document_id, person_id, type_code, mime, length,
    replace(plain_text, E'\n', ' / ') FROM care.document;
SELECT 'diagnostic_report', report_id, person_id, request_id, status, version
    FROM care.diagnostic_report ORDER BY 2;
SELECT 'observation', observation_id, person_id, encounter_id, report_id, code_local, system, code,
    value_num, value_cmp, value_text, value_ts, unit_ucum, ref_low, ref_high, ref_text, status,
    version FROM care.observation ORDER BY 2;
SELECT 'micro_isolate', isolate_id, observation_id, organism FROM care.micro_isolate ORDER BY 2;
SELECT 'micro_sensitivity', isolate_id, seq, antibiotic, result, mic_cmp, mic FROM care.micro_sensitivity
    ORDER BY 2, 3;
