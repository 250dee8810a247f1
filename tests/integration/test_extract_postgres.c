/* test_extract_postgres.c — PostgreSQL through psqlODBC: every type to its ends, long values,
 * chunks, names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"
#include "odbc_partition.h"
#include "odbc_reading.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;

static void setup(void)
{
    settings = (struct plan_source){
        .name = "platform", .odbc = getenv("NOVATE_TEST_ODBC_PG"), .timezone = "Europe/London"};
    spec = reading_spec();
    reading_open(&reading, &settings);
}

static void teardown(void)
{
    reading_close(&reading);
}

static void read_all(void)
{
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
}

/* Column, type, value of the first row, value of the second; NULL is NULL. */
struct expectation {
    const char *column, *type, *first, *second;
};

static void assert_equal(const char *column, const char *value, const char *expected)
{
    ck_assert_msg(
        (value == NULL) == (expected == NULL), "%s is %s", column, value == NULL ? "NULL" : value);
    if (value != NULL) {
        ck_assert_msg(strcmp(value, expected) == 0, "%s is %s", column, value);
    }
}

static void assert_rows(const struct expectation *expected, size_t count)
{
    int first = reading_find(&reading, "id", "1");
    int second = reading_find(&reading, "id", "2");
    for (size_t i = 0; i < count; i++) {
        const char *column = expected[i].column;
        assert_equal(column, reading_type(&reading, column), expected[i].type);
        assert_equal(column, reading_value(&reading, first, column), expected[i].first);
        assert_equal(column, reading_value(&reading, second, column), expected[i].second);
    }
}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *const make_every_type[] = {
    "SET client_min_messages = error",
    "DROP TABLE IF EXISTS every_type",
    "DROP DOMAIN IF EXISTS nhs_number",
    "DROP TYPE IF EXISTS mood CASCADE",
    "CREATE TYPE mood AS ENUM ('sad', 'happy')",
    "CREATE DOMAIN nhs_number AS varchar(10)",
    "CREATE TABLE every_type (id int PRIMARY KEY, s smallint, b bigint NOT NULL, n numeric, "
    "np numeric(12,2), r real, d double precision, o boolean, c char(5), v varchar(20), "
    "t text, y bytea, da date, ti time, ts timestamp, ts3 timestamp(3), tz timestamptz, "
    "u uuid, j jsonb, a int[], m mood, x nhs_number, iv interval, ip inet, mo money, "
    "bi bit(5), oi oid, na name, dn text)",
    "INSERT INTO every_type VALUES (1, -32768, -9223372036854775808, "
    "-1234567890123456789012345678901234567890.12345678901234567890, -1234567890.10, 1.1, "
    "0.1, true, 'ab', U&'\\00E9\\20AC\\+01F600', '', '\\x00ff', '4713-01-01 BC', '24:00', "
    "'infinity', '2024-02-29 12:34:56.789', '2008-06-05 09:30:00+01', "
    "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{\"a\": 1}', '{1,NULL}', 'sad', '4010232137', "
    "'1 day 02:00', '10.0.0.1', '12.34', B'10101', 4294967295, 'nm', 'x'), "
    "(2, NULL, 9223372036854775807, 'NaN', NULL, '-Infinity', 1.7976931348623157e308, NULL, "
    "NULL, NULL, repeat(U&'\\00E9', 5000), '', 'infinity', '00:00:00.000001', "
    "'0044-03-15 12:00:00 BC', NULL, '294276-12-31 23:59:59.999999+00', NULL, NULL, NULL, "
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    NULL};

