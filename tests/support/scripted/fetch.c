/* fetch.c — rows of a result, bound or asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scripted.h"

#include <stdlib.h>
#include <string.h>

EXPORT SQLRETURN SQL_API SQLBindCol(SQLHSTMT handle,
                                    SQLUSMALLINT number,
                                    SQLSMALLINT c_type,
                                    SQLPOINTER data,
                                    SQLLEN room,
                                    SQLLEN *indicator)
{
    struct statement *statement = handle;
    if (number == 0 || number > SCRIPT_COLUMNS_MAX) {
        return refuse(&statement->diagnostics, "07009", 0, "[Scripted]no such column");
    }
    statement->columns[number - 1] =
        (struct binding){.c_type = c_type, .data = data, .size = room, .indicator = indicator};
    return SQL_SUCCESS;
}

/* The next row of the script, and the number in its range; false after the last one. */
static bool row_next(struct statement *statement, const struct script_row **row, int64_t *number)
{
    int64_t after = statement->rule->fail_after;
    int64_t limit = after >= 0 && after < statement->limit ? after : statement->limit;
    while (statement->row != NULL && statement->given < limit) {
        const struct script_row *at = statement->row;
        *row = at;
        *number = 0;
        if (at->from == NULL) {
            statement->row = at->next;
            statement->given++;
            return true;
        }
        char *const *texts = statement->parameter_texts;
        if (!statement->in_range) {
            statement->number = script_number(at->from, texts, statement->parameter_count);
            statement->in_range = true;
        }
        if (statement->number <= script_number(at->to, texts, statement->parameter_count)) {
            *number = statement->number++;
            statement->given++;
            return true;
        }
        statement->in_range = false;
        statement->row = at->next;
    }
    return false;
}

static SQLRETURN row_bound(struct statement *statement, SQLULEN element)
{
    SQLRETURN worst = SQL_SUCCESS;
    for (int i = 0; i < statement->rule->column_count; i++) {
        const struct binding *binding = &statement->columns[i];
        size_t offset = 0;
        char *field = NULL;
        if (binding->data == NULL) {
            continue;
        }
        (void)script_field(
            statement->block[element]->text, i, statement->block_numbers[element], &field);
        SQLRETURN result = value_give(
            statement->connection, field, binding, element, &offset, &statement->diagnostics);
        free(field);
        if (result == SQL_ERROR) {
            return result;
        }
        worst = result == SQL_SUCCESS ? worst : result;
    }
    return worst;
}

static SQLRETURN connection_gone(struct statement *statement)
{
    return refuse(&statement->diagnostics, "08S01", 0, "[Scripted]connection is gone");
}

EXPORT SQLRETURN SQL_API SQLFetch(SQLHSTMT handle)
{
    struct statement *statement = handle;
    SQLRETURN worst = SQL_SUCCESS;
    if (statement->connection->dead) {
        return connection_gone(statement);
    }
    if (statement->rule == NULL) {
        return refuse(&statement->diagnostics, "24000", 0, "[Scripted]no result is open");
    }
    SQLULEN wanted = statement->array_size;
    statement->block = realloc(statement->block, wanted * sizeof(void *));
    statement->block_numbers = realloc(statement->block_numbers, wanted * sizeof(int64_t));
    statement->block_rows = 0;
    statement->position = 0;
    statement->read_column = -1;
    const struct script_rule *rule = statement->rule;
    if (rule->fail_after >= 0 && statement->given >= rule->fail_after) {
        statement->connection->dead = rule->drop;
        return refuse(
            &statement->diagnostics, rule->failure.state, rule->failure.native, rule->failure.text);
    }
    while (statement->block_rows < wanted &&
           row_next(statement,
                    &statement->block[statement->block_rows],
                    &statement->block_numbers[statement->block_rows])) {
        SQLULEN element = statement->block_rows++;
        SQLRETURN result = row_bound(statement, element);
        if (result == SQL_ERROR) {
            return result;
        }
        worst = result == SQL_SUCCESS ? worst : result;
        if (statement->status != NULL) {
            statement->status[element] = SQL_ROW_SUCCESS;
        }
    }
    for (SQLULEN i = statement->block_rows; statement->status != NULL && i < wanted; i++) {
        statement->status[i] = SQL_ROW_NOROW;
    }
    if (statement->fetched != NULL) {
        *statement->fetched = statement->block_rows;
    }
    return statement->block_rows == 0 ? SQL_NO_DATA : worst;
}

EXPORT SQLRETURN SQL_API SQLSetPos(SQLHSTMT handle,
                                   SQLSETPOSIROW row,
                                   SQLUSMALLINT operation,
                                   SQLUSMALLINT lock)
{
    struct statement *statement = handle;
    (void)lock;
    if (operation != SQL_POSITION || row == 0 || row > statement->block_rows) {
        return refuse(&statement->diagnostics, "HY109", 0, "[Scripted]no such row");
    }
    statement->position = row - 1;
    statement->read_column = -1;
    return SQL_SUCCESS;
}

EXPORT SQLRETURN SQL_API SQLGetData(SQLHSTMT handle,
                                    SQLUSMALLINT number,
                                    SQLSMALLINT c_type,
                                    SQLPOINTER data,
                                    SQLLEN room,
                                    SQLLEN *indicator)
{
    struct statement *statement = handle;
    const struct binding binding = {
        .c_type = c_type, .data = data, .size = room, .indicator = indicator};
    char *field = NULL;
    if (statement->connection->dead) {
        return connection_gone(statement);
    }
    if (statement->position >= statement->block_rows) {
        return refuse(&statement->diagnostics, "HY109", 0, "[Scripted]no row");
    }
    bool any = (statement->connection->script->getdata & SQL_GD_ANY_ORDER) != 0;
    if (!any && number < statement->read_column) {
        return refuse(&statement->diagnostics, "07009", 0, "[Scripted]columns only in order");
    }
    if (number != statement->read_column) {
        statement->read_column = number;
        statement->read_offset = 0;
    } else if (statement->read_offset == SIZE_MAX) {
        return SQL_NO_DATA;
    }
    (void)script_field(statement->block[statement->position]->text,
                       number - 1,
                       statement->block_numbers[statement->position],
                       &field);
    SQLRETURN result = value_give(statement->connection,
                                  field,
                                  &binding,
                                  0,
                                  &statement->read_offset,
                                  &statement->diagnostics);
    free(field);
    if (result == SQL_SUCCESS) {
        statement->read_offset = SIZE_MAX;
    }
    return result;
}
