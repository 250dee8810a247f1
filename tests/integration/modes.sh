# modes.sh — modes upsert and replace: exact counts; what must not be touched is not; a kill
# resumes; refused rows are named one by one; duplicates do not win; nobody ever sees half of it.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

rows=6000
sqlite_events "$tmp/source.db" $rows
source=$(sqlite_source "$tmp/source.db")

# plan FOLDER DATABASE MODE: the plan of the events in a mode.
plan() {
    rm -rf -- "$1"
    event_plan "$1" "$source" "$2"
    sed -i "s/^  key: \[event_id\]/&\n  mode: $3/" "$1/event.yaml"
}

field() {
    entity_field "$tmp/report.json" "$1" "$2"
}

# run EXIT FOLDER OPTIONS…: with a report.
run() {
    local wanted=$1 folder=$2
    shift 2
    rm -f "$tmp/report.json" "$tmp/report.txt" "$tmp/report.csv" "$tmp/report.html"
    expect "$wanted" run "$folder/plan.yaml" --report "$tmp/report.json" \
        --report "$tmp/report.txt" --report "$tmp/report.csv" --report "$tmp/report.html" "$@"
}

# No schema of a mode's own is left.
workspaces() {
    sql "$1" -c "SELECT count(*) FROM pg_namespace WHERE nspname ~ '^novate_'"
}

# --- upsert into a table with rows: some equal, some different, some missing, some of others

database target
event_target target
plan "$tmp/insert" target insert
expect 0 run "$tmp/insert/plan.yaml" --no-verify
sql target <<'SQL'
ALTER TABLE care.event ADD serial_no bigint GENERATED ALWAYS AS IDENTITY,
    ADD remark text DEFAULT 'default', ADD size int GENERATED ALWAYS AS (length(name)) STORED;
UPDATE care.event SET remark = 'kept';
DELETE FROM care.event WHERE event_id % 30 = 0;
UPDATE care.event SET amount = amount + 1 WHERE event_id % 30 = 3;
UPDATE care.event SET note = CASE WHEN note IS NULL THEN 'was missing' END, name = upper(name)
    WHERE event_id % 30 = 6;
INSERT INTO care.event (event_id, code, remark)
    SELECT -i, i, 'local' FROM generate_series(1, 50) i;
VACUUM FULL care.event;
CREATE TABLE before AS SELECT event_id, xmin::text AS made, ctid::text AS place, serial_no
    FROM care.event;
SQL
new=$((rows / 10))
changed=$((rows / 5))
same_rows=$((rows - new - changed))
untouched="SELECT count(*) FROM care.event e JOIN before b USING (event_id)
    WHERE e.xmin::text = b.made AND e.ctid::text = b.place"

plan "$tmp/upsert" target upsert
sed -i 's/^  mode: upsert/&\n  scope: event_id > 0/' "$tmp/upsert/event.yaml"
expect 0 check "$tmp/upsert/plan.yaml"
grep -q 'mode: upsert, rows whose key' "$tmp/out" || complain 'check does not show the mode'
expect 0 check "$tmp/upsert/plan.yaml" --offline
grep -q 'mode: upsert, rows whose key' "$tmp/out" || complain 'check --offline does not show it'
expect 0 explain "$tmp/upsert/plan.yaml"
grep -q 'into care.event, by upsert: rows' "$tmp/out" || complain 'explain does not show the mode'
expect 0 run "$tmp/upsert/plan.yaml" --dry-run
same 'dry run: untouched' "$(sql target -c "$untouched")" $((rows - new + 50))
expect 3 run "$tmp/upsert/plan.yaml"
run 0 "$tmp/upsert" --restart --chunk-rows 700
same 'upsert: loaded' "$(field event loaded)" $rows
same 'upsert: inserted' "$(field event inserted)" $new
same 'upsert: updated' "$(field event updated)" $changed
same 'upsert: unchanged' "$(field event unchanged)" $same_rows
same 'upsert: mode' "$(field event mode)" upsert
same 'upsert: closes' "$(field event identity.closes)" 1
same 'upsert: verdict' "$(field event verdict)" verified
same 'upsert: rows not rewritten' "$(sql target -c "$untouched")" $((same_rows + 50))
same 'upsert: ledger' "$(sql target -c "SELECT sum(inserted_rows), sum(updated_rows),
    sum(unchanged_rows), bool_and(loaded_rows = inserted_rows + updated_rows + unchanged_rows)
    FROM novate.chunk")" "$new|$changed|$same_rows|t"
