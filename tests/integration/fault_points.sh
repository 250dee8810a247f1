# fault_points.sh — novate dies, or fails, at each of its fault points, and again while it resumes:
# the same command goes on, nothing is lost or there twice, and no more rows are sent again than the
# chunks in flight have.
#
#     NOVATE_TEST_SEED    what decides which time a point strikes, and how; printed
#     NOVATE_TEST_LONG=1  every point: killed and failing, at its first, last and two other times
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed"
RANDOM=$seed

rows=600
chunk_rows=60
lanes=2
export NOVATE_FAULT_TRACE=$tmp/trace
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
    rm -rf -- "$tmp/plan/.novate" "$NOVATE_FAULT_TRACE"
}

commands_of() {
    case $1 in
    run) echo run ;;
    staged) echo 'extract transform load verify' ;;
    esac
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

# What an undisturbed migration gives, and how often it meets each point.
for way in run staged; do
    fresh
    for name in $(commands_of $way); do
        give "$name" || fail "\"$name\" ended with $?: $(cat "$tmp/err")"
    done
    sort "$NOVATE_FAULT_TRACE" | uniq -c >"$tmp/met.$way"
    wanted=$(fingerprint target 'SELECT * FROM care.event')
    same "rows that $way sends" $(($(inserted) - inserted_before)) $((rows - rejected))
done
mapfile -t points < <(sed -n 's/^FAULT_POINT([A-Z_]*, "\([a-z.]*\)".*/\1/p' \
    "$source_root/include/novate/fault_points.def")
[ "${#points[@]}" -ge 19 ] || fail 'the table of fault points could not be read'

met() {
    awk -v name="$2" '$2 == name { print $1; found = 1 } END { if (!found) print 0 }' "$tmp/met.$1"
}

# struck NAME POINT ACTION NTH: gives the command with the fault, which must strike unless the point
# is not met any more; what is said of a failure is the point, and the exit code tells the side.
strikes=0
strike() {
    local name=$1 point=$2 action=$3 nth=$4 status=0
    : >"$NOVATE_FAULT_TRACE"
    NOVATE_FAULT=$point:$action:$nth give "$name" 2>"$tmp/shell" || status=$?
    if [ "$(grep -cx "$point" "$NOVATE_FAULT_TRACE")" -lt "$nth" ]; then
        case $status in
        0 | 8) return 0 ;;
        esac
        fail "\"$name\" ended with $status without $point: $(cat "$tmp/err")"
    fi
    strikes=$((strikes + 1))
    case $action:$status in
    kill:137) ;;
    error:0) # the salt of keys in reports is another one the next time then, no more
        [ "$point" = report.rename ] && grep -q "warning: .*fault point \"$point\"" "$tmp/err" ||
            fail "\"$name\" ended with 0 at $point:$action:$nth: $(cat "$tmp/err")"
        ;;
    error:3 | error:4 | error:5 | error:12)
        grep -qF "fault point \"$point\"" "$tmp/err" ||
            fail "\"$name\" does not say that $point failed: $(cat "$tmp/err")"
        ;;
    *) fail "\"$name\" ended with $status at $point:$action:$nth: $(cat "$tmp/err")" ;;
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

# round WAY POINT ACTION NTH
round() {
    local way=$1 point=$2 action=$3 nth=$4 name status before
    fresh
    strikes=0
    for name in $(commands_of "$way"); do
        before=$strikes
        [ "$strikes" -gt 0 ] || strike "$name" "$point" "$action" "$nth"
        if [ "$strikes" -eq "$before" ]; then
            # It came to its end, or is to be given undisturbed; then the point may be met later.
            [ "$strikes" -gt 0 ] || {
                nth=$((nth - $(grep -cx "$point" "$NOVATE_FAULT_TRACE" || true)))
                continue
            }
        else
            strike "$name" "$point" "$action" 1
        fi
        status=0
        NOVATE_FAULT='' give "$name" || status=$?
        case $status in
        0 | 8) ;; # 8: it had come to its end, nothing was left to do
        *)
            cat "$tmp/err"
            fail "resuming \"$name\" after $point:$action:$nth ended with $status; seed $seed"
            ;;
        esac
    done
    [ "$strikes" -gt 0 ] || fail "$point did not strike the $nth. time in a $way"
    check_whole "$way, $point:$action:$nth"
}

rounds=0
for point in "${points[@]}"; do
    ways=()
    for way in run staged; do
        [ "$(met $way "$point")" -eq 0 ] || ways+=("$way")
    done
    [ "${#ways[@]}" -gt 0 ] || {
        complain "$point is never met"
        continue
    }
    if [ -n "${NOVATE_TEST_LONG:-}" ]; then
        for way in "${ways[@]}"; do
            most=$(met "$way" "$point")
            for nth in 1 $((RANDOM % most + 1)) $((RANDOM % most + 1)) "$most"; do
                round "$way" "$point" kill "$nth"
                round "$way" "$point" error "$nth"
                rounds=$((rounds + 2))
            done
        done
    else
        actions=(kill error)
        way=${ways[RANDOM % ${#ways[@]}]}
        most=$(met "$way" "$point")
        round "$way" "$point" "${actions[RANDOM % 2]}" $((RANDOM % most + 1))
        rounds=$((rounds + 1))
    fi
done
echo "$test_name: $rounds migrations struck at ${#points[@]} points"
finish
