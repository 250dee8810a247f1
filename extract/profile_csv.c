/* profile_csv.c — a profile as CSV: one line per column and statistic.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/profile.h"

#include <inttypes.h>
#include <string.h>

struct cells {
    struct text_buffer *out;
    const char *entity;
    const char *column; /* "": of the records */
};

/* entity,column,statistic,value,count */
static void push_line(const struct cells *cells, const char *statistic, const char *value)
{
    text_buffer_csv(cells->out, cells->entity);
    text_buffer_char(cells->out, ',');
    text_buffer_csv(cells->out, cells->column);
    text_buffer_format(cells->out, ",%s,", statistic);
    text_buffer_csv(cells->out, value);
    text_buffer_char(cells->out, ',');
}

static void push_count(const struct cells *cells, const char *statistic, uint64_t count)
{
    push_line(cells, statistic, "");
    text_buffer_format(cells->out, "%" PRIu64 "\r\n", count);
}

static void push_errors(const struct cells *cells, const uint64_t errors[REJECT_CLASS_COUNT])
{
    for (int class = 0; class < REJECT_CLASS_COUNT; class ++) {
        if (errors[class] > 0) {
            push_line(cells, "errors", reject_class_text((enum reject_class) class));
            text_buffer_format(cells->out, "%" PRIu64 "\r\n", errors[class]);
        }
    }
}

static void push_extreme(const struct cells *cells,
                         const char *statistic,
                         const struct profile_extreme *extreme)
{
    if (extreme->text != NULL) {
        push_line(cells, statistic, extreme->text);
        text_buffer_string(cells->out, extreme->rounded ? "rounded\r\n" : "\r\n");
    }
}

static void push_frequent(const struct cells *cells,
                          const char *statistic,
                          const struct profile_frequent *items,
                          int count)
{
    for (int i = 0; i < count; i++) {
        push_line(cells, statistic, items[i].text);
        text_buffer_format(cells->out, "%" PRIu64 "\r\n", items[i].at_least);
    }
}

static void push_column(const struct cells *cells, const struct profile_column *column)
{
    push_line(cells, "type", column->type);
    text_buffer_string(cells->out, "\r\n");
    push_count(cells, "values", column->values);
    push_count(cells, "nulls", column->nulls);
    push_count(cells, "unknown", column->unknown);
    push_count(cells, "empty", column->empty);
    push_count(cells, "blank", column->blank);
    push_count(cells, "distinct", column->distinct);
    push_extreme(cells, "smallest", &column->smallest);
    push_extreme(cells, "largest", &column->largest);
    if (column->has_lengths) {
        push_count(cells, "length_min", column->length_min);
        push_count(cells, "length_max", column->length_max);
        push_line(cells, "length_average", "");
        text_buffer_format(cells->out, "%.2f\r\n", column->length_average);
    }
    push_frequent(cells, "frequent", column->frequent, column->frequent_count);
    push_frequent(cells, "pattern", column->patterns, column->pattern_count);
    push_errors(cells, column->errors);
}

void profile_csv(const struct profile_report *report, struct text_buffer *out)
{
    text_buffer_string(out, "entity,column,statistic,value,count\r\n");
    for (int i = 0; i < report->relation_count; i++) {
        const struct profile_relation *relation = &report->relations[i];
        struct cells cells = {.out = out, .entity = relation->entity, .column = ""};
        push_count(&cells, "records", relation->records);
        push_errors(&cells, relation->errors);
        for (int column = 0; column < relation->column_count; column++) {
            cells.column = relation->columns[column].name;
            push_column(&cells, &relation->columns[column]);
        }
    }
}
