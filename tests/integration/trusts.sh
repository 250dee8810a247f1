# trusts.sh — eight trusts go by the shipped plans into one platform, each from a source whose
# numbers are those of the others: the rows of each are there, are its own, and are verified, also
# after all others came; what is damaged in one is found in that one alone; reports are apart and
# together.
#
#     NOVATE_TEST_LONG=1  eight synthetic hospitals of 1 000 persons, too, with their laboratories,
#                         pharmacies and picture archives
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
[ -n "${NOVATE_TEST_SQLITE_DRIVER:-}" ] || skip 'no ODBC driver for SQLite'
cases=$source_root/tests/integration
cp -r "$source_root/mappings" "$tmp"
plan=$tmp/mappings/millennium/plan.yaml
codes=(RN1 RA3 RBF RD8 RHM RPL RTP RXQ)
export NOVATE REPORTS=$tmp/reports

# source NUMBER: the Millennium of trust NUMBER. All have the same numbers for their persons, visits
# and results, and other words; that of trust n has n - 1 patients more.
source_of() {
    local trust=${codes[$1 - 1]}
    {
        cat "$cases/millennium/tables.sql"
        sed "s/'RN1\\b/'$trust/g" "$cases/millennium/rows.sql"
        cat <<SQL
UPDATE PERSON_NAME SET NAME_LAST = NAME_LAST || ' $trust' WHERE NAME_LAST GLOB '[A-Za-z]*';
UPDATE CE_STRING_RESULT SET STRING_RESULT_TEXT = '$1' || STRING_RESULT_TEXT
    WHERE STRING_RESULT_TEXT GLOB '[0-9]*';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
    INSERT INTO PERSON (PERSON_ID, NAME_LAST, ACTIVE_IND, SEX_CD)
    SELECT 90000 + i, 'More', 1, 362 FROM n WHERE i < $1;
SQL
    } | sqlite3 -batch -bail "$tmp/${codes[$1 - 1]}.db"
}
# trusts EXIT COMMAND [OPTION...]: of all.
trusts() {
    local wanted=$1 status=0
    shift
    bash "$tmp/mappings/trusts" "${codes[*]}" "$1" "$plan" "${settings[@]}" "${@:2}" \
        >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || {
        tail -n 40 "$tmp/out" "$tmp/err"
        fail "trusts $* ended with $status, not $wanted"
    }
}
# one EXIT TRUST COMMAND [OPTION...]
one() {
    expect "$1" "$3" "$plan" "${settings[@]//TRUST/$2}" --set "trust=$2" "${@:4}"
}
of() {
    json "$REPORTS/together.json" "$1"
}
# rows DATABASE TRUST: how many each table has of it, and a hash of them. Numbers that the platform
# gives out are those of all trusts in turn.
rows() {
    sql "$1" -v "trust=$2" -f "$tmp/rows.sql"
}

number=0
for trust in "${codes[@]}"; do
    number=$((number + 1))
    source_of $number
done
database target
sql target -1 -f "$tmp/mappings/platform/schema.sql"
sql target -c "SELECT format('SELECT %L, count(*), md5(string_agg(row::text, chr(10) ORDER BY
        row::text)) FROM (SELECT to_jsonb(t) - %L - %L AS row FROM %s t WHERE trust = :%L) t;',
        attrelid::regclass, 'condition_id', 'appointment_id', attrelid::regclass, 'trust')
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE attname = 'trust' AND relkind = 'r' ORDER BY attrelid" >"$tmp/rows.sql"
settings=(--set "millennium=$(sqlite_source "$tmp/TRUST.db")" --set "platform=$(conninfo target)"
    --set "as_of=TIMESTAMP '2008-07-01'" --set rejects=100%)

echo '== what is no trust is refused before anything is read'
for wrong in XX9Z rn1 RN101 '' "RN1' OR '"; do
    one 2 "$wrong" run --set millennium=DSN=nowhere
    grep -q 'variable "trust" cannot be' "$tmp/err" || complain "\"$wrong\": $(cat "$tmp/err")"
done
same 'ledgers' "$(sql target -c "SELECT to_regclass('novate.run') IS NULL")" t

echo '== one after the other, apart and together'
trusts 0 run
same verdict "$(of '$.verdict')" verified
same reports "$(of '$.reports[0].migration') $(of '$.reports[7].migration') $(sqlite3 :memory: \
    "SELECT json_array_length(readfile('$REPORTS/together.json'), '\$.reports')")" \
    'millennium-RN1 millennium-RXQ 8'
same 'records loaded' "$(of '$.together.loaded')" "$(awk '/ loaded,/ { sum += $4 }
    END { print 8 * sum + 28 }' "$cases/millennium/counts.txt")"
