# index_reads.sh — what MariaDB is really asked while planning and reading keys of several kinds, by
# its own log: every statement on the table is a range of an index, by its own EXPLAIN, and none
# skips rows. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=../support/asked.sh
. "$(dirname "$0")/../support/asked.sh"
maria_own old <<'SQL'
CREATE TABLE number (k bigint NOT NULL PRIMARY KEY, v int);
INSERT INTO number SELECT seq * 3, seq FROM seq_1_to_20000;
CREATE TABLE words (k varchar(20) COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, v int);
INSERT INTO words SELECT concat('Word ', seq), seq FROM seq_1_to_20000;
CREATE TABLE heap (k int, v int);
INSERT INTO heap SELECT seq, seq FROM seq_1_to_200;
CREATE TABLE days (k datetime NOT NULL, v int, KEY (k));
INSERT INTO days SELECT '2000-01-01' + INTERVAL seq DIV 2 MINUTE, seq FROM seq_1_to_20000;
CREATE TABLE pairs (k varchar(10) NOT NULL, n int NOT NULL, v int, PRIMARY KEY (k, n));
INSERT INTO pairs SELECT elt(1 + seq % 2, 'RN1', 'RHM'), seq, seq FROM seq_1_to_20000;
ANALYZE TABLE number, words, days, pairs;
SQL

# plan_of TABLE KEY
plan_of() {
    rm -rf -- "$tmp/plan"
    mkdir "$tmp/plan"
    cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: asked
source: {odbc: "$own_source"}
target: {postgres: "$(conninfo target)"}
mappings: [one.yaml]
YAML
    cat >"$tmp/plan/one.yaml" <<YAML
entity: one
source: {table: $1, key: [$2]}
target: {table: one, key: [v]}
columns: {v: v}
YAML
}

# statements TABLE KEY: what an extraction asks about the table's records.
statements() {
    plan_of "$@"
    asked extract "$tmp/plan/plan.yaml" --chunk-rows 5000
    grep "FROM.*\`$1\`" "$tmp/asked" | grep -v 'WHERE 1 = 0'
}

database target
sql target -c 'CREATE TABLE one (v int PRIMARY KEY)'
for table in number words days pairs; do
    key=k
    [ "$table" != pairs ] || key='k, n'
    statements "$table" "$key" >"$tmp/statements"
    count=$(wc -l <"$tmp/statements")
    [ "$count" -ge 8 ] || complain "$table: only $count statements: $(cat "$tmp/statements")"
    while IFS= read -r statement; do
        case $statement in
        *OFFSET*) complain "$table: $statement" ;;
        *'MIN('* | *'MAX('*) continue ;; # ends of the index
        esac
        # The first and the last read are open at one end: then the index is walked from there.
        plan=$(maria_own old -e "EXPLAIN $statement" |
            awk -v table="$table" '$3 == table {print $4}')
        case $statement:$plan in
        *:range) ;;
        *' > '*:* | *' >= '*:*) complain "$table: \"$plan\" for $statement" ;;
        *'LIMIT '*:index | *' <= '*:index) ;;
        *) complain "$table: \"$plan\" for $statement" ;;
        esac
    done <"$tmp/statements"
    echo "$test_name: $table: $count statements"
done

# The plan of chunks and how they are read, before anything is.
checked() {
    plan_of "$1" "$2"
    [ -n "$2" ] || sed -i 's/, key: \[\]}/}/' "$tmp/plan/one.yaml"
    expect 0 check "$tmp/plan/plan.yaml" --chunk-rows 5000
    shift 2
    for line in "$@"; do
        grep -qF -- "$line" "$tmp/out" || complain "check lacks \"$line\": $(cat "$tmp/out")"
    done
}
checked number k 'key: k bigint, by index PRIMARY' 'chunks: 4, about 20000 rows, in reads of about'
checked heap k 'warning: no index is known to serve the key: planning and each chunk are scans'
checked heap '' 'key: none' 'chunks: 1' \
    'cannot be resumed within, nor be gentle; the driver holds all rows in memory'
finish
