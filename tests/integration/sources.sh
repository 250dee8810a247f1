# sources.sh — the same records behind MariaDB, PostgreSQL, SQLite and in a file give the same rows
# and the same digests.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB:-}" ] || skip 'no MariaDB'
[ -n "${NOVATE_TEST_ODBC_PG:-}" ] || skip 'no ODBC driver for PostgreSQL'

rows=2500
sqlite_events "$tmp/source.db" $rows
{
    echo "SET sql_mode = 'NO_BACKSLASH_ESCAPES';"
    create_events 'datetime(6)'
    write_events $rows
} | maria
database events_source
{ create_events timestamp; write_events $rows; } | sql events_source

declare -A odbc=(
    [sqlite]=$(sqlite_source "$tmp/source.db")
    [mariadb]=$NOVATE_TEST_MARIADB
    [postgres]=${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name events_source)
)
wanted=$(sql events_source -c "SELECT count(*) FROM event")
same 'rows of the source' "$wanted" $rows
reference=
digest=
compare() {
    local print
    print=$(fingerprint target 'SELECT * FROM care.event')
    : "${reference:=$print}"
    same "rows from $1" "$print" "$reference"
    same "verdict from $1" "$(json "$tmp/$1.json" '$.verdict')" verified
    : "${digest:=$(entity_field "$tmp/$1.json" event target_digest)}"
    same "target digest from $1" "$(entity_field "$tmp/$1.json" event target_digest)" "$digest"
    same "source digest from $1" "$(entity_field "$tmp/$1.json" event source_digest)" "$digest"
}

# What PostgreSQL itself makes of them is the reference.
database target
event_target target
sql events_source -c "COPY (SELECT event_id, event_cd, amount, name, born, seen, (ARRAY['planned',
    'arrived', 'seen', 'left', 'cancelled'])[status + 1], note FROM event) TO STDOUT" |
    sql target -c 'COPY care.event FROM STDIN'
reference=$(fingerprint target 'SELECT * FROM care.event')

for name in postgres mariadb sqlite; do
    database target
    event_target target
    event_plan "$tmp/$name" "${odbc[$name]}" target
    expect 0 run "$tmp/$name/plan.yaml" --report "$tmp/$name.json" --chunk-rows 600
    compare "$name"
done

# As CSV: PostgreSQL quotes an empty text and leaves a missing one bare.
database target
event_target target
event_plan "$tmp/csv" '' target
mkdir "$tmp/csv/files"
sql events_source -c 'COPY event TO STDOUT (FORMAT csv, HEADER)' >"$tmp/csv/files/event.csv"
sed -i 's|^  odbc: .*|  csv: files|' "$tmp/csv/plan.yaml"
types='event_id: bigint, event_cd: bigint, amount: "numeric(12,3)", born: date, seen: timestamp'
sed -i "s|^  table: EVENT|  file: event*.csv\n  columns: {$types, status: integer}|" \
    "$tmp/csv/event.yaml"
expect 0 run "$tmp/csv/plan.yaml" --report "$tmp/csv.json"
compare csv
finish
