# feed_samples.sh — a feed that somebody else made, with deliberate faults: a control file that
# states a record more than one of its files has, a record with a field too many, names that are no
# text, several formats of dates in one column. It is not part of the project: the test is skipped
# where it is not (NOVATE_TEST_FEED, or beside the checkout).
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres

folder=${NOVATE_TEST_FEED:-$source_root/../shared/domain/samples}
ls "$folder"/STATREF_* >/dev/null 2>&1 || skip "no feed in $folder"
mkdir "$tmp/feed"
cp "$folder"/{PPATI,PPNAM,CLEVE,STATREF}_* "$tmp/feed/"
chmod -R u+w "$tmp/feed"

# One text column for each of the header's; dates of one of them as what they are.
database target
cat >"$tmp/plan.yaml" <<YAML
novate: 1
migration: samples
source: {csv: feed/, format: millennium, timezone: Europe/London}
target: {postgres: "$(conninfo target)"}
mappings: [ppati.yaml, ppnam.yaml, cleve.yaml]
YAML
for table in PPATI PPNAM CLEVE; do
    name=${table,,}
    columns=$(head -n 1 "$tmp/feed/$table"_*.txt | tr -d '\r#' | tr '|' '\n')
    typed=$(sed 's/.*/"&" text/; s/^\("EXTRACT_DT_TM"\) text/\1 timestamp/' <<<"$columns")
    sql target -c "CREATE TABLE $name ($(paste -sd, <<<"$typed"))"
    cat >"$tmp/$name.yaml" <<YAML
entity: $name
source: {file: "${table}_*", columns: {EXTRACT_DT_TM: timestamp}}
target: {table: $name}
copy: ["*"]
YAML
done

expect 4 run "$tmp/plan.yaml"
grep -q 'file "PPNAM_[^"]*" is short: "STATREF_[^"]*" states 6 records, it has 5' "$tmp/err" ||
    complain 'the record that is not there is not missed'
same 'loaded before the files are right' "$(sql target -c 'SELECT count(*) FROM ppati')" 0

sed -i 's/|6|PPNAM/|5|PPNAM/' "$tmp"/feed/STATREF_*
echo 'limits: {rejects: 10}' >>"$tmp/plan.yaml"
expect 0 run "$tmp/plan.yaml" --report "$tmp/report.json"
same 'verdict' "$(json "$tmp/report.json" '$.verdict')" verified
for name in ppati ppnam cleve; do
    same "$name: agrees" "$(entity_field "$tmp/report.json" $name 'files[0].agrees')" 1
    same "$name: every record is somewhere" \
        "$(entity_field "$tmp/report.json" $name 'files[0].stated_rows')" \
        "$(($(entity_field "$tmp/report.json" $name loaded) +
            $(entity_field "$tmp/report.json" $name rejected)))"
done
same 'a record with a field too many' \
    "$(entity_field "$tmp/report.json" ppati 'identity.rejected')" '{"COLUMNS":1}'
same 'names that are no text' \
    "$(entity_field "$tmp/report.json" ppnam 'identity.rejected')" '{"ENCODING":1,"NUL":1}'
same 'dates in two formats' "$(sql target -c 'SELECT count(DISTINCT "EXTRACT_DT_TM") FROM ppati')" 1
finish
