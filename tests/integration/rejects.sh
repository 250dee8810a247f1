# rejects.sh — rejects are a list that is worked off: listed, counted, shown, exported, retried
# until they load, closed by somebody; each record is loaded exactly once, the identity still
# closes, and a verification afterwards agrees.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

says() {
    grep -qE -- "$1" "$tmp/err" || {
        cat "$tmp/err"
        complain "stderr does not say \"$1\""
    }
}
shows() {
    grep -qE -- "$1" "$tmp/out" || {
        cat "$tmp/out"
        complain "stdout does not say \"$1\""
    }
}

plan=$tmp/plan/plan.yaml
mapping=$tmp/plan/event.yaml
rows=1000
# Ten records have a status that the lookup does not know, five a name that the target refuses.
fresh() {
    rm -rf -- "$tmp/plan" "$tmp/source.db"
    sqlite_events "$tmp/source.db" "$rows"
    sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 300 = 0' \
        "UPDATE EVENT SET NAME = 'Secretname' WHERE EVENT_ID % 600 = 3"
    database target
    event_target target
    sql target -c "ALTER TABLE care.event ADD CONSTRAINT no_secret CHECK (name <> 'Secretname')"
    event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
}
state() {
    sql target -c "SELECT count(*) FROM novate.reject WHERE state = '$1'"
}
loaded() {
    sql target -c 'SELECT count(*) FROM care.event'
}
# The ledger's own identity, and that no chunk was said to be loaded again.
ledger_closes() {
    same "$1: identity" "$(sql target -c 'SELECT sum(source_rows + emitted_rows - passed_rows
        - filtered_rows - rejected_rows - merged_rows) FROM novate.chunk')" 0
    same "$1: rejected in the ledger" \
        "$(sql target -c 'SELECT sum(rejected_rows) FROM novate.chunk')" \
        "$(sql target -c "SELECT count(*) FROM novate.reject WHERE state <> 'retried'")"
    same "$1: loaded in the ledger" "$(sql target -c 'SELECT sum(loaded_rows) FROM novate.chunk')" \
        "$(loaded)"
}

fresh
expect 0 run "$plan" --chunk-rows 100
same 'rejects of the run' "$(state open)" 15
ledger_closes 'after the run'

# list: by state, class, name and entity; counted; as CSV and JSON; without keys unless asked for.
expect 0 rejects list "$plan"
same 'lines' "$(wc -l <"$tmp/out")" 15
grep -qF '["300"]' "$tmp/out" && complain 'list shows keys without being asked'
expect 0 rejects list "$plan" --class LOOKUP --rule status --show-keys
same 'lines of a class' "$(wc -l <"$tmp/out")" 10
shows '\["300"\]'
expect 0 rejects list "$plan" --rule no_secret
same 'lines of a constraint' "$(wc -l <"$tmp/out")" 5
expect 0 rejects list "$plan" --summary
shows '^10  event  open  LOOKUP:status  column status$'
shows '^5  event  open  CHECK:no_secret'
expect 0 rejects list "$plan" --format json --limit 0
same 'JSON' "$(json "$tmp/out" '$[14].times_seen')" 1
expect 0 rejects list "$plan" --format csv --limit 3
same 'CSV' "$(wc -l <"$tmp/out")" 4
expect 0 rejects list "$plan" --state closed
says 'no rejects'

# show
number=$(sql target -c "SELECT reject FROM novate.reject WHERE key = '[\"300\"]'")
refused=$(sql target -c "SELECT min(reject) FROM novate.reject WHERE by_target")
expect 0 rejects show "$plan" "$number" "$refused"
shows 'class +LOOKUP'
shows 'refused by +the target'
shows 'SQLSTATE +23514'
grep -q Secretname "$tmp/out" && complain 'show shows values without being asked'
expect 0 rejects show "$plan" "$refused" --show-values
shows '"NAME":"Secretname"'
expect 3 rejects show "$plan" 999999
says 'there is no reject 999999'
expect 1 rejects show "$plan" first

# export: mode 0600, never over a file, and what is gone from the source is said to be.
sqlite3 "$tmp/source.db" 'DELETE FROM EVENT WHERE EVENT_ID = 300'
expect 0 rejects export "$plan" open.csv
says 'personal data'
file=$tmp/plan/.novate/rejects/open.csv
same 'mode of the export' "$(stat -c %a "$file")" 600
same 'lines of the export' "$(wc -l <"$file")" 16
same 'records of the export' "$(grep -c 'read again' "$file")" 14
grep -q '"300""\]".*not in the source any more' "$file" ||
    complain 'a record that is gone is not said to be'
