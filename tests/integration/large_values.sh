# large_values.sh — records with 64 MB of text and 64 MB of bytes go through every driver whole, in
# memory for one of them: whatever the pipeline holds besides waits. With --long more of them, and
# several at once.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB:-}" ] || skip 'no MariaDB'
[ -n "${NOVATE_TEST_ODBC_PG:-}" ] || skip 'no ODBC driver for PostgreSQL'

mb=64
memory_mb=192
jobs=1
declare -A rows=([mariadb]=2 [postgres]=1 [sqlite]=1)
if [ -n "${NOVATE_TEST_LONG:-}" ]; then
    rows=([mariadb]=20 [postgres]=20 [sqlite]=1)
    jobs=2
fi

# 16 bytes of text in nine characters, and the same number of bytes of every kind; neighbours short,
# empty and NULL.
repeats=$((mb * 65536))
text='aé€😀 \tz\n.'
maria <<SQL
SET sql_mode = '';
CREATE TABLE large (id int PRIMARY KEY, body longtext, image longblob) CHARACTER SET utf8mb4;
INSERT INTO large SELECT seq * 10, REPEAT(CONCAT('$text', CHAR(96 + seq)), $repeats),
    REPEAT(UNHEX(MD5(seq)), $repeats) FROM seq_1_to_${rows[mariadb]};
INSERT INTO large SELECT seq * 10 + 1, NULLIF(REPEAT('x', seq % 3), 'x'), x'00' FROM seq_1_to_6;
SQL
# The same in PostgreSQL.
records() {
    echo "SELECT seq * 10 AS id, repeat(E'$text' || chr(96 + seq), $repeats) AS body,
            decode(repeat(md5(seq::text), $repeats), 'hex') AS image
        FROM generate_series(1, $1) seq
        UNION ALL SELECT seq * 10 + 1, nullif(repeat('x', seq % 3), 'x'), '\\x00'
        FROM generate_series(1, 6) seq"
}
create_large='CREATE TABLE large (id int PRIMARY KEY, body text, image bytea);
    ALTER TABLE large ALTER body SET STORAGE EXTERNAL, ALTER image SET STORAGE EXTERNAL'
database source
sql source -c "$create_large" -c "INSERT INTO large $(records "${rows[postgres]}")"
# What is compared of records.
print() {
    echo "SELECT id, octet_length(body), md5(body), octet_length(image), md5(image) FROM ($1) r"
}
sqlite3 -batch -bail "$tmp/source.db" <<SQL
CREATE TABLE large (id integer PRIMARY KEY, body text, image blob);
INSERT INTO large VALUES (10,
    replace(hex(zeroblob($((mb * 65536)))), '00', 'é€😀 .abcd' || char(9, 10)),
    zeroblob($((mb * 1048576)))), (11, NULL, NULL), (12, '', x'');
SQL

declare -A odbc=(
    [mariadb]=$NOVATE_TEST_MARIADB
    [postgres]=${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name source)
    [sqlite]=$(sqlite_source "$tmp/source.db")
)
# What the drivers themselves take, in records of their own: a result or a row ahead, as the server
# sends it (bytes as hexadecimal digits), and copies of it. It depends on what is read while a
# record is being sent: of MariaDB between three and five have been seen.
declare -A driver_records=([mariadb]=6 [postgres]=8 [sqlite]=8)

for name in mariadb postgres sqlite; do
    database target
    sql target -c "$create_large"
    mkdir "$tmp/$name"
    cat >"$tmp/$name/plan.yaml" <<YAML
novate: 1
migration: large
source:
  odbc: "${odbc[$name]}"
target:
  postgres: "$(conninfo target)"
mappings: [large.yaml]
limits: {memory_mb: $memory_mb}
YAML
    cat >"$tmp/$name/large.yaml" <<'YAML'
entity: large
source: {table: large, key: [id]}
target: {table: public.large, key: [id]}
columns: {id: fit(id)}    # an integer of SQLite has 64 bits
copy: "*"
YAML
    program=$NOVATE
    NOVATE=$tmp/measured
    printf '#!/bin/sh\nexec "%s" "%s" "%s" "$@"\n' "$NOVATE_TEST_BUILD/tests/bench_measure" \
        "$tmp/cost" "$program" >"$NOVATE"
    chmod 755 "$NOVATE"
    expect 0 run "$tmp/$name/plan.yaml" --jobs $jobs --report "$tmp/$name.json"
    NOVATE=$program
    same "verdict from $name" "$(json "$tmp/$name.json" '$.verdict')" verified
    if [ "$name" != sqlite ]; then
        same "values from $name" "$(fingerprint target "$(print 'SELECT * FROM large')")" \
            "$(fingerprint target "$(print "$(records "${rows[$name]}")")")"
    fi
    peak_mb=$(($(awk '{print $3}' "$tmp/cost") / 1024))
    bound_mb=$((memory_mb + driver_records[$name] * 2 * mb * jobs))
    echo "$name: $(awk '{print $1 " s, " $2 " s of CPU"}' "$tmp/cost"), $peak_mb MB of $bound_mb"
    [ "$peak_mb" -le "$bound_mb" ] || complain "$name took $peak_mb MB, not $bound_mb at most"
done

# A record that can never fit is told as such, and which limit it is.
sed -i "s/memory_mb: $memory_mb/memory_mb: 96/" "$tmp/mariadb/plan.yaml"
database target
sql target -c "$create_large"
expect 12 run "$tmp/mariadb/plan.yaml" --restart
grep -q 'memory_mb' "$tmp/err" || complain "no word of memory_mb: $(cat "$tmp/err")"
finish
