# synthetic.sh — the hospital that does not exist (tests/synthetic): the same seed makes the same
# bytes, another one others in the same numbers; every kind of dirt is in the rows as often as the
# truth says, asked of the database and of the files themselves; rows that are clean have their
# parents; nothing was entered while the system was down.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
: "${NOVATE_TEST_BUILD:?build folder}"
generator=$NOVATE_TEST_BUILD/tests/synthetic_trust
. "$source_root/tests/integration/synthetic/microbiology.sh"

# make FOLDER OPTIONS…: all outputs of a hospital.
make() {
    local folder=$1
    shift
    mkdir -p "$folder"
    "$generator" --sqlite "$folder/millennium.db" --mariadb "$folder/mariadb" \
        --feed "$folder/feed" --winpath "$folder/winpath" --jac "$folder/jac" \
        --pacs "$folder/pacs" --downtime "$folder/paper" --truth "$folder/truth" "$@"
}

sums() {
    (cd "$1" && find . -type f ! -name '*.db' -exec sha256sum {} + | sort -k 2)
    sqlite3 "$1/millennium.db" .dump | sha256sum
}

# truth FOLDER KIND: how many rows are of a kind.
truth() {
    awk -F'\t' -v kind="$2" '$1 == kind { print $6 }' "$1/truth/kinds.tsv"
}

ask() {
    sqlite3 -batch -noheader "$work/all.db" "$1"
}

