# rejects_groups.sh — rejects of mappings that make one row of several records are retried where the
# row cannot be there yet, and are left with a word what to do where it may be: the ledger is then
# what a load of the mended source gives, and verification agrees.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

plan=$tmp/plan/plan.yaml
mkdir -p "$tmp/plan"
printf 'code,name\n1,mild\n2,severe\n' >"$tmp/plan/grade.csv"
cat >"$tmp/plan/allergy.yaml" <<'YAML'
entity: allergy
source: {table: ALLERGY, key: [ID]}
target: {table: care.allergy, key: [id]}
lookups: {grade: {file: grade.csv, from: code, to: name, missing: reject}}
filters: {inactive: CAST(ACTIVE AS integer) = 1}
dedupe: {by: [CAST(GROUP_TX AS integer)], keep: latest(SEEN)}
columns: {id: ID, grade: "lookup('grade', GRADE)", note: NOTE}
checks: {short: length(note) < 20}
YAML
cat >"$tmp/plan/detail.yaml" <<'YAML'
entity: detail
source: {table: DETAIL, key: [ID]}
target: {table: care.detail, key: [order_id]}
pivot:
  by: [ORDER_ID]
  keep: latest(ID)
  name: MEANING
  value: VALUE
  columns: {FORM: FORM, DOSE: {name: DOSE, value: CAST(VALUE AS integer)}}
columns: {order_id: ORDER_ID, form: FORM, dose: DOSE}
YAML
# plan DATABASE
plan() {
    cat >"$plan" <<YAML
novate: 1
migration: groups
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "$(conninfo "$1")"}
work: work-$1
mappings: [allergy.yaml, detail.yaml]
limits: {rejects: 100}
YAML
    database "$1"
    sql "$1" -c 'CREATE SCHEMA care' -c "CREATE TABLE care.allergy (id bigint PRIMARY KEY,
        grade text NOT NULL, note text CHECK (note <> 'refused'))" -c "CREATE TABLE care.detail (
        order_id bigint PRIMARY KEY, form text CHECK (form <> 'refused'), dose int)"
}
ask() {
    sqlite3 -batch -bail "$tmp/source.db" "$1"
}
open_rejects() {
    sql "$1" -c "SELECT string_agg(concat_ws(':', class, key), ' ' ORDER BY entity, key::text)
        FROM novate.reject WHERE state = 'open'"
}
# ledger DATABASE: what became of all records
ledger() {
    sql "$1" -c "SELECT entity, sum(source_rows), sum(passed_rows), sum(filtered_rows),
        sum(rejected_rows), sum(merged_rows), sum(loaded_rows), jsonb_agg(counters -> 'filter'),
        jsonb_agg(counters -> 'merge'), jsonb_agg(counters -> 'note'),
        jsonb_agg(counters -> 'reject'), string_agg(source_digest, ' '),
        string_agg(passed_digest, ' '), string_agg(loaded_digest, ' '),
        string_agg(merged_digest, ' ') FROM novate.chunk GROUP BY 1 ORDER BY 1"
}
rows() {
    sql "$1" -c "SELECT string_agg(concat_ws(':', id, grade, note), ' ' ORDER BY id)
        FROM care.allergy" -c "SELECT string_agg(concat_ws(':', order_id, form, dose), ' '
        ORDER BY order_id) FROM care.detail"
}

source_begins() {
    rm -f "$tmp/source.db"
    ask "CREATE TABLE ALLERGY (ID integer PRIMARY KEY, GROUP_TX text, ACTIVE text, GRADE int,
            NOTE text, SEEN int);
        INSERT INTO ALLERGY VALUES
            (10, '1', '1', 1, 'old', 1), (11, '1', '1', 9, 'lookup', 2),
            (20, '2', '1', 1, 'old', 1), (21, '2', '1', 2, 'refused', 2),
            (30, '3', '1', 1, 'old', 1), (31, '3', '1', 2, 'by a check that it fails', 2),
            (40, '4', '1', 1, 'loaded', 3), (41, '4', '1', 9, 'merged', 2),
            (50, NULL, '1', 9, 'without a group', 1),
            (60, 'six', '1', 1, 'no group yet', 1),
            (70, '7', 'one', 1, 'no filter yet', 1),
            (80, '8', '1', 9, 'tied', 1), (81, '8', '1', 9, 'tied', 1);
        CREATE TABLE DETAIL (ID integer PRIMARY KEY, ORDER_ID int, MEANING text, VALUE text);
        INSERT INTO DETAIL VALUES (1, 100, 'FORM', 'tablet'), (2, 100, 'DOSE', '5'),
            (3, 200, 'DOSE', '6'), (4, 200, 'FORM', 'refused'), (5, 300, 'DOSE', 'seven'),
            (6, NULL, 'FORM', 'of none');"
}
retry_says() {
    grep -q "$1" "$tmp/err" || complain "retry says: $(cat "$tmp/err")"
}

# --- everything is mended: the ledger, the rows and the counts are those of a load

