# All problems of plan and mappings in one go, each with its place.
# SPDX-License-Identifier: Apache-2.0
cat >plan.yaml <<'YAML'
novate: 1
migration: golden
source:
  odbc: "DSN=nowhere"
target:
  postgres: "service=nowhere"
mapping: [patient.yaml]
mappings: [patient.yaml, missing.yaml]
limits: {rejects: many}
YAML
cat >patient.yaml <<'YAML'
entity: patient
source:
  table: PERSON
  kee: [PERSON_ID]
target:
  table: care.patient
  key: [patient_id]
  mode: overwrite
columns:
  patient_id:  PERSON_ID
  family_name: uper(trim(NAME_LAST))
  given_name:  trim(NAME_FIRST
  born_on:     CAST(BIRTH_DT_TM AS dat)
  sex:         lookup('sex', SEX_CD)
  patient_id:  PERSON_ID
YAML
novate check plan.yaml --offline
