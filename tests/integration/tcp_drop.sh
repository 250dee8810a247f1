# tcp_drop.sh — the network between novate and the target goes: reset, closed or silent, anywhere in
# what both say, and at a COMMIT, before it arrives and before its answer does. novate says where
# and what to do and ends with 5, or with 10 when it is told to stop while nothing answers; the same
# command resumes, and nothing is lost or there twice.
#
#     NOVATE_TEST_SEED    what decides where; printed
#     NOVATE_TEST_LONG=1  ten places of each kind instead of one
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -x "${NOVATE_TEST_TCP_PROXY:-}" ] || skip 'no proxy to drop connections'

coproc PROXY { exec "$NOVATE_TEST_TCP_PROXY" "$NOVATE_TEST_PG_SOCKET/.s.PGSQL.5432"; }
read -r port <&"${PROXY[0]}"
conninfo() {
    printf 'host=127.0.0.1 port=%s user=novate dbname=%s' "$port" "$(database_name "$1")"
}
. "$(dirname "$0")/../support/sweep.sh"

# tell ORDER: the proxy does it; sets what it counted before, as from_client, from_server, commits
# and struck.
tell() {
    echo "$*" >&"${PROXY[1]}"
    read -r from_client from_server commits struck <&"${PROXY[0]}"
}

declare -A met
count() {
    tell pass
    give "$2" || fail "\"$2\" through the proxy ended with $?: $(cat "$tmp/err")"
    tell count
    met[$2.client]=$from_client
    met[$2.server]=$from_server
    met[$2.commit]=$commits
    met[$2.answer]=$commits
}
each_command count

says() {
    grep -qE -- "$1" "$tmp/err" || fail "$2 does not say \"$1\": $(cat "$tmp/err")"
}

# Not for ever.
novate() {
    timeout -k 5 60 "$NOVATE" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
}

# strike COMMAND ORDER
strike() {
    local status=0
    tell "$2"
    give "$1" || status=$?
    tell pass
    strikes=$((strikes + 1))
    same "whether $2 strikes $1" "$struck" 1
    [ $status = 5 ] || fail "\"$1\" ended with $status after $2: $(cat "$tmp/err"); seed $seed"
    same "errors of $1 after $2" "$(grep -cE '^novate: error: ' "$tmp/err")" 1
    says '127\.0\.0\.1' "$1 after $2"
    says '[Tt]he same command' "$1 after $2"
}

# silence COMMAND ORDER: it is told to stop, and then at once, while nothing answers.
silence() {
    local status=0 tries=0 pid
    tell "$2"
    (
        novate() {
            exec "$NOVATE" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
        }
        give "$1"
    ) &
    pid=$!
    until tell count && [ "$struck" = 1 ]; do
        tries=$((tries + 1))
        [ $tries -lt 1000000 ] || fail "$2 does not strike $1"
    done
    kill -INT $pid
    tries=0
    until grep -q 'once more stops at once' "$tmp/err"; do
        tries=$((tries + 1))
        [ $tries -lt 10000 ] || fail "$1 does not hear Ctrl-C"
    done
    kill -INT $pid
    tries=0
    while kill -0 $pid 2>/dev/null && [ $((tries++)) -lt 300 ]; do
        sleep 0.1
    done
    kill -KILL $pid 2>/dev/null && complain "$1 does not end after $2"
    wait $pid || status=$?
    tell pass
    strikes=$((strikes + 1))
    [ $status = 10 ] || fail "\"$1\" ended with $status after $2: $(cat "$tmp/err"); seed $seed"
}

# round COMMAND ORDER
round() {
    local name way=staged how=strike
    [ "$1" != run ] || way=run
    [ "${2%% *}" != silent ] || how=silence
    fresh
    for name in $(commands_of $way); do
        [ "$name" != "$1" ] || $how "$name" "$2"
        resume "$name" "$2"
    done
    case $lanes.$2 in # what was committed is not sent again
    1.*answer*) strikes=0 ;;
    esac
    check_whole "$1 with $2"
}

# One of the arguments, into $one. Not in a subshell, which has a RANDOM of its own.
pick() {
    shift $((RANDOM % $#))
    one=$1
}

rounds=0
for name in run load verify; do
    pick client server
    wheres=("$one" commit answer)
    [ -z "${NOVATE_TEST_LONG:-}" ] || wheres=(client server commit answer)
    for where in "${wheres[@]}"; do
        most=${met[$name.$where]}
        case $where in
        commit | answer) lanes=1 ;;
        *) lanes=2 ;;
        esac
        for _ in $(seq $([ -z "${NOVATE_TEST_LONG:-}" ] && echo 1 || echo 10)); do
            [ "$most" -gt 0 ] || continue
            pick reset close
            round $name "$one $where $(((RANDOM * 32768 + RANDOM) % most + 1))"
            rounds=$((rounds + 1))
        done
    done
done
lanes=2
for how in reset close; do # while a connection is made
    round load "$how server 1"
    rounds=$((rounds + 1))
done
pick run load verify
name=$one
pick client server
where=$one
round $name "silent $where $(((RANDOM * 32768 + RANDOM) % met[$name.$where] + 1))"
echo "$test_name: $((rounds + 1)) migrations whose network went"
finish
