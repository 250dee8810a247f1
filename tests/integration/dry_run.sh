# dry_run.sh — a dry run writes no byte: neither target nor source nor work directory change, and
# the server's log does not move. What it says is what the real run then does.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 2000
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID = 600'
database target
event_target target
sql target -c "INSERT INTO care.event VALUES (-1, 1, 1, 'was there before')"
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sed -i 's/^  key: \[event_id\]/&\n  scope: event_id > 0/' "$tmp/plan/event.yaml"

# Everything that could change, as text. Reading a page for the first time may mark its rows, so
# all is vacuumed before the first look.
picture() {
    # Newer ones put a word in each dump that is never the same.
    "$NOVATE_TEST_PG_BIN/pg_dump" -h "$NOVATE_TEST_PG_SOCKET" -U novate \
        -d "$(database_name target)" |
        grep -vE '^\\(un)?restrict ' | md5sum
    sql target -c "SELECT oid::regclass, pg_relation_size(oid), relfilenode FROM pg_class
        WHERE relkind IN ('r', 'i', 't', 'S') ORDER BY 1" |
        md5sum
    sql target -c 'SELECT pg_current_wal_insert_lsn()'
    find "$tmp/plan" -printf '%p %s %m %T@\n' | sort
    find "$tmp/plan" -type f -exec md5sum {} + | sort
    md5sum "$tmp/source.db"
    ls -A "$tmp"
}

for stage in fresh loaded verified differs; do
    [ "$stage" != loaded ] || expect 0 run "$tmp/plan/plan.yaml" --append
    [ "$stage" != differs ] || sql target -c 'UPDATE care.event SET code = 5 WHERE event_id = 3'
    sql target -c 'VACUUM (FREEZE, ANALYZE)' -c 'VACUUM pg_statistic' -c CHECKPOINT
    : >"$tmp/out"
    : >"$tmp/err"
    : >"$tmp/after"
    picture >/dev/null # the catalogues that pg_dump reads are in their final state
    picture >"$tmp/before"
    case $stage in
    fresh) expect 0 run "$tmp/plan/plan.yaml" --dry-run --append ;;
    loaded)
        status=0
        novate run "$tmp/plan/plan.yaml" --dry-run --append || status=$?
        case $status in 0 | 8) ;; *) fail "a dry run after the real one ended with $status" ;; esac
        ;;
    verified) expect 0 verify "$tmp/plan/plan.yaml" --dry-run ;;
    differs) expect 7 verify "$tmp/plan/plan.yaml" --dry-run ;;
    esac
    picture >"$tmp/after"
    if ! diff "$tmp/before" "$tmp/after"; then
        complain "a dry run ($stage) changed something"
    fi
done

# The report is the one thing that it writes, and only where it was told to.
database target
event_target target
event_plan "$tmp/plan2" "$(sqlite_source "$tmp/source.db")" target
expect 0 run "$tmp/plan2/plan.yaml" --dry-run --report "$tmp/dry.json"
[ ! -e "$tmp/plan2/.novate" ] || complain 'a dry run made a work directory'
same 'source rows said' "$(entity_field "$tmp/dry.json" event source_rows)" 2000
same 'rejects said' "$(entity_field "$tmp/dry.json" event rejected)" 1
same 'the identity of a dry run' "$(entity_field "$tmp/dry.json" event identity.closes)" 1
same 'loaded, of a dry run' "$(entity_field "$tmp/dry.json" event loaded)" ''
same 'schema novate' "$(sql target -c "SELECT count(*) FROM pg_namespace
    WHERE nspname = 'novate'")" 0
finish
