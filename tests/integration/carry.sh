# carry.sh — staged files go to another machine: segments and manifest alone are enough there, in
# plain and encrypted; what was altered, is missing or too many on the way is named.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
unset NOVATE_KEY_FILE

rows=3000
chunk_rows=700
sqlite_events "$tmp/source.db" $rows
sqlite3 "$tmp/source.db" "UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 900 = 0"

# machine NAME: a folder with the plan, and what is at hand there of the source: nothing.
machine() {
    event_plan "$tmp/$1" "$(sqlite_source "$tmp/source.db")" target
}

# carry FROM TO: only the segments and their manifest.
carry() {
    rm -rf -- "$tmp/$2/.novate"
    mkdir -p -m 700 "$tmp/$2/.novate"
    cp -r "$tmp/$1/.novate/segments" "$tmp/$2/.novate/segments"
}

manifest() {
    echo "$tmp/$1/.novate/segments/manifest.json"
}

target() {
    database target
    event_target target
}

# What an undisturbed run gives.
target
machine whole
expect 0 run "$tmp/whole/plan.yaml" --chunk-rows $chunk_rows
wanted=$(fingerprint target 'SELECT * FROM care.event')
rejected=$(sql target -c 'SELECT count(*) FROM novate.reject')

expect 0 segments key "$tmp/key"
same 'mode of the key' "$(stat -c %a "$tmp/key")" 600
grep -q "$(tail -n 1 "$tmp/key")" "$tmp/out" "$tmp/err" && complain 'the key is shown'
expect 3 segments key "$tmp/key"
expect 0 segments key "$tmp/other-key"

# full_way NAME KEY-OPTIONS…: extract on one machine; transform and load on another; verify.
full_way() {
    local name=$1 a=$1-a b=$1-b
    shift
    target
    machine "$a"
    machine "$b"
    sed -i "s|postgres: .*|postgres: 'host=$tmp/no-such-socket connect_timeout=2'|" \
        "$tmp/$a/plan.yaml"
    expect 8 segments check "$tmp/$a/plan.yaml" "$@"
    expect 8 segments list "$tmp/$a/plan.yaml" "$@"
    expect 0 extract "$tmp/$a/plan.yaml" --chunk-rows $chunk_rows "$@"
    grep -q 'extracting without it' "$tmp/err" || complain "$name: no word of the target"
    same "$name: mode of the manifest" "$(stat -c %a "$(manifest "$a")")" 600
    same "$name: stage" "$(json "$(manifest "$a")" '$.stage')" extracted
    same "$name: rows" "$(json "$(manifest "$a")" '$.entities[0].source.rows')" $rows
    same "$name: SHA-256" "$(json "$(manifest "$a")" '$.entities[0].segments[0].sha256')" \
        "$(sha256sum "$tmp/$a/.novate/segments/event-000000.extracted" | cut -d' ' -f1)"
    expect 0 segments check "$tmp/$a/plan.yaml" "$@"
    carry "$a" "$b"
    mv "$tmp/source.db" "$tmp/out-of-reach.db"
    expect 0 segments check "$tmp/$b/plan.yaml" "$@"
    expect 0 segments list "$tmp/$b/plan.yaml" "$@"
    expect 0 transform "$tmp/$b/plan.yaml" "$@"
    grep -q 'taken over as the manifest lists' "$tmp/err" || complain "$name: it is not said"
    same "$name: stage there" "$(json "$(manifest "$b")" '$.stage')" transformed
    expect 0 segments check "$tmp/$b/plan.yaml" "$@"
    expect 0 segments list "$tmp/$b/plan.yaml" "$@"
    same "$name: segments listed" "$(grep -c staged "$tmp/out")" \
        "$(find "$tmp/$b/.novate/segments" -name 'event-*' | wc -l)"
    expect 0 load "$tmp/$b/plan.yaml" "$@"
    mv "$tmp/out-of-reach.db" "$tmp/source.db"
    expect 0 verify "$tmp/$b/plan.yaml"
    same "$name: rows loaded" "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"
    same "$name: rejects" "$(sql target -c 'SELECT count(*) FROM novate.reject')" "$rejected"
}

full_way plain
full_way sealed --key-file "$tmp/key"

# The same key from the environment; transformed segments go on to a third machine.
carry sealed-b sealed-c
machine sealed-c
target
NOVATE_KEY_FILE=$tmp/key expect 0 load "$tmp/sealed-c/plan.yaml"
same 'rows of the third' "$(fingerprint target 'SELECT * FROM care.event')" "$wanted"

# Nothing of the records, and no key of theirs, is in what is carried encrypted.
if grep -rqaE "O'Dowd|Zoë|line 21|EVENT_ID|\[\"[0-9]+\"\]" "$tmp/sealed-a/.novate/segments" \
    --include='event-*'; then
    complain 'encrypted segments show what they hold'
fi
grep -qE 'lower|upper' "$(manifest sealed-a)" && complain 'the manifest has bounds of keys'