grep -q '""NAME"":""Secretname""' "$file" || complain 'the export has no values'
cp "$file" "$tmp/before.csv"
expect 3 rejects export "$plan" open.csv
cmp -s "$file" "$tmp/before.csv" || complain 'an export was written over another'

# retry: nothing was mended, so everything stays open, and older.
expect 0 rejects retry "$plan" --report "$tmp/retry.json"
says '15 records read again: 0 loaded, 0 filtered, 14 rejected again, 1 not in the source any more'
same 'open after nothing was mended' "$(state open)" 15
same 'seen twice' "$(sql target -c 'SELECT count(*) FROM novate.reject
    WHERE times_seen = 2 AND run > first_run AND rejected_at > first_seen_at')" 14
same 'numbers stay' "$(sql target -c "SELECT reject FROM novate.reject WHERE key = '[\"300\"]'")" \
    "$number"
same 'kind of the report' "$(json "$tmp/retry.json" '$.kind')" retry
same 'open in the report' "$(entity_field "$tmp/retry.json" event rejects.open)" 15
ledger_closes 'after nothing was mended'
expect 0 verify "$plan"

# The source is mended: what was mended is loaded, filtered or rejected for another reason.
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 1 WHERE EVENT_ID IN (600, 900)' \
    "UPDATE EVENT SET STATUS = 1, NAME = 'Secretname' WHERE EVENT_ID = 1200"
expect 0 rejects retry "$plan" --class LOOKUP --report "$tmp/retry.json"
says '10 records read again: 2 loaded, 0 filtered, 7 rejected again, 1 not in'
same 'retried' "$(state retried)" 2
same 'loaded after the source was mended' "$(loaded)" 987
same 'moved to another class' "$(sql target -c "SELECT class || times_seen FROM novate.reject
    WHERE key = '[\"1200\"]'")" CHECK3
same 'rejected in the report' "$(entity_field "$tmp/retry.json" event rejected)" 13
same 'rejected by class in the report' \
    "$(entity_field "$tmp/retry.json" event identity.rejected)" '{"CHECK":6,"LOOKUP":7}'
ledger_closes 'after the source was mended'
expect 0 verify "$plan"
expect 0 rejects show "$plan" "$(sql target -c "SELECT reject FROM novate.reject
    WHERE key = '[\"1200\"]'")"
shows 'rejected in run .*: LOOKUP:status'

# The mapping is mended: only on request, and what it was retried with is kept.
sed -i 's/missing: reject/missing: null/' "$mapping"
expect 3 run "$plan"
expect 3 rejects retry "$plan"
says '--changed'
says 'Line 9 was'
same 'nothing was retried' "$(state retried)" 2
expect 0 rejects retry "$plan" --changed --class LOOKUP --report "$tmp/retry.json"
same 'the report names the mapping of the others' \
    "$(entity_field "$tmp/retry.json" event loaded_with)" \
    "$(sql target -c 'SELECT mapping_digest FROM novate.entity')"
says 'what was loaded before stays as it was mapped'
says '6 loaded'
same 'the mapping of the retry is kept' "$(sql target -c "SELECT count(*) FROM novate.retry r
    JOIN novate.reject_event e USING (run, mapping_digest) JOIN novate.entity n
    ON n.mapping_digest <> r.mapping_digest WHERE r.mapping_text LIKE '%missing: null%'
    AND e.what = 'retried'")" 6
ledger_closes 'after the mapping was mended'
expect 0 verify "$plan"
says 'is not the one'

# The target is mended: by number, then the rest; killed in the middle and repeated.
sql target -c 'ALTER TABLE care.event DROP CONSTRAINT no_secret'
expect 0 rejects retry "$plan" "$refused" --changed
says '1 records read again: 1 loaded'
expect 8 rejects retry "$plan" "$refused" --changed
# What was retried is to be there: that the target refused it once excuses nothing any more.
row="event_id = (SELECT (key::json ->> 0)::bigint FROM novate.reject WHERE reject = $refused)"
sql target -c "CREATE TABLE kept AS SELECT * FROM care.event WHERE $row" \
    -c "DELETE FROM care.event WHERE $row"
