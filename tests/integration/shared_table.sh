# shared_table.sh — two mappings that fill one table, one of them by upsert: they may divide its
# columns or its rows; where one could overwrite what the other loads, nothing is loaded at all.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

plan=$tmp/plan/plan.yaml
# mapping ENTITY TARGET COLUMNS
mapping() {
    printf 'entity: %s\nsource: {table: %s, key: [ID]}\ntarget: {table: %s}\ncolumns: {%s}\n' \
        "$1" "${1^^}" "$2" "$3" >"$tmp/plan/$1.yaml"
}
# plan ENTITY …
plan() {
    {
        printf 'novate: 1\nmigration: shared\nsource: {odbc: "%s"}\n' \
            "$(sqlite_source "$tmp/source.db")"
        printf 'target: {postgres: "%s"}\nlimits: {rejects: 100}\n' "$(conninfo target)"
        echo "mappings: [$(printf '%s.yaml, ' "$@" | sed 's/, $//')]"
    } >"$plan"
}
rows() {
    sql target -c "SELECT string_agg(concat_ws(':', id, trust, name, sex), ' ' ORDER BY id)
        FROM care.person"
}
rejects() {
    sql target -c "SELECT string_agg(concat_ws(':', entity, class, key), ' ' ORDER BY entity, key)
        FROM novate.reject WHERE state = 'open'"
}
fresh() {
    rm -rf -- "$tmp/plan/.novate"
    database target
    sql target -c 'CREATE SCHEMA care' -c "CREATE TABLE care.person (id bigint PRIMARY KEY,
        trust text NOT NULL DEFAULT 'none', name text, sex int)"
}

mkdir -p "$tmp/plan"
sqlite3 -batch -bail "$tmp/source.db" <<'SQL'
CREATE TABLE EAST (ID integer PRIMARY KEY, NAME text, SEX int);
INSERT INTO EAST VALUES (1, 'e1', 11), (2, 'e2', 12), (3, 'e3', 13);
CREATE TABLE WEST (ID integer PRIMARY KEY, NAME text, SEX int);
INSERT INTO WEST VALUES (1, 'w1', 21), (2, 'w2', 22), (3, 'w3', 23);
CREATE TABLE NORTH (ID integer PRIMARY KEY, NAME text, SEX int);
INSERT INTO NORTH VALUES (3, 'n3', 33), (4, 'n4', 34);
SQL

# refused WHAT PLACE OTHER COLUMN [ARGUMENTS]: by check, before anything is written.
refused() {
    local command
    for command in check extract run; do
        expect 2 "$command" "$plan" "${@:5}"
        cat "$tmp/out" "$tmp/err" >"$tmp/said"
        grep -q "$2: mode \"upsert\" would overwrite what entity \"$3\" loads: both fill \"$4\"" \
            "$tmp/said" || complain "$1: $command says: $(cat "$tmp/said")"
    done
    same "$1: untouched" "$(rows)" ''
}

# --- both fill a column

fresh
upsert='care.person, key: [id], mode: upsert'
mapping east "$upsert" 'id: ID, name: NAME'
mapping west "$upsert" 'id: ID, name: NAME, sex: fit(SEX)'
plan east west
refused 'no scopes' 'east.yaml:3:[0-9]*' west name
refused 'the first alone' 'east.yaml:3:[0-9]*' west name --entity east
refused 'the second alone' 'west.yaml:3:[0-9]*' east name --entity west
mapping west 'care.person, key: [id]' 'id: ID, name: NAME, sex: fit(SEX)'
refused 'an insertion' 'east.yaml:3:[0-9]*' west name
mapping east "$upsert, scope: \"trust = 'E'\"" 'id: ID, name: NAME'
refused 'one scope' 'east.yaml:3:[0-9]*' west name
mapping west "$upsert, scope: \"trust = 'E'\"" 'id: ID, name: NAME, sex: fit(SEX)'
refused 'the same scope' 'east.yaml:3:[0-9]*' west name
# By another name of the table, with patterns, and in a row that is given.
mapping east "$upsert" 'id: ID, name: NAME'
mapping west 'person, key: [id]' 'id: ID, sex: fit(SEX)'
echo 'copy: [nam*]' >>"$tmp/plan/west.yaml"
sed -i "s|^target: .*|target: {postgres: \"$(conninfo target) options='-c search_path=care'\"}|" \
    "$plan"
