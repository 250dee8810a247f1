/* odbc_block.c — the buffers that a driver fetches a block of rows into.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_block.h"

#include <stdlib.h>
#include <string.h>

/* A value wider than this by its declaration is bound with this much, and read again if it is. */
#define BOUND_BYTES ((size_t)4096)

/* All buffers of a block together: what a batch may hold, so that a block of values of their full
 * width still is a batch. */
#define BLOCK_BYTES (2 * LIMIT_BATCH_BYTES)

/* With columns that may be long: rows of the first fetch, and of any. A driver that reads ahead
 * holds so many rows, of which each may suddenly be large; more rows would save no time. */
#define LONG_ROWS_FIRST 1
#define LONG_ROWS_MAX   64

/* What a fetch of long values should be about. */
#define LONG_BYTES ((size_t)1 << 20)

static void slot_form(const struct odbc_block *block, struct odbc_slot *slot)
{
    slot->form = slot->column->form;
    if (slot->form == ODBC_FORM_NATIONAL) {
        slot->form = block->connection->utf8 ? ODBC_FORM_TEXT : ODBC_FORM_WIDE;
    }
    slot->variable = false;
    switch (slot->form) {
    case ODBC_FORM_INTEGER:
    case ODBC_FORM_PACKED:
        slot->c_type = SQL_C_SBIGINT;
        break;
    case ODBC_FORM_DOUBLE:
        slot->c_type = SQL_C_DOUBLE;
        break;
    case ODBC_FORM_BIT:
        slot->c_type = SQL_C_BIT;
        break;
    case ODBC_FORM_DATE:
        slot->c_type = SQL_C_TYPE_DATE;
        break;
    case ODBC_FORM_TIME:
        slot->c_type = SQL_C_TYPE_TIME;
        break;
    case ODBC_FORM_TIMESTAMP:
        slot->c_type = SQL_C_TYPE_TIMESTAMP;
        break;
    case ODBC_FORM_TEXT:
    case ODBC_FORM_TAGGED:
    case ODBC_FORM_PACKED_TEXT:
    case ODBC_FORM_NATIONAL:
        slot->c_type = SQL_C_CHAR;
        slot->variable = true;
        slot->end_bytes = 1;
        break;
    case ODBC_FORM_WIDE:
        slot->c_type = SQL_C_WCHAR;
        slot->variable = true;
        slot->end_bytes = sizeof(SQLWCHAR);
        break;
    case ODBC_FORM_BYTES:
        slot->c_type = SQL_C_BINARY;
        slot->variable = true;
        break;
    }
}

/* Widths of all slots; true when a value may be wider than its slot. */
static bool slots_measure(struct odbc_block *block, size_t *row_bytes)
{
    bool any_long = false;
    for (int i = 0; i < block->slot_count; i++) {
        struct odbc_slot *slot = &block->slots[i];
        size_t width = slot->column->width;
        slot_form(block, slot);
        if (slot->variable && (width == 0 || width > BOUND_BYTES)) {
            width = BOUND_BYTES;
            any_long = true;
        }
        any_long = any_long || slot->form == ODBC_FORM_TAGGED; /* any column may have any value */
        /* A driver steps by the size of the C type, unless lengths vary; then by ours. */
        slot->width = slot->variable ? (width + 7) / 8 * 8 : width;
        *row_bytes += slot->width + sizeof(SQLLEN);
    }
    return any_long;
}

static bool slots_allocate(struct odbc_block *block, struct error *error)
{
    size_t rows = block->capacity;
    block->status = calloc(rows, sizeof *block->status);
    block->cells = calloc(rows, sizeof *block->cells);
    if (block->status == NULL || block->cells == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < block->slot_count; i++) {
        struct odbc_slot *slot = &block->slots[i];
        slot->data = malloc(rows * slot->width);
        slot->indicators = calloc(rows, sizeof *slot->indicators);
        if (slot->data == NULL || slot->indicators == NULL) {
            return error_set_memory(error);
        }
    }
    return true;
}

bool odbc_block_init(struct odbc_block *block,
                     const struct odbc_connection *connection,
                     const struct odbc_relation *relation,
                     const int *columns,
                     int count,
                     struct error *error)
{
    *block = (struct odbc_block){.connection = connection, .bound = true};
    arena_init(&block->arena, 65536, NULL);
    block->slots = calloc((size_t)count + 1, sizeof *block->slots);
    if (block->slots == NULL) {
        return error_set_memory(error);
    }
    block->slot_count = count;
    for (int i = 0; i < count; i++) {
        block->slots[i].column = &relation->columns[columns[i]];
    }
    size_t row_bytes = 1;
    SQLUINTEGER extensions = connection->getdata_extensions;
    bool any_long = slots_measure(block, &row_bytes);
    size_t rows = BLOCK_BYTES / row_bytes;
    rows = rows == 0 ? 1 : rows < LIMIT_BATCH_ROWS ? rows : LIMIT_BATCH_ROWS;
    if (any_long && !relation->dialect->rereads_block) {
        rows = 1;
        /* Without these, what is bound cannot be read again, nor what stands before it. */
        block->bound = (extensions & SQL_GD_BOUND) != 0 && (extensions & SQL_GD_ANY_COLUMN) != 0;
    }
    block->long_values = any_long;
    block->adapts = any_long && rows > 1;
    if (block->adapts && rows > LONG_ROWS_MAX) {
        rows = LONG_ROWS_MAX;
    }
    block->capacity = rows;
    block->rows = block->adapts && rows > LONG_ROWS_FIRST ? LONG_ROWS_FIRST : rows;
    return slots_allocate(block, error);
}

