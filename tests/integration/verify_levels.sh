# verify_levels.sh — what verification compares: rows only, every value, figures of every column;
# columns within a tolerance or not at all; and differences that are looked at once more.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 3000
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = NULL WHERE EVENT_ID % 90 = 0'
database target
event_target target
sql target -c 'ALTER TABLE care.event ADD ratio double precision'
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
echo '  ratio: EVENT_CD::double precision / 3' >>"$tmp/plan/event.yaml"
plan=$tmp/plan/plan.yaml
report=$tmp/report.json
expect 0 run "$plan"

field() {
    entity_field "$report" event "$1"
}
verify() {
    local wanted=$1
    shift
    expect "$wanted" verify "$plan" --report "$report" "$@"
}

echo '== rows only'
verify 0 --level counts
same 'verdict of counts' "$(field verdict)" not_verified
same 'level' "$(field verification.level)" counts
same 'reason' "$(field reason)" 'rows were counted, values were not compared (--level counts)'
same 'equal rows' "$(field equal)" 3000
same 'no digest was made' "$(field source_digest)" ''
grep -q 'rows were counted' "$tmp/out" || complain 'the summary does not say that rows were counted'
sql target -c "UPDATE care.event SET note = 'x' WHERE event_id = 1500"
verify 0 --level counts # it compares no values, and says so
sql target -c 'UPDATE novate.chunk SET source_rows = source_rows + 1,
    passed_rows = passed_rows + 1, loaded_rows = loaded_rows + 1,
    inserted_rows = inserted_rows + 1' # the ledger says that there is one more
verify 8 --level counts
same 'the reason' "$(field reason)" \
    'the ledger says that 3001 rows are in the target, which has 3000'
sql target -c 'UPDATE novate.chunk SET source_rows = source_rows - 1,
    passed_rows = passed_rows - 1, loaded_rows = loaded_rows - 1,
    inserted_rows = inserted_rows - 1'
verify 7 --level digest
sql target -c 'DELETE FROM care.event WHERE event_id = 1500'
verify 7 --level counts
same 'missing in the target' "$(field missing_target)" 1
sql target -c "INSERT INTO care.event (event_id, code) VALUES (1500, 1), (1501, 1), (1502, 1)"
verify 7 --level counts
same 'not in the source' "$(field missing_source)" 2
expect 1 verify "$plan" --level most
sql target -c 'TRUNCATE care.event'
expect 0 run "$plan" --restart --append

echo '== figures of every column'
verify 0 --level full
same 'columns that disagree' "$(sqlite3 :memory: "SELECT count(*) FROM
    json_each(readfile('$report'), '\$.entities[0].columns') WHERE json_extract(value, '\$.agrees')
    IS NOT 1")" 0
same 'number of columns' "$(sqlite3 :memory: "SELECT count(*) FROM
    json_each(readfile('$report'), '\$.entities[0].columns')")" 9
# Sums, rows and NULLs as PostgreSQL itself has them.
figure() {
    sqlite3 :memory: "SELECT json_extract(value, '\$.$2.$3') FROM
        json_each(readfile('$report'), '\$.entities[0].columns')
        WHERE json_extract(value, '\$.column') = '$1'"
}
for column in event_id code amount; do
    wanted=$(sql target -c "SELECT sum($column) FROM care.event")
    same "sum of $column in the target" "$(figure $column target sum)" "$wanted"
    same "sum of $column in the source" "$(figure $column source sum)" "$wanted"
done
for column in amount name note; do
    same "NULLs of $column" "$(figure $column source nulls)" \
        "$(sql target -c "SELECT count(*) - count($column) FROM care.event")"
done
# Codes before and after they are mapped: what SQLite and PostgreSQL count.
codes() {
    sqlite3 :memory: "SELECT group_concat(line, ' ') FROM (SELECT
        coalesce(json_extract(value, '\$.code'), 'NULL') || '=' ||
        json_extract(value, '\$.$2') AS line
        FROM json_each(readfile('$report'), '\$.entities[0].codes[0].$1') ORDER BY 1)"
}
same 'codes before' "$(codes before rows)" "$(sqlite3 "$tmp/source.db" "SELECT
    group_concat(line, ' ') FROM (SELECT coalesce(STATUS, 'NULL') || '=' || count(*) AS line
    FROM EVENT GROUP BY STATUS HAVING count(*) >= 5 OR STATUS IS NULL ORDER BY 1)")"
wanted=$(sql target -c "SELECT string_agg(line, ' ' ORDER BY line COLLATE \"C\") FROM (
    SELECT coalesce(status, 'NULL') || '=' || count(*) AS line FROM care.event
    GROUP BY status HAVING count(*) >= 5 OR status IS NULL) s")
same 'codes after, mapped' "$(codes after source_rows)" "$wanted"
same 'codes after, in the target' "$(codes after target_rows)" "$wanted"
same 'at the default level there are no figures' \
    "$(verify 0 && field columns)$(field codes)" ''
sql target -c "UPDATE care.event SET status = 'seen' WHERE event_id = (SELECT min(event_id) FROM
    care.event WHERE status = 'left')"
verify 7 --level full
same 'the column that disagrees' "$(sqlite3 :memory: "SELECT group_concat(json_extract(value,
    '\$.column')) FROM json_each(readfile('$report'), '\$.entities[0].columns')
    WHERE json_extract(value, '\$.agrees') = 0")" status
sql target -c 'TRUNCATE care.event'
expect 0 run "$plan" --restart --append