expect 7 verify "$plan"
sql target -c 'INSERT INTO care.event SELECT * FROM kept' -c 'DROP TABLE kept'
expect 0 verify "$plan"
mkfifo "$tmp/hold"
sql target <"$tmp/hold" >/dev/null &
holder=$!
exec 9>"$tmp/hold"
last=$(sql target -c "SELECT max(chunk) FROM novate.reject WHERE state = 'open' AND by_target")
before=$(loaded)
echo "BEGIN; SELECT 1 FROM novate.chunk WHERE ordinal = $last FOR UPDATE;" >&9
wait_until() {
    local _
    for _ in $(seq 300); do
        [ "$(sql target -c "$1")" = t ] && return
        sleep 0.1
    done
    complain "it never came to be: $1"
}
wait_until "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE c.relname = 'chunk' AND l.mode = 'RowShareLock')"
"$NOVATE" rejects retry "$plan" --changed >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
wait_until "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
kill -KILL "$pid"
wait "$pid" || true
between=$(loaded)
{ [ "$between" -gt "$before" ] && [ "$between" -lt "$((before + 5))" ]; } ||
    complain "killed after $between rows, begun with $before"
ledger_closes 'after the kill'
echo 'ROLLBACK;' >&9
exec 9>&-
wait "$holder"
wait_until "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
expect 0 rejects retry "$plan" --changed
same 'loaded after the repetition' "$(loaded)" 999
same 'twice' "$(sql target -c 'SELECT count(*) - count(DISTINCT event_id) FROM care.event')" 0
ledger_closes 'after the repetition'
expect 0 verify "$plan"

# close and reopen: who, when and why; nothing else changes.
expect 1 rejects close "$plan" "$number"
says 'needs --why'
expect 1 rejects close "$plan" --why 'all of them'
expect 0 rejects close "$plan" "$number" --why 'a test patient' --who 'Dr Grey'
says 'limit still counts it'
expect 3 rejects close "$plan" "$number" --why again
says 'is closed, not open'
expect 0 rejects show "$plan" "$number"
shows 'closed by Dr Grey: a test patient'
expect 0 rejects list "$plan" --state closed
same 'closed ones' "$(wc -l <"$tmp/out")" 1
expect 0 verify "$plan" --report "$tmp/verify.json"
same 'closed in the report' "$(entity_field "$tmp/verify.json" event rejects.closed)" 1
same 'rejected in the report' "$(entity_field "$tmp/verify.json" event rejected)" 1
expect 8 rejects retry "$plan" "$number" --changed
expect 0 rejects reopen "$plan" "$number"
same 'who by default' "$(sql target -c "SELECT who FROM novate.reject_event
    WHERE what = 'reopened'")" "$(id -un)"
expect 3 rejects reopen "$plan" "$number"

# A restart keeps the age of what is rejected again for the same reason.
first=$(sql target -c "SELECT first_run || ' ' || first_seen_at FROM novate.reject
    WHERE reject = $number")
sqlite3 "$tmp/source.db" 'INSERT INTO EVENT SELECT 300, EVENT_CD, AMOUNT, NAME, BORN, SEEN, 77, NOTE
    FROM EVENT WHERE EVENT_ID = 297' 'UPDATE EVENT SET STATUS = 78 WHERE EVENT_ID = 303'
sed -i 's/missing: null/missing: reject/' "$mapping"
sql target -c 'TRUNCATE care.event'
expect 0 run "$plan" --restart --no-verify
same 'age after a restart' "$(sql target -c "SELECT first_run || ' ' || first_seen_at
    FROM novate.reject WHERE key = '[\"300\"]'")" "$first"
same 'times after a restart' "$(sql target -c "SELECT times_seen FROM novate.reject
    WHERE key = '[\"300\"]'")" 2
same 'a new one' "$(sql target -c "SELECT times_seen || state FROM novate.reject
    WHERE key = '[\"303\"]' AND first_run = run")" 1open

# Limits: of the plan, and of the mapping instead; the report is written all the same.
sql target -c 'TRUNCATE care.event'
sed -i 's/rejects: 1000000/rejects: 0/' "$plan"
expect 6 run "$plan" --restart --report "$tmp/limit.json"
same 'verdict over the limit' "$(json "$tmp/limit.json" '$.verdict')" rejects
shows 'rejects: more records were rejected'
expect 6 rejects retry "$plan"
says 'more than the 0 allowed'
printf 'limits: {rejects: 1%%}\n' >>"$mapping"
expect 0 run "$plan"
sed -i 's/rejects: 1%/rejects: 1/' "$mapping"
sql target -c 'TRUNCATE care.event'
expect 6 run "$plan" --restart --chunk-rows 100
says 'of entity "event" are rejected, more than the 1 allowed'
says 'in the mapping'

# From one rehearsal to the next ages are kept, and runs are counted on.
printf 'CREATE SCHEMA care;\nCREATE TABLE care.event (event_id bigint PRIMARY KEY, code bigint,
    amount numeric(12,3), name text, born_on date, seen_at timestamp, status text, note text);\n' \
    >"$tmp/plan/schema.sql"
