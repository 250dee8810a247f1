# strip.awk — C files without comments and without what stands in quotes, one line for each of
# theirs:  FILE<tab>LINE<tab>TEXT.  SPDX-License-Identifier: Apache-2.0
FNR == 1 { in_comment = 0 }
{
    line = $0
    out = ""
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            if (!end) { line = ""; break }
            line = substr(line, end + 2)
            in_comment = 0
            continue
        }
        if (!match(line, /\/\*|\/\/|"|'/)) { out = out line; break }
        out = out substr(line, 1, RSTART - 1)
        mark = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (mark == "//") break
        if (mark == "/*") { in_comment = 1; out = out " "; continue }
        out = out mark mark
        while (line != "") {
            character = substr(line, 1, 1)
            line = substr(line, character == "\\" ? 3 : 2)
            if (character == mark) break
        }
    }
    printf "%s\t%d\t%s\n", FILENAME, FNR, out
}
