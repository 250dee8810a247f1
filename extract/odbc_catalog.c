/* odbc_catalog.c — the table that a mapping means, found in the source's catalogue.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_source.h"

#include "novate/name.h"

#include <sqlucode.h>
#include <string.h>

/* Columns of SQLTables(). */
enum {
    COLUMN_CATALOG,
    COLUMN_SCHEMA,
    COLUMN_TABLE,
    COLUMN_MEANT, /* only of the dialect's own query */
    COLUMN_REAL
};

/* Of a dialect's query for the tables of a name. */
#define PARAMETERS_MAX 8

struct search {
    struct odbc_connection *connection;
    const struct relation_spec *spec;
    struct table_name wanted;
    const char *current; /* schema of names without one, or NULL */
    struct odbc_rows tables;
    bool by_name; /* they are the answer of the dialect's query */
    struct arena *arena;
};

static const char *schema_of(const struct search *search, int row)
{
    const char *schema =
        odbc_value(&search->tables,
                   row,
                   search->connection->dialect->schema_is_catalog ? COLUMN_CATALOG : COLUMN_SCHEMA);
    return schema != NULL && schema[0] != '\0' ? schema : NULL;
}

static bool tables_list(struct search *search, struct error *error)
{
    const struct odbc_connection *connection = search->connection;
    struct text schema = search->wanted.schema.text;
    SQLHSTMT statement = SQL_NULL_HSTMT;
    SQLRETURN result = SQL_ERROR;
    if (!odbc_statement_open(connection, &statement, error)) {
        return false;
    }
    if (connection->dialect->wide) {
        SQLWCHAR *catalog = NULL;
        if (connection->dialect->schema_is_catalog && schema.data != NULL) {
            const char *copy = arena_copy(search->arena, schema.data, schema.size);
            catalog = copy == NULL ? NULL : odbc_wide(copy, search->arena, NULL);
        }
        result = SQLTablesW(
            statement, catalog, catalog == NULL ? 0 : SQL_NTS, NULL, 0, NULL, 0, NULL, 0);
    } else {
        result = SQLTables(statement, NULL, 0, NULL, 0, NULL, 0, NULL, 0);
    }
    bool ok = SQL_SUCCEEDED(result)
                  ? odbc_rows_fetch(connection, statement, search->arena, &search->tables, error)
                  : odbc_refused(connection,
                                 SQL_HANDLE_STMT,
                                 statement,
                                 ERROR_SOURCE,
                                 "cannot list the tables of the source",
                                 error);
    odbc_statement_close(statement);
    return ok && NOVATE_CHECK(error, search->tables.columns > COLUMN_TABLE);
}

/* Without a listing of everything, where the dialect can ask for a name. */
static bool tables_of_name(struct search *search, struct error *error)
{
    const char *sql = search->connection->dialect->tables;
    struct odbc_parameter parameters[PARAMETERS_MAX];
    int count = 0;
    if (sql == NULL) {
        return tables_list(search, error);
    }
    struct text wanted = search->wanted.table.text;
    const char *name = arena_copy(search->arena, wanted.data, wanted.size);
    if (name == NULL) {
        return error_set_memory(error);
    }
    for (const char *at = strchr(sql, '?'); at != NULL && count < PARAMETERS_MAX;
         at = strchr(at + 1, '?')) {
        parameters[count++] = (struct odbc_parameter){.text = name, .sql_type = SQL_VARCHAR};
    }
    if (!odbc_query(
            search->connection, sql, parameters, count, search->arena, &search->tables, error)) {
        return false;
    }
    search->by_name = search->tables.rows > 0;
    return search->by_name || tables_list(search, error);
}

/* How much a name without a schema means this row; the current schema comes first. */
static int meant(const struct search *search, int row)
{
    const char *schema = schema_of(search, row);
    if (search->by_name) {
        const char *value = odbc_value(&search->tables, row, COLUMN_MEANT);
        return value != NULL ? value[0] - '0' : 0;
    }
    return search->current == NULL || schema == NULL || strcmp(schema, search->current) == 0 ? 1
                                                                                             : 0;
}

