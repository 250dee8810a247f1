# several.sh — records that give several rows (emit:), and several records that give one (dedupe:,
# pivot:): the rows are those that SQL makes of the same records, every report's identity closes,
# stages and chunks change nothing, and verification names what differs.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite3 -batch -bail "$tmp/source.db" <<'SQL'
CREATE TABLE PERSON (PERSON_ID integer PRIMARY KEY, HOME varchar(20), WORK varchar(20));
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 900)
INSERT INTO PERSON SELECT i, CASE WHEN i % 3 THEN '01632 96' || i END,
    CASE WHEN i % 40 = 0 THEN '01632 96' || i
        WHEN i % 4 = 0 THEN '07700 90' || i END FROM n;
CREATE TABLE ALLERGY (ALLERGY_INSTANCE_ID integer PRIMARY KEY, ALLERGY_ID bigint,
    ACTIVE_IND int, UPDT_DT_TM timestamp, SUBSTANCE varchar(40));
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
INSERT INTO ALLERGY SELECT i, CASE WHEN i % 97 THEN i * 7919 % 700 END, i % 10 > 0,
    datetime('2008-06-05', (i * 7919 % 3001) || ' minutes'), 'substance ' || (i * 31 % 5000) FROM n;
CREATE TABLE ORDER_DETAIL (ORDER_ID bigint, ACTION_SEQUENCE int, DETAIL_SEQUENCE int,
    OE_FIELD_MEANING varchar(25), OE_FIELD_DISPLAY_VALUE varchar(255), OE_FIELD_VALUE decimal(12,3),
    PRIMARY KEY (ORDER_ID, ACTION_SEQUENCE, DETAIL_SEQUENCE));
WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
INSERT INTO ORDER_DETAIL SELECT 5000 + i / 8, i / 4 % 2 + 1, i % 4 + 1,
    CASE i % 4 WHEN 0 THEN 'DRUGFORM' WHEN 1 THEN 'STRENGTHDOSE' WHEN 2 THEN 'FREQ'
        ELSE 'RXPRIORITY' END,
    'value ' || i, i * 1.125 FROM n WHERE i % 13;
SQL

# plan FOLDER DATABASE
plan() {
    database "$2"
    sql "$2" <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.contact (person_id bigint, use text, value text, PRIMARY KEY (person_id, use));
CREATE UNIQUE INDEX ON care.contact (value);
CREATE TABLE care.allergy (allergy_id bigint, instance_id bigint PRIMARY KEY,
    substance text NOT NULL, updated_at timestamp);
CREATE TABLE care.order_detail (order_id bigint PRIMARY KEY, form text, dose numeric(12,3),
    freq text);
SQL
    mkdir -p "$1"
    cat >"$1/plan.yaml" <<YAML
novate: 1
migration: several
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "$(conninfo "$2")"}
mappings: [contact.yaml, allergy.yaml, order_detail.yaml]
limits: {rejects: 1000}
YAML
    cat >"$1/contact.yaml" <<'YAML'
entity: contact
source: {table: PERSON, key: [PERSON_ID]}
target: {table: care.contact, key: [person_id, use]}
columns:
  person_id: PERSON_ID
emit:
  - {name: home, when: HOME IS NOT NULL, columns: {use: "'home'", value: "replace(HOME, ' ', '')"}}
  - name: work
    when: WORK IS NOT NULL
    columns: {use: "'work'", value: "replace(WORK, ' ', '')"}
YAML
    cat >"$1/allergy.yaml" <<'YAML'
entity: allergy
source: {table: ALLERGY, key: [ALLERGY_INSTANCE_ID]}
target: {table: care.allergy, key: [instance_id]}
filters: {inactive: ACTIVE_IND = 1}
dedupe:
  by: [ALLERGY_ID]
  keep: latest(UPDT_DT_TM)
columns:
  allergy_id: ALLERGY_ID
  instance_id: ALLERGY_INSTANCE_ID
  substance: SUBSTANCE
  updated_at: UPDT_DT_TM
