# verify_together.sh — entities are verified side by side (--jobs 2 and more): the report is that of
# one after the other; two really are under way at once; memory and connections stay within what the
# plan allows.
# labels: threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=verify_together/entities.sh
. "$(dirname "$0")/verify_together/entities.sh"

# What a report says of the entities, but for seconds and for when it was resumed.
told() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(readfile('$1'), '\$.verdict');
        SELECT json_remove(value, '\$.seconds', '\$.consistency', '\$.verification.resumed_from')
        FROM json_each(readfile('$1'), '\$.entities')"
}
# as_alone WHAT EXIT OPTIONS…: with --jobs 3 the same is told as with --jobs 1.
as_alone() {
    local what=$1 wanted=$2
    shift 2
    expect "$wanted" verify "$plan" --jobs 1 --report "$tmp/alone.json" "$@"
    expect "$wanted" verify "$plan" --jobs 3 --report "$tmp/report.json" "$@"
    told "$tmp/alone.json" >"$tmp/alone.told"
    told "$tmp/report.json" >"$tmp/told"
    diff "$tmp/alone.told" "$tmp/told" | head -c 4000
    cmp -s "$tmp/alone.told" "$tmp/told" || complain "$what: another report with --jobs 3"
}

echo '== the same report'
as_alone 'nothing differs' 0
grep -q '^novate: entity big: 3000 records, verified, in ' "$tmp/err" ||
    complain 'the end of an entity is not said'
as_alone 'dry run' 0 --dry-run
sql target -c "UPDATE big SET name = 'x' WHERE id IN (5, 2999)" \
    -c 'DELETE FROM folded WHERE part = 9' -c "INSERT INTO small VALUES (99, NULL, 'nobody')" \
    -c "UPDATE other SET name = '{\"b\": 2}' WHERE id = 3"
as_alone 'differences' 7 --show-keys
same 'what differs' "$(sqlite3 :memory: "SELECT group_concat(json_extract(e.value, '\$.entity') ||
    json_extract(d.value, '\$.key[0]'), ' ') FROM json_each(readfile('$tmp/report.json'),
    '\$.entities') e, json_each(e.value, '\$.differences') d")" \
    'small99 folded9 big2999 big5 other3'
as_alone 'figures' 7 --level full --chunk-rows 100
as_alone 'counts' 7 --level counts
as_alone 'cross-check' 7 --cross-check 20
as_alone 'looked at twice' 7 --confirm-after 1s
sql target -c "UPDATE big SET name = 'big ' || id WHERE id IN (5, 2999)" \
    -c "INSERT INTO folded VALUES (9, 'folded 29')" -c 'DELETE FROM small WHERE id = 99' \
    -c "UPDATE other SET name = '{\"a\": \"other 3\", \"b\": 1}' WHERE id = 3"
as_alone 'mended' 0

echo '== at the same time, the largest first'
gates big:held middle:held
hold 'SELECT pg_advisory_lock(4712)'
start verify "$plan" --jobs 3 --report "$tmp/report.json"
until_true 'two wait in the target' held 2
until_true 'all others have ended' said 'entity small: 50 records, verified'
for entity in folded turned other; do
    said "entity $entity: [0-9]* records, verified" || complain "$entity has not ended before small"
done
said 'entity \(big\|middle\)' && complain 'one that is held has ended'
until_true 'status says what is at work' state_is 'verify 6 entities, [1-9][0-9]* rows'
let_go
ends 0 'two of whose entities were held'
same 'verdict' "$(json "$tmp/report.json" '$.verdict')" verified
hold 'SELECT pg_advisory_lock(4712)'
start verify "$plan" --jobs 1
until_true 'one waits in the target' held 1
said 'records, verified' && complain 'one after the other says when an entity ends'
let_go
ends 0 'of one after the other'

