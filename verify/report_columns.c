/* report_columns.c — the contract is in report_columns.h. SPDX-License-Identifier: Apache-2.0 */
#include "report_columns.h"

#include <inttypes.h>
#include <string.h>

/* What fewer rows hold may say something of a person. */
#define ROWS_SHOWN_MIN 5

void report_put_key(struct text_buffer *out, const struct report *report, const char *key)
{
    if (!report->show_keys) {
        text_buffer_member(out, "key");
        text_buffer_char(out, '"'); /* "#" and hexadecimal digits need no escapes */
        report_key(key, report->key_salt, false, out);
        text_buffer_char(out, '"');
    } else if (key[0] == '[') {
        text_buffer_member(out, "key");
        text_buffer_string(out, key);
    } else {
        text_buffer_member_text(out, "key", key);
    }
}

void report_put_names(struct text_buffer *out,
                      const char *name,
                      const char *const *names,
                      int count)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '[');
    for (int i = 0; i < count; i++) {
        text_buffer_member_text(out, NULL, names[i]);
    }
    text_buffer_char(out, ']');
}

void report_put_skipped(struct text_buffer *out, const struct report_entity *entity)
{
    text_buffer_member(out, "skipped");
    text_buffer_char(out, '[');
    for (int i = 0; i < entity->skipped_count; i++) {
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "column", entity->skipped[i].column);
        text_buffer_member_text(out, "reason", entity->skipped[i].reason);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

static void put_look(struct text_buffer *out,
                     const char *name,
                     bool differs,
                     const struct difference *difference,
                     const char *at)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_text(
        out, "kind", differs ? difference_kind_text(difference->kind) : "equal");
    report_put_names(out, "columns", difference->columns, differs ? difference->column_count : 0);
    text_buffer_member_text(out, "at", at);
    text_buffer_char(out, '}');
}

void report_put_in_flight(struct text_buffer *out,
                          const struct report *report,
                          const struct verify_result *result)
{
    text_buffer_member(out, "in_flight");
    text_buffer_char(out, '[');
    for (int i = 0; result != NULL && i < result->flight_count; i++) {
        const struct in_flight *item = &result->flights[i];
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        report_put_key(out, report, item->key);
        put_look(out, "first", item->differed, &item->first, item->first_at);
        put_look(out, "second", item->differs, &item->second, item->second_at);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

/* A value is shown as a key is that is hidden: equal ones look the same. */
static void put_hidden(struct text_buffer *out,
                       const struct report *report,
                       const char *name,
                       const char *value)
{
    if (value == NULL) {
        text_buffer_member_text(out, name, NULL);
        return;
    }
    text_buffer_member(out, name);
    text_buffer_char(out, '"');
    report_key(value, report->key_salt, false, out);
    text_buffer_char(out, '"');
}

static void put_figures(struct text_buffer *out,
                        const struct report *report,
                        const char *name,
                        const struct column_figures *figures)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(figures->digest.sum, hex);
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "rows", figures->digest.rows);
    text_buffer_member_count(out, "nulls", figures->nulls);
    text_buffer_member_text(out, "digest", hex);
    put_hidden(out, report, "min", figures->min);
    put_hidden(out, report, "max", figures->max);
    if (figures->digest.rows - figures->nulls >= ROWS_SHOWN_MIN) {
        text_buffer_member_text(out, "sum", figures->sum);
    } else {
        put_hidden(out, report, "sum", figures->sum);
    }
    text_buffer_char(out, '}');
}

