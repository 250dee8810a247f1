# lookups_files.sh — lookups in files that a supplier hands over: the files of all days count, an
# expression says which of their rows are entries and which of several counts, and rows that cannot
# be read are said.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# Codes of two days, in two formats of dates. 2 has other words on the second day, 3 was switched
# off, with nothing left but its key; a line stands there by mistake, and one has a bar too many.
mkdir -p "$tmp/plan/feed" "$tmp/plan/common"
printf '%s\r\n' '#CODE_CD|EXTRACT_DT_TM|ACTIVE_IND|WORDS_TXT|SET_NBR' \
    '1|09/06/2008 02:00:00|1|one|57' '2|09/06/2008 02:00:00|1|two|57' \
    '3|09/06/2008 02:00:00|1|three|58' 'end of codes' '4|09/06/2008 02:00:00|1|f|our|57' \
    >"$tmp/plan/feed/CODES_1.txt"
printf '%s\r\n' '#CODE_CD|EXTRACT_DT_TM|ACTIVE_IND|WORDS_TXT|SET_NBR' \
    '2|2008-06-10 02:00:00.000|1|deux|57' '3|2008-06-10 02:00:00.000|0||' \
    '|2008-06-10 02:00:00.000|1|no key|57' >"$tmp/plan/feed/CODES_2.txt"
printf '%s\r\n' '#ROW_ID|CODE_CD' '1|1' '2|2' '3|3' '4|4' '5|5' '6|' >"$tmp/plan/feed/ROWS.txt"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: files
sources:
  feed: {csv: feed, format: millennium, timezone: Europe/London}
  other: {csv: .}
target: {postgres: "$(conninfo target)"}
mappings: [rows.yaml]
YAML
cat >"$tmp/plan/rows.yaml" <<'YAML'
entity: rows
source: {in: feed, file: ROWS.txt, key: [ROW_ID], columns: {ROW_ID: bigint, CODE_CD: bigint}}
target: {table: rows, key: [row_id]}
include: [common/codes.yaml]
columns:
  row_id: ROW_ID
  words: lookup('code', CODE_CD)
  latest: lookup('latest', CODE_CD)
  first: lookup('first', CODE_CD)
YAML
write_codes() {
    cat >"$tmp/plan/common/codes.yaml" <<YAML
lookups:
  code:
    in: feed
    file: "CODES_*"
    columns: {EXTRACT_DT_TM: timestamp}
    where: ACTIVE_IND = '1' AND SET_NBR = '57'
    keep: latest(EXTRACT_DT_TM)
    from: CODE_CD
    to: [WORDS_TXT, SET_NBR]
    missing: null
  latest:
    in: feed
    file: "CODES_*"
    columns: {EXTRACT_DT_TM: timestamp}
    keep: latest(EXTRACT_DT_TM)
    from: CODE_CD
    to: ACTIVE_IND
    missing: {default: none}
    store: disk
  first: {in: feed, file: CODES_1.txt, where: ${1:-SET_NBR IS NOT NULL}, from: CODE_CD,
          to: WORDS_TXT, missing: null}
YAML
}
# says WHAT MESSAGE: check refuses the mapping with it.
says() {
    expect 2 check "$tmp/plan/plan.yaml"
    grep -qF -- "$2" "$tmp/err" || {
        complain "$1: nothing says: $2"
        cat "$tmp/err"
    }
}

database target
sql target -c 'CREATE TABLE rows (row_id bigint PRIMARY KEY, words text, latest text, first text)'
write_codes
expect 0 check "$tmp/plan/plan.yaml"
grep -q 'lookup code: 2 entries' "$tmp/out" || complain "entries: $(grep lookup "$tmp/out")"
grep -qF 'rows of lookup "code" that cannot be read, and are no entries: 2, the first at '\
'CODES_1.txt line 5 byte 151: record has 1 fields instead of 5' "$tmp/err" ||
    complain "unreadable rows: $(cat "$tmp/err")"
