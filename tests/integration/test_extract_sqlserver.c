/* test_extract_sqlserver.c — SQL Server through a driver that answers from a script: which
 * statements are sent, what becomes of each type, what is said when it refuses. The answers are
 * those of the documentation that odbc_dialect_sqlserver.c names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "scripted_source.h"

#include "novate/health.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define SERVER(snapshots)                                                                          \
    "dbms \"Microsoft SQL Server\" 15.00.4153\ndriver libmsodbcsql-18.3.so.1.1\n"                  \
    "on SET NOCOUNT ON; SET TEXTSIZE 2147483647; %\n"                                              \
    "on SELECT CASE snapshot_isolation_state %\ncolumn S integer 10 0\nrow " snapshots "\n"        \
    "on SELECT SCHEMA_NAME()\ncolumn S wvarchar 128 0\nrow dbo\n"                                  \
    "on SQLTables(, , )\ncolumn C wvarchar 128 0\ncolumn S wvarchar 128 0\n"                       \
    "column T wvarchar 128 0\ncolumn K wvarchar 32 0\ncolumn R wvarchar 254 0\n"                   \
    "row ward|dbo|Person|TABLE|\\N\nrow ward|archive|Person|TABLE|\\N\n"

#define COLUMNS                                                                                    \
    "on SELECT c.name, t.name + CASE%\ncolumn N wvarchar 128 0\ncolumn T wvarchar 256 0\n"         \
    "column U integer 10 0\n"

static struct scripted_source source;
static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;

/* Where a test says nothing of indexes there are none. */
#define NO_INDEXES                                                                                 \
    "on SELECT i.name, CONVERT(int, i.is_unique)%\ncolumn I wvarchar 128 0\n"                      \
    "column U integer 10 0\ncolumn C wvarchar 128 0\n"

static void open_with(const char *script)
{
    char whole[8192];
    ck_assert_int_lt(snprintf(whole, sizeof whole, "%s%s", script, NO_INDEXES), (int)sizeof whole);
    scripted_open(&source, whole);
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    spec = reading_spec();
    spec.table = "person";
    reading_open(&reading, &settings);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
}

static void close_all(void)
{
    reading_close(&reading);
    scripted_close(&source);
}

struct type_case {
    const char *declared; /* by sys.columns */
    const char *driver;   /* as the driver describes it */
    const char *type;
    const char *expression; /* what is asked for, of "C" */
    const char *given;      /* by the server */
    const char *value;
};

#define VARIANT "CASE CONVERT(nvarchar(128), SQL_VARIANT_PROPERTY(\"C\", 'BaseType')) WHEN %"

