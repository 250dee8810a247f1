# mixed_encoding.sh — texts of UTF-8 with bytes of windows-1252 in between, from files and from a
# database: with "undecodable: windows-1252" they arrive as they were meant, are counted the same by
# run, by stages, by any number of jobs and by verification, and are in every report; what the
# policy does not fit is refused before anything is read; another policy is another migration.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# make NAME SOURCE-KEYS MAPPING-KEYS: a plan over the files of $tmp/csv.
make() {
    database "$1"
    sql "$1" -c 'CREATE TABLE person (id bigint PRIMARY KEY, name text, note text, told text)'
    mkdir -p "$tmp/$1"
    cat >"$tmp/$1/plan.yaml" <<YAML
novate: 1
migration: mixed
source: {csv: ../csv$2}
target: {postgres: "$(conninfo "$1")"}
mappings: [person.yaml]
limits: {rejects: 100}
YAML
    cat >"$tmp/$1/person.yaml" <<YAML
entity: person
source: {file: "part*.csv", key: [ID], columns: {ID: bigint}$3}
lookups:
  of: {in: source, file: names.csv, from: K, to: SAID, missing: "null"${4:-}}
target: {table: person, key: [id]}
columns: {id: ID, name: mojibake(NAME), note: NOTE, told: "lookup('of', NOTE)"}
YAML
}

mkdir "$tmp/csv"
printf 'K,SAID\nplain,said: \222\n' >"$tmp/csv/names.csv"
for part in 1 2 3; do
    awk -v part="$part" 'BEGIN {
        printf "ID,NAME,NOTE\n"
        filler = sprintf("%2000s", ""); gsub(/ /, "x", filler)
        for (i = 1; i <= 2200; i++)
            printf "%d,%s,%s\n", part * 10000 + i, (i % 3 ? "Zoë Łukasz" : "李小龍 𝔄"),
                (i % 5 ? "plain" : filler)
    }' >"$tmp/csv/part$part.csv"
done
# In the second file also: both encodings in one value, mojibake, and what is in neither.
printf '50001,O\222Reilly Zo\303\253,\223x\224\n50002,OÃ¢â‚¬â„¢Shea,â€™\n50003,a,z\222\201\n' \
    >>"$tmp/csv/part2.csv"
printf '50004,Si\342n,\342\200\n' >>"$tmp/csv/part3.csv"
offset() { printf '0x%x' $(($(stat -c %s "$tmp/csv/$1") - $2)); }
line() { wc -l <"$tmp/csv/$1"; }
repaired() { entity_field "$tmp/$1.json" person "repaired.\"$2\".$3"; }