same 'closes' "$(of '$.together.closes')" 1
same 'patients of each' "$(sql target -c "SELECT string_agg(trust || ' ' || rows, ', '
    ORDER BY rows) FROM (SELECT trust, count(*) AS rows FROM care.person GROUP BY trust) t")" \
    "$(for number in 0 1 2 3 4 5 6 7; do
        echo "${codes[$number]} $(($(sed -n '/^person: /s/.* \([0-9]*\) loaded.*/\1/p
            /^person_merged: /s/.* \([0-9]*\) loaded.*/\1/p' "$cases/millennium/counts.txt" |
            paste -sd +) + number))"
    done | paste -sd , | sed 's/,/, /g')"
same 'names of others' "$(sql target -c "SELECT count(*) FILTER (WHERE family NOT LIKE
    '% ' || trust), count(*) > 8 FROM care.person_name")" '0|t'
same 'rejects of each' "$(sql target -c "SELECT string_agg(DISTINCT rejects::text, ' ') || ' of '
    || count(*) FROM (SELECT count(*) AS rejects FROM novate.reject GROUP BY migration) t")" \
    "$(wc -l <"$cases/millennium/rejects.txt") of 8"
for trust in "${codes[@]}"; do
    rows target "$trust" >"$tmp/rows.$trust"
done

echo '== two at a time, into a ledger that neither has made, give the same rows'
database beside
sql beside -1 -f "$tmp/mappings/platform/schema.sql"
pids=()
for trust in RHM RPL; do
    "$NOVATE" run "$plan" "${settings[@]//TRUST/$trust}" --set "trust=$trust" \
        --set "platform=$(conninfo beside)" --work "$tmp/beside-$trust" --no-verify \
        >"$tmp/beside.$trust" 2>&1 </dev/null &
    pids+=($!)
done
for pid in "${pids[@]}"; do
    wait "$pid" || [ $? -eq 8 ] || complain "beside each other: $(tail -n 5 "$tmp"/beside.R*)"
done
for trust in RHM RPL; do
    rows beside "$trust" | diff "$tmp/rows.$trust" - >"$tmp/diff" ||
        complain "$trust beside another: $(cat "$tmp/diff")"
done

echo '== once more: nothing is there twice'
one 0 RHM run
rows target RHM | diff "$tmp/rows.RHM" - || complain 'once more it differs'

echo '== what is damaged is found in its own trust alone, all others verify after all have come'
sql target -c "UPDATE care.person SET religion_code = 'x'
        WHERE trust IN ('RBF', 'RD8') AND person_id = 1001" \
    -c "DELETE FROM care.person_contact WHERE src_id = (SELECT min(src_id)
        FROM care.person_contact) AND trust = 'RHM'" \
    -c "INSERT INTO care.person_contact (person_id, seq, kind, value, src_id, trust)
        VALUES (1001, 99, 'home', '1', 'PHONE/99', 'RTP')"
# So are rows of systems that stay not Millennium's to answer for.
sql target -c "BEGIN" -c "SET CONSTRAINTS ALL DEFERRED" -c "DO \$\$
    DECLARE
        entry text[];
    BEGIN
        FOREACH entry SLICE 1 IN ARRAY ARRAY[['encounter', 'encounter_id'],
            ['ward_stay', 'encounter_id'], ['service_request', 'request_id'],
            ['diagnostic_report', 'report_id'], ['observation', 'observation_id'],
            ['document', 'document_id']] LOOP
            EXECUTE format('INSERT INTO care.%1\$I SELECT (jsonb_populate_record(t,
                jsonb_build_object(%2\$L, 900001, %3\$L, %4\$L))).* FROM care.%1\$I t
                WHERE trust = %5\$L ORDER BY %2\$I LIMIT 1', entry[1], entry[2], 'src_id',
                'OTHER/1', 'RXQ');
        END LOOP;
    END \$\$" -c COMMIT
trusts 7 verify
grep -qx 'Together: 8 migrations: 4 with differences, 4 verified' "$tmp/out" ||
    complain "together: $(grep '^Together' "$tmp/out")"
same 'differences' "$(of '$.together.differences')" 4
for number in 0 1 2 3 4 5 6 7; do
    case ${codes[$number]} in
    RBF | RD8 | RHM | RTP) verdict=differences ;;
    *) verdict=verified ;;
    esac
    same "verdict of ${codes[$number]}" "$(of "\$.reports[$number].verdict")" "$verdict"
done
same 'damaged' "$(for trust in RBF RD8 RHM RTP; do
    sqlite3 :memory: "SELECT d.value ->> 'kind' FROM
        json_each(readfile('$REPORTS/$trust.json'), '\$.entities') e,
        json_each(e.value, '\$.differences') d"
done | paste -sd ' ')" 'not_equal not_equal missing_target missing_source'

