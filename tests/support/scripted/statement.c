/* statement.c — statements: parameters, execution by the script's rules, rows.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void result_close(struct statement *statement)
{
    statement->rule = NULL;
    statement->row = NULL;
    statement->in_range = false;
    statement->given = 0;
    statement->block_rows = 0;
}

EXPORT SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT option)
{
    struct statement *statement = handle;
    if (option == SQL_UNBIND) {
        memset(statement->columns, 0, sizeof statement->columns);
    } else if (option == SQL_RESET_PARAMS) {
        statement->parameter_count = 0;
    } else {
        result_close(statement);
    }
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLCloseCursor(SQLHSTMT statement)
{
    return SQLFreeStmt(statement, SQL_CLOSE);
}

EXPORT SQLRETURN SQL_API SQLCancel(SQLHSTMT handle)
{
    const struct statement *statement = handle;
    log_line(statement->connection->log, "cancel");
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLSetStmtAttrW(SQLHSTMT handle,
                                         SQLINTEGER attribute,
                                         SQLPOINTER value,
                                         SQLINTEGER length)
{
    struct statement *statement = handle;
    (void)length;
    if (attribute == SQL_ATTR_ROW_ARRAY_SIZE) {
        statement->array_size = (SQLULEN)(uintptr_t)value;
    } else if (attribute == SQL_ATTR_ROWS_FETCHED_PTR) {
        statement->fetched = value;
    } else if (attribute == SQL_ATTR_ROW_STATUS_PTR) {
        statement->status = value;
    } else if (attribute == SQL_ATTR_QUERY_TIMEOUT) {
        log_line(statement->connection->log, "timeout %lu", (unsigned long)(uintptr_t)value);
    }
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLGetStmtAttrW(
    SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER room, SQLINTEGER *length)
{
    (void)room;
    (void)length;
    if (attribute < SQL_ATTR_APP_ROW_DESC || attribute > SQL_ATTR_IMP_PARAM_DESC) {
        return SQL_ERROR;
    }
    memcpy(value, &handle, sizeof handle); /* any handle: the manager keeps it and asks nothing */
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLBindParameter(SQLHSTMT handle,
                                          SQLUSMALLINT number,
                                          SQLSMALLINT direction,
                                          SQLSMALLINT c_type,
                                          SQLSMALLINT sql_type,
                                          SQLULEN size,
                                          SQLSMALLINT digits,
                                          SQLPOINTER data,
                                          SQLLEN room,
                                          SQLLEN *indicator)
{
    struct statement *statement = handle;
    (void)direction;
    (void)size;
    (void)digits;
    if (number == 0 || number > SCRIPT_PARAMETERS_MAX) {
        return refuse(&statement->diagnostics, "07009", 0, "[Scripted]too many parameters");
    }
    statement->parameters[number - 1] = (struct binding){
        .c_type = c_type, .data = data, .size = room, .indicator = indicator, .sql_type = sql_type};
    if (number > statement->parameter_count) {
        statement->parameter_count = number;
    }
    return SQL_SUCCESS;
}

/* One line, whatever the statement holds. */
static void log_statement(const struct statement *statement, const char *sql)
{
    const char *path = statement->connection->log;
    char *line = strdup(sql);
    for (char *at = line; *at != '\0'; at++) {
        *at = *at == '\n' ? ' ' : *at;
    }
    log_line(path, "sql %s", line);
    for (int i = 0; i < statement->parameter_count; i++) {
        const char *text = statement->parameter_texts[i];
        log_line(path,
                 "  %d %s %s",
                 i + 1,
                 sql_type_name(statement->parameters[i].sql_type),
                 text == NULL ? "NULL" : text);
    }
    free(line);
}

static SQLRETURN rule_refuses(struct statement *statement, const struct script_rule *rule)
{
    statement->connection->dead = statement->connection->dead || rule->drop;
    return refuse(&statement->diagnostics,
                  rule->failure.state,
                  rule->failure.native,
                  rule->failure.text != NULL ? rule->failure.text : "[Scripted]dropped");
}

