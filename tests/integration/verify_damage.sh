# verify_damage.sh — verification catches what it is for: each kind of damage, one at a time, in the
# target, the mapping, the segments and the ledgers is found and named, and what is whole is never
# accused.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
unset NOVATE_KEY_FILE

rows=600
mkdir -p "$tmp/plan/csv" "$tmp/plan/codes"
printf 'code,name\n1,male\n2,female\n9,not known\n' >"$tmp/plan/codes/sex.csv"
awk -v rows=$rows 'BEGIN {
    print "id,trust,name,note,born,seen,dose,ratio,sex,alive,document,tags,scan"
    for (i = 1; i <= rows; i++)
        printf "%d,%s,%s,\"%s\",%04d-%02d-%02d,%04d-03-%02d 01:%02d:00.%06d,%d.%03d,%.17g,%d," \
            "%s,\"{\"\"k\"\": %d}\",\"{a,b%d}\",\\x%08x\n", i, (i % 2 ? "RA1" : "RB2"),
            (i % 3 ? "Zoë O’Brien" : "van der Berg " i), (i % 7 ? "seen; ""ok""" : ""),
            1920 + i % 90, i % 12 + 1, i % 28 + 1, 2000 + i % 20, i % 28 + 1, i % 60,
            i * 7919 % 1000000, i % 50, i % 1000, i / 7, (i % 5 == 0 ? 9 : i % 2 + 1),
            (i % 4 ? "true" : "false"), i, i % 10, i * 2654435 }' >"$tmp/plan/csv/patient.csv"
printf '5000,RA1,x,y,2001-01-01,2001-01-01 00:00:00,1,1,7,true,{},{},\\x00\n' \
    >>"$tmp/plan/csv/patient.csv" # a sex that no code has: rejected
printf '5001,RA1,refused,y,2001-01-01,2001-01-01 00:00:00,1,1,1,true,{},{},\\x00\n' \
    >>"$tmp/plan/csv/patient.csv" # the target refuses it
awk 'BEGIN { print "ward,event"; for (i = 1; i <= 200; i++) print "W" i % 9 "," "e" i % 40 }' \
    >"$tmp/plan/csv/log.csv"

database target
sql target <<'SQL'
CREATE SCHEMA care;
CREATE TYPE care.sex AS ENUM ('male', 'female', 'not known');
CREATE TABLE care.patient (
    id bigint PRIMARY KEY, trust char(5) NOT NULL, name text NOT NULL CHECK (name <> 'refused'),
    note text, born date, seen timestamp, dose numeric(8,3), ratio double precision, sex care.sex,
    alive boolean, document jsonb, tags text[], scan bytea,
    loaded_at timestamptz DEFAULT now());
CREATE TABLE care.log (ward text, event text);
SQL
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: damage
source: {csv: csv}
target: {postgres: "$(conninfo target)"}
mappings: [patient.yaml, log.yaml]
limits: {rejects: 10}
YAML
cat >"$tmp/plan/patient.yaml" <<'YAML'
entity: patient
source:
  file: patient.csv
  key: [id]
  columns: {id: bigint, born: date, seen: timestamp, dose: "numeric(8,3)", ratio: float8,
            alive: boolean, scan: bytea}
target: {table: care.patient, key: [id]}
lookups:
  sex: {file: codes/sex.csv, from: code, to: name, missing: reject}
filters:
  not_null_dose: dose IS NOT NULL
columns:
  id: id
  trust: trust
  name: name
  note: note
  born: born
  seen: seen
  dose: dose
  ratio: ratio
  sex: lookup('sex', sex)
  alive: alive
  document: document
  tags: tags
  scan: scan
YAML
cat >"$tmp/plan/log.yaml" <<'YAML'
entity: log
source: {file: log.csv}
target: {table: care.log}
copy: "*"
YAML
plan=$tmp/plan/plan.yaml
report=$tmp/report.json
kinds=0

expect 0 run "$plan" --report "$report"
same 'rejected' "$(entity_field "$report" patient rejected)" 2
sql target -c 'CREATE SCHEMA keep' -c 'CREATE TABLE keep.patient AS SELECT * FROM care.patient' \
    -c 'CREATE TABLE keep.log AS SELECT * FROM care.log'
cp -a "$tmp/plan" "$tmp/whole"

