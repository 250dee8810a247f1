/* test_extract_types.c — every type of each real driver: boundary values are written with the
 * server's own literals, read through source.h, and are exactly what was written, or refused.
 *
 * The types and values are in types/<database>.def; the table of them in extract/README.md is
 * written from what was read: NOVATE_RECORD=1 writes it anew, and a stale one is a failure.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"
#include "odbc_reading.h"
#include "temp_folder.h"
#include "temporary.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define README_BYTES_MAX ((size_t)1 << 20)

/* Of a literal or value that the README shows. */
#define SHOWN_BYTES 48

enum entry_kind {
    ENTRY_TYPE,    /* a type of the database, and what novate makes of it */
    ENTRY_EXACT,   /* a literal, and the text of the value that is read */
    ENTRY_REFUSED, /* a literal, and the class of the row error */
    ENTRY_DIFFERS  /* a literal, what is read instead, and why */
};

struct entry {
    enum entry_kind kind;
    const char *literal; /* or the type */
    const char *read;    /* text, class or novate's type; "12345678…1000": begin and length */
    const char *reason;
};

#define TYPE(database, read)           {ENTRY_TYPE, database, read, NULL},
#define EXACT(literal, read)           {ENTRY_EXACT, literal, read, NULL},
#define REFUSED(literal, class)        {ENTRY_REFUSED, literal, class, NULL},
#define DIFFERS(literal, read, reason) {ENTRY_DIFFERS, literal, read, reason},
static const struct entry mariadb[] = {
#include "types/mariadb.def"
};
static const struct entry postgres[] = {
#include "types/postgres.def"
};
static const struct entry sqlite[] = {
#include "types/sqlite.def"
};
#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

struct database {
    const char *name;
    const char *string; /* for ODBC */
    const char *setup;  /* statements, one a line */
    const struct entry *entries;
    int count;
    struct text_buffer table;
    struct text_buffer faults; /* all are told, not the first only */
};

static void statement(const struct database *database, const char *sql)
{
    const char *const statements[] = {sql, NULL};
    odbc_admin(database->string, statements);
}

/* One table per type: rows are numbered as the literals are, and the last one is NULL. */
static void make_table(const struct database *database, const struct entry *type, int values)
{
    char table[512];
    char *lines = NULL;
    size_t size = 0;
    const char *statements[128];
    int count = 0;
    FILE *out = open_memstream(&lines, &size);
    ck_assert_ptr_nonnull(out);
    (void)snprintf(
        table, sizeof table, "CREATE TABLE typed (id int PRIMARY KEY, v %s)", type->literal);
    (void)fprintf(out, "%s%cDROP TABLE IF EXISTS typed%c%s%c", database->setup, 0, 0, table, 0);
    for (int i = 1; i <= values; i++) {
        (void)fprintf(out, "INSERT INTO typed VALUES (%d, %s)%c", i, type[i].literal, 0);
    }
    (void)fprintf(out, "INSERT INTO typed VALUES (%d, NULL)%c", values + 1, 0);
    ck_assert_int_eq(fclose(out), 0);
    for (const char *at = lines; at < lines + size; at += strlen(at) + 1) {
        ck_assert_int_lt(count, COUNT(statements) - 1);
        statements[count++] = at;
    }
    statements[count] = NULL;
    odbc_admin(database->string, statements);
    free(lines);
}

static bool is_read_as(const char *value, const char *expected)
{
    const char *dots = strstr(expected, "…");
    if (value == NULL) {
        return false;
    }
    return dots == NULL ? strcmp(value, expected) == 0
                        : strncmp(value, expected, (size_t)(dots - expected)) == 0 &&
                              strlen(value) == strtoul(dots + strlen("…"), NULL, 10);
}

static void fault(struct database *database,
                  const struct entry *type,
                  const struct entry *entry,
                  const struct reading_row *row,
                  const char *value)
{
    text_buffer_format(&database->faults,
                       "\n%s: %.200s is %.200s%s%s",
                       type->literal,
                       entry == NULL ? "NULL" : entry->literal,
                       value != NULL ? value : "(NULL)",
                       row->refused != NULL ? ", refused as " : "",
                       row->refused != NULL ? row->refused : "");
}

