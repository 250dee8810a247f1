/* test_extract_oracle.c — Oracle through a driver that answers from a script: which statements are
 * sent, what becomes of each type, what is said when it refuses. The answers are those of the
 * documentation that odbc_dialect_oracle.c names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "scripted_source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define ORACLE(version)                                                                            \
    "dbms Oracle " version "\ndriver libsqora.so.19.1\nno-bigint\n"                                \
    "on ALTER SESSION SET NLS_%\non ALTER SESSION SET TIME_ZONE = '+00:00'\n"                      \
    "on SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM DUAL\n"                               \
    "column S varchar 128 0\nrow V500_READ\n"

/* PERSON is another schema's, behind a public synonym. */
#define TABLES                                                                                     \
    "on SELECT NULL, OWNER, OBJECT_NAME%\n"                                                        \
    "column C varchar 1 0\ncolumn S varchar 128 0\ncolumn T varchar 128 0\n"                       \
    "column M decimal 1 0\ncolumn R varchar 128 0\n"                                               \
    "row \\N|V500|PERSON|0|PERSON\nrow \\N|OTHER|PERSON|0|PERSON\nrow \\N|V500|PERSON|1|PERSON\n"

#define COLUMNS                                                                                    \
    "on SELECT COLUMN_NAME, CASE%\ncolumn N varchar 128 0\ncolumn T varchar 128 0\n"               \
    "column U decimal 1 0\n"

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
    const char *declared; /* by ALL_TAB_COLUMNS */
    const char *driver;   /* as the driver describes it */
    const char *type;
    const char *expression; /* what is asked for, of "C" */
    const char *given;      /* by the server */
    const char *value;
};

