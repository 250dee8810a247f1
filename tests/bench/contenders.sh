# contenders.sh — what the benchmark measures, one function each; tests/bench/run measures
#     bash contenders.sh NAME
# as one process with all that it starts. SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
target="host=$NOVATE_TEST_PG_SOCKET user=novate dbname=postgres"
columns="EVENT_ID, PERSON_ID, ENCNTR_ID, EVENT_CD, EVENT_CLASS_CD, RESULT_STATUS_CD, RESULT_VAL,
    RESULT_UNITS_CD, EVENT_END_DT_TM, UPDT_DT_TM, ACCESSION_NBR, EVENT_TAG"
target_columns="event_id, person_id, encounter_id, code, class, status, result, units, occurred_at,
    updated_at, accession, remark"

psql() {
    "$NOVATE_TEST_PG_BIN/psql" -XqAt -v ON_ERROR_STOP=1 "$target" "$@"
}

mariadb() {
    command mariadb --no-defaults --socket="$NOVATE_TEST_MARIADB_SOCKET" -u novate "$@"
}

# The client prints NULL as a word: it is given to COPY as that.
pipe() {
    mariadb --quick --skip-column-names --batch bench -e "SELECT $columns FROM CLINICAL_EVENT" |
        psql -c "\\copy bench.event FROM STDIN (NULL 'NULL')"
}

copy_csv() {
    psql -c "\\copy bench.event FROM '$BENCH_DATA/events.csv' (FORMAT csv, HEADER)"
}

# What tools that compare do: a sum over the rows' MD5, by both servers, one after the other.
md5() {
    mariadb bench -e "SELECT count(*), sum(conv(left(md5(concat_ws('|', $columns)), 8), 16, 10))
        FROM CLINICAL_EVENT"
    psql -c "SELECT count(*),
        sum(('x' || left(md5(concat_ws('|', $target_columns)), 8))::bit(32)::bigint)
        FROM bench.event"
}

novate() {
    local command=$1 plan=$2 source
    shift 2
    source="DRIVER=$NOVATE_TEST_MARIADB_DRIVER;SOCKET=$NOVATE_TEST_MARIADB_SOCKET"
    source="source=$source;UID=novate;DATABASE=bench"
    [ "$plan" = plan.yaml ] || source="data=$BENCH_DATA"
    "$BENCH_NOVATE" "$command" "$here/$plan" "$@" --quiet --work "$BENCH_WORK/state" \
        --set "$source" --set "target=$target"
}

run() {
    novate run plan.yaml --no-verify
}

run_refused() {
    novate run plan.yaml --no-verify --set rejects=1000000000
}

verify() {
    novate verify plan.yaml
}

run_csv() {
    novate run plan_csv.yaml --no-verify
}

verify_csv() {
    novate verify plan_csv.yaml
}

# It makes its table itself, in its own way: all in a schema of the source's name.
pgloader() {
    psql -c 'DROP SCHEMA bench CASCADE'
    cat >"$BENCH_WORK/pgloader.load" <<COMMANDS
LOAD DATABASE
    FROM mysql://novate@unix:$NOVATE_TEST_MARIADB_SOCKET:/bench
    INTO postgresql://novate@unix:$NOVATE_TEST_PG_SOCKET:5432/postgres
    WITH include drop, create tables, create indexes, workers = 2, concurrency = 1
    INCLUDING ONLY TABLE NAMES MATCHING 'CLINICAL_EVENT';
COMMANDS
    command pgloader "$BENCH_WORK/pgloader.load"
    [ "$(psql -c 'SELECT count(*) > 0 FROM bench.clinical_event')" = t ]
}

"$@"
