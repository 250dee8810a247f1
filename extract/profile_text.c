/* profile_text.c — a profile as a table of text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "profile_internal.h"

#include "novate/profile.h"

#include <inttypes.h>

enum {
    NAME_WIDTH_MAX = 32,
    FREQUENT_SHOWN = 3,
    PATTERNS_SHOWN = 2
};

static void push_errors(struct text_buffer *out, const uint64_t errors[REJECT_CLASS_COUNT])
{
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        if (errors[class] > 0) {
            text_buffer_string(out, "      could not be read: ");
            text_buffer_count(out, errors[class]);
            text_buffer_format(out, " %s\n", reject_class_text((enum reject_class) class));
        }
    }
}

/* One line, whatever the text has in it. */
static void push_shown(struct text_buffer *out, const char *text, bool cut)
{
    text_buffer_json(out, text_of(text));
    text_buffer_string(out, cut ? "…" : "");
}

static void push_frequent(struct text_buffer *out,
                          const char *heading,
                          const struct profile_frequent *items,
                          int count,
                          int count_max)
{
    if (count == 0) {
        return;
    }
    text_buffer_format(out, "      %s", heading);
    for (int i = 0; i < count && i < count_max; i++) {
        text_buffer_string(out, i == 0 ? " " : ", ");
        push_shown(out, items[i].text, items[i].cut);
        text_buffer_string(out, items[i].at_least == items[i].at_most ? " × " : " × at least ");
        text_buffer_count(out, items[i].at_least);
    }
    text_buffer_string(out, count > count_max ? ", …\n" : "\n");
}

static void push_range(struct text_buffer *out, const struct profile_column *column)
{
    const struct profile_extreme *ends[] = {&column->smallest, &column->largest};
    if (ends[0]->text == NULL && ends[1]->text == NULL) {
        return;
    }
    text_buffer_string(out, "      from");
    for (int i = 0; i < 2; i++) {
        text_buffer_string(out, i == 0 ? " " : " to ");
        if (ends[i]->text == NULL) {
            text_buffer_string(out, "(not shown)");
        } else {
            text_buffer_string(out, ends[i]->rounded ? "about " : "");
            push_shown(out, ends[i]->text, ends[i]->cut);
        }
    }
    text_buffer_char(out, '\n');
}

static void push_column(struct text_buffer *out, const struct profile_column *column)
{
    text_buffer_format(out,
                       "  %-*s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %s%11" PRIu64 "  %s\n",
                       NAME_WIDTH_MAX,
                       column->name,
                       column->values,
                       column->nulls,
                       column->empty + column->blank,
                       column->distinct_exact ? " " : "~",
                       column->distinct,
                       column->type);
    if (column->has_lengths) {
        text_buffer_format(out,
                           "      length %" PRIu64 " to %" PRIu64 ", %.1f on average\n",
                           column->length_min,
                           column->length_max,
                           column->length_average);
    }
    push_range(out, column);
    push_frequent(out, "values", column->frequent, column->frequent_count, FREQUENT_SHOWN);
    push_frequent(out, "patterns", column->patterns, column->pattern_count, PATTERNS_SHOWN);
    push_errors(out, column->errors);
    if (column->unknown > 0) {
        text_buffer_string(out, "      unknown, beside an error: ");
        text_buffer_count(out, column->unknown);
        text_buffer_char(out, '\n');
    }
}

void profile_text(const struct profile_report *report, struct text_buffer *out)
{
    for (int i = 0; i < report->relation_count; i++) {
        const struct profile_relation *relation = &report->relations[i];
        text_buffer_format(out, "%sentity %s: ", i == 0 ? "" : "\n", relation->entity);
        text_buffer_count(out, relation->records);
        text_buffer_format(
            out, " records of %s, consistency %s\n", relation->source, relation->consistency);
        push_errors(out, relation->errors);
        text_buffer_format(out,
                           "  %-*s %12s %12s %12s %12s  %s\n",
                           NAME_WIDTH_MAX,
                           "column",
                           "values",
                           "NULL",
                           "empty, blank",
                           "different",
                           "type");
        for (int column = 0; column < relation->column_count; column++) {
            push_column(out, &relation->columns[column]);
        }
    }
    text_buffer_char(out, '\n');
    profile_push_rules(out);
    text_buffer_char(out, '\n');
}
