/* test_extract_health.c — what is found of the health of MariaDB, PostgreSQL and SQLite, and what
 * is said where nothing may be looked at.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_admin.h"
#include "odbc_reading.h"
#include "temp_folder.h"

#include "novate/health.h"

#include <check.h>
#include <pthread.h>
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Looks until something shows that a server does in the background. */
#define LOOKS_MAX 20000

static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;
static struct health health;
static const char *key[2];

static void open_at(const char *string)
{
    settings = (struct plan_source){.name = "old", .odbc = string, .timezone = "UTC"};
    spec = reading_spec();
    spec.key = key;
    reading_open(&reading, &settings);
}

static void look_at(const char *table, const char *first, const char *second)
{
    key[0] = first;
    key[1] = second;
    spec.key_count = second != NULL ? 2 : first != NULL ? 1 : 0;
    spec.table = table;
    health = (struct health){.count = 0};
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    ck_assert(
        source_health(reading.source, reading.relation, &reading.arena, &health, &reading.error));
}

static void look_at_source(unsigned long_query_s)
{
    health = (struct health){.long_query_s = long_query_s};
    ck_assert_msg(source_health(reading.source, NULL, &reading.arena, &health, &reading.error),
                  "%s",
                  reading.error.message);
}

static const struct health_finding *finding(const char *what)
{
    for (int i = 0; i < health.count; i++) {
        if (strcmp(health.items[i].what, what) == 0) {
            return &health.items[i];
        }
    }
    ck_abort_msg("nothing is said of %s", what);
    return NULL;
}

static void assert_finding(const char *what, enum health_severity severity, const char *measured)
{
    const struct health_finding *found = finding(what);
    ck_assert_msg(found->severity == severity && strstr(found->measured, measured) != NULL,
                  "%s: %s (%d)",
                  what,
                  found->measured,
                  (int)found->severity);
    ck_assert(severity == HEALTH_INFO || found->advice != NULL);
}

static void assert_indexes(void)
{
    look_at("keyed", "a", NULL);
    assert_finding("key index", HEALTH_INFO, "an index begins with (a)");
    look_at("keyed", "a", "b");
    assert_finding("key index", HEALTH_INFO, "an index begins with (a, b)");
    look_at("keyed", "b", "a");
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (b, a)");
    look_at("keyed", NULL, NULL);
    assert_finding("key index", HEALTH_WARNING, "names no key");
    spec.changed = "C";
    look_at("keyed", "a", NULL);
    assert_finding("watermark index", HEALTH_CRITICAL, "no index begins with (c)");
    spec.changed = "d";
    look_at("keyed", "a", NULL);
    assert_finding("watermark index", HEALTH_INFO, "an index begins with (d)");
    spec.changed = NULL;
}

static const char *const keyed[] = {
    "CREATE TABLE keyed (a int NOT NULL, b int NOT NULL, c int, d int)",
    "CREATE INDEX keyed_ab ON keyed (a, b, c)",
    "CREATE INDEX keyed_d ON keyed (d)",
    NULL};

START_TEST(mariadb_indexes)
{
    odbc_admin(getenv("NOVATE_TEST_MARIADB"), keyed);
    static const char *const more[] = {
        "CREATE TABLE prefixed (t varchar(100) NOT NULL, KEY part (t(10)))", NULL};
    odbc_admin(getenv("NOVATE_TEST_MARIADB"), more);
    open_at(getenv("NOVATE_TEST_MARIADB"));
    assert_indexes();
    look_at("prefixed", "t", NULL);
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (t)");
    reading_close(&reading);
}
END_TEST

START_TEST(mariadb_fragmentation)
{
    static const char *const make[] = {
        "CREATE TABLE holes (id int PRIMARY KEY, t text NOT NULL) ENGINE=InnoDB",
        "INSERT INTO holes SELECT seq, REPEAT('x', 1000) FROM seq_1_to_20000",
        NULL};
    static const char *const hole[] = {"DELETE FROM holes WHERE id > 500", NULL};
    odbc_admin(getenv("NOVATE_TEST_MARIADB"), make);
    open_at(getenv("NOVATE_TEST_MARIADB"));
    look_at("holes", "id", NULL);
    assert_finding("free space in the table", HEALTH_INFO, " % of ");
    assert_finding("table size", HEALTH_INFO, "about ");
    odbc_admin(getenv("NOVATE_TEST_MARIADB"), hole);
    /* Pages are given back when the server has purged what was deleted. */
    for (int i = 0; i < LOOKS_MAX; i++) {
        look_at("holes", "id", NULL);
        if (finding("free space in the table")->severity == HEALTH_WARNING) {
            break;
        }
    }
    assert_finding("free space in the table", HEALTH_WARNING, " % of ");
    ck_assert_ptr_nonnull(strstr(finding("free space in the table")->advice, "OPTIMIZE TABLE"));
    reading_close(&reading);
}
END_TEST