static const struct type_case cases[] = {
    {"tinyint", "tinyint 3 0 unsigned", "smallint", "\"C\"", "255", "255"},
    {"smallint", "smallint 5 0", "smallint", "\"C\"", "-32768", "-32768"},
    {"int", "integer 10 0", "integer", "\"C\"", "-2147483648", "-2147483648"},
    {"bigint", "bigint 19 0", "bigint", "\"C\"", "9223372036854775807", "9223372036854775807"},
    {"bit", "bit 1 0", "boolean", "\"C\"", "1", "t"},
    {"decimal(38,10)",
     "decimal 38 10",
     "numeric(38,10)",
     "\"C\"",
     "1234567890123456789012345678.0123456789",
     "1234567890123456789012345678.0123456789"},
    {"money",
     "decimal 19 4",
     "numeric(19,4)",
     "CAST(\"C\" AS decimal(19,4))",
     "922337203685477.5807",
     "922337203685477.5807"},
    {"smallmoney",
     "decimal 10 4",
     "numeric(10,4)",
     "CAST(\"C\" AS decimal(19,4))",
     "-214748.3648",
     "-214748.3648"},
    {"float", "float 53 0", "double precision", "\"C\"", "0.1", "0.1"},
    {"real", "real 24 0", "real", "\"C\"", "0.5", "0.5"},
    {"datetime",
     "timestamp 23 3",
     "timestamp without time zone",
     "\"C\"",
     "2008-06-05 09:00:00.003",
     "2008-06-05 09:00:00.003"},
    {"datetime",
     "timestamp 23 3",
     "timestamp without time zone",
     "\"C\"",
     "1753-01-01 00:00:00.997",
     "1753-01-01 00:00:00.997"},
    {"datetime2(7)",
     "timestamp 27 7",
     "timestamp without time zone",
     "\"C\"",
     "0001-01-01 00:00:00.0000005",
     "0001-01-01 00:00:00.000001"},
    {"datetime2(7)",
     "timestamp 27 7",
     "timestamp without time zone",
     "\"C\"",
     "9999-12-31 23:59:59.999999",
     "9999-12-31 23:59:59.999999"},
    {"smalldatetime",
     "timestamp 16 0",
     "timestamp without time zone",
     "\"C\"",
     "2079-06-06 23:59:00",
     "2079-06-06 23:59:00"},
    {"date", "date 10 0", "date", "\"C\"", "0001-01-01", "0001-01-01"},
    {"time(7)",
     "-154 16 7",
     "time without time zone",
     "CONVERT(varchar(16), \"C\", 121)",
     "23:59:59.1234567",
     "23:59:59.123457"},
    {"datetimeoffset(7)",
     "-155 34 7",
     "timestamp with time zone",
     "CONVERT(varchar(34), SWITCHOFFSET(\"C\", '+00:00'), 121)",
     "2008-06-05 08:00:00.1234560 +00:00",
     "2008-06-05 08:00:00.123456+00"},
    {"uniqueidentifier",
     "guid 36 0",
     "uuid",
     "\"C\"",
     "6F9619FF-8B86-D011-B42D-00C04FC964FF",
     "6f9619ff-8b86-d011-b42d-00c04fc964ff"},
    {"char(5) COLLATE Latin1_General_CI_AS", "char 5 0", "character(5)", "\"C\"", "ab   ", "ab"},
    {"varchar(20) COLLATE Latin1_General_CI_AS",
     "varchar 20 0",
     "character varying(20)",
     "\"C\"",
     "é€",
     "é€"},
    {"nvarchar(20) COLLATE Latin1_General_CI_AS",
     "wvarchar 20 0",
     "character varying(20)",
     "\"C\"",
     "é€😀",
     "é€😀"},
    {"varchar(max) COLLATE Latin1_General_CI_AS",
     "varchar 0 0",
     "text",
     "\"C\"",
     "\\r{9000}x",
     NULL},
    {"nvarchar(max) COLLATE Latin1_General_CI_AS",
     "wvarchar 0 0",
     "text",
     "\"C\"",
     "\\r{9000}x",
     NULL},
    {"ntext COLLATE Latin1_General_CI_AS", "wlongvarchar 1073741823 0", "text", "\"C\"", "€", "€"},
    {"varbinary(20)", "varbinary 20 0", "bytea", "\"C\"", "00FF", "\\x00ff"},
    {"varbinary(max)", "varbinary 0 0", "bytea", "\"C\"", "00FF", "\\x00ff"},
    {"image", "longvarbinary 2147483647 0", "bytea", "\"C\"", "0102", "\\x0102"},
    {"timestamp", "binary 8 0", "bytea", "\"C\"", "00000000000007D1", "\\x00000000000007d1"},
    {"xml", "-152 0 0", "text", "CONVERT(nvarchar(max), \"C\")", "<a/>", "<a/>"},
    {"sql_variant", "-150 8000 0", "text", VARIANT, "1", "1"},
    {"hierarchyid", "-151 892 0", "text", "CONVERT(nvarchar(4000), \"C\")", "/1/2/", "/1/2/"},
    {"geography", "-151 0 0", "text", "\"C\".AsTextZM()", "POINT (1 2)", "POINT (1 2)"},
};

START_TEST(types_and_values)
{
    const struct type_case *at = &cases[_i];
    char script[4096];
    (void)snprintf(script,
                   sizeof script,
                   "%s"
                   "row C|%s|1\n"
                   "on SELECT * FROM \"dbo\".\"Person\" WHERE 1 = 0\ncolumn C %s\n"
                   "on SELECT COUNT_BIG(*) FROM%%\ncolumn N bigint 19 0\nrow 1\n"
                   "on SELECT %s FROM \"dbo\".\"Person\" WHERE 1 = 1\ncolumn C %s\nrow %s\n",
                   SERVER("0") COLUMNS,
                   at->declared,
                   at->driver,
                   at->expression,
                   at->driver,
                   at->given);
    open_with(script);
    ck_assert_str_eq(reading_type(&reading, "c"), at->type);
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
    ck_assert_msg(reading.rows[0].refused == NULL, "%s", reading.rows[0].message);
    const char *value = reading_value(&reading, 0, "c");
    if (at->value == NULL) { /* 9000 characters */
        ck_assert_uint_eq(strlen(value), 9000);
    } else {
        ck_assert_str_eq(value, at->value);
    }
    close_all();
}
END_TEST

