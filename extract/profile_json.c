/* profile_json.c — a profile as JSON, the canonical form (README.md).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/profile.h"

#include <inttypes.h>

static void push_member(struct text_buffer *out, const char *name, const char *text)
{
    text_buffer_format(out, "\"%s\":", name);
    if (text == NULL) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_json(out, text_of(text));
    }
    text_buffer_char(out, ',');
}

static void push_errors(struct text_buffer *out, const uint64_t errors[REJECT_CLASS_COUNT])
{
    bool any = false;
    text_buffer_string(out, "\"errors\":{");
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        if (errors[class] > 0) {
            text_buffer_format(out,
                               "%s\"%s\":%" PRIu64,
                               any ? "," : "",
                               reject_class_text((enum reject_class) class),
                               errors[class]);
            any = true;
        }
    }
    text_buffer_char(out, '}');
}

static void push_extreme(struct text_buffer *out,
                         const char *name,
                         const struct profile_extreme *extreme)
{
    if (extreme->text == NULL) {
        text_buffer_format(out, "\"%s\":null,", name);
        return;
    }
    text_buffer_format(out, "\"%s\":{\"value\":", name);
    text_buffer_json(out, text_of(extreme->text));
    text_buffer_format(out,
                       ",\"rounded\":%s,\"cut\":%s},",
                       extreme->rounded ? "true" : "false",
                       extreme->cut ? "true" : "false");
}

static void push_frequent(struct text_buffer *out,
                          const char *list,
                          const char *member,
                          const struct profile_frequent *items,
                          int count)
{
    text_buffer_format(out, "\"%s\":[", list);
    for (int i = 0; i < count; i++) {
        text_buffer_format(out, "%s{\"%s\":", i == 0 ? "" : ",", member);
        text_buffer_json(out, text_of(items[i].text));
        text_buffer_format(out,
                           ",\"at_least\":%" PRIu64 ",\"at_most\":%" PRIu64 ",\"cut\":%s}",
                           items[i].at_least,
                           items[i].at_most,
                           items[i].cut ? "true" : "false");
    }
    text_buffer_string(out, "],");
}

static void push_column(struct text_buffer *out, const struct profile_column *column)
{
    text_buffer_char(out, '{');
    push_member(out, "column", column->name);
    push_member(out, "type", column->type);
    text_buffer_format(out,
                       "\"values\":%" PRIu64 ",\"nulls\":%" PRIu64 ",\"unknown\":%" PRIu64
                       ",\"empty\":%" PRIu64 ",\"blank\":%" PRIu64 ",\"distinct\":%" PRIu64
                       ",\"distinct_exact\":%s,",
                       column->values,
                       column->nulls,
                       column->unknown,
                       column->empty,
                       column->blank,
                       column->distinct,
                       column->distinct_exact ? "true" : "false");
    push_extreme(out, "smallest", &column->smallest);
    push_extreme(out, "largest", &column->largest);
    if (column->has_lengths) {
        text_buffer_format(out,
                           "\"length_min\":%" PRIu64 ",\"length_max\":%" PRIu64
                           ",\"length_average\":%.2f,",
                           column->length_min,
                           column->length_max,
                           column->length_average);
    }
    push_frequent(out, "frequent", "value", column->frequent, column->frequent_count);
    push_frequent(out, "patterns", "pattern", column->patterns, column->pattern_count);
    push_errors(out, column->errors);
    text_buffer_char(out, '}');
}

static void push_relation(struct text_buffer *out, const struct profile_relation *relation)
{
    text_buffer_char(out, '{');
    push_member(out, "entity", relation->entity);
    push_member(out, "source", relation->source);
    push_member(out, "consistency", relation->consistency);
    text_buffer_format(out, "\"records\":%" PRIu64 ",", relation->records);
    push_errors(out, relation->errors);
    text_buffer_string(out, ",\"columns\":[");
    for (int i = 0; i < relation->column_count; i++) {
        text_buffer_string(out, i == 0 ? "\n" : ",\n");
        push_column(out, &relation->columns[i]);
    }
    text_buffer_string(out, "]}");
}

void profile_json(const struct profile_report *report, struct text_buffer *out)
{
    text_buffer_string(out, "{\"novate_profile\":1,");
    push_member(out, "migration", report->migration);
    push_member(out, "started_at", report->started_at);
    push_member(out, "finished_at", report->finished_at);
    push_member(out, "tool_version", report->tool_version);
    text_buffer_format(out, "\"occurrences_min\":%d,\"entities\":[\n", PROFILE_OCCURRENCES_MIN);
    for (int i = 0; i < report->relation_count; i++) {
        text_buffer_string(out, i == 0 ? "" : ",\n");
        push_relation(out, &report->relations[i]);
    }
    text_buffer_string(out, "]}\n");
}
