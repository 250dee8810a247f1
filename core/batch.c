/* batch.c — records by column; the contract is in novate/batch.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/batch.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>

/* The arena's ordinary block should hold a whole batch, so that a batch in its steady state takes
 * nothing from the system; it is bounded so that wide tables do not reserve what they never use. */
#define BLOCK_BYTES_MIN ((size_t)64 << 10)
#define BLOCK_BYTES_MAX LIMIT_BATCH_BYTES

/* What a text of a clinical record takes on average, rounded up. */
#define TEXT_BYTES_GUESS 24

static size_t block_bytes_for(const struct schema *schema)
{
    size_t row_bytes = sizeof(struct hash) + 2 * sizeof(uint64_t);

    for (int i = 0; i < schema->count; i++) {
        enum storage storage = type_storage(schema->columns[i].type.id);
        row_bytes += storage_size(storage) + (storage == STORAGE_TEXT ? TEXT_BYTES_GUESS : 0);
    }
    size_t bytes = row_bytes * LIMIT_BATCH_ROWS + BLOCK_BYTES_MIN;
    return bytes < BLOCK_BYTES_MAX ? bytes : BLOCK_BYTES_MAX;
}

bool batch_init(struct batch *batch,
                const struct schema *schema,
                struct budget *budget,
                struct error *error)
{
    *batch = (struct batch){.schema = schema};
    if (schema->count > LIMIT_COLUMNS) {
        (void)error_set(error, ERROR_PLAN, "a relation has %d columns", schema->count);
        return error_detail(error, "At most %d columns can be carried.", LIMIT_COLUMNS);
    }
    arena_init(&batch->arena, block_bytes_for(schema), budget);
    return true;
}

static bool make_room(struct batch *batch, int rows_max, bool with_positions, struct error *error)
{
    size_t rows = rows_max > 0 ? (size_t)rows_max : 1;

    batch->columns = ARENA_ARRAY(&batch->arena, struct vector, (size_t)batch->schema->count);
    batch->source_hashes = ARENA_ARRAY(&batch->arena, struct hash, rows);
    if (batch->columns == NULL || batch->source_hashes == NULL) {
        return error_set_memory(error);
    }
    if (with_positions) {
        batch->lines = ARENA_ARRAY(&batch->arena, uint64_t, rows);
        batch->offsets = ARENA_ARRAY(&batch->arena, uint64_t, rows);
        if (batch->lines == NULL || batch->offsets == NULL) {
            return error_set_memory(error);
        }
    }
    for (int i = 0; i < batch->schema->count; i++) {
        struct type type = batch->schema->columns[i].type;
        if (!vector_create(&batch->columns[i], type, rows_max, &batch->arena, error)) {
            return false;
        }
    }
    return true;
}

void batch_clear(struct batch *batch)
{
    struct arena arena = batch->arena;
    arena_reset(&arena);
    *batch = (struct batch){.schema = batch->schema, .arena = arena};
}

bool batch_begin(struct batch *batch, int rows_max, bool with_positions, struct error *error)
{
    if (!NOVATE_CHECK(error, rows_max >= 0 && rows_max <= LIMIT_BATCH_ROWS)) {
        return false;
    }
    batch_clear(batch);
    batch->rows_max = rows_max;
    tally_init(&batch->tally, &batch->arena);
    return make_room(batch, rows_max, with_positions, error);
}

void batch_set_rows(struct batch *batch, int rows)
{
    batch->rows = rows;
    for (int i = 0; i < batch->schema->count; i++) {
        vector_set_rows(&batch->columns[i], rows);
    }
    for (int i = 0; i < batch->key_count; i++) {
        vector_set_rows(&batch->key_columns[i], rows);
    }
}

bool batch_note(struct batch *batch, const struct row_error *row_error, struct error *error)
{
    int row = row_error->row;

    if (!NOVATE_CHECK(error, row < batch->rows_max)) {
        return false;
    }
    if (batch->error_rows == NULL) { /* most batches have no error: room is made for the first */
        batch->error_rows = ARENA_ARRAY(&batch->arena, uint64_t, validity_words(batch->rows_max));
        batch->errors = ARENA_ARRAY(&batch->arena, struct row_error, (size_t)batch->rows_max);
        if (batch->error_rows == NULL || batch->errors == NULL) {
            return error_set_memory(error);
        }
    }
    if (!validity_get(batch->error_rows, row)) {
        validity_set(batch->error_rows, row);
        batch->errors[batch->error_count++] = *row_error;
    }
    return true;
}

static int compare_errors(const void *a, const void *b)
{
    const struct row_error *left = a;
    const struct row_error *right = b;
    return (left->row > right->row) - (left->row < right->row);
}

void batch_sort_errors(struct batch *batch)
{
    if (batch->error_count > 1) {
        qsort(batch->errors, (size_t)batch->error_count, sizeof batch->errors[0], compare_errors);
    }
}

