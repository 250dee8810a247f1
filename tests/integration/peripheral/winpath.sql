-- winpath.sql — what the platform has of the laboratory. SPDX-License-Identifier: Apache-2.0
SELECT src_code, tgt_code, equivalence, approved_by FROM ref.code_map ORDER BY src_code;
SELECT lims_no, accession_no, lab_ods, person_id, match_status, request_id, encounter_id
    FROM care.specimen ORDER BY lims_no;
SELECT src_id, person_id, match_status, value_num, value_cmp, value_text, ref_low, ref_high,
    unit_ucum, code, status FROM care.observation ORDER BY src_id;