static SQLPOINTER size_value(SQLULEN value)
{
    return (SQLPOINTER)value; /* NOLINT(performance-no-int-to-ptr) */
}

bool odbc_block_bind(struct odbc_block *block, SQLHSTMT statement, struct error *error)
{
    block->fetched = 0;
    block->taken = 0;
    bool ok =
        SQL_SUCCEEDED(
            SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, size_value(block->rows), 0)) &&
        SQL_SUCCEEDED(SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &block->fetched, 0)) &&
        SQL_SUCCEEDED(SQLSetStmtAttr(statement, SQL_ATTR_ROW_STATUS_PTR, block->status, 0));
    for (int i = 0; ok && block->bound && i < block->slot_count; i++) {
        struct odbc_slot *slot = &block->slots[i];
        ok = SQL_SUCCEEDED(SQLBindCol(statement,
                                      (SQLUSMALLINT)(i + 1),
                                      slot->c_type,
                                      slot->data,
                                      (SQLLEN)slot->width,
                                      slot->indicators));
    }
    return ok || odbc_refused(block->connection,
                              SQL_HANDLE_STMT,
                              statement,
                              ERROR_SOURCE,
                              "cannot bind columns",
                              error);
}

bool odbc_fetch_refused(const struct odbc_block *block, SQLHSTMT statement, struct error *error)
{
    return odbc_refused(block->connection,
                        SQL_HANDLE_STMT,
                        statement,
                        ERROR_SOURCE,
                        "cannot read from the source",
                        error);
}

bool odbc_slot_truncated(const struct odbc_slot *slot, size_t row)
{
    SQLLEN indicator = slot->indicators[row];
    return slot->variable && indicator != SQL_NULL_DATA &&
           (indicator == SQL_NO_TOTAL || (size_t)indicator > slot->width - slot->end_bytes);
}

/* The row that was fetched, column by column, where nothing can be bound. A long value must be read
 * to its end before the next one is asked for. */
static bool row_get(struct odbc_block *block, SQLHSTMT statement, struct error *error)
{
    for (int i = 0; i < block->slot_count; i++) {
        struct odbc_slot *slot = &block->slots[i];
        SQLRETURN result = SQLGetData(statement,
                                      (SQLUSMALLINT)(i + 1),
                                      slot->c_type,
                                      slot->data,
                                      (SQLLEN)slot->width,
                                      slot->indicators);
        if (!SQL_SUCCEEDED(result)) {
            return odbc_fetch_refused(block, statement, error);
        }
        slot->whole = TEXT_NONE;
        if (odbc_slot_truncated(slot, 0) &&
            !odbc_block_reread(block, statement, i, 0, NULL, &slot->whole, error)) {
            return false;
        }
    }
    block->fetched = 1;
    return true;
}

size_t odbc_block_bytes(const struct odbc_block *block)
{
    size_t bytes = 0;
    for (int i = 0; i < block->slot_count; i++) {
        const struct odbc_slot *slot = &block->slots[i];
        for (SQLULEN row = 0; slot->variable && row < block->fetched; row++) {
            bytes += slot->indicators[row] > 0 ? (size_t)slot->indicators[row] : 0;
        }
    }
    return bytes;
}

/* Asks for fewer rows when they are large, and for twice as many while they are small. */
bool odbc_block_adapt(struct odbc_block *block, SQLHSTMT statement, struct error *error)
{
    if (!block->adapts) {
        return true;
    }
    size_t bytes = odbc_block_bytes(block);
    SQLULEN rows = bytes > LONG_BYTES ? block->fetched * LONG_BYTES / bytes : block->rows * 2;
    rows = rows == 0 ? 1 : rows > block->capacity ? block->capacity : rows;
    if (rows == block->rows || block->fetched == 0) {
        return true;
    }
    block->rows = rows;
    return SQL_SUCCEEDED(SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, size_value(rows), 0)) ||
           odbc_fetch_refused(block, statement, error);
}

bool odbc_block_fetch(struct odbc_block *block, SQLHSTMT statement, struct error *error)
{
    block->fetched = 0;
    block->taken = 0;
    arena_reset(&block->arena);
    memset(block->status, 0, block->capacity * sizeof *block->status);
    SQLRETURN result = SQLFetch(statement);
    if (result == SQL_NO_DATA) {
        block->fetched = 0; /* some drivers leave what was there */
        return true;
    }
    if (!SQL_SUCCEEDED(result)) {
        return odbc_fetch_refused(block, statement, error);
    }
    if (block->bound) {
        return NOVATE_CHECK(error, block->fetched > 0 && block->fetched <= block->capacity);
    }
    return row_get(block, statement, error);
}

void odbc_block_release(struct odbc_block *block)
{
    for (int i = 0; i < block->slot_count; i++) {
        free(block->slots[i].data);
        free(block->slots[i].indicators);
    }
    free(block->slots);
    free(block->status);
    free(block->cells);
    arena_release(&block->arena);
    *block = (struct odbc_block){0};
}
