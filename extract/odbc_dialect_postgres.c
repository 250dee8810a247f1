/* odbc_dialect_postgres.c — PostgreSQL's manners.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"
#include "odbc_health.h"

#include <string.h>
#include <strings.h>

/* The type that PostgreSQL's name says, where novate has it; the driver's own mapping invents
 * numeric(28,6) and reads money as a float. */
static struct type postgres_type(const struct odbc_described *described)
{
    struct type type = type_of(TYPE_OTHER);
    const char *name = described->type_name;
    if (!described->from_catalogue && strcmp(name, "char") == 0) {
        return odbc_text_type(TYPE_CHAR, described->size);
    }
    if (strcmp(name, "oid") == 0) {
        return type_of(TYPE_INT8);
    }
    if (strcmp(name, "name") == 0 || strcmp(name, "\"char\"") == 0 ||
        !type_parse(text_of(name), &type)) {
        return type_of(TYPE_OTHER);
    }
    return type;
}

static void postgres_text(const struct odbc_described *described, struct odbc_column *column)
{
    struct type type = column->type;
    if (type.id == TYPE_OTHER || type.id == TYPE_UNKNOWN) {
        odbc_wide_column(column, type_of(TYPE_TEXT), 0);
        column->form = ODBC_FORM_NATIONAL;
        /* What the type's output function gives; a cast may differ (inet). */
        column->expression = "CASE WHEN $ IS NULL THEN NULL ELSE format('%s', $) END";
        /* Only known types are sure to have an order. */
        column->key_text = described->from_catalogue ? column->key_text : NULL;
        return;
    }
    odbc_wide_column(column, type, type.length > 0 ? (SQLULEN)type.length : 0);
    column->form = ODBC_FORM_NATIONAL;
}

/* Everything that the driver would write anew (dates beyond its structs, infinity, BC) is cast to
 * text by the server. Through SQL_C_CHAR texts depend on the locale, unless the driver is told
 * otherwise; where it was not, they come as UTF-16, which costs more than all else together. */
static bool postgres_column(const struct odbc_described *described,
                            struct arena *arena,
                            struct odbc_column *column)
{
    column->type = postgres_type(described);
    column->parameter_type = SQL_WVARCHAR;
    column->key_text = "CAST($ AS text)";
    column->parameter = described->from_catalogue
                            ? arena_format(arena, "CAST(? AS %s)", described->type_name)
                            : "?";
    switch ((int)column->type.id) {
    case TYPE_BOOL:
        column->form = ODBC_FORM_BIT;
        column->width = 1;
        column->key_text = NULL;
        break;
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        odbc_integer_column(column, column->type.id);
        break;
    case TYPE_NUMERIC: {
        struct type type = column->type;
        odbc_decimal_column(column, type.precision > 0 ? (SQLULEN)type.precision : 0, type.scale);
        break;
    }
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_FLOAT;
        column->key_text = NULL;
        break;
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_DATETIME;
        column->expression = "CAST($ AS text)";
        break;
    case TYPE_UUID:
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_UUID;
        break;
    case TYPE_BYTEA:
        odbc_bytes_column(column, 0);
        column->key_text = "encode($, 'hex')";
        column->parameter = "decode(CAST(? AS text), 'hex')";
        break;
    default:
        postgres_text(described, column);
        break;
    }
    if (!described->from_catalogue && !type_is_integer(column->type.id) &&
        column->type.id != TYPE_TEXT && column->type.id != TYPE_VARCHAR) {
        column->key_text = NULL; /* the type's name is not known well enough to cast to it */
    }
    return column->parameter != NULL;
}

const struct odbc_dialect odbc_dialect_postgres = {
    .name = "PostgreSQL",
    .product = "postgres",
    .library = "psqlodbc",
    .unfit = "psqlodbca", /* cannot give UTF-16, and its texts depend on the locale */
    /* The driver's own cursors (UseDeclareFetch=1) end the process when the connection is lost
     * within the rows of a fetch (psqlODBC 13: CC_from_PGresult() without its connection). */
    .manners = "UseDeclareFetch=0;ByteaAsLongVarBinary=1;BoolsAsChar=0",
    .declares = true,
    .encoding = "ConnSettings=set client_encoding to UTF8",
    .probe = "SELECT U&'\\00E9\\20AC\\+01F600'",
    .stored = "convert_to(CAST($ AS text), getdatabaseencoding())",
    .stored_form = ODBC_FORM_BYTES,
    .wide = true,
    .rereads_block = true,
    .snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .snapshot_end = "COMMIT",
    .session = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY\n"
               "SET TIME ZONE 'UTC'\nSET DateStyle TO ISO\nSET IntervalStyle TO postgres\n"
               "SET extra_float_digits TO 3\nSET bytea_output TO hex",
    .schema = "SELECT current_schema()",
    .columns = "SELECT a.attname, format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype "
               "ELSE a.atttypid END, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE "
               "a.atttypmod END), CASE WHEN a.attnotnull THEN 0 ELSE 1 END "
               "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
               "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
               "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
               "WHERE n.nspname = CAST(? AS text) AND c.relname = CAST(? AS text) "
               "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    .column_parameters = 2,
    .indexes = "SELECT i.relname, CASE WHEN x.indisunique AND x.indimmediate THEN 1 ELSE 0 END, "
               "a.attname FROM pg_catalog.pg_index x "
               "JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid "
               "JOIN pg_catalog.pg_am m ON m.oid = i.relam "
               "JOIN pg_catalog.pg_class c ON c.oid = x.indrelid "
               "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
               "CROSS JOIN LATERAL generate_series(1, CAST(x.indnkeyatts AS integer)) k(n) "
               "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
               "AND a.attnum = x.indkey[k.n - 1] "
               "WHERE n.nspname = CAST(? AS text) AND c.relname = CAST(? AS text) "
               "AND x.indisvalid AND x.indpred IS NULL AND m.amname = 'btree' "
               "ORDER BY i.relname, k.n",
    .row_values = true,
    .limit = ODBC_LIMIT_SUFFIX,
    .count = "COUNT(*)",
    .health = &odbc_health_postgres,
    .column = postgres_column};
