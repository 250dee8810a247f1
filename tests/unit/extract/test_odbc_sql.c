/* test_odbc_sql.c — the queries of chunks, and the manners of dialects.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_sql.h"

#include <check.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

enum query {
    QUERY_FROM,
    QUERY_STEP
};

static void assert_query(const struct odbc_dialect *dialect,
                         enum query query,
                         const struct chunk *chunk,
                         int key_count,
                         const char *where,
                         const char *expected,
                         int parameters)
{
    static const char *quoted[] = {"`a`", "`b`", "`c`"};
    static struct odbc_column columns[] = {
        {.parameter = "?", .key_text = "$"},
        {.parameter = "CAST(? AS date)", .key_text = "CAST($ AS text)"},
        {.parameter = "?", .key_text = "$"}};
    static struct column schema[] = {{.name = "a", .nullable = true}, {.name = "b"}, {.name = "c"}};
    struct odbc_relation detail = {
        .dialect = dialect, .from = "`t`", .where = where, .quoted = quoted, .columns = columns};
    struct relation relation = {.schema = {.columns = schema, .count = 3},
                                .key = {0, 1, 2},
                                .key_count = key_count,
                                .detail = &detail};
    struct odbc_sql sql;
    odbc_sql_init(&sql);
    if (query == QUERY_FROM) {
        odbc_sql_from(&sql, &relation, chunk);
    } else {
        odbc_sql_step(&sql, &relation, chunk, 100);
    }
    ck_assert_str_eq(sql.text.data, expected);
    ck_assert_int_eq(sql.parameter_count, parameters);
    odbc_sql_release(&sql);
}

static void assert_from(const struct chunk *chunk,
                        int key_count,
                        const char *where,
                        const char *expected,
                        int parameters)
{
    const struct odbc_dialect *mariadb = odbc_dialect_of_product("MariaDB", "1.0");
    assert_query(mariadb, QUERY_FROM, chunk, key_count, where, expected, parameters);
}

START_TEST(rows_are_compared_where_an_index_serves_that)
{
    const char *lower[] = {"1", "2", "3"};
    const char *upper[] = {"4", "5", "6"};
    const struct chunk chunk = {
        .kind = CHUNK_KEY_RANGE, .key_count = 2, .lower = lower, .upper = upper};
    assert_query(odbc_dialect_of_product("PostgreSQL", "1.0"),
                 QUERY_FROM,
                 &chunk,
                 2,
                 NULL,
                 " FROM `t` WHERE (`a`, `b`) > (?, CAST(? AS date)) AND "
                 "(`a`, `b`) <= (?, CAST(? AS date)) AND `a` IS NOT NULL",
                 4);
}
END_TEST

/* What each server is asked for its hundredth key. */
START_TEST(a_step_is_limited_as_the_server_writes_it)
{
#define INNER "`a`, `b` FROM `t` WHERE `a` IS NOT NULL ORDER BY `a`, `b`"
#define OUTER "`a`, CAST(`b` AS text), "
#define LAST  " novate_k ORDER BY `a` DESC, `b` DESC"
    static const struct {
        const char *product;
        const char *version;
        const char *expected;
    } steps[] = {
        {"MariaDB",
         "10",
         "SELECT " OUTER "COUNT(*) OVER () FROM (SELECT " INNER " LIMIT 100)" LAST " LIMIT 1"},
        {"Oracle",
         "19",
         "SELECT " OUTER "COUNT(*) OVER () FROM (SELECT " INNER " FETCH FIRST 100 ROWS ONLY)" LAST
         " FETCH FIRST 1 ROWS ONLY"},
        {"Oracle",
         "11",
         "SELECT * FROM (SELECT `a` AS novate_0, CAST(`b` AS text) AS novate_1, "
         "COUNT(*) OVER () FROM (SELECT * FROM (SELECT " INNER ") WHERE ROWNUM <= 100)" LAST
         ") WHERE ROWNUM <= 1"},
        {"Microsoft SQL Server",
         "15",
         "SELECT TOP (1) " OUTER "COUNT_BIG(*) OVER () FROM (SELECT TOP (100) " INNER ")" LAST},
    };
    const struct chunk all = {.kind = CHUNK_KEY_RANGE, .key_count = 2};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_query(odbc_dialect_of_product(steps[i].product, steps[i].version),
                     QUERY_STEP,
                     &all,
                     2,
                     NULL,
                     steps[i].expected,
                     0);
    }
}
END_TEST

