-- orphans.sql — what the systems that stayed up did in an outage and nobody asked for: samples and
-- studies without an order, issues without an encounter; and what is there twice. For the platform:
--
--     psql service=platform -f orphans.sql
--     psql service=platform -v trust=RHM -v begins='2008-06-05 09:00' -v ends='2008-06-09 12:00' \
--         -f orphans.sql
--
-- Of one trust, RN1 if none is said. Times are local, the window ends before `ends`. Nothing is
-- changed: what is made lasts as long as the session. First exact counts by system, day and ward;
-- then the lists to hand to the wards, by number, without a name.
-- SPDX-License-Identifier: Apache-2.0
\if :{?trust}
\else
    \set trust RN1
\endif
\if :{?begins}
\else
    \set begins '2008-06-05 09:00'
\endif
\if :{?ends}
\else
    \set ends '2008-06-09 12:00'
\endif
\if :{?zone}
\else
    \set zone Europe/London
\endif
\pset footer off
\pset null ''
SET TimeZone TO :'zone';

CREATE TEMP VIEW outage AS SELECT tstzrange(:'begins', :'ends') AS period;

-- The platform as it is for this trust: numbers of patients, encounters and orders hold within it.
SELECT format('CREATE TEMP VIEW %I AS SELECT * FROM %s WHERE trust = %L', relname, oid::regclass,
    :'trust')
FROM pg_class WHERE oid = ANY ('{care.specimen, care.imaging_study, care.medication_supply,
    care.ward_stay, care.encounter, care.service_request, care.service_request_detail,
    care.observation, care.medication_request, care.medication_administration,
    care.encounter_at, ref.location}'::regclass[]) \gexec

-- What the three systems have of the window, and what it is linked to.
CREATE TEMP VIEW found AS
    SELECT 'WinPath' AS system, src_id, collected_at AS at, person_id, match_status, request_id,
        encounter_id, place_raw, true AS needs_order
    FROM pg_temp.specimen, outage
    WHERE src_id LIKE 'WINPATH/%' AND collected_at <@ period
    UNION ALL
    SELECT 'PACS', src_id, started_at, person_id, match_status, request_id, encounter_id, place_raw,
        true
    FROM pg_temp.imaging_study, outage WHERE src_id LIKE 'PACS/%' AND started_at <@ period
    UNION ALL
    SELECT 'JAC', src_id, issued_at, person_id, match_status, NULL, encounter_id, place_raw, false
    FROM pg_temp.medication_supply, outage
    WHERE src_id LIKE 'JAC/ISSUE/%' AND issued_at <@ period AND match_status <> 'no patient';

-- Issues to patients who were in several encounters then: nobody can tell in which, but they are no
-- orphans.
CREATE TEMP TABLE several AS
    SELECT f.src_id FROM found f JOIN pg_temp.encounter_at a ON a.person_id = f.person_id
        AND f.at >= a.begins AND f.at < a.ends
    WHERE NOT f.needs_order AND f.encounter_id IS NULL AND a.encounters > 1;

-- The ward is where the patient lay then, or else what the system says.
CREATE TEMP VIEW orphan AS
    SELECT f.system, f.at::date AS day, coalesce(lay.name, place.name, f.place_raw, 'not known') AS ward,
        concat_ws(' and ', CASE WHEN f.person_id IS NULL THEN 'patient' END,
            CASE WHEN f.needs_order AND f.request_id IS NULL THEN 'order' END,
            CASE WHEN f.encounter_id IS NULL THEN 'encounter' END) AS missing,
        f.match_status, f.at, f.src_id, f.person_id
    FROM found f
    LEFT JOIN LATERAL (
        SELECT min(l.name) AS name FROM pg_temp.ward_stay s
        JOIN pg_temp.encounter e USING (encounter_id)
        JOIN pg_temp.location l ON l.location_id = s.location_id
        WHERE e.person_id = f.person_id AND s.started_at <= f.at AND
            (s.ended_at > f.at OR s.ended_at IS NULL)
        HAVING count(DISTINCT s.location_id) = 1) lay ON true
    LEFT JOIN LATERAL (
        SELECT min(l.name) AS name FROM pg_temp.location l WHERE l.local_code = f.place_raw
        HAVING count(*) = 1) place ON true
    WHERE CASE WHEN f.needs_order THEN f.request_id IS NULL
        ELSE f.encounter_id IS NULL AND f.src_id NOT IN (SELECT src_id FROM several) END;

