# feed.sh — what a departing supplier hands over: pipe-delimited Millennium feeds with their control
# file. A feed that is what the control file states is loaded and quoted in the report; one that is
# short, altered, delivered twice or missing stops the run before anything is loaded.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# write_feed FOLDER: two tables of two days, all five formats of dates in one column, and the
# control files of both days. Nobody in it exists.
write_feed() {
    mkdir -p "$1"
    printf '%s\r\n' '#PERSON_ID|EXTRACT_DT_TM|ACTIVE_IND|NHS_NBR_IDENT|BIRTH_DT_TM|NOTE_TXT' \
        '1|09/06/2008 02:00:00|1|9990000018|14/01/1970 00:00:00|O"BRIEN' \
        '2|2008-06-09 02:00:00.250|1|9990000026|1952-02-29 00:00:00.000|Zoë' \
        '3|09-06-2008 02:00:00|0|||' >"$1/PPATI_120_RN1_09062008.txt"
    printf '%s\r\n' '#PERSON_ID|EXTRACT_DT_TM|ACTIVE_IND|NHS_NBR_IDENT|BIRTH_DT_TM|NOTE_TXT' \
        '4|10-JUN-2008 02:00:00|1||04-JUL-1931|"' \
        '5|10-JUN-2008|1||04/07/1931|\' >"$1/PPATI_120_RN1_10062008.txt"
    printf '%s\n' '#EVENT_ID|PERSON_ID|EVENT_END_DT_TM|EVENT_RESULT_TXT|EVENT_RESULT_NBR' \
        '100|1|05/06/2008 09:30:00|4.4|4' \
        '101|1|2008-06-05 09:30:00.000|<0.1|0' \
        '102|2|05-06-2008 09:30:00|NEGATIVE|' \
        '103|4|05-JUN-2008 09:30:00||' \
        '104|5|05-JUN-2008|7.18|7' >"$1/CLEVE_120_RN1_09062008.txt"
    control="#HEALTH_SYSTEM_SOURCE_ID|SOURCE_COUNT|EXTRACT_FILENAME|EXTRACT_RANGE_START_DT"
    printf '%s\r\n' "$control" '120|3|PPATI_120_RN1_09062008.txt|08/06/2008' \
        '120|5|CLEVE_120_RN1_09062008.txt|08/06/2008' >"$1/STATREF_120_RN1_09062008.txt"
    printf '%s\r\n' "$control" '120|2|PPATI_120_RN1_10062008.txt|09/06/2008' \
        >"$1/STATREF_120_RN1_10062008.txt"
}

# plan_feed FOLDER DATABASE [SOURCE-KEYS]
plan_feed() {
    sql "$2" -c 'CREATE TABLE person (person_id bigint PRIMARY KEY, extracted timestamp NOT NULL,
        active boolean, nhs_number text, born date, note text)' \
        -c 'CREATE TABLE event (event_id bigint PRIMARY KEY, person_id bigint, at timestamp,
        result text, number numeric)'
    cat >"$1/plan.yaml" <<YAML
novate: 1
migration: feed
source: {csv: feed/, format: millennium, timezone: Europe/London${3:-}}
target: {postgres: "$(conninfo "$2")"}
mappings: [person.yaml, event.yaml]
YAML
    cat >"$1/person.yaml" <<'YAML'
entity: person
source:
  file: "PPATI_*"
  key: [PERSON_ID]
  columns: {PERSON_ID: bigint, EXTRACT_DT_TM: timestamp, ACTIVE_IND: integer, BIRTH_DT_TM: date}
target: {table: person, key: [person_id]}
columns:
  person_id:  PERSON_ID
  extracted:  EXTRACT_DT_TM
  active:     ACTIVE_IND = 1
  nhs_number: NHS_NBR_IDENT
  born:       BIRTH_DT_TM
  note:       NOTE_TXT
YAML
    cat >"$1/event.yaml" <<'YAML'
entity: event
source:
  file: "CLEVE_*"
  key: [EVENT_ID]
  columns: {EVENT_ID: bigint, PERSON_ID: bigint, EVENT_END_DT_TM: timestamp,
            EVENT_RESULT_NBR: numeric}
target: {table: event, key: [event_id]}
columns:
  event_id:  EVENT_ID
  person_id: PERSON_ID
  at:        EVENT_END_DT_TM
  result:    EVENT_RESULT_TXT
  number:    EVENT_RESULT_NBR
YAML
}

# file_field REPORT ENTITY NUMBER FIELD: of a file of an entity's report.
file_field() {
    entity_field "$1" "$2" "files[$3].$4"
}

# stops WHAT MESSAGE…: the run ends with 4, says all of these, and the target stays empty.
stops() {
    local what=$1 message
    shift
    expect 4 run "$tmp/$what/plan.yaml" --report "$tmp/$what.json"
    for message in "$@"; do
        grep -qF -- "$message" "$tmp/err" || {
            complain "$what: nothing says: $message"
            cat "$tmp/err"
        }
    done
    same "$what: loaded" "$(sql "$what" -c 'SELECT (SELECT count(*) FROM person) +
        (SELECT count(*) FROM event)')" 0
    same "$what: verdict" "$(json "$tmp/$what.json" '$.verdict')" not_verified
}

