/* odbc_dialect_oracle.c — Oracle's manners, from 9i on.
 *
 * By the documentation, since no server could be had: Oracle Database SQL Language Reference (data
 * types, format models, ALTER SESSION, SET TRANSACTION), Globalization Support Guide (NLS_SORT,
 * NLS_COMP), ODBC Driver Developer's Guide (connection string; features not supported:
 * SQL_C_SBIGINT and interval types; implementation of data types).
 *
 * Every value that the driver would convert by session or locale is written by the server in one
 * fixed form: numbers without the driver's doubles, dates in full with their time, instants in UTC.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect_column.h"
#include "odbc_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WIDTH_ROWID    18
#define WIDTH_INTERVAL 40
#define WIDTH_NUMBER   168 /* TM9 gives 64 characters, TO_CHAR no more than this */

/* Digits that are sure to fit. */
#define DIGITS_INT2 4
#define DIGITS_INT4 9
#define DIGITS_INT8 18

/* NUMBER has 38 digits; drivers report other figures for one without precision. */
#define DIGITS_NUMBER 38

/* Years before 1 have their mark, as PostgreSQL writes it; the common form stays short. */
#define STAMP_TEXT(type, format)                                                                   \
    "TO_CHAR($, CASE WHEN $ < " type " THEN '" format " \"BC\"' ELSE '" format "' END)"

#define SECONDS "YYYY-MM-DD HH24:MI:SS"
#define DATE_1  "DATE '0001-01-01'"
#define STAMP_1 "TIMESTAMP '0001-01-01 00:00:00'"

/* Keys are compared as what they are; a year has its sign. */
#define KEY_SECONDS  "SYYYY-MM-DD HH24:MI:SS"
#define KEY_FRACTION KEY_SECONDS ".FF9"

static void text_parameter(struct odbc_column *column)
{
    column->parameter_type = SQL_VARCHAR;
}

/* A NUMBER as the server writes it: all digits, whatever precision the driver supposes. */
static void number_column(struct odbc_column *column, struct type type)
{
    column->type = type;
    column->form = ODBC_FORM_TEXT;
    column->width = WIDTH_NUMBER;
    column->expression = "TO_CHAR($, 'TM9')";
    column->key_text = "TO_CHAR($, 'TM9')";
    column->parameter = "TO_NUMBER(?)"; /* the session's decimal character is a point */
}

static struct type number_type(long precision, long scale)
{
    if (scale < 0) { /* NUMBER(5,-2) has no digits below the hundreds, and seven in all */
        precision -= scale;
        scale = 0;
    }
    if (scale > precision) { /* NUMBER(2,4): 0.0012 */
        precision = scale;
    }
    if (scale == 0 && precision <= DIGITS_INT8) {
        return type_of(precision <= DIGITS_INT2   ? TYPE_INT2
                       : precision <= DIGITS_INT4 ? TYPE_INT4
                                                  : TYPE_INT8);
    }
    return odbc_numeric_type((SQLULEN)precision, (SQLSMALLINT)scale);
}

/* "NUMBER", "NUMBER(12,2)"; without the catalogue what the driver says, which for a NUMBER without
 * precision may be anything. */
static void number_decide(const struct odbc_described *described, struct odbc_column *column)
{
    const char *open = strchr(described->type_name, '(');
    if (described->from_catalogue) {
        char *end = NULL;
        long precision = open == NULL ? 0 : strtol(open + 1, &end, 10);
        long scale = open != NULL && *end == ',' ? strtol(end + 1, NULL, 10) : 0;
        number_column(column, open == NULL ? type_of(TYPE_NUMERIC) : number_type(precision, scale));
        return;
    }
    bool exact = described->sql_type == SQL_DECIMAL || described->sql_type == SQL_NUMERIC ||
                 described->sql_type == SQL_INTEGER || described->sql_type == SQL_SMALLINT ||
                 described->sql_type == SQL_BIGINT;
    bool known = exact && described->size > 0 && described->size < DIGITS_NUMBER;
    number_column(column,
                  known ? number_type((long)described->size, described->digits)
                        : type_of(TYPE_NUMERIC));
}

static void float_column(struct odbc_column *column, enum type_id id)
{
    column->type = type_of(id);
    column->form = ODBC_FORM_DOUBLE;
    column->width = sizeof(SQLDOUBLE);
    column->key_text = NULL;
}

