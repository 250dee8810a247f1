/* odbc_dialect_sqlserver.c — Microsoft SQL Server's manners, from 2008 on, through Microsoft's
 * driver or FreeTDS.
 *
 * By the documentation, since no server could be had: Transact-SQL Reference (data types, data type
 * precedence, CAST and CONVERT styles, COLLATE, SET TRANSACTION ISOLATION LEVEL, sys.columns,
 * sys.types), ODBC Driver for SQL Server (connection string keywords, date and time types), FreeTDS
 * User Guide (freetds.conf: text size).
 *
 * A parameter has the type of its column: one of a type that is higher in precedence (nvarchar over
 * varchar, decimal over money) would convert the column, and no index would be used.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"
#include "odbc_health.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WIDTH_OFFSET 40

/* "decimal(10,2) COLLATE …": the first words of a type. */
struct parts {
    char name[32];
    unsigned long first; /* within the brackets; 0: none, or max */
    long second;
    const char *collation; /* or NULL */
};

static struct parts parts_of(const char *type_name)
{
    static const char collate[] = " COLLATE ";
    struct parts parts = {.first = 0};
    size_t size = strcspn(type_name, "( ");
    const char *open = strchr(type_name, '(');
    const char *at = strstr(type_name, collate);
    size = size < sizeof parts.name ? size : sizeof parts.name - 1;
    memcpy(parts.name, type_name, size);
    if (open != NULL) {
        char *end = NULL;
        parts.first = strtoul(open + 1, &end, 10);
        parts.second = *end == ',' ? strtol(end + 1, NULL, 10) : 0;
    }
    parts.collation = at == NULL ? NULL : at + sizeof collate - 1;
    return parts;
}

static bool is(const struct parts *parts, const char *name)
{
    return strcasecmp(parts->name, name) == 0;
}

static bool is_any(const struct parts *parts, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (is(parts, *names)) {
            return true;
        }
    }
    return false;
}

static bool cast_parameter(struct odbc_column *column, struct arena *arena, const char *type_name)
{
    column->parameter = arena_format(arena, "CAST(? AS %s)", type_name);
    return column->parameter != NULL;
}

/* A varchar has a code page, which is its collation's; the parameter comes as nvarchar. */
static bool text_decide(const struct odbc_described *described,
                        const struct parts *parts,
                        struct arena *arena,
                        struct odbc_column *column)
{
    bool national = strncasecmp(parts->name, "n", 1) == 0;
    bool fixed = strcasecmp(parts->name + (national ? 1 : 0), "char") == 0;
    SQLULEN size = described->from_catalogue ? parts->first : described->size;
    struct type type = odbc_text_type(fixed ? TYPE_CHAR : TYPE_VARCHAR, size);
    odbc_wide_column(column, type, size);
    if (type.length == 0) {
        column->key_text = NULL; /* (max) */
        return true;
    }
    column->parameter =
        parts->collation != NULL
            ? arena_format(arena,
                           "CAST(? COLLATE %s AS %s(%lu))",
                           parts->collation,
                           parts->name,
                           (unsigned long)size)
            : arena_format(arena, "CAST(? AS %s(%lu))", parts->name, (unsigned long)size);
    return column->parameter != NULL;
}

/* datetime and its like come as structs, exact to 100 ns, and are rounded once. */
static bool times_decide(const struct odbc_described *described,
                         const struct parts *parts,
                         struct arena *arena,
                         struct odbc_column *column)
{
    static const char *const stamps[] = {"datetime", "datetime2", "smalldatetime", NULL};
    column->key_text = "CONVERT(varchar(34), $, 121)";
    if (is_any(parts, stamps)) {
        column->type = type_of(TYPE_TIMESTAMP);
        column->form = ODBC_FORM_TIMESTAMP;
        column->width = sizeof(SQL_TIMESTAMP_STRUCT);
    } else if (is(parts, "date")) {
        column->type = type_of(TYPE_DATE);
        column->form = ODBC_FORM_DATE;
        column->width = sizeof(SQL_DATE_STRUCT);
    } else if (is(parts, "time")) {
        column->type = type_of(TYPE_TIME);
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_DATETIME;
        column->expression = "CONVERT(varchar(16), $, 121)";
    } else {
        column->type = type_of(TYPE_TIMESTAMPTZ);
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_OFFSET;
        column->expression = "CONVERT(varchar(34), SWITCHOFFSET($, '+00:00'), 121)";
    }
    /* Style 121 reads what it writes, whatever the language and DATEFORMAT of the session. */
    column->parameter =
        arena_format(arena,
                     "CONVERT(%s, ?, 121)",
                     described->from_catalogue ? described->type_name : parts->name);
    return column->parameter != NULL;
}

