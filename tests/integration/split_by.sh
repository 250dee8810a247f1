# split_by.sh — a query is read in ranges of a table's index: by SQLite, PostgreSQL and MariaDB, by
# the log of the last one; nothing is lost, whatever its keys are.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# Two events to a person, each with a text but for every fifth; a hole in the keys; of the texts,
# one belongs to no event. Every dialect has the same.
tables() {
    cat <<'SQL'
CREATE TABLE event (id bigint NOT NULL PRIMARY KEY, person bigint NOT NULL, code integer);
CREATE TABLE words (id bigint NOT NULL, nbr integer NOT NULL, words varchar(20),
    PRIMARY KEY (id, nbr));
CREATE TABLE loose (id bigint, person bigint);
CREATE INDEX event_person ON event (person);
SQL
    awk 'BEGIN {
        for (i = 1; i <= 3000; i++) {
            id = i <= 1500 ? i * 2 : i * 2 + 100000
            printf "INSERT INTO event VALUES (%d, %d, %d);\n", id, int(i / 2), i % 7
            if (i % 5) printf "INSERT INTO words VALUES (%d, 1, '\''text %d'\'');\n", id, i
        }
        print "INSERT INTO words VALUES (7777777, 1, '\''of nothing'\'');"
    }'
}
joined="SELECT e.id AS id, e.person AS person, e.code AS code, w.words AS words FROM event e
      LEFT JOIN words w ON w.id = e.id AND w.nbr = 1"
windows="SELECT person, id, code, words, ROW_NUMBER() OVER (PARTITION BY person ORDER BY id) AS nth
      FROM ($joined) j"

# plan_of NAME ODBC QUERY KEY SPLIT [FILTER]
plan_of() {
    mkdir -p "$tmp/$1"
    cat >"$tmp/$1/plan.yaml" <<YAML
novate: 1
migration: $1
source: {odbc: "$2"}
target: {postgres: "$(conninfo target)"}
limits: {rejects: 1000}
mappings: [one.yaml]
YAML
    cat >"$tmp/$1/one.yaml" <<YAML
entity: one
source:
  query: >-
    $3
  key: [$4]
${5:+  split_by: $5}
target: {table: $1, key: [id]}
columns:
  id: id
  person: person
  words: ${6:-coalesce(words, 'none')}
YAML
    sql target -c 'SET client_min_messages = error' -c "DROP TABLE IF EXISTS $1" \
        -c "CREATE TABLE $1 (id bigint PRIMARY KEY, person bigint, words text NOT NULL)"
}

chunks() {
    sql target -c "SELECT count(*) FROM novate.chunk c WHERE migration = '$1'"
}

content() {
    sql target -c "SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY id)) FROM $1 t"
}

# same_as_whole NAME ODBC: what is read in ranges is what one reading of the query gives.
same_as_whole() {
    local name=$1 odbc=$2
    plan_of "${name}_whole" "$odbc" "$joined" id ''
    expect 0 run "$tmp/${name}_whole/plan.yaml" --chunk-rows 250
    plan_of "${name}_split" "$odbc" "$joined" id '{table: event}'
    expect 0 check "$tmp/${name}_split/plan.yaml" --chunk-rows 250
    grep -q 'key: id bigint.*, in ranges of table event' "$tmp/out" ||
        complain "$name: check does not say by what is split: $(grep key: "$tmp/out")"
    if grep -q 'warning: no' "$tmp/out"; then
        complain "$name: check warns: $(grep 'warning: no' "$tmp/out")"
    fi
    expect 0 run "$tmp/${name}_split/plan.yaml" --chunk-rows 250 --jobs 3
    [ "$(chunks "${name}_split")" -ge 12 ] ||
        complain "$name: only $(chunks "${name}_split") chunks"
    same "$name: content" "$(content "${name}_split")" "$(content "${name}_whole")"
    same "$name: rows" "$(sql target -c "SELECT count(*) FROM ${name}_split")" 3000
    # By the first column of the key only, which many rows share.
    plan_of "${name}_windows" "$odbc" "$windows" 'person, id' '{table: event, key: [person]}'
    expect 0 run "$tmp/${name}_windows/plan.yaml" --chunk-rows 250 --jobs 2
    [ "$(chunks "${name}_windows")" -ge 10 ] ||
        complain "$name: only $(chunks "${name}_windows") chunks of windows"
    same "$name: content of windows" "$(content "${name}_windows")" "$(content "${name}_whole")"
    expect 0 verify "$tmp/${name}_windows/plan.yaml"
}

