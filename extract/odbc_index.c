/* odbc_index.c — the contract is in odbc_index.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_index.h"

#include <sqlucode.h>
#include <stdlib.h>
#include <string.h>

/* Columns of SQLStatistics(). */
enum {
    STATISTICS_NON_UNIQUE = 3,
    STATISTICS_NAME = 5,
    STATISTICS_TYPE = 6,
    STATISTICS_COLUMN = 8,
    STATISTICS_FILTER = 12,
    STATISTICS_COLUMNS
};

/* One column of an index: what both ways of asking come to. In the order of name and position. */
struct index_part {
    const char *name;
    bool unique;
    const char *column; /* NULL: an expression */
};

struct index_parts {
    struct index_part *items;
    int count;
};

static bool parts_from_catalogue(const struct odbc_connection *connection,
                                 const struct odbc_table *table,
                                 struct arena *arena,
                                 struct index_parts *parts,
                                 struct error *error)
{
    const struct odbc_dialect *dialect = connection->dialect;
    struct odbc_rows rows = {0};
    struct odbc_parameter parameters[2] = {{.text = table->schema, .sql_type = SQL_VARCHAR},
                                           {.text = table->name, .sql_type = SQL_VARCHAR}};
    int count = dialect->column_parameters == 1 ? 1 : 2;
    if (!odbc_query(connection,
                    dialect->indexes,
                    count == 2 ? parameters : parameters + 1,
                    count,
                    arena,
                    &rows,
                    error)) {
        return false;
    }
    parts->items = ARENA_ARRAY(arena, struct index_part, (size_t)rows.rows + 1);
    if (parts->items == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < rows.rows; row++) {
        const char *name = odbc_value(&rows, row, 0);
        const char *unique = odbc_value(&rows, row, 1);
        parts->items[parts->count++] =
            (struct index_part){.name = name != NULL ? name : "",
                                .unique = unique != NULL && strcmp(unique, "1") == 0,
                                .column = odbc_value(&rows, row, 2)};
    }
    return true;
}

static SQLRETURN statistics(const struct odbc_connection *connection,
                            SQLHSTMT statement,
                            const struct odbc_table *table,
                            struct arena *arena)
{
    bool catalog = connection->dialect->schema_is_catalog;
    if (!connection->dialect->wide) {
        SQLCHAR *name = (SQLCHAR *)arena_string(arena, table->name);
        SQLCHAR *schema =
            table->schema == NULL ? NULL : (SQLCHAR *)arena_string(arena, table->schema);
        return SQLStatistics(statement,
                             catalog ? schema : NULL,
                             SQL_NTS,
                             catalog ? NULL : schema,
                             SQL_NTS,
                             name,
                             SQL_NTS,
                             SQL_INDEX_ALL,
                             SQL_QUICK);
    }
    SQLWCHAR *name = odbc_wide(table->name, arena, NULL);
    SQLWCHAR *schema = table->schema == NULL ? NULL : odbc_wide(table->schema, arena, NULL);
    return SQLStatisticsW(statement,
                          catalog ? schema : NULL,
                          SQL_NTS,
                          catalog ? NULL : schema,
                          SQL_NTS,
                          name,
                          SQL_NTS,
                          SQL_INDEX_ALL,
                          SQL_QUICK);
}

/* What any driver may tell. One that refuses tells nothing, which is no failure. */
static bool parts_from_driver(const struct odbc_connection *connection,
                              const struct odbc_table *table,
                              struct arena *arena,
                              struct index_parts *parts,
                              bool *known,
                              struct error *error)
{
    SQLHSTMT statement = SQL_NULL_HSTMT;
    struct odbc_rows rows = {0};
    struct error ignored = ERROR_NONE;
    if (!odbc_statement_open(connection, &statement, error)) {
        return false;
    }
    *known = SQL_SUCCEEDED(statistics(connection, statement, table, arena)) &&
             odbc_rows_fetch(connection, statement, arena, &rows, &ignored) &&
             rows.columns >= STATISTICS_COLUMNS;
    odbc_statement_close(statement);
    if (!*known) {
        return true;
    }
    parts->items = ARENA_ARRAY(arena, struct index_part, (size_t)rows.rows + 1);
    if (parts->items == NULL) {
        return error_set_memory(error);
    }
    for (int row = 0; row < rows.rows; row++) {
        const char *name = odbc_value(&rows, row, STATISTICS_NAME);
        const char *type = odbc_value(&rows, row, STATISTICS_TYPE);
        const char *filter = odbc_value(&rows, row, STATISTICS_FILTER);
        const char *non_unique = odbc_value(&rows, row, STATISTICS_NON_UNIQUE);
        bool about_table = type != NULL && strcmp(type, "0") == 0; /* SQL_TABLE_STAT */
        bool partial = filter != NULL && filter[0] != '\0';
        if (name == NULL || about_table || partial) {
            continue;
        }
        parts->items[parts->count++] =
            (struct index_part){.name = name,
                                .unique = non_unique != NULL && strcmp(non_unique, "0") == 0,
                                .column = odbc_value(&rows, row, STATISTICS_COLUMN)};
    }
    return true;
}

