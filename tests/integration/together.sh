# together.sh — entities share lanes (--jobs 2 and more): parents come before their children, the
# largest is begun first, what went on beside a failure is kept, limits count over all of them, and
# whatever dies, the same command resumes: nothing is lost or there twice.
#
#     NOVATE_TEST_SEED    what the moments of kills come from; printed
# labels: threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

seed=${NOVATE_TEST_SEED:-$(date +%s)}
echo "$test_name: seed $seed"
RANDOM=$seed

# A circle of two, a chain of three, two mappings that fill one table, and a few small ones.
small='s1 s2 s3 s4 s5 s6'
{
    echo 'BEGIN;'
    for table in person visit event egg hen first second $small; do
        case $table in
        person | visit | event) rows=3000 ;;
        first | second) rows=1000 ;;
        *) rows=200 ;;
        esac
        echo "CREATE TABLE $table (ID integer PRIMARY KEY, REF integer, NAME varchar(20));
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
            INSERT INTO $table SELECT i, $rows + 1 - i, '$table ' || i FROM n;"
    done
    echo 'UPDATE second SET ID = ID + 1000; COMMIT;'
} | sqlite3 -batch -bail "$tmp/source.db"

schema() {
    sql "$1" <<'SQL'
CREATE TABLE person (id bigint PRIMARY KEY, ref bigint, name text);
CREATE TABLE visit (id bigint PRIMARY KEY, ref bigint REFERENCES person, name text);
CREATE TABLE event (id bigint PRIMARY KEY, ref bigint REFERENCES visit, name text);
CREATE TABLE hen (id bigint PRIMARY KEY, ref bigint, name text);
CREATE TABLE egg (id bigint PRIMARY KEY, ref bigint REFERENCES hen DEFERRABLE INITIALLY IMMEDIATE,
    name text);
ALTER TABLE hen ADD CONSTRAINT laid FOREIGN KEY (ref) REFERENCES egg NOT VALID;
ALTER TABLE hen ALTER ref DROP NOT NULL;
CREATE TABLE pair (id bigint PRIMARY KEY, ref bigint, name text);
SQL
    for table in $small; do
        sql "$1" -c "CREATE TABLE $table (id bigint PRIMARY KEY, ref bigint, name text)"
    done
}

# plan FOLDER DATABASE [LINE]: the children stand first, so that their place in the plan does not
# bring them behind their parents.
plan() {
    rm -rf -- "$1"
    mkdir -p "$1"
    {
        printf 'novate: 1\nmigration: together\nsource:\n  odbc: "%s"\n%s\n' \
            "$(sqlite_source "$tmp/source.db")" "${3:-}"
        printf 'target: {postgres: "%s"}\nlimits: {rejects: 0}\nmappings:\n' "$(conninfo "$2")"
        for table in s1 event visit person hen egg first second s2 s3 s4 s5 s6; do
            echo "  - $table.yaml"
        done
    } >"$1/plan.yaml"
    for table in event visit person hen egg first second $small; do
        target=$table
        ref=REF
        [ "$table" != hen ] || ref='NULL::bigint'
        case $table in first | second) target=pair ;; esac
        scope=
        case $table in
        first) scope=', scope: id <= 1000' ;;
        second) scope=', scope: id > 1000' ;;
        esac
        cat >"$1/$table.yaml" <<YAML
entity: $table
source: {table: $table, key: [ID]}
target: {table: public.$target, key: [id]$scope}
columns: {id: ID, ref: "$ref", name: NAME}
YAML
    done
}

content() {
    local table
    for table in person visit event hen egg pair $small; do
        echo "$table $(fingerprint "$1" "SELECT * FROM public.$table")"
    done
}

fresh() {
    database "$1"
    schema "$1"
    plan "$tmp/$1" "$1" "${2:-}"
}

# In the order of the plan the children would be refused.
fresh alone
expect 6 run "$tmp/alone/plan.yaml" --jobs 1 --no-verify
fresh alone
sed -i '/^  - \(event\|visit\).yaml$/d; s/^  - person.yaml$/&\n  - visit.yaml\n  - event.yaml/' \
    "$tmp/alone/plan.yaml"
expect 0 run "$tmp/alone/plan.yaml" --jobs 1
wanted=$(content alone)

# --- beside each other

fresh target
expect 0 run "$tmp/target/plan.yaml" --jobs 4 --chunk-rows 100 --report "$tmp/report.json"
same 'together: rows' "$(content target)" "$wanted"
same 'together: verdict' "$(json "$tmp/report.json" '$.verdict')" verified
# One after the other where there is a foreign key, and where it is one table.
same 'parents first' "$(sql target -c "SELECT bool_and(
    (SELECT max(loaded_at) FROM novate.chunk WHERE entity = parent)
    < (SELECT min(loaded_at) FROM novate.chunk WHERE entity = child))
    FROM (VALUES ('person', 'visit'), ('visit', 'event'), ('hen', 'egg'), ('first', 'second'))
    AS v(parent, child)")" t
# The largest that need not wait is person: others get a lane when its last chunks are under way,
# of which a pipeline holds some.
fresh target
expect 0 run "$tmp/target/plan.yaml" --jobs 2 --chunk-rows 100 --no-verify
same 'largest first' "$(sql target -c "SELECT count(*) >= 18 FROM novate.chunk
    WHERE entity = 'person' AND loaded_at <
    (SELECT min(loaded_at) FROM novate.chunk WHERE entity <> 'person')")" t