static void stamp_column(struct odbc_column *column, enum type_id id)
{
    column->type = type_of(id);
    column->form = ODBC_FORM_TEXT;
    column->width = WIDTH_DATETIME;
}

/* TIMESTAMP(n), with or without a zone. More than six digits are rounded here as PostgreSQL rounds
 * them; TO_CHAR would cut them. */
static void timestamp_decide(const char *name, struct odbc_column *column)
{
    const char *open = strchr(name, '(');
    bool fine = open == NULL || strtol(open + 1, NULL, 10) > 6;
    if (odbc_contains(name, "WITH LOCAL TIME ZONE")) {
        stamp_column(column, TYPE_TIMESTAMPTZ); /* the session shows it in UTC */
        column->expression =
            fine ? "TO_CHAR($, '" SECONDS ".FF9\"+00\"')" : "TO_CHAR($, '" SECONDS ".FF6\"+00\"')";
        column->key_text = "TO_CHAR($, '" KEY_FRACTION "')";
        column->parameter = "TO_TIMESTAMP(?, '" KEY_FRACTION "')";
    } else if (odbc_contains(name, "WITH TIME ZONE")) {
        stamp_column(column, TYPE_TIMESTAMPTZ);
        column->expression = fine ? "TO_CHAR(SYS_EXTRACT_UTC($), '" SECONDS ".FF9\"+00\"')"
                                  : "TO_CHAR(SYS_EXTRACT_UTC($), '" SECONDS ".FF6\"+00\"')";
        column->key_text = "TO_CHAR(SYS_EXTRACT_UTC($), '" KEY_FRACTION "')";
        column->parameter = "FROM_TZ(TO_TIMESTAMP(?, '" KEY_FRACTION "'), 'UTC')";
    } else {
        stamp_column(column, TYPE_TIMESTAMP);
        column->expression =
            fine ? STAMP_TEXT(STAMP_1, SECONDS ".FF9") : STAMP_TEXT(STAMP_1, SECONDS ".FF6");
        column->key_text = "TO_CHAR($, '" KEY_FRACTION "')";
        column->parameter = "TO_TIMESTAMP(?, '" KEY_FRACTION "')";
    }
}

/* A DATE has a time. Compared with a TIMESTAMP the column would be converted, and no index used. */
static void date_decide(struct odbc_column *column)
{
    stamp_column(column, TYPE_TIMESTAMP);
    column->type.precision = 1; /* timestamp(0) */
    column->expression = STAMP_TEXT(DATE_1, SECONDS);
    column->key_text = "TO_CHAR($, '" KEY_SECONDS "')";
    column->parameter = "TO_DATE(?, '" KEY_SECONDS "')";
}

/* A parameter of the national character set would convert the column of the other one, and no index
 * would be used; a CHAR is compared with its padding. */
static bool text_decide(const struct odbc_described *described,
                        struct arena *arena,
                        struct odbc_column *column)
{
    const char *open = strchr(described->type_name, '(');
    bool national = strncasecmp(described->type_name, "N", 1) == 0;
    bool fixed = strncasecmp(described->type_name + (national ? 1 : 0), "CHAR", 4) == 0;
    SQLULEN size =
        described->from_catalogue && open != NULL ? strtoul(open + 1, NULL, 10) : described->size;
    struct type type = odbc_text_type(fixed ? TYPE_CHAR : TYPE_VARCHAR, size);
    odbc_wide_column(column, type, size);
    if (size == 0) {
        column->key_text = NULL;
    } else if (fixed) {
        column->parameter = arena_format(arena,
                                         "CAST(? AS %s(%lu%s))",
                                         national ? "NCHAR" : "CHAR",
                                         size,
                                         national ? "" : " CHAR");
    } else {
        column->parameter = national ? "TO_NCHAR(?)" : "TO_CHAR(?)";
    }
    return column->parameter != NULL;
}

static void long_text(struct odbc_column *column, const char *expression)
{
    odbc_wide_column(column, type_of(TYPE_TEXT), 0);
    column->expression = expression;
    column->key_text = NULL;
}

/* A short text that the server makes of something else. */
static void short_text(struct odbc_column *column, const char *expression, size_t characters)
{
    column->type = type_of(TYPE_TEXT);
    column->form = ODBC_FORM_TEXT;
    column->width = characters + 1;
    column->expression = expression;
    column->key_text = NULL;
}

