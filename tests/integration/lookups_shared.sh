# lookups_shared.sh — lookups that are the same are described and read once, whoever asks them and
# under whatever name, by what the source was asked; those that differ in anything have their own
# entries; what misses and what is said stays each entity's; what waits for other entities is never
# shared; queries are not counted before they are read.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
# shellcheck source=../support/asked.sh
. "$(dirname "$0")/../support/asked.sh"

# Two sources with tables of the same names, and other words for the same codes.
tables() {
    cat <<SQL
CREATE TABLE RECORD (ID int NOT NULL PRIMARY KEY, CODE int, TYPED varchar(10));
CREATE TABLE CODE_VALUE (CODE_VALUE int NOT NULL PRIMARY KEY, CODE_SET int, DISPLAY varchar(20),
    MEANING varchar(20));
CREATE TABLE MERGES (FROM_ID int NOT NULL, TO_ID int);
INSERT INTO CODE_VALUE VALUES (1, 57, '$1 male', 'M'), (2, 57, '$1 female', NULL),
    (3, 58, '$1 widowed', 'W');
INSERT INTO MERGES VALUES (1, 2), (2, 3), (8, 9), (9, 8);
INSERT INTO RECORD VALUES (1, 1, '01'), (2, 2, '2'), (3, 3, '3'), (4, 4, '4'), (5, 5, '5'),
    (6, 1, '1'), (7, NULL, NULL);
SQL
}
tables old | maria_own old
tables new | sqlite3 -batch -bail "$tmp/new.db"

mkdir -p "$tmp/plan/a" "$tmp/plan/b"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: shared
sources:
  old: {odbc: "$own_source"}
  new: {odbc: "$(sqlite_source "$tmp/new.db")"}
target: {postgres: "$(conninfo target)"}
mappings: [none.yaml, one.yaml, two.yaml]
YAML
# What all include; the first of them asks none of it.
cat >"$tmp/plan/codes.yaml" <<'YAML'
lookups:
  code: {in: old, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE", from: CODE_VALUE,
         to: [DISPLAY, MEANING], missing: null}
  merged: {in: old, query: "SELECT FROM_ID, TO_ID FROM MERGES", from: FROM_ID, to: TO_ID,
           chase: true, missing: keep}
  nothing: {in: old, query: "SELECT CODE_VALUE, DISPLAY FROM CODE_VALUE WHERE CODE_SET = 99",
            from: CODE_VALUE, to: DISPLAY, missing: {default: none}}
  number: {target: ref.number, from: code, to: number, missing: null}
YAML
# The same words in two folders, and other files.
for folder in a b; do
    printf 'id,name\n1,%s\n' "$folder" >"$tmp/plan/$folder/place.csv"
    cat >"$tmp/plan/$folder/place.yaml" <<'YAML'
lookups:
  place: {file: place.csv, columns: {id: integer}, from: id, to: name, missing: null}
YAML
done
cat >"$tmp/plan/none.yaml" <<'YAML'
entity: none
include: [codes.yaml]
source: {in: old, table: RECORD, key: [ID]}
target: {table: none, key: [id]}
columns: {id: ID}
YAML
cat >"$tmp/plan/one.yaml" <<'YAML'
entity: one
include: [codes.yaml, a/place.yaml]
source: {in: old, table: RECORD, key: [ID]}
target: {table: one, key: [id]}
lookups:
  sex: {in: old, table: CODE_VALUE, where: "CODE_SET = 57", from: CODE_VALUE, to: DISPLAY,
        missing: null}
  status: {in: old, table: CODE_VALUE, where: "CODE_SET = 58", from: CODE_VALUE, to: DISPLAY,
           missing: null}
  meaning: {in: old, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE", from: CODE_VALUE,
            to: MEANING, missing: null}
  back: {in: old, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE", from: DISPLAY,
         to: CODE_VALUE, missing: null}
  step: {in: old, query: "SELECT FROM_ID, TO_ID FROM MERGES", from: FROM_ID, to: TO_ID,
         missing: keep}
  large: {target: ref.number, where: "number > 10", from: code, to: number, missing: null}
columns:
  id: ID
  code: concat_ws('/', lookup('code', CODE), lookup('code', CODE, 'MEANING'))
  other: concat_ws('/', lookup('sex', CODE), lookup('status', CODE))
  meaning: concat_ws('/', lookup('meaning', CODE), lookup('back', lookup('code', CODE)))
  merged: concat_ws('/', lookup('merged', CODE), lookup('step', CODE))
  rest: concat_ws('/', lookup('nothing', CODE), lookup('place', CODE), lookup('number', CODE),
    lookup('large', CODE))
