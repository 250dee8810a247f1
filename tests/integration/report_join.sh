# report_join.sh — one plan carries several trusts into one target, each apart; their reports are
# put side by side and summed up, and only such as are whole.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

trusts='RN1 RHM RW1'
database target
sql target <<'SQL'
CREATE SCHEMA care;
CREATE TABLE care.patient (
    trust text NOT NULL,
    mrn   bigint,
    name  text NOT NULL,
    PRIMARY KEY (trust, mrn)
);
SQL
mkdir "$tmp/plan"
plan=$tmp/plan/plan.yaml
cat >"$plan" <<YAML
novate: 1
migration: southern-\${trust}
variables: {trust: RN1}
source:
  odbc: "$(sqlite_source "$tmp/\${trust}.db")"
target:
  postgres: "$(conninfo target)"
work: work-\${trust}
mappings: [patient.yaml]
limits: {rejects: 10}
YAML
cat >"$tmp/plan/patient.yaml" <<'YAML'
entity: patient
source:
  table: PERSON
  key: [ID]
target:
  table: care.patient
  key: [trust, mrn]
  scope: "trust = '${trust}'"
filters:
  inactive: ACTIVE = 1
columns:
  trust: "'${trust}'"
  mrn:   ID
  name:  NAME
YAML
# Of trust number n: 100 n records, n of them without a name, 2 n of them inactive.
number=0
for trust in $trusts; do
    number=$((number + 1))
    sqlite3 "$tmp/$trust.db" <<SQL
CREATE TABLE PERSON (ID INTEGER PRIMARY KEY, NAME TEXT, ACTIVE INTEGER NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100 * $number)
    INSERT INTO PERSON SELECT i, CASE WHEN i > $number THEN 'name ' || i END,
        i NOT BETWEEN 11 AND 10 + 2 * $number FROM n;
SQL
    expect 0 run "$plan" --set "trust=$trust" --report "$tmp/$trust.json" \
        --report "$tmp/$trust.html"
done
reports="$tmp/RN1.json $tmp/RHM.html $tmp/RW1.json"

# shellcheck disable=SC2086
joined() { # EXIT [OPTION...]
    expect "$1" report join $reports "${@:2}" --report "$tmp/joined.json" \
        --report "$tmp/joined.html" --report "$tmp/joined.csv" --report "$tmp/joined.txt"
}
of() {
    json "$tmp/joined.json" "$1"
}

echo '== apart and together'
joined 0
same 'what is printed' "$(cat "$tmp/out")" "$(cat "$tmp/joined.txt")"
same 'verdict' "$(of '$.verdict')" verified
same 'migrations' "$(of '$.reports[0].migration') $(of '$.reports[1].migration')" \
    'southern-RN1 southern-RHM'
same 'digest of a report' "$(of '$.reports[2].sha256')" \
    "$(sha256sum "$tmp/RW1.json" | cut -d ' ' -f 1)"
same 'all of it' "$(of '$.together.source_rows') $(of '$.together.loaded')" '600 582'
same 'the second trust' "$(of '$.entities[0].reports[1].source_rows')
$(of '$.entities[0].reports[1].loaded')" '200
194'
same 'filtered, rejected' "$(of '$.entities[0].filtered.inactive')
$(of '$.entities[0].rejected.NULL')" '12
6'
same 'closes' "$(of '$.together.closes')" 1
same 'lines of the table' "$(grep -c '^"patient"' "$tmp/joined.csv")" 4
same 'its last line' "$(tail -n 1 "$tmp/joined.csv" | tr -d '\r')" \
    '"patient","together","verified",yes,600,0,582,0,12,6,0,0'
grep -q '<td class="n">582</td>' "$tmp/joined.html" || complain 'the sum is not on the page'
same 'mode' "$(stat -c %a "$tmp/joined.html")" 600

echo '== the same reports give the same bytes'
cp "$tmp/joined.json" "$tmp/before.json"
joined 0
cmp "$tmp/joined.json" "$tmp/before.json" || complain 'it differs'

echo '== it ends as the worst of them'
sql target -c "UPDATE care.patient SET name = 'x' WHERE trust = 'RHM' AND mrn = 50"
expect 7 verify "$plan" --set trust=RHM --report "$tmp/RHM.html"
joined 7
same 'verdict of one that differs' "$(of '$.verdict') $(of '$.reports[0].verdict')" \
    'differences verified'
same 'differences' "$(of '$.together.differences')" 1
grep -q '^Together: 3 migrations: 1 with differences, 2 verified$' "$tmp/joined.txt" ||
    complain 'it is not said'
expect 0 verify "$plan" --set trust=RHM --report "$tmp/RHM.html" --level counts
joined 8
same 'verdict of counts alone' "$(of '$.verdict')" not_verified

echo '== what does not count'
sed 's/"loaded":291/"loaded":292/' -i "$tmp/RW1.json"
joined 3
grep -q 'RW1.json" was altered' "$tmp/err" || complain 'an altered report is taken'
expect 1 report join "$tmp/RN1.json" "$tmp/RN1.json"
grep -q 'two of the reports are of migration "southern-RN1"' "$tmp/err" ||
    complain 'a report counts twice'
expect 3 report join "$plan"
expect 1 report join
finish
