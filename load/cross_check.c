/* cross_check.c — temporary tables of records, entries and rows; the contract is in
 * novate/cross_check.h. SPDX-License-Identifier: Apache-2.0 */
#include "copy_encode.h"
#include "cross_private.h"

#include "novate/decimal.h"
#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>

enum {
    SQL_BYTES_MAX = 256 << 20,
    SLICE_BYTES = 1 << 20,
    EXTRA_COLUMNS = 2 /* of a record: its number, and whether its columns are wanted */
};

void cross_push_type(struct type type, const char *declared, struct text_buffer *out)
{
    if (type.id == TYPE_OTHER) {
        text_buffer_string(out, declared);
    } else if (type.id == TYPE_CHAR && type.length == 0) {
        text_buffer_string(out, "bpchar");
    } else {
        type_format(type, out);
    }
}

static bool execute(struct cross_check *cross, struct error *error)
{
    return text_buffer_check(&cross->sql, error) &&
           session_execute(cross->options.session, cross->sql.data, error);
}

static bool create_records(struct cross_check *cross, struct error *error)
{
    const struct schema *source = cross->options.source;
    struct text_buffer *sql = &cross->sql;

    text_buffer_reset(sql);
    text_buffer_string(
        sql, "CREATE TEMPORARY TABLE " CROSS_RECORD_TABLE " (n bigint PRIMARY KEY, wanted boolean");
    for (int i = 0; i < source->count; i++) {
        struct type type = source->columns[i].type;
        text_buffer_format(sql, ", c%d %s", i, cross->options.rendering->record_types[i]);
        bool text = type_is_text(type.id) || type.id == TYPE_OTHER || type.id == TYPE_INTERVAL;
        text_buffer_string(sql, text ? " COLLATE \"C\"" : "");
    }
    text_buffer_char(sql, ')');
    return execute(cross, error);
}

static bool create_rows(struct cross_check *cross, struct error *error)
{
    const struct schema *target = cross->options.target;
    struct text_buffer *sql = &cross->sql;
    const char *nearest = NULL;

    text_buffer_reset(sql);
    text_buffer_string(sql,
                       "CREATE TEMPORARY TABLE " CROSS_ROW_TABLE
                       " (n bigint PRIMARY KEY, filter integer, refused integer");
    for (int i = 0; i < target->count; i++) {
        text_buffer_format(sql, ", c%d ", i);
        cross_push_type(target->columns[i].type, target->columns[i].declared, sql);
        text_buffer_string(sql, type_is_text(target->columns[i].type.id) ? " COLLATE \"C\"" : "");
    }
    text_buffer_char(sql, ')');
    return execute(cross, error) &&
           session_describe(cross->options.session,
                            CROSS_ROW_TABLE,
                            &cross->arena,
                            &cross->rows,
                            &nearest,
                            error) &&
           NOVATE_CHECK(error,
                        cross->rows != NULL &&
                            cross->rows->schema.count == CROSS_COLUMNS + target->count);
}

static bool begin(struct cross_check *cross, struct error *error)
{
    struct text_buffer *sql = &cross->sql;

    text_buffer_string(sql, "BEGIN READ WRITE; SET LOCAL jit = off; SET LOCAL timezone = ");
    text_buffer_literal(sql, text_of(cross->options.timezone));
    return execute(cross, error) && create_records(cross, error) && create_rows(cross, error);
}

/* A record as it is copied: its number and the flag, then its columns. */
static bool widen(struct cross_check *cross, struct error *error)
{
    const struct schema *source = cross->options.source;
    struct column *columns =
        ARENA_ARRAY(&cross->arena, struct column, (size_t)source->count + EXTRA_COLUMNS);
    size_t cells = (size_t)LIMIT_BATCH_ROWS * (size_t)cross->options.target->count;

    cross->failed = ARENA_ARRAY(&cross->arena, bool, cells + 1);
    if (columns == NULL || cross->failed == NULL) {
        return error_set_memory(error);
    }
    columns[0] = (struct column){.name = "n", .type = type_of(TYPE_INT8)};
    columns[1] = (struct column){.name = "wanted", .type = type_of(TYPE_BOOL)};
    memcpy(columns + EXTRA_COLUMNS, source->columns, (size_t)source->count * sizeof *columns);
    cross->wide = (struct schema){.columns = columns, .count = source->count + EXTRA_COLUMNS};
    return true;
}

