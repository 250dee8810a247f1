# ledger_reference.sh — what load/README.md says of the schema `novate` is so: every table and
# column with its type, none that is not there, and questions that have answers.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
page=$source_root/load/README.md

sqlite_events "$tmp/source.db" 300
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 77 WHERE EVENT_ID IN (30, 60, 90)'
database target
event_target target
sql target -c 'CREATE INDEX event_code ON care.event (code)'
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
sed -i -e 's/^  key: \[event_id\]$/&\n  defer: [indexes]/' \
    -e 's/^columns:/filters: {some: EVENT_ID > 9}\n&/' "$tmp/plan/event.yaml"
expect 0 run "$plan"

# The page as TABLE.COLUMN TYPE, NULL.
awk -F'|' '/^#### `novate\./ { split($0, part, "`"); table = part[2]; next }
    /^#/ { table = "" }
    table != "" && /^\| `/ {
        gsub(/[ `]/, "", $2)
        sub(/^ /, "", $3); sub(/ $/, "", $3)
        print table "." $2 " " $3
    }' "$page" | sort >"$tmp/page"
sql target -c "SELECT 'novate.' || c.relname || '.' || a.attname || ' '
        || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN '' ELSE ', null' END
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    AND NOT a.attisdropped WHERE c.relnamespace = 'novate'::regnamespace
    AND c.relkind IN ('r', 'p', 'v', 'm')" | sort >"$tmp/catalogue"
[ "$(wc -l <"$tmp/catalogue")" -gt 80 ] || complain 'the ledger has hardly any column'
diff "$tmp/catalogue" "$tmp/page" >"$tmp/diff" ||
    complain "the ledger (<) is not what load/README.md says (>): $(cat "$tmp/diff")"

# States, kinds and the like that a constraint lists are named.
sql target -c "SELECT DISTINCT m[1] FROM pg_constraint k,
    regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''::text', 'g') m
    WHERE k.connamespace = 'novate'::regnamespace AND k.contype = 'c'" |
    while read -r word; do
        grep -qF "\`$word\`" "$page" || echo "$word"
    done >"$tmp/unnamed"
[ ! -s "$tmp/unnamed" ] || complain "load/README.md does not name $(tr '\n' ' ' <"$tmp/unnamed")"

# Something to ask about: differences, a reject that was closed, one that was retried, an index
# that is still off.
sql target -c "UPDATE care.event SET name = 'x' WHERE event_id = 12" \
    -c 'DELETE FROM care.event WHERE event_id = 15'
expect 7 verify "$plan"
expect 0 rejects close "$plan" 1 --why 'test patient' --who somebody
sqlite3 "$tmp/source.db" 'UPDATE EVENT SET STATUS = 1 WHERE EVENT_ID = 60'
novate rejects retry "$plan" 2 || true
sql target -c "UPDATE novate.deferred SET state = 'dropped', message = 'it was in the way'"

awk -v folder="$tmp" '/^```sql/ { file = sprintf("%s/question%02d.sql", folder, ++count); next }
    /^```/ { file = "" }
    file != "" { print >file }' "$page"
for question in "$tmp"/question*.sql; do
    sql target -f "$question" >"$tmp/answer" 2>&1 ||
        complain "$(cat "$question") is refused: $(cat "$tmp/answer")"
    [ -s "$tmp/answer" ] || complain "$(cat "$question") has no answer"
done
# answer WORDS LINES: the question with these words has exactly this answer.
answer() {
    local got
    got=$(sql target -f "$(grep -lF -- "$1" "$tmp"/question*.sql)")
    same "$1" "$got" "$2"
}
answer 'How far is it?' 'events|event|1|1|300|295|2'
answer 'What differs, after the last' 'event|not_equal|["12"]|["name"]
event|missing_target|["15"]|[]'
answer 'Which columns differ most?' '2|event|name|1'
same 'open rejects by class' "$(sql target -f "$(grep -lF 'How many rejects are open' \
    "$tmp"/question*.sql)" | cut -d'|' -f1-7)" 'events|event|LOOKUP|status|status|1|0'
same 'closed rejects' "$(sql target -f "$(grep -lF 'Who decided that' "$tmp"/question*.sql)" |
    cut -d'|' -f2-6)" 'somebody|test patient|event|["30"]|LOOKUP'
answer 'Where did the records go?' 'events|event|300|0|295|3|2|0'
answer 'How many records did each filter' 'events|event|filter|some|3'
answer 'What is still missing' 'events|index|care.event|event_code|dropped|it was in the way'
finish
