# trusts_reconcile.sh — laboratory, pharmacy, picture archive and paper forms of two trusts on one
# platform, where both have patients, encounters and orders with the same numbers: each finds its
# own alone, what became of its records is what becomes of them where the other is not, and orphans
# of an outage are listed by trust.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
cases=$source_root/tests/integration
cp -r "$source_root/mappings" "$cases/peripheral/winpath" "$cases/peripheral/jac" \
    "$cases/peripheral/pacs" "$tmp"
mkdir "$tmp/forms"
cp "$cases"/downtime/*.csv "$tmp/forms"
plan=$tmp/mappings/downtime/reconcile.yaml
sed -i 's/^limits:.*/limits: {rejects: 50%}/' "$plan"

# hospital DATABASE TRUST: the trust's own patients, as the platform has them. Places of RHM are
# numbers 141 to 144, and are called as those of RN1.
hospital() {
    sed "s/'RN1'/'$2'/g" "$cases/peripheral/hospital.sql" "$cases/downtime/later.sql" |
        if [ "$2" = RN1 ]; then cat; else sed 's/\b4\([1-4]\)\b/14\1/g'; fi | sql "$1" -1
}
# on DATABASE TRUST EXIT COMMAND [OPTION...]: the archive's numbers are those that its trust gave.
on() {
    local system options=(--set "trust=$2" --set mrn_issuer=RN1)
    for system in winpath jac pacs forms; do
        options+=(--set "$system=$tmp/$system")
    done
    expect "$3" "$4" "$plan" "${options[@]}" --work "$tmp/work-$1-$2" \
        --set "platform=$(conninfo "$1")" "${@:5}"
}
# linked DATABASE TRUST: what its rows are linked to. Numbers that the platform gives out are those
# of all trusts in turn.
linked() {
    local table
    for table in specimen diagnostic_report observation service_request medication_request \
        medication_administration medication_supply imaging_study document encounter ward_stay; do
        echo "== $table"
        sql "$1" -c "SELECT to_jsonb(t) - '{trust,specimen_id,report_id,observation_id,request_id,
            admin_id,supply_id,study_id,document_id,text_id,encounter_id}'::text[] FROM
            care.$table t WHERE trust = '$2' ORDER BY src_id" |
            sed "s/\"lab_ods\": \"$2\"/\"lab_ods\": \"its own\"/
                s/\"location_id\": 14/\"location_id\": 4/"
    done
}
orphans() {
    sql "$1" -v "trust=$2" -f "$source_root/mappings/downtime/orphans.sql"
}

for database in alone target; do
    database $database
    sql $database -1 -f "$tmp/mappings/platform/schema.sql"
    hospital $database RN1
done
hospital target RHM
on alone RN1 0 run --no-verify --report "$tmp/alone.json"
report_counts "$tmp/alone.json" >"$tmp/alone"
linked alone RN1 >"$tmp/linked"
orphans alone RN1 >"$tmp/orphans"
same 'orphans, alone' "$(cat "$tmp/orphans")" "$(cat "$cases/downtime/orphans.txt")"

echo '== each trust finds its own'
for trust in RHM RN1; do
    on target $trust 0 run --report "$tmp/$trust.json"
    same "verdict of $trust" "$(json "$tmp/$trust.json" '$.verdict')" verified
    report_counts "$tmp/$trust.json" | diff "$tmp/alone" - >"$tmp/diff" ||
        complain "$trust, alone (<) and beside another (>): $(cat "$tmp/diff")"
    linked target $trust | diff "$tmp/linked" - >"$tmp/diff" ||
        complain "rows of $trust, alone (<) and beside another (>): $(cat "$tmp/diff")"
    orphans target $trust | diff "$tmp/orphans" - >"$tmp/diff" ||
        complain "orphans of $trust, alone (<) and beside another (>): $(cat "$tmp/diff")"
done
same 'orphans of a third' "$(orphans target RXQ | grep -c '|')" 0

echo '== what one knows the other does not'
sql target -c "INSERT INTO care.person_identifier (person_id, type, assigner_ods, value, value_raw,
    status, src_id, trust) VALUES (1003, 'mrn', 'RHM', 'X0000001', 'X0000001', 'active', '12',
    'RHM')"
on target RHM 7 verify
on target RN1 0 verify
finish