source_begins
plan target
expect 0 run "$plan" --report "$tmp/report.json" --no-verify
tied=$(sql target -c "SELECT substring(key FROM '[0-9]+') FROM novate.reject
    WHERE key IN ('[\"80\"]', '[\"81\"]')")
same 'rejected' "$(open_rejects target)" "LOOKUP:[\"11\"] CHECK:[\"21\"] CHECK:[\"31\"]\
 LOOKUP:[\"50\"] TYPE:[\"60\"] TYPE:[\"70\"] LOOKUP:[\"$tied\"] CHECK:[\"4\"] TYPE:[\"5\"]\
 NULL:[\"6\"]"
expect 0 rejects retry "$plan"
retry_says 'entity allergy: 7 records read again: 0 loaded, 0 filtered, 7 rejected again$'
same 'nothing mended' "$(rows target)" $'40:mild:loaded\n100:tablet:5'
ask "UPDATE ALLERGY SET GRADE = 1 WHERE GRADE = 9;
    UPDATE ALLERGY SET NOTE = 'mended' WHERE ID IN (21, 31);
    UPDATE ALLERGY SET GROUP_TX = '6' WHERE ID = 60; UPDATE ALLERGY SET ACTIVE = '1' WHERE ID = 70;
    UPDATE DETAIL SET VALUE = 'syrup' WHERE ID = 4; UPDATE DETAIL SET VALUE = '7' WHERE ID = 5;
    UPDATE DETAIL SET ORDER_ID = 600 WHERE ID = 6"
expect 0 rejects retry "$plan" --report "$tmp/report.json"
retry_says 'entity allergy: 7 records read again: 7 loaded, 0 filtered, 0 rejected again$'
retry_says 'entity detail: 3 records read again: 3 loaded, 0 filtered, 0 rejected again$'
for entity in allergy detail; do
    same "$entity closes" "$(entity_field "$tmp/report.json" $entity identity.closes)" 1
done
expect 0 verify "$plan"
plan clean
expect 0 run "$plan"
same 'rows' "$(rows target)" "$(rows clean)"
# The merged ones have other digests: two of them were mended, too, and were never read again.
ask "UPDATE ALLERGY SET GRADE = 9 WHERE ID = 41 OR (ID IN (80, 81) AND ID <> $tied)"
plan clean
expect 0 run "$plan" --restart
same 'ledger' "$(ledger target)" "$(ledger clean)"

# --- what cannot be exact is left: the table and the ledger stay as they are

source_begins
plan target
expect 0 run "$plan" --restart --no-verify
before=$(ledger target)
# Another record stands for the group of 11, a filter leaves 21 out, 60 comes to a row that is
# there, 5 is part of an order that is there, and 6 leads it.
ask "INSERT INTO ALLERGY VALUES (12, '1', '1', 1, 'newer', 3);
    UPDATE ALLERGY SET ACTIVE = '0' WHERE ID = 21;
    UPDATE ALLERGY SET GROUP_TX = '4', SEEN = 4 WHERE ID = 60;
    UPDATE DETAIL SET VALUE = '7', ORDER_ID = 100 WHERE ID = 5;
    UPDATE DETAIL SET ORDER_ID = 100 WHERE ID = 6"
numbers=$(sql target -c "SELECT reject FROM novate.reject
    WHERE key IN ('[\"11\"]', '[\"21\"]', '[\"60\"]', '[\"5\"]', '[\"6\"]')")
# shellcheck disable=SC2086
expect 0 rejects retry "$plan" $numbers
retry_says 'entity allergy: 3 records read again: 0 loaded, 0 filtered, 0 rejected again, 3 left as'
retry_says 'entity detail: 2 records read again: 0 loaded, 0 filtered, 0 rejected again, 2 left as'
retry_says 'entity allergy: the row of a group may be there already.*empty its table and begin it'
same 'left: ledger' "$(ledger target)" "$before"
same 'left: rows' "$(rows target)" $'40:mild:loaded\n100:tablet:5'
# One of them is free again, and a retry without numbers takes that one alone.
ask "DELETE FROM ALLERGY WHERE ID = 12; UPDATE ALLERGY SET GRADE = 2 WHERE ID = 11"
expect 0 rejects retry "$plan" --class LOOKUP
same 'free again' "$(rows target)" $'11:severe:lookup 40:mild:loaded\n100:tablet:5'

# --- several rows of one record: it is retried when it is as it was and all of them are rejects

cat >"$tmp/plan/contact.yaml" <<'YAML'
entity: contact
source: {table: CONTACT, key: [ID]}
target: {table: care.contact, key: [id, use]}
lookups: {known: {table: KNOWN, from: ID, to: NAME, missing: reject}}
columns: {id: ID, name: "lookup('known', ID)"}
emit:
  - {name: home, when: HOME <> '', columns: {use: "'home'", value: HOME}}
  - {name: work, when: WORK <> '', columns: {use: "'work'", value: WORK}}
YAML
ask "DROP TABLE IF EXISTS CONTACT; CREATE TABLE CONTACT (ID integer PRIMARY KEY, HOME text,
        WORK text); INSERT INTO CONTACT VALUES (1, 'h1', 'w1'), (2, 'h2', 'w2'), (3, 'h3', 'w3'),
        (4, 'h4', 'bad'), (5, '', 'w5'), (6, 'h6', '');
    CREATE TABLE KNOWN (ID integer PRIMARY KEY, NAME text);
    INSERT INTO KNOWN VALUES (1, 'n1'), (3, 'n3'), (4, 'n4'), (6, 'n6')"
# contacts DATABASE
contacts() {
    plan "$1"
    sed -i 's/^mappings: .*/mappings: [contact.yaml]/' "$plan"
    sql "$1" -c 'CREATE TABLE care.person (id bigint PRIMARY KEY)' -c "INSERT INTO care.person
        SELECT i FROM generate_series(1, 6) i WHERE i <> 3" -c 'CREATE TABLE care.contact (id bigint
        REFERENCES care.person, use text, name text, value text, PRIMARY KEY (id, use))' \
        -c "ALTER TABLE care.contact ADD CONSTRAINT good CHECK (value <> 'bad')"
}
contact_ledger() {
    sql "$1" -c 'SELECT source_rows, emitted_rows, passed_rows, filtered_rows, rejected_rows,
        source_digest, emitted_digest, passed_digest, loaded_digest, counters - $$read$$
        FROM novate.chunk' \
        -c "SELECT string_agg(id || use || name || value, ' ' ORDER BY id, use) FROM care.contact"
}
contacts target
expect 0 run "$plan" --restart --no-verify
same 'contacts: rejected' "$(open_rejects target)" 'LOOKUP:["2"] LOOKUP:["2"] FOREIGN_KEY:["3"]'\
' FOREIGN_KEY:["3"] CHECK:["4"] LOOKUP:["5"]'
expect 0 rejects retry "$plan"
retry_says 'entity contact: 6 records read again: 0 loaded, 0 filtered, 5 rejected again, 1 left'
retry_says 'of a record that gives several rows some may be there already; empty its table and beg'
ask "INSERT INTO KNOWN VALUES (2, 'n2'), (5, 'n5')"
sql target -c 'INSERT INTO care.person VALUES (3)' \
    -c 'ALTER TABLE care.contact DROP CONSTRAINT good'
