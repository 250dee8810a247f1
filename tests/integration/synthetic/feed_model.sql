-- feed_model.sql — what ought to become of each record of the synthetic feed, told from the files
-- themselves and from the truth about them, and not from what novate makes of them.
--
-- There is a table for each file, with its columns; broken(file) has the lines that are none of its
-- records. "db" is the database of the same hospital, "lines" the truth's rows.tsv. What comes out:
--     record(entity, key, cause, what, name)   one state of each record, or emitted row
--     rule(entity, key, cause, what, name)     what is noted and mended
-- A cause is a kind of dirt; one that begins with "~" is none of these (expected_feed.tsv).
-- SPDX-License-Identifier: Apache-2.0

-- The truth by the numbers that the files have.
CREATE TABLE truth AS SELECT kind, CASE "table"
    WHEN 'CLINICAL_EVENT' THEN (SELECT EVENT_ID FROM db.CLINICAL_EVENT
        WHERE CLINICAL_EVENT_ID = lines."key")
    WHEN 'ENCNTR_ALIAS' THEN (SELECT ENCNTR_ID FROM db.ENCNTR_ALIAS
        WHERE ENCNTR_ALIAS_ID = lines."key")
    WHEN 'PRSNL_ALIAS' THEN (SELECT PERSON_ID FROM db.PRSNL_ALIAS
        WHERE PRSNL_ALIAS_ID = lines."key")
    WHEN 'CE_BLOB' THEN substr(lines."key", 1, instr(lines."key", ',') - 1)
    ELSE lines."key" END AS id
    FROM lines WHERE "table" NOT GLOB 'WINPATH*' AND "table" NOT GLOB 'JAC*'
    AND "table" NOT GLOB 'PACS*';
UPDATE truth SET id = CAST(id AS text);
CREATE INDEX truth_id ON truth (id, kind);

CREATE TABLE record (entity TEXT, key TEXT, cause TEXT, what TEXT, name TEXT);
CREATE TABLE rule (entity TEXT, key TEXT, cause TEXT, what TEXT, name TEXT);
CREATE INDEX PPATI_id ON PPATI (PERSON_ID);
CREATE INDEX PPNAM_person ON PPNAM (PERSON_ID);
CREATE INDEX ENCNT_id ON ENCNT (ENCNTR_ID);
CREATE INDEX HPSSP_id ON HPSSP (ENCNTR_ID);
CREATE INDEX AEATT_id ON AEATT (ENCNTR_ID);
CREATE INDEX ORDERS_id ON "ORDER" (ORDER_ID);
CREATE INDEX CLEVE_id ON CLEVE (EVENT_ID);
CREATE INDEX CVREF_id ON CVREF (CODE_VALUE_CD);
CREATE INDEX NOMREF_id ON NOMREF (NOMENCLATURE_ID);
CREATE INDEX DIAGN_id ON DIAGN (DIAGNOSIS_ID);
CREATE INDEX IPWDS_next ON IPWDS (ENCNTR_ID, WARD_STAY_SEQ_NBR);

-- Codes, terms.
INSERT INTO record
SELECT 'code_local', CODE_VALUE_CD,
    CASE WHEN CODE_VALUE_CD GLOB '---*' THEN 'D76' WHEN ACTIVE_IND = '0' THEN '~retired' END,
    CASE WHEN CODE_VALUE_CD GLOB '---*' THEN 'reject' WHEN ACTIVE_IND = '0' THEN 'filter'
        ELSE 'loaded' END,
    CASE WHEN CODE_VALUE_CD GLOB '---*' THEN 'TYPE' WHEN ACTIVE_IND = '0' THEN 'inactive' END
FROM CVREF;
INSERT INTO record
SELECT 'code_system', r.key, CASE WHEN what <> 'loaded' THEN r.cause WHEN nth > 1 THEN '~set' END,
    CASE WHEN what = 'loaded' AND nth > 1 THEN 'merged' ELSE what END,
    CASE WHEN what = 'loaded' AND nth > 1 THEN 'dedupe' ELSE name END
FROM record r JOIN (SELECT CODE_VALUE_CD, row_number() OVER (PARTITION BY CODE_SET_NBR, ACTIVE_IND
    ORDER BY CAST(CODE_VALUE_CD AS integer)) AS nth FROM CVREF) c ON c.CODE_VALUE_CD = r.key
WHERE r.entity = 'code_local' AND (r.name IS NOT 'TYPE');
INSERT INTO record SELECT 'code_system', key, cause, what, name FROM record
WHERE entity = 'code_local' AND name = 'TYPE';
INSERT INTO rule
SELECT 'code_local', CODE_VALUE_CD, CASE WHEN length(CODE_DISP_TXT) = 40 THEN '~long' ELSE 'D77' END,
    'note', CASE WHEN length(CODE_DISP_TXT) = 40 THEN 'code: words were cut off at 40'
    ELSE 'code: words of two codes' END
FROM CVREF c WHERE ACTIVE_IND = '1' AND (length(CODE_DISP_TXT) = 40 OR (CODE_SET_NBR, CODE_DISP_TXT)
    IN (SELECT CODE_SET_NBR, CODE_DISP_TXT FROM CVREF WHERE ACTIVE_IND = '1'
        GROUP BY 1, 2 HAVING count(*) > 1));

CREATE TABLE term AS SELECT NOMENCLATURE_ID AS id, substr(CONCEPT_CKI_IDENT, 1,
    instr(CONCEPT_CKI_IDENT, '!') - 1) AS vocabulary,
    substr(CONCEPT_CKI_IDENT, instr(CONCEPT_CKI_IDENT, '!') + 1) AS code, VALUE_TXT AS words,
    '' AS norm FROM NOMREF;
