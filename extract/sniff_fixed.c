/* sniff_fixed.c — the records of a file with fixed columns, so far as blanks show where they are.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"
#include "sniff_internal.h"

#include <inttypes.h>
#include <string.h>

enum {
    LINES_MIN = 3,
    LINE_BYTES_MIN = 8
};

/* Padding belongs to no field, and a field of padding is empty. */
static struct text field_of(const struct sniff_lines *lines, struct text line, int index)
{
    size_t begin = (size_t)lines->starts[index];
    size_t end = index + 1 < lines->start_count ? (size_t)lines->starts[index + 1] : line.size;
    while (end > begin && line.data[end - 1] == ' ') {
        end--;
    }
    return end == begin ? TEXT_NONE : text_from(line.data + begin, end - begin);
}

static bool add_line(struct sniffing *at, struct text line)
{
    struct text fields[SNIFF_FIXED_FIELDS];
    const struct sniff_lines *lines = &at->lines;
    if (at->records++ > 0 && line.size != lines->size) {
        at->ragged++;
        return true;
    }
    int count = line.size == lines->size ? lines->start_count : 0;
    for (int i = 0; i < count; i++) {
        fields[i] = field_of(lines, line, i);
    }
    if (at->records == 1) {
        return sniff_keep_first(at, fields, count);
    }
    for (int i = 0; i < count; i++) {
        sniff_facts_add(&at->facts[i], at->dates, fields[i]);
    }
    return true;
}

static bool place_fields(struct sniffing *at)
{
    const struct sniff_lines *lines = &at->lines;
    struct sniff_result *result = at->result;
    struct sniff_place *places =
        ARENA_ARRAY(at->arena, struct sniff_place, (size_t)lines->start_count);
    if (places == NULL) {
        return error_set_memory(at->error);
    }
    for (int i = 0; i < lines->start_count; i++) {
        int end = i + 1 < lines->start_count ? lines->starts[i + 1] : (int)lines->size;
        places[i] =
            (struct sniff_place){.start = lines->starts[i] + 1, .width = end - lines->starts[i]};
    }
    result->places = places;
    return true;
}

/* Columns are counted in characters: where bytes are more than these, places would be wrong. */
static bool is_plain(const struct sniffing *at)
{
    for (int i = 0; i < at->sample.count; i++) {
        if (!bytes_plain(at->sample.pieces[i].data, at->sample.pieces[i].size)) {
            return strcmp(at->encoding.name, "UTF-8") != 0 && !at->encoding.wide;
        }
    }
    return true;
}

bool sniff_fixed(struct sniffing *at, bool *found)
{
    const struct sniff_lines *lines = &at->lines;
    *found = lines->count >= LINES_MIN && lines->same * 20 >= lines->count * 19 &&
             lines->size >= LINE_BYTES_MIN && lines->start_count > 1 && is_plain(at);
    if (!*found) {
        return true;
    }
    if (!sniff_report(at,
                      "content",
                      75,
                      arena_format(at->arena,
                                   "fixed columns: %" PRIu64 " of %" PRIu64
                                   " lines have %zu bytes, with blanks at the same places",
                                   lines->same,
                                   lines->count,
                                   lines->size),
                      "columns without a blank between them cannot be told apart") ||
        !sniff_facts_make(at, lines->start_count) || !place_fields(at)) {
        return false;
    }
    for (int i = 0; i < at->sample.count; i++) {
        struct text line;
        size_t offset = 0;
        bool inside = i > 0 && sniff_line_next(&at->sample.pieces[i], &offset, &line);
        (void)inside; /* the rest of a line that began before the piece */
        while (sniff_line_next(&at->sample.pieces[i], &offset, &line)) {
            if (line.size > 0 && !add_line(at, line)) {
                return false;
            }
        }
    }
    return true;
}
