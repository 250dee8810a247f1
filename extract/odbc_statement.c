/* odbc_statement.c — statements, parameters and small results of an ODBC connection.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect.h"
#include "odbc_handle.h"

#include "novate/limits.h"
#include "novate/text.h"

#include <sqlucode.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 2048

bool odbc_statement_open(const struct odbc_connection *connection,
                         SQLHSTMT *statement,
                         struct error *error)
{
    *statement = SQL_NULL_HSTMT;
    if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection->handle, statement))) {
        return true;
    }
    return odbc_refused(connection,
                        SQL_HANDLE_DBC,
                        connection->handle,
                        ERROR_SOURCE,
                        "cannot prepare a statement",
                        error);
}

void odbc_statement_timeout(SQLHSTMT statement, unsigned seconds)
{
    SQLPOINTER value = (SQLPOINTER)(uintptr_t)seconds; /* NOLINT(performance-no-int-to-ptr) */
    (void)SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, value, 0);
}

void odbc_statement_close(SQLHSTMT statement)
{
    if (statement != SQL_NULL_HSTMT) {
        (void)SQLFreeHandle(SQL_HANDLE_STMT, statement);
    }
}

static bool parameter_bind(const struct odbc_connection *connection,
                           SQLHSTMT statement,
                           SQLUSMALLINT number,
                           struct odbc_parameter *parameter,
                           struct arena *arena,
                           struct error *error)
{
    size_t size = strlen(parameter->text);
    bool wide = connection->dialect->wide;
    parameter->room = wide ? (void *)odbc_wide(parameter->text, arena, &size)
                           : (void *)arena_string(arena, parameter->text);
    if (parameter->room == NULL) {
        return error_set_memory(error);
    }
    SQLLEN bytes = (SQLLEN)(size * (wide ? sizeof(SQLWCHAR) : 1));
    parameter->indicator = bytes;
    SQLRETURN result = SQLBindParameter(statement,
                                        number,
                                        SQL_PARAM_INPUT,
                                        wide ? SQL_C_WCHAR : SQL_C_CHAR,
                                        parameter->sql_type,
                                        size > 0 ? size : 1,
                                        0,
                                        parameter->room,
                                        bytes,
                                        &parameter->indicator);
    return SQL_SUCCEEDED(result) || odbc_refused(connection,
                                                 SQL_HANDLE_STMT,
                                                 statement,
                                                 ERROR_SOURCE,
                                                 "cannot bind a bound of a chunk",
                                                 error);
}

bool odbc_execute(const struct odbc_connection *connection,
                  SQLHSTMT statement,
                  const char *sql,
                  struct odbc_parameter *parameters,
                  int count,
                  struct arena *arena,
                  const char *what,
                  struct error *error)
{
    for (int i = 0; i < count; i++) {
        if (!parameter_bind(
                connection, statement, (SQLUSMALLINT)(i + 1), &parameters[i], arena, error)) {
            return false;
        }
    }
    SQLRETURN result = SQL_ERROR;
    if (connection->dialect->wide) {
        SQLWCHAR *wide = odbc_wide(sql, arena, NULL);
        if (wide == NULL) {
            return error_set_memory(error);
        }
        result = SQLExecDirectW(statement, wide, SQL_NTS);
    } else {
        SQLCHAR *copy = (SQLCHAR *)arena_string(arena, sql);
        if (copy == NULL) {
            return error_set_memory(error);
        }
        result = SQLExecDirect(statement, copy, SQL_NTS);
    }
    return SQL_SUCCEEDED(result) || result == SQL_NO_DATA ||
           odbc_refused(connection, SQL_HANDLE_STMT, statement, ERROR_SOURCE, what, error);
}

bool odbc_run(const struct odbc_connection *connection, const char *sql, struct error *error)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    struct arena arena;
    arena_init(&arena, 1024, NULL);
    bool ok =
        odbc_statement_open(connection, &statement, error) &&
        odbc_execute(
            connection, statement, sql, NULL, 0, &arena, "the source refuses a statement", error);
    odbc_statement_close(statement);
    arena_release(&arena);
    return ok;
}

static bool value_refused(const struct odbc_connection *connection,
                          SQLHSTMT statement,
                          struct error *error)
{
    return odbc_refused(connection,
                        SQL_HANDLE_STMT,
                        statement,
                        ERROR_SOURCE,
                        "cannot read a value from the source",
                        error);
}