UPDATE term SET norm = CASE vocabulary WHEN 'OPCS4' THEN substr(code, 1, 4)
    WHEN 'ICD10WHO' THEN CASE length(replace(code, '.', '')) WHEN 3 THEN code || 'X'
        WHEN 5 THEN substr(replace(code, '.', ''), 1, 4) || '-' || substr(code, -1)
        ELSE replace(code, '.', '') END ELSE code END;
CREATE UNIQUE INDEX term_id ON term (id);
-- Terms of SNOMED CT that went through a double: one of a hundred, behind the first seventy.
CREATE TABLE damaged AS SELECT id FROM (SELECT id, row_number() OVER (ORDER BY CAST(id AS integer)) - 1
    AS place, count(*) OVER () AS terms FROM term)
WHERE place >= terms * 70 / 100 AND place < terms * 71 / 100;
INSERT INTO record
SELECT 'code_term', id, CASE WHEN id IN damaged THEN 'D68' WHEN nth > 1 THEN '~spellings' END,
    CASE WHEN id IN damaged THEN 'filter' WHEN nth > 1 THEN 'merged' ELSE 'loaded' END,
    CASE WHEN id IN damaged THEN 'not_of_its_form' WHEN nth > 1 THEN 'dedupe' END
FROM (SELECT *, row_number() OVER (PARTITION BY vocabulary, norm ORDER BY CAST(id AS integer) DESC)
    AS nth FROM term);
-- What the form of a code makes of a record that has it: rules of coded(entity, key, term).
CREATE TABLE coded (entity TEXT, key TEXT, term TEXT);
INSERT INTO coded SELECT 'code_term', key, key FROM record WHERE entity = 'code_term'
    AND what = 'loaded';

-- Organisations, places, staff.
INSERT INTO record SELECT 'organisation', ORG_ID, NULL, 'loaded', NULL FROM ORGREF;
INSERT INTO rule SELECT 'organisation', ORG_ID, 'D75', 'note', 'organisation: default code'
FROM ORGREF WHERE NHS_ORG_ALIAS = 'V81999';
INSERT INTO record SELECT 'location', LOCATION_ID, NULL, 'loaded', NULL FROM LOREF;
INSERT INTO record SELECT 'practitioner', PERSONNEL_ID, NULL, 'loaded', NULL FROM PRSNLREF;
INSERT INTO rule
SELECT 'practitioner', PERSONNEL_ID, 'D74',
    CASE WHEN length(HCP_NHS_CD_ALIAS_IDENT) = 7 THEN 'repair' ELSE 'note' END,
    CASE WHEN length(HCP_NHS_CD_ALIAS_IDENT) = 7 THEN 'practitioner_code: leading zeros'
        ELSE 'gmp_code' END
FROM PRSNLREF JOIN truth ON id = PERSONNEL_ID AND kind = 'D74';

-- Of what the mapping itself rejects nothing is noted.
-- Patients: what becomes of each decides about all that is theirs.
CREATE TABLE person AS SELECT PERSON_ID AS id, ACTIVE_IND, LOCAL_PATIENT_IDENT, NHS_NBR_IDENT,
    GENDER_CD, 'loaded' AS what, CAST(NULL AS text) AS name, CAST(NULL AS text) AS cause FROM PPATI;
CREATE UNIQUE INDEX person_id ON person (id);
CREATE TABLE test AS SELECT DISTINCT PERSON_ID AS id FROM PPNAM WHERE ACTIVE_IND = '1'
    AND (upper(LAST_NAME_TXT) GLOB 'ZZTEST*' OR upper(LAST_NAME_TXT) IN ('DUMMY', 'XXTESTPATIENT'));
UPDATE person SET what = 'filter', name = 'inactive', cause = 'D13' WHERE ACTIVE_IND <> '1';
UPDATE person SET what = 'filter', name = 'test_patient', cause = 'D24'
    WHERE what = 'loaded' AND id IN test;
UPDATE person SET what = 'filter', name = 'free_text_person', cause = 'D12' WHERE what = 'loaded'
    AND LOCAL_PATIENT_IDENT = '' AND NHS_NBR_IDENT = '' AND id NOT IN (SELECT PERSON_ID FROM PPNAM);
UPDATE person SET what = 'reject', name = 'CHECK', cause = (SELECT kind FROM truth
    WHERE truth.id = person.id AND kind IN ('D17', 'C01', 'D20')) WHERE what = 'loaded'
    AND EXISTS (SELECT 1 FROM truth WHERE truth.id = person.id AND kind IN ('D17', 'C01', 'D20'));
INSERT INTO record SELECT 'person', id, cause, what, name FROM person;
CREATE INDEX PPALI_person ON PPALI (PERSON_ID);
CREATE TABLE nhs AS SELECT person.id, (SELECT t.kind FROM PPALI JOIN truth t
        ON t.id = PERSON_ALIAS_ID AND t.kind IN ('D01', 'D02', 'D04', 'D07', 'D08')
        WHERE PPALI.PERSON_ID = person.id AND ALIAS_TXT = NHS_NBR_IDENT) AS refused,
    CASE WHEN NHS_NBR_IDENT = '' THEN 'none'
        WHEN replace(replace(NHS_NBR_IDENT, ' ', ''), '-', '') GLOB '999*' THEN 'test'
        ELSE 'other' END AS sort FROM person WHERE what = 'loaded';
UPDATE nhs SET sort = 'refused' WHERE refused IS NOT NULL;
INSERT INTO rule SELECT 'person', id, refused, 'note', n FROM nhs,
    (SELECT 'nhs_number' AS n UNION ALL SELECT 'nhs_status') WHERE sort = 'refused';
INSERT INTO rule SELECT 'person', id, '~999', 'note', 'nhs_number: test range' FROM nhs
    WHERE sort = 'test';
INSERT INTO rule SELECT 'person', p.id, 'D06', 'note', 'nhs_number: of two persons'
FROM nhs JOIN person p ON p.id = nhs.id WHERE sort IN ('test', 'other') AND NHS_NBR_IDENT IN
    (SELECT NHS_NBR_IDENT FROM person WHERE ACTIVE_IND = '1' GROUP BY 1 HAVING count(*) > 1);
