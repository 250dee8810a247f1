# platform.sh — the shipped platform: its schema applies to an empty PostgreSQL and to no other,
# says what each of its columns is, refuses what is wrong by the constraint that is meant, and
# accepts what is right.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
platform=$source_root/mappings/platform
cases=$source_root/tests/integration/platform

database target
sql target -1 -f "$platform/schema.sql"

mkdir "$tmp/plan"
printf '%s\n' PERSON_ID,SEQ,ZIPCODE 1,2,so225de 1,3,S022-5DE '1,4,zz99 3vz' '1,5,ec1a1bb' \
    '1,6,gir0aa' '1,7,bfpo801' 1,8,nowhere '1,9,je2 3ab' >"$tmp/plan/address.csv"
printf '%s\n' ID,SYSTEM,CODE 2,icd,R54 3,icd,a17.0+ 4,icd,I21.9 5,sct,999990011000001105 \
    6,sct,999990011000001152 7,sct,73211009 >"$tmp/plan/diagnosis.csv"
cat >"$tmp/plan/address.yaml" <<'YAML'
entity: address
source: {file: address.csv, key: [PERSON_ID, SEQ], columns: {PERSON_ID: bigint, SEQ: integer}}
target: {table: care.person_address, key: [person_id, seq], scope: seq > 1}
columns:
  person_id: PERSON_ID
  seq: SEQ
  use: "'home'"
  postcode: try(postcode(ZIPCODE))
  postcode_raw: ZIPCODE
  src_id: CAST(SEQ AS text)
YAML
cat >"$tmp/plan/diagnosis.yaml" <<'YAML'
entity: diagnosis
source: {file: diagnosis.csv, key: [ID], columns: {ID: bigint}}
target: {table: care.condition, key: [src_id], scope: condition_id > 1}
columns:
  condition_id: ID
  person_id: 1::bigint
  kind: "'diagnosis'"
  system: "CASE WHEN SYSTEM = 'icd' AND icd10(CODE) IS NOT NULL THEN
    'http://hl7.org/fhir/sid/icd-10' WHEN try(sctid(CODE)) IS NOT NULL THEN
    'http://snomed.info/sct' END"
  code: "CASE SYSTEM WHEN 'icd' THEN icd10(CODE) ELSE try(sctid(CODE)) END"
  code_raw: CODE
  status: "'active'"
  src_id: CAST(ID AS text)
YAML
printf '%s\n' ID,INTO 5,6 6, 8,6 >"$tmp/plan/person.csv"
cat >"$tmp/plan/person.yaml" <<'YAML'
entity: person
source: {file: person.csv, key: [ID], columns: {ID: bigint, INTO: bigint}}
target: {table: care.person, key: [person_id], scope: person_id > 2, defer: [foreign_keys]}
columns:
  person_id: ID
  nhs_status: "'07'"
  birth_precision: "'unknown'"
  gender_code: "'X'"
  ethnic_code: "'99'"
  deceased: "false"
  restricted: "false"
  merged_into: INTO
  active: INTO IS NULL
  src_id: CAST(ID AS text)
YAML
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: platform
source: {csv: .}
target: {postgres: "$(conninfo target)", schema: $platform/schema.sql,
         divided_by: {trust: RN1}}
mappings: [person.yaml, address.yaml, diagnosis.yaml]
YAML

# 1. It is the schema of a plan. A second time it says that it is there, and changes nothing.
expect 0 verify schema "$tmp/plan/plan.yaml"
same findings "$(grep '^findings' "$tmp/out")" 'findings: 0, not compared: 0'
"$NOVATE_TEST_PG_BIN/pg_dump" -h "$NOVATE_TEST_PG_SOCKET" -U novate "$(database_name target)" \
    >"$tmp/before.sql"
! sql target -f "$platform/schema.sql" >"$tmp/out" 2>"$tmp/err" || complain 'it applies twice'
grep -q 'ERROR:  the platform is here already' "$tmp/err" || complain "said: $(cat "$tmp/err")"
grep -q '^DETAIL:  In this database there is: care, ref$' "$tmp/err" || complain 'no detail'
"$NOVATE_TEST_PG_BIN/pg_dump" -h "$NOVATE_TEST_PG_SOCKET" -U novate "$(database_name target)" \
    >"$tmp/after.sql"
diff <(grep -v 'restrict ' "$tmp/before.sql") <(grep -v 'restrict ' "$tmp/after.sql") >/dev/null ||
    complain 'the second time changed something'

# 2. Everything has a comment; the README has every table, with its key, and none that is not there.
same 'without a comment' "$(sql target -c "SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL
        AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)
    UNION ALL SELECT format('%s.%s', attrelid::regclass, attname) FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)
        AND attnum > 0 AND col_description(attrelid, attnum) IS NULL
    UNION ALL SELECT oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = 'ref'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')" |
    tr '\n' ' ')" ''
