# offline.sh — check --offline connects to neither side, and says of a plan with a schema what check
# would say of its target.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
mkdir "$tmp/scratch" "$tmp/plan"
export TMPDIR=$tmp/scratch
cd "$tmp/plan"

cat >schema.sql <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.patient (patient_id bigint PRIMARY KEY, family_name varchar(20) NOT NULL,
    born date, age smallint, seen timestamp, ward text NOT NULL DEFAULT 'x', sex text NOT NULL,
    line int GENERATED ALWAYS AS (1) STORED);
CREATE TABLE care.visit (visit_id bigint PRIMARY KEY, patient_id bigint NOT NULL, seen timestamp);
SQL
cat >plan.yaml <<'YAML'
novate: 1
migration: offline
source: {odbc: "DSN=nowhere", csv: .}
target: {postgres: "service=nowhere", schema: schema.sql}
mappings: [patient.yaml, visit.yaml]
YAML
cat >patient.yaml <<'YAML'
entity: patient
source:
  file: patient-*.csv
  header: false
  columns: {ID: bigint, NAME: varchar(30), BORN: date, AGE: integer, SEEN: timestamptz}
target: {table: care.patient, key: [patient_id]}
columns:
  patient_id: ID
  family_name: NAME
  borne: BORN
  age: AGE
  seen: SEEN
  line: 1
YAML
cat >visit.yaml <<'YAML'
entity: visit
source: {table: VISIT, key: [VISIT_ID]}
target: {table: care.visit, key: [visit_id]}
columns:
  visit_id: VISIT_ID
  sen: SEEN_DT_TM
YAML
before=$(looks)
expect 2 check plan.yaml --offline
says() {
    grep -qF -- "$1" "$tmp/err" || complain "check does not say: $1"
}
says 'patient.yaml:6:17: column "sex" must have a value, and no rule fills it'
says 'patient.yaml:9:16: column "family_name" holds 20 characters, but the expression may have 30'
says 'patient.yaml:10:3: column "borne" of care.patient does not exist'
says 'hint: Perhaps you meant "born".'
says 'patient.yaml:11:8: column "age" is of type smallint, but the expression may have 10 digits'
says 'patient.yaml:12:9: column "seen" '
says 'patient.yaml:13:3: column "line" is generated and cannot be written'
says 'visit.yaml:3:17: column "patient_id" must have a value, and no rule fills it'
says 'visit.yaml:6:3: column "sen" of care.visit does not exist'
says 'novate: error: 8 errors'

# What is right is not refused; columns that may be NULL where they must not are said.
cat >patient.yaml <<'YAML'
entity: patient
source:
  file: patient-*.csv
  header: false
  columns: {ID: bigint, NAME: varchar(30), BORN: date, AGE: integer, SEEN: timestamptz}
target: {table: care.patient, key: [patient_id]}
lookups:
  sex: {file: sex.csv, from: code, to: name, missing: {default: unknown}}
columns:
  patient_id: ID
  family_name: fit(NAME)
  born: BORN
  age: fit(AGE)
  seen: SEEN AT TIME ZONE 'Europe/London'
  sex: lookup('sex', coalesce(AGE, 0))
examples:
  - name: too old
    given: {ID: 1, NAME: Lane, AGE: 40000}
    reject: {class: RANGE}
YAML
printf 'code,name\n1,male\n' >sex.csv
sed -i '/^columns:/,$d' visit.yaml
echo 'copy: ["*"]' >>visit.yaml
expect 0 check plan.yaml --offline
says 'patient.yaml:10:15: warning: columns "patient_id" and "family_name" must have values, but'
grep -qF 'target: as "' "$tmp/out" || complain 'the target is not said'
grep -qF 'entity patient: checked against its files' "$tmp/out" || complain 'patient is not checked'
grep -qF 'entity visit: syntax and names of target columns only; the columns of table "VISIT"' \
    "$tmp/out" || complain 'what is not known of visit is not said'
looks_end "$before"

# Types of lookups are those of the target's tables, and examples run with them; names that are not
# there are said. What is not known of a table of the source is text.
cat >event.yaml <<'YAML'
entity: event
source: {file: patient-*.csv, header: false, columns: {ID: bigint, SEEN: date}}
target: {table: care.visit, key: [visit_id]}
lookups:
  born: {target: care.patient, from: patient_id, to: born, missing: null}
  known: {table: PERSON, from: PERSON_ID, to: NUMBER, missing: null}
columns:
  visit_id: ID
  patient_id: >-
    CASE WHEN SEEN < lookup('born', ID)
    THEN 1 ELSE 2 END
  seen: CAST(SEEN + (lookup('born', ID) - lookup('born', ID)) AS timestamp)
examples:
  - name: unborn
    given: {ID: 1, SEEN: 2008-06-01}
    lookups: {born: {1: 2008-06-02}}
    expect: {patient_id: 1}
YAML
sed -i 's/, visit.yaml\]/, visit.yaml, event.yaml]/' plan.yaml
expect 0 check plan.yaml --offline
grep -qF 'examples: 2 passed' "$tmp/out" || complain "examples with lookups: $(cat "$tmp/out")"
sed -i 's/to: born/to: borne/' event.yaml
expect 2 check plan.yaml --offline
says 'event.yaml:5:3: lookup "born" has no column "borne"'
sed -i 's/to: borne/to: born/; s/target: care.patient, from/target: care.patients, from/' event.yaml
expect 2 check plan.yaml --offline
says 'event.yaml:5:3: table "care.patients" does not exist in the target'
sed -i 's/, event.yaml\]/]/' plan.yaml

# A schema that is wrong is an error, one that is not given is said.
echo 'CREATE TABLE care.wrong (;' >>schema.sql
expect 2 check plan.yaml --offline
says 'schema.sql:6; applying the schema "'
sed -i 's/, schema: schema.sql//' plan.yaml
expect 0 check plan.yaml --offline
grep -qF 'target: its columns are not known offline, since the plan names no schema' "$tmp/out" ||
    complain 'that the target is not known is not said'
looks_end "$before"
finish