INSERT INTO rule SELECT 'person', p.id, 'D03', 'repair', 'nhs_number: separators'
FROM nhs JOIN person p ON p.id = nhs.id WHERE sort = 'test' AND NHS_NBR_IDENT GLOB '999[- ]*';
INSERT INTO rule SELECT 'person', p.id, 'D05', 'repair', 'nhs_number: leading zero'
FROM nhs JOIN person p ON p.id = nhs.id WHERE sort = 'other' AND length(NHS_NBR_IDENT) = 9;
INSERT INTO rule SELECT 'person', p.id, t.kind, x.what, x.name FROM person p
JOIN truth t ON t.id = p.id JOIN (SELECT 'D18' AS kind, 'repair' AS what,
    'birth_date: stands for none' AS name
    UNION ALL SELECT 'D19', 'repair', 'birth_date: UTC day shift'
    UNION ALL SELECT 'D22', 'note', NULL
    UNION ALL SELECT 'D23', 'note', 'ethnic category: without a national code') x
    ON x.kind = t.kind
WHERE p.what = 'loaded';
UPDATE rule SET name = CASE (SELECT GENDER_CD FROM person WHERE id = key) WHEN '0'
    THEN 'gender: not recorded' ELSE 'gender: code not known' END WHERE cause = 'D22';

-- children(entity, key, person): of the rest, which refer to a person; and what is decided before.
CREATE TABLE child (entity TEXT, key TEXT, person TEXT, encounter TEXT, other TEXT,
    what TEXT, name TEXT, cause TEXT);

INSERT INTO child SELECT 'person_name', PERSON_NAME_ID, PERSON_ID, NULL, NULL,
    CASE WHEN t.kind IS NOT NULL THEN 'reject' END,
    CASE WHEN t.kind IS NOT NULL THEN 'RULE:name_blank' END, t.kind
FROM PPNAM LEFT JOIN truth t ON t.id = PERSON_ID AND t.kind IN ('D29', 'C01')
    AND PERSON_NAME_TYPE_CD = '766';
INSERT INTO rule SELECT 'person_name', PERSON_NAME_ID, t.kind, x.what, x.name FROM PPNAM
JOIN truth t ON t.id = PERSON_ID JOIN (SELECT 'D26' AS kind, 'repair' AS what,
    'mojibake: UTF-8 read as Windows-1252' AS name
    UNION ALL SELECT 'D27', 'repair', 'LAST_NAME_TXT undecodable read as windows-1252'
    UNION ALL SELECT 'D28', 'repair', 'LAST_NAME_TXT U+0000 stripped'
    UNION ALL SELECT 'D30', 'note', 'name: comma in the family name') x ON x.kind = t.kind
WHERE PERSON_NAME_TYPE_CD = '766' AND PERSON_ID NOT IN test;

INSERT INTO child SELECT 'person_identifier', PERSON_ALIAS_ID, PERSON_ID, NULL, NULL,
    CASE WHEN nth > 1 THEN 'merged' WHEN t.kind IS NOT NULL THEN 'reject' END,
    CASE WHEN nth > 1 THEN 'dedupe' WHEN t.kind IS NOT NULL THEN 'RULE:alias_pool_unknown' END,
    CASE WHEN nth > 1 THEN '~twice' ELSE t.kind END
FROM (SELECT *, row_number() OVER (PARTITION BY PERSON_ID, PERSON_ALIAS_TYPE_CD, ALIAS_POOL_CD,
    upper(trim(ALIAS_TXT)) ORDER BY BEG_EFFECTIVE_DT_TM DESC) AS nth FROM PPALI)
LEFT JOIN truth t ON t.id = PERSON_ALIAS_ID AND t.kind = 'D10';
INSERT INTO rule SELECT 'person_identifier', PERSON_ALIAS_ID, t.kind, x.what, x.name FROM PPALI
JOIN truth t ON t.id = PERSON_ALIAS_ID
JOIN (SELECT 'D01' AS kind, 'note' AS what, 'nhs_number: refused' AS name
    UNION ALL SELECT 'D02', 'note', 'nhs_number: refused'
    UNION ALL SELECT 'D04', 'note', 'nhs_number: refused'
    UNION ALL SELECT 'D07', 'note', 'nhs_number: refused'
    UNION ALL SELECT 'D08', 'note', 'nhs_number: old style'
    UNION ALL SELECT 'D03', 'repair', 'nhs_number: separators'
    UNION ALL SELECT 'D05', 'repair', 'nhs_number: leading zero'
    UNION ALL SELECT 'D09', 'repair', 'mrn: case or blanks') x ON x.kind = t.kind
WHERE PERSON_ID NOT IN test AND (t.kind <> 'D09' OR ALIAS_TXT <> upper(trim(ALIAS_TXT)));
INSERT INTO rule SELECT 'person_identifier', PERSON_ALIAS_ID, '~999', 'note',
    'nhs_number: test range' FROM PPALI WHERE PERSON_ALIAS_TYPE_CD = '18'
    AND PERSON_ID NOT IN test AND ALIAS_TXT GLOB '999*' AND NOT EXISTS (SELECT 1 FROM truth
        WHERE id = PERSON_ALIAS_ID AND kind IN ('D01', 'D02', 'D04', 'D07', 'D08'));

INSERT INTO record SELECT 'person_number', PERSON_ID,
    CASE WHEN p.name = 'inactive' THEN 'D13' WHEN p.id IN test THEN 'D24' ELSE '~known' END, 'filter',
    CASE WHEN p.name = 'inactive' THEN 'inactive' WHEN p.id IN test THEN 'of_a_test_patient'
        ELSE 'emit' END
FROM PPATI JOIN person p ON p.id = PERSON_ID;

