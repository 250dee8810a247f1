# report_browser.sh — a page in a real browser: the script sorts and filters without an error, the
# policy lets it, and without it nothing is missing and nothing is dead.
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
need_postgres
browser=$(command -v chromium-headless-shell || command -v chromium) || skip 'no Chromium'
command -v python3 >/dev/null || skip 'no Python'

sqlite_events "$tmp/source.db" 300
database target
event_target target
event_plan "$tmp/plan" "$(sqlite_source "$tmp/source.db")" target
plan=$tmp/plan/plan.yaml
expect 0 run "$plan"
sql target -c "UPDATE care.event SET name = 'x', note = 'y' WHERE event_id % 60 = 0;
    DELETE FROM care.event WHERE event_id % 90 = 3"
expect 7 verify "$plan" --show-keys --report "$tmp/page.html"

# dom PAGE: what the browser makes of it, once scripts have run; what it complains of in $tmp/log.
dom() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$tmp/chromium" --enable-logging=stderr --dump-dom "file://$1" \
        2>"$tmp/log"
}

dom "$tmp/page.html" >"$tmp/dom.html" || fail "no page: $(tail -n 5 "$tmp/log")"
! grep -E 'CONSOLE|Refused to' "$tmp/log" || complain 'the browser complains'
grep -qE '<(button|input)' "$tmp/page.html" && complain 'there are controls without the script'
python3 - "$tmp/page.html" "$tmp/dom.html" <<'PYTHON' || complain 'the script changes what is said'
import html
import re
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    body = text[text.index("<body"):text.index("<script>")]
    controls = len(re.findall("<button", body)), len(re.findall("<input", body))
    body = re.sub("<label.*?</label>|<button.*?</button>", "", body, flags=re.S)
    return controls, " ".join(html.unescape(re.sub("<[^>]*>", " ", body)).split())


dead, plain = read(sys.argv[1])
live, shown = read(sys.argv[2])
print("controls without and with the script:", dead, live)
# Differences and the two runs: 3 and 13 headings; 13 differences can be filtered.
sys.exit(0 if plain == shown and dead == (0, 0) and live == (3 + 13, 1) else 1)
PYTHON

# The same page with a hand that presses: sorted by its keys, numbers by their size, both ways.
sed '/<meta http-equiv="Content-Security-Policy"/d; /^<\/body>/i\
<script>\
var table = document.querySelector("label.filter").nextElementSibling.querySelector("table");\
var words = function () {\
  return Array.from(table.tBodies[0].rows).filter(function (row) { return !row.hidden; })\
    .map(function (row) { return row.cells[0].textContent.replace(/[^0-9]/g, ""); }).join(" ");\
};\
var head = table.querySelectorAll("th button")[1];\
var said = [words()];\
head.click(); said.push(head.parentNode.getAttribute("aria-sort") + " " + words());\
head.click(); said.push(head.parentNode.getAttribute("aria-sort") + " " + words());\
var input = document.querySelector("label.filter input");\
input.value = "Missing"; input.dispatchEvent(new Event("input"));\
said.push(input.nextElementSibling.textContent + ": " + words());\
input.value = ""; input.dispatchEvent(new Event("input"));\
said.push(words().split(" ").length);\
var runs = document.querySelector("\#history table");\
runs.querySelectorAll("th button")[0].click();\
said.push(runs.tBodies[0].rows[0].cells[0].textContent);\
document.body.innerHTML = "<pre>" + said.join("\\n") + "</pre>";\
</script>' "$tmp/page.html" >"$tmp/pressed.html"
dom "$tmp/pressed.html" >"$tmp/pressed.dom" || fail "no page: $(tail -n 5 "$tmp/log")"
sed -n 's/.*<pre>//; s/<\/pre>.*//; /^[0-9a-z]/p' "$tmp/pressed.dom" | tail -n 6 >"$tmp/said"
missing=$(seq 3 3 900 | awk '$1 % 90 == 3' | sort | xargs)
unequal=$(seq 3 3 900 | awk '$1 % 60 == 0' | sort | xargs)
all=$(printf '%s\n' $missing $unequal | sort | xargs)
printf '%s\n' "$all" "ascending $missing $unequal" "descending $unequal $missing" \
    "10 of 25 rows: $missing" 25 1 >"$tmp/wanted"
diff "$tmp/wanted" "$tmp/said" || complain 'sorting and filtering give something else'
finish
