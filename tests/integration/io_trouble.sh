# io_trouble.sh — each write, fsync and rename in the work directory may fail, once or from then on:
# novate says so and ends with 3, or does not need it; the same command resumes, and nothing is lost
# or there twice. And the time of day may jump.
#
#     NOVATE_TEST_SEED    what decides which calls fail; printed
#     NOVATE_TEST_LONG=1  every 7th call of each kind instead of three
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
. "$(dirname "$0")/../support/sweep.sh"
[ -f "${NOVATE_TEST_TROUBLE:-}" ] || skip 'no library to make trouble with'

work=$tmp/plan/.novate
calls='write fsync rename'
# troubled NAME=VALUE… COMMAND: the command in that environment, as `give` has it.
troubled() {
    local settings=() status=0
    while [[ $1 == *=* ]]; do
        settings+=("$1")
        shift
    done
    (
        export LD_PRELOAD=$NOVATE_TEST_TROUBLE NOVATE_TROUBLE_UNDER=$work "${settings[@]}"
        give "$1"
    ) || status=$?
    return $status
}

# count CALL: of those that the trace has.
count() {
    tr -cd "${1:0:1}" <"$tmp/trace" | wc -c
}

declare -A met
trace() {
    : >"$tmp/trace"
    troubled NOVATE_TROUBLE_TRACE="$tmp/trace" "$2" ||
        fail "\"$2\" that is traced ended with $?: $(cat "$tmp/err")"
    for call in $calls; do
        met[$1.$2.$call]=$(count $call)
    done
}
each_command trace

# strike COMMAND TROUBLE
said=0
strike() {
    local status=0
    troubled NOVATE_TROUBLE="$2" "$1" || status=$?
    strikes=$((strikes + 1))
    case $status in
    0 | 8) ;; # what failed was tried again, or is not needed
    3)
        grep -qE '^novate: error: ' "$tmp/err" || fail "\"$1\" does not say what failed at $2"
        said=$((said + 1))
        ;;
    *)
        cat "$tmp/err"
        fail "\"$1\" ended with $status at $2; seed $seed"
        ;;
    esac
}

# round WAY COMMAND TROUBLE
round() {
    local name struck=no
    fresh
    for name in $(commands_of "$1"); do
        if [ "$name" = "$2" ]; then
            strike "$name" "$3"
            struck=yes
        fi
        [ $struck = no ] || [ "$name" != "$2" ] || resume "$name" "$3"
        [ "$name" = "$2" ] || resume "$name" nothing
    done
    check_whole "$1, $2 with $3"
}

rounds=0
for key in "${!met[@]}"; do
    IFS=. read -r way name call <<<"$key"
    most=${met[$key]}
    [ "$most" -gt 0 ] || continue
    picked=($((RANDOM % most + 1)))
    [ -z "${NOVATE_TEST_LONG:-}" ] || mapfile -t picked < <(seq $((RANDOM % 7 + 1)) 7 "$most")
    for nth in "${picked[@]}"; do
        lasting=$([ $((RANDOM % 2)) -eq 0 ] && echo + || true)
        round "$way" "$name" "$call:$nth$lasting"
        rounds=$((rounds + 1))
    done
done
for call in $calls; do
    [ "$((met[run.run.$call] + met[staged.extract.$call]))" -gt 0 ] || fail "no $call is met"
done

# The time of day jumps back by a day, or forth, while a run goes slowly: what is asked of it is
# done at once all the same.
for jump in -86400 86400; do
    fresh
    "$NOVATE" pause "$plan" >"$tmp/out" 2>&1 && fail 'a run that is not there was paused'
    sed -i '/rows_per_second_max/d; s/^source:/source:\n  rows_per_second_max: 200/' "$plan"
    LD_PRELOAD=$NOVATE_TEST_TROUBLE NOVATE_TROUBLE_JUMP=$jump "$NOVATE" run "$plan" --jobs 1 \
        --chunk-rows $chunk_rows --report "$tmp/report.json" >"$tmp/out" 2>"$tmp/err" </dev/null &
    pid=$!
    tries=0
    until "$NOVATE" set "$plan" rows_per_second_max=1000000 >"$tmp/set" 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 2000 ] || fail "the run cannot be told: $(cat "$tmp/set")"
    done
    wait $pid || fail "a run ended with $? when the time jumped by $jump s: $(cat "$tmp/err")"
    sed -i '/rows_per_second_max/d' "$plan"
    same "rows after a jump of $jump s" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "verdict after a jump of $jump s" "$(json "$tmp/report.json" '$.verdict')" verified
done
echo "$test_name: $rounds migrations in trouble, $said of which it stopped"
[ $said -gt $((rounds / 3)) ] || fail 'hardly any trouble was noticed'
finish
