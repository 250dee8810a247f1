/* test_extract_sqlite.c — SQLite through libsqliteodbc: values of any type in any column, long
 * values, chunks.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"
#include "odbc_partition.h"
#include "odbc_reading.h"
#include "temp_folder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;

static char folder[TEMP_FOLDER_SIZE];
static char string[512];

static void setup(void)
{
    temp_folder_enter(folder);
    (void)snprintf(string,
                   sizeof string,
                   "DRIVER=%s;Database=%s/source.db",
                   getenv("NOVATE_TEST_SQLITE_DRIVER"),
                   folder);
    settings = (struct plan_source){.name = "old", .odbc = string, .timezone = "UTC"};
    spec = reading_spec();
}

static void teardown(void)
{
    if (reading.source != NULL) {
        reading_close(&reading);
    }
    temp_folder_leave(folder);
}

static void read_all(void)
{
    reading_open(&reading, &settings);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

START_TEST(declared_types_hold_whatever_was_stored)
{
    static const char *const make[] = {
        "CREATE TABLE t (id INTEGER PRIMARY KEY, i INT, n DECIMAL(12,2), r REAL, x DOUBLE, "
        "c VARCHAR(3), b BLOB, d DATE, ts DATETIME, o BOOLEAN, u)",
        "INSERT INTO t VALUES (1, 9223372036854775807, '1234567890123.25', 0.1, 1.0 / 3, "
        "'longer than three', x'00ff', '2024-02-29', '2024-02-29 12:00:00.5', 1, 5.0)",
        "INSERT INTO t (id, x, c, u) VALUES (2, 1.7976931348623157e308, 12, 'x')",
        NULL};
    static const char *const expected[][3] = {
        {"id", "bigint", "1"},
        {"i", "bigint", "9223372036854775807"},
        {"n", "numeric", "1234567890123.25"},
        {"r", "double precision", "0.1"},
        {"x", "double precision", "0.3333333333333333"},
        {"c", "text", "longer than three"},
        {"b", "bytea", "\\x00ff"},
        {"d", "date", "2024-02-29"},
        {"ts", "timestamp without time zone", "2024-02-29 12:00:00.5"},
        {"o", "boolean", "t"},
        {"u", "text", "5.0"}};
    odbc_admin(string, make);
    spec.table = "T";
    read_all();
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_str_eq(reading_type(&reading, expected[i][0]), expected[i][1]);
        ck_assert_str_eq(reading_value(&reading, 0, expected[i][0]), expected[i][2]);
    }
    ck_assert(!reading_column(&reading, "id")->nullable);
    ck_assert_str_eq(reading_value(&reading, 1, "x"), "1.7976931348623157e+308");
    ck_assert_str_eq(reading_value(&reading, 1, "c"), "12");
    ck_assert_ptr_null(reading.rows[1].refused);
}
END_TEST

START_TEST(values_of_another_type_are_refused)
{
    static const char *const cases[][3] = {{"INT", "'abc'", "TYPE"},
                                           {"INT", "1.5", "TYPE"},
                                           {"INT", "x'31'", "TYPE"},
                                           {"DECIMAL", "'1,5'", "TYPE"},
                                           {"REAL", "'zz'", "TYPE"},
                                           {"TEXT", "x'41'", "TYPE"},
                                           {"TEXT", "'a' || char(0) || 'b'", "NUL"},
                                           {"BLOB", "'text'", "TYPE"},
                                           {"DATE", "20240101", "TYPE"},
                                           {"DATE", "'2024-02-30'", "RANGE"},
                                           {"DATE", "'soon'", "TYPE"},
                                           {"BOOLEAN", "2", "TYPE"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char create[128];
        char insert[128];
        (void)snprintf(create, sizeof create, "CREATE TABLE t%zu (v %s)", i, cases[i][0]);
        (void)snprintf(insert, sizeof insert, "INSERT INTO t%zu VALUES (%s)", i, cases[i][1]);
        const char *const make[] = {create, insert, NULL};
        char table[16];
        (void)snprintf(table, sizeof table, "t%zu", i);
        odbc_admin(string, make);
        spec.table = table;
        read_all();
        ck_assert_int_eq(reading.count, 1);
        ck_assert_msg(reading.rows[0].refused != NULL, "%s in %s", cases[i][1], cases[i][0]);
        ck_assert_str_eq(reading.rows[0].refused, cases[i][2]);
        ck_assert_ptr_null(reading_value(&reading, 0, "v"));
        reading_close(&reading);
    }
    reading.source = NULL;
}
END_TEST

START_TEST(long_values_and_other_scripts_are_whole)
{
    static const char *const make[] = {
        "CREATE TABLE \"Größe\" (id INTEGER PRIMARY KEY, \"wört\" TEXT, b BLOB)",
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
        "INSERT INTO \"Größe\" SELECT i, replace(hex(zeroblob(i * 137)), '00', '😀'), "
        "zeroblob(i * 137) FROM n",
        NULL};
    odbc_admin(string, make);
    spec.table = "größe";
    spec.where = "\"wört\" <> 'é'";
    read_all();
    ck_assert_int_eq(reading.count, 41);
    for (int row = 0; row < reading.count; row++) {
        size_t i = strtoul(reading_value(&reading, row, "id"), NULL, 10);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "wört")), 4 * 137 * i);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "b")), 2 + 2 * 137 * i);
    }
}
END_TEST

START_TEST(keys_are_partitioned)
{
    static const struct {
        const char *columns, *value;
        struct partition_case partition;
    } cases[] = {{"k INTEGER PRIMARY KEY", "i * 3", {.table = "k0", .key = {"k"}, .rows = 200}},
                 {"k TEXT COLLATE NOCASE NOT NULL",
                  "CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'A' ELSE 'ü' END || (i / 6)",
                  {.table = "k1", .key = {"k"}, .rows = 200}},
                 {"k INT", /* and texts among them */
                  "CASE WHEN i % 5 = 0 THEN 'x' || i WHEN i % 7 > 0 THEN i * i END",
                  {.table = "k2", .key = {"k"}, .rows = 200, .nullable = true}},
                 {"a TEXT NOT NULL, b INT NOT NULL",
                  "'t' || i % 4, i",
                  {.table = "k3", .key = {"a", "b"}, .rows = 200}}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct partition_case *partition = &cases[i].partition;
        char create[256];
        char insert[512];
        (void)snprintf(create,
                       sizeof create,
                       "CREATE TABLE %s (id INT, %s)",
                       partition->table,
                       cases[i].columns);
        (void)snprintf(insert,
                       sizeof insert,
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                       "%d) INSERT INTO %s SELECT i, %s FROM n",
                       partition->rows,
                       partition->table,
                       cases[i].value);
        const char *const make[] = {create, insert, NULL};
        odbc_admin(string, make);
        reading.source = NULL;
        /* Only the id is read: texts in k2's integer column would be refused. */
        partition_check(&settings, partition);
    }
}
END_TEST

