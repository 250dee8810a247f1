# parents.sh — a row that a foreign key refuses is a reject of class PARENT where the record that it
# refers to is a reject itself, and of class FOREIGN_KEY where nobody knows that record, or cannot
# tell; reports count by these classes what the ledger has, and what was mended is retried from the
# top down.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

plan=$tmp/plan/plan.yaml
defer=${PARENTS_DEFER:-none}
declare -A columns=(
    [person]='{id: ID, name: NAME, sex: "lookup('\''sex'\'', SEX)"}'
    [visit]='{id: CAST(ID AS bigint), doc: DOC, person: PERSON}'
    [note]='{code: CODE, visit: VISIT, room: ROOM}'
    [remark]='{id: ID, room: ROOM, note: NOTE}'
    [episode]='{trust: TRUST, no: fit(NO), state: STATE}'
    [event]='{id: ID, trust: TRUST, episode_no: fit(EPISODE)}'
    [ward]='{ward: ID + 100, name: NAME}'
    [bed]='{id: ID, ward: WARD + 100}'
    [staff]='{id: ID, boss: BOSS, name: NAME}'
    [many]='{id: ID, person: PERSON}'
    [partial]='{trust: TRUST, no: fit(NO), state: STATE}'
)
declare -A keys=([note]=CODE [episode]='TRUST, NO' [partial]='ID, TRUST, NO')

# mapping ENTITY [TABLE OF THE TARGET [SCOPE]]
mapping() {
    local key=${keys[$1]:-ID}
    {
        printf 'entity: %s\nsource: {table: %s, key: [%s]}\n' "$1" "${1^^}" "$key"
        printf 'target: {table: care.%s%s}\n' "${2:-$1}" "${3:-}"
        [ "$1" != person ] ||
            echo 'lookups: {sex: {file: sex.csv, from: code, to: name, missing: reject}}'
        printf 'columns: %s\n' "${columns[$1]}"
    } >"$tmp/plan/$1.yaml"
}
# plan ENTITY …
plan() {
    mkdir -p "$tmp/plan"
    printf 'code,name\n1,female\n2,male\n' >"$tmp/plan/sex.csv"
    {
        printf 'novate: 1\nmigration: parents\nsource: {odbc: "%s"}\n' \
            "$(sqlite_source "$tmp/source.db")"
        printf 'target: {postgres: "%s", defer: %s}\nlimits: {rejects: 1000000}\n' \
            "$(conninfo target)" "$defer"
        echo "mappings: [$(printf '%s.yaml, ' "$@" | sed 's/, $//')]"
    } >"$plan"
}
# classes ENTITY: CLASS:constraint, then the keys
classes() {
    sql target -c "SELECT class || ':' || coalesce(name, column_name), string_agg(key, ' '
        ORDER BY key COLLATE \"C\") FROM novate.reject WHERE entity = '$1' AND state = 'open'
        GROUP BY 1 ORDER BY 1" | tr '\n' ';'
}
# refused WHAT ENTITY CONSTRAINT ORPHANS CHILDREN: what the foreign key refuses has these classes.
refused() {
    same "$1" "$(classes "$2")" "FOREIGN_KEY:$3|$4;PARENT:$3|$5;"
}
# counts_agree WHAT ENTITY …: what the report says of these by class is what the ledger has, and so
# does every chunk.
counts_agree() {
    local entity
    for entity in "${@:2}"; do
        same "$1: $entity by class" \
            "$(entity_field "$tmp/report.json" "$entity" identity.rejected)" \
            "$(sql target -c "SELECT coalesce(jsonb_object_agg(class, n), '{}') FROM (SELECT class,
                count(*) AS n FROM novate.reject WHERE entity = '$entity' AND state <> 'retried'
                GROUP BY 1) c" | tr -d ' ' | sort_json)"
    done
    same "$1: chunks by class" "$(sql target -c "SELECT count(*) FROM (
        SELECT entity, ordinal, j.key, j.value::int FROM novate.chunk,
            jsonb_each_text(counters -> 'reject') j
        EXCEPT SELECT entity, chunk, class, count(*)::int FROM novate.reject
            WHERE state <> 'retried' GROUP BY 1, 2, 3) d")" 0
    same "$1: identity" "$(sql target -c 'SELECT count(*) FROM novate.chunk WHERE rejected_rows
        <> (SELECT count(*) FROM novate.reject r WHERE (r.migration, r.entity, r.chunk)
            = (chunk.migration, chunk.entity, ordinal) AND state <> $$retried$$)')" 0
}
# Reports sort by name, jsonb by length.
sort_json() {
    sqlite3 -batch -noheader :memory: "SELECT json_group_object(key, value) FROM (SELECT key, value
        FROM json_each('$(cat)') ORDER BY key)"
}

