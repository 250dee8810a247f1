/* odbc_dialect.c — the manners of each ODBC driver, in one place.
 *
 * Each was tried: what a driver does to zero dates, to U+1F600 in a C locale, to the 17th digit of
 * a number decides the form in which a column is fetched. See README.md for the table.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_dialect.h"

#include <string.h>
#include <strings.h>

/* Longest texts of values that are not texts. */
#define WIDTH_DECIMAL  72
#define WIDTH_FLOAT    40
#define WIDTH_DATETIME 48
#define WIDTH_UUID     40

/* PostgreSQL's limit of a declared length; beyond it, and where a driver knows none, a text is
 * text. */
#define LENGTH_MAX 10485760U

/* Most digits that numeric(p, s) may declare. */
#define PRECISION_MAX 1000U

static struct type numeric_type(SQLULEN precision, SQLSMALLINT scale)
{
    struct type type = type_of(TYPE_NUMERIC);
    if (precision > 0 && precision <= PRECISION_MAX) {
        type.precision = (int16_t)precision;
        type.scale = scale;
    }
    return type;
}

static struct type text_type(enum type_id id, SQLULEN length)
{
    bool limited = length > 0 && length <= LENGTH_MAX;
    struct type type = type_of(limited ? id : TYPE_TEXT);
    type.length = limited ? (int32_t)length : 0;
    return type;
}

static void integer_column(struct odbc_column *column, enum type_id id)
{
    column->type = type_of(id);
    column->form = ODBC_FORM_INTEGER;
    column->width = sizeof(SQLBIGINT);
}

static void decimal_column(struct odbc_column *column, SQLULEN precision, SQLSMALLINT scale)
{
    column->type = numeric_type(precision, scale);
    column->form = ODBC_FORM_TEXT;
    column->width = precision < WIDTH_DECIMAL - 4 ? WIDTH_DECIMAL : precision + 4;
}

static void wide_column(struct odbc_column *column, struct type type, SQLULEN characters)
{
    column->type = type;
    column->form = ODBC_FORM_WIDE;
    /* A character is one unit or two. */
    column->width = type.length > 0 ? ((size_t)characters * 2 + 1) * sizeof(SQLWCHAR) : 0;
}

static void bytes_column(struct odbc_column *column, SQLULEN size)
{
    column->type = type_of(TYPE_BYTEA);
    column->form = ODBC_FORM_BYTES;
    column->width = (size_t)size;
    column->key_text = NULL;
}

