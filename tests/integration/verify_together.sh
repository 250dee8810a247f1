# verify_together.sh — entities are verified side by side (--jobs 2 and more): reports, exit codes
# and what is resumed are those of one after the other; two really are under way at once; memory
# and connections stay within what the plan allows; a failure or Ctrl-C ends all of them.
# labels: threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=../support/background.sh
. "$(dirname "$0")/../support/background.sh"

# Entities of several sizes, one whose values only the server can compare, two whose mappings make
# one row of several records, and a lookup that asks the source.
{
    echo 'BEGIN;'
    for table in small:50 middle:1500 big:3000 other:400; do
        echo "CREATE TABLE ${table%:*} (ID integer PRIMARY KEY, CODE integer, NAME varchar(40));
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${table#*:})
            INSERT INTO ${table%:*} SELECT i, i % 7, '${table%:*} ' || i FROM n;"
    done
    echo "CREATE TABLE folded (ID integer PRIMARY KEY, PART integer, NAME varchar(40));
        INSERT INTO folded SELECT ID, ID / 3, 'folded ' || ID FROM middle;
        CREATE TABLE turned (ID integer PRIMARY KEY, PART integer, MEANING varchar(9),
            VALUE varchar(9));
        INSERT INTO turned SELECT ID, ID / 2, CASE ID % 2 WHEN 0 THEN 'FORM' ELSE 'DOSE' END, ID
            FROM middle;
        CREATE TABLE code (CODE integer PRIMARY KEY, NAME varchar(9));
        INSERT INTO code SELECT ID - 1, 'code ' || ID FROM small WHERE ID <= 6; COMMIT;"
} | sqlite3 -batch -bail "$tmp/source.db"

entities='small folded middle turned big other'
database target
sql target <<'SQL'
CREATE TABLE small (id bigint PRIMARY KEY, code text, name text);
CREATE TABLE middle (LIKE small INCLUDING ALL, CHECK (id NOT IN (700, 701)));
CREATE TABLE big (LIKE small INCLUDING ALL);
CREATE TABLE other (id bigint PRIMARY KEY, code text, name jsonb);
CREATE TABLE folded (part bigint PRIMARY KEY, name text);
CREATE TABLE turned (part bigint PRIMARY KEY, form text, dose int);
-- What a verification meets when it reads the rows of an entity.
CREATE TABLE gate (entity text, kind text);
CREATE FUNCTION pass(name text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM gate WHERE entity = name) THEN
        PERFORM pg_advisory_lock_shared(4712);
    END IF;
    IF EXISTS (SELECT FROM gate WHERE entity = name AND kind = 'broken') THEN
        RAISE EXCEPTION 'table % is broken', name;
    END IF;
    RETURN true; END $$;
SQL

mkdir "$tmp/plan"
plan=$tmp/plan/plan.yaml
# plan [LINE OF THE SOURCE] [MEMORY_MB]
plan() {
    {
        printf 'novate: 1\nmigration: together\nsource:\n  odbc: "%s"\n%s\n' \
            "$(sqlite_source "$tmp/source.db")" "${1:-}"
        printf 'target: {postgres: "%s"}\nlimits: {rejects: 100, memory_mb: %s}\n' \
            "$(conninfo target)" "${2:-256}"
        printf 'mappings: [%s]\n' "$(printf '%s.yaml, ' $entities | sed 's/, $//')"
    } >"$plan"
}
for entity in small middle big other; do
    name=NAME
    [ $entity != other ] || name="'{\"b\": 1, \"a\":   \"' || NAME || '\"}'" # not as jsonb has it
    cat >"$tmp/plan/$entity.yaml" <<YAML
entity: $entity
source: {table: $entity, key: [ID]}
target: {table: public.$entity, key: [id], scope: "pass('$entity')"}
lookups: {code: {table: code, from: CODE, to: NAME, missing: null}}
filters: {thirteen: ID % 13 <> 0}
columns:
  id: ID
  code: lookup('code', CODE)
  name: >-
    $name
YAML
done
cat >"$tmp/plan/folded.yaml" <<'YAML'
entity: folded
source: {table: folded, key: [ID]}
target: {table: public.folded, key: [part], scope: "pass('folded')"}
dedupe: {by: [PART], keep: latest(ID)}
columns: {part: PART, name: NAME}
YAML
cat >"$tmp/plan/turned.yaml" <<'YAML'
entity: turned
source: {table: turned, key: [ID]}
target: {table: public.turned, key: [part], scope: "pass('turned')"}
pivot: {by: [PART], keep: latest(ID), name: MEANING, value: VALUE,
        columns: {FORM: FORM, DOSE: {name: DOSE, value: CAST(VALUE AS integer)}}}
columns: {part: PART, form: FORM, dose: DOSE}
YAML

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

plan
expect 0 run "$plan" --jobs 3 --chunk-rows 100 --report "$tmp/report.json"
same 'loaded and verified' "$(json "$tmp/report.json" '$.verdict')" verified
same 'refused' "$(entity_field "$tmp/report.json" middle verification.refused)" 2
same 'order of the report' "$(echo $(report_counts "$tmp/report.json" |
    sed -n 's/^\([a-z]*\):.*/\1/p'))" "$entities"

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

