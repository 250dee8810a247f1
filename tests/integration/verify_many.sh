# verify_many.sh — however many rows differ, all are counted, the first are named, and memory stays
# within `memory_mb`; looked at twice, too. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

rows=100000
memory_mb=32
[ -z "${NOVATE_TEST_LONG:-}" ] || rows=1000000
mkdir -p "$tmp/plan/csv"
awk -v rows=$rows 'BEGIN {
    print "id,name"; for (i = 1; i <= rows; i++) print i ",name " i % 977 }' \
    >"$tmp/plan/csv/many.csv"
database target
sql target -c 'CREATE TABLE many (id bigint PRIMARY KEY, name text)'
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: many
source: {csv: csv}
target: {postgres: "$(conninfo target)"}
mappings: [many.yaml]
limits: {memory_mb: $memory_mb}
YAML
cat >"$tmp/plan/many.yaml" <<'YAML'
entity: many
source: {file: many.csv, key: [id], columns: {id: bigint}}
target: {table: public.many, key: [id]}
copy: ["*"]
YAML
plan=$tmp/plan/plan.yaml
report=$tmp/report.json
expect 0 run "$plan" --no-verify
# A third has another name, a third is missing, and as many are there that nobody knows.
sql target -c "UPDATE many SET name = name || ' ' WHERE id % 3 = 0" \
    -c 'DELETE FROM many WHERE id % 3 = 1' \
    -c "INSERT INTO many SELECT id, 'nobody' FROM generate_series($rows + 1, $rows * 4 / 3) AS id"

# check OPTIONS…: counts and names, and the largest resident set in MiB.
check() {
    local status=0 mib
    "$NOVATE_TEST_BUILD/tests/bench_measure" "$tmp/cost" "$NOVATE" verify "$plan" \
        --report "$report" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    same "exit of verify $*" "$status" 7
    mib=$(awk '{ print int($3 / 1024) }' "$tmp/cost")
    echo "$test_name: verify $* of $rows rows that all but differ took $mib MiB"
    # What the drivers and libraries take beside the budget is allowed for.
    [ "$mib" -le $((memory_mb + 24)) ] || complain "verify $* took $mib MiB"
    same 'not equal' "$(entity_field "$report" many not_equal)" $((rows / 3))
    same 'missing in the target' "$(entity_field "$report" many missing_target)" \
        $(((rows + 2) / 3))
    same 'not in the source' "$(entity_field "$report" many missing_source)" \
        $((rows * 4 / 3 - rows))
    same 'equal' "$(entity_field "$report" many equal)" $(((rows + 1) / 3))
    same 'named' "$(sqlite3 :memory: "SELECT count(*)
        FROM json_each(readfile('$report'), '\$.entities[0].differences')")" 10000
}
check
check --confirm-after 1s
same 'in flight' "$(entity_field "$report" many verification.in_flight)" 0
finish
