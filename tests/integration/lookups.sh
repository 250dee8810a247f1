# lookups.sh — lookups from tables and queries of every kind of source, from files and from the
# target give what PostgreSQL's joins give; with periods, in memory and on disk.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_MARIADB:-}" ] || skip 'no MariaDB'
[ -n "${NOVATE_TEST_ODBC_PG:-}" ] || skip 'no ODBC driver for PostgreSQL'

# Sexes by a code set, beside another one; wards by two columns, with separators in them; names that
# hold for a time; merged persons, in chains of one to five, one that stands for itself.
tables() {
    cat <<SQL
CREATE TABLE PERSON (PERSON_ID int NOT NULL PRIMARY KEY, SEX_CD int, SITE varchar(10),
    WARD varchar(10), GP varchar(10), SEEN $1);
CREATE TABLE CODE_VALUE (CODE_VALUE int NOT NULL PRIMARY KEY, CODE_SET int, DISPLAY varchar(20),
    MEANING varchar(20));
CREATE TABLE WARDS (SITE varchar(10), WARD varchar(10), ID int, NAME varchar(20));
CREATE TABLE VERSIONS (WARD varchar(10), NAME varchar(20), BEGINS $1, ENDS $1);
CREATE TABLE MERGES (FROM_ID int NOT NULL PRIMARY KEY, TO_ID int);
INSERT INTO CODE_VALUE VALUES (362, 57, 'Female', 'F'), (363, 57, 'Male', NULL),
    (364, 57, '', 'X'), (400, 58, 'Widowed', 'W');
INSERT INTO WARDS VALUES ('1,2', '3', 10, 'comma'), ('1', '2,3', 11, 'other comma'),
    ('1|2', '3', 12, 'bar'), ('1', '2|3', 13, NULL), ('', '123', 14, 'empty'),
    ('1', '2|3', 13, NULL);
INSERT INTO VERSIONS VALUES ('3', 'old', NULL, '2008-06-01 00:00:00'),
    ('3', 'new', '2008-06-01 00:00:00', '2008-09-01 12:00:00'),
    ('3', 'last', '2008-10-01 00:00:00', NULL), ('2,3', 'always', NULL, NULL),
    ('2,3', 'always', NULL, NULL), ('2|3', NULL, '2008-01-01 00:00:00', NULL);
INSERT INTO MERGES VALUES (1, 2), (2, 3), (3, 4), (4, 5), (5, 500), (7, 8), (9, 9), (10, 9);
SQL
}
persons() {
    awk 'BEGIN {
        n = split("1,2;3 1;2,3 1|2;3 1;2|3 ;123 none;3", pair, " ")
        print "INSERT INTO PERSON VALUES"
        for (i = 1; i <= 600; i++) {
            split(pair[i % n + 1], at, ";")
            printf "%s(%d, %s, '\''%s'\'', '\''%s'\'', '\''G%d'\'', %s)\n", i == 1 ? "" : ",", i,
                i % 50 == 0 ? "NULL" : 362 + i % 3, at[1], at[2], i % 4,
                i % 30 == 0 ? "NULL" :
                sprintf("'\''2008-%02d-%02d %02d:00:00'\''", 1 + i % 12, 1 + i % 28, i % 24)
        }
        print ";"
    }'
}
practices() {
    sql "$1" <<'SQL'
CREATE SCHEMA ref;
CREATE TABLE ref.practice (ods_code text, practice_id bigint, active boolean);
INSERT INTO ref.practice VALUES ('G0', 70, true), ('G1', 71, true), ('G1', 99, false),
    ('G2', 72, true), ('G3', 73, false);
SQL
}
target() {
    database target
    practices target
    sql target -c 'CREATE SCHEMA care' -c 'CREATE TABLE care.patient (patient_id bigint PRIMARY KEY,
        sex text, meaning text, again text, ward_id bigint, ward_name text, name_then text,
        practice bigint, survivor bigint)'
}

