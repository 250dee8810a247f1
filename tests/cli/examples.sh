# Examples of mappings, run without a connection: those that pass, and those that cannot be run.
# SPDX-License-Identifier: Apache-2.0
mkdir common extracts
cat >plan.yaml <<'YAML'
novate: 1
migration: golden
variables: {trust: RN1}
source: {odbc: "DSN=nowhere", csv: extracts}
target: {postgres: "service=nowhere"}
mappings: [patient.yaml, issue.yaml, event.yaml, ward.yaml]
YAML
cat >patient.yaml <<'YAML'
entity: patient
source: {table: PERSON, key: [PERSON_ID]}
target: {table: care.patient, key: [patient_id]}
include: common/audit.yaml
columns:
  patient_id: PERSON_ID
examples:
  - {name: a patient, given: {PERSON_ID: 1}, expect: {patient_id: 1}}
YAML
cat >issue.yaml <<'YAML'
entity: issue
source: {file: "issues*.csv", key: [NO], columns: {NO: bigint, AT: timestamp}}
target: {table: care.issue, key: [issue_id]}
include: [common/audit.yaml, {file: common/period.yaml, with: {begin: AT}}]
lookups:
  ward: {file: common/wards.csv, from: code, to: name}
  patient: {table: PERSON, from: NHS_NO, to: PERSON_ID}
filters:
  test: PATIENT IS DISTINCT FROM 'TEST'
columns:
  issue_id: NO
  ward: lookup('ward', WARD)
  patient_id: lookup('patient', PATIENT)
checks:
  known: patient_id <> ward
examples:
  - name: a ward
    given: {NO: 7, WARD: A1, AT: 2026-01-31 10:00}
    expect: {ward: Acute 1, began: 2026-01-31, patient_id: null, trust: RN1}
  - name: no such ward
    given: {NO: 7, WARD: "??", PATIENT: "1"}
    reject: {class: LOOKUP, name: ward}
  - {name: our tests, given: {NO: 7, PATIENT: TEST}, filtered: test}
  - {name: somebody, given: {NO: 7, PATIENT: "1"}, expect: {patient_id: 10}}
  - name: somebody known
    given: {NO: 7, PATIENT: "1"}
    lookups: {patient: {"1": "10"}}
    expect: {patient_id: 10}
YAML
cat >event.yaml <<'YAML'
entity: event
source: {file: "events*.csv", key: [NO]}
target: {table: care.event}
columns: {id: NO}
YAML
cat >ward.yaml <<'YAML'
entity: ward
source: {file: "issues*.csv", key: [NO]}
target: {table: care.ward}
lookups: {patient: {table: PERSON, from: NHS_NO, to: PERSON_ID}}
columns: {number: "lookup('patient', PATIENT) + 1"}
YAML
cat >common/audit.yaml <<'YAML'
columns: {trust: "'${trust}'"}
YAML
cat >common/period.yaml <<'YAML'
parameters: [begin]
columns: {began: "CAST(${begin} AS date)"}
YAML
printf 'code,name\nA1,Acute 1\n' >common/wards.csv
printf 'NO,PATIENT,WARD,AT\n' >extracts/issues1.csv
novate check plan.yaml --offline
