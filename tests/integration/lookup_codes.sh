# lookup_codes.sh — check says which codes of the source have no entry in their lookups, with how
# often, and neither waits nor reads much to know it; a lookup that memory has no room for says so.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
mkdir "$tmp/scratch"
export TMPDIR=$tmp/scratch

# Codes that occur and have no entry, with how often; what is rare is not shown, what filters leave
# out not counted, and a record that a column rejects is.
database target
sql target -c 'CREATE TABLE public.person (person_id bigint PRIMARY KEY, sex text, meaning text,
    site text NOT NULL, gp text, age int)'
sqlite3 -batch -bail "$tmp/codes.db" <<'SQL'
CREATE TABLE PERSON (PERSON_ID int NOT NULL PRIMARY KEY, SEX_CD int, SITE varchar(10),
    GP varchar(20), ACTIVE_IND int);
CREATE TABLE SEX (CODE int, NAME varchar(10), MEANING varchar(10));
INSERT INTO SEX VALUES (1, 'male', 'M'), (2, 'female', 'F');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
INSERT INTO PERSON SELECT i, CASE WHEN i <= 1000 THEN 362 WHEN i <= 1200 THEN 363
    WHEN i <= 1204 THEN 360 + i WHEN i <= 1230 THEN 9999 WHEN i <= 1300 THEN NULL
    ELSE 1 + i % 2 END, CASE WHEN i % 100 = 0 THEN 'far' ELSE 'near' END,
    CASE WHEN i % 500 = 0 THEN 'Secretgp' || i ELSE 'G1' END,
    CASE WHEN i BETWEEN 1205 AND 1230 THEN 0 ELSE 1 END FROM n;
SQL
mkdir "$tmp/codes"
printf 'site,code\nnear,N\n' >"$tmp/codes/site.csv"
printf 'gp,name\nG1,one\n' >"$tmp/codes/gp.csv"
cat >"$tmp/codes/plan.yaml" <<YAML
novate: 1
migration: codes
source: {odbc: "$(sqlite_source "$tmp/codes.db")"}
target: {postgres: "$(conninfo target)"}
mappings: [person.yaml]
YAML
cat >"$tmp/codes/person.yaml" <<'YAML'
entity: person
source: {table: PERSON, key: [PERSON_ID]}
target: {table: person, key: [person_id]}
lookups:
  sex:  {table: SEX, from: CODE, to: [NAME, MEANING]}
  site: {file: site.csv, from: site, to: code, missing: {default: X}}
  gp:   {file: gp.csv, from: gp, to: name, missing: keep, store: disk}
filters:
  inactive: ACTIVE_IND = 1
columns:
  person_id: PERSON_ID
  sex:       lookup('sex', SEX_CD)
  meaning:   lookup('sex', SEX_CD, 'meaning')
  site:      lookup('site', SITE)
  gp:        lookup('gp', GP)
  age:       1 / (PERSON_ID - 7)
YAML
check_says() {
    tr '\n' '~' <"$tmp/$1" | grep -qF -- "$2" || {
        complain "check does not say: $2"
        cat "$tmp/$1"
    }
}
sums() {
    find "$tmp/codes" "$tmp/codes.db" -type f -exec sha256sum {} +
}
before=$(sums)
expect 0 check "$tmp/codes/plan.yaml"
sexes="lookup \"sex\" has no entry for 6 codes in 1204 records: '362' 1000, '363' 200, and 4 more"
check_says err "person.yaml:5:3: warning: $sexes~"
check_says out "  lookup sex: 2 entries, "
check_says out ", in memory~  lookup site: 1 entry, "
check_says out "  lookup gp: 1 entry, "
check_says out ", on disk~  codes: 3,000 records read~"
check_says out "  lookup site: 1 code in 30 records without an entry become the default: 'far' 30~"
check_says out '  lookup gp: 6 codes in 6 records without an entry are kept: fewer than 5 records '
check_says out 'records each, so not shown~'
! grep -q 'Secretgp\|9999\|1561' "$tmp/out" "$tmp/err" || complain 'a rare code is shown'
same 'files after check' "$(sums)" "$before"
same 'what check left among temporary files' "$(ls -A "$TMPDIR")" ''
# The run rejects just these.
expect 6 run "$tmp/codes/plan.yaml" --dry-run --report "$tmp/report.json"
same 'rejects of the run' "$(entity_field "$tmp/report.json" person rejected)" 1204

# A record that gives two rows is one record.
cp -r "$tmp/codes" "$tmp/emit"
cat >>"$tmp/emit/person.yaml" <<'YAML'
emit:
  - {name: first, columns: {site: "lookup('site', SITE)"}}
  - name: second
    when: lookup('sex', SEX_CD) IS NULL
    columns: {site: "lookup('sex', SEX_CD) || lookup('site', SITE)", person_id: -PERSON_ID}
YAML
sed -i '/^  site: *lookup/d; /^  age:/d' "$tmp/emit/person.yaml"
expect 0 check "$tmp/emit/plan.yaml"
check_says err "warning: $sexes~"
check_says out '  codes: 3,000 records read~'
check_says out "  lookup site: 1 code in 30 records without an entry become the default: 'far' 30~"

# Where one row is made of several records, those count that stand for others (here of persons with
# the same code and practice the last one), and each for what it is grouped by.
cp -r "$tmp/codes" "$tmp/dedupe"
cat >>"$tmp/dedupe/person.yaml" <<'YAML'
dedupe:
  by: [SEX_CD, "lookup('gp', GP)"]
  keep: latest(PERSON_ID)
