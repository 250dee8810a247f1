-- paper.sql — what must become of each line of each form. SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SET TimeZone = 'Europe/London';

CREATE TABLE kind_of AS
SELECT "table", key, string_agg(kind, ' ') AS kinds FROM truth_rows WHERE kind LIKE 'P%'
GROUP BY 1, 2;

-- Visits: what a clerk did wrong, who the patient is, whether Millennium has it.
CREATE TABLE visit AS
SELECT v.*, kinds, l.person, at_london(arrived_at) AS at,
    CASE WHEN kinds ~ 'P05' THEN 'RULE:downtime_no_without_a_patient'
    WHEN l.status = 'conflict' THEN 'RULE:patient_in_conflict'
    WHEN l.status = 'ambiguous' THEN 'RULE:patient_ambiguous'
    WHEN l.status = 'none' THEN 'RULE:patient_not_found'
    WHEN kinds ~ 'P04' THEN 'RULE:not_the_patient_of_this_number'
    WHEN kinds ~ 'P08' THEN 'LOOKUP' WHEN kinds ~ 'P06' THEN 'RULE:leaves_before_arriving'
    WHEN kinds ~ 'P07' THEN 'RULE:typed_before_it_happened'
    WHEN kinds ~ 'P11' THEN 'RULE:electronic_already' END AS refused
FROM paper_visits v JOIN kind_of ON "table" = 'FORM_VISIT' AND key = form_no
LEFT JOIN link l ON system = 'DOWNTIME' AND local_id = downtime_no;

-- Those that were loaded are encounters, too.
INSERT INTO spell
SELECT person, 0, at, coalesce(at_london(discharged_at), 'infinity') FROM visit
WHERE refused IS NULL;

-- The lines of the other forms.
CREATE TABLE written AS
SELECT entity, kinds, l.person, l.status, at, form_no, line, what, unit
FROM (SELECT 'FORM_STAY' AS "table", 'downtime_stay' AS entity, form_no, line, downtime_no,
        at_london(came_at) AS at, NULL AS what, NULL AS unit FROM paper_stays
    UNION ALL SELECT 'FORM_REQUEST', 'downtime_request', form_no, line, downtime_no,
        at_london(asked_at), NULL, NULL FROM paper_requests
    UNION ALL SELECT 'FORM_OBSERVATION', 'downtime_observation', form_no, line, downtime_no,
        at_london(taken_at), what, unit FROM paper_observations
    UNION ALL SELECT 'FORM_DOSE', 'downtime_administration', form_no, line, downtime_no,
        at_london(given_at), NULL, NULL FROM paper_administrations) f
JOIN kind_of k USING ("table") JOIN link l ON system = 'DOWNTIME' AND local_id = downtime_no
WHERE key = form_no || ',' || line;

CREATE TABLE judged AS
SELECT *, CASE entity WHEN 'downtime_stay' THEN CASE
    WHEN coalesce(spells(person, at), 0) = 0 THEN 'RULE:no_visit_at_that_time'
    WHEN spells(person, at) > 1 THEN 'RULE:visit_is_one_of_several'
    WHEN kinds = 'P13' AND NOT EXISTS (SELECT FROM care.ward_stay JOIN care.encounter e
        USING (encounter_id) WHERE e.person_id = person AND ward_stay.started_at = at)
        THEN 'EXCLUSION' -- and so is Millennium's, by a stay of an encounter that was combined
    WHEN kinds = 'P13' THEN 'RULE:electronic_already' END
    WHEN 'downtime_request' THEN CASE
    WHEN kinds = 'P15' AND person IS NOT NULL THEN 'RULE:electronic_already' END
    ELSE CASE WHEN kinds IN ('P18', 'P21') AND person IS NOT NULL THEN 'RULE:electronic_already'
    END END AS refused
FROM written;

DELETE FROM line WHERE entity NOT LIKE 'downtime%';
INSERT INTO line
SELECT 'downtime_visit', coalesce('rejected ' || refused, 'loaded'), count(*) FROM visit GROUP BY 2
UNION ALL SELECT entity, coalesce('rejected ' || refused, 'loaded'), count(*) FROM judged
GROUP BY 1, 2
UNION ALL SELECT entity, 'noted time: outside of the outage', count(*)
FROM (SELECT entity, at, refused FROM judged UNION ALL SELECT 'downtime_visit', at, refused
    FROM visit) f
WHERE refused IS NULL AND at < '2008-06-05 09:00' GROUP BY 1
UNION ALL SELECT entity, 'noted ' || note, count(*) FROM judged, LATERAL (VALUES
    (CASE WHEN person IS NULL THEN 'unlinked: ' || status END),
    (CASE WHEN person IS NOT NULL THEN CASE least(spells(person, at), 2)
        WHEN 0 THEN 'encounter: none at that time'
        WHEN 2 THEN 'encounter: several at that time' END END),
    (CASE WHEN kinds IN ('P18', 'P19') THEN 'observation: not in the list' END),
    (CASE WHEN kinds IN ('P22') AND person IS NOT NULL
        THEN 'electronic: a dose in the same hour' END),
    (CASE WHEN unit = 'mu/L' THEN 'unit_ucum' END)) v (note)
WHERE refused IS NULL AND entity <> 'downtime_stay' AND note IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT entity, 'repaired ucum_unit: local spelling', count(*) FROM judged
WHERE refused IS NULL AND unit = 'IU/L' GROUP BY 1;

-- What is there twice: orders that were entered for an electronic one, results and doses that were
-- copied at another minute.
INSERT INTO twice
SELECT split_part(entity, '_', 2), 'DOWNTIME/' || CASE kinds WHEN 'P19' THEN 'OBSERVATION/'
    ELSE 'DOSE/' END || form_no || '/' || line FROM judged
WHERE kinds IN ('P19', 'P22') AND person IS NOT NULL;
UPDATE twice SET kind = 'dose' WHERE kind = 'administration';

-- With the requests that were on paper their samples and studies are no orphans any more.
DELETE FROM orphan USING paper_requests r
JOIN judged j ON entity = 'downtime_request' AND j.form_no = r.form_no AND j.line = r.line
WHERE kinds = 'P14' AND person IS NOT NULL AND src_id IN (
    SELECT 'WINPATH/SAMPLE/' || limsno || '/' || labno FROM winpath_samplelevel WHERE labno = lab_no
    UNION ALL SELECT 'PACS/STUDY/' || examinationid FROM pacs_examinations
    WHERE examinationaccessionnumber = lab_no);
