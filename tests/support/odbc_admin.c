/* odbc_admin.c — statements that make the tables of a test, through any ODBC driver.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"

#include <check.h>
#include <sql.h>
#include <sqlext.h>
#include <stdlib.h>
#include <string.h>

static void must_succeed(SQLRETURN result, SQLSMALLINT kind, SQLHANDLE handle, const char *what)
{
    SQLCHAR state[6] = "";
    SQLCHAR text[512] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    if (!SQL_SUCCEEDED(result) && result != SQL_NO_DATA) {
        (void)SQLGetDiagRec(kind, handle, 1, state, &native, text, sizeof text, &length);
    }
    ck_assert_msg(SQL_SUCCEEDED(result) || result == SQL_NO_DATA, "%s: %s", what, (char *)text);
}

void odbc_admin(const char *connection_string, const char *const *statements)
{
    SQLHENV environment = SQL_NULL_HENV;
    SQLHDBC connection = SQL_NULL_HDBC;
    char copy[1024];
    ck_assert_uint_lt(strlen(connection_string), sizeof copy);
    memcpy(copy, connection_string, strlen(connection_string) + 1);
    ck_assert(SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment)));
    (void)SQLSetEnvAttr(environment,
                        SQL_ATTR_ODBC_VERSION,
                        (SQLPOINTER)SQL_OV_ODBC3, /* NOLINT(performance-no-int-to-ptr) */
                        0);
    ck_assert(SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection)));
    must_succeed(
        SQLDriverConnect(
            connection, NULL, (SQLCHAR *)copy, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT),
        SQL_HANDLE_DBC,
        connection,
        "connect");
    for (int i = 0; statements[i] != NULL; i++) {
        SQLHSTMT statement = SQL_NULL_HSTMT;
        SQLCHAR *sql = malloc(strlen(statements[i]) + 1);
        ck_assert_ptr_nonnull(sql);
        memcpy(sql, statements[i], strlen(statements[i]) + 1);
        ck_assert(SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement)));
        must_succeed(
            SQLExecDirect(statement, sql, SQL_NTS), SQL_HANDLE_STMT, statement, statements[i]);
        (void)SQLFreeHandle(SQL_HANDLE_STMT, statement);
        free(sql);
    }
    (void)SQLDisconnect(connection);
    (void)SQLFreeHandle(SQL_HANDLE_DBC, connection);
    (void)SQLFreeHandle(SQL_HANDLE_ENV, environment);
}