YAML
    cat >"$1/order_detail.yaml" <<'YAML'
entity: order_detail
source: {table: ORDER_DETAIL, key: [ORDER_ID, ACTION_SEQUENCE, DETAIL_SEQUENCE]}
target: {table: care.order_detail, key: [order_id]}
pivot:
  by: [ORDER_ID]
  keep: latest(ACTION_SEQUENCE, DETAIL_SEQUENCE)
  name: OE_FIELD_MEANING
  value: OE_FIELD_DISPLAY_VALUE
  store: disk
  columns:
    FORM: DRUGFORM
    DOSE: {name: STRENGTHDOSE, value: OE_FIELD_VALUE}
    FREQUENCY: FREQ
columns:
  order_id: ORDER_ID
  form: FORM
  dose: DOSE
  freq: FREQUENCY
YAML
}

ask() {
    sqlite3 -batch -noheader -separator '|' "$tmp/source.db" "$1"
}
wanted_contacts=$(ask "SELECT PERSON_ID, 'home', replace(HOME, ' ', '')
    FROM PERSON WHERE HOME IS NOT NULL
    UNION ALL SELECT PERSON_ID, 'work', replace(WORK, ' ', '') FROM PERSON
    WHERE WORK IS NOT NULL AND WORK IS NOT HOME ORDER BY 1, 2")
wanted_allergies=$(ask "SELECT ALLERGY_ID, ALLERGY_INSTANCE_ID, SUBSTANCE FROM (SELECT *,
    row_number() OVER (PARTITION BY coalesce(ALLERGY_ID, -ALLERGY_INSTANCE_ID)
        ORDER BY UPDT_DT_TM DESC) r
    FROM ALLERGY WHERE ACTIVE_IND = 1) WHERE r = 1 ORDER BY ALLERGY_INSTANCE_ID")
wanted_orders=$(ask "WITH d AS (SELECT *, row_number() OVER (PARTITION BY ORDER_ID, OE_FIELD_MEANING
        ORDER BY ACTION_SEQUENCE DESC, DETAIL_SEQUENCE DESC) r FROM ORDER_DETAIL)
    SELECT ORDER_ID,
        max(CASE OE_FIELD_MEANING WHEN 'DRUGFORM' THEN OE_FIELD_DISPLAY_VALUE END),
        printf('%.3f', max(CASE OE_FIELD_MEANING WHEN 'STRENGTHDOSE' THEN OE_FIELD_VALUE END)),
        max(CASE OE_FIELD_MEANING WHEN 'FREQ' THEN OE_FIELD_DISPLAY_VALUE END)
    FROM d WHERE r = 1 AND OE_FIELD_MEANING <> 'RXPRIORITY' GROUP BY ORDER_ID ORDER BY ORDER_ID")

# check DATABASE REPORT
check() {
    same "contacts of $1" \
        "$(sql "$1" -c 'SELECT person_id, use, value FROM care.contact ORDER BY 1, 2')" \
        "$wanted_contacts"
    same "allergies of $1" \
        "$(sql "$1" -c 'SELECT allergy_id, instance_id, substance FROM care.allergy ORDER BY 2')" \
        "$wanted_allergies"
    same "orders of $1" "$(sql "$1" -c 'SELECT * FROM care.order_detail ORDER BY 1')" \
        "$wanted_orders"
}
count() {
    wc -l <<<"$1"
}

plan "$tmp/run" run
expect 0 run "$tmp/run/plan.yaml" --jobs 2 --chunk-rows 170 --report "$tmp/run.json"
check run
for entity in contact allergy order_detail; do
    same "identity of $entity" "$(entity_field "$tmp/run.json" $entity identity.closes)" 1
    same "verdict of $entity" "$(entity_field "$tmp/run.json" $entity verdict)" verified