START_TEST(every_type_is_exact)
{
    char long_text[10001] = "";
    for (size_t i = 0; i < 5000; i++) {
        memcpy(long_text + 2 * i, "\xC3\xA9", 3);
    }
    const struct expectation expected[] = {
        {"s", "smallint", "-32768", NULL},
        {"b", "bigint", "-9223372036854775808", "9223372036854775807"},
        {"n", "numeric", "-1234567890123456789012345678901234567890.12345678901234567890", "NaN"},
        {"np", "numeric(12,2)", "-1234567890.10", NULL},
        {"r", "real", "1.1", "-Infinity"},
        {"d", "double precision", "0.1", "1.7976931348623157e+308"},
        {"o", "boolean", "t", NULL},
        {"c", "character(5)", "ab", NULL},
        {"v", "character varying(20)", "é€😀", NULL},
        {"t", "text", "", long_text},
        {"y", "bytea", "\\x00ff", "\\x"},
        {"da", "date", "4713-01-01 BC", "infinity"},
        {"ti", "time without time zone", "24:00:00", "00:00:00.000001"},
        {"ts", "timestamp without time zone", "infinity", "0044-03-15 12:00:00 BC"},
        {"ts3", "timestamp(3) without time zone", "2024-02-29 12:34:56.789", NULL},
        {"tz",
         "timestamp with time zone",
         "2008-06-05 08:30:00+00",
         "294276-12-31 23:59:59.999999+00"},
        {"u", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL},
        {"j", "text", "{\"a\": 1}", NULL},
        {"a", "text", "{1,NULL}", NULL},
        {"m", "text", "sad", NULL},
        {"x", "character varying(10)", "4010232137", NULL},
        {"iv", "text", "1 day 02:00:00", NULL},
        {"ip", "text", "10.0.0.1", NULL},
        {"mo", "text", "$12.34", NULL},
        {"bi", "text", "10101", NULL},
        {"oi", "bigint", "4294967295", NULL},
        {"na", "text", "nm", NULL}};
    odbc_admin(settings.odbc, make_every_type);
    spec.table = "Every_Type";
    read_all();
    assert_rows(expected, COUNT(expected));
    ck_assert(!reading_column(&reading, "b")->nullable);
    ck_assert(reading_column(&reading, "s")->nullable);
    /* The same through a query, of which only the driver knows the types. */
    spec.table = NULL;
    spec.query = "SELECT id, ts, tz, n, j, mo, iv, bi, t, d FROM every_type";
    read_all();
    ck_assert_str_eq(reading_type(&reading, "n"), "numeric");
    int row = reading_find(&reading, "id", "1");
    ck_assert_str_eq(reading_value(&reading, row, "n"), expected[2].first);
    ck_assert_str_eq(reading_value(&reading, row, "mo"), "$12.34");
    ck_assert_str_eq(reading_value(&reading, row, "bi"), "10101");
    ck_assert_str_eq(reading_value(&reading, row, "iv"), "1 day 02:00:00");
    ck_assert_str_eq(reading_value(&reading, row, "ts"), "infinity");
    ck_assert_str_eq(reading_value(&reading, row, "tz"), "2008-06-05 08:30:00+00");
}
END_TEST

/* Several in one block, in every column, among short ones: each is read again at its place. */
START_TEST(long_values_of_every_length_are_whole)
{
    static const char *const make[] = {
        "SET client_min_messages = error",
        "DROP TABLE IF EXISTS longs",
        "CREATE TABLE longs (id int PRIMARY KEY, a text, n numeric, b bytea)",
        "INSERT INTO longs SELECT i, CASE WHEN i % 3 > 0 THEN repeat('é', i * 7) END, "
        "(repeat('9', 1 + i % 200))::numeric, decode(repeat('ab', i * 5), 'hex') "
        "FROM generate_series(1, 1500) i",
        NULL};
    odbc_admin(settings.odbc, make);
    spec.table = "longs";
    read_all();
    ck_assert_int_eq(reading.count, 1500);
    for (int row = 0; row < reading.count; row++) {
        size_t i = strtoul(reading_value(&reading, row, "id"), NULL, 10);
        const char *text = reading_value(&reading, row, "a");
        ck_assert_int_eq(text == NULL, i % 3 == 0);
        ck_assert_uint_eq(text == NULL ? i * 14 : strlen(text), i * 14);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "n")), 1 + i % 200);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "b")), 2 + i * 10);
    }
}
END_TEST

static void fill(const char *table, const char *columns, const char *value, int rows)
{
    char create[512];
    char insert[1024];
    char drop[128];
    (void)snprintf(drop, sizeof drop, "DROP TABLE IF EXISTS %s", table);
    (void)snprintf(create, sizeof create, "CREATE TABLE %s (id int NOT NULL, %s)", table, columns);
    (void)snprintf(insert,
                   sizeof insert,
                   "INSERT INTO %s SELECT i, %s FROM generate_series(1, %d) i",
                   table,
                   value,
                   rows);
    const char *const statements[] = {
        "SET client_min_messages = error", drop, create, insert, NULL};
    odbc_admin(settings.odbc, statements);
}

