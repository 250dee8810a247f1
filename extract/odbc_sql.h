/* odbc_sql.h — the queries that planning and reading send.
 *
 * Names are quoted, bounds of chunks are parameters, the mapping's own `where` stands in
 * parentheses. A key range is (lower, upper]: with a leading comparison that an index can use, and
 * the exact condition behind it.
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
bool odbc_sql_check(const struct odbc_sql *sql, struct error *error) NODISCARD;

#endif
