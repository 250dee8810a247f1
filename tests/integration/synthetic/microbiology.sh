# microbiology.sh — what synthetic.sh asks of cultures.
# SPDX-License-Identifier: Apache-2.0

# What grew in cultures, and what it is sensitive to.
microbiology() {
    local code='SELECT CODE_VALUE FROM CODE_VALUE WHERE CODE_SET ='
    local sensitivity='SELECT count(*) FROM CE_SUSCEPTIBILITY s WHERE'
    local culture="FROM CLINICAL_EVENT e WHERE EVENT_CLASS_CD = 231"
    local version='e.EVENT_ID = m.EVENT_ID AND e.VALID_UNTIL_DT_TM = m.VALID_UNTIL_DT_TM'
    local earlier="VALID_UNTIL_DT_TM < '2100-01-01'"
    counts M01 "SELECT count(*) FROM CE_MICROBIOLOGY WHERE ORGANISM_CD NOT IN ($code 1021)"
    counts M02 'SELECT count(*) FROM CE_MICROBIOLOGY WHERE MICRO_SEQ_NBR >= 1000'
    counts M03 "$sensitivity NOT EXISTS (SELECT 1 FROM CE_MICROBIOLOGY m
        WHERE m.EVENT_ID = s.EVENT_ID AND m.MICRO_SEQ_NBR = s.MICRO_SEQ_NBR
        AND m.VALID_UNTIL_DT_TM = s.VALID_UNTIL_DT_TM)"
    counts M04 "$sensitivity ANTIBIOTIC_CD NOT IN ($code 1011)"
    counts M05 "$sensitivity RESULT_CD IN ($code 1025 AND DISPLAY_KEY NOT IN ('S', 'SUSCEPTIBLE',
        'SENSITIVE', 'I', 'INTERMEDIATE', 'R', 'RESISTANT'))"
    counts M06 "$sensitivity RESULT_CD = 0 AND RESULT_TEXT_VALUE GLOB '*[a-z]*'"
    counts M07 "$sensitivity RESULT_TEXT_VALUE GLOB '[<>]*[0-9]'"
    counts M08 "$sensitivity RESULT_TEXT_VALUE IS NULL AND RESULT_NUMERIC_VALUE IS NOT NULL"
    counts M09 "$sensitivity CAST(RESULT_TEXT_VALUE AS real) <> RESULT_NUMERIC_VALUE
        AND RESULT_TEXT_VALUE NOT GLOB '[<>]*'"
    same 'isolates of versions of cultures' "$(ask "SELECT count(*) FROM CE_MICROBIOLOGY m
        WHERE NOT EXISTS (SELECT 1 $culture AND $version)")" 0
    same 'cultures in which something grew' "$(ask "SELECT count(*) $culture
        AND (RESULT_VAL = 'Positive') <> EXISTS (SELECT 1 FROM CE_MICROBIOLOGY m
        WHERE $version)")" 0
    same 'isolates of each version of a culture' "$(ask "SELECT count(*) FROM (SELECT EVENT_ID
        FROM CE_MICROBIOLOGY WHERE EVENT_ID IN (SELECT EVENT_ID FROM CE_MICROBIOLOGY
        WHERE $earlier) GROUP BY EVENT_ID HAVING 2 * sum($earlier) <> count(*))")" 0
    # Of test patients, and of those who died before they were born: these hang on no group.
    same 'cultures of no order' "$(ask "SELECT group_concat(PERSON_ID) FROM (SELECT PERSON_ID
        $culture AND NOT EXISTS (SELECT 1 FROM CLINICAL_EVENT g WHERE g.EVENT_CLASS_CD = 226
            AND g.EVENT_ID = e.PARENT_EVENT_ID AND g.ORDER_ID = e.ORDER_ID
            AND g.PERSON_ID = e.PERSON_ID AND g.ACCESSION_NBR = e.ACCESSION_NBR)
        ORDER BY PERSON_ID)")" "$(ask "SELECT group_concat(key) FROM (SELECT key FROM truth_rows
        WHERE kind IN ('D24', 'D20') ORDER BY CAST(key AS integer))")"
}
