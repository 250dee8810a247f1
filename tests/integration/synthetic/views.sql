-- views.sql — what expected.tsv counts in: the source's own tables, a view of each kind's rows
-- under the kind's name (synthetic_millennium.sh makes those of listed kinds), and what has become
-- of the persons and encounters that other rows refer to. Nothing of this is the mappings': it
-- follows from how the hospital was made. SPDX-License-Identifier: Apache-2.0
CREATE TEMP VIEW D12 AS SELECT * FROM PERSON WHERE PERSON_TYPE_CD = 900;
CREATE TEMP VIEW D36 AS SELECT * FROM ADDRESS WHERE date(END_EFFECTIVE_DT_TM) = '2100-12-31';
CREATE TEMP VIEW D52 AS SELECT * FROM ORDERS WHERE TEMPLATE_ORDER_FLAG = 1;
CREATE TEMP VIEW D54 AS SELECT * FROM CLINICAL_EVENT
    WHERE VALID_UNTIL_DT_TM < '2100-01-01' AND EVENT_ID <> 0;
CREATE TEMP VIEW D71 AS SELECT * FROM ALLERGY WHERE END_EFFECTIVE_DT_TM < '2100-01-01';
CREATE TEMP VIEW D92 AS SELECT * FROM PERSON WHERE NAME_PHONETIC LIKE '% ';

-- D53's keys are those of two rows, or more.
CREATE TEMP VIEW D53 AS SELECT '[' || key || ']' ->> 0 AS ORDER_ID,
    '[' || key || ']' ->> 1 AS ACTION_SEQUENCE, '[' || key || ']' ->> 2 AS DETAIL_SEQUENCE
    FROM truth_rows WHERE kind = 'D53';
-- NHS numbers that are none, and the row 0 of each table.
CREATE TEMP VIEW refused AS SELECT PERSON_ALIAS_ID FROM D01
    UNION ALL SELECT PERSON_ALIAS_ID FROM D02 UNION ALL SELECT PERSON_ALIAS_ID FROM D04
    UNION ALL SELECT PERSON_ALIAS_ID FROM D07 UNION ALL SELECT PERSON_ALIAS_ID FROM D08;
CREATE TEMP VIEW D11 AS SELECT "table" FROM truth_rows WHERE kind = 'D11';

-- Whose record it is now, and what became of that one: kept, circle (of merges), stub, test,
-- rejected. mapped: what belongs to it gets as far as the target. Who is not here is nobody.
CREATE TEMP TABLE who (PERSON_ID INTEGER PRIMARY KEY, survivor INTEGER, merges INTEGER, fate TEXT,
    mapped INTEGER AS (fate IN ('kept', 'rejected')));
INSERT INTO who
WITH RECURSIVE step (PERSON_ID, survivor, merges) AS (
    SELECT PERSON_ID, PERSON_ID, 0 FROM PERSON WHERE PERSON_ID <> 0
    UNION ALL SELECT s.PERSON_ID, c.TO_PERSON_ID, s.merges + 1
    FROM step s JOIN PERSON_COMBINE c ON c.FROM_PERSON_ID = s.survivor
    WHERE s.merges < 3 AND c.PERSON_COMBINE_ID NOT IN (SELECT PERSON_COMBINE_ID FROM D15))
SELECT PERSON_ID, survivor, max(merges),
    CASE WHEN survivor IN (SELECT FROM_PERSON_ID FROM D14B) THEN 'circle'
    WHEN survivor IN (SELECT PERSON_ID FROM D12) THEN 'stub'
    WHEN survivor IN (SELECT PERSON_ID FROM D24) THEN 'test'
    WHEN survivor IN (SELECT PERSON_ID FROM D17 UNION ALL SELECT PERSON_ID FROM D20
        UNION ALL SELECT PERSON_ID FROM C01) THEN 'rejected' ELSE 'kept' END
FROM step GROUP BY PERSON_ID;

-- The same of encounters: kept, test, circle, or rejected for another reason.
CREATE TEMP TABLE visit (ENCNTR_ID INTEGER PRIMARY KEY, encounter INTEGER, visit_fate TEXT,
    visit_mapped INTEGER AS (visit_fate IN ('kept', 'rejected')));