# damaged NAME: a feed of its own, to be damaged.
damaged() {
    database "$1"
    write_feed "$tmp/$1/feed"
    plan_feed "$tmp/$1" "$1" "${2:-}"
}

# A feed that is right.
damaged right
expect 0 check "$tmp/right/plan.yaml"
expect 0 run "$tmp/right/plan.yaml" --report "$tmp/right.json" --report "$tmp/right.html" \
    --report "$tmp/right.txt" --report "$tmp/right.csv"
same 'right: people' "$(sql right -c "SELECT string_agg(concat_ws(' ', person_id, extracted, active,
    coalesce(nhs_number, '-'), coalesce(born::text, '-'), coalesce(note, '-')), ';'
    ORDER BY person_id) FROM person")" "1 2008-06-09 02:00:00 t 9990000018 1970-01-14 O\"BRIEN;\
2 2008-06-09 02:00:00.25 t 9990000026 1952-02-29 Zoë;3 2008-06-09 02:00:00 f - - -;\
4 2008-06-10 02:00:00 t - 1931-07-04 \";5 2008-06-10 00:00:00 t - 1931-07-04 \\"
same 'right: times of events' \
    "$(sql right -c 'SELECT count(*), count(DISTINCT at) FROM event')" '5|2'
same 'right: verdict' "$(json "$tmp/right.json" '$.verdict')" verified
same 'right: files' "$(entity_field "$tmp/right.json" person 'files[1].name')" \
    PPATI_120_RN1_10062008.txt
same 'right: records' "$(file_field "$tmp/right.json" person 0 rows)" 3
same 'right: stated' "$(file_field "$tmp/right.json" person 1 stated_rows)" 2
same 'right: by' "$(file_field "$tmp/right.json" person 1 manifest)" STATREF_120_RN1_10062008.txt
same 'right: agrees' "$(file_field "$tmp/right.json" event 0 agrees)" 1
same 'right: remarks' "$(file_field "$tmp/right.json" event 0 remarks)" \
    'HEALTH_SYSTEM_SOURCE_ID: 120; EXTRACT_RANGE_START_DT: 08/06/2008'
same 'right: SHA-256' "$(file_field "$tmp/right.json" event 0 sha256)" \
    "$(sha256sum <"$tmp/right/feed/CLEVE_120_RN1_09062008.txt" | cut -d' ' -f1)"
for form in html txt; do
    grep -q "$(file_field "$tmp/right.json" event 0 sha256)" "$tmp/right.$form" ||
        complain "right: the report in $form does not quote the files"
done
same 'right: CSV' "$(tail -n +2 "$tmp/right.csv" | tr -d '\r' |
    sed 's/.*,\(.*,.*,.*\),"insert",[0-9]*,0,0,.*$/\1/' |
    paste -sd' ')" '2,2,0 1,1,0'

# Another process loads what was planned and extracted before, without the feed.
database staged
plan_feed "$tmp/right" staged
sed -i 's/^migration: .*/migration: staged/' "$tmp/right/plan.yaml"
expect 0 extract "$tmp/right/plan.yaml" --work "$tmp/staged"
expect 0 transform "$tmp/right/plan.yaml" --work "$tmp/staged"
expect 0 load "$tmp/right/plan.yaml" --work "$tmp/staged" --report "$tmp/staged.json"
for entity in person event; do
    same "staged: files of $entity" "$(entity_field "$tmp/staged.json" $entity files)" \
        "$(entity_field "$tmp/right.json" $entity files)"
done
expect 0 run "$tmp/right/plan.yaml" --work "$tmp/staged" --no-verify --report "$tmp/again.json"
same 'resumed: files' "$(entity_field "$tmp/again.json" person files)" \
    "$(entity_field "$tmp/right.json" person files)"

# Short: the last record of one file is not there, nor is one of another. Both are said.
damaged short
sed -i '$d' "$tmp/short/feed/PPATI_120_RN1_10062008.txt" \
    "$tmp/short/feed/CLEVE_120_RN1_09062008.txt"
stops short 'file "PPATI_120_RN1_10062008.txt" is short: "STATREF_120_RN1_10062008.txt" states 2' \
    'file "CLEVE_120_RN1_09062008.txt" is short' 'states 5 records, it has 4' 'manifest: null'
same 'short: reason' "$(entity_field "$tmp/short.json" event reason)" \
    'its files are not those that the supplier states'
