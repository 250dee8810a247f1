/* scripted.h — an ODBC driver that answers from a script, for servers that cannot be had.
 *
 * It is loaded through unixODBC like any other (DRIVER=…/scripted.so;SCRIPT=file;LOG=file), says
 * that it is whatever server the script names, answers each statement by the first rule of the
 * script that matches, and writes all that it is asked into the log, parameters included. What no
 * rule knows is refused, so that a test sees every statement that is sent. The script:
 *
 *     dbms Oracle 19.00.0000      SQL_DBMS_NAME and SQL_DBMS_VER; a name in double quotes may hold
 *     driver libsqora.so.19.1     blanks. SQL_DRIVER_NAME
 *     quote "                     SQL_IDENTIFIER_QUOTE_CHAR
 *     no-bigint                   SQL_C_SBIGINT is refused, as Oracle's driver does
 *     getdata any bound           SQL_GETDATA_EXTENSIONS
 *     on SELECT % FROM T WHERE %  the statement; % is anything. SQLTables() is the statement
 *                                 "SQLTables(catalog, schema, table)", connecting is "connect"
 *       when 1 500                only where parameter 1 is "500"
 *       times 2                   only twice; then the next rule that matches
 *       column NAME decimal 12 2 notnull as NUMBER      SQL type (or its number), size, digits
 *       row 1|Smith|\N            one row; \N is NULL, \| a bar, \n a line end, \r{5000}x 5000 x
 *       rows ?1+1 ?2 #|name #     rows of the integers from … to …, # stands for each
 *       latency 20                milliseconds before the answer
 *       fail 42S02 942 TEXT       refused, with SQLSTATE, native code and text
 *       fail-after 5 08S01 3113 TEXT     gives five rows, and then that
 *       drop                      and the connection is gone: nothing is answered any more
 *
 * Rows beyond the statement's own limit (LIMIT n, TOP (n), FETCH FIRST n, ROWNUM <= n) are not
 * given. The log has a line per call: "connect string", "sql …" and one "  1 varchar text" per
 * parameter, "autocommit off", "commit", "rollback", "disconnect".
 *
 * Counts (`times`) last as long as the process. Threads may share a script.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_SCRIPTED_H
#define NOVATE_TESTS_SCRIPTED_H

#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_COLUMNS_MAX    64
#define SCRIPT_PARAMETERS_MAX 64

struct script_column {
    char *name;
    char *type_name;
    SQLSMALLINT type;
    SQLULEN size;
    SQLSMALLINT digits;
    bool notnull;
    bool is_unsigned;
};

/* A row, or a range of rows. */
struct script_row {
    char *from; /* NULL: one row */
    char *to;
    char *text; /* fields, still escaped */
    struct script_row *next;
};

struct script_failure {
    char state[6];
    SQLINTEGER native;
    char *text; /* NULL: none */
};

struct script_rule {
    char *pattern;
    int when_parameter; /* from 1 on; 0: whatever they are */
    char *when_value;
    long times; /* left; -1: for ever */
    long latency_ms;
    struct script_column columns[SCRIPT_COLUMNS_MAX];
    int column_count;
    struct script_row *rows;
    struct script_row **rows_end;
    struct script_failure failure;
    int64_t fail_after; /* rows; -1: at once */
    bool drop;
    struct script_rule *next;
};

struct script {
    char *path;
    char *product;
    char *version;
    char *driver;
    char *quote;
    bool no_bigint;
    SQLUINTEGER getdata;
    struct script_rule *rules;
    struct script *next;
};

/* Reads it once per process; NULL: it is not to be read, or says what it should not. */
struct script *script_open(const char *path);
/* The first rule that matches and is not used up; uses it. NULL: none. */
const struct script_rule *script_match(struct script *script,
                                       const char *sql,
                                       char *const *parameters,
                                       int count);
/* Field `column` of a row's text, unescaped, with `number` for each #; false: NULL. The caller
 * frees it. */
bool script_field(const char *row, int column, int64_t number, char **field);
/* "?2+1" or "17". */
int64_t script_number(const char *text, char *const *parameters, int count);
/* How many rows the statement asks for, or INT64_MAX. */
int64_t script_limit(const char *sql);

/* Everything that a connection or a statement says when it refuses. */
struct diagnostics {
    char state[6];
    SQLINTEGER native;
    char text[512];
};

struct connection {
    struct script *script;
    char *log;
    bool dead;
    struct diagnostics diagnostics;
};

struct binding {
    SQLSMALLINT c_type;
    void *data;
    SQLLEN size;
    SQLLEN *indicator;
    SQLSMALLINT sql_type; /* of parameters */
};

struct statement {
    struct connection *connection;
    struct binding parameters[SCRIPT_PARAMETERS_MAX];
    int parameter_count;
    struct binding columns[SCRIPT_COLUMNS_MAX];
    SQLULEN array_size;
    SQLULEN *fetched;
    SQLUSMALLINT *status;
    char *prepared;
    const struct script_rule *rule; /* of the open result */
    char *parameter_texts[SCRIPT_PARAMETERS_MAX];
    const struct script_row *row; /* the next one */
    int64_t number;               /* within a range of rows */
    bool in_range;
    int64_t given;
    int64_t limit;
    /* the rows of the last fetch, for SQLSetPos and SQLGetData */
    const struct script_row **block;
    int64_t *block_numbers;
    SQLULEN block_rows;
    SQLULEN position;
    int read_column; /* SQLGetData: which, and how far */
    size_t read_offset;
    struct diagnostics diagnostics;
};

/* In scripted_value.c: field text into the C type; sets the indicator to the whole length, `*more`
 * when it was cut. `offset` is where the piece begins, in bytes of the C type, and moves on. */
SQLRETURN value_give(const struct connection *connection,
                     const char *text,
                     const struct binding *binding,
                     size_t element,
                     size_t *offset,
                     struct diagnostics *diagnostics);
/* A text parameter as UTF-8; NULL for NULL. The caller frees it. */
char *value_parameter(const struct binding *binding);
/* UTF-16 with a terminator, in as many units as fit; gives the length without it. */
size_t wide_copy(const char *text, SQLWCHAR *units, size_t room);
char *narrow_copy(const SQLWCHAR *units, SQLLEN length);

void log_line(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));
SQLRETURN refuse(struct diagnostics *diagnostics,
                 const char *state,
                 SQLINTEGER native,
                 const char *text);
const char *sql_type_name(SQLSMALLINT type);
SQLSMALLINT sql_type_named(const char *name);

#define EXPORT __attribute__((visibility("default")))

#endif
