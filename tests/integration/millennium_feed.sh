# millennium_feed.sh — the shipped mappings of a Millennium's files, over files made by hand with
# every quirk that the mappings know: each record is accounted for by name, what it became is right
# on both sides of summer time, and files that are not those stated stop the run. Nobody in them
# exists.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
plan=$source_root/mappings/millennium-feed/plan.yaml
export PGTZ=UTC
cases=$source_root/tests/integration/millennium_feed

# platform NAME: a database with the schema of the platform.
platform() {
    database "$1"
    sql "$1" -1 -f "$source_root/mappings/platform/schema.sql" >"$tmp/schema.out"
}
# settings NAME [SETTING...]: what the plan is told of a feed in $tmp/NAME.
settings() {
    local name=$1 setting
    shift
    set -- "daily=$tmp/$name" "bulk=$tmp/$name/bulk" "platform=$(conninfo "$name")" rejects=100 "$@"
    options=(--work "$tmp/work-$name")
    for setting in "$@"; do
        options+=(--set "$setting")
    done
}
# accounts REPORT: a line for each entity, with what its records were counted as.
accounts() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(e.value, '\$.entity') || ': '
        || json_extract(e.value, '\$.source_rows') || ' = ' || json_extract(e.value, '\$.loaded')
        || CASE json_extract(e.value, '\$.emitted') WHEN 0 THEN '' ELSE
            ' emitted ' || json_extract(e.value, '\$.emitted') END
        || coalesce((SELECT group_concat(' ' || p.key || ' ' || c.key || ' ' || c.value, '')
            FROM json_each(e.value, '\$.identity') p, json_each(p.value) c
            WHERE p.key IN ('filtered', 'rejected', 'merged')), '')
        FROM json_each(readfile('$1'), '\$.entities') e"
}
# remarks REPORT: the names under which rows were noted and mended, by entity.
remarks() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(e.value, '\$.entity') || ': ' ||
        group_concat(c.key, ', ') FROM json_each(readfile('$1'), '\$.entities') e,
        json_each(e.value) p, json_each(p.value) c WHERE p.key IN ('notes', 'repaired')
        GROUP BY e.key ORDER BY e.key"
}
# rows NAME: every row of that database but those of codes, into $tmp/got, without their trust,
# which is the last column: that of all rows is RN1.
rows() {
    local table
    for table in ref.organisation ref.location ref.practitioner care.person care.person_name \
        care.person_identifier care.person_address care.person_contact care.person_relation \
        care.gp_registration care.encounter care.encounter_identifier care.encounter_participant \
        care.ward_stay care.consultant_episode care.pathway care.waiting_list_entry \
        care.appointment \
        care.condition care.procedure care.service_request care.diagnostic_report care.observation \
        care.document; do
        echo "== $table"
        sql "$1" -c "SELECT * FROM $table ORDER BY src_id" -P null=-
    done | sed 's/|RN1$//' >"$tmp/got"
}
# holds WHAT WANTED-FILE: compares it with $tmp/got.
holds() {
    diff "$2" "$tmp/got" >"$tmp/diff" || complain "$1, wanted (<) and got (>): $(cat "$tmp/diff")"
}

# 1. Everything is right, and every example holds, with and without files.
platform feed
cp -r "$cases/feed" "$tmp/feed"
settings feed
expect 0 check "$plan" "${options[@]}"
grep -q '^examples: [0-9]* passed$' "$tmp/out" ||
    complain "examples: $(grep '^examples' "$tmp/out")"
! grep -q 'must have' "$tmp/err" || complain "values that may be missing: $(cat "$tmp/err")"
expect 0 check "$plan" "${options[@]}" --offline
grep -q '^examples: [0-9]* passed$' "$tmp/out" || complain 'examples are not run offline'
mkdir "$tmp/empty"
expect 0 check "$plan" --offline --set "daily=$tmp/empty" --set "bulk=$tmp/empty"
grep -q '^examples: [0-9]* passed$' "$tmp/out" ||
    complain "examples without files: $(grep '^examples' "$tmp/out")"

