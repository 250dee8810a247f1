/* odbc_handle.c — a connection through unixODBC: opening it gently, and what it says when it
 * refuses.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_handle.h"

#include "decode.h"
#include "odbc_dialect.h"

#include "novate/text.h"

#include <sqlucode.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LOGIN_TIMEOUT_S  30
#define DIAGNOSTIC_UNITS 1024
#define DIAGNOSTICS_MAX  8

/* unixODBC passes integers where a pointer is declared. */
static SQLPOINTER integer_value(uintptr_t value)
{
    return (SQLPOINTER)value; /* NOLINT(performance-no-int-to-ptr) */
}

SQLWCHAR *odbc_wide(const char *text, struct arena *arena, size_t *units)
{
    size_t size = strlen(text);
    SQLWCHAR *wide = ARENA_ARRAY(arena, SQLWCHAR, size + 1);
    if (wide == NULL) {
        return NULL;
    }
    size_t count = utf16_encode(text, size, wide);
    if (units != NULL) {
        *units = count;
    }
    return wide;
}

/* As much as is well formed. */
static size_t narrow(const SQLWCHAR *units, size_t count, char *text)
{
    size_t size = 0;
    size_t offset = 0;
    if (!utf16_decode(units, count, text, &size, &offset) &&
        !utf16_decode(units, offset, text, &size, &count)) {
        return 0;
    }
    return size;
}

const char *odbc_narrow(const SQLWCHAR *units, size_t count, struct arena *arena)
{
    char *text = arena_bytes(arena, count * 3 + 1);
    if (text != NULL) {
        text[narrow(units, count, text)] = '\0';
    }
    return text;
}

/* One diagnostic record as UTF-8; false when there is no further one. */
static bool diagnostic(const struct odbc_connection *connection,
                       SQLSMALLINT kind,
                       SQLHANDLE handle,
                       SQLSMALLINT number,
                       SQLINTEGER *native,
                       char sqlstate[6],
                       char text[1024])
{
    SQLSMALLINT length = 0;
    if (connection->dialect != NULL && !connection->dialect->wide) {
        SQLCHAR state[6] = "";
        SQLRETURN result = SQLGetDiagRec(
            kind, handle, number, state, native, (SQLCHAR *)text, DIAGNOSTIC_UNITS, &length);
        memcpy(sqlstate, state, sizeof state);
        return SQL_SUCCEEDED(result);
    }
    SQLWCHAR state[6] = {0};
    SQLWCHAR wide[DIAGNOSTIC_UNITS / 3] = {0};
    SQLRETURN result =
        SQLGetDiagRecW(kind, handle, number, state, native, wide, DIAGNOSTIC_UNITS / 3, &length);
    if (!SQL_SUCCEEDED(result)) {
        return false;
    }
    size_t count = 0;
    while (count < DIAGNOSTIC_UNITS / 3 - 1 && wide[count] != 0) {
        count++;
    }
    text[narrow(wide, count, text)] = '\0';
    for (size_t i = 0; i < 5; i++) {
        sqlstate[i] = (char)state[i];
    }
    sqlstate[5] = '\0';
    return true;
}

/* The primary message of "[unixODBC][Driver Manager]Data source name not found", "ERROR: no such
 * thing;\nError while executing the query": without who speaks, and without the lines after it,
 * where PostgreSQL shows values. */
static struct text primary(const char *text)
{
    static const char severity[] = "ERROR:";
    while (text[0] == '[' && strchr(text, ']') != NULL) {
        text = strchr(text, ']') + 1;
    }
    text += strspn(text, " ");
    text += strncmp(text, severity, sizeof severity - 1) == 0 ? sizeof severity - 1 : 0;
    struct text line = text_trim(text_from(text, strcspn(text, "\n")));
    while (line.size > 0 && strchr(";.", line.data[line.size - 1]) != NULL) {
        line.size--;
    }
    return line;
}

/* A data exception quotes the value that it is about, and that may be a person's. */
static void leave_values_out(const char *sqlstate, char *text)
{
    if (strncmp(sqlstate, "22", 2) != 0 && strncmp(sqlstate, "23", 2) != 0) {
        return;
    }
    char *to = text;
    char quote = '\0'; /* that is open */
    for (const char *at = text; *at != '\0'; at++) {
        bool marks = *at == '"' || *at == '\'';
        if (quote == '\0' || *at == quote) {
            *to++ = *at;
        }
        if (marks && quote == '\0') {
            quote = *at;
        } else if (*at == quote) {
            quote = '\0';
        }
    }
    *to = '\0';
}