INSERT INTO visit
SELECT e.ENCNTR_ID, s.ENCNTR_ID,
    CASE WHEN w.fate IN ('test', 'circle') THEN w.fate
    WHEN w.fate = 'kept' AND s.ENCNTR_ID NOT IN (SELECT ENCNTR_ID FROM D43) THEN 'kept'
    ELSE 'rejected' END
FROM ENCOUNTER e LEFT JOIN ENCNTR_COMBINE c ON c.FROM_ENCNTR_ID = e.ENCNTR_ID
    JOIN ENCOUNTER s ON s.ENCNTR_ID = coalesce(c.TO_ENCNTR_ID, e.ENCNTR_ID)
    LEFT JOIN who w ON w.PERSON_ID = s.PERSON_ID
WHERE e.ENCNTR_ID <> 0;

-- Rows with what became of whom they belong to.
CREATE TEMP VIEW home AS SELECT a.*, merges, fate, coalesce(mapped, 1) AS mapped
    FROM ADDRESS a LEFT JOIN who ON who.PERSON_ID = a.PARENT_ENTITY_ID
    WHERE PARENT_ENTITY_NAME <> 'ORGANIZATION';
CREATE TEMP VIEW telephone AS SELECT p.*, fate, mapped
    FROM PHONE p JOIN who ON who.PERSON_ID = p.PARENT_ENTITY_ID;
CREATE TEMP VIEW relation AS
    SELECT r.*, p.survivor, p.fate, o.survivor AS other, o.fate AS other_fate
    FROM PERSON_PERSON_RELTN r JOIN who p ON p.PERSON_ID = r.PERSON_ID
    JOIN who o ON o.PERSON_ID = r.RELATED_PERSON_ID;
CREATE TEMP VIEW stay AS SELECT e.*, fate, coalesce(mapped, 1) AS mapped
    FROM ENCOUNTER e LEFT JOIN who USING (PERSON_ID)
    WHERE ENCNTR_ID <> 0 AND ENCNTR_ID NOT IN (SELECT FROM_ENCNTR_ID FROM ENCNTR_COMBINE);
CREATE TEMP VIEW waiting AS SELECT w.*, fate, mapped, visit_fate
    FROM PM_WAIT_LIST w JOIN who USING (PERSON_ID) LEFT JOIN visit USING (ENCNTR_ID);
CREATE TEMP VIEW booking AS SELECT a.*, fate, mapped, visit_fate
    FROM SCH_APPT a JOIN who USING (PERSON_ID) LEFT JOIN visit USING (ENCNTR_ID);
CREATE TEMP VIEW diagnosed AS SELECT d.*, fate, mapped, visit_fate
    FROM DIAGNOSIS d JOIN who USING (PERSON_ID) LEFT JOIN visit USING (ENCNTR_ID);
CREATE TEMP VIEW operation AS SELECT p.*, visit_fate, visit_mapped
    FROM PROCEDURE p JOIN visit USING (ENCNTR_ID)
    WHERE PROCEDURE_ID NOT IN (SELECT PROCEDURE_ID FROM D70);
CREATE TEMP TABLE ordered AS SELECT o.*, fate, mapped, visit_fate,
    fate = 'kept' AND coalesce(visit_fate, 'kept') = 'kept' AS carried
    FROM ORDERS o JOIN who USING (PERSON_ID) LEFT JOIN visit USING (ENCNTR_ID)
    WHERE TEMPLATE_ORDER_FLAG = 0;
CREATE INDEX ordered_order ON ordered (ORDER_ID);
CREATE TEMP VIEW detail AS SELECT d.*, fate, mapped, carried
    FROM ORDER_DETAIL d JOIN ordered USING (ORDER_ID);
CREATE TEMP TABLE happened AS SELECT c.*, fate, mapped, visit_fate
    FROM CLINICAL_EVENT c JOIN who USING (PERSON_ID) LEFT JOIN visit USING (ENCNTR_ID)
    WHERE VALID_UNTIL_DT_TM > '2100-01-01' AND EVENT_ID <> 0;
CREATE INDEX happened_event ON happened (EVENT_ID);
CREATE TEMP VIEW panel AS SELECT h.*, coalesce(carried, 1) AS carried
    FROM happened h LEFT JOIN ordered USING (ORDER_ID) WHERE h.EVENT_CLASS_CD = 226;