# Rows whose keys the table does not have, before, between and behind its own, and one without.
keys_of_others() {
    local name=${1}_more odbc=$2
    plan_of "$name" "$odbc" "SELECT id, person, 'x' AS words FROM event UNION ALL
      SELECT id, person, 'x' AS words FROM loose" id '{table: event}' words
    expect 0 run "$tmp/$name/plan.yaml" --chunk-rows 250
    same "$1: rows with keys of others" \
        "$(sql target -c "SELECT count(*), min(id), max(id) FROM $name")" '3003|-5|99999999'
    same "$1: the row without a key" \
        "$(sql target -c "SELECT class FROM novate.reject WHERE migration = '$name'")" NULL
    expect 0 rejects retry "$tmp/$name/plan.yaml"
    # The table has no row, but the query has.
    plan_of "${1}_none" "$odbc" "SELECT id, person, 'x' AS words FROM loose WHERE id > 0" id \
        '{table: nobody}' words
    expect 0 run "$tmp/${1}_none/plan.yaml"
    same "$1: rows beside an empty table" "$(sql target -c "SELECT count(*) FROM ${1}_none")" 2
}

# Killed in the middle, it goes on with the ranges that are left.
resumes() {
    local name=${1}_killed status=0 before
    plan_of "$name" "$2" "$joined" id '{table: event}'
    NOVATE_FAULT=load.commit:kill:5 NOVATE_FAULT_TRACE=$tmp/trace novate run \
        "$tmp/$name/plan.yaml" --chunk-rows 250 2>"$tmp/shell" || status=$?
    same "$1: the fault" "$status" 137
    before=$(sql target -c "SELECT count(*) FROM $name")
    [ "$before" -gt 0 ] && [ "$before" -lt 3000 ] || complain "$1: $before rows after the kill"
    sql target -c "CREATE TABLE kept AS SELECT id, xmin::text AS of FROM $name"
    expect 0 run "$tmp/$name/plan.yaml" --chunk-rows 250
    same "$1: content after the kill" "$(content "$name")" "$(content "${1}_whole")"
    same "$1: rows that were kept" "$(sql target -c "SELECT count(*) FROM kept k
        JOIN $name t ON t.id = k.id AND t.xmin::text = k.of")" "$before"
    sql target -c 'DROP TABLE kept'
}

# refused SPLIT KEY MESSAGE: of the mapping, with its place.
refused() {
    plan_of refused "$sqlite" "$joined" "$2" "$1"
    expect 2 check "$tmp/refused/plan.yaml"
    grep -qF -- "$3" "$tmp/err" || complain "$1 by $2: $(cat "$tmp/err")"
    grep -q 'one.yaml:[67]:' "$tmp/err" || complain "$1: no place in $(cat "$tmp/err")"
}

database target
tables >"$tmp/tables.sql"
cat >>"$tmp/tables.sql" <<'SQL'
INSERT INTO loose VALUES (-5, 1), (2001, 1), (99999999, 1), (NULL, 1);
CREATE TABLE nobody (id bigint NOT NULL PRIMARY KEY);
SQL
sqlite3 "$tmp/source.db" 'BEGIN' ".read $tmp/tables.sql" 'COMMIT'
sqlite=$(sqlite_source "$tmp/source.db")
same_as_whole sqlite "$sqlite"
keys_of_others sqlite "$sqlite"
resumes sqlite "$sqlite"

