# amendments.sh — what was noted and mended of records that were carried is counted in every report,
# and kept with the values before and after in the restricted files: exactly once whatever the
# chunks and stages, of mode 0600, encrypted where there is a key, and shown only on request.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

# plan FOLDER DATABASE
plan() {
    database "$2"
    event_target "$2"
    event_plan "$1" "$(sqlite_source "$tmp/source.db")" "$2"
    sed -i \
        -e "s/^  name:  .*/  name:     repair('blanks', trim(NAME))/" \
        -e "s/^  note:  .*/  note:     coalesce(NOTE, note('no note', NULL))/" \
        -e "s/^  amount: .*/  amount:   CASE EVENT_ID WHEN 30 THEN reject('30') ELSE AMOUNT END/" \
        -e "s/^  born_on: .*/  born_on:  try(CAST(left(NAME, 10) AS date), BORN)/" \
        "$1/event.yaml"
}
sqlite_events "$tmp/source.db" 700
sqlite3 "$tmp/source.db" "UPDATE EVENT SET NAME = '  Secretname ' WHERE EVENT_ID = 33"

plan "$tmp/run" run
expect 0 run "$tmp/run/plan.yaml" --chunk-rows 50 --report "$tmp/run.json"
count_of() {
    sqlite3 "$tmp/source.db" "SELECT count(*) FROM EVENT WHERE $1 AND EVENT_ID <> 30"
}
blanks=$(count_of 'trim(NAME) <> NAME')
nulls=$(count_of 'NOTE IS NULL')
same 'records with blanks' "$((blanks > 0))" 1
same 'mended by blanks' "$(entity_field "$tmp/run.json" event 'repaired.blanks.count')" "$blanks"
same 'noted' "$(entity_field "$tmp/run.json" event 'notes."no note"')" "$nulls"
same 'left to their default' "$(entity_field "$tmp/run.json" event 'notes.born_on')" 699
same 'rejected by a rule' \
    "$(entity_field "$tmp/run.json" event 'identity.rejected."RULE:30"')" 1

same 'modes' "$(find "$tmp/run/.novate/restricted" -type f ! -perm 0600 | wc -l)" 0
# list FOLDER [OPTIONS]: sorted, without what differs from one work directory to the next
list() {
    local folder=$1
    shift
    expect 0 repairs list "$folder/plan.yaml" --limit 0 --show-keys "$@"
    sort "$tmp/out"
}
list "$tmp/run" --show-values >"$tmp/run.list"
same 'lines' "$(wc -l <"$tmp/run.list")" "$((blanks + nulls + 699))"
grep -qF 'event  ["33"]  repair  blanks  column name  {"NAME":"  Secretname "} -> "Secretname"' \
    "$tmp/run.list" || complain 'the value before and after is not there'
expect 0 repairs list "$tmp/run/plan.yaml" --rule blanks --limit 0
same 'lines of one rule' "$(wc -l <"$tmp/out")" "$blanks"
if grep -q Secretname "$tmp/out" || grep -qF '["33"]' "$tmp/out"; then
    complain 'values or keys are shown without being asked for'
fi

# An expression that is computed twice for a record, in two columns: the record is counted once, and
# listed once for each column.
plan "$tmp/twice" twice
mended="repair('blanks', trim(NAME))"
sed -i \
    -e "s/^  name:  .*/  name:     CASE WHEN length($mended) > 3 THEN $mended ELSE $mended END/" \
    -e "s/^  note:  .*/  note:     $mended/" -e '/^  born_on:/d' "$tmp/twice/event.yaml"
expect 0 run "$tmp/twice/plan.yaml" --report "$tmp/twice.json"
same 'mended twice' "$(entity_field "$tmp/twice.json" event 'repaired.blanks.count')" "$blanks"
for column in name note; do
    same "lines of column $column" "$(list "$tmp/twice" | grep -c "column $column")" "$blanks"
done

# Stage by stage, in other chunks, encrypted: the same list.
plan "$tmp/staged" staged
expect 0 segments key "$tmp/key"
expect 0 extract "$tmp/staged/plan.yaml" --key-file "$tmp/key" --chunk-rows 170
expect 0 transform "$tmp/staged/plan.yaml" --key-file "$tmp/key"
expect 0 load "$tmp/staged/plan.yaml" --key-file "$tmp/key"
list "$tmp/staged" --show-values --key-file "$tmp/key" >"$tmp/staged.list"
cmp -s "$tmp/run.list" "$tmp/staged.list" || complain 'stages keep other amendments than run'
expect 3 repairs list "$tmp/staged/plan.yaml"
grep -rqa Secretname "$tmp/staged/.novate/restricted" && complain 'an encrypted file shows a value'

# Begun anew, in fewer chunks: nothing of before is left. A rehearsal has files of its own.
sql run -c 'TRUNCATE care.event'
expect 0 run "$tmp/run/plan.yaml" --restart
list "$tmp/run" --show-values >"$tmp/again.list"
cmp -s "$tmp/run.list" "$tmp/again.list" || complain 'a restart leaves other amendments'
sql run -c 'TRUNCATE care.event'
expect 0 run "$tmp/run/plan.yaml" --restart --dry-run
list "$tmp/run" --show-values >"$tmp/again.list"
cmp -s "$tmp/run.list" "$tmp/again.list" || complain 'a dry run changed the amendments'
finish
