# Examples of mappings that give another result, and mistakes that are found without a connection.
# SPDX-License-Identifier: Apache-2.0
mkdir extracts
cat >plan.yaml <<'YAML'
novate: 1
migration: golden
source: {csv: extracts}
target: {postgres: "service=nowhere"}
mappings: [patient.yaml]
YAML
cat >patient.yaml <<'YAML'
entity: patient
source: {file: persons.csv, key: [ID], columns: {ID: bigint, BORN: "date 'DD/MM/YYYY'"}}
target: {table: care.patient, key: [patient_id]}
filters: {inactive: ACTIVE = '1'}
columns:
  patient_id: ID
  postcode: upper(POSTCODE)
examples:
  - name: old postcode
    given: {ID: 1, ACTIVE: 1, POSTCODE: so22 5de}
    expect: {postcode: SO225DE}
  - {name: gone, given: {ID: 1, ACTIVE: 0}, expect: {patient_id: 1}}
  - {name: here, given: {ID: 1, ACTIVE: 1}, expect: {patient_id: 1}}
YAML
printf 'ID,ACTIVE,POSTCODE,BORN\n' >extracts/persons.csv
novate check plan.yaml --offline
echo "exit $?"
sed -i -e 's/upper(POSTCODE)/upper(POST_CODE)/' \
    -e 's/^  patient_id: ID/  patient_id: upper(BORN)/' patient.yaml
novate check plan.yaml --offline
