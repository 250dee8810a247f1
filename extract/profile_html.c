/* profile_html.c — a profile as one page that needs nothing else: for a browser and for paper.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "profile_internal.h"

#include "novate/page.h"
#include "novate/profile.h"

#include <inttypes.h>
#include <string.h>

enum {
    LISTED_MAX = 8 /* values or patterns of a column on the page; the JSON has more */
};

static void push_number(struct text_buffer *out, uint64_t count)
{
    text_buffer_string(out, "<td class=\"n\">");
    text_buffer_count(out, count);
    text_buffer_string(out, "</td>");
}

/* "2024-05-01 21:04:31 UTC" of "2024-05-01T21:04:31Z". */
static void push_time(struct text_buffer *out, const char *time)
{
    if (strlen(time) != 20) {
        page_text(out, time);
        return;
    }
    text_buffer_format(out, "%.10s %.8s UTC", time, time + 11);
}

static void push_share(struct text_buffer *out, uint64_t part, uint64_t all)
{
    double share = all == 0 ? 0 : 100.0 * (double)part / (double)all;
    text_buffer_string(out, "<td class=\"n\">");
    if (part == 0) {
        text_buffer_string(out, "–");
    } else if (share < 0.1) {
        text_buffer_string(out, "&lt; 0.1 %");
    } else {
        text_buffer_format(out, "%.1f %%", share);
    }
    text_buffer_string(out, "</td>");
}

static void push_extreme(struct text_buffer *out, const struct profile_extreme *extreme)
{
    if (extreme->text == NULL) {
        text_buffer_string(out, "?");
        return;
    }
    text_buffer_string(out, extreme->rounded ? "≈\u00a0<code>" : "<code>");
    page_text(out, extreme->text);
    text_buffer_string(out, extreme->cut ? "…</code>" : "</code>");
}

static void push_range(struct text_buffer *out, const struct profile_column *column)
{
    const struct profile_extreme *ends[] = {&column->smallest, &column->largest};
    text_buffer_string(out, "<td>");
    bool known = ends[0]->text != NULL || ends[1]->text != NULL;
    bool both = ends[0]->text != NULL && ends[1]->text != NULL;
    if (known) {
        push_extreme(out, ends[0]);
    }
    if (known && !(both && strcmp(ends[0]->text, ends[1]->text) == 0)) {
        text_buffer_string(out, " to ");
        push_extreme(out, ends[1]);
    }
    text_buffer_string(out, "</td>");
}

static void push_lengths(struct text_buffer *out, const struct profile_column *column)
{
    text_buffer_string(out, "<td class=\"n\">");
    if (column->has_lengths) {
        text_buffer_format(out, "%" PRIu64, column->length_min);
        if (column->length_max != column->length_min) {
            text_buffer_format(out, "–%" PRIu64, column->length_max);
        }
    }
    text_buffer_string(out, "</td>");
}

static uint64_t errors_total(const uint64_t errors[REJECT_CLASS_COUNT])
{
    uint64_t total = 0;
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        total += errors[class];
    }
    return total;
}

/* "timestamp" of "timestamp without time zone", which is too wide for a column. */
static void push_type(struct text_buffer *out, const char *type)
{
    const char *zone = strstr(type, " without time zone");
    page_escaped(out, text_from(type, zone == NULL ? strlen(type) : (size_t)(zone - type)));
}

static void push_row(struct text_buffer *out, const struct profile_column *column, uint64_t records)
{
    text_buffer_string(out, "<tr><th scope=\"row\">");
    page_text(out, column->name);
    text_buffer_string(out, "</th><td>");
    push_type(out, column->type);
    text_buffer_string(out, "</td>");
    push_number(out, column->values);
    push_share(out, column->nulls, records);
    push_share(out, column->empty + column->blank, records);
    text_buffer_string(out, "<td class=\"n\">");
    text_buffer_string(out, column->distinct_exact ? "" : "~ ");
    text_buffer_count(out, column->distinct);
    text_buffer_string(out, "</td>");
    push_lengths(out, column);
    push_range(out, column);
    text_buffer_string(out, "</tr>\n");
}

/* Columns of which there is nothing to say but their names. */
static bool is_void(const struct profile_column *column)
{
    return column->values == 0 && errors_total(column->errors) == 0;
}

static void push_voids(struct text_buffer *out, const struct profile_relation *relation)
{
    bool any = false;
    for (int i = 0; i < relation->column_count; i++) {
        if (is_void(&relation->columns[i])) {
            text_buffer_string(out, any ? ", <code>" : "<p>Without any value: <code>");
            page_text(out, relation->columns[i].name);
            text_buffer_string(out, "</code>");
            any = true;
        }
    }
    text_buffer_string(out, any ? ".</p>\n" : "");
}

static void push_overview(struct text_buffer *out, const struct profile_relation *relation)
{
    text_buffer_string(
        out,
        "<div class=\"scroll\"><table><caption>Columns</caption><thead><tr>"
        "<th scope=\"col\">Column</th><th scope=\"col\">Type</th>"
        "<th scope=\"col\" class=\"n\">Values</th><th scope=\"col\" class=\"n\">NULL</th>"
        "<th scope=\"col\" class=\"n\">Empty</th><th scope=\"col\" class=\"n\">Different</th>"
        "<th scope=\"col\" class=\"n\">Length</th>"
        "<th scope=\"col\" class=\"wide\">Range</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < relation->column_count; i++) {
        if (!is_void(&relation->columns[i])) {
            push_row(out, &relation->columns[i], relation->records);
        }
    }
    text_buffer_string(out, "</tbody></table></div>\n");
    push_voids(out, relation);
}

