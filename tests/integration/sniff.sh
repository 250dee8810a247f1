# sniff.sh — the block that sniff proposes is one that a mapping takes over as it is, and with which
# every record is read; and what sniff prints has no value of a record.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
mkdir "$tmp/files"
cd "$tmp/files"

# The proposed columns as a target table: names and types without formats.
target_columns() {
    awk '/^  columns:/ { on = 1; next } on {
        sub(/^    /, ""); sub(/ +# .*/, "")
        sub(/\{type: /, ""); sub(/, start: .*/, "")
        cut = match($0, /: [^:]*$|: "[a-z]+ '\''.*$/)
        name = substr($0, 1, cut - 1); type = substr($0, cut + 2)
        gsub(/"/, "", type); sub(/ '\''.*/, "", type); gsub(/"/, "", name)
        printf "%s\"%s\" %s", (n++ ? ", " : ""), name, type
    }' "$1"
}

# accepted FILE RECORDS [REJECTED]: check, preview and a run with the block of FILE.
accepted() {
    local file=$1 plan="$tmp/plan" rejected=${3:-0}
    expect 0 sniff "$file"
    cp "$tmp/out" "$tmp/$file.sniffed"
    sql target -c "CREATE TABLE sniffed ($(target_columns "$tmp/out"))"
    rm -rf "$plan"
    mkdir "$plan"
    cat >"$plan/plan.yaml" <<YAML
novate: 1
migration: sniffed
source: {csv: $tmp/files, timezone: Europe/London}
target: {postgres: "$(conninfo target)"}
mappings: [sniffed.yaml]
limits: {rejects: 1000}
YAML
    { echo 'entity: sniffed'; cat "$tmp/out"; printf 'target: {table: sniffed}\ncopy: ["*"]\n'; } \
        >"$plan/sniffed.yaml"
    expect 0 check "$plan/plan.yaml"
    expect 0 preview "$plan/plan.yaml"
    expect 0 run "$plan/plan.yaml" --restart --append --report "$tmp/report.json"
    same "$file: records" "$(entity_field "$tmp/report.json" sniffed source_rows)" "$2"
    same "$file: rejected" "$(entity_field "$tmp/report.json" sniffed rejected)" "$rejected"
    sql target -c 'SET client_min_messages = error' -c 'DROP TABLE sniffed' \
        -c 'DROP SCHEMA novate CASCADE'
}

# says FILE PATTERN…: what is found of it.
says() {
    local file=$1 pattern
    shift
    for pattern in "$@"; do
        grep -qE -- "$pattern" "$tmp/$file.sniffed" || complain "$file: \"$pattern\" is not said"
    done
}

database target

# RFC 4180, UTF-8 with a byte order mark, quotes, line ends and delimiters in quotes.
{
    printf '\357\273\277id,name,born,amount,note\r\n'
    for i in $(seq 1 40); do
        printf '%d,"Zo\303\253 ""Z"" Secretname%d",%02d/%02d/1970,%d.5,"two\r\nlines, %d"\r\n' \
            "$i" "$i" $((i % 28 + 1)) $((i % 12 + 1)) "$i" "$i"
    done
} >rfc.csv
accepted rfc.csv 40
says rfc.csv 'UTF-8, by its byte order mark' 'line ends +99 %  CRLF' 'delimiter.*","' \
    'quote +97' "born: \"date 'DD/MM/YYYY'\"" 'amount: numeric' 'id: bigint'

# Semicolons, windows-1252, decimal commas; digits that are no numbers.
{
    printf 'Kennung;Name;Betrag;Telefon;NHS;Lang\n'
    for nhs in 9990000018 9990000026 9990000034 9990000042; do
        printf '%s;Secretname M\374ller \200;1.234,50;01962 863535;%s;12345678901234567890\n' \
            "${nhs: -3}" "$nhs"
    done
} >german.csv
accepted german.csv 4
says german.csv 'windows-1252, by bytes' 'delimiter.*";"' 'Betrag: text .*decimal comma' \
    'Telefon: text' 'NHS: text .*NHS numbers' 'Lang: text .*more than 18 digits' \
    'Kennung: text .*leading zeros'

# Tabs and \N; booleans, uuids, times, dates of several kinds.
{
    printf 'key\tflag\tuuid\tat\tday\tstamp\tcode\n'
    for i in $(seq 10 29); do
        printf '%d\ttrue\t123e4567-e89b-12d3-a456-4266141740%d\t10:%d:00\t%d-JUN-2008\t' \
            "$i" "$i" "$i" "$i"
        printf '2008-06-05 10:%d:00.123\tC%d\n' "$i" "$i"
    done
    printf '\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n'
} >postgres.tsv
accepted postgres.tsv 21
says postgres.tsv 'delimiter.*tab' 'NULL +90 %  \\N' 'flag: boolean' 'uuid: uuid' 'at: time' \
    "day: \"date 'DD-MON-YYYY'\"" "stamp: \"timestamp 'YYYY-MM-DD HH24:MI:SS.MS'\"" 'key: bigint'

# Bars, no quotes though quotes occur, a header after #, CR alone; nobody knows the day's place.
{
    printf '#EVENT_ID|TITLE|WHEN_DT|OTHER\r'
    for i in $(seq 1 9); do
        printf '%d|"Secretname%d and 5" tube|0%d/0%d/2008|x\r' "$i" "$i" "$i" "$i"
    done
} >bars.txt
accepted bars.txt 9
says bars.txt 'format: millennium' '  EVENT_ID: bigint' 'line ends +99 %  CR$' \
    'quote +90 %  none' 'header +97' 'WHEN_DT: text .*AMBIGUOUS' "'DD/MM/YYYY'"

# No header: nothing of the first record is shown. A ragged line is said and rejected.
for i in $(seq 1 30); do
    printf '%d,Secretname%d,2008-06-%02d\n' "$i" "$i" "$i"
done >headless.csv
printf 'Secretname,too,many,fields\n' >>headless.csv
accepted headless.csv 31 1
says headless.csv 'header +90 %  no' 'ragged +100 %  1 of 31' 'c1: bigint' \
    "c3: \"date 'YYYY-MM-DD'\""

# Names of persons alone do not become names of columns.
printf 'Secretname,Anna\nSecretname,Bert\nSecretname,Carl\n' >persons.csv
accepted persons.csv 3

# A file larger than its sample, month before day.
{
    echo 'id;code;seen'
    seq 1 200000 |
        awk '{ printf "%d;%08d;%02d/%02d/2008 10:00\n", $1, $1, $1 % 12 + 1, $1 % 28 + 1 }'
} >large.csv
accepted large.csv 200000
says large.csv 'a sample of it read' 'code: text .*leading zeros' "'MM/DD/YYYY HH24:MI'"

# Fixed columns, with a header and without.
{
    printf '%-12s%-10s%8s\n' PERSON_ID BORN WEIGHT
    for i in $(seq 1 30); do printf '%-12d%02d/06/2008%8s\n' "$i" "$i" "$i.5"; done
} | sed 's/\(BORN  *\)/\1 /;2,$s/2008/2008 /' >fixed.txt
accepted fixed.txt 30
says fixed.txt 'fixed columns: 31 of 31 lines have 31 bytes' 'format: fixed' 'header: true' \
    'PERSON_ID: \{type: bigint, start: 1, width: 12\}' \
    "BORN: \{type: \"date 'DD/MM/YYYY'\", start: 13"
for i in $(seq 1 9); do printf '%-10s %-8s %5d\n' Secretname "B$i" "$i"; done >headless.txt
accepted headless.txt 9
says headless.txt 'header: false' 'c3: \{type: bigint'

# What is no table.
printf 'MSH|^~\\&|Secretname\rPID|1\r' >messages.hl7
: >empty.csv
expect 8 sniff messages.hl7 empty.csv
cp "$tmp/out" "$tmp/others.sniffed"
says others 'HL7' 'the file is empty'

# What is read all the same: UTF-16, and compressed files.
printf 'id,name\n1,Secretname\n2,Secretname\n' | iconv -f UTF-8 -t UTF-16LE >wide.csv
accepted wide.csv 2
says wide.csv 'UTF-16LE, by zero bytes at odd places' 'id: bigint'
gzip -c rfc.csv >rfc.csv.gz
accepted rfc.csv.gz 40
says rfc.csv.gz 'packed +100 %  gzip' 'all of it read' 'id: bigint'
expect 3 sniff no-such-file.csv
expect 1 sniff

# Real-shaped samples, where there are some: a ragged record, NUL, two encodings.
samples=${NOVATE_TEST_SAMPLES:-$source_root/../shared/domain/samples}
if [ -d "$samples" ]; then
    cp "$samples"/*.txt "$samples"/*.csv .
    accepted "$(echo CLEVE*)" 5
    accepted "$(echo PPNAM*)" 5 1
    accepted "$(echo STATREF*)" 3
    accepted jac_issues_like.csv 3
    accepted pacs_studies_like.csv 3
    accepted "$(echo PPATI*)" 6 1
    says "$(echo PPATI*)" 'format: millennium' "'YYYY-MM-DD HH24:MI:SS.MS', 'DD/MM/YYYY HH24:MI:SS'"
fi

extracts=${NOVATE_TEST_HES:-$source_root/../shared/domain/public}
for file in "$extracts"/artificial_hes_*.csv; do
    [ -f "$file" ] || break
    cp "$file" .
    accepted "${file##*/}" $(($(wc -l <"$file") - 1))
done

! grep -l Secretname "$tmp"/*.sniffed || complain 'sniff shows values of records'
finish