# What the last report says of an entity's differences: KEY KIND COLUMNS; …
differences() {
    sqlite3 :memory: "SELECT coalesce(group_concat(line, '; '), '') FROM (SELECT
        CASE json_type(d.value, '\$.key') WHEN 'array' THEN json_extract(d.value, '\$.key[0]')
             ELSE 'row' END || ' ' || json_extract(d.value, '\$.kind') ||
        coalesce(' ' || (SELECT group_concat(value) FROM json_each(d.value, '\$.columns')), '')
        AS line FROM json_each(readfile('$report'), '\$.entities') e,
            json_each(e.value, '\$.differences') d
        WHERE json_extract(e.value, '\$.entity') = '$1' ORDER BY 1)"
}
whole() {
    local status=0
    novate verify "$plan" --report "$report" --show-keys --jobs $((kinds % 3)) || status=$?
    same "$1: exit" "$status" 0
    same "$1: is accused" "$(differences patient)$(differences log)" ''
}
# target KIND ENTITY WANTED STATEMENTS: the differences that verify must name, and no others.
target() {
    local status=0
    kinds=$((kinds + 1))
    sql target -c "$4" >/dev/null
    novate verify "$plan" --report "$report" --show-keys --jobs $((kinds % 3)) || status=$?
    same "$1: exit" "$status" 7
    same "$1: named" "$(differences "$2")" "$3"
    sql target -c 'BEGIN; TRUNCATE care.patient, care.log;
        INSERT INTO care.patient SELECT * FROM keep.patient;
        INSERT INTO care.log SELECT * FROM keep.log; COMMIT'
}
one() { # KIND COLUMN EXPRESSION: of the patient 77
    target "$1" patient "77 not_equal $2" "UPDATE care.patient SET $2 = $3 WHERE id = 77"
}

echo '== what is whole'
whole 'just loaded'
sql target -c 'UPDATE care.patient SET loaded_at = now()' -c 'VACUUM FULL care.patient' \
    -c 'CREATE INDEX ON care.patient (born)' -c 'CLUSTER care.patient USING patient_born_idx' \
    -c "UPDATE care.patient SET dose = dose::text::numeric, trust = trim(trust),
        document = document::text::jsonb"
whole 'stored in another order, values written anew'

echo '== the target'
target 'a row that is gone' patient '77 missing_target' 'DELETE FROM care.patient WHERE id = 77'
target 'a row too many' patient '7700 missing_source' \
    "INSERT INTO care.patient (id, trust, name) VALUES (7700, 'RA1', 'nobody')"
target 'a rejected record that is there' patient '5000 missing_source' \
    "INSERT INTO care.patient (id, trust, name) VALUES (5000, 'RA1', 'x')"
target 'two rows swapped' patient '77 not_equal name; 78 not_equal name' \
    "UPDATE care.patient SET name = CASE id WHEN 77 THEN (SELECT name FROM care.patient
     WHERE id = 78) ELSE 'Zoë O’Brien' END WHERE id IN (77, 78)"
target 'a key that was changed' patient '77 missing_target; 7700 missing_source' \
    'UPDATE care.patient SET id = 7700 WHERE id = 77'
target 'a row under the key of another' patient \
    '77 not_equal note,born,seen,dose,ratio,document,tags,scan; 79 missing_target' \
    'CREATE TEMP TABLE t AS SELECT * FROM care.patient WHERE id = 79; DELETE FROM care.patient
     WHERE id IN (77, 79); UPDATE t SET id = 77; INSERT INTO care.patient SELECT * FROM t'
target 'a column shifted into its neighbour' patient '77 not_equal name,note' \
    'UPDATE care.patient SET name = note, note = name WHERE id = 77'
one 'a blank at the end' name "name || ' '"
one 'a letter of another case' name 'lower(name)'
one 'letters composed otherwise' name 'normalize(name, NFD)'
one 'a byte of mojibake' name "replace(name, 'ë', 'Ã«')"
one 'a name cut off' name 'left(name, 9)'
one 'nothing for the empty text' note "CASE note WHEN '' THEN NULL ELSE NULL END"
one 'an unseen character' note "note || U&'\\200B'"
one 'a day later' born 'born + 1'
target 'day and month exchanged' patient '115 not_equal born' \
    "UPDATE care.patient SET born = to_date(to_char(born, 'YYYY-DD-MM'), 'YYYY-MM-DD')
     WHERE id = 115"