static void check_values(struct database *database,
                         struct reading *reading,
                         const struct entry *type,
                         int values)
{
    for (int i = 1; i <= values + 1; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        int number = reading_find(reading, "id", id);
        const struct reading_row *row = &reading->rows[number];
        const char *value = reading_value(reading, number, "v");
        const struct entry *entry = i <= values ? &type[i] : NULL;
        bool ok = false;
        if (entry == NULL) {
            ok = value == NULL && row->refused == NULL;
        } else if (entry->kind == ENTRY_REFUSED) {
            ok = value == NULL && row->refused != NULL && strcmp(row->refused, entry->read) == 0;
        } else {
            ok = row->refused == NULL && is_read_as(value, entry->read);
        }
        if (!ok) {
            fault(database, type, entry, row, value);
        }
    }
}

/* A literal as a cell of the table: long ones are cut, since their ends are much the same. */
static void push_literal(struct text_buffer *out, const char *literal)
{
    size_t size = strlen(literal);
    size_t shown = size <= SHOWN_BYTES ? size : SHOWN_BYTES * 2 / 3;
    text_buffer_char(out, '`');
    for (size_t i = 0; i < shown; i++) {
        text_buffer_string(out, literal[i] == '|' ? "\\" : "");
        text_buffer_char(out, literal[i]);
    }
    text_buffer_string(out, shown < size ? "…`" : "`");
}

static void push_type(struct database *database, const struct entry *type, int values)
{
    struct text_buffer *out = &database->table;
    const char *separator = "";
    text_buffer_string(out, "| ");
    push_literal(out, type->literal[0] != '\0' ? type->literal : "(none)");
    text_buffer_format(out, " | `%s` | ", type->read);
    for (int i = 1; i <= values; i++) {
        if (type[i].kind == ENTRY_EXACT) {
            text_buffer_string(out, separator);
            push_literal(out, type[i].literal);
            separator = ", ";
        }
    }
    text_buffer_string(out, " | ");
    separator = "";
    for (int i = 1; i <= values; i++) {
        if (type[i].kind != ENTRY_EXACT) {
            text_buffer_string(out, separator);
            push_literal(out, type[i].literal);
            text_buffer_format(out, " → %s", type[i].read);
            if (type[i].reason != NULL) {
                text_buffer_format(out, " (%s)", type[i].reason);
            }
            separator = ", ";
        }
    }
    text_buffer_string(out, separator[0] != '\0' ? " |\n" : "|\n");
}

static void check_type(struct database *database, const struct entry *type, int values)
{
    struct plan_source settings = {
        .name = "old", .odbc = database->string, .timezone = "Europe/London"};
    struct relation_spec spec = reading_spec();
    struct reading reading;
    make_table(database, type, values);
    reading_open(&reading, &settings);
    spec.table = "typed";
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
    if (strcmp(reading_type(&reading, "v"), type->read) != 0) {
        text_buffer_format(
            &database->faults, "\n%s is read as %s", type->literal, reading_type(&reading, "v"));
    }
    check_values(database, &reading, type, values);
    push_type(database, type, values);
    reading_close(&reading);
}

static char *load(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, README_BYTES_MAX);
    ck_assert_msg(file != NULL && text != NULL, "no file %s", path);
    size_t size = fread(text, 1, README_BYTES_MAX - 1, file);
    ck_assert_uint_lt(size, README_BYTES_MAX - 1);
    (void)fclose(file);
    return text;
}

/* What stands between the markers of a database. */
static void compare_readme(struct database *database)
{
    const char *root = getenv("NOVATE_TEST_SOURCE");
    char path[4096];
    char begin[64];
    char end[64];
    (void)snprintf(path, sizeof path, "%s/extract/README.md", root != NULL ? root : ".");
    (void)snprintf(begin, sizeof begin, "<!-- types of %s -->\n", database->name);
    (void)snprintf(end, sizeof end, "<!-- end of types of %s -->", database->name);
    char *text = load(path);
    char *from = strstr(text, begin);
    char *to = strstr(text, end);
    ck_assert_msg(from != NULL && to != NULL && from < to, "%s has no %s", path, begin);
    from += strlen(begin);
    bool same = (size_t)(to - from) == database->table.size &&
                memcmp(from, database->table.data, database->table.size) == 0;
    if (!same && getenv("NOVATE_RECORD") != NULL) {
        FILE *file = fopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        (void)fwrite(text, 1, (size_t)(from - text), file);
        (void)fwrite(database->table.data, 1, database->table.size, file);
        (void)fputs(to, file);
        ck_assert_int_eq(fclose(file), 0);
        same = true;
    }
    free(text);
    ck_assert_msg(same, "%s is stale: run this test with NOVATE_RECORD=1", path);
}

