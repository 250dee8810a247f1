/* cross_private.h — what cross_check.c (tables) and cross_evaluate.c (questions) share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_CROSS_PRIVATE_H
#define NOVATE_LOAD_CROSS_PRIVATE_H

#include "session_private.h"

#include "novate/cross_check.h"

#define CROSS_RECORD_TABLE "novate_cross_record"
#define CROSS_ROW_TABLE    "novate_cross_row"

struct cross_check {
    struct cross_check_options options;
    struct arena arena;
    struct target_table *rows; /* CROSS_ROW_TABLE */
    struct schema wide;        /* number, wanted, and the columns of a record */
    int records;               /* in the table */
    bool *failed;              /* LIMIT_BATCH_ROWS times the columns */
    struct text_buffer sql;
};

/* One statement under a savepoint. `*refused`: the server does not take it, by its own rules or
 * because of a value, and it is undone; `sqlstate` says why. Any other failure is an error. */
struct cross_attempt {
    bool refused;
    char sqlstate[6];
    int rows; /* that it gave */
};
bool cross_attempt(struct cross_check *cross,
                   const char *sql,
                   struct cross_attempt *attempt,
                   struct error *error) NODISCARD;
/* Filters, columns and checks of all records that are in the table. */
bool cross_evaluate(struct cross_check *cross, struct error *error) NODISCARD;

/* The type of a column of the mapped row, with its length and digits. */
void cross_push_type(struct type type, const char *declared, struct text_buffer *out);

#endif
