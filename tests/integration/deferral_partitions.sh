# deferral_partitions.sh — indexes of a partitioned table go and come back with those of all its
# partitions, by name, whatever happens in between: PostgreSQL's own dump of the schema is the same
# byte for byte. Foreign keys and unique constraints stay.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
. "$(dirname "$0")/../support/holding.sh"
need_postgres

rows=300
sqlite_events "$tmp/source.db" $rows

# A tree of two levels, with what an index of a partition may have that its parent has not, and one
# of the partition's own that could be mistaken for it.
fresh() {
    database target
    event_target target
    sql target <<'SQL'
CREATE SCHEMA more;
CREATE TABLE care.status (name text PRIMARY KEY);
INSERT INTO care.status VALUES ('planned'), ('arrived'), ('seen'), ('left'), ('cancelled');
ALTER TABLE care.event RENAME TO plain;
CREATE TABLE care.event (LIKE care.plain, CONSTRAINT event_key PRIMARY KEY (event_id),
    CONSTRAINT event_once UNIQUE (event_id, name),
    CONSTRAINT event_status FOREIGN KEY (status) REFERENCES care.status)
    PARTITION BY RANGE (event_id);
DROP TABLE care.plain;
CREATE TABLE care.first PARTITION OF care.event FOR VALUES FROM (0) TO (300);
CREATE TABLE more."Second Part" PARTITION OF care.event FOR VALUES FROM (300) TO (100000)
    PARTITION BY RANGE (event_id);
CREATE TABLE more.lower PARTITION OF more."Second Part" FOR VALUES FROM (300) TO (500);
CREATE TABLE more.upper PARTITION OF more."Second Part" DEFAULT;
CREATE INDEX "event ""code" ON care.event (code) WITH (fillfactor = 70);
CREATE INDEX own_code ON care.first (code);
COMMENT ON INDEX care."event ""code" IS 'of all';
COMMENT ON INDEX more.lower_code_idx IS 'of ''one''';
ALTER INDEX more.lower_code_idx RENAME TO "lower's code";
ALTER INDEX more."lower's code" SET (fillfactor = 50);
CREATE INDEX event_name ON care.event (lower(name)) WHERE status <> 'left';
ALTER INDEX care.first_lower_idx ALTER COLUMN 1 SET STATISTICS 500;
CREATE UNIQUE INDEX event_unique ON care.event (code, event_id);
ALTER TABLE more.upper CLUSTER ON upper_code_event_id_idx;
CREATE UNIQUE INDEX event_identity ON care.event (event_id, code);
ALTER TABLE more.lower ALTER code SET NOT NULL,
    REPLICA IDENTITY USING INDEX lower_event_id_code_idx;
SQL
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
    sed -i 's/^  key: \[event_id\]$/&\n  defer: [indexes, unique_indexes, foreign_keys]/' \
        "$tmp/plan/event.yaml"
}
schema() {
    "$NOVATE_TEST_PG_BIN/pg_dump" --schema-only -n care -n more -h "$NOVATE_TEST_PG_SOCKET" \
        -U novate "$(database_name target)" | grep -v '^\\\(un\)\?restrict '
}
as_before() {
    schema >"$tmp/after.sql"
    cmp -s "$tmp/before.sql" "$tmp/after.sql" || {
        diff "$tmp/before.sql" "$tmp/after.sql" | head -n 40
        complain "$1: the schema is not what it was"
    }
    same "$1: what is left" \
        "$(sql target -c "SELECT count(*) FROM novate.deferred WHERE state <> 'restored'")" 0
    same "$1: what is not valid" \
        "$(sql target -c 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')" 0
}

for jobs in 0 1 3; do
    fresh
    schema >"$tmp/before.sql"
    expect 0 check "$tmp/plan/plan.yaml"
    grep -q 'foreign keys and unique constraints that are to be deferred stay in place: it is ' \
        "$tmp/out" || complain 'check does not say what stays'
    expect 0 run "$tmp/plan/plan.yaml" --jobs $jobs
    as_before "--jobs $jobs"
    same "--jobs $jobs: taken off" "$(sql target -c "SELECT string_agg(name, ' ' ORDER BY name)
        FROM novate.deferred")" 'event "code event_identity event_name event_unique'
    grep -q '"event_once" of .* stays in place: it is a constraint of a partitioned table' \
        "$tmp/err" || complain 'the unique constraint is not said to stay'
    grep -q '"event_status" of .* stays in place: no server can add it NOT VALID' "$tmp/err" ||
        complain 'the foreign key is not said to stay'
    grep -q 'restored' "$tmp/out" "$tmp/err" || complain 'nothing is said to be restored'
    expect 0 verify "$tmp/plan/plan.yaml"
done

