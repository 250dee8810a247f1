/* test_extract_mariadb.c — MariaDB through odbc-mariadb: every type to its ends, chunks, names,
 * refusals.
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
        .name = "millennium", .odbc = getenv("NOVATE_TEST_MARIADB"), .timezone = "Europe/London"};
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

static void assert_types(const char *const expected[][2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(strcmp(reading_type(&reading, expected[i][0]), expected[i][1]) == 0,
                      "%s is %s instead of %s",
                      expected[i][0],
                      reading_type(&reading, expected[i][0]),
                      expected[i][1]);
    }
}

static void assert_values(int row, const char *const expected[][2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = reading_value(&reading, row, expected[i][0]);
        ck_assert_msg(value != NULL, "%s is NULL", expected[i][0]);
        ck_assert_msg(strcmp(value, expected[i][1]) == 0,
                      "%s is %s instead of %s",
                      expected[i][0],
                      value,
                      expected[i][1]);
    }
}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

START_TEST(numbers_are_exact_at_their_ends)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS numbers",
        "CREATE TABLE numbers (t TINYINT, tu TINYINT UNSIGNED, s SMALLINT, su SMALLINT UNSIGNED, "
        "m MEDIUMINT, i INT, iu INT UNSIGNED, b BIGINT, bu BIGINT UNSIGNED, d DECIMAL(65,30), "
        "n NUMERIC(12,2), f FLOAT, x DOUBLE, o BIT(1), o9 BIT(9), y YEAR, z INT(5) ZEROFILL)",
        "INSERT INTO numbers VALUES (-128, 255, -32768, 65535, -8388608, -2147483648, 4294967295, "
        "-9223372036854775808, 18446744073709551615, "
        "-12345678901234567890123456789012345.123456789012345678901234567890, "
        "1234567890.10, 1.1, 0.1, b'1', b'100000001', 2024, 7)",
        "INSERT INTO numbers (b, x) VALUES (9007199254740993, 1.7976931348623157e308)",
        NULL};
    static const char *const types[][2] = {{"t", "smallint"},
                                           {"tu", "smallint"},
                                           {"s", "smallint"},
                                           {"su", "integer"},
                                           {"m", "integer"},
                                           {"i", "integer"},
                                           {"iu", "bigint"},
                                           {"b", "bigint"},
                                           {"bu", "numeric(20,0)"},
                                           {"d", "numeric(65,30)"},
                                           {"n", "numeric(12,2)"},
                                           {"f", "real"},
                                           {"x", "double precision"},
                                           {"o", "boolean"},
                                           {"o9", "bytea"},
                                           {"y", "smallint"},
                                           {"z", "bigint"}};
    static const char *const values[][2] = {
        {"t", "-128"},
        {"tu", "255"},
        {"s", "-32768"},
        {"su", "65535"},
        {"m", "-8388608"},
        {"i", "-2147483648"},
        {"iu", "4294967295"},
        {"b", "-9223372036854775808"},
        {"bu", "18446744073709551615"},
        {"d", "-12345678901234567890123456789012345.123456789012345678901234567890"},
        {"n", "1234567890.10"},
        {"f", "1.1"},
        {"x", "0.1"},
        {"o", "t"},
        {"o9", "\\x0101"},
        {"y", "2024"},
        {"z", "7"}};
    odbc_admin(settings.odbc, make);
    spec.table = "NUMBERS";
    read_all();
    assert_types(types, COUNT(types));
    assert_values(0, values, COUNT(values));
    ck_assert_str_eq(reading_value(&reading, 1, "b"), "9007199254740993");
    ck_assert_str_eq(reading_value(&reading, 1, "x"), "1.7976931348623157e+308");
    ck_assert_ptr_null(reading_value(&reading, 1, "bu"));
}
END_TEST

START_TEST(dates_are_exact_and_zero_dates_are_refused)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS dates",
        "SET sql_mode = ''",
        "SET time_zone = '+02:00'",
        "CREATE TABLE dates (id INT PRIMARY KEY, d DATE, t TIME, t6 TIME(6), dt DATETIME, "
        "dt3 DATETIME(3), dt6 DATETIME(6), ts TIMESTAMP NULL)",
        "INSERT INTO dates VALUES "
        "(1, '1000-01-01', '00:00:00', '23:59:59.999999', '1000-01-01 00:00:00', "
        "'2024-02-29 12:34:56.789', '9999-12-31 23:59:59.999999', '2024-02-29 12:00:00'), "
        "(2, '9999-12-31', NULL, NULL, NULL, NULL, NULL, NULL), "
        "(3, '0000-00-00', NULL, NULL, NULL, NULL, NULL, NULL), "
        "(4, NULL, NULL, NULL, '0000-00-00', NULL, NULL, NULL), "
        "(5, NULL, NULL, NULL, NULL, NULL, '2024-00-10 01:02:03', NULL), "
        "(6, NULL, '838:59:59', NULL, NULL, NULL, NULL, NULL), "
        "(7, NULL, NULL, NULL, NULL, NULL, NULL, '0000-00-00')",
        NULL};
    static const char *const values[][2] = {{"d", "1000-01-01"},
                                            {"t", "00:00:00"},
                                            {"t6", "23:59:59.999999"},
                                            {"dt", "1000-01-01 00:00:00"},
                                            {"dt3", "2024-02-29 12:34:56.789"},
                                            {"dt6", "9999-12-31 23:59:59.999999"},
                                            {"ts", "2024-02-29 10:00:00+00"}};
    odbc_admin(settings.odbc, make);
    spec.table = "dates";
    read_all();
    ck_assert_int_eq(reading.count, 7);
    int first = reading_find(&reading, "id", "1");
    assert_values(first, values, COUNT(values));
    ck_assert_str_eq(reading_value(&reading, reading_find(&reading, "id", "2"), "d"), "9999-12-31");
    ck_assert_ptr_null(reading.rows[reading_find(&reading, "id", "2")].refused);
    static const char *const refused[] = {"3", "4", "5", "6", "7"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        const struct reading_row *row = &reading.rows[reading_find(&reading, "id", refused[i])];
        ck_assert_msg(row->refused != NULL, "row %s is not refused", refused[i]);
        ck_assert_str_eq(row->refused, "RANGE");
    }
}
END_TEST

START_TEST(texts_come_whole_in_utf8)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS texts",
        "CREATE TABLE texts (id INT PRIMARY KEY, c CHAR(10), v VARCHAR(20), l VARCHAR(20) "
        "CHARACTER SET latin1, w VARCHAR(2000) CHARACTER SET utf8mb4, x TEXT, y LONGTEXT, "
        "b VARBINARY(20), o LONGBLOB, e ENUM('a','\xC3\xA9'), n VARCHAR(20)) "
        "CHARACTER SET utf8mb4",
        "INSERT INTO texts VALUES (1, 'ab  ', _utf8mb4 x'C3A9E282ACF09F9880', "
        "_latin1 x'FC', REPEAT('x', 2000), '', REPEAT(_utf8mb4 x'C3A9', 70000), x'00FF00', "
        "REPEAT(x'00FF', 50000), _utf8mb4 x'C3A9', CONCAT('a', CHAR(0), 'b'))",
        NULL};
    static const char *const values[][2] = {
        {"c", "ab"}, {"v", "é€😀"}, {"l", "ü"}, {"x", ""}, {"b", "\\x00ff00"}, {"e", "é"}};
    odbc_admin(settings.odbc, make);
    spec.table = "texts";
    read_all();
    assert_values(0, values, COUNT(values));
    ck_assert_str_eq(reading_type(&reading, "c"), "character(10)");
    ck_assert_str_eq(reading_type(&reading, "v"), "character varying(20)");
    ck_assert_str_eq(reading_type(&reading, "y"), "text");
    ck_assert_uint_eq(strlen(reading_value(&reading, 0, "w")), 2000);
    ck_assert_uint_eq(strlen(reading_value(&reading, 0, "y")), 140000);
    ck_assert_uint_eq(strlen(reading_value(&reading, 0, "o")), 2 + 200000);
    ck_assert_str_eq(reading.rows[0].refused, "NUL");
}
END_TEST

/* Lengths around the size of the buffers, two long columns in a row, NULLs between. */
START_TEST(long_values_of_every_length_are_whole)
{
    static const int lengths[] = {0, 1, 4093, 4094, 4095, 4096, 4097, 8191, 8192, 8193, 65535};
    static const char *const make[] = {"DROP TABLE IF EXISTS longs",
                                       "CREATE TABLE longs (id INT PRIMARY KEY, a LONGTEXT, "
                                       "n INT, b LONGBLOB)",
                                       NULL};
    odbc_admin(settings.odbc, make);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        char sql[256];
        (void)snprintf(sql,
                       sizeof sql,
                       "INSERT INTO longs VALUES (%d, REPEAT('a', %d), %d, REPEAT('b', %d)), "
                       "(%d, NULL, NULL, NULL)",
                       lengths[i],
                       lengths[i],
                       lengths[i],
                       65535 - lengths[i],
                       -1 - (int)i);
        const char *const statements[] = {sql, NULL};
        odbc_admin(settings.odbc, statements);
    }
    spec.table = "longs";
    read_all();
    ck_assert_int_eq(reading.count, 2 * (int)COUNT(lengths));
    for (size_t i = 0; i < COUNT(lengths); i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", lengths[i]);
        int row = reading_find(&reading, "id", id);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "a")), (size_t)lengths[i]);
        ck_assert_uint_eq(strlen(reading_value(&reading, row, "b")),
                          2 + 2 * (65535 - (size_t)lengths[i]));
        ck_assert_str_eq(reading_value(&reading, row, "n"), id);
    }
}
END_TEST