same 'upsert: remarks' "$(sql target -c "SELECT remark, count(*) FROM care.event
    GROUP BY 1 ORDER BY 1" | xargs)" "default|$new kept|$((rows - new)) local|50"
same 'upsert: identity' "$(sql target -c 'SELECT count(*) FROM care.event
    JOIN before USING (event_id, serial_no)')" $((rows - new + 50))
same 'upsert: numbers used' "$(sql target -c "SELECT last_value - $rows
    FROM pg_sequences WHERE sequencename = 'event_serial_no_seq'")" $((50 + new))
grep -q "upsert: $new inserted, 1,200 updated, 4,200 unchanged" "$tmp/report.txt" ||
    complain 'the text report does not say it'
grep -q "upsert: $new inserted, 1,200 updated, 4,200 unchanged" "$tmp/report.html" ||
    complain 'the HTML report does not say it'
grep -q "\"upsert\",$new,$changed,$same_rows" "$tmp/report.csv" ||
    complain 'the CSV report does not say it'
tr -s ' ' <"$tmp/out" | grep -q "^event 6000 6000 $new $changed $same_rows " ||
    complain 'the summary does not say it'
expect 0 status "$tmp/upsert/plan.yaml"
grep -q "$new inserted, $changed updated, $same_rows unchanged" "$tmp/out" ||
    complain 'status does not say it'
same 'upsert: workspaces' "$(workspaces target)" 0

# Once more: nothing is written.
sql target -c 'DROP TABLE before' -c 'CREATE TABLE before AS SELECT event_id, xmin::text AS made,
    ctid::text AS place, serial_no FROM care.event'
run 0 "$tmp/upsert" --restart --jobs 4 --chunk-rows 700
same 'again: inserted, updated' "$(field event inserted):$(field event updated)" 0:0
same 'again: unchanged' "$(field event unchanged)" $rows
same 'again: rows not rewritten' "$(sql target -c "$untouched")" $((rows + 50))
# And what is loaded is not loaded again.
run 0 "$tmp/upsert"
same 'resumed: unchanged' "$(field event unchanged)" $rows

# --- what is refused is named record by record; of records with one key the first one counts

reject_source() {
    rm -f "$tmp/items.db"
    sqlite3 -batch -bail "$tmp/items.db" <<'SQL'
CREATE TABLE ITEM (ID integer PRIMARY KEY, TRUST varchar(4), CODE varchar(12), NAME varchar(40),
    N int, WARD int, TAG varchar(40));
WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 3000)
INSERT INTO ITEM SELECT n, CASE n % 2 WHEN 0 THEN 'RN1' ELSE 'RHM' END, 'c' || n, 'name ' || n, n,
    n % 3 + 1, 'tag ' || n FROM i;
UPDATE ITEM SET N = -1 WHERE ID IN (17, 1500);                        -- CHECK
UPDATE ITEM SET NAME = NULL WHERE ID IN (18, 2999);                   -- NULL
UPDATE ITEM SET WARD = 9 WHERE ID IN (19, 1000);                      -- FOREIGN_KEY
UPDATE ITEM SET TAG = 'tag 40' WHERE ID IN (50, 51);                  -- UNIQUE, not the key
UPDATE ITEM SET TAG = 'not a tag' WHERE ID = 60;                      -- CHECK of the domain
UPDATE ITEM SET NAME = 'keep out' WHERE ID IN (70, 71);               -- a trigger gives NULL
UPDATE ITEM SET NAME = 'forbidden' WHERE ID = 72;                     -- a trigger raises
UPDATE ITEM SET CODE = NULL WHERE ID = 80;                            -- no key
UPDATE ITEM SET TRUST = 'RN1', CODE = 'c100' WHERE ID IN (101, 103, 2900); -- the key of 100
UPDATE ITEM SET TRUST = 'RN1', CODE = 'other' WHERE ID = 110;         -- outside of the scope
UPDATE ITEM SET CODE = 'c17', TRUST = 'RHM' WHERE ID = 201;    -- the key of 17, which is refused
SQL
}

