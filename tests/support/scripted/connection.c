/* connection.c — handles, connecting, what the driver says of itself, diagnostics.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

struct environment {
    struct diagnostics diagnostics;
};

void log_line(const char *path, const char *format, ...)
{
    va_list arguments;
    if (path == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&mutex);
    FILE *file = fopen(path, "a");
    if (file != NULL) {
        va_start(arguments, format);
        (void)vfprintf(file, format, arguments);
        va_end(arguments);
        (void)fputc('\n', file);
        (void)fclose(file);
    }
    (void)pthread_mutex_unlock(&mutex);
}

SQLRETURN refuse(struct diagnostics *diagnostics,
                 const char *state,
                 SQLINTEGER native,
                 const char *text)
{
    (void)snprintf(diagnostics->state, sizeof diagnostics->state, "%s", state);
    (void)snprintf(diagnostics->text, sizeof diagnostics->text, "%s", text);
    diagnostics->native = native;
    return SQL_ERROR;
}

EXPORT SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT kind, SQLHANDLE parent, SQLHANDLE *handle)
{
    if (kind == SQL_HANDLE_ENV) {
        *handle = calloc(1, sizeof(struct environment));
    } else if (kind == SQL_HANDLE_DBC) {
        *handle = calloc(1, sizeof(struct connection));
    } else if (kind == SQL_HANDLE_STMT) {
        struct statement *statement = calloc(1, sizeof *statement);
        statement->connection = parent;
        statement->array_size = 1;
        *handle = statement;
    } else {
        return SQL_ERROR;
    }
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT kind, SQLHANDLE handle)
{
    if (kind == SQL_HANDLE_STMT) {
        struct statement *statement = handle;
        (void)SQLFreeStmt(statement, SQL_CLOSE);
        for (int i = 0; i < SCRIPT_PARAMETERS_MAX; i++) {
            free(statement->parameter_texts[i]);
        }
        free(statement->prepared);
        free(statement->block);
        free(statement->block_numbers);
    } else if (kind == SQL_HANDLE_DBC) {
        free(((struct connection *)handle)->log);
    }
    free(handle);
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV environment,
                                       SQLINTEGER attribute,
                                       SQLPOINTER value,
                                       SQLINTEGER length)
{
    (void)environment;
    (void)attribute;
    (void)value;
    (void)length;
    return SQL_SUCCESS;
}

/* The value of KEY in a connection string; the caller frees it. */
static char *attribute_of(const char *string, const char *key)
{
    size_t size = strlen(key);
    for (const char *at = string; at != NULL; at = strchr(at, ';')) {
        at += strspn(at, "; ");
        if (strncasecmp(at, key, size) == 0 && at[size] == '=') {
            return strndup(at + size + 1, strcspn(at + size + 1, ";"));
        }
        if (*at == '\0') {
            break;
        }
    }
    return NULL;
}

static void wait_ms(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = milliseconds % 1000 * 1000000};
    if (milliseconds > 0) {
        (void)nanosleep(&time, NULL);
    }
}

