/* odbc_describe.c — the columns of a table or query: what the driver says of a result without rows,
 * made exact by the catalogue where the dialect knows how to ask it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_index.h"
#include "odbc_source.h"
#include "odbc_text.h"

#include <sqlucode.h>
#include <string.h>

#define NAME_UNITS 512

struct description {
    struct odbc_connection *connection;
    struct relation *relation;
    struct odbc_relation *detail;
    struct odbc_table table; /* without a name: a query */
    struct odbc_described *described;
    int count;
    struct arena *arena;
    struct problems *problems;
};

static const char *type_name_of(const struct description *at, SQLHSTMT statement, SQLUSMALLINT i)
{
    SQLSMALLINT length = 0;
    if (!at->connection->dialect->wide) {
        char name[NAME_UNITS] = "";
        (void)SQLColAttribute(statement, i, SQL_DESC_TYPE_NAME, name, sizeof name, &length, NULL);
        return arena_string(at->arena, name);
    }
    SQLWCHAR name[NAME_UNITS] = {0};
    (void)SQLColAttributeW(statement, i, SQL_DESC_TYPE_NAME, name, sizeof name, &length, NULL);
    size_t count = 0;
    while (count < NAME_UNITS - 1 && name[count] != 0) {
        count++;
    }
    return odbc_narrow(name, count, at->arena);
}

static SQLRETURN describe_column(const struct description *at,
                                 SQLHSTMT statement,
                                 SQLUSMALLINT i,
                                 struct odbc_described *out)
{
    SQLSMALLINT length = 0;
    SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
    SQLRETURN result = SQL_ERROR;
    if (at->connection->dialect->wide) {
        SQLWCHAR name[NAME_UNITS] = {0};
        result = SQLDescribeColW(statement,
                                 i,
                                 name,
                                 NAME_UNITS,
                                 &length,
                                 &out->sql_type,
                                 &out->size,
                                 &out->digits,
                                 &nullable);
        size_t units = length > 0 && length < NAME_UNITS ? (size_t)length : 0;
        out->name = odbc_narrow(name, units, at->arena);
    } else {
        SQLCHAR name[NAME_UNITS] = {0};
        result = SQLDescribeCol(statement,
                                i,
                                name,
                                NAME_UNITS,
                                &length,
                                &out->sql_type,
                                &out->size,
                                &out->digits,
                                &nullable);
        out->name = arena_string(at->arena, (const char *)name);
    }
    out->nullable = nullable != SQL_NO_NULLS;
    return result;
}