/* Without a style a variant's float would be written with six digits, its money with two and its
 * datetime without seconds. */
#define VARIANT                                                                                    \
    "CASE CONVERT(nvarchar(128), SQL_VARIANT_PROPERTY($, 'BaseType')) "                            \
    "WHEN 'float' THEN CONVERT(nvarchar(max), CONVERT(float, $), 2) "                              \
    "WHEN 'real' THEN CONVERT(nvarchar(max), CONVERT(real, $), 2) "                                \
    "WHEN 'money' THEN CONVERT(nvarchar(max), CONVERT(money, $), 2) "                              \
    "WHEN 'smallmoney' THEN CONVERT(nvarchar(max), CONVERT(smallmoney, $), 2) "                    \
    "WHEN 'datetime' THEN CONVERT(nvarchar(max), CONVERT(datetime, $), 121) "                      \
    "WHEN 'smalldatetime' THEN CONVERT(nvarchar(max), CONVERT(smalldatetime, $), 121) "            \
    "WHEN 'binary' THEN CONVERT(nvarchar(max), CONVERT(varbinary(8000), $), 1) "                   \
    "WHEN 'varbinary' THEN CONVERT(nvarchar(max), CONVERT(varbinary(8000), $), 1) "                \
    "ELSE CONVERT(nvarchar(max), $) END"

/* Texts of any length, as the server writes them. False: not one of them. */
static bool long_text(const struct parts *parts, struct odbc_column *column)
{
    static const struct {
        const char *name;
        const char *expression;
    } texts[] = {{"text", "$"},
                 {"ntext", "$"},
                 {"xml", "CONVERT(nvarchar(max), $)"},
                 {"sql_variant", VARIANT},
                 {"hierarchyid", "CONVERT(nvarchar(4000), $)"},
                 {"geography", "$.AsTextZM()"},
                 {"geometry", "$.AsTextZM()"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is(parts, texts[i].name)) {
            odbc_wide_column(column, type_of(TYPE_TEXT), 0);
            column->expression = texts[i].expression;
            column->key_text = NULL;
            return true;
        }
    }
    return false;
}

static void bytes_decide(const struct odbc_described *described,
                         const struct parts *parts,
                         struct odbc_column *column)
{
    bool version = is(parts, "timestamp") || is(parts, "rowversion");
    odbc_bytes_column(column,
                      version                     ? 8
                      : described->from_catalogue ? parts->first
                                                  : described->size);
}

static bool sqlserver_column(const struct odbc_described *described,
                             struct arena *arena,
                             struct odbc_column *column)
{
    static const char *const texts[] = {"char", "varchar", "nchar", "nvarchar", NULL};
    static const char *const times[] = {
        "datetime", "datetime2", "smalldatetime", "date", "time", "datetimeoffset", NULL};
    static const char *const bytes[] = {
        "binary", "varbinary", "image", "timestamp", "rowversion", NULL};
    const struct parts parts = parts_of(described->type_name);
    bool ok = true;
    column->parameter_type = SQL_WVARCHAR;
    if (is_any(&parts, texts)) {
        ok = text_decide(described, &parts, arena, column);
    } else if (is_any(&parts, times)) {
        ok = times_decide(described, &parts, arena, column);
    } else if (is_any(&parts, bytes)) {
        bytes_decide(described, &parts, column);
    } else if (is(&parts, "money") || is(&parts, "smallmoney")) {
        odbc_decimal_column(column, is(&parts, "money") ? 19 : 10, 4);
        column->expression = "CAST($ AS decimal(19,4))"; /* as a text it may lose two digits */
        column->key_text = "CAST($ AS decimal(19,4))";
        ok = cast_parameter(column, arena, parts.name);
    } else if (is(&parts, "uniqueidentifier")) {
        column->type = type_of(TYPE_UUID);
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_UUID;
        column->key_text = "CAST($ AS char(36))";
        ok = cast_parameter(column, arena, parts.name);
    } else if (!long_text(&parts, column)) {
        ok = odbc_dialect_generic.column(described, arena, column);
        column->parameter_type = SQL_WVARCHAR;
        bool decimal = column->type.id == TYPE_NUMERIC && column->type.precision > 0;
        ok = ok && (decimal ? (column->parameter = arena_format(arena,
                                                                "CAST(? AS decimal(%d,%d))",
                                                                column->type.precision,
                                                                column->type.scale)) != NULL
                            : cast_parameter(column, arena, parts.name)); /* not "int identity" */
    }
    return ok;
}

