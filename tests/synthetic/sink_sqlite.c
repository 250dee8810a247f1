/* sink_sqlite.c — Millennium's tables in a database of SQLite. A column that a row leaves at its
 * default stays bound to it. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "fatal.h"
#include "sink.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SQL_BYTES = 16 * 1024
};

struct sqlite_sink {
    struct sink sink;
    sqlite3 *database;
    sqlite3_stmt *insert;
    int bound[COLUMNS_MAX]; /* columns that the last row had otherwise */
    int bound_count;
    char moments[COLUMNS_MAX][MOMENT_TEXT];
    char sql[SQL_BYTES];
    size_t used;
};

static void check(const struct sqlite_sink *sink, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE) {
        fatal("SQLite: %s", sqlite3_errmsg(sink->database));
    }
}

__attribute__((format(printf, 2, 3))) static void say(struct sqlite_sink *sink,
                                                      const char *format,
                                                      ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(sink->sql + sink->used, SQL_BYTES - sink->used, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= SQL_BYTES - sink->used) {
        fatal("a statement is too long");
    }
    sink->used += (size_t)length;
}

static void run(struct sqlite_sink *sink)
{
    check(sink, sqlite3_exec(sink->database, sink->sql, NULL, NULL, NULL));
    sink->used = 0;
}

static void say_type(struct sqlite_sink *sink, const struct column *column)
{
    switch (column->type) {
    case COLUMN_NUMBER:
        say(sink, "BIGINT");
        break;
    case COLUMN_DOUBLE:
        say(sink, "DOUBLE");
        break;
    case COLUMN_MOMENT:
        say(sink, "TIMESTAMP");
        break;
    case COLUMN_DAY:
        say(sink, "DATE");
        break;
    case COLUMN_TEXT:
        say(sink, "VARCHAR(%d)", column->width);
        break;
    case COLUMN_CHAR:
        say(sink, "CHAR(%d)", column->width);
        break;
    case COLUMN_LONG_TEXT:
        say(sink, "TEXT");
        break;
    case COLUMN_BYTES:
        say(sink, "BLOB");
        break;
    }
}

static void say_columns(struct sqlite_sink *sink, const char *columns)
{
    for (const char *at = columns; *at != '\0'; at++) {
        say(sink, "%s", *at == ' ' ? ", " : (char[]){*at, '\0'});
    }
}

/* A table of large values stays an ordinary one: a tree of keys has no room for them. */
static bool has_large(const struct table *table)
{
    for (int i = 0; i < table->count; i++) {
        if (table->columns[i].type == COLUMN_BYTES || table->columns[i].type == COLUMN_LONG_TEXT) {
            return true;
        }
    }
    return false;
}

static void create(struct sqlite_sink *sink, const struct table *table)
{
    say(sink, "CREATE TABLE %s (", table->name);
    for (int i = 0; i < table->count; i++) {
        say(sink, "%s%s ", i > 0 ? ", " : "", table->columns[i].name);
        say_type(sink, &table->columns[i]);
        say(sink, "%s", table->columns[i].not_null ? " NOT NULL" : "");
    }
    if (table->unique) {
        say(sink, ", PRIMARY KEY (");
        say_columns(sink, table->key);
        say(sink, ")");
    }
    say(sink, ")%s", table->unique && !has_large(table) ? " WITHOUT ROWID" : "");
    run(sink);
}

static void bind(struct sqlite_sink *sink, int column, const struct value *value)
{
    char *moment = sink->moments[column];
    sqlite3_stmt *insert = sink->insert;

    switch (value->kind) {
    case VALUE_NULL:
        check(sink, sqlite3_bind_null(insert, column + 1));
        break;
    case VALUE_INTEGER:
        check(sink, sqlite3_bind_int64(insert, column + 1, value->integer));
        break;
    case VALUE_MOMENT: {
        int size = (int)moment_write(value->integer, FORM_ISO, moment);
        check(sink, sqlite3_bind_text(insert, column + 1, moment, size, SQLITE_STATIC));
        break;
    }
    case VALUE_TEXT:
        check(sink,
              sqlite3_bind_text(insert, column + 1, value->bytes, (int)value->size, SQLITE_STATIC));
        break;
    case VALUE_BYTES:
        check(sink,
              sqlite3_bind_blob(insert, column + 1, value->bytes, (int)value->size, SQLITE_STATIC));
        break;
    }
}

