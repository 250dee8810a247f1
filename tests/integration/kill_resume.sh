# kill_resume.sh — kill -9 at random moments, again and again: the same command resumes, and in the
# end no record is lost and none is there twice.
#
#     NOVATE_TEST_KILLS   kills (default 12; 200 with NOVATE_TEST_LONG=1)
#     NOVATE_TEST_SEED    what the moments come from; printed
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

kills=${NOVATE_TEST_KILLS:-$([ -n "${NOVATE_TEST_LONG:-}" ] && echo 200 || echo 12)}
seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed, $kills kills"
RANDOM=$seed

rows=$([ -n "${NOVATE_TEST_LONG:-}" ] && echo 20000 || echo 8000)
sqlite_events "$tmp/source.db" $rows
sqlite3 "$tmp/source.db" "UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 3000 = 0"
noted=$(sqlite3 "$tmp/source.db" \
    'SELECT count(*) FROM EVENT WHERE EVENT_ID % 50 = 0 AND STATUS <> 77')
rejected=$(sqlite3 "$tmp/source.db" 'SELECT count(*) FROM EVENT WHERE STATUS = 77')

fresh() {
    database target
    event_target target
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
    sed -i "s/^  name: .*/  name: CASE EVENT_ID % 50 WHEN 0 THEN note('50', NAME) ELSE NAME END/" \
        "$tmp/plan/event.yaml"
}

# What an undisturbed run gives and how long it takes, in milliseconds.
fresh
start=$(date +%s%N)
expect 0 run "$tmp/plan/plan.yaml" --chunk-rows 200
whole=$((($(date +%s%N) - start) / 1000000))
wanted=$(fingerprint target 'SELECT * FROM care.event')
echo "$test_name: a whole run takes $whole ms"

# shot WITHIN COMMAND…: starts it and kills it after a random time; says whether it was in time.
shot() {
    local within=$1 pid delay status=0
    shift
    delay=$(((RANDOM * 32768 + RANDOM) % within + 1))
    "$NOVATE" "$@" >>"$tmp/killed.out" 2>&1 </dev/null &
    pid=$!
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || status=$?
    [ "$status" -eq 137 ]
}

# Only a command that plans chunks is told of their size.
chunks_of() {
    case $1 in
    run | extract) echo --chunk-rows 200 ;;
    esac
}

check_whole() {
    same "$1: rows" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "$1: rejects" "$(sql target -c 'SELECT count(*) FROM novate.reject')" "$rejected"
    same "$1: chunks left" \
        "$(sql target -c "SELECT count(*) FROM novate.chunk WHERE loaded_at IS NULL")" 0
    same "$1: source rows" "$(entity_field "$tmp/report.json" event source_rows)" $rows
    same "$1: lost" "$(entity_field "$tmp/report.json" event missing_target)" 0
    same "$1: twice" "$(entity_field "$tmp/report.json" event missing_source)" 0
    same "$1: noted" "$(entity_field "$tmp/report.json" event 'notes."50"')" "$noted"
    expect 0 repairs list "$tmp/plan/plan.yaml" --limit 0 --show-keys
    same "$1: restricted" "$(sort -u "$tmp/out" | wc -l):$(wc -l <"$tmp/out")" "$noted:$noted"
    same "$1: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
    [ "$faults" -eq 0 ] || fail "$1: seed $seed"
}

# Where a kill struck, by what the target's ledger then says; all of these must be met.
declare -A struck=([before]=0 [between]=0 [after]=0)
note_place() {
    local loaded
    loaded=$(sql target -c "SELECT count(*) FILTER (WHERE loaded_at IS NOT NULL) = 0,
        bool_and(loaded_at IS NOT NULL) FROM novate.chunk" 2>/dev/null) || loaded='t|'
    case $loaded in
    t*) place=before ;;
    'f|t') place=after ;;
    *) place=between ;;
    esac
    struck[$place]=$((struck[$place] + 1))
}

done_kills=0
rounds=0
while [ "$done_kills" -lt "$kills" ]; do
    fresh
    rounds=$((rounds + 1))
    commands=(run)
    [ $((rounds % 3)) -ne 0 ] || commands=(extract transform load)
    # Up to six kills in a row per migration, so that resuming is interrupted too.
    for ((i = 0; i < 6 && done_kills < kills; i++)); do
        command=${commands[$((RANDOM % ${#commands[@]}))]}
        # shellcheck disable=SC2046 # options are words
        if shot "$whole" "$command" "$tmp/plan/plan.yaml" --jobs $((RANDOM % 3)) \
            $(chunks_of "$command"); then
            done_kills=$((done_kills + 1))
            note_place
            # Verifying writes little: one kill there is enough for this migration.
            [ "$place" != after ] || break
        fi
    done
    for command in "${commands[@]}"; do
        status=0
        # shellcheck disable=SC2046
        novate "$command" "$tmp/plan/plan.yaml" $(chunks_of "$command") || status=$?
        case $status in
        0 | 8) ;; # 8: the killed one had come to its end, nothing was left to do
        *)
            cat "$tmp/err"
            fail "resuming \"$command\" ended with $status; seed $seed"
            ;;
        esac
    done
    expect 0 verify "$tmp/plan/plan.yaml" --report "$tmp/report.json"
    check_whole "round $rounds"
done
echo "$test_name: $done_kills kills in $rounds migrations: 0 lost, 0 twice; ${struck[before]}" \
    "before the first chunk was loaded, ${struck[between]} between, ${struck[after]} after the last"
[ "$kills" -lt 12 ] || [ "${struck[between]}" -gt 0 ] || fail 'no kill struck while loading'
finish
