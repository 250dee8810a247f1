# synthetic_feed.sh — a hospital that does not exist goes from its feed's files into the platform
# with the shipped mappings, and every count of the report is what the truth about the hospital
# says. One hospital is always the same, another one is made anew each time; NOVATE_SEED=N repeats
# that.
#
#     synthetic/feed_model.sql      what ought to become of each record, from the files and the truth
#     synthetic/expected_feed.tsv   under which name the report has each kind of dirt
#
# A kind that this table does not have is complained of, and so is a name of the report that no kind
# explains.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
: "${NOVATE_TEST_BUILD:?build folder}"
generator=$NOVATE_TEST_BUILD/tests/synthetic_trust
cases=$source_root/tests/integration/synthetic
expected=$cases/expected_feed.tsv
plan=$source_root/mappings/millennium-feed/plan.yaml
export PGTZ=UTC

# columns FILE NAME: of a file of the feed. Those that were made once have no header.
columns() {
    case $1 in
    */bulk/*) awk -v name="FEED_ONCE($2," 'index($0, name) { on = 1; next }
        on { line = $0; sub(/^ *"/, "", line); sub(/"\)?$/, "", line)
             n = split(line, word, " ")
             for (i = 1; i <= n; i++) { sub(/=.*/, "", word[i]); print word[i] } }
        on && /"\)$/ { exit }' "$source_root/tests/synthetic/feed.def" | paste -sd'|' ;;
    *) head -1 "$1" | tr -d '#\r' ;;
    esac
}

# import_feed DATABASE FOLDER: a table of each file of the feed, and those lines that are no record.
import_feed() {
    local file name names lines=$tmp/lines
    sqlite3 "$1" 'CREATE TABLE broken (file TEXT, line TEXT)'
    for file in "$2"/[A-Z]*_*.txt "$2"/bulk/*.txt; do
        name=$(basename "$file" .txt)
        name=${name%%_*}
        [ "$name" != STATREF ] || continue
        names=$(columns "$file" "$name")
        case $file in
        */bulk/*) cat "$file" ;;
        *) tail -n +2 "$file" ;;
        esac | tr -d '\r' | tr '\000' '#' | LC_ALL=C awk -F'|' -v broken="$tmp/broken" \
            -v file="$name" -v wanted="$(awk -F'|' '{ print NF }' <<<"$names")" '
            NF == wanted { print FNR "|" $0 } NF != wanted { print file "|" FNR >broken }' >"$lines"
        names="CREATE TABLE IF NOT EXISTS \"$name\" (line, \"${names//|/\" TEXT, \"}\" TEXT)"
        sqlite3 -batch "$1" "$names" '.mode ascii' '.separator | "\n"' ".import $lines \"$name\""
        if [ -e "$tmp/broken" ]; then
            sqlite3 -batch "$1" '.mode ascii' '.separator | "\n"' ".import $tmp/broken broken"
            rm "$tmp/broken"
        fi
    done
}

# reported REPORT: entity, what, name and number of everything that a report counts, by tabs.
reported() {
    sqlite3 -batch -noheader -tabs :memory: "
        WITH entity AS (SELECT value AS body, json_extract(value, '\$.entity') AS entity
            FROM json_each(readfile('$1'), '\$.entities')),
        part(what, place) AS (VALUES ('merged', '\$.identity.merged'),
            ('filter', '\$.identity.filtered'), ('reject', '\$.identity.rejected'),
            ('repair', '\$.repaired'), ('note', '\$.notes'))
        SELECT entity, 'loaded', '', json_extract(body, '\$.loaded') FROM entity
        UNION ALL SELECT entity, 'source', '', json_extract(body, '\$.source_rows') FROM entity
        UNION ALL SELECT entity, what, j.key, CASE j.type
            WHEN 'object' THEN json_extract(j.value, '\$.count') ELSE j.value END
        FROM entity, part, json_each(body, place) j
        WHERE what <> 'merged' OR j.key = 'dedupe' OR j.key = 'pivot'"
}

# migrate NAME SEED: the hospital of a seed, its truth, its target and its report.
migrate() {
    local folder=$tmp/$1
    mkdir "$folder"
    "$generator" --profile tiny --seed "$2" --feed "$folder/feed" \
        --truth "$folder/truth" --sqlite "$folder/millennium.db"
    database "$1"
    sql "$1" -1 -f "$source_root/mappings/platform/schema.sql" >"$tmp/schema.out"
    options=(--work "$folder/work" --set "daily=$folder/feed" --set "bulk=$folder/feed/bulk"
        --set "platform=$(conninfo "$1")" --set encoding=UTF-8 --set rejects=100%
        --set "as_of=TIMESTAMP '$(sed -n 's/^as_of_utc\t//p' "$folder/truth/about.tsv")'")
}

# model NAME: of the hospital that was migrated.
model() {
    local folder=$tmp/$1
    import_feed "$folder/model.db" "$folder/feed"
    sqlite3 -batch -bail "$folder/model.db" "ATTACH '$folder/millennium.db' AS db" '.mode tabs' \
        ".import $folder/truth/rows.tsv lines" ".import $folder/truth/kinds.tsv kinds" \
        ".import $expected expected" ".import $folder/truth/tables.tsv tables" \
        ".read $cases/feed_model.sql"
}
ask() {
    sqlite3 -batch -noheader -separator ' | ' "$tmp/$1/model.db" "$2"
}
# none NAME WHAT QUERY: the query has no rows.
none() {
    local got
    got=$(ask "$1" "$3")
    [ -z "$got" ] || complain "$1: $2:
$got"
}

# holds NAME: the report against the model, and both against the table.
holds() {
    reported "$tmp/$1/report.json" >"$tmp/reported"
    sqlite3 -batch "$tmp/$1/model.db" 'CREATE TABLE reported (entity, what, name, number integer)' \
        '.mode tabs' ".import $tmp/reported reported" \
        "CREATE TABLE modelled AS SELECT entity, what, coalesce(name, '') AS name, count(*) AS number
            FROM (SELECT * FROM record UNION ALL SELECT * FROM rule) GROUP BY 1, 2, 3"
    none "$1" 'name | reported | by the truth' "SELECT r.entity, r.what, r.name, r.number,
            coalesce(m.number, 0) FROM reported r LEFT JOIN modelled m USING (entity, what, name)
            WHERE r.what <> 'source' AND r.number IS NOT coalesce(m.number, 0)
        UNION ALL SELECT m.entity, m.what, m.name, 0, m.number FROM modelled m
            LEFT JOIN reported r USING (entity, what, name) WHERE r.entity IS NULL"
}

fixed=2008
seed=${NOVATE_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "$test_name: NOVATE_SEED=$seed"
for name in "fixed $fixed" "other $seed"; do
    read -r name number <<<"$name"
    migrate "$name" "$number"
    expect 0 run "$plan" "${options[@]}" --report "$tmp/$name/report.json"
    same "$name: verdict" "$(json "$tmp/$name/report.json" '$.verdict')" verified
    model "$name"
    holds "$name"
done
finish