grep -q 'entity s6: 200 records, 0 rejected' "$tmp/err" ||
    complain 'the end of an entity is not said'
for stage in extract transform load; do
    [ $stage != extract ] || fresh staged
    expect 0 $stage "$tmp/staged/plan.yaml" --jobs 3 \
        $([ $stage != extract ] || echo --chunk-rows 100)
done
same 'staged: rows' "$(content staged)" "$wanted"
fresh target
expect 0 run "$tmp/target/plan.yaml" --jobs 4 --dry-run
same 'dry run: rows' "$(sql target -c 'SELECT count(*) FROM person')" 0

# --- no more connections to the source than it allows

fresh narrow '  connections_max: 2'
expect 0 run "$tmp/narrow/plan.yaml" --jobs 6 --chunk-rows 100
same 'two connections: rows' "$(content narrow)" "$wanted"

# --- a table that is not empty is refused before anything is loaded

fresh occupied
sql occupied -c 'INSERT INTO s6 VALUES (-1); CREATE INDEX by_name ON person (name)'
sed -i 's/^target: {/&defer: [indexes, foreign_keys], /' "$tmp/occupied/plan.yaml"
expect 3 run "$tmp/occupied/plan.yaml" --jobs 2
same 'occupied: rows' "$(sql occupied -c 'SELECT count(*) FROM person')" 0
same 'occupied: indexes and foreign keys' "$(sql occupied -c "SELECT
    to_regclass('by_name') IS NOT NULL, (SELECT count(*) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace)")" 't|4'
sql occupied -c 'DELETE FROM s6'
expect 0 run "$tmp/occupied/plan.yaml" --jobs 2
same 'occupied, then not: rows' "$(content occupied)" "$wanted"

# --- a failure: what went on beside it is kept, and resumed

fresh broken
sql broken -c 'CREATE ROLE novate_together LOGIN' 2>/dev/null || true
sql broken <<'SQL'
GRANT ALL ON ALL TABLES IN SCHEMA public TO novate_together;
REVOKE INSERT ON s4 FROM novate_together;
GRANT CREATE ON DATABASE novate_together_broken TO novate_together;
SQL
sed -i 's/user=novate /user=novate_together /' "$tmp/broken/plan.yaml"
status=0
novate run "$tmp/broken/plan.yaml" --jobs 3 --chunk-rows 100 --no-verify || status=$?
[ $status -ne 0 ] || complain 'a table that may not be written was written'
grep -q 's4' "$tmp/err" || complain 'the failure does not name the entity'
sql broken -c 'GRANT INSERT ON s4 TO novate_together'
expect 0 run "$tmp/broken/plan.yaml" --jobs 3
same 'failure: rows' "$(content broken)" "$wanted"
sql broken -c 'DROP OWNED BY novate_together CASCADE; DROP ROLE novate_together' 2>/dev/null

# --- the limit counts over all entities

fresh limit
sql limit -c 'ALTER TABLE s1 ADD CHECK (id <> 7); ALTER TABLE s2 ADD CHECK (id <> 7)'
sed -i 's/rejects: 0/rejects: 1/' "$tmp/limit/plan.yaml"
expect 6 run "$tmp/limit/plan.yaml" --jobs 2 --report "$tmp/report.json"
sed -i 's/rejects: 1/rejects: 2/' "$tmp/limit/plan.yaml"
expect 0 run "$tmp/limit/plan.yaml" --jobs 2
same 'limit: rejects' "$(sql limit -c 'SELECT count(*) FROM novate.reject')" 2

# --- killed and interrupted

fresh killed
start=$(date +%s%N)
expect 0 run "$tmp/killed/plan.yaml" --jobs 3 --chunk-rows 100 --no-verify
whole=$((($(date +%s%N) - start) / 1000000))
struck=0
rounds=1
[ -z "${NOVATE_TEST_LONG:-}" ] || rounds=6
for round in $(seq $rounds); do
    fresh killed
    for signal in KILL TERM KILL; do
        delay=$(((RANDOM * 32768 + RANDOM) % whole + 1))
        "$NOVATE" run "$tmp/killed/plan.yaml" --jobs 3 --chunk-rows 100 --no-verify \
            >"$tmp/killed.out" 2>&1 </dev/null &
        pid=$!
        sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
        kill -$signal "$pid" 2>/dev/null || true
        status=0
        wait "$pid" 2>/dev/null || status=$?
        case $signal:$status in
        *:0 | *:8) ;;
        KILL:137 | TERM:10) struck=$((struck + 1)) ;;
        TERM:143) # before it listened, and so before anything was done
            [ ! -s "$tmp/killed.out" ] ||
                fail "round $round: TERM ended it with 143: $(cat "$tmp/killed.out")"
            ;;
        *) fail "round $round: $signal ended it with $status: $(cat "$tmp/killed.out")" ;;
        esac
    done
    status=0
    novate run "$tmp/killed/plan.yaml" --jobs 3 --no-verify || status=$?
    [ $status -eq 0 ] || [ $status -eq 8 ] || fail "resuming ended with $status: $(cat "$tmp/err")"
    expect 0 verify "$tmp/killed/plan.yaml"
    same "round $round: rows" "$(content killed)" "$wanted"
done
echo "$test_name: $struck of $((3 * rounds)) signals struck"
finish