YAML
cat >"$tmp/plan/two.yaml" <<'YAML'
entity: two
include: [codes.yaml, b/place.yaml]
source: {in: old, table: RECORD, key: [ID]}
target: {table: two, key: [id]}
lookups:
  again: {in: old, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE", from: CODE_VALUE,
          to: [DISPLAY, MEANING], missing: {default: unknown}}
  gender: {in: old, table: CODE_VALUE, where: "CODE_SET = 57", from: CODE_VALUE, to: DISPLAY,
           missing: {default: no sex}}
  elsewhere: {in: new, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE",
              from: CODE_VALUE, to: [DISPLAY, MEANING], missing: null}
  typed: {in: old, query: "SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE", from: CODE_VALUE,
          to: [DISPLAY, MEANING], missing: {default: not typed}}
columns:
  id: ID
  code: concat_ws('/', lookup('again', CODE), lookup('code', CODE, 'MEANING'))
  other: concat_ws('/', lookup('gender', CODE), lookup('elsewhere', CODE))
  meaning: lookup('typed', TYPED)
  merged: lookup('merged', CODE)
  rest: concat_ws('/', lookup('nothing', CODE), lookup('place', CODE), lookup('number', CODE))
YAML
fresh() {
    database target
    sql target -c 'CREATE SCHEMA ref' -c 'CREATE TABLE none (id int PRIMARY KEY)' \
        -c 'CREATE TABLE one (id int PRIMARY KEY, code text, other text, meaning text, merged text,
            rest text)' \
        -c 'CREATE TABLE two (LIKE one INCLUDING ALL)' \
        -c 'CREATE TABLE ref.number (code int, number int)' \
        -c 'INSERT INTO ref.number VALUES (1, 10), (2, 20)'
}

# times WHAT WANTED PATTERN: so many statements are that.
times() {
    same "$1" "$(grep -cE "$3" "$tmp/asked" || true)" "$2"
}
# Who takes other columns of a query reads it again, as does who compares texts and no numbers.
gently() {
    local codes='FROM \(SELECT CODE_VALUE, DISPLAY, MEANING FROM CODE_VALUE ?\)'
    local some='(.CODE_VALUE., .MEANING.|.DISPLAY., .CODE_VALUE.)'
    local merges='FROM \(SELECT FROM_ID, TO_ID FROM MERGES ?\)'
    times "$1: codes by numbers and by texts" 2 "^SELECT .CODE_VALUE., .DISPLAY., .MEANING. $codes"
    times "$1: other columns of the codes" 2 "^SELECT $some $codes"
    times "$1: chains and steps" 2 "^SELECT .FROM_ID., .TO_ID. $merges"
    times "$1: an empty query" 1 '^SELECT .CODE_VALUE., .DISPLAY. FROM \(.*CODE_SET = 99'
    times "$1: a table by one condition" 1 '^SELECT .CODE_VALUE., .DISPLAY. FROM .*CODE_SET = 57'
    times "$1: a table by another" 1 '^SELECT .CODE_VALUE., .DISPLAY. FROM .*CODE_SET = 58'
    times "$1: counts of a query" 0 'COUNT.* FROM \(SELECT'
    # Each of them is described when mappings are compiled and when it is read.
    times "$1: columns of the codes" 7 "^SELECT \* $codes"
    times "$1: columns of the table" 2 '^SELECT \* FROM .*CODE_VALUE.*CODE_SET = 57'
}
right() {
    same "$1: one" "$(sql target -c 'SELECT * FROM one ORDER BY id')" \
        '1|old male/M|old male|M/1|3/2|none/a/10
2|old female|old female|2|3/3|none/20/20
3|old widowed/W|old widowed|W/3|3/3|none
4||||4/4|none
5||||5/5|none
6|old male/M|old male|M/1|3/2|none/a/10
7|||||'
    same "$1: two" "$(sql target -c 'SELECT * FROM two ORDER BY id')" \
        '1|old male/M|old male/new male|not typed|3|none/b/10
2|old female|old female/new female|old female|3|none/20
3|old widowed/W|no sex/new widowed|old widowed|3|none
4|unknown|no sex|not typed|4|none
5|unknown|no sex|not typed|5|none
6|old male/M|old male/new male|old male|3|none/b/10
7|||||'
    same "$1: verdict" "$(json "$tmp/report.json" '$.verdict')" verified
}

