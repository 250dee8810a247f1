-- links.sql — patients of the systems who were found to be somebody else than the ladder says, or than
-- they are: nothing must come out. SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SELECT system, local_id, l.status, p.match_status FROM care.patient_link p
FULL JOIN link l USING (system, local_id)
WHERE system IN (SELECT DISTINCT system FROM care.patient_link)
    AND ((l.person, l.status) IS DISTINCT FROM (p.person_id, p.match_status));

-- A hospital number is that of the n-th person; but those that were labelled or typed wrong.
SELECT 'somebody else', p.src_id
FROM care.patient_link p JOIN (SELECT 'H' || lpad((999 + row_number() OVER
    (ORDER BY person_id::bigint))::text, 7, '0') AS mrn, person_id::bigint AS id FROM person
    WHERE person_type_cd = '903') n USING (mrn) JOIN now_as USING (id)
WHERE p.person_id <> now AND (p.system, p.local_id) NOT IN (SELECT 'WINPATH', replace(key, ',', '/')
    FROM truth_rows WHERE kind = 'D81' UNION ALL SELECT 'DOWNTIME', key FROM truth_rows
    WHERE kind = 'P02');
