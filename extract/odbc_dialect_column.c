/* odbc_dialect_column.c — decisions about columns that dialects share.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"

#include <string.h>
#include <strings.h>

/* PostgreSQL's limit of a declared length; beyond it, and where a driver knows none, a text is
 * text. */
#define LENGTH_MAX 10485760U

/* Most digits that numeric(p, s) may declare. */
#define PRECISION_MAX 1000U

struct type odbc_numeric_type(SQLULEN precision, SQLSMALLINT scale)
{
    struct type type = type_of(TYPE_NUMERIC);
    if (precision > 0 && precision <= PRECISION_MAX) {
        type.precision = (int16_t)precision;
        type.scale = scale;
    }
    return type;
}

struct type odbc_text_type(enum type_id id, SQLULEN length)
{
    bool limited = length > 0 && length <= LENGTH_MAX;
    struct type type = type_of(limited ? id : TYPE_TEXT);
    type.length = limited ? (int32_t)length : 0;
    return type;
}

void odbc_integer_column(struct odbc_column *column, enum type_id id)
{
    column->type = type_of(id);
    column->form = ODBC_FORM_INTEGER;
    column->width = sizeof(SQLBIGINT);
}

void odbc_decimal_column(struct odbc_column *column, SQLULEN precision, SQLSMALLINT scale)
{
    column->type = odbc_numeric_type(precision, scale);
    column->form = ODBC_FORM_TEXT;
    column->width = precision < WIDTH_DECIMAL - 4 ? WIDTH_DECIMAL : precision + 4;
}

void odbc_wide_column(struct odbc_column *column, struct type type, SQLULEN characters)
{
    column->type = type;
    column->form = ODBC_FORM_WIDE;
    /* A character is one unit or two. */
    column->width = type.length > 0 ? ((size_t)characters * 2 + 1) * sizeof(SQLWCHAR) : 0;
}

void odbc_bytes_column(struct odbc_column *column, SQLULEN size)
{
    column->type = type_of(TYPE_BYTEA);
    column->form = ODBC_FORM_BYTES;
    column->width = (size_t)size;
    column->key_text = NULL;
}

bool odbc_number_column(const struct odbc_described *described, struct odbc_column *column)
{
    bool is_unsigned = described->is_unsigned;
    switch (described->sql_type) {
    case SQL_TINYINT:
        odbc_integer_column(column, TYPE_INT2);
        return true;
    case SQL_SMALLINT:
        odbc_integer_column(column, is_unsigned ? TYPE_INT4 : TYPE_INT2);
        return true;
    case SQL_INTEGER:
        odbc_integer_column(column, is_unsigned ? TYPE_INT8 : TYPE_INT4);
        return true;
    case SQL_BIGINT:
        if (is_unsigned) {
            odbc_decimal_column(column, 20, 0);
        } else {
            odbc_integer_column(column, TYPE_INT8);
        }
        return true;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        odbc_decimal_column(column, described->size, described->digits);
        return true;
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
        column->type = type_of(described->sql_type == SQL_REAL ? TYPE_FLOAT4 : TYPE_FLOAT8);
        column->form = ODBC_FORM_DOUBLE;
        column->width = sizeof(SQLDOUBLE);
        column->key_text = NULL;
        return true;
    case SQL_BIT:
        column->type = type_of(TYPE_BOOL);
        column->form = ODBC_FORM_BIT;
        column->width = 1;
        column->key_text = NULL;
        return true;
    default:
        return false;
    }
}

bool odbc_time_column(const struct odbc_described *described, struct odbc_column *column)
{
    switch (described->sql_type) {
    case SQL_TYPE_DATE:
        column->type = type_of(TYPE_DATE);
        column->form = ODBC_FORM_DATE;
        column->width = sizeof(SQL_DATE_STRUCT);
        return true;
    case SQL_TYPE_TIME:
        column->type = type_of(TYPE_TIME);
        column->form = ODBC_FORM_TIME;
        column->width = sizeof(SQL_TIME_STRUCT);
        return true;
    case SQL_TYPE_TIMESTAMP:
        column->type = type_of(TYPE_TIMESTAMP);
        column->form = ODBC_FORM_TIMESTAMP;
        column->width = sizeof(SQL_TIMESTAMP_STRUCT);
        return true;
    default:
        return false;
    }
}

bool odbc_contains(const char *text, const char *part)
{
    size_t size = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, size) == 0) {
            return true;
        }
    }
    return false;
}