sqlite3 -batch -bail "$tmp/source.db" <<'SQL'
CREATE TABLE PERSON (ID integer PRIMARY KEY, NAME varchar(40), SEX int);
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 400)
INSERT INTO PERSON SELECT n, 'name ' || n, n % 2 + 1 FROM i;
UPDATE PERSON SET SEX = 9 WHERE ID = 10;             -- the mapping rejects it
UPDATE PERSON SET NAME = 'Secretname' WHERE ID = 20; -- the server refuses it
CREATE TABLE VISIT (ID varchar(10) PRIMARY KEY, PERSON int, DOC text);
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 400)
INSERT INTO VISIT SELECT 1000 + n, n, 'short' FROM i;
UPDATE VISIT SET DOC = printf('%0100000d', 7) WHERE ID = '1020';
INSERT INTO VISIT VALUES ('1900', 5000, 'nobody'), ('1901', 5000, printf('%0100000d', 7)),
    ('01500', 5000, 'its text is not that of a number');
CREATE TABLE NOTE (CODE varchar(20) PRIMARY KEY, VISIT int, ROOM varchar(40));
INSERT INTO NOTE SELECT 'n' || ID, ID, '10.0.0.1' FROM VISIT WHERE ID NOT LIKE '0%';
INSERT INTO NOTE SELECT 'of' || CHAR(9) || '\' || 'none', 7777, '10.0.0.1';
INSERT INTO NOTE VALUES ('n01500', 1500, '10.0.0.1');
CREATE TABLE REMARK (ID integer PRIMARY KEY, NOTE varchar(20), ROOM varchar(40));
INSERT INTO REMARK SELECT VISIT, CODE, ROOM FROM NOTE WHERE VISIT IN (1010, 1011, 1900, 7777);
CREATE TABLE EPISODE (TRUST varchar(8), NO int, STATE varchar(8), PRIMARY KEY (TRUST, NO));
INSERT INTO EPISODE VALUES ('RN1', 1, 'good'), ('RN1', 2, 'bad'), ('RHM', 1, 'bad'),
    ('2', 1, 'good');
CREATE TABLE EVENT (ID integer PRIMARY KEY, TRUST varchar(8), EPISODE int);
INSERT INTO EVENT VALUES (1, 'RN1', 1), (2, 'RN1', 2), (3, 'RHM', 1), (4, 'RHM', 2), (5, '2', 1),
    (6, '1', 2), (7, NULL, 2), (8, 'RHM', NULL);
CREATE TABLE MANY (ID integer PRIMARY KEY, PERSON int);
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 9000)
INSERT INTO MANY SELECT n, CASE n % 3 WHEN 0 THEN 20 WHEN 1 THEN 5000 ELSE 21 END FROM i;
CREATE TABLE PARTIAL (ID integer, TRUST varchar(8), NO int, STATE varchar(8));
INSERT INTO PARTIAL VALUES (1, 'RQX', 9, 'bad');
INSERT INTO EVENT VALUES (9, 'RQX', 9);
CREATE TABLE WARD (ID integer PRIMARY KEY, NAME varchar(20));
INSERT INTO WARD VALUES (1, 'good'), (2, 'Secretname'), (102, 'Secretname');
CREATE TABLE BED (ID integer PRIMARY KEY, WARD int);
INSERT INTO BED VALUES (1, 1), (2, 2);
CREATE TABLE STAFF (ID integer PRIMARY KEY, BOSS int, NAME varchar(20));
INSERT INTO STAFF VALUES (1, NULL, 'root'), (2, 1, 'Secretname'), (3, 2, 'child'),
    (4, 3, 'grandchild'), (5, 99, 'orphan'), (6, 5, 'child of the orphan'),
    (7, 20001, 'of a circle'), (9, 10, 'before its boss'), (10, 2, 'behind'),
    (11, 7, 'under the circle'), (12, 1, 'good'), (13, 13, 'own boss'), (20001, 7, 'of a circle');
