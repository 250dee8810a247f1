# ledger.sh — the ledgers say what they hold and are not changed by being asked; a migration is
# forgotten on request only; what is not what was begun is refused, with what differs, and never
# begins anew by itself.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

says() {
    grep -qE -- "$1" "$tmp/err" || {
        cat "$tmp/err"
        complain "stderr does not say \"$1\""
    }
}
shows() {
    grep -qE -- "$1" "$tmp/out" || {
        cat "$tmp/out"
        complain "stdout does not say \"$1\""
    }
}
plan=$tmp/plan/plan.yaml
sqlite_events "$tmp/source.db" 1000
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 300 = 0'
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
# Every byte of the ledger and of the work directory.
everything() {
    local table
    for table in version run entity chunk reject reject_event retry verification difference; do
        sql target -c "SELECT * FROM novate.$table ORDER BY 1, 2, 3"
    done
    (cd "$tmp/plan/.novate" && find . -type f -exec md5sum {} + | sort)
}
rows() {
    sql target -c 'SELECT count(*) FROM care.event'
}

expect 3 ledger list "$plan"
expect 0 run "$plan" --chunk-rows 100
everything >"$tmp/before"
expect 0 ledger list "$plan"
shows 'migration events: 1 entities, ([0-9]+) of \1 chunks loaded, 990 rows, 10 rejects, 1 runs$'
shows 'work directory .*: 1 runs'
expect 0 ledger show "$plan"
shows 'entity event into "care"."event"'
shows 'rejects  10 open, 0 closed, 0 retried'
shows "run 1  load .* verified  by novate on $(hostname), novate "
expect 3 ledger show "$plan" other
says 'has no migration "other"'
everything >"$tmp/after"
cmp -s "$tmp/before" "$tmp/after" || complain 'looking changed something'
expect 1 ledger drop "$plan"
says 'needs --yes'
says 'Nothing was changed'

# Not while somebody works on it.
sed -i 's|^source:|source:\n  rows_per_second_max: 100|' "$plan"
sql target -c 'TRUNCATE care.event'
"$NOVATE" run "$plan" --restart --chunk-rows 20 >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
for _ in $(seq 300); do
    [ "$(rows)" -eq 0 ] || break
    sleep 0.1
done
sed '/rows_per_second_max/d' "$plan" >"$tmp/plan/other.yaml"
expect 3 ledger drop "$tmp/plan/other.yaml" --yes
says 'another'
expect 3 ledger drop "$tmp/plan/other.yaml" events --yes --work "$tmp/elsewhere"
says 'is being worked on by another novate'
expect 0 ledger list "$tmp/plan/other.yaml"
shows 'a novate works on it'
held="pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
key=$(sql target -c "SELECT classid::bigint << 32 | objid::bigint FROM $held")
kill -TERM "$pid"
wait "$pid" || true
sed -i '/rows_per_second_max/d' "$plan"
expect 0 run "$plan"

# The session of one that was killed goes on for a moment: nobody is told that somebody works.
sql target -c "SELECT pg_advisory_lock($key), pg_sleep(1)" >/dev/null &
pid=$!
until [ "$(sql target -c "SELECT count(*) FROM $held")" = 1 ]; do
    kill -0 "$pid" || fail 'the lock of the migration is not held'
done
expect 0 run "$plan"
wait "$pid"

# Forgotten: nothing of it is in the ledger, all of it in the table, and nothing is loaded twice.
expect 0 ledger drop "$plan" --yes
says 'stay'
same 'rows after forgetting' "$(rows)" 990
same 'what is left in the ledger' "$(sql target -c 'SELECT (SELECT count(*) FROM novate.run)
    + (SELECT count(*) FROM novate.entity) + (SELECT count(*) FROM novate.chunk)
    + (SELECT count(*) FROM novate.reject) + (SELECT count(*) FROM novate.verification)')" 0
expect 3 ledger drop "$plan" --yes
expect 3 run "$plan"
says 'is not empty'
same 'rows after a run' "$(rows)" 990
sql target -c 'TRUNCATE care.event'
expect 0 run "$plan"

