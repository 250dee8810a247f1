-- suppliers.sql — what must become of the laboratory's, the pharmacy's and the archive's records,
-- counted from their own files, and each count explained by a kind of the truth or by the ladder.
-- SPDX-License-Identifier: Apache-2.0
\set ON_ERROR_STOP on
SET search_path = raw, public;
SET TimeZone = 'Europe/London';

CREATE TABLE line (entity text, what text, n bigint);

INSERT INTO line
SELECT lower(system) || '_patient', 'noted ' || note, count(*)
FROM link, LATERAL (VALUES
    (CASE WHEN status IN ('ambiguous', 'conflict', 'none') THEN 'match: ' || status
        WHEN another THEN 'match: mrn only, another NHS number'
        WHEN status IN ('mrn', 'nhs') THEN 'match: ' || status || ' only' END),
    (CASE WHEN born_differs THEN 'match: date of birth differs' END),
    (CASE WHEN nhs <> '' THEN 'nhs_number: test range' END)) v (note)
WHERE note IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT 'pacs_patient', 'noted issuer: not known', count(*) FROM truth_rows
WHERE kind = 'D89'
UNION ALL SELECT 'downtime_patient', 'repaired nhs_number: separators', count(*) FROM truth_rows
WHERE kind = 'P03'
UNION ALL SELECT lower(system) || '_patient', 'loaded', count(*) FROM asked GROUP BY 1;

-- WinPath: the order by its own number, or else by the sample's.
CREATE TABLE sample AS
SELECT s.*, l.person, l.status, at_london(sampledt) AS at, own.id AS own, own.encounter AS own_in,
    lab.encounter AS lab_in, lab.id AS lab
FROM winpath_samplelevel s JOIN link l ON system = 'WINPATH' AND local_id = limsno || '/' || labno
LEFT JOIN LATERAL (SELECT min(id) AS id, min(encounter) AS encounter FROM orders_by o
    WHERE o.id::text = orderno AND o.person = l.person AND category = 'lab') own ON true
LEFT JOIN LATERAL (SELECT min(id) AS id, min(encounter) AS encounter FROM orders_by o
    WHERE o.number = labno AND o.person = l.person AND category = 'lab'
    HAVING min(o.at) BETWEEN at_london(sampledt) - INTERVAL '31 days'
        AND at_london(sampledt) + INTERVAL '31 days') lab ON true;

INSERT INTO line
SELECT 'winpath_sample', 'noted ' || note, count(*)
FROM sample, LATERAL (VALUES
    (CASE WHEN person IS NULL THEN 'unlinked: ' || status END),
    (CASE WHEN own IS NULL AND lab IS NOT NULL THEN 'order: by LabNo'
        WHEN own IS NULL AND orderno <> '' THEN 'order: none of this patient' END),
    (CASE WHEN person IS NOT NULL AND coalesce(own_in, lab_in) IS NULL THEN
        CASE least(spells(person, at), 2) WHEN 0 THEN 'encounter: none at that time'
        WHEN 2 THEN 'encounter: several at that time' END END)) v (note)
WHERE note IS NOT NULL GROUP BY 2
UNION ALL SELECT entity, 'loaded', count(*) FROM sample,
    (VALUES ('winpath_sample'), ('winpath_report')) v (entity) GROUP BY 1
UNION ALL SELECT 'winpath_report', 'noted LabNo: used again', 2 * count(*) FROM truth_rows
WHERE kind = 'D80'
UNION ALL SELECT 'winpath_tfc', 'loaded', count(*) FROM winpath_master_resultable
UNION ALL SELECT entity, 'noted tfc: not mapped', count(*) FROM
    (SELECT 'winpath_tfc' AS entity, tfccode FROM winpath_master_resultable
        UNION ALL SELECT 'winpath_result', tfccode FROM winpath_resultlevel) t
WHERE tfccode NOT IN (SELECT tfc_code FROM codes_tfc) GROUP BY 1
UNION ALL SELECT 'winpath_result', 'loaded', count(*) FROM winpath_resultlevel
UNION ALL SELECT 'winpath_result', 'noted result: placeholder', count(*) FROM truth_rows
WHERE kind = 'D79'
UNION ALL SELECT 'winpath_result', 'noted unit_ucum', count(*) FROM winpath_resultlevel
WHERE units = 'mu/L'
UNION ALL SELECT 'winpath_result', 'repaired ucum_unit: local spelling', count(*)
FROM winpath_resultlevel WHERE units = 'IU/L';

