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
                        .title = "In flight: rows that were not what they had been at the second "
                                 "look",
                        .described = json_array_size(rows),
                        .rows = rows};
    if (!view_count(json_object_get(entity, "verification"), "in_flight", &list.total)) {
        list.total = list.described;
    }
    return list;
}

/* "at the second look", where the report has one. */
static void push_second(struct text_buffer *out, const json_t *row)
{
    const char *second = view_text(row, "second_kind");
    text_buffer_string(out, strcmp(second, "equal") == 0 ? "equal" : kind_words(second));
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
    if (view_text(row, "second_kind")[0] != '\0') {
        text_buffer_string(out, "\n      seen ");
        push_time(out, view_text(row, "first_at"));
        text_buffer_string(out, "; again ");
        push_time(out, view_text(row, "second_at"));
        text_buffer_string(out, ", then ");
        push_second(out, row);
    }
    text_buffer_char(out, '\n');
}

static void list_text(const struct list *list, struct text_buffer *out)
{
    size_t printed = list->described < text_max ? list->described : text_max;
    if (list->total == 0) {
        return;
    }
    text_buffer_format(out, "  %s\n", list->member);
    for (size_t i = 0; i < printed; i++) {
        push_line(out, json_array_get(list->rows, i));
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
    list_text(&differences, out);
    list_text(&in_flight, out);
}

static void push_row(struct text_buffer *out, const json_t *row, bool in_flight)
{
    struct text_buffer key;

    text_buffer_init(&key, LIMIT_RECORD_BYTES);
    push_key(&key, json_object_get(row, "key"));
    text_buffer_string(out, "<tr><th scope=\"row\"><code>");
    markup_scratch(out, &key);
    text_buffer_string(out, "</code></th>");
    markup_cell(out, kind_words(view_text(row, "kind")), false);
    text_buffer_string(out, "<td>");
    markup_names(out, json_object_get(row, "columns"));
    text_buffer_string(out, "</td>");
    if (in_flight) {
        struct text_buffer second;
        text_buffer_string(out, "<td>");
        markup_time(out, view_text(row, "first_at"));
        text_buffer_string(out, "</td><td>");
        markup_time(out, view_text(row, "second_at"));
        text_buffer_string(out, "</td><td>");
        text_buffer_init(&second, LIMIT_PLAN_BYTES);
        push_second(&second, row);
        markup_scratch(out, &second);
        text_buffer_string(out, "</td>");
    }
    text_buffer_string(out, "</tr>\n");
}

static void list_html(const struct list *list, bool in_flight, struct text_buffer *out)
{
    static const char *const headings[] = {
        "Key", "Difference", "Columns", "Seen", "Seen again", "Then"};
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
    markup_table(out, "sort", &caption, headings, in_flight ? 6 : 3);
    for (size_t i = 0; i < printed; i++) {
        push_row(out, json_array_get(list->rows, i), in_flight);
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