# Another plan: what it says of the source decides what rows come out.
cp "$plan" "$tmp/kept.yaml"
sed -i 's|^source:|source:\n  timezone: Europe/London|' "$plan"
expect 3 run "$plan"
says "the plan's migration, sources or variables are not those"
expect 3 rejects retry "$plan"
says '--changed'
expect 0 rejects retry "$plan" --changed
same 'rows after another plan' "$(rows)" 990
cp "$tmp/kept.yaml" "$plan"
expect 0 run "$plan"

# Another target than the one that it was begun with, be it of the same name.
database second
event_target second
sed "s/$(database_name target)/$(database_name second)/" "$plan" >"$tmp/plan/second.yaml"
expect 3 run "$tmp/plan/second.yaml"
says 'the target is not the one'
says "$(database_name target)"
same 'rows in another target' "$(sql second -c 'SELECT count(*) FROM care.event')" 0
same 'no ledger in another target' "$(sql second -c "SELECT to_regclass('novate.run') IS NULL")" t
expect 0 ledger adopt "$tmp/plan/second.yaml"
expect 0 run "$tmp/plan/second.yaml"
expect 3 run "$plan"
expect 0 ledger adopt "$plan"
expect 0 run "$plan"

# A work directory that was moved is the same; a copy of it is refused until it is accepted.
mv "$tmp/plan/.novate" "$tmp/plan/moved"
expect 0 run "$plan" --work "$tmp/plan/moved"
cp -r "$tmp/plan/moved" "$tmp/plan/.novate"
expect 3 run "$plan"
says 'is a copy of the one that was begun'
says "$tmp/plan/moved"
expect 0 status "$plan"
expect 0 ledger adopt "$plan"
expect 0 run "$plan"
sqlite3 "$tmp/plan/.novate/ledger.db" "UPDATE place SET host = 'another machine', path = '/there'"
expect 3 run "$plan"
says 'of another machine'
expect 0 ledger adopt "$plan"
expect 0 run "$plan"

# Later ledgers are refused, earlier ones brought to this version in place, by whoever writes.
sqlite3 "$tmp/plan/.novate/ledger.db" 'PRAGMA user_version = 99'
expect 3 run "$plan"
says 'has version 99'
sqlite3 "$tmp/plan/.novate/ledger.db" 'DROP TABLE place; PRAGMA user_version = 1'
expect 0 status "$plan"
same 'status upgrades nothing' \
    "$(sqlite3 "$tmp/plan/.novate/ledger.db" 'PRAGMA user_version')" 1
expect 0 run "$plan"
same 'version of the work directory' \
    "$(sqlite3 "$tmp/plan/.novate/ledger.db" 'PRAGMA user_version')" 2
sql target -c "INSERT INTO novate.version (version, tool) VALUES (99, '9.9')"
expect 3 run "$plan"
says 'version 99'
expect 3 ledger list "$plan"
ledger_2 target
expect 3 rejects list "$plan"
says 'upgrades it in place'
expect 0 run "$plan"
expect 0 rejects list "$plan"
same 'rejects after the upgrade' "$(wc -l <"$tmp/out")" 10
same 'version after the upgrade' "$(sql target -c 'SELECT max(version) FROM novate.version')" 5
ledger_3 target
expect 3 rejects list "$plan"
says 'upgrades it in place'
expect 0 run "$plan"
same 'versions after the upgrade' \
    "$(sql target -c 'SELECT version FROM novate.version ORDER BY 1' | xargs)" '3 5'
ledger_4 target
expect 3 rejects list "$plan"
expect 0 run "$plan"
same 'versions after the last upgrade' \
    "$(sql target -c 'SELECT version FROM novate.version ORDER BY 1' | xargs)" '4 5'
expect 0 rejects list "$plan"
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 1'
expect 0 rejects retry "$plan"
same 'rows after a retry' "$(rows)" 1000
same 'age after the upgrade' "$(sql target -c "SELECT count(*) FROM novate.reject
    WHERE first_run < (SELECT max(run) FROM novate.run)")" 10
finish