refused 'another name' 'east.yaml:3:[0-9]*' west name
plan east west
printf 'entity: west\nsource: {table: WEST, key: [ID]}\ntarget: {table: %s}\n%s\n' "$upsert" \
    'emit: [{name: a, columns: {id: ID, name: NAME}},
    {name: b, columns: {id: ID + 100, name: NAME}}]' \
    >"$tmp/plan/west.yaml"
refused 'emit' 'east.yaml:3:[0-9]*' west name
refused 'emit, the first alone' 'east.yaml:3:[0-9]*' west name --entity east
# One's key is no key of the other.
mapping west 'care.person, key: [name], mode: upsert' 'id: ID, sex: fit(SEX)'
refused 'a key of one' 'east.yaml:3:[0-9]*' west id --entity east

# --- columns are divided: each row has what both say, whatever the order, and stays so

for order in 'east west' 'west east'; do
    fresh
    mapping east "$upsert" 'id: ID, name: NAME'
    mapping west "$upsert" 'id: ID, sex: fit(SEX)'
    # shellcheck disable=SC2086
    plan $order
    expect 0 check "$plan"
    expect 0 run "$plan" --jobs 2 --report "$tmp/report.json"
    same "$order: rows" "$(rows)" '1:none:e1:21 2:none:e2:22 3:none:e3:23'
    same "$order: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
    expect 0 run "$plan" --restart --report "$tmp/report.json"
    same "$order: again" "$(entity_field "$tmp/report.json" east unchanged)" 3
done
fresh
mapping east 'care.person, key: [id]' 'id: ID, name: NAME'
plan east west
expect 0 run "$plan" --jobs 2 --chunk-rows 1
same 'after an insertion' "$(rows)" '1:none:e1:21 2:none:e2:22 3:none:e3:23'

# --- rows are divided by scopes: of a key that both have the first one counts, by name

scoped() {
    mapping "$1" "$upsert, scope: \"trust = '$2'\"" "id: ID, trust: \"'$2'\", name: NAME"
}
for jobs in 1 2; do
    fresh
    scoped east E
    scoped north N
    plan east north
    expect 0 check "$plan"
    expect 0 run "$plan" --jobs $jobs --report "$tmp/report.json"
    same "scopes, $jobs: rows" "$(rows)" '1:E:e1 2:E:e2 3:E:e3 4:N:n4'
    same "scopes, $jobs: rejects" "$(rejects)" 'north:UNIQUE:["3"]'
    same "scopes, $jobs: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
    # The other way round, what is there stays, too.
    expect 0 run "$plan" --entity east --restart
    same "scopes, $jobs: again" "$(rows)" '1:E:e1 2:E:e2 3:E:e3 4:N:n4'
    sqlite3 "$tmp/source.db" "INSERT INTO EAST VALUES (4, 'e4', 14)"
    expect 0 run "$plan" --entity east --restart
    same "scopes, $jobs: back" "$(rejects)" 'east:UNIQUE:["4"] north:UNIQUE:["3"]'
    expect 0 rejects retry "$plan"
    same "scopes, $jobs: retried" "$(rows)|$(rejects)" \
        '1:E:e1 2:E:e2 3:E:e3 4:N:n4|east:UNIQUE:["4"] north:UNIQUE:["3"]'
    sqlite3 "$tmp/source.db" 'DELETE FROM EAST WHERE ID = 4'
done
finish