/* Is it worth to connect again and to read the chunk anew? The connection is gone, or the server
 * gave the statement up for reasons that pass. */
static bool is_lost(const struct odbc_connection *connection,
                    const char *sqlstate,
                    SQLINTEGER native)
{
    static const char *const states[] = {"40001", "40P01", "57P01", "57P02", "57P03", "HYT01"};
    if (strncmp(sqlstate, "08", 2) == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(sqlstate, states[i]) == 0) {
            return true;
        }
    }
    const SQLINTEGER *lost = connection->dialect == NULL ? NULL : connection->dialect->lost;
    while (lost != NULL && *lost != 0 && *lost != native) {
        lost++;
    }
    SQLUINTEGER dead = SQL_CD_FALSE;
    return (lost != NULL && *lost != 0) ||
           (connection->connected &&
            SQL_SUCCEEDED(SQLGetConnectAttr(
                connection->handle, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, NULL)) &&
            dead == SQL_CD_TRUE);
}

bool odbc_refused(const struct odbc_connection *connection,
                  SQLSMALLINT kind,
                  SQLHANDLE handle,
                  enum error_code code,
                  const char *what,
                  struct error *error)
{
    char sqlstate[6] = "";
    char text[DIAGNOSTIC_UNITS] = "";
    struct text_buffer others;
    text_buffer_init(&others, sizeof error->detail);
    SQLINTEGER native = 0;
    if (diagnostic(connection, kind, handle, 1, &native, sqlstate, text)) {
        leave_values_out(sqlstate, text);
        struct text first = primary(text);
        bool lost = code == ERROR_SOURCE && is_lost(connection, sqlstate, native);
        code = lost ? ERROR_SOURCE_LOST : code;
        (void)error_set(error, code, "%s: %.*s", what, (int)first.size, first.data);
        (void)error_sqlstate(error, sqlstate);
    } else {
        (void)error_set(error, code, "%s: the driver gives no reason", what);
    }
    for (SQLSMALLINT i = 2; i <= DIAGNOSTICS_MAX; i++) {
        if (!diagnostic(connection, kind, handle, i, &native, sqlstate, text)) {
            break;
        }
        leave_values_out(sqlstate, text);
        struct text next = primary(text);
        text_buffer_format(
            &others, "%s%.*s (%s)", i == 2 ? "" : "; ", (int)next.size, next.data, sqlstate);
    }
    if (others.size > 0 && others.data != NULL) {
        (void)error_detail(error, "%s.", others.data);
    }
    text_buffer_release(&others);
    return false;
}

static bool connect_refused(struct odbc_connection *connection, struct error *error)
{
    (void)odbc_refused(connection,
                       SQL_HANDLE_DBC,
                       connection->handle,
                       ERROR_SOURCE_CONNECT,
                       "cannot connect to the source",
                       error);
    return error_hint(error,
                      "Look at \"odbc\" of source \"%s\" in the plan, and at the data source with "
                      "isql(1); names come from odbc.ini, drivers from odbcinst.ini.",
                      connection->settings->name);
}

