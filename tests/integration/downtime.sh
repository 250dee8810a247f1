# downtime.sh — paper forms of an outage, typed in afterwards, beside what WinPath, JAC and PACS did
# meanwhile, in one plan: who was found and who was not, what is there already and is not loaded
# twice, the orphans of the outage by system, day and ward. Forms, what must become of them (.txt)
# and what is asked of the platform (.sql) are in downtime/, the other extracts in peripheral/.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
cases=$source_root/tests/integration
mkdir "$tmp/forms"
cp -r "$source_root/mappings" "$cases/peripheral/winpath" "$cases/peripheral/jac" \
    "$cases/peripheral/pacs" "$tmp"
cp "$cases"/downtime/*.csv "$tmp/forms"
plan=$tmp/mappings/downtime/reconcile.yaml
report=$tmp/report.json

# hospital DATABASE
hospital() {
    database "$1"
    sql "$1" -1 -f "$tmp/mappings/platform/schema.sql" -f "$cases/peripheral/hospital.sql" \
        -f "$cases/downtime/later.sql"
}
# novate_on DATABASE EXIT COMMAND... -- [OPTION...]
novate_on() {
    local database=$1 exit=$2 command=() options=() system
    shift 2
    while [ "$1" != -- ]; do
        command+=("$1")
        shift
    done
    for system in winpath jac pacs forms; do
        options+=(--set "$system=$tmp/$system")
    done
    expect "$exit" "${command[@]}" "$plan" "${options[@]}" --work "$tmp/work-$database" \
        --set "platform=$(conninfo "$database")" "${@:2}"
}
# run DATABASE [OPTION...]
run() {
    novate_on "$1" 0 run -- --report "$report" "${@:2}"
    same "verdict $*" "$(json "$report" '$.verdict')" verified
}
orphans() {
    sql "$1" "${@:2}" -f "$source_root/mappings/downtime/orphans.sql"
}

# 1. The forms as they are handed out have a header and nothing else; both plans are right.
for name in plan reconcile; do
    expect 0 check --offline "$tmp/mappings/downtime/$name.yaml" --work "$tmp/look"
    grep -qE '^examples: [0-9]+ passed$' "$tmp/out" || complain "examples of $name do not pass"
done
sed -i 's/^limits:.*/limits: {rejects: 50%}/' "$plan"
hospital target
novate_on target 0 check --

# 2. All of it, and what became of the forms; each line that is there already is named.
run target
{
    report_counts "$report" | awk '/^[a-z]/ { shown = /^downtime/ } shown'
    sql target -f "$cases/downtime/forms.sql"
} >"$tmp/found"
diff "$cases/downtime/forms.txt" "$tmp/found" || complain 'forms: not what forms.txt says'
novate_on target 0 rejects list -- --show-keys --class RULE
awk '/RULE:electronic_already/ { print $2, $3 }' "$tmp/out" >"$tmp/found"
diff - "$tmp/found" <<'TEXT' || complain 'there already: others'
downtime_visit ["V0002"]
downtime_stay ["S0001","2"]
downtime_request ["R0001","2"]
downtime_request ["R0001","3"]
downtime_observation ["C0001","2"]
downtime_administration ["A0001","1"]
TEXT

# 3. The orphans, to the last one, and what is there twice; those of another window.
orphans target >"$tmp/found"
diff "$cases/downtime/orphans.txt" "$tmp/found" || complain 'orphans: not what orphans.txt says'
orphans target -v 'begins=2008-06-07 00:00' -v 'ends=2008-06-08 00:00' >"$tmp/found"
same 'orphans of one day' "$(sed -n '2,4p' "$tmp/found" | tr '\n' ' ')" \
    'JAC|2|2 PACS|2|2 WinPath|1|1 '

# 4. The same beside each other, and once more.
sql target -f "$cases/downtime/all.sql" >"$tmp/rows"
hospital beside
run beside --jobs 3
sql beside -f "$cases/downtime/all.sql" | diff "$tmp/rows" - || complain 'others with --jobs 3'
run target --restart
sql target -f "$cases/downtime/all.sql" | diff "$tmp/rows" - || complain 'others, once more'

# 5. Mended: a patient who is registered now, and a family name. What is there already is closed.
sql target -c "INSERT INTO care.person_identifier (person_id, type, assigner_ods, value, value_raw,
    status, src_id, trust) VALUES (1008, 'mrn', 'RN1',
    'H0002000', 'H0002000', 'active', '20', 'RN1')"
sed -i 's/^D0003,,/D0003,H0002000,/' "$tmp/forms/patients.csv"
sed -i '/^V0005/s/,Lane,/,Upham,/' "$tmp/forms/visits.csv"
run target --restart
same 'visits, mended' "$(sql target -c "SELECT string_agg(right(src_id, 5) || ' ' || person_id, ', '
    ORDER BY src_id) FROM care.encounter WHERE src_id LIKE 'DOWNTIME/%'")" \
    'V0001 1003, V0003 1008, V0005 1003, V0008 1003'
novate_on target 0 rejects list -- --show-keys
number=$(awk '$2 == "downtime_visit" && /RULE:electronic_already/ { print $1 }' "$tmp/out")
expect 0 rejects close "$plan" "$number" --set "platform=$(conninfo target)" --set forms=. \
    --work "$tmp/work-target" --why 'in Millennium already'
finish
