# libpq_trouble.sh — each function of libpq may fail, in each way that its manual knows: once, from
# then on, or with its connection. novate says so and ends with 5 (12 where memory ran out), or does
# not need it; the same command resumes, and nothing is lost or there twice.
#
#     NOVATE_TEST_SEED    what decides which calls fail, and how; printed
#     NOVATE_TEST_LONG=1  every 7th call of each function in each command, instead of two
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
. "$(dirname "$0")/../support/sweep.sh"
[ -f "${NOVATE_TEST_PQ_TROUBLE:-}" ] || skip 'no library to make trouble with'

# Each function, with the other ways in which it fails.
functions='PQconninfoParse PQconnectStartParams|.bad PQconnectPoll PQconninfo PQstatus PQsocket
    PQsetnonblocking PQgetCancel PQtransactionStatus PQsendQuery PQsendQueryParams PQsendPrepare
    PQsendQueryPrepared PQflush PQconsumeInput PQputCopyData|.full PQputCopyEnd|.full PQgetCopyData
    PQgetResult|.bad|.end'

# novate with the library, and not for ever. A sanitizer's own library comes first.
in_trouble=$tmp/novate-in-trouble
cat >"$in_trouble" <<SH
#!/bin/sh
exec timeout -k 5 60 \\
    env LD_PRELOAD="${NOVATE_TEST_PRELOAD:-} $NOVATE_TEST_PQ_TROUBLE" "$NOVATE" "\$@"
SH
chmod 755 "$in_trouble"

# troubled SETTING COMMAND: the command in that environment, as `give` has it.
troubled() {
    local status=0
    (
        export NOVATE=$in_trouble "$1"
        give "$2"
    ) || status=$?
    return $status
}

declare -A met
trace() {
    rm -f "$tmp/trace"
    troubled NOVATE_PQ_TRACE="$tmp/trace" "$2" ||
        fail "\"$2\" that is traced ended with $?: $(cat "$tmp/err")"
    for function in $functions; do
        function=${function%%|*}
        met[$1.$2.$function]=$(grep -cx "$function" "$tmp/trace" 2>/dev/null || true)
    done
}
each_command trace

# strike COMMAND TROUBLE
said=0
strike() {
    local status=0
    rm -f "$tmp/report.json"
    troubled NOVATE_PQ_TROUBLE="$2" "$1" || status=$?
    strikes=$((strikes + 1))
    case $status in
    0 | 8) ;; # what failed was tried again, or is not needed
    5 | 12)
        [ "$(grep -cE '^novate: error: ' "$tmp/err")" = 1 ] ||
            fail "\"$1\" does not say what failed at $2, once: $(cat "$tmp/err")"
        case $2.$status in
        PQconninfoParse:*.12 | PQconnectStartParams:*.12 | PQgetCancel:*.12) ;;
        *.5) ! grep -qi memory "$tmp/err" || fail "\"$1\" speaks of memory at $2" ;;
        *) fail "\"$1\" ended with $status at $2: $(cat "$tmp/err")" ;;
        esac
        said=$((said + 1))
        ;;
    *)
        cat "$tmp/err"
        fail "\"$1\" ended with $status at $2; seed $seed"
        ;;
    esac
    case $1.$status in
    run.0 | verify.0) same "verdict of $2" "$(json "$tmp/report.json" '$.verdict')" verified ;;
    esac
    [ -z "${NOVATE_TEST_LONG:-}" ] || echo "$1, $2: $status $(grep error: "$tmp/err" || true)"
}

# round WAY COMMAND TROUBLE
round() {
    local name
    fresh
    for name in $(commands_of "$1"); do
        [ "$name" != "$2" ] || strike "$name" "$3"
        resume "$name" "$3"
    done
    check_whole "$1, $2 with $3"
}

# What once never ended.
round staged verify PQgetCopyData:1+
round run run PQputCopyEnd.full:1+
rounds=2

# pick FORMS: one of them, into $one; "" is none. Not in a subshell: it has a RANDOM of its own.
pick() {
    local forms=()
    mapfile -t forms < <(tr '|' '\n' <<<"$1")
    one=${forms[RANDOM % ${#forms[@]}]}
}

for entry in $functions; do
    function=${entry%%|*}
    keys=()
    for key in run.run staged.extract staged.transform staged.load staged.verify; do
        [ "${met[$key.$function]}" -eq 0 ] || keys+=("$key")
    done
    [ "${#keys[@]}" -gt 0 ] || fail "$function is never met"
    [ -n "${NOVATE_TEST_LONG:-}" ] || keys=("${keys[RANDOM % ${#keys[@]}]}")
    kinds='|+|!|~'
    case $function in
    PQconninfoParse | PQconnectStartParams) kinds='|+' ;; # there is no connection yet
    esac
    for key in "${keys[@]}"; do
        most=${met[$key.$function]}
        picked=($((RANDOM % most + 1)))
        [ -z "${NOVATE_TEST_LONG:-}" ] ||
            mapfile -t picked < <(seq $((picked[0] % 7 + 1)) 7 "$most")
        for nth in "${picked[@]}"; do
            pick "${entry#"$function"}"
            form=$one
            pick "$kinds"
            round "${key%.*}" "${key#*.}" "$function$form:$nth$one"
            rounds=$((rounds + 1))
        done
    done
done

# While another session holds a lock: who holds it cannot be asked, which is not the trouble; and a
# request to cancel that did not get out is repeated.
fresh
hold 'BEGIN; LOCK TABLE care.event IN EXCLUSIVE MODE'
sed "s|\(postgres: \"[^\"]*\)|\1 options='-c lock_timeout=3s'|" "$plan" >"$tmp/plan/patient.yaml"
pick 'PQconnectdbParams|PQconnectdbParams.bad|PQexecParams|PQexecParams.bad'
call=$one
status=0
(
    export NOVATE=$in_trouble NOVATE_PQ_TROUBLE=$call:1+
    novate run "$tmp/plan/patient.yaml"
) || status=$?
same "exit with a lock and $call" $status 5
grep -q 'statement due to lock timeout' "$tmp/err" || complain 'the lock is not said'
! grep -q 'The lock was held by' "$tmp/err" || complain "$call did not fail"
LD_PRELOAD="${NOVATE_TEST_PRELOAD:-} $NOVATE_TEST_PQ_TROUBLE" NOVATE_PQ_TROUBLE=PQcancel:1 \
    NOVATE_PQ_TRACE=$tmp/trace "$NOVATE" run "$plan" >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
tries=0
until [ "$(sql target -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'novate' AND wait_event_type = 'Lock'")" -gt 0 ]; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || fail 'the lock is not waited for'
done
kill -INT $pid
until grep -q 'once more stops at once' "$tmp/err"; do
    sleep 0.01
done
began=$SECONDS
kill -INT $pid
status=0
wait $pid || status=$?
same 'exit after Ctrl-C while a lock is waited for' $status 10
[ $((SECONDS - began)) -lt 20 ] || complain 'the lock was waited for after Ctrl-C'
[ "$(grep -cx PQcancel "$tmp/trace")" -gt 1 ] || complain 'the request was not repeated'
let_go
resume run 'a lock'
check_whole 'a lock that was not waited for'

echo "$test_name: $rounds migrations in trouble, $said of which it stopped"
[ $said -gt $((rounds / 3)) ] || fail 'hardly any trouble was noticed'
finish
