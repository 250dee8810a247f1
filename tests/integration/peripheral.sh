# peripheral.sh — what WinPath, JAC and PACS export is matched to the platform's patients,
# encounters and orders without a guess, each oddity by its own rule and name. Extracts, what must
# become of them (.txt, to the last record) and what is asked of the platform (.sql): peripheral/.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
cases=$source_root/tests/integration/peripheral
cp -r "$source_root/mappings" "$cases/winpath" "$cases/jac" "$cases/pacs" "$tmp"
for file in "$tmp"/winpath/*.csv "$tmp"/jac/*.csv; do # as these systems write
    iconv -f UTF-8 -t WINDOWS-1252 "$file" >"$tmp/converted"
    mv "$tmp/converted" "$file"
done
sed -i '1s/^/\xef\xbb\xbf/' "$tmp"/pacs/*.csv

# Maps that somebody has approved, but for some lines; and a dm+d code that went through a double.
sed -i 's/^K,.*/K,http:\/\/loinc.org,2823-3,equivalent,head of pathology,2008-05-01/
    s/^CREA,.*/CREA,http:\/\/loinc.org,14682-9,inexact,head of pathology,2008-05-01/' \
    "$tmp/mappings/winpath/codes/tfc.csv"
sed -i '/^D0007/s/,,,,$/,999990011000001105,AMP,,/' "$tmp/mappings/jac/codes/drug.csv"
cat >>"$tmp/mappings/jac/codes/drug.csv" <<'CSV'
D0410,Paracetamol 500 mg tablets,mg,39720311000001101,VMP,chief pharmacist,2008-05-01
D8,Damaged,mg,999990011000001152,AMP,chief pharmacist,2008-05-01
CSV

# novate_on SYSTEM EXIT COMMAND [OPTION...]
novate_on() {
    expect "$2" "$3" "$tmp/mappings/$1/plan.yaml" --set "$1=$tmp/$1" \
        --set "platform=$(conninfo target)" "${@:4}"
}

# found NAME [REPORT]: what a report says and the platform has is what NAME.txt says.
found() {
    {
        [ -z "${2:-}" ] || report_counts "$2"
        sql target -f "$cases/$1.sql"
    } >"$tmp/found"
    diff "$cases/$1.txt" "$tmp/found" || complain "$1: not what $1.txt says"
}

for system in winpath jac pacs; do
    expect 0 check --offline "$tmp/mappings/$system/plan.yaml" --work "$tmp/look"
    grep -qE '^examples: [0-9]+ passed$' "$tmp/out" || complain "examples of $system do not pass"
    sed -i 's/^limits:.*/limits: {rejects: 50%}/' "$tmp/mappings/$system/plan.yaml"
done
database target
sql target -1 -f "$tmp/mappings/platform/schema.sql" -f "$cases/hospital.sql"
found views
for system in winpath jac pacs; do
    novate_on "$system" 0 check
    novate_on "$system" 0 run --report "$tmp/$system.json"
    same "$system: verdict" "$(json "$tmp/$system.json" '$.verdict')" verified
    found "$system" "$tmp/$system.json"
done

# Once more, when the platform knows more: verification says what would be linked otherwise, and
# another run links it; nothing is there twice.
sql target -c "UPDATE care.encounter SET status = 'finished', ended_at = '2008-06-05 10:00Z'
    WHERE encounter_id = 5003"
sql target -c "INSERT INTO care.person_identifier (person_id, type, assigner_ods, value, value_raw,
    status, src_id, trust) VALUES (1003, 'mrn', 'RN1',
    'X0000001', 'X0000001', 'active', '12', 'RN1')"
novate_on jac 7 verify
novate_on jac 0 run --restart --report "$tmp/jac.json"
same 'verdict, once more' "$(json "$tmp/jac.json" '$.verdict')" verified
same 'issues that found their encounter, and their patient' "$(sql target -c "SELECT
    concat_ws(',', src_id, person_id, match_status, encounter_id) FROM care.medication_supply
    WHERE src_id ~ '[|](4|10)$' ORDER BY src_id" | tr '\n' ' ')" \
    'JAC/ISSUE/20080606||4,1002,mrn,5004 JAC/ISSUE/20080608||10,1003,mrn '
same 'issues and deliveries' "$(sql target -c "SELECT split_part(src_id, '/', 2), count(*)
    FROM care.medication_supply GROUP BY 1 ORDER BY 1" | tr '\n' ' ')" 'HOME|4 ISSUE|13 '
same 'home care that found its patient' "$(sql target -c "SELECT src_id, person_id, match_status
    FROM care.service_request WHERE placer_no = '3011' UNION ALL SELECT src_id, person_id,
    match_status FROM care.medication_supply WHERE src_id = 'JAC/HOME/ITEM/3011/1' ORDER BY 1" |
    tr '\n' ' ')" 'JAC/HOME/ITEM/3011/1|1003|mrn JAC/HOME/ITEM/3011/1|1003|mrn '$(
    )'JAC/HOME/REQUEST/3011|1003|mrn '
finish
