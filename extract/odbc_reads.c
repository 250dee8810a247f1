/* odbc_reads.c — the contract is in odbc_reads.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reads.h"

#include "odbc_clock.h"
#include "odbc_index.h"
#include "odbc_moment.h"
#include "odbc_sql.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the queues of a pipeline hold: while they are worked on, the next read is waited for. So a
 * driver that gives no row before it has the last one does not leave the other stages idle. */
#define STORED_ROWS_MAX ((uint64_t)4 * LIMIT_BATCH_ROWS)

/* Where values may be long: rows of the first read, and what a driver that stores results should
 * hold of them. */
#define SIZED_ROWS_FIRST ((uint64_t)1)
#define STORED_BYTES     ((uint64_t)16 << 20)

void odbc_reads_init(struct odbc_reads *reads,
                     struct odbc_connection *connection,
                     const struct relation *relation,
                     struct pace *pace)
{
    *reads = (struct odbc_reads){.connection = connection,
                                 .bounding = relation->split != NULL ? relation->split : relation,
                                 .split = relation->split != NULL,
                                 .pace = pace};
    arena_init(&reads->bounds[0], 1024, NULL);
    arena_init(&reads->bounds[1], 1024, NULL);
}

void odbc_reads_release(struct odbc_reads *reads)
{
    odbc_reads_leave(reads);
    arena_release(&reads->bounds[0]);
    arena_release(&reads->bounds[1]);
}

uint64_t odbc_read_rows(const struct odbc_connection *connection, struct pace *pace)
{
    uint64_t rows = pace != NULL ? pace_read_rows(pace) : STORED_ROWS_MAX;
    bool capped = connection->dialect->stores_results && rows > STORED_ROWS_MAX;
    return capped ? STORED_ROWS_MAX : rows;
}

void odbc_reads_size(struct odbc_reads *reads)
{
    reads->sized = reads->connection->dialect->stores_results;
    reads->rows_max = SIZED_ROWS_FIRST;
}

/* After a read: four times as many rows, or as many of this size as should be held. */
static void size_next(struct odbc_reads *reads)
{
    if (!reads->sized || (reads->rows < reads->rows_max && reads->bytes <= STORED_BYTES)) {
        return;
    }
    uint64_t fit = reads->bytes == 0 ? UINT64_MAX : reads->rows * STORED_BYTES / reads->bytes;
    uint64_t rows = reads->rows_max * 4 < fit ? reads->rows_max * 4 : fit;
    reads->rows_max = rows == 0 ? 1 : rows > STORED_ROWS_MAX ? STORED_ROWS_MAX : rows;
}

void odbc_reads_begin(struct odbc_reads *reads, const struct chunk *chunk, bool by_limit)
{
    const struct odbc_index *index = NULL;
    enum odbc_access access = odbc_access_of(reads->bounding, &index);
    odbc_reads_leave(reads);
    reads->chunk = chunk;
    reads->range = *chunk;
    reads->limit = 0;
    reads->last = false;
    reads->by = ODBC_READS_WHOLE;
    if (chunk->kind == CHUNK_KEY_RANGE && access >= ODBC_ACCESS_INDEXED) {
        reads->by = by_limit && access == ODBC_ACCESS_UNIQUE ? ODBC_READS_LIMIT : ODBC_READS_STEPS;
    }
}

static bool same_key(const struct odbc_reads *reads, const char *const *a, const char *const *b)
{
    for (int i = 0; a != NULL && i < reads->bounding->key_count; i++) {
        if (strcmp(a[i], b[i]) != 0) {
            return false;
        }
    }
    return a != NULL;
}

