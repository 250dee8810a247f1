# omop.sh — the shipped mappings to OMOP: the plan passes its checks, with and without a connection,
# every case of its README is counted under the name that stands there, and the rows are right.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver of SQLite'

sqlite3 -batch -bail "$tmp/millennium.db" <"$source_root/tests/integration/omop/source.sql"
cp -R "$source_root/mappings/omop" "$tmp/omop"
plan=$tmp/omop/plan.yaml
settings=(--work "$tmp/work" --set "millennium=$(sqlite_source "$tmp/millennium.db")"
    --set rejects=100)

# 1. The plan as it is, without a connection, and with one.
expect 0 check "$plan" --offline
grep -q ': 12 mappings; nothing was connected to' "$tmp/out" || complain 'not all mappings are seen'
expect 0 check "$plan" "${settings[@]}"
examples=$(grep -hE '^ *- (\{?)name: ' "$tmp"/omop/*.yaml | wc -l)
grep -qx "examples: $examples passed" "$tmp/out" ||
    complain "of $examples examples: $(grep '^examples' "$tmp/out")"
# A database that keeps local time: only the examples that speak of UTC are not true.
expect 2 check "$plan" "${settings[@]}" --set 'local= '
grep -o 'example "[^"]*"' "$tmp/err" | sort -u >"$tmp/failed"
grep -qv 'in UTC"$' "$tmp/failed" && complain "examples fail: $(grep -v 'in UTC"$' "$tmp/failed")"
same 'examples that speak of UTC' "$(wc -l <"$tmp/failed")" 8

# 2. Every concept of the code tables is in the vocabulary.
database target
sql target -1 -f "$tmp/omop/schema.sql"
for table in "$tmp"/omop/codes/*.csv; do
    column=$(head -n 1 "$table" | tr ',' '\n' | grep -nx concept_id | cut -d: -f1) || continue
    cut -d, -f"$column" "$table" | tail -n +2 | sort -u | while read -r id; do
        [ -n "$(sql target -c "SELECT 1 FROM omop.concept WHERE concept_id = $id")" ] ||
            echo "$(basename "$table"): $id"
    done
done >"$tmp/missing"
same 'concepts that are not there' "$(cat "$tmp/missing")" ''

# 3. A run, as the plan is and into a database: counts, and each case of the README by its name.
expect 0 run "$plan" "${settings[@]}" --report "$tmp/private.json"
same 'verdict of the private run' "$(json "$tmp/private.json" '$.verdict')" verified
settings[1]=$tmp/work-2
sed -i "s|  private: true|  postgres: \"$(conninfo target)\"|" "$plan"
expect 0 verify schema "$plan" "${settings[@]}"
expect 0 run "$plan" "${settings[@]}" --report "$tmp/report.json"
same verdict "$(json "$tmp/report.json" '$.verdict')" verified
check() {
    local entity=$1 field
    shift
    for field in source_rows loaded filtered merged rejected; do
        same "$field of $entity" "$(entity_field "$tmp/report.json" "$entity" "$field")" "$1"
        shift
    done
}
check location 8 2 5 1 0
check care_site 2 1 1 0 0
check provider 2 1 1 0 0
check person 14 6 4 0 4
check death 14 2 9 0 3
check visit_occurrence 11 5 4 0 2
check observation_period 11 3 4 2 2
check condition_occurrence 5 3 1 1 0
check procedure_occurrence 4 1 2 0 1
check drug_exposure 6 2 4 0 0
check measurement 10 3 6 0 1
check observation 10 1 9 0 0
sqlite3 -batch -noheader -separator '|' :memory: "SELECT DISTINCT CASE WHEN path LIKE
    '%.filtered' THEN 'filtered' WHEN path LIKE '%.rejected' THEN 'rejected' WHEN path LIKE
    '%.identity.merged' THEN 'merged' WHEN path LIKE '%.notes' THEN 'noted' ELSE 'repaired' END,
    replace(key, 'RULE:', '') FROM json_tree(readfile('$tmp/report.json'), '\$.entities')
    WHERE (path LIKE '%.filtered' OR path LIKE '%.rejected' OR path LIKE '%.identity.merged'
        OR path LIKE '%.notes' OR path LIKE '%.repaired') AND path NOT LIKE '%.digests%'" |
    sort >"$tmp/counted"
sed -nE 's/^\|[^|]*\|[^|]*\| `([^`]+)` \| ([a-z]+) \|$/\2|\1/p' "$tmp/omop/README.md" |
    sort >"$tmp/told"
[ -s "$tmp/told" ] || complain 'the README has no cases'
same 'cases of the README that no report counts' "$(comm -13 "$tmp/counted" "$tmp/told")" ''

# 4. The rows.
row() {
    same "$1" "$(sql target -c "SELECT $3 FROM omop.$1 WHERE $2")" "$4"
}
row location 'location_id = 1' 'address_1, city, zip' '2 High St|Winton|SO22 5DE'
row location 'location_id = 2' 'zip' ''
row person 'person_id = 2' 'year_of_birth, month_of_birth, day_of_birth, birth_datetime' \
    '1970|1|15|1970-01-15 00:00:00'
row person 'person_id = 3' 'day_of_birth, location_id, gender_concept_id' '5||0'
row person 'person_id = 9' 'year_of_birth, month_of_birth, birth_datetime' '1960||'
row person 'person_id = 1' 'race_concept_id, race_source_value' '8527|A'
row person 'person_id = 2' 'race_concept_id, race_source_value' '0|1'
row death 'person_id = 2' '*' '2|2008-06-21|2008-06-21 00:30:00|32817||stroke|'
row death 'person_id = 3' 'death_date, death_datetime' '2008-01-01|'
row visit_occurrence 'visit_occurrence_id = 21' 'visit_start_date, visit_end_datetime,
    care_site_id' '2008-06-02|2008-06-03 11:00:00|9001'
row visit_occurrence 'visit_occurrence_id = 22' 'person_id, care_site_id' '1|'
row visit_occurrence 'visit_occurrence_id = 23' 'visit_end_date' '2008-06-30'
row visit_occurrence 'visit_occurrence_id = 30' 'visit_start_date, visit_end_date' \
    '2008-08-10|2008-08-10'
row visit_occurrence 'visit_occurrence_id = 24' 'person_id, visit_end_date' '9|2008-06-10'
row observation_period 'person_id = 1' 'observation_period_start_date,
    observation_period_end_date' '2008-05-01|2008-06-30'
row observation_period 'person_id = 2' observation_period_end_date '2008-06-21'
row condition_occurrence 'condition_occurrence_id = 32' 'condition_concept_id,
    condition_start_date, condition_status_concept_id' '4329847|2008-06-02|32896'
row condition_occurrence 'condition_occurrence_id = 33' 'person_id, condition_concept_id,
    condition_source_value' '1|0|999990011000001152'
row condition_occurrence 'condition_occurrence_id = 34' 'visit_occurrence_id, provider_id,
    condition_source_value, condition_start_date' '||off legs|2008-06-02'
row procedure_occurrence true 'procedure_occurrence_id, person_id, procedure_date,
    procedure_source_value' '61|1|2008-06-03|K40.1A'
row drug_exposure 'drug_exposure_id = 71' 'drug_concept_id, drug_exposure_start_date,
    drug_exposure_end_date' '1125315|2008-06-02|2008-06-05'
row drug_exposure 'drug_exposure_id = 72' 'person_id, visit_occurrence_id, drug_exposure_end_date' \
    '1||2008-05-01'
row measurement 'measurement_id = 81' 'value_as_number, operator_concept_id, unit_concept_id,
    range_low, range_high, value_source_value' '4.10|4171756|8753|3.5|5.3|<4.10'
row measurement 'measurement_id = 84' 'person_id, value_as_number, value_source_value' \
    '1||haemolysed'
row measurement 'measurement_id = 87' 'visit_occurrence_id, value_as_number' '|4.2'
row observation true 'observation_id, value_as_string' '85|see comment'
finish
