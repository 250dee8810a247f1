# sample.sh — records are drawn for people by seed, whatever the order and cut of the source; the
# sheet shows the three sides and is for its owner alone; what they found is carried by the reports.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 2000
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
sed -i 's/^columns:/filters:\n  late: EVENT_ID > 300\nchecks:\n  few: event_id < 5700\ncolumns:/' \
    "$tmp/plan/event.yaml"
plan=$tmp/plan/plan.yaml
samples=$tmp/plan/.novate/samples

expect 3 sample "$plan"
expect 0 run "$plan"
sql target -c "UPDATE care.event SET name = 'Someone Else' WHERE event_id % 2 = 0" \
    -c 'DELETE FROM care.event WHERE event_id = 999'

# --- drawn
before=$(fingerprint target 'SELECT * FROM care.event')
expect 0 sample "$plan" --seed 5 --size 299
same 'mode of the page' "$(stat -c %a "$samples/event-5-299.html")" 600
same 'mode of the list' "$(stat -c %a "$samples/event-5-299.csv")" 600
grep -q '^event: 299 of 2000 records, in ' "$tmp/out" || complain "it says $(cat "$tmp/out")"
grep -q 'no error in it: at 95 % confidence no more than 0.997 % are wrong' "$tmp/out" ||
    complain "the bound is another one: $(cat "$tmp/out")"
same 'what is in the target afterwards' "$(fingerprint target 'SELECT * FROM care.event')" "$before"
same 'records of the page' "$(grep -c '☐ agrees' "$samples/event-5-299.html")" 299
grep -q '<td>0</td><td>0.997 %</td>' "$samples/event-5-299.html" ||
    complain 'the page does not say what it proves'
grep -qi 'src=\|href="[^#]\|url([^#]' "$samples/event-5-299.html" &&
    complain 'the page fetches something'
grep -q '0.997 %' "$tmp/err" && complain 'results are on stderr'
grep -rq 'Abbott\|Zoë' "$tmp/out" "$tmp/err" && complain 'a value is shown'

# keys FILE: the keys of a list, each once, in its order.
keys() {
    sqlite3 -batch -noheader :memory: ".import --csv $1 t" \
        "SELECT key FROM t GROUP BY record ORDER BY 1"
}
# cell FILE CONDITION COLUMN
cell() {
    sqlite3 -batch -noheader :memory: ".import --csv $1 t" "SELECT $3 FROM t WHERE $2"
}
list=$samples/event-5-299.csv
same 'records of the list' "$(keys "$list" | wc -l)" 299

# --- the three sides
same 'values that agree' "$(cell "$list" "row <> '' AND column = 'name' AND outcome = 'carried' AND
    mapped = target AND target <> 'Someone Else'" 'count(*) > 50')" 1
same 'values that do not' "$(cell "$list" "row <> '' AND column = 'name' AND mapped <> target AND
    target = 'Someone Else'" 'count(*) > 50')" 1
same 'left out' "$(cell "$list" "outcome = 'left out by filter late'" 'count(*) > 0')" 1
same 'rejected' "$(cell "$list" "outcome = 'rejected: check \"few\" is not met'" 'count(*) > 0')" 1
same 'source and mapped' "$(cell "$list" "column = 'STATUS' AND outcome = 'carried'" \
    'count(*) > 100')" 1

# --- the same seed, the same records; another one, others
expect 2 sample "$tmp/plan/event.yaml"
expect 3 sample "$plan" --seed 5
grep -q 'Nothing is written over' "$tmp/err" || complain 'a sheet may be lost'
expect 0 sample "$plan" --seed 5 --output "$tmp/again.html" --size 299
same 'the same seed' "$(keys "$tmp/again.csv")" "$(keys "$list")"
{ echo 'ALTER TABLE EVENT RENAME TO OLD;'; create_events timestamp | sed 's/ PRIMARY KEY//'
    echo 'INSERT INTO EVENT SELECT * FROM OLD ORDER BY random();'; } |
    sqlite3 -batch -bail "$tmp/source.db"
