# quoted_names.sh — a source key that the mapping writes in quotes means the column of exactly that
# name: in checks, chunks, rejects and their retry, parents, traces and explanations.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB:-}" ] || skip 'no MariaDB'
[ -n "${NOVATE_TEST_ODBC_PG:-}" ] || skip 'no ODBC driver for PostgreSQL'

# people QUOTE MORE-COLUMN VALUE: the same people in the SQL of each server.
people() {
    local q=$1
    cat <<SQL
CREATE TABLE ${q}Person${q} (${q}Id${q} bigint NOT NULL PRIMARY KEY, ${q}Name${q} varchar(20),
    ${q}Seen At${q} timestamp$2);
INSERT INTO ${q}Person${q} VALUES (1, 'a', '2008-01-01 00:00:00'$3), (2, 'too long a name',
    '2008-01-01 00:00:00'$3), (3, 'c', '2008-01-01 00:00:00'$3);
CREATE TABLE ${q}Visit${q} (${q}Visit No${q} bigint NOT NULL PRIMARY KEY, ${q}Person${q} bigint);
INSERT INTO ${q}Visit${q} VALUES (10, 1), (20, 2), (30, 3);
SQL
}
plan() {
    mkdir -p "$tmp/$1"
    cat >"$tmp/$1/plan.yaml" <<YAML
novate: 1
migration: quoted
source: {odbc: "$2"}
target: {postgres: "$(conninfo target)"}
mappings: [person.yaml, visit.yaml]
limits: {rejects: 100}
YAML
    cat >"$tmp/$1/person.yaml" <<'YAML'
entity: person
source: {table: '"Person"', key: ['"Id"'], changed: '"Seen At"'}
target: {table: care.person, key: [id]}
columns: {id: '"Id"', name: 'fit("Name")'}
YAML
    cat >"$tmp/$1/visit.yaml" <<'YAML'
entity: visit
source: {table: '"Visit"', key: ['"Visit No"']}
target: {table: care.visit, key: ["Visit No"]}
copy: [Visit No]
columns: {person: '"Person"'}
YAML
}
# classes: entity:class:key of what is open
classes() {
    sql target -c "SELECT string_agg(entity || ':' || class || ':' || key, ' ' ORDER BY entity)
        FROM novate.reject WHERE state = 'open'"
}
# goes_through SOURCE ODBC MEND
goes_through() {
    local plan=$tmp/$1/plan.yaml
    database target
    sql target -c 'CREATE SCHEMA care' -c 'CREATE TABLE care.person (id bigint PRIMARY KEY,
        name varchar(8))' -c 'CREATE TABLE care.visit ("Visit No" bigint PRIMARY KEY,
        person bigint NOT NULL REFERENCES care.person)'
    plan "$1" "$2"
    expect 0 check "$plan"
    expect 0 explain "$plan"
    ! grep -q 'not read.*Id\|not read.*Seen At' "$tmp/out" || complain "$1: a key is not read"
    expect 0 run "$plan" --chunk-rows 1 --jobs 2 --report "$tmp/$1.json"
    same "$1: verdict" "$(json "$tmp/$1.json" '$.verdict')" verified
    same "$1: rejects" "$(classes)" 'person:LENGTH:["2"] visit:PARENT:["20"]'
    expect 0 trace "$plan" person 1
    expect 1 trace "$plan" person 1 2
    grep -q 'the first of them "Id"' "$tmp/err" || complain "$1: key of trace: $(cat "$tmp/err")"
    $3 <<<"UPDATE $4 SET $5 = 'b' WHERE $6 = 2;"
    expect 0 rejects retry "$plan"
    same "$1: retried" "$(classes)" ''
    same "$1: rows" "$(sql target -c 'SELECT string_agg(id || name || "Visit No", $$,$$ ORDER BY id)
        FROM care.person JOIN care.visit ON person = id')" '1a10,2b20,3c30'
    expect 0 verify "$plan"
}
of_sqlite() { sqlite3 -batch -bail "$tmp/source.db"; }
of_postgres() { sql source; }

people '"' '' '' | of_sqlite
goes_through sqlite "$(sqlite_source "$tmp/source.db")" of_sqlite '"Person"' '"Name"' '"Id"'
people '`' '' '' | maria
goes_through mariadb "$NOVATE_TEST_MARIADB" maria '`Person`' '`Name`' '`Id`'

# Only PostgreSQL has columns that differ in nothing but case: the one that is meant is read.
database source
people '"' ', "ID" int, id int' ', 1, 1' | of_postgres
goes_through postgres "${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name source)" \
    of_postgres '"Person"' '"Name"' '"Id"'
sed -i "s/key: \['\"Id\"'\]/key: ['\"iD\"']/" "$tmp/postgres/person.yaml"
expect 2 check "$tmp/postgres/plan.yaml"
grep -q 'person.yaml:2:[0-9]*: key column ""iD"" does not exist' "$tmp/out" "$tmp/err" ||
    complain "a key of another case: $(cat "$tmp/out" "$tmp/err")"
finish