expect 0 check "$tmp/plan/plan.yaml" --offline
expect 0 explain "$tmp/plan/plan.yaml"
grep -qF "(file CODES_* where ACTIVE_IND = '1' AND SET_NBR = '57', of several rows \
latest(EXTRACT_DT_TM), column WORDS_TXT)" "$tmp/out" || complain 'explain does not say which rows'
expect 0 run "$tmp/plan/plan.yaml" --report "$tmp/report.json"
same verdict "$(json "$tmp/report.json" '$.verdict')" verified
same rows "$(sql target -c "SELECT string_agg(concat_ws(' ', row_id, coalesce(words, '-'),
    coalesce(latest, '-'), coalesce(first, '-')), ';' ORDER BY row_id) FROM rows")" \
    '1 one 1 one;2 deux 1 two;3 - 0 three;4 - none -;5 - none -;6 - - -'

# Files that are not those that the supplier states: each fault once, in check and in run.
printf '%s\r\n' '#NAME|COUNT' 'CODES_1.txt|5' 'CODES_2.txt|4' 'ROWS.txt|6' \
    >"$tmp/plan/feed/STATED.txt"
stated='{file: STATED.txt, delimiter: "|", name: NAME, rows: COUNT}'
sed -i "s/format: millennium,/& manifest: $stated,/" "$tmp/plan/plan.yaml"
for command in check run; do
    expect 4 $command "$tmp/plan/plan.yaml"
    same "faults that $command lists" "$(grep -c 'CODES_2.txt" is short' "$tmp/err")" 1
    grep -qF 'the files are not those that the supplier states' "$tmp/err" ||
        complain "$command: files are not refused"
done
sed -i 's/CODES_2.txt|4/CODES_2.txt|3/' "$tmp/plan/feed/STATED.txt"
expect 0 check "$tmp/plan/plan.yaml"

# Another entity that includes them has the same entries, and nothing is said twice.
sed 's/^entity: rows/entity: again/; s/table: rows/table: again/' "$tmp/plan/rows.yaml" \
    >"$tmp/plan/again.yaml"
sed -i 's/^mappings: .*/mappings: [rows.yaml, again.yaml]/; s/^migration: .*/migration: again/' \
    "$tmp/plan/plan.yaml"
sql target -c 'CREATE TABLE again (LIKE rows INCLUDING ALL)'
sql target -c 'CREATE TABLE once AS SELECT * FROM rows' -c 'TRUNCATE rows'
expect 0 check "$tmp/plan/plan.yaml" --work "$tmp/again"
same 'lookups that are there already' "$(grep -cE \
    '^  lookup (code|latest|first): [0-9] entries, those of .* of entity rows$' "$tmp/out")" 3
same 'unreadable rows' "$(grep -c 'rows of lookup "code" that cannot be read' "$tmp/err")" 1
expect 0 run "$tmp/plan/plan.yaml" --work "$tmp/again"
for table in rows again; do
    same "rows of $table" "$(sql target -c "SELECT count(*) FROM $table" \
        -c "SELECT count(*) FROM (TABLE once EXCEPT TABLE $table) different")" $'6\n0'
done

# What cannot be: rows of a key that differ, expressions that are wrong, files that are not there.
sed -i '/keep: latest/d' "$tmp/plan/common/codes.yaml"
says 'without keep' 'lookup "code" has the same key with different values'
write_codes 'SET = 5'
says 'no such column' 'codes.yaml:20:47: column "SET" does not exist'
write_codes 'SET_NBR || 5'
says 'no condition' 'filter must be type boolean, not type text'
write_codes
sed -i 's/keep: latest(EXTRACT_DT_TM)/keep: EXTRACT_DT_TM/' "$tmp/plan/common/codes.yaml"
says 'keep of what' '"keep" must be latest() or earliest()'
write_codes
sed -i 's/CODES_1.txt/NONE_1.txt/' "$tmp/plan/common/codes.yaml"
says 'no file' 'matches "NONE_1.txt"'
finish