held() { # how many
    [ "$(sql target -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND objid = 4712 AND database = (SELECT oid FROM pg_database
        WHERE datname = current_database())")" = "$1" ]
}
kept_of_two() {
    test -s "$tmp/plan/.novate/verify/big.state" -a -s "$tmp/plan/.novate/verify/middle.state"
}
# gates ENTITY:KIND…
gates() {
    sql target -c 'DELETE FROM gate'
    local gate
    for gate; do
        sql target -c "INSERT INTO gate VALUES ('${gate%:*}', '${gate#*:}')"
    done
}

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

echo '== interrupted at once, and resumed'
hold 'SELECT pg_advisory_lock(4712)'
start verify "$plan" --jobs 2 --chunk-rows 100
until_true 'two wait in the target' held 2
until_true 'something was kept of two' kept_of_two
kill -INT "$job"
until_true 'finishing is said' said 'finishing the chunks in flight'
kill -INT "$job"
ends 10 'interrupted at once'
let_go
gates
expect 0 verify "$plan" --jobs 3 --chunk-rows 100 --report "$tmp/report.json"
for entity in big middle; do
    [ "$(entity_field "$tmp/report.json" $entity verification.resumed_chunks)" -gt 0 ] ||
        complain "$entity is not resumed"
done
same 'resumed: verdict' "$(json "$tmp/report.json" '$.verdict')" verified
same 'nothing is kept' "$(ls "$tmp/plan/.novate/verify")" ''

echo '== interrupted gently, paused, and resumed'
plan '  rows_per_second_max: 200'
start verify "$plan" --jobs 2 --chunk-rows 50 --entity big --entity middle
until_true 'something was kept of two' kept_of_two
expect 0 pause "$plan"
until_true 'status says paused' state_is 'paused'
expect 0 resume "$plan"
until_true 'status says that it goes on' state_is 'throttled'
kill -INT "$job"
ends 10 'interrupted gently'
plan
expect 0 verify "$plan" --jobs 2 --chunk-rows 50 --report "$tmp/report.json"
for entity in big middle; do
    [ "$(entity_field "$tmp/report.json" $entity verification.resumed_chunks)" -gt 0 ] ||
        complain "$entity is not resumed after a gentle end"
done

echo '== killed, and resumed'
plan '  rows_per_second_max: 200'
start verify "$plan" --jobs 2 --chunk-rows 50 --entity big --entity middle
until_true 'something was kept of two' kept_of_two
kill -KILL "$job"
ends 137 'killed'
plan
expect 0 verify "$plan" --jobs 3 --chunk-rows 50 --report "$tmp/report.json"
for entity in big middle; do
    [ "$(entity_field "$tmp/report.json" $entity verification.resumed_chunks)" -gt 0 ] ||
        complain "$entity is not resumed after a kill"
done
expect 0 verify "$plan" --jobs 1 --chunk-rows 50 --report "$tmp/alone.json"
for report in alone report; do
    sqlite3 :memory: "SELECT json_remove(value, '\$.seconds', '\$.consistency', '\$.verification')
        FROM json_each(readfile('$tmp/$report.json'), '\$.entities')" >"$tmp/$report.told"
done
cmp -s "$tmp/alone.told" "$tmp/report.told" || complain 'what was resumed is not as read whole'

echo '== a failure ends all, and what was read is kept'
gates small:broken
expect 5 verify "$plan" --jobs 1
plan '  rows_per_second_max: 500'
hold 'SELECT pg_advisory_lock(4712)'
start verify "$plan" --jobs 6 --chunk-rows 50 --report "$tmp/report.json"
until_true 'something was kept' test -s "$tmp/plan/.novate/verify/big.state"
let_go
ends 5 'of which an entity failed'
said 'table small is broken' || complain 'the failure is not said'
said 'verifying entity "small"' || complain 'the failure does not name the entity'
for entity in small big; do
    same "$entity beside a failure" "$(entity_field "$tmp/report.json" $entity verdict)" \
        not_verified
done
gates
plan
expect 0 verify "$plan" --jobs 3 --chunk-rows 50 --report "$tmp/report.json"
[ "$(entity_field "$tmp/report.json" big verification.resumed_chunks)" -gt 0 ] ||
    complain 'what was read beside a failure is not resumed'

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