/* Ids are numbered in insertion order; `%s` takes the column list's values. */
static void fill(const char *table, const char *columns, const char *value, int rows)
{
    char create[512];
    char insert[1024];
    char drop[128];
    (void)snprintf(drop, sizeof drop, "DROP TABLE IF EXISTS %s", table);
    (void)snprintf(create, sizeof create, "CREATE TABLE %s (id INT NOT NULL, %s)", table, columns);
    (void)snprintf(insert,
                   sizeof insert,
                   "INSERT INTO %s SELECT seq, %s FROM (SELECT CAST(seq AS SIGNED) AS seq "
                   "FROM seq_1_to_%d) s",
                   table,
                   value,
                   rows);
    const char *const statements[] = {"SET sql_mode = ''", drop, create, insert, NULL};
    odbc_admin(settings.odbc, statements);
}

START_TEST(integer_keys_are_partitioned)
{
    fill("k_dense", "k INT NOT NULL PRIMARY KEY", "seq", 300);
    partition_check(
        &settings,
        &(struct partition_case){.table = "k_dense",
                                 .key = {"k"},
                                 .rows = 300,
                                 .later = {"INSERT INTO k_dense VALUES (301, -2147483648)",
                                           "INSERT INTO k_dense VALUES (302, 2147483647)"},
                                 .later_undo = "DELETE FROM k_dense WHERE id > 300"});
    fill("k_gaps",
         "k BIGINT NOT NULL PRIMARY KEY",
         "CASE WHEN seq <= 100 THEN seq WHEN seq <= 200 THEN 1000000000000 + seq * 3 "
         "ELSE -5000000 - seq * seq END",
         300);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_gaps", .key = {"k"}, .rows = 300});
    fill("k_ends",
         "k BIGINT NOT NULL PRIMARY KEY",
         "CASE seq WHEN 1 THEN -9223372036854775808 WHEN 2 THEN 9223372036854775807 ELSE seq END",
         120);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_ends", .key = {"k"}, .rows = 120});
    fill("k_unsigned",
         "k BIGINT UNSIGNED NOT NULL PRIMARY KEY",
         "18446744073709551615 - CAST(seq AS UNSIGNED)",
         120);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_unsigned", .key = {"k"}, .rows = 120});
}
END_TEST