static void check_database(struct database *database)
{
    text_buffer_init(&database->table, README_BYTES_MAX);
    text_buffer_init(&database->faults, README_BYTES_MAX);
    text_buffer_string(
        &database->table,
        "| type | is read as | exact | refused as, or different |\n|---|---|---|---|\n");
    for (int i = 0; i < database->count;) {
        int values = 0;
        while (i + values + 1 < database->count &&
               database->entries[i + values + 1].kind != ENTRY_TYPE) {
            values++;
        }
        ck_assert_int_eq(database->entries[i].kind, ENTRY_TYPE);
        check_type(database, &database->entries[i], values);
        i += values + 1;
    }
    ck_assert_msg(database->faults.size == 0, "%s", database->faults.data);
    compare_readme(database);
    text_buffer_release(&database->faults);
    text_buffer_release(&database->table);
}

START_TEST(mariadb_is_exact)
{
    struct database database = {.name = "MariaDB",
                                .string = getenv("NOVATE_TEST_MARIADB"),
                                .setup = "SET sql_mode = '', time_zone = '+00:00'",
                                .entries = mariadb,
                                .count = COUNT(mariadb)};
    check_database(&database);
}
END_TEST

static void check_postgres(const char *string)
{
    struct database database = {.name = "PostgreSQL",
                                .string = string,
                                .setup = "SET client_min_messages = error",
                                .entries = postgres,
                                .count = COUNT(postgres)};
    statement(&database,
              "SET client_min_messages = error; DROP TABLE IF EXISTS typed; "
              "DROP TYPE IF EXISTS mood, pair CASCADE; DROP DOMAIN IF EXISTS nhs_number; "
              "CREATE TYPE mood AS ENUM ('sad', U&'\\00E9'); "
              "CREATE DOMAIN nhs_number AS varchar(10); CREATE TYPE pair AS (a int, b text)");
    check_database(&database);
}

START_TEST(postgres_is_exact)
{
    check_postgres(getenv("NOVATE_TEST_ODBC_PG"));
}
END_TEST

/* Where the connection's settings are not ours to make, and the locale is none: through UTF-16. */
START_TEST(postgres_is_exact_in_any_locale)
{
    char string[512];
    ck_assert_int_eq(setenv("LC_ALL", "C", 1), 0);
    ck_assert_int_eq(setenv("LANG", "C", 1), 0);
    (void)snprintf(string,
                   sizeof string,
                   "%s;ConnSettings=set application_name to other",
                   getenv("NOVATE_TEST_ODBC_PG"));
    check_postgres(string);
}
END_TEST

START_TEST(sqlite_is_exact)
{
    char folder[TEMP_FOLDER_SIZE];
    char string[512];
    temp_folder_enter(folder);
    (void)snprintf(string,
                   sizeof string,
                   "DRIVER=%s;Database=%s/source.db",
                   getenv("NOVATE_TEST_SQLITE_DRIVER"),
                   folder);
    struct database database = {.name = "SQLite",
                                .string = string,
                                .setup = "PRAGMA synchronous = OFF",
                                .entries = sqlite,
                                .count = COUNT(sqlite)};
    check_database(&database);
    temp_folder_leave(folder);
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_MARIADB") == NULL || getenv("NOVATE_TEST_ODBC_PG") == NULL ||
        getenv("NOVATE_TEST_SQLITE_DRIVER") == NULL) {
        return 77;
    }
    Suite *suite = suite_create("extract_types");
    TCase *tests = tcase_create("extract_types");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, mariadb_is_exact);
    tcase_add_test(tests, postgres_is_exact);
    tcase_add_test(tests, postgres_is_exact_in_any_locale);
    tcase_add_test(tests, sqlite_is_exact);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