database codes_source
{ tables timestamp; persons; } | sql codes_source
practices codes_source
{ tables 'datetime(6)'; persons; } | maria
{ tables timestamp; persons; } | sqlite3 -batch -bail "$tmp/source.db"

# What the joins of PostgreSQL make of it.
sql codes_source -c "CREATE TABLE wanted AS
    WITH RECURSIVE chain(from_id, to_id, depth) AS (
        SELECT from_id, to_id, 1 FROM merges
        UNION ALL SELECT c.from_id, m.to_id, depth + 1 FROM chain c JOIN merges m
            ON m.from_id = c.to_id AND m.to_id <> c.to_id)
    SELECT person_id AS patient_id, s.display AS sex, s.meaning,
        s.display AS again, w.id::bigint AS ward_id, w.name AS ward_name,
        CASE WHEN seen IS NULL THEN NULL WHEN v.ward IS NULL THEN 'none' ELSE v.name
            END AS name_then,
        p.practice_id AS practice,
        coalesce((SELECT to_id FROM chain c WHERE c.from_id = person_id
            ORDER BY depth DESC LIMIT 1), person_id) AS survivor
    FROM person
    LEFT JOIN code_value s ON s.code_value = sex_cd AND s.code_set = 57
    LEFT JOIN (SELECT DISTINCT * FROM wards) w ON w.site = person.site AND w.ward = person.ward
    LEFT JOIN (SELECT DISTINCT * FROM versions) v ON v.ward = person.ward
        AND (begins IS NULL OR begins <= seen) AND (ends IS NULL OR seen < ends)
    LEFT JOIN ref.practice p ON p.ods_code = gp AND active"
wanted=$(fingerprint codes_source 'SELECT * FROM wanted')
same 'rows of the reference' "${wanted%%:*}" 600
same 'names of all kinds' "$(sql codes_source -c "SELECT count(DISTINCT name_then) FROM wanted")" 5

# plan FOLDER SOURCE STORE FROM...: how the lookups of a mapping reach what they need.
plan() {
    local folder=$1 source=$2 store=$3
    mkdir -p "$folder"
    cat >"$folder/plan.yaml" <<YAML
novate: 1
migration: lookups
source: {$source}
target: {postgres: "$(conninfo target)"}
mappings: [patient.yaml]
YAML
    cat >"$folder/patient.yaml" <<YAML
entity: patient
source: {$4, key: [PERSON_ID]}
target: {table: care.patient, key: [patient_id]}
lookups:
  sex:      {$5, from: CODE_VALUE, to: [DISPLAY, MEANING], missing: null, store: $store}
  again:    {$6, from: CODE_VALUE, to: DISPLAY, missing: null, store: $store}
  ward:     {$7, from: [SITE, WARD], to: [ID, NAME], missing: null, store: $store}
  version:  {$8, from: WARD, to: NAME, valid_at: [BEGINS, ENDS], missing: {default: none},
             store: $store}
  practice: {target: ref.practice, where: active, from: ods_code, to: practice_id, missing: null,
             store: $store}
  merged:   {$9, from: FROM_ID, to: TO_ID, chase: true, missing: keep, store: $store}
columns:
  patient_id: PERSON_ID
  sex:        lookup('sex', SEX_CD)
  meaning:    lookup('sex', SEX_CD, 'MEANING')
  again:      lookup('again', SEX_CD)
  ward_id:    lookup('ward', SITE, WARD)
  ward_name:  lookup('ward', SITE, WARD, 'name')
  name_then:  lookup('version', WARD, valid_at(SEEN))
  practice:   lookup('practice', GP)
  survivor:   lookup('merged', PERSON_ID)
YAML
}
database_plan() {
    plan "$1" "odbc: \"$2\"" "$3" 'table: PERSON' 'table: CODE_VALUE, where: "CODE_SET = 57"' \
        'query: "SELECT DISPLAY, CODE_VALUE, MEANING FROM CODE_VALUE WHERE CODE_SET = 57"' \
        'table: WARDS' 'table: VERSIONS' 'table: MERGES'
}
compare() {
    same "rows from $1" "$(fingerprint target 'SELECT * FROM care.patient')" "$wanted"
    same "verdict from $1" "$(json "$tmp/report.json" '$.verdict')" verified
}

