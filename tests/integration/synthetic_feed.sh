# synthetic_feed.sh — a hospital that does not exist goes from its feed's files into the platform
# with the shipped mappings, and every count of the report is what the truth about the hospital
# says. The hospital is made anew each time.
#
#     NOVATE_SEED         which one; printed
#     NOVATE_TEST_LONG=1  the one that is always the same and 21 more, and each row and column of
#                         the first against what mappings/millennium makes of its tables
#
#     synthetic/feed_model.sql        what ought to become of each record, by files and truth
#     synthetic/expected_feed.tsv     under which name the report has each kind of dirt
#     synthetic/feed_and_tables.tsv   what is compared with what the tables become
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

# make NAME SEED [OPTION]: the hospital of a seed, and the truth about it.
make() {
    mkdir "$tmp/$1"
    "$generator" --profile tiny --seed "$2" --feed "$tmp/$1/feed" --truth "$tmp/$1/truth" \
        --sqlite "$tmp/$1/millennium.db" "${@:3}"
}
# settings NAME: what the plan is told of it.
settings() {
    local folder=$tmp/$1
    options=(--work "$folder/work" --set "daily=$folder/feed" --set "bulk=$folder/feed/bulk"
        --set "platform=$(conninfo "$1")" --set encoding=UTF-8 --set undecodable=windows-1252
        --set rejects=100%
        --set "as_of=TIMESTAMP '$(sed -n 's/^as_of_utc\t//p' "$folder/truth/about.tsv")'")
}
# migrate NAME: into a platform of its own, beside whatever else is done; its process is $migration.
migrate() {
    local folder=$tmp/$1
    database "$1"
    sql "$1" -1 -f "$source_root/mappings/platform/schema.sql" >"$folder/schema.out"
    settings "$1"
    "$NOVATE" run "$plan" "${options[@]}" --report "$folder/report.json" >"$folder/out" \
        2>"$folder/err" </dev/null &
    migration=$!
}
# migrated NAME PROCESS: it has ended well.
migrated() {
    local status=0
    wait "$2" || status=$?
    [ "$status" -eq 0 ] || fail "$1: ended with $status: $(tail -n 40 "$tmp/$1/err")"
    same "$1: verdict" "$(json "$tmp/$1/report.json" '$.verdict')" verified
}

