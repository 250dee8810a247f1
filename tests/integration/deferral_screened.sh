# deferral_screened.sh — rows that a foreign key would refuse are rejects while it is off: random
# rows that violate everything in every mixture give the same rejects, for the same reasons, and the
# same table, whether keys are on or deferred, in every manner of working, and after kills. What
# cannot be asked about beforehand is found when the key is back.
#
#     NOVATE_TEST_SEED    what decides the rows; printed
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed"
rows=4000
chunk_rows=1500

# Stays of which some refer to no patient, and results of which one in `one_in` is at fault. Those
# with the same number are of the same chunk: of two chunks either may come first.
write_rows() { # ONE_IN [BIG]
    rm -f "$tmp/source.db"
    awk -v seed="$seed" -v rows="$rows" -v one_in="$1" -v chunk="$chunk_rows" '
    function some(n) { return int(rand() * n) }
    function or_null(value, n) { return some(n) ? value : "NULL" }
    function fault() { return some(one_in) == 0 }
    BEGIN {
        srand(seed)
        print "CREATE TABLE PATIENT (ID integer PRIMARY KEY, NAME text);"
        print "CREATE TABLE STAY (ID integer PRIMARY KEY, PATIENT int);"
        print "CREATE TABLE RESULT (ID integer PRIMARY KEY, STAY int, PATIENT int, KIND text," \
            " WARD int, BED int, NUMBER int, AMOUNT int, NOTE text, ROOM text);"
        print "BEGIN;"
        for (i = 1; i <= 200; i++)
            printf "INSERT INTO PATIENT VALUES (%d, \047%s\047);\n", i, i % 40 ? "good" : "bad"
        for (i = 1; i <= 600; i++)
            printf "INSERT INTO STAY VALUES (%d, %d);\n", i, i % 97 ? i % 200 + 1 : 999
        for (i = 1; i <= rows; i++) {
            stay = some(600) + 1
            printf "INSERT INTO RESULT VALUES (%d, %s, %s, %s, %s, %s, %s, %s, %s, %s);\n", i,
                or_null(fault() ? 700 + some(9) : stay, 9),
                or_null(fault() ? 300 + some(3) : stay % 97 ? stay % 200 + 1 : 999, 9),
                or_null(fault() ? "\047none\\here\047" : "\047a\\\"" some(3) "\047", 9),
                fault() ? "NULL" : some(3), fault() ? "NULL" : fault() ? 9 : some(3),
                or_null(i % chunk == 1 ? i : i - fault(), 20),
                fault() ? (some(2) ? "NULL" : 999) : some(100),
                big && some(400) == 0 ? "printf(\047%0100000d\047, 7)" : "\047short\047",
                fault() ? (some(2) ? "\04710.0.0.9\047" : "\047nowhere\047") : "\04710.0.0.1\047"
        }
        print "COMMIT;"
    }' big="${2:-}" | sqlite3 -batch -bail "$tmp/source.db"
}

target() {
    database target
    sql target <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.patient (id bigint PRIMARY KEY, name text CHECK (name <> 'bad'));
CREATE TABLE care.stay (id bigint PRIMARY KEY, patient bigint
    CONSTRAINT stay_patient REFERENCES care.patient, UNIQUE (patient, id));
CREATE DOMAIN care.code AS varchar(12);
CREATE TABLE care.kind (code care.code PRIMARY KEY);
INSERT INTO care.kind SELECT 'a\"' || n FROM generate_series(0, 2) n;
CREATE TABLE care.bed (bed int, ward smallint, PRIMARY KEY (ward, bed));
INSERT INTO care.bed SELECT b, w FROM generate_series(0, 2) b, generate_series(0, 2) w;
CREATE TABLE care.result (id bigint PRIMARY KEY, stay bigint, patient bigint, kind care.code,
    ward int, bed bigint, number bigint UNIQUE, amount numeric(5,2) NOT NULL CHECK (amount < 500),
    note text, room text,
    CONSTRAINT result_stay FOREIGN KEY (stay, patient) REFERENCES care.stay (id, patient),
    CONSTRAINT result_bed FOREIGN KEY (bed, ward) REFERENCES care.bed (bed, ward) MATCH FULL);
ALTER TABLE care.result
    ADD CONSTRAINT a_patient FOREIGN KEY (patient) REFERENCES care.patient DEFERRABLE,
    ADD CONSTRAINT result_kind FOREIGN KEY (kind) REFERENCES care.kind
        DEFERRABLE INITIALLY DEFERRED;
SQL
}