EXPORT SQLRETURN SQL_API SQLDriverConnectW(SQLHDBC handle,
                                           SQLHWND window,
                                           SQLWCHAR *in,
                                           SQLSMALLINT in_length,
                                           SQLWCHAR *out,
                                           SQLSMALLINT room,
                                           SQLSMALLINT *length,
                                           SQLUSMALLINT completion)
{
    struct connection *connection = handle;
    (void)window;
    (void)completion;
    char *string = narrow_copy(in, in_length);
    char *path = attribute_of(string, "SCRIPT");
    connection->log = attribute_of(string, "LOG");
    connection->script = path == NULL ? NULL : script_open(path);
    free(path);
    if (connection->script == NULL) {
        free(string);
        return refuse(&connection->diagnostics, "HY000", 0, "[Scripted]no script");
    }
    const struct script_rule *rule = script_match(connection->script, "connect", NULL, 0);
    log_line(connection->log, "connect %s", string);
    free(string);
    if (rule != NULL) {
        wait_ms(rule->latency_ms);
        if (rule->failure.text != NULL) {
            return refuse(&connection->diagnostics,
                          rule->failure.state,
                          rule->failure.native,
                          rule->failure.text);
        }
    }
    if (out != NULL && room > 0) {
        out[0] = 0;
    }
    if (length != NULL) {
        *length = 0;
    }
    connection->dead = false;
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLDisconnect(SQLHDBC handle)
{
    const struct connection *connection = handle;
    log_line(connection->log, "disconnect");
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLSetConnectAttrW(SQLHDBC handle,
                                            SQLINTEGER attribute,
                                            SQLPOINTER value,
                                            SQLINTEGER length)
{
    const struct connection *connection = handle;
    (void)length;
    if (attribute == SQL_ATTR_AUTOCOMMIT) {
        log_line(connection->log, "autocommit %s", value == SQL_AUTOCOMMIT_OFF ? "off" : "on");
    } else if (attribute == SQL_ATTR_TXN_ISOLATION) {
        log_line(connection->log, "isolation %lu", (unsigned long)(uintptr_t)value);
    }
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLGetConnectAttrW(
    SQLHDBC handle, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER room, SQLINTEGER *length)
{
    const struct connection *connection = handle;
    (void)room;
    if (attribute != SQL_ATTR_CONNECTION_DEAD) {
        return SQL_ERROR;
    }
    SQLUINTEGER dead = connection->dead ? SQL_CD_TRUE : SQL_CD_FALSE;
    memcpy(value, &dead, sizeof dead);
    if (length != NULL) {
        *length = sizeof dead;
    }
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLEndTran(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT type)
{
    struct connection *connection = handle;
    if (kind == SQL_HANDLE_DBC) {
        log_line(connection->log, type == SQL_COMMIT ? "commit" : "rollback");
        if (connection->dead) {
            return refuse(&connection->diagnostics, "08S01", 0, "[Scripted]connection is gone");
        }
    }
    return SQL_SUCCESS;
}

static SQLRETURN info_text(const char *text, SQLPOINTER value, SQLSMALLINT room, SQLSMALLINT *size)
{
    size_t count = wide_copy(text, value, (size_t)room / sizeof(SQLWCHAR));
    if (size != NULL) {
        *size = (SQLSMALLINT)(count * sizeof(SQLWCHAR));
    }
    return SQL_SUCCESS;
}

static SQLRETURN info_number(SQLUINTEGER number, size_t bytes, SQLPOINTER value)
{
    SQLUSMALLINT small = (SQLUSMALLINT)number;
    memcpy(value, bytes == sizeof small ? (void *)&small : (void *)&number, bytes);
    return SQL_SUCCESS;
}

static const char *text_or(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

EXPORT SQLRETURN SQL_API SQLGetInfoW(
    SQLHDBC handle, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT room, SQLSMALLINT *size)
{
    const struct connection *connection = handle;
    const struct script *script = connection->script;
    switch (type) {
    case SQL_DBMS_NAME:
        return info_text(text_or(script->product, "Scripted"), value, room, size);
    case SQL_DBMS_VER:
        return info_text(text_or(script->version, "01.00.0000"), value, room, size);
    case SQL_DRIVER_NAME:
        return info_text(text_or(script->driver, "scripted.so"), value, room, size);
    case SQL_IDENTIFIER_QUOTE_CHAR:
        return info_text(text_or(script->quote, "\""), value, room, size);
    case SQL_DRIVER_ODBC_VER:
        return info_text("03.80", value, room, size);
    case SQL_GETDATA_EXTENSIONS:
        return info_number(script->getdata, sizeof(SQLUINTEGER), value);
    case SQL_TXN_CAPABLE:
        return info_number(SQL_TC_ALL, sizeof(SQLUSMALLINT), value);
    case SQL_CURSOR_COMMIT_BEHAVIOR:
    case SQL_CURSOR_ROLLBACK_BEHAVIOR:
        return info_number(SQL_CB_CLOSE, sizeof(SQLUSMALLINT), value);
    default:
        return info_number(0, sizeof(SQLUINTEGER), value);
    }
}

EXPORT SQLRETURN SQL_API SQLGetDiagRecW(SQLSMALLINT kind,
                                        SQLHANDLE handle,
                                        SQLSMALLINT number,
                                        SQLWCHAR *state,
                                        SQLINTEGER *native,
                                        SQLWCHAR *text,
                                        SQLSMALLINT room,
                                        SQLSMALLINT *length)
{
    const struct diagnostics *said =
        kind == SQL_HANDLE_ENV   ? &((struct environment *)handle)->diagnostics
        : kind == SQL_HANDLE_DBC ? &((struct connection *)handle)->diagnostics
                                 : &((struct statement *)handle)->diagnostics;
    if (number != 1 || said->state[0] == '\0') {
        return SQL_NO_DATA;
    }
    (void)wide_copy(said->state, state, 6);
    if (native != NULL) {
        *native = said->native;
    }
    size_t count = wide_copy(said->text, text, room > 0 ? (size_t)room : 0);
    if (length != NULL) {
        *length = (SQLSMALLINT)count;
    }
    return SQL_SUCCESS;
}

/* The driver manager reports no refusal of a driver without it. */
EXPORT SQLRETURN SQL_API SQLGetDiagFieldW(SQLSMALLINT kind,
                                          SQLHANDLE handle,
                                          SQLSMALLINT number,
                                          SQLSMALLINT field,
                                          SQLPOINTER value,
                                          SQLSMALLINT room,
                                          SQLSMALLINT *length)
{
    (void)kind;
    (void)handle;
    (void)number;
    (void)field;
    (void)value;
    (void)room;
    (void)length;
    return SQL_NO_DATA;
}