declare -A odbc=(
    [sqlite]=$(sqlite_source "$tmp/source.db")
    [mariadb]=$NOVATE_TEST_MARIADB
    [postgres]=${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name codes_source)
)
mkdir "$tmp/scratch"
export TMPDIR=$tmp/scratch
for store in memory disk; do
    for name in sqlite mariadb postgres; do
        target
        database_plan "$tmp/$name-$store" "${odbc[$name]}" "$store"
        expect 0 check "$tmp/$name-$store/plan.yaml"
        place=$([ "$store" = disk ] && echo 'on disk' || echo 'in memory')
        grep -qE "^  lookup version: 5 entries, .* $place$" "$tmp/out" || {
            grep lookup "$tmp/out"
            complain "check of $name does not say what \"version\" holds ($store)"
        }
        [ ! -e "$tmp/$name-$store/.novate" ] || complain 'check made a work directory'
        expect 0 run "$tmp/$name-$store/plan.yaml" --dry-run
        [ ! -e "$tmp/$name-$store/.novate" ] || complain 'a dry run made a work directory'
        expect 0 run "$tmp/$name-$store/plan.yaml" --report "$tmp/report.json" --chunk-rows 100
        compare "$name ($store)"
        same 'files that lookups left' "$(find "$TMPDIR" "$tmp/$name-$store" -name '*lookup*')" ''
    done
    target
    folder=$tmp/csv-$store
    plan "$folder" 'csv: files' "$store" \
        'file: person.csv, columns: {person_id: integer, sex_cd: integer, seen: timestamp}' \
        'file: sex.csv' 'file: sex.csv' 'file: wards.csv, columns: {id: bigint}' \
        'file: versions.csv, columns: {begins: timestamp, ends: timestamp}' \
        'file: merges.csv, columns: {to_id: integer}'
    mkdir "$folder/files"
    while IFS=: read -r file query; do
        sql codes_source -c "COPY ($query) TO STDOUT (FORMAT csv, HEADER)" >"$folder/$file.csv"
    done <<'QUERIES'
files/person:SELECT * FROM person
sex:SELECT * FROM code_value WHERE code_set = 57
wards:SELECT * FROM wards
versions:SELECT * FROM versions
merges:SELECT * FROM merges
QUERIES
    expect 0 run "$folder/plan.yaml" --report "$tmp/report.json"
    compare "files ($store)"
done

# Where entries are kept may change while a migration is under way; what they are may not.
sed -i 's/store: disk/store: memory/' "$folder/patient.yaml"
expect 0 run "$folder/plan.yaml"
sed -i 's/missing: keep/missing: null/' "$folder/patient.yaml"
expect 3 run "$folder/plan.yaml"

# Versions that contradict each other: lines, and no keys.
printf 'ward,name,begins,ends\nSecretward,a,,2008-06-02\nb,b,,\nSecretward,c,2008-06-01,\n' \
    >"$folder/versions.csv"
expect 2 check "$folder/plan.yaml"
grep -qE 'lookup "version" has overlapping periods of .* in lines 2 and 4$' "$tmp/err" ||
    complain 'an overlap is not said'
! grep -q Secretward "$tmp/out" "$tmp/err" || complain 'an overlap shows a key'
sed -i 's/begins: timestamp, ends: timestamp/begins: timestamp/' "$folder/patient.yaml"
expect 2 check "$folder/plan.yaml"
grep -q 'column "ENDS" under valid_at: must be a date' "$tmp/err" || complain 'text is no period'
finish
