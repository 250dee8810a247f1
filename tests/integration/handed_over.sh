# handed_over.sh — files as suppliers hand them over: compressed, in UTF-16, in encodings by column,
# with bytes that are no text. What they hold arrives the same; what a policy repairs is counted the
# same by run, by stages, by any number of jobs and by verification, and is in every report.
# labels: sanitized threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# Three files, too large to be carried as one chunk.
mkdir "$tmp/text"
for part in 1 2 3; do
    awk -v part="$part" 'BEGIN {
        printf "ID,NAME,NOTE\r\n"
        filler = sprintf("%2000s", ""); gsub(/ /, "x", filler)
        for (i = 1; i <= 2200; i++)
            printf "%d,%s,\"%s, \"\"%d\"\"\n%s\"\r\n", part * 10000 + i,
                (i % 3 ? "Zoë Łukasz" : "李小龍 𝔄"), (i % 5 ? "plain" : "two\nlines"), i, filler
    }' >"$tmp/text/part$part.csv"
done

# make NAME SOURCE COLUMNS: a plan over the files of $tmp/NAME/csv.
make() {
    database "$1"
    sql "$1" -c 'CREATE TABLE person (id bigint PRIMARY KEY, name text, note text)'
    mkdir -p "$tmp/$1/csv"
    cat >"$tmp/$1/plan.yaml" <<YAML
novate: 1
migration: handed-over
source: {csv: csv/$2}
target: {postgres: "$(conninfo "$1")"}
mappings: [person.yaml]
limits: {rejects: 100}
YAML
    cat >"$tmp/$1/person.yaml" <<YAML
entity: person
source: {file: "part*.csv", key: [ID], columns: {ID: bigint$3}}
target: {table: person, key: [id]}
columns: {id: ID, name: NAME, note: NOTE}
YAML
}

fields_same() {
    local field
    for field in source_rows rejected loaded source_digest target_digest verdict; do
        same "$field of $1" "$(entity_field "$tmp/$1.json" person "$field")" \
            "$(entity_field "$tmp/$2.json" person "$field")"
    done
}

make plain '' ''
cp "$tmp/text/"* "$tmp/plain/csv"
expect 0 run "$tmp/plain/plan.yaml" --report "$tmp/plain.json"
same 'rows loaded' "$(entity_field "$tmp/plain.json" person loaded)" 6600
same 'nothing repaired' "$(entity_field "$tmp/plain.json" person repaired)" '{}'
wanted=$(fingerprint plain 'SELECT * FROM person')

make packed '' ''
for part in 1 2 3; do # in two members, whatever the name says
    { head -n 100 "$tmp/text/part$part.csv" | gzip -c
      tail -n +101 "$tmp/text/part$part.csv" | gzip -c; } >"$tmp/packed/csv/part$part.csv"
done
expect 0 run "$tmp/packed/plan.yaml" --report "$tmp/packed.json" --jobs 2
same 'rows of compressed files' "$(fingerprint packed 'SELECT * FROM person')" "$wanted"
fields_same packed plain

make wide ', encoding: UTF-16' ''
for part in 1 2 3; do
    { printf '\377\376'; iconv -f UTF-8 -t UTF-16LE "$tmp/text/part$part.csv"
    } >"$tmp/wide/csv/part$part.csv"
done
expect 0 run "$tmp/wide/plan.yaml" --report "$tmp/wide.json" --jobs 2
same 'rows of files in UTF-16' "$(fingerprint wide 'SELECT * FROM person')" "$wanted"
fields_same wide plain

# Cut off: nothing of it is carried.
make cut '' ''
cp "$tmp/packed/csv/"* "$tmp/cut/csv"
truncate -s -5 "$tmp/cut/csv/part2.csv"
expect 4 run "$tmp/cut/plan.yaml"
same 'rows of a damaged file' "$(sql cut -c 'SELECT count(*) FROM person')" 0
grep -q '"part2.csv" is damaged' "$tmp/err" || complain "damaged file: $(cat "$tmp/err")"

