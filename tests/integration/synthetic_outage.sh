# synthetic_outage.sh — the outage of a hospital that does not exist, another one each time
# (NOVATE_SEED has it again; NOVATE_TEST_LONG=1: 21 more): Millennium, what the laboratory, the
# pharmacy and the picture archive did meanwhile, and what wards wrote on paper. Every count of
# every report is what the truth says, and so are the orphans, by system, day and ward, what is
# there twice, and who was found by which numbers. What must come out is computed from the raw
# files in SQL (synthetic_outage/), and never by novate. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver for SQLite'
: "${NOVATE_TEST_BUILD:?build folder}"
generator=$NOVATE_TEST_BUILD/tests/synthetic_trust
cases=$source_root/tests/integration/synthetic_outage

# The mappings as a trust has them once its maps are approved.
prepare_mappings() {
    local millennium=$tmp/mappings/millennium kept
    cp -r "$source_root/mappings" "$tmp"
    kept='organisation location practitioner person person_merged person_identifier encounter'
    kept+=' ward_stay service_request service_request_detail'
    {
        sed '/^mappings:/,$d' "$millennium/plan.yaml"
        echo 'mappings:'
        # shellcheck disable=SC2086
        printf '  - %s.yaml\n' $kept
    } >"$millennium/outage.yaml"
    sed -i '2,$s/,,$/,head of pathology,2008-05-01/' "$tmp/mappings/winpath/codes/tfc.csv"
    {
        echo 'lnkdid,name,strength_unit,dmd_code,dmd_level,approved_by,approved_on'
        printf '%s,,%s,39720311000001101,VMP,chief pharmacist,2008-05-01\n' D1203 mg D0007 g \
            D0410 g D0733 mg D0912 microgram D1144 mg D1310 unit D1502 ml D1777 microgram
    } >"$tmp/mappings/jac/codes/drug.csv"
    sed -i 's/^limits:.*/limits: {rejects: 50%}/' "$tmp"/mappings/{winpath,jac,pacs}/plan.yaml \
        "$tmp/mappings/downtime/reconcile.yaml"
}

# import NAME FILE [ENCODING]: a CSV file with a header becomes a table of texts in the schema raw.
import() {
    local columns
    columns=$(head -1 "$2" | sed 's/^\xef\xbb\xbf//; s/\r$//; s/"//g; s/[^,]*/"\L&" text/g')
    sql target -c "CREATE TABLE raw.$1 ($columns)" -c "SET client_encoding = '${3:-UTF8}'" \
        -c "\\copy raw.$1 FROM '$2' (FORMAT csv, HEADER, NULL 'NULL')"
}

# Millennium's columns that are asked for, by table.
import_millennium() {
    local table columns
    while read -r table columns; do
        sqlite3 -batch -csv -header "$work/millennium.db" "SELECT $columns" >"$tmp/import.csv"
        import "$table" "$tmp/import.csv"
    done <<'SQL'
person PERSON_ID, ABS_BIRTH_DT_TM, PERSON_TYPE_CD FROM PERSON
person_alias PERSON_ALIAS_ID, PERSON_ID, PERSON_ALIAS_TYPE_CD, ALIAS FROM PERSON_ALIAS
person_combine * FROM PERSON_COMBINE
encounter ENCNTR_ID, ARRIVE_DT_TM, DISCH_DT_TM, ENCNTR_STATUS_CD, ACTIVE_IND FROM ENCOUNTER
orders ORDER_ID, ORIG_ORDER_DT_TM FROM ORDERS
order_detail ORDER_ID, OE_FIELD_DISPLAY_VALUE FROM ORDER_DETAIL WHERE OE_FIELD_MEANING = 'ACCESSION'
code_value CODE_VALUE, CODE_SET, CDF_MEANING, DISPLAY, DESCRIPTION FROM CODE_VALUE
SQL
}

# Raw tables beside the platform, for SQL to ask.
import_all() {
    local file name encoding
    sql target -c 'CREATE SCHEMA raw'
    import_millennium
    for file in "$work"/{winpath,jac,pacs,paper}/*.csv; do
        name=$(basename "$(dirname "$file")")
        case $name in
        winpath | jac) encoding=WIN1252 ;;
        *) encoding=UTF8 ;;
        esac
        import "${name}_$(basename "$file" .csv)" "$file" "$encoding"
    done
    import codes_tfc "$tmp/mappings/winpath/codes/tfc.csv"
    for file in rows outage; do
        sed 's/"/""/g; s/[^\t]*/"&"/g; s/\t/,/g' "$work/truth/$file.tsv" >"$tmp/import.csv"
        import "truth_$file" "$tmp/import.csv"
    done
}

# migrate PLAN OPTION…
migrate() {
    expect 0 run "$tmp/mappings/$1.yaml" --work "$tmp/work-${1//\//-}" \
        --set "platform=$(conninfo target)" --report "$tmp/report.json" "${@:2}"
}

# run PLAN OPTION…: and every row is found again.
run() {
    migrate "$@"
    same "verdict of $1" "$(json "$tmp/report.json" '$.verdict')" verified
}

# reported PATTERN: what a report says of entities, a line for each count.
reported() {
    report_counts "$tmp/report.json" | awk -v pattern="$1" '
        /^[a-z]/ {
            entity = substr($1, 1, length($1) - 1)
            shown = entity ~ pattern
            if (shown) print entity "|loaded|" $4
            next
        }
        shown {
            n = $NF
            sub(/^  /, "")
            sub(/: [0-9]+$/, "")
            print entity "|" $0 "|" n
        }' | sort
}

