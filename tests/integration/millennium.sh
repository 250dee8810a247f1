# millennium.sh — the shipped mappings carry a small Millennium with every quirk into the platform:
# each count, filter, reject, note and repair of the report is as expected, telling values are in
# the target, and verification finds every row again. Their plan passes the check, examples and all.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver for SQLite'
mappings=$source_root/mappings
cases=$source_root/tests/integration/millennium

sqlite3 -batch -bail "$tmp/millennium.db" <"$cases/tables.sql"
sqlite3 -batch -bail "$tmp/millennium.db" <"$cases/rows.sql"
database target
sql target -1 -f "$mappings/platform/schema.sql"
settings=(--work "$tmp/work" --set "millennium=$(sqlite_source "$tmp/millennium.db")"
    --set "platform=$(conninfo target)" --set "as_of=TIMESTAMP '2008-07-01'" --set rejects=100%)

# compare WHAT FILE: what stands in a file must be what a file of the cases says.
compare() {
    diff "$cases/$2" "$tmp/$2" >"$tmp/diff" || {
        cat "$tmp/diff"
        complain "$1: wanted (<) and got (>)"
    }
}

# 1. Without either side there is nothing to warn of; with both, all examples pass, and of the
#    source its circle of merges is said, and how queries are read: they have no index of their own.
expect 0 check "$mappings/millennium/plan.yaml" --offline "${settings[@]}"
grep -qE 'warning|error' "$tmp/err" && complain "the check offline says: $(cat "$tmp/err")"
expect 0 check "$mappings/millennium/plan.yaml" "${settings[@]}"
grep -qE '^examples: [0-9]+ passed$' "$tmp/out" || complain "$(grep '^examples' "$tmp/out")"
same warnings "$(grep -h 'warning: ' "$tmp/out" "$tmp/err" | sed 's/.*warning: //' | sort -u)" \
    '2 entries of lookup "survivor" run in a circle
no index is known to serve the key: planning and each chunk are scans
no key to read by: one scan, which cannot be resumed within, nor be gentle'

# 2. Every mapping is in the plan, and has examples.
same mappings "$(cd "$mappings/millennium" && printf '%s\n' *.yaml | grep -vx plan.yaml)" \
    "$(sed -n 's/^  - \([a-z_]*\.yaml\)$/\1/p' "$mappings/millennium/plan.yaml" | sort)"
same 'without examples' "$(cd "$mappings/millennium" && grep -L '^examples:' ./*.yaml |
    grep -vx ./plan.yaml)" ''

# 3. Each filter, reject, note and repair has its name in the README.
names() {
    cat "$mappings/millennium"/*.yaml "$mappings/millennium/common"/*.yaml | tr '\n' ' ' |
        grep -oE "\b($1)\( *'[^']+'" | sed "s/.*'\(.*\)'/\1/" | sort -u
}
{
    names 'reject|note|repair'
    sed -n '/^filters:/,/^[a-z]/s/^  \([a-z_]*\): .*/\1/p' "$mappings/millennium"/*.yaml \
        "$mappings/millennium/common"/*.yaml
} | sort -u >"$tmp/names"
while IFS= read -r name; do
    grep -qF "\`$name\`" "$mappings/millennium/README.md" || complain "no word of \"$name\""
done <"$tmp/names"

# 4. What became of every record.
expect 0 run "$mappings/millennium/plan.yaml" "${settings[@]}" --report "$tmp/report.json"
same verdict "$(json "$tmp/report.json" '$.verdict')" verified
sqlite3 -batch >"$tmp/counts.txt" <<SQL
CREATE TEMP TABLE entity AS SELECT key AS number, value FROM
    json_each(readfile('$tmp/report.json'), '\$.entities');
SELECT line FROM (
    SELECT number, 0 AS kind, '' AS name, printf('%s: %d records, %d loaded, %d merged',
        value ->> 'entity', value ->> 'source_rows', value ->> 'loaded', value ->> 'merged') AS line
    FROM entity
    UNION ALL SELECT number, 1, t.key, printf('  filtered  %s: %d', t.key, t.value)
    FROM entity, json_each(entity.value, '\$.identity.filtered') t
    UNION ALL SELECT number, 2, t.key, printf('  rejected  %s: %d', t.key, t.value)
    FROM entity, json_each(entity.value, '\$.identity.rejected') t
    UNION ALL SELECT number, 3, t.key, printf('  noted     %s: %d', t.key, t.value)
    FROM entity, json_each(entity.value, '\$.notes') t
    UNION ALL SELECT number, 4, t.key, printf('  repaired  %s: %d', t.key, t.value ->> 'count')
    FROM entity, json_each(entity.value, '\$.repaired') t)
ORDER BY number, kind, name;
SQL
compare 'what became of the records' counts.txt

# 5. By which lookup, check and constraint.
expect 0 rejects list "$mappings/millennium/plan.yaml" "${settings[@]}" --limit 0
awk '{ print $2, $4 }' "$tmp/out" | sort >"$tmp/rejects.txt"
compare rejects rejects.txt

# 6. What the platform has.
sql target -f "$cases/values.sql" >"$tmp/values.txt"
compare values values.txt

# 7. Of a database that keeps local time a day of birth is what it says.
sqlite3 -batch -bail "$tmp/millennium.db" "DELETE FROM PERSON WHERE PERSON_ID <> 1003"
expect 0 preview "$mappings/millennium/plan.yaml" --entity person "${settings[@]}" \
    --set database_time=Europe/London
same 'born in local time' "$(awk '$1 == "birth_date" { print $2 }' "$tmp/out")" 1945-07-09
finish
