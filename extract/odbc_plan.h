/* odbc_plan.h — what the ways of planning share. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_PLAN_H
#define NOVATE_EXTRACT_ODBC_PLAN_H

#include "odbc_sql.h"

/* The end of a range, and how many rows the range held when it was planned. */
struct cut {
    const char **key;
    uint64_t rows;
};

struct plan_pass {
    struct odbc_connection *connection;
    const struct relation *whole;    /* what is planned */
    const struct relation *relation; /* whose key is cut: the same, or that which splits it */
    const struct odbc_relation *detail;
    struct pace *pace; /* or NULL */
    uint64_t target_rows;
    uint64_t step_rows; /* that the next question is about */
    struct arena *arena;
    struct arena scratch; /* of one question */
    struct cut *cuts;
    int count;
    int capacity;
    uint64_t rest; /* rows after the last cut */
    struct error *error;
};

/* The answer is in pass->arena. */
bool odbc_plan_query(struct plan_pass *pass,
                     struct odbc_sql *sql,
                     struct odbc_rows *rows) NODISCARD;
bool odbc_plan_count(struct plan_pass *pass,
                     const struct relation *relation,
                     const struct chunk *range,
                     uint64_t *count) NODISCARD;
/* Ends a range with a key; again at the same key: joins. */
bool odbc_plan_cut(struct plan_pass *pass, const char **key, uint64_t rows) NODISCARD;
/* Cuts the whole relation by position. */
bool odbc_plan_scan(struct plan_pass *pass) NODISCARD;

#endif
