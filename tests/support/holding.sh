# holding.sh — statements of novate that wait in the target until a test lets them go on. Sourced by
# tests of deferral, behind program.sh. The target is the database "target", the plan $tmp/plan.
# SPDX-License-Identifier: Apache-2.0

# holding: statements like what public.hold says wait until `let_go`.
prepare_holding() {
    sql target <<'SQL'
CREATE TABLE public.hold (pattern text);
CREATE FUNCTION public.hold() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT FROM public.hold WHERE current_query() LIKE pattern) THEN
        PERFORM pg_advisory_xact_lock_shared(4711);
    END IF; END $$;
CREATE EVENT TRIGGER hold ON ddl_command_start EXECUTE FUNCTION public.hold();
SQL
}

# Sessions of this database that are held; other tests hold theirs by the same number.
held="pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 4711
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

# until_true QUERY: asks until the answer is t.
until_true() {
    local deadline=$((SECONDS + 60))
    until [ "$(sql target -c "$1")" = t ]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "in vain: $1"
    done
}

# struck WHAT: novate runs until the target holds it, and is killed.
struck() {
    local what=$1
    shift
    hold 'SELECT pg_advisory_lock(4711)'
    "$NOVATE" run "$tmp/plan/plan.yaml" --chunk-rows 100 "$@" >"$tmp/killed.out" 2>&1 </dev/null &
    local pid=$! status=0
    until_true "SELECT count(*) > 0 FROM $held"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || status=$?
    same "$what: killed" "$status" 137
}