# carry NAME VARIANT: its plan, in stages or by `run` with these options; the report is NAME.json.
carry() {
    local plan=$tmp/$1/plan.yaml report=$tmp/$1.json
    if [ "$2" = stages ]; then
        expect 0 extract "$plan"
        expect 0 transform "$plan"
        expect 0 load "$plan"
        expect 0 verify "$plan" --report "$report"
    else
        # shellcheck disable=SC2086 # options are words
        expect 0 run "$plan" --report "$report" ${2#run}
    fi
}

name='NAME undecodable read as windows-1252'
note='NOTE undecodable read as windows-1252'
policy=', undecodable: windows-1252'
for variant in '--jobs 0' '--jobs 1' '--jobs 3' stages; do
    make mixed "$policy" '' ''
    carry mixed "$variant"
    same "verdict, $variant" "$(json "$tmp/mixed.json" '$.verdict')" verified
    same "counts, $variant" "$(repaired mixed "$name" count) $(repaired mixed "$note" count) \
$(repaired mixed 'mojibake: UTF-8 read as Windows-1252' count)" '2 4 1'
    same "first in NAME, $variant" "$(repaired mixed "$name" first)" \
        "part2.csv line $(($(line part2.csv) - 2)) byte $(offset part2.csv 68) (0x92)"
    same "values, $variant" "$(sql mixed -c "SELECT string_agg(name || '/' || note, ' '
        ORDER BY id) FROM person WHERE id > 50000")" 'O’Reilly Zoë/“x” O’Shea/â€™ Siân/â€'
    same "of the lookup, $variant" "$(sql mixed -c 'SELECT DISTINCT told FROM person
        WHERE told IS NOT NULL')" 'said: ’'
    expect 0 rejects list "$tmp/mixed/plan.yaml"
    grep -q "byte 0x81 at $(offset part2.csv 2) of the file is no character of its encoding, nor" \
        "$tmp/out" || complain "rejected, $variant: $(cat "$tmp/out")"
    expect 0 status "$tmp/mixed/plan.yaml"
    grep -q "repair:  $name: 2, first part2.csv line" "$tmp/out" || complain "status, $variant"
    [ "$variant" = stages ] || rm -rf -- "$tmp/mixed"
done
for form in txt html csv; do
    expect 0 report "$tmp/mixed/plan.yaml" --report "$tmp/mixed.$form"
done
grep -q "repaired  *$name: 2, first part2.csv" "$tmp/mixed.txt" || complain 'text report'
grep -q "$name" "$tmp/mixed.html" || complain 'HTML report'
expect 0 check "$tmp/mixed/plan.yaml"
expect 0 profile "$tmp/mixed/plan.yaml" --report "$tmp/profile.json"
same 'errors in the profile' "$(json "$tmp/profile.json" '$.entities[0].columns[1].errors')\
$(json "$tmp/profile.json" '$.entities[0].columns[2].errors')" '{}{"ENCODING":1}'

# A damaged target is found by a source that is read again with the same policy.
sql mixed -c "UPDATE person SET name = 'O''Reilly Zoë' WHERE id = 50001" >"$tmp/damaged"
expect 7 verify "$tmp/mixed/plan.yaml" --report "$tmp/damaged.json"
same 'found' "$(entity_field "$tmp/damaged.json" person not_equal)" 1

# Another policy, said by the plan or by the mapping, does not go on with what was staged.
for who in plan mapping; do
    make "other_$who" '' ''
    expect 0 extract "$tmp/other_$who/plan.yaml"
    if [ "$who" = plan ]; then
        sed -i "s/csv: ..\/csv/&$policy/" "$tmp/other_plan/plan.yaml"
    else
        sed -i "s/columns: {ID: bigint}/&$policy/" "$tmp/other_mapping/person.yaml"
    fi
    expect 3 extract "$tmp/other_$who/plan.yaml"
    expect 0 extract "$tmp/other_$who/plan.yaml" --restart
done

# Without the policy: the records are rejected, and the entry of the lookup is none.
make strict '' ''
expect 0 run "$tmp/strict/plan.yaml" --report "$tmp/strict.json"
same 'rejected without it' "$(sql strict -c 'SELECT class || count(*) FROM novate.reject
    GROUP BY class')" ENCODING3
same 'nothing told' "$(sql strict -c 'SELECT count(told) FROM person')" 0

# refused NAME WHERE WHAT: by "check" and by "run", with its place.
refused() {
    local command
    for command in check run 'check --offline'; do
        # shellcheck disable=SC2086 # the command has an option
        expect 2 $command "$tmp/$1/plan.yaml"
        grep -q -- "$2[0-9]*: \"undecodable: windows-1252\" $3" "$tmp/out" "$tmp/err" ||
            complain "$1, $command: $(cat "$tmp/out" "$tmp/err")"
    done
}
make in_plan ", encoding: windows-1252$policy" ''
refused in_plan 'plan.yaml:3:' 'is for texts in UTF-8, not in "windows-1252"'
make in_mapping ', encoding: ISO-8859-15' "$policy"
refused in_mapping 'person.yaml:2:' 'is for texts in UTF-8, not in "ISO-8859-15"'
make in_lookup '' '' "$policy, encoding: CP850"
refused in_lookup 'person.yaml:4:' 'is for texts in UTF-8, not in "CP850"'

# A database, by run and by stages: the bytes of a column that is declared as UTF-8.
sqlite3 "$tmp/source.db" "CREATE TABLE person (ID bigint PRIMARY KEY, NAME text, NOTE text)" \
    "INSERT INTO person VALUES (1, CAST(x'4f9252656964c3ab' AS text), 'plain'),
        (2, 'Zoë', 'plain'), (3, CAST(x'9281' AS text), 'plain')"
for variant in run stages; do
    make stored '' ''
    cat >"$tmp/stored/plan.yaml" <<YAML
novate: 1
migration: stored
source: {odbc: "$(sqlite_source "$tmp/source.db")"}
target: {postgres: "$(conninfo stored)"}
mappings: [person.yaml]
limits: {rejects: 1}
YAML
    cat >"$tmp/stored/person.yaml" <<YAML
entity: person
source:
  table: person
  columns: {NAME: {encoding: UTF-8, undecodable: windows-1252}}
target: {table: person, key: [id]}
columns: {id: ID, name: NAME, note: NOTE}
YAML
    carry stored "$variant"
    same "verdict of a database, $variant" "$(json "$tmp/stored.json" '$.verdict')" verified
    same "count of a database, $variant" "$(repaired stored "$name" count)" 1
    same "values of a database, $variant" "$(sql stored -c "SELECT string_agg(name, ' '
        ORDER BY id) FROM person")" 'O’Reidë Zoë'
    [ "$variant" = stages ] || rm -rf -- "$tmp/stored"
done
sed -i 's/encoding: UTF-8, //' "$tmp/stored/person.yaml"
refused stored 'person.yaml:4:' 'needs an encoding that is declared'
finish
