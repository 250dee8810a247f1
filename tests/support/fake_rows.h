/* fake_rows.h — a relation in memory, read like any other.
 *
 *     struct fake_rows rows;
 *     fake_rows_init(&rows, columns, count, &arena);
 *     fake_rows_push(&rows, (const char *[]){"1", "one", NULL});
 *     struct verify_source source = fake_rows_source(&rows);
 *
 * Cells are texts as PostgreSQL reads them, NULL for NULL. A cell that its type refuses fails the
 * test. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_FAKE_ROWS_H
#define NOVATE_TESTS_FAKE_ROWS_H

#include "novate/arena.h"
#include "novate/batch.h"
#include "novate/type.h"
#include "novate/verify.h"

struct fake_rows {
    struct arena *arena;
    struct schema schema;
    const char ***rows; /* each has a cell per column */
    int count;
    int capacity;
    int source_key; /* the column that is the records' source key; -1: none */
    int position;
    int opened; /* how often it was read */
    int closed;
    int rows_per_batch; /* LIMIT_BATCH_ROWS */
    /* Called at each open(), before the first row; may be NULL. */
    void (*on_open)(struct fake_rows *rows, void *state);
    void *on_open_state;
    int fail_after;  /* rows; negative: never */
    bool chunk_lost; /* its chunk has no end */
};

void fake_rows_init(struct fake_rows *rows,
                    const struct column *columns,
                    int count,
                    struct arena *arena);
/* Copies the list of cells, not the cells. */
void fake_rows_push(struct fake_rows *rows, const char *const *cells);
/* A copy that can be changed on its own; cells are shared. */
void fake_rows_copy(struct fake_rows *to, const struct fake_rows *from);
void fake_rows_remove(struct fake_rows *rows, int row);
struct verify_source fake_rows_source(struct fake_rows *rows);

/* A column of a type, by name. */
struct column fake_column(const char *name, enum type_id type);

#endif