reject_target() {
    database rejects
    sql rejects <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.ward (ward bigint PRIMARY KEY);
INSERT INTO care.ward VALUES (1), (2), (3);
CREATE DOMAIN care.tag AS text CHECK (VALUE LIKE 'tag %');
CREATE TABLE care.item (
    trust text NOT NULL, code text,
    name text NOT NULL, n bigint CONSTRAINT n_positive CHECK (n > 0),
    ward bigint REFERENCES care.ward, tag care.tag, CONSTRAINT one_tag UNIQUE (tag),
    hidden bool NOT NULL DEFAULT false);
CREATE UNIQUE INDEX item_key ON care.item (code, trust);
CREATE FUNCTION care.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.name = 'forbidden' THEN RAISE 'no % here', NEW.name; END IF;
    RETURN CASE WHEN NEW.name <> 'keep out' THEN NEW END; END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON care.item FOR EACH ROW
    EXECUTE FUNCTION care.guard();
-- every second row is there already, so that each kind is met by an update and by an insertion
INSERT INTO care.item SELECT CASE i % 2 WHEN 0 THEN 'RN1' ELSE 'RHM' END, 'c' || i, 'old', 1, 1,
    'tag ' || i FROM generate_series(1000, 3000) i;
INSERT INTO care.item SELECT 'RN1', 'other', 'of others', 1, 1, 'tag other', true;
INSERT INTO care.item SELECT 'RHM', 'c71', 'old', 1, 1, 'tag 71';
SQL
}

reject_plan() {
    rm -rf -- "$tmp/items"
    mkdir -p "$tmp/items"
    cat >"$tmp/items/plan.yaml" <<YAML
novate: 1
migration: items
source: {odbc: "$(sqlite_source "$tmp/items.db")"}
target: {postgres: "$(conninfo rejects)"}
mappings: [item.yaml]
limits: {rejects: 1000000}
YAML
    cat >"$tmp/items/item.yaml" <<'YAML'
entity: item
source: {table: ITEM, key: [ID]}
target: {table: care.item, key: [trust, code], mode: upsert, scope: not hidden}
columns: {trust: TRUST, code: CODE, name: NAME, n: N, ward: WARD, tag: TAG}
YAML
}

reject_source
reject_plan
wanted='CHECK:n_positive [17] [1500]
CHECK:tag_check [60]
FOREIGN_KEY:item_ward_fkey [19] [1000]
NULL: [18] [80] [2999]
TRIGGER: [70] [71] [72]
UNIQUE: [101] [103] [110] [2900]
UNIQUE:one_tag [50] [51]'
for options in '' '--jobs 4 --chunk-rows 100' '--jobs 0 --chunk-rows 1000'; do
    reject_target
    # shellcheck disable=SC2086 # options are words
    run 7 "$tmp/items" --restart $options
    got=$(sql rejects -F ' ' -c "SELECT class || ':' || coalesce(name, ''),
        string_agg('[' || (key::json->>0) || ']', ' ' ORDER BY (key::json->>0)::int)
        FROM novate.reject GROUP BY 1 ORDER BY 1")
    # With lanes side by side, which one of several records comes first is chance.
    case $options in
    *4*) same "rejects$options" "$(wc -w <<<"$got")" "$(wc -w <<<"$wanted")" ;;
    *) same "rejects$options" "$got" "$wanted" ;;
    esac
    same "rejects$options: counts" "$(field item inserted):$(field item updated):$(field item \
        unchanged):$(field item rejected)" "986:1997:0:17"
    # A record that is refused leaves the row that was there, and that is not what the source says.
    same "rejects$options: differences" "$(field item not_equal):$(field item \
        missing_target):$(field item missing_source)" 0:0:5
    same "rejects$options: of others" \
        "$(sql rejects -c 'SELECT name FROM care.item WHERE hidden')" 'of others'
    same "rejects$options: workspaces" "$(workspaces rejects)" 1