#define PERSON                                                                                     \
    COLUMNS "row PersonId|int|0\nrow Changed|datetime|1\n"                                         \
            "on SELECT * FROM \"dbo\".\"Person\" WHERE 1 = 0\ncolumn PersonId integer 10 0\n"      \
            "column Changed timestamp 23 3\n"

START_TEST(the_session_is_fixed_and_gentle)
{
    open_with(SERVER("1") PERSON);
    (void)scripted_log(&source);
    scripted_asked(&source,
                   "sql SET NOCOUNT ON; SET TEXTSIZE 2147483647; SET DEADLOCK_PRIORITY LOW; "
                   "SET QUOTED_IDENTIFIER ON; SET ANSI_NULLS ON; SET ANSI_WARNINGS ON; "
                   "SET ANSI_PADDING ON; SET CONCAT_NULL_YIELDS_NULL ON; "
                   "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    scripted_asked(&source,
                   "sql SELECT CASE snapshot_isolation_state WHEN 1 THEN 1 ELSE 0 END "
                   "FROM sys.databases WHERE database_id = DB_ID()");
    /* The current schema's before another's of the same name. */
    scripted_asked(&source, "sql SELECT * FROM \"dbo\".\"Person\" WHERE 1 = 0");
    scripted_asked(&source, "  1 varchar dbo");
    scripted_asked(&source, "  2 varchar Person");
    ck_assert_ptr_null(strstr(source.log, "unexpected"));
    close_all();
}
END_TEST

/* The driver is told that nothing will be written: an availability group may send us elsewhere. */
START_TEST(the_connection_asks_for_a_reader)
{
    scripted_open(&source, SERVER("0") PERSON NO_INDEXES);
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    spec = reading_spec();
    spec.table = "person";
    reading_open(&reading, &settings);
    (void)scripted_log(&source);
    ck_assert_ptr_nonnull(strstr(source.log, "ApplicationIntent=ReadOnly;APP=novate"));
    close_all();
}
END_TEST

START_TEST(refusals_are_said_without_the_driver)
{
    struct error error = ERROR_NONE;
    struct source *opened = NULL;
    scripted_open(&source,
                  "dbms \"Microsoft SQL Server\" 15.00.4153\non connect\n"
                  "fail 28000 18456 [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login "
                  "failed for user 'reader'.\n");
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    ck_assert(!source_open(&settings, NULL, &opened, &error));
    ck_assert_str_eq(error.message, "cannot connect to the source: Login failed for user 'reader'");
    scripted_close(&source);
    scripted_open(&source,
                  SERVER("0") COLUMNS
                  "on SELECT * FROM %\nfail 42000 229 [Microsoft][ODBC Driver 18 for SQL "
                  "Server][SQL Server]The SELECT permission was denied on the object 'Person'.\n");
    settings.odbc = source.string;
    spec = reading_spec();
    spec.table = "person";
    reading_open(&reading, &settings);
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading),
                                 "refuses to read the table: The SELECT permission was denied"));
    close_all();
}
END_TEST

#define STEP "on SELECT TOP (1)%novate_k%\ncolumn K varchar 40 0\ncolumn N bigint 19 0\n"

/* Bounds have the column's own type, code page and collation; where the database allows it, a chunk
 * is of one moment. */