INSERT INTO child SELECT 'person_address', ADDRESS_ID, PERSON_ID, NULL, NULL, NULL, NULL, NULL
FROM PPADD;
INSERT INTO record SELECT e, line, 'D35', 'reject', 'COLUMNS' FROM broken,
    (SELECT 'person_address' AS e UNION ALL SELECT 'person_email') WHERE file = 'PPADD';
INSERT INTO record SELECT 'person_email', ADDRESS_ID, '~postal', 'filter', 'postal_address'
FROM PPADD;
INSERT INTO rule SELECT 'person_address', ADDRESS_ID, t.kind, x.what, x.name FROM PPADD
JOIN truth t ON t.id = ADDRESS_ID
JOIN (SELECT 'D31' AS kind, 'repair' AS what, 'postcode: spacing' AS name, '*' AS form
    UNION ALL SELECT 'D31', 'repair', 'postcode: case', 'so*'
    UNION ALL SELECT 'D32', 'repair', 'postcode: letter O for digit 0', '* O*'
    UNION ALL SELECT 'D32', 'repair', 'postcode: letter I for digit 1', 'SO2I*'
    UNION ALL SELECT 'D33', 'note', 'postcode', '*'
    UNION ALL SELECT 'D37', 'note', 'address: a later one is current', '*') x
    ON x.kind = t.kind AND POSTCODE_TXT GLOB x.form
WHERE PERSON_ID NOT IN test;

INSERT INTO child SELECT 'person_contact', PHONE_ID, PERSON_ID, NULL, NULL, NULL, NULL, NULL
FROM PPPHO;
INSERT INTO rule SELECT 'person_contact', PHONE_ID, '~blanks', 'repair',
    'phone: written otherwise' FROM PPPHO WHERE PERSON_ID NOT IN test;

INSERT INTO child SELECT 'person_relation', PERSON_PERSON_RELTN_ID, PERSON_ID, NULL, NULL,
    CASE WHEN RELATED_PERSON_ID IN test THEN 'filter'
        WHEN PERSON_ID NOT IN test AND coalesce(r.name, '') = 'inactive' THEN 'reject' END,
    CASE WHEN RELATED_PERSON_ID IN test THEN 'to_a_test_patient'
        WHEN PERSON_ID NOT IN test AND coalesce(r.name, '') = 'inactive' THEN 'CHECK' END,
    CASE WHEN RELATED_PERSON_ID IN test THEN 'D24'
        WHEN PERSON_ID NOT IN test AND coalesce(r.name, '') = 'inactive' THEN 'D13' END
FROM PPREL LEFT JOIN person r ON r.id = RELATED_PERSON_ID;
UPDATE child SET other = (SELECT cause FROM PPREL JOIN person r ON r.id = RELATED_PERSON_ID
    AND r.what = 'reject' WHERE PERSON_PERSON_RELTN_ID = key) WHERE entity = 'person_relation';

INSERT INTO child SELECT 'gp_registration', PERSON_PRSNL_RELTN_ID, PERSON_ID, NULL, NULL, NULL,
    NULL, NULL FROM PPAGP;
INSERT INTO rule SELECT 'gp_registration', PERSON_PRSNL_RELTN_ID, '~practice', 'note',
    'gp_registration: practice not known' FROM PPAGP WHERE PERSON_ID NOT IN test;
INSERT INTO rule SELECT 'gp_registration', PERSON_PRSNL_RELTN_ID, 'D74', 'note', 'gp_code'
FROM PPAGP JOIN rule r ON r.entity = 'practitioner' AND r.name = 'gmp_code' AND r.key = GP_PRSNL_ID
WHERE PERSON_ID NOT IN test;

-- Encounters: as with persons.
INSERT INTO child SELECT 'encounter', ENCNTR_ID, PERSON_ID, NULL, NULL,
    CASE WHEN ACTIVE_IND <> '1' THEN 'filter' WHEN t.kind IS NOT NULL THEN 'reject' END,
    CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' WHEN t.kind IS NOT NULL
        THEN 'RULE:encounter_type_unknown' END,
    CASE WHEN ACTIVE_IND <> '1' THEN '~combined' ELSE t.kind END
FROM ENCNT LEFT JOIN truth t ON t.id = ENCNTR_ID AND t.kind = 'D43';
CREATE TABLE times AS SELECT e.ENCNTR_ID AS id, coalesce(nullif(h.ADMISSION_DT_TM, ''), nullif(a.ARRIVAL_DT_TM, '')) AS began,
    a.ARRIVAL_DT_TM AS arrived
FROM ENCNT e LEFT JOIN HPSSP h ON h.ENCNTR_ID = e.ENCNTR_ID AND h.ACTIVE_IND = '1'
LEFT JOIN AEATT a ON a.ENCNTR_ID = e.ENCNTR_ID AND a.ACTIVE_IND = '1'
WHERE e.ACTIVE_IND = '1' AND e.PERSON_ID NOT IN test;
INSERT INTO rule SELECT 'encounter', times.id, t.kind, x.what, x.name FROM times
JOIN truth t ON t.id = times.id
JOIN (SELECT 'D41' AS kind, 'note' AS what, 'encounter: ended before it started' AS name
    UNION ALL SELECT 'O04', 'note', 'encounter: ended before it started'
    UNION ALL SELECT 'D42', 'note', 'arrival: only booked'
    UNION ALL SELECT 'D44', 'note', 'encounter: place not known') x ON x.kind = t.kind
WHERE t.kind = 'D44' OR (t.kind = 'D41' AND began IS NOT NULL)
    OR (t.kind = 'O04' AND began IS NOT NULL) OR (t.kind = 'D42' AND arrived <> '');

INSERT INTO record SELECT e, ENCNTR_ID, CASE WHEN ACTIVE_IND <> '1' THEN '~combined' ELSE 'D24' END,
    'filter', CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' ELSE 'of_a_test_patient' END