done
sql rejects -c "SELECT message FROM novate.reject WHERE key = '[\"103\"]'" |
    grep -q 'a record before this one has given the row with this key' ||
    complain 'the message of a duplicate'
expect 0 check "$tmp/items/plan.yaml"
grep -q 'the key column "code" of the target may be NULL' "$tmp/err" ||
    complain 'check does not warn of NULL in the key'

# --- rejects are retried by upsert too; what the keys of that load were is still known

sqlite3 "$tmp/items.db" 'UPDATE ITEM SET N = 5 WHERE ID IN (17, 1500)' \
    "UPDATE ITEM SET NAME = 'mended' WHERE ID IN (18, 2999)"
rm -f "$tmp/report.json"
expect 0 rejects retry "$tmp/items/plan.yaml" --report "$tmp/report.json"
same 'retry: counts' "$(field item inserted):$(field item updated):$(field item \
    unchanged):$(field item rejected)" 987:1999:0:14
same 'retry: ledger' "$(sql rejects -c "SELECT sum(inserted_rows), sum(updated_rows),
    sum(loaded_rows), sum(rejected_rows) FROM novate.chunk")" '987|1999|2986|14'
same 'retry: rows' "$(sql rejects -c "SELECT string_agg(code || ' ' || n, ', ' ORDER BY code)
    FROM care.item WHERE name = 'mended' OR code = 'c1500'")" 'c1500 5, c18 18, c2999 2999'
# Number 17 is mended, but number 201 was loaded with its key meanwhile.
same 'retry: a record with the same key' "$(sql rejects -c "SELECT class, state, times_seen,
    (SELECT n FROM care.item WHERE code = 'c17') FROM novate.reject WHERE key = '[\"17\"]'")" \
    'UNIQUE|open|2|201'
same 'retry: workspaces' "$(workspaces rejects)" 1
expect 0 ledger drop "$tmp/items/plan.yaml" items --yes
same 'forgotten: workspaces' "$(workspaces rejects)" 0

# --- duplicates do not win over each other across chunks, runs and lanes either

database twice
event_target twice
sqlite_events "$tmp/twice.db" 2000
# Both halves have the same keys: 1000 records too many.
sqlite3 "$tmp/twice.db" 'UPDATE EVENT SET EVENT_CD = CASE WHEN EVENT_ID > 3000 THEN EVENT_ID - 3000
    ELSE EVENT_ID END'
plan "$tmp/twice" twice upsert
sed -i "s|^  odbc: .*|  odbc: \"$(sqlite_source "$tmp/twice.db")\"|" "$tmp/twice/plan.yaml"
sed -i 's/^  event_id: .*/  event_id: EVENT_CD/' "$tmp/twice/event.yaml"
for jobs in 1 4; do
    run 0 "$tmp/twice" --restart --chunk-rows 100 --jobs $jobs
    same "twice, jobs $jobs" "$(field event loaded):$(field event rejected)" 1000:1000
    same "twice, jobs $jobs: class" "$(sql twice -c "SELECT class, count(*), count(DISTINCT
        (key::json->>0)::int % 3000) FROM novate.reject GROUP BY 1")" 'UNIQUE|1000|1000'
done
sql twice -c 'TRUNCATE care.event'
run 0 "$tmp/twice" --restart --chunk-rows 100 --jobs 1
same 'twice: the first ones' "$(sql twice -c "SELECT count(*), max((key::json->>0)::int)
    - min((key::json->>0)::int) FROM novate.reject WHERE (key::json->>0)::int > 3000")" '1000|2997'

