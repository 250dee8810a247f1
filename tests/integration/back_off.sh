# back_off.sh — a source that answers slowly is given time: novate waits, says why, and goes on when
# the source is as quick as before. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ] || skip 'no MariaDB'

rows=8000
maria -e 'DROP TABLE IF EXISTS EVENT'
{ create_events 'datetime(6)'; write_events $rows; } >"$tmp/source.sql"
maria <"$tmp/source.sql"
database target
event_target target
event_plan "$tmp/plan" "$NOVATE_TEST_MARIADB" target
plan=$tmp/plan/plan.yaml
sed -i 's/^  odbc: .*/&\n  rows_per_second_max: 4000\n  consistency: chunk/' "$plan"

"$NOVATE" run "$plan" --chunk-rows 500 --report "$tmp/report.json" \
    >"$tmp/out" 2>"$tmp/err" </dev/null &
job=$!

# What is usual must be known first. Then the table is locked for others, as a repair by its owners
# would do: one read takes seconds, and the source is given time.
while kill -0 "$job" 2>/dev/null &&
    ! "$NOVATE" status "$plan" 2>/dev/null | grep -q 'load event, [3-7][0-9][0-9][0-9] rows'; do
    sleep 0.02
done
maria -e 'LOCK TABLES EVENT WRITE; SELECT SLEEP(3); UNLOCK TABLES' >/dev/null

status=0
wait "$job" || status=$?
[ "$status" -eq 0 ] || cat "$tmp/err"
same 'exit' "$status" 0
grep -q 'waiting (source latency [0-9.]*x)' "$tmp/err" ||
    complain "not said that the source is waited for: $(cat "$tmp/err")"
sed -n '/source latency/,$p' "$tmp/err" | grep -Eq ': (running|throttled)' ||
    complain "not said that it goes on: $(cat "$tmp/err")"
same 'rows' "$(sql target -c 'SELECT count(*) FROM care.event')" $rows
same 'verdict' "$(json "$tmp/report.json" '$.verdict')" verified
maria -e 'DROP TABLE EVENT'
finish
