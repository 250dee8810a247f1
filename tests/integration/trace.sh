# trace.sh — one record, from the source through every rule to the target's row: what is said of it
# is true, its exit code says whether the target is as it should be, and nothing of it is shown
# that was not asked for.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

shows() {
    grep -qE -- "$1" "$tmp/out" || {
        cat "$tmp/out"
        complain "stdout does not say \"$1\""
    }
}
hides() {
    grep -qE -- "$1" "$tmp/out" "$tmp/err" && complain "it shows \"$1\""
    return 0
}
says() {
    grep -qE -- "$1" "$tmp/err" || {
        cat "$tmp/err"
        complain "stderr does not say \"$1\""
    }
}

plan=$tmp/plan/plan.yaml
sqlite_events "$tmp/source.db" 400
sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = 'Secretname' WHERE EVENT_ID IN (3, 6, 9, 300)" \
    'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID = 6' \
    'UPDATE EVENT SET AMOUNT = -1 WHERE EVENT_ID = 12' \
    "UPDATE EVENT SET NOTE = 'Refusedname' WHERE EVENT_ID = 15" \
    "UPDATE EVENT SET NOTE = '2008-02-30' WHERE EVENT_ID = 18" \
    'UPDATE EVENT SET AMOUNT = 5 WHERE EVENT_ID IN (3, 15, 18, 300)'
database target
event_target target
sql target -c "ALTER TABLE care.event ADD COLUMN noted date,
    ADD CONSTRAINT no_secret CHECK (note <> 'Refusedname')"
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
cat >>"$tmp/plan/event.yaml" <<'YAML'
  noted:    "CASE WHEN EVENT_ID = 18 THEN try(CAST(NOTE AS date)) END"
filters:
  not_nine: EVENT_ID <> 9
checks:
  positive: amount >= 0 OR event_id > 18
YAML

# --- nothing was done yet
expect 8 trace "$plan" event 3
says 'the record was not loaded yet'
expect 1 trace "$plan" event
expect 1 trace "$plan" event 3 4
says 'has 1 column'
expect 1 trace "$plan" event three
says 'value 1 of the key is no'
hides three
expect 1 trace "$plan" nothing 3
expect 1 trace "$plan" event 3 --format csv
[ -d "$tmp/plan/.novate" ] && complain 'it made a work directory'

expect 0 run "$plan" --chunk-rows 100
ledger=$(sql target -c "SELECT md5(string_agg(t::text, '' ORDER BY t::text))
    FROM (SELECT * FROM novate.run) t")

# --- equal
expect 0 trace "$plan" event 3
shows '^key: #[0-9a-f]{8}$'
shows '^  records: 1$'
shows '^    ordinal: 0$'
shows '^    state: loaded$'
shows '^    run: 1$'
shows '^      filter  not_nine  passed  EVENT_ID <> 9  .*event.yaml:[0-9]+:[0-9]+$'
shows "^      column  status  passed  lookup\\('status', STATUS\\)  .*event.yaml:[0-9]+:"
shows '^      check  positive  passed'
shows '^        event_id  equal  bigint #[0-9a-f]{8}  bigint #[0-9a-f]{8}$'
shows '^verdict: as it should be$'
hides 'Secretname|"3"'
# Equal values are seen to be equal without being shown, and different ones to differ.
same 'hashes of equal values' "$(awk '$1 == "event_id" && $2 == "equal" && $4 == $6' "$tmp/out" |
    wc -l)" 1
cp "$tmp/out" "$tmp/hidden"
expect 0 trace "$plan" event '["3"]' --show-keys --show-values
shows '^key: \["3"\]$'
shows 'Secretname'
shows '^      key_hash: [0-9a-f]{32}$'
shows '^      row_hash: [0-9a-f]{32}$'
same 'both hashes' "$(grep -E 'row_hash' "$tmp/out" | grep -oE '[0-9a-f]{32}' | sort -u | wc -l)" 1
expect 0 trace "$plan" event 3 --format json --show-values
same 'JSON: name' "$(json "$tmp/out" '$.mapping[0].target.columns[3].target.value')" Secretname
same 'JSON: rule' "$(json "$tmp/out" '$.mapping[0].rules[0].outcome')" passed
same 'JSON: reads' "$(json "$tmp/out" '$.mapping[0].rules[1].reads[0].value.value')" 3
same 'JSON: verdict' "$(json "$tmp/out" '$.verdict')" 'as it should be'
expect 0 trace "$plan" event 3 --format json
same 'JSON: no value' "$(json "$tmp/out" '$.mapping[0].target.columns[3].target.value')" ''
same 'JSON: characters' \
    "$(json "$tmp/out" '$.mapping[0].target.columns[3].target.characters')" 10
