/* test_extract_sqlserver.c — SQL Server through a driver that answers from a script: which
 * statements are sent, what becomes of each type, what is said when it refuses. The answers are
 * those of the documentation that odbc_dialect_sqlserver.c names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "scripted_source.h"

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

static void open_with(const char *script)
{
    scripted_open(&source, script);
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

#define VARIANT "CASE CONVERT(sysname, SQL_VARIANT_PROPERTY(\"C\", 'BaseType')) WHEN %"

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

int main(void)
{
    Suite *suite = suite_create("extract_sqlserver");
    TCase *tests = tcase_create("extract_sqlserver");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, types_and_values, 0, (int)COUNT(cases));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
