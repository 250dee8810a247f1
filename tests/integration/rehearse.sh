# rehearse.sh — a rehearsal carries everything into a target of its own: the real one is not
# touched, not even connected to; its report is kept beside the others, and its rejects can be seen.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 1500
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID IN (300, 600)'
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
sed -i 's|^target:|&\n  schema: schema.sql|' "$plan"
cat >"$tmp/plan/schema.sql" <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.event (
    event_id bigint PRIMARY KEY, code bigint NOT NULL, amount numeric(12,3), name text,
    born_on date, seen_at timestamp, status text, note text
);
SQL

expect 0 run "$plan"
before=$(fingerprint target 'SELECT * FROM care.event')
ledger=$(sql target -c 'SELECT count(*) FROM novate.run')

for round in 1 2; do
    sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = 'round $round' WHERE EVENT_ID = 3"
    expect 0 rehearse "$plan" --report "$tmp/rehearsal.json"
    same "kind, round $round" "$(json "$tmp/rehearsal.json" '$.kind')" rehearsal
    same "verdict, round $round" "$(json "$tmp/rehearsal.json" '$.verdict')" verified
    same "loaded, round $round" "$(entity_field "$tmp/rehearsal.json" event loaded)" 1498
    same "target after round $round" "$(fingerprint target 'SELECT * FROM care.event')" "$before"
    same "runs in the target, round $round" "$(sql target -c 'SELECT count(*) FROM novate.run')" \
        "$ledger"
done
same 'reports kept' "$(cd "$tmp/plan/.novate/reports" && echo *.json)" \
    '000001-load.json 000002-rehearsal.json 000003-rehearsal.json'

novate rejects list "$plan" --rehearsal --show-keys
same 'rejects of the rehearsal' "$(grep -o '\["[0-9]*"\]' "$tmp/out" | sort | tr '\n' ' ')" \
    '["300"] ["600"] '

# Without a server to connect to it is the same: nothing of the real target is needed.
sed -i 's|^  postgres: .*|  postgres: "host=/nowhere dbname=nothing"|' "$plan"
expect 0 rehearse "$plan"
expect 5 run "$plan"
finish
