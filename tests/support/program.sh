# program.sh — what the tests that run the built program share. Sourced by tests/integration/*.sh.
#
# A test works in $tmp, which goes at the end, and may use
#     novate ARGUMENTS            the program; stdout in $tmp/out, stderr in $tmp/err
#     expect EXIT ARGUMENTS       the same, and its exit code must be EXIT
#     sql DATABASE [ARGUMENTS]    psql into a database of the test PostgreSQL
#     database NAME               makes one more of these, gone at the end
#     hold STATEMENTS             a session of its own says them and stays; let_go ends it
#     json FILE PATH              a value of a JSON file, as SQLite's json_extract() has it
#     report_counts FILE          what a report says of each entity, by name
#     same WHAT GOT WANTED        complains and goes on; `finish` ends with what was complained of
# and the sources that write_source makes.  SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=clusters.sh
. "$(dirname "${BASH_SOURCE[0]}")/clusters.sh"

: "${NOVATE:?path of the program}"
test_name=$(basename "$0" .sh)
source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tmp=$(mktemp -d "/tmp/novate-test-$test_name.XXXXXX")
chmod 755 "$tmp"
faults=0
databases=()

cleanup() {
    local status=$? name
    for name in "${databases[@]}"; do
        sql postgres -c 'SET client_min_messages = error' \
            -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" >/dev/null 2>&1 || true
    done
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -n "${NOVATE_TEST_KEEP:-}" ]; then
        echo "$test_name: kept $tmp"
    else
        clusters_remove "$tmp"
        rm -rf -- "$tmp"
    fi
}
trap cleanup EXIT

skip() {
    echo "$test_name: skipped: $*"
    exit 77
}

fail() {
    echo "$test_name: FAIL: $*"
    exit 1
}

complain() {
    echo "$test_name: FAULT: $*"
    faults=$((faults + 1))
}

same() {
    [ "$2" = "$3" ] || complain "$1: got \"$2\", wanted \"$3\""
}

finish() {
    if [ "$faults" -gt 0 ]; then
        echo "$test_name: FAIL: $faults faults"
        exit 1
    fi
    echo "$test_name: passed"
}

need_postgres() {
    [ -n "${NOVATE_TEST_PG:-}" ] || skip 'no PostgreSQL'
}

novate() {
    local status=0
    "$NOVATE" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
    return "$status"
}

expect() {
    local wanted=$1 status=0
    shift
    novate "$@" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "--- novate $*"
        tail -n 40 "$tmp/out"
        echo '--- stderr'
        tail -n 40 "$tmp/err"
        fail "\"novate ${1:-}\" ended with $status, not $wanted"
    fi
}

# Tests run side by side: each has its own databases under names of its own.
database_name() {
    case $1 in
    postgres) echo postgres ;;
    *) echo "novate_${test_name}_$1" ;;
    esac
}

sql() {
    local name=$1
    shift
    "$NOVATE_TEST_PG_BIN/psql" -XqAt -v ON_ERROR_STOP=1 -h "$NOVATE_TEST_PG_SOCKET" -U novate \
        -d "$(database_name "$name")" "$@"
}

database() {
    local full
    full=$(database_name "$1")
    sql postgres -c "DROP DATABASE IF EXISTS $full WITH (FORCE)" 2>/dev/null
    sql postgres -c "CREATE DATABASE $full TEMPLATE template0"
    databases+=("$full")
}

# hold STATEMENTS: a session of its own says them, and stays, with its locks, until let_go. Its
# backend is $holder. bash forgets a coprocess and its files as soon as that ends, so they are kept.
hold() {
    coproc HOLDER { PGAPPNAME=holder sql target; }
    holder_in=${HOLDER[1]} holder_out=${HOLDER[0]} holder_pid=$HOLDER_PID
    printf 'SELECT pg_backend_pid();\n\\o /dev/null\n%s;\n\\echo held\n' "$1" >&"$holder_in"
    read -r holder <&"$holder_out"
    read -r _ <&"$holder_out"
}
let_go() {
    printf '%s\n' 'SET client_min_messages = error;' 'ROLLBACK;' \
        'SELECT pg_advisory_unlock_all();' '\q' >&"$holder_in"
    wait "$holder_pid"
}

# Folders in which a novate looks at what a schema makes.
looks() {
    find /tmp -maxdepth 1 -name 'novate-look-*' | sort
}
# looks_end BEFORE: those that were made since are gone. Other tests look, too, and their folders go
# when they are done.
looks_end() {
    local folder deadline=$((SECONDS + 60))
    for folder in $(comm -13 <(echo "$1") <(looks)); do
        until [ ! -e "$folder" ]; do
            [ "$SECONDS" -lt "$deadline" ] || fail "$folder was left"
        done
    done
}

# Makes of the ledger in a database what earlier versions were.
ledger_2() {
    sql "$1" -f "$source_root/tests/support/ledger_2.sql"
}
ledger_3() {
    sql "$1" -f "$source_root/tests/support/ledger_3.sql"
}
ledger_4() {
    sql "$1" -f "$source_root/tests/support/ledger_4.sql"
}

conninfo() {
    printf 'host=%s port=5432 user=novate dbname=%s' "$NOVATE_TEST_PG_SOCKET" \
        "$(database_name "$1")"
}

maria() {
    mariadb --no-defaults --socket="$NOVATE_TEST_MARIADB_SOCKET" -u novate \
        --default-character-set=utf8mb4 "$NOVATE_TEST_MARIADB_DATABASE" "$@"
}

json() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(readfile('$1'), '$2')"
}

# One field of one entity of a report.
entity_field() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(value, '\$.$3')
        FROM json_each(readfile('$1'), '\$.entities')
        WHERE json_extract(value, '\$.entity') = '$2'"
}

# What became of the records of each entity of a report, by name: a line for each.
report_counts() {
    sqlite3 -batch -noheader -separator ' ' :memory: "
        WITH entity AS (
            SELECT key AS number, value AS body, json_extract(value, '\$.entity') AS name
            FROM json_each(readfile('$1'), '\$.entities')),
        part(rank, word, place) AS (VALUES (1, 'merged', '\$.identity.merged'),
            (2, 'filtered', '\$.identity.filtered'), (3, 'rejected', '\$.identity.rejected'),
            (4, 'repaired', '\$.repaired'), (5, 'noted', '\$.notes'))
        SELECT line FROM (
            SELECT number, 0 AS rank, '' AS named, name || ': ' ||
                json_extract(body, '\$.source_rows') || ' records, ' ||
                json_extract(body, '\$.loaded') || ' loaded' AS line FROM entity
            UNION ALL SELECT number, rank, j.key, '  ' || word || ' ' || j.key || ': ' ||
                CASE j.type WHEN 'object' THEN json_extract(j.value, '\$.count') ELSE j.value END
            FROM entity, part, json_each(body, place) j)
        ORDER BY number, rank, named"
}

# An order-free fingerprint of a query in a target, computed by PostgreSQL itself: what a test
# compares must not be novate's own opinion of it.
fingerprint() {
    sql "$1" -c "SELECT count(*) || ':' || coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)
        ::bigint::numeric), 0) FROM ($2) t"
}

# write_events ROWS: INSERT statements of table EVENT, in SQL that all servers understand. Every
# kind of value that has an edge: 17 digits, decimals, letters of all lengths in UTF-8, quotes,
# tabs, line ends, empty and missing texts, first and last dates.
write_events() {
    awk -v rows="$1" 'BEGIN {
        split("Abbott|O'\'''\''Dowd|Zoë|Łukasz|李小龍|𝔄lbert|a\"b|back\\slash|comma, and;|  blanks  |",
            name, "|")
        for (i = 1; i <= rows; i++) {
            if (i % 500 == 1) printf "%sINSERT INTO EVENT VALUES\n", (i > 1 ? ";\n" : "")
            else printf ",\n"
            note = i % 7 == 0 ? "NULL" : i % 11 == 0 ? "'\'''\''" : \
                sprintf("'\''line %d\n\tand another, \"quoted\"'\''", i)
            printf "(%d, 2540000000000%04d, %d.%03d, '\''%s %d'\'', '\''%04d-%02d-%02d'\'', " \
                "'\''%04d-%02d-%02d %02d:%02d:%02d.%06d'\'', %d, %s)", i * 3,
                i % 9973, (i % 2 ? 1 : -1) * (i * 7919 % 900000), i % 1000, name[i % 11 + 1], i,
                1900 + i % 120, 1 + i % 12, 1 + i % 28, 2007 + i % 2, 1 + i % 12, 1 + i % 28,
                i % 24, i % 60, i * 7 % 60, i * 7919 % 1000000, i % 5, note
        }
        if (rows) print ";"
    }'
}

# create_events TIMESTAMP-TYPE: the table that write_events fills.
create_events() {
    cat <<SQL
CREATE TABLE EVENT (
    EVENT_ID bigint NOT NULL PRIMARY KEY,
    EVENT_CD bigint NOT NULL,
    AMOUNT decimal(12,3),
    NAME varchar(60),
    BORN date,
    SEEN $1,
    STATUS int,
    NOTE varchar(200)
);
SQL
}

# sqlite_events FILE ROWS
sqlite_events() {
    { create_events timestamp; echo 'BEGIN;'; write_events "$2"; echo 'COMMIT;'; } |
        sqlite3 -batch -bail "$1"
}

sqlite_source() {
    printf 'DRIVER=%s;Database=%s' "$NOVATE_TEST_SQLITE_DRIVER" "$1"
}

# event_target DATABASE: the table that event_plan's mapping fills.
event_target() {
    sql "$1" <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.event (
    event_id bigint PRIMARY KEY,
    code     bigint NOT NULL,
    amount   numeric(12,3),
    name     text,
    born_on  date,
    seen_at  timestamp,
    status   text,
    note     text
);
SQL
}

# event_plan FOLDER ODBC TARGET-DATABASE: a plan with one mapping of these events.
event_plan() {
    mkdir -p "$1/codes"
    printf 'number,name\n0,planned\n1,arrived\n2,seen\n3,left\n4,cancelled\n' >"$1/codes/status.csv"
    cat >"$1/plan.yaml" <<YAML
novate: 1
migration: events
source:
  odbc: "$2"
target:
  postgres: "$(conninfo "$3")"
mappings: [event.yaml]
limits: {rejects: 1000000}
YAML
    cat >"$1/event.yaml" <<'YAML'
entity: event
source:
  table: EVENT
  key: [EVENT_ID]
target:
  table: care.event
  key: [event_id]
lookups:
  status: {file: codes/status.csv, from: number, to: name, missing: reject}
columns:
  event_id: EVENT_ID
  code:     EVENT_CD
  amount:   AMOUNT
  name:     NAME
  born_on:  BORN
  seen_at:  SEEN
  status:   lookup('status', STATUS)
  note:     NOTE
YAML
}
