# entities.sh — six entities that are verified side by side, loaded into their target, and gates in
# the target that hold them. Sourced by tests of verify_together*.sh.
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=../../support/background.sh
. "$source_root/tests/support/background.sh"

# Entities of several sizes, one whose values only the server can compare, two whose mappings make
# one row of several records, and a lookup that asks the source.
{
    echo 'BEGIN;'
    for table in small:50 middle:1500 big:3000 other:400; do
        echo "CREATE TABLE ${table%:*} (ID integer PRIMARY KEY, CODE integer, NAME varchar(40));
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${table#*:})
            INSERT INTO ${table%:*} SELECT i, i % 7, '${table%:*} ' || i FROM n;"
    done
    echo "CREATE TABLE folded (ID integer PRIMARY KEY, PART integer, NAME varchar(40));
        INSERT INTO folded SELECT ID, ID / 3, 'folded ' || ID FROM middle;
        CREATE TABLE turned (ID integer PRIMARY KEY, PART integer, MEANING varchar(9),
            VALUE varchar(9));
        INSERT INTO turned SELECT ID, ID / 2, CASE ID % 2 WHEN 0 THEN 'FORM' ELSE 'DOSE' END, ID
            FROM middle;
        CREATE TABLE code (CODE integer PRIMARY KEY, NAME varchar(9));
        INSERT INTO code SELECT ID - 1, 'code ' || ID FROM small WHERE ID <= 6; COMMIT;"
} | sqlite3 -batch -bail "$tmp/source.db"

entities='small folded middle turned big other'
database target
sql target <<'SQL'
CREATE TABLE small (id bigint PRIMARY KEY, code text, name text);
CREATE TABLE middle (LIKE small INCLUDING ALL, CHECK (id NOT IN (700, 701)));
CREATE TABLE big (LIKE small INCLUDING ALL);
CREATE TABLE other (id bigint PRIMARY KEY, code text, name jsonb);
CREATE TABLE folded (part bigint PRIMARY KEY, name text);
CREATE TABLE turned (part bigint PRIMARY KEY, form text, dose int);
-- What a verification meets when it reads the rows of an entity.
CREATE TABLE gate (entity text, kind text);
CREATE FUNCTION pass(name text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM gate WHERE entity = name) THEN
        PERFORM pg_advisory_lock_shared(4712);
    END IF;
    IF EXISTS (SELECT FROM gate WHERE entity = name AND kind = 'broken') THEN
        RAISE EXCEPTION 'table % is broken', name;
    END IF;
    RETURN true; END $$;
SQL

mkdir "$tmp/plan"
plan=$tmp/plan/plan.yaml
# plan [LINE OF THE SOURCE] [MEMORY_MB]
plan() {
    {
        printf 'novate: 1\nmigration: together\nsource:\n  odbc: "%s"\n%s\n' \
            "$(sqlite_source "$tmp/source.db")" "${1:-}"
        printf 'target: {postgres: "%s"}\nlimits: {rejects: 100, memory_mb: %s}\n' \
            "$(conninfo target)" "${2:-256}"
        printf 'mappings: [%s]\n' "$(printf '%s.yaml, ' $entities | sed 's/, $//')"
    } >"$plan"
}
for entity in small middle big other; do
    name=NAME
    [ $entity != other ] || name="'{\"b\": 1, \"a\":   \"' || NAME || '\"}'" # not as jsonb has it
    cat >"$tmp/plan/$entity.yaml" <<YAML
entity: $entity
source: {table: $entity, key: [ID]}
target: {table: public.$entity, key: [id], scope: "pass('$entity')"}
lookups: {code: {table: code, from: CODE, to: NAME, missing: null}}
filters: {thirteen: ID % 13 <> 0}
columns:
  id: ID
  code: lookup('code', CODE)
  name: >-
    $name
YAML
done
cat >"$tmp/plan/folded.yaml" <<'YAML'
entity: folded
source: {table: folded, key: [ID]}
target: {table: public.folded, key: [part], scope: "pass('folded')"}
dedupe: {by: [PART], keep: latest(ID)}
columns: {part: PART, name: NAME}
YAML
cat >"$tmp/plan/turned.yaml" <<'YAML'
entity: turned
source: {table: turned, key: [ID]}
target: {table: public.turned, key: [part], scope: "pass('turned')"}
pivot: {by: [PART], keep: latest(ID), name: MEANING, value: VALUE,
        columns: {FORM: FORM, DOSE: {name: DOSE, value: CAST(VALUE AS integer)}}}
columns: {part: PART, form: FORM, dose: DOSE}
YAML

held() { # how many
    [ "$(sql target -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND objid = 4712 AND database = (SELECT oid FROM pg_database
        WHERE datname = current_database())")" = "$1" ]
}
kept_of_two() {
    test -s "$tmp/plan/.novate/verify/big.state" -a -s "$tmp/plan/.novate/verify/middle.state"
}
# gates ENTITY:KIND…
gates() {
    sql target -c 'DELETE FROM gate'
    local gate
    for gate; do
        sql target -c "INSERT INTO gate VALUES ('${gate%:*}', '${gate#*:}')"
    done
}

plan
expect 0 run "$plan" --jobs 3 --chunk-rows 100 --report "$tmp/report.json"
same 'loaded and verified' "$(json "$tmp/report.json" '$.verdict')" verified
same 'refused' "$(entity_field "$tmp/report.json" middle verification.refused)" 2
same 'order of the report' "$(echo $(report_counts "$tmp/report.json" |
    sed -n 's/^\([a-z]*\):.*/\1/p'))" "$entities"