START_TEST(other_keys_are_partitioned)
{
    /* Equal but for case and trailing blanks, in a collation that calls them equal. */
    fill("k_text",
         "k VARCHAR(20) NOT NULL COLLATE utf8mb4_general_ci",
         "CONCAT(ELT(1 + seq % 6, 'a', 'A', 'b ', 'B', 'é', 'É'), seq DIV 12)",
         200);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_text",
                                             .key = {"k"},
                                             .rows = 200,
                                             .later = {"INSERT INTO k_text VALUES (201, '')",
                                                       "INSERT INTO k_text VALUES (202, 'zz')"},
                                             .later_undo = "DELETE FROM k_text WHERE id > 200"});
    fill("k_decimal", "k DECIMAL(30,10) NOT NULL PRIMARY KEY", "(seq - 70) * 1.0000000001", 150);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_decimal", .key = {"k"}, .rows = 150});
    fill("k_date",
         "k DATE NOT NULL",
         "CASE WHEN seq <= 20 THEN '0000-00-00' ELSE '2008-01-01' + INTERVAL seq DAY END",
         150);
    partition_check(&settings,
                    &(struct partition_case){
                        .table = "k_date", .key = {"k"}, .rows = 130, .where = "k > '0000-00-00'"});
    fill("k_stamp",
         "k TIMESTAMP(6) NOT NULL",
         "'2008-03-30 00:00:00.000001' + INTERVAL seq * 60 SECOND",
         150);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_stamp", .key = {"k"}, .rows = 150});
}
END_TEST