echo '== memory that does not suffice for all at once'
plan '' 32
gates $(printf '%s:held ' $entities)
hold 'SELECT pg_advisory_lock(4712)'
start verify "$plan" --jobs 6 --report "$tmp/report.json"
until_true 'one gets no memory' said 'memory_mb does not suffice beside other entities'
let_go
ends 0 'with little memory'
same 'little memory: verdict' "$(json "$tmp/report.json" '$.verdict')" verified

echo '== an entity takes no longer than the job'
gates
plan '  rows_per_second_max: 3000'
begun=$(date +%s%N)
expect 0 verify "$plan" --jobs 2 --entity folded --report "$tmp/report.json"
took=$((($(date +%s%N) - begun) / 1000000))
same 'seconds of an entity with groups' "$(sqlite3 :memory: "SELECT
    $(entity_field "$tmp/report.json" folded seconds) * 1000 <= $took")" 1

# A server that gives its user one connection, and no more.
if [ -n "${NOVATE_TEST_ODBC_PG:-}" ]; then
    echo '== no more connections to a source than it allows'
    database origin
    sql origin <<'SQL'
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'novate_beside') THEN
    CREATE ROLE novate_beside LOGIN CONNECTION LIMIT 1; END IF; END $$;
CREATE TABLE small AS SELECT i AS id, i % 7 AS code, 'small ' || i AS name
    FROM generate_series(1, 50) AS i;
CREATE TABLE middle AS SELECT i AS id, i % 7 AS code, 'middle ' || i AS name
    FROM generate_series(1, 1500) AS i;
CREATE TABLE big AS SELECT i AS id, i % 7 AS code, 'big ' || i AS name
    FROM generate_series(1, 3000) AS i;
CREATE TABLE code AS SELECT i AS code, 'code ' || i + 1 AS name FROM generate_series(0, 5) AS i;
ALTER TABLE small ADD PRIMARY KEY (id);
ALTER TABLE middle ADD PRIMARY KEY (id);
ALTER TABLE big ADD PRIMARY KEY (id);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO novate_beside;
SQL
    narrow=$(sed "s/UID=novate;DATABASE=.*/UID=novate_beside;DATABASE=$(database_name origin)/" \
        <<<"$NOVATE_TEST_ODBC_PG")
    origin() { # LINES of the source
        sed -e "s|^  odbc: .*|  odbc: \"$narrow\"|" \
            -e "/^  odbc: /a\\  rows_per_second_max: 3000${1:-}" \
            -e 's/^mappings: .*/mappings: [small.yaml, middle.yaml, big.yaml]/' -i "$plan"
    }
    plan
    origin
    expect 4 verify "$plan" --jobs 3
    grep -qi 'too many connections' "$tmp/err" || complain 'another failure than of connections'
    plan
    origin '\n  connections_max: 1'
    as_alone 'one connection' 0 --cross-check 10

    echo '== a cross-check waits for a connection that another entity has'
    plan
    {
        grep -v '^source:\|^  odbc:\|^mappings:' "$plan"
        printf 'sources:\n  local: {odbc: "%s"}\n  narrow: {odbc: "%s", connections_max: 1, %s}\n' \
            "$(sqlite_source "$tmp/source.db")" "$narrow" 'rows_per_second_max: 3000'
        echo 'mappings: [small.yaml, big.yaml]'
    } >"$tmp/plan/two.yaml"
    mv "$tmp/plan/two.yaml" "$plan"
    sed -i 's/{table: code,/{in: narrow, table: code,/' "$tmp/plan/big.yaml" "$tmp/plan/small.yaml"
    sed -i 's/^source: {/&in: narrow, /' "$tmp/plan/big.yaml"
    sed -i 's/^source: {/&in: local, /' "$tmp/plan/small.yaml"
    as_alone 'a connection of another entity' 0 --cross-check 10
    same 'which of them is done first' "$(sed -n 's/.*: entity \([a-z]*\): .* verified, .*/\1/p' \
        "$tmp/err" | head -n 1)" big
fi
finish
