/* profile_json.c — a profile as JSON, the canonical form (README.md).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/profile.h"

static void push_errors(struct text_buffer *out, const uint64_t errors[REJECT_CLASS_COUNT])
{
    text_buffer_member(out, "errors");
    text_buffer_char(out, '{');
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        if (errors[class] > 0) {
            text_buffer_member_count(
                out, reject_class_text((enum reject_class) class), errors[class]);
        }
    }
    text_buffer_char(out, '}');
}

static void push_extreme(struct text_buffer *out,
                         const char *name,
                         const struct profile_extreme *extreme)
{
    if (extreme->text == NULL) {
        text_buffer_member_text(out, name, NULL);
        return;
    }
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "value", extreme->text);
    text_buffer_member_bool(out, "rounded", extreme->rounded);
    text_buffer_member_bool(out, "cut", extreme->cut);
    text_buffer_char(out, '}');
}

static void push_frequent(struct text_buffer *out,
                          const char *list,
                          const char *member,
                          const struct profile_frequent *items,
                          int count)
{
    text_buffer_member(out, list);
    text_buffer_char(out, '[');
    for (int i = 0; i < count; i++) {
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, member, items[i].text);
        text_buffer_member_count(out, "at_least", items[i].at_least);
        text_buffer_member_count(out, "at_most", items[i].at_most);
        text_buffer_member_bool(out, "cut", items[i].cut);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

static void push_column(struct text_buffer *out, const struct profile_column *column)
{
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "column", column->name);
    text_buffer_member_text(out, "type", column->type);
    text_buffer_member_count(out, "values", column->values);
    text_buffer_member_count(out, "nulls", column->nulls);
    text_buffer_member_count(out, "unknown", column->unknown);
    text_buffer_member_count(out, "empty", column->empty);
    text_buffer_member_count(out, "blank", column->blank);
    text_buffer_member_count(out, "distinct", column->distinct);
    text_buffer_member_bool(out, "distinct_exact", column->distinct_exact);
    push_extreme(out, "smallest", &column->smallest);
    push_extreme(out, "largest", &column->largest);
    if (column->has_lengths) {
        text_buffer_member_count(out, "length_min", column->length_min);
        text_buffer_member_count(out, "length_max", column->length_max);
        text_buffer_member(out, "length_average");
        text_buffer_format(out, "%.2f", column->length_average);
    }
    push_frequent(out, "frequent", "value", column->frequent, column->frequent_count);
    push_frequent(out, "patterns", "pattern", column->patterns, column->pattern_count);
    push_errors(out, column->errors);
    text_buffer_char(out, '}');
}

static void push_relation(struct text_buffer *out, const struct profile_relation *relation)
{
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "entity", relation->entity);
    text_buffer_member_text(out, "source", relation->source);
    text_buffer_member_text(out, "consistency", relation->consistency);
    text_buffer_member_count(out, "records", relation->records);
    push_errors(out, relation->errors);
    text_buffer_member(out, "columns");
    text_buffer_char(out, '[');
    for (int i = 0; i < relation->column_count; i++) {
        text_buffer_string(out, i == 0 ? "\n" : ",\n");
        push_column(out, &relation->columns[i]);
    }
    text_buffer_string(out, "]}");
}

void profile_json(const struct profile_report *report, struct text_buffer *out)
{
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "novate_profile", 1);
    text_buffer_member_text(out, "migration", report->migration);
    text_buffer_member_text(out, "started_at", report->started_at);
    text_buffer_member_text(out, "finished_at", report->finished_at);
    text_buffer_member_text(out, "tool_version", report->tool_version);
    text_buffer_member_count(out, "occurrences_min", PROFILE_OCCURRENCES_MIN);
    text_buffer_member(out, "entities");
    text_buffer_string(out, "[\n");
    for (int i = 0; i < report->relation_count; i++) {
        text_buffer_string(out, i == 0 ? "" : ",\n");
        push_relation(out, &report->relations[i]);
    }
    text_buffer_string(out, "]}\n");
}
