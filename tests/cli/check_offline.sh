# A mapping that is right, checked without connecting to anything.
# SPDX-License-Identifier: Apache-2.0
cat >plan.yaml <<'YAML'
novate: 1
migration: golden
source: {odbc: "DSN=nowhere"}
target: {postgres: "service=nowhere"}
mappings: [patient.yaml]
YAML
cat >patient.yaml <<'YAML'
entity: patient
source: {table: PERSON, key: [PERSON_ID]}
target: {table: care.patient, key: [patient_id]}
columns:
  patient_id:  PERSON_ID
  family_name: upper(trim(NAME_LAST))
YAML
novate check plan.yaml --offline
