# source_drop.sh — the network between novate and its source goes anywhere in what the source says:
# while a session is made, a table described, a lookup, groups or a chunk read, and again while it
# is verified. novate reads what it had in hand anew, or says where and what to do and ends with 4,
# and the same command resumes: no record is lost, none is there twice.
#
#     NOVATE_TEST_SEED    what decides where; printed
#     NOVATE_TEST_LONG=1  150 places of each source instead of 4
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ] || skip 'no MariaDB'
[ -x "${NOVATE_TEST_TCP_PROXY:-}" ] || skip 'no proxy to drop connections'

seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed"
RANDOM=$seed
places=4
[ -z "${NOVATE_TEST_LONG:-}" ] || places=150

rows=8000 # four batches: the first has been handed on when a later one is lost
states="CREATE TABLE STATE (ID integer PRIMARY KEY, WORD varchar(20) NOT NULL);
    INSERT INTO STATE VALUES (0, 'planned'), (1, 'arrived'), (2, 'seen'), (3, 'left'),
        (4, 'cancelled');"
{
    echo 'DROP TABLE IF EXISTS EVENT, STATE;'
    create_events 'datetime(6)'
    write_events $rows
    echo "$states"
} >"$tmp/source.sql"
maria <"$tmp/source.sql"
database source
{ create_events timestamp; write_events $rows; echo "$states"; } | sed 's/\\\\/\\/g' |
    sql source >/dev/null
database target

# tell ORDER: the proxy does it; sets what it counted before, as from_client, from_server, commits
# and struck.
tell() {
    echo "$*" >&"${PROXY[1]}"
    read -r from_client from_server commits struck <&"${PROXY[0]}"
}

# through KIND: the connection string of a source behind the proxy, which is begun.
through() {
    case $1 in
    mariadb)
        coproc PROXY { exec "$NOVATE_TEST_TCP_PROXY" "$NOVATE_TEST_MARIADB_SOCKET"; }
        read -r port <&"${PROXY[0]}"
        odbc=$(sed "s|SOCKET=[^;]*|SERVER=127.0.0.1;PORT=$port|" <<<"$NOVATE_TEST_MARIADB")
        ;;
    postgres)
        coproc PROXY { exec "$NOVATE_TEST_TCP_PROXY" "$NOVATE_TEST_PG_SOCKET/.s.PGSQL.5432"; }
        read -r port <&"${PROXY[0]}"
        odbc=$(sed "s|SERVER=[^;]*|SERVER=127.0.0.1|; s|PORT=[0-9]*|PORT=$port|
            s|DATABASE=.*|DATABASE=$(database_name source)|" <<<"$NOVATE_TEST_ODBC_PG")
        ;;
    esac
}

# Of each three neighbours the last one stays.
write_plan() {
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$odbc" target
    sed -i 's/^  odbc: .*/&\n  retry_s_max: 60/' "$tmp/plan/plan.yaml"
    sed -i "s/^  status: {.*/  status: {table: STATE, from: ID, to: WORD, missing: reject}/
        s/^columns:/dedupe:\n  by: [floor(EVENT_ID \/ 9.0)]\n  keep: latest(EVENT_ID)\n&/" \
        "$tmp/plan/event.yaml"
    plan=$tmp/plan/plan.yaml
}

run() {
    "$NOVATE" run "$plan" --chunk-rows 8000 --report "$tmp/report.json" >"$tmp/out" 2>"$tmp/err" \
        </dev/null
}

fresh() {
    sql target -c 'SET client_min_messages = error; DROP SCHEMA IF EXISTS novate CASCADE;
        DROP SCHEMA IF EXISTS care CASCADE'
    event_target target
    rm -rf -- "$tmp/plan/.novate"
}

check_whole() {
    same "$1: rows" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "$1: read" "$(entity_field "$tmp/report.json" event source_rows)" $rows
    same "$1: merged" "$(entity_field "$tmp/report.json" event merged)" "$duplicates"
    same "$1: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
}

# strike PLACE: a loss while the first connection is made ends the command; the same one resumes.
strike() {
    local status=0
    fresh
    tell "reset server $1"
    run || status=$?
    tell pass
    same "$kind: whether the connection was reset at $1" "$struck" 1
    case $status in
    0) grep -q 'is lost' "$tmp/err" || complain "$kind: the loss at $1 is not told" ;;
    4)
        ended=$((ended + 1))
        grep -qE 'cannot connect|health' "$tmp/err" ||
            complain "$kind: reset at $1, run ended with 4: $(cat "$tmp/err"); seed $seed"
        run || fail "$kind: reset at $1, the next run ended with $?: $(cat "$tmp/err")"
        ;;
    139) # MariaDB Connector/ODBC 3.1, where the reset parts its answer to a PREPARE: as if killed
        ended=$((ended + 1))
        same 'the driver that ends the process' "$kind" mariadb
        run || fail "$kind: reset at $1, the next run ended with $?: $(cat "$tmp/err")"
        ;;
    *) fail "$kind: reset at $1, run ended with $status: $(cat "$tmp/err"); seed $seed" ;;
    esac
    check_whole "$kind, reset at $1 of $whole (seed $seed)"
}

check() {
    "$NOVATE" check "$plan" >"$tmp/out" 2>"$tmp/err" </dev/null
}

# strike_check PLACE: late enough that records are read for their codes, of which each is counted
# once, however often its record was read.
strike_check() {
    local status=0
    tell "reset server $1"
    check || status=$?
    tell pass
    case $status,$kind in
    0,*) same "$kind: codes after a reset at $1" "$(grep '^  codes: ' "$tmp/out")" "$codes" ;;
    4,* | 139,mariadb) ;;
    *) complain "$kind: reset at $1, check ended with $status: $(cat "$tmp/err"); seed $seed" ;;
    esac
}

for kind in mariadb postgres; do
    through $kind
    write_plan
    fresh
    tell pass
    run || fail "$kind: run ended with $?: $(cat "$tmp/err")"
    tell count
    whole=$from_server
    wanted=$(fingerprint target 'SELECT * FROM care.event')
    duplicates=$(entity_field "$tmp/report.json" event merged)
    [ "$duplicates" -gt $((rows / 2)) ] || fail "$kind: only $duplicates records are duplicates"
    check_whole "$kind undisturbed"
    ended=0
    for ((i = 0; i < places; i++)); do
        strike $((1 + (RANDOM * 32768 + RANDOM) % (whole - 500)))
    done
    tell pass
    check || fail "$kind: check ended with $?: $(cat "$tmp/err")"
    tell count
    whole_check=$from_server
    codes=$(grep '^  codes: ' "$tmp/out")
    for ((i = 0; i < places; i++)); do
        strike_check $((whole_check * 8 / 10 + (RANDOM * 32768 + RANDOM) % (whole_check / 8)))
    done
    echo "$kind: $places places within $whole bytes, $ended ended the command"
    exec {PROXY[1]}>&-
    wait "$PROXY_PID" 2>/dev/null || true
done
maria -e 'DROP TABLE EVENT, STATE'
finish
