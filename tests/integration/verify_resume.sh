# verify_resume.sh — a verification that was interrupted goes on: chunks that were read are not read
# again, differences in them are found all the same, and what was kept is never trusted blindly.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 5000
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 3000 = 0'
database target
event_target target
sql target -c 'ALTER TABLE care.event ADD CHECK (event_id % 1200 <> 0)' # some are refused
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
report=$tmp/report.json
state=$tmp/plan/.novate/verify/event.state
expect 0 run "$plan"
reads() { # what a verification reads, of the source: places that are met
    status=0
    rm -f "$tmp/trace"
    NOVATE_FAULT_TRACE=$tmp/trace novate verify "$plan" --chunk-rows 250 --report "$report" \
        --jobs 0 "$@" || status=$?
    left=$(grep -c '^extract.read$' "$tmp/trace" || true)
}
reads
whole=$left
same 'exit of a whole one' "$status" 0
same 'nothing is kept of it' "$([ -e "$state" ] && echo there)" ''
said() {
    for field in verdict equal refused source_rows source_digest target_digest \
        verification.rejected identity; do
        entity_field "$report" event $field
    done
}
wanted=$(said)

echo '== killed, again and again'
for nth in 3 9 6; do
    rm -f "$tmp/trace"
    NOVATE_FAULT=extract.read:kill:$nth NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
        --chunk-rows 250 --jobs 0 >/dev/null 2>&1 </dev/null && fail 'it was not killed'
done
[ -s "$state" ] || complain 'nothing was kept of a verification that was killed'
same 'mode of what is kept' "$(stat -c %a "$state")" 600
reads
same 'exit of the rest' "$status" 0
[ "$left" -lt "$whole" ] || complain "it reads all of it again: $left of $whole"
same 'what the resumed one says' "$(said)" "$wanted"
[ "$(entity_field "$report" event verification.resumed_chunks)" -gt 2 ] ||
    complain 'the report does not say that it was resumed'
[ -n "$(entity_field "$report" event verification.resumed_from)" ] ||
    complain 'the report does not say since when'
same 'nothing is kept after it' "$([ -e "$state" ] && echo there)" ''

interrupt() {
    rm -f "$tmp/trace"
    NOVATE_FAULT=extract.read:error:9 NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
        --chunk-rows 250 --jobs 0 >"$tmp/out" 2>"$tmp/err" </dev/null &&
        fail 'it was not interrupted'
    [ -s "$state" ] || complain 'nothing was kept of a verification that failed'
}

echo '== with threads'
interrupt
status=0
novate verify "$plan" --chunk-rows 250 --report "$report" || status=$?
same 'exit with threads' "$status" 0
same 'what it says with threads' "$(said)" "$wanted"

echo '== differences in what was read, and in what was not'
sql target -c "UPDATE care.event SET note = 'before' WHERE event_id IN (3, 14997)"
interrupt
expect 7 verify "$plan" --chunk-rows 250 --jobs 0 --report "$report" --show-keys
same 'both are found' "$(sqlite3 :memory: "SELECT group_concat(json_extract(value, '\$.key[0]'))
    FROM json_each(readfile('$report'), '\$.entities[0].differences')")" '14997,3'
interrupt
sql target -c "UPDATE care.event SET note = (SELECT note FROM care.event WHERE event_id = 6)
    WHERE event_id IN (3, 14997)"
sqlite3 "$tmp/source.db" "UPDATE EVENT SET NOTE = (SELECT NOTE FROM EVENT WHERE EVENT_ID = 6)
    WHERE EVENT_ID IN (3, 14997)"
expect 0 verify "$plan" --chunk-rows 250 --jobs 0 # mended meanwhile: a fresh look counts

# Damage of later than the interruption, in what was read before it; with threads, so that all of
# the target was, most likely.
rm -f "$tmp/trace"
NOVATE_FAULT=extract.read:error:20 NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
    --chunk-rows 250 >"$tmp/out" 2>"$tmp/err" </dev/null && fail 'it was not interrupted'
sql target -c 'UPDATE care.event SET code = code + 1 WHERE event_id = 3'
expect 7 verify "$plan" --chunk-rows 250 --jobs 0 --report "$report" --show-keys
[ "$(entity_field "$report" event verification.resumed_chunks)" -gt 0 ] ||
    complain 'it was not resumed'