/* The value of a column of the current row, in as many pieces as it takes. */
static bool value_fetch(const struct odbc_connection *connection,
                        SQLHSTMT statement,
                        SQLUSMALLINT column,
                        struct text_buffer *whole,
                        bool *null,
                        struct error *error)
{
    union {
        SQLWCHAR units[PIECE_BYTES / sizeof(SQLWCHAR)];
        char bytes[PIECE_BYTES];
    } piece;
    bool wide = connection->dialect->wide;
    size_t end_bytes = wide ? sizeof(SQLWCHAR) : 1;
    text_buffer_reset(whole);
    *null = false;
    for (;;) {
        SQLLEN indicator = 0;
        SQLRETURN result = SQLGetData(
            statement, column, wide ? SQL_C_WCHAR : SQL_C_CHAR, &piece, sizeof piece, &indicator);
        if (result == SQL_NO_DATA) {
            return true;
        }
        if (!SQL_SUCCEEDED(result)) {
            return value_refused(connection, statement, error);
        }
        if (indicator == SQL_NULL_DATA) {
            *null = true;
            return true;
        }
        size_t room = sizeof piece - end_bytes;
        bool more = indicator == SQL_NO_TOTAL || (size_t)indicator > room;
        text_buffer_push(whole, piece.bytes, more ? room : (size_t)indicator);
        if (!more) {
            return true;
        }
    }
}

static const char *value_text(const struct odbc_connection *connection,
                              const struct text_buffer *whole,
                              struct arena *arena)
{
    if (!connection->dialect->wide) {
        return arena_copy(arena, whole->data, whole->size);
    }
    size_t units = whole->size / sizeof(SQLWCHAR);
    SQLWCHAR *wide = ARENA_ARRAY(arena, SQLWCHAR, units + 1);
    if (wide == NULL) {
        return NULL;
    }
    if (units > 0) {
        memcpy(wide, whole->data, units * sizeof *wide);
    }
    return odbc_narrow(wide, units, arena);
}

static bool rows_grow(struct odbc_rows *rows, int *capacity, struct arena *arena)
{
    int wanted = *capacity == 0 ? 64 : *capacity * 2;
    const char **grown =
        ARENA_ARRAY(arena, const char *, (size_t)wanted *(size_t)rows->columns + 1);
    if (grown == NULL) {
        return false;
    }
    if (rows->rows > 0) {
        memcpy(grown, rows->values, (size_t)rows->rows * (size_t)rows->columns * sizeof *grown);
    }
    rows->values = grown;
    *capacity = wanted;
    return true;
}

static bool row_fetch(const struct odbc_connection *connection,
                      SQLHSTMT statement,
                      struct arena *arena,
                      struct odbc_rows *rows,
                      struct text_buffer *whole,
                      struct error *error)
{
    for (int i = 0; i < rows->columns; i++) {
        bool null = false;
        const char *text = NULL;
        if (!value_fetch(connection, statement, (SQLUSMALLINT)(i + 1), whole, &null, error) ||
            !text_buffer_check(whole, error)) {
            return false;
        }
        if (!null) {
            text = value_text(connection, whole, arena);
            if (text == NULL) {
                return error_set_memory(error);
            }
        }
        rows->values[rows->rows * rows->columns + i] = text;
    }
    rows->rows++;
    return true;
}

bool odbc_rows_fetch(const struct odbc_connection *connection,
                     SQLHSTMT statement,
                     struct arena *arena,
                     struct odbc_rows *rows,
                     struct error *error)
{
    SQLSMALLINT columns = 0;
    int capacity = 0;
    struct text_buffer whole;
    *rows = (struct odbc_rows){0};
    if (!SQL_SUCCEEDED(SQLNumResultCols(statement, &columns))) {
        return value_refused(connection, statement, error);
    }
    rows->columns = columns;
    text_buffer_init(&whole, LIMIT_FIELD_BYTES);
    bool ok = true;
    for (;;) {
        SQLRETURN result = SQLFetch(statement);
        if (result == SQL_NO_DATA) {
            break;
        }
        ok = SQL_SUCCEEDED(result) || value_refused(connection, statement, error);
        if (ok && rows->rows == capacity && !rows_grow(rows, &capacity, arena)) {
            ok = error_set_memory(error);
        }
        ok = ok && row_fetch(connection, statement, arena, rows, &whole, error);
        if (!ok) {
            break;
        }
    }
    text_buffer_release(&whole);
    return ok;
}

bool odbc_query(const struct odbc_connection *connection,
                const char *sql,
                struct odbc_parameter *parameters,
                int count,
                struct arena *arena,
                struct odbc_rows *rows,
                struct error *error)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    bool ok = odbc_statement_open(connection, &statement, error) &&
              odbc_execute(connection,
                           statement,
                           sql,
                           parameters,
                           count,
                           arena,
                           "the source refuses a query",
                           error) &&
              odbc_rows_fetch(connection, statement, arena, rows, error);
    odbc_statement_close(statement);
    return ok;
}
