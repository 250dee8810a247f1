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
    column->key_text = "CAST($ AS CHAR)"; /* 0000-00-00 too */
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
    if (type.id == TYPE_BYTEA) {
        return "UNHEX(?)";
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
            column->key_text = strcasecmp(described->type_name, "bit") == 0 ? NULL : "HEX($)";
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

/* Not there, gone away, lost in a query, lost with a reason, reading and writing failed, shutting
 * down, killed, timeout of a lock, deadlock, timeout of the connection. */
static const SQLINTEGER mariadb_lost[] = {
    2002, 2006, 2013, 2055, 5013, 5014, 1053, 1927, 1205, 1213, 4031, 0};

const struct odbc_dialect odbc_dialect_mariadb = {
    .name = "MariaDB",
    .product = "maria",
    .library = "maodbc",
    .manners = "NO_CACHE=1;FORWARDONLY=1",
    .stored = "CAST($ AS BINARY)",
    .stored_form = ODBC_FORM_BYTES,
    .wide = true,
    .schema_is_catalog = true,
    .stores_results = true,
    .snapshot = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    .snapshot_end = "COMMIT",
    .lost = mariadb_lost,
    .session = "SET SESSION TRANSACTION READ ONLY\n"
               "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ\nSET time_zone = '+00:00'",
    .schema = "SELECT DATABASE()",
    .indexes = "SELECT index_name, 1 - non_unique, CASE WHEN sub_part IS NULL THEN column_name END "
               "FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? "
               "AND index_type = 'BTREE' ORDER BY index_name, seq_in_index",
    .force_index = true,
    .engine = "SELECT 1 FROM information_schema.tables t JOIN information_schema.engines e "
              "ON e.engine = t.engine WHERE t.table_schema = ? AND t.table_name = ? "
              "AND e.transactions = 'NO'",
    .limit = ODBC_LIMIT_SUFFIX,
    .count = "COUNT(*)",
    .health = &odbc_health_mariadb,
    .column = mariadb_column};