FROM ENCNT, (SELECT 'encounter_identifier' AS e UNION ALL SELECT 'encounter_participant')
WHERE ACTIVE_IND <> '1' OR PERSON_ID IN test;
INSERT INTO child
SELECT 'encounter_identifier', ENCNTR_ID, NULL, ENCNTR_ID, number, NULL, NULL, NULL FROM (
    SELECT ENCNTR_ID, PERSON_ID, ACTIVE_IND, 'fin ' || FIN_NBR_ID AS number FROM ENCNT
    UNION ALL SELECT ENCNTR_ID, PERSON_ID, ACTIVE_IND, 'visit ' || VISIT_ID FROM ENCNT
        WHERE VISIT_ID <> ''
    UNION ALL SELECT e.ENCNTR_ID, e.PERSON_ID, e.ACTIVE_IND, 'spell ' || HOSP_PRVDR_IDENT
        FROM ENCNT e JOIN HPSSP h ON h.ENCNTR_ID = e.ENCNTR_ID AND h.ACTIVE_IND = '1'
    UNION ALL SELECT e.ENCNTR_ID, e.PERSON_ID, e.ACTIVE_IND, 'attendance ' || ATTENDANCE_NBR_IDENT
        FROM ENCNT e JOIN AEATT a ON a.ENCNTR_ID = e.ENCNTR_ID AND a.ACTIVE_IND = '1')
WHERE ACTIVE_IND = '1' AND PERSON_ID NOT IN test;
INSERT INTO child
SELECT 'encounter_participant', ENCNTR_ID, NULL, ENCNTR_ID, NULL, NULL, NULL, NULL FROM (
    SELECT * FROM ENCNT WHERE RESP_HCP_PRSNL_ID <> ''
    UNION ALL SELECT * FROM ENCNT WHERE REFERRER_PRSNL_ID <> '')
WHERE ACTIVE_IND = '1' AND PERSON_ID NOT IN test;

-- What becomes of an encounter, so that what is in it can ask.
CREATE TABLE encounter AS SELECT c.key AS id, c.person, CASE
    WHEN c.what IS NOT NULL AND c.name = 'inactive' THEN 'absent'
    WHEN c.person IN test THEN 'test'
    WHEN c.what IS NOT NULL OR p.id IS NULL OR p.what <> 'loaded' THEN 'rejected'
    ELSE 'loaded' END AS state,
    CASE WHEN c.what IS NOT NULL THEN c.cause WHEN p.id IS NULL THEN 'D40' ELSE p.cause END AS cause
FROM child c LEFT JOIN person p ON p.id = c.person WHERE c.entity = 'encounter';
CREATE UNIQUE INDEX encounter_id ON encounter (id);

INSERT INTO child SELECT 'ward_stay', CDS_WARD_STAY_KEY, NULL, ENCNTR_ID, NULL, NULL, NULL, NULL
FROM IPWDS;
CREATE TABLE stay AS SELECT CDS_WARD_STAY_KEY AS id, ENCNTR_ID AS encounter,
    CAST(WARD_STAY_SEQ_NBR AS integer) AS nth,
    substr(b, 7, 4) || substr(b, 4, 2) || substr(b, 1, 2) || substr(b, 11) AS began,
    substr(e, 7, 4) || substr(e, 4, 2) || substr(e, 1, 2) || substr(e, 11) AS ended
FROM (SELECT *, WARD_STAY_START_DT_TM AS b, WARD_STAY_END_DT_TM AS e FROM IPWDS);
CREATE INDEX stay_next ON stay (encounter, nth);
INSERT INTO rule SELECT 'ward_stay', s.id, coalesce(t.kind, '~open'), 'note',
    'ward stay: cut off where the next one begins'
FROM stay s JOIN stay n ON n.encounter = s.encounter AND n.nth = s.nth + 1
    AND n.began BETWEEN s.began AND s.ended AND n.began < s.ended
JOIN encounter e ON e.id = s.encounter AND e.state <> 'test'
LEFT JOIN truth t ON t.id = n.id AND t.kind = 'D46';
INSERT INTO child SELECT 'consultant_episode', ENCNTR_SLICE_ID, NULL, ENCNTR_ID, NULL, NULL, NULL,
    NULL FROM IPEPI;
INSERT INTO child SELECT 'pathway', EPISODE_ID, PERSON_ID, NULL, NULL,
    CASE WHEN ACTIVE_IND <> '1' THEN 'filter' END, CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' END,
    CASE WHEN ACTIVE_IND <> '1' THEN '~combined' END FROM PPATH;
INSERT INTO child SELECT 'waiting_list_entry', EAL_ENTRY_ID, PERSON_ID, nullif(ENCNTR_ID, '0'), NULL,
    NULL, NULL, NULL FROM EALEN;
INSERT INTO rule SELECT 'waiting_list_entry', EAL_ENTRY_ID, '~kind of list', 'note',
    'waiting list: kind of list not recorded' FROM EALEN WHERE PERSON_ID NOT IN test;
INSERT INTO rule SELECT 'waiting_list_entry', EAL_ENTRY_ID, 'D50', 'note', n FROM EALEN
JOIN truth ON id = EAL_ENTRY_ID AND kind = 'D50', (SELECT 'waiting list: without an encounter' AS n
    UNION ALL SELECT 'waiting list: without a pathway') WHERE PERSON_ID NOT IN test;
INSERT INTO rule SELECT 'waiting_list_entry', EAL_ENTRY_ID, '~combined', 'note',
    'waiting list: without a pathway' FROM EALEN JOIN encounter e ON e.id = ENCNTR_ID
    AND e.state = 'absent' WHERE PERSON_ID NOT IN test;
INSERT INTO child SELECT 'referral', FIN_NBR_ID, PERSON_ID, ENCNTR_ID, NULL,
    CASE WHEN ACTIVE_IND <> '1' THEN 'filter' END, CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' END,
    CASE WHEN ACTIVE_IND <> '1' THEN '~combined' END FROM OPREF;
