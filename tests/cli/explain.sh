# Mappings in words: one alone, and those of a plan as far as files tell, in every format.
# SPDX-License-Identifier: Apache-2.0
mkdir common extracts
cat >plan.yaml <<'YAML'
novate: 1
migration: golden
variables: {trust: RN1}
source: {csv: extracts}
target: {postgres: "service=nowhere"}
mappings: [issue.yaml]
YAML
cat >issue.yaml <<'YAML'
entity: issue
source: {file: "issues*.csv", key: [NO], columns: {NO: bigint, AT: timestamp}}
target: {table: care.issue, key: [issue_id]}
include: common/audit.yaml
filters:
  test: PATIENT <> 'TEST' AND AT IS NOT NULL
copy: [drug, "note_*"]
columns:
  issue_id: NO
  ward: upper(lookup('ward', WARD))
  given_on: try(CAST(AT AS date))
  state: CASE WHEN DOSE > '0' THEN 'given' ELSE 'not | given' END
checks:
  known: ward IS NOT NULL
YAML
cat >common/audit.yaml <<'YAML'
lookups: {ward: {file: wards.csv, from: code, to: name}}
columns: {trust: "'${trust}'"}
YAML
printf 'code,name\nA1,Acute 1\n' >common/wards.csv
printf 'NO,PATIENT,WARD,AT,DOSE,drug,note_1,HIDDEN\n' >extracts/issues1.csv
novate explain issue.yaml
novate explain plan.yaml --offline
novate explain issue.yaml --plan plan.yaml --offline --format markdown
novate explain issue.yaml --plan plan.yaml --offline --format csv
novate explain plan.yaml --offline --typed --entity issue
echo '--- what cannot be'
cp issue.yaml other.yaml
novate explain issue.yaml --typed
novate explain other.yaml --plan plan.yaml --offline
novate explain plan.yaml --format html
sed -i 's/upper(lookup/uper(lookup/' other.yaml
novate explain other.yaml
