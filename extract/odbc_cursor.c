/* odbc_cursor.c — rows of a chunk into batches.
 *
 * One block is always read ahead, so that the last batch of a chunk knows that it is. A chunk may
 * come in slices (odbc_slice.h); batches go on over their ends.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_block.h"
#include "odbc_slice.h"
#include "odbc_sql.h"

#include <stdlib.h>

struct odbc_cursor {
    struct odbc_connection *connection;
    const struct relation *relation;
    const int *columns;
    struct pace *pace; /* or NULL */
    int count;
    SQLHSTMT statement; /* of the slice in hand */
    struct odbc_slices slices;
    struct odbc_block block;
    struct arena arena; /* parameters of the chunk in hand */
};

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
    cursor->pace = pace;
    cursor->count = schema->count;
    cursor->statement = SQL_NULL_HSTMT;
    arena_init(&cursor->arena, 4096, NULL);
    if (!odbc_block_init(
            &cursor->block, cursor->connection, relation->detail, columns, schema->count, error)) {
        odbc_cursor_close(cursor);
        return false;
    }
    *out = cursor;
    return true;
}

/* A reader that wants no column still counts rows. */
static void select_list(struct odbc_sql *sql, const struct odbc_cursor *cursor)
{
    const struct odbc_relation *detail = cursor->relation->detail;
    text_buffer_string(&sql->text, cursor->count == 0 ? "SELECT 1" : "SELECT ");
    for (int i = 0; i < cursor->count; i++) {
        int column = cursor->columns[i];
        text_buffer_string(&sql->text, i == 0 ? "" : ", ");
        odbc_sql_column(sql, detail, column, detail->columns[column].expression);
    }
}

static bool slice_begin(struct odbc_cursor *cursor, struct error *error)
{
    struct odbc_sql sql;
    odbc_statement_close(cursor->statement);
    cursor->statement = SQL_NULL_HSTMT;
    odbc_sql_init(&sql);
    select_list(&sql, cursor);
    odbc_sql_from(&sql, cursor->relation, &cursor->slices.slice);
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
                           error) &&
              odbc_block_fetch(&cursor->block, cursor->statement, error);
    odbc_sql_release(&sql);
    return ok;
}

/* Leaves a block in hand, or none after the last slice. */
static bool skip_empty_slices(struct odbc_cursor *cursor, struct error *error)
{
    while (cursor->block.fetched == 0 && odbc_slices_next(&cursor->slices)) {
        arena_reset(&cursor->arena);
        if (!slice_begin(cursor, error)) {
            return false;
        }
    }
    return true;
}

bool odbc_cursor_begin(void *state, const struct chunk *chunk, struct error *error)
{
    struct odbc_cursor *cursor = state;
    arena_reset(&cursor->arena);
    if (!NOVATE_CHECK(error, chunk->kind != CHUNK_FILE_RANGE) ||
        !NOVATE_CHECK(
            error, chunk->kind == CHUNK_WHOLE || chunk->key_count == cursor->relation->key_count)) {
        return false;
    }
    return odbc_slices_begin(&cursor->slices,
                             cursor->connection,
                             cursor->relation,
                             chunk,
                             &cursor->arena,
                             error) &&
           slice_begin(cursor, error) && skip_empty_slices(cursor, error);
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
        if (odbc_block_left(block) == 0 && (!odbc_block_fetch(block, cursor->statement, error) ||
                                            !skip_empty_slices(cursor, error))) {
            return false;
        }
    }
    batch->rows = rows;
    *ended = odbc_block_left(block) == 0;
    if (*ended) {
        odbc_statement_close(cursor->statement);
        cursor->statement = SQL_NULL_HSTMT;
        return odbc_slices_end(&cursor->slices, cursor->connection, error);
    }
    return true;
}

void odbc_cursor_close(void *state)
{
    struct odbc_cursor *cursor = state;
    odbc_statement_close(cursor->statement);
    odbc_block_release(&cursor->block);
    arena_release(&cursor->arena);
    free(cursor);
}