START_TEST(composite_and_nullable_keys_are_partitioned)
{
    fill("k_two",
         "a VARCHAR(10) NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)",
         "ELT(1 + seq % 3, 'RN1', 'RHM', 'R1F'), seq DIV 3",
         200);
    partition_check(&settings,
                    &(struct partition_case){.table = "k_two",
                                             .key = {"a", "b"},
                                             .rows = 200,
                                             .later = {"INSERT INTO k_two VALUES (201, '', -5)",
                                                       "INSERT INTO k_two VALUES (202, 'z', 9)"},
                                             .later_undo = "DELETE FROM k_two WHERE id > 200"});
    fill("k_null",
         "a INT, b VARCHAR(10), c DATE NOT NULL",
         "CASE WHEN seq % 7 = 0 THEN NULL ELSE seq % 10 END, "
         "CASE WHEN seq % 5 = 0 THEN NULL ELSE CONCAT('x', seq) END, '2008-01-01'",
         200);
    partition_check(&settings,
                    &(struct partition_case){
                        .table = "k_null", .key = {"a", "b", "c"}, .rows = 200, .nullable = true});
    partition_check(
        &settings,
        &(struct partition_case){.table = "k_null", .key = {"b"}, .rows = 200, .nullable = true});
}
END_TEST

/* The driver stores whole results, so a chunk is asked for in slices: every row is still read once,
 * whatever lies between the keys, and rows that come later below and above all others too. */
START_TEST(slices_of_a_chunk_leave_nothing_out)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS sliced",
        "CREATE TABLE sliced (k BIGINT PRIMARY KEY, id INT NOT NULL)",
        "INSERT INTO sliced SELECT CAST(seq * seq * 7 AS SIGNED) - 1000000000, seq "
        "FROM seq_1_to_30000",
        "INSERT INTO sliced SELECT 9000000000000000000 + seq, 30000 + seq FROM seq_1_to_10000",
        NULL};
    static const char *const later[] = {
        "INSERT INTO sliced VALUES (-9223372036854775808, 40001), (9223372036854775807, 40002)",
        NULL};
    static const char *const key[] = {"k"};
    static bool seen[40003];
    odbc_admin(settings.odbc, make);
    spec.table = "sliced";
    spec.key = key;
    spec.key_count = 1;
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 35000, 0);
    ck_assert_int_ge(reading.chunks.count, 2);
    odbc_admin(settings.odbc, later);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 40002);
    for (int row = 0; row < reading.count; row++) {
        long id = strtol(reading_value(&reading, row, "id"), NULL, 10);
        ck_assert_int_ge(id, 1);
        ck_assert_int_le(id, 40002);
        ck_assert(!seen[id]);
        seen[id] = true;
    }
}
END_TEST

/* The first 1,024 of the 32,768 values of a range are counted for all of them, where most of them
 * are there: a source is not read as a whole to be planned. */
START_TEST(a_range_is_estimated_by_its_beginning)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS sampled",
        "CREATE TABLE sampled (k BIGINT PRIMARY KEY, id INT NOT NULL)",
        "INSERT INTO sampled SELECT seq, seq FROM seq_1_to_131072 WHERE seq NOT BETWEEN 1001 AND "
        "30000 AND seq NOT BETWEEN 32769 AND 40000 AND seq NOT BETWEEN 65537 AND 65792",
        NULL};
    static const char *const key[] = {"k"};
    odbc_admin(settings.odbc, make);
    spec.table = "sampled";
    spec.key = key;
    spec.key_count = 1;
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 32768, 0);
    ck_assert_int_eq(reading.chunks.count, 4);
    ck_assert_uint_eq(reading.chunks.items[0].rows_estimate, 32000); /* 1,000 of 1,024: so many */
    ck_assert_uint_eq(reading.chunks.items[1].rows_estimate, 32768 - 7232); /* none: all counted */
    ck_assert_uint_eq(reading.chunks.items[2].rows_estimate, 24576);
    ck_assert_uint_eq(reading.chunks.items[3].rows_estimate, 32768);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 131072 - 29000 - 7232 - 256);
}
END_TEST