# kill -9 while one is dropped, while a partition's is built and while one is attached.
declare -A points=(
    [dropping]='DROP INDEX care.event_name'
    [building]='%CREATE INDEX % ON more.upper USING btree (lower(name))%'
    [attaching]='%ATTACH PARTITION more.upper_lower_idx%'
)
for point in "${!points[@]}"; do
    fresh
    schema >"$tmp/before.sql"
    prepare_holding
    expect 0 load "$tmp/plan/plan.yaml" --finish
    sql target -c "INSERT INTO public.hold VALUES (\$\$${points[$point]}\$\$)"
    struck "$point"
    # What the server has begun it would end, and then nothing might be off.
    sql target -c "SELECT pg_terminate_backend(pid, 60000) FROM $held" >/dev/null
    sql target -c 'DROP EVENT TRIGGER hold'
    let_go
    if [ "$point" = dropping ]; then
        expect 0 run "$tmp/plan/plan.yaml"
    else
        off=$(sql target -c "SELECT count(*) FROM novate.deferred WHERE state <> 'restored'")
        [ "$off" -gt 0 ] || complain "$point: nothing is off"
        expect 0 load "$tmp/plan/plan.yaml" --finish
    fi
    as_before "$point"
done

# What belongs to a role, and what a role may not make again.
fresh
sql target -c 'ALTER TABLE more.lower OWNER TO pg_monitor' \
    -c 'SET client_min_messages = error; DROP ROLE IF EXISTS deferral_partitions' \
    -c 'CREATE ROLE deferral_partitions LOGIN' \
    -c "GRANT CREATE ON DATABASE $(database_name target) TO deferral_partitions" \
    -c 'GRANT ALL ON SCHEMA care, more TO deferral_partitions' \
    -c 'ALTER TABLE care.event OWNER TO deferral_partitions' \
    -c 'ALTER TABLE care.status OWNER TO deferral_partitions'
sed -i 's/user=novate/user=deferral_partitions/' "$tmp/plan/plan.yaml"
expect 0 run "$tmp/plan/plan.yaml"
grep -q '"event_name" of .* stays in place: this role could not make that of a partition again' \
    "$tmp/err" || complain 'a partition of another role is not said'
sql target -c 'REASSIGN OWNED BY deferral_partitions TO novate' \
    -c 'DROP OWNED BY deferral_partitions' -c 'DROP ROLE deferral_partitions'
same 'role: off' "$(sql target -c 'SELECT count(*) FROM novate.deferred')" 0

# Partitions that came, went and were taken out while the indexes were off: each that is there has
# them, and what was taken out has its own back.
fresh
prepare_holding
expect 0 load "$tmp/plan/plan.yaml" --finish
sql target -c "INSERT INTO public.hold VALUES ('%CREATE INDEX %')"
struck 'meanwhile'
sql target -c 'DROP EVENT TRIGGER hold'
let_go
until_true "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid()"
sql target -c 'ALTER TABLE care.event DETACH PARTITION care.first' \
    -c 'CREATE TABLE care.third PARTITION OF care.event FOR VALUES FROM (100000) TO (200000)' \
    -c 'CREATE TABLE more.fourth PARTITION OF more."Second Part" FOR VALUES FROM (99000)
        TO (100000)'
expect 0 load "$tmp/plan/plan.yaml" --finish
same 'meanwhile: valid' "$(sql target -c 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')" 0
same 'meanwhile: indexes' "$(sql target -c "SELECT string_agg(relname || ':' || n, ' ' ORDER BY 1)
    FROM (SELECT t.relname, count(*) AS n FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace IN ('care'::regnamespace, 'more'::regnamespace) GROUP BY 1) c")" \
    'Second Part:6 event:6 first:7 fourth:6 lower:6 status:1 third:6 upper:6'
same 'meanwhile: names' "$(sql target -c "SELECT
    obj_description('more.\"lower''s code\"'::regclass),
    obj_description('care.\"event \"\"code\"'::regclass)")" "of 'one'|of all"
sql target -c "UPDATE novate.deferred SET state = 'dropped'"
expect 0 load "$tmp/plan/plan.yaml" --finish

# A row twice, in one partition: counted and named, and nothing of the index is there until then.
fresh
sql target -c 'DROP INDEX care.event_unique' -c 'ALTER TABLE care.event DROP CONSTRAINT event_key' \
    -c 'ALTER TABLE care.event DROP CONSTRAINT event_once'
schema >"$tmp/before.sql"
sed -i 's/^  event_id: .*/  event_id: CASE WHEN EVENT_ID = 606 THEN 603 ELSE EVENT_ID END/
    s/^  code: .*/  code: 7/; s/key: \[event_id\]/key: [note]/' "$tmp/plan/event.yaml"
expect 9 run "$tmp/plan/plan.yaml" --no-verify
grep -q '"event_identity" of care.event cannot be restored: 2 rows share 1 of its keys: ' \
    "$tmp/err" || complain "twice: $(cat "$tmp/err")"
sql target -c "DELETE FROM care.event WHERE event_id = 603"
expect 0 load "$tmp/plan/plan.yaml" --finish
as_before twice
finish
