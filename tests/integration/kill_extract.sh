# kill_extract.sh — kill -9 at random moments of extract and transform: what was recorded stands and
# is not done again, at most the chunks under way are, and nothing claims to be complete before it
# is; in the end the manifest says what it says without a kill.
#
#     NOVATE_TEST_KILLS   kills (default 16; 200 with NOVATE_TEST_LONG=1)
#     NOVATE_TEST_SEED    what the moments come from; printed
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
unset NOVATE_KEY_FILE

kills=${NOVATE_TEST_KILLS:-$([ -n "${NOVATE_TEST_LONG:-}" ] && echo 200 || echo 16)}
seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed, $kills kills"
RANDOM=$seed

rows=$([ -n "${NOVATE_TEST_LONG:-}" ] && echo 20000 || echo 8000)
chunk_rows=200
sqlite_events "$tmp/source.db" $rows
sqlite3 "$tmp/source.db" "UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 3000 = 0"
database target
event_target target
expect 0 segments key "$tmp/key"

fresh() {
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
}
ledger() {
    sqlite3 "$tmp/plan/.novate/ledger.db" "$1" 2>/dev/null || true
}
folder=$tmp/plan/.novate/segments
manifest=$folder/manifest.json

# extract without chunks of another size is the same command again.
stage() {
    case $1 in
    extract) echo extract "$tmp/plan/plan.yaml" --chunk-rows $chunk_rows ;;
    *) echo "$1" "$tmp/plan/plan.yaml" ;;
    esac
}

# What an undisturbed pass says, and how long each stage takes, in milliseconds.
said() {
    json "$manifest" '$.entities[0].source.sum'
    json "$manifest" '$.entities[0].passed.sum'
    json "$manifest" '$.entities[0].rejected.rows'
    sqlite3 -batch -noheader :memory: "SELECT count(*), sum(json_extract(value, '\$.rows'))
        FROM json_each(readfile('$manifest'), '\$.entities[0].segments')"
}
declare -A whole
fresh
for command in extract transform; do
    start=$(date +%s%N)
    # shellcheck disable=SC2046 # options are words
    expect 0 $(stage $command)
    whole[$command]=$((($(date +%s%N) - start) / 1000000))
done
wanted=$(said)
echo "$test_name: whole stages take ${whole[extract]} and ${whole[transform]} ms"

# recorded STAGE: name, checksum and inode of each segment that the ledger has.
recorded() {
    ledger "SELECT $1, $1_checksum FROM chunk WHERE $1 IS NOT NULL ORDER BY ordinal" |
        while IFS='|' read -r file checksum; do
            echo "$checksum $(stat -c '%n %i' "$tmp/plan/.novate/$file")"
        done
}

# Written whole, but not recorded: with so many pipelines one each at most.
unrecorded() {
    local there known
    there=$(find "$folder" -name "*.$1" 2>/dev/null | wc -l)
    known=$(ledger "SELECT count(*) FROM chunk WHERE $1 IS NOT NULL")
    echo $((there - ${known:-0}))
}

# after_kill COMMAND WIDEST KEY-OPTIONS…: WIDEST is the most pipelines of any attempt at the stage
# so far: one killed before it records anything leaves what a wider one before it left.
after_kill() {
    local stage=$1ed widest=$2 status=0
    shift 2
    [ "$stage" = extracted ] || stage=transformed
    recorded $stage >"$tmp/before"
    [ "$(unrecorded $stage)" -le "$widest" ] ||
        complain "more than the chunks under way are done again: $(unrecorded $stage)"
    if [ -e "$manifest" ] && [ "$(json "$manifest" '$.stage')" = $stage ]; then
        same 'chunks left while a manifest says that none are' \
            "$(ledger "SELECT count(*) FROM chunk WHERE $stage IS NULL")" 0
    fi
    novate segments check "$tmp/plan/plan.yaml" "$@" || status=$?
    case $status in
    0 | 8) ;; # 8: no segment yet
    3)         # nor a ledger, when the kill came so early that none was made
        version=$(ledger 'PRAGMA user_version')
        same 'the version of a ledger that is said not to be there' "${version:-0}" 0
        ;;
    *)
        # Without a manifest's claim a segment that is whole but not recorded is no fault.
        cat "$tmp/out" "$tmp/err"
        complain "after a kill the check ends with $status"
        ;;
    esac
}

done_kills=0
rounds=0
between=0
while [ "$done_kills" -lt "$kills" ]; do
    fresh
    rounds=$((rounds + 1))
    key=()
    [ $((rounds % 2)) -eq 0 ] || key=(--key-file "$tmp/key")
    for command in extract transform; do
        widest=1
        for ((i = 0; i < 3 && done_kills < kills; i++)); do
            delay=$(((RANDOM * 32768 + RANDOM) % whole[$command] + 1))
            jobs=$((RANDOM % 3))
            [ "$jobs" -le "$widest" ] || widest=$jobs
            status=0
            # shellcheck disable=SC2046
            "$NOVATE" $(stage $command) --jobs $jobs "${key[@]}" >>"$tmp/killed.out" 2>&1 \
                </dev/null &
            pid=$!
            sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
            kill -KILL "$pid" 2>/dev/null || true
            wait "$pid" 2>/dev/null || status=$?
            [ "$status" -eq 137 ] || break
            done_kills=$((done_kills + 1))
            after_kill $command $widest "${key[@]}"
            [ ! -s "$tmp/before" ] || between=$((between + 1))
        done
        status=0
        # shellcheck disable=SC2046
        novate $(stage $command) "${key[@]}" || status=$?
        [ "$status" -eq 0 ] || fail "resuming \"$command\" ended with $status; seed $seed"
        if [ -s "$tmp/before" ]; then
            recorded "$([ $command = extract ] && echo extracted || echo transformed)" >"$tmp/after"
            [ -z "$(comm -23 <(sort "$tmp/before") <(sort "$tmp/after"))" ] ||
                complain "a recorded segment was written again"
        fi
        : >"$tmp/before"
    done
    same "round $rounds: what the manifest says" "$(said)" "$wanted"
    expect 0 segments check "$tmp/plan/plan.yaml" "${key[@]}"
    [ "$faults" -eq 0 ] || fail "seed $seed"
done
echo "$test_name: $done_kills kills in $rounds passes, $between of them between segments:" \
    "none lost, none written again"
finish
