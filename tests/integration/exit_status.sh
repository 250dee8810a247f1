# exit_status.sh — each way to end has its code, and says on stderr what was wrong and where. The
# README's table of situations is gone through row by row: each must be tried here.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
unset NOVATE_SIGNING_KEY

# One wrong code is no reason not to look at the others.
fail() {
    complain "$@"
}

declare -A codes commands tried
while IFS='|' read -r _ situation command code _; do
    situation=$(xargs <<<"$situation")
    codes[$situation]=$(xargs <<<"$code")
    commands[$situation]=$(tr -d '`,' <<<"$command" | xargs)
done < <(awk '/^## Exit status carries the verdict/ { on = 1; next } /^## / { on = 0 }
    on && /^\| / && !/^\| situation/' "$source_root/README.md")
[ "${#codes[@]}" -ge 25 ] || complain "README's table has only ${#codes[@]} rows"

# situation ROW COMMAND: what README says that a command ends with, in $code.
situation() {
    code=${codes[$1]:-}
    [ -n "$code" ] || complain "README's table has no row \"$1\""
    tried[$1]=1
    case "any ${commands[$1]:-} " in
    'any any '* | *" ${2:-none} "*) ;;
    *) complain "README names \"${commands[$1]:-}\" for \"$1\", not \"$2\"" ;;
    esac
}
# ends ROW ARGUMENTS…: as `expect`, with the code that README has for the situation.
ends() {
    situation "$1" "${2:-}"
    shift
    expect "${code:-0}" "$@"
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

# 0: what was asked for is done, and what was compared agrees.
fresh
ends 'source and target have no difference' run "$plan"
ends 'source and target have no difference' verify "$plan"
ends 'everything was loaded before, and agrees' run "$plan"
ends 'only counts were asked for, and agree' verify "$plan" --level counts
cp "$mapping" "$tmp/event.kept"
printf 'verify:\n  skip:\n    note: "re-encoded"\n' >>"$mapping"
ends 'columns are declared not to be compared' verify "$plan"
says 'not everything could be verified'
mv "$tmp/event.kept" "$mapping"
ends 'verification was left out on request' run "$plan" --restart --append --no-verify
ends 'nothing was to be written, on request' run "$plan" --dry-run
sed -i 's|^target:|&\n  schema: schema.sql|' "$plan"
"$NOVATE_TEST_PG_BIN/pg_dump" -s -h "$NOVATE_TEST_PG_SOCKET" -U novate -n care \
    -d "$(database_name target)" | grep -v '^\\' >"$tmp/plan/schema.sql"
ends 'a rehearsal has no difference' rehearse "$plan"

# Reports that were handed over.
fresh
expect 0 key new "$tmp/operator"
expect 0 run "$plan" --signing-key "$tmp/operator" --report "$tmp/r.json" --report "$tmp/r.html"
ends 'a report is as it was signed, with the key that was given' \
    report check "$tmp/r.html" --public-key "$tmp/operator.pub"
ends 'nobody said whose signature a report must have' report check "$tmp/r.json"
expect 0 verify "$plan" --report "$tmp/unsigned.json"
ends 'a report is not signed' report check "$tmp/unsigned.json" --public-key "$tmp/operator.pub"
sed -i 's/"run":1/"run":2/' "$tmp/r.json"
ends 'a report was altered' report check "$tmp/r.json" --public-key "$tmp/operator.pub"
ends 'a file cannot be read or written' report check "$tmp/nowhere.json"

# 1: usage.
expect 0
ends 'the command line is wrong' no-such-command "$tmp/plan.yaml"
expect 1 run
fresh
ends 'the command line is wrong' run "$plan" --no-such-option
says 'no-such-option'
expect 1 run "$plan" --jobs many
expect 1 run "$plan" --set without-value
expect 0 --help
expect 0 version

# 2: plan or mapping at fault, with file, line and column.
ends 'the plan is wrong' run "$tmp/no-such-plan.yaml"
says 'no-such-plan.yaml'
sed -i 's/^  code:     EVENT_CD/  code:     EVENT_CODE + 1/' "$mapping"
ends 'a mapping is wrong' check "$plan"
says 'event\.yaml:12:13: '
says 'EVENT_CODE'
says '\^'
ends 'a mapping is wrong' run "$plan"
says 'event\.yaml:12:13: '
fresh
sed -i 's/^  name:     NAME/  name:     upper(trim(NAME)/' "$mapping"
expect 2 check "$plan" --offline
says 'event\.yaml:14:'
fresh
sed -i 's/^limits:/limit:/' "$plan"
ends 'the plan is wrong' check "$plan" --offline
says 'plan\.yaml:8:1: '
fresh
sed -i 's/table: EVENT/table: NO_SUCH_TABLE/' "$mapping"
ends 'a table or column is not there' run "$plan"
says 'event\.yaml:3:'
says 'NO_SUCH_TABLE'
fresh
sed -i 's/table: care.event/table: care.no_such_table/' "$mapping"
ends 'a table or column is not there' run "$plan"
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
ends 'an example of a mapping fails' check "$plan"
says "example \"a name\": column \"name\" is 'ward', not 'Ward'"
grep -q 'examples: 0 passed, 1 failed' "$tmp/out" || complain 'failed examples are not counted'
sed -i 's/name: Ward/name: ward/' "$mapping"
expect 0 check "$plan"

# 3: state.
fresh
expect 0 run "$plan"
sed -i 's/^  name:     NAME/  name:     upper(NAME)/' "$mapping"
ends 'the mapping changed since the first record was carried' run "$plan"
says 'event'
fresh
echo 'no ledger' >"$tmp/file"
ends 'a file cannot be read or written' run "$plan" --work "$tmp/file"

# 4: source.
fresh
sed -i "s|^  odbc: .*|  odbc: \"DRIVER=$tmp/no-such-driver.so;Database=x\"|" "$plan"
ends 'the source cannot be reached' run "$plan"
if [ -n "${NOVATE_TEST_MARIADB:-}" ]; then
    fresh
    wrong=${NOVATE_TEST_MARIADB/UID=novate/UID=locked}
    sed -i "s|^  odbc: .*|  odbc: \"$wrong\"|" "$plan"
    ends 'the source refuses the password' run "$plan"
    says '28000|denied'
else
    tried['the source refuses the password']=1 # needs a source with passwords
fi

# 5: target. The role "locked" must give a password; a wrong one is in the environment.
fresh
sed -i 's/user=novate/user=locked/' "$plan"
PGPASSWORD=wrong-on-purpose ends 'the target refuses the password' run "$plan"
says 'password'
! grep -q wrong-on-purpose "$tmp/err" || complain 'a password was shown'
fresh
sed -i 's/dbname=[a-z_]*/dbname=no_such_database/' "$plan"
ends 'the target cannot be reached' run "$plan"
says 'no_such_database'
fresh
sql target -c 'CREATE ROLE reader LOGIN' >/dev/null 2>&1 || true
sql target -c 'GRANT USAGE ON SCHEMA care TO reader' -c 'GRANT SELECT ON care.event TO reader'
sed -i 's/user=novate/user=reader/' "$plan"
ends 'the target refuses what it is asked' run "$plan"
says 'permission denied'

# 6: rejects over the limit; what was loaded before stays, and a higher limit goes on from there.
fresh
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 300 = 0'
sed -i 's/rejects: 1000000/rejects: 9/' "$plan"
ends 'more records were rejected than the limit allows' run "$plan" --chunk-rows 100
says 'reject'
sed -i 's/rejects: 9/rejects: 10/' "$plan"
ends 'records were rejected, within the limit' run "$plan" --chunk-rows 100
same 'rows after the limit was raised' "$(sql target -c 'SELECT count(*) FROM care.event')" 990
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 1 WHERE EVENT_ID % 300 = 0'

# 7: differences.
fresh
expect 0 run "$plan"
sql target -c "UPDATE care.event SET name = 'x' WHERE event_id = 300"
ends 'source and target differ' verify "$plan"

# 8: nothing to do.
sqlite3 "$tmp/empty.db" "$(create_events timestamp)"
fresh
sed -i "s|source.db|empty.db|" "$plan"
ends 'the source has no records' run "$plan"

# 9: a table has a row twice under a unique index that was off meanwhile.
fresh
sqlite3 "$tmp/source.db" '.backup '"$tmp/twice.db"
sqlite3 "$tmp/twice.db" "UPDATE EVENT SET NAME = 'twice' WHERE EVENT_ID IN (30, 60)"
sed -i 's/source\.db/twice.db/; s/^  key: \[event_id\]$/&\n  defer: [unique_indexes]/' \
    "$plan" "$mapping"
sql target -c 'CREATE UNIQUE INDEX event_name ON care.event (name)'
ends 'an index or constraint that was off cannot be restored' run "$plan"
says 'event_name|deferred|restored'

# 10: interrupted, and the same command goes on. The source is held up by its own speed limit, so
# that the signal finds it at work; that it was at work shows in the ledger.
begin_slowly() {
    fresh
    sed -i 's|^source:|source:\n  rows_per_second_max: 100|' "$plan"
    # A shell ignores Ctrl-C for what it runs in the background: env gives it back.
    env --default-signal=INT "$NOVATE" run "$plan" --chunk-rows 20 \
        >"$tmp/out" 2>"$tmp/err" </dev/null &
    pid=$!
    for _ in $(seq 300); do
        loaded=$(sql target -c 'SELECT count(*) FROM care.event')
        [ "$loaded" -eq 0 ] || break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
}
# ended ROW SIGNAL: the run that began slowly gets it.
ended() {
    local status=0
    situation "$1" run
    kill -"$2" "$pid"
    wait "$pid" || status=$?
    same "exit code after SIG$2" "$status" "$code"
    loaded=$(sql target -c 'SELECT count(*) FROM care.event')
    { [ "$loaded" -gt 0 ] && [ "$loaded" -lt 1000 ]; } || complain "interrupted after $loaded rows"
    sed -i '/rows_per_second_max/d' "$plan"
    expect 0 run "$plan" --chunk-rows 20
    same 'rows after the interruption' "$(sql target -c 'SELECT count(*) FROM care.event')" 1000
}
begin_slowly
# 3: meanwhile the migration is locked, for this work directory and for any other.
expect_locked() {
    local status=0
    situation 'another novate is at work' run
    "$NOVATE" run "$plan" "$@" >"$tmp/out2" 2>"$tmp/err2" </dev/null || status=$?
    same "a second novate $*" "$status" "$code"
    grep -qi 'another' "$tmp/err2" || complain 'a second novate is not told of the first'
}
expect_locked
expect_locked --work "$tmp/elsewhere"
ended 'SIGTERM ends it' TERM
begin_slowly
ended 'Ctrl-C ends it' INT

for row in "${!codes[@]}"; do
    [ -n "${tried[$row]:-}" ] || complain "nothing tries README's row \"$row\""
done
finish