sql target -c "SELECT format('%s (%s)', conrelid::regclass, string_agg(attname, ', ' ORDER BY n))
    FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS k(number, n), pg_attribute
    WHERE contype = 'p' AND connamespace IN ('care'::regnamespace, 'ref'::regnamespace)
        AND attrelid = conrelid AND attnum = number
    GROUP BY conrelid" | sort >"$tmp/tables"
sed -nE 's/^\| `((care|ref)\.[a-z_]+)` \|[^|]*\| `([a-z_, ]+)` \|.*/\1 (\3)/p' \
    "$platform/README.md" | sort >"$tmp/told"
diff "$tmp/tables" "$tmp/told" >"$tmp/diff" ||
    complain "tables and keys (<) and what the README says (>): $(cat "$tmp/diff")"
same tables "$(wc -l <"$tmp/tables")" "$(sql target -c "SELECT count(*) FROM pg_class
    WHERE relkind = 'r' AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace)")"

# What belongs to a trust is known, and refers to others, within it: where a table has the column,
# all keys, unique indexes and foreign keys begin with it, on both sides, and exclusions have it.
same 'keys across trusts' "$(sql target -c "SELECT indexrelid::regclass FROM pg_index
    JOIN pg_attribute ON attrelid = indrelid AND attname = 'trust'
    WHERE indisunique AND indkey[0] <> attnum OR indisexclusion AND attnum <> ALL (indkey)
    UNION ALL SELECT conname::regclass FROM pg_constraint c
    JOIN pg_attribute p ON p.attrelid = confrelid AND p.attname = 'trust'
    LEFT JOIN pg_attribute h ON h.attrelid = conrelid AND h.attname = 'trust'
    WHERE contype = 'f' AND (conkey[1], confkey[1]) IS DISTINCT FROM (h.attnum, p.attnum)")" ''
same 'tables of no trust' "$(sql target -c "SELECT string_agg(oid::regclass::text, ' ' ORDER BY
    oid::regclass::text) FROM pg_class WHERE relkind = 'r'
    AND relnamespace IN ('care'::regnamespace, 'ref'::regnamespace) AND NOT EXISTS (SELECT
        FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'trust')")" \
    'ref.code_system ref.default_code ref.ethnic_category ref.gender ref.gender_current '$(
    )'ref.nhs_number_status ref.pseudo_postcode'
same 'views of no trust' "$(sql target -c "SELECT count(*) FILTER (WHERE attname IS NULL), count(*)
    FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'trust'
    WHERE relkind = 'v' AND relnamespace = 'care'::regnamespace")" '0|8'

# 3. A row of each table is accepted; what looks wrong and is right is accepted, too.
sql target -1 -f "$cases/rows.sql"
{
    cat "$cases/odd.sql"
    cat <<'SQL'
DO $$
DECLARE
    row record;
BEGIN
    FOR row IN SELECT * FROM odd LOOP
        BEGIN
            EXECUTE format('UPDATE %s SET %s WHERE src_id = ''1''', row.relation, row.change);
            RAISE EXCEPTION USING ERRCODE = 'ZZ000';
        EXCEPTION WHEN SQLSTATE 'ZZ000' THEN NULL;
        WHEN OTHERS THEN
            RAISE WARNING '% SET % (%): %', row.relation, row.change, row.meaning, SQLERRM;
        END;
    END LOOP;
END
$$;
SQL
} | sql target 2>"$tmp/err"
same 'refused though it is right' "$(cat "$tmp/err")" ''

# 4. Each constraint refuses a row, and nothing else refuses it before.
same refusals "$(sql target -o /dev/null -f "$cases/bad.sql" -f "$cases/refusals.sql")" ''

# refused WHAT SQLSTATE STATEMENT
refused() {
    ! sql target -v VERBOSITY=sqlstate -c "SET care.trust = 'RN1'; BEGIN; $3; COMMIT" >/dev/null \
        2>"$tmp/err" ||
        complain "$1 is accepted"
    grep -q "ERROR:  $2" "$tmp/err" || complain "$1: $(cat "$tmp/err")"
}
accepted() {
    sql target -c "SET care.trust = 'RN1'; BEGIN; $2; ROLLBACK" >/dev/null 2>"$tmp/err" ||
        complain "$1: $(cat "$tmp/err")"
}
# Merges: into a survivor, never along a chain or in a circle, though all of it may wait.
refused 'a chain of merges' 23503 "SET CONSTRAINTS ALL DEFERRED;
    UPDATE care.person SET person_id = 3, src_id = '3', merged_into = 2, active = false,
        nhs_number = NULL WHERE person_id = 1"
refused 'a circle of merges' 23503 "SET CONSTRAINTS ALL DEFERRED;
    UPDATE care.person SET merged_into = 2, active = false WHERE person_id = 1"