/* A snapshot that lasts holds writers off, unless they write to a log of their own (WAL). */
START_TEST(the_source_can_be_written_while_it_is_read)
{
    bool wal = _i == 1;
    const char *const make[] = {wal ? "PRAGMA journal_mode = wal" : "PRAGMA journal_mode = delete",
                                "CREATE TABLE t (id INTEGER PRIMARY KEY)",
                                "INSERT INTO t VALUES (1), (2)",
                                NULL};
    static const char *const add[] = {"INSERT INTO t VALUES (3)", NULL};
    char impatient[sizeof string + 16];
    odbc_admin(string, make);
    spec.table = "t";
    read_all();
    ck_assert_int_eq(reading.count, 2);
    (void)snprintf(impatient, sizeof impatient, "%s;Timeout=50", string);
    odbc_admin(impatient, add);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 3);
    ck_assert_str_eq(relation_consistency(reading.relation),
                     wal ? "a snapshot per connection" : "per chunk");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_not_made)
{
    struct source *source = NULL;
    struct error error = ERROR_NONE;
    ck_assert(!source_open(&settings, NULL, &source, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE_CONNECT);
    ck_assert_int_ne(remove("source.db"), 0);
}
END_TEST

static void assert_repaired(const char *name, uint64_t count, const char *first)
{
    const struct counter *item = counters_find(&reading.counters, "repair", name);
    ck_assert_msg(item != NULL, "nothing was counted as %s", name);
    ck_assert_uint_eq(item->count, count);
    ck_assert_str_eq(item->first, first);
}

START_TEST(declared_encodings_and_policies_hold_for_stored_bytes)
{
    static const char *const make[] = {
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, d TEXT, n INT)",
        "INSERT INTO t VALUES (1, CAST(x'4dfc6c81' AS TEXT), 'a' || char(0) || 'b', 5)",
        "INSERT INTO t VALUES (2, 'plain', 'plain', 6)",
        NULL};
    static const struct relation_column columns[] = {
        {.name = "C", .encoding = "windows-1252", .decode = POLICY_REPLACE},
        {.name = "d", .nul = POLICY_REPLACE}};
    odbc_admin(string, make);
    spec.table = "t";
    read_all();
    ck_assert_str_eq(reading.rows[0].refused, "ENCODING");
    ck_assert_str_eq(reading.rows[0].message,
                     "byte 0xfc at 0x1 of the value is no character of its encoding");
    reading_close(&reading);
    spec.columns = columns;
    spec.column_count = 2;
    read_all();
    ck_assert_ptr_null(reading.rows[0].refused);
    ck_assert_str_eq(reading_value(&reading, 0, "c"), "M\xC3\xBCl\xEF\xBF\xBD");
    ck_assert_str_eq(reading_value(&reading, 0, "d"),
                     "a\xEF\xBF\xBD"
                     "b");
    ck_assert_str_eq(reading_value(&reading, 1, "c"), "plain");
    assert_repaired("c undecodable replaced", 1, "chunk 0 byte 0x3 of the value (0x81)");
    assert_repaired("d U+0000 replaced", 1, "chunk 0 byte 0x1 of the value (0x00)");
}
END_TEST

