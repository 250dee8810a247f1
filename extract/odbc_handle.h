/* odbc_handle.h — a connection through unixODBC: opening it gently, asking it, and what it says
 * when it refuses.
 *
 * Texts are UTF-8 here and UTF-16 at the driver, through the W functions: they do not depend on a
 * locale. A driver that has none of those (SQLite's) takes UTF-8 as it is through the others.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_ODBC_HANDLE_H
#define NOVATE_EXTRACT_ODBC_HANDLE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/plan.h"

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stddef.h>

struct odbc_dialect;

struct odbc_connection {
    const struct plan_source *settings;
    const struct odbc_dialect *dialect;
    SQLHENV environment;
    SQLHDBC handle;
    bool connected;
    bool utf8;           /* SQL_C_CHAR is UTF-8, whatever the locale: it was tried */
    bool reading;        /* in a snapshot, where the server gives one (odbc_moment.h) */
    char read_since[24]; /* when that began, UTC */
    char quote;          /* of identifiers; 0: the server has none */
    SQLUINTEGER getdata_extensions;
    bool snapshots;   /* the dialect's may be begun */
    unsigned cursors; /* that were declared (odbc_declared.h) */
};

bool odbc_connection_open(struct odbc_connection *connection,
                          const struct plan_source *settings,
                          struct error *error) NODISCARD;
void odbc_connection_close(struct odbc_connection *connection);

/* Sets `error` from all diagnostics of a handle: the first one's text and SQLSTATE, the others as
 * detail. Returns false. */
bool odbc_refused(const struct odbc_connection *connection,
                  SQLSMALLINT kind,
                  SQLHANDLE handle,
                  enum error_code code,
                  const char *what,
                  struct error *error) COLD;

bool odbc_statement_open(const struct odbc_connection *connection,
                         SQLHSTMT *statement,
                         struct error *error) NODISCARD;
/* What takes longer is given up, where the driver can; otherwise as long as it takes. */
void odbc_statement_timeout(SQLHSTMT statement, unsigned seconds);
void odbc_statement_close(SQLHSTMT statement); /* SQL_NULL_HSTMT is allowed */

/* A text parameter and its own room, which must live until the statement has been executed. */
struct odbc_parameter {
    const char *text;
    SQLSMALLINT sql_type; /* what the server is to take it for */
    SQLLEN indicator;
    void *room; /* of the converted text */
};
/* Binds and executes. `what` is for messages: "reading the table". */
bool odbc_execute(const struct odbc_connection *connection,
                  SQLHSTMT statement,
                  const char *sql,
                  struct odbc_parameter *parameters,
                  int count,
                  struct arena *arena,
                  const char *what,
                  struct error *error) NODISCARD;
/* One statement without result and without parameters. */
bool odbc_run(const struct odbc_connection *connection,
              const char *sql,
              struct error *error) NODISCARD;

/* From here to the end every statement sees the source as it is now: what is written meanwhile is
 * not seen. Only where connection->snapshots; the end is also right after a failure. */
bool odbc_snapshot_begin(struct odbc_connection *connection, struct error *error) NODISCARD;
bool odbc_snapshot_end(struct odbc_connection *connection, struct error *error) NODISCARD;

/* A small result, all of it, as text; NULL is SQL NULL. */
struct odbc_rows {
    const char **values;
    int rows;
    int columns;
};
static inline const char *odbc_value(const struct odbc_rows *rows, int row, int column)
{
    return rows->values[row * rows->columns + column];
}
bool odbc_rows_fetch(const struct odbc_connection *connection,
                     SQLHSTMT statement,
                     struct arena *arena,
                     struct odbc_rows *rows,
                     struct error *error) NODISCARD;
bool odbc_query(const struct odbc_connection *connection,
                const char *sql,
                struct odbc_parameter *parameters,
                int count,
                struct arena *arena,
                struct odbc_rows *rows,
                struct error *error) NODISCARD;

/* UTF-16 of a text, NUL-terminated; NULL without memory. `units` may be NULL. */
SQLWCHAR *odbc_wide(const char *text, struct arena *arena, size_t *units);
/* UTF-8 of UTF-16; a broken half of a pair ends it. */
const char *odbc_narrow(const SQLWCHAR *units, size_t count, struct arena *arena);

#endif
