# deferral_progress.sh — while an index is built, the progress line says what the server is at, and
# how far: its own words, beside those of the other sessions that build; nothing of it is left.
#
# The target holds one index in its last row, by an expression that waits for the test, and another
# before it begins.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
. "$(dirname "$0")/../support/holding.sh"
need_postgres
command -v script >/dev/null || skip 'no script(1) to have a terminal from'

# What the terminal has shown, line by line: one ends where it is wiped.
lines() {
    tr '\r' '\n' <"$tmp/typescript" | sed 's/^\x1b\[K//'
}
# until_said PATTERN: waits until the terminal has shown a line like that.
until_said() {
    local deadline=$((SECONDS + 60))
    until lines | grep -aqE "$1"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "never said: $1: $(cat "$tmp/typescript")"
    done
}

rows=3000
sqlite_events "$tmp/source.db" $rows
database target
event_target target
prepare_holding
sql target <<SQL
CREATE FUNCTION public.held(id bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS \$\$ BEGIN
    IF id = 3 * $rows THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
    RETURN id; END \$\$;
CREATE INDEX event_held ON care.event (public.held(event_id));
CREATE INDEX event_name ON care.event (name);
INSERT INTO public.hold VALUES ('CREATE INDEX event_name %');
SQL
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sed -i 's/^  key: \[event_id\]$/&\n  defer: [indexes]/' "$tmp/plan/event.yaml"

hold 'SELECT pg_advisory_lock(4711)'
: >"$tmp/typescript"
script -qefc "stty cols 200; '$NOVATE' run '$tmp/plan/plan.yaml' --jobs 2" "$tmp/typescript" \
    >/dev/null </dev/null &
pid=$!
until_true "SELECT count(*) = 2 FROM $held"
# Of a table with several blocks the last one is never the whole.
until_said '^restoring, 2 of 2 begun: .*event_held \(building index: scanning table [1-9][0-9]%\)'
until_said '^restoring, 2 of 2 begun: .*event_name \(waiting for a lock\)'
let_go
status=0
wait "$pid" || status=$?
same 'ended with' "$status" 0
same 'lines that are wiped' "$(grep -ao $'\r\e\\[K' "$tmp/typescript" | wc -l)" \
    "$(lines | grep -ac '^restoring,')"
same 'lines beside another' "$(lines | grep -ac '.restoring,')" 0
same 'restored' "$(sql target -c "SELECT count(*) FROM novate.deferred WHERE state = 'restored'")" 2
finish