# --- kill -9, and the same command goes on

# slowly FOLDER: its runs take long enough to be killed.
slowly() {
    sed -i 's|^source:|source:\n  rows_per_second_max: 3000|' "$1/plan.yaml"
}

# killed FOLDER OPTIONS…: a run that is killed when some of its chunks are loaded, not all.
killed() {
    local folder=$1 database=$2 pid loaded=0
    shift 2
    "$NOVATE" run "$folder/plan.yaml" "$@" >"$tmp/killed.out" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        loaded=$(sql "$database" -c "SELECT count(*) FROM novate.chunk WHERE state = 'loaded'" \
            2>/dev/null) || loaded=0
        [ "$loaded" -lt 3 ] || break
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    [ "$loaded" -ge 3 ] || fail "the run ended before it could be killed: $(cat "$tmp/killed.out")"
}

left() {
    sql "$1" -c "SELECT count(*) > 0 FROM novate.chunk WHERE state <> 'loaded'"
}

plan "$tmp/killed" killed upsert
slowly "$tmp/killed"
sed -i 's/^  mode: upsert/&\n  scope: event_id > 0/' "$tmp/killed/event.yaml"
for jobs in 1 3; do
    rm -rf -- "$tmp/killed/.novate"
    database killed
    event_target killed
    sql killed <<'SQL'
INSERT INTO care.event (event_id, code, name) SELECT i * 6, 1, 'old' FROM generate_series(1, 500) i;
INSERT INTO care.event (event_id, code, name) VALUES (-1, 1, 'of others');
SQL
    killed "$tmp/killed" killed --chunk-rows 40 --jobs $jobs
    same "killed, jobs $jobs: chunks are left" "$(left killed)" t
    same "killed, jobs $jobs: workspace" "$(workspaces killed)" 1
    run 0 "$tmp/killed" --chunk-rows 40 --jobs $jobs
    same "killed, jobs $jobs: counts" "$(field event inserted):$(field event updated):$(field \
        event unchanged):$(field event rejected)" "$((rows - 500)):500:0:0"
    same "killed, jobs $jobs: verdict" "$(field event verdict)" verified
    same "killed, jobs $jobs: rows" \
        "$(fingerprint killed 'SELECT event_id, code, amount, name, born_on, seen_at, status, note
            FROM care.event WHERE event_id > 0')" \
        "$(fingerprint target 'SELECT event_id, code, amount, name, born_on, seen_at, status, note
            FROM care.event WHERE event_id > 0')"
    same "killed, jobs $jobs: workspaces" "$(workspaces killed)" 0
done
# A workspace that somebody has dropped is missed.
rm -rf -- "$tmp/killed/.novate"
database killed
event_target killed
killed "$tmp/killed" killed --chunk-rows 40
sql killed -c "DO \$\$ BEGIN EXECUTE (SELECT format('DROP SCHEMA %I CASCADE', nspname)
    FROM pg_namespace WHERE nspname ~ '^novate_'); END \$\$" 2>/dev/null
expect 3 run "$tmp/killed/plan.yaml"
grep -q 'is gone from the target' "$tmp/err" || complain 'a workspace that is gone'

# --- stage by stage

database staged
event_target staged
sql staged -c "INSERT INTO care.event (event_id, code)
    SELECT i * 6, 1 FROM generate_series(1, 500) i"
plan "$tmp/staged" staged upsert
for stage in extract transform load; do
    expect 0 $stage "$tmp/staged/plan.yaml" --report "$tmp/report.json"
done
same 'staged: counts' "$(field event inserted):$(field event updated)" "$((rows - 500)):500"
expect 0 verify "$tmp/staged/plan.yaml"

# --- partitions have places of their own; spelling counts where equality does not see it

