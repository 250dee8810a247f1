/* sample_sheet.c — the sheet of a sample, as a page and as CSV.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/page.h"
#include "novate/sample.h"

#include <inttypes.h>
#include <string.h>

static void push_escaped_format(struct text_buffer *out, const char *label, const char *value)
{
    text_buffer_format(out, "<dt>%s</dt><dd>", label);
    page_text(out, value);
    text_buffer_string(out, "</dd>\n");
}

static void push_count_term(struct text_buffer *out, const char *label, uint64_t count)
{
    text_buffer_format(out, "<dt>%s</dt><dd>", label);
    text_buffer_count(out, count);
    text_buffer_string(out, "</dd>\n");
}

/* What may be said once the sheet is filled in. */
static void push_confidence(const struct sample_sheet *sheet, struct text_buffer *out)
{
    uint64_t checked = (uint64_t)sheet->count;

    text_buffer_string(out,
                       "<h2>What this proves</h2>\n<p>With so many records in error, the share of "
                       "wrong ones among all of them is, at 95 % confidence, not above:</p>\n"
                       "<table><thead><tr><th scope=\"col\">Errors found</th><th scope=\"col\">At "
                       "most wrong</th></tr></thead>\n<tbody>\n");
    for (uint64_t errors = 0; errors <= 3 && errors < checked; errors++) {
        text_buffer_format(out, "<tr><td>%" PRIu64 "</td><td>", errors);
        sample_push_percent(out, sample_upper_bound(checked, errors, sheet->population));
        text_buffer_string(out, " %</td></tr>\n");
    }
    text_buffer_string(
        out,
        "</tbody></table>\n<p class=\"note\">The exact binomial bound (Clopper and Pearson, "
        "one-sided), if every record is looked at; it is conservative, since the records are "
        "finite. Records were picked by a hash of key and seed: the same seed gives the same "
        "ones.");
    if (sheet->strata != NULL) {
        text_buffer_string(out,
                           " They were picked in proportion to the values of a column, at least "
                           "one of each: rare values are looked at more often than by chance, so "
                           "for these the bound is a guide and not exact.");
    }
    text_buffer_string(out, "</p>\n");
}

static void push_head(const struct sample_sheet *sheet, struct text_buffer *out)
{
    text_buffer_string(out, "<h1>Sample of ");
    page_text(out, sheet->entity);
    text_buffer_string(
        out,
        "</h1>\n<p><strong>Restricted: this sheet shows personal data.</strong> Keep "
        "it as the records themselves are kept, and destroy it in the same "
        "way.</p>\n<dl>\n");
    push_escaped_format(out, "Migration", sheet->migration);
    push_escaped_format(out, "Source", sheet->source);
    push_escaped_format(out, "Target", sheet->target);
    push_escaped_format(out, "Drawn at", sheet->drawn_at);
    push_count_term(out, "Seed", sheet->seed);
    push_count_term(out, "Records asked for", sheet->size);
    push_count_term(out, "Records on this sheet", (uint64_t)sheet->count);
    push_count_term(out, "Records of the source", sheet->population);
    if (sheet->strata != NULL) {
        push_escaped_format(out, "In proportion to", sheet->strata);
    }
    text_buffer_string(out, "</dl>\n");
    push_confidence(sheet, out);
    text_buffer_string(out,
                       "<p>Checked by: ______________________ \u00A0 On: ______________ \u00A0 "
                       "Errors: ________</p>\n");
}

static void push_value(struct text_buffer *out, const char *value)
{
    text_buffer_string(out, "<td>");
    if (value == NULL) {
        text_buffer_string(out, "<em>none</em>");
    } else {
        page_text(out, value);
    }
    text_buffer_string(out, "</td>");
}

static void push_fields(struct text_buffer *out, const struct sample_record *record)
{
    text_buffer_string(out,
                       "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column of the "
                       "source</th><th scope=\"col\">The source says</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < record->source_count; i++) {
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, record->source[i].name);
        text_buffer_string(out, "</th>");
        push_value(out, record->source[i].value);
        text_buffer_string(out, "</tr>\n");
    }
    text_buffer_string(out, "</tbody></table></div>\n");
}

