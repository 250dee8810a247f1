/* odbc_slice.c — the contract is in odbc_slice.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_slice.h"

#include "odbc_sql.h"
#include "scalar.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdio.h>

/* What the queues of a pipeline hold: while one slice is loaded, the next one is fetched. */
#define SLICE_ROWS (4 * LIMIT_BATCH_ROWS)

/* Minimum or maximum of the key in an open chunk; `*found` false when it has no rows. */
static bool end_of(const struct odbc_connection *connection,
                   const struct relation *relation,
                   const struct chunk *chunk,
                   const char *function,
                   struct arena *arena,
                   int64_t *value,
                   bool *found,
                   struct error *error)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    odbc_sql_init(&sql);
    text_buffer_string(&sql.text, "SELECT ");
    odbc_sql_column(&sql, relation->detail, relation->key[0], function);
    odbc_sql_from(&sql, relation, chunk);
    bool ok =
        odbc_sql_check(&sql, error) &&
        odbc_query(
            connection, sql.text.data, sql.parameters, sql.parameter_count, arena, &rows, error);
    odbc_sql_release(&sql);
    const char *text = ok && rows.rows == 1 ? odbc_value(&rows, 0, 0) : NULL;
    *found =
        text != NULL && scalar_integer(text_of(text), INT64_MIN + 1, INT64_MAX, value) == SCALAR_OK;
    return ok;
}

/* Exclusive lower and inclusive upper end of the keys in the chunk. */
static bool find_ends(struct odbc_slices *slices,
                      const struct odbc_connection *connection,
                      const struct relation *relation,
                      struct arena *arena,
                      bool *found,
                      struct error *error)
{
    const struct chunk *chunk = slices->chunk;
    *found = true;
    if (chunk->lower != NULL) {
        *found = scalar_integer(text_of(chunk->lower[0]), INT64_MIN, INT64_MAX, &slices->low) ==
                 SCALAR_OK;
    } else if (!end_of(connection, relation, chunk, "MIN($)", arena, &slices->low, found, error)) {
        return false;
    } else {
        slices->low -= *found ? 1 : 0;
    }
    if (!*found) {
        return true;
    }
    if (chunk->upper != NULL) {
        *found = scalar_integer(text_of(chunk->upper[0]), INT64_MIN, INT64_MAX, &slices->high) ==
                 SCALAR_OK;
        return true;
    }
    return end_of(connection, relation, chunk, "MAX($)", arena, &slices->high, found, error);
}

/* The slice from `low` on. */
static void cut(struct odbc_slices *slices)
{
    const struct chunk *chunk = slices->chunk;
    uint64_t left = (uint64_t)slices->high - (uint64_t)slices->low;
    bool last = left <= slices->width;
    slices->slice.upper = chunk->upper;
    if (!last) {
        int64_t end = (int64_t)((uint64_t)slices->low + slices->width);
        (void)snprintf(slices->upper_text, sizeof slices->upper_text, "%" PRId64, end);
        slices->upper[0] = slices->upper_text;
        slices->slice.upper = slices->upper;
    }
}

bool odbc_slices_begin(struct odbc_slices *slices,
                       struct odbc_connection *connection,
                       const struct relation *relation,
                       const struct chunk *chunk,
                       struct arena *arena,
                       struct error *error)
{
    *slices = (struct odbc_slices){.slice = *chunk, .chunk = chunk};
    if (!connection->dialect->stores_results || !connection->snapshots ||
        chunk->kind != CHUNK_KEY_RANGE || chunk->rows_estimate <= SLICE_ROWS ||
        !odbc_key_is_integer(relation)) {
        return true;
    }
    bool found = false;
    if (!odbc_snapshot_begin(connection, error) ||
        !find_ends(slices, connection, relation, arena, &found, error)) {
        return false;
    }
    slices->sliced = true;
    uint64_t span = (uint64_t)slices->high - (uint64_t)slices->low;
    uint64_t parts = (chunk->rows_estimate + SLICE_ROWS - 1) / SLICE_ROWS;
    slices->width = found && slices->high > slices->low ? span / parts + 1 : 0;
    if (slices->width > 0) {
        cut(slices);
    }
    return true;
}

bool odbc_slices_next(struct odbc_slices *slices)
{
    if (slices->width == 0 || slices->slice.upper != slices->upper) {
        return false;
    }
    slices->low = (int64_t)((uint64_t)slices->low + slices->width);
    (void)snprintf(slices->lower_text, sizeof slices->lower_text, "%" PRId64, slices->low);
    slices->lower[0] = slices->lower_text;
    slices->slice.lower = slices->lower;
    cut(slices);
    return true;
}

bool odbc_slices_end(struct odbc_slices *slices,
                     struct odbc_connection *connection,
                     struct error *error)
{
    if (!slices->sliced) {
        return true;
    }
    slices->sliced = false;
    return odbc_snapshot_end(connection, error);
}
