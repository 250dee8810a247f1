# single_change.sh — twenty fields of the target are changed behind novate's back, one row is taken
# away and one is added: verify names exactly these rows and columns, and ends with 7.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 5000
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
expect 0 run "$tmp/plan/plan.yaml"

# Each the smallest change there is: a letter's case, a blank at the end, a microsecond, a unit in
# the last place, a day, empty for missing and missing for empty.
changes=(
    "3:name:name || ' '" "600:name:lower(name)" "999:name:replace(name, 'Z', 'z') || U&'\\200B'"
    "1500:name:NULL" "33:note:coalesce(note, '') || '.'" "1002:note:'x'" "2001:note:NULL"
    "21:note:''" "6000:code:code + 1" "9000:code:-code" "9003:code:code / 10"
    "3000:amount:amount + 0.001" "3003:amount:-amount" "3006:amount:NULL"
    "12000:born_on:born_on + 1" "12003:born_on:NULL"
    "14997:seen_at:seen_at + interval '1 microsecond'" "14994:seen_at:seen_at + interval '1 hour'"
    "15000:status:'planned '" "14991:status:NULL"
)
for change in "${changes[@]}"; do
    IFS=: read -r key column value <<<"$change"
    got=$(sql target -c "WITH before AS (SELECT $column AS v FROM care.event WHERE event_id = $key),
        after AS (UPDATE care.event SET $column = $value WHERE event_id = $key
                  RETURNING $column AS v)
        SELECT before.v IS DISTINCT FROM after.v FROM before, after")
    same "the test changes $column of $key" "$got" t
done
sql target -c 'DELETE FROM care.event WHERE event_id = 4500' \
    -c "INSERT INTO care.event VALUES (4501, 1, 1, 'nobody')"

expect 7 verify "$tmp/plan/plan.yaml" --report "$tmp/report.json" --show-keys
same 'not_equal' "$(entity_field "$tmp/report.json" event not_equal)" 20
same 'missing_target' "$(entity_field "$tmp/report.json" event missing_target)" 1
same 'missing_source' "$(entity_field "$tmp/report.json" event missing_source)" 1
same 'equal' "$(entity_field "$tmp/report.json" event equal)" $((5000 - 21))
same 'verdict' "$(json "$tmp/report.json" '$.verdict')" differences

# Key, kind and columns of every difference, in the order of the keys.
said=$(sqlite3 -batch -noheader :memory: "SELECT group_concat(line, char(10)) FROM (
    SELECT trim(json_extract(d.value, '\$.key'), '[]\"') || ' ' || json_extract(d.value, '\$.kind')
        || ' ' || coalesce((SELECT group_concat(value) FROM json_each(d.value, '\$.columns')), '')
        AS line
    FROM json_each(readfile('$tmp/report.json'), '\$.entities') e,
        json_each(e.value, '\$.differences') d)" | sed 's/ *$//' | sort -n)
wanted=$({
    for change in "${changes[@]}"; do
        IFS=: read -r key column _ <<<"$change"
        echo "$key not_equal $column"
    done
    echo '4500 missing_target'
    echo '4501 missing_source'
} | sort -n)
same 'differences' "$said" "$wanted"

# Put right again, nothing is left of it.
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sql target -c 'TRUNCATE care.event'
expect 0 run "$tmp/plan/plan.yaml" --restart
finish
