# profile.sh — what a profile counts is what the servers count; nothing rare is in any form of it;
# it reads the source and writes nothing but the reports; an interrupted one leaves nothing.
# labels: sanitized threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

mkdir "$tmp/plan"
sqlite_events "$tmp/source.db" 3000
sqlite3 "$tmp/source.db" "
    UPDATE EVENT SET NAME = 'Secretname' || EVENT_ID, NOTE = 'Secretnote' WHERE EVENT_ID <= 12;
    UPDATE EVENT SET NOTE = 'seen' WHERE EVENT_ID > 1000 AND EVENT_ID <= 6000;
    UPDATE EVENT SET NOTE = '' WHERE EVENT_ID > 6000 AND EVENT_ID <= 6300;
    UPDATE EVENT SET STATUS = 'no number' WHERE EVENT_ID = 30;
    UPDATE EVENT SET AMOUNT = 777777.777 WHERE EVENT_ID IN (33, 36, 39, 42)"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: profiled
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "host=/nowhere dbname=never-connected-to"}
mappings: [event.yaml]
YAML
cat >"$tmp/plan/event.yaml" <<'YAML'
entity: event
source: {table: EVENT, key: [EVENT_ID]}
target: {table: care.event}
columns: {event_id: EVENT_ID}
YAML
forms=()
for form in json html txt csv; do
    forms+=(--report "$tmp/profile.$form")
done

thread_count() {
    find "/proc/$1/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l
}

column() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(value, '\$.$2')
        FROM json_each(readfile('$tmp/profile.json'), '\$.entities[0].columns')
        WHERE json_extract(value, '\$.column') = '$1'"
}
source_value() {
    sqlite3 -batch -noheader "$tmp/source.db" "$1"
}

sums() {
    find "$tmp/plan" "$tmp/source.db" -type f -exec sha256sum {} +
}
before=$(sums)
for jobs in 0 1 3; do
    expect 0 profile "$tmp/plan/plan.yaml" --jobs "$jobs" --chunk-rows 400 "${forms[@]}"
    same "jobs $jobs: records" "$(json "$tmp/profile.json" '$.entities[0].records')" 3000
    same "jobs $jobs: NULLs" "$(column NOTE nulls)" \
        "$(source_value 'SELECT count(*) FROM EVENT WHERE NOTE IS NULL')"
    same "jobs $jobs: empty" "$(column NOTE empty)" \
        "$(source_value "SELECT count(*) FROM EVENT WHERE NOTE = ''")"
    same "jobs $jobs: different" "$(column BORN distinct)" \
        "$(source_value 'SELECT count(DISTINCT BORN) FROM EVENT')"
    same "jobs $jobs: frequent" "$(column NOTE 'frequent[0].value')" seen
    truth=$(source_value "SELECT count(*) FROM EVENT WHERE NOTE = 'seen'")
    [ "$(column NOTE 'frequent[0].at_least')" -le "$truth" ] &&
        [ "$(column NOTE 'frequent[0].at_most')" -ge "$truth" ] ||
        complain "jobs $jobs: $truth is not within the bounds"
    same "jobs $jobs: errors" "$(column STATUS errors.TYPE)" 1
    same "jobs $jobs: unknown" "$(column STATUS unknown)" 0
    same "jobs $jobs: longest" "$(column NAME length_max)" \
        "$(source_value 'SELECT max(length(NAME)) FROM EVENT')"
    same "jobs $jobs: largest" "$(column AMOUNT largest.value)" '10^5'
    estimate=$(column EVENT_ID distinct)
    [ "$estimate" -gt 2900 ] && [ "$estimate" -lt 3100 ] || complain "3000 are about $estimate"
    # What occurs fewer than five times is in no form: names and notes of four, an amount of four.
    hits=$(grep -aoE 'Secretn[a-z]*|777777|no number' "$tmp"/out "$tmp"/err "$tmp"/profile.*) ||
        true
    [ -z "$hits" ] || complain "jobs $jobs shows: $hits"
    rm "$tmp"/profile.*
done
same 'files of plan and source' "$(sums)" "$before"

expect 1 profile "$tmp/plan/plan.yaml" --report "$tmp/profile.pdf"
expect 1 profile "$tmp/plan/plan.yaml" --entity nobody
sed -i 's/EVENT, key/EVNT, key/' "$tmp/plan/event.yaml"
expect 2 profile "$tmp/plan/plan.yaml" "${forms[@]}"
sed -i 's/EVNT, key/EVENT, key/' "$tmp/plan/event.yaml"

# Interrupted while it reads, at a rate that would take half a minute: nothing is written.
sed -i 's/^source: {/source: {rows_per_second_max: 100, /' "$tmp/plan/plan.yaml"
(trap - INT; exec "$NOVATE" profile "$tmp/plan/plan.yaml" --chunk-rows 100 "${forms[@]}" \
    --log-format json >"$tmp/out" 2>"$tmp/err" </dev/null) &
pid=$!
until [ "$(thread_count "$pid")" -gt 2 ]; do # signals are waited for, records read
    kill -0 "$pid" 2>/dev/null || fail 'it ended before it was interrupted'
done
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
same 'exit code when interrupted' "$status" 10
same 'what an interrupted profile leaves' "$(find "$tmp" -maxdepth 1 -name 'profile*')" ''
same 'what it prints' "$(cat "$tmp/out")" ''
finish
