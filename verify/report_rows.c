/* report_rows.c — rows that differ and rows in flight, one by one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report_findings.h"
#include "report_lines.h"
#include "report_markup.h"

#include "novate/limits.h"

#include <string.h>

/* Rows on the page and in the text; more would not be read, and the JSON has them. */
static const size_t page_max = 500;
static const size_t text_max = 50;

/* The two lists: what differs, and what changed while it was looked at. */
struct list {
    const char *member;
    const char *title;
    uint64_t total;
    size_t described;
    const json_t *rows;
};

static struct list differences_of(const json_t *entity)
{
    const json_t *rows = json_object_get(entity, "differences");
    return (struct list){.member = "differences",
                         .title = "Differences",
                         .total = view_differences(entity),
                         .described = json_array_size(rows),
                         .rows = rows};
}

static struct list in_flight_of(const json_t *entity)
{
    const json_t *rows = json_object_get(entity, "in_flight");
    struct list list = {.member = "in flight",
                        .title = "In flight: records that changed between two looks",
                        .described = json_array_size(rows),
                        .rows = rows};
    if (!view_count(json_object_get(entity, "verification"), "in_flight", &list.total)) {
        list.total = list.described;
    }
    return list;
}

/* One of the two looks at a row that changed between them: when, and what it was then. */
static void push_look(struct text_buffer *out, const json_t *look)
{
    push_time(out, view_text(look, "at"));
    text_buffer_format(out, ": %s", kind_words(view_text(look, "kind")));
}

static void push_names(struct text_buffer *out, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        text_buffer_format(out, "%s%s", i == 0 ? "  " : ", ", name == NULL ? "?" : name);
    }
}

static void push_line(struct text_buffer *out, const json_t *row)
{
    text_buffer_format(out, "    %-17s  ", kind_words(view_text(row, "kind")));
    push_key(out, json_object_get(row, "key"));
    push_names(out, json_object_get(row, "columns"));
    text_buffer_char(out, '\n');
}

static void push_flight(struct text_buffer *out, const json_t *row)
{
    static const char *const looks[] = {"first", "second"};
    text_buffer_string(out, "    ");
    push_key(out, json_object_get(row, "key"));
    text_buffer_char(out, '\n');
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        const json_t *look = json_object_get(row, looks[i]);
        text_buffer_string(out, "      ");
        push_look(out, look);
        push_names(out, json_object_get(look, "columns"));
        text_buffer_char(out, '\n');
    }
}

static void list_text(const struct list *list,
                      void (*push)(struct text_buffer *out, const json_t *row),
                      struct text_buffer *out)
{
    size_t printed = list->described < text_max ? list->described : text_max;
    if (list->total == 0) {
        return;
    }
    text_buffer_format(out, "  %s\n", list->member);
    for (size_t i = 0; i < printed; i++) {
        push(out, json_array_get(list->rows, i));
    }
    if (list->total > printed) {
        text_buffer_string(out, "    … and ");
        push_count(out, true, list->total - printed);
        text_buffer_string(out, " more; the JSON report describes ");
        push_count(out, true, list->described);
        text_buffer_string(out, " of them\n");
    }
}

void report_rows_text(const json_t *entity, struct text_buffer *out)
{
    struct list differences = differences_of(entity);
    struct list in_flight = in_flight_of(entity);
    list_text(&differences, push_line, out);
    list_text(&in_flight, push_flight, out);
}

static void push_key_cell(struct text_buffer *out, const json_t *row)
{
    struct text_buffer key;

    text_buffer_init(&key, LIMIT_RECORD_BYTES);
    push_key(&key, json_object_get(row, "key"));
    text_buffer_string(out, "<tr><th scope=\"row\"><code>");
    markup_scratch(out, &key);
    text_buffer_string(out, "</code></th>");
}

static void push_names_cell(struct text_buffer *out, const json_t *names)
{
    text_buffer_string(out, "<td>");
    markup_names(out, names);
    text_buffer_string(out, "</td>");
}

static void push_row(struct text_buffer *out, const json_t *row)
{
    push_key_cell(out, row);
    markup_cell(out, kind_words(view_text(row, "kind")), false);
    push_names_cell(out, json_object_get(row, "columns"));
    text_buffer_string(out, "</tr>\n");
}

static void push_look_cells(struct text_buffer *out, const json_t *look)
{
    struct text_buffer words;
    text_buffer_init(&words, LIMIT_PLAN_BYTES);
    push_look(&words, look);
    text_buffer_string(out, "<td>");
    markup_scratch(out, &words);
    text_buffer_string(out, "</td>");
    push_names_cell(out, json_object_get(look, "columns"));
}

static void push_flight_row(struct text_buffer *out, const json_t *row)
{
    push_key_cell(out, row);
    push_look_cells(out, json_object_get(row, "first"));
    push_look_cells(out, json_object_get(row, "second"));
    text_buffer_string(out, "</tr>\n");
}

static void list_html(const struct list *list, bool in_flight, struct text_buffer *out)
{
    static const char *const flight_headings[] = {
        "Key", "First look", "Columns", "Second look", "Columns then"};
    static const char *const headings[] = {"Key", "Difference", "Columns"};
    size_t printed = list->described < page_max ? list->described : page_max;
    struct text_buffer caption;

    if (list->total == 0) {
        return;
    }
    text_buffer_init(&caption, LIMIT_PLAN_BYTES);
    text_buffer_format(&caption, "%s: ", list->title);
    push_count(&caption, true, list->total);
    if (list->total > printed) {
        text_buffer_string(&caption, ", of which the first ");
        push_count(&caption, true, printed);
        text_buffer_string(&caption, " by key are shown; the JSON report describes ");
        push_count(&caption, true, list->described);
    }
    markup_table(out, "sort", &caption, in_flight ? flight_headings : headings, in_flight ? 5 : 3);
    for (size_t i = 0; i < printed; i++) {
        const json_t *row = json_array_get(list->rows, i);
        if (in_flight) {
            push_flight_row(out, row);
        } else {
            push_row(out, row);
        }
    }
    markup_table_end(out);
}

void report_rows_html(const json_t *entity, struct text_buffer *out)
{
    struct list differences = differences_of(entity);
    struct list in_flight = in_flight_of(entity);
    list_html(&differences, false, out);
    list_html(&in_flight, true, out);
}