START_TEST(keys_are_compared_as_what_they_are)
{
    static const char *const key[] = {"Code"};
    open_with(SERVER("1") COLUMNS
              "row Code|varchar(20) COLLATE Greek_CI_AS|0\nrow Seen|datetime|1\n"
              "on SELECT * FROM \"dbo\".\"Person\" WHERE 1 = 0\ncolumn Code varchar 20 0\n"
              "column Seen timestamp 23 3\n"
              "on SELECT i.name, CONVERT(int, i.is_unique)%\ncolumn I wvarchar 128 0\n"
              "column U integer 10 0\ncolumn C wvarchar 128 0\nrow PK|1|Code\n"
              "on SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION\n"
              "on COMMIT TRANSACTION; SET TRANSACTION ISOLATION LEVEL READ COMMITTED\n"
              "on SELECT COUNT_BIG(*) FROM%\ncolumn N bigint 19 0\nrow 2\n" STEP
              "times 1\nrow β|100\n" STEP "times 1\n" STEP "times 1\nrow β|2\n" STEP
              "on SELECT \"Code\", \"Seen\" FROM%\ncolumn K varchar 20 0\n"
              "column S timestamp 23 3\nrow α|2008-06-05 08:00:00.007\nrow β|\\N\n");
    spec.key = key;
    spec.key_count = 1;
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    (void)scripted_log(&source);
    reading_plan(&reading, 100, 0);
    reading_run(&reading);
    (void)scripted_log(&source);
    ck_assert_msg(reading.count == 2, "%s", source.log);
    ck_assert_ptr_null(strstr(source.log, "unexpected"));
    ck_assert_str_eq(reading_value(&reading, 0, "seen"), "2008-06-05 08:00:00.007");
    scripted_asked(&source, "sql SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION");
    scripted_asked(&source,
                   "sql SELECT TOP (1) \"Code\", COUNT_BIG(*) OVER () FROM (SELECT TOP (100) "
                   "\"Code\" FROM \"dbo\".\"Person\" WHERE \"Code\" > CAST(? COLLATE Greek_CI_AS "
                   "AS varchar(20)) AND 1 = 1 ORDER BY \"Code\") novate_k ORDER BY \"Code\" DESC");
    scripted_asked(&source, "  1 wvarchar β");
    close_all();
}
END_TEST