-- JAC.
CREATE TABLE prescribed AS
SELECT p.*, l.person, l.status AS match, at_london(start_dt) AS at FROM jac_prescription p
JOIN link l ON system = 'JAC' AND local_id = lnkpid;
CREATE TABLE issue AS
SELECT i.*, l.person, l.status AS match, at_london(issue_time) AS at FROM jac_xdailyissues i
LEFT JOIN link l ON system = 'JAC' AND local_id = lnkpid;
CREATE TABLE homecare AS
SELECT h.*, l.person, l.status AS match, at_london(created) AS at FROM jac_homecare_request_header h
JOIN link l ON system = 'JAC' AND local_id = lnkpid;
CREATE TABLE homecare_item AS
SELECT i.*, h.status AS request, person, match, at, at_london(closed) AS until
FROM jac_homecare_request_item i JOIN homecare h USING (lnkrb);

INSERT INTO line
SELECT entity, 'noted ' || note, count(*)
FROM (SELECT 'jac_order' AS entity, person, match, at FROM prescribed
    UNION ALL SELECT 'jac_issue', person, match, at FROM issue WHERE lnkpid <> '') record,
    LATERAL (VALUES
    (CASE WHEN person IS NULL THEN 'unlinked: ' || match END),
    (CASE WHEN person IS NOT NULL THEN CASE least(spells(person, at), 2)
        WHEN 0 THEN 'encounter: none at that time'
        WHEN 2 THEN 'encounter: several at that time' END END)) v (note)
WHERE note IS NOT NULL GROUP BY 1, 2
UNION ALL SELECT 'jac_order', 'noted prescriber: not known', count(*) FROM prescribed
WHERE prescriber NOT IN (SELECT gmc_code FROM ref.practitioner WHERE gmc_code IS NOT NULL)
UNION ALL SELECT entity, 'loaded', count(*) FROM prescribed,
    (VALUES ('jac_order'), ('jac_prescription')) v (entity) GROUP BY 1
UNION ALL SELECT 'jac_administration', 'loaded', count(*) FROM jac_administration
UNION ALL SELECT 'jac_issue', 'loaded', count(*) FROM issue
UNION ALL SELECT 'jac_prescription', 'noted dose_unit: not that of the strength', count(*)
FROM truth_rows WHERE kind = 'D85'
UNION ALL SELECT 'jac_prescription', 'noted drug: no dm+d code', count(*) FROM truth_rows
WHERE kind = 'D86'
UNION ALL SELECT 'jac_issue', 'repaired pack_total: containers times units', count(*)
FROM truth_rows WHERE kind = 'D83'
UNION ALL SELECT 'jac_issue', 'noted issue: no patient', count(*) FROM truth_rows WHERE kind = 'D84'
UNION ALL SELECT 'jac_homecare_request', 'loaded', count(*) FROM jac_homecare_request_header
UNION ALL SELECT 'jac_homecare_request', 'noted unlinked: ' || match, count(*) FROM homecare
WHERE person IS NULL GROUP BY 2
UNION ALL SELECT 'jac_homecare_request', 'noted homecare: asks for nothing', count(*) FROM homecare
WHERE lnkrb NOT IN (SELECT lnkrb FROM homecare_item)
UNION ALL SELECT entity, 'loaded', count(*) FROM jac_homecare_request_item,
    (VALUES ('jac_homecare_order'), ('jac_homecare_item')) v (entity) GROUP BY 1
UNION ALL SELECT 'jac_homecare_supply', CASE request WHEN 'CLOSED' THEN 'loaded'
    ELSE 'filtered not_delivered' END, count(*) FROM homecare_item GROUP BY 2;

-- PACS: a study is of its record's patient, or of whom the other records of its group are.
CREATE TABLE study AS
WITH grouped AS (
    SELECT grp, min(person) AS person, count(DISTINCT person) AS persons FROM link
    WHERE system = 'PACS' GROUP BY grp
), whose AS (
    SELECT e.*, CASE WHEN g.persons > 1 THEN NULL WHEN l.status = 'none' THEN g.person
        ELSE l.person END AS person, CASE WHEN g.persons > 1 THEN 'conflict'
        WHEN l.status = 'none' AND g.person IS NOT NULL THEN 'link group' ELSE l.status END AS match,
        CASE WHEN at_london(examinationdate) BETWEEN '1900-01-02' AND '2098-12-31'
            THEN at_london(examinationdate) END AS at,
        length(examinationstudyuid) > 64 OR examinationstudyuid ~ '[.]0[0-9]' AS malformed,
        row_number() OVER (PARTITION BY examinationstudyuid ORDER BY examinationid::bigint) > 1
            AS repeated
    FROM pacs_examinations e JOIN link l ON system = 'PACS' AND local_id = examinationpatientid
    LEFT JOIN grouped g USING (grp)
)
SELECT w.*, own.id AS own, own.encounter AS own_in, acc.id AS acc, acc.encounter AS acc_in
FROM whose w
LEFT JOIN LATERAL (SELECT min(id) AS id, min(encounter) AS encounter FROM orders_by o
    WHERE o.id::text = examinationrequestid AND o.person = w.person AND category = 'imaging') own
    ON true