CREATE TEMP VIEW result AS SELECT h.*, u.DISPLAY AS unit
    FROM happened h LEFT JOIN CODE_VALUE u ON u.CODE_VALUE = nullif(RESULT_UNITS_CD, 0)
    WHERE EVENT_CLASS_CD NOT IN (224, 226, 232);
CREATE TEMP VIEW letter AS SELECT b.*, fate, mapped, visit_fate
    FROM CE_BLOB b JOIN happened USING (EVENT_ID);
-- What grew in cultures, and what it is sensitive to, of current versions; unnumbered: of an isolate
-- that the platform has no number for.
CREATE TEMP VIEW culture AS SELECT EVENT_ID, fate,
    fate = 'kept' AND coalesce(visit_fate, 'kept') = 'kept' AS carried FROM happened;
CREATE TEMP VIEW grown AS SELECT m.*, fate, carried,
    (EVENT_ID, MICRO_SEQ_NBR) IN (SELECT EVENT_ID, MICRO_SEQ_NBR FROM M02) AS unnumbered
    FROM CE_MICROBIOLOGY m JOIN culture USING (EVENT_ID)
    WHERE VALID_UNTIL_DT_TM > '2100-01-01';
CREATE TEMP VIEW sensitive AS SELECT s.*, fate, carried,
    (EVENT_ID, MICRO_SEQ_NBR) IN (SELECT EVENT_ID, MICRO_SEQ_NBR FROM M02) AS unnumbered
    FROM CE_SUSCEPTIBILITY s JOIN culture USING (EVENT_ID)
    WHERE VALID_UNTIL_DT_TM > '2100-01-01';
-- The same as the platform ought to have it, value by value. A concentration is the text's, or the
-- number's where there is no text, with all the digits that it was written with.
CREATE TEMP VIEW grown_values AS
SELECT 'micro_isolate' AS entity, (EVENT_ID * 1000 + MICRO_SEQ_NBR) || '|' || EVENT_ID || '|'
    || MICRO_SEQ_NBR || '|'
    || iif(ORGANISM_CD = 0, '~|not known', ORGANISM_CD || '|' || coalesce(o.DISPLAY, '~')) AS line
FROM grown LEFT JOIN CODE_VALUE o ON o.CODE_VALUE = ORGANISM_CD
WHERE carried AND NOT unnumbered;
CREATE TEMP VIEW sensitive_values AS
SELECT 'micro_sensitivity' AS entity, (EVENT_ID * 1000 + MICRO_SEQ_NBR) || '|' || SUSCEP_SEQ_NBR
    || '|' || ANTIBIOTIC_CD || '|' || a.DISPLAY || '|'
    || iif(substr(r.DISPLAY, 1, 1) IN ('S', 'I', 'R'), substr(r.DISPLAY, 1, 1), '~') || '|'
    || iif(digits IS NULL OR digits GLOB '*[a-z]*', '~', digits) || '|'
    || iif(RESULT_TEXT_VALUE GLOB '[<>]*', rtrim(RESULT_TEXT_VALUE, '0123456789.'), '~') || '|'
    || coalesce(u.DISPLAY, '~') AS line
FROM (SELECT s.*, coalesce(ltrim(s.RESULT_TEXT_VALUE, '<>='),
        nullif(w.RESULT_NUMERIC_VALUE, '\N')) AS digits FROM sensitive s
        JOIN written w USING (EVENT_ID, MICRO_SEQ_NBR, SUSCEP_SEQ_NBR, VALID_UNTIL_DT_TM))
    JOIN CODE_VALUE a ON a.CODE_VALUE = nullif(ANTIBIOTIC_CD, 0)
    LEFT JOIN CODE_VALUE r ON r.CODE_VALUE = nullif(RESULT_CD, 0)
    LEFT JOIN CODE_VALUE u ON u.CODE_VALUE = nullif(RESULT_UNIT_CD, 0)
WHERE carried AND NOT unnumbered AND (EVENT_ID, MICRO_SEQ_NBR, SUSCEP_SEQ_NBR) NOT IN
    (SELECT EVENT_ID, MICRO_SEQ_NBR, SUSCEP_SEQ_NBR FROM M03);

