# hes.sh — real-shaped files that nobody here wrote: NHS Digital's artificial hospital extracts, 193
# columns wide. Every column loads as text and verifies. They are not part of the project: the test
# is skipped where they are not (NOVATE_TEST_HES, or beside the checkout).
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

folder=${NOVATE_TEST_HES:-$source_root/../shared/domain/public}
ls "$folder"/artificial_hes_*.csv >/dev/null 2>&1 || skip "no extracts in $folder"

for file in "$folder"/artificial_hes_*.csv; do
    name=$(basename "$file" .csv)
    database target
    mkdir "$tmp/$name"
    cp "$file" "$tmp/$name/"
    # One text column for each of the header's, under the same name.
    columns=$(head -n 1 "$file" | tr -d '\r"\357\273\277' | tr ',' '\n')
    width=$(wc -l <<<"$columns")
    sql target -c "CREATE TABLE hes ($(sed 's/.*/"&" text/' <<<"$columns" | paste -sd,))"
    cat >"$tmp/$name/plan.yaml" <<YAML
novate: 1
migration: hes
source: {csv: .}
target: {postgres: "$(conninfo target)"}
mappings: [hes.yaml]
YAML
    cat >"$tmp/$name/hes.yaml" <<YAML
entity: hes
source: {file: "$name.csv"}
target: {table: hes}
copy: ["*"]
YAML
    expect 0 run "$tmp/$name/plan.yaml" --report "$tmp/$name.json"
    rows=$(sql target -c 'SELECT count(*) FROM hes')
    same "$name: rows in the report" "$(entity_field "$tmp/$name.json" hes loaded)" "$rows"
    same "$name: rejected" "$(entity_field "$tmp/$name.json" hes rejected)" 0
    same "$name: verdict" "$(json "$tmp/$name.json" '$.verdict')" verified
    # psql reads the same file its own way.
    sql target -c 'CREATE TABLE wanted (LIKE hes)' \
        -c "\\copy wanted FROM '$file' (FORMAT csv, HEADER)"
    same "$name: rows" "$(fingerprint target 'SELECT * FROM hes')" \
        "$(fingerprint target 'SELECT * FROM wanted')"
    echo "$test_name: $name: $rows rows, $width columns"
done
finish
