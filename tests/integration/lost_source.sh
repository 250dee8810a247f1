# lost_source.sh — the source's connection is lost in the middle of chunks, again and again: the
# chunk in hand begins anew, and in the end no record is lost and none is there twice.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ] || skip 'no MariaDB'

rows=6000
{ create_events 'datetime(6)'; write_events $rows; } >"$tmp/source.sql"
maria -e 'DROP TABLE IF EXISTS EVENT'
maria <"$tmp/source.sql"
database source
{ create_events timestamp; write_events $rows; } | sed 's/\\\\/\\/g' | sql source >/dev/null

source_of() {
    case $1 in
    mariadb) printf '%s' "$NOVATE_TEST_MARIADB" ;;
    postgres) printf '%s' "${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name source)" ;;
    esac
}

# fresh KIND OPTIONS: an empty target, and a plan whose source is read slowly enough to be struck.
fresh() {
    database target
    event_target target
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$(source_of "$1")" target
    sed -i "s/^  odbc: .*/&\n  $2/" "$tmp/plan/plan.yaml"
}

# The connections that read EVENT are cut, whatever they are doing.
cut_mariadb() {
    local id
    for id in $(maria -N -e "SELECT id FROM information_schema.processlist
        WHERE db = DATABASE() AND id <> CONNECTION_ID()"); do
        maria -e "KILL CONNECTION $id" 2>/dev/null || true
    done
}
cut_postgres() {
    sql source -c "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()" >/dev/null
}

# wait_for CONDITION…: until it holds, as long as the program runs.
wait_for() {
    while kill -0 "$pid" 2>/dev/null && ! "$@" >/dev/null 2>&1; do
        sleep 0.02
    done
}

readers_mariadb() {
    [ "$(maria -N -e "SELECT count(*) FROM information_schema.processlist
        WHERE db = DATABASE() AND id <> CONNECTION_ID()")" -gt 0 ]
}
readers_postgres() {
    [ "$(sql source -c "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()")" -gt 0 ]
}

# struck KIND CUTS COMMAND…: runs it and cuts its connections so often, some rows apart.
struck() {
    local kind=$1 cuts=$2 status=0
    shift 2
    "$NOVATE" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
    pid=$!
    for ((i = 0; i < cuts; i++)); do
        wait_for "readers_$kind"
        sleep 0.2 # some rows further
        "cut_$kind"
    done
    wait "$pid" || status=$?
    lost=$(grep -c 'is lost' "$tmp/err" || true)
    return $status
}

check_whole() {
    same "$1: rows" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "$1: source rows" "$(entity_field "$tmp/report.json" event source_rows)" $rows
    same "$1: lost" "$(entity_field "$tmp/report.json" event missing_target)" 0
    same "$1: twice" "$(entity_field "$tmp/report.json" event missing_source)" 0
    same "$1: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
}

slow='rows_per_second_max: 6000'
for kind in mariadb postgres; do
    fresh "$kind" 'retry_s_max: 60'
    expect 0 run "$tmp/plan/plan.yaml" --chunk-rows 2000 --report "$tmp/report.json"
    wanted=$(fingerprint target 'SELECT * FROM care.event')
    check_whole "$kind undisturbed"

    fresh "$kind" "$slow"
    struck "$kind" 3 run "$tmp/plan/plan.yaml" --chunk-rows 2000 --report "$tmp/report.json" ||
        fail "$kind: run ended with $?: $(cat "$tmp/err")"
    [ "$lost" -gt 0 ] || complain "$kind: run was never struck"
    check_whole "$kind run ($lost times lost)"

    fresh "$kind" "$slow"
    struck "$kind" 2 extract "$tmp/plan/plan.yaml" --chunk-rows 3000 ||
        fail "$kind: extract ended with $?: $(cat "$tmp/err")"
    [ "$lost" -gt 0 ] || complain "$kind: extract was never struck"
    expect 0 transform "$tmp/plan/plan.yaml"
    expect 0 load "$tmp/plan/plan.yaml"
    struck "$kind" 2 verify "$tmp/plan/plan.yaml" --report "$tmp/report.json" ||
        fail "$kind: verify ended with $?: $(cat "$tmp/err")"
    [ "$lost" -gt 0 ] || complain "$kind: verify was never struck"
    check_whole "$kind staged"
    case $(entity_field "$tmp/report.json" event consistency) in
    *snapshot*'verified against: '*snapshot*) ;;
    *) complain "$kind: consistency $(entity_field "$tmp/report.json" event consistency)" ;;
    esac

    struck "$kind" 2 profile "$tmp/plan/plan.yaml" --chunk-rows 3000 \
        --report "$tmp/profile.json" || fail "$kind: profile ended with $?: $(cat "$tmp/err")"
    [ "$lost" -gt 0 ] || complain "$kind: profile was never struck"
    same "$kind: profiled" "$(entity_field "$tmp/profile.json" event records)" $rows

    # Without a budget the loss is the end of the command; what is loaded stays, the rest resumes.
    fresh "$kind" "$slow, retry_s_max: 0"
    sed -i 's/^  rows_per_second_max: \([0-9]*\), /  rows_per_second_max: \1\n  /' \
        "$tmp/plan/plan.yaml"
    status=0
    struck "$kind" 1 run "$tmp/plan/plan.yaml" --chunk-rows 500 || status=$?
    same "$kind: exit without a budget" "$status" 4
    expect 0 run "$tmp/plan/plan.yaml" --chunk-rows 500 --report "$tmp/report.json"
    check_whole "$kind resumed"
done
maria -e 'DROP TABLE EVENT'
finish