# plan MODE ENTITY …: in that order; results are loaded in that mode.
plan() {
    local entity mode
    rm -rf -- "$tmp/plan"
    mkdir "$tmp/plan"
    cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: ${migration:-screened}
variables: {defer: none}
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "$(conninfo target)", defer: "\${defer}"}
limits: {rejects: 1000000}
mappings: [$(printf '%s.yaml, ' "${@:2}" | sed 's/, $//')]
YAML
    for entity in "${@:2}"; do
        mode=insert
        [ "$entity" != result ] || mode=$1
        cat >"$tmp/plan/$entity.yaml" <<YAML
entity: $entity
source: {table: ${entity^^}, key: [ID]}
target: {table: care.$entity, key: [id], mode: $mode}
columns:
YAML
        case $entity in
        patient) echo '  {id: ID, name: NAME}' ;;
        stay) echo '  {id: ID, patient: PATIENT}' ;;
        result) echo '  {id: ID, stay: STAY, patient: PATIENT, kind: KIND, ward: fit(WARD),
            bed: BED, number: NUMBER, amount: fit(AMOUNT), note: NOTE, room: ROOM}' ;;
        esac >>"$tmp/plan/$entity.yaml"
    done
}
rejected() {
    sql target -c "SELECT entity, key, class, name, column_name, sqlstate, message
        FROM novate.reject ORDER BY entity, (key::json ->> 0)::int"
}
loaded() {
    sql target -c 'SELECT id, stay, patient, kind, ward, bed, number, amount, length(note), room
        FROM care.result ORDER BY id' -c 'SELECT * FROM care.stay ORDER BY 1, 2'
}
off() { # STATE
    sql target -c "SELECT count(*) FROM novate.deferred WHERE state = '$1'"
}
# like_on WHAT
like_on() {
    local what
    for what in rejected loaded; do
        $what >"$tmp/$what.off"
        diff "$tmp/$what.on" "$tmp/$what.off" >"$tmp/unlike" ||
            complain "$1: $what with keys on, and off: $(head -n 10 "$tmp/unlike")"
    done
    same "$1: restored" "$(off restored)" "$(sql target -c "SELECT count(*) FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'care'::regnamespace")"
}
# on ARGUMENTS: what the rest is compared with.
on() {
    target
    expect 0 run "$tmp/plan/plan.yaml" "$@"
    rejected >"$tmp/rejected.on"
    loaded >"$tmp/loaded.on"
    same 'nothing was off' "$(off restored)" 0
}
deferred() {
    expect 0 run "$tmp/plan/plan.yaml" --set defer=foreign_keys "$@"
}

echo '== the same rejects as with keys that are on'
for mode in insert upsert; do
    # What else is at fault is found by halves where rows are merged.
    [ $mode = insert ] && write_rows 12 || rows=1200 write_rows 50
    plan $mode patient stay result
    on --jobs 1 --chunk-rows $chunk_rows
    for class in FOREIGN_KEY PARENT UNIQUE CHECK; do
        grep -q "|$class|" "$tmp/rejected.on" || complain "$mode: nothing is of class $class"
    done
    for jobs in 0 1 3; do
        target
        rm -rf "$tmp/plan/.novate"
        deferred --jobs $jobs --chunk-rows $chunk_rows
        like_on "$mode, --jobs $jobs"
    done
done

echo '== sent as text, with values that stand apart, and few at a time'
write_rows 12 big # a piece ends with the batch that has such a value: a chunk has two
plan insert patient stay result
target_of_texts() {
    target
    sql target -c "CREATE TABLE care.room (address inet PRIMARY KEY);
        INSERT INTO care.room VALUES ('10.0.0.1');
        ALTER TABLE care.result ALTER room TYPE inet USING room::inet,
            ADD CONSTRAINT result_room FOREIGN KEY (room) REFERENCES care.room"
}
target_of_texts
expect 0 run "$tmp/plan/plan.yaml" --jobs 1 --chunk-rows 4000
rejected >"$tmp/rejected.on"
loaded >"$tmp/loaded.on"
for chunk in 4000 50; do
    target_of_texts
    rm -rf "$tmp/plan/.novate"
    deferred --jobs 1 --chunk-rows $chunk
    [ $chunk -ne 4000 ] || like_on "text, --chunk-rows $chunk"
done

