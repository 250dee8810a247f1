/* odbc_cursor.c — rows of a chunk into batches.
 *
 * A chunk is a sequence of short reads (odbc_reads.h); batches go on over their ends. One block is
 * always read ahead, so that the last batch of a chunk knows that it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_block.h"
#include "odbc_clock.h"
#include "odbc_declared.h"
#include "odbc_moment.h"
#include "odbc_reads.h"
#include "odbc_sql.h"

#include <stdlib.h>
#include <string.h>

struct odbc_cursor {
    struct odbc_connection *connection;
    const struct relation *relation;
    const int *columns;
    int count;
    int key_slot;                  /* of the one integer key in the block; -1: there is none */
    SQLHSTMT statement;            /* of the read in hand */
    struct odbc_declared declared; /* where the dialect declares */
    struct odbc_reads reads;
    struct odbc_block block;
    struct arena arena; /* parameters of the read in hand */
};

/* Where a block has the key of a row as the number that it is. */
static int key_slot_find(const struct odbc_cursor *cursor)
{
    const struct relation *relation = cursor->relation;
    for (int i = 0; i < cursor->count; i++) {
        if (relation->split == NULL && relation->key_count == 1 &&
            cursor->columns[i] == relation->key[0] &&
            cursor->block.slots[i].c_type == SQL_C_SBIGINT && cursor->block.bound &&
            type_is_integer(relation->schema.columns[relation->key[0]].type.id)) {
            return i;
        }
    }
    return -1;
}

bool odbc_cursor_open(void *state,
                      const struct relation *relation,
                      const int *columns,
                      const struct schema *schema,
                      struct pace *pace,
                      void **out,
                      struct error *error)
{
    struct odbc_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) {
        return error_set_memory(error);
    }
    cursor->connection = state;
    cursor->relation = relation;
    cursor->columns = columns;
    cursor->count = schema->count;
    cursor->statement = SQL_NULL_HSTMT;
    arena_init(&cursor->arena, 4096, NULL);
    odbc_reads_init(&cursor->reads, cursor->connection, relation, pace);
    if (!odbc_block_init(
            &cursor->block, cursor->connection, relation->detail, columns, schema->count, error)) {
        odbc_cursor_close(cursor);
        return false;
    }
    cursor->key_slot = key_slot_find(cursor);
    if (cursor->block.long_values) {
        odbc_reads_size(&cursor->reads);
    }
    *out = cursor;
    return true;
}

/* A reader that wants no column still counts rows. */
static void select_list(struct odbc_sql *sql, const struct odbc_cursor *cursor)
{
    const struct odbc_relation *detail = cursor->relation->detail;
    text_buffer_string(&sql->text, cursor->count == 0 ? "1" : "");
    for (int i = 0; i < cursor->count; i++) {
        int column = cursor->columns[i];
        text_buffer_string(&sql->text, i == 0 ? "" : ", ");
        odbc_sql_column(sql, detail, column, detail->columns[column].expression);
    }
}

static bool fetch(struct odbc_cursor *cursor, struct error *error)
{
    struct odbc_block *block = &cursor->block;
    int64_t begun = odbc_clock_ns();
    if (!odbc_block_adapt(block, cursor->statement, error) ||
        !odbc_declared_fetch(
            &cursor->declared, cursor->connection, cursor->statement, block->rows, error) ||
        !odbc_block_fetch(block, cursor->statement, error)) {
        return false;
    }
    odbc_reads_took(&cursor->reads, block->fetched, odbc_clock_ns() - begun);
    cursor->reads.bytes += block->long_values ? odbc_block_bytes(block) : 0;
    if (block->fetched > 0 && cursor->reads.by == ODBC_READS_LIMIT) {
        const struct odbc_slot *slot = &block->slots[cursor->key_slot];
        SQLBIGINT key = 0;
        memcpy(&key, slot->data + (block->fetched - 1) * slot->width, sizeof key);
        cursor->reads.last_key = key;
    }
    return true;
}

