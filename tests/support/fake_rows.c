/* fake_rows.c — a relation in memory, read like any other. SPDX-License-Identifier: Apache-2.0 */
#include "fake_rows.h"

#include "assertions.h"

#include "novate/datetime.h"
#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct column fake_column(const char *name, enum type_id type)
{
    return (struct column){.name = name, .type = type_of(type), .nullable = true};
}

void fake_rows_init(struct fake_rows *rows,
                    const struct column *columns,
                    int count,
                    struct arena *arena)
{
    *rows = (struct fake_rows){
        .arena = arena,
        .source_key = -1,
        .rows_per_batch = LIMIT_BATCH_ROWS,
        .fail_after = -1,
    };
    rows->schema.count = count;
    rows->schema.columns = ARENA_ARRAY(arena, struct column, (size_t)count);
    hold(rows->schema.columns != NULL);
    memcpy(rows->schema.columns, columns, sizeof *columns * (size_t)count);
}

static void make_room(struct fake_rows *rows)
{
    if (rows->count < rows->capacity) {
        return;
    }
    int capacity = rows->capacity == 0 ? 64 : rows->capacity * 2;
    const char ***more = ARENA_ARRAY(rows->arena, const char **, (size_t)capacity);
    hold(more != NULL);
    if (rows->count > 0) {
        memcpy(more, rows->rows, sizeof *more * (size_t)rows->count);
    }
    rows->rows = more;
    rows->capacity = capacity;
}

void fake_rows_push(struct fake_rows *rows, const char *const *cells)
{
    size_t count = (size_t)rows->schema.count;
    const char **copy = ARENA_ARRAY(rows->arena, const char *, count);

    hold(copy != NULL);
    memcpy(copy, cells, sizeof *copy * count);
    make_room(rows);
    rows->rows[rows->count++] = copy;
}

void fake_rows_copy(struct fake_rows *to, const struct fake_rows *from)
{
    fake_rows_init(to, from->schema.columns, from->schema.count, from->arena);
    to->source_key = from->source_key;
    for (int i = 0; i < from->count; i++) {
        fake_rows_push(to, from->rows[i]);
    }
}

void fake_rows_remove(struct fake_rows *rows, int row)
{
    rows->count--;
    for (int i = row; i < rows->count; i++) {
        rows->rows[i] = rows->rows[i + 1];
    }
}

static void put_cell(struct batch *batch, int column, int row, const char *cell)
{
    struct vector *vector = &batch->columns[column];
    struct text text = text_of(cell);
    int status = 0;

    switch (vector->type.id) {
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        vector->int64s[row] = strtoll(cell, NULL, 10);
        break;
    case TYPE_BOOL:
        vector->bools[row] = cell[0] == 't';
        break;
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        vector->doubles[row] = strtod(cell, NULL);
        break;
    case TYPE_NUMERIC:
        status = (int)decimal_parse(text, &batch->arena, &vector->decimals[row]);
        break;
    case TYPE_DATE:
        status = (int)date_parse(text, &vector->int64s[row]);
        break;
    case TYPE_TIME:
        status = (int)time_parse(text, 6, &vector->int64s[row]);
        break;
    case TYPE_TIMESTAMP:
        status = (int)timestamp_parse(text, 6, &vector->int64s[row]);
        break;
    case TYPE_TIMESTAMPTZ:
        status = (int)timestamptz_parse(text, 6, NULL, &vector->int64s[row]);
        break;
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_CHAR:
    case TYPE_BYTEA:
    case TYPE_OTHER:
        vector->texts[row] = text.size == 0 ? TEXT_NONE : text; /* as readers may give it */
        break;
    case TYPE_UUID:
    case TYPE_INTERVAL:
    case TYPE_UNKNOWN:
    case TYPE_COUNT:
        status = 1;
        break;
    }
    hold_msg(status == 0, "a cell is not of its column's type: %s", cell);
}

static bool put_row(struct batch *batch, int row, const char *const *cells, struct error *error)
{
    for (int i = 0; i < batch->schema->count; i++) {
        struct vector *vector = &batch->columns[i];
        if (cells[i] != NULL) {
            put_cell(batch, i, row, cells[i]);
            continue;
        }
        if (!vector_ensure_validity(vector, &batch->arena, error)) {
            return false;
        }
        validity_clear(vector->valid, row);
    }
    return true;
}

/* Every record passes: what filters and rejects do is not what is tested with these. */
static void count_row(struct batch *batch, int row)
{
    struct hash hash = hash_bytes(&row, sizeof row);
    batch->source_hashes[row] = hash;
    digest_add(&batch->tally.source, hash);
    digest_add(&batch->tally.passed, hash);
}

static bool fake_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct fake_rows *rows = state;
    int left = rows->count - rows->position;

    *more = left > 0;
    if (!*more) {
        return true;
    }
    int count = left < rows->rows_per_batch ? left : rows->rows_per_batch;
    if (!batch_begin(batch, count, false, error)) {
        return false;
    }
    for (int row = 0; row < count; row++) {
        if (rows->position == rows->fail_after) {
            return error_set(error, ERROR_SOURCE, "the fake source failed");
        }
        if (!put_row(batch, row, rows->rows[rows->position], error)) {
            return false;
        }
        count_row(batch, row);
        rows->position++;
    }
    if (rows->source_key >= 0) {
        batch->key_columns = ARENA_NEW(&batch->arena, struct vector);
        if (batch->key_columns == NULL) {
            return error_set_memory(error);
        }
        batch->key_columns[0] = batch->columns[rows->source_key];
        batch->key_count = 1;
    }
    batch_set_rows(batch, count);
    batch->chunk_ends = rows->position == rows->count && !rows->chunk_lost;
    return true;
}

static bool fake_open(void *state,
                      struct reader *reader,
                      struct transformer *transformer,
                      struct error *error)
{
    struct fake_rows *rows = state;
    (void)error;

    rows->opened++;
    rows->position = 0;
    if (rows->on_open != NULL) {
        rows->on_open(rows, rows->on_open_state);
    }
    *reader = (struct reader){.state = rows, .schema = &rows->schema, .next = fake_next};
    *transformer = (struct transformer){.apply = NULL};
    return true;
}

static void fake_close(void *state)
{
    struct fake_rows *rows = state;
    rows->closed++;
}

struct verify_source fake_rows_source(struct fake_rows *rows)
{
    return (struct verify_source){.state = rows, .open = fake_open, .close = fake_close};
}