/* What needs more than its name. False: none of them. */
static bool special_column(const struct odbc_described *described, struct odbc_column *column)
{
    static const struct {
        const char *name;
        const char *expression; /* NULL: bytes */
        size_t characters;      /* 0: a long text */
    } specials[] = {{"ROWID", "ROWIDTOCHAR($)", WIDTH_ROWID},
                    {"INTERVAL", "TO_CHAR($)", WIDTH_INTERVAL},
                    {"XMLTYPE", "XMLSERIALIZE(CONTENT $ AS CLOB)", 0},
                    {"SDO_GEOMETRY", "SDO_UTIL.TO_WKTGEOMETRY($)", 0},
                    {"JSON", "JSON_SERIALIZE($ RETURNING CLOB)", 0},
                    {"CLOB", "$", 0},
                    {"NCLOB", "$", 0},
                    {"LONG RAW", NULL, 0},
                    {"LONG", "$", 0},
                    {"BLOB", NULL, 0},
                    {"BFILE", NULL, 0}};
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        if (strncasecmp(described->type_name, specials[i].name, strlen(specials[i].name)) != 0) {
            continue;
        }
        if (specials[i].expression == NULL) {
            odbc_bytes_column(column, 0);
        } else if (specials[i].characters > 0) {
            short_text(column, specials[i].expression, specials[i].characters);
        } else {
            long_text(column, specials[i].expression);
        }
        return true;
    }
    return false;
}

static bool begins(const char *name, const char *with)
{
    return strncasecmp(name, with, strlen(with)) == 0;
}

/* Of a query only the driver speaks: what its type is called, and what ODBC calls it. */
static bool driver_column(const struct odbc_described *described,
                          struct arena *arena,
                          struct odbc_column *column)
{
    switch (described->sql_type) {
    case SQL_DECIMAL:
    case SQL_NUMERIC:
    case SQL_DOUBLE:
    case SQL_FLOAT:
    case SQL_REAL:
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
        number_decide(described, column);
        return true;
    case SQL_TYPE_DATE:
        date_decide(column);
        return true;
    case SQL_TYPE_TIMESTAMP: /* DATE or TIMESTAMP: either becomes one */
        stamp_column(column, TYPE_TIMESTAMP);
        column->expression = "TO_CHAR(CAST($ AS TIMESTAMP(9)), '" SECONDS ".FF9')";
        column->key_text = NULL;
        return true;
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR: {
        bool fixed = described->sql_type == SQL_CHAR || described->sql_type == SQL_WCHAR;
        odbc_wide_column(column,
                         odbc_text_type(fixed ? TYPE_CHAR : TYPE_VARCHAR, described->size),
                         described->size);
        column->key_text = NULL; /* of which character set, nobody says */
        return true;
    }
    case SQL_BINARY:
    case SQL_VARBINARY:
        odbc_bytes_column(column, described->size);
        return true;
    default:
        return odbc_dialect_generic.column(described, arena, column);
    }
}

static bool oracle_column(const struct odbc_described *described,
                          struct arena *arena,
                          struct odbc_column *column)
{
    const char *name = described->type_name;
    bool ok = true;
    if (begins(name, "BINARY_DOUBLE")) {
        float_column(column, TYPE_FLOAT8);
    } else if (begins(name, "BINARY_FLOAT")) {
        float_column(column, TYPE_FLOAT4);
    } else if (begins(name, "NUMBER")) {
        number_decide(described, column);
    } else if (begins(name, "FLOAT")) {
        number_column(column, type_of(TYPE_NUMERIC)); /* decimal, in spite of its name */
    } else if (begins(name, "TIMESTAMP") && (described->from_catalogue || strchr(name, '('))) {
        timestamp_decide(name, column);
    } else if (strcasecmp(name, "DATE") == 0) {
        date_decide(column);
    } else if (described->from_catalogue &&
               (begins(name, "VARCHAR2") || begins(name, "NVARCHAR2") || begins(name, "CHAR") ||
                begins(name, "NCHAR"))) {
        ok = text_decide(described, arena, column);
    } else if (begins(name, "RAW")) {
        const char *open = strchr(name, '(');
        odbc_bytes_column(column, open != NULL ? strtoul(open + 1, NULL, 10) : described->size);
    } else if (!special_column(described, column)) {
        ok = driver_column(described, arena, column);
    }
    text_parameter(column);
    return ok;
}

/* ORDER BY follows NLS_SORT, comparisons NLS_COMP: were they different, bounds of chunks would not
 * cut what they were made from. Both binary, an index serves them too. */