/* Where the next read ends. What is left is one read when the key does not move on. */
static bool step(struct odbc_reads *reads, uint64_t wanted, bool *found, struct error *error)
{
    struct odbc_sql sql;
    struct odbc_rows rows = {0};
    struct arena *arena = &reads->bounds[reads->turn];
    reads->turn = 1 - reads->turn;
    arena_reset(arena);
    int64_t begun = odbc_clock_ns();
    odbc_sql_init(&sql);
    odbc_sql_step(&sql, reads->bounding, &reads->range, wanted);
    bool ok = odbc_sql_check(&sql, error) && odbc_query(reads->connection,
                                                        sql.text.data,
                                                        sql.parameters,
                                                        sql.parameter_count,
                                                        arena,
                                                        &rows,
                                                        error);
    odbc_sql_release(&sql);
    reads->source_ns += odbc_clock_ns() - begun;
    if (!ok) {
        return false;
    }
    *found = rows.rows > 0;
    if (!*found) {
        return true;
    }
    int count = reads->bounding->key_count;
    uint64_t reached = 0;
    if (!odbc_sql_step_take(&rows, count, &reached, error)) {
        return false;
    }
    reads->last = reached < wanted || same_key(reads, reads->range.lower, rows.values);
    if (!reads->last) {
        reads->range.upper = rows.values;
    }
    return true;
}

/* A chunk that planning has counted, and that ends: one read, without asking where it would end. */
static bool fits(const struct chunk *chunk, uint64_t wanted)
{
    return chunk->upper != NULL && chunk->rows_estimate > 0 && chunk->rows_estimate <= wanted;
}

static void move_on(struct odbc_reads *reads)
{
    if (reads->by == ODBC_READS_LIMIT) {
        (void)snprintf(reads->lower_text, sizeof reads->lower_text, "%" PRId64, reads->last_key);
        reads->lower[0] = reads->lower_text;
        reads->range.lower = reads->lower;
    } else {
        reads->range.lower = reads->range.upper;
        reads->range.upper = reads->chunk->upper;
    }
}

/* Before the gate, what would be held open while waiting is let go. */
static bool pass_gate(struct odbc_reads *reads, struct error *error)
{
    if (pace_holds(reads->pace) && !odbc_moment_end(reads->connection, error)) {
        return false;
    }
    enum pace_gate gate = pace_enter(reads->pace);
    if (gate == PACE_CANCELLED) {
        return error_set(error, ERROR_INTERRUPTED, "interrupted");
    }
    if (gate == PACE_GO_LATER && !odbc_moment_end(reads->connection, error)) {
        return false;
    }
    reads->held = true;
    reads->rows = 0;
    reads->bytes = 0;
    reads->source_ns = 0;
    return odbc_moment_begin(reads->connection, error);
}

bool odbc_reads_next(struct odbc_reads *reads, bool *more, struct error *error)
{
    bool first = !reads->held;
    *more = false;
    if (!first) {
        uint64_t rows = reads->rows;
        bool full = reads->by == ODBC_READS_LIMIT ? rows >= reads->limit : rows > 0;
        odbc_reads_leave(reads);
        size_next(reads);
        if (reads->last || reads->by == ODBC_READS_WHOLE ||
            (reads->by == ODBC_READS_LIMIT && !full)) {
            return true;
        }
        move_on(reads);
        /* Rows vanished, or a key's text does not compare as the key; of a query that is split by a
         * table it means nothing. */
        reads->last = !full && !reads->split;
    }
    if (!pass_gate(reads, error)) {
        return false;
    }
    *more = true;
    uint64_t wanted = odbc_read_rows(reads->connection, reads->pace);
    wanted = reads->sized && wanted > reads->rows_max ? reads->rows_max : wanted;
    if (reads->by == ODBC_READS_LIMIT) {
        reads->limit = wanted;
    } else if (reads->by == ODBC_READS_STEPS && !reads->last) {
        bool found = true;
        if (first && fits(reads->chunk, wanted)) {
            reads->last = true;
        } else if (!step(reads, wanted, &found, error)) {
            return false;
        }
        /* A query may have rows where the table that splits it has none. */
        reads->last = reads->last || !found;
        *more = found || reads->split;
    }
    if (!*more) {
        odbc_reads_leave(reads);
    }
    return true;
}

void odbc_reads_took(struct odbc_reads *reads, uint64_t rows, int64_t source_ns)
{
    reads->rows += rows;
    reads->source_ns += source_ns;
}

void odbc_reads_leave(struct odbc_reads *reads)
{
    if (reads->held) {
        reads->held = false;
        pace_leave(reads->pace, reads->rows, reads->source_ns);
    }
}