expect 4 check "$tmp/short/plan.yaml"
same 'short: faults that check lists' "$(grep -c 'is short' "$tmp/err")" 2
same 'short: fault in the report' "$(file_field "$tmp/short.json" person 1 agrees)" 0
# Without a manifest they are read, and the report says that nobody states them.
sed -i 's/format: millennium/format: millennium, manifest: null/' "$tmp/short/plan.yaml"
expect 0 run "$tmp/short/plan.yaml" --report "$tmp/short.json" --report "$tmp/short.txt"
same 'short: no manifest' "$(file_field "$tmp/short.json" person 1 manifest)" ''
grep -q 'by no manifest' "$tmp/short.txt" || complain 'short: the report does not say "no manifest"'

# Twice: yesterday's file under today's name.
damaged twice
cp "$tmp/twice/feed/PPATI_120_RN1_09062008.txt" "$tmp/twice/feed/PPATI_120_RN1_10062008.txt"
sed -i 's/120|2|PPATI/120|3|PPATI/' "$tmp/twice/feed/STATREF_120_RN1_10062008.txt"
stops twice 'file "PPATI_120_RN1_10062008.txt" is there twice: "PPATI_120_RN1_09062008.txt" has'

# Stated twice, and not alike.
damaged unlike
printf '120|4|PPATI_120_RN1_09062008.txt|09/06/2008\r\n' \
    >>"$tmp/unlike/feed/STATREF_120_RN1_10062008.txt"
stops unlike 'is stated twice and not alike: "STATREF_120_RN1_09062008.txt" line 2'

# Missing.
damaged missing
rm "$tmp/missing/feed/PPATI_120_RN1_10062008.txt"
expect 4 check "$tmp/missing/plan.yaml"
stops missing \
    'file "PPATI_120_RN1_10062008.txt" is missing: "STATREF_120_RN1_10062008.txt" states it'

# A control file that is damaged itself is not believed in part.
damaged control
sed -i 's/^120|5|/120|many|/' "$tmp/control/feed/STATREF_120_RN1_09062008.txt"
expect 4 run "$tmp/control/plan.yaml"
grep -qF 'manifest "STATREF_120_RN1_09062008.txt", line 3: "SOURCE_COUNT" is not a number' \
    "$tmp/err" || complain 'control: the line is not named'

# A file that the format's own control file does not state is a warning, one that a manifest of the
# plan does not state is not.
damaged unstated
sed -i '/CLEVE/d' "$tmp/unstated/feed/STATREF_120_RN1_09062008.txt"
expect 0 run "$tmp/unstated/plan.yaml" --report "$tmp/unstated.json"
grep -qF 'file "CLEVE_120_RN1_09062008.txt" is not stated by any manifest' "$tmp/err" ||
    complain 'unstated: no warning'
same 'unstated: agrees' "$(file_field "$tmp/unstated.json" event 0 agrees)" ''

# Altered: no record less, one byte another. Sums by coreutils, in a folder of their own.
damaged altered ', manifest: "sums/*.sha*"'
mkdir "$tmp/altered/feed/sums"
(cd "$tmp/altered/feed" && sha256sum PPATI* | sed 's,  ,  ../,') \
    >"$tmp/altered/feed/sums/people.sha256"
stops altered 'is not stated by any manifest ("sums/*.sha*")'
(cd "$tmp/altered/feed" && sha256sum -- PPATI* CLEVE* >people.sha256)
sed -i 's,"sums/,",' "$tmp/altered/plan.yaml"
cp "$tmp/altered/feed/CLEVE_120_RN1_09062008.txt" "$tmp/kept"
sed -i 's/|7.18|/|7.81|/' "$tmp/altered/feed/CLEVE_120_RN1_09062008.txt"
stops altered 'file "CLEVE_120_RN1_09062008.txt" is altered: "people.sha256" states SHA-256'
cp "$tmp/kept" "$tmp/altered/feed/CLEVE_120_RN1_09062008.txt"
expect 0 run "$tmp/altered/plan.yaml" --report "$tmp/altered.json"
same 'altered, and mended' "$(file_field "$tmp/altered.json" event 0 agrees)" 1
same 'altered, and mended: hash' "$(file_field "$tmp/altered.json" event 0 stated_hash)" \
    "$(file_field "$tmp/altered.json" event 0 sha256)"

# Records that a pipe or line end in a field breaks are rejects, with their place.
damaged broken ", manifest: null"
printf '106|5|05-JUN-2008|first\nsecond|1\n107|5|05-JUN-2008|a|b|1\n\032\n' \
    >>"$tmp/broken/feed/CLEVE_120_RN1_09062008.txt"
echo 'limits: {rejects: 4}' >>"$tmp/broken/plan.yaml"
expect 0 run "$tmp/broken/plan.yaml" --report "$tmp/broken.json"
same 'broken: rejected' "$(entity_field "$tmp/broken.json" event 'identity.rejected.COLUMNS')" 4
same 'broken: loaded' "$(entity_field "$tmp/broken.json" event loaded)" 5
sql broken -c "SELECT count(DISTINCT position) FROM novate.reject WHERE position IS NOT NULL" \
    >"$tmp/places"
same 'broken: places' "$(cat "$tmp/places")" 4
finish