bool cross_check_open(const struct cross_check_options *options,
                      struct cross_check **cross,
                      struct error *error)
{
    struct cross_check *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set_memory(error);
    }
    made->options = *options;
    arena_init(&made->arena, 65536, options->budget);
    text_buffer_init(&made->sql, SQL_BYTES_MAX);
    if (!widen(made, error) || !begin(made, error)) {
        cross_check_close(made);
        return error_context(error, "preparing the cross-check");
    }
    *cross = made;
    return true;
}

void cross_check_close(struct cross_check *cross)
{
    if (cross == NULL) {
        return;
    }
    session_rollback(cross->options.session);
    text_buffer_release(&cross->sql);
    arena_release(&cross->arena);
    free(cross);
}

bool cross_check_lookup(struct cross_check *cross, int index, struct error *error)
{
    const struct rendered_lookup *lookup = &cross->options.rendering->lookups[index];
    struct text_buffer *sql = &cross->sql;

    text_buffer_reset(sql);
    text_buffer_format(sql, "CREATE TEMPORARY TABLE " RENDERING_LOOKUP "%d (", index);
    for (int i = 0; i < lookup->key_count; i++) {
        text_buffer_format(sql,
                           "%sk%d %s",
                           i == 0 ? "" : ", ",
                           i,
                           lookup->numeric[i] ? "numeric" : "text COLLATE \"C\"");
    }
    for (int i = 0; i < lookup->value_count; i++) {
        text_buffer_format(sql, ", v%d text COLLATE \"C\"", i);
    }
    if (lookup->period != NULL) {
        text_buffer_format(sql, ", b %s, e %s", lookup->period, lookup->period);
    }
    text_buffer_format(sql, "); CREATE INDEX ON " RENDERING_LOOKUP "%d (k0)", index);
    return execute(cross, error);
}

/* Is it a key at all? Neither NULL nor a text that is no number where numbers are asked for. */
static bool is_key(const struct vector *vector, int row, bool numeric, struct arena *scratch)
{
    struct decimal ignored;
    if (vector_is_null(vector, row)) {
        return false;
    }
    return !numeric || !type_is_text(vector->type.id) ||
           decimal_parse(vector->texts[vector_slot(vector, row)], scratch, &ignored) == DECIMAL_OK;
}

static void push_entry(const struct batch *batch, int columns, int row, struct text_buffer *out)
{
    struct text_buffer value;
    text_buffer_init(&value, LIMIT_FIELD_BYTES);
    for (int i = 0; i < columns; i++) {
        text_buffer_reset(&value);
        text_buffer_string(out, i == 0 ? "" : "\t");
        text_buffer_string(&value, "");
        vector_format(&batch->columns[i], row, &value);
        copy_text_field(out,
                        vector_is_null(&batch->columns[i], row) ? NULL
                        : value.data == NULL                    ? ""
                                                                : value.data);
    }
    text_buffer_char(out, '\n');
    out->failed = out->failed || value.failed;
    text_buffer_release(&value);
}

bool cross_check_entries(struct cross_check *cross,
                         int index,
                         const struct batch *batch,
                         struct error *error)
{
    const struct rendered_lookup *lookup = &cross->options.rendering->lookups[index];
    int columns = lookup->key_count + lookup->value_count + (lookup->period == NULL ? 0 : 2);
    struct text_buffer rows;
    struct arena scratch;

    text_buffer_init(&rows, SQL_BYTES_MAX);
    arena_init(&scratch, 4096, NULL);
    for (int row = 0; row < batch->rows; row++) {
        bool key = true;
        for (int i = 0; i < lookup->key_count; i++) {
            key = key && is_key(&batch->columns[i], row, lookup->numeric[i], &scratch);
        }
        if (key) {
            push_entry(batch, columns, row, &rows);
        }
    }
    arena_release(&scratch);
    text_buffer_reset(&cross->sql);
    text_buffer_format(&cross->sql, "COPY pg_temp." RENDERING_LOOKUP "%d FROM STDIN", index);
    bool ok = text_buffer_check(&cross->sql, error) &&
              (rows.size == 0 ||
               session_copy_text(cross->options.session, cross->sql.data, &rows, error));
    text_buffer_release(&rows);
    return ok;
}

static bool put(void *state, const char *data, size_t size, struct error *error)
{
    struct cross_check *cross = state;
    return session_copy_put(cross->options.session, data, size, error);
}

