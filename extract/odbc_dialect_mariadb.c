/* odbc_dialect_mariadb.c — MariaDB's manners.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"
#include "odbc_health.h"

#include <string.h>
#include <strings.h>

/* MariaDB gives texts as UTF-8 whatever the locale. Dates are fetched as numbers: the driver's
 * structs turn 0000-00-00 into NULL, and its texts cost more than all other columns together. */
static bool mariadb_times(const struct odbc_described *described, struct odbc_column *column)
{
    if (!odbc_time_column(described, column)) {
        return false;
    }
    if (strcasecmp(described->type_name, "timestamp") == 0) {
        column->type = type_of(TYPE_TIMESTAMPTZ); /* an instant; the session shows it in UTC */
    }
    if (column->type.id == TYPE_TIME) {
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_DATETIME;
    } else if (described->digits > 0) {
        column->form = ODBC_FORM_PACKED_TEXT;
        column->width = WIDTH_DATETIME;
        column->expression = "CAST($ AS DECIMAL(20,6))";
    } else {
        column->form = ODBC_FORM_PACKED;
        column->width = sizeof(SQLBIGINT);
        column->expression = "CAST($ AS SIGNED)";
    }
    return true;
}

static const char *mariadb_parameter(struct type type, struct arena *arena)
{
    if (type_is_integer(type.id)) {
        return "CAST(? AS SIGNED)";
    }
    if (type.id == TYPE_NUMERIC && type.precision > 0) {
        return arena_format(arena, "CAST(? AS DECIMAL(%d,%d))", type.precision, type.scale);
    }
    return "?"; /* a text is compared as the column is: as a date, in its collation */
}

static bool mariadb_column(const struct odbc_described *described,
                           struct arena *arena,
                           struct odbc_column *column)
{
    size_t octets = described->octets > 0 ? (size_t)described->octets + 1 : 0;
    bool number = odbc_number_column(described, column);
    column->parameter_type = SQL_WVARCHAR;
    if (strcasecmp(described->type_name, "year") == 0) {
        odbc_integer_column(column, TYPE_INT2);
    } else if (column->form == ODBC_FORM_BIT && number) {
        column->form = ODBC_FORM_INTEGER; /* through SQL_C_BIT the driver makes 0 true */
        column->width = sizeof(SQLBIGINT);
        column->expression = "CAST($ AS SIGNED)";
    } else if (!number && !mariadb_times(described, column)) {
        switch (described->sql_type) {
        case SQL_CHAR:
        case SQL_WCHAR:
        case SQL_VARCHAR:
        case SQL_WVARCHAR: {
            bool fixed = described->sql_type == SQL_CHAR || described->sql_type == SQL_WCHAR;
            column->type = strcasecmp(described->type_name, "uuid") == 0
                               ? type_of(TYPE_UUID)
                               : odbc_text_type(fixed ? TYPE_CHAR : TYPE_VARCHAR, described->size);
            column->form = ODBC_FORM_TEXT;
            column->width = octets;
            break;
        }
        case SQL_BINARY:
        case SQL_VARBINARY:
            odbc_bytes_column(column, described->size);
            break;
        case SQL_LONGVARBINARY:
            odbc_bytes_column(column, 0);
            break;
        default:
            column->type = type_of(TYPE_TEXT);
            column->form = ODBC_FORM_TEXT;
            column->width = 0;
            break;
        }
    }
    column->parameter = mariadb_parameter(column->type, arena);
    return column->parameter != NULL;
}

const struct odbc_dialect odbc_dialect_mariadb = {
    .name = "MariaDB",
    .product = "maria",
    .library = "maodbc",
    .manners = "NO_CACHE=1;FORWARDONLY=1",
    .wide = true,
    .schema_is_catalog = true,
    .stores_results = true,
    .snapshot = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    .snapshot_end = "COMMIT",
    .session = "SET SESSION TRANSACTION READ ONLY\nSET time_zone = '+00:00'",
    .schema = "SELECT DATABASE()",
    .limit = ODBC_LIMIT_SUFFIX,
    .count = "COUNT(*)",
    .health = &odbc_health_mariadb,
    .column = mariadb_column};