INSERT INTO child SELECT 'appointment', CDS_BATCH_CONTENT_ID, PERSON_ID, ENCNTR_ID, NULL,
    CASE WHEN ACTIVE_IND <> '1' THEN 'filter' END, CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' END,
    CASE WHEN ACTIVE_IND <> '1' THEN '~cancelled' END FROM OPATT;

-- Diagnoses and procedures are of the patient of their encounter.
INSERT INTO child SELECT 'diagnosis', DIAGNOSIS_ID, coalesce(e.person, ''), ENCNTR_ID, NULL,
    CASE WHEN e.state = 'absent' THEN 'reject' END,
    CASE WHEN e.state = 'absent' THEN 'RULE:encounter_unknown' END,
    CASE WHEN e.state = 'absent' THEN '~combined' END
FROM DIAGN JOIN encounter e ON e.id = ENCNTR_ID;
INSERT INTO rule SELECT 'diagnosis', key, 'D66', 'note', 'diagnosis: without a term' FROM child
JOIN truth ON id = key AND kind = 'D66' WHERE entity = 'diagnosis' AND person NOT IN test AND what IS NULL;
INSERT INTO rule SELECT 'diagnosis', key, 'D68', 'note', n FROM child
JOIN truth ON id = key AND kind = 'D68', (SELECT 'code' AS n UNION ALL SELECT 'system')
WHERE entity = 'diagnosis' AND person NOT IN test AND what IS NULL;
INSERT INTO coded SELECT 'diagnosis', DIAGNOSIS_ID, NOMENCLATURE_ID FROM DIAGN
JOIN encounter e ON e.id = ENCNTR_ID AND e.state IN ('loaded', 'rejected');
INSERT INTO child SELECT 'diagnosis_bulk', DiagnosisId, PersonId, EncounterId, NULL,
    CASE WHEN d.DIAGNOSIS_ID IS NOT NULL THEN 'filter' END,
    CASE WHEN d.DIAGNOSIS_ID IS NOT NULL THEN 'in_a_daily_file' END,
    CASE WHEN d.DIAGNOSIS_ID IS NOT NULL THEN '~both' END
FROM BulkDiagnosis LEFT JOIN DIAGN d ON d.DIAGNOSIS_ID = DiagnosisId;
INSERT INTO rule SELECT 'diagnosis_bulk', key, 'D68', 'note', n FROM child
JOIN truth ON id = key AND kind = 'D68', (SELECT 'code' AS n UNION ALL SELECT 'system')
WHERE entity = 'diagnosis_bulk' AND person NOT IN test AND what IS NULL;
INSERT INTO coded SELECT 'diagnosis_bulk', DiagnosisId, NOMENCLATURE_ID FROM BulkDiagnosis
JOIN db.DIAGNOSIS d ON d.DIAGNOSIS_ID = CAST(DiagnosisId AS integer)
WHERE PersonId NOT IN test AND DiagnosisId NOT IN (SELECT DIAGNOSIS_ID FROM DIAGN);
INSERT INTO child SELECT 'problem_bulk', ProblemId, Person_Id, NULL, NULL, NULL, NULL, NULL
FROM BulkProblem;
INSERT INTO child SELECT 'procedure', PROCEDURE_ID, coalesce(e.person, ''), ENCNTR_ID, NULL,
    CASE WHEN ACTIVE_IND <> '1' OR PROCEDURE_DT_TM = '' THEN 'filter'
        WHEN e.state = 'absent' THEN 'reject' END,
    CASE WHEN ACTIVE_IND <> '1' THEN 'inactive' WHEN PROCEDURE_DT_TM = '' THEN 'undated'
        WHEN e.state = 'absent' THEN 'RULE:encounter_unknown' END,
    CASE WHEN ACTIVE_IND <> '1' OR PROCEDURE_DT_TM = '' THEN 'D70'
        WHEN e.state = 'absent' THEN '~combined' END
FROM PROCE LEFT JOIN encounter e ON e.id = ENCNTR_ID;
INSERT INTO coded SELECT 'procedure', PROCEDURE_ID, NOMENCLATURE_ID FROM PROCE
JOIN encounter e ON e.id = ENCNTR_ID AND e.state IN ('loaded', 'rejected')
WHERE ACTIVE_IND = '1' AND PROCEDURE_DT_TM <> '';
CREATE TABLE once AS SELECT b.*, row_number() OVER (PARTITION BY EncounterId, ProcedureCode,
    Procedure_DT_TM ORDER BY Update_DT_TM DESC) AS nth, EXISTS (SELECT 1 FROM PROCE p
    WHERE p.ACTIVE_IND = '1' AND p.PROCEDURE_DT_TM <> '' AND p.ENCNTR_ID = EncounterId
    AND p.CONCEPT_CKI_IDENT = 'OPCS4!' || ProcedureCode) AS in_both FROM BulkProcedure b;
INSERT INTO child SELECT 'procedure_bulk', once.rowid, coalesce(e.person, ''), EncounterId, NULL,
    CASE WHEN Procedure_DT_TM = '' OR in_both THEN 'filter' WHEN nth > 1 THEN 'merged'
        WHEN e.state = 'absent' THEN 'reject' END,
    CASE WHEN Procedure_DT_TM = '' THEN 'undated' WHEN in_both THEN 'in_a_daily_file'
        WHEN nth > 1 THEN 'dedupe' WHEN e.state = 'absent' THEN 'RULE:encounter_unknown' END,
    CASE WHEN Procedure_DT_TM = '' THEN 'D70' WHEN in_both THEN '~both' WHEN nth > 1 THEN '~twice'
        WHEN e.state = 'absent' THEN '~combined' END
FROM once LEFT JOIN encounter e ON e.id = EncounterId;
INSERT INTO coded SELECT 'procedure_bulk', once.rowid, term.id FROM once
JOIN encounter e ON e.id = EncounterId AND e.state IN ('loaded', 'rejected')
JOIN term ON term.vocabulary = 'OPCS4' AND term.code = ProcedureCode
WHERE Procedure_DT_TM <> '' AND NOT in_both AND nth = 1 GROUP BY once.rowid;