one 'another century' born "born + interval '100 years'"
one 'an hour of summer time' seen "seen + interval '1 hour'"
one 'a lost fraction of a second' seen "date_trunc('second', seen)"
one 'a thousandth' dose 'dose + 0.001'
one 'a dose times a thousand' dose 'CASE WHEN dose < 90 THEN dose * 1000 END'
one 'a lost sign' dose '-dose'
one 'the last bit of a number' ratio 'ratio * (1 + 2.3e-16)'
one 'another code' sex "'not known'"
one 'a flag the other way' alive 'NOT alive'
one 'another value in a document' document "document || '{\"k\": 1}'"
one 'another element of an array' tags "tags || 'c'::text"
one 'a byte of a document' scan "set_byte(scan, 0, get_byte(scan, 0) # 1)"
one 'another trust' trust "'RB2'"
target 'a row of a table without a key that is there twice' log 'row missing_source' \
    "INSERT INTO care.log VALUES ('W1', 'e1')"
target 'one of several equal rows that is gone' log 'row missing_target' \
    'DELETE FROM care.log WHERE ctid = (SELECT min(ctid) FROM care.log)'
target 'a row that was changed, of a table without a key' log \
    'row missing_source; row missing_target' \
    "UPDATE care.log SET ward = 'W99' WHERE ctid = (SELECT min(ctid) FROM care.log)"
# All of it: more than can be named one by one.
kinds=$((kinds + 1))
sql target -c 'TRUNCATE care.patient'
expect 7 verify "$plan" --report "$report"
same 'an emptied table' "$(entity_field "$report" patient missing_target)" $rows
sql target -c 'INSERT INTO care.patient SELECT * FROM keep.patient'

echo '== the mapping'
# mapping KIND SED WANTED: of the mapping as it was loaded with; differences of some column.
mapping() {
    local status=0 columns
    kinds=$((kinds + 1))
    sed "$2" -i "$tmp/plan/patient.yaml"
    cmp -s "$tmp/plan/patient.yaml" "$tmp/whole/patient.yaml" && fail "$1: nothing was changed"
    novate verify "$plan" --report "$report" --show-keys || status=$?
    same "$1: exit" "$status" 7
    grep -q 'changed since\|is not that\|not those\|verified with that of today' "$tmp/err" ||
        complain "$1: nobody is told that the mapping is another one"
    columns=$(sqlite3 :memory: "SELECT group_concat(DISTINCT json_extract(d.value, '\$.kind') ||
        coalesce(' ' || json_extract(d.value, '\$.columns[0]'), '')) FROM
        json_each(readfile('$report'), '\$.entities[0].differences') d")
    same "$1: named" "$columns" "$3"
    cp "$tmp/whole/patient.yaml" "$tmp/plan/patient.yaml"
}
mapping 'a rule that rounds' 's/dose: dose/dose: round(dose, 1)/' 'not_equal dose'
mapping 'rules that are exchanged' 's/  name: name/  name: note/' 'not_equal name'
mapping 'a filter that leaves out more' \
    's/not_null_dose: .*/not_null_dose: dose > 2 OR dose IS NULL/' missing_source
mapping 'a rule that is gone in a branch' \
    's/alive: alive/alive: CASE WHEN id > 300 THEN alive END/' 'not_equal alive'
kinds=$((kinds + 1))
sed 's/^2,female/2,male/' -i "$tmp/plan/codes/sex.csv"
expect 7 verify "$plan" --report "$report" --show-keys
same 'another list of codes' "$(sqlite3 :memory: "SELECT DISTINCT
    json_extract(d.value, '\$.columns[0]') FROM
    json_each(readfile('$report'), '\$.entities[0].differences') d")" sex
cp "$tmp/whole/codes/sex.csv" "$tmp/plan/codes/sex.csv"
whole 'after the mapping was mended'

echo '== the segments'
staged=$tmp/staged
cp -a "$tmp/whole" "$staged"
rm -rf "$staged/.novate"
database staged
sql target -c 'SELECT 1' >/dev/null
sed "s/dbname=[a-z_]*/dbname=$(database_name staged)/" -i "$staged/plan.yaml"
"$NOVATE_TEST_PG_BIN/pg_dump" -s -n care -h "$NOVATE_TEST_PG_SOCKET" -U novate \
    "$(database_name target)" | sql staged >/dev/null