database parts
event_target parts
sql parts <<'SQL'
ALTER TABLE care.event RENAME TO plain;
CREATE TABLE care.event (LIKE care.plain INCLUDING ALL) PARTITION BY HASH (event_id);
CREATE TABLE care.event_0 PARTITION OF care.event FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE care.event_1 PARTITION OF care.event FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE care.event_2 PARTITION OF care.event FOR VALUES WITH (MODULUS 3, REMAINDER 2);
SQL
plan "$tmp/parts" parts upsert
run 0 "$tmp/parts"
same 'parts: inserted' "$(field event inserted)" $rows
sql parts -c 'UPDATE care.event SET amount = 0.5 WHERE event_id % 90 = 0' \
    -c 'CREATE TABLE before AS SELECT event_id, xmin::text AS made FROM care.event'
run 0 "$tmp/parts" --restart
same 'parts: updated' "$(field event updated):$(field event unchanged)" \
    "$((rows / 30)):$((rows - rows / 30))"
same 'parts: rows rewritten' "$(sql parts -c 'SELECT count(*) FROM care.event e
    JOIN before b USING (event_id) WHERE e.xmin::text <> b.made')" $((rows / 30))

sqlite3 -batch -bail "$tmp/words.db" <<'SQL'
CREATE TABLE WORD (CODE varchar(10) NOT NULL PRIMARY KEY, DOC varchar(40), AMOUNT varchar(10),
    LABEL varchar(10));
INSERT INTO WORD VALUES ('same', '{"a": 1, "b": [2]}', '1.0', 'x'), ('spelt', '{"a": 1}', '2', 'x'),
    ('doc', '{"a": 1.0}', '3', 'x'), ('label', NULL, '4', 'X'), ('new', '{}', NULL, NULL),
    ('bad', '{', '5', 'x');
SQL
database words
sql words <<'SQL'
CREATE COLLATION lax (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE word (code text COLLATE lax, doc jsonb, amount numeric, label text COLLATE lax);
CREATE UNIQUE INDEX ON word (code);
INSERT INTO word VALUES ('same', '{"b": [2], "a": 1}', 1.00, 'x'), ('SPELT', '{"a": 1}', 2, 'x'),
    ('doc', '{"a": 1}', 3, 'x'), ('label', NULL, 4, 'x');
SQL
mkdir -p "$tmp/words"
cat >"$tmp/words/plan.yaml" <<YAML
novate: 1
migration: words
source: {odbc: "$(sqlite_source "$tmp/words.db")"}
target: {postgres: "$(conninfo words)"}
mappings: [word.yaml]
limits: {rejects: 1}
YAML
cat >"$tmp/words/word.yaml" <<'YAML'
entity: word
source: {table: WORD, key: [CODE]}
target: {table: word, key: [code], mode: upsert}
columns: {code: CODE, doc: DOC, amount: CAST(AMOUNT AS numeric), label: LABEL}
YAML
run 0 "$tmp/words"
same 'words' "$(field word inserted):$(field word updated):$(field word unchanged):$(field word \
    rejected)" 1:3:1:1
same 'words: rows' "$(sql words -c 'SELECT code, doc, amount, label FROM word
    ORDER BY code COLLATE "C"' | xargs)" \
    'doc|{a: 1.0}|3|x label||4|X new|{}|| same|{a: 1, b: [2]}|1.00|x spelt|{a: 1}|2|x'
same 'words: reject' "$(sql words -c 'SELECT class, key FROM novate.reject')" 'TYPE|["bad"]'
same 'words: workspaces' "$(workspaces words)" 1
sqlite3 "$tmp/words.db" "UPDATE WORD SET DOC = '{}' WHERE CODE = 'bad'"
rm -f "$tmp/report.json"
expect 0 rejects retry "$tmp/words/plan.yaml" --report "$tmp/report.json"
same 'words: retried' "$(field word inserted):$(field word updated):$(field word \
    unchanged):$(field word rejected)" 2:3:1:0
same 'words: workspaces at last' "$(workspaces words)" 0
run 0 "$tmp/words"
same 'words: verdict' "$(field word verdict)" verified

# --- a ledger of the version before becomes one of this version

sql parts -c 'DELETE FROM novate.entity'
ledger_2 parts
expect 3 status "$tmp/parts/plan.yaml"
grep -q 'upgrades it in place' "$tmp/err" || complain 'status does not say who upgrades a ledger'
sql parts -c "INSERT INTO novate.entity (migration, entity, target_table, mapping_digest,
    mapping_text, plan_digest) VALUES ('older', 'e', 't', '', '', '')" \
    -c "INSERT INTO novate.chunk (migration, entity, ordinal, id, definition, state, source_rows,
    emitted_rows, passed_rows, filtered_rows, rejected_rows, merged_rows, loaded_rows)
    VALUES ('older', 'e', 0, '', '{}', 'loaded', 7, 0, 7, 0, 0, 0, 7)"
