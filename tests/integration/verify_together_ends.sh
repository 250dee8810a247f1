# verify_together_ends.sh — Ctrl-C, pause, kill -9 or the failure of one ends entities that are
# verified side by side, and what was read of each is kept: the next verification resumes all.
# labels: threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=verify_together/entities.sh
. "$(dirname "$0")/verify_together/entities.sh"

# resumed AFTER: what was read of both is not read again.
resumed() {
    local entity
    for entity in big middle; do
        [ "$(entity_field "$tmp/report.json" $entity verification.resumed_chunks)" -gt 0 ] ||
            complain "$entity is not resumed $1"
    done
}

echo '== interrupted at once, and resumed'
gates big:held middle:held
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
resumed 'after being interrupted at once'
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
resumed 'after a gentle end'

echo '== killed, and resumed'
plan '  rows_per_second_max: 200'
start verify "$plan" --jobs 2 --chunk-rows 50 --entity big --entity middle
until_true 'something was kept of two' kept_of_two
kill -KILL "$job"
ends 137 'killed'
plan
expect 0 verify "$plan" --jobs 3 --chunk-rows 50 --report "$tmp/report.json"
resumed 'after a kill'
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
finish
