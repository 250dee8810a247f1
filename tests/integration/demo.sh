# demo.sh — the demonstration, small and twice in a row, beginning without a work folder: everything
# is verified, what the reports count is what the truth about its hospital says, and nothing stays
# behind once it is cleaned away. SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
[ -n "${NOVATE_TEST_PG_BIN:-}" ] || skip 'no PostgreSQL'
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver for SQLite'
: "${NOVATE_TEST_BUILD:?build folder}"
demo=(bash "$source_root/mappings/demo/run" --build "$NOVATE_TEST_BUILD" --work "$tmp/work")

gone() {
    "${demo[@]}" --clean >/dev/null 2>&1 || true
    cleanup
}
trap gone EXIT

# table NAME, kind NAME: rows of a table, or of a kind of dirt, in the truth.
table() {
    awk -F'\t' -v name="$1" '$2 == name { print $3 }' "$tmp/work/hospital/truth/tables.tsv"
}

kind() {
    awk -F'\t' -v name="$1" '$1 == name { print $6 }' "$tmp/work/hospital/truth/kinds.tsv"
}

# entity NAME PATH: a number that the joined report has of all migrations.
entity() {
    sqlite3 -batch -noheader :memory: "SELECT coalesce(value -> '$2', 0) FROM
        json_each(readfile('$tmp/work/reports/demo.json'), '\$.entities')
        WHERE value ->> 'entity' = '$1'"
}

# read_whole ENTITY TABLE: all rows of a table of the hospital were read.
read_whole() {
    same "rows of $1" "$(entity "$1" '$.together.source_rows')" "$(table "$2")"
}

# in_outage SYSTEM: its records of these days, as orphans.sql counts them.
in_outage() {
    awk -F'|' -v system_name="$1" '/^Orphans by/ { exit } { gsub(/ /, "", $1) }
        $1 == system_name { print $2 + 0 }' "$tmp/work/orphans.txt"
}

holds() {
    local name
    same verdict "$(json "$tmp/work/reports/demo.json" '$.verdict')" verified
    for name in 'person PERSON' 'encounter ENCOUNTER' 'service_request ORDERS' \
        'observation CLINICAL_EVENT' 'winpath_sample WINPATH_SAMPLE' \
        'winpath_result WINPATH_RESULT' 'jac_issue JAC_ISSUE' 'jac_administration JAC_ADMIN_DOSE' \
        'jac_homecare_request JAC_HOMECARE' 'jac_homecare_order JAC_HOMECARE_ITEM' \
        'pacs_study PACS_STUDY' 'pacs_series PACS_SERIES' 'downtime_visit FORM_VISIT'; do
        # shellcheck disable=SC2086
        read_whole $name
    done
    same 'stubs' "$(entity person '$.filtered.free_text_stub')" "$(kind D12)"
    same 'merged away' "$(entity person '$.filtered.merged_away')" "$(kind D13)"
    same 'born too late, died too early' "$(entity person '$.rejected.CHECK')" \
        $(($(kind D17) + $(kind C01) + $(kind D20)))
    same 'a second current version' "$(entity observation '$.rejected.UNIQUE')" "$(kind D55)"
    same 'templates' "$(entity service_request '$.filtered.template')" "$(kind D52)"
    same 'packs' "$(entity jac_issue '$.repaired."pack_total: containers times units"')" \
        "$(kind D83)"
    same 'not delivered to a home' "$(entity jac_homecare_supply '$.filtered.not_delivered')" \
        "$(grep -c ',OPEN' "$tmp/work/hospital/jac/homecare_request_item.csv")"
    same 'UIDs' "$(entity pacs_study '$.rejected."RULE:study_uid_malformed"')" "$(kind D87)"
    same 'samples in the outage' "$(in_outage WinPath)" "$(kind O07)"
    same 'studies in the outage' "$(in_outage PACS)" "$(kind O10)"
    grep -q 'verified' "$tmp/work/reports/demo.html" || complain 'there is no page'
}

for time in first second; do
    "${demo[@]}" --no-install --persons 1000 >"$tmp/said" 2>"$tmp/err" </dev/null || {
        tail -n 30 "$tmp/said" "$tmp/err"
        fail "the $time demonstration"
    }
    holds
    cut -c1-200 "$tmp/work/orphans.txt" | cksum >"$tmp/$time.orphans"
    sqlite3 -batch :memory: "SELECT json_remove(readfile('$tmp/work/reports/demo.json'),
        '\$.reports')" >"$tmp/$time.report"
done
cmp "$tmp/first.report" "$tmp/second.report" || complain 'the second report differs'
cmp "$tmp/first.orphans" "$tmp/second.orphans" || complain 'the second outage differs'

home=$(cat "$tmp/work/platform.path")
"${demo[@]}" --clean
[ ! -e "$home" ] || complain 'the platform is not cleaned away'
same 'left in the work folder' "$(ls "$tmp/work")" ''
finish
