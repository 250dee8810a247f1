# synthetic_millennium.sh — the shipped mappings carry the synthetic hospital into the platform,
# from SQLite and from MariaDB: every count of the report is the one that the truth about the
# hospital gives (synthetic/expected.tsv says which), every reject has the keys of the rows that are
# to be rejected and the right reason, what is odd but right is carried, nothing happens
# unexplained, and both databases give the same target, row by row. SQLite is read in two lanes with
# foreign keys off, MariaDB with all that guards a table on: what is rejected, and why, is the same.
# Each run has a hospital of its own:
#     NOVATE_SEED    which one; printed
#     NOVATE_TEST_LONG=1    it from SQLite with foreign keys on, too: then even the numbers are the
#                           same that the target gives; and five more of them, from SQLite alone
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver for SQLite'
: "${NOVATE_TEST_BUILD:?build folder}"
generator=$NOVATE_TEST_BUILD/tests/synthetic_trust
mappings=$source_root/mappings
cases=$source_root/tests/integration/synthetic
seed=${NOVATE_SEED:-$((RANDOM * 32768 + RANDOM))}

# The tables that the mappings read: a hospital needs no others.
tables=$(grep -hoE '\b(FROM|JOIN|table:) [A-Z_]+' "$mappings"/millennium/*.yaml \
    "$mappings"/millennium/common/*.yaml | cut -d' ' -f2 | grep -vx CAST | sort -u | paste -sd,)

# make SEED: a hospital in $tmp/millennium.db, $tmp/mariadb and $tmp/truth.
make() {
    echo "$test_name: seed $1"
    rm -rf "$tmp/mariadb" "$tmp/truth"
    "$generator" --profile tiny --seed "$1" --tables "$tables" --sqlite "$tmp/millennium.db" \
        --mariadb "$tmp/mariadb" --truth "$tmp/truth"
}

# migrate NAME ODBC [DEFER]: into database NAME, with DEFER in two lanes; leaves NAME.json,
# NAME.rejects.json and NAME.fingerprints.
migrate() {
    local table settings
    settings=(--work "$tmp/work.$1" --set "millennium=$2" --set rejects=100%
        --set "platform=$(conninfo "$1")" --set "as_of=TIMESTAMP '$(about as_of_utc)'"
        --set "outage_from=$(about outage_start_utc)+00"
        --set "outage_to=$(about outage_end_utc)+00" --set "defer=${3:-none}")
    rm -rf "$tmp/work.$1"
    database "$1"
    sql "$1" -1 -f "$mappings/platform/schema.sql"
    [ "$1" != sqlite ] || expect 0 check "$mappings/millennium/plan.yaml" "${settings[@]}"
    expect 0 run "$mappings/millennium/plan.yaml" "${settings[@]}" --report "$tmp/$1.json" \
        ${3:+--jobs 2}
    same "$1: verdict" "$(json "$tmp/$1.json" '$.verdict')" verified
    expect 0 rejects list "$mappings/millennium/plan.yaml" "${settings[@]}" --limit 0 --show-keys \
        --format json
    cp "$tmp/out" "$tmp/$1.rejects.json"
    while read -r table; do
        echo "$table $(fingerprint "$1" "SELECT * FROM $table")"
    done < <(entities "$1" | cut -d' ' -f2 | sort -u) >"$tmp/$1.fingerprints"
}

# without_numbers NAME: fingerprints of the tables without what the target numbers: rows that were
# refused have taken a number too.
without_numbers() {
    local table columns
    while read -r table columns; do
        echo "$table $(fingerprint "$1" "SELECT $columns FROM $table")"
    done < <(sql "$1" -F ' ' -c "SELECT attrelid::regclass, string_agg(quote_ident(attname), ','
        ORDER BY attnum) FROM pg_attribute WHERE attnum > 0 AND attidentity = ''
        AND NOT attisdropped AND attrelid::regclass::text = ANY (string_to_array(
        '$(entities "$1" | cut -d' ' -f2 | sort -u | paste -sd,)', ',')) GROUP BY 1 ORDER BY 1")
}

# reasons NAME: what was rejected, and why.
reasons() {
    sql "$1" -c "SELECT entity, key, class, coalesce(name, column_name) FROM novate.reject
        ORDER BY (entity, key, class, name)::text COLLATE \"C\""
}

about() {
    awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$tmp/truth/about.tsv"
}

# entities NAME: those of a report and the tables that they fill.
entities() {
    sqlite3 -batch -noheader -separator ' ' :memory: "SELECT value ->> 'entity',
        value ->> 'target_table' FROM json_each(readfile('$tmp/$1.json'), '\$.entities')"
}

# kind_views: a view of the rows of each listed kind of Millennium, under the kind's name.
kind_views() {
    local kind table columns first key
    while IFS=$'\t' read -r kind table; do
        columns=$(sqlite3 -batch -noheader -separator ' ' "$tmp/millennium.db" "SELECT name
            FROM pragma_table_info('$table') WHERE pk > 0 ORDER BY pk")
        columns=${columns//$'\n'/ }
        first=${columns%% *}
        key=${columns// / || \',\' || s.}
        echo "CREATE TEMP VIEW $kind AS SELECT s.* FROM truth_rows t JOIN \"$table\" s
            ON s.$first = CAST(t.key AS integer) AND s.$key = t.key WHERE t.kind = '$kind';"
    done < <(listed)
}

# listed: kinds whose rows the truth lists, and their tables, where one is read and has a key.
listed() {
    awk -F'\t' -v tables=",$tables," '$7 == 1 && index(tables, "," $2 ",") && $1 != "D53" {
        print $1 "\t" $2 }' "$tmp/truth/kinds.tsv"
}

# wanted: what expected.tsv says, counted: rows of each line, keys of rejects, and what is carried.
wanted() {
    awk -F'\t' 'NR > 1 {
        gsub(/'\''/, "'\'\''", $1)
        quoted = $4
        gsub(/'\''/, "'\'\''", quoted)
        line = "'\''" $1 "'\'', '\''" $2 "'\'', '\''" $3 "'\'', '\''" quoted "'\''"
        if ($3 == "records") key[$2] = $4
        if ($3 == "rejected")
            print "INSERT INTO want_key SELECT '\''" $2 "'\'', '\''" quoted "'\'', " key[$2] \
                " FROM " $5 ";"
        if ($3 == "passes")
            print "INSERT INTO passes SELECT '\''" $1 "'\'', '\''" $2 "'\'', " $4 " FROM " $5 ";"
        else if ($3 != "unread")
            print "INSERT INTO want SELECT " line ", count(*) FROM " $5 ";"
    }' "$cases/expected.tsv"
}

# carried NAME: the source's keys of what is in a target, of each entity that something passes in.
carried() {
    local entity table key
    while read -r entity table; do
        case $entity in
        micro_isolate) key=isolate_id ;;
        micro_sensitivity) key="isolate_id || '/' || seq" ;;
        *) key=src_id ;;
        esac
        if awk -F'\t' -v entity="$entity" '$2 == entity && $3 == "passes" { found = 1 }
            END { exit !found }' "$cases/expected.tsv"; then
            sql "$1" -F $'\t' -c "SELECT '$entity', $key FROM $table"
        fi
    done < <(entities "$1")
    sql "$1" -F $'\t' -c "SELECT 'person_merge', src_id || ' into ' || to_person_id
        FROM care.person_merge
        UNION ALL SELECT 'encounter', src_id || ' on paper' FROM care.encounter
        WHERE paper_backentered"
}

# microbiology NAME: what grew and what it is sensitive to, value by value, of a target.
microbiology() {
    sql "$1" -F $'\t' -c "SELECT 'micro_isolate', concat_ws('|', isolate_id, observation_id, seq,
            coalesce(organism_code, '~'), coalesce(organism, '~')) FROM care.micro_isolate
        UNION ALL SELECT 'micro_sensitivity', concat_ws('|', isolate_id, seq,
            coalesce(antibiotic_code, '~'), antibiotic, coalesce(result, '~'),
            coalesce(trim_scale(mic)::text, '~'), coalesce(mic_cmp, '~'), coalesce(unit, '~'))
        FROM care.micro_sensitivity"
}

# held NAME: complains of everything in a report that is not as the truth has it.
held() {
    carried "$1" >"$tmp/carried.tsv"
    microbiology "$1" >"$tmp/microbiology.tsv"
    {
        cat <<SQL
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE truth_rows (kind TEXT, "table" TEXT, key TEXT);
CREATE TEMP TABLE truth_kinds (kind, "table", "column", rate, planned, found, listed, disposition,
    reason, what);
CREATE TEMP TABLE truth_tables (system, "table", rows INTEGER, zero_row);
CREATE TEMP TABLE expected (kind, entity, what, name, counted);
CREATE TEMP TABLE carried (entity TEXT, src_id TEXT);
CREATE TEMP TABLE microbiology (entity TEXT, line TEXT);
$(sqlite3 -batch -noheader "$tmp/millennium.db" "SELECT 'CREATE TEMP TABLE written (' ||
    group_concat(name || ' TEXT') || ');' FROM pragma_table_info('CE_SUSCEPTIBILITY')")
CREATE TEMP TABLE want (kind TEXT, entity TEXT, what TEXT, name TEXT, rows INTEGER);
CREATE TEMP TABLE want_key (entity TEXT, name TEXT, key TEXT);
CREATE TEMP TABLE passes (kind TEXT, entity TEXT, src_id TEXT);
.mode ascii
.separator "\t" "\n"
.import --schema temp --skip 1 $tmp/truth/rows.tsv truth_rows
.import --schema temp --skip 1 $tmp/truth/kinds.tsv truth_kinds
.import --schema temp --skip 1 $tmp/truth/tables.tsv truth_tables
.import --schema temp --skip 1 $cases/expected.tsv expected
.import --schema temp $tmp/carried.tsv carried
.import --schema temp $tmp/microbiology.tsv microbiology
.import --schema temp $tmp/mariadb/CE_SUSCEPTIBILITY.tsv written
CREATE INDEX temp.truth_kind ON truth_rows (kind);
CREATE INDEX temp.carried_key ON carried (entity, src_id);
CREATE INDEX temp.written_key ON written (EVENT_ID, MICRO_SEQ_NBR, SUSCEP_SEQ_NBR);
SQL
        kind_views
        cat "$cases/views.sql"
        wanted
        found_as_said
        sed "s|@report@|$tmp/$1.json|g; s|@rejects@|$tmp/$1.rejects.json|g" "$cases/compare.sql"
    } | sqlite3 -batch -bail -noheader "file:$tmp/millennium.db?mode=ro" >"$tmp/unlike" \
        2>"$tmp/unlike.err" || { cat "$tmp/unlike.err"; fail "$1: the truth cannot be counted"; }
    while IFS= read -r line; do
        complain "$1: $line"
    done <"$tmp/unlike"
}

# found_as_said: statements that say of which kinds views have other numbers than the truth.
found_as_said() {
    awk -F'\t' -v tables=",$tables," '$6 != "" && index(tables, "," $2 ",") {
        printf "SELECT '\''%s: the truth found %d rows, here are '\'' || count(*) FROM %s " \
            "HAVING count(*) <> %d;\n", $1, $6, $1, $6 }' "$tmp/truth/kinds.tsv"
}

# alike NAME OTHER: the same counts, the same rejects for the same reasons, and the same rows.
alike() {
    local what
    same "counts of $1, and of $2" "$(report_counts "$tmp/$1.json")" \
        "$(report_counts "$tmp/$2.json")"
    for what in reasons without_numbers; do
        $what "$1" >"$tmp/one"
        $what "$2" >"$tmp/other"
        [ -s "$tmp/one" ] || complain "$what: nothing is compared"
        diff "$tmp/one" "$tmp/other" >"$tmp/unlike" ||
            complain "$what of $1, and of $2: $(head -n 20 "$tmp/unlike")"
    done
}

make "$seed"
sqlite=$(sqlite_source "$tmp/millennium.db")
migrate sqlite "$sqlite" foreign_keys
held sqlite
[ "$(sql sqlite -c "SELECT count(*) FROM novate.deferred WHERE kind = 'foreign_key'
    AND state = 'restored'")" -gt 40 ] || complain 'foreign keys were not deferred'

if [ -n "${NOVATE_TEST_MARIADB:-}" ]; then
    (cd "$tmp/mariadb" && maria --local-infile=1 <load.sql)
    migrate mariadb "$NOVATE_TEST_MARIADB"
    alike mariadb sqlite
else
    migrate keyed "$sqlite"
    alike keyed sqlite
fi

if [ -n "${NOVATE_TEST_LONG:-}" ] && [ -n "${NOVATE_TEST_MARIADB:-}" ]; then
    migrate keyed "$sqlite"
    held keyed
    alike keyed sqlite
    while read -r _ table _; do
        complain "$table has other rows of MariaDB than of SQLite"
    done < <(diff "$tmp/mariadb.fingerprints" "$tmp/keyed.fingerprints" | grep '^<')
fi

if [ -n "${NOVATE_TEST_LONG:-}" ]; then
    for more in 1 2 3 4 5; do
        make $((seed + more))
        migrate sqlite "$(sqlite_source "$tmp/millennium.db")"
        held sqlite
    done
fi
finish