static int column_of(const struct schema *schema, const char *name)
{
    for (int i = 0; name != NULL && i < schema->count; i++) {
        if (strcmp(schema->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

bool odbc_indexes_find(const struct odbc_connection *connection,
                       const struct odbc_table *table,
                       const struct schema *schema,
                       struct odbc_relation *detail,
                       struct arena *arena,
                       struct error *error)
{
    struct index_parts parts = {.count = 0};
    bool known = true;
    bool ok = connection->dialect->indexes != NULL
                  ? parts_from_catalogue(connection, table, arena, &parts, error)
                  : parts_from_driver(connection, table, arena, &parts, &known, error);
    if (!ok) {
        return false;
    }
    size_t count = (size_t)parts.count + 1;
    detail->indexes = ARENA_ARRAY(arena, struct odbc_index, count);
    int *columns = ARENA_ARRAY(arena, int, count);
    if (detail->indexes == NULL || columns == NULL) {
        return error_set_memory(error);
    }
    detail->indexes_known = known;
    for (int i = 0; i < parts.count; i++) {
        const struct index_part *part = &parts.items[i];
        if (i == 0 || strcmp(part->name, parts.items[i - 1].name) != 0) {
            detail->indexes[detail->index_count++] = (struct odbc_index){
                .name = part->name, .unique = part->unique, .columns = columns + i};
        }
        struct odbc_index *index = &detail->indexes[detail->index_count - 1];
        index->columns[index->column_count++] = column_of(schema, part->column);
    }
    return true;
}

static bool leads_with_key(const struct odbc_index *index, const struct relation *relation)
{
    for (int i = 0; i < relation->key_count; i++) {
        if (i >= index->column_count || index->columns[i] != relation->key[i]) {
            return false;
        }
    }
    return true;
}

static bool within_key(const struct odbc_index *index, const struct relation *relation)
{
    for (int i = 0; i < index->column_count; i++) {
        bool found = false;
        for (int k = 0; k < relation->key_count; k++) {
            found = found || index->columns[i] == relation->key[k];
        }
        if (!found) {
            return false;
        }
    }
    return index->column_count > 0;
}

enum odbc_access odbc_access_of(const struct relation *relation, const struct odbc_index **index)
{
    const struct odbc_relation *detail = relation->detail;
    *index = NULL;
    if (relation->key_count == 0) {
        return ODBC_ACCESS_NONE;
    }
    for (int i = 0; i < relation->key_count; i++) {
        if (detail->columns[relation->key[i]].key_text == NULL) {
            return ODBC_ACCESS_NONE;
        }
    }
    bool unique = false;
    for (int i = 0; i < detail->index_count; i++) {
        const struct odbc_index *at = &detail->indexes[i];
        /* Of several the smallest, which a server most likely takes. */
        if (leads_with_key(at, relation) &&
            (*index == NULL || at->column_count < (*index)->column_count)) {
            *index = at;
        }
        unique = unique || (at->unique && within_key(at, relation));
    }
    if (detail->dialect->limit == ODBC_LIMIT_NONE || (detail->indexes_known && *index == NULL)) {
        return ODBC_ACCESS_UNINDEXED;
    }
    return unique && *index != NULL ? ODBC_ACCESS_UNIQUE : ODBC_ACCESS_INDEXED;
}