/* The same connection for another account. */
static void as_user(const char *user, char *other, size_t size)
{
    static const char word[] = "UID=";
    const char *string = getenv("NOVATE_TEST_MARIADB");
    const char *at = strstr(string, word);
    ck_assert_ptr_nonnull(at);
    int length = snprintf(
        other, size, "%.*s%s%s%s", (int)(at - string), string, word, user, at + strcspn(at, ";"));
    ck_assert_int_lt(length, (int)size);
}

/* Until it is killed. */
static void *run_long(void *string)
{
    SQLHENV environment = SQL_NULL_HENV;
    SQLHDBC connection = SQL_NULL_HDBC;
    SQLHSTMT statement = SQL_NULL_HSTMT;
    SQLCHAR sleep[] = "SELECT SLEEP(600)";
    (void)SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    (void)SQLSetEnvAttr(environment,
                        SQL_ATTR_ODBC_VERSION,
                        (SQLPOINTER)SQL_OV_ODBC3, /* NOLINT(performance-no-int-to-ptr) */
                        0);
    (void)SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    (void)SQLDriverConnect(connection, NULL, string, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT);
    (void)SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);
    (void)SQLExecDirect(statement, sleep, SQL_NTS);
    (void)SQLFreeHandle(SQL_HANDLE_STMT, statement);
    (void)SQLDisconnect(connection);
    (void)SQLFreeHandle(SQL_HANDLE_DBC, connection);
    (void)SQLFreeHandle(SQL_HANDLE_ENV, environment);
    return NULL;
}

START_TEST(mariadb_long_query)
{
    static const char *const begin[] = {"CREATE OR REPLACE USER novate_long@localhost",
                                        "GRANT SELECT ON *.* TO novate_long@localhost",
                                        NULL};
    static const char *const end[] = {
        "KILL QUERY USER novate_long", "DROP USER novate_long@localhost", NULL};
    char root[1024];
    char user[1024];
    pthread_t thread;
    as_user("root", root, sizeof root);
    as_user("novate_long", user, sizeof user);
    odbc_admin(root, begin);
    open_at(getenv("NOVATE_TEST_MARIADB"));
    ck_assert_int_eq(pthread_create(&thread, NULL, run_long, user), 0);
    for (int i = 0; i < LOOKS_MAX; i++) {
        look_at_source(1);
        if (finding("long queries")->severity == HEALTH_WARNING) {
            break;
        }
    }
    assert_finding("long queries", HEALTH_WARNING, "1, the longest for ");
    assert_finding("connections", HEALTH_INFO, " in use");
    assert_finding("role", HEALTH_INFO, "the primary");
    assert_finding("lock waits", HEALTH_INFO, "none");
    odbc_admin(root, end);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    reading_close(&reading);
}
END_TEST

START_TEST(mariadb_without_privileges)
{
    static const char *const make[] = {"CREATE TABLE IF NOT EXISTS seen (id int PRIMARY KEY)",
                                       "CREATE OR REPLACE USER novate_nobody@localhost",
                                       "GRANT SELECT ON seen TO novate_nobody@localhost",
                                       NULL};
    char string[1024];
    as_user("root", string, sizeof string);
    odbc_admin(string, make);
    as_user("novate_nobody", string, sizeof string);
    open_at(string);
    look_at_source(0);
    assert_finding("long queries", HEALTH_INFO, "could not be read");
    assert_finding("lock waits", HEALTH_INFO, "could not be read");
    ck_assert_ptr_nonnull(strstr(finding("long queries")->advice, "PROCESS"));
    look_at("seen", "id", NULL);
    assert_finding("statistics", HEALTH_INFO, "could not be read");
    assert_finding("key index", HEALTH_INFO, "an index begins with (id)");
    reading_close(&reading);
}
END_TEST