static bool describe_result(struct description *at, SQLHSTMT statement, struct error *error)
{
    SQLSMALLINT count = 0;
    (void)SQLNumResultCols(statement, &count);
    at->described = ARENA_ARRAY(at->arena, struct odbc_described, (size_t)count + 1);
    if (at->described == NULL) {
        return error_set_memory(error);
    }
    at->count = count;
    for (int i = 0; i < count; i++) {
        struct odbc_described *out = &at->described[i];
        SQLUSMALLINT number = (SQLUSMALLINT)(i + 1);
        SQLLEN is_unsigned = SQL_FALSE;
        if (!SQL_SUCCEEDED(describe_column(at, statement, number, out))) {
            return odbc_refused(at->connection,
                                SQL_HANDLE_STMT,
                                statement,
                                ERROR_SOURCE,
                                "cannot describe a column",
                                error);
        }
        (void)SQLColAttribute(statement, number, SQL_DESC_UNSIGNED, NULL, 0, NULL, &is_unsigned);
        (void)SQLColAttribute(
            statement, number, SQL_DESC_OCTET_LENGTH, NULL, 0, NULL, &out->octets);
        out->is_unsigned = is_unsigned == SQL_TRUE;
        out->type_name = type_name_of(at, statement, number);
        if (out->name == NULL || out->type_name == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

/* A statement of the mapping's own that the source refuses is the mapping's problem. */
static bool describe_query(struct description *at, struct error *error)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    struct error refused = ERROR_NONE;
    const char *where = at->detail->where;
    const char *sql = arena_format(at->arena,
                                   "SELECT * FROM %s WHERE 1 = 0%s%s%s",
                                   at->detail->from,
                                   where != NULL ? " AND (" : "",
                                   where != NULL ? where : "",
                                   where != NULL ? "\n)" : "");
    if (sql == NULL) {
        return error_set_memory(error);
    }
    if (!odbc_statement_open(at->connection, &statement, error)) {
        return false;
    }
    bool ok = true;
    if (!odbc_execute(at->connection,
                      statement,
                      sql,
                      NULL,
                      0,
                      at->arena,
                      at->table.name == NULL ? "the source refuses the query"
                                             : "the source refuses to read the table",
                      &refused)) {
        ok = refused.code == ERROR_SOURCE;
        if (ok) {
            (void)problem_add(at->problems, at->relation->spec->place, NULL, "%s", refused.message);
        } else {
            *error = refused;
        }
    } else {
        ok = describe_result(at, statement, error);
    }
    odbc_statement_close(statement);
    return ok;
}

/* The catalogue's types and nullability, where the dialect has a query for them. */
static bool describe_catalogue(struct description *at, struct error *error)
{
    const struct odbc_dialect *dialect = at->connection->dialect;
    struct odbc_rows rows = {0};
    struct odbc_parameter parameters[2] = {{.text = at->table.schema, .sql_type = SQL_VARCHAR},
                                           {.text = at->table.name, .sql_type = SQL_VARCHAR}};
    int count = dialect->column_parameters;
    if (dialect->columns == NULL || at->table.name == NULL ||
        (count == 2 && at->table.schema == NULL)) {
        return true;
    }
    if (!odbc_query(at->connection,
                    dialect->columns,
                    count == 2 ? parameters : parameters + 1,
                    count,
                    at->arena,
                    &rows,
                    error)) {
        return false;
    }
    for (int i = 0; i < at->count; i++) {
        struct odbc_described *out = &at->described[i];
        for (int row = 0; row < rows.rows; row++) {
            const char *name = odbc_value(&rows, row, 0);
            const char *type = odbc_value(&rows, row, 1);
            const char *nullable = odbc_value(&rows, row, 2);
            if (name != NULL && strcmp(name, out->name) == 0) {
                out->type_name = type != NULL ? type : "";
                out->nullable = nullable == NULL || strcmp(nullable, "0") != 0;
                out->from_catalogue = true;
            }
        }
    }
    return true;
}

static const char *quoted_name(const struct description *at, const char *name)
{
    struct text_buffer quoted;
    char quote = at->connection->quote;
    if (quote == '\0') {
        return name;
    }
    text_buffer_init(&quoted, 4096);
    text_buffer_identifier(&quoted, name, quote);
    const char *copy = quoted.failed ? NULL : arena_copy(at->arena, quoted.data, quoted.size);
    text_buffer_release(&quoted);
    return copy;
}

static bool columns_decide(struct description *at, struct error *error)
{
    const struct odbc_dialect *dialect = at->connection->dialect;
    size_t count = (size_t)at->count + 1;
    struct column *columns = ARENA_ARRAY(at->arena, struct column, count);
    at->detail->columns = ARENA_ARRAY(at->arena, struct odbc_column, count);
    at->detail->quoted = ARENA_ARRAY(at->arena, const char *, count);
    if (columns == NULL || at->detail->columns == NULL || at->detail->quoted == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < at->count; i++) {
        const struct odbc_described *described = &at->described[i];
        struct odbc_column *column = &at->detail->columns[i];
        *column = (struct odbc_column){.expression = "$", .key_text = "$", .parameter = "?"};
        at->detail->quoted[i] = quoted_name(at, described->name);
        if (!dialect->column(described, at->arena, column) || at->detail->quoted[i] == NULL) {
            return error_set_memory(error);
        }
        columns[i] = (struct column){.name = described->name,
                                     .type = column->type,
                                     .declared = described->type_name,
                                     .nullable = described->nullable};
    }
    at->relation->schema = (struct schema){.columns = columns, .count = at->count};
    return odbc_texts_declare(
        at->relation, dialect, at->detail->columns, at->arena, at->problems, error);
}

/* Which indexes a table has, and whether its engine gives snapshots. */
static bool describe_access(struct description *at, struct error *error)
{
    const char *engine = at->connection->dialect->engine;
    struct odbc_rows rows = {0};
    struct odbc_parameter parameters[2] = {{.text = at->table.schema, .sql_type = SQL_VARCHAR},
                                           {.text = at->table.name, .sql_type = SQL_VARCHAR}};
    if (at->table.name == NULL) {
        return true;
    }
    if (engine != NULL && at->table.schema != NULL) {
        if (!odbc_query(at->connection, engine, parameters, 2, at->arena, &rows, error)) {
            return false;
        }
        at->detail->no_snapshot = rows.rows > 0;
        at->relation->consistency =
            rows.rows > 0 ? "per chunk" : at->relation->consistency; /* MyISAM */
    }
    return odbc_indexes_find(
        at->connection, &at->table, &at->relation->schema, at->detail, at->arena, error);
}

/* Without the semicolon that people leave at the end. */
static const char *query_item(const char *query, struct arena *arena)
{
    struct text text = text_trim(text_of(query));
    while (text.size > 0 && text.data[text.size - 1] == ';') {
        text = text_trim(text_from(text.data, text.size - 1));
    }
    /* The line end closes a comment that the query may end with. */
    return arena_format(arena, "(%.*s\n) novate_q", (int)text.size, text.data);
}

static bool from_decide(struct description *at, struct error *error)
{
    const struct relation_spec *spec = at->relation->spec;
    if (spec->query != NULL) {
        at->detail->from = query_item(spec->query, at->arena);
    } else {
        if (!odbc_table_find(at->connection, spec, at->arena, at->problems, &at->table, error)) {
            return false;
        }
        if (at->table.name == NULL) {
            return true;
        }
        const char *name = quoted_name(at, at->table.name);
        const char *schema = at->table.schema == NULL ? "" : quoted_name(at, at->table.schema);
        at->detail->from =
            name == NULL || schema == NULL
                ? NULL
                : arena_format(
                      at->arena, "%s%s%s", schema, at->table.schema == NULL ? "" : ".", name);
    }
    return at->detail->from != NULL || error_set_memory(error);
}

bool odbc_describe(void *state,
                   struct relation *relation,
                   struct arena *arena,
                   struct problems *problems,
                   struct error *error)
{
    struct odbc_connection *connection = state;
    struct odbc_relation *detail = ARENA_NEW(arena, struct odbc_relation);
    int errors = problems->errors;
    if (detail == NULL) {
        return error_set_memory(error);
    }
    detail->dialect = connection->dialect;
    detail->where = relation->spec->where;
    bool snapshot =
        connection->snapshots && connection->settings->consistency == CONSISTENCY_SNAPSHOT;
    relation->consistency = snapshot ? "a snapshot per connection" : "per chunk";
    relation->detail = detail;
    struct description at = {.connection = connection,
                             .relation = relation,
                             .detail = detail,
                             .arena = arena,
                             .problems = problems};
    if (!from_decide(&at, error)) {
        return false;
    }
    if (problems->errors > errors) {
        return true;
    }
    if (!describe_query(&at, error)) {
        return false;
    }
    detail->table = at.table;
    return problems->errors > errors || (describe_catalogue(&at, error) &&
                                         columns_decide(&at, error) && describe_access(&at, error));
}