for store in memory disk; do
    [ "$store" = memory ] ||
        sed -i '/^  [a-z]*: *{/s/{/{store: disk, /' "$tmp/plan/"{one,two,codes,*/place}.yaml
    fresh
    asked check "$tmp/plan/plan.yaml" --work "$tmp/$store"
    gently "check ($store)"
    same 'circles are said once' "$(grep -c 'run in a circle' "$tmp/err")" 1
    same 'codes that are kept' "$(grep -cE "^  lookup code: 3 entries, [0-9.]+ [kM]B, .. $store$" \
        "$tmp/out")" 1
    same 'places that are kept' "$(grep -cE "^  lookup place: 1 entry, [0-9.]+ [kM]B, .. $store$" \
        "$tmp/out")" 2
    for line in '  lookup code: 3 entries, those of lookup code of entity none' \
        '  lookup merged: 4 entries, those of lookup merged of entity none' \
        '  lookup number: 2 entries, those of lookup number of entity none' \
        '  lookup again: 3 entries, those of lookup code of entity none' \
        '  lookup gender: 2 entries, those of lookup sex of entity one'; do
        grep -qxF -- "$line" "$tmp/out" || complain "check does not say: $line"
    done
    # one has 4 and 5 without a code, and the widow without a sex; two misses them elsewhere, too.
    for line in 'code: 2 codes in 2' 'sex: 3 codes in 3' 'status: 4 codes in 5' \
        'again: 2 codes in 2' 'gender: 3 codes in 3' 'elsewhere: 2 codes in 2' \
        'typed: 3 codes in 3'; do
        same "misses of $line" "$(grep -c "^  lookup $line records without an entry " "$tmp/out")" \
            "$(case $line in code:*) echo 2 ;; *) echo 1 ;; esac)"
    done

    asked run "$tmp/plan/plan.yaml" --work "$tmp/$store" --jobs 3 --report "$tmp/report.json"
    gently "run ($store)"
    same 'circles are said once' "$(grep -c 'run in a circle' "$tmp/err")" 1
    right "run ($store)"
    expect 0 verify "$tmp/plan/plan.yaml" --work "$tmp/$store" --jobs 3 --level full \
        --cross-check 7 --report "$tmp/report.json"
    right "verify ($store)"
done

# Entities that include a large table of codes need memory for one.
sqlite3 -batch -bail "$tmp/large.db" <<'SQL'
CREATE TABLE LARGE (ID int NOT NULL PRIMARY KEY, NAME varchar(40));
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
INSERT INTO LARGE SELECT i, 'the name of number ' || i FROM n;
CREATE TABLE RECORD (ID int NOT NULL PRIMARY KEY);
INSERT INTO RECORD VALUES (1), (200000);
SQL
mkdir "$tmp/large"
cat >"$tmp/large/plan.yaml" <<YAML
novate: 1
migration: large
source: {odbc: "$(sqlite_source "$tmp/large.db")"}
target: {postgres: "$(conninfo target)"}
limits: {memory_mb: 64}
mappings: [e1.yaml, e2.yaml, e3.yaml, e4.yaml, e5.yaml, e6.yaml]
YAML
echo 'lookups: {large: {table: LARGE, from: ID, to: NAME}}' >"$tmp/large/large.yaml"
fresh
for i in 1 2 3 4 5 6; do
    sql target -c "CREATE TABLE e$i (id bigint PRIMARY KEY, name text)"
    cat >"$tmp/large/e$i.yaml" <<YAML
entity: e$i
include: [large.yaml]
source: {table: RECORD, key: [ID]}
target: {table: e$i, key: [id]}
columns: {id: ID, name: "lookup('large', ID)"}
YAML
done
expect 0 run "$tmp/large/plan.yaml"
same 'the last of them' "$(sql target -c 'SELECT * FROM e6 ORDER BY id')" '1|the name of number 1
200000|the name of number 200000'

# What waits for other entities is read when these are loaded, each time: there is more then.
mkdir "$tmp/late"
printf 'NAME\na\nb\n' >"$tmp/late/parent.csv"
printf 'NAME\nc\n' >"$tmp/late/more.csv"
printf 'ID,NAME\n1,a\n2,b\n3,c\n' >"$tmp/late/child.csv"
cat >"$tmp/late/plan.yaml" <<YAML
novate: 1
migration: late
source: {csv: .}
target: {postgres: "$(conninfo target)"}
mappings: [early.yaml, parent.yaml, child.yaml, more.yaml, last.yaml]
YAML
echo 'lookups: {parent: {target: parent, from: name, to: id, missing: null}}' >"$tmp/late/l.yaml"
for name in parent more; do
    cat >"$tmp/late/$name.yaml" <<YAML
entity: $name
source: {file: $name.csv, key: [NAME]}
target: {table: parent, key: [name], scope: "(name = 'c') = ('$name' = 'more')"}
columns: {name: NAME}
YAML
done
for name in early child last; do
    cat >"$tmp/late/$name.yaml" <<YAML
entity: $name
include: [l.yaml]
source: {file: child.csv, key: [ID], columns: {ID: integer}}
target: {table: $name, key: [id]}
columns: {id: ID, parent: "lookup('parent', NAME)"}
YAML
done
late() {
    fresh
    sql target -c 'CREATE TABLE parent (id int GENERATED BY DEFAULT AS IDENTITY,
        name text PRIMARY KEY)'
    for name in early child last; do
        sql target -c "CREATE TABLE $name (id int PRIMARY KEY, parent int)"
    done
}
for jobs in 0 3; do
    late
    expect 0 run "$tmp/late/plan.yaml" --work "$tmp/late-$jobs" --jobs "$jobs" --no-verify
    same "$jobs jobs: before all" "$(sql target -c 'SELECT count(parent) FROM early')" 0
    same "$jobs jobs: after the first" "$(sql target -c 'SELECT count(parent) FROM child')" 2
    same "$jobs jobs: after both" "$(sql target -c 'SELECT count(parent) FROM last')" 3
done
finish