YAML
before=$(sums)
expect 0 check "$tmp/dedupe/plan.yaml"
check_says out '  codes: 3,000 records read~'
check_says err 'lookup "sex" has no entry for 6 codes in 8 records: fewer than 5 records each'
check_says out '  lookup gp: 6 codes in 6 records without an entry are kept: '
same 'files after check' "$(sums)" "$before"
same 'what check left among temporary files' "$(ls -A "$TMPDIR")" ''
expect 6 run "$tmp/dedupe/plan.yaml" --dry-run --report "$tmp/report.json"
same 'rejects of the run' "$(entity_field "$tmp/report.json" person rejected)" 8

# Of a pivot every record counts for its value, be it in a row that another one stands for.
cp -r "$tmp/codes" "$tmp/pivot"
cat >"$tmp/pivot/person.yaml" <<'YAML'
entity: person
source: {table: PERSON, key: [PERSON_ID]}
target: {table: person, key: [person_id]}
lookups:
  sex:  {table: SEX, from: CODE, to: NAME, missing: "null"}
  site: {file: site.csv, from: site, to: code, missing: keep}
pivot:
  by: [PERSON_ID / 1000]
  keep: latest(PERSON_ID)
  name: SITE
  value: lookup('sex', SEX_CD)
  columns: {SEX_NEAR: near, SEX_FAR: far}
columns:
  person_id: PERSON_ID / 1000
  sex:       SEX_NEAR
  meaning:   SEX_FAR
  site:      lookup('site', SITE)
YAML
expect 0 check "$tmp/pivot/plan.yaml"
check_says out "  lookup sex: 7 codes in 1230 records without an entry become NULL: '362' 1000, "
check_says out ", '9999' 26, "
check_says out '  lookup site: 1 code in 1 record without an entry are kept: '

# Keys that are numbers of records are never shown, however often they occur.
cp -r "$tmp/codes" "$tmp/numbers"
cat >"$tmp/numbers/person.yaml" <<'YAML'
entity: person
source: {table: PERSON, key: [PERSON_ID]}
target: {table: person, key: [person_id]}
lookups:
  there: {table: SEX, from: CODE, to: code, missing: "null"}
  last:  {table: SEX, from: CODE, to: NAME, missing: keep, chase: true}
columns:
  person_id: PERSON_ID
  sex:       lookup('last', SEX_CD)
  site:      coalesce(lookup('there', SEX_CD)::text, '-')
YAML
expect 0 check "$tmp/numbers/plan.yaml"
check_says out "  lookup there: 7 codes in 1230 records without an entry become NULL: numbers of "
check_says out "  lookup last: 7 codes in 1230 records without an entry are kept: numbers of "
! grep -q "'362'\|'9999'" "$tmp/out" "$tmp/err" || complain 'a number of a record is shown'

# Nothing is counted outside the window, nor, unless it is asked for, where there are many records.
now=$(date -u +%-H)
window=$(printf '%02d:00-%02d:59' $(((now + 2) % 24)) $(((now + 3) % 24)))
cp -r "$tmp/codes" "$tmp/closed"
sed -i "s|^source: {|&timezone: UTC, window: \"$window\", |" "$tmp/closed/plan.yaml"
expect 0 check "$tmp/closed/plan.yaml"
check_says out '  lookup sex: not read, since the window is closed~  lookup site: 1 entry, '
check_says out '  codes: not counted, since the window is closed~'
! grep -q 'has no entry' "$tmp/err" || complain 'codes are said outside the window'

sqlite3 -batch -bail "$tmp/codes.db" <<'SQL'
WITH RECURSIVE n(i) AS (SELECT 3001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000100)
INSERT INTO PERSON SELECT i, 2, 'near', 'G1', 1 FROM n;
CREATE TABLE EMPTY (PERSON_ID int NOT NULL PRIMARY KEY, SEX_CD int, SITE varchar(10),
    GP varchar(20), ACTIVE_IND int);
SQL
expect 0 check "$tmp/codes/plan.yaml"
grep -qE '^  codes: not counted: about 1,000,1[0-9]{2} rows; --codes counts them$' "$tmp/out" ||
    complain 'many records are not said'
! grep -q 'has no entry' "$tmp/err" || complain 'codes of many records are said'
expect 0 check "$tmp/codes/plan.yaml" --codes
check_says out '  codes: 1,000,100 records read~'
check_says err "$sexes~"
sed 's/table: PERSON,/table: EMPTY,/' "$tmp/codes/person.yaml" >"$tmp/closed/person.yaml"
sed -i "s|, window: \"$window\"||" "$tmp/closed/plan.yaml"
expect 0 check "$tmp/closed/plan.yaml"
check_says out '  codes: 0 records read, every code has an entry~'

# A lookup that memory_mb is too small for says so, and fits on disk; a folder that takes nothing is
# an error.
sed -i 's|site: {file.*|site: {table: PERSON, from: PERSON_ID, to: SITE}|; s|SITE)|PERSON_ID)|' \
    "$tmp/codes/person.yaml"
echo 'limits: {memory_mb: 32}' >>"$tmp/codes/plan.yaml"
expect 12 check "$tmp/codes/plan.yaml"
grep -qE 'out of memory: lookup "site" has [0-9]{6} entries so far$' "$tmp/err" ||
    complain 'how far a lookup came is not said'
check_says err 'hint: Write "store: disk" under the lookup, or raise "memory_mb"'
sed -i 's|to: SITE}|to: SITE, store: disk}|' "$tmp/codes/person.yaml"
expect 0 check "$tmp/codes/plan.yaml"
check_says out '  lookup site: 1,000,100 entries, '
TMPDIR=/nowhere expect 3 check "$tmp/codes/plan.yaml"
check_says err 'could not make a file in folder "/nowhere"'
finish