START_TEST(keys_of_any_type_are_partitioned)
{
    static const char *const collation[] = {
        "SET client_min_messages = error",
        "DROP COLLATION IF EXISTS no_case CASCADE",
        "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', "
        "deterministic = false)",
        NULL};
    static const struct {
        const char *table, *columns, *value;
        struct partition_case partition;
    } cases[] = {
        {"k_int",
         "k bigint NOT NULL",
         "i * i * (CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END)",
         {.key = {"k"},
          .rows = 300,
          .later = {"INSERT INTO k_int VALUES (301, -9223372036854775808)",
                    "INSERT INTO k_int VALUES (302, 9223372036854775807)"},
          .later_undo = "DELETE FROM k_int WHERE id > 300"}},
        {"k_text",
         "k text COLLATE no_case NOT NULL",
         "(CASE i % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'A' WHEN 2 THEN 'b' ELSE 'B' END) || i / 8",
         {.key = {"k"}, .rows = 200}},
        {"k_uuid", "k uuid NOT NULL", "md5(i::text)::uuid", {.key = {"k"}, .rows = 150}},
        {"k_stamp",
         "k timestamptz NOT NULL",
         "'2008-10-26 00:00:00.000001+00'::timestamptz + i * interval '1 minute'",
         {.key = {"k"}, .rows = 150}},
        {"k_numeric",
         "k numeric NOT NULL",
         "(i - 70) * 1.00000000000000000001",
         {.key = {"k"}, .rows = 150}},
        {"k_enum", "k \"char\" NOT NULL", "chr(65 + i % 26)::\"char\"", {.key = {"k"}, .rows = 80}},
        {"k_two",
         "a varchar(10), b date NOT NULL, c char(3) NOT NULL",
         "CASE WHEN i % 9 > 0 THEN 'ü' || i % 5 END, '2008-01-01'::date + i % 17, 'x' || i % 10",
         {.key = {"a", "b", "c"}, .rows = 250, .nullable = true}}};
    odbc_admin(settings.odbc, collation);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct partition_case partition = cases[i].partition;
        partition.table = cases[i].table;
        fill(cases[i].table, cases[i].columns, cases[i].value, partition.rows);
        partition_check(&settings, &partition);
    }
}
END_TEST

START_TEST(names_are_looked_up_in_schemas)
{
    static const char *const make[] = {"SET client_min_messages = error",
                                       "DROP SCHEMA IF EXISTS care CASCADE",
                                       "DROP SCHEMA IF EXISTS lab CASCADE",
                                       "CREATE SCHEMA care",
                                       "CREATE SCHEMA lab",
                                       "CREATE TABLE care.\"Patient\" (\"Id\" int)",
                                       "CREATE TABLE care.patient (id int)",
                                       "CREATE TABLE care.encounter (id int)",
                                       "CREATE TABLE lab.encounter (id int)",
                                       "CREATE TABLE lab.\"a.b\" (id int)",
                                       NULL};
    static const struct {
        const char *table, *problem;
    } cases[] = {{"CARE.Encounter", NULL},
                 {"care.patient", NULL},
                 {"care.\"Patient\"", NULL},
                 {"lab.\"a.b\"", NULL},
                 {"care.PATIENT", "ambiguous"},
                 {"encounter", "ambiguous"},
                 {"care.encounters", "Perhaps you meant \"care.encounter\"."},
                 {"lab.patient", "does not exist"},
                 {"a.b.c", "not the name of a table"}};
    odbc_admin(settings.odbc, make);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading one;
        reading_open(&one, &settings);
        spec.table = cases[i].table;
        bool found = reading_describe(&one, &spec);
        ck_assert_msg(found == (cases[i].problem == NULL), "%s", cases[i].table);
        ck_assert_msg(found || strstr(reading_problem(&one), cases[i].problem) != NULL,
                      "%s: %s",
                      cases[i].table,
                      reading_problem(&one));
        reading_close(&one);
    }
}
END_TEST

