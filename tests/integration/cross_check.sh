# cross_check.sh — the target's server computes records as well: it agrees on values of every kind,
# on filters, errors and checks; where it does not, the record and the column are named, and no
# value; what it cannot compute is said.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

database target
sql target <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.person (
    person_id bigint PRIMARY KEY, nhs text, family varchar(20) NOT NULL, code char(4),
    sex text, ward text, place text, gp text, born date, seen timestamp, seen_utc timestamptz,
    today date, age int, weight numeric(6,2), ratio double precision, active boolean,
    extra jsonb, tags text[], id uuid, half int, odd text, short varchar(5), dose numeric(5,1),
    late text, untold text, bed text);
CREATE TABLE care.gp (practice int, name text);
INSERT INTO care.gp SELECT n, 'Surgery ' || n FROM generate_series(0, 8) n;
SQL

# The kinds of values that have an edge, and records that filters, columns and checks refuse.
people() {
    echo 'id,name,nhs,sex,ward,born,seen,kilos,flag,note'
    awk 'BEGIN {
        split("Abbott|O'\''Dowd|Zoë|Łukasz|李小龍|back\\slash|  blanks  |a \"\"b\"\"|" \
            "Bartholomew-Featherstone", n, "|")
        for (i = 1; i <= 300; i++)
            printf "%d,\"%s %d\",943476591%d,%s,W%d,%s,2024-%02d-%02d %02d:30:00,%s,%s,%s\n", i,
                n[i % 9 + 1], i, i % 10, i % 5, i % 7, i % 13 ? sprintf("19%02d-0%d-1%d", i % 100,
                1 + i % 9, i % 10) : "unknown", 1 + i % 12, 1 + i % 28, i % 24,
                i % 17 ? sprintf("%d.%d", i % 90, i % 6 ? i % 10 : i % 100) : "",
                i % 2 ? "true" : "false", i % 4 ? "\"line, " i "\"" : ""
    }'
}
mkdir -p "$tmp/plan/csv" "$tmp/plan/codes"
people >"$tmp/plan/csv/people.csv"
printf 'code,name,short\n0,unknown,U\n1,male,M\n2,female,F\n3,,\n' >"$tmp/plan/codes/sex.csv"
printf 'ward,name\nW0,Nightingale\nW1,Seacole\nW2,Cavell\n' >"$tmp/plan/codes/ward.csv"
printf '%s\n' 'ward,begins,ends,name' 'W0,,2024-03-01,A' 'W0,2024-03-01,2024-06-05,B' \
    'W0,2024-06-05,,C' 'W1,2024-02-02,,D' >"$tmp/plan/codes/bed.csv"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: crossed
source: {csv: csv, timezone: Europe/London}
target:
  postgres: "$(conninfo target)"
mappings: [person.yaml]
limits: {rejects: 1000}
YAML
cat >"$tmp/plan/person.yaml" <<YAML
entity: person
source:
  file: people.csv
  key: [id]
  columns: {id: bigint, sex: integer, seen: timestamp, kilos: numeric, flag: boolean,
    note: varchar(40)}
target: {table: care.person, key: [person_id]}
lookups:
  sex:   {file: codes/sex.csv, from: code, to: [name, short], missing: reject}
  ward:  {file: codes/ward.csv, from: ward, to: name, missing: null}
  place: {file: codes/ward.csv, from: ward, to: name, missing: keep}
  bed:   {file: codes/bed.csv, columns: {begins: date, ends: date}, from: ward, to: name,
          valid_at: [begins, ends], missing: null}
  gp:    {target: care.gp, from: practice, to: name, missing: {default: none}}
filters:
  not_ten: id % 10 <> 0
  letters: lower(note) <> 'x' IS NOT FALSE
  guarded: 100 / (id % 10) > 11 -- nine is left out