hides 'Secretname|"3"'
# No value of the source is on a page, in whatever form, nor in a message.
for format in text json; do
    expect 0 trace "$plan" event 303 --format "$format"
    sqlite3 "$tmp/source.db" 'SELECT EVENT_CD, AMOUNT, NAME, BORN, SEEN, NOTE FROM EVENT
        WHERE EVENT_ID = 303' | tr '|\n' '\n\n' | grep -E '.{6}' >"$tmp/values"
    [ "$(wc -l <"$tmp/values")" -ge 5 ] || complain "too few values: $(cat "$tmp/values")"
    grep -Ff "$tmp/values" "$tmp/out" "$tmp/err" && complain 'it shows a value of the source'
done
# In a later chunk.
expect 0 trace "$plan" event 900
shows '^    ordinal: 2$'

# --- left out, rejected, refused, noted
expect 0 trace "$plan" event 9
shows '^      filter  not_nine  left out'
shows '^      column  event_id  not reached'
shows '^why: the mapping leaves the record out, by filter "not_nine", and the target has no row'
expect 0 trace "$plan" event 6
shows '^      column  status  rejected'
shows '^      column  note  not reached'
shows '^      class: LOOKUP$'
shows '^      state: open$'
shows '^      rejected_by: the mapping$'
shows '^      first_seen_at: 20'
hides Secretname
expect 0 trace "$plan" event 12
shows '^      check  positive  rejected'
expect 0 trace "$plan" event 15
shows '^      rejected_by: the target$'
shows '^why: the target refused the row'
hides Refusedname
expect 0 trace "$plan" event 18
shows '^      try  noted  noted$'
hides 2008-02-30
expect 0 trace "$plan" event 18 --show-values
shows '2008-02-30'

# --- the target is not as it should be
sql target -c "UPDATE care.event SET name = 'Changedname' WHERE event_id = 300" \
    -c 'DELETE FROM care.event WHERE event_id = 303' \
    -c "INSERT INTO care.event (event_id, code, name) VALUES (9, 1, 'x'), (6, 1, 'y')"
expect 7 trace "$plan" event 300
shows '^        name  differs  text #[0-9a-f]{8}, 10 characters  text #[0-9a-f]{8}, 11 characters$'
shows '^        amount  equal'
hides 'Secretname|Changedname'
says "the target's row differs"
same 'two hashes' "$(grep -E 'row_hash' "$tmp/out" | grep -oE '#[0-9a-f]{8}' | sort -u | wc -l)" 2
expect 7 trace "$plan" event 303
says 'missing in the target, though its chunk is loaded'
expect 7 trace "$plan" event 9
says 'leaves the record out.*and the target has its row'
expect 7 trace "$plan" event 6
says 'rejects the record.*and the target has its row'

changed=$(fingerprint target 'SELECT * FROM care.event')

# --- not in the source
expect 8 trace "$plan" event 5
says 'no record with the key, and the target has no row of it'
sqlite3 "$tmp/source.db" 'DELETE FROM EVENT WHERE EVENT_ID = 306'
expect 8 trace "$plan" event 306
says 'no record with the key, and the target has its row'

shows '^verdict: not in the source$'

# --- what is only read is not changed
same 'the rows' "$(fingerprint target 'SELECT * FROM care.event')" "$changed"
same 'the ledger' "$(sql target -c "SELECT md5(string_agg(t::text, '' ORDER BY t::text))
    FROM (SELECT * FROM novate.run) t")" "$ledger"
# --- files: place, line and byte; records without a key by their line
mkdir -p "$tmp/files/in"
printf 'ID,NAME\n1,Anna\n2,"Zo\xc3\xab\nB"\n3,Secretname\n3,Twice\n' >"$tmp/files/in/p.csv"
sql target -c 'CREATE TABLE care.person (id int, name text)'
cat >"$tmp/files/plan.yaml" <<YAML
novate: 1
migration: files
source: {csv: in}
target: {postgres: "$(conninfo target)"}
mappings: [person.yaml]
YAML
cat >"$tmp/files/person.yaml" <<'YAML'
entity: person
source: {file: "p*.csv", key: [ID], columns: {ID: integer}}
target: {table: care.person, key: [id]}
copy: [id, name]
YAML
expect 0 run "$tmp/files/plan.yaml"
expect 0 trace "$tmp/files/plan.yaml" person 2
shows '^  file: p.csv$'
shows '^  line: 3$'
shows '^  byte: 15$'
shows '^    first_line: 2$'
expect 8 trace "$tmp/files/plan.yaml" person 3
shows '^  records: 2$'
shows '^others: more records have the key'
says '2 rows of the target have the key'
hides Secretname
sed -i 's/, key: \[ID\]//' "$tmp/files/person.yaml"
expect 0 trace "$tmp/files/plan.yaml" person p.csv:2
shows '^  line: 2$'

