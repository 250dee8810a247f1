# wide_rows.sh — many rows of 200 kB each are carried within `memory_mb`, the driver's own copies of
# them included. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB:-}" ] || skip 'no MariaDB'

rows=1000
memory_mb=64
[ -z "${NOVATE_TEST_LONG:-}" ] || rows=20000
maria -e "CREATE TABLE wide (id int PRIMARY KEY, body longtext);
    INSERT INTO wide SELECT seq, repeat(md5(seq), 6250) FROM seq_1_to_$rows"
database target
sql target -c 'CREATE TABLE wide (id int PRIMARY KEY, body text)'
mkdir "$tmp/plan"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: wide
source: {odbc: "$NOVATE_TEST_MARIADB"}
target: {postgres: "$(conninfo target)"}
mappings: [wide.yaml]
limits: {memory_mb: $memory_mb}
YAML
cat >"$tmp/plan/wide.yaml" <<'YAML'
entity: wide
source: {table: wide, key: [id]}
target: {table: public.wide, key: [id]}
copy: ["*"]
YAML

# peak COMMAND…: the largest resident set of the program, in MiB.
peak() {
    "$NOVATE_TEST_BUILD/tests/bench_measure" "$tmp/cost" "$NOVATE" "$@" >"$tmp/out" 2>"$tmp/err" ||
        fail "\"$1\" ended with $?: $(cat "$tmp/err")"
    awk '{ print int($3 / 1024) }' "$tmp/cost"
}

for command in 'run --no-verify' 'verify'; do
    # shellcheck disable=SC2086 # options are words
    mib=$(peak $command "$tmp/plan/plan.yaml")
    echo "$test_name: \"$command\" of $rows rows took $mib MiB"
    [ "$mib" -le "$memory_mb" ] || complain "\"$command\" took $mib MiB, more than $memory_mb"
done
same 'rows' "$(sql target -c 'SELECT count(*), sum(length(body)) FROM wide')" \
    "$rows|$((rows * 200000))"
finish