WITH RECURSIVE i(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM i WHERE n < 20000)
INSERT INTO STAFF SELECT n, 1, 'one of many' FROM i;
SQL

database target
sql target <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.person (id bigint PRIMARY KEY, sex text,
    name text CONSTRAINT no_secret CHECK (name <> 'Secretname'));
CREATE TABLE care.visit (id bigint PRIMARY KEY, doc text,
    person bigint CONSTRAINT visit_person REFERENCES care.person);
-- with a type that only the server knows rows go as text
CREATE TABLE care.note (code text PRIMARY KEY, room inet,
    visit bigint CONSTRAINT note_visit REFERENCES care.visit);
CREATE TABLE care.remark (id bigint PRIMARY KEY, room inet,
    note text CONSTRAINT remark_note REFERENCES care.note);
CREATE TABLE care.many (id bigint PRIMARY KEY, person bigint REFERENCES care.person);
CREATE TABLE care.episode (no int, trust varchar(8), state text CHECK (state <> 'bad'),
    UNIQUE (trust, no));
CREATE TABLE care.event (id bigint PRIMARY KEY, episode_no int, trust varchar(8),
    CONSTRAINT event_episode FOREIGN KEY (episode_no, trust) REFERENCES care.episode (no, trust)
    MATCH FULL);
CREATE TABLE care.ward (ward bigint PRIMARY KEY, name text CHECK (name <> 'Secretname'));
CREATE TABLE care.bed (id bigint PRIMARY KEY, ward bigint CONSTRAINT bed_ward REFERENCES care.ward);
CREATE TABLE care.staff (id bigint PRIMARY KEY,
    boss bigint CONSTRAINT staff_boss REFERENCES care.staff,
    name text CONSTRAINT no_secret CHECK (name <> 'Secretname'));
SQL
entities=(person visit many note remark episode partial event ward bed)
plan "${entities[@]}"
for entity in "${entities[@]}"; do
    mapping "$entity"
done
mapping episode episode ", scope: trust <> 'RQX'"
mapping partial episode ", scope: trust = 'RQX'"
expect 0 run "$plan" --no-verify --report "$tmp/report.json"

# Of persons one is rejected by the mapping and one by the server; the visits of both refer to a
# reject, and so do the notes of these visits, and their remarks.
same 'persons' "$(classes person)" 'CHECK:no_secret|["20"];LOOKUP:sex|["10"];'
refused 'visits' visit visit_person \
    '["01500"] ["1900"] ["1901"]' '["1010"] ["1020"]'
refused 'notes, sent as text' note note_visit \
    '["n01500"] ["of\t\\none"]' \
    '["n1010"] ["n1020"] ["n1900"] ["n1901"]'
same 'remarks' "$(classes remark)" \
    'PARENT:remark_note|["1010"] ["1900"] ["7777"];'
# So many that they are written in several parts.
same 'many' "$(sql target -c "SELECT class, key::json ->> 0 IN (SELECT (3 * n)::text
    FROM generate_series(1, 3000) n), count(*) FROM novate.reject WHERE entity = 'many'
    GROUP BY 1, 2 ORDER BY 1" | xargs)" 'FOREIGN_KEY|f|3000 PARENT|t|3000'
# Both columns of the key count, in their order; of a key that is not that of a record, or only a
# part of it, nothing is known.
refused 'events' event event_episode \
    '["4"] ["6"] ["7"] ["8"] ["9"]' '["2"] ["3"]'