static bool current_schema(struct search *search, struct error *error)
{
    const char *sql = search->connection->dialect->schema;
    struct odbc_rows rows = {0};
    if (sql == NULL) {
        return true;
    }
    if (!odbc_query(search->connection, sql, NULL, 0, search->arena, &rows, error)) {
        return false;
    }
    search->current = rows.rows == 1 ? odbc_value(&rows, 0, 0) : NULL;
    return true;
}

/* How well a row of the list answers: 0 not at all; exact case before other case, and with an
 * unqualified name the current schema before the others. */
static int rank(const struct search *search, int row)
{
    const char *name = odbc_value(&search->tables, row, COLUMN_TABLE);
    const char *schema = schema_of(search, row);
    const struct name_part *wanted = &search->wanted.schema;
    if (name == NULL || !name_part_matches(&search->wanted.table, name)) {
        return 0;
    }
    int value = text_equal(search->wanted.table.text, text_of(name)) ? 2 : 1;
    if (wanted->text.data != NULL) {
        if (schema == NULL || !name_part_matches(wanted, schema)) {
            return 0;
        }
        return value + (text_equal(wanted->text, text_of(schema)) ? 4 : 0);
    }
    /* A database beside the connection's own is another system, which a name alone never means. */
    if (search->connection->dialect->schema_is_catalog && meant(search, row) == 0) {
        return 0;
    }
    return value + 4 * meant(search, row);
}

static bool not_found(const struct search *search, struct problems *problems, struct error *error)
{
    const char **names = ARENA_ARRAY(search->arena, const char *, (size_t)search->tables.rows + 1);
    size_t count = 0;
    if (names == NULL) {
        return error_set_memory(error);
    }
    bool qualified = search->wanted.schema.text.data != NULL;
    for (int row = 0; row < search->tables.rows; row++) {
        const char *name = odbc_value(&search->tables, row, COLUMN_TABLE);
        const char *schema = schema_of(search, row);
        bool current =
            search->current == NULL || schema == NULL || strcmp(schema, search->current) == 0;
        if (name == NULL || (!qualified && !current)) {
            continue;
        }
        names[count] =
            qualified && schema != NULL ? arena_format(search->arena, "%s.%s", schema, name) : name;
        count += names[count] != NULL ? 1 : 0;
    }
    (void)problem_add(problems,
                      search->spec->place,
                      name_hint(search->spec->table, names, count, search->arena),
                      "table \"%s\" does not exist in source \"%s\"",
                      search->spec->table,
                      search->connection->settings->name);
    return true;
}

bool odbc_table_find(struct odbc_connection *connection,
                     const struct relation_spec *spec,
                     struct arena *arena,
                     struct problems *problems,
                     struct odbc_table *table,
                     struct error *error)
{
    struct search search = {.connection = connection, .spec = spec, .arena = arena};
    *table = (struct odbc_table){0};
    if (!table_name_parse(spec->table, arena, &search.wanted)) {
        (void)problem_add(problems,
                          spec->place,
                          "Write table or schema.table; names that hold a dot in double quotes.",
                          "\"%s\" is not the name of a table",
                          spec->table);
        return true;
    }
    if (!current_schema(&search, error) || !tables_of_name(&search, error)) {
        return false;
    }
    int best = 0;
    int best_row = -1;
    int equals = 0;
    for (int row = 0; row < search.tables.rows; row++) {
        int value = rank(&search, row);
        equals = value > best ? 1 : equals + (value == best ? 1 : 0);
        best_row = value > best ? row : best_row;
        best = value > best ? value : best;
    }
    if (best == 0) {
        return not_found(&search, problems, error);
    }
    if (equals > 1) {
        (void)problem_add(problems,
                          spec->place,
                          "Write schema.table, and in double quotes where case matters.",
                          "table \"%s\" is ambiguous",
                          spec->table);
        return true;
    }
    table->schema = schema_of(&search, best_row);
    table->name = odbc_value(&search.tables, best_row, search.by_name ? COLUMN_REAL : COLUMN_TABLE);
    return true;
}
