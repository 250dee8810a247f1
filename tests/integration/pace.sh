# pace.sh — a running job is paused, resumed and given other ceilings from another terminal;
# ceilings, window and connections hold whatever --jobs says; every wait ends with Ctrl-C.
#
# labels: threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=../support/background.sh
. "$(dirname "$0")/../support/background.sh"

rows=20000
sqlite_events "$tmp/source.db" $rows
source=$(sqlite_source "$tmp/source.db")
plan=$tmp/plan/plan.yaml

# fresh LINES: a plan with these keys of its source, and an empty target.
fresh() {
    database target
    event_target target
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$source" target
    sed -i "s|^  odbc:.*|&\n$1|" "$plan"
}

transactions() {
    sql target -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
}

no_transaction() {
    [ "$(transactions)" -eq 0 ]
}

echo "$test_name: paused in the middle of a chunk"
fresh '  rows_per_second_max: 2000'

start run "$plan" --chunk-rows 10000
until_true 'the ceiling is felt' state_is 'throttled (2000 rows/s)'
until_true 'a chunk is under way' state_is 'load event, [1-9][0-9]* rows'
expect 0 pause "$plan"
grep -q "process $job: paused" "$tmp/err" || complain 'pause does not say whom it paused'
until_true 'status says paused' state_is 'paused'
until_true 'nothing is open on the target' no_transaction
until_true 'the job says by whom' said 'paused by "novate pause" (process [0-9]*, user '
expect 0 status "$plan"
grep -q "^running: process $job since .*Z, load event, [0-9]* rows$" "$tmp/out" ||
    complain 'status does not say what is at work'
same 'mode of the state file' "$(stat -c %a "$tmp/plan/.novate/state")" 600

echo "$test_name: what is no order is ignored"
printf 'novate control 1\nto %s\nfrom me\njump\n' "$job" >"$tmp/plan/.novate/control"
until_true 'a malformed order is gone' test ! -e "$tmp/plan/.novate/control"
until_true 'and said' said 'does not understand was ignored'
printf 'novate control 1\nto %s\nfrom me\nresume\n' 1 >"$tmp/plan/.novate/control"
until_true 'an order for another process is gone' test ! -e "$tmp/plan/.novate/control"
state_is 'paused' || complain 'an order for another process was obeyed'
expect 1 set "$plan" rows_per_second=5
expect 1 set "$plan" back_off=0.5
expect 1 set "$plan" elsewhere.back_off=2
state_is 'paused' || complain 'paused no more'

echo "$test_name: another ceiling, and on"
expect 0 set "$plan" rows_per_second_max=none window=none chunk_ms_target=200
expect 0 resume "$plan"
ends 0 'that was paused'
said 'resumed by "novate resume" (process' || complain 'not said who resumed it'
said 'rows_per_second_max is now none, by "novate set"' || complain 'not said what was set'
same 'rows' "$(sql target -c 'SELECT count(*) FROM care.event')" $rows
same 'verdict' "$(json "$tmp"/plan/.novate/reports/*.json '$.verdict')" verified
[ ! -e "$tmp/plan/.novate/state" ] || complain 'the state was left behind'
expect 3 pause "$plan"
grep -q 'no novate is running in' "$tmp/err" || complain 'pause without a job says something else'

echo "$test_name: Ctrl-C while paused"
fresh '  rows_per_second_max: 2000'
start run "$plan" --chunk-rows 1000 --jobs 2
until_true 'a chunk is under way' state_is 'load event, [1-9][0-9]* rows'
expect 0 pause "$plan"
until_true 'status says paused' state_is 'paused'
kill -INT "$job"
ends 10 'paused'
sed -i '/rows_per_second_max/d' "$plan"
expect 0 run "$plan" --jobs 2
same 'rows after resuming' "$(sql target -c 'SELECT count(*) FROM care.event')" $rows

echo "$test_name: Ctrl-C while the ceiling is waited for"
fresh '  rows_per_second_max: 20'
start run "$plan"
until_true 'the ceiling is felt' state_is 'throttled (20 rows/s)'
kill -INT "$job"
until_true 'finishing is said' said 'finishing the chunks in flight'
kill -INT "$job"
ends 10 'throttled'

echo "$test_name: a window that is closed"
now=$((10#$(date -u +%H)))
window=$(printf '%02d:00-%02d:59' $(((now + 2) % 24)) $(((now + 3) % 24)))
fresh "  timezone: UTC\\n  window: \"$window\""
start run "$plan"
until_true 'the window is said' said 'waiting (window [0-9:-]* opens in [0-9]'
until_true 'status says it' state_is 'waiting (window '
expect 0 check "$plan"
grep -q 'window .* (closed, opens in ' "$tmp/out" || complain 'check does not say that it is closed'
grep -q 'chunks: not planned' "$tmp/out" || complain 'check does not say that it read no key'
kill -INT "$job"
ends 10 'outside the window'

echo "$test_name: all pipelines together keep the ceiling"
fresh '  rows_per_second_max: 10000'
begun=$(date +%s%N)
expect 0 run "$plan" --jobs 4 --chunk-rows 1000 --no-verify
took=$((($(date +%s%N) - begun) / 1000000))
# What may be had at once: a tenth of a second.
[ $took -ge $(((rows - 1000) * 1000 / 10000)) ] || complain "$rows rows took only $took ms"

echo "$test_name: one connection serves for all"
database origin
{
    create_events timestamp
    write_events 3000
    echo "DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'novate_pace') THEN
        CREATE ROLE novate_pace LOGIN CONNECTION LIMIT 1; END IF; END \$\$;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO novate_pace;"
} | sql origin >/dev/null
source="${NOVATE_TEST_ODBC_PG:-}"
if [ -n "$source" ]; then
    source=$(sed "s/UID=novate;DATABASE=.*/UID=novate_pace;DATABASE=$(database_name origin)/" \
        <<<"$source")
    fresh '  chunk_ms_target: 1000'
    expect 4 run "$plan" --jobs 4 --chunk-rows 500 # the server gives it one, and no more
    fresh '  connections_max: 1'
    expect 0 run "$plan" --jobs 4 --chunk-rows 500
    grep -q 'read over 1 connection, not 4: connections_max' "$tmp/err" ||
        complain 'not said that --jobs is limited'
    same 'rows over one connection' "$(sql target -c 'SELECT count(*) FROM care.event')" 3000
    same 'verdict over one connection' \
        "$(json "$tmp"/plan/.novate/reports/*.json '$.verdict')" verified
fi
finish