echo '== statements that mend it touch no other trust'
for trust in RBF RD8 RHM RTP; do
    one 7 "$trust" repair --print --output "$tmp/mend.$trust.sql" --entity person \
        --entity person_contact --entity person_email
    sql target -f "$tmp/mend.$trust.sql" >"$tmp/mended"
    [ $trust != RBF ] || same 'still damaged' "$(sql target -c "SELECT string_agg(trust, ' ')
        FROM care.person WHERE religion_code = 'x'")" RD8
done
for table in ward_stay observation diagnostic_report document service_request encounter; do
    sql target -c "DELETE FROM care.$table WHERE src_id = 'OTHER/1' RETURNING 1" >"$tmp/other"
    same "$table of others" "$(cat "$tmp/other")" 1
done
for trust in "${codes[@]}"; do
    rows target "$trust" | diff "$tmp/rows.$trust" - >"$tmp/diff" ||
        complain "$trust, mended: $(cat "$tmp/diff")"
done

echo '== a trust that cannot be read keeps no other from its turn'
codes=(RA3 RXQ)
mv "$tmp/RA3.db" "$tmp/away"
mkdir "$tmp/RA3.db" # which no driver can open
trusts 4 verify
grep -q 'trusts: no report of RA3: novate ended with 4' "$tmp/err" || complain 'it is not said'
same 'the other' "$(of '$.reports[0].migration') $(of '$.verdict')" 'millennium-RXQ verified'
[ -n "${NOVATE_TEST_LONG:-}" ] || finish
[ -n "${NOVATE_TEST_LONG:-}" ] || exit 0

echo '== whole hospitals, with the systems that stay'
codes=(RN1 RA3 RBF RD8 RHM RPL RTP RXQ)
database whole
sql whole -1 -f "$tmp/mappings/platform/schema.sql"
rm -rf -- "$tmp/mappings" # with the work directories of before
cp -r "$source_root/mappings" "$tmp"
sed -i 's/^limits:.*/limits: {rejects: 100%}/' "$tmp"/mappings/{winpath,jac,pacs}/plan.yaml
seed=${NOVATE_TEST_SEED:-2008}
echo "$test_name: seeds from $seed on"
for trust in "${codes[@]}"; do
    "$NOVATE_TEST_BUILD/tests/synthetic_trust" --persons 1000 --seed "$seed" \
        --sqlite "$tmp/whole-$trust.db" --winpath "$tmp/winpath-$trust" --jac "$tmp/jac-$trust" \
        --pacs "$tmp/pacs-$trust" >"$tmp/made"
    seed=$((seed + 1))
    # What that hospital calls its own; and tables and an index that a Millennium has.
    sed 's/^CREATE TABLE /&IF NOT EXISTS /' "$cases/millennium/tables.sql" |
        sqlite3 -batch -bail "$tmp/whole-$trust.db"
    sqlite3 -batch -bail "$tmp/whole-$trust.db" "UPDATE CODE_VALUE SET DISPLAY = replace(DISPLAY,
            'RN1', '$trust'), DISPLAY_KEY = replace(DISPLAY_KEY, 'RN1', '$trust')
            WHERE CODE_SET = 263;
        UPDATE ORGANIZATION_ALIAS SET ALIAS = '$trust' WHERE ALIAS = 'RN1';
        CREATE INDEX EVENT ON CLINICAL_EVENT (EVENT_ID)"
done
for system in millennium winpath jac pacs; do
    export REPORTS=$tmp/reports-$system
    plan=$tmp/mappings/$system/plan.yaml
    settings=(--set "platform=$(conninfo whole)")
    case $system in
    millennium)
        settings+=(--set "millennium=$(sqlite_source "$tmp/whole-TRUST.db")" --set rejects=100%
            --set "as_of=TIMESTAMP '2008-07-01'")
        ;;
    pacs) settings+=(--set "pacs=$tmp/pacs-TRUST" --set mrn_issuer=RN1) ;;
    *) settings+=(--set "$system=$tmp/$system-TRUST") ;;
    esac
    trusts 0 run
    same "$system: verdict" "$(json "$REPORTS/together.json" '$.verdict')" verified
    same "$system: closes" "$(json "$REPORTS/together.json" '$.together.closes')" 1
    echo "$system: $(json "$REPORTS/together.json" '$.together.source_rows') records, $(
        json "$REPORTS/together.json" '$.together.loaded') loaded"
done
# What came of the other systems is not Millennium's to answer for.
plan=$tmp/mappings/millennium/plan.yaml
settings=(--set "platform=$(conninfo whole)" --set rejects=100%
    --set "millennium=$(sqlite_source "$tmp/whole-TRUST.db")" --set "as_of=TIMESTAMP '2008-07-01'")
trusts 0 verify
finish
