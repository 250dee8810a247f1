# terminal.sh — what a person sees: the progress line is rewritten in its place, never longer than
# the terminal is wide; nothing of it is left behind. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
command -v script >/dev/null || skip 'no script(1) to have a terminal from'

sqlite_events "$tmp/source.db" 3000
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sed -i 's/^source:/source:\n  rows_per_second_max: 1200/' "$tmp/plan/plan.yaml"

script -qefc "stty cols 60; '$NOVATE' run '$tmp/plan/plan.yaml' --no-verify" "$tmp/typescript" \
    >/dev/null </dev/null || fail "ended with $?: $(cat "$tmp/typescript")"
# A line ends where it is wiped.
tr '\r' '\n' <"$tmp/typescript" | sed 's/^\x1b\[K//' | grep -a '^load event' >"$tmp/lines" ||
    fail 'there was no progress line'
[ "$(awk '{ print length($0) }' "$tmp/lines" | sort -n | tail -n 1)" -eq 59 ] ||
    complain "lines are not cut to the terminal: $(cat "$tmp/lines")"
grep -q '^load event [0-9.]*% [0-9]*/3000 rows' "$tmp/lines" || complain 'the share is not said'
same 'wiped' "$(tr '\r' '\n' <"$tmp/typescript" | grep -ac '^.\[K[^ ]')" "$(wc -l <"$tmp/lines")"
finish
