/* odbc_source.h — a database behind an ODBC driver as a source: what describing finds, planning and
 * reading use.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_SOURCE_H
#define NOVATE_EXTRACT_ODBC_SOURCE_H

#include "driver.h"
#include "odbc_dialect.h"
#include "odbc_handle.h"

#include "novate/text.h"

struct odbc_index;

/* A table as the catalogue has it. */
struct odbc_table {
    const char *schema; /* or NULL */
    const char *name;   /* NULL: there is none */
};

struct odbc_relation {
    const struct odbc_dialect *dialect;
    const char *from;            /* "care"."patient", or (SELECT …) novate_q */
    const char *where;           /* the mapping's, or NULL */
    struct odbc_table table;     /* without a name: a query */
    const char **quoted;         /* by column: its name as SQL writes it */
    struct odbc_column *columns; /* by column: type and form */
    struct odbc_index *indexes;  /* of a table (odbc_index.h) */
    int index_count;
    bool indexes_known; /* false of a view, a query, or a driver that does not tell */
    bool no_snapshot;   /* its engine gives none (MyISAM) */
};

/* Tables are looked up in the catalogue, columns are described by a query that gives no row. */
bool odbc_describe(void *state,
                   struct relation *relation,
                   struct arena *arena,
                   struct problems *problems,
                   struct error *error) NODISCARD;
/* The table that the mapping names; without a name after a problem. */
bool odbc_table_find(struct odbc_connection *connection,
                     const struct relation_spec *spec,
                     struct arena *arena,
                     struct problems *problems,
                     struct odbc_table *table,
                     struct error *error) NODISCARD;
bool odbc_health_look(void *state,
                      const struct relation *relation,
                      struct arena *arena,
                      struct health *health,
                      struct error *error) NODISCARD;
bool odbc_plan(void *state,
               const struct relation *relation,
               const struct chunk_plan_options *options,
               struct arena *arena,
               struct chunk_list *chunks,
               struct error *error) NODISCARD;
bool odbc_cursor_open(void *state,
                      const struct relation *relation,
                      const int *columns,
                      const struct schema *schema,
                      struct pace *pace,
                      void **cursor,
                      struct error *error) NODISCARD;
bool odbc_cursor_begin(void *cursor, const struct chunk *chunk, struct error *error) NODISCARD;
bool odbc_cursor_next(void *cursor,
                      struct batch *batch,
                      bool *ended,
                      struct error *error) NODISCARD;
void odbc_cursor_drop(void *cursor);
void odbc_cursor_close(void *cursor);

#endif
