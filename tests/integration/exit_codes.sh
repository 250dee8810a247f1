# exit_codes.sh — each way to end has its code, and says on stderr what was wrong and where.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# One wrong code is no reason not to look at the others.
fail() {
    complain "$@"
}

sqlite_events "$tmp/source.db" 1000
plan=$tmp/plan/plan.yaml
mapping=$tmp/plan/event.yaml
fresh() {
    database target
    event_target target
    rm -rf -- "$tmp/plan"
    event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
}

# says PATTERN: what stderr must hold.
says() {
    grep -qE -- "$1" "$tmp/err" || {
        cat "$tmp/err"
        complain "stderr does not say \"$1\""
    }
}

# 1: usage.
expect 0
expect 1 no-such-command "$tmp/plan.yaml"
expect 1 run
fresh
expect 1 run "$plan" --no-such-option
says 'no-such-option'
expect 1 run "$plan" --jobs many
expect 1 run "$plan" --set without-value
expect 0 --help
expect 0 version

# 2: plan or mapping at fault, with file, line and column.
expect 2 run "$tmp/no-such-plan.yaml"
says 'no-such-plan.yaml'
sed -i 's/^  code:     EVENT_CD/  code:     EVENT_CODE + 1/' "$mapping"
expect 2 check "$plan"
says 'event\.yaml:12:13: '
says 'EVENT_CODE'
says '\^'
expect 2 run "$plan"
says 'event\.yaml:12:13: '
fresh
sed -i 's/^  name:     NAME/  name:     upper(trim(NAME)/' "$mapping"
expect 2 check "$plan" --offline
says 'event\.yaml:14:'
fresh
sed -i 's/^limits:/limit:/' "$plan"
expect 2 check "$plan" --offline
says 'plan\.yaml:8:1: '
fresh
sed -i 's/table: EVENT/table: NO_SUCH_TABLE/' "$mapping"
expect 2 run "$plan"
says 'event\.yaml:3:'
says 'NO_SUCH_TABLE'
fresh
sed -i 's/table: care.event/table: care.no_such_table/' "$mapping"
expect 2 run "$plan"
says 'event\.yaml:6:'
fresh
sed -i 's/^  odbc: "/&PWD=secret-in-plan;/' "$plan"
expect 2 check "$plan" --offline
says 'plan\.yaml:4:'
! grep -q secret-in-plan "$tmp/err" "$tmp/out" || complain 'a password was shown'
fresh
cat >>"$mapping" <<'YAML'
examples:
  - {name: a name, given: {EVENT_ID: 1, EVENT_CD: 2, NAME: ward}, expect: {name: Ward}}
YAML
expect 2 check "$plan"
says "example \"a name\": column \"name\" is 'ward', not 'Ward'"
grep -q 'examples: 0 passed, 1 failed' "$tmp/out" || complain 'failed examples are not counted'
sed -i 's/name: Ward/name: ward/' "$mapping"
expect 0 check "$plan"

# 3: state.
fresh
expect 0 run "$plan"
sed -i 's/^  name:     NAME/  name:     upper(NAME)/' "$mapping"
expect 3 run "$plan"
says 'event'
fresh
echo 'no ledger' >"$tmp/file"
expect 3 run "$plan" --work "$tmp/file"

# 4: source.
fresh
sed -i "s|^  odbc: .*|  odbc: \"DRIVER=$tmp/no-such-driver.so;Database=x\"|" "$plan"
expect 4 run "$plan"
if [ -n "${NOVATE_TEST_MARIADB:-}" ]; then
    fresh
    wrong=${NOVATE_TEST_MARIADB/UID=novate/UID=locked}
    sed -i "s|^  odbc: .*|  odbc: \"$wrong\"|" "$plan"
    expect 4 run "$plan"
    says '28000|denied'
fi

# 5: target. The role "locked" must give a password; a wrong one is in the environment.
fresh
sed -i 's/user=novate/user=locked/' "$plan"
PGPASSWORD=wrong-on-purpose expect 5 run "$plan"
says 'password'
! grep -q wrong-on-purpose "$tmp/err" || complain 'a password was shown'
fresh
sed -i 's/dbname=[a-z_]*/dbname=no_such_database/' "$plan"
expect 5 run "$plan"
says 'no_such_database'
fresh
sql target -c 'CREATE ROLE reader LOGIN' >/dev/null 2>&1 || true
sql target -c 'GRANT USAGE ON SCHEMA care TO reader' -c 'GRANT SELECT ON care.event TO reader'
sed -i 's/user=novate/user=reader/' "$plan"
expect 5 run "$plan"
says 'permission denied'

# 6: rejects over the limit; what was loaded before stays, and a higher limit goes on from there.
fresh
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 300 = 0'
sed -i 's/rejects: 1000000/rejects: 9/' "$plan"
expect 6 run "$plan" --chunk-rows 100
says 'reject'
sed -i 's/rejects: 9/rejects: 10/' "$plan"
expect 0 run "$plan" --chunk-rows 100
same 'rows after the limit was raised' "$(sql target -c 'SELECT count(*) FROM care.event')" 990
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 1 WHERE EVENT_ID % 300 = 0'

# 7: differences.
fresh
expect 0 run "$plan"
sql target -c "UPDATE care.event SET name = 'x' WHERE event_id = 300"
expect 7 verify "$plan"

# 8: nothing to do.
sqlite3 "$tmp/empty.db" "$(create_events timestamp)"
fresh
sed -i "s|source.db|empty.db|" "$plan"
expect 8 run "$plan"

# 10: interrupted, and the same command goes on. The source is held up by its own speed limit, so
# that the signal finds it at work; that it was at work shows in the ledger.
fresh
sed -i 's|^source:|source:\n  rows_per_second_max: 100|' "$plan"
"$NOVATE" run "$plan" --chunk-rows 20 >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
for _ in $(seq 300); do
    loaded=$(sql target -c 'SELECT count(*) FROM care.event')
    [ "$loaded" -eq 0 ] || break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
done
# 3: meanwhile the migration is locked, for this work directory and for any other.
expect_locked() {
    local status=0
    "$NOVATE" run "$plan" "$@" >"$tmp/out2" 2>"$tmp/err2" </dev/null || status=$?
    same "a second novate $*" "$status" 3
    grep -qi 'another' "$tmp/err2" || complain 'a second novate is not told of the first'
}
expect_locked
expect_locked --work "$tmp/elsewhere"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
same 'exit code after SIGTERM' "$status" 10
loaded=$(sql target -c 'SELECT count(*) FROM care.event')
{ [ "$loaded" -gt 0 ] && [ "$loaded" -lt 1000 ]; } || complain "interrupted after $loaded rows"
sed -i '/rows_per_second_max/d' "$plan"
expect 0 run "$plan" --chunk-rows 20
same 'rows after the interruption' "$(sql target -c 'SELECT count(*) FROM care.event')" 1000
finish
