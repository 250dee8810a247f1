/* trace_unexpected.c — a record that gives no row: has the target one all the same, under the key
 * that it would have?
 *
 * That key is known where the mapping fills the target's key straight from the source's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include <string.h>

enum {
    KEY_BYTES_MAX = 64 << 20
};

/* The target key as texts of the source key. */
struct expected {
    int columns[LIMIT_KEY_COLUMNS]; /* of the table */
    int identity[LIMIT_KEY_COLUMNS];
    const char *texts[LIMIT_KEY_COLUMNS];
    int count; /* 0: not known */
};

static bool is_key_itself(const struct identity_column *column)
{
    return column->position != IDENTITY_CONSTANT && column->before.size == 0 &&
           column->after.size == 0 && column->added == 0;
}

static bool find_expected(struct tracing *tracing, struct expected *expected, struct error *error)
{
    const struct mapping *mapping = tracing->entity->mapping;
    const struct target_table *table = tracing->entity->table;
    struct identity identity;
    struct chunk key;
    bool known = false;
    expected->count = 0;
    if (tracing->record_key.count == 0 || table == NULL || mapping->grouping != NULL) {
        return true;
    }
    if (!mapping_identity(mapping, &tracing->job->arena, &identity, error) ||
        !chunk_of_key(tracing->key,
                      tracing->record_key.count,
                      0,
                      &tracing->job->arena,
                      &key,
                      &known,
                      error)) {
        return false;
    }
    for (int i = 0; known && i < mapping->target_key_count; i++) {
        struct text name = text_of(mapping->target_key[i]);
        int at = 0;
        while (at < identity.count && !text_equal_case(text_of(identity.columns[at].name), name)) {
            at++;
        }
        expected->columns[i] = schema_find(&table->schema, name, false);
        const struct identity_column *way = at < identity.count ? &identity.columns[at] : NULL;
        bool constant = way != NULL && way->position == IDENTITY_CONSTANT;
        known = way != NULL && (constant || is_key_itself(way)) && expected->columns[i] >= 0;
        expected->identity[i] = i;
        expected->texts[i] = !known ? NULL : constant ? way->before.data : key.upper[way->position];
    }
    expected->count = known ? mapping->target_key_count : 0;
    return true;
}

/* A key that was cut to the length of its type is another one. */
static bool is_expected(const struct expected *expected, const struct batch *batch, int row)
{
    bool same = true;
    for (int i = 0; i < expected->count; i++) {
        const struct vector *vector = &batch->columns[i];
        if (type_is_text(vector->type.id) && !vector_is_null(vector, row)) {
            struct text text = vector->texts[vector_slot(vector, row)];
            while (vector->type.id == TYPE_CHAR && text.size > 0 &&
                   text.data[text.size - 1] == ' ') {
                text.size--;
            }
            same = same && text_equal(text, text_of(expected->texts[i]));
        }
    }
    return same;
}

static bool count_rows(const struct expected *expected,
                       struct reader reader,
                       uint64_t *rows,
                       struct error *error)
{
    struct batch batch = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&batch, reader.schema, NULL, error);
    while (ok && more) {
        ok = reader.next(reader.state, &batch, &more, error);
        for (int row = 0; ok && more && row < batch.rows; row++) {
            *rows += is_expected(expected, &batch, row);
        }
    }
    batch_release(&batch);
    return ok;
}

/* `*known` false: the type of the target's key does not take the source's text. */
static bool look_up(struct tracing *tracing,
                    const struct expected *expected,
                    uint64_t *rows,
                    bool *known,
                    struct error *error)
{
    struct target_reader *reader = NULL;
    struct error reason = ERROR_NONE;
    struct text_buffer keys;
    text_buffer_init(&keys, KEY_BYTES_MAX);
    text_buffer_string(&keys, "[[");
    for (int i = 0; i < expected->count; i++) {
        text_buffer_member_text(&keys, NULL, expected->texts[i]);
    }
    text_buffer_string(&keys, "]]");
    bool ok = text_buffer_check(&keys, &reason) &&
              target_reader_open_keys(tracing->job->target.control,
                                      tracing->entity->table,
                                      expected->columns,
                                      expected->count,
                                      tracing->entity->mapping->scope,
                                      expected->identity,
                                      expected->count,
                                      keys.data,
                                      &reader,
                                      &reason) &&
              count_rows(expected, target_reader_as_reader(reader), rows, &reason);
    target_reader_close(reader);
    text_buffer_release(&keys);
    *known = ok;
    if (!ok && strncmp(reason.sqlstate, "22", 2) != 0) {
        *error = reason;
        return false;
    }
    return true;
}

bool trace_show_unexpected(struct tracing *tracing, const char *why, struct error *error)
{
    struct sheet *sheet = &tracing->sheet;
    struct arena *arena = &tracing->job->arena;
    struct expected expected;
    uint64_t rows = 0;
    bool known = false;
    if (!find_expected(tracing, &expected, error) ||
        (expected.count > 0 && !look_up(tracing, &expected, &rows, &known, error))) {
        return false;
    }
    sheet_object(sheet, "target");
    sheet_text(
        sheet, "table", tracing->entity->table == NULL ? NULL : tracing->entity->table->quoted);
    if (known) {
        sheet_count(sheet, "rows", rows);
    } else {
        sheet_text(sheet, "rows", NULL);
        sheet_text(sheet,
                   "unknown",
                   "the mapping does not fill the target's key straight from the source's");
    }
    sheet_end(sheet);
    if (!known) {
        trace_judge(tracing,
                    TRACE_NOT_COMPARED,
                    arena_format(arena, "%s; the key that its row would have is not known", why));
    } else if (rows > 0) {
        trace_judge(
            tracing, TRACE_DIFFERS, arena_format(arena, "%s, and the target has its row", why));
    } else {
        trace_judge(tracing,
                    TRACE_IS_RIGHT,
                    arena_format(arena, "%s, and the target has no row of it", why));
    }
    return true;
}