# The verified number of two living records; of one that was merged it is no number of its own.
person="SELECT 3, '9434765919', '01', 'unknown', 'X', '99', false, false, true, '3'"
fields='person_id, nhs_number, nhs_status, birth_precision, gender_code, ethnic_code, deceased,
    restricted, active, src_id'
refused 'a verified number twice' 23505 "INSERT INTO care.person ($fields) $person"
accepted 'a number that is not verified' "INSERT INTO care.person ($fields)
    ${person/"'01'"/"'03'"}"
accepted 'the number of a merged record' "INSERT INTO care.person ($fields, merged_into)
    ${person/true/false}, 1"
accepted 'a hospital number that is used no more' "INSERT INTO care.person_identifier
    SELECT 2, type, assigner_ods, value, value_raw, NULL, NULL, 'inactive', '2'
    FROM care.person_identifier"
refused 'a number of a laboratory without one of its system twice' 23505 "UPDATE care.specimen
    SET lims_no = NULL; INSERT INTO care.specimen (specimen_id, accession_no, lab_ods, src_id)
    SELECT 2, accession_no, lab_ods, '2' FROM care.specimen"
# Periods: one that begins as the other ends is none too many; one second before, it is.
accepted 'a registration that follows' "UPDATE care.gp_registration SET valid_to = '2008-06-01';
    INSERT INTO care.gp_registration VALUES (1, 'J82002', NULL, '2008-06-01', NULL, '2')"
refused 'two practices at a time' 23P01 "UPDATE care.gp_registration SET valid_to = '2008-06-02';
    INSERT INTO care.gp_registration VALUES (1, 'J82002', NULL, '2008-06-01', NULL, '2')"
accepted 'a stay that follows' "UPDATE care.ward_stay SET ended_at = '2008-06-02 10:00Z';
    INSERT INTO care.ward_stay VALUES (1, 2, 1, 'B2', '2008-06-02 10:00Z', NULL, '2')"
refused 'two wards at a time' 23P01 "UPDATE care.ward_stay SET ended_at = '2008-06-02 10:00:01Z';
    INSERT INTO care.ward_stay VALUES (1, 2, 1, 'B2', '2008-06-02 10:00Z', NULL, '2')"
# Each trust has numbers of its own; nothing refers to what is another's.
accepted 'the numbers of another trust' "SET care.trust = 'RHM';
    INSERT INTO care.person ($fields, birth_date) SELECT $fields, birth_date FROM care.person
    WHERE person_id = 1"
refused "a name of another trust's patient" 23503 "UPDATE care.person_name SET trust = 'RHM'"
! sql target -c "INSERT INTO care.person ($fields) $person" 2>"$tmp/err" ||
    complain 'a row of no trust is accepted'
grep -q 'unrecognized configuration parameter "care.trust"' "$tmp/err" ||
    complain "a row of no trust: $(cat "$tmp/err")"
# Children may come before their parents, as long as these come.
accepted 'a child before its parent' "SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO care.person_contact VALUES (3, 1, 'home', '1', NULL, NULL, NULL, '2');
    INSERT INTO care.person ($fields) ${person/"'01'"/"'03'"}; SET CONSTRAINTS ALL IMMEDIATE"

# 5. What novate's functions give, the platform takes.
expect 0 run "$tmp/plan/plan.yaml" --report "$tmp/report.json"
for entity in person address diagnosis; do
    same "rejects of $entity" "$(entity_field "$tmp/report.json" "$entity" rejected)" 0
done
same postcodes "$(sql target -c "SELECT string_agg(coalesce(postcode, '-'), ',' ORDER BY seq)
    FROM care.person_address WHERE seq > 1")" \
    'SO22 5DE,SO22 5DE,ZZ99 3VZ,EC1A 1BB,GIR 0AA,BFPO 801,-,JE2 3AB'
same codes "$(sql target -c "SELECT string_agg(coalesce(code, '-'), ',' ORDER BY condition_id)
    FROM care.condition WHERE condition_id > 1")" 'R54X,A170-D,I219,999990011000001105,-,73211009'

# 6. Merges come in any order where the foreign keys are deferred, and a chain is found in the end.
same merges "$(sql target -c 'SELECT person_id, merged_into, survives FROM care.person
    WHERE person_id > 2 ORDER BY 1' | tr '\n' ' ')" '5|6|f 6||t 8|6|f '
sql target -c 'DELETE FROM care.person WHERE person_id > 2'
printf '%s\n' ID,INTO 5,6 6,7 7, >"$tmp/plan/person.csv"
sed -i 's/^mappings:.*/mappings: [person.yaml]/' "$tmp/plan/plan.yaml"
expect 9 run "$tmp/plan/plan.yaml" --restart
grep -q person_merged_into_fkey "$tmp/out" "$tmp/err" || complain 'a chain of merges is not named'
finish
