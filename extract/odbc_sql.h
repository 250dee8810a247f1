/* odbc_sql.h — the queries that planning and reading send.
 *
 * Names are quoted, bounds of chunks are parameters, the mapping's own `where` stands in
 * parentheses. A key range is (lower, upper], written as the server finds it in an index: as a
 * comparison of rows where it can, otherwise with a leading comparison and the exact condition
 * behind it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_SQL_H
#define NOVATE_EXTRACT_ODBC_SQL_H

#include "odbc_source.h"

/* Each bound of a key of n columns is named at most 2n times. */
#define ODBC_PARAMETERS_MAX (4 * LIMIT_KEY_COLUMNS)

struct odbc_sql {
    struct text_buffer text;
    struct odbc_parameter parameters[ODBC_PARAMETERS_MAX];
    int parameter_count;
};

void odbc_sql_init(struct odbc_sql *sql);
void odbc_sql_release(struct odbc_sql *sql);
/* `template` with the column's quoted name for each $. */
void odbc_sql_column(struct odbc_sql *sql,
                     const struct odbc_relation *relation,
                     int column,
                     const char *template);
/* " FROM … WHERE …": the rows of the relation that are in the chunk; NULL: all. */
void odbc_sql_from(struct odbc_sql *sql,
                   const struct relation *relation,
                   const struct chunk *chunk);
/* SELECT as a query of at most `limit` rows begins (0: of all), and the end of it: the order of the
 * key, and the limit as the dialect writes it. Both are given the same limit. */
void odbc_sql_select(struct odbc_sql *sql, const struct odbc_relation *relation, uint64_t limit);
void odbc_sql_order(struct odbc_sql *sql,
                    const struct relation *relation,
                    bool descending,
                    uint64_t limit);
/* One row, or none of an empty range: the texts of its `rows`th key, or of its last where it has
 * fewer, and how many there are up to it. */
void odbc_sql_step(struct odbc_sql *sql,
                   const struct relation *relation,
                   const struct chunk *range,
                   uint64_t rows);
/* What the source answered: the key stands in rows->values where there is a row. */
bool odbc_sql_step_take(const struct odbc_rows *rows,
                        int key_count,
                        uint64_t *reached,
                        struct error *error) NODISCARD;
bool odbc_sql_check(const struct odbc_sql *sql, struct error *error) NODISCARD;

#endif