# model NAME: what ought to become of that hospital.
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
        "CREATE TABLE modelled AS SELECT entity, what, coalesce(name, '') AS name,
            count(*) AS number FROM (SELECT * FROM record UNION ALL SELECT * FROM rule)
            GROUP BY 1, 2, 3"
    none "$1" 'name | reported | by the truth' "SELECT r.entity, r.what, r.name, r.number,
            coalesce(m.number, 0) FROM reported r LEFT JOIN modelled m USING (entity, what, name)
            WHERE r.what <> 'source' AND r.number IS NOT coalesce(m.number, 0)
        UNION ALL SELECT m.entity, m.what, m.name, 0, m.number FROM modelled m
            LEFT JOIN reported r USING (entity, what, name) WHERE r.entity IS NULL"
    none "$1" 'entity | source rows | records of the file' "SELECT * FROM (
            SELECT r.entity, r.number,
            CASE WHEN r.entity IN ('encounter_identifier', 'encounter_participant')
            THEN (SELECT count(*) FROM ENCNT)
            ELSE (SELECT count(*) FROM record m WHERE m.entity = r.entity) END AS records
            FROM reported r WHERE r.what = 'source') WHERE number <> records"
    none "$1" 'not in the table' "SELECT DISTINCT cause, m.entity, m.what, m.name
        FROM (SELECT * FROM record UNION ALL SELECT * FROM rule) m WHERE m.what <> 'loaded'
            AND NOT EXISTS (SELECT 1 FROM expected e WHERE e.kind = cause AND e.what = m.what
                AND e.name = m.name AND e.entity IN (m.entity, '*'))"
    none "$1" 'kinds that the table does not have' \
        'SELECT kind, what FROM kinds WHERE kind NOT IN (SELECT kind FROM expected)'
    none "$1" 'kinds that the truth does not have' "SELECT DISTINCT kind FROM expected
        WHERE kind NOT LIKE '~%' AND kind NOT IN (SELECT kind FROM kinds)"
    none "$1" 'kind | found | in the truth' "SELECT kind, number, wanted FROM (
            SELECT 'D12' AS kind, count(*) AS number FROM record WHERE entity = 'person'
                AND cause = 'D12'
            UNION ALL SELECT 'D13', count(*) FROM record WHERE entity = 'person' AND cause = 'D13'
            UNION ALL SELECT 'D76', count(*) FROM record WHERE entity = 'code_local'
                AND cause = 'D76')
        JOIN (SELECT kind, CAST(coalesce(nullif(found, ''), planned) AS integer) AS wanted
            FROM kinds) USING (kind) WHERE number <> wanted"
    none "$1" 'file | records | in the truth' "SELECT * FROM (
            SELECT 'PPATI' AS file, (SELECT count(*) FROM PPATI) AS number, 'PERSON' AS source,
                0 AS less
            UNION ALL SELECT 'PPNAM', (SELECT count(*) FROM PPNAM), 'PERSON_NAME', 0
            UNION ALL SELECT 'PPALI', (SELECT count(*) FROM PPALI), 'PERSON_ALIAS', 0
            UNION ALL SELECT 'ENCNT', (SELECT count(*) FROM ENCNT), 'ENCOUNTER', 0
            UNION ALL SELECT 'ORDER', (SELECT count(*) FROM \"ORDER\"), 'ORDERS',
                (SELECT found FROM kinds WHERE kind = 'D52')
            UNION ALL SELECT 'CLEVE', (SELECT count(*) FROM CLEVE), 'CLINICAL_EVENT',
                (SELECT found FROM kinds WHERE kind = 'D54')
            UNION ALL SELECT 'BlobContent', (SELECT count(*) FROM BlobContent), 'CE_BLOB', 0)
        JOIN tables ON \"table\" = source WHERE number <> rows - zero_row - less"
    passing "$1"
}

# passing NAME: of the kinds that pass every record is in the target, as the table says.
passing() {
    local kind entity condition table
    {
        echo "CREATE TABLE passes (kind text, entity text, key text, fact text);
            COPY passes FROM STDIN (DELIMITER '|');"
        sqlite3 -batch -noheader -separator '|' "$tmp/$1/model.db" 'SELECT * FROM passes'
        echo '\.'
        while IFS=$'\t' read -r kind entity _ condition _; do
            case $entity in
            diagnosis_bulk)
                table="(SELECT *, substring(src_id, '^DIAGNOSIS/(.*)/bulk') AS id
                    FROM care.condition)"
                ;;
            appointment)
                table="(SELECT *, split_part(src_id, '/', 2) AS id FROM care.appointment)"
                ;;
            *) table="(SELECT *, src_id AS id FROM care.$entity)" ;;
            esac
            echo "SELECT '$kind $entity: ' || count(*) || ' of ' || (SELECT count(*) FROM passes
                WHERE kind = '$kind' AND entity = '$entity') FROM passes w WHERE kind = '$kind'
                AND entity = '$entity' AND NOT EXISTS (SELECT 1 FROM $table t WHERE t.id = w.key
                AND ($condition)) HAVING count(*) > 0;"
        done < <(awk -F'\t' '$3 == "passes"' "$expected")
    } | sql "$1" >"$tmp/accused"
    [ ! -s "$tmp/accused" ] || complain "$1: these do not pass: $(cat "$tmp/accused")"
}

