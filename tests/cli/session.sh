# From the first check to the last status, into a private target: what a person sees.
# SPDX-License-Identifier: Apache-2.0
driver=$(sqlite_driver) || exit 77
sqlite3 -batch source.db <<'SQL'
CREATE TABLE PERSON (PERSON_ID bigint NOT NULL PRIMARY KEY, NAME_LAST varchar(40), SEX_CD int,
    BIRTH_DT_TM timestamp, ACTIVE_IND int);
INSERT INTO PERSON VALUES (1, 'Abbott', 1, '1950-01-02 00:00:00', 1),
    (2, 'Bevis', 2, '1961-02-03 00:00:00', 1), (3, 'Churcher', 9, NULL, 1),
    (4, 'Dunning', 1, '1972-03-04 00:00:00', 0), (5, 'Edney', 2, '1983-04-05 00:00:00', 1);
SQL
cat >schema.sql <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.patient (patient_id bigint PRIMARY KEY, family_name text, sex text, born_on date,
    created_at timestamptz DEFAULT now());
SQL
printf 'from,to\n1,male\n2,female\n' >sex.csv
cat >plan.yaml <<YAML
novate: 1
migration: golden
source: {odbc: "DRIVER=$driver;Database=$PWD/source.db"}
target: {private: true, schema: schema.sql}
work: ../work
mappings: [patient.yaml]
limits: {rejects: 1}
YAML
cat >patient.yaml <<'YAML'
entity: patient
source: {table: PERSON, key: [PERSON_ID]}
target: {table: care.patient, key: [patient_id]}
lookups:
  sex: {file: sex.csv, from: from, to: to, missing: reject}
filters:
  inactive: ACTIVE_IND = 1
columns:
  patient_id:  PERSON_ID
  family_name: upper(NAME_LAST)
  sex:         lookup('sex', SEX_CD)
  born_on:     CAST(BIRTH_DT_TM AS date)
YAML
say() {
    echo "== $*"
    echo "== $*" >&2
    novate "$@"
    echo "exit $?"
}
say status plan.yaml
say check plan.yaml
say preview plan.yaml --rows 3
say run plan.yaml --dry-run --quiet
say run plan.yaml --quiet
say run plan.yaml --quiet
say rejects list plan.yaml
say rejects list plan.yaml --show-keys
say status plan.yaml
say verify plan.yaml --quiet