static void push_row(struct text_buffer *out, const struct sample_row *row)
{
    text_buffer_string(out,
                       "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Column of the "
                       "target</th><th scope=\"col\">The mapping makes</th><th scope=\"col\">The "
                       "target holds now</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < row->count; i++) {
        text_buffer_string(out, "<tr><th scope=\"row\">");
        page_text(out, row->mapped[i].name);
        text_buffer_string(out, "</th>");
        push_value(out, row->mapped[i].value);
        if (row->target == NULL) {
            text_buffer_string(out, "<td></td>");
        } else {
            push_value(out, row->target[i]);
        }
        text_buffer_string(out, "</tr>\n");
    }
    text_buffer_string(out, "</tbody></table></div>\n");
    if (row->note != NULL) {
        text_buffer_string(out, "<p><strong>");
        page_text(out, row->note);
        text_buffer_string(out, "</strong></p>\n");
    }
}

static void push_record(struct text_buffer *out, const struct sample_record *record, int number)
{
    text_buffer_format(out, "<section class=\"entity\">\n<h3>%d. ", number);
    page_text(out, record->key);
    text_buffer_string(out, " — ");
    page_text(out, record->outcome);
    text_buffer_string(out, "</h3>\n");
    if (record->stratum != NULL) {
        text_buffer_string(out, "<p>");
        page_text(out, record->stratum);
        text_buffer_string(out, "</p>\n");
    }
    push_fields(out, record);
    for (int i = 0; i < record->row_count; i++) {
        push_row(out, &record->rows[i]);
    }
    text_buffer_string(out,
                       "<p>☐ agrees \u00A0 ☐ differs \u00A0 Comment: "
                       "____________________________________________</p>\n</section>\n");
}

void sample_html(const struct sample_sheet *sheet, struct text_buffer *out)
{
    page_begin(out, "Sample");
    page_main(out);
    push_head(sheet, out);
    text_buffer_string(out,
                       "<h2>Records</h2>\n<p class=\"note\">Of the source those columns are shown "
                       "that the mapping reads, of the target those that it fills.</p>\n");
    for (int i = 0; i < sheet->count; i++) {
        push_record(out, &sheet->records[i], i + 1);
    }
    text_buffer_string(out, "</main>\n");
    page_end(out);
}

/* record,key,outcome,stratum,row,column,source,mapped,target,agrees,differs,comment */
static void push_line(struct text_buffer *out,
                      int number,
                      const struct sample_record *record,
                      int row,
                      const char *const cells[4])
{
    text_buffer_format(out, "%d,", number);
    text_buffer_csv(out, record->key);
    text_buffer_char(out, ',');
    text_buffer_csv(out, record->outcome);
    text_buffer_char(out, ',');
    text_buffer_csv(out, record->stratum == NULL ? "" : record->stratum);
    if (row > 0) {
        text_buffer_format(out, ",%d", row);
    } else {
        text_buffer_char(out, ',');
    }
    for (int i = 0; i < 4; i++) {
        text_buffer_char(out, ',');
        text_buffer_csv(out, cells[i] == NULL ? "" : cells[i]);
    }
    text_buffer_string(out, ",,,\r\n");
}

void sample_csv(const struct sample_sheet *sheet, struct text_buffer *out)
{
    text_buffer_string(out,
                       "record,key,outcome,stratum,row,column,source,mapped,target,agrees,differs,"
                       "comment\r\n");
    for (int i = 0; i < sheet->count; i++) {
        const struct sample_record *record = &sheet->records[i];
        for (int at = 0; at < record->source_count; at++) {
            const struct sample_field *field = &record->source[at];
            push_line(
                out, i + 1, record, 0, (const char *const[4]){field->name, field->value, "", ""});
        }
        for (int row = 0; row < record->row_count; row++) {
            const struct sample_row *made = &record->rows[row];
            for (int at = 0; at < made->count; at++) {
                push_line(
                    out,
                    i + 1,
                    record,
                    row + 1,
                    (const char *const[4]){made->mapped[at].name,
                                           "",
                                           made->mapped[at].value,
                                           made->target == NULL ? made->note : made->target[at]});
            }
        }
    }
}