/* The victim of a deadlock is told apart from a query that is wrong: it may be tried again. */
START_TEST(a_deadlock_is_a_loss_that_passes)
{
    open_with(SERVER("0") COLUMNS
              "row Code|varchar(20)|0\non SELECT * FROM \"dbo\".\"Person\" WHERE 1 = 0\n"
              "column Code varchar 20 0\non SELECT COUNT_BIG(*) FROM%\n"
              "fail 40001 1205 [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Transaction "
              "(Process ID 60) was deadlocked on lock resources with another process and has been "
              "chosen as the deadlock victim. Rerun the transaction.\n");
    struct chunk_list chunks = {.count = 0};
    struct chunk_plan_options options = {.chunk_rows = 100};
    struct error error = ERROR_NONE;
    ck_assert(
        !source_plan(reading.source, reading.relation, &options, &reading.arena, &chunks, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE_LOST);
    ck_assert_str_eq(error.sqlstate, "40001");
    close_all();
}
END_TEST

static struct health health;

static void assert_finding(const char *what, enum health_severity severity, const char *measured)
{
    for (int i = 0; i < health.count; i++) {
        if (strcmp(health.items[i].what, what) == 0) {
            ck_assert_str_eq(health.items[i].measured, measured);
            ck_assert_int_eq((int)health.items[i].severity, (int)severity);
            return;
        }
    }
    ck_abort_msg("nothing is said of %s", what);
}

static void look(bool at_source)
{
    static const char *const key[] = {"PersonId"};
    spec.key = key;
    spec.key_count = 1;
    spec.changed = "changed";
    ck_assert(reading_describe(&reading, &spec));
    health = (struct health){.count = 0};
    ck_assert(source_health(reading.source,
                            at_source ? NULL : reading.relation,
                            &reading.arena,
                            &health,
                            &reading.error));
}

START_TEST(health_is_measured)
{
    open_with(SERVER("1") PERSON
              "on SET NOCOUNT ON; DECLARE @table int;%dm_db_partition_stats%\n"
              "column R bigint 19 0\ncolumn B bigint 19 0\nrow 500000|80000000\n"
              "on SELECT i.name, CONVERT(int, i.is_unique)%\n"
              "column I wvarchar 128 0\ncolumn U integer 10 0\ncolumn C wvarchar 128 0\n"
              "row IX_Changed|0|Changed\nrow PK_Person|1|Surname\nrow PK_Person|1|PersonId\n"
              "on SET NOCOUNT ON; DECLARE @table int;%dm_db_index_physical_stats%\n"
              "column P bigint 19 0\ncolumn F float 53 0\nrow 10000|4200.5\n"
              "on SET NOCOUNT ON; DECLARE @table int;%dm_db_stats_properties%\n"
              "column D integer 10 0\ncolumn M bigint 19 0\ncolumn R bigint 19 0\n"
              "row 3|100|500000\n"
              "on SELECT CASE WHEN DATABASEPROPERTYEX%\ncolumn R varchar 7 0\n"
              "column N integer 10 0\nrow replica|0\n"
              "on SELECT CASE WHEN HAS_PERMS_BY_NAME%dm_exec_sessions%\ncolumn U integer 10 0\n"
              "column M integer 10 0\nrow 40|32767\n"
              "on SELECT CASE WHEN HAS_PERMS_BY_NAME%total_elapsed_time%\ncolumn N integer 10 0\n"
              "column S integer 10 0\nrow 1|90\n"
              "on SELECT CASE WHEN HAS_PERMS_BY_NAME%LCK%\ncolumn N integer 10 0\n"
              "column S integer 10 0\nrow 0|\\N\n"
              "on SELECT snapshot_isolation_state FROM%\ncolumn S tinyint 3 0\nrow 1\n");
    look(false);
    assert_finding("table size", HEALTH_INFO, "about 500000 rows, 80.0 MB");
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (PersonId)");
    assert_finding("watermark index", HEALTH_INFO, "an index begins with (Changed)");
    assert_finding("fragmented pages", HEALTH_WARNING, "42 % of 10000 pages");
    assert_finding("statistics", HEALTH_INFO, "3 days old, 100 changes since");
    look(true);
    assert_finding("role", HEALTH_INFO, "a replica");
    assert_finding("connections", HEALTH_INFO, "40 of 32767 in use");
    assert_finding("long queries", HEALTH_WARNING, "1, the longest for 90 s");
    assert_finding("lock waits", HEALTH_INFO, "none");
    assert_finding("snapshot isolation", HEALTH_INFO, "allowed");
    (void)scripted_log(&source);
    /* NULL would stand for every table of the database. */
    scripted_asked(
        &source,
        "sql SET NOCOUNT ON; DECLARE @table int; SET @table = "
        "ISNULL(OBJECT_ID(QUOTENAME(CAST(? AS nvarchar(128))) + '.' + QUOTENAME(CAST(? AS "
        "nvarchar(128)))), -1); SELECT SUM(page_count), SUM(page_count * "
        "avg_fragmentation_in_percent / 100) FROM "
        "sys.dm_db_index_physical_stats(DB_ID(), @table, NULL, NULL, 'LIMITED') WHERE "
        "index_id < 2");
    close_all();
}
END_TEST

/* Without VIEW SERVER STATE a session sees itself alone, which must not pass for a quiet server. */
START_TEST(health_without_privileges)
{
    open_with(SERVER("0") PERSON
              "on SELECT i.name, CONVERT(int, i.is_unique)%\n"
              "column I wvarchar 128 0\ncolumn U integer 10 0\ncolumn C wvarchar 128 0\n"
              "row PK_Person|1|PersonId\n"
              "on SET NOCOUNT ON; DECLARE @table int;%\nfail 42000 262 [Microsoft][ODBC Driver 18 "
              "for SQL Server][SQL Server]VIEW DATABASE STATE permission denied in database "
              "'ward'.\n"
              "on SELECT CASE WHEN DATABASEPROPERTYEX%\ncolumn R varchar 7 0\n"
              "column N integer 10 0\nrow primary|0\n"
              "on SELECT CASE WHEN HAS_PERMS_BY_NAME%\ncolumn N integer 10 0\n"
              "column S integer 10 0\nrow \\N|0\n"
              "on SELECT snapshot_isolation_state FROM%\ncolumn S tinyint 3 0\nrow 0\n");
    look(false);
    assert_finding("table size",
                   HEALTH_INFO,
                   "could not be read: VIEW DATABASE STATE permission denied in database 'ward'");
    assert_finding("fragmented pages",
                   HEALTH_INFO,
                   "could not be read: VIEW DATABASE STATE permission denied in database 'ward'");
    assert_finding("key index", HEALTH_INFO, "an index begins with (PersonId)");
    look(true);
    assert_finding("connections", HEALTH_INFO, "could not be read: the source does not say");
    assert_finding("long queries", HEALTH_INFO, "could not be read: the source does not say");
    assert_finding("lock waits", HEALTH_INFO, "could not be read: the source does not say");
    assert_finding("snapshot isolation", HEALTH_INFO, "not allowed");
    close_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("extract_sqlserver");
    TCase *tests = tcase_create("extract_sqlserver");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, types_and_values, 0, (int)COUNT(cases));
    tcase_add_test(tests, the_session_is_fixed_and_gentle);
    tcase_add_test(tests, the_connection_asks_for_a_reader);
    tcase_add_test(tests, refusals_are_said_without_the_driver);
    tcase_add_test(tests, health_is_measured);
    tcase_add_test(tests, health_without_privileges);
    tcase_add_test(tests, keys_are_compared_as_what_they_are);
    tcase_add_test(tests, a_deadlock_is_a_loss_that_passes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
