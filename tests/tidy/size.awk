# size.awk — lengths of functions, files and lines. A function counts from its opening to its
# closing brace, both in the first column for C; "name() {" to "}" for the shell.
# SPDX-License-Identifier: Apache-2.0
function tell(line, message) { printf "size: %s:%d: %s\n", file, line, message }
function finish() { if (file != "" && count > 600) tell(count, count " lines; 600 are allowed") }

FNR == 1 { finish(); file = FILENAME; start = 0 }
{
    count = FNR
    width = $0
    gsub(/[\200-\277]/, "", width)      # UTF-8: characters, not bytes
    if (length(width) > 100) tell(FNR, length(width) " columns; 100 are allowed")
}
/^\{[ \t]*$/ || /^[a-z_0-9]+\(\) [{(]$/ { start = FNR }
/^[})];?[ \t]*$/ && start {
    if (FNR - start + 1 > 70) tell(start, "a function of " FNR - start + 1 " lines; 70 are allowed")
    start = 0
}
END { finish() }