sed -i 's/^target:/target:\n  schema: schema.sql/' "$plan"
sed -i 's/rejects: 1}/rejects: 100}/' "$mapping"
expect 0 rehearse "$plan" --no-verify
expect 0 rejects list "$plan" --rehearsal --format json
same 'the first rehearsal' "$(json "$tmp/out" '$[0].times_seen')" 1
seen=$(json "$tmp/out" '$[0].first_seen_at')
expect 0 rehearse "$plan" --no-verify
expect 0 rejects list "$plan" --rehearsal --format json
same 'times of the second rehearsal' "$(json "$tmp/out" '$[0].times_seen')" 2
same 'age in the second rehearsal' "$(json "$tmp/out" '$[0].first_seen_at')" "$seen"
same 'runs of the rehearsals' "$(json "$tmp/out" '$[0].first_run') $(json "$tmp/out" \
    '$[0].last_run')" '1 2'

# Keys that several records have tell none apart: what is there already is not loaded again.
sqlite3 "$tmp/source.db" 'CREATE TABLE PAIR (GRP int, V text)' \
    "INSERT INTO PAIR VALUES (5, 'one'), (5, NULL), (6, NULL)"
sql target -c 'CREATE TABLE care.pair (grp bigint, v text NOT NULL)'
cat >"$tmp/plan/pair.yaml" <<'YAML'
entity: pair
source: {table: PAIR, key: [GRP]}
target: {table: care.pair}
columns: {grp: GRP, v: V}
limits: {rejects: 2}
YAML
sed -i 's/^mappings: .*/mappings: [pair.yaml]/' "$plan"
expect 0 run "$plan" --no-verify
sqlite3 "$tmp/source.db" "UPDATE PAIR SET V = 'two' WHERE V IS NULL"
expect 0 rejects retry "$plan"
says '2 records read again: 1 loaded, 0 filtered, 0 rejected again, 1 not to be told from others'
same 'pairs' "$(sql target -c "SELECT string_agg(grp || v, ' ' ORDER BY grp, v) FROM care.pair")" \
    '5one 6two'

# Files: mended ones are read again by key; by line only where they have not changed.
mkdir "$tmp/plan/files"
printf 'id,born\n1,2008-06-05\n2,05.06.2008\n3,2008-06-07\n' >"$tmp/plan/files/person.csv"
sql target -c 'CREATE TABLE care.person (id int, born date)'
sed -i -e 's|^  odbc: .*|  csv: files|' -e 's/^mappings: .*/mappings: [person.yaml]/' "$plan"
cat >"$tmp/plan/person.yaml" <<'YAML'
entity: person
source: {file: person.csv, key: [id], columns: {id: int}}
target: {table: care.person}
columns: {id: id, born: CAST(born AS date)}
limits: {rejects: 1}
YAML
sed -i 's/05.06.2008/not a date/' "$tmp/plan/files/person.csv"
expect 0 run "$plan" --no-verify
printf 'id,born\n4,2008-06-08\n2,2008-06-06\n3,2008-06-07\n1,2008-06-05\n' \
    >"$tmp/plan/files/person.csv"
expect 0 rejects retry "$plan"
says '1 records read again: 1 loaded'
same 'persons' "$(sql target -c "SELECT string_agg(id || ':' || born, ' ' ORDER BY id)
    FROM care.person")" '1:2008-06-05 2:2008-06-06 3:2008-06-07'
sed -i '/^source:/s/key: \[id\], //' "$tmp/plan/person.yaml"
sql target -c 'TRUNCATE care.person'
printf 'id,born\n1,2008-06-05\n2,no date\n' >"$tmp/plan/files/person.csv"
expect 0 run "$plan" --restart --no-verify
expect 0 rejects retry "$plan"
says '1 records read again: 0 loaded, 0 filtered, 1 rejected again'
printf 'id,born\n1,2008-06-05\n2,2008-06-06\n' >"$tmp/plan/files/person.csv"
expect 3 rejects retry "$plan"
says 'names no key of it'
finish
