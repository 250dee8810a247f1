-- ladder.sql — who the patients of each system are, by what Millennium and their own files say and
-- nothing else: the ladder once more, from raw tables. SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SET TimeZone = 'Europe/London';

CREATE FUNCTION at_london(said text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN said LIKE '__/__/____%' THEN to_timestamp(said, 'DD/MM/YYYY HH24:MI:SS')
        ELSE nullif(said, '')::timestamptz END
$$;

-- Who one is now: merges followed to their end; who runs in a circle is nobody.
CREATE TABLE now_as AS
WITH RECURSIVE merge AS (
    SELECT from_person_id::bigint AS a, to_person_id::bigint AS b FROM person_combine
    WHERE active_ind = '1' AND ucb_dt_tm = '' AND encntr_id = '0'
), step AS (
    SELECT person_id::bigint AS id, person_id::bigint AS now, 0 AS steps FROM person
    UNION ALL SELECT id, b, steps + 1 FROM step JOIN merge ON a = now WHERE steps < 9
)
SELECT DISTINCT ON (id) id, now, steps FROM step ORDER BY id, steps DESC;
DELETE FROM now_as WHERE steps = 9;

CREATE TABLE number AS
SELECT CASE person_alias_type_cd WHEN '10' THEN 'mrn' ELSE 'nhs' END AS kind,
    CASE person_alias_type_cd WHEN '10' THEN upper(trim(alias))
        ELSE lpad(translate(alias, ' -', ''), 10, '0') END AS value, now, person_id::bigint AS id
FROM person_alias JOIN now_as ON id = person_id::bigint
WHERE person_alias_type_cd IN ('10', '18') AND now IN (SELECT p.person_id FROM care.person p)
    AND person_alias_id NOT IN (SELECT key FROM truth_rows WHERE kind = 'D10');

-- A number of ten digits that could be somebody's. 999 and six digits (D04) lack no 0: no number of
-- Scotland begins with the 99th of a month.
CREATE FUNCTION is_nhs(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value ~ '^[0-9]{10}$' AND value !~ '^0999' AND value !~ '^(.)\1{9}$' AND (11 - (SELECT
        sum(substr(value, i, 1)::int * (11 - i)) FROM generate_series(1, 9) i) % 11) % 11
        = substr(value, 10)::int
$$;

CREATE TABLE asked AS
SELECT 'WINPATH' AS system, limsno || '/' || labno AS local_id, NULL AS grp, upper(trim(mrn)) AS mrn,
    nhsno AS nhs, dob AS born FROM winpath_samplelevel
UNION ALL SELECT 'JAC', lnkpid, NULL, hospital_no, nhs_no, dob FROM jac_patient_basic
UNION ALL SELECT 'PACS', patientid, patientlinkid,
    CASE patientissuerid WHEN 'RN1' THEN patientpersonalid ELSE '' END,
    CASE patientissuerid WHEN 'NHS' THEN patientpersonalid ELSE '' END, patientbirthdate
    FROM pacs_patients
UNION ALL SELECT 'DOWNTIME', downtime_no, NULL, mrn, replace(nhs_no, ' ', ''), date_of_birth
    FROM paper_patients;
UPDATE asked SET born = at_london(born)::date::text;

CREATE TABLE link AS
WITH found AS (
    SELECT a.*, m.now AS m, m.persons AS ms, n.now AS n, n.persons AS ns
    FROM asked a
    LEFT JOIN (SELECT value, min(now) AS now, count(DISTINCT now) AS persons FROM number
        WHERE kind = 'mrn' GROUP BY value) m ON m.value = a.mrn
    LEFT JOIN (SELECT value, min(now) AS now, count(DISTINCT now) AS persons FROM number
        WHERE kind = 'nhs' GROUP BY value) n ON n.value = a.nhs
), rung AS (
    SELECT *, CASE WHEN ms > 1 OR ns > 1 THEN 'ambiguous' WHEN m <> n THEN 'conflict'
        WHEN m = n THEN 'mrn and nhs' WHEN m IS NOT NULL THEN 'mrn' WHEN n IS NOT NULL THEN 'nhs'
        ELSE 'none' END AS status FROM found
)
SELECT system, local_id, grp, status, nhs, CASE WHEN status IN ('mrn and nhs', 'mrn', 'nhs')
    THEN coalesce(m, n) END AS person,
    status = 'mrn' AND nhs <> '' AND EXISTS (SELECT FROM number o WHERE o.kind = 'nhs'
        AND o.id = m AND is_nhs(o.value) AND o.value <> rung.nhs) AS another,
    status IN ('mrn and nhs', 'mrn', 'nhs') AND EXISTS (SELECT FROM person p
        WHERE p.person_id::bigint = coalesce(m, n)
        AND left(p.abs_birth_dt_tm, 10) NOT IN ('1800-01-01', '1900-01-01')
        AND left(p.abs_birth_dt_tm, 10) <> born) AS born_differs
FROM rung;
CREATE UNIQUE INDEX ON link (system, local_id);

-- What orders the platform has, and by which numbers they are known.
CREATE TABLE orders_by AS
SELECT r.request_id AS id, r.category, r.person_id AS person, r.encounter_id AS encounter,
    o.orig_order_dt_tm::timestamp AT TIME ZONE 'UTC' AS at, d.number
FROM orders o JOIN care.service_request r ON r.src_id = o.order_id
LEFT JOIN LATERAL (SELECT DISTINCT oe_field_display_value AS number FROM order_detail d
    WHERE d.order_id = o.order_id) d ON true
WHERE r.category IN ('lab', 'imaging');
CREATE INDEX ON orders_by (id);
CREATE INDEX ON orders_by (number);

-- When one was in which encounter: one whose end is not known lasts a day, and one that was only
-- booked is none.
CREATE TABLE spell AS
SELECT c.person_id AS person, c.encounter_id AS id, e.began, CASE WHEN e.ended > e.began THEN e.ended
    WHEN e.ended IS NULL AND e.encntr_status_cd = e.active THEN 'infinity'
    ELSE e.began + INTERVAL '1 day' END AS until
FROM (SELECT *, nullif(arrive_dt_tm, '')::timestamp AT TIME ZONE 'UTC' AS began,
        nullif(disch_dt_tm, '')::timestamp AT TIME ZONE 'UTC' AS ended,
        (SELECT code_value FROM code_value WHERE code_set = '261' AND cdf_meaning = 'ACTIVE')
            AS active FROM encounter) e
JOIN care.encounter c ON c.src_id = e.encntr_id
WHERE e.active_ind = '1' AND e.began < '2008-07-01 00:00Z' AND encntr_status_cd NOT IN
    (SELECT code_value FROM code_value WHERE code_set = '261' AND cdf_meaning = 'PREADMIT');
CREATE INDEX ON spell (person);

CREATE FUNCTION spells(bigint, timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM raw.spell WHERE person = $1 AND began <= $2 AND until > $2
$$;