-- Numbers that an order has of other systems: the placer's, the filler's, the accession.
CREATE FUNCTION pg_temp.number_of(request bigint) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT placer_no FROM pg_temp.service_request WHERE request_id = request AND placer_no <> ''
    UNION SELECT filler_no FROM pg_temp.service_request WHERE request_id = request AND filler_no <> ''
    UNION SELECT value_text FROM pg_temp.service_request_detail
    WHERE request_id = request AND field = 'ACCESSION' AND value_text <> ''
$$;

-- Two records of one patient that are one: the same order, visit, dose or measurement, at least one
-- of them written on paper or entered after the outage.
CREATE TEMP VIEW twice AS
    SELECT 'encounter' AS kind, a.person_id, a.src_id AS one, b.src_id AS other,
        least(a.arrived_at, a.started_at) AS at
    FROM outage, pg_temp.encounter a JOIN pg_temp.encounter b ON b.person_id = a.person_id AND
        b.class = a.class AND (b.paper_backentered, b.encounter_id) > (a.paper_backentered, a.encounter_id)
        AND least(b.arrived_at, b.started_at) BETWEEN least(a.arrived_at, a.started_at) -
            INTERVAL '1 hour' AND least(a.arrived_at, a.started_at) + INTERVAL '1 hour'
    WHERE b.paper_backentered AND least(a.arrived_at, a.started_at) <@ period AND
        'cancelled' NOT IN (a.status, b.status) AND 'entered-in-error' NOT IN (a.status, b.status)
    UNION ALL
    SELECT 'order', a.person_id, a.src_id, b.src_id, b.ordered_at
    FROM outage, pg_temp.service_request a JOIN pg_temp.service_request b ON b.person_id = a.person_id AND
        b.category = a.category AND lower(b.display) = lower(a.display) AND
        (b.paper_backentered, b.request_id) > (a.paper_backentered, a.request_id)
    WHERE b.paper_backentered AND b.ordered_at <@ period AND
        'entered-in-error' NOT IN (a.status, b.status) AND
        (b.ordered_at BETWEEN a.ordered_at - INTERVAL '1 hour' AND a.ordered_at + INTERVAL '1 hour'
        OR EXISTS (SELECT number FROM pg_temp.number_of(a.request_id) AS number
            INTERSECT SELECT number FROM pg_temp.number_of(b.request_id) AS number))
    UNION ALL
    SELECT 'observation', a.person_id, a.src_id, b.src_id, a.effective_at
    FROM outage, pg_temp.observation a JOIN pg_temp.observation b ON b.person_id = a.person_id AND
        b.code_local = a.code_local AND b.value_text IS NOT DISTINCT FROM a.value_text AND
        (b.paper_backentered, b.observation_id) > (a.paper_backentered, a.observation_id) AND
        b.effective_at BETWEEN a.effective_at - INTERVAL '30 minutes' AND
            a.effective_at + INTERVAL '30 minutes'
    WHERE b.paper_backentered AND a.effective_at <@ period
    UNION ALL
    SELECT 'dose', o.person_id, a.src_id, b.src_id, a.given_at
    FROM outage, pg_temp.medication_administration a
    JOIN pg_temp.medication_request q ON q.request_id = a.request_id
    JOIN pg_temp.service_request o ON o.request_id = q.request_id
    JOIN pg_temp.medication_administration b ON b.person_id = o.person_id AND
        lower(b.drug_text) = lower(q.drug_text) AND
        b.given_at BETWEEN a.given_at - INTERVAL '1 hour' AND a.given_at + INTERVAL '1 hour'
    WHERE b.paper_backentered AND a.given_at <@ period AND a.status = 'given' AND b.status = 'given';

\echo 'In the outage'
SELECT f.system, count(*) AS records, count(o.src_id) AS orphans
FROM found f LEFT JOIN orphan o USING (system, src_id) GROUP BY f.system ORDER BY f.system;
\echo 'Orphans by system, day and ward'
SELECT system, day, ward, count(*) AS orphans, count(*) FILTER (WHERE person_id IS NULL) AS
    without_patient
FROM orphan GROUP BY system, day, ward ORDER BY system, day, ward;
\echo 'Orphans'
SELECT ward, day, system, src_id, to_char(at, 'HH24:MI') AS at, missing, match_status
FROM orphan ORDER BY ward, day, system, src_id;
\echo 'In several encounters'
SELECT src_id FROM several ORDER BY src_id;
\echo 'There twice'
SELECT kind, count(*) AS pairs FROM twice GROUP BY kind ORDER BY kind;
SELECT kind, at::date AS day, one, other FROM twice ORDER BY kind, at, one, other;
