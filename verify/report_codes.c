/* report_codes.c — how often codes occur, before the mapping and after it on both sides.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_chart.h"
#include "report_findings.h"
#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"
#include "novate/page.h"

#include <string.h>

enum {
    PICTURE_CODES = 20, /* the first ones; the table has all */
    CODE_HEIGHT = 34,
    BARS_X = 150,
    BARS_WIDTH = 330
};

static const char *const after_headings[] = {
    "Code", "#Source rows", "#Target rows", "#Target more or less"};

/* "+3", "-1,000", "0": how many more rows the target has. */
static void push_delta(struct text_buffer *out, const json_t *code)
{
    uint64_t source = 0;
    uint64_t target = 0;
    bool known = view_count(code, "source_rows", &source);
    known = view_count(code, "target_rows", &target) && known;
    if (!known) {
        text_buffer_string(out, "–");
        return;
    }
    text_buffer_string(out, target > source ? "+" : target < source ? "-" : "");
    push_count(out, true, target > source ? target - source : source - target);
}

/* A code is a text, or null where the column is NULL. */
static const char *code_text(const json_t *code)
{
    const json_t *value = json_object_get(code, "code");
    return json_is_string(value) ? json_string_value(value) : "(NULL)";
}

static void push_after_cell(const json_t *code, size_t at, struct text_buffer *out)
{
    static const char *const members[] = {NULL, "source_rows", "target_rows"};
    uint64_t count = 0;
    if (at == 0) {
        text_buffer_string(out, code_text(code));
    } else if (at == 3) {
        push_delta(out, code);
    } else {
        bool known = view_count(code, members[at], &count);
        push_count(out, known, count);
    }
}

/* Codes that are counted and not shown, of one of the two lists. */
static void push_rare(struct text_buffer *out, const json_t *rare, const char *which)
{
    static const char *const sides[][2] = {
        {"rows", ""}, {"source_rows", " of the source"}, {"target_rows", " of the target"}};
    uint64_t count = 0;
    const char *between = ", in ";
    if (!view_count(rare, "codes", &count) || count == 0) {
        return;
    }
    text_buffer_format(out, "%s%s: ", out->size == 0 ? "" : " ", which);
    push_counted(out, count, "code", "codes");
    text_buffer_string(out, " too rare to be shown");
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        uint64_t rows = 0;
        if (view_count(rare, sides[i][0], &rows)) {
            text_buffer_string(out, between);
            push_counted(out, rows, "row", "rows");
            text_buffer_string(out, sides[i][1]);
            between = " and ";
        }
    }
    text_buffer_char(out, '.');
}

/* What the two tables do not have. */
static void push_notes(struct text_buffer *out, const json_t *codes)
{
    if (!json_is_array(json_object_get(codes, "before"))) {
        text_buffer_string(out,
                           "Before the mapping codes are not counted: its rule reads more than one "
                           "column, or there are too many.");
    }
    push_rare(out, json_object_get(codes, "rare"), "Before");
    push_rare(out, json_object_get(codes, "rare_after"), "After");
}

static void push_before_text(const void *state, size_t row, size_t at, struct text_buffer *out)
{
    const json_t *code = json_array_get(state, row);
    uint64_t rows = 0;
    if (at == 0) {
        text_buffer_string(out, code_text(code));
    } else {
        bool known = view_count(code, "rows", &rows);
        push_count(out, known, rows);
    }
}

static void push_after_text(const void *state, size_t row, size_t at, struct text_buffer *out)
{
    push_after_cell(json_array_get(state, row), at, out);
}

static void codes_text(const json_t *codes, struct text_buffer *out)
{
    static const char *const before_headings[] = {"Before", "#Rows"};
    const json_t *before = json_object_get(codes, "before");
    const json_t *after = json_object_get(codes, "after");
    struct text_buffer rare;

    text_buffer_format(
        out, "  codes of %s, from %s\n", view_text(codes, "column"), view_text(codes, "from"));
    if (json_is_array(before)) {
        lines_table(out,
                    &(struct lines_table){.headings = before_headings,
                                          .columns = 2,
                                          .rows = json_array_size(before),
                                          .indent = 4,
                                          .push = push_before_text,
                                          .state = before});
    }
    lines_table(out,
                &(struct lines_table){.headings = after_headings,
                                      .columns = 4,
                                      .rows = json_array_size(after),
                                      .indent = 4,
                                      .push = push_after_text,
                                      .state = after});
    text_buffer_init(&rare, LIMIT_PLAN_BYTES);
    push_notes(&rare, codes);
    if (rare.size > 0) {
        lines_wrapped(out, rare.data, 4);
    }
    text_buffer_release(&rare);
}

void report_codes_text(const json_t *entity, struct text_buffer *out)
{
    const json_t *columns = json_object_get(entity, "codes");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        codes_text(json_array_get(columns, i), out);
    }
}

static uint64_t most(const json_t *after, size_t count)
{
    uint64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t rows = 0;
        const json_t *code = json_array_get(after, i);
        most = view_count(code, "source_rows", &rows) && rows > most ? rows : most;
        most = view_count(code, "target_rows", &rows) && rows > most ? rows : most;
    }
    return most;
}