# from_tables NAME: the same hospital from its database, into the target NAME_db.
from_tables() {
    local folder=$tmp/$1 plan_of_tables=$tmp/tables.yaml
    database "$1_db"
    sql "$1_db" -1 -f "$source_root/mappings/platform/schema.sql" >"$folder/schema.out"
    # What a Millennium has beside the tables of the hospital, and the mappings read.
    sqlite3 -batch -bail "$folder/millennium.db" \
        'CREATE INDEX IF NOT EXISTS event_of_events ON CLINICAL_EVENT (EVENT_ID)' \
        'CREATE TABLE IF NOT EXISTS LOCATION_GROUP (CHILD_LOC_CD bigint, PARENT_LOC_CD bigint,
            ROOT_LOC_CD bigint, ACTIVE_IND bigint)' \
        'CREATE TABLE IF NOT EXISTS PROC_PRSNL_RELTN (PROCEDURE_ID bigint, PRSNL_PERSON_ID bigint,
            ACTIVE_IND bigint)'
    sed -e '/^  - micro_/d' -e "s#^  - #&$source_root/mappings/millennium/#" \
        -e "s#schema: ..#schema: $source_root/mappings#" \
        "$source_root/mappings/millennium/plan.yaml" >"$plan_of_tables"
    expect 0 run "$plan_of_tables" --work "$folder/work-db" --no-verify --set rejects=100% \
        --set "millennium=$(sqlite_source "$folder/millennium.db")" \
        --set "platform=$(conninfo "$1_db")" \
        --set "as_of=TIMESTAMP '$(sed -n 's/^as_of_utc\t//p' "$folder/truth/about.tsv")'"
}

# compared TABLE KEY NOT WHERE-KNOWN: of both targets; rows of the tables only are those that the
# feed's model says were left out.
compared() {
    local name=${1#*.} columns column
    columns=$(sql one -c "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = '$1'::regclass AND attnum > 0 AND atttypid <> 'bytea'::regtype")
    for side in one one_db; do
        sql "$side" -c "COPY (SELECT $2 AS key_of_row, ${columns// /, } FROM $1)
            TO STDOUT (FORMAT csv, HEADER, NULL '~')" >"$tmp/$side.csv"
        sqlite3 -batch "$tmp/both.db" ".mode csv" ".import $tmp/$side.csv ${side}_$name" \
            "CREATE INDEX ${side}_${name}_key ON ${side}_$name (key_of_row)"
    done
    for column in $columns; do
        [[ " $3 " == *" $column "* ]] ||
            found "$1.$column differs" "SELECT f.key_of_row, f.$column, d.$column
                FROM one_$name f JOIN one_db_$name d USING (key_of_row)
                WHERE f.$column IS NOT d.$column $([[ " $4 " != *" $column "* ]] ||
                echo "AND f.$column <> '~'")"
    done
    found "$1: only from the feed" "SELECT key_of_row FROM one_$name WHERE key_of_row NOT IN
        (SELECT key_of_row FROM one_db_$name) $(more_in_feed "$1")"
    found "$1: only from the tables" "SELECT key_of_row FROM one_db_$name WHERE key_of_row NOT IN
        (SELECT key_of_row FROM one_$name) AND $(left_out_key "$1") NOT IN (SELECT key
        FROM model.record WHERE what <> 'loaded' AND entity IN ($(entities_of "$1"))
        UNION ALL SELECT id FROM model.truth WHERE kind = 'D35')"
}
# found WHAT QUERY: it should find nothing.
found() {
    local got
    got=$(sqlite3 -batch -noheader -separator ' | ' "$tmp/both.db" \
        "ATTACH '$tmp/one/model.db' AS model" "ATTACH '$tmp/one/millennium.db' AS db" \
        "SELECT count(*) FROM ($2)" "SELECT * FROM ($2) LIMIT 3")
    [ "${got%%$'\n'*}" = 0 ] || complain "$1: ${got//$'\n'/; }"
}
# The feed has numbers of spells and attendances, and referrals, besides; and stays that the tables'
# target refuses, since they overlap with those of a combined encounter.
more_in_feed() {
    case $1 in
    care.encounter_identifier) echo "AND type NOT IN ('spell', 'attendance')" ;;
    care.waiting_list_entry) echo "AND key_of_row NOT LIKE 'OPREF/%'" ;;
    care.ward_stay) echo "AND CAST(encounter_id AS integer) NOT IN
        (SELECT TO_ENCNTR_ID FROM db.ENCNTR_COMBINE)" ;;
    esac
}
# By which number the model knows a row of the tables.
left_out_key() {
    case $1 in
    ref.code_system) echo "key_of_row" ;;
    ref.code) echo "code" ;;
    care.encounter_identifier) echo "(SELECT CAST(ENCNTR_ID AS text) FROM db.ENCNTR_ALIAS
        WHERE ENCNTR_ALIAS_ID = CAST(src_id AS integer))" ;;
    care.encounter_participant) echo "(SELECT CAST(ENCNTR_ID AS text) FROM db.ENCNTR_PRSNL_RELTN
        WHERE ENCNTR_PRSNL_RELTN_ID = CAST(src_id AS integer))" ;;
    care.person_contact) echo "replace(src_id, 'PHONE/', '')" ;;
    care.condition) echo "substr(key_of_row, 1, instr(key_of_row, ' ') - 1)" ;;
    care.appointment) echo "(SELECT CAST(SCH_APPT_ID AS text) FROM db.SCH_APPT
        WHERE SCH_EVENT_ID = CAST(key_of_row AS integer) AND ROLE_MEANING = 'PATIENT')" ;;
    *) echo "src_id" ;;
    esac
}
entities_of() {
    case $1 in
    ref.code) echo "'code_local', 'code_term'" ;;
    care.condition) echo "'diagnosis', 'diagnosis_bulk', 'problem_bulk'" ;;
    care.procedure) echo "'procedure', 'procedure_bulk'" ;;
    *) echo "'${1#*.}'" ;;
    esac
}
# same_result: what the feed has of hospital "one" became what its tables become.
same_result() {
    local table key not known
    from_tables one
    while IFS=$'\x1f' read -r table key not known; do
        compared "$table" "$key" "$not" "$known"
    done < <(tail -n +2 "$cases/feed_and_tables.tsv" | tr '\t' '\037')
}