# What was added to the key is taken off again.
same 'beds' "$(classes bed)" 'PARENT:bed_ward|["2"];'
counts_agree 'after the run' "${entities[@]}"
same 'what else is said' "$(sql target -c "SELECT DISTINCT sqlstate, by_target, message
    FROM novate.reject WHERE class = 'PARENT'")" \
    "$(sql target -c "SELECT DISTINCT sqlstate, by_target, message FROM novate.reject
        WHERE class = 'FOREIGN_KEY'")"
expect 0 rejects list "$plan" --class PARENT --entity visit
same 'listed by class' "$(wc -l <"$tmp/out")" 2
expect 0 rejects list "$plan" --summary
grep -qE '^2  visit  open  PARENT:visit_person' "$tmp/out" || complain 'the summary has no PARENT'
expect 0 rejects show "$plan" "$(sql target -c "SELECT min(reject) FROM novate.reject
    WHERE class = 'PARENT'")"
grep -qE 'class +PARENT' "$tmp/out" || complain 'show does not say PARENT'
expect 0 verify "$plan" --entity person --entity visit

# The parent is retried first; children that are retried before stay what they are. An entity alone
# knows the rejects of the others from the ledger.
sqlite3 "$tmp/source.db" 'UPDATE PERSON SET SEX = 1 WHERE ID = 10'
expect 0 rejects retry "$plan" --entity visit --report "$tmp/report.json"
counts_agree 'children before their parents' visit
refused 'children before their parents' visit visit_person \
    '["01500"] ["1900"] ["1901"]' \
    '["1010"] ["1020"]'
expect 0 rejects retry "$plan" --class LOOKUP
expect 0 rejects retry "$plan" --class PARENT --report "$tmp/report.json"
refused 'after one was mended' visit visit_person \
    '["01500"] ["1900"] ["1901"]' '["1020"]'
same 'its children' "$(sql target -c "SELECT (SELECT count(*) FROM care.visit WHERE id = 1010)
    + (SELECT count(*) FROM care.note WHERE code = 'n1010')
    + (SELECT count(*) FROM care.remark WHERE id = 1010)")" 3
counts_agree 'after one was mended' "${entities[@]}"
# Who stays out for good is no cause that will go away, and one whose record is gone is none at all.
expect 0 rejects close "$plan" --why 'a test patient' \
    "$(sql target -c "SELECT reject FROM novate.reject WHERE entity = 'person' AND state = 'open'")"
expect 0 rejects retry "$plan" --class PARENT --entity visit --report "$tmp/report.json"
same 'of a closed one' "$(classes visit)" \
    'FOREIGN_KEY:visit_person|["01500"] ["1020"] ["1900"] ["1901"];'
counts_agree 'of a closed one' visit

# A run of one entity alone.
sql target -c 'TRUNCATE care.note, care.remark'
expect 0 run "$plan" --entity note --restart --no-verify --report "$tmp/report.json"
refused 'notes of a run of their own' note note_visit \
    '["n01500"] ["of\t\\none"]' \
    '["n1020"] ["n1900"] ["n1901"]'
counts_agree 'a run of their own' note

# Staged, in another mode and in small chunks it is the same.
sql target -c 'TRUNCATE care.visit, care.note, care.remark'
expect 0 rejects reopen "$plan" \
    "$(sql target -c "SELECT reject FROM novate.reject WHERE state = 'closed'")"
for entity in visit note; do
    key=id
    [ "$entity" != note ] || key=code
    sed -i "s/^target: .*/target: {table: care.$entity, key: [$key], mode: upsert}/" \
        "$tmp/plan/$entity.yaml"
done
expect 0 extract "$plan" --entity visit --entity note --chunk-rows 50
expect 0 transform "$plan" --entity visit --entity note
expect 0 load "$plan" --entity visit --entity note --restart --report "$tmp/report.json"
refused 'visits, upserted' visit visit_person \
    '["01500"] ["1900"] ["1901"]' '["1020"]'
refused 'notes, upserted' note note_visit \
    '["n01500"] ["of\t\\none"]' \
    '["n1020"] ["n1900"] ["n1901"]'
counts_agree 'upserted' visit note