void report_put_columns(struct text_buffer *out,
                        const struct report *report,
                        const struct verify_result *result)
{
    text_buffer_member(out, "columns");
    if (result == NULL || result->columns == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '[');
    for (int i = 0; i < result->column_count; i++) {
        const struct column_result *column = &result->columns[i];
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "column", column->name);
        text_buffer_member_text(out, "type", column->type);
        text_buffer_member_bool(out, "agrees", column->agrees);
        put_figures(out, report, "source", &column->source);
        put_figures(out, report, "target", &column->target);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

/* The next code in the order of bytes; slots are few and in no order. */
static const struct code_count *next_code(const struct code_counts *counts, const char *after)
{
    const struct code_count *next = NULL;
    for (int i = 0; i < counts->slot_count; i++) {
        const struct code_count *slot = &counts->slots[i];
        if (slot->rows > 0 && (after == NULL || strcmp(slot->code, after) > 0) &&
            (next == NULL || strcmp(slot->code, next->code) < 0)) {
            next = slot;
        }
    }
    return next;
}

static void put_before(struct text_buffer *out, const struct code_counts *before)
{
    uint64_t rare = 0;
    uint64_t rare_rows = 0;

    text_buffer_member(out, "before");
    if (before == NULL || before->too_many) {
        text_buffer_string(out, "null");
    } else {
        text_buffer_char(out, '[');
        if (before->nulls > 0) {
            text_buffer_member(out, NULL);
            text_buffer_char(out, '{');
            text_buffer_member_text(out, "code", NULL);
            text_buffer_member_count(out, "rows", before->nulls);
            text_buffer_char(out, '}');
        }
        const struct code_count *slot = next_code(before, NULL);
        for (; slot != NULL; slot = next_code(before, slot->code)) {
            if (slot->rows < ROWS_SHOWN_MIN) {
                rare++;
                rare_rows += slot->rows;
                continue;
            }
            text_buffer_member(out, NULL);
            text_buffer_char(out, '{');
            text_buffer_member_text(out, "code", slot->code);
            text_buffer_member_count(out, "rows", slot->rows);
            text_buffer_char(out, '}');
        }
        text_buffer_char(out, ']');
    }
    text_buffer_member(out, "rare");
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "codes", rare);
    text_buffer_member_count(out, "rows", rare_rows);
    text_buffer_char(out, '}');
}

static void put_code(struct text_buffer *out, const struct code_rows *code)
{
    text_buffer_member(out, NULL);
    text_buffer_char(out, '{');
    text_buffer_member_text(out, "code", code->code);
    text_buffer_member_count(out, "source_rows", code->source_rows);
    text_buffer_member_count(out, "target_rows", code->target_rows);
    text_buffer_char(out, '}');
}

static void put_after(struct text_buffer *out, const struct column_result *column)
{
    const struct code_rows nulls = {.source_rows = column->source.nulls,
                                    .target_rows = column->target.nulls};
    struct code_rows rare = {.source_rows = 0};
    uint64_t rare_codes = 0;

    text_buffer_member(out, "after");
    text_buffer_char(out, '[');
    if (nulls.source_rows + nulls.target_rows > 0) {
        put_code(out, &nulls);
    }
    for (int i = 0; i < column->code_count; i++) {
        const struct code_rows *code = &column->codes[i];
        if (code->source_rows < ROWS_SHOWN_MIN && code->target_rows < ROWS_SHOWN_MIN) {
            rare_codes++;
            rare.source_rows += code->source_rows;
            rare.target_rows += code->target_rows;
            continue;
        }
        put_code(out, code);
    }
    text_buffer_char(out, ']');
    text_buffer_member(out, "rare_after");
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "codes", rare_codes);
    text_buffer_member_count(out, "source_rows", rare.source_rows);
    text_buffer_member_count(out, "target_rows", rare.target_rows);
    text_buffer_char(out, '}');
}

static const struct column_result *find_column(const struct verify_result *result, const char *name)
{
    for (int i = 0; i < result->column_count; i++) {
        if (strcmp(result->columns[i].name, name) == 0) {
            return &result->columns[i];
        }
    }
    return NULL;
}

void report_put_codes(struct text_buffer *out, const struct report_entity *entity)
{
    const struct verify_result *result = entity->verified ? entity->verification : NULL;

    text_buffer_member(out, "codes");
    if (result == NULL || result->columns == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    text_buffer_char(out, '[');
    for (int i = 0; i < entity->code_count; i++) {
        const struct report_codes *codes = &entity->codes[i];
        const struct column_result *column = find_column(result, codes->column);
        if (column == NULL || column->codes == NULL) {
            continue; /* more than a vocabulary has, or not compared: among the columns, or skipped
                       */
        }
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_text(out, "column", codes->column);
        text_buffer_member_text(out, "from", codes->from);
        put_before(out, codes->before);
        put_after(out, column);
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}