# reports WHAT PATTERN: the report says of entities what the raw files say.
reports() {
    sql target -c "SELECT entity, what, sum(n) FROM raw.line WHERE entity ~ '$2'
        GROUP BY 1, 2 HAVING sum(n) > 0" | sort >"$tmp/wanted"
    reported "$2" | diff "$tmp/wanted" - || complain "$1: wanted (<), got (>); seed $seed"
}

# all_orphans WHAT QUERY: orphans.sql lists what it must, and no more; the query counts it by day
# and ward.
all_orphans() {
    sql target -F $'\t' -f "$source_root/mappings/downtime/orphans.sql" >"$tmp/orphans"
    part 'Orphans' 4 | sort >"$tmp/found"
    sql target -c 'SELECT src_id FROM raw.orphan' | sort | diff - "$tmp/found" ||
        complain "$1: not these orphans; seed $seed"
    part 'Orphans by system, day and ward' 1,2,3,4 | sort >"$tmp/found"
    sql target -c "SET TimeZone = 'Europe/London'" -c "SELECT system, day, coalesce(c.description,
        place), sum(n) FROM ($2) o LEFT JOIN raw.code_value c ON c.display = place
        AND c.code_set = '220' GROUP BY 1, 2, 3" | sort | diff - "$tmp/found" ||
        complain "$1: other orphans by day and ward; seed $seed"
    part 'In several encounters' 1 | sort >"$tmp/found"
    sql target -c "SELECT 'JAC/ISSUE/' || dailyissues FROM raw.issue
        WHERE raw.spells(person, at) > 1 AND at >= '2008-06-05 09:00+01'
        AND at < '2008-06-09 12:00+01'" | sort | diff - "$tmp/found" ||
        complain "$1: others in several encounters; seed $seed"
    part 'There twice' 1,3,4 | awk -F'|' 'NF == 3 { print $1 "|" $3 }' | sort >"$tmp/found"
    sql target -c 'SELECT kind, other FROM raw.twice' | sort | diff - "$tmp/found" ||
        complain "$1: others are there twice; seed $seed"
}

# none FILE: the queries of the file find nothing that is wrong.
none() {
    same "$1" "$(sql target -f "$cases/$1.sql")" ''
}

# part TITLE COLUMNS: of what orphans.sql says, some columns of one part.
part() {
    awk -v title="$1" '/^[IOT][a-z ,]*$/ { shown = $0 == title; next } shown' "$tmp/orphans" |
        cut -f "$2" | tr '\t' '|'
}

outage() {
    local system
    seed=$1
    echo "seed $seed"
    work=$tmp/hospital
    rm -rf "$work" "$tmp"/work-*
    mkdir "$work"
    "$generator" --seed "$seed" --profile tiny --sqlite "$work/millennium.db" --winpath \
        "$work/winpath" --jac "$work/jac" --pacs "$work/pacs" --downtime "$work/paper" \
        --truth "$work/truth"
    database target
    sql target -1 -f "$tmp/mappings/platform/schema.sql"
    migrate millennium/outage --no-verify --set "as_of=TIMESTAMP '2008-07-01'" \
        --set "millennium=$(sqlite_source "$work/millennium.db")" --set rejects=100%
    import_all
    none millennium
    sql target -f "$cases/ladder.sql"
    sql target -f "$cases/suppliers.sql"
    for system in winpath jac pacs; do
        run "$system/plan" --set "$system=$work/$system"
        reports "$system" "^$system"
    done
    none links
    none homecare
    all_orphans 'without paper' "SELECT CASE left(\"table\", 1) WHEN 'W' THEN 'WinPath' WHEN 'J'
        THEN 'JAC' ELSE 'PACS' END AS system, day::date, ward AS place, rows::bigint AS n
        FROM raw.truth_outage WHERE kind IN ('D82', 'O09', 'O11', 'O12')
        UNION ALL SELECT system, at::date, place, 1 FROM raw.orphan WHERE NOT known_of"
    sql target -f "$cases/paper.sql"
    run downtime/reconcile --set "winpath=$work/winpath" --set "jac=$work/jac" \
        --set "pacs=$work/pacs" --set "forms=$work/paper"
    reports 'paper forms' '^downtime'
    none links
    none homecare
    all_orphans 'with paper' 'SELECT system, at::date AS day, place, 1 AS n FROM raw.orphan'
    same 'once more, nothing was added' "$(sql target -c 'SELECT (SELECT count(*)
        FROM care.specimen), (SELECT count(*) FROM care.medication_supply), (SELECT count(*)
        FROM care.imaging_study)')" "$(sql target -c 'SELECT (SELECT count(*) FROM raw.sample),
        (SELECT count(*) FROM raw.issue) + (SELECT count(*) FROM raw.homecare_item
        WHERE until IS NOT NULL), (SELECT count(*) FROM raw.study WHERE NOT malformed
        AND NOT repeated)')"
}

prepare_mappings
outage "${NOVATE_SEED:-$((RANDOM * 32768 + RANDOM))}"
if [ -n "${NOVATE_TEST_LONG:-}" ]; then
    outage 2008
    for ((more = 0; more < 20; more++)); do
        outage $((RANDOM * 32768 + RANDOM))
    done
fi
finish