static const struct type_case cases[] = {
    {"NUMBER",
     "double 15 0",
     "numeric",
     "TO_CHAR(\"C\", 'TM9')",
     "12345678901234567890123456789012345678",
     "12345678901234567890123456789012345678"},
    {"NUMBER", "double 15 0", "numeric", "TO_CHAR(\"C\", 'TM9')", "-.5", "-0.5"},
    {"NUMBER",
     "double 15 0",
     "numeric",
     "TO_CHAR(\"C\", 'TM9')",
     "1.5E+70",
     "15000000000000000000000000000000000000000000000000000000000000000000000"},
    {"NUMBER(4,0)", "decimal 4 0", "smallint", "TO_CHAR(\"C\", 'TM9')", "-9999", "-9999"},
    {"NUMBER(9,0)", "decimal 9 0", "integer", "TO_CHAR(\"C\", 'TM9')", "999999999", "999999999"},
    {"NUMBER(18,0)",
     "decimal 18 0",
     "bigint",
     "TO_CHAR(\"C\", 'TM9')",
     "-999999999999999999",
     "-999999999999999999"},
    {"NUMBER(19,0)",
     "decimal 19 0",
     "numeric(19,0)",
     "TO_CHAR(\"C\", 'TM9')",
     "9999999999999999999",
     "9999999999999999999"},
    {"NUMBER(38,0)", "decimal 38 0", "numeric(38,0)", "TO_CHAR(\"C\", 'TM9')", "7", "7"},
    {"NUMBER(12,2)", "decimal 12 2", "numeric(12,2)", "TO_CHAR(\"C\", 'TM9')", ".1", "0.1"},
    {"NUMBER(5,-2)", "decimal 5 -2", "integer", "TO_CHAR(\"C\", 'TM9')", "1234500", "1234500"},
    {"NUMBER(2,4)", "decimal 2 4", "numeric(4,4)", "TO_CHAR(\"C\", 'TM9')", ".0012", "0.0012"},
    {"FLOAT",
     "double 15 0",
     "numeric",
     "TO_CHAR(\"C\", 'TM9')",
     "3.14159265358979323846",
     "3.14159265358979323846"},
    {"BINARY_DOUBLE", "double 15 0", "double precision", "\"C\"", "0.1", "0.1"},
    {"BINARY_FLOAT", "real 7 0", "real", "\"C\"", "0.5", "0.5"},
    {"DATE",
     "timestamp 19 0",
     "timestamp(0) without time zone",
     "TO_CHAR(\"C\", CASE WHEN \"C\" < DATE '0001-01-01' THEN 'YYYY-MM-DD HH24:MI:SS \"BC\"' ELSE "
     "'YYYY-MM-DD HH24:MI:SS' END)",
     "2008-06-05 23:59:59",
     "2008-06-05 23:59:59"},
    {"DATE",
     "timestamp 19 0",
     "timestamp(0) without time zone",
     NULL,
     "4712-01-01 00:00:00 BC",
     "4712-01-01 00:00:00 BC"},
    {"DATE",
     "timestamp 19 0",
     "timestamp(0) without time zone",
     NULL,
     "9999-12-31 23:59:59",
     "9999-12-31 23:59:59"},
    {"TIMESTAMP(6)",
     "timestamp 26 6",
     "timestamp without time zone",
     "TO_CHAR(\"C\", CASE WHEN \"C\" < TIMESTAMP '0001-01-01 00:00:00' THEN 'YYYY-MM-DD "
     "HH24:MI:SS.FF6 \"BC\"' ELSE 'YYYY-MM-DD HH24:MI:SS.FF6' END)",
     "2008-06-05 09:00:00.123456",
     "2008-06-05 09:00:00.123456"},
    {"TIMESTAMP(9)",
     "timestamp 29 9",
     "timestamp without time zone",
     NULL,
     "2008-06-05 09:00:00.123456789",
     "2008-06-05 09:00:00.123457"},
    {"TIMESTAMP(6) WITH TIME ZONE",
     "timestamp 26 6",
     "timestamp with time zone",
     "TO_CHAR(SYS_EXTRACT_UTC(\"C\"), 'YYYY-MM-DD HH24:MI:SS.FF6\"+00\"')",
     "2008-06-05 09:00:00.000001+00",
     "2008-06-05 09:00:00.000001+00"},
    {"TIMESTAMP(3) WITH LOCAL TIME ZONE",
     "timestamp 26 6",
     "timestamp with time zone",
     "TO_CHAR(\"C\", 'YYYY-MM-DD HH24:MI:SS.FF6\"+00\"')",
     "2008-06-05 09:00:00.123000+00",
     "2008-06-05 09:00:00.123+00"},
    {"VARCHAR2(20)", "varchar 20 0", "character varying(20)", "\"C\"", "é€😀", "é€😀"},
    {"NVARCHAR2(20)", "wvarchar 20 0", "character varying(20)", "\"C\"", "é€😀", "é€😀"},
    {"CHAR(5)", "char 5 0", "character(5)", "\"C\"", "ab   ", "ab"},
    {"NCHAR(5)", "wchar 5 0", "character(5)", "\"C\"", "ab   ", "ab"},
    {"VARCHAR2(20)", "varchar 20 0", "character varying(20)", "\"C\"", "\\N", NULL},
    {"CLOB", "longvarchar 2147483647 0", "text", "\"C\"", "\\r{3}x", "xxx"},
    {"NCLOB", "wlongvarchar 2147483647 0", "text", "\"C\"", "€", "€"},
    {"LONG", "longvarchar 2147483647 0", "text", "\"C\"", "old", "old"},
    {"RAW(16)", "varbinary 16 0", "bytea", "\"C\"", "00FF", "\\x00ff"},
    {"BLOB", "longvarbinary 2147483647 0", "bytea", "\"C\"", "0102", "\\x0102"},
    {"LONG RAW", "longvarbinary 2147483647 0", "bytea", "\"C\"", "0102", "\\x0102"},
    {"ROWID",
     "char 18 0",
     "text",
     "ROWIDTOCHAR(\"C\")",
     "AAAA8mAALAAAAQkAAA",
     "AAAA8mAALAAAAQkAAA"},
    {"INTERVAL DAY(2) TO SECOND(6)",
     "varchar 30 0",
     "text",
     "TO_CHAR(\"C\")",
     "+01 02:03:04.000000",
     "+01 02:03:04.000000"},
    {"XMLTYPE",
     "longvarchar 2147483647 0",
     "text",
     "XMLSERIALIZE(CONTENT \"C\" AS CLOB)",
     "<a/>",
     "<a/>"},
};

START_TEST(types_and_values)
{
    const struct type_case *at = &cases[_i];
    char script[4096];
    (void)snprintf(script,
                   sizeof script,
                   "%s"
                   "row C|%s|1\n"
                   "on SELECT * FROM \"V500\".\"PERSON\" WHERE 1 = 0\ncolumn C %s\n"
                   "on SELECT COUNT(*) FROM%%\ncolumn N decimal 38 0\nrow 1\n"
                   "on SELECT %s FROM \"V500\".\"PERSON\" WHERE 1 = 1\ncolumn C %s\nrow %s\n",
                   ORACLE("19.00.0000") TABLES COLUMNS,
                   at->declared,
                   at->driver,
                   at->expression != NULL ? at->expression : "%",
                   at->driver,
                   at->given);
    open_with(script);
    ck_assert_str_eq(reading_type(&reading, "c"), at->type);
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
    ck_assert_msg(reading.rows[0].refused == NULL, "%s", reading.rows[0].message);
    if (at->value == NULL) {
        ck_assert_ptr_null(reading_value(&reading, 0, "c"));
    } else {
        ck_assert_str_eq(reading_value(&reading, 0, "c"), at->value);
    }
    close_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("extract_oracle");
    TCase *tests = tcase_create("extract_oracle");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, types_and_values, 0, (int)COUNT(cases));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