static void push_value_json(const struct vector *vector, int row, struct text_buffer *out)
{
    int slot = vector_slot(vector, row);

    if (!validity_get(vector->valid, slot)) {
        text_buffer_string(out, "null");
    } else if (type_is_text(vector->type.id) || vector->type.id == TYPE_OTHER) {
        struct text text = vector->texts[slot];
        while (vector->type.id == TYPE_CHAR && text.size > 0 && text.data[text.size - 1] == ' ') {
            text.size--;
        }
        text_buffer_json(out, text);
    } else { /* digits, letters and signs; only bytea brings a character that JSON escapes */
        text_buffer_string(out, vector->type.id == TYPE_BYTEA ? "\"\\" : "\"");
        vector_format(vector, row, out);
        text_buffer_char(out, '"');
    }
}

void vectors_key_json(const struct vector *columns, int count, int row, struct text_buffer *out)
{
    text_buffer_char(out, '[');
    for (int i = 0; i < count; i++) {
        if (i > 0) {
            text_buffer_char(out, ',');
        }
        push_value_json(&columns[i], row, out);
    }
    text_buffer_char(out, ']');
}

void batch_key_json(const struct batch *batch, int row, struct text_buffer *out)
{
    if (batch->key_columns == NULL && batch->file != NULL && batch->lines != NULL) {
        text_buffer_char(out, '[');
        text_buffer_json(out, text_of(batch->file));
        if (!out->failed) {
            out->size--; /* the line goes inside the closing quote */
        }
        text_buffer_format(out, ":%llu\"]", (unsigned long long)batch->lines[row]);
        return;
    }
    vectors_key_json(
        batch->key_columns, batch->key_columns == NULL ? 0 : batch->key_count, row, out);
}

bool batch_select(struct batch *batch, const uint16_t *selection, int count, struct error *error)
{
    int errors = 0;
    int at = 0;
    for (int i = 0; i < batch->schema->count; i++) {
        struct vector kept;
        if (!vector_select(&batch->columns[i], selection, count, &batch->arena, &kept, error)) {
            return false;
        }
        batch->columns[i] = kept;
    }
    if (batch->error_count > 0) {
        memset(batch->error_rows, 0, validity_words(batch->rows) * sizeof *batch->error_rows);
    }
    for (int row = 0; row < count; row++) {
        int from = selection[row];
        batch->source_hashes[row] = batch->source_hashes[from];
        if (batch->lines != NULL) {
            batch->lines[row] = batch->lines[from];
            batch->offsets[row] = batch->offsets[from];
        }
        while (at < batch->error_count && batch->errors[at].row < from) {
            at++;
        }
        if (at < batch->error_count && batch->errors[at].row == from) {
            batch->errors[errors] = batch->errors[at++];
            batch->errors[errors++].row = (uint16_t)row;
            validity_set(batch->error_rows, row);
        }
    }
    batch->error_count = errors;
    batch->rows = count;
    return true;
}

void batch_release(struct batch *batch)
{
    arena_release(&batch->arena);
    *batch = (struct batch){.schema = batch->schema, .arena = batch->arena};
}

static bool vectors_valid(const struct vector *columns,
                          int count,
                          const struct schema *schema,
                          int rows,
                          struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (!NOVATE_CHECK(error, columns[i].rows == rows) ||
            !NOVATE_CHECK(error, columns[i].type.id != TYPE_UNKNOWN) ||
            !NOVATE_CHECK(error,
                          schema == NULL || columns[i].type.id == schema->columns[i].type.id) ||
            !vector_validate(&columns[i], error)) {
            return error_context(error, "checking column %d of a batch", i + 1);
        }
    }
    return true;
}

static bool errors_valid(const struct batch *batch, struct error *error)
{
    for (int i = 0; i < batch->error_count; i++) {
        const struct row_error *row_error = &batch->errors[i];
        if (!NOVATE_CHECK(error, row_error->row < batch->rows) ||
            !NOVATE_CHECK(error, (unsigned)row_error->class < REJECT_CLASS_COUNT) ||
            !NOVATE_CHECK(error, row_error->message != NULL)) {
            return false;
        }
    }
    return true;
}

bool batch_validate(const struct batch *batch, struct error *error)
{
    bool there = (batch->columns != NULL || batch->schema->count == 0) &&
                 (batch->key_columns != NULL || batch->key_count == 0) &&
                 (batch->rejects != NULL || batch->reject_count == 0) &&
                 (batch->errors != NULL || batch->error_count == 0);

    if (!there) {
        return NOVATE_CHECK(error, there);
    }
    return NOVATE_CHECK(error, batch->rows >= 0 && batch->rows <= LIMIT_BATCH_ROWS) &&
           errors_valid(batch, error) &&
           vectors_valid(batch->columns, batch->schema->count, batch->schema, batch->rows, error) &&
           vectors_valid(batch->key_columns, batch->key_count, NULL, batch->rows, error);
}