# counts KIND[+KIND] QUERY: the query's number is what the truth says of these kinds together.
counts() {
    local kind wanted=0
    for kind in ${1//+/ }; do
        wanted=$((wanted + $(truth "$work" "$kind")))
    done
    same "$1" "$(ask "$2")" "$wanted"
    asked+=" ${1//+/ } "
}

# orphans CHILD COLUMN PARENT KEY [KIND…]: children without a parent are those of these kinds.
orphans() {
    local kind wanted=0
    for kind in "${@:5}"; do
        wanted=$((wanted + $(truth "$work" "$kind")))
    done
    same "orphans: $1.$2" "$(ask "SELECT count(*) FROM $1 c WHERE c.$2 <> 0
        AND NOT EXISTS (SELECT 1 FROM $3 p WHERE p.$4 = c.$2)")" "$wanted"
}

# A database with Millennium's tables, the files of the others and the truth.
join_all() {
    local file table
    cp "$work/millennium.db" "$work/all.db"
    for file in "$work"/{winpath,jac,pacs,paper}/*.csv; do
        table=$(basename "$(dirname "$file")")_$(basename "$file" .csv)
        # Files of windows-1252 are read as they are, as a database would: only counts are asked.
        sed '1s/^\xef\xbb\xbf//' "$file" >"$tmp/import.csv"
        sqlite3 -batch "$work/all.db" ".mode csv" ".import $tmp/import.csv $table"
    done
    sqlite3 -batch "$work/all.db" '.mode tabs' ".import $work/truth/rows.tsv truth_rows" \
        ".import $work/truth/tables.tsv truth_tables" \
        'CREATE INDEX sample_key ON winpath_samplelevel (LabNo, LIMSNo)' \
        'CREATE INDEX truth_key ON truth_rows ("table", "key")' \
        'CREATE INDEX alias_person ON PERSON_ALIAS (PERSON_ID)' \
        'CREATE INDEX alias_alias ON PERSON_ALIAS (ALIAS)' \
        'CREATE INDEX encounter_person ON ENCOUNTER (PERSON_ID)' \
        'CREATE INDEX event_event ON CLINICAL_EVENT (EVENT_ID)' \
        'CREATE INDEX appt_event ON SCH_APPT (SCH_EVENT_ID)' \
        'CREATE INDEX detail_value ON ORDER_DETAIL (OE_FIELD_DISPLAY_VALUE)'
}

people() {
    local nhs="FROM PERSON_ALIAS WHERE PERSON_ALIAS_TYPE_CD = 18 AND"
    local digits="length(ALIAS) = 10 AND ALIAS NOT GLOB '*[^0-9]*'"
    local check="(11 - (substr(ALIAS,1,1)*10 + substr(ALIAS,2,1)*9 + substr(ALIAS,3,1)*8
        + substr(ALIAS,4,1)*7 + substr(ALIAS,5,1)*6 + substr(ALIAS,6,1)*5 + substr(ALIAS,7,1)*4
        + substr(ALIAS,8,1)*3 + substr(ALIAS,9,1)*2) % 11) % 11"
    local repeated="ALIAS IN ('0000000000', '1111111111', '9999999999')"
    local tests="NAME_LAST IN ('ZZTEST', 'DUMMY', 'XXTESTPATIENT')"
    local person="FROM PERSON WHERE PERSON_TYPE_CD = 903 AND"
    counts D01 "SELECT count(*) $nhs $digits AND $check < 10
        AND $check <> CAST(substr(ALIAS, 10) AS integer)"
    counts D02 "SELECT count(*) $nhs $digits AND $check = 10"
    counts D03 "SELECT count(*) $nhs (ALIAS GLOB '999 ??? ????' OR ALIAS GLOB '999-???-????')"
    counts D04 "SELECT count(*) $nhs ALIAS GLOB '999*' AND ALIAS NOT GLOB '*[^0-9]*'
        AND length(ALIAS) IN (9, 11)"
    counts D05 "SELECT count(*) $nhs ALIAS NOT GLOB '999*' AND ALIAS NOT GLOB '*[^0-9]*'
        AND length(ALIAS) = 9"
    counts D06 "SELECT count(*) - count(DISTINCT ALIAS) $nhs $digits AND NOT $repeated"
    counts D07 "SELECT count(*) $nhs $repeated"
    counts D08 "SELECT count(*) $nhs ALIAS GLOB 'ZZ*'"
    counts D09 "SELECT count(*) FROM PERSON_ALIAS WHERE PERSON_ALIAS_TYPE_CD = 10
        AND ALIAS NOT GLOB 'W*' AND (ALIAS NOT GLOB 'H*' OR length(ALIAS) <> 8)"
    counts D10 "SELECT count(*) FROM PERSON_ALIAS WHERE ALIAS_POOL_CD NOT IN
        (SELECT CODE_VALUE FROM CODE_VALUE WHERE CODE_SET = 263)"
    counts D12 "SELECT count(*) FROM PERSON WHERE PERSON_TYPE_CD = 900"
    counts D13 "SELECT count(*) $person ACTIVE_IND = 0 AND ACTIVE_STATUS_CD = 189"
    counts D14A+D14B "SELECT count(*) FROM PERSON_COMBINE c WHERE ACTIVE_IND = 1 AND EXISTS
        (SELECT 1 FROM PERSON_COMBINE d WHERE d.ACTIVE_IND = 1
         AND d.FROM_PERSON_ID = c.TO_PERSON_ID)"
    counts D14B "SELECT count(*) FROM PERSON_COMBINE c JOIN PERSON_COMBINE d
        ON d.FROM_PERSON_ID = c.TO_PERSON_ID AND c.FROM_PERSON_ID = d.TO_PERSON_ID"
    counts D15 "SELECT count(*) FROM PERSON_COMBINE c JOIN PERSON p
        ON p.PERSON_ID = c.FROM_PERSON_ID WHERE UCB_DT_TM IS NOT NULL AND c.ACTIVE_IND = 0
        AND p.ACTIVE_IND = 1"
    counts D16 "SELECT count(*) FROM truth_rows t JOIN PERSON p ON p.PERSON_ID = t.key
        WHERE t.kind = 'D16' AND substr(ABS_BIRTH_DT_TM, 6, 2) <> substr(ABS_BIRTH_DT_TM, 9, 2)
        AND CAST(substr(ABS_BIRTH_DT_TM, 9, 2) AS integer) <= 12"
    same 'D16: nobody else is born on another day in the laboratory' "$(ask "SELECT count(*)
        FROM (SELECT DISTINCT PERSON_ID FROM winpath_samplelevel w
              JOIN PERSON_ALIAS a ON a.ALIAS = w.MRN JOIN PERSON p USING (PERSON_ID)
              WHERE ABS_BIRTH_DT_TM NOT GLOB '1[89]00-01-01*' AND ABS_BIRTH_DT_TM < '2008-01-01'
              AND ABS_BIRTH_DT_TM <> substr(DOB, 7) || '-' || substr(DOB, 4, 2) || '-'
                  || substr(DOB, 1, 2) || ' 00:00:00')
        WHERE PERSON_ID NOT IN (SELECT key FROM truth_rows WHERE kind = 'D16')")" 0
    counts D17+C01 "SELECT count(*) $person BIRTH_DT_TM > '2008-07-01'"
    counts D18 "SELECT count(*) $person BIRTH_DT_TM IN ('1800-01-01 00:00:00',
        '1900-01-01 00:00:00')"
    counts D19 "SELECT count(*) $person BIRTH_DT_TM <> ABS_BIRTH_DT_TM"
    counts D20 "SELECT count(*) $person DECEASED_DT_TM < BIRTH_DT_TM"
    counts D21 "SELECT count(*) $person DECEASED_DT_TM > BIRTH_DT_TM AND EXISTS (SELECT 1
        FROM ENCOUNTER e WHERE e.PERSON_ID = PERSON.PERSON_ID AND ARRIVE_DT_TM < '2008-07-01'
        AND julianday(ARRIVE_DT_TM) >= julianday(DECEASED_DT_TM) + 30)"
    counts D22 "SELECT count(*) $person SEX_CD NOT IN
        (SELECT CODE_VALUE FROM CODE_VALUE WHERE CODE_SET = 57)"
    counts D23 "SELECT count(*) $person ETHNIC_GRP_CD IN
        (SELECT CODE_VALUE FROM CODE_VALUE WHERE CODE_SET = 27 AND ACTIVE_IND = 0)"
    counts D24 "SELECT count(*) $person $tests"
    counts D25 "SELECT count(*) $person NAME_LAST = upper(NAME_LAST) AND length(NAME_LAST) > 1
        AND NOT $tests"
    counts D26 "SELECT count(*) $person NAME_LAST LIKE '%â€™%'"
    counts D27 "SELECT count(*) $person instr(NAME_LAST, char(0x92)) > 0"
    counts D28 "SELECT count(*) $person instr(CAST(NAME_LAST AS blob), X'00') > 0"
    counts D29+C01 "SELECT count(*) $person (NAME_LAST IS NULL OR NAME_LAST IN (' ', '.'))"
    counts D30 "SELECT count(*) $person NAME_LAST LIKE '%, %'"
    counts D92 "SELECT count(*) $person length(NAME_PHONETIC) = 8 AND NAME_PHONETIC LIKE '% '"
    counts V01 "SELECT count(*) $person (NAME_LAST IN ('Ng', 'Null', 'van der Berg de la Haye')
        OR ABS_BIRTH_DT_TM LIKE '1901-%-17 %' OR PERSON_ID IN (SELECT key FROM truth_rows
        WHERE kind = 'V01' AND ABS_BIRTH_DT_TM LIKE '%-02-29 %'))"
}

contacts() {
    local home="FROM ADDRESS WHERE PARENT_ENTITY_NAME <> 'ORGANIZATION' AND"
    local right="(ZIPCODE GLOB 'SO2[123] [0-9][A-Z][A-Z]' OR ZIPCODE GLOB 'SO50 [0-9][A-Z][A-Z]')"
    local wrong="ZIPCODE IN ('QX1 1AA', 'SO22 5C', 'NOT KNOWN', 'SO22 9KV', '1SO 22D')"
    counts D31 "SELECT count(*) $home NOT $right AND NOT $wrong AND ZIPCODE NOT LIKE 'ZZ99%'
        AND ZIPCODE NOT GLOB 'SO2I *' AND ZIPCODE NOT GLOB 'SO* O*'"
    counts D32 "SELECT count(*) $home (ZIPCODE GLOB 'SO2I *' OR ZIPCODE GLOB 'SO* O*')"
    counts D33 "SELECT count(*) $home $wrong"
    counts D34 "SELECT count(*) $home ZIPCODE LIKE 'ZZ99%'"
    counts D35 "SELECT count(*) $home (STREET_ADDR LIKE '%|%' OR instr(STREET_ADDR, char(10)))"
    counts D36 'SELECT count(*) FROM ADDRESS WHERE date(END_EFFECTIVE_DT_TM) = '"'2100-12-31'"
    counts D37 "SELECT count(*) - count(DISTINCT PARENT_ENTITY_ID) $home
        END_EFFECTIVE_DT_TM > '2100-01-01'"
    counts D38 "SELECT count(*) $home PARENT_ENTITY_NAME <> 'PERSON'"
    counts D39 "SELECT count(*) $home PARENT_ENTITY_ID NOT IN (SELECT PERSON_ID FROM PERSON)"
}

care() {
    local slot="strftime('%w', BEG_DT_TM, '+1 hour')"
    counts D40 "SELECT count(*) FROM ENCOUNTER WHERE PERSON_ID NOT IN
        (SELECT PERSON_ID FROM PERSON)"
    counts D41+O04 "SELECT count(*) FROM ENCOUNTER WHERE DISCH_DT_TM < ARRIVE_DT_TM"
    counts O04 "SELECT count(*) FROM ENCOUNTER WHERE DISCH_DT_TM < ARRIVE_DT_TM
        AND ARRIVE_DT_TM BETWEEN '$down' AND '$up'"
    counts D42 "SELECT count(*) FROM ENCOUNTER WHERE ARRIVE_DT_TM > '2008-07-01'"
    counts D43 "SELECT count(*) FROM ENCOUNTER WHERE ENCNTR_TYPE_CD <> 0 AND ENCNTR_TYPE_CD NOT IN
        (SELECT CODE_VALUE FROM CODE_VALUE)"
    counts D44 "SELECT count(*) FROM ENCOUNTER WHERE LOC_NURSE_UNIT_CD <> 0
        AND LOC_NURSE_UNIT_CD NOT IN (SELECT LOCATION_CD FROM LOCATION)"
    counts D45 "SELECT count(*) - count(DISTINCT ALIAS) FROM ENCNTR_ALIAS
        WHERE ENCNTR_ALIAS_TYPE_CD = 1077"
    counts D46 "SELECT count(*) FROM ENCNTR_LOC_HIST b JOIN
        (SELECT ENCNTR_ID, ENCNTR_LOC_HIST_ID, END_EFFECTIVE_DT_TM AS ended FROM ENCNTR_LOC_HIST
         WHERE CHANGE_BIT = 1) a USING (ENCNTR_ID)
        WHERE CHANGE_BIT = 2 AND b.BEG_EFFECTIVE_DT_TM <> a.ended"
    counts D47 "SELECT count(*) FROM SCH_APPT WHERE ROLE_MEANING = 'PATIENT'
        AND BEG_DT_TM > '2008-07-01' AND ($slot IN ('0', '6') OR time(BEG_DT_TM,
            CASE WHEN BEG_DT_TM < '2008-10-26 01' THEN '+1 hour' ELSE '+0 hours' END)
            NOT BETWEEN '09:00:00' AND '17:00:00')"
    counts D48 "SELECT count(*) FROM SCH_APPT WHERE CAST(ROLE_MEANING AS blob) = X'00'"
    counts D49 "SELECT count(*) FROM SCH_APPT WHERE STATE_MEANING = 'CANCELED' AND ACTIVE_IND = 1"
    same 'appointments of the dead' "$(ask "SELECT count(*) FROM SCH_APPT a JOIN PERSON p
        USING (PERSON_ID) WHERE BEG_DT_TM > '2008-07-01' AND DECEASED_DT_TM IS NOT NULL")" 0
    same 'discharges of the dead' "$(ask "SELECT count(*) FROM ENCOUNTER e JOIN PERSON p
        USING (PERSON_ID) WHERE DISCH_DT_TM > DECEASED_DT_TM AND PERSON_ID NOT IN
        (SELECT key FROM truth_rows WHERE kind IN ('D20', 'D21'))")" 0
    counts D50 "SELECT count(*) FROM PM_WAIT_LIST WHERE ENCNTR_ID = 0 AND REFERRAL_DT_TM IS NULL"
}

orders() {
    local now="FROM CLINICAL_EVENT WHERE EVENT_ID <> 0 AND VALID_UNTIL_DT_TM > '2100-01-01' AND"
    local placeholder="RESULT_VAL IN ('POSITIVE', 'NEGATIVE', 'Haemolysed', 'Insufficient')"
    local number="RESULT_VAL NOT GLOB '*[^0-9.]*'"
    counts D51 'SELECT count(*) FROM ORDERS WHERE ENCNTR_ID = 0 AND ORDER_ID <> 0'
    counts D52 'SELECT count(*) FROM ORDERS WHERE TEMPLATE_ORDER_FLAG > 0'
    counts D53 "SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM ORDER_DETAIL
        GROUP BY ORDER_ID, ACTION_SEQUENCE, DETAIL_SEQUENCE)"
    counts D54 "SELECT count(*) FROM CLINICAL_EVENT WHERE VALID_UNTIL_DT_TM < '2100-01-01'"
    counts D55 "SELECT count(*) - count(DISTINCT EVENT_ID) $now 1"
    counts D56 "SELECT count(*) $now RESULT_STATUS_CD IN (SELECT CODE_VALUE FROM CODE_VALUE
        WHERE CODE_SET = 8 AND CDF_MEANING GLOB 'INERR*')"
    counts D57 "SELECT count(*) $now EVENT_CLASS_CD = 233 AND $placeholder"
    counts D58 "SELECT count(*) $now EVENT_CLASS_CD = 233 AND NOT $number AND NOT $placeholder"
    counts D59 "SELECT count(*) $now (NORMAL_LOW LIKE '(%' OR NORMAL_LOW LIKE '%-%')"
    counts D60 "SELECT count(*) $now ACCESSION_NBR IS NOT NULL AND EVENT_CLASS_CD = 233 AND
        (RESULT_UNITS_CD = 0 OR RESULT_UNITS_CD IN (SELECT CODE_VALUE FROM CODE_VALUE WHERE
         CODE_SET = 54 AND DISPLAY IN ('mmol/l', 'Umol/L', 'iu/l', 'x10^9/L')))"
    counts D61 "SELECT count(*) $now (ACCESSION_NBR = 'VALUE_TOO_LONG'
        OR length(ACCESSION_NBR) = 18)"
    same 'versions follow one another' "$(ask "SELECT count(*) FROM CLINICAL_EVENT a
        WHERE VALID_UNTIL_DT_TM < '2100-01-01' AND NOT EXISTS (SELECT 1 FROM CLINICAL_EVENT b
        WHERE b.EVENT_ID = a.EVENT_ID AND b.VALID_FROM_DT_TM = a.VALID_UNTIL_DT_TM)")" 0
    counts D73 'SELECT count(*) FROM LONG_TEXT WHERE length(LONG_TEXT) > 32000'
    counts V02 "SELECT count(*) FROM CE_BLOB WHERE COMPRESSION_CD = 728 AND BLOB_SEQ_NUM = 1
        AND hex(substr(BLOB_CONTENTS, 1, 5)) = '7B5C727466'"
}

coded() {
    local term="JOIN NOMENCLATURE n USING (NOMENCLATURE_ID) WHERE"
    counts D66 "SELECT count(*) FROM DIAGNOSIS WHERE NOMENCLATURE_ID = 0 OR NOMENCLATURE_ID NOT IN
        (SELECT NOMENCLATURE_ID FROM NOMENCLATURE)"
    counts D67 "SELECT count(*) FROM DIAGNOSIS $term SOURCE_VOCABULARY_CD = 673968
        AND SOURCE_IDENTIFIER NOT GLOB '[A-Z][0-9][0-9][0-9]'"
    # Verhoeff's digit of each code that diagnoses have.
    same D68 "$(ask "SELECT SOURCE_IDENTIFIER FROM DIAGNOSIS $term SOURCE_VOCABULARY_CD = 673967" |
        awk 'BEGIN { split("0123456789 1576283094 5803796142 8916043527 9453126870 4286573901" \
                           " 2793806415 7046913258", fold, " ") }
            { c = 0
              for (i = 0; i < length($1); i++) {
                  d = substr(fold[i % 8 + 1], substr($1, length($1) - i, 1) + 1, 1) + 0
                  turned = (c < 5) != (d < 5)
                  c = (c % 5 + (c < 5 ? d % 5 : 5 - d % 5)) % 5 + (turned ? 5 : 0)
              }
              bad += c != 0 }
            END { print bad + 0 }')" "$(truth "$work" D68)"
    asked+=' D68 '
    counts D69 "SELECT count(*) FROM PROCEDURE $term SOURCE_VOCABULARY_CD = 673969
        AND length(SOURCE_IDENTIFIER) = 5"
    counts D70 "SELECT count(*) FROM PROCEDURE WHERE ACTIVE_IND = 0 OR PROC_DT_TM IS NULL"
    counts D71 'SELECT count(*) - count(DISTINCT ALLERGY_ID) FROM ALLERGY'
    counts D72 "SELECT count(*) FROM ALLERGY WHERE SUBSTANCE_FTDESC IN ('NKDA', 'nil known',
        'No known allergies')"
    counts D74 "SELECT count(*) FROM PRSNL_ALIAS WHERE (ALIAS GLOB 'C*' AND length(ALIAS) <> 8)
        OR (ALIAS GLOB 'G*' AND (substr(ALIAS,2,1) + 3*substr(ALIAS,3,1) + 7*substr(ALIAS,4,1)
            + substr(ALIAS,5,1) + 3*substr(ALIAS,6,1) + 7*substr(ALIAS,7,1)) % 10
            <> CAST(substr(ALIAS, 8, 1) AS integer))"
    counts D75 "SELECT count(*) FROM ORGANIZATION_ALIAS WHERE ALIAS = 'V81999'
        OR END_EFFECTIVE_DT_TM < '2005-01-01'"
    counts D77 "SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM CODE_VALUE
        WHERE ACTIVE_IND = 1 AND CODE_SET >= 20000 GROUP BY CODE_SET, DISPLAY)"
    counts D78 "SELECT sum(n - 1) FROM (SELECT count(*) AS n FROM CODE_VALUE_ALIAS
        GROUP BY CODE_SET, lower(ALIAS))"
}

peripherals() {
    counts D79 "SELECT count(*) FROM winpath_resultlevel WHERE TFCValue IN ('.', '*',
        'see comment')"
    counts D80 'SELECT count(*) - count(DISTINCT LabNo) FROM winpath_samplelevel'
    same 'LIMSNo and LabNo are unique' "$(ask 'SELECT count(*) - count(DISTINCT LIMSNo || LabNo)
        FROM winpath_samplelevel')" 0
    same 'results have samples' "$(ask 'SELECT count(*) FROM winpath_resultlevel r
        LEFT JOIN winpath_samplelevel s USING (LIMSNo, LabNo) WHERE s.LabNo IS NULL')" 0
    counts D81 "SELECT count(*) FROM winpath_samplelevel w WHERE EXISTS (SELECT 1
        FROM PERSON_ALIAS n WHERE n.ALIAS = w.NHSNo AND n.PERSON_ALIAS_TYPE_CD = 18)
        AND NOT EXISTS (SELECT 1 FROM PERSON_ALIAS n JOIN PERSON_ALIAS m USING (PERSON_ID)
            WHERE n.ALIAS = w.NHSNo AND upper(trim(m.ALIAS)) IN
                (w.MRN, 'H' || ltrim(substr(w.MRN, 2), '0')))"
    counts D83 "SELECT count(*) FROM jac_xdailyissues WHERE quantity LIKE '% x % Pack'"
    counts D84 "SELECT count(*) FROM jac_xdailyissues WHERE lnkpid = ''"
    counts D85 "SELECT count(*) FROM jac_prescription WHERE dose = '0.5' AND dose_unit = 'mg'
        AND drug_name = 'Levothyroxine'"
    counts D86 "SELECT count(*) FROM jac_prescription WHERE lnkdid LIKE 'L%'"
    counts D87 "SELECT count(*) FROM (SELECT ExaminationStudyUid AS uid, row_number() OVER
            (PARTITION BY ExaminationStudyUid ORDER BY ExaminationId) AS n FROM pacs_examinations)
        WHERE n > 1 OR length(uid) > 64 OR uid GLOB '*.0[0-9]*'"
    counts D88 "SELECT count(*) FROM pacs_examinations WHERE ExaminationDate < '1900'
        OR ExaminationDate > '2010'"
    counts D89 "SELECT count(*) FROM pacs_patients WHERE PatientIssuerId NOT IN ('RN1', 'NHS')"
}

# What wards wrote on paper, and what of it another system has.
paper() {
    local arrived="substr(arrived_at, 7, 4) || '-' || substr(arrived_at, 4, 2) || '-' ||
        substr(arrived_at, 1, 2) || substr(arrived_at, 11) || ':00'"
    local entered="EXISTS (SELECT 1 FROM ENCOUNTER e JOIN PERSON p USING (PERSON_ID)
        WHERE p.NAME_LAST = family_name AND e.CREATE_DT_TM > '$up'
        AND e.ARRIVE_DT_TM = datetime($arrived, '-1 hour'))"
    local number="EXISTS (SELECT 1 FROM ORDER_DETAIL WHERE OE_FIELD_DISPLAY_VALUE = lab_no)"
    local whose="downtime_no IN (SELECT downtime_no FROM paper_patients f WHERE f.mrn ="
    local minute="EXISTS (SELECT 1 FROM winpath_samplelevel w WHERE substr(SampleDT, 1, 16) =
        taken_at AND $whose w.MRN))"
    local chart="what IN ('Pulse', 'Temperature', 'Saturation')"
    local given="EXISTS (SELECT 1 FROM jac_administration a JOIN jac_prescription USING (rx_no)
        JOIN jac_patient_basic USING (lnkpid) WHERE drug_name = drug AND $whose hospital_no)"
    counts P01 "SELECT count(*) FROM paper_patients WHERE mrn = '' AND nhs_no = ''"
    counts P02 "SELECT count(*) FROM paper_patients WHERE mrn <> '' AND NOT EXISTS (SELECT 1
        FROM jac_patient_basic WHERE hospital_no = mrn AND surname = family_name)"
    counts P03 "SELECT count(*) FROM paper_patients WHERE nhs_no GLOB '??? ??? ????'"
    counts P04 'SELECT count(*) FROM paper_visits v JOIN paper_patients f USING (downtime_no)
        WHERE v.family_name <> f.family_name'
    counts P05 'SELECT count(*) FROM paper_visits WHERE downtime_no NOT IN
        (SELECT downtime_no FROM paper_patients)'
    counts P06 "SELECT count(*) FROM paper_visits WHERE discharged_at <> '' AND
        ${arrived//arrived_at/discharged_at} < $arrived"
    counts P07 "SELECT count(*) FROM paper_visits WHERE ${arrived//arrived_at/typed_at} < $arrived"
    counts P08 "SELECT count(*) FROM paper_visits WHERE kind NOT IN ('A&E', 'Admission',
        'Day case')"
    counts P09 "SELECT count(*) FROM paper_visits WHERE $arrived < '2008-06-05 09'"
    counts P10 "SELECT count(*) FROM paper_visits WHERE NOT $entered"
    counts P11 "SELECT count(*) FROM paper_visits WHERE $entered"
    counts P12 "SELECT count(*) FROM paper_stays WHERE NOT ${entered//arrived_at/came_at}"
    counts P13 "SELECT count(*) FROM paper_stays WHERE ${entered//arrived_at/came_at}"
    counts P14 "SELECT count(*) FROM paper_requests WHERE lab_no <> '' AND NOT $number"
    counts P15 "SELECT count(*) FROM paper_requests WHERE CASE lab_no WHEN ''
        THEN what <> 'Group and save' ELSE $number END"
    counts P16 "SELECT count(*) FROM paper_requests WHERE lab_no = '' AND what = 'Group and save'"
    counts P17 "SELECT count(*) FROM paper_observations WHERE $chart"
    counts P18 "SELECT count(*) FROM paper_observations WHERE NOT $chart AND $minute"
    counts P19 "SELECT count(*) FROM paper_observations WHERE NOT $chart AND NOT $minute"
    counts P20 "SELECT count(*) FROM paper_administrations WHERE drug = 'Ibuprofen'"
    counts P21 "SELECT count(*) FROM paper_administrations WHERE $given AND given_dt = given_at)"
    counts P22 "SELECT count(*) FROM paper_administrations WHERE $given AND given_dt <> given_at
        AND substr(given_dt, 1, 14) = substr(given_at, 1, 14))"
    same 'requests of the archive' "$(ask "SELECT count(*) FROM pacs_examinations
        JOIN pacs_requests ON RequestId = ExaminationRequestId
        WHERE RequestPatientId = ExaminationPatientId")" "$(ask 'SELECT count(*)
        FROM pacs_examinations')"
    same 'requests for care at home, of patients and with items' "$(ask "SELECT count(*) FROM
        jac_homecare_request_header JOIN jac_patient_basic USING (lnkpid) WHERE lnkrb IN
        (SELECT lnkrb FROM jac_homecare_request_item WHERE item_seq = '1')")" "$(ask "SELECT
        count(*) FROM jac_homecare_request_header WHERE (closed = '') = (status = 'OPEN')")"
}

# Four days: in Millennium's UTC, and on the clocks of the others.
outage() {
    local inside="substr(SampleDT, 7, 4) || substr(SampleDT, 4, 2) || substr(SampleDT, 1, 2)
        || substr(SampleDT, 12) BETWEEN '2008060509:00:00' AND '2008060911:59:59'"
    local issued="substr(issue_time, 7, 4) || substr(issue_time, 4, 2) || substr(issue_time, 1, 2)
        || substr(issue_time, 12) BETWEEN '2008060509:00' AND '2008060911:59'"
    local made="ExaminationDate BETWEEN '2008-06-05 09:00:00' AND '2008-06-09 11:59:59'"
    local table column
    counts O01 "SELECT count(*) FROM ENCOUNTER WHERE ARRIVE_DT_TM BETWEEN '$down' AND '$up'"
    counts O02 "SELECT count(*) FROM ENCOUNTER e JOIN PERSON p USING (PERSON_ID)
        WHERE e.BIRTH_DT_TM <> p.BIRTH_DT_TM"
    counts O03 "SELECT count(*) FROM ENCNTR_ALIAS a JOIN ENCOUNTER e USING (ENCNTR_ID)
        WHERE ENCNTR_ALIAS_TYPE_CD = 1079 AND NOT EXISTS (SELECT 1 FROM PERSON_ALIAS m
            WHERE m.PERSON_ID = e.PERSON_ID AND upper(trim(m.ALIAS)) IN
                (a.ALIAS, 'H' || ltrim(substr(a.ALIAS, 2), '0')))"
    counts O05 "SELECT count(*) FROM ORDERS WHERE ORIG_ORDER_DT_TM BETWEEN '$down' AND '$up'"
    counts O06 "SELECT count(*) FROM (SELECT d.OE_FIELD_DISPLAY_VALUE FROM ORDER_DETAIL d
        JOIN ORDERS o USING (ORDER_ID) WHERE OE_FIELD_MEANING = 'ACCESSION'
        AND ORIG_ORDER_DT_TM BETWEEN '2008-06-05 06' AND '$up'
        AND d.OE_FIELD_DISPLAY_VALUE IN (SELECT LabNo FROM winpath_samplelevel WHERE $inside)
        GROUP BY 1 HAVING count(DISTINCT ORDER_ID) = 2)"
    counts O07 "SELECT count(*) FROM winpath_samplelevel WHERE $inside"
    counts D82 "SELECT count(*) FROM winpath_samplelevel WHERE $inside AND NOT EXISTS (SELECT 1
        FROM ORDER_DETAIL WHERE OE_FIELD_DISPLAY_VALUE = LabNo AND OE_FIELD_MEANING = 'ACCESSION')"
    same 'samples outside the outage have orders' "$(ask "SELECT count(*) FROM winpath_samplelevel
        WHERE NOT ($inside) AND OrderNo NOT IN (SELECT ORDER_ID FROM ORDERS)")" 0
    counts O08 "SELECT count(*) FROM jac_xdailyissues WHERE $issued"
    counts O09 "SELECT count(*) FROM jac_xdailyissues i JOIN jac_patient_basic j USING (lnkpid)
        WHERE $issued AND NOT EXISTS (SELECT 1 FROM PERSON_ALIAS a
            JOIN ENCOUNTER e USING (PERSON_ID) WHERE upper(trim(a.ALIAS)) IN
                (hospital_no, 'H' || ltrim(substr(hospital_no, 2), '0'))
            AND ARRIVE_DT_TM < '$up' AND (DISCH_DT_TM > '$down' OR ARRIVE_DT_TM > '$down'))"
    counts O12 "SELECT count(*) FROM jac_xdailyissues i JOIN jac_patient_basic j USING (lnkpid)
        JOIN PERSON_ALIAS a ON upper(trim(a.ALIAS)) IN
            (hospital_no, 'H' || ltrim(substr(hospital_no, 2), '0'))
        JOIN ENCOUNTER e USING (PERSON_ID) WHERE $issued AND DISCH_DT_TM < ARRIVE_DT_TM
        AND ARRIVE_DT_TM BETWEEN '$down' AND '$up' AND datetime(substr(issue_time, 7, 4) || '-' ||
            substr(issue_time, 4, 2) || '-' || substr(issue_time, 1, 2) ||
            substr(issue_time, 11) || ':00', '-1 hour') >= datetime(ARRIVE_DT_TM, '+1 day')"
    counts O10 "SELECT count(*) FROM pacs_examinations WHERE $made"
    counts O11 "SELECT count(*) FROM pacs_examinations WHERE $made AND NOT EXISTS (SELECT 1
        FROM ORDER_DETAIL WHERE OE_FIELD_DISPLAY_VALUE = ExaminationAccessionNumber)"
    same 'issues of each day and ward' "$(awk -F'\t' '$1 == "O08" { print $3, $4, $5 }' \
        "$work/truth/outage.tsv" | sort)" "$(ask "SELECT substr(issue_date, 7) || '-' ||
        substr(issue_date, 4, 2) || '-' || substr(issue_date, 1, 2) || ' ' || location_code
        || ' ' || count(*) FROM jac_xdailyissues WHERE $issued
        GROUP BY issue_date, location_code" | sort)"
    same 'samples of each ward' "$(awk -F'\t' '$1 == "D82" { n[$4] += $5 }
        END { for (w in n) print w, n[w] }' "$work/truth/outage.tsv" | sort)" \
        "$(ask "SELECT SourceCode || ' ' || count(*) FROM winpath_samplelevel WHERE $inside
        AND OrderNo = '' AND NOT EXISTS (SELECT 1 FROM ORDER_DETAIL WHERE OE_FIELD_DISPLAY_VALUE =
        LabNo) GROUP BY SourceCode" | sort)"
    while IFS='|' read -r table column; do
        same "entered while down: $table.$column" "$(ask "SELECT count(*) FROM $table
            WHERE $column >= '$down' AND $column < '$up'")" 0
    done < <(ask "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND (c.name LIKE 'CREATE%_DT_TM' OR c.name = 'UPDT_DT_TM'
        OR c.name IN ('VERIFIED_DT_TM', 'VALID_FROM_DT_TM', 'TRANSACTION_DT_TM', 'CMB_DT_TM'))")
}

parents() {
    local table key zero=0
    while IFS='|' read -r table key; do
        zero=$((zero + $(ask "SELECT count(*) FROM $table WHERE $key = 0")))
    done < <(ask "SELECT t.\"table\", c.name FROM truth_tables t
        JOIN pragma_table_info(t.\"table\") c WHERE t.zero_row = 1 AND c.pk = 1")
    same 'D11' "$zero" "$(truth "$work" D11)"
    asked+=' D11 '
    orphans PERSON_NAME PERSON_ID PERSON PERSON_ID
    orphans PERSON_ALIAS PERSON_ID PERSON PERSON_ID
    orphans PERSON_PRSNL_RELTN PRSNL_PERSON_ID PRSNL PERSON_ID
    orphans PRSNL PERSON_ID PERSON PERSON_ID
    orphans PERSON_COMBINE TO_PERSON_ID PERSON PERSON_ID
    orphans PERSON_COMBINE_DET PERSON_COMBINE_ID PERSON_COMBINE PERSON_COMBINE_ID
    orphans ENCOUNTER PERSON_ID PERSON PERSON_ID D40
    orphans ENCNTR_ALIAS ENCNTR_ID ENCOUNTER ENCNTR_ID
    orphans ENCNTR_LOC_HIST LOC_NURSE_UNIT_CD NURSE_UNIT LOCATION_CD
    orphans ENCNTR_SLICE ENCNTR_ID ENCOUNTER ENCNTR_ID
    orphans ENCNTR_COMBINE TO_ENCNTR_ID ENCOUNTER ENCNTR_ID
    orphans SCH_APPT SCH_EVENT_ID SCH_EVENT SCH_EVENT_ID
    orphans SCH_APPT ENCNTR_ID ENCOUNTER ENCNTR_ID
    orphans SCH_EVENT_ACTION SCH_EVENT_ID SCH_EVENT SCH_EVENT_ID
    orphans PM_OFFER ENCNTR_ID ENCOUNTER ENCNTR_ID
    orphans ORDERS PERSON_ID PERSON PERSON_ID
    orphans ORDER_ACTION ORDER_ID ORDERS ORDER_ID
    orphans ORDER_DETAIL ORDER_ID ORDERS ORDER_ID
    orphans ORDER_COMMENT LONG_TEXT_ID LONG_TEXT LONG_TEXT_ID
    orphans CLINICAL_EVENT ORDER_ID ORDERS ORDER_ID
    orphans CLINICAL_EVENT PARENT_EVENT_ID CLINICAL_EVENT EVENT_ID
    orphans CLINICAL_EVENT EVENT_CD CODE_VALUE CODE_VALUE
    orphans CE_BLOB EVENT_ID CLINICAL_EVENT EVENT_ID
    orphans CE_EVENT_PRSNL EVENT_ID CLINICAL_EVENT EVENT_ID
    orphans ALLERGY SUBSTANCE_NOM_ID NOMENCLATURE NOMENCLATURE_ID
    orphans REACTION ALLERGY_INSTANCE_ID ALLERGY ALLERGY_INSTANCE_ID
    orphans SURG_CASE_PROCEDURE SURG_CASE_ID SURGICAL_CASE SURG_CASE_ID
    orphans ORGANIZATION_ALIAS ORGANIZATION_ID ORGANIZATION ORGANIZATION_ID
    orphans CODE_VALUE_OUTBOUND CODE_VALUE CODE_VALUE CODE_VALUE
    same 'results of events that are current' "$(ask "SELECT count(*) FROM CE_STRING_RESULT s
        WHERE NOT EXISTS (SELECT 1 FROM CLINICAL_EVENT e WHERE e.EVENT_ID = s.EVENT_ID
        AND e.VALID_UNTIL_DT_TM = s.VALID_UNTIL_DT_TM
        AND e.RESULT_VAL = s.STRING_RESULT_TEXT)")" 0
}

# The files of the feed: as many lines as the control file says, five forms of dates, bytes that no
# encoding has, and a daily file an hour out.
feed() {
    local rows name lines file event at kept shifted=0
    while IFS='|' read -r _ rows name _; do
        lines=$(grep -ac '' "$work/feed/$name")
        same "feed: $name" $((lines - 1)) "$rows"
    done < <(tail -n +2 "$work"/feed/STATREF_*)
    # A line end in an address makes two lines of it.
    same 'feed: addresses' "$(grep -ac '^[0-9]*|' "$work"/feed/PPADD_*)" "$(ask "SELECT count(*)
        FROM ADDRESS WHERE PARENT_ENTITY_NAME <> 'ORGANIZATION'")"
    same 'D76' "$(grep -ac '^--- end of section' "$work"/feed/CVREF_*)" 5
    same 'feed: byte 92' "$(LC_ALL=C grep -ac $'\x92' "$work"/feed/PPNAM_*)" "$(truth "$work" D27)"
    file=$(echo "$work"/feed/CLEVE_*_02072008_*)
    while IFS='|' read -r event _ _ _ _ _ _ _ _ _ at _; do
        kept=$(ask "SELECT strftime('%d-%m-%Y %H:%M:%S', EVENT_END_DT_TM) FROM CLINICAL_EVENT
            WHERE EVENT_ID = $event AND VALID_UNTIL_DT_TM > '2100-01-01'")
        same "feed: daily event $event is in UTC" "$at" "$kept"
        at=$(TZ=Europe/London date -d "${at:6:4}-${at:3:2}-${at:0:2}${at:10} UTC" +%Z)
        [ "$at" != BST ] || shifted=$((shifted + 1))
    done < <(tail -n +2 "$file")
    same D62 "$shifted" "$(truth "$work" D62)"
    asked+=' D76 D62 '
    "$generator" --feed "$tmp/faults" --feed-faults --tables PHONE,PERSON_PERSON_RELTN
    same D90 "$(($(grep PPPHO "$tmp"/faults/STATREF_* | cut -d'|' -f2) -
        $(grep -c '' "$tmp"/faults/PPPHO_*)))" 0
    same 'D91: files' "$(find "$tmp/faults" -name 'PPREL_*' | wc -l)" 2
    cmp -s "$tmp"/faults/PPREL_* || complain 'D91: the second file is another'
    asked+=' D90 D91 '
}

# MariaDB reads the same rows.
mariadb_reads() {
    local tables=PERSON,PERSON_ALIAS,ADDRESS,SCH_APPT,LONG_TEXT,CE_BLOB
    local table columns query
    [ -n "${NOVATE_TEST_MARIADB:-}" ] || return 0
    "$generator" --mariadb "$tmp/maria" --tables "$tables"
    (cd "$tmp/maria" && maria --local-infile=1 <load.sql)
    for table in ${tables//,/ }; do
        columns=$(ask "SELECT group_concat('coalesce(sum(length(' || name || ')), 0)', ',')
            FROM pragma_table_info('$table') WHERE type NOT LIKE 'CHAR%'")
        query="SELECT count(*), $columns FROM $table"
        # SQLite counts characters up to a NUL, MariaDB bytes.
        same "MariaDB: $table" "$(maria -NB -e "$query" | tr '\t' '|')" \
            "$(ask "$(sed -E 's/length\(([A-Z_0-9]+)\)/length(CAST(\1 AS blob))/g' <<<"$query")")"
    done
    same 'MariaDB: names' "$(maria -NB -e "SELECT PERSON_ID, hex(NAME_LAST) FROM PERSON
        WHERE NAME_LAST IS NOT NULL ORDER BY PERSON_ID" | tr '\t' '|' | sha256sum)" \
        "$(ask "SELECT PERSON_ID, hex(CAST(NAME_LAST AS blob)) FROM PERSON
        WHERE NAME_LAST IS NOT NULL ORDER BY PERSON_ID" | sha256sum)"
    for table in ${tables//,/ }; do
        maria -e "DROP TABLE $table"
    done
}

# novate carries the feed and the database: what is refused is what the truth says.
novate_reads() {
    local plan=$tmp/plan
    database target
    mkdir "$plan"
    sql target -c 'CREATE TABLE patient (id bigint PRIMARY KEY, born timestamp);
        CREATE TABLE event (id bigint PRIMARY KEY, at timestamp, result text);
        CREATE TABLE person (id bigint PRIMARY KEY, name text, born timestamp)'
    cat >"$plan/plan.yaml" <<YAML
novate: 1
migration: synthetic
sources:
  feed: {csv: $work/feed, format: millennium, timezone: Europe/London}
  millennium: {odbc: "$(sqlite_source "$work/millennium.db")"}
target: {postgres: "$(conninfo target)"}
mappings: [patient.yaml, event.yaml, person.yaml]
limits: {rejects: 1000}
YAML
    cat >"$plan/patient.yaml" <<'YAML'
entity: patient
source: {in: feed, file: "PPATI_*", key: [PERSON_ID],
         columns: {PERSON_ID: bigint, BIRTH_DT_TM: timestamp}}
target: {table: patient, key: [id]}
columns: {id: PERSON_ID, born: BIRTH_DT_TM}
YAML
    cat >"$plan/event.yaml" <<'YAML'
entity: event
source: {in: feed, file: "CLEVE_*", key: [EVENT_ID],
         columns: {EVENT_ID: bigint, EVENT_END_DT_TM: timestamp}}
target: {table: event, key: [id]}
columns: {id: EVENT_ID, at: EVENT_END_DT_TM, result: EVENT_RESULT_TXT}
YAML
    cat >"$plan/person.yaml" <<'YAML'
entity: person
source: {in: millennium, table: PERSON, key: [PERSON_ID]}
target: {table: person, key: [id]}
filters: {zero_row: PERSON_ID <> 0}
columns: {id: PERSON_ID, name: NAME_LAST, born: BIRTH_DT_TM}
YAML
    expect 0 run "$plan/plan.yaml" --report "$plan/report.json"
    same 'novate: verdict' "$(json "$plan/report.json" '$.verdict')" verified
    same 'novate: patients' "$(sql target -c 'SELECT count(*) FROM patient')" \
        "$(sql target -c 'SELECT count(*) + '"$(truth "$work" D28)"' FROM person')"
    same 'novate: second current events' \
        "$(entity_field "$plan/report.json" event rejected)" "$(truth "$work" D55)"
    same 'novate: births' "$(sql target -c "SELECT count(*) FROM patient p JOIN person q USING (id)
        WHERE p.born <> q.born")" 0
}

# Every kind was asked for, but those of documents (unit/synthetic/test_documents) and those that
# have no rows of their own.
all_asked() {
    local kind
    for kind in $(tail -n +2 "$work/truth/kinds.tsv" | cut -f1); do
        case $kind in
        C01 | D63 | D64 | D65 | D93) ;;
        *) [[ $asked == *" $kind "* ]] || complain "nobody asked for $kind" ;;
        esac
    done
}

work=$tmp/one down='2008-06-05 08:00:00' up='2008-06-09 10:59:59' asked=
make "$work"
join_all
people
contacts
care
orders
microbiology
coded
peripherals
outage
paper
parents
feed
mariadb_reads
novate_reads
all_asked

make "$tmp/two"
same 'the same seed' "$(sums "$tmp/two")" "$(sums "$work")"
rm -r "$tmp/two"
mkdir "$tmp/other"
# Alone, a database is made by two processes.
"$generator" --sqlite "$tmp/other/alone.db"
same 'a database alone' "$(sqlite3 "$tmp/other/alone.db" .dump | sort | sha256sum)" \
    "$(sqlite3 "$work/millennium.db" .dump | sort | sha256sum)"
[ ! -e "$tmp/other/alone.db.beside" ] || complain 'a part of the database is left beside it'
rm "$tmp/other/alone.db"
"$generator" --mariadb "$tmp/other/mariadb" --truth "$tmp/other/truth" --seed 77
for file in PERSON CLINICAL_EVENT ORDERS; do
    ! cmp -s "$tmp/other/mariadb/$file.tsv" "$work/mariadb/$file.tsv" ||
        complain "another seed makes the same $file"
done
same 'another seed: rows' "$(cat "$tmp/other/truth/tables.tsv")" "$(cat "$work/truth/tables.tsv")"
same 'another seed: kinds' "$(cut -f1-5 "$tmp/other/truth/kinds.tsv")" \
    "$(cut -f1-5 "$work/truth/kinds.tsv")"
finish