/* Two bars of a code, and by how much they differ. */
static void push_code(struct text_buffer *out, const json_t *code, int y, uint64_t whole)
{
    static const char *const members[] = {"source_rows", "target_rows"};
    static const char *const words[] = {" source", " target"};
    static const char *const classes[] = {"plain", "loaded"};
    struct text_buffer text;

    chart_label(out, BARS_X - 8, y + 18, true, code_text(code), 20);
    for (size_t i = 0; i < 2; i++) {
        uint64_t rows = 0;
        bool widened = false;
        bool known = view_count(code, members[i], &rows);
        int width = chart_pixels(rows, whole, BARS_WIDTH, &widened);
        int top = y + (int)i * 14;
        if (width > 0) {
            chart_bar(out, BARS_X, top + 2, width, 10, classes[i]);
        }
        text_buffer_init(&text, LIMIT_PLAN_BYTES);
        push_count(&text, known, rows);
        text_buffer_string(&text, words[i]);
        if (i == 1) {
            text_buffer_string(&text, " (");
            push_delta(&text, code);
            text_buffer_char(&text, ')');
        }
        chart_label(
            out, BARS_X + width + 5, top + 12, false, text.data == NULL ? "" : text.data, 40);
        text_buffer_release(&text);
    }
}

static void push_picture(struct text_buffer *out, const json_t *codes, const char *id)
{
    const json_t *after = json_object_get(codes, "after");
    size_t all = json_array_size(after);
    size_t count = all < PICTURE_CODES ? all : PICTURE_CODES;
    uint64_t whole = most(after, count);
    struct text_buffer title;
    struct text_buffer words;

    text_buffer_init(&title, LIMIT_PLAN_BYTES);
    text_buffer_format(&title, "Rows by code of %s, source and target", view_text(codes, "column"));
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    if (all > count) {
        text_buffer_format(&words, "The first %zu codes; the table has all. ", count);
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *code = json_array_get(after, i);
        text_buffer_format(&words, "%s%s: source ", i == 0 ? "" : "; ", code_text(code));
        push_after_cell(code, 1, &words);
        text_buffer_string(&words, ", target ");
        push_after_cell(code, 2, &words);
    }
    text_buffer_char(&words, '.');
    chart_begin(out, id, (int)count * CODE_HEIGHT + 4, &title, &words);
    for (size_t i = 0; i < count; i++) {
        push_code(out, json_array_get(after, i), (int)i * CODE_HEIGHT, whole);
    }
    chart_end(out);
}

static void push_cells(struct text_buffer *out,
                       const json_t *list,
                       size_t columns,
                       void (*push)(const void *state, size_t, size_t, struct text_buffer *))
{
    for (size_t row = 0; row < json_array_size(list); row++) {
        text_buffer_string(out, "<tr>");
        for (size_t at = 0; at < columns; at++) {
            struct text_buffer scratch;
            text_buffer_string(out, at == 0 ? "<th scope=\"row\"><code>" : "<td class=\"n\">");
            text_buffer_init(&scratch, LIMIT_PLAN_BYTES);
            push(list, row, at, &scratch);
            markup_scratch(out, &scratch);
            text_buffer_string(out, at == 0 ? "</code></th>" : "</td>");
        }
        text_buffer_string(out, "</tr>\n");
    }
}

static void codes_html(const json_t *codes, const char *id, struct text_buffer *out)
{
    static const char *const before_headings[] = {"Code", "#Rows"};
    const json_t *before = json_object_get(codes, "before");
    const json_t *after = json_object_get(codes, "after");
    struct text_buffer caption;

    text_buffer_string(out, "<h4>Codes of <code>");
    page_text(out, view_text(codes, "column"));
    text_buffer_string(out, "</code></h4>\n");
    if (json_array_size(after) > 0) {
        push_picture(out, codes, id);
    }
    text_buffer_string(out, "<div class=\"side\">\n");
    if (json_is_array(before)) {
        text_buffer_init(&caption, LIMIT_PLAN_BYTES);
        text_buffer_format(&caption, "Before the mapping: %s", view_text(codes, "from"));
        markup_table(out, "narrow sort", &caption, before_headings, 2);
        push_cells(out, before, 2, push_before_text);
        markup_table_end(out);
    }
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    text_buffer_format(
        &caption, "After it: %s, by %s", view_text(codes, "column"), view_text(codes, "from"));
    markup_table(out, "narrow sort", &caption, after_headings, 4);
    push_cells(out, after, 4, push_after_text);
    markup_table_end(out);
    text_buffer_string(out, "</div>\n");
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    push_notes(&caption, codes);
    if (caption.size > 0) {
        text_buffer_format(out, "<p class=\"note\">%s</p>\n", caption.data);
    }
    text_buffer_release(&caption);
}

void report_codes_html(const json_t *entity, size_t index, struct text_buffer *out)
{
    const json_t *columns = json_object_get(entity, "codes");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        struct text_buffer id;
        text_buffer_init(&id, LIMIT_PLAN_BYTES);
        text_buffer_format(&id, "codes-%zu-%zu", index, i);
        codes_html(json_array_get(columns, i), id.data == NULL ? "codes" : id.data, out);
        text_buffer_release(&id);
    }
}