expect 0 extract "$staged/plan.yaml" --chunk-rows 100
expect 0 transform "$staged/plan.yaml"
cp -a "$staged/.novate" "$tmp/segments"
folder=$staged/.novate/segments
first=$(find "$folder" -name '*.transformed' | sort | head -n 1)
last=$(find "$folder" -name '*.transformed' | sort | tail -n 1)
[ "$first" != "$last" ] || fail 'there is but one segment'
# segment KIND COMMAND: found by the check and by the loader, both of which name it.
segment() {
    local status=0
    kinds=$((kinds + 1))
    eval "$2"
    novate segments check "$staged/plan.yaml" || status=$?
    [ "$status" -ne 0 ] || complain "$1: the check of segments does not find it"
    grep -q "$(basename "$first")" "$tmp/out" "$tmp/err" ||
        complain "$1: the check does not name the segment: $(cat "$tmp/out" "$tmp/err")"
    status=0
    novate load "$staged/plan.yaml" || status=$?
    [ "$status" -ne 0 ] || complain "$1: it was loaded"
    grep -q "$(basename "${3:-$first}")" "$tmp/err" ||
        complain "$1: the loader does not name it: $(cat "$tmp/err")"
    rm -rf "$staged/.novate"
    cp -a "$tmp/segments" "$staged/.novate"
    novate ledger adopt "$staged/plan.yaml" --yes || true # a copy, unless by its inode it is not
    sql staged -c 'TRUNCATE care.patient, care.log; DROP SCHEMA IF EXISTS novate CASCADE' \
        2>/dev/null
}
byte() { # FILE OFFSET: another one there
    local there
    there=$(dd if="$1" bs=1 skip="$2" count=1 2>/dev/null | od -An -tu1)
    # shellcheck disable=SC2059 # the byte is in the format
    printf "\\$(printf %o $((there ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
segment 'a byte of a segment' "byte '$first' $(($(stat -c %s "$first") / 2))"
segment 'a segment cut off' "truncate -s -7 '$first'"
segment 'a segment that is gone' "rm '$first'"
segment 'a segment in the place of another' "cp '$last' '$first'" log

echo '== the ledgers'
# ledger KIND STATEMENT WORD: verify ends without success, and says what it found.
ledger() {
    local status=0
    kinds=$((kinds + 1))
    sql target -c 'CREATE TABLE keep.chunk AS SELECT * FROM novate.chunk' \
        -c 'CREATE TABLE keep.reject AS SELECT * FROM novate.reject' -c "$2" >/dev/null
    novate verify "$plan" --report "$report" --show-keys || status=$?
    case $status in
    7 | 8) ;;
    *) complain "$1: exit $status" ;;
    esac
    cat "$report" "$tmp/out" "$tmp/err" >"$tmp/said"
    grep -q "$3" "$tmp/said" || complain "$1: \"$3\" is not said: $(cat "$tmp/out" "$tmp/err")"
    sql target -c "SET session_replication_role = replica; DELETE FROM novate.reject;
        DELETE FROM novate.chunk; INSERT INTO novate.chunk SELECT * FROM keep.chunk;
        INSERT INTO novate.reject OVERRIDING SYSTEM VALUE SELECT * FROM keep.reject;
        DROP TABLE keep.chunk, keep.reject"
}
mine="migration = 'damage' AND entity = 'patient'"
ledger 'a count of loaded rows' "UPDATE novate.chunk SET loaded_rows = loaded_rows + 1,
    inserted_rows = inserted_rows + 1 WHERE $mine" 'does not close'
ledger 'a digest of source records' "UPDATE novate.chunk SET source_digest = loaded_digest
    WHERE $mine" 'does not close'
ledger 'a chunk that was not loaded after all' "UPDATE novate.chunk SET state = 'planned'
    WHERE $mine" 'not everything is loaded'
ledger 'counts that agree with each other, of rows that are not there' "UPDATE novate.chunk
    SET source_rows = source_rows + 1, passed_rows = passed_rows + 1,
        loaded_rows = loaded_rows + 1, inserted_rows = inserted_rows + 1 WHERE $mine" \
    'ledger says'
ledger 'a reject of the target that is gone' "DELETE FROM novate.reject WHERE by_target" '5001'
ledger 'a reject of the mapping that is gone' "DELETE FROM novate.reject WHERE NOT by_target" \
    'ledger lists'
ledger 'a reject that hides a lost row' "DELETE FROM care.patient WHERE id = 77;
    INSERT INTO novate.reject (run, migration, entity, chunk, key, class, by_target)
    SELECT run, migration, entity, chunk, '[\"77\"]', class, true FROM novate.reject
    WHERE by_target" 'ledger lists'
sql target -c 'INSERT INTO care.patient SELECT * FROM keep.patient WHERE id = 77'
whole 'in the end'
echo "$test_name: $kinds kinds of damage"
[ "$kinds" -ge 40 ] || complain "$kinds kinds of damage are fewer than 40"
finish