expect 0 sample "$plan" --seed 5 --output "$tmp/shuffled"
same 'another order' "$(keys "$tmp/shuffled.csv")" "$(keys "$list")"
expect 0 sample "$plan" --seed 6 --output "$tmp/other"
[ "$(keys "$tmp/other.csv")" != "$(keys "$list")" ] || complain 'another seed is the same sample'

# --- in proportion: at least one of each value, however rare
sqlite3 -batch "$tmp/source.db" 'UPDATE EVENT SET STATUS = 0 WHERE EVENT_ID <> 1500 AND STATUS = 4;
    UPDATE EVENT SET STATUS = 4 WHERE EVENT_ID = 1500'
expect 0 sample "$plan" --seed 5 --size 100 --strata status --output "$tmp/strata"
strata() {
    sqlite3 -batch -noheader :memory: ".import --csv $tmp/strata.csv t" "SELECT stratum || ' ' ||
        count(DISTINCT record) FROM t GROUP BY stratum" | tr '\n' ';'
}
same 'strata' "$(strata)" '(not carried) 10;arrived 18;cancelled 1;left 18;planned 36;seen 18;'
grep -q 'In proportion to</dt><dd>status<' "$tmp/strata.html" || complain 'strata are not said'
expect 1 sample "$plan" --strata nosuch --output "$tmp/none"
expect 1 sample "$plan" --strata name --output "$tmp/none"
grep -q 'more than 64 different values' "$tmp/err" || complain "another reason: $(cat "$tmp/err")"
expect 1 sample "$plan" --size 0
[ -e "$tmp/none.html" ] && complain 'a sheet of nothing'

# --- what they found
expect 1 sample record "$plan"
expect 1 sample record "$plan" --errors 102
expect 1 sample record "$plan" --errors 2 --checked 103
expect 0 sample record "$plan" --errors 2 --who 'A. Lane <b>' --why 'two names misread' --checked 95
grep -q '^event: 2 errors in 95 records of 2000: at 95 % confidence no more than 6.479 % are' \
    "$tmp/out" || complain "it says $(cat "$tmp/out")"
expect 7 verify "$plan" --report "$tmp/r.json" --report "$tmp/r.txt" --report "$tmp/r.html"
found() {
    json "$tmp/r.json" "\$.samples[0].$1"
}
same 'samples' "$(json "$tmp/r.json" '$.samples[#-1].seed')" 5
same 'checked' "$(found checked) $(found errors) $(found records) $(found size)" '95 2 101 100'
same 'who' "$(found who)" 'A. Lane <b>'
same 'bound' "$(found upper_bound_percent)" 6.479
same 'sheet' "$(found sheet_sha256)" "$(sha256sum "$tmp/strata.html" | cut -c1-64)"
grep -q 'event: 95 records of 2,000 checked by A. Lane <b>, .*: 2 errors; at 95 % confid' \
    "$tmp/r.txt" || complain 'the text does not say it'
grep -q 'NOT ALL of the sample was checked: two names misread' "$tmp/r.txt" ||
    complain 'the text does not say that some are left'
grep -q 'checked by A. Lane &lt;b&gt;' "$tmp/r.html" || complain 'the page does not say it'
expect 8 report check "$tmp/plan/.novate/reports"/*-verify.json
grep -q 'seal: *whole' "$tmp/out" || complain 'the seal is broken'
expect 0 sample record "$plan" --errors 0
expect 7 verify "$plan" --report "$tmp/r.json"
same 'recorded again' "$(json "$tmp/r.json" '$.samples[#-1].errors')" 0
same 'what was recorded before' "$(json "$tmp/r.json" '$.samples[#-2].errors')" 2
expect 0 sample record "$plan" --errors 1
grep -q '^event: 1 error in 101 records' "$tmp/out" || complain "it says $(cat "$tmp/out")"
finish