refused '{table: event}' words '"words" does not exist'
refused '{table: words, key: [id, nbr]}' id '"nbr" is not column 2 of the key'
refused '{table: event, key: [person]}' 'id, person' '"person" is not column 1 of the key'
refused '{table: evnt}' id 'Perhaps you meant "event"'
refused '{}' id '"table"'
# Without an index each range is a scan, as those of a table's own key are.
plan_of unindexed "$sqlite" "$joined" 'code, id' '{table: event, key: [code]}'
expect 0 check "$tmp/unindexed/plan.yaml" --chunk-rows 1000
grep -q 'warning: no index is known to serve the key: planning and each chunk are scans' \
    "$tmp/out" || complain "check does not warn: $(cat "$tmp/out")"
expect 0 run "$tmp/unindexed/plan.yaml" --chunk-rows 1000
same 'content without an index' "$(content unindexed)" "$(content sqlite_whole)"
plan_of refused "$sqlite" "SELECT CAST(id AS text) AS id, person, 'x' AS words FROM event" id \
    '{table: event}'
expect 2 check "$tmp/refused/plan.yaml"
grep -q 'the ranges of one are not those of the other' "$tmp/err" ||
    complain "a text for a number: $(cat "$tmp/err")"

if [ -n "${NOVATE_TEST_ODBC_PG:-}" ]; then
    database source
    sql source -1 -f "$tmp/tables.sql"
    postgres=${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name source)
    same_as_whole postgres "$postgres"
    keys_of_others postgres "$postgres"
fi

# A server of its own, since all that it is asked is logged.
if [ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ]; then
    # shellcheck source=../support/asked.sh
    . "$(dirname "$0")/../support/asked.sh"
    { echo 'BEGIN;'; cat "$tmp/tables.sql"; echo 'COMMIT; ANALYZE TABLE event, words;'; } |
        maria_own old >/dev/null
    same_as_whole mariadb "$own_source"
    keys_of_others mariadb "$own_source"
    maria_own -e 'TRUNCATE mysql.general_log; SET GLOBAL general_log = ON'
    expect 0 verify "$tmp/mariadb_split/plan.yaml" --chunk-rows 250
    expect 0 verify "$tmp/mariadb_windows/plan.yaml" --chunk-rows 250
    maria_own -e 'SET GLOBAL general_log = OFF'
    maria_own -r -e "SELECT replace(argument, '\n', ' ') FROM mysql.general_log
        WHERE command_type IN ('Execute', 'Query') AND argument LIKE '%novate_q%'
        AND argument NOT LIKE '%WHERE 1 = 0%' AND argument NOT LIKE '%general_log%'" >"$tmp/asked"
    [ "$(wc -l <"$tmp/asked")" -ge 22 ] || complain "MariaDB was asked $(wc -l <"$tmp/asked") times"
    # Where a chunk ends is asked when it is planned, and not again where one read holds it.
    steps=$(maria_own -e "SELECT count(*) FROM mysql.general_log WHERE command_type = 'Execute'
        AND argument LIKE '%COUNT(*) OVER () FROM%'")
    [ "$steps" -le "$(($(chunks mariadb_windows) + 4))" ] ||
        complain "MariaDB is asked $steps times where a chunk or a read ends"
    # Each is a range of the table's index, whatever stands around it.
    while IFS= read -r statement; do
        case $statement in
        *COUNT*) complain "MariaDB is asked to count: $statement" ;;
        *' IS NULL)') continue ;;
        esac
        ways=$(maria_own old -e "EXPLAIN $statement" | awk '$3 == "e" { print $4 }')
        case $ways:$statement in
        range:*) ;;
        ALL:*' > '*' <= '*) complain "MariaDB scans for $statement" ;;
        ALL:* | index:*) ;; # open at one end: most of the table
        *) complain "MariaDB: \"$ways\" for $statement" ;;
        esac
    done <"$tmp/asked"
fi
finish
