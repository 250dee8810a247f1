# What is found once source and target are looked up: types, NULLs, branches, names; in one go.
# SPDX-License-Identifier: Apache-2.0
mkdir extracts
cat >extracts/person.csv <<'CSV'
PERSON_ID,NAME_LAST,NAME_FIRST,SEX_CD,BIRTH_DT_TM,WEIGHT,ACTIVE_IND,NOTE
1,Abbott,Ada,1,1950-01-02 00:00:00,61.5,1,x
CSV
cat >schema.sql <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.patient (patient_id integer PRIMARY KEY, family_name varchar(20) NOT NULL,
    given_name varchar(50) NOT NULL, sex text, born_on date, weight_kg numeric(10,2) NOT NULL,
    note varchar(100), title text NOT NULL, initials varchar(2),
    total int GENERATED ALWAYS AS (1) STORED);
SQL
printf 'from,to\n1,male\n2,female\n' >sex.csv
cat >plan.yaml <<YAML
novate: 1
migration: golden
variables: {trust: RN1}
source: {csv: extracts}
target: {private: true, schema: schema.sql}
work: ../work
mappings: [wrong.yaml, missing.yaml, doubtful.yaml]
YAML
shape='columns: &shape {PERSON_ID: bigint, NAME_LAST: varchar(50), NAME_FIRST: varchar(50),
    SEX_CD: integer, BIRTH_DT_TM: timestamp, WEIGHT: "numeric(12,4)", ACTIVE_IND: smallint}'
cat >wrong.yaml <<YAML
entity: wrong
source:
  file: person.csv
  key: [PERSON_NO]
  changed: UPDATED
  $shape
target: {table: care.patient, key: [patient_no]}
lookups:
  sex: {file: sex.csv, from: from, to: to}
filters:
  active: ACTIV_IND = 1
copy:
  - note
  - adress
columns:
  patient_id:  PERSON_ID
  family_name: upper(trim(NAME_LAST))
  given_nmae:  NAME_FIRST
  sex:         lookup('sxe', SEX_CD)
  born_on:     BIRTH_DT_TM
  weight_kg: >
    CASE WHEN WEIGHT > 0
         THEN WEIGHT
         ELSE WIEGHT
    END
  initials: "left(NAME_FIRST, '1') || '\${trust}' || left(NAME_LSAT, 1)"
  total:       1
  SEX:         SEX_CD
checks:
  born: 'born_on < curent_date AND ''漢字'' = famly_name'
YAML
cat >missing.yaml <<'YAML'
entity: missing
source: {file: persons.csv}
target: {table: clinic.patient}
columns:
  family_name: uper(NAME_LAST)
YAML
cat >doubtful.yaml <<YAML
entity: doubtful
source:
  file: person.csv
  key: PERSON_ID
  $shape
target: {table: care.patient, key: [patient_id]}
lookups:
  sex: {file: sex.csv, from: from, to: to}
filters:
  all: 1 = 1
  weighed: WEIGHT IS NOT NULL AND WEIGHT <> NULL
columns:
  patient_id:  fit(PERSON_ID)
  family_name: truncate(NAME_LAST)
  given_name:  NAME_FIRST
  sex:         CASE WHEN SEX_CD = 1 THEN 'm' WHEN SEX_CD = 2 THEN 'f' WHEN SEX_CD = 1 THEN 'x' END
  weight_kg:   round(WEIGHT, 2)
  note:        lookup('sex', SEX_CD)
  title:       CASE WHEN ACTIVE_IND IN (1, 2, 1) THEN 'Dr' ELSE 'Mr' END
YAML
say() {
    echo "== $*"
    echo "== $*" >&2
    novate "$@"
    echo "exit $?"
}
say check plan.yaml
sed -i 's/^mappings: .*/mappings: [doubtful.yaml]/' plan.yaml
say check plan.yaml
sed -i -e '/  all:/d' -e 's/ AND WEIGHT <> NULL//' doubtful.yaml
say run plan.yaml --quiet
