# restart_source.sh — the source's server goes down in the middle of a run: it is waited for inside
# retry_s_max; after that the command ends and the same command resumes; a request to stop ends the
# wait. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ] || skip 'no MariaDB'

# A server of its own, since it is stopped.
servers=$source_root/tests/support/servers
mkdir "$tmp/own"
"$servers" start "$tmp/own"
trap '"$servers" stop "$tmp/own" || true; cleanup' EXIT
target_socket=$NOVATE_TEST_PG_SOCKET
# shellcheck disable=SC1091
. "$tmp/own/env"
NOVATE_TEST_PG_SOCKET=$target_socket
server_home=$(dirname "$NOVATE_TEST_MARIADB_SOCKET")
mapfile -d '' -t server_command <"/proc/$(cat "$server_home/pid")/cmdline"

maria_any() {
    mariadb --no-defaults --socket="$NOVATE_TEST_MARIADB_SOCKET" -u root \
        --default-character-set=utf8mb4 "$@"
}
server_stop() {
    local pid
    pid=$(cat "$server_home/pid")
    kill -TERM "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}
server_start() {
    setsid "${server_command[@]}" >>"$server_home/log" 2>&1 </dev/null &
    until maria_any -e 'SELECT 1' >/dev/null 2>&1; do sleep 0.05; done
}

rows=4000
maria_any -e 'CREATE DATABASE old; GRANT ALL ON old.* TO novate@localhost'
{ create_events 'datetime(6)'; write_events $rows; } | maria_any old
source="DRIVER=$NOVATE_TEST_MARIADB_DRIVER"
source="$source;SOCKET=$NOVATE_TEST_MARIADB_SOCKET;UID=novate;DATABASE=old"

# fresh RETRY-SECONDS
fresh() {
    database target
    event_target target
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$source" target
    sed -i "s/^  odbc: .*/&\n  rows_per_second_max: 4000\n  retry_s_max: $1/" "$tmp/plan/plan.yaml"
}

# Starts a run, and stops the server when a part of it is loaded.
run_into_stop() {
    "$NOVATE" run "$tmp/plan/plan.yaml" --chunk-rows 500 --report "$tmp/report.json" \
        >"$tmp/out" 2>"$tmp/err" </dev/null &
    pid=$!
    until [ "$(sql target -c "SELECT count(*) FROM novate.chunk WHERE state = 'loaded'" \
        2>/dev/null || echo 0)" -gt 0 ]; do
        kill -0 "$pid" 2>/dev/null || fail "the run ended early: $(cat "$tmp/err")"
        sleep 0.02
    done
    server_stop
}
wait_for_loss() {
    until grep -q 'is lost' "$tmp/err"; do
        kill -0 "$pid" 2>/dev/null || fail "the run ended early: $(cat "$tmp/err")"
        sleep 0.02
    done
}
ended() {
    local status=0
    wait "$pid" || status=$?
    [ "$status" -eq "$1" ] || fail "$2: ended with $status, not $1: $(cat "$tmp/err")"
}
check_whole() {
    same "$1: source rows" "$(entity_field "$tmp/report.json" event source_rows)" $rows
    same "$1: equal" "$(entity_field "$tmp/report.json" event equal)" $rows
    same "$1: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
}

fresh 120
run_into_stop
wait_for_loss
server_start
ended 0 'restarted in time'
check_whole 'restarted in time'

fresh 1
run_into_stop
ended 4 'over the budget'
grep -q 'retry_s_max' "$tmp/err" || complain "over the budget: $(cat "$tmp/err")"
loaded=$(sql target -c 'SELECT count(*) FROM care.event')
[ "$loaded" -gt 0 ] || complain 'over the budget: nothing stayed'
server_start
expect 0 run "$tmp/plan/plan.yaml" --chunk-rows 500 --report "$tmp/report.json"
check_whole 'resumed'

fresh 3600
run_into_stop
wait_for_loss
kill -INT "$pid"
ended 10 'interrupted while waiting'
server_start
expect 0 run "$tmp/plan/plan.yaml" --chunk-rows 500 --report "$tmp/report.json"
check_whole 'resumed after an interruption'
finish