static void push_list(struct text_buffer *out, const struct profile_frequent *items, int count)
{
    text_buffer_string(out, "<td>");
    for (int i = 0; i < count && i < LISTED_MAX; i++) {
        text_buffer_string(out, i == 0 ? "<code>" : "<br/><code>");
        if (items[i].text[0] == '\0') {
            text_buffer_string(out, "</code>(empty)<code>");
        }
        page_text(out, items[i].text);
        text_buffer_string(out, items[i].cut ? "…</code> " : "</code> ");
        text_buffer_string(out, items[i].at_least == items[i].at_most ? "× " : "× at least ");
        text_buffer_count(out, items[i].at_least);
    }
    text_buffer_string(out, count > LISTED_MAX ? "<br/>…</td>" : "</td>");
}

static void push_contents(struct text_buffer *out, const struct profile_relation *relation)
{
    bool any = false;
    for (int i = 0; i < relation->column_count; i++) {
        const struct profile_column *column = &relation->columns[i];
        if (column->frequent_count == 0 && column->pattern_count == 0) {
            continue;
        }
        if (!any) {
            text_buffer_string(out,
                               "<div class=\"scroll\"><table><caption>Frequent values and patterns"
                               "</caption><thead><tr><th scope=\"col\">Column</th>"
                               "<th scope=\"col\">Values</th><th scope=\"col\">Patterns</th>"
                               "</tr></thead>\n<tbody>\n");
            any = true;
        }
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, column->name);
        text_buffer_string(out, "</th>");
        push_list(out, column->frequent, column->frequent_count);
        push_list(out, column->patterns, column->pattern_count);
        text_buffer_string(out, "</tr>\n");
    }
    text_buffer_string(out, any ? "</tbody></table></div>\n" : "");
}

static void push_error_rows(struct text_buffer *out,
                            const char *column,
                            const uint64_t errors[REJECT_CLASS_COUNT])
{
    static const char *const meanings[] = {
#define REJECT_CLASS(name, text, meaning, finder, remedy) meaning,
#include "novate/reject_classes.def"
#undef REJECT_CLASS
    };
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        if (errors[class] == 0) {
            continue;
        }
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, column);
        text_buffer_format(out, "</th><td>%s</td>", reject_class_text((enum reject_class) class));
        push_number(out, errors[class]);
        text_buffer_format(out, "<td>%s</td></tr>\n", meanings[class]);
    }
}

static void push_errors(struct text_buffer *out, const struct profile_relation *relation)
{
    uint64_t total = errors_total(relation->errors);
    for (int i = 0; i < relation->column_count; i++) {
        total += errors_total(relation->columns[i].errors);
    }
    if (total == 0) {
        return;
    }
    text_buffer_string(out,
                       "<div class=\"scroll\"><table><caption>What could not be read: the first "
                       "error of each record</caption><thead><tr><th scope=\"col\">Column</th>"
                       "<th scope=\"col\">Class</th><th scope=\"col\" class=\"n\">Records</th>"
                       "<th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
    push_error_rows(out, "(the record)", relation->errors);
    for (int i = 0; i < relation->column_count; i++) {
        push_error_rows(out, relation->columns[i].name, relation->columns[i].errors);
    }
    text_buffer_string(out, "</tbody></table></div>\n");
}

static void push_relation(struct text_buffer *out, const struct profile_relation *relation)
{
    text_buffer_string(out, "<section class=\"entity\">\n<h3>");
    page_text(out, relation->entity);
    text_buffer_string(out, "</h3>\n<p>");
    text_buffer_count(out, relation->records);
    text_buffer_string(out, relation->records == 1 ? " record of " : " records of ");
    page_text(out, relation->source);
    text_buffer_string(out, "; consistency: ");
    page_text(out, relation->consistency);
    text_buffer_string(out, ".</p>\n");
    push_overview(out, relation);
    push_errors(out, relation);
    push_contents(out, relation);
    text_buffer_string(out, "</section>\n");
}

void profile_html(const struct profile_report *report, struct text_buffer *out)
{
    page_begin(out, report->migration);
    text_buffer_string(out, "<header>\n<h1>Profile of the source: ");
    page_text(out, report->migration);
    text_buffer_string(out, "</h1>\n<p class=\"meta\">Read from ");
    push_time(out, report->started_at);
    text_buffer_string(out, " to ");
    push_time(out, report->finished_at);
    text_buffer_string(out, ", by novate ");
    page_text(out, report->tool_version);
    text_buffer_string(out, "</p>\n</header>\n");
    page_main(out);
    text_buffer_string(out, "<p class=\"note\">");
    profile_push_rules(out);
    text_buffer_string(out, "</p>\n<h2>Entities</h2>\n");
    for (int i = 0; i < report->relation_count; i++) {
        push_relation(out, &report->relations[i]);
    }
    text_buffer_string(out, "</main>\n");
    page_end(out);
}