static bool number_column(const struct odbc_described *described, struct odbc_column *column)
{
    bool is_unsigned = described->is_unsigned;
    switch (described->sql_type) {
    case SQL_TINYINT:
        integer_column(column, TYPE_INT2);
        return true;
    case SQL_SMALLINT:
        integer_column(column, is_unsigned ? TYPE_INT4 : TYPE_INT2);
        return true;
    case SQL_INTEGER:
        integer_column(column, is_unsigned ? TYPE_INT8 : TYPE_INT4);
        return true;
    case SQL_BIGINT:
        if (is_unsigned) {
            decimal_column(column, 20, 0);
        } else {
            integer_column(column, TYPE_INT8);
        }
        return true;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
        decimal_column(column, described->size, described->digits);
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

static bool time_column(const struct odbc_described *described, struct odbc_column *column)
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

/* What any driver may be trusted with. */
static bool generic_column(const struct odbc_described *described,
                           struct arena *arena,
                           struct odbc_column *column)
{
    (void)arena;
    column->parameter_type = described->sql_type;
    if (number_column(described, column) || time_column(described, column)) {
        return true;
    }
    switch (described->sql_type) {
    case SQL_CHAR:
    case SQL_WCHAR:
        wide_column(column, text_type(TYPE_CHAR, described->size), described->size);
        return true;
    case SQL_VARCHAR:
    case SQL_WVARCHAR:
        wide_column(column, text_type(TYPE_VARCHAR, described->size), described->size);
        return true;
    case SQL_BINARY:
    case SQL_VARBINARY:
        bytes_column(column, described->size);
        return true;
    case SQL_LONGVARBINARY:
        bytes_column(column, 0);
        return true;
    case SQL_GUID:
        column->type = type_of(TYPE_UUID);
        column->form = ODBC_FORM_TEXT;
        column->width = WIDTH_UUID;
        return true;
    default:
        wide_column(column, type_of(TYPE_TEXT), 0);
        column->key_text = NULL;
        return true;
    }
}

/* MariaDB gives texts as UTF-8 whatever the locale. Dates are fetched as numbers: the driver's
 * structs turn 0000-00-00 into NULL, and its texts cost more than all other columns together. */
static bool mariadb_times(const struct odbc_described *described, struct odbc_column *column)
{
    if (!time_column(described, column)) {
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
    bool number = number_column(described, column);
    column->parameter_type = SQL_WVARCHAR;
    if (strcasecmp(described->type_name, "year") == 0) {
        integer_column(column, TYPE_INT2);
    } else if (!number && !mariadb_times(described, column)) {
        switch (described->sql_type) {
        case SQL_CHAR:
        case SQL_WCHAR:
        case SQL_VARCHAR:
        case SQL_WVARCHAR: {
            bool fixed = described->sql_type == SQL_CHAR || described->sql_type == SQL_WCHAR;
            column->type = strcasecmp(described->type_name, "uuid") == 0
                               ? type_of(TYPE_UUID)
                               : text_type(fixed ? TYPE_CHAR : TYPE_VARCHAR, described->size);
            column->form = ODBC_FORM_TEXT;
            column->width = octets;
            break;
        }
        case SQL_BINARY:
        case SQL_VARBINARY:
            bytes_column(column, described->size);
            break;
        case SQL_LONGVARBINARY:
            bytes_column(column, 0);
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

/* The type that PostgreSQL's name says, where novate has it; the driver's own mapping invents
 * numeric(28,6) and reads money as a float. */
static struct type postgres_type(const struct odbc_described *described)
{
    struct type type = type_of(TYPE_OTHER);
    const char *name = described->type_name;
    if (!described->from_catalogue && strcmp(name, "char") == 0) {
        return text_type(TYPE_CHAR, described->size);
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
        wide_column(column, type_of(TYPE_TEXT), 0);
        /* What the type's output function gives; a cast may differ (inet). */
        column->expression = "CASE WHEN $ IS NULL THEN NULL ELSE format('%s', $) END";
        /* Only known types are sure to have an order. */
        column->key_text = described->from_catalogue ? column->key_text : NULL;
        return;
    }
    wide_column(column, type, type.length > 0 ? (SQLULEN)type.length : 0);
}

/* Everything that the driver would write anew (dates beyond its structs, infinity, BC) is cast to
 * text by the server. Texts come as UTF-16: through SQL_C_CHAR they depend on the locale. */
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
        integer_column(column, column->type.id);
        break;
    case TYPE_NUMERIC: {
        struct type type = column->type;
        decimal_column(column, type.precision > 0 ? (SQLULEN)type.precision : 0, type.scale);
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
        bytes_column(column, 0);
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

/* SQLite stores in any column values of any type, and its driver hides which: texts are cut at
 * U+0000, numbers at 15 digits. So the server puts a letter before each value. */
#define SQLITE_TAGGED                                                                              \
    "CASE typeof($) WHEN 'text' THEN CASE WHEN instr($, char(0)) > 0 THEN 'z' ELSE 't' || $ END "  \
    "WHEN 'integer' THEN 'i' || $ WHEN 'real' THEN 'r' || printf('%!.20e', $) "                    \
    "WHEN 'blob' THEN 'b' || hex($) END"

static bool contains(const char *text, const char *part)
{
    size_t size = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, size) == 0) {
            return true;
        }
    }
    return false;
}

/* By the declared type's name, then by affinity. Lengths and scales are left out: SQLite does not
 * enforce them. */
static struct type sqlite_type(const char *name)
{
    struct type type;
    if (type_parse(text_of(name), &type)) {
        if (type_is_integer(type.id)) {
            return type_of(TYPE_INT8);
        }
        return type_of(type_is_text(type.id)    ? TYPE_TEXT
                       : type.id == TYPE_FLOAT4 ? TYPE_FLOAT8
                       : type.id == TYPE_OTHER  ? TYPE_TEXT
                                                : type.id);
    }
    if (contains(name, "int")) {
        return type_of(TYPE_INT8);
    }
    if (contains(name, "blob")) {
        return type_of(TYPE_BYTEA);
    }
    if (contains(name, "real") || contains(name, "floa") || contains(name, "doub")) {
        return type_of(TYPE_FLOAT8);
    }
    if (contains(name, "datetime")) {
        return type_of(TYPE_TIMESTAMP);
    }
    return type_of(contains(name, "number") ? TYPE_NUMERIC : TYPE_TEXT);
}

static bool sqlite_column(const struct odbc_described *described,
                          struct arena *arena,
                          struct odbc_column *column)
{
    (void)arena;
    column->type = sqlite_type(described->type_name);
    column->form = ODBC_FORM_TAGGED;
    column->width = 0;
    column->expression = SQLITE_TAGGED;
    column->parameter_type = SQL_VARCHAR;
    /* The column's affinity makes the text of a key what it was; a column without one, or of
     * floating point, would be compared otherwise than it is stored. */
    bool compares = described->from_catalogue && described->type_name[0] != '\0' &&
                    column->type.id != TYPE_BYTEA && column->type.id != TYPE_FLOAT8;
    column->key_text = compares ? "CAST($ AS TEXT)" : NULL;
    return true;
}

static const struct odbc_dialect dialects[] = {
    {.name = "MariaDB",
     .product = "maria",
     .library = "maodbc",
     .manners = "NO_CACHE=1;FORWARDONLY=1",
     .wide = true,
     .schema_is_catalog = true,
     .snapshot = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
     .snapshot_end = "COMMIT",
     .session = "SET SESSION TRANSACTION READ ONLY\nSET time_zone = '+00:00'",
     .schema = "SELECT DATABASE()",
     .column = mariadb_column},
    {.name = "PostgreSQL",
     .product = "postgres",
     .library = "psqlodbc",
     .unfit = "psqlodbca", /* cannot give UTF-16, and its texts depend on the locale */
     .manners = "UseDeclareFetch=1;Fetch=2048;ByteaAsLongVarBinary=1;BoolsAsChar=0",
     .wide = true,
     .rereads_block = true,
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
     .column = postgres_column},
    {.name = "SQLite",
     .product = "sqlite",
     .library = "sqlite",
     .manners = "StepAPI=1;NoCreat=1",
     .session = "PRAGMA query_only = 1",
     .columns = "SELECT name, type, CASE WHEN \"notnull\" OR (pk = 1 AND upper(type) = 'INTEGER' "
                "AND sum(pk > 0) OVER () = 1) THEN 0 ELSE 1 END FROM pragma_table_xinfo(?) "
                "WHERE hidden <> 1 ORDER BY cid",
     .column_parameters = 1,
     .column = sqlite_column},
    {.name = "generic", .wide = true, .modulo_function = true, .column = generic_column},
};
#define DIALECT_COUNT (sizeof dialects / sizeof dialects[0])

const struct odbc_dialect *odbc_dialect_of_product(const char *product)
{
    size_t i = 0;
    while (dialects[i].product != NULL && !contains(product, dialects[i].product)) {
        i++;
    }
    return &dialects[i];
}

/* The value after `KEY=`, or NULL. Values in braces may hold anything, and are skipped. */
static const char *value_of(const char *connection_string, const char *key, size_t size)
{
    const char *at = connection_string;
    while (*at != '\0') {
        at += strspn(at, "; ");
        size_t length = strcspn(at, "=;");
        if (length == size && strncasecmp(at, key, size) == 0) {
            return at + length + (at[length] == '=' ? 1 : 0);
        }
        at += length;
        if (at[0] == '=' && at[1] == '{') {
            const char *brace = strchr(at, '}');
            at = brace != NULL ? brace : at + strlen(at);
        }
        at += strcspn(at, ";");
    }
    return NULL;
}

const struct odbc_dialect *odbc_dialect_of_string(const char *connection_string)
{
    const char *driver = value_of(connection_string, "DRIVER", strlen("DRIVER"));
    size_t size = driver == NULL ? 0 : strcspn(driver, ";");
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        const char *library = dialects[i].library;
        for (size_t k = 0; library != NULL && k + strlen(library) <= size; k++) {
            if (strncasecmp(driver + k, library, strlen(library)) == 0) {
                return &dialects[i];
            }
        }
    }
    return NULL;
}

const char *odbc_dialect_manners(const struct odbc_dialect *dialect,
                                 const char *connection_string,
                                 struct arena *arena)
{
    const char *result = "";
    const char *at = dialect->manners != NULL ? dialect->manners : "";
    while (result != NULL && *at != '\0') {
        size_t size = strcspn(at, ";");
        size_t key_size = strcspn(at, "=");
        if (value_of(connection_string, at, key_size) == NULL) {
            result = arena_format(arena, "%s;%.*s", result, (int)size, at);
        }
        at += size + (at[size] == ';' ? 1 : 0);
    }
    return result;
}