-- Orders, reports, results, documents.
INSERT INTO child SELECT 'service_request', ORDER_ID, PERSON_ID, nullif(ENCNTR_ID, '0'), NULL, NULL,
    NULL, NULL FROM "ORDER";
INSERT INTO rule SELECT 'service_request', ORDER_ID, 'D51', 'note', 'order: without an encounter'
FROM "ORDER" JOIN truth ON id = ORDER_ID AND kind = 'D51' WHERE PERSON_ID NOT IN test;
INSERT INTO child SELECT 'diagnostic_report', EVENT_ID, PERSON_ID, NULL, nullif(ORDER_ID, '0'),
    CASE WHEN EVENT_CLASS_CD <> '226' THEN 'filter' END,
    CASE WHEN EVENT_CLASS_CD <> '226' THEN 'no_report' END,
    CASE WHEN EVENT_CLASS_CD <> '226' THEN '~no report' END FROM CLEVE;
INSERT INTO child SELECT 'observation', EVENT_ID, PERSON_ID, nullif(ENCNTR_ID, '0'),
    CASE WHEN PARENT_EVENT_ID <> EVENT_ID THEN PARENT_EVENT_ID END,
    CASE WHEN EVENT_CLASS_CD IN ('226', '224', '232') THEN 'filter' END,
    CASE WHEN EVENT_CLASS_CD IN ('226', '224', '232') THEN 'other_kind' END,
    CASE WHEN EVENT_CLASS_CD IN ('226', '224', '232') THEN '~no result' END FROM CLEVE;
CREATE TABLE result AS SELECT c.rowid AS row, c.*, coalesce(u.CODE_DISP_TXT, '') AS unit,
    EVENT_CLASS_CD = '233' AS is_number, EVENT_RESULT_TXT GLOB '[0-9]*'
        AND EVENT_RESULT_TXT NOT GLOB '*[^0-9.]*' AS plain
FROM CLEVE c LEFT JOIN CVREF u ON u.CODE_VALUE_CD = EVENT_RESULT_UNITS_CD AND u.ACTIVE_IND = '1'
WHERE EVENT_CLASS_CD NOT IN ('226', '224', '232') AND PERSON_ID NOT IN test;
CREATE TABLE dirt_of AS SELECT DISTINCT row, kind FROM result JOIN truth ON id = EVENT_ID
    AND kind IN ('D57', 'D58', 'D59', 'D60');
CREATE INDEX dirt_of_row ON dirt_of (row);
INSERT INTO rule SELECT 'observation', EVENT_ID, '~rounded', 'note', 'result: number column rounded'
FROM result WHERE plain AND CAST(EVENT_RESULT_TXT AS real) <> CAST(EVENT_RESULT_NBR AS real);
INSERT INTO rule SELECT 'observation', EVENT_ID, coalesce(kind, '~bedside'), 'note',
    'result: without a unit' FROM result LEFT JOIN dirt_of d ON d.row = result.row AND kind = 'D60'
WHERE is_number AND unit = '';
INSERT INTO rule SELECT 'observation', EVENT_ID, coalesce(kind, '~unit'), CASE WHEN unit IN
    ('mu/L', 'Umol/L') THEN 'note' ELSE 'repair' END, CASE WHEN unit IN ('mu/L', 'Umol/L')
    THEN 'unit_ucum' ELSE 'ucum_unit: local spelling' END
FROM result LEFT JOIN dirt_of d ON d.row = result.row AND kind = 'D60'
WHERE unit IN ('mu/L', 'Umol/L', 'IU/L', 'iu/l', 'mmol/l', 'x10^9/L');
INSERT INTO rule SELECT 'observation', EVENT_ID, kind, x.what, x.name FROM result
JOIN dirt_of d ON d.row = result.row
JOIN (SELECT 'D57' AS sort, 'note' AS what, 'result: words for a number' AS name, '*' AS form
    UNION ALL SELECT 'D58', 'note', 'result: words for a number', '*[a-z+]*'
    UNION ALL SELECT 'D58', 'repair', 'result_value: comparator', '[<>]*'
    UNION ALL SELECT 'D58', 'repair', 'result_value: thousands separators', '*,*') x
    ON x.sort = kind AND EVENT_RESULT_TXT GLOB x.form
WHERE lower(substr(EVENT_RESULT_TXT, -length(unit))) <> lower(unit) OR unit = '';
INSERT INTO rule SELECT 'observation', EVENT_ID, 'D59', 'repair',
    CASE WHEN NORMAL_VALUE_HIGH_TXT = '' THEN 'ref_range: whole range in one column'
        ELSE 'ref_range: brackets' END
FROM result JOIN dirt_of d ON d.row = result.row AND kind = 'D59';

CREATE TABLE document AS SELECT EVENT_ID AS id, count(*) AS pieces, max(TRUNCATION_IND) AS cut,
    max(ERROR_IND) AS wrong, max(CAST(BLOB_SEQ_NBR AS integer)) AS last FROM BlobContent GROUP BY 1;
INSERT INTO child SELECT 'document', id, PERSON_ID, nullif(ENCNTR_ID, '0'), NULL,
    CASE WHEN cut = '1' OR wrong = '1' OR last > pieces THEN 'reject' END,
    CASE WHEN cut = '1' THEN 'RULE:document_cut_off' WHEN wrong = '1' THEN 'RULE:document_in_error'
        WHEN last > pieces THEN 'RULE:document_lacks_a_piece' END,
    CASE WHEN cut = '1' OR wrong = '1' OR last > pieces THEN 'D63' END
