-- homecare.sql — home care on the platform that is not what the pharmacy's files and the ladder
-- say: whose, when, how much, and that nothing has an encounter. Nothing must come out.
-- SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SET TimeZone = 'Europe/London';
CREATE TEMP TABLE wanted AS
SELECT 'request' AS what, 'JAC/HOME/REQUEST/' || lnkrb AS src_id, person, match, at,
    NULL::timestamptz AS until,
    CASE status WHEN 'OPEN' THEN 'active' ELSE 'completed' END AS status, lnkrb AS of, NULL AS qty
FROM homecare
UNION ALL SELECT 'order', 'JAC/HOME/ITEM/' || lnkrb || '/' || item_seq, person, match, at, NULL,
    CASE status WHEN 'OPEN' THEN 'active' ELSE 'completed' END, lnkrb, NULL FROM homecare_item
UNION ALL SELECT 'item', 'JAC/HOME/ITEM/' || lnkrb || '/' || item_seq, person, match, at, until,
    CASE status WHEN 'OPEN' THEN 'active' ELSE 'completed' END, lnkrb, quantity FROM homecare_item
UNION ALL SELECT 'supply', 'JAC/HOME/ITEM/' || lnkrb || '/' || item_seq, person, match, until, NULL,
    'issue', lnkrb, quantity FROM homecare_item WHERE request = 'CLOSED';

CREATE TEMP TABLE found AS
SELECT CASE split_part(src_id, '/', 3) WHEN 'REQUEST' THEN 'request' ELSE 'order' END AS what,
    src_id, person_id AS person, match_status AS match, ordered_at AS at,
    NULL::timestamptz AS until, status, placer_no AS of, NULL AS qty
FROM care.service_request WHERE src_id LIKE 'JAC/HOME/%' AND encounter_id IS NULL
UNION ALL SELECT 'item', q.src_id, person_id, match_status, start_at, stop_at, q.status, placer_no,
    concat_ws(' ', qty, qty_unit)
FROM care.medication_request q JOIN care.service_request o USING (trust, request_id, src_id)
WHERE src_id LIKE 'JAC/HOME/%'
UNION ALL SELECT 'supply', s.src_id, s.person_id, s.match_status, issued_at, NULL, issue_kind,
    placer_no, concat_ws(' ', s.qty, s.qty_unit)
FROM care.medication_supply s JOIN care.medication_request q USING (trust, request_id, src_id)
JOIN care.service_request USING (trust, request_id, src_id)
WHERE src_id LIKE 'JAC/HOME/%' AND s.encounter_id IS NULL;

SELECT 'wanted', w.* FROM (TABLE wanted EXCEPT ALL TABLE found) w
UNION ALL SELECT 'found', f.* FROM (TABLE found EXCEPT ALL TABLE wanted) f;
SELECT 'elsewhere', src_id FROM care.service_request WHERE src_id LIKE 'JAC/HOME/%'
    AND src_id NOT IN (SELECT src_id FROM found)
UNION ALL SELECT 'elsewhere', src_id FROM care.medication_supply WHERE src_id LIKE 'JAC/HOME/%'
    AND src_id NOT IN (SELECT src_id FROM found WHERE what = 'supply');