columns:
  person_id: id
  nhs:       try(nhs_number(nhs))
  family:    fit(upper(trim(name)))
  code:      "'C' || (id % 100)::text"
  sex:       lookup('sex', sex)
  ward:      lookup('ward', upper(ward))
  place:     repair('place', lookup('place', ward))
  gp:        note('gp', lookup('gp', id % 11))
  born:      try(CAST(born AS date))
  seen:      seen
  seen_utc:  seen AT TIME ZONE 'Europe/London'
  today:     current_date
  age:       CASE WHEN id % 3 = 0 THEN 90 ELSE extract(year FROM seen)::int END
  weight:    kilos
  ratio:     kilos::double precision / (id % 28)
  active:    flag
  extra:     "'{\"b\":' || id || ', \"a\": \"x\"}'"
  tags:      "'{' || ward || ',b}'"
  id:        "md5(name)::uuid"
  half:      id / 2
  odd:       reverse(note)
  short:     truncate(name)
  dose:      fit(kilos)
  late:      try(CAST(left(born, 4) AS integer), -1)::text
  untold:    "CASE WHEN id % 50 = 33 THEN reject('odd ones') ELSE left(ward, 1) END"
  bed:       lookup('bed', ward, valid_at(seen))
checks:
  light: weight < 80
  known: nhs IS NULL OR length(nhs) = 10
YAML
# cross FIELD: of the entity's cross-check in the report.
cross() {
    entity_field "$tmp/report.json" person "cross_check.$1"
}

expect 0 run "$tmp/plan/plan.yaml" --cross-check 10000 --report "$tmp/report.json" \
    --report "$tmp/report.txt" --report "$tmp/report.html"
same 'records asked for' "$(cross asked)" 10000
same 'records that were picked' "$(cross records)" 300
same 'records that are equal' "$(cross equal)" 300
same 'records that differ' "$(cross different)" 0
same 'columns' "$(cross columns)" 24
unchecked() {
    sqlite3 -batch -noheader :memory: "SELECT json_extract(value, '\$.column') || ': ' ||
        json_extract(value, '\$.reason') FROM json_each('$(cross not_checked | sed "s/'/''/g")')"
}
same 'what is not cross-checked' "$(unchecked)" "nhs: nhs_number() is novate's own
late: try() is novate's own
check known: it reads column \"nhs\", which is not cross-checked"

unchanged() {
    fingerprint target 'SELECT relname, relkind FROM pg_class WHERE relname !~ $$^pg_toast$$'
}
grep -q 'cross-check of person: 300 records, 24 columns: 300 equal, 0 different; not' "$tmp/out" ||
    complain "the summary does not say it: $(cat "$tmp/out")"
grep -q "300 records, 24 columns, computed by the target's server as well: 300 equal, 0 diff" \
    "$tmp/report.txt" || complain 'the text does not say it'
grep -q '<h4>Cross-check</h4>' "$tmp/report.html" || complain 'the page does not say it'

# Some of the records are the same ones, however they are read; and nothing is left behind.
before=$(unchanged)
expect 0 verify "$tmp/plan/plan.yaml" --cross-check 40 --report "$tmp/report.json"
same 'records that were picked of more' "$(cross records)" 40
same 'records that are equal of more' "$(cross equal)" 40
same 'what is in the target afterwards' "$(unchanged)" "$before"
expect 0 verify "$tmp/plan/plan.yaml" --report "$tmp/report.json"
same 'a cross-check that nobody asked for' "$(cross asked)" ''

# A server that computes otherwise: named by key and column, hidden unless it is asked for.
differs() {
    expect 7 verify "$tmp/plan/plan.yaml" --cross-check 300 --report "$tmp/report.json" "$@"
    grep -q "the target's server computes records otherwise" "$tmp/err" ||
        complain "the error is another one: $(cat "$tmp/err")"
    grep -q '^differences: the target.s server does not agree with the mapping$' "$tmp/out" ||
        complain "the verdict is another one: $(cat "$tmp/out")"
    same 'verdict' "$(entity_field "$tmp/report.json" person verdict)" differences
    same 'rows that differ' "$(entity_field "$tmp/report.json" person not_equal)" 0
}
sql target -c "CREATE FUNCTION public.reverse(varchar) RETURNS text LANGUAGE sql
    AS \$\$ SELECT pg_catalog.reverse(\$1::text) ||
        CASE WHEN \$1 ~ '(11|12)\$' THEN '?' ELSE '' END \$\$"
differs --show-keys
same 'records that differ' "$(cross different)" "$(cross differences | grep -o '"key"' | wc -l)"
same 'columns that differ' "$(cross 'differences[0].column')$(cross 'differences[1].column')" oddodd
same 'their keys' "$(sqlite3 -batch -noheader :memory: "SELECT group_concat(k, ' ') FROM (SELECT
    json_extract(value, '\$.key[0]') k FROM json_each('$(cross differences)') ORDER BY 1 + k)")" \
    "$(sql target -c "SELECT string_agg(person_id::text, ' ' ORDER BY person_id) FROM care.person
        WHERE odd ~ '^(11|21)'")"
differs
grep -q '"key":"#' "$tmp/report.json" || complain 'keys are shown'
sql target -c 'DROP FUNCTION public.reverse(varchar)'

# A filter, a column that is refused, a check: of these too.
sql target -c "CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql
    AS \$\$ SELECT CASE WHEN \$1 LIKE '%17' THEN 'x' ELSE pg_catalog.lower(\$1::text) END \$\$"
differs --show-keys
same 'the filter' "$(cross differences | grep -o '"key":\["[0-9]*"\],"column":"[a-z ]*"' | sort |
    tr '\n' ' ')" '"key":["117"],"column":"filter letters" "key":["17"],"column":"filter letters" '\
'"key":["217"],"column":"filter letters" '
sql target -c 'DROP FUNCTION public.lower(varchar)'

