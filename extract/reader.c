/* reader.c — reads chunks of a relation into batches: what all drivers have in common.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "retry.h"

#include "novate/canonical.h"

#include <stdlib.h>

struct source_reader {
    const struct relation *relation;
    struct schema schema;
    const int *columns; /* a copy */
    void *cursor;
    struct chunk_supply supply;
    struct cancel *cancel;
    struct pace *pace;         /* this reader's of the source's; or NULL */
    bool yields;               /* see source_reader_set_yields() */
    const struct chunk *chunk; /* NULL: between two */
    uint64_t chunk_rows;       /* of it that were given out */
    bool begun;                /* by the cursor */
    bool handed;               /* batches of it were handed out since it was begun */
    bool restarts;             /* the next batch says that it was begun anew */
    struct retry retry;
    struct source *source;
    struct text_buffer scratch;
    struct arena arena;
};

static bool reader_schema(struct source_reader *reader,
                          const int *columns,
                          int count,
                          struct error *error)
{
    const struct schema *whole = &reader->relation->schema;
    int *copy = ARENA_ARRAY(&reader->arena, int, (size_t)count + 1);
    struct column *schema = ARENA_ARRAY(&reader->arena, struct column, (size_t)count + 1);
    if (copy == NULL || schema == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        if (!NOVATE_CHECK(error, columns[i] >= 0 && columns[i] < whole->count)) {
            return false;
        }
        copy[i] = columns[i];
        schema[i] = whole->columns[columns[i]];
    }
    reader->columns = copy;
    reader->schema = (struct schema){.columns = schema, .count = count};
    return true;
}

bool source_reader_open(struct source *source,
                        const struct relation *relation,
                        const int *columns,
                        int count,
                        const struct chunk_supply *supply,
                        struct cancel *cancel,
                        struct source_reader **out,
                        struct error *error)
{
    struct source_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return error_set_memory(error);
    }
    reader->relation = relation;
    reader->supply = *supply;
    reader->cancel = cancel;
    arena_init(&reader->arena, 4096, NULL);
    text_buffer_init(&reader->scratch, LIMIT_RECORD_BYTES * 2);
    reader->source = source;
    void *state = source_state(source, relation->driver);
    bool paced = source->pace == NULL || pace_reader(source->pace, &reader->pace, error);
    if (!paced || !NOVATE_CHECK(error, state != NULL) ||
        !reader_schema(reader, columns, count, error) ||
        !relation->driver->cursor_open(state,
                                       relation,
                                       reader->columns,
                                       &reader->schema,
                                       reader->pace,
                                       &reader->cursor,
                                       error)) {
        source_reader_close(reader);
        return false;
    }
    *out = reader;
    return true;
}

/* Takes the next chunk in hand; leaves reader->chunk NULL when there is none. */
static void chunk_take(struct source_reader *reader)
{
    const struct chunk *chunk = NULL;
    if (cancel_level(reader->cancel) == CANCEL_NONE &&
        reader->supply.next(reader->supply.state, &chunk)) {
        reader->chunk = chunk;
        reader->handed = false;
        reader->restarts = false;
        reader->begun = false;
    }
}

/* One try at the next batch of the chunk in hand. */
static bool batch_read(struct source_reader *reader,
                       struct batch *batch,
                       bool *ended,
                       struct error *error)
{
    const struct source_driver *driver = reader->relation->driver;
    if (!reader->begun && !driver->cursor_begin(reader->cursor, reader->chunk, error)) {
        return false;
    }
    reader->chunk_rows = reader->begun ? reader->chunk_rows : 0;
    reader->begun = true;
    bool ok = batch_begin(batch, LIMIT_BATCH_ROWS, driver->positions, error);
    batch->chunk = reader->chunk->ordinal;
    batch->chunk_row = reader->chunk_rows;
    return ok && driver->cursor_next(reader->cursor, batch, ended, error);
}

/* The chunk is begun anew on a new connection, if one can be had. */
static bool chunk_again(struct source_reader *reader, struct error *error)
{
    const struct source_driver *driver = reader->relation->driver;
    if (error->code != ERROR_SOURCE_LOST) {
        return false;
    }
    if (driver->cursor_drop != NULL) {
        driver->cursor_drop(reader->cursor);
    }
    reader->begun = false;
    reader->restarts = reader->restarts || reader->handed;
    reader->handed = false;
    return retry_connect(&reader->retry, reader->source, driver, reader->cancel, error);
}

static bool batch_hash(struct source_reader *reader, struct batch *batch, struct error *error)
{
    batch_set_rows(batch, batch->rows);
    batch_sort_errors(batch);
    text_buffer_reset(&reader->scratch);
    return canonical_hash_rows(
        batch, NULL, reader->schema.count, &reader->scratch, batch->source_hashes, error);
}

static bool reader_next(void *state, struct batch *batch, bool *more, struct error *error)
{
    struct source_reader *reader = state;
    bool ended = false;
    *more = false;
    if (reader->chunk == NULL) {
        chunk_take(reader);
    }
    if (reader->chunk == NULL) {
        return true;
    }
    if (reader->begun && pace_pass(reader->pace) == PACE_CANCELLED) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    while (!batch_read(reader, batch, &ended, error)) {
        if (!chunk_again(reader, error)) {
            return error_context(error, "reading chunk %d", reader->chunk->ordinal);
        }
        ended = false;
    }
    if (!batch_hash(reader, batch, error)) {
        return false;
    }
    pace_spend(reader->pace, (uint64_t)batch->rows);
    reader->chunk_rows += (uint64_t)batch->rows;
    batch->chunk_ends = ended;
    batch->chunk_restarts = reader->restarts;
    reader->restarts = false;
    reader->handed = true;
    if (ended) {
        reader->chunk = NULL;
        reader->retry = (struct retry){.tries = 0};
    }
    pace_set_yields(reader->pace, reader->yields && !ended);
    *more = true;
    return true;
}

void source_reader_set_yields(struct source_reader *reader, bool yields)
{
    reader->yields = yields;
}

struct reader source_reader_as_reader(struct source_reader *reader)
{
    return (struct reader){.state = reader, .schema = &reader->schema, .next = reader_next};
}

void source_reader_close(struct source_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->cursor != NULL) {
        reader->relation->driver->cursor_close(reader->cursor);
    }
    pace_destroy(reader->pace);
    text_buffer_release(&reader->scratch);
    arena_release(&reader->arena);
    free(reader);
}
