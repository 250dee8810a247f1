# staged_equals_run.sh — extract, transform and load one after the other give the same as run: the
# same rows, digests, rejects and counts; and so does every number of jobs and every size of chunk.
# labels: sanitized threads
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

sqlite_events "$tmp/source.db" 3000
# A lookup that finds nothing, and a text that is too long for the server's own check.
sqlite3 "$tmp/source.db" "UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID % 900 = 0;
    UPDATE EVENT SET EVENT_CD = -1 WHERE EVENT_ID = 3333"

make() {
    database "$1"
    event_target "$1"
    sql "$1" -c 'ALTER TABLE care.event ADD CHECK (code > 0)'
    event_plan "$tmp/$1" "$(sqlite_source "$tmp/source.db")" "$1"
}

rejects_of() {
    sql "$1" -c 'SELECT entity, key, class, column_name, name FROM novate.reject ORDER BY key::text'
}

make one
expect 0 run "$tmp/one/plan.yaml" --report "$tmp/one.json" --chunk-rows 700
wanted=$(fingerprint one 'SELECT * FROM care.event')
same 'rows loaded' "$(sql one -c 'SELECT count(*) FROM care.event')" 2989
same 'rejects' "$(rejects_of one | wc -l)" 11
same 'rejected in the report' "$(entity_field "$tmp/one.json" event rejected)" 11
same 'loaded in the report' "$(entity_field "$tmp/one.json" event loaded)" 2989
same 'verdict' "$(json "$tmp/one.json" '$.verdict')" verified
same 'both digests' "$(entity_field "$tmp/one.json" event source_digest)" \
    "$(entity_field "$tmp/one.json" event target_digest)"

make staged
expect 0 extract "$tmp/staged/plan.yaml" --chunk-rows 700
expect 0 transform "$tmp/staged/plan.yaml"
expect 0 load "$tmp/staged/plan.yaml"
expect 0 verify "$tmp/staged/plan.yaml" --report "$tmp/staged.json"
same 'rows of the stages' "$(fingerprint staged 'SELECT * FROM care.event')" "$wanted"
same 'rejects of the stages' "$(rejects_of staged)" "$(rejects_of one)"
for field in source_rows rejected loaded filtered source_digest target_digest verdict; do
    same "$field of the stages" "$(entity_field "$tmp/staged.json" event "$field")" \
        "$(entity_field "$tmp/one.json" event "$field")"
done

for variant in '--jobs 0' '--jobs 2 --chunk-rows 100' '--jobs 4 --chunk-rows 7'; do
    make other
    # shellcheck disable=SC2086 # options are words
    expect 0 run "$tmp/other/plan.yaml" --report "$tmp/other.json" $variant
    same "rows with $variant" "$(fingerprint other 'SELECT * FROM care.event')" "$wanted"
    same "rejects with $variant" "$(rejects_of other)" "$(rejects_of one)"
    same "digest with $variant" "$(entity_field "$tmp/other.json" event target_digest)" \
        "$(entity_field "$tmp/one.json" event target_digest)"
    rm -rf -- "$tmp/other"
done
finish