# Bytes that are no text, in the second and third file.
printf '50001,Jos\351,"ok\200 \377"\n50002,n\0ul,x\0y\0\n50003,a,\201\n' >>"$tmp/text/part2.csv"
printf '50004,\377\376,b\n' >>"$tmp/text/part3.csv"
repairs=', NAME: {type: text, undecodable: replace, nul: strip},
    NOTE: {type: text, encoding: windows-1252, undecodable: strip, nul: replace}'
offset() { # of a byte in a file, in hexadecimal digits, by its place from the end
    printf '0x%x' $(($(stat -c %s "$tmp/text/$1") - $2))
}
line() { echo $(($(wc -l <"$tmp/text/$1") - $2)); }
first() { entity_field "$tmp/$1.json" person "repaired.\"$2\".first"; }
count() { entity_field "$tmp/$1.json" person "repaired.\"$2\".count"; }

for variant in '--jobs 0' '--jobs 1' '--jobs 3' stages; do
    make repaired '' "$repairs"
    cp "$tmp/text/"* "$tmp/repaired/csv"
    if [ "$variant" = stages ]; then
        expect 0 extract "$tmp/repaired/plan.yaml"
        expect 0 transform "$tmp/repaired/plan.yaml"
        expect 0 load "$tmp/repaired/plan.yaml"
        expect 0 verify "$tmp/repaired/plan.yaml" --report "$tmp/repaired.json"
    else
        # shellcheck disable=SC2086 # options are words
        expect 0 run "$tmp/repaired/plan.yaml" --report "$tmp/repaired.json" $variant
    fi
    same "verdict, $variant" "$(json "$tmp/repaired.json" '$.verdict')" verified
    same "counts, $variant" "$(count repaired 'NAME undecodable replaced') \
$(count repaired 'NAME U+0000 stripped') $(count repaired 'NOTE undecodable stripped') \
$(count repaired 'NOTE U+0000 replaced')" '3 1 1 2'
    same "first in NAME, $variant" "$(first repaired 'NAME undecodable replaced')" \
        "part2.csv line $(line part2.csv 2) byte $(offset part2.csv 36) (0xe9)"
    same "first in NOTE, $variant" "$(first repaired 'NOTE undecodable stripped')" \
        "part2.csv line $(line part2.csv 0) byte $(offset part2.csv 2) (0x81)"
    same "values, $variant" "$(sql repaired -c "SELECT string_agg(name || '/' || note, ' '
        ORDER BY id) FROM person WHERE id > 50000")" 'Jos�/ok€ ÿ nul/x�y� a/ ��/b'
    expect 0 status "$tmp/repaired/plan.yaml"
    grep -q 'repair:  NAME undecodable replaced: 3, first part2.csv line' "$tmp/out" ||
        complain "status, $variant"
    [ "$variant" = stages ] || rm -rf -- "$tmp/repaired"
done
for form in txt html csv; do
    expect 0 report "$tmp/repaired/plan.yaml" --report "$tmp/repaired.$form"
done
grep -q 'repaired  *NAME undecodable replaced: 3, first part2.csv' "$tmp/repaired.txt" ||
    complain 'text report'
grep -q 'NAME undecodable replaced' "$tmp/repaired.html" || complain 'HTML report'
grep -q ',7,yes,' "$tmp/repaired.csv" || complain 'CSV report'

# Without a policy the same records are rejected, and their reason says which byte, where.
make rejected '' ''
cp "$tmp/text/"* "$tmp/rejected/csv"
expect 0 run "$tmp/rejected/plan.yaml" --report "$tmp/rejected.json"
same 'rejected' "$(sql rejected -c 'SELECT class || count(*) FROM novate.reject GROUP BY class
    ORDER BY 1' | tr '\n' ' ')" 'ENCODING3 NUL1 '
expect 0 rejects list "$tmp/rejected/plan.yaml"
grep -q "byte 0xe9 at $(offset part2.csv 36) of the file" "$tmp/out" || complain "$(cat "$tmp/out")"
finish