hospital() {
    make one "$1"
    migrate one
    model one
    migrated one "$migration"
    holds one
}

# hospitals SEED SEED: two of them, side by side.
hospitals() {
    local one other name
    make one "$1"
    make other "$2"
    migrate one
    one=$migration
    migrate other
    other=$migration
    model one
    model other
    migrated one "$one"
    migrated other "$other"
    for name in one other; do
        holds "$name"
    done
}

# A file that is short and one that is there twice stop the run, before anything is loaded.
faults_stop() {
    local kind entity name
    make faults 2008 --feed-faults
    database faults
    sql faults -1 -f "$source_root/mappings/platform/schema.sql" >"$tmp/schema.out"
    settings faults
    expect 4 run "$plan" "${options[@]}"
    while IFS=$'\t' read -r kind entity _ name _; do
        grep -qF -- "$name" "$tmp/err" || complain "$kind ($entity): nothing says: $name"
    done < <(awk -F'\t' '$3 == "fatal"' "$expected")
    same 'loaded in spite of it' "$(sql faults -c 'SELECT count(*) FROM care.person')" 0
}

seed=${NOVATE_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
echo "$test_name: NOVATE_SEED=$seed"
faults_stop
if [ "${NOVATE_TEST_LONG:-}" != 1 ]; then
    hospital "$seed"
else
    hospitals 2008 "$seed"
    same_result
    for ((i = 1; i <= ${NOVATE_TEST_HOSPITALS:-20}; i += 2)); do
        rm -r "$tmp/one" "$tmp/other"
        echo "$test_name: NOVATE_SEED=$((seed + i)), $((seed + i + 1))"
        hospitals $((seed + i)) $((seed + i + 1))
    done
fi
finish