static bool read_begin(struct odbc_cursor *cursor, struct error *error)
{
    struct odbc_sql sql;
    struct odbc_reads *reads = &cursor->reads;
    odbc_statement_close(cursor->statement);
    cursor->statement = SQL_NULL_HSTMT;
    arena_reset(&cursor->arena);
    if (!odbc_declared_close(&cursor->declared, cursor->connection, error)) {
        return false;
    }
    odbc_sql_init(&sql);
    odbc_declared_name(&cursor->declared, cursor->connection, &sql.text);
    odbc_sql_select(&sql, cursor->relation->detail, reads->limit);
    select_list(&sql, cursor);
    odbc_sql_from(&sql, cursor->relation, &reads->range);
    if (reads->limit > 0) {
        odbc_sql_order(&sql, cursor->relation, false, reads->limit);
    }
    int64_t begun = odbc_clock_ns();
    bool ok = odbc_sql_check(&sql, error) &&
              odbc_statement_open(cursor->connection, &cursor->statement, error) &&
              odbc_block_bind(&cursor->block, cursor->statement, error) &&
              odbc_execute(cursor->connection,
                           cursor->statement,
                           sql.text.data,
                           sql.parameters,
                           sql.parameter_count,
                           &cursor->arena,
                           "the source refuses to read a chunk",
                           error);
    cursor->declared.open = ok && cursor->connection->dialect->declares;
    odbc_sql_release(&sql);
    odbc_reads_took(reads, 0, odbc_clock_ns() - begun);
    return ok && fetch(cursor, error);
}

/* Leaves a block in hand, or none after the last read. */
static bool find_rows(struct odbc_cursor *cursor, struct error *error)
{
    bool more = true;
    while (cursor->block.fetched == 0) {
        if (!odbc_reads_next(&cursor->reads, &more, error)) {
            return false;
        }
        if (!more) {
            break;
        }
        if (!read_begin(cursor, error)) {
            return false;
        }
    }
    return true;
}

bool odbc_cursor_begin(void *state, const struct chunk *chunk, struct error *error)
{
    struct odbc_cursor *cursor = state;
    if (!NOVATE_CHECK(error, chunk->kind != CHUNK_FILE_RANGE) ||
        !NOVATE_CHECK(error,
                      chunk->kind == CHUNK_WHOLE ||
                          chunk->key_count == (chunk->kind == CHUNK_KEY_ONE
                                                   ? cursor->relation->key_count
                                                   : relation_bounds(cursor->relation)))) {
        return false;
    }
    cursor->block.fetched = 0;
    cursor->block.taken = 0;
    odbc_reads_begin(&cursor->reads, chunk, cursor->key_slot >= 0);
    return find_rows(cursor, error);
}

/* The chunk is at its end: says what it was read in. */
static bool chunk_end(struct odbc_cursor *cursor, struct batch *batch, struct error *error)
{
    odbc_statement_close(cursor->statement);
    cursor->statement = SQL_NULL_HSTMT;
    return odbc_declared_close(&cursor->declared, cursor->connection, error) &&
           odbc_moment_note(cursor->connection, cursor->relation, &batch->tally.counters, error) &&
           odbc_moment_chunk_end(cursor->connection, error);
}

bool odbc_cursor_next(void *state, struct batch *batch, bool *ended, struct error *error)
{
    struct odbc_cursor *cursor = state;
    struct odbc_block *block = &cursor->block;
    size_t begun_bytes = arena_used(&batch->arena);
    int rows = 0;
    size_t bytes = 0;
    while (odbc_block_left(block) > 0 && rows + odbc_block_left(block) <= LIMIT_BATCH_ROWS &&
           bytes < LIMIT_BATCH_BYTES) {
        int count = 0;
        if (!odbc_block_convert(
                block, cursor->statement, batch, rows, LIMIT_BATCH_BYTES - bytes, &count, error)) {
            return false;
        }
        rows += count;
        bytes = arena_used(&batch->arena) - begun_bytes;
        if (odbc_block_left(block) == 0 && (!fetch(cursor, error) || !find_rows(cursor, error))) {
            return false;
        }
    }
    batch->rows = rows;
    *ended = odbc_block_left(block) == 0;
    return !*ended || chunk_end(cursor, batch, error);
}

void odbc_cursor_drop(void *state)
{
    struct odbc_cursor *cursor = state;
    odbc_statement_close(cursor->statement);
    cursor->statement = SQL_NULL_HSTMT;
    odbc_declared_drop(&cursor->declared, cursor->connection);
    odbc_reads_leave(&cursor->reads);
}

void odbc_cursor_close(void *state)
{
    struct odbc_cursor *cursor = state;
    odbc_cursor_drop(cursor);
    odbc_reads_release(&cursor->reads);
    odbc_block_release(&cursor->block);
    arena_release(&cursor->arena);
    free(cursor);
}