# --- staged: is it in a segment, and as it is now?
database staged
event_target staged
sql staged -c 'ALTER TABLE care.event ADD COLUMN noted date'
sed "s/_target'*\"/_staged\"/" "$plan" >"$tmp/plan/staged.yaml"
grep -q _staged "$tmp/plan/staged.yaml" || complain 'the plan is not that of the other target'
expect 0 extract "$tmp/plan/staged.yaml" --work "$tmp/staged" --chunk-rows 100
expect 8 trace "$tmp/plan/staged.yaml" event 3 --work "$tmp/staged"
shows '^    stage: extracted$'
shows '^    record: as it is now$'
expect 0 transform "$tmp/plan/staged.yaml" --work "$tmp/staged"
sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = 'Later' WHERE EVENT_ID = 3"
expect 8 trace "$tmp/plan/staged.yaml" event 3 --work "$tmp/staged"
shows '^    stage: transformed$'
shows '^    became: a row for the target$'
shows '^    record: other than it is now$'
expect 0 trace "$tmp/plan/staged.yaml" event 6 --work "$tmp/staged"
shows '^    became: a reject$'

# --- several rows of a record, and one row of several records
sqlite3 "$tmp/several.db" 'CREATE TABLE P (ID int PRIMARY KEY, HOME text, WORK text, SEEN int)' \
    "INSERT INTO P VALUES (1, 'h1', 'w1', 5), (2, NULL, 'w2', 6), (3, 'h3', 'w1', 7)"
database several
sql several -c 'CREATE TABLE phone (id int, use text, value text, PRIMARY KEY (id, use))' \
    -c 'CREATE TABLE latest (work text PRIMARY KEY, id int)'
mkdir -p "$tmp/several"
cat >"$tmp/several/plan.yaml" <<YAML
novate: 1
migration: several
source: {odbc: "$(sqlite_source "$tmp/several.db")"}
target: {postgres: "$(conninfo several)"}
mappings: [phone.yaml, latest.yaml]
YAML
cat >"$tmp/several/phone.yaml" <<'YAML'
entity: phone
source: {table: P, key: [ID]}
target: {table: phone, key: [id, use]}
columns: {id: fit(ID)}
emit:
  - {name: home, when: HOME IS NOT NULL, columns: {use: "'home'", value: HOME}}
  - {name: work, when: WORK IS NOT NULL, columns: {use: "'work'", value: WORK}}
YAML
cat >"$tmp/several/latest.yaml" <<'YAML'
entity: latest
source: {table: P, key: [ID]}
target: {table: latest, key: [work]}
dedupe: {by: [WORK], keep: latest(SEEN)}
columns: {work: WORK, id: fit(ID)}
YAML
several=$tmp/several/plan.yaml
expect 0 run "$several"
expect 0 trace "$several" phone 1 --format json
same 'rows of the record' "$(json "$tmp/out" '$.mapping[1].row')" work
same 'rows compared' "$(json "$tmp/out" '$.mapping[1].target.columns[2].verdict')" equal
expect 0 trace "$several" phone 2
shows '^      row  when  left out  HOME IS NOT NULL'
expect 0 trace "$several" latest 3
expect 8 trace "$several" latest 1
shows '^      group  dedupe  merged'
says "stands in another record's row"
sql several -c "DELETE FROM phone WHERE id = 1 AND use = 'work'"
expect 7 trace "$several" phone 1

# --- what the target refused, of keys that several records have; columns that are not compared
database twice
sql twice -c 'CREATE TABLE t (k int PRIMARY KEY, v text)' \
    -c 'CREATE TABLE phone (k int, use text, v text UNIQUE, PRIMARY KEY (k, use))' \
    -c 'CREATE TABLE partly (k int PRIMARY KEY, v text)'
