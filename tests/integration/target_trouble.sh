# target_trouble.sh — a target that does not do as it is asked: somebody holds a lock, an
# administrator ends the sessions, it takes no writes, it is full. Each time the message says what
# and who, exit is 5, and the same command resumes.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

rows=400
sqlite_events "$tmp/source.db" $rows
sqlite3 "$tmp/source.db" "DELETE FROM EVENT WHERE STATUS IS NULL"
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
says() {
    grep -qE -- "$1" "$tmp/err" || {
        complain "what is not said: $1"
        cat "$tmp/err"
    }
}
# until_true DATABASE QUERY: asks until the answer is t.
until_true() {
    local tries=0
    until [ "$(sql "$1" -c "$2")" = t ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 2000 ] || fail "never true: $2"
    done
}

# A lock: who holds it is named, with nothing of what they said.
cp "$plan" "$tmp/plan/patient.yaml"
sed -i "s|\(postgres: \"[^\"]*\)|\1 options='-c lock_timeout=4s'|" "$tmp/plan/patient.yaml"
hold "BEGIN; LOCK TABLE care.event IN EXCLUSIVE MODE; SELECT 'Secretname' WHERE false"
expect 5 run "$tmp/plan/patient.yaml" --chunk-rows 100
says 'error: canceling statement due to lock timeout'
says "detail: The lock was held by process $holder of user \"novate\", application \"holder\", idle"
says 'in transaction, its transaction open for [0-9]+ s\.'
says 'hint: Another session holds a lock on the table; the same command resumes\.'
! grep -q Secretname "$tmp/err" || complain 'what the holder said is shown'

# An administrator ends the sessions while they wait.
"$NOVATE" run "$plan" --chunk-rows 100 >"$tmp/out" 2>"$tmp/err" </dev/null &
novate_pid=$!
until_true target "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'novate' AND wait_event_type = 'Lock'"
sql target -c "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'novate'" >"$tmp/ended"
status=0
wait $novate_pid || status=$?
same 'exit after the sessions were ended' $status 5
says 'terminating connection due to administrator|the connection to the target on .* was lost'
says 'the same command resumes'
let_go
expect 0 run "$plan" --chunk-rows 100
same 'rows' "$(sql target -c 'SELECT count(*) FROM care.event')" \
    "$(sqlite3 "$tmp/source.db" 'SELECT count(*) FROM EVENT')"

# A target that takes no writes.
database target
event_target target
rm -rf "$tmp/plan/.novate"
sql target -c "ALTER DATABASE $(database_name target) SET default_transaction_read_only = on"
expect 5 run "$plan"
says 'a standby cannot be a target'
sql postgres -c "ALTER DATABASE $(database_name target) SET default_transaction_read_only = off"
expect 0 run "$plan"

# A full disk, where this user may make a small one.
disk=$tmp/disk
mkdir "$disk"
if mount -t tmpfs -o size=2m,mode=777 tmpfs "$disk" 2>/dev/null; then
    trap 'umount -l "$disk"; cleanup' EXIT
    mkdir -m 777 "$disk/space"
    owner=$(stat -c %U "$NOVATE_TEST_PG_SOCKET")
    chown "$owner" "$disk/space"
    database target
    event_target target
    rm -rf "$tmp/plan/.novate"
    sql target -c 'DROP TABLESPACE IF EXISTS novate_small' -c \
        "CREATE TABLESPACE novate_small LOCATION '$disk/space'"
    sql target -c 'ALTER TABLE care.event SET TABLESPACE novate_small' \
        -c 'ALTER TABLE care.event ALTER name SET STORAGE external'
    sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = hex(randomblob(30000)) WHERE EVENT_ID % 2 = 0"
    expect 5 run "$plan" --chunk-rows 20
    says 'No space left on device'
    says "hint: Make room on the target's disks; the same command resumes\."
    mount -o remount,size=200m "$disk"
    expect 0 run "$plan" --chunk-rows 20
    same 'rows on the disk that was full' "$(sql target -c 'SELECT count(*) FROM care.event')" \
        "$(sqlite3 "$tmp/source.db" 'SELECT count(*) FROM EVENT')"
    sql postgres -c "DROP DATABASE $(database_name target) WITH (FORCE)" \
        -c 'DROP TABLESPACE novate_small'
else
    echo "$test_name: no small disk can be made here: a full one was not tried"
fi
finish