START_TEST(a_step_by_max_keeps_no_keys)
{
    const struct chunk all = {.kind = CHUNK_KEY_RANGE, .key_count = 1};
    assert_query(odbc_dialect_of_product("SQLite", "3"),
                 QUERY_STEP,
                 &all,
                 1,
                 NULL,
                 "SELECT `a`, novate_n FROM (SELECT MAX(`a`) AS `a`, COUNT(*) AS novate_n FROM ("
                 "SELECT `a` FROM `t` WHERE `a` IS NOT NULL ORDER BY `a` LIMIT 100) novate_k"
                 ") novate_m WHERE novate_n > 0",
                 0);
}
END_TEST

START_TEST(chunks_become_conditions)
{
    const char *lower[] = {"1", "2", "3"};
    const char *upper[] = {"4", "5", "6"};
    assert_from(NULL, 1, NULL, " FROM `t` WHERE 1 = 1", 0);
    assert_from(NULL, 1, "x = 1 OR y", " FROM `t` WHERE (x = 1 OR y\n) AND 1 = 1", 0);
    assert_from(&(struct chunk){.kind = CHUNK_KEY_RANGE, .key_count = 2},
                2,
                NULL,
                " FROM `t` WHERE `a` IS NOT NULL",
                0);
    assert_from(&(struct chunk){.kind = CHUNK_KEY_NULL, .key_count = 2},
                2,
                NULL,
                " FROM `t` WHERE (`a` IS NULL)",
                0);
    const struct chunk one = {
        .kind = CHUNK_KEY_RANGE, .key_count = 1, .lower = lower, .upper = upper};
    const char *bounded = " FROM `t` WHERE `a` > ? AND `a` <= ? AND `a` IS NOT NULL";
    assert_from(&one, 1, NULL, bounded, 2);
    assert_from(&one, 3, NULL, bounded, 2); /* of a relation that a table's index splits */
    assert_from(&(struct chunk){.kind = CHUNK_KEY_ONE, .upper = upper},
                2,
                "x = 1",
                " FROM `t` WHERE (x = 1\n) AND `a` = ? AND `b` = CAST(? AS date)",
                2);
    assert_from(&(struct chunk){.kind = CHUNK_KEY_RANGE, .key_count = 3, .upper = upper},
                3,
                NULL,
                " FROM `t` WHERE `a` <= ? AND (`a` < ? OR (`a` = ? AND (`b` < CAST(? AS date) OR "
                "(`b` = CAST(? AS date) AND `c` <= ?)))) AND `a` IS NOT NULL",
                6);
}
END_TEST

START_TEST(manners_are_asked_for_once)
{
    const struct odbc_dialect *mariadb = odbc_dialect_of_product("MariaDB", "1.0");
    ck_assert_str_eq(mariadb->name, "MariaDB");
    ck_assert_str_eq(odbc_dialect_manners(mariadb, "DSN=x", &arena), ";NO_CACHE=1;FORWARDONLY=1");
    ck_assert_str_eq(odbc_dialect_manners(mariadb, "DSN=x;no_cache=0;", &arena), ";FORWARDONLY=1");
    ck_assert_str_eq(odbc_dialect_manners(mariadb, "PWD={;NO_CACHE=1};FORWARDONLY=0", &arena),
                     ";NO_CACHE=1");
    ck_assert_str_eq(odbc_dialect_of_product("PostgreSQL", "1.0")->name, "PostgreSQL");
    ck_assert_str_eq(odbc_dialect_of_product("SQLite", "1.0")->name, "SQLite");
    ck_assert_str_eq(odbc_dialect_of_product("Informix", "1.0")->name, "generic");
    ck_assert_str_eq(
        odbc_dialect_manners(odbc_dialect_of_product("Informix", "1.0"), "DSN=x", &arena), "");
}
END_TEST

START_TEST(the_driver_of_a_connection_string_is_known_by_its_name_only)
{
    ck_assert_str_eq(odbc_dialect_of_string("Driver=/usr/lib/odbc/libmaodbc.so;UID=x")->name,
                     "MariaDB");
    ck_assert_str_eq(odbc_dialect_of_string("UID=x;DRIVER={SQLite3};")->name, "SQLite");
    ck_assert_ptr_null(odbc_dialect_of_string("DSN=sqlite;PWD=maodbc"));
    ck_assert_ptr_null(odbc_dialect_of_string("PWD={;DRIVER=sqlite};DSN=x"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("odbc_sql");
    TCase *tests = tcase_create("odbc_sql");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, chunks_become_conditions);
    tcase_add_test(tests, rows_are_compared_where_an_index_serves_that);
    tcase_add_test(tests, a_step_is_limited_as_the_server_writes_it);
    tcase_add_test(tests, a_step_by_max_keeps_no_keys);
    tcase_add_test(tests, manners_are_asked_for_once);
    tcase_add_test(tests, the_driver_of_a_connection_string_is_known_by_its_name_only);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