echo '== a record that came since, and that the mapping rejects'
sqlite3 "$tmp/source.db" "INSERT INTO EVENT (EVENT_ID, EVENT_CD, STATUS) VALUES (9001, 1, 77)"
because='the source or a lookup has changed since'
for level in digest counts; do
    verify 8 --level $level
    same "verdict of $level" "$(field verdict)" not_verified
    same "reason of $level" "$(field reason)" \
        "the mapping rejects 1 more than when it was loaded: $because"
done
sqlite3 "$tmp/source.db" 'DELETE FROM EVENT WHERE EVENT_ID = 9001'
verify 0

echo '== columns within a tolerance'
sql target -c 'UPDATE care.event SET ratio = ratio * (1 + 1e-12) WHERE event_id % 6 = 0'
verify 7
same 'without a tolerance all differ' "$(field not_equal)" \
    "$(sql target -c 'SELECT count(*) FROM care.event WHERE event_id % 6 = 0 AND ratio <> 0')"
printf 'verify:\n  tolerance: {ratio: 0.0001%%}\n' >>"$tmp/plan/event.yaml"
verify 0
same 'verdict within the tolerance' "$(field verdict)" verified
same 'all rows are equal' "$(field equal)" 3000
[ "$(field verification.within_tolerance)" -gt 0 ] || complain 'none is within the tolerance'
expect 0 trace "$plan" event 6
grep -q 'within tolerance' "$tmp/out" || complain 'a trace does not know of the tolerance'
sql target -c 'UPDATE care.event SET ratio = ratio * 1.001 WHERE event_id = 600'
verify 7 --show-keys
same 'beyond it' "$(json "$report" '$.entities[0].differences[0].key[0]')" 600
sql target -c 'UPDATE care.event SET ratio = ratio / 1.001 WHERE event_id = 600'
refuse() {
    sed '/^verify:/,$d' -i "$tmp/plan/event.yaml"
    printf '%s\n' "$1" >>"$tmp/plan/event.yaml"
    expect 2 verify "$plan"
    grep -q "event.yaml:[0-9]*:[0-9]*: .*$2" "$tmp/err" ||
        complain "\"$1\" is not refused with \"$2\": $(cat "$tmp/err")"
}
refuse 'verify: {tolerance: {amount: 0.1}}' 'exact type'
refuse 'verify: {tolerance: {ratio: much}}' 'must be a number above 0'
refuse 'verify: {tolerance: {ratio: -1}}' 'must be a number above 0'
refuse 'verify: {tolerance: {event_id: 1}}' "target's key"
refuse 'verify: {skip: {nothing: "it is not there"}}' 'not a column that the mapping fills'
refuse 'verify: {skip: {note: ""}}' 'has no reason'
refuse 'verify: {skips: {note: x}}' 'is not a key of "verify"'

echo '== columns that are not compared'
sed '/^verify:/,$d' -i "$tmp/plan/event.yaml"
printf 'verify:\n  tolerance: {ratio: 0.0001%%}\n  skip: {note: "the platform rewrites it"}\n' \
    >>"$tmp/plan/event.yaml"
sql target -c "UPDATE care.event SET note = 'rewritten' WHERE event_id < 300"
verify 8
same 'verdict with a skipped column' "$(field verdict)" not_verified
same 'its name and reason' "$(json "$report" '$.entities[0].skipped')" \
    '[{"column":"note","reason":"the platform rewrites it"}]'
same 'rows are equal but for it' "$(field equal)" 3000
expect 8 trace "$plan" event 6
grep -q 'not compared' "$tmp/out" || complain 'a trace does not know what is not compared'
same 'the reason' "$(field reason)" '1 mapped column was not compared, as the mapping says'
sql target -c 'UPDATE care.event SET name = name || name WHERE event_id = 300'
verify 7 # other columns are

echo '== a second look'
sed '/^verify:/,$d' -i "$tmp/plan/event.yaml"
sql target -c 'TRUNCATE care.event'
expect 0 run "$plan" --restart --append
sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = 'before' WHERE EVENT_ID IN (300, 600, 900, 1200)"
mkfifo "$tmp/said"
"$NOVATE" verify "$plan" --confirm-after 2s --report "$report" --show-keys \
    >"$tmp/out" 2>"$tmp/said" </dev/null &
pid=$!
while read -r line; do
    case $line in
    *'is looked at again'*) # 300 stays; 600 changes again; 900 arrives in the target
        kill -STOP "$pid" # its time goes on, it does not
        sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = 'after' WHERE EVENT_ID IN (600, 1200)"
        sql target -c "UPDATE care.event SET name = 'before' WHERE event_id = 900" \
            -c "UPDATE care.event SET name = 'after' WHERE event_id = 1200"
        kill -CONT "$pid"
        ;;
    esac
done <"$tmp/said"
status=0
wait "$pid" || status=$?
same 'exit with one difference' "$status" 7
same 'what differs' "$(json "$report" '$.entities[0].differences')" \
    '[{"key":["300"],"kind":"not_equal","columns":["name"]}]'
same 'in flight' "$(field verification.in_flight)" 1
same 'settled' "$(field verification.settled)" 2
same 'both looks' "$(sqlite3 :memory: "SELECT group_concat(line, ' ') FROM (SELECT
    json_extract(value, '\$.key[0]') || ':' || json_extract(value, '\$.first.kind') || ':' ||
    json_extract(value, '\$.second.kind') AS line
    FROM json_each(readfile('$report'), '\$.entities[0].in_flight') ORDER BY 1)")" \
    '1200:not_equal:equal 600:not_equal:not_equal 900:not_equal:equal'
expect 1 verify "$plan" --confirm-after soon
finish