# 2. Each record is accounted for, by name; what was loaded is verified.
expect 0 run "$plan" "${options[@]}" --report "$tmp/report.json"
same verdict "$(json "$tmp/report.json" '$.verdict')" verified
accounts "$tmp/report.json" >"$tmp/got"
holds 'accounts of records' "$cases/accounts.txt"
remarks "$tmp/report.json" >"$tmp/got"
holds 'notes and repairs' "$cases/remarks.txt"
sql feed -c "SELECT entity, class, coalesce(name, column_name), position FROM novate.reject
    ORDER BY entity, position, reject" >"$tmp/got"
holds rejects "$cases/rejects.txt"

# 3. What they became: every row but those of codes.
rows feed
holds rows "$cases/rows.txt"
same 'codes of terminologies' "$(sql feed -c "SELECT string_agg(code, ' ' ORDER BY code)
    FROM ref.code WHERE system LIKE 'http%'")" 'I219 K401'
same 'code sets' \
    "$(sql feed -c "SELECT count(*) FROM ref.code_system WHERE system LIKE 'urn:%'")" 30

# 4. Stage by stage it is the same.
platform staged
cp -r "$cases/feed" "$tmp/staged"
settings staged
for stage in extract transform load; do
    expect 0 $stage "$plan" "${options[@]}"
done
rows staged
holds 'rows, stage by stage' "$cases/rows.txt"

# 5. The same files, if the clock of the daily ones were local: an hour earlier in summer, and the
# files of once as they were.
platform local
cp -r "$cases/feed" "$tmp/local"
settings local daily_time=Europe/London
expect 0 run "$plan" "${options[@]}" --no-verify
moments="SELECT concat_ws(' ', (SELECT effective_at AT TIME ZONE 'UTC' FROM care.observation
    WHERE src_id = '3000001'), (SELECT birth_date FROM care.person WHERE src_id = '1000001'),
    (SELECT performed_at AT TIME ZONE 'UTC' FROM care.procedure WHERE src_id LIKE 'BULK/%K63.1%'))"
same 'a clock of UTC' "$(sql feed -c "$moments")" \
    '2008-06-04 09:15:00 1970-01-15 2008-05-02 08:00:00'
same 'a local clock' "$(sql local -c "$moments")" \
    '2008-06-04 08:15:00 1970-01-14 2008-05-02 08:00:00'

# 6. Files that are not those that the supplier states stop the run before anything is loaded.
# stops NAME MESSAGE: of the feed in $tmp/NAME.
stops() {
    platform "$1"
    settings "$1"
    expect 4 run "$plan" "${options[@]}"
    grep -qF -- "$2" "$tmp/err" || complain "$1: nothing says: $2"
    same "$1: loaded" "$(sql "$1" -c 'SELECT count(*) FROM care.person')" 0
}
cp -r "$cases/feed" "$tmp/short"
sed -i '$d' "$tmp/short/PPNAM_120_RN1_09062008.txt"
stops short 'file "PPNAM_120_RN1_09062008.txt" is short'
cp -r "$cases/feed" "$tmp/looked_up"      # times of spells: no entity of its own reads them
sed -i '$d' "$tmp/looked_up/HPSSP_120_RN1_09062008.txt"
stops looked_up 'lookup spell: file "HPSSP_120_RN1_09062008.txt" is short'
same 'said once' "$(grep -c 'HPSSP.*is short' "$tmp/err")" 1
cp -r "$cases/feed" "$tmp/twice"
cp "$tmp/twice/EALEN_120_RN1_09062008.txt" "$tmp/twice/EALEN_120_RN1_10062008.txt"
printf '120|2|EALEN_120_RN1_10062008.txt||||\r\n' >>"$tmp/twice/STATREF_120_RN1_10062008.txt"
stops twice 'file "EALEN_120_RN1_10062008.txt" is there twice'
cp -r "$cases/feed" "$tmp/unstated"
sed -i '/CLEVE/d' "$tmp/unstated/STATREF_120_RN1_09062008.txt"
stops unstated 'file "CLEVE_120_RN1_09062008.txt" is not stated by any manifest'

# 7. Without leave to reject, the first file that has something to reject is the last one.
platform strict
cp -r "$cases/feed" "$tmp/strict"
settings strict rejects=0
expect 6 run "$plan" "${options[@]}"
finish
