/* odbc_partition.h — the promise of chunks: each row of a relation is in exactly one of them, also
 * rows that come after planning.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_ODBC_PARTITION_H
#define NOVATE_TESTS_ODBC_PARTITION_H

#include "novate/plan.h"

struct partition_case {
    const char *table;  /* has a column `id` with the values 1 to `rows`, each once */
    const char *key[4]; /* NULL ends */
    int rows;
    bool nullable;     /* a key column may be NULL */
    const char *where; /* or NULL; then `rows` are those that it leaves */
    /* After planning: a row with id rows + 1 that sorts before all others, and one with id rows + 2
     * that sorts after them. NULL: none. */
    const char *later[2];
    const char *later_undo;
};

/* Plans with chunks of 1, 2, 3, 7, 50 and 100000 rows, and reads each plan. Fails the test when a
 * row is missing, or is there twice. */
void partition_check(const struct plan_source *settings, const struct partition_case *partition);

#endif