static bool wants(const struct sink *sink, const struct table *table)
{
    (void)sink;
    return table->system == MILLENNIUM;
}

static void begin(struct sink *base, struct row *row)
{
    struct sqlite_sink *sink = (struct sqlite_sink *)base;

    create(sink, row->table);
    say(sink, "INSERT INTO %s VALUES (", row->table->name);
    for (int i = 0; i < row->table->count; i++) {
        say(sink, "%s", i > 0 ? ", ?" : "?");
    }
    say(sink, ")");
    check(sink, sqlite3_prepare_v2(sink->database, sink->sql, -1, &sink->insert, NULL));
    sink->used = 0;
    sink->bound_count = 0;
    for (int i = 0; i < row->table->count; i++) {
        bind(sink, i, &row->values[i]);
    }
}

static void write_row(struct sink *base, const struct row *row)
{
    struct sqlite_sink *sink = (struct sqlite_sink *)base;

    for (int i = 0; i < sink->bound_count; i++) {
        if (!row->is_touched[sink->bound[i]]) {
            bind(sink, sink->bound[i], &row->values[sink->bound[i]]);
        }
    }
    for (int i = 0; i < row->touched_count; i++) {
        bind(sink, row->touched[i], &row->values[row->touched[i]]);
        sink->bound[i] = row->touched[i];
    }
    sink->bound_count = row->touched_count;
    check(sink, sqlite3_step(sink->insert));
    check(sink, sqlite3_reset(sink->insert));
}

static void create_index(struct sqlite_sink *sink,
                         const struct table *table,
                         const char *suffix,
                         const char *columns)
{
    say(sink, "CREATE INDEX %s_%s ON %s (", table->name, suffix, table->name);
    say_columns(sink, columns);
    say(sink, ")");
    run(sink);
}

static void end(struct sink *base, struct table *table)
{
    struct sqlite_sink *sink = (struct sqlite_sink *)base;

    check(sink, sqlite3_finalize(sink->insert));
    if (!table->unique) {
        create_index(sink, table, "KEY", table->key);
    }
    if (table->index != NULL) {
        create_index(sink, table, "INDEX", table->index);
    }
}

/* Each row of an answer is a statement. */
static void run_each(struct sqlite_sink *sink, const char *query)
{
    sqlite3_stmt *statements = NULL;

    check(sink, sqlite3_prepare_v2(sink->database, query, -1, &statements, NULL));
    while (sqlite3_step(statements) == SQLITE_ROW) {
        say(sink, "%s", (const char *)sqlite3_column_text(statements, 0));
        run(sink);
    }
    check(sink, sqlite3_finalize(statements));
}

/* Where both have the same form, and one is empty, SQLite moves rows without looking into them. */
void sink_sqlite_take_in(struct sink *base, const char *path)
{
    struct sqlite_sink *sink = (struct sqlite_sink *)base;

    say(sink, "COMMIT; ATTACH '%s' AS beside", path);
    run(sink);
    run_each(sink, "SELECT sql FROM beside.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
    run_each(sink,
             "SELECT 'INSERT INTO main.' || name || ' SELECT * FROM beside.' || name "
             "FROM beside.sqlite_schema WHERE type = 'table'");
    say(sink, "DETACH beside; BEGIN");
    run(sink);
    (void)unlink(path);
}

static void close_sink(struct sink *base)
{
    struct sqlite_sink *sink = (struct sqlite_sink *)base;

    check(sink, sqlite3_exec(sink->database, "COMMIT", NULL, NULL, NULL));
    check(sink, sqlite3_close(sink->database));
    free(sink);
}

struct sink *sink_sqlite(const char *path)
{
    struct sqlite_sink *sink = calloc(1, sizeof *sink);

    if (sink == NULL) {
        fatal("no memory");
    }
    (void)unlink(path);
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sink->sink = (struct sink){wants, begin, write_row, end, close_sink};
    check(sink,
          sqlite3_open_v2(path,
                          &sink->database,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                          NULL));
    check(sink,
          sqlite3_exec(sink->database,
                       "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                       "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; BEGIN",
                       NULL,
                       NULL,
                       NULL));
    return (struct sink *)sink; /* its first member */
}