/* FreeTDS asks for texts of 64 kB at most. The one that loses a deadlock should be the reader. */
#define SESSION                                                                                    \
    "SET NOCOUNT ON; SET TEXTSIZE 2147483647; SET DEADLOCK_PRIORITY LOW; "                         \
    "SET QUOTED_IDENTIFIER ON; SET ANSI_NULLS ON; SET ANSI_WARNINGS ON; SET ANSI_PADDING ON; "     \
    "SET CONCAT_NULL_YIELDS_NULL ON; SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

#define TABLE_ID                                                                                   \
    "OBJECT_ID(QUOTENAME(CAST(? AS nvarchar(128))) + '.' + QUOTENAME(CAST(? AS nvarchar(128))))"

/* Of an alias type the type behind it; types of the CLR have one system type for all. */
#define COLUMNS                                                                                    \
    "SELECT c.name, t.name + CASE WHEN t.name IN ('char', 'varchar', 'binary', 'varbinary') "      \
    "THEN '(' + CASE c.max_length WHEN -1 THEN 'max' ELSE CONVERT(varchar(10), c.max_length) END " \
    "+ ')' WHEN t.name IN ('nchar', 'nvarchar') THEN '(' + CASE c.max_length WHEN -1 THEN 'max' "  \
    "ELSE CONVERT(varchar(10), c.max_length / 2) END + ')' "                                       \
    "WHEN t.name IN ('decimal', 'numeric') THEN '(' + CONVERT(varchar(10), c.precision) + ',' + "  \
    "CONVERT(varchar(10), c.scale) + ')' WHEN t.name IN ('datetime2', 'time', 'datetimeoffset') "  \
    "THEN '(' + CONVERT(varchar(10), c.scale) + ')' ELSE '' END + "                                \
    "COALESCE(' COLLATE ' + c.collation_name, ''), CONVERT(int, c.is_nullable) "                   \
    "FROM sys.columns c JOIN sys.types t ON t.user_type_id = CASE c.system_type_id WHEN 240 THEN " \
    "c.user_type_id ELSE c.system_type_id END WHERE c.object_id = " TABLE_ID " "                   \
    "ORDER BY c.column_id"

#define INDEXES                                                                                    \
    "SELECT i.name, CONVERT(int, i.is_unique), c.name FROM sys.indexes i "                         \
    "JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id "        \
    "JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id "             \
    "WHERE i.object_id = " TABLE_ID " AND i.type IN (1, 2) AND i.is_disabled = 0 "                 \
    "AND i.has_filter = 0 AND ic.key_ordinal > 0 ORDER BY i.name, ic.key_ordinal"

/* Reset, aborted, closed, not there; failing over (Azure); deadlock, timeout of a lock, conflict of
 * a snapshot. */
static const SQLINTEGER sqlserver_lost[] = {
    10054, 10053, 233, 64, 121, 40197, 40501, 40613, 1205, 1222, 3960, 0};

const struct odbc_dialect odbc_dialect_sqlserver = {
    .name = "SQL Server",
    .product = "sql server",
    .library = "msodbcsql|tdsodbc|freetds|sql server",
    .manners = "ApplicationIntent=ReadOnly;APP=novate",
    .wide = true,
    .limit = ODBC_LIMIT_TOP,
    .snapshot = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION",
    .snapshot_end = "COMMIT TRANSACTION; SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    .snapshot_allowed = "SELECT CASE snapshot_isolation_state WHEN 1 THEN 1 ELSE 0 END "
                        "FROM sys.databases WHERE database_id = DB_ID()",
    .count = "COUNT_BIG(*)",
    .lost = sqlserver_lost,
    .session = SESSION,
    .schema = "SELECT SCHEMA_NAME()",
    .columns = COLUMNS,
    .column_parameters = 2,
    .indexes = INDEXES,
    .health = &odbc_health_sqlserver,
    .column = sqlserver_column};
