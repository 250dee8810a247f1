# sweep.sh — what tests share that strike novate again and again at one place after the other.
# Sourced after program.sh. They may use
#     fresh                     a target and a work directory with nothing in them
#     undisturbed WAY           a migration, `run` or `staged`, that nothing happens to
#     commands_of WAY           its commands
#     each_command FUNCTION     what is to be done with each of them
#     give COMMAND              one of them, with its options; returns its exit code
#     resume COMMAND WHAT       the same, which must come to its end
#     check_whole WHAT          the target is that of an undisturbed migration, and no more rows
#                               were sent than $strikes account for
# and RANDOM, whose seed is printed. SPDX-License-Identifier: Apache-2.0
need_postgres

seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed"
RANDOM=$seed

rows=600
chunk_rows=60
lanes=2
sqlite_events "$tmp/source.db" $rows
sqlite3 "$tmp/source.db" "UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 100 = 0"
rejected=$(sqlite3 "$tmp/source.db" 'SELECT count(*) FROM EVENT WHERE STATUS = 77')
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
inserted_before=0

# Backends have told what they did once they are gone.
inserted() {
    local others=1 tries=0
    while [ "$others" -gt 0 ]; do
        others=$(sql target -c "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type = 'client backend'")
        tries=$((tries + 1))
        [ "$tries" -lt 1000 ] || fail 'the sessions of a killed novate do not end'
    done
    sql target -c "SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'event'"
}

fresh() {
    inserted_before=$(inserted)
    sql target -c 'SET client_min_messages = error; DROP SCHEMA IF EXISTS novate CASCADE;
        TRUNCATE care.event'
    rm -rf -- "$tmp/plan/.novate"
    strikes=0
}

commands_of() {
    case $1 in
    run) echo run ;;
    staged) echo 'extract transform load verify' ;;
    esac
}

# each_command FUNCTION: calls it with the way and the name of each command of a migration that it
# lets happen, of one after the other.
each_command() {
    local way name
    for way in run staged; do
        undisturbed $way
        fresh
        for name in $(commands_of $way); do
            "$1" $way "$name"
        done
    done
}

# give COMMAND [ARGUMENTS]: as people give it.
give() {
    local name=$1 options=(--jobs $lanes --report "$tmp/report.json")
    shift
    case $name in
    run | extract) options+=(--chunk-rows $chunk_rows) ;;
    esac
    novate "$name" "$plan" "${options[@]}" "$@"
}

undisturbed() {
    local name
    fresh
    for name in $(commands_of "$1"); do
        give "$name" || fail "\"$name\" ended with $?: $(cat "$tmp/err")"
    done
    wanted=$(fingerprint target 'SELECT * FROM care.event')
    same "rows that $1 sends" $(($(inserted) - inserted_before)) $((rows - rejected))
}

resume() {
    local status=0
    give "$1" || status=$?
    case $status in
    0 | 8) ;; # 8: it had come to its end, nothing was left to do
    *)
        cat "$tmp/err"
        fail "resuming \"$1\" after $2 ended with $status; seed $seed"
        ;;
    esac
}

check_whole() {
    local what=$1 sent
    sent=$(($(inserted) - inserted_before))
    same "$what: rows" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "$what: rejects" "$(sql target -c 'SELECT count(*) FROM novate.reject')" "$rejected"
    same "$what: chunks left" \
        "$(sql target -c 'SELECT count(*) FROM novate.chunk WHERE loaded_at IS NULL')" 0
    expect 0 verify "$plan" --report "$tmp/report.json"
    same "$what: source rows" "$(entity_field "$tmp/report.json" event source_rows)" $rows
    same "$what: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
    [ "$sent" -le $((rows - rejected + strikes * lanes * chunk_rows)) ] ||
        complain "$what: $sent rows were sent after $strikes strikes"
    [ "$faults" -eq 0 ] || fail "$what: seed $seed"
}