done
field() {
    entity_field "$tmp/run.json" "$@"
}
same 'rows given' "$(field contact emitted)" \
    "$(ask 'SELECT count(*) FROM PERSON WHERE HOME IS NOT NULL AND WORK IS NOT NULL')"
same 'persons without a number' "$(field contact identity.filtered.emit)" \
    "$(ask 'SELECT count(*) FROM PERSON WHERE HOME IS NULL AND WORK IS NULL')"
same 'numbers there already' "$(field contact identity.rejected.UNIQUE)" \
    "$(ask 'SELECT count(*) FROM PERSON WHERE WORK = HOME')"
active=$(ask 'SELECT count(*) FROM ALLERGY WHERE ACTIVE_IND = 1')
same 'superseded allergies' "$(field allergy identity.merged.dedupe)" \
    "$((active - $(count "$wanted_allergies")))"
same 'details without a column' "$(field order_detail identity.filtered.pivot)" \
    "$(ask "SELECT count(*) FROM ORDER_DETAIL WHERE OE_FIELD_MEANING = 'RXPRIORITY'")"
taken=$(ask "SELECT count(*) FROM ORDER_DETAIL WHERE OE_FIELD_MEANING <> 'RXPRIORITY'")
same 'details in other rows' "$(field order_detail merged)" \
    "$((taken - $(count "$wanted_orders")))"
same 'files left by disk stores' "$(find "$tmp/run/.novate" -name 'novate-lookup-*' | wc -l)" 0

plan "$tmp/staged" staged
expect 0 extract "$tmp/staged/plan.yaml" --chunk-rows 400
expect 0 transform "$tmp/staged/plan.yaml"
expect 0 load "$tmp/staged/plan.yaml" --report "$tmp/staged.json"
check staged
for path in identity.digests.passed.sum identity.digests.merged.sum loaded merged emitted; do
    for entity in contact allergy order_detail; do
        same "$path of $entity" "$(entity_field "$tmp/staged.json" $entity $path)" \
            "$(field $entity $path)"
    done
done
expect 0 verify "$tmp/staged/plan.yaml"

plan "$tmp/alone" alone # in one thread
expect 0 run "$tmp/alone/plan.yaml" --jobs 0 --chunk-rows 170
check alone
expect 0 verify "$tmp/run/plan.yaml" --jobs 0
expect 0 run "$tmp/run/plan.yaml" --dry-run
expect 0 preview "$tmp/run/plan.yaml" --rows 5
grep -q 'groups are those of these records alone' "$tmp/out" || complain 'preview does not say so'

# The latest of a group is another one now; a row of a record is gone; a value was changed.
sqlite3 "$tmp/source.db" "UPDATE ALLERGY SET UPDT_DT_TM = '2009-01-01' WHERE ALLERGY_INSTANCE_ID = (
    SELECT min(ALLERGY_INSTANCE_ID) FROM ALLERGY WHERE ACTIVE_IND = 1 AND ALLERGY_ID = 13
        AND UPDT_DT_TM < (SELECT max(UPDT_DT_TM) FROM ALLERGY
            WHERE ALLERGY_ID = 13 AND ACTIVE_IND = 1))"
sql run -c "DELETE FROM care.contact WHERE person_id = 4 AND use = 'work'" \
    -c "UPDATE care.order_detail SET dose = dose + 1 WHERE order_id = 5003"
expect 7 verify "$tmp/run/plan.yaml" --report "$tmp/verify.json" --show-keys
same 'the latest changed' "$(entity_field "$tmp/verify.json" allergy missing_target):$(
    entity_field "$tmp/verify.json" allergy missing_source)" 1:1
same 'the row that is gone' "$(entity_field "$tmp/verify.json" contact 'differences[0].key')" \
    '["4","work"]'
same 'differences of contacts' "$(entity_field "$tmp/verify.json" contact missing_target)" 1
same 'the dose' "$(entity_field "$tmp/verify.json" order_detail 'differences[0].columns')" \
    '["dose"]'
finish