START_TEST(the_session_cannot_write)
{
    static const char *const make[] = {"SET client_min_messages = error",
                                       "DROP SEQUENCE IF EXISTS counter",
                                       "CREATE SEQUENCE counter",
                                       NULL};
    odbc_admin(settings.odbc, make);
    spec.query = "SELECT nextval('counter') AS n FROM generate_series(1, 3)";
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    const struct chunk_plan_options options = {.chunk_rows = 1};
    struct chunk_list chunks; /* counting reads already */
    ck_assert(!source_plan(
        reading.source, reading.relation, &options, &reading.arena, &chunks, &reading.error));
    ck_assert_int_eq(reading.error.code, ERROR_SOURCE);
    ck_assert_str_eq(reading.error.sqlstate, "25006");
    ck_assert_ptr_nonnull(strstr(reading.error.message, ": cannot execute nextval()"));
}
END_TEST

/* The last session that was opened: the reading's. */
static const char *const end_newest[] = {
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = "
    "current_database() AND pid <> pg_backend_pid() "
    "ORDER BY backend_start DESC LIMIT 1",
    NULL};

START_TEST(a_lost_connection_is_no_problem_of_the_mapping)
{
    spec.query = "SELECT 1 AS n";
    odbc_admin(settings.odbc, end_newest);
    ck_assert(!source_describe(reading.source,
                               &spec,
                               &reading.arena,
                               &reading.problems,
                               &reading.relation,
                               &reading.error));
    ck_assert_int_eq(reading.problems.errors, 0);
    ck_assert_int_eq(reading.error.code, ERROR_SOURCE_LOST);
}
END_TEST

START_TEST(a_lost_connection_is_made_again_to_describe)
{
    spec.query = "SELECT 1 AS n";
    settings.pace.retry_seconds_max = 60;
    odbc_admin(settings.odbc, end_newest);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
}
END_TEST

START_TEST(a_refused_value_is_not_told)
{
    spec.query = "SELECT i, ('Mr Sm' || 'ith ' || i)::int AS n FROM generate_series(1, 3) i";
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, 0);
    ck_assert(!reading_try(&reading));
    ck_assert_str_eq(reading.error.sqlstate, "22P02");
    ck_assert_ptr_null(strstr(reading.error.message, "Smith"));
    ck_assert_ptr_null(strstr(reading.error.detail, "Smith"));
}
END_TEST

START_TEST(a_declared_encoding_is_that_of_the_stored_bytes)
{
    static const char *const make[] = {
        "SET client_min_messages = error",
        "DROP TABLE IF EXISTS mojibake",
        "CREATE TABLE mojibake (id int PRIMARY KEY, c varchar(30), f char(5), l text)",
        "INSERT INTO mojibake VALUES (1, U&'M\\00FC', 'a', repeat(U&'\\00FC', 9000)), "
        "(2, U&'\\00C1', NULL, NULL)",
        NULL};
    odbc_admin(settings.odbc, make);
    spec.table = "mojibake";
    spec.encoding = "windows-1252";
    read_all();
    int first = reading_find(&reading, "id", "1");
    int second = reading_find(&reading, "id", "2");
    ck_assert_str_eq(reading_value(&reading, first, "c"), "M\xC3\x83\xC2\xBC");
    ck_assert_str_eq(reading_value(&reading, first, "f"), "a");
    ck_assert_uint_eq(strlen(reading_value(&reading, first, "l")), 9000 * 4);
    ck_assert_str_eq(reading.rows[second].refused, "ENCODING"); /* C3 81, and 81 is nothing */
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_ODBC_PG") == NULL) {
        return 77;
    }
    Suite *suite = suite_create("extract_postgres");
    TCase *tests = tcase_create("extract_postgres");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_type_is_exact);
    tcase_add_test(tests, long_values_of_every_length_are_whole);
    tcase_add_test(tests, keys_of_any_type_are_partitioned);
    tcase_add_test(tests, names_are_looked_up_in_schemas);
    tcase_add_test(tests, a_lost_connection_is_no_problem_of_the_mapping);
    tcase_add_test(tests, a_lost_connection_is_made_again_to_describe);
    tcase_add_test(tests, a_declared_encoding_is_that_of_the_stored_bytes);
    tcase_add_test(tests, the_session_cannot_write);
    tcase_add_test(tests, a_refused_value_is_not_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