START_TEST(postgres_dead_rows_and_statistics)
{
    static const char *const make[] = {
        "CREATE TABLE dead (id int PRIMARY KEY) WITH (autovacuum_enabled = off)",
        "INSERT INTO dead SELECT generate_series(1, 5000)",
        "DELETE FROM dead WHERE id > 1000",
        "CREATE TABLE fresh (id int PRIMARY KEY)",
        "INSERT INTO fresh SELECT generate_series(1, 5000)",
        NULL};
    static const char *const analyze[] = {"ANALYZE fresh", NULL};
    odbc_admin(getenv("NOVATE_TEST_ODBC_PG"), make);
    open_at(getenv("NOVATE_TEST_ODBC_PG"));
    /* The server counts when the other session has ended. */
    for (int i = 0; i < LOOKS_MAX; i++) {
        look_at("dead", "id", NULL);
        if (finding("dead rows")->severity == HEALTH_WARNING) {
            break;
        }
    }
    assert_finding("dead rows", HEALTH_WARNING, "80 % of 5000 rows");
    ck_assert_ptr_nonnull(strstr(finding("dead rows")->advice, "VACUUM"));
    assert_finding("statistics", HEALTH_WARNING, "were never made");
    assert_finding("table size", HEALTH_INFO, "rows not known");
    odbc_admin(getenv("NOVATE_TEST_ODBC_PG"), analyze);
    look_at("fresh", "id", NULL);
    assert_finding("dead rows", HEALTH_INFO, "0 % of");
    assert_finding("statistics", HEALTH_INFO, "0 days old");
    assert_finding("table size", HEALTH_INFO, "about 5000 rows");
    look_at_source(0);
    assert_finding("role", HEALTH_INFO, "the primary");
    assert_finding("connections", HEALTH_INFO, " in use");
    assert_finding("long queries", HEALTH_INFO, "none");
    assert_finding("lock waits", HEALTH_INFO, "none");
    reading_close(&reading);
}
END_TEST

START_TEST(postgres_indexes)
{
    odbc_admin(getenv("NOVATE_TEST_ODBC_PG"), keyed);
    static const char *const more[] = {
        "CREATE TABLE partly (t int NOT NULL)", "CREATE INDEX ON partly (t) WHERE t > 0", NULL};
    odbc_admin(getenv("NOVATE_TEST_ODBC_PG"), more);
    open_at(getenv("NOVATE_TEST_ODBC_PG"));
    assert_indexes();
    look_at("partly", "t", NULL);
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (t)");
    reading_close(&reading);
}
END_TEST

START_TEST(sqlite_indexes_and_free_pages)
{
    char folder[TEMP_FOLDER_SIZE];
    char string[512];
    static const char *const more[] = {
        "CREATE TABLE \"by id\" (id INTEGER PRIMARY KEY, t TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        "INSERT INTO \"by id\" SELECT i, hex(zeroblob(1000)) FROM n",
        "DELETE FROM \"by id\" WHERE id > 100",
        NULL};
    temp_folder_enter(folder);
    (void)snprintf(string,
                   sizeof string,
                   "DRIVER=%s;Database=%s/source.db",
                   getenv("NOVATE_TEST_SQLITE_DRIVER"),
                   folder);
    odbc_admin(string, keyed);
    odbc_admin(string, more);
    open_at(string);
    assert_indexes();
    look_at("\"by id\"", "id", NULL);
    assert_finding("key index", HEALTH_INFO, "an index begins with (id)");
    look_at("\"by id\"", "t", NULL);
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (t)");
    look_at_source(0);
    assert_finding("free pages", HEALTH_WARNING, " pages");
    assert_finding("database size", HEALTH_INFO, " MB");
    reading_close(&reading);
    temp_folder_leave(folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("extract_health");
    TCase *tests = tcase_create("extract_health");
    tcase_set_timeout(tests, 120);
    if (getenv("NOVATE_TEST_MARIADB") == NULL || getenv("NOVATE_TEST_ODBC_PG") == NULL ||
        getenv("NOVATE_TEST_SQLITE_DRIVER") == NULL) {
        return 77;
    }
    tcase_add_test(tests, mariadb_indexes);
    tcase_add_test(tests, mariadb_fragmentation);
    tcase_add_test(tests, mariadb_long_query);
    tcase_add_test(tests, mariadb_without_privileges);
    tcase_add_test(tests, postgres_dead_rows_and_statistics);
    tcase_add_test(tests, postgres_indexes);
    tcase_add_test(tests, sqlite_indexes_and_free_pages);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