# What is replaced is loaded beside the table first.
mapping event event ', mode: replace'
expect 0 run "$plan" --entity event --restart --no-verify --report "$tmp/report.json"
refused 'events, replaced' event event_episode \
    '["4"] ["6"] ["7"] ["8"] ["9"]' '["2"] ["3"]'
counts_agree 'replaced' event

# A table that refers to itself, with its keys on, whatever the order within the chunk. Records that
# refer to each other have no cause but themselves, unless one of them was rejected before.
defer=none plan staff
mapping staff
staff() {
    sql target -c 'TRUNCATE care.staff'
    expect 0 run "$plan" --restart --no-verify --report "$tmp/report.json" --chunk-rows "$1"
    same "$1 a chunk" "$(classes staff)" "CHECK:no_secret|[\"2\"];FOREIGN_KEY:staff_boss|$2;$3"
    counts_agree "$1 a chunk" staff
}
staff 10000 '["5"] ["7"]' 'PARENT:staff_boss|["10"] ["11"] ["20001"] ["3"] ["4"] ["6"] ["9"];'
staff 30000 '["11"] ["20001"] ["5"] ["7"]' \
    'PARENT:staff_boss|["10"] ["3"] ["4"] ["6"] ["9"];'
# Of what is read again together only what is rejected again is a reject.
echo 'filters: {left: ID <> 2}' >>"$tmp/plan/staff.yaml"
expect 0 rejects retry "$plan" --changed --report "$tmp/report.json"
refused 'what is left' staff staff_boss \
    '["10"] ["11"] ["20001"] ["3"] ["5"] ["7"]' '["4"] ["6"] ["9"]'
counts_agree 'what is left' staff

# Keys with a text before and behind, one of several columns, and one that cannot be told: a text
# that does not begin so is of no record. Of a parent that gives several rows it is told where all
# of them tell the key alike.
sqlite3 -batch -bail "$tmp/source.db" <<'SQL'
CREATE TABLE CLINIC (TRUST varchar(8), NO int, NAME text, PRIMARY KEY (TRUST, NO));
INSERT INTO CLINIC VALUES ('RN1', 1, 'good'), ('RN1', 2, 'Secretname'), ('RHM', 2, 'good'),
    ('RHM', 3, 'Secretname'), ('RN1', -1, 'Secretname');
CREATE TABLE SLOT (ID integer PRIMARY KEY, CLINIC text, NO int);
INSERT INTO SLOT VALUES (1, 'T:RN1.', 11), (2, 'T:RN1.', 12), (3, 'T:RHM.', 13),
    (4, 'T:RHM.', 14), (5, 'RHM', 13), (6, 'T:RN1', 12), (7, 'T:RN1.', 9), (8, 'T:.', 12),
    (9, 'T:', 12);
CREATE TABLE SITE (ID integer PRIMARY KEY, NAME text, KIND int);
INSERT INTO SITE VALUES (1, 'good', 1), (2, 'Secretname', 1), (3, 'Secretname', 2), (4, 'x', 3);
CREATE TABLE ROOM (ID integer PRIMARY KEY, SITE int, CODE text);
INSERT INTO ROOM VALUES (1, 1, 'h1'), (2, 2, 'h2'), (3, 3, 'w3'), (4, 4, 'x4'), (5, 5, 'h5');
SQL
sql target <<'SQL'
CREATE TABLE care.clinic (trust text, no numeric, name text CHECK (name <> 'Secretname'),
    PRIMARY KEY (trust, no));
CREATE TABLE care.slot (id bigint PRIMARY KEY, clinic char(20), no numeric(9,0),
    CONSTRAINT slot_clinic FOREIGN KEY (clinic, no) REFERENCES care.clinic);
CREATE TABLE care.site (id bigint PRIMARY KEY, name text CHECK (name <> 'Secretname'), kind text,
    code text UNIQUE);
CREATE TABLE care.room (id bigint PRIMARY KEY,
    site bigint CONSTRAINT room_site REFERENCES care.site,
    code text CONSTRAINT room_code REFERENCES care.site (code));
