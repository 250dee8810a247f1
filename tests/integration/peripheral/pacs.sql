-- pacs.sql — what the platform has of the archive. SPDX-License-Identifier: Apache-2.0
SELECT local_id, link_group, mrn_raw, person_id, match_status
    FROM care.patient_link WHERE system = 'PACS' ORDER BY local_id;
SELECT src_id, person_id, match_status, accession_no, request_id, encounter_id,
    started_at AT TIME ZONE 'Europe/London' FROM care.imaging_study ORDER BY src_id;
SELECT count(*), sum(instance_count) FROM care.imaging_series;
SELECT src_id, person_id, match_status, status FROM care.diagnostic_report
    WHERE src_id LIKE 'PACS/%' ORDER BY src_id;
SELECT src_id, person_id, mime, plain_text FROM care.document ORDER BY src_id;