START_TEST(stored_bytes_that_are_no_utf8_can_be_windows_1252)
{
    static const char *const make[] = {
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT, d TEXT, n INT)",
        "INSERT INTO t VALUES (1, CAST(x'5ac3ab4f925265' AS TEXT), 'Zoë', 5)",
        "INSERT INTO t VALUES (2, CAST(x'9281' AS TEXT), 'plain', 6)",
        "INSERT INTO t VALUES (3, 'plain', CAST(x'92' AS TEXT), 7)",
        NULL};
    static const struct relation_column columns[] = {
        {.name = "c", .encoding = "UTF-8", .decode = POLICY_WINDOWS_1252}};
    odbc_admin(string, make);
    spec.table = "t";
    spec.columns = columns;
    spec.column_count = 1;
    read_all();
    ck_assert_str_eq(reading_value(&reading, 0, "c"), "ZëO’Re");
    ck_assert_str_eq(reading_value(&reading, 0, "d"), "Zoë");
    ck_assert_str_eq(
        reading.rows[1].message,
        "byte 0x81 at 0x1 of the value is no character of its encoding, nor of windows-1252");
    ck_assert_str_eq(reading.rows[2].refused, "ENCODING"); /* another column */
    assert_repaired(
        "c undecodable read as windows-1252", 1, "chunk 0 byte 0x4 of the value (0x92)");
    reading_close(&reading);
    spec.encoding = "UTF-8";
    spec.decode = POLICY_WINDOWS_1252;
    spec.column_count = 0;
    read_all();
    ck_assert_str_eq(reading_value(&reading, 2, "d"), "’");
    ck_assert_str_eq(reading_value(&reading, 2, "n"), "7");
}
END_TEST

START_TEST(an_encoding_that_makes_no_sense_is_a_problem)
{
    static const char *const make[] = {"CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT)", NULL};
    static const struct {
        struct relation_column column;
        const char *problem;
    } cases[] = {{{.name = "x"}, "column \"x\" does not exist"},
                 {{.name = "id", .encoding = "UTF-8"}, "column \"id\" is no text"},
                 {{.name = "c", .encoding = "UTF-16"}, "encoding \"UTF-16\" is for files"},
                 {{.name = "c", .encoding = "none"}, "encoding \"none\" cannot be read"}};
    odbc_admin(string, make);
    spec.table = "t";
    spec.column_count = 1;
    for (size_t i = 0; i < COUNT(cases); i++) {
        spec.columns = &cases[i].column;
        reading_open(&reading, &settings);
        ck_assert(!reading_describe(&reading, &spec));
        ck_assert_ptr_nonnull(strstr(reading_problem(&reading), cases[i].problem));
        reading_close(&reading);
    }
    reading.source = NULL;
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_SQLITE_DRIVER") == NULL) {
        return 77;
    }
    Suite *suite = suite_create("extract_sqlite");
    TCase *tests = tcase_create("extract_sqlite");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, declared_types_hold_whatever_was_stored);
    tcase_add_test(tests, values_of_another_type_are_refused);
    tcase_add_test(tests, long_values_and_other_scripts_are_whole);
    tcase_add_test(tests, declared_encodings_and_policies_hold_for_stored_bytes);
    tcase_add_test(tests, stored_bytes_that_are_no_utf8_can_be_windows_1252);
    tcase_add_test(tests, an_encoding_that_makes_no_sense_is_a_problem);
    tcase_add_test(tests, keys_are_partitioned);
    tcase_add_loop_test(tests, the_source_can_be_written_while_it_is_read, 0, 2);
    tcase_add_test(tests, a_file_that_is_not_there_is_not_made);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