run 0 "$tmp/parts"
same 'ledger: versions' "$(sql parts -c 'SELECT string_agg(version::text, $$,$$ ORDER BY version)
    FROM novate.version')" 2,5
same 'ledger: older chunks' "$(sql parts -c "SELECT mode, inserted_rows, updated_rows,
    unchanged_rows FROM novate.chunk JOIN novate.entity USING (migration, entity)
    WHERE migration = 'older'")" 'insert|7|0|0'

# --- what stands against it is said before anything is read

sql staged -c 'ALTER TABLE care.event DROP CONSTRAINT event_pkey'
expect 2 check "$tmp/staged/plan.yaml"
grep -q 'no unique index on the key (event_id)' "$tmp/err" || complain 'a key without an index'
expect 2 run "$tmp/staged/plan.yaml" --restart
sql staged -c 'CREATE UNIQUE INDEX ON care.event (event_id) WHERE event_id > 0'
expect 2 check "$tmp/staged/plan.yaml"
sql staged -c 'CREATE UNIQUE INDEX ON care.event (event_id, code)'
expect 2 check "$tmp/staged/plan.yaml"
sql staged -c 'CREATE UNIQUE INDEX ON care.event (event_id) INCLUDE (code)'
expect 0 check "$tmp/staged/plan.yaml"
# A role that may insert and look, and no more.
sql staged <<SQL
DO \$\$ BEGIN CREATE ROLE novate_modes; EXCEPTION WHEN duplicate_object THEN END \$\$;
REVOKE TEMPORARY ON DATABASE $(database_name staged) FROM PUBLIC;
GRANT USAGE ON SCHEMA care, novate TO novate_modes;
GRANT SELECT ON ALL TABLES IN SCHEMA novate TO novate_modes;
GRANT SELECT, INSERT ON care.event TO novate_modes;
SQL
sed "s/dbname=[a-z_]*/& options='-c role=novate_modes'/" "$tmp/staged/plan.yaml" \
    >"$tmp/staged/limited.yaml"
expect 2 check "$tmp/staged/limited.yaml"
for message in 'no privilege to UPDATE in the table' 'no privilege to create a schema' \
    'no privilege to create temporary tables'; do
    grep -q "$message" "$tmp/err" || complain "check does not say: $message"
done
sql staged -c 'ALTER TABLE care.event ENABLE ROW LEVEL SECURITY'
expect 2 run "$tmp/staged/limited.yaml"
grep -q 'row security hides rows' "$tmp/err" || complain 'row security'

# --- keys are looked up by the index, also in a table that was empty when that was planned

database looked
event_target looked
sql looked <<'SQL'
CREATE TABLE care.seen (scans text);
CREATE FUNCTION care.look() RETURNS trigger LANGUAGE plpgsql
    AS $$BEGIN INSERT INTO care.seen VALUES (current_setting('enable_seqscan')); RETURN NULL; END$$;
CREATE TRIGGER look AFTER INSERT ON care.event FOR EACH STATEMENT EXECUTE FUNCTION care.look();
SQL
plan "$tmp/looked" looked upsert
expect 0 run "$tmp/looked/plan.yaml" --no-verify --chunk-rows 700
same 'scans while rows are merged' "$(sql looked -c 'SELECT DISTINCT scans FROM care.seen')" off
finish
