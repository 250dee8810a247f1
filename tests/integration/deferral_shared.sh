# deferral_shared.sh — two migrations load a table from which the first took a foreign key and an
# index: who ends first leaves them off, who ends last puts them back, be it one that had died and
# goes on. Rows refer to rows that come later: one that is tried at once would be refused.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite3 "$tmp/source.db" "CREATE TABLE PLACE (ID INTEGER PRIMARY KEY, WITHIN INTEGER);
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
    INSERT INTO PLACE SELECT i, 4001 - i FROM n"
cat >"$tmp/place.yaml" <<'YAML'
entity: place
source: {table: PLACE, key: [ID]}
target: {table: care.place, key: [id], defer: [foreign_keys, indexes]}
columns: {id: ID, within: WITHIN}
YAML
cat >"$tmp/plan.yaml" <<YAML
novate: 1
migration: place-\${trust}
variables: {trust: RN1}
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "$(conninfo target)", divided_by: {trust: "\${trust}"}}
work: work-\${trust}
mappings: [place.yaml]
YAML

# Each trust is held at its row 200.
fresh() {
    database target
    sql target <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.place (trust text, id bigint, within bigint, PRIMARY KEY (trust, id),
    CONSTRAINT place_within FOREIGN KEY (trust, within) REFERENCES care.place);
CREATE INDEX place_by_within ON care.place (within);
CREATE FUNCTION care.wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1);
    RETURN NEW;
END $$;
CREATE TRIGGER wait BEFORE INSERT ON care.place FOR EACH ROW WHEN (NEW.id = 200)
    EXECUTE FUNCTION care.wait();
SQL
    rm -rf -- "$tmp"/work-*
}
declare -A pids
# begins TRUST: it has loaded some chunks and is paused: nothing of it is open.
begins() {
    hold "SELECT pg_advisory_lock(1)"
    "$NOVATE" run "$tmp/plan.yaml" --set "trust=$1" --chunk-rows 50 --report "$tmp/$1.json" \
        >"$tmp/$1.out" 2>"$tmp/$1.err" </dev/null &
    pids[$1]=$!
    until [ "$(sql target -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
        AND classid = 0 AND objid = 1 AND NOT granted")" -gt 0 ]; do
        kill -0 "${pids[$1]}" 2>/dev/null || fail "$1 does not wait: $(cat "$tmp/$1.err")"
    done
    expect 0 pause "$tmp/plan.yaml" --set "trust=$1"
    let_go
    until [ "$(sql target -c "SELECT count(*) FROM care.place WHERE trust = '$1' AND id = 200")" \
        -eq 1 ]; do
        kill -0 "${pids[$1]}" 2>/dev/null || fail "$1 ended: $(cat "$tmp/$1.err")"
    done
}
ends() { # TRUST EXIT
    local status=0
    expect 0 resume "$tmp/plan.yaml" --set "trust=$1"
    wait "${pids[$1]}" || status=$?
    [ "$status" -eq "$2" ] ||
        fail "$1 ended with $status: $(tail -n 20 "$tmp/$1.out" "$tmp/$1.err")"
}
there() {
    sql target -c "SELECT (SELECT count(*) FROM pg_constraint WHERE conname = 'place_within'
        AND convalidated) || ' ' || (SELECT count(*) FROM pg_indexes
        WHERE indexname = 'place_by_within') || ' ' || (SELECT count(*) FROM novate.deferred
        WHERE state IN ('dropped', 'not_valid'))"
}

echo '== who ends first leaves it to the other'
fresh
begins RN1
begins RHM
same 'off for both' "$(there)" '0 0 4'
ends RN1 0
same 'left off' "$(there)" '0 0 2'
grep -q 'foreign key "place_within" of care.place stays off: migration "place-RHM" still loads' \
    "$tmp/RN1.err" || complain "it is not said: $(cat "$tmp/RN1.err")"
same 'said in the report' "$(json "$tmp/RN1.json" '$.target_state.deferred[0].state') $(
    json "$tmp/RN1.json" '$.verdict')" 'left verified'
for python in python3 /usr/bin/python3; do
    ! "$python" -c 'import jsonschema' 2>/dev/null ||
        "$python" "$source_root/tests/support/validate_report.py" \
            "$source_root/verify/report.schema.json" "$tmp/RN1.json" >"$tmp/faults" ||
        complain "the report is not what its schema says: $(cat "$tmp/faults")"
done
ends RHM 0
same 'back' "$(there)" '1 1 0'
for trust in RN1 RHM; do
    expect 0 verify "$tmp/plan.yaml" --set "trust=$trust"
done

echo '== one that died has rows that are not whole: it puts them back when it goes on'
fresh
begins RN1
kill -9 "${pids[RN1]}"
wait "${pids[RN1]}" 2>/dev/null || true
expect 0 run "$tmp/plan.yaml" --set trust=RHM
same 'left to the one that died' "$(there)" '0 0 2'
expect 0 run "$tmp/plan.yaml" --set trust=RN1
same 'back after all' "$(there)" '1 1 0'
same rows "$(sql target -c 'SELECT count(*) FROM care.place')" 8000
finish