START_TEST(a_relation_without_key_is_one_chunk_and_an_empty_one_none)
{
    fill("k_none", "k INT", "seq", 20);
    spec.table = "k_none";
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 5, 0);
    ck_assert_int_eq(reading.chunks.count, 1);
    ck_assert_int_eq(reading.chunks.items[0].kind, CHUNK_WHOLE);
    ck_assert_uint_eq(reading.chunks.items[0].rows_estimate, 20);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 20);
    spec.where = "k > 100 -- no more";
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 5, 0);
    ck_assert_int_eq(reading.chunks.count, 0);
}
END_TEST

START_TEST(queries_and_projections_are_read)
{
    static const char *const key[] = {"k"};
    static const int wanted[] = {2, 0};
    fill("k_query", "k INT NOT NULL", "seq * 2", 50);
    spec.query = "SELECT k, id + 1 AS next_id, CONCAT('n', k) AS name FROM k_query "
                 "WHERE k > 10 -- the rest\n;\n";
    spec.where = "k < 40 OR k > 90";
    spec.key = key;
    spec.key_count = 1;
    reading.columns = wanted;
    reading.column_count = 2;
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 4, 0);
    ck_assert_int_gt(reading.chunks.count, 2);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 19);
    int row = reading_find(&reading, "k", "12");
    ck_assert_str_eq(reading_value(&reading, row, "name"), "n12");
}
END_TEST

START_TEST(names_are_found_whatever_their_case)
{
    static const char *const key[] = {"PERSON_IDE"};
    static const char *const make[] = {
        "DROP TABLE IF EXISTS `Person Alias`",
        "CREATE TABLE `Person Alias` (`Person``Id` INT NOT NULL, `select` INT)",
        "INSERT INTO `Person Alias` VALUES (1, 2)",
        "DROP TABLE IF EXISTS person",
        "CREATE TABLE person (person_id INT)",
        "CREATE DATABASE IF NOT EXISTS novate_elsewhere",
        "CREATE TABLE IF NOT EXISTS novate_elsewhere.PERSON (person_id INT)",
        NULL};
    odbc_admin(settings.odbc, make);
    spec.table = "PERSON ALIAS";
    read_all();
    ck_assert_int_eq(reading.count, 1);
    ck_assert_str_eq(reading_value(&reading, 0, "SELECT"), "2");
    spec.table = "persn";
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_str_eq(
        reading_problem(&reading),
        "table \"persn\" does not exist in source \"millennium\" (Perhaps you meant \"person\".)");
    spec.table = "\"PERSON\""; /* there is one, in another database */
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_int_eq(reading.problems.count, 2);
    spec.table = "person";
    spec.key = key;
    spec.key_count = 1;
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_int_eq(reading.problems.count, 3);
    ck_assert_ptr_nonnull(strstr(reading.problems.items[2].message, "key column \"PERSON_IDE\""));
}
END_TEST

START_TEST(a_query_that_is_refused_is_a_problem_of_the_mapping)
{
    fill("k_where", "k INT", "seq", 3);
    spec.table = "k_where";
    spec.where = "no_such_column = 1";
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading), "no_such_column"));
}
END_TEST

START_TEST(the_session_cannot_write)
{
    static const char *const make[] = {"DROP SEQUENCE IF EXISTS counter",
                                       "CREATE SEQUENCE counter",
                                       "DROP TABLE IF EXISTS once",
                                       "CREATE TABLE once (id INT)",
                                       "INSERT INTO once VALUES (1)",
                                       NULL};
    odbc_admin(settings.odbc, make);
    spec.query = "SELECT id, NEXTVAL(counter) AS n FROM once";
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading), "READ ONLY"));
}
END_TEST