mkdir -p "$tmp/twice/csv"
printf 'id,v\n1,a\n2,b\n11,c\n3,d\n3,e\n' >"$tmp/twice/csv/t.csv"
printf 'id,home,work\n1,h1,w1\n2,h2,w1\n' >"$tmp/twice/csv/phone.csv"
cat >"$tmp/twice/plan.yaml" <<YAML
novate: 1
migration: twice
source: {csv: csv}
target: {postgres: "$(conninfo twice)"}
mappings: [t.yaml, phone.yaml, partly.yaml]
limits: {rejects: 10}
YAML
cat >"$tmp/twice/t.yaml" <<'YAML'
entity: t
source: {file: t.csv, key: [id], columns: {id: integer}}
target: {table: t, key: [k]}
columns: {k: id % 10, v: v}
YAML
cat >"$tmp/twice/phone.yaml" <<'YAML'
entity: phone
source: {file: phone.csv, key: [id], columns: {id: integer}}
target: {table: phone, key: [k, use]}
columns: {k: id}
emit:
  - {name: home, columns: {use: "'home'", v: home}}
  - {name: work, columns: {use: "'work'", v: work}}
YAML
cat >"$tmp/twice/partly.yaml" <<'YAML'
entity: partly
source: {file: t.csv, key: [id], columns: {id: integer}}
target: {table: partly, key: [k]}
filters: {once: id < 3}
columns: {k: id, v: v}
verify: {skip: {v: the platform adds to it}}
YAML
twice=$tmp/twice/plan.yaml
expect 8 run "$twice"
expect 0 trace "$twice" t 1
expect 8 trace "$twice" t 11 # its key was taken by that of record 1, whose row is no fault
shows '^why: the target refused the row when it was loaded: what it has under'
expect 0 trace "$twice" phone 2
sql twice -c 'DELETE FROM t WHERE k = 3' -c "DELETE FROM phone WHERE k = 2 AND use = 'home'" \
    -c "UPDATE partly SET v = v || ', seen' WHERE k = 1"
expect 8 trace "$twice" t 3
shows '^why: the row is not there: the target refused that of one of the records with the key'
expect 7 trace "$twice" phone 2 # of two rows one was refused
expect 8 trace "$twice" partly 1
shows '^why: .* but for columns that are not compared'

# --- keys that only the source can put in order: its collation, not that of bytes
if [ -n "${NOVATE_TEST_MARIADB:-}" ]; then
    maria -e "DROP TABLE IF EXISTS TRACED; CREATE TABLE TRACED (K varchar(20) COLLATE
        utf8mb4_swedish_ci PRIMARY KEY, V int);
        INSERT INTO TRACED SELECT CONCAT(CHAR(97 + seq % 26), seq), seq FROM seq_1_to_600;
        INSERT INTO TRACED VALUES ('Zebra', 1), ('Äpple', 2), ('Middle', 3)"
    database maria
    sql maria -c 'CREATE TABLE traced (k text PRIMARY KEY, v int)'
    mkdir -p "$tmp/maria"
    cat >"$tmp/maria/plan.yaml" <<YAML
novate: 1
migration: maria
source: {odbc: "$NOVATE_TEST_MARIADB"}
target: {postgres: "$(conninfo maria)"}
mappings: [traced.yaml]
YAML
    cat >"$tmp/maria/traced.yaml" <<'YAML'
entity: traced
source: {table: TRACED, key: [K]}
target: {table: traced, key: [k]}
columns: {k: K, v: V}
YAML
    expect 0 run "$tmp/maria/plan.yaml" --chunk-rows 50
    [ "$(sql maria -c 'SELECT count(*) FROM novate.chunk')" -gt 5 ] || complain 'too few chunks'
    for key in Zebra Äpple Middle a26 z25 o300; do
        expect 0 trace "$tmp/maria/plan.yaml" traced "$key"
        told=$(sed -n 's/^    ordinal: //p' "$tmp/out")
        bounds=$(sql maria -c "SELECT
            coalesce('K > ' || quote_literal(definition->'lower'->>0), 'TRUE') || ' AND ' ||
            coalesce('K <= ' || quote_literal(definition->'upper'->>0), 'TRUE')
            FROM novate.chunk WHERE ordinal = ${told:-99}")
        same "chunk of $key" \
            "$(maria -N -e "SELECT count(*) FROM TRACED WHERE K = '$key' AND ${bounds:-FALSE}")" 1
    done
    expect 8 trace "$tmp/maria/plan.yaml" traced zebra
    maria -e 'DROP TABLE TRACED'
fi

finish
