# privacy.sh — no value of a record reaches terminal, log or report: not when all goes well, not
# with rejects, and not with differences. Keys come only with --show-keys.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 500
# Values that nothing else has in it, in every way that a record can fail.
sqlite3 "$tmp/source.db" "
    UPDATE EVENT SET NAME = 'Secretname' || EVENT_ID, NOTE = 'Secretnote' || EVENT_ID,
        EVENT_CD = 7777700000000000 + EVENT_ID;
    UPDATE EVENT SET STATUS = 88888888 WHERE EVENT_ID = 30;
    UPDATE EVENT SET NAME = 'Secretname' || hex(zeroblob(40)) WHERE EVENT_ID = 33;
    UPDATE EVENT SET NOTE = NULL WHERE EVENT_ID = 36;
    UPDATE EVENT SET NAME = 'Secretname39' WHERE EVENT_ID IN (39, 42);
    UPDATE EVENT SET EVENT_ID = 66666666 WHERE EVENT_ID = 30"
database target
event_target target
sql target -c 'ALTER TABLE care.event ALTER name TYPE varchar(40), ALTER note SET NOT NULL,
    ADD UNIQUE (name), ADD CHECK (code <> 7777700000000045)'
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sed -i 's/^  note:     NOTE/  note:     try(CAST(NOTE AS text))/' "$tmp/plan/event.yaml"
cat >>"$tmp/plan/event.yaml" <<'YAML'
checks:
  not_48: event_id <> 48
YAML

secrets='Secretn|7777700|88888888|66666666'
reports=()
for form in json html txt csv; do
    reports+=(--report "$tmp/report.$form")
done
# In what is printed, in the reports that were asked for, in those that are kept, and in what pages
# carry with them.
search() {
    local hits page
    rm -f "$tmp"/carried.*
    for page in "$tmp"/report.html "$tmp"/plan/.novate/reports/*.html; do
        sed -n 's/^<!-- novate report: \(.*\) -->$/\1/p' "$page" | base64 -d \
            >"$tmp/carried.$(basename "$page")"
        [ -s "$tmp/carried.$(basename "$page")" ] || complain "$page carries no report"
    done
    hits=$(grep -aoEr "$secrets" "$tmp/out" "$tmp/err" "$tmp"/report.* "$tmp"/carried.* \
        "$tmp/plan/.novate/reports" | sort | uniq -c) || true
    [ -z "$hits" ] || complain "$1 shows: $hits"
}

expect 0 run "$tmp/plan/plan.yaml" "${reports[@]}"
same 'rejects' "$(entity_field "$tmp/report.json" event rejected)" 6
search run
sql target -c 'TRUNCATE care.event'
expect 0 run "$tmp/plan/plan.yaml" --restart --log-format json
search 'run with a log in JSON'
expect 0 rejects list "$tmp/plan/plan.yaml"
search rejects
expect 0 status "$tmp/plan/plan.yaml"
search status

sql target -c "UPDATE care.event SET note = 'Secretnote' WHERE event_id % 30 = 3"
expect 7 verify "$tmp/plan/plan.yaml" "${reports[@]}"
search 'verify with differences'
expect 7 verify "$tmp/plan/plan.yaml" --level full --confirm-after 1s "${reports[@]}"
search 'verify of every column, with a second look'
same 'columns with their figures' "$(entity_field "$tmp/report.json" event 'columns[0].agrees')" 1
grep -q '#' "$tmp/report.txt" || complain 'differences are not named by hashes of their keys'
expect 0 report "$tmp/plan/plan.yaml"
search 'the report before, with the history'

# With --show-keys the key is there, and still no value.
secrets='Secretn|7777700|88888888'
expect 0 rejects list "$tmp/plan/plan.yaml" --show-keys
grep -q 66666666 "$tmp/out" || complain '--show-keys shows no key'
search '--show-keys'

# The ledger of rejects in the target keeps keys, so that people can go and look, but no values.
dump=$("$NOVATE_TEST_PG_BIN/pg_dump" -h "$NOVATE_TEST_PG_SOCKET" -U novate -n novate \
    -d "$(database_name target)")
! grep -qE "$secrets" <<<"$dump" || complain 'the schema novate holds values'

# Segments hold patients' data: nobody else may read them.
expect 0 extract "$tmp/plan/plan.yaml" --work "$tmp/work"
same 'modes of files in the work directory' \
    "$(find "$tmp/work" -type f ! -perm 0600 -printf '%P %m\n')" ''
same 'mode of the work directory' "$(stat -c %a "$tmp/work")" 700
finish