START_TEST(a_refused_connection_keeps_the_password)
{
    struct source *source = NULL;
    struct error error = ERROR_NONE;
    struct plan_source wrong = settings;
    char string[1024];
    (void)snprintf(string, sizeof string, "%s;UID=nobody_here;PWD=se{cr3t", settings.odbc);
    wrong.odbc = string;
    ck_assert(!source_open(&wrong, NULL, &source, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE_CONNECT);
    ck_assert_str_ne(error.sqlstate, "");
    ck_assert_str_ne(error.hint, "");
    ck_assert_ptr_null(strstr(error.message, "cr3t"));
    ck_assert_ptr_null(strstr(error.detail, "cr3t"));
    wrong.odbc = "DSN=there_is_no_such_source;PWD=se{cr3t";
    error = ERROR_NONE;
    ck_assert(!source_open(&wrong, NULL, &source, &error));
    ck_assert_str_eq(error.sqlstate, "IM002");
    ck_assert_ptr_null(strstr(error.message, "cr3t"));
}
END_TEST

static void assert_repaired(const char *name, uint64_t count, const char *first)
{
    const struct counter *item = counters_find(&reading.counters, "repair", name);
    ck_assert_msg(item != NULL, "nothing was counted as %s", name);
    ck_assert_uint_eq(item->count, count);
    ck_assert_str_eq(item->first, first);
}

/* Bytes that came in under a false name: UTF-8 in a column of latin1. */
START_TEST(a_declared_encoding_is_that_of_the_stored_bytes)
{
    static const char *const make[] = {
        "DROP TABLE IF EXISTS mojibake",
        "CREATE TABLE mojibake (id INT PRIMARY KEY, c VARCHAR(30) CHARACTER SET latin1, "
        "l LONGTEXT CHARACTER SET latin1, u VARCHAR(30))",
        "INSERT INTO mojibake VALUES (1, X'4DC3BC', REPEAT(X'C3BC', 20000), 'a\\0b')",
        "INSERT INTO mojibake VALUES (2, X'41C3', NULL, 'u')",
        NULL};
    static const struct relation_column columns[] = {{.name = "c", .encoding = "UTF-8"},
                                                     {.name = "l", .encoding = "UTF-8"},
                                                     {.name = "u", .nul = POLICY_STRIP}};
    static const char *const key[] = {"id"};
    odbc_admin(settings.odbc, make);
    spec.table = "mojibake";
    spec.key = key;
    spec.key_count = 1;
    spec.columns = columns;
    spec.column_count = 3;
    read_all();
    ck_assert_int_eq(reading.count, 2);
    ck_assert_str_eq(reading_value(&reading, 0, "c"), "M\xC3\xBC");
    ck_assert_uint_eq(strlen(reading_value(&reading, 0, "l")), 40000);
    ck_assert_mem_eq(reading_value(&reading, 0, "l") + 39998, "\xC3\xBC", 2);
    ck_assert_str_eq(reading_value(&reading, 0, "u"), "ab");
    ck_assert_str_eq(reading.rows[1].refused, "ENCODING");
    ck_assert_str_eq(reading.rows[1].message,
                     "byte 0xc3 at 0x1 of the value is no character of its encoding");
    assert_repaired("u U+0000 stripped", 1, "chunk 0 byte 0x1 of the value (0x00)");
}
END_TEST

int main(void)
{
    if (getenv("NOVATE_TEST_MARIADB") == NULL) {
        return 77;
    }
    Suite *suite = suite_create("extract_mariadb");
    TCase *tests = tcase_create("extract_mariadb");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, numbers_are_exact_at_their_ends);
    tcase_add_test(tests, dates_are_exact_and_zero_dates_are_refused);
    tcase_add_test(tests, texts_come_whole_in_utf8);
    tcase_add_test(tests, long_values_of_every_length_are_whole);
    tcase_add_test(tests, integer_keys_are_partitioned);
    tcase_add_test(tests, other_keys_are_partitioned);
    tcase_add_test(tests, composite_and_nullable_keys_are_partitioned);
    tcase_add_test(tests, slices_of_a_chunk_leave_nothing_out);
    tcase_add_test(tests, a_range_is_estimated_by_its_beginning);
    tcase_add_test(tests, a_relation_without_key_is_one_chunk_and_an_empty_one_none);
    tcase_add_test(tests, queries_and_projections_are_read);
    tcase_add_test(tests, names_are_found_whatever_their_case);
    tcase_add_test(tests, a_query_that_is_refused_is_a_problem_of_the_mapping);
    tcase_add_test(tests, a_declared_encoding_is_that_of_the_stored_bytes);
    tcase_add_test(tests, the_session_cannot_write);
    tcase_add_test(tests, a_refused_connection_keeps_the_password);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