LEFT JOIN LATERAL (SELECT min(id) AS id, min(encounter) AS encounter FROM orders_by o
    WHERE o.number = examinationaccessionnumber AND o.person = w.person AND category = 'imaging')
    acc ON true;

CREATE TABLE reported AS
SELECT r.reportid, count(b.examinationreportexaminationid) AS studies,
    count(s.examinationid) AS carried, count(s.person) AS known
FROM pacs_reports r LEFT JOIN pacs_examination_reports b ON b.examinationreportreportid = r.reportid
LEFT JOIN study s ON s.examinationid = b.examinationreportexaminationid AND NOT malformed
    AND NOT repeated
GROUP BY r.reportid;

INSERT INTO line
SELECT 'pacs_study', 'noted ' || note, count(*)
FROM study, LATERAL (VALUES
    (CASE WHEN match = 'conflict' THEN 'unlinked: link group of two patients'
        WHEN match = 'link group' THEN 'match: link group'
        WHEN person IS NULL THEN 'unlinked: ' || match END),
    (CASE WHEN own IS NULL AND acc IS NOT NULL THEN 'order: by accession number'
        WHEN own IS NULL THEN 'order: none of this patient' END),
    (CASE WHEN person IS NOT NULL AND at IS NOT NULL AND coalesce(own_in, acc_in) IS NULL THEN
        CASE least(spells(person, at), 2) WHEN 0 THEN 'encounter: none at that time'
        WHEN 2 THEN 'encounter: several at that time' END END)) v (note)
WHERE note IS NOT NULL AND NOT malformed GROUP BY 2
UNION ALL SELECT 'pacs_study', 'loaded', count(*) FROM study WHERE NOT malformed AND NOT repeated
UNION ALL SELECT 'pacs_study', 'rejected RULE:study_uid_malformed', count(*) FROM study
WHERE malformed
UNION ALL SELECT 'pacs_study', 'rejected UNIQUE', count(*) FROM study WHERE repeated
UNION ALL SELECT 'pacs_study', 'repaired study_date: stands for none', count(*) FROM truth_rows
WHERE kind = 'D88'
UNION ALL SELECT 'pacs_series', CASE WHEN malformed OR repeated THEN 'rejected LOOKUP'
    ELSE 'loaded' END, count(*) FROM pacs_series JOIN study ON examinationid = seriesexaminationid
GROUP BY 2
UNION ALL SELECT 'pacs_study_report', CASE WHEN malformed OR repeated THEN 'rejected LOOKUP'
    ELSE 'loaded' END, count(*) FROM pacs_examination_reports
JOIN study ON examinationid = examinationreportexaminationid GROUP BY 2
UNION ALL SELECT entity, 'loaded', count(*) FROM pacs_reports,
    (VALUES ('pacs_report'), ('pacs_report_text')) v (entity) GROUP BY 1
UNION ALL SELECT 'pacs_report', 'noted report: of no examination', count(*) FROM reported
WHERE carried = 0
UNION ALL SELECT 'pacs_report', 'noted report: of examinations of nobody', count(*) FROM reported
WHERE carried > 0 AND known = 0;

-- What is left over of the outage, by the truth; and what is, since its patient was not found.
CREATE TABLE orphan AS
WITH left_over AS (
    SELECT CASE "table" WHEN 'WINPATH_SAMPLE' THEN 'WinPath' WHEN 'JAC_ISSUE' THEN 'JAC'
        ELSE 'PACS' END AS system, kind, key FROM truth_rows
    WHERE kind IN ('O07', 'O08', 'O10', 'D82', 'O09', 'O11', 'O12')
), record AS (
    SELECT 'WinPath' AS system, limsno || ',' || labno AS key, 'WINPATH/SAMPLE/' || limsno || '/' ||
        labno AS src_id, at, sourcecode AS place, person IS NULL AS unknown FROM sample
    UNION ALL SELECT 'JAC', dailyissues, 'JAC/ISSUE/' || dailyissues, at, location_code,
        lnkpid <> '' AND person IS NULL FROM issue
    UNION ALL SELECT 'PACS', s.examinationid, 'PACS/STUDY/' || s.examinationid, at,
        requestreferringunit, person IS NULL FROM study s
        JOIN pacs_requests ON requestid = examinationrequestid WHERE NOT malformed
)
SELECT DISTINCT ON (r.src_id) r.system, src_id, at, place, unknown, kind IN ('D82', 'O09', 'O11',
    'O12') AS known_of FROM record r JOIN left_over l USING (system, key)
WHERE unknown OR kind IN ('D82', 'O09', 'O11', 'O12')
ORDER BY src_id, kind IN ('D82', 'O09', 'O11', 'O12') DESC;

CREATE TABLE twice AS
SELECT 'order' AS kind, key AS other FROM truth_rows WHERE kind = 'O06'
    AND EXISTS (SELECT FROM care.service_request WHERE src_id = key);
