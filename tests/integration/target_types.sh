# target_types.sh — values of types that only the target knows are loaded as it reads them, verified
# equal, found when they are changed, and narrowed to their row when they are refused. What they
# should be is what the server makes of the same texts by a cast.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

database target
sql target <<'SQL'
CREATE SCHEMA care;
CREATE SCHEMA kind;
CREATE TYPE kind.mood AS ENUM ('sad', 'it''s ok', 'Happy');
CREATE DOMAIN kind.digits AS text CHECK (VALUE ~ '^[0-9]{3}$');
CREATE DOMAIN kind.document AS jsonb NOT NULL CHECK (VALUE ? 'a');
CREATE DOMAIN kind.moods AS kind.mood[];
CREATE TYPE kind.pair AS (a integer, b text);
CREATE TYPE kind.textrange AS RANGE (subtype = text, collation = "C");
SQL
mkdir -p "$tmp/plan/csv"
cat >"$tmp/plan/plan.yaml" <<YAML
novate: 1
migration: types
source: {csv: csv}
target: {postgres: "$(conninfo target)"}
limits: {rejects: 1000}
YAML

names=()
declare -A declared good other
# type NAME DECLARED BAD ANOTHER VALUE…: ANOTHER is what a changed row gets; BAD is refused.
type() {
    local name=$1 bad=$3 value line=0
    names+=("$name")
    declared[$name]=$2
    other[$name]=$4
    shift 4
    good[$name]=$#
    sql target -c "CREATE TABLE care.$name (id integer PRIMARY KEY, v ${declared[$name]});
        CREATE TABLE care.${name}_wanted (LIKE care.$name)"
    {
        echo 'id,v'
        for value in "$@" NULL; do
            line=$((line + 1))
            if [ "$value" = NULL ]; then
                echo "$line,"
            else
                echo "$line,\"${value//\"/\"\"}\""
                sql target -v text="$value" -v id="$line" >/dev/null <<SQL
INSERT INTO care.${name}_wanted VALUES (:id, :'text');
SQL
            fi
        done
        echo "99,\"${bad//\"/\"\"}\""
    } >"$tmp/plan/csv/$name.csv"
    # A domain may forbid NULL: then that row is refused too.
    sql target -c "INSERT INTO care.${name}_wanted VALUES ($line, NULL)" 2>/dev/null || true
    cat >"$tmp/plan/$name.yaml" <<YAML
entity: $name
source: {file: $name.csv, key: [id], columns: {id: integer}}
target: {table: care.$name, key: [id]}
columns: {id: id, v: v}
YAML
}

type jsonb jsonb '{"a":' '{"z": 1}' \
    '{"b": 1,"a":[true ,  null, 1.50]}' '"x\"y\\z"' '[]' '{"a":1,"a":2}' 'null'
type json json '{"a":' '{"z": 1}' '{"b": 1,"a":[true ,  null]}' ' "x" '
type integers 'integer[]' '{1,x}' '{0}' '{ 1 , 2,NULL}' '{{1,2},{3,4}}' '[2:3]={7,8}' '{}'
type texts 'text[]' '{a' '{z}' '{a,"b,c",NULL,"NULL"}' '{"q\"uote",  back\\\\slash}' '{""}'
type dates 'date[]' '{2008-13-01}' '{}' '{2008-06-09,"10 June 2008"}'
type enum kind.mood 'angry' 'sad' "it's ok" 'Happy'
type enums kind.moods '{angry}' '{}' "{sad,\"it's ok\"}"
type digits kind.digits '12' '999' '123' '007'
type document kind.document '{"b": 1}' '{"a": 9}' '{"b": 1,"a":   2}'
type composite kind.pair '(1' '(0,z)' '(1,"x y")' '(,"")' '( 7 ,a)'
type dateranges daterange '[2008-06-09' '(,)' \
    '[2008-06-09,2008-06-12]' '(2008-01-01,)' 'empty'
type tstzranges tstzrange '[x,)' '(,)' \
    '["2008-06-09 12:00+01",)' '["2008-01-01 00:00Z","2008-01-02 01:00+01"]'