static SQLRETURN execute(struct statement *statement, const char *sql)
{
    struct connection *connection = statement->connection;
    result_close(statement);
    for (int i = 0; i < statement->parameter_count; i++) {
        free(statement->parameter_texts[i]);
        statement->parameter_texts[i] = value_parameter(&statement->parameters[i]);
    }
    log_statement(statement, sql);
    if (connection->dead) {
        return refuse(&statement->diagnostics, "08S01", 0, "[Scripted]connection is gone");
    }
    const struct script_rule *rule = script_match(
        connection->script, sql, statement->parameter_texts, statement->parameter_count);
    if (rule == NULL) {
        log_line(connection->log, "unexpected");
        return refuse(&statement->diagnostics, "HY000", 0, "[Scripted]no rule knows the statement");
    }
    struct timespec wait = {.tv_sec = rule->latency_ms / 1000,
                            .tv_nsec = rule->latency_ms % 1000 * 1000000};
    if (rule->latency_ms > 0) {
        (void)nanosleep(&wait, NULL);
    }
    if (rule->fail_after < 0 && (rule->failure.text != NULL || rule->drop)) {
        return rule_refuses(statement, rule);
    }
    statement->rule = rule;
    statement->row = rule->rows;
    statement->limit = script_limit(sql);
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLExecDirectW(SQLHSTMT handle, SQLWCHAR *text, SQLINTEGER length)
{
    char *sql = narrow_copy(text, length);
    SQLRETURN result = execute(handle, sql);
    free(sql);
    return result;
}

EXPORT SQLRETURN SQL_API SQLPrepareW(SQLHSTMT handle, SQLWCHAR *text, SQLINTEGER length)
{
    struct statement *statement = handle;
    free(statement->prepared);
    statement->prepared = narrow_copy(text, length);
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLExecute(SQLHSTMT handle)
{
    struct statement *statement = handle;
    return execute(statement, statement->prepared);
}

EXPORT SQLRETURN SQL_API SQLTablesW(SQLHSTMT handle,
                                    SQLWCHAR *catalog,
                                    SQLSMALLINT catalog_length,
                                    SQLWCHAR *schema,
                                    SQLSMALLINT schema_length,
                                    SQLWCHAR *table,
                                    SQLSMALLINT table_length,
                                    SQLWCHAR *type,
                                    SQLSMALLINT type_length)
{
    char sql[512];
    char *parts[3] = {catalog == NULL ? strdup("") : narrow_copy(catalog, catalog_length),
                      schema == NULL ? strdup("") : narrow_copy(schema, schema_length),
                      table == NULL ? strdup("") : narrow_copy(table, table_length)};
    (void)type;
    (void)type_length;
    (void)snprintf(sql, sizeof sql, "SQLTables(%s, %s, %s)", parts[0], parts[1], parts[2]);
    for (int i = 0; i < 3; i++) {
        free(parts[i]);
    }
    return execute(handle, sql);
}

EXPORT SQLRETURN SQL_API SQLNumResultCols(SQLHSTMT handle, SQLSMALLINT *count)
{
    const struct statement *statement = handle;
    *count = statement->rule == NULL ? 0 : (SQLSMALLINT)statement->rule->column_count;
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLRowCount(SQLHSTMT handle, SQLLEN *count)
{
    (void)handle;
    *count = -1;
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLMoreResults(SQLHSTMT handle)
{
    result_close(handle);
    return SQL_NO_DATA;
}

static const struct script_column *column_of(const struct statement *statement, int number)
{
    const struct script_rule *rule = statement->rule;
    bool known = rule != NULL && number >= 1 && number <= rule->column_count;
    return known ? &rule->columns[number - 1] : NULL;
}

EXPORT SQLRETURN SQL_API SQLDescribeColW(SQLHSTMT handle,
                                         SQLUSMALLINT number,
                                         SQLWCHAR *name,
                                         SQLSMALLINT room,
                                         SQLSMALLINT *length,
                                         SQLSMALLINT *type,
                                         SQLULEN *size,
                                         SQLSMALLINT *digits,
                                         SQLSMALLINT *nullable)
{
    struct statement *statement = handle;
    const struct script_column *column = column_of(statement, number);
    if (column == NULL) {
        return refuse(&statement->diagnostics, "07009", 0, "[Scripted]no such column");
    }
    *length = (SQLSMALLINT)wide_copy(column->name, name, (size_t)room);
    *type = column->type;
    *size = column->size;
    *digits = column->digits;
    *nullable = column->notnull ? SQL_NO_NULLS : SQL_NULLABLE;
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLColAttributeW(SQLHSTMT handle,
                                          SQLUSMALLINT number,
                                          SQLUSMALLINT attribute,
                                          SQLPOINTER text,
                                          SQLSMALLINT room,
                                          SQLSMALLINT *length,
                                          SQLLEN *value)
{
    struct statement *statement = handle;
    const struct script_column *column = column_of(statement, number);
    if (column == NULL) {
        return refuse(&statement->diagnostics, "07009", 0, "[Scripted]no such column");
    }
    if (attribute == SQL_DESC_TYPE_NAME) {
        size_t count =
            wide_copy(column->type_name, text, (size_t)room / sizeof(SQLWCHAR)) * sizeof(SQLWCHAR);
        if (length != NULL) {
            *length = (SQLSMALLINT)count;
        }
    } else if (attribute == SQL_DESC_UNSIGNED) {
        *value = column->is_unsigned ? SQL_TRUE : SQL_FALSE;
    } else if (attribute == SQL_DESC_OCTET_LENGTH) {
        *value = (SQLLEN)column->size;
    } else {
        return refuse(&statement->diagnostics, "HYC00", 0, "[Scripted]attribute is not known");
    }
    return SQL_SUCCESS;
}
