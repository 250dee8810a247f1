/* report_sides.c — columns of both sides beside each other: counts, extremes, sums, digests.
 *
 * A column of which both sides agree takes one line, for both; one that differs takes two.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_findings.h"
#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"

#include <string.h>

static const char *const headings[] = {"Column",
                                       "Type",
                                       "Side",
                                       "Agreement",
                                       "#Rows",
                                       "#NULLs",
                                       "Smallest",
                                       "Largest",
                                       "Sum",
                                       "Digest"};
enum {
    COLUMNS = sizeof headings / sizeof *headings,
    SIDE = 2,
    AGREEMENT,
    FIRST_FACT,
    DIGEST = COLUMNS - 1
};

static const char *const members[COLUMNS] = {[FIRST_FACT] = "rows",
                                             [FIRST_FACT + 1] = "nulls",
                                             [FIRST_FACT + 2] = "min",
                                             [FIRST_FACT + 3] = "max",
                                             [FIRST_FACT + 4] = "sum",
                                             [DIGEST] = "digest"};

static bool agrees(const json_t *column)
{
    return json_is_true(json_object_get(column, "agrees"));
}

size_t report_columns_differing(const json_t *entity)
{
    const json_t *columns = json_object_get(entity, "columns");
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(columns); i++) {
        count += json_is_false(json_object_get(json_array_get(columns, i), "agrees")) ? 1 : 0;
    }
    return count;
}

/* Line `row` of the table: which column, and whether it is the second of two. */
static const json_t *column_at(const json_t *columns, size_t row, bool *second)
{
    size_t line = 0;
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const json_t *column = json_array_get(columns, i);
        size_t lines = agrees(column) ? 1 : 2;
        if (row < line + lines) {
            *second = row > line;
            return column;
        }
        line += lines;
    }
    return NULL;
}

static size_t line_count(const json_t *columns)
{
    size_t lines = 0;
    for (size_t i = 0; i < json_array_size(columns); i++) {
        lines += agrees(json_array_get(columns, i)) ? 1 : 2;
    }
    return lines;
}

static const char *agreement(const json_t *column)
{
    const json_t *value = json_object_get(column, "agrees");
    return json_is_true(value) ? "agrees" : json_is_false(value) ? "DIFFERS" : "not known";
}

static void push_fact(struct text_buffer *out, const json_t *side, size_t at)
{
    uint64_t count = 0;
    if (headings[at][0] == '#') {
        bool known = view_count(side, members[at], &count);
        push_count(out, known, count);
        return;
    }
    const json_t *value = json_object_get(side, members[at]);
    if (value == NULL || json_is_null(value)) {
        text_buffer_string(out, "–");
    } else {
        push_key(out, value);
    }
}

static void push_cell_of(const json_t *column, bool second, size_t at, struct text_buffer *out)
{
    if (at == 0) {
        text_buffer_string(out, view_text(column, "column"));
    } else if (at < SIDE) {
        text_buffer_string(out, view_text(column, "type"));
    } else if (at == SIDE) {
        text_buffer_string(out, agrees(column) ? "both" : second ? "target" : "source");
    } else if (at == AGREEMENT) {
        text_buffer_string(out, agreement(column));
    } else {
        push_fact(out, json_object_get(column, second ? "target" : "source"), at);
    }
}

static void push_text_cell(const void *state, size_t row, size_t at, struct text_buffer *out)
{
    bool second = false;
    const json_t *column = column_at(state, row, &second);
    push_cell_of(column, second, at, out);
}

/* Without digests, which the page and the JSON have: 32 digits are too wide here. */
void report_columns_text(const json_t *entity, struct text_buffer *out)
{
    const json_t *columns = json_object_get(entity, "columns");
    if (json_array_size(columns) == 0) {
        return;
    }
    text_buffer_string(out, "  columns, each side by itself\n");
    lines_table(out,
                &(struct lines_table){.headings = headings,
                                      .columns = DIGEST,
                                      .rows = line_count(columns),
                                      .indent = 4,
                                      .push = push_text_cell,
                                      .state = columns});
}

static void push_line(struct text_buffer *out, const json_t *column, bool second)
{
    bool differs = json_is_false(json_object_get(column, "agrees"));
    text_buffer_string(out, "<tr>");
    for (size_t at = 0; at < COLUMNS; at++) {
        struct text_buffer scratch;
        const char *class = headings[at][0] == '#'       ? " class=\"n\""
                            : at == DIGEST               ? " class=\"digest\""
                            : at == AGREEMENT && differs ? " class=\"bad\""
                                                         : "";
        bool code = at == 0 || at == DIGEST;
        text_buffer_format(
            out, "<%s%s>%s", at == 0 ? "th scope=\"row\"" : "td", class, code ? "<code>" : "");
        text_buffer_init(&scratch, LIMIT_RECORD_BYTES);
        push_cell_of(column, second, at, &scratch);
        markup_scratch(out, &scratch);
        text_buffer_format(out, "%s</%s>", code ? "</code>" : "", at == 0 ? "th" : "td");
    }
    text_buffer_string(out, "</tr>\n");
}

void report_columns_html(const json_t *entity, struct text_buffer *out)
{
    const json_t *columns = json_object_get(entity, "columns");
    size_t count = json_array_size(columns);
    size_t differing = report_columns_differing(entity);
    struct text_buffer caption;
    if (count == 0) {
        return;
    }
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    text_buffer_format(
        &caption, "Columns of %s, each side by itself: ", view_text(entity, "entity"));
    push_counted(&caption, count, "column", "columns");
    text_buffer_string(&caption, differing == 0 ? ", none differs" : ", of which ");
    if (differing > 0) {
        push_counted(&caption, differing, "differs", "differ");
    }
    text_buffer_string(&caption, ". A value that is not kept is a dash; # is a hash of one.");
    markup_table(out, "sort", &caption, headings, COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const json_t *column = json_array_get(columns, i);
        push_line(out, column, false);
        if (!agrees(column)) {
            push_line(out, column, true);
        }
    }
    markup_table_end(out);
}