same 'what was damaged meanwhile' "$(json "$report" '$.entities[0].differences[0].key[0]')" 3
sql target -c 'UPDATE care.event SET code = code - 1 WHERE event_id = 3'

echo '== interrupted while what differs is read again'
sql target -c "UPDATE care.event SET note = 'before' WHERE event_id IN (3, 14997)"
reads
same 'exit with differences' "$status" 7
twice=$left
[ "$twice" -gt "$whole" ] || complain 'what differs was not read again'
differ=$(said)
rm -f "$tmp/trace"
NOVATE_FAULT=extract.read:kill:$((whole + 3)) NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify \
    "$plan" --chunk-rows 250 --jobs 0 >/dev/null 2>&1 </dev/null && fail 'it was not killed'
reads
same 'exit of the second reading alone' "$status" 7
same 'its 20 chunks are read once' "$left" "$((twice - 20))"
same 'what it says of the differences' "$(said)" "$differ"
same 'all chunks had been read' "$(entity_field "$report" event verification.resumed_chunks)" 20
sql target -c "UPDATE care.event SET note = (SELECT note FROM care.event WHERE event_id = 6)
    WHERE event_id IN (3, 14997)"

echo '== counts alone'
rm -f "$tmp/trace"
NOVATE_FAULT=extract.read:kill:9 NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
    --level counts --chunk-rows 250 --jobs 0 >/dev/null 2>&1 </dev/null && fail 'it was not killed'
reads --level counts
same 'exit of the rest of the counts' "$status" 0
[ "$(entity_field "$report" event verification.resumed_chunks)" -gt 0 ] ||
    complain 'counts are not resumed'
rm -f "$tmp/trace"
NOVATE_FAULT=extract.read:kill:9 NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
    --level counts --chunk-rows 250 --jobs 0 >/dev/null 2>&1 </dev/null && fail 'it was not killed'
reads
same 'counts are no digests' "$(entity_field "$report" event verification.resumed_chunks)" 0

echo '== figures of columns'
columns() {
    json "$report" '$.entities[0].columns'
    json "$report" '$.entities[0].codes'
}
reads --level full
same 'exit at level full' "$status" 0
figures=$(columns)
rm -f "$tmp/trace"
NOVATE_FAULT=extract.read:kill:15 NOVATE_FAULT_TRACE=$tmp/trace "$NOVATE" verify "$plan" \
    --level full --chunk-rows 250 --jobs 0 >/dev/null 2>&1 </dev/null && fail 'it was not killed'
reads --level full
same 'exit of the rest at level full' "$status" 0
[ "$(entity_field "$report" event verification.resumed_chunks)" -gt 0 ] ||
    complain 'level full is not resumed'
same 'what it says of columns and codes' "$(columns)" "$figures"

echo '== what does not fit is not used'
unused() {
    reads "${@:2}"
    same "exit after $1" "$status" 0
    same "after $1 all is read" "$left" "$whole"
}
reads
whole=$left
interrupt
sql target -c "UPDATE novate.reject SET state = 'retried' WHERE reject = (SELECT min(reject)
    FROM novate.reject WHERE by_target)" # another list of refusals
reads
same 'exit with another list of refusals' "$status" 7
same 'it is another comparison' "$(entity_field "$report" event verification.resumed_chunks)" 0
sql target -c "UPDATE novate.reject SET state = 'open' WHERE by_target"
interrupt
printf 'x' | dd of="$state" bs=1 seek=5000 conv=notrunc 2>/dev/null
unused 'a byte was altered'
interrupt
truncate -s -1 "$state"
unused 'the end is missing'
interrupt
: >"$state"
unused 'it is empty'
interrupt
unused '--restart' --restart
interrupt
status=0
novate verify "$plan" --chunk-rows 260 --jobs 0 --report "$report" || status=$?
same 'other chunks' "$status $(entity_field "$report" event verification.resumed_chunks)" '0 0'
interrupt
sed 's/note:     NOTE/note:     NOTE || NULL/' -i "$tmp/plan/event.yaml"
expect 7 verify "$plan" --chunk-rows 250 --jobs 0 --report "$report"
same 'another mapping' "$(entity_field "$report" event verification.resumed_chunks)" 0

echo '== it holds no key and no value'
sed 's/NOTE || NULL/NOTE/' -i "$tmp/plan/event.yaml"
interrupt
if grep -a -o '"[0-9A-Za-z ,.-]*"' "$state" | grep -q -F '["'; then
    complain 'a key is in it'
fi
finish