static bool connect_once(struct odbc_connection *connection,
                         const char *string,
                         struct arena *arena,
                         struct error *error)
{
    if (!SQL_SUCCEEDED(
            SQLAllocHandle(SQL_HANDLE_DBC, connection->environment, &connection->handle))) {
        return odbc_refused(connection,
                            SQL_HANDLE_ENV,
                            connection->environment,
                            ERROR_SOURCE_CONNECT,
                            "cannot prepare a connection",
                            error);
    }
    (void)SQLSetConnectAttr(
        connection->handle, SQL_ATTR_ACCESS_MODE, integer_value(SQL_MODE_READ_ONLY), 0);
    (void)SQLSetConnectAttr(
        connection->handle, SQL_ATTR_LOGIN_TIMEOUT, integer_value(LOGIN_TIMEOUT_S), 0);
    SQLRETURN result = SQL_ERROR;
    if (connection->dialect != NULL && !connection->dialect->wide) {
        SQLCHAR *copy = (SQLCHAR *)arena_string(arena, string);
        if (copy == NULL) {
            return error_set_memory(error);
        }
        result = SQLDriverConnect(
            connection->handle, NULL, copy, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
    } else {
        SQLWCHAR *wide = odbc_wide(string, arena, NULL);
        if (wide == NULL) {
            return error_set_memory(error);
        }
        result = SQLDriverConnectW(
            connection->handle, NULL, wide, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
    }
    connection->connected = SQL_SUCCEEDED(result);
    return connection->connected || connect_refused(connection, error);
}

static void disconnect(struct odbc_connection *connection)
{
    if (connection->connected) {
        (void)SQLEndTran(SQL_HANDLE_DBC, connection->handle, SQL_ROLLBACK);
        (void)SQLDisconnect(connection->handle);
    }
    if (connection->handle != SQL_NULL_HDBC) {
        (void)SQLFreeHandle(SQL_HANDLE_DBC, connection->handle);
    }
    connection->handle = SQL_NULL_HDBC;
    connection->connected = false;
}

/* A connection string that names a DSN does not say which driver it leads to: then the manners are
 * known only after connecting, and a second connection asks for them. */
static bool connect_with_manners(struct odbc_connection *connection,
                                 struct arena *arena,
                                 struct error *error)
{
    const char *string = connection->settings->odbc;
    connection->dialect = odbc_dialect_of_string(string);
    bool known = connection->dialect != NULL;
    const char *manners = known ? odbc_dialect_manners(connection->dialect, string, arena) : "";
    const char *asked = manners == NULL ? NULL : arena_format(arena, "%s%s", string, manners);
    if (asked == NULL) {
        return error_set_memory(error);
    }
    if (!connect_once(connection, asked, arena, error)) {
        return false;
    }
    char product[128] = "";
    char version[128] = "";
    SQLSMALLINT length = 0;
    (void)SQLGetInfo(connection->handle, SQL_DBMS_NAME, product, sizeof product, &length);
    (void)SQLGetInfo(connection->handle, SQL_DBMS_VER, version, sizeof version, &length);
    const struct odbc_dialect *dialect = odbc_dialect_of_product(product, version);
    if (dialect == connection->dialect) {
        return true;
    }
    connection->dialect = dialect;
    manners = odbc_dialect_manners(dialect, string, arena);
    asked = manners == NULL ? NULL : arena_format(arena, "%s%s", string, manners);
    if (asked == NULL) {
        return error_set_memory(error);
    }
    if (manners[0] == '\0' && dialect->wide) {
        return true;
    }
    disconnect(connection);
    return connect_once(connection, asked, arena, error);
}

/* The dialect's statements, one per line. */
static bool session_begin(struct odbc_connection *connection,
                          struct arena *arena,
                          struct error *error)
{
    const char *at = connection->dialect->session != NULL ? connection->dialect->session : "";
    while (*at != '\0') {
        size_t size = strcspn(at, "\n");
        const char *sql = arena_copy(arena, at, size);
        if (sql == NULL) {
            return error_set_memory(error);
        }
        if (!odbc_run(connection, sql, error)) {
            return error_context(error, "preparing the session (%s)", sql);
        }
        at += size + (at[size] == '\n' ? 1 : 0);
    }
    return true;
}

/* Does the driver give characters outside ASCII as the bytes that they have in UTF-8? */
static bool probe_encoding(struct odbc_connection *connection,
                           struct arena *arena,
                           struct error *error)
{
    char text[64] = "";
    SQLLEN indicator = 0;
    SQLHSTMT statement = SQL_NULL_HSTMT;
    if (connection->dialect->probe == NULL) {
        return true;
    }
    bool ok = odbc_statement_open(connection, &statement, error) &&
              odbc_execute(connection,
                           statement,
                           connection->dialect->probe,
                           NULL,
                           0,
                           arena,
                           "the source refuses a statement",
                           error);
    connection->utf8 =
        ok && SQL_SUCCEEDED(SQLFetch(statement)) &&
        SQL_SUCCEEDED(SQLGetData(statement, 1, SQL_C_CHAR, text, sizeof text, &indicator)) &&
        strcmp(text, ODBC_PROBE_TEXT) == 0;
    odbc_statement_close(statement);
    return ok;
}

static bool driver_fits(const struct odbc_connection *connection, struct error *error)
{
    char driver[128] = "";
    SQLSMALLINT length = 0;
    const char *unfit = connection->dialect->unfit;
    (void)SQLGetInfo(connection->handle, SQL_DRIVER_NAME, driver, sizeof driver, &length);
    if (unfit == NULL || strncmp(driver, unfit, strlen(unfit)) != 0) {
        return true;
    }
    (void)error_set(error, ERROR_SOURCE_CONNECT, "driver \"%s\" cannot be used", driver);
    (void)error_detail(error, "It gives texts in the encoding of the locale only.");
    return error_hint(error,
                      "Use the Unicode driver of %s in \"odbc\" of source \"%s\".",
                      connection->dialect->name,
                      connection->settings->name);
}

/* A database may have them turned off. */
static bool snapshots_ask(struct odbc_connection *connection,
                          struct arena *arena,
                          struct error *error)
{
    const struct odbc_dialect *dialect = connection->dialect;
    struct odbc_rows rows = {0};
    connection->snapshots = dialect->snapshot != NULL;
    if (dialect->snapshot == NULL || dialect->snapshot_allowed == NULL) {
        return true;
    }
    if (!odbc_query(connection, dialect->snapshot_allowed, NULL, 0, arena, &rows, error)) {
        return false;
    }
    const char *allowed = rows.rows == 1 ? odbc_value(&rows, 0, 0) : NULL;
    connection->snapshots = allowed != NULL && strcmp(allowed, "1") == 0;
    return true;
}

static bool autocommit(struct odbc_connection *connection, bool on, struct error *error)
{
    SQLRETURN result = SQLSetConnectAttr(connection->handle,
                                         SQL_ATTR_AUTOCOMMIT,
                                         integer_value(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF),
                                         SQL_IS_UINTEGER);
    return SQL_SUCCEEDED(result) || odbc_refused(connection,
                                                 SQL_HANDLE_DBC,
                                                 connection->handle,
                                                 ERROR_SOURCE,
                                                 "cannot begin or end a transaction",
                                                 error);
}

bool odbc_snapshot_begin(struct odbc_connection *connection, struct error *error)
{
    const struct odbc_dialect *dialect = connection->dialect;
    return NOVATE_CHECK(error, connection->snapshots) &&
           (!dialect->snapshot_manual || autocommit(connection, false, error)) &&
           odbc_run(connection, dialect->snapshot, error);
}

bool odbc_snapshot_end(struct odbc_connection *connection, struct error *error)
{
    const struct odbc_dialect *dialect = connection->dialect;
    return odbc_run(connection, dialect->snapshot_end, error) &&
           (!dialect->snapshot_manual || autocommit(connection, true, error));
}

bool odbc_connection_open(struct odbc_connection *connection,
                          const struct plan_source *settings,
                          struct error *error)
{
    *connection = (struct odbc_connection){.settings = settings};
    struct arena arena;
    arena_init(&arena, 4096, NULL);
    bool ok =
        SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &connection->environment));
    if (!ok) {
        (void)error_set(error, ERROR_SOURCE_CONNECT, "cannot start the ODBC driver manager");
    }
    if (ok) {
        (void)SQLSetEnvAttr(
            connection->environment, SQL_ATTR_ODBC_VERSION, integer_value(SQL_OV_ODBC3), 0);
        ok = connect_with_manners(connection, &arena, error) && driver_fits(connection, error);
    }
    if (ok) {
        char quote[8] = "";
        SQLSMALLINT length = 0;
        (void)SQLGetInfo(
            connection->handle, SQL_IDENTIFIER_QUOTE_CHAR, quote, sizeof quote, &length);
        connection->quote = quote[0] == ' ' ? '\0' : quote[0];
        (void)SQLGetInfo(connection->handle,
                         SQL_GETDATA_EXTENSIONS,
                         &connection->getdata_extensions,
                         sizeof connection->getdata_extensions,
                         &length);
        ok = session_begin(connection, &arena, error) && snapshots_ask(connection, &arena, error) &&
             probe_encoding(connection, &arena, error);
    }
    if (!ok) {
        odbc_connection_close(connection);
    }
    arena_release(&arena); /* held the connection string */
    return ok;
}

void odbc_connection_close(struct odbc_connection *connection)
{
    disconnect(connection);
    if (connection->environment != SQL_NULL_HENV) {
        (void)SQLFreeHandle(SQL_HANDLE_ENV, connection->environment);
    }
    connection->environment = SQL_NULL_HENV;
}