echo '== staged, and after kills'
write_rows 40
plan insert patient stay result
on --jobs 1 --chunk-rows 500
target
rm -rf "$tmp/plan/.novate"
expect 0 extract "$tmp/plan/plan.yaml" --chunk-rows 500
expect 0 transform "$tmp/plan/plan.yaml"
expect 0 load "$tmp/plan/plan.yaml" --set defer=foreign_keys
like_on staged
for strike in load.piece:kill:4 load.record:kill:6 load.committed:kill:7 load.piece:error:9; do
    target
    rm -rf "$tmp/plan/.novate"
    status=0
    : >"$tmp/trace" # by which the program counts
    NOVATE_FAULT_TRACE=$tmp/trace NOVATE_FAULT=$strike "$NOVATE" run "$tmp/plan/plan.yaml" \
        --set defer=foreign_keys --jobs 1 --chunk-rows 500 >"$tmp/out" 2>"$tmp/err" </dev/null ||
        status=$?
    [ "$status" -ne 0 ] || complain "$strike did not strike"
    [ "$(off dropped)" -gt 0 ] || complain "$strike: nothing is off"
    deferred --jobs 1
    like_on "$strike"
done
# Rejects are retried with keys that are on again, and by the run that took them off.
sqlite3 "$tmp/source.db" "UPDATE PATIENT SET NAME = 'good'"
expect 0 rejects retry "$tmp/plan/plan.yaml" --entity patient
expect 0 rejects retry "$tmp/plan/plan.yaml" --class PARENT
same 'children of what was mended' "$(sql target -c "SELECT count(*) FROM novate.reject
    WHERE class = 'PARENT' AND state = 'open' AND name <> 'result_stay'")" 0

echo '== which of two rows comes first, where only they are at fault'
write_rows 1000000
sqlite3 "$tmp/source.db" "UPDATE RESULT SET WARD = 1, BED = 1, NUMBER = ID, KIND = NULL;
    UPDATE PATIENT SET NAME = 'good'; UPDATE STAY SET PATIENT = ID % 200 + 1;
    UPDATE RESULT SET PATIENT = (SELECT PATIENT FROM STAY s WHERE s.ID = STAY);
    UPDATE RESULT SET KIND = 'none' WHERE ID IN (100, 200);
    UPDATE RESULT SET NUMBER = 99 WHERE ID = 100; UPDATE RESULT SET NUMBER = 201 WHERE ID = 200"
plan insert patient stay result
on --jobs 1
same 'with keys on' "$(cut -d'|' -f1-4 "$tmp/rejected.on" | xargs)" \
    'result|[100]|UNIQUE|result_number_key result|[200]|FOREIGN_KEY|result_kind'
target
rm -rf "$tmp/plan/.novate"
deferred --jobs 1
like_on 'two rows'

echo '== what is filled later is asked about when the key is back'
write_rows 1000000
sqlite3 "$tmp/source.db" "UPDATE PATIENT SET NAME = 'good'; UPDATE STAY SET PATIENT = ID % 200 + 1;
    UPDATE RESULT SET PATIENT = (SELECT PATIENT FROM STAY s WHERE s.ID = STAY)"
for jobs in 1 3; do
    plan insert result stay patient
    target
    deferred --jobs $jobs
    same "children first, --jobs $jobs: rows" \
        "$(sql target -c 'SELECT count(*) FROM care.result')" $rows
    same "children first, --jobs $jobs" "$(off restored)" 5
done
sqlite3 "$tmp/source.db" "UPDATE RESULT SET STAY = 7777, PATIENT = 5 WHERE ID = 11;
    UPDATE RESULT SET KIND = 'none' WHERE ID = 12"
target
rm -rf "$tmp/plan/.novate"
expect 9 run "$tmp/plan/plan.yaml" --set defer=foreign_keys --jobs 3
same 'what nobody fills is asked about' "$(rejected | cut -d'|' -f1-4)" \
    'result|["12"]|FOREIGN_KEY|result_kind'
grep -q '"result_stay" of care.result cannot be restored: 1 rows refer' "$tmp/err" ||
    complain 'a row that refers to what never came is not found'

echo '== keys that another migration has off'
plan insert patient stay result
target
migration=another plan insert patient stay result
sed -i 's/rejects: 1000000/rejects: 0/' "$tmp/plan/plan.yaml"
sqlite3 "$tmp/source.db" "UPDATE RESULT SET AMOUNT = 999 WHERE ID = 20"
expect 6 run "$tmp/plan/plan.yaml" --set defer=foreign_keys
[ "$(off dropped)" -gt 0 ] || complain 'the other migration has nothing off'
sqlite3 "$tmp/source.db" "UPDATE RESULT SET ID = ID + 100000; UPDATE RESULT SET NUMBER = NULL;
    UPDATE RESULT SET AMOUNT = 9"
plan insert result
expect 0 run "$tmp/plan/plan.yaml" --append --no-verify
same 'of the one that loads beside it' "$(rejected | grep 1000 | cut -d'|' -f1-4 | xargs)" \
    'result|[100011]|FOREIGN_KEY|result_stay result|[100012]|FOREIGN_KEY|result_kind'
finish