# What the mapping refuses and the server computes (before version 17, which refuses it too); one
# record of a group; and a mapping of which nothing is compared, which is said.
sql target -c 'CREATE TABLE care.step (id bigint PRIMARY KEY, odd text);
    CREATE TABLE care.latest (sex int PRIMARY KEY, id bigint);
    CREATE TABLE care.twice (id bigint PRIMARY KEY)'
mkdir "$tmp/more"
sed -e "s|csv: csv|csv: $tmp/plan/csv|" -e 's/migration: .*/migration: more/' \
    -e 's/mappings: .*/mappings: [step.yaml, latest.yaml, twice.yaml]/' "$tmp/plan/plan.yaml" \
    >"$tmp/more/plan.yaml"
cat >"$tmp/more/step.yaml" <<'YAML'
entity: step
source: {file: people.csv, key: [id], columns: {id: bigint}}
target: {table: care.step, key: [id]}
columns:
  id:  id
  odd: CAST(make_interval(CASE WHEN id = 42 THEN 2147483647 ELSE id::integer END) AS text)
YAML
cat >"$tmp/more/latest.yaml" <<'YAML'
entity: latest
source: {file: people.csv, key: [id], columns: {id: bigint, sex: integer}}
target: {table: care.latest, key: [sex]}
dedupe: {by: [sex], keep: latest(id)}
columns: {sex: sex, id: id}
YAML
cat >"$tmp/more/twice.yaml" <<'YAML'
entity: twice
source: {file: people.csv, key: [id], columns: {id: bigint}}
target: {table: care.twice, key: [id]}
emit:
  - {name: one, columns: {id: id}}
  - {name: two, columns: {id: id + 1000}}
YAML
wanted=7
[ "$(sql target -c 'SHOW server_version_num')" -lt 170000 ] || wanted=0
expect "$wanted" run "$tmp/more/plan.yaml" --cross-check 300 --show-keys --report "$tmp/report.json"
[ "$wanted" = 0 ] || same 'what is refused' \
    "$(entity_field "$tmp/report.json" step cross_check.differences)" \
    '[{"key":["42"],"column":"odd"}]'
same 'one record of each group' "$(entity_field "$tmp/report.json" latest cross_check.equal)" 5
same 'what is not known of it' "$(entity_field "$tmp/report.json" latest cross_check.not_checked)" \
    '[{"column":"dedupe","reason":"which record of a group is kept is novate'"'"'s own choice"}]'
same 'several rows of a record' "$(entity_field "$tmp/report.json" twice cross_check.reason)" \
    'a record gives several rows (emit:)'
same 'its verdict' "$(entity_field "$tmp/report.json" twice verdict)" verified

# Values as databases give them, padded, binary and at their edges; more than a batch takes.
if [ -n "${NOVATE_TEST_ODBC_PG:-}" ]; then
    database source
    sql source <<'SQL'
CREATE TABLE edges (id int PRIMARY KEY, padded char(8), flag boolean, code uuid, bytes bytea,
    at timestamptz, ratio double precision, small real, big numeric, exact numeric(12,4), day date,
    clock time, words text, few varchar(9));