#define SESSION                                                                                    \
    "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,' "                                             \
    "NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' "                                                   \
    "NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9' "                                          \
    "NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM' "                               \
    "NLS_SORT = BINARY NLS_COMP = BINARY\n"                                                        \
    "ALTER SESSION SET TIME_ZONE = '+00:00'"

/* What a name without a schema means: an object of the schema, a private synonym, a public one. */
#define TABLES                                                                                     \
    "SELECT NULL, OWNER, OBJECT_NAME, CASE WHEN OWNER = SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') " \
    "THEN 3 ELSE 0 END, OBJECT_NAME FROM ALL_OBJECTS "                                             \
    "WHERE OBJECT_TYPE IN ('TABLE', 'VIEW') AND OBJECT_NAME IN (?, UPPER(?)) "                     \
    "UNION ALL SELECT NULL, TABLE_OWNER, SYNONYM_NAME, CASE WHEN OWNER = 'PUBLIC' THEN 1 "         \
    "ELSE 2 END, TABLE_NAME FROM ALL_SYNONYMS WHERE DB_LINK IS NULL "                              \
    "AND OWNER IN ('PUBLIC', SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')) "                           \
    "AND SYNONYM_NAME IN (?, UPPER(?))"

/* INTEGER is NUMBER(*,0): a scale without a precision. */
#define COLUMNS                                                                                    \
    "SELECT COLUMN_NAME, CASE WHEN DATA_TYPE = 'NUMBER' AND DATA_SCALE IS NOT NULL THEN "          \
    "'NUMBER(' || NVL(DATA_PRECISION, 38) || ',' || DATA_SCALE || ')' "                            \
    "WHEN DATA_TYPE IN ('CHAR', 'NCHAR', 'VARCHAR2', 'NVARCHAR2') THEN DATA_TYPE || '(' || "       \
    "CHAR_LENGTH || ')' WHEN DATA_TYPE = 'RAW' THEN 'RAW(' || DATA_LENGTH || ')' "                 \
    "ELSE DATA_TYPE END, CASE NULLABLE WHEN 'N' THEN 0 ELSE 1 END FROM ALL_TAB_COLUMNS "           \
    "WHERE OWNER = ? AND TABLE_NAME = ? ORDER BY COLUMN_ID"

/* Columns of expressions have names that no table has. */
#define INDEXES                                                                                    \
    "SELECT c.INDEX_OWNER || '.' || c.INDEX_NAME, CASE i.UNIQUENESS WHEN 'UNIQUE' THEN 1 ELSE 0 "  \
    "END, c.COLUMN_NAME FROM ALL_IND_COLUMNS c JOIN ALL_INDEXES i ON i.OWNER = c.INDEX_OWNER "     \
    "AND i.INDEX_NAME = c.INDEX_NAME WHERE c.TABLE_OWNER = ? AND c.TABLE_NAME = ? "                \
    "AND i.STATUS <> 'UNUSABLE' AND (i.INDEX_TYPE LIKE 'NORMAL%' OR i.INDEX_TYPE = 'IOT - TOP') "  \
    "ORDER BY c.INDEX_OWNER, c.INDEX_NAME, c.COLUMN_POSITION"

/* End of the channel, not connected, killed, no listener, no service, refused, timed out, starting
 * up, shutting down, not available; snapshot too old, deadlock. */
static const SQLINTEGER oracle_lost[] = {
    3113, 3114, 3135, 28, 12541, 12514, 12528, 12537, 12170, 1033, 1089, 1090, 1034, 1555, 60, 0};

#define MANNERS                                                                                    \
    .name = "Oracle", .product = "oracle", .library = "sqora|oracle", .manners = "DBA=R",          \
    .wide = true, .modulo_function = true, .snapshot = "SET TRANSACTION READ ONLY",                \
    .snapshot_end = "COMMIT", .snapshot_manual = true, .lost = oracle_lost, .count = "COUNT(*)",   \
    .session = SESSION, .schema = "SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM DUAL",     \
    .tables = TABLES, .columns = COLUMNS, .column_parameters = 2, .indexes = INDEXES,              \
    .health = &odbc_health_oracle, .column = oracle_column

const struct odbc_dialect odbc_dialect_oracle = {
    MANNERS, .version = 12, .limit = ODBC_LIMIT_FETCH_FIRST};

/* Before 12.1 only ROWNUM counts. */
const struct odbc_dialect odbc_dialect_oracle_old = {MANNERS, .limit = ODBC_LIMIT_ROWNUM};