# What only the target could tell is a problem then, with its place.
sed -i 's/^columns:/copy: ["N*"]\n&/; /^  name:/d; /^  note:/d' "$tmp/plain-a/event.yaml"
expect 2 extract "$tmp/plain-a/plan.yaml" --restart
grep -q 'event.yaml:[0-9]*:[0-9]*: "N\*" under copy: needs the target' "$tmp/err" ||
    complain "a pattern without a target: $(cat "$tmp/err")"

# Keys: none, another, one for what is plain, one that others may read.
machine bad
carry sealed-a bad
expect 3 transform "$tmp/bad/plan.yaml"
grep -q -- --key-file "$tmp/err" || complain 'no hint at --key-file'
expect 3 transform "$tmp/bad/plan.yaml" --key-file "$tmp/other-key"
grep -q 'another key' "$tmp/err" || complain 'it is not said that it is another key'
carry plain-a bad
expect 3 transform "$tmp/bad/plan.yaml" --key-file "$tmp/key"
chmod 644 "$tmp/other-key"
expect 3 extract "$tmp/bad/plan.yaml" --key-file "$tmp/other-key"
grep -q 'chmod 600' "$tmp/err" || complain 'no hint at chmod'

# broken NAME FILE WORDS: the check names the file and says what; nothing is taken over.
broken() {
    expect 3 segments check "$tmp/bad/plan.yaml" --key-file "$tmp/key"
    grep -q "^$2: .*$3" "$tmp/out" || complain "$1: $(cat "$tmp/out" "$tmp/err")"
    expect 3 transform "$tmp/bad/plan.yaml" --key-file "$tmp/key"
    same "$1: nothing is taken over" \
        "$(sqlite3 "$tmp/bad/.novate/ledger.db" 'SELECT count(*) FROM chunk')" 0
}
segments=$tmp/bad/.novate/segments

# flip FILE OFFSET: one bit.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\x$(printf %02x $((byte ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

carry sealed-a bad
flip "$segments/event-000001.extracted" 5000
broken 'an altered file' event-000001.extracted 'not the file'
carry sealed-a bad
truncate -s -1 "$segments/event-000002.extracted"
broken 'a shortened file' event-000002.extracted size
carry sealed-a bad
rm "$segments/event-000003.extracted"
broken 'a missing file' event-000003.extracted missing
carry sealed-a bad
cp "$segments/event-000000.extracted" "$segments/event-000001.extracted"
broken 'a file under another name' event-000001.extracted 'size\|not the file'
carry sealed-a bad
cp "$segments/event-000000.extracted" "$segments/event-000009.extracted"
expect 3 segments check "$tmp/bad/plan.yaml" --key-file "$tmp/key"
grep -q '^event-000009.extracted: .*not list' "$tmp/out" || complain 'an extra file is not named'
carry sealed-a bad
sed -i 's/"rows": 3000/"rows": 2999/' "$(manifest bad)"
expect 3 segments check "$tmp/bad/plan.yaml" --key-file "$tmp/key"
grep -q 'altered' "$tmp/err" || complain 'an altered manifest is not seen'
# Laid out in another way it is the same.
carry sealed-a bad
sqlite3 -batch -noheader :memory: "SELECT json(readfile('$(manifest bad)'))" >"$tmp/compact"
cp "$tmp/compact" "$(manifest bad)"
expect 0 segments check "$tmp/bad/plan.yaml" --key-file "$tmp/key"

# A mapping that has changed since is not gone on with, and the difference is shown.
sed -i 's/name:     NAME/name:     upper(NAME)/' "$tmp/bad/event.yaml"
expect 3 transform "$tmp/bad/plan.yaml" --key-file "$tmp/key"
grep -q 'upper(NAME)' "$tmp/err" || complain 'the changed line is not shown'

# No manifest claims what is not complete: it goes before the first segment is written, and what an
# earlier plan of chunks left is gone.
machine again
expect 0 extract "$tmp/again/plan.yaml" --chunk-rows 300
expect 0 extract "$tmp/again/plan.yaml" --chunk-rows 1000 --restart
expect 0 segments check "$tmp/again/plan.yaml"
before=$(sha256sum "$(manifest again)")
novate extract "$tmp/again/plan.yaml" || true
same 'the manifest of what was complete' "$(sha256sum "$(manifest again)")" "$before"
sqlite3 "$tmp/source.db" 'ALTER TABLE EVENT RENAME TO GONE; CREATE VIEW EVENT AS SELECT
    EVENT_ID, EVENT_CD, AMOUNT, NAME, BORN, SEEN, STATUS,
    CASE WHEN EVENT_ID = 6000 THEN abs(-9223372036854775808) ELSE NOTE END AS NOTE FROM GONE'
expect 4 extract "$tmp/again/plan.yaml" --chunk-rows 1000 --restart
[ ! -e "$(manifest again)" ] || complain 'a manifest speaks of segments that were begun anew'
# Whether a chunk was done before the fault is a matter of threads; without any there is nothing.
expect 4 extract "$tmp/again/plan.yaml" --chunk-rows 1000 --restart --jobs 0
expect 0 segments check "$tmp/again/plan.yaml"
grep -q 'a stage is not complete' "$tmp/out" || complain 'it is not said that a stage is left'
finish