INSERT INTO edges SELECT n, CASE n % 5 WHEN 0 THEN '' WHEN 1 THEN ' a ' ELSE 'ab' || n END,
    n % 2 = 0, md5(n::text)::uuid, CASE n % 4 WHEN 0 THEN '' ELSE decode(md5(n::text), 'hex') END,
    '1967-10-28 12:00+00'::timestamptz + n * interval '37 hours 0.000123 s',
    CASE n % 7 WHEN 0 THEN 'NaN' WHEN 1 THEN '-infinity' WHEN 2 THEN 1e300 ELSE n / 7.0 END,
    n / 3.0, CASE n % 6 WHEN 0 THEN 1e40 + n ELSE -n / 3.0 END, n / 8.0,
    '1899-12-30'::date + n * 19, '00:00'::time + n * interval '1.000001 s',
    CASE n % 9 WHEN 0 THEN E'tab\tö\n' || n WHEN 1 THEN '' WHEN 2
    THEN '\N' ELSE 'Łukasz' END, nullif(n % 8, 0)::text FROM generate_series(1, 3000) n;
SQL
    sql target -c 'CREATE TABLE care.edge (id int PRIMARY KEY, padded char(8), trimmed text,
        flag boolean, code uuid, bytes bytea, at timestamptz, local timestamp,
        ratio double precision, small real, big numeric, exact numeric(12,4),
        day date, clock time, words text, few text, length int, shown text, later timestamptz)'
    mkdir "$tmp/edges"
    cat >"$tmp/edges/plan.yaml" <<YAML
novate: 1
migration: edges
source:
  odbc: "${NOVATE_TEST_ODBC_PG%DATABASE=*}DATABASE=$(database_name source)"
  timezone: Europe/London
target:
  postgres: "$(conninfo target)"
mappings: [edge.yaml]
limits: {rejects: 3000}
YAML
    cat >"$tmp/edges/edge.yaml" <<'YAML'
entity: edge
source: {table: edges, key: [id]}
target: {table: care.edge, key: [id]}
copy: [id, padded, flag, code, bytes, at, ratio, small, big, exact, day, clock, words, few]
columns:
  trimmed: upper(padded) || '|'
  local:   at AT TIME ZONE 'Europe/London'
  length:  char_length(words) + octet_length(bytes) + length(padded)
  shown:   at::text || ratio::text || coalesce(big::text, '') || flag::text
  later:   day + INTERVAL '1 month 1 hour'
YAML
    expect 0 run "$tmp/edges/plan.yaml" --cross-check 3000 --show-keys --report "$tmp/report.json"
    same 'values of databases' "$(entity_field "$tmp/report.json" edge cross_check.equal) $(
        entity_field "$tmp/report.json" edge cross_check.not_checked) $(
        entity_field "$tmp/report.json" edge cross_check.differences | head -c 300)" '3000 [] []'
fi

# A role that may not make temporary tables: said, and not verified.
sql target -c "REVOKE TEMPORARY ON DATABASE $(database_name target) FROM PUBLIC"
sql postgres -c 'SET client_min_messages = error' \
    -c 'DROP ROLE IF EXISTS novate_cross_plain' -c 'CREATE ROLE novate_cross_plain LOGIN'
sql target <<'SQL'
GRANT USAGE ON SCHEMA care, novate TO novate_cross_plain;
GRANT SELECT ON ALL TABLES IN SCHEMA care TO novate_cross_plain;
GRANT ALL ON ALL TABLES IN SCHEMA novate TO novate_cross_plain;
GRANT ALL ON ALL SEQUENCES IN SCHEMA novate TO novate_cross_plain;
SQL
sed -i 's/user=novate/user=novate_cross_plain/' "$tmp/plan/plan.yaml"
expect 8 verify "$tmp/plan/plan.yaml" --cross-check 10 --report "$tmp/report.json"
grep -q 'nothing was compared: the target could not do it: permission denied.*(42501)' "$tmp/out" ||
    complain "the reason is not said: $(cat "$tmp/out")"
same 'verdict of what could not be done' "$(entity_field "$tmp/report.json" person verdict)" \
    not_verified
expect 8 verify "$tmp/plan/plan.yaml" --cross-check 10 --level counts # asked for all the same
expect 0 verify "$tmp/plan/plan.yaml"
sql target -c 'DROP OWNED BY novate_cross_plain' -c 'DROP ROLE novate_cross_plain'

# What makes no sense is refused before anything is done.
expect 1 run "$tmp/plan/plan.yaml" --cross-check 10 --no-verify
expect 1 verify "$tmp/plan/plan.yaml" --cross-check 10001

grep -rhE 'Nightingale|Featherstone|Łukasz' "$tmp/out" "$tmp/err" "$tmp"/report.* \
    "$tmp/plan/.novate/reports" && complain 'a value is shown'
finish