SQL
rm -rf -- "$tmp/plan"
columns[clinic]="{trust: \"'T:' || TRUST || '.'\", no: 10 + CAST(NO AS bigint), name: NAME}"
columns[slot]='{id: ID, clinic: fit(CLINIC), no: fit(NO)}'
columns[site]='{id: ID, name: NAME}'
columns[room]='{id: ID, site: SITE}'
keys[clinic]='TRUST, NO'
plan clinic slot site room
for entity in clinic slot site room; do
    mapping "$entity"
done
cat >>"$tmp/plan/site.yaml" <<'YAML'
emit:
  - {name: hospital, when: KIND = 1, columns: {kind: "'hospital'", code: "'h' || ID"}}
  - {name: ward, when: KIND = 2, columns: {kind: "'ward'", code: "'w' || ID"}}
YAML
rooms() {
    refused "$1" room "$2" '["4"] ["5"]' '["2"] ["3"]'
}
expect 0 run "$plan" --no-verify --restart --report "$tmp/report.json"
refused 'slots' slot slot_clinic '["4"] ["5"] ["6"] ["8"] ["9"]' '["2"] ["3"] ["7"]'
rooms 'rooms' room_site
counts_agree 'told' clinic slot site room
# The code of a site is told by the rows of one kind alone: nobody knows which kind is missing.
sed -i 's/^columns: .*/columns: {id: ID, code: CODE}/' "$tmp/plan/room.yaml"
sql target -c 'TRUNCATE care.room'
expect 0 run "$plan" --no-verify --entity room --restart
same 'codes' "$(classes room)" 'FOREIGN_KEY:room_code|["2"] ["3"] ["4"] ["5"];'
# Staged it is the same.
sed -i 's/^columns: .*/columns: {id: ID, site: SITE}/' "$tmp/plan/room.yaml"
sql target -c 'TRUNCATE care.slot, care.room'
expect 0 extract "$plan" --entity slot --entity room --restart
expect 0 transform "$plan" --entity slot --entity room
expect 0 load "$plan" --entity slot --entity room --restart
refused 'slots, staged' slot slot_clinic '["4"] ["5"] ["6"] ["8"] ["9"]' '["2"] ["3"] ["7"]'
rooms 'rooms, staged' room_site

# Of a key that has a column with the same text in all rows of the parent: it tells nothing of the
# record, but that a row which has another text there refers to none of these.
sqlite3 -batch -bail "$tmp/source.db" <<'SQL'
CREATE TABLE PLACE (ID integer PRIMARY KEY, NAME text);
INSERT INTO PLACE VALUES (1, 'good'), (2, 'Secretname');
CREATE TABLE STAY (ID integer PRIMARY KEY, TRUST text, PLACE int);
INSERT INTO STAY VALUES (1, 'RN1', 1), (2, 'RN1', 2), (3, 'RN1', 3), (4, 'RHM', 2);
SQL
sql target <<'SQL'
CREATE TABLE care.place (trust text, id bigint, name text CHECK (name <> 'Secretname'),
    PRIMARY KEY (trust, id));
CREATE TABLE care.stay (id bigint PRIMARY KEY, trust text, place bigint,
    CONSTRAINT stay_place FOREIGN KEY (trust, place) REFERENCES care.place);
SQL
rm -rf -- "$tmp/plan"
columns[place]="{trust: \"'RN1'\", id: ID, name: NAME}"
columns[stay]='{id: ID, trust: TRUST, place: PLACE}'
plan place stay
for entity in place stay; do
    mapping "$entity"
done
expect 0 run "$plan" --no-verify --restart --report "$tmp/report.json"
refused 'stays' stay stay_place '["3"] ["4"]' '["2"]'
# The same where the plan says it for all: nobody refers to what is another's.
columns[place]='{id: ID, name: NAME}'
columns[stay]='{id: ID, place: PLACE}'
plan place stay
for entity in place stay; do
    mapping "$entity"
done
sed -i 's/^target: {/&divided_by: {trust: RN1}, /' "$plan"
sql target -c 'TRUNCATE care.place, care.stay'
expect 0 run "$plan" --no-verify --restart --report "$tmp/report.json"
refused 'stays, divided' stay stay_place '["3"]' '["2"] ["4"]'
finish
