# report_check.sh — reports that were handed over: whole, altered, of another key, out of their row.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
unset NOVATE_SIGNING_KEY

seed=${NOVATE_TEST_SEED:-$(date +%s)}
RANDOM=$((seed % 32768))
echo "$test_name: seed $seed"

sqlite_events "$tmp/source.db" 300
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
reports=$tmp/plan/.novate/reports
handed=$tmp/handed

expect 0 key new "$tmp/operator"
same 'mode of the secret' "$(stat -c %a "$tmp/operator")" 600
grep -q "$(tail -n 1 "$tmp/operator")" "$tmp/out" "$tmp/err" && complain 'the secret is shown'
expect 3 key new "$tmp/operator"
expect 0 key new "$tmp/stranger"

# hand_over: as it is sent to somebody, who has neither plan nor database.
hand_over() {
    rm -rf -- "$handed"
    mkdir "$handed"
    cp "$reports"/*.json "$reports"/*.html "$reports"/*.sig "$handed"/
}

# check EXIT WORDS FILE…: looked at with the operator's public key.
check() {
    local wanted=$1 words=$2
    shift 2
    expect "$wanted" report check "$@" --public-key "$tmp/operator.pub"
    grep -qE -- "$words" "$tmp/out" || complain "$*: no \"$words\" in $(cat "$tmp/out")"
}

expect 3 run "$plan" --signing-key "$tmp/nobody"
[ -d "$reports" ] && complain 'it ran without the key that it was to sign with'
expect 0 run "$plan" --signing-key "$tmp/operator" --report "$tmp/r.json" --report "$tmp/r.html"
NOVATE_SIGNING_KEY=$tmp/operator novate verify "$plan" || fail "verify: $(cat "$tmp/err")"
expect 0 verify "$plan" --signing-key "$tmp/operator"
cmp -s "$tmp/r.json" "$reports/000001-load.json" || complain 'the report asked for is another one'
cmp -s "$tmp/r.html" "$reports/000001-load.html" || complain 'the page asked for is another one'
cmp -s "$tmp/r.json.sig" "$reports/000001-load.json.sig" || complain 'its signature is missing'
hand_over

# The bytes of hexadecimal digits.
unhex() {
    # shellcheck disable=SC2059
    printf "$(sed 's/../\\x&/g' <<<"$1")"
}

# --- whole
last=$handed/000003-verify
check 0 'all before it as they were: 2' "$last.json"
check 0 'good, of key [0-9a-f]{64}, which is the one given' "$last.json"
check 0 'shows the report that it carries, byte for byte' "$last.html"
check 0 'the first report of its work directory' "$handed/000001-load.html"
check 0 'proved: +that no byte was altered since the holder of that key signed it' "$last.html"
check 0 "SHA-256 $(sha256sum "$last.json" | cut -c1-64)" "$last.json"
check 0 "$(basename "$last")" "$handed"/*.json "$handed"/*.html
# The same signature by another program.
unhex "302a300506032b6570032100$(tail -n 1 "$tmp/operator.pub")" >"$tmp/operator.der"
unhex "$(sed -n 3p "$last.json.sig")" >"$tmp/signature"
openssl pkeyutl -verify -pubin -inkey "$tmp/operator.der" -keyform DER -rawin -in "$last.json" \
    -sigfile "$tmp/signature" >"$tmp/openssl" 2>&1 ||
    complain "openssl does not agree: $(cat "$tmp/openssl")"

# --- compared
expect 0 report diff "$handed/000001-load.json" "$last.html"
grep -qE '^  kind +load → verify$' "$tmp/out" ||
    complain "diff does not say the kind: $(cat "$tmp/out")"
grep -q 'digest of the target' "$tmp/out" && complain 'diff says that the target differs'
expect 0 report diff "$last.json" "$last.html"
grep -q '^nothing else differs$' "$tmp/out" || complain "a report differs from its page"
expect 1 report diff "$last.json"
expect 3 report diff "$last.json" "$tmp/plan/plan.yaml"

# --- what cannot be told
expect 8 report check "$last.json"
grep -q 'whose that is, --public-key would tell' "$tmp/out" || complain 'a key of nobody is trusted'
rm "$last.json.sig"
check 8 'signature: +is missing; that of key [0-9a-f]{64} is due' "$last.json"
hand_over
rm "$handed/000002-verify.json"
check 0 'it follows 000002-verify.json, which is not beside it' "$last.json"

# --- altered
flip() { # FILE OFFSET
    local byte
    byte=$(od -An -tx1 -j "$2" -N 1 "$1" | tr -d ' ')
    unhex "$(printf '%02x' $((0x$byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
for file in 000003-verify.json 000003-verify.html 000003-verify.json.sig; do
    for _ in 1 2 3 4 5 6; do
        hand_over
        size=$(stat -c %s "$handed/$file")
        at=$(((RANDOM * 32768 + RANDOM) % size))
        flip "$handed/$file" "$at"
        check 7 'proved: +that this is not, or not all, as it was written' "$handed/${file%.sig}"
    done
done
hand_over
sed -i 's/"run":3/"run":4/' "$last.json"
check 7 'seal: +BROKEN: altered is: head' "$last.json"
check 7 'signature: +BROKEN: it is not one of this report' "$last.json"
hand_over
sed -i 's/<h2>Verdict: [a-z ]*/<h2>Verdict: splendid/' "$last.html"
check 7 'page: +BROKEN: is not what the report that it carries shows as' "$last.html"
hand_over
sed -i 's/"run":2/"run":4/' "$handed/000002-verify.json"
check 7 'chain: +BROKEN: 000002-verify.json is not the report that was followed' "$last.json"

# --- whoever else can seal, but not sign
hand_over
cp "$last.json.sig" "$tmp/kept.sig"
expect 0 verify "$plan" --signing-key "$tmp/stranger"
hand_over
check 7 'of key [0-9a-f]{64}, which is not the one given' "$handed/000004-verify.json"
cp "$tmp/kept.sig" "$handed/000004-verify.json.sig"
check 7 'signature: +BROKEN' "$handed/000004-verify.json"
expect 0 verify "$plan"
hand_over
check 8 'signature: +it is not signed' "$handed/000005-verify.json"
[ -f "$reports/000005-verify.json.sig" ] && complain 'signed without a key'

# --- what is no report
echo '{"novate_report":1,"migration":"old","run":3,"kind":"load","verdict":"verified"}' \
    >"$tmp/old.json"
check 8 'seal: +it has none' "$tmp/old.json"
{
    printf '<html>something else</html>\n<!-- novate report: '
    sed 's/"run":3/"run":3,"tool_version":"0.0.0"/' "$tmp/old.json" | base64 -w 0
    printf ' -->\n'
} >"$tmp/old.html"
check 8 'page: +was made by another version' "$tmp/old.html"
check 8 'not proved: that the page shows what it carries' "$tmp/old.html"
echo 'no report' >"$tmp/none.json"
check 7 'is none of novate' "$tmp/none.json"
echo '<html></html>' >"$tmp/none.html"
check 7 'carries no report' "$tmp/none.html"
expect 3 report check "$tmp/nowhere.json"
expect 1 report check
expect 1 report "$plan" --report "$tmp/report.pdf"
expect 3 report check "$last.json" --public-key "$tmp/operator"
finish
