/* odbc_declared.c — the contract is in odbc_declared.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_declared.h"

#include "odbc_dialect.h"

#include <stdio.h>

void odbc_declared_name(struct odbc_declared *declared,
                        struct odbc_connection *connection,
                        struct text_buffer *out)
{
    if (connection->dialect->declares) {
        (void)snprintf(declared->name, sizeof declared->name, "novate_%u", connection->cursors++);
        text_buffer_format(out, "DECLARE %s NO SCROLL CURSOR FOR ", declared->name);
    }
}

bool odbc_declared_fetch(const struct odbc_declared *declared,
                         const struct odbc_connection *connection,
                         SQLHSTMT statement,
                         SQLULEN rows,
                         struct error *error)
{
    char sql[96];
    struct arena arena;
    if (!declared->open) {
        return true;
    }
    arena_init(&arena, 1024, NULL);
    (void)snprintf(
        sql, sizeof sql, "FETCH FORWARD %lu FROM %s", (unsigned long)rows, declared->name);
    (void)SQLFreeStmt(statement, SQL_CLOSE); /* the rows of the fetch before; bindings stay */
    (void)SQLFreeStmt(statement, SQL_RESET_PARAMS);
    bool ok = odbc_execute(
        connection, statement, sql, NULL, 0, &arena, "the source refuses to read on", error);
    arena_release(&arena);
    return ok;
}

bool odbc_declared_close(struct odbc_declared *declared,
                         const struct odbc_connection *connection,
                         struct error *error)
{
    char sql[64];
    if (!declared->open) {
        return true;
    }
    declared->open = false;
    (void)snprintf(sql, sizeof sql, "CLOSE %s", declared->name);
    return odbc_run(connection, sql, error);
}

void odbc_declared_drop(struct odbc_declared *declared, const struct odbc_connection *connection)
{
    struct error ignored = ERROR_NONE;
    bool closed = odbc_declared_close(declared, connection, &ignored);
    (void)closed;
}