type textranges kind.textrange '[b,a)' '[x,y)' '[a,"b,c")'
type multiranges int4multirange '{[1' '{}' '{[1,3],[5,9),[8,11)}'
type inet inet '300.1.1.1' '1.2.3.4' '10.0.0.1/8' '::1' '2001:DB8::0:1/64' '192.168.0.1/32'
type cidr cidr '10.0.0.1/8' '10.0.0.0/8' '192.168.100.128/25' '10.1'
type macaddr macaddr 'zz' '08:00:2b:01:02:04' '08-00-2B-01-02-03' '0800.2b01.0203'
type money money 'twelve' '0' '12.5' '1234567.891' '-3'
type bits 'bit(5)' '102' '00000' '10101' 'b00001'
type varbits 'bit varying(6)' '1010101' '0' '101' 'xF'
type interval interval '1 foo' '1 day' \
    '1 year 14 months' 'P1DT2H' '26:00' '-1 day +02:03:04.5' '30 days' '1 mon'
type timetz 'time with time zone' '25:00' '00:00Z' '12:00+01' '12:00:00.123456-05:30'
type point point '1' '(0,0)' '1, 2' '(0.1 ,1e3)'
type tsvector tsvector "'a" "'z'" 'b a b' "'it''s':2A fine:1,3"
type pg_lsn pg_lsn 'x' '0/0' '0/16B3740'
if [ "$(sql target -c "SELECT 'a' IS DOCUMENT" 2>/dev/null)" = f ]; then
    type xml xml '<a>' '<z/>' "<a b='1'>x &amp; y</a>" 'text only'
else
    echo "$test_name: xml is left out: this server was built without it"
fi
for extension in citext hstore ltree; do
    if ! sql target -c "CREATE EXTENSION $extension" 2>/dev/null; then
        echo "$test_name: $extension is left out: postgresql-contrib is not installed"
        continue
    fi
    case $extension in
    citext)
        sql target -c "CREATE DOMAIN kind.code AS citext CHECK (VALUE <> 'none')"
        type citext kind.code 'NONE' 'z' 'Abc' 'ABC' ''
        ;;
    hstore) type hstore hstore 'a' 'z=>1' 'b=>1,  "a" => "x, y", c=>NULL' '' ;;
    ltree) type ltree ltree 'a..b' 'z' 'Top.Science.Astronomy' ;;
    esac
done
if sql target -c 'CREATE EXTENSION postgis' 2>/dev/null; then
    type geometry geometry 'POINT(1' 'POINT(0 0)' 'POINT(1 2)' 'SRID=27700;POINT(1 2)'
else
    echo "$test_name: geometry is left out: PostGIS is not installed"
fi

printf 'mappings: [%s]\n' "$(printf '%s.yaml, ' "${names[@]}" | sed 's/, $//')" \
    >>"$tmp/plan/plan.yaml"
expect 0 run "$tmp/plan/plan.yaml" --report "$tmp/report.json"
same 'verdict' "$(json "$tmp/report.json" '$.verdict')" verified
expect 0 rejects list "$tmp/plan/plan.yaml" --show-keys --limit 0
cp "$tmp/out" "$tmp/rejects"
for name in "${names[@]}"; do
    kept=$(sql target -c "SELECT count(*) FROM care.${name}_wanted")
    same "$name: rows" "$(entity_field "$tmp/report.json" "$name" equal)" "$kept"
    same "$name: rejected" "$(entity_field "$tmp/report.json" "$name" rejected)" \
        $((good[$name] + 2 - kept))
    same "$name: values" "$(fingerprint target "SELECT id, v::text FROM care.$name")" \
        "$(fingerprint target "SELECT id, v::text FROM care.${name}_wanted")"
    grep -q "^[0-9]*  $name  \[\"99\"\]  " "$tmp/rejects" ||
        complain "$name: the value that is refused is not narrowed to its row"
done

# A changed value is found, and only that.
for name in "${names[@]}"; do
    sql target -v other="${other[$name]}" <<SQL
UPDATE care.$name SET v = :'other' WHERE id = 1;
SQL
done
expect 7 verify "$tmp/plan/plan.yaml" --show-keys --report "$tmp/report.json"
for name in "${names[@]}"; do
    same "$name: changed" "$(entity_field "$tmp/report.json" "$name" not_equal)" 1
    same "$name: lost" "$(entity_field "$tmp/report.json" "$name" missing_target)" 0
    same "$name: which" "$(entity_field "$tmp/report.json" "$name" 'differences[0].key')" '["1"]'
    same "$name: column" \
        "$(entity_field "$tmp/report.json" "$name" 'differences[0].columns')" '["v"]'
done
finish
