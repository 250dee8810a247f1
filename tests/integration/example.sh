# example.sh — the example of the language gives the counts of its README, twice in a row.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
[ -n "${NOVATE_TEST_PG_BIN:-}" ] || skip 'no PostgreSQL'

bash "$source_root/mappings/example/run" --no-install --sources "$tmp/data" >/dev/null
plan=$source_root/mappings/example/plan.yaml
settings=(--work "$tmp/work" --set "driver=$NOVATE_TEST_SQLITE_DRIVER" --set "data=$tmp/data")

check() {
    local entity=$1 field wanted
    shift
    for field in source_rows loaded filtered rejected; do
        wanted=$1
        shift
        same "$field of $entity" "$(entity_field "$tmp/report.json" "$entity" "$field")" "$wanted"
    done
}

# Its examples pass against both catalogues, and its mappings have words.
expect 0 check "$plan" "${settings[@]}"
grep -qx 'examples: 13 passed' "$tmp/out" || complain 'not all examples of the mappings pass'
expect 0 explain "$plan" "${settings[@]}" --entity patient
grep -q 'family_name  character varying(50), must have a value' "$tmp/out" ||
    complain 'the words of a mapping do not know the target'
grep -A 9 'Target columns that nothing fills' "$tmp/out" | grep -q created_at ||
    complain 'a column that nothing fills is not said'

for _ in first second; do
    expect 0 run "$plan" --restart "${settings[@]}" --report "$tmp/report.json"
    check patient 2001 1971 26 4
    check encounter 3950 3948 0 2
    check observation 23700 22677 1011 12
    check issue 1576 1441 131 4
    same verdict "$(json "$tmp/report.json" '$.verdict')" verified
done
expect 0 rejects list "$plan" "${settings[@]}"
for class in LENGTH LOOKUP CHECK UNIQUE FOREIGN_KEY PARENT COLUMNS; do
    grep -q "$class" "$tmp/out" || complain "no reject of class $class is listed"
done
finish