FROM document JOIN CLEVE ON EVENT_ID = id;
INSERT INTO record SELECT 'document', id, '~pieces', 'merged', 'pivot' FROM document
JOIN CLEVE ON EVENT_ID = id WHERE pieces > 1 AND PERSON_ID NOT IN test;
INSERT INTO record SELECT 'document', id, 'D24', 'filter', 'of_a_test_patient' FROM document
JOIN CLEVE ON EVENT_ID = id WHERE pieces > 1 AND PERSON_ID IN test;

INSERT INTO rule SELECT c.entity, c.key, CASE WHEN c.entity = 'code_term' THEN '~term' ELSE 'D67' END,
    'repair', x.name FROM coded c JOIN term ON term.id = CAST(c.term AS text)
JOIN (SELECT 'icd10: dot' AS name UNION ALL SELECT 'icd10: filler') x ON
    CASE x.name WHEN 'icd10: dot' THEN code LIKE '%.%'
        ELSE length(replace(code, '.', '')) IN (3, 5) END WHERE vocabulary = 'ICD10WHO';
INSERT INTO rule SELECT c.entity, c.key, CASE WHEN c.entity = 'code_term' THEN '~term' ELSE 'D69' END,
    'repair', 'opcs4: local fifth character' FROM coded c JOIN term ON term.id = CAST(c.term AS text)
WHERE vocabulary = 'OPCS4' AND length(code) = 5;

-- Filters of whose records they are come after the mapping's own; what the target refuses last. The
-- first reference that is missing decides, in the order of the table's columns.
CREATE INDEX child_key ON child (entity, key);
UPDATE child SET what = 'filter', name = 'of_a_test_patient', cause = 'D24'
WHERE (what IS NULL OR what IN ('reject', 'merged')) AND name IS NOT 'ENCODING'
    AND (person IN test OR (entity IN ('ward_stay', 'consultant_episode')
    AND encounter IN (SELECT id FROM encounter WHERE state = 'test')));
CREATE TABLE refused AS
SELECT c.rowid AS child, CASE WHEN p.what = 'reject' THEN 'PARENT' ELSE 'FOREIGN_KEY' END AS name,
    coalesce(p.cause, CASE entity WHEN 'encounter' THEN 'D40' WHEN 'person_address' THEN 'D39'
        ELSE 'D40' END) AS cause
FROM child c LEFT JOIN person p ON p.id = c.person
WHERE c.what IS NULL AND c.person IS NOT NULL AND (p.id IS NULL OR p.what <> 'loaded');
CREATE UNIQUE INDEX refused_child ON refused (child);
INSERT INTO refused SELECT c.rowid, CASE e.state WHEN 'rejected' THEN 'PARENT'
    ELSE 'FOREIGN_KEY' END, e.cause
FROM child c JOIN encounter e ON e.id = c.encounter AND e.state <> 'loaded'
WHERE c.what IS NULL AND c.rowid NOT IN (SELECT child FROM refused);
INSERT INTO refused SELECT c.rowid, 'PARENT', other FROM child c WHERE entity = 'person_relation'
    AND what IS NULL AND other IS NOT NULL AND c.rowid NOT IN (SELECT child FROM refused);
INSERT INTO refused SELECT c.rowid, 'FOREIGN_KEY', r.cause FROM child c
JOIN child o ON o.entity = 'service_request' AND o.key = c.other
JOIN refused r ON r.child = o.rowid WHERE c.entity = 'diagnostic_report' AND c.what IS NULL
    AND c.rowid NOT IN (SELECT child FROM refused);
INSERT INTO refused SELECT c.rowid, 'PARENT', r.cause FROM child c
JOIN child o ON o.entity = 'diagnostic_report' AND o.key = c.other
JOIN refused r ON r.child = o.rowid WHERE c.entity = 'observation' AND c.what IS NULL
    AND c.rowid NOT IN (SELECT child FROM refused);
UPDATE child SET what = 'reject', (name, cause) = (SELECT name, cause FROM refused
    WHERE child = child.rowid) WHERE rowid IN (SELECT child FROM refused);
-- One number of two encounters, two current rows of one event: the second one.
UPDATE child SET what = 'reject', name = 'UNIQUE', cause = 'D45' WHERE rowid IN (
    SELECT max(rowid) FROM child WHERE entity = 'encounter_identifier' AND what IS NULL
    GROUP BY other HAVING count(*) > 1);
UPDATE child SET what = 'reject', name = 'UNIQUE', cause = 'D55' WHERE rowid IN (
    SELECT max(rowid) FROM child WHERE entity = 'observation' AND what IS NULL GROUP BY key
    HAVING count(*) > 1);
INSERT INTO record SELECT entity, key, cause, coalesce(what, 'loaded'), name FROM child;

-- Kinds that the truth does not list, as the files tell them.
INSERT INTO truth SELECT 'D36', ADDRESS_ID FROM PPADD WHERE END_EFFECTIVE_DT_TM GLOB '31-12-2100*';
INSERT INTO truth SELECT 'D93', ADDRESS_ID FROM PPADD WHERE ADDR_LINE2_TXT = '';
-- What passes: records of a kind, by src_id of the target, with what the file has beside.
CREATE TABLE passes AS SELECT t.kind, r.entity, r.key, (SELECT EVENT_END_DT_TM FROM CLEVE
    WHERE t.kind = 'D62' AND EVENT_ID = r.key) AS fact
FROM truth t JOIN record r ON r.what = 'loaded' AND r.key = t.id
WHERE (t.kind, r.entity) IN (SELECT kind, entity FROM expected WHERE what = 'passes')
    AND r.entity <> 'person_name'
UNION SELECT t.kind, 'person_name', PERSON_NAME_ID, NULL FROM truth t
JOIN PPNAM ON PPNAM.PERSON_ID = t.id AND PERSON_NAME_TYPE_CD = '766'
JOIN record r ON r.entity = 'person_name' AND r.key = PERSON_NAME_ID AND r.what = 'loaded'
WHERE t.kind IN (SELECT kind FROM expected WHERE what = 'passes' AND entity = 'person_name');