# One of two rows is no whole record.
expect 0 rejects retry "$plan" "$(sql target -c "SELECT min(reject) FROM novate.reject
    WHERE key = '[\"2\"]'")"
retry_says '1 records read again: 0 loaded, 0 filtered, 0 rejected again, 1 left'
expect 0 rejects retry "$plan" --report "$tmp/report.json"
retry_says 'entity contact: 6 records read again: 5 loaded, 0 filtered, 0 rejected again, 1 left'
same 'contacts: open' "$(open_rejects target)" 'CHECK:["4"]'
same 'contacts: closes' "$(entity_field "$tmp/report.json" contact identity.closes)" 1
contacts clean
sql clean -c 'INSERT INTO care.person VALUES (3)'
expect 0 run "$plan" --restart --no-verify
same 'contacts: ledger' "$(contact_ledger target)" "$(contact_ledger clean)"
sed -i "s|^target: .*|target: {postgres: \"$(conninfo target)\"}|; s|^work: .*|work: work-target|" \
    "$plan"
expect 0 verify "$plan" --report "$tmp/report.json"
same 'contacts: equal' "$(entity_field "$tmp/report.json" contact equal)" 9

# Of a record that was changed, of another mapping and of conditions with a lookup nobody knows.
contacts target
ask 'DELETE FROM KNOWN WHERE ID = 5'
expect 0 run "$plan" --restart --no-verify
ask "UPDATE CONTACT SET WORK = 'w5.1' WHERE ID = 5; INSERT INTO KNOWN VALUES (5, 'n5')"
before=$(contact_ledger target)
expect 0 rejects retry "$plan"
retry_says 'records read again: 0 loaded, 0 filtered, 2 rejected again, 2 left'
ask "UPDATE CONTACT SET WORK = 'w5' WHERE ID = 5"
echo '# as it was' >>"$tmp/plan/contact.yaml"
sed -i 's/value: WORK}/value: lower(WORK)}/' "$tmp/plan/contact.yaml"
expect 8 rejects retry "$plan" --changed
retry_says 'some may be there already; empty its table'
sed -i "s/value: lower(WORK)}/value: WORK}/; s/HOME <> ''/lookup('known', ID) <> '' AND HOME <> ''/
    s/when: \(l.*\), columns/when: \"\\1\", columns/" \
    "$tmp/plan/contact.yaml"
sql target -c 'DELETE FROM care.contact'
expect 0 run "$plan" --restart --no-verify
expect 8 rejects retry "$plan"
retry_says 'some may be there already; empty its table'
finish