static bool put_rows(struct cross_check *cross,
                     struct copy_encoder *encoder,
                     struct wire *wire,
                     const struct batch *batch,
                     struct error *error)
{
    struct wire_sink sink = {.state = cross, .put = put};
    for (int row = 0; row < batch->rows; row++) {
        if (!copy_encoder_row(encoder, batch, row, wire, error)) {
            return false;
        }
        if (wire->size + wire->splice_bytes > SLICE_BYTES || row == batch->rows - 1) {
            if (!wire_send(wire, 0, wire->size, sink, error)) {
                return false;
            }
            wire_reset(wire);
        }
    }
    return true;
}

static bool end_copy(struct session *session, struct error *error)
{
    PGresult *result = NULL;
    if (!session_copy_end(session, &result, error)) {
        return false;
    }
    bool ok =
        PQresultStatus(result) == PGRES_COMMAND_OK || session_fail(session, result, true, error);
    PQclear(result);
    return ok;
}

static bool copy_records(struct cross_check *cross, const struct batch *batch, struct error *error)
{
    struct session *session = cross->options.session;
    struct copy_encoder encoder;
    struct wire wire;

    wire_init(&wire, cross->options.budget);
    bool ok =
        copy_encoder_init(&encoder, &cross->wide, NULL, false, cross->options.budget, error) &&
        session_copy_begin(session, "COPY pg_temp." CROSS_RECORD_TABLE " FROM STDIN", error);
    if (ok && !put_rows(cross, &encoder, &wire, batch, error)) {
        session_drain(session);
        ok = false;
    }
    ok = ok && end_copy(session, error);
    copy_encoder_release(&encoder);
    wire_release(&wire);
    return ok;
}

bool cross_check_records(struct cross_check *cross,
                         const struct batch *records,
                         const bool *wanted,
                         struct error *error)
{
    struct arena scratch;
    struct batch batch = {.schema = &cross->wide, .rows = records->rows};
    size_t cells = (size_t)records->rows * (size_t)cross->options.target->count;

    arena_init(&scratch, 65536, cross->options.budget);
    batch.columns = ARENA_ARRAY(&scratch, struct vector, (size_t)cross->wide.count);
    bool ok = batch.columns != NULL || error_set_memory(error);
    for (int i = 0; ok && i < EXTRA_COLUMNS; i++) {
        ok = vector_create(
            &batch.columns[i], cross->wide.columns[i].type, records->rows, &scratch, error);
    }
    if (ok) {
        for (int row = 0; row < records->rows; row++) {
            batch.columns[0].int64s[row] = row;
            batch.columns[1].bools[row] = wanted[row] ? 1 : 0;
        }
        memcpy(batch.columns + EXTRA_COLUMNS,
               records->columns,
               (size_t)records->schema->count * sizeof *records->columns);
        memset(cross->failed, 0, cells * sizeof *cross->failed);
        cross->records = records->rows;
        ok = session_execute(cross->options.session,
                             "TRUNCATE pg_temp." CROSS_RECORD_TABLE ", pg_temp." CROSS_ROW_TABLE,
                             error) &&
             copy_records(cross, &batch, error) && cross_evaluate(cross, error);
    }
    arena_release(&scratch);
    return ok ? true : error_context(error, "letting the target compute records");
}

bool cross_check_read(struct cross_check *cross,
                      void *state,
                      bool (*take)(void *state, struct batch *batch, struct error *error),
                      struct error *error)
{
    int count = cross->rows->schema.count;
    int *columns = ARENA_ARRAY(&cross->arena, int, (size_t)count);
    struct target_reader *reader = NULL;
    struct batch batch = {.rows = 0};
    bool more = true;

    if (columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        columns[i] = i;
    }
    bool ok = batch_init(&batch, &cross->rows->schema, cross->options.budget, error) &&
              target_reader_open(
                  cross->options.session, cross->rows, columns, count, NULL, &reader, error);
    while (ok && more) {
        struct reader rows = target_reader_as_reader(reader);
        ok = rows.next(rows.state, &batch, &more, error) && (!more || take(state, &batch, error));
    }
    target_reader_close(reader);
    batch_release(&batch);
    return ok;
}

bool cross_check_failed(const struct cross_check *cross, int record, int column)
{
    return cross->failed[(size_t)record * (size_t)cross->options.target->count + (size_t)column];
}