-- Second FINs of one number whose first one is in the target.
CREATE TEMP VIEW fin_twice AS SELECT b.* FROM ENCNTR_ALIAS b JOIN visit v USING (ENCNTR_ID)
    WHERE b.ENCNTR_ALIAS_TYPE_CD = 1077 AND visit_mapped AND b.ALIAS IN (SELECT ALIAS FROM D45)
    AND EXISTS (SELECT 1 FROM ENCNTR_ALIAS a JOIN visit f USING (ENCNTR_ID)
        WHERE a.ENCNTR_ALIAS_TYPE_CD = 1077 AND a.ALIAS = b.ALIAS AND f.visit_fate = 'kept'
        AND a.ENCNTR_ALIAS_ID < b.ENCNTR_ALIAS_ID);

-- Second stays of an encounter beside the first: again in its ward without a gap (same), or in
-- another ward before the first has ended (cut).
CREATE TEMP VIEW moved AS
SELECT b.*, visit_fate, visit_mapped,
    a.LOC_NURSE_UNIT_CD = b.LOC_NURSE_UNIT_CD AND a.END_EFFECTIVE_DT_TM >= b.BEG_EFFECTIVE_DT_TM
        AS same,
    a.LOC_NURSE_UNIT_CD <> b.LOC_NURSE_UNIT_CD AND a.END_EFFECTIVE_DT_TM > b.BEG_EFFECTIVE_DT_TM
        AS cut
FROM ENCNTR_LOC_HIST b JOIN ENCNTR_LOC_HIST a USING (ENCNTR_ID) JOIN visit USING (ENCNTR_ID)
WHERE b.CHANGE_BIT = 2 AND a.CHANGE_BIT = 1;
-- Stays of two encounters that were combined, at the same time: the later encounter's is refused.
CREATE TEMP VIEW two_places AS
SELECT DISTINCT b.* FROM ENCNTR_LOC_HIST b JOIN ENCNTR_COMBINE c ON c.TO_ENCNTR_ID = b.ENCNTR_ID
    JOIN ENCNTR_LOC_HIST a ON a.ENCNTR_ID = c.FROM_ENCNTR_ID
    JOIN visit v ON v.ENCNTR_ID = b.ENCNTR_ID
WHERE visit_fate = 'kept' AND a.BEG_EFFECTIVE_DT_TM < b.END_EFFECTIVE_DT_TM
    AND b.BEG_EFFECTIVE_DT_TM < a.END_EFFECTIVE_DT_TM;

-- Terms lie in sections, in the order in which they are made.
CREATE TEMP VIEW term AS
SELECT *, CASE WHEN place < 30 THEN 'icd10' WHEN place < 35 THEN 'icd10 odd'
    WHEN place < 70 THEN 'snomed' WHEN place < 71 THEN 'snomed damaged'
    WHEN place < 85 THEN 'opcs4' WHEN place < 86 THEN 'opcs4 local' ELSE 'substance' END AS section
FROM (SELECT *,
        100.0 * (row_number() OVER (ORDER BY NOMENCLATURE_ID) - 1) / count(*) OVER () AS place
    FROM NOMENCLATURE WHERE NOMENCLATURE_ID <> 0);
-- Their codes in the form of their system; of one code the last term counts (wins).
CREATE TEMP VIEW coded AS
SELECT *, row_number() OVER (PARTITION BY SOURCE_VOCABULARY_CD, code
    ORDER BY NOMENCLATURE_ID DESC) = 1 AS wins
FROM (SELECT *, CASE WHEN section = 'opcs4 local' THEN substr(SOURCE_IDENTIFIER, 1, 4)
        WHEN section <> 'icd10 odd' THEN SOURCE_IDENTIFIER
        WHEN length(SOURCE_IDENTIFIER) = 3 THEN SOURCE_IDENTIFIER || 'X'
        WHEN length(SOURCE_IDENTIFIER) = 6 THEN replace(substr(SOURCE_IDENTIFIER, 1, 5), '.', '')
            || '-' || substr(SOURCE_IDENTIFIER, 6)
        ELSE replace(SOURCE_IDENTIFIER, '.', '') END AS code FROM term)
WHERE section <> 'snomed damaged';
