/* test_extract_oracle.c — Oracle through a driver that answers from a script: which statements are
 * sent, what becomes of each type, what is said when it refuses. The answers are those of the
 * documentation that odbc_dialect_oracle.c names.
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

#define ORACLE(version)                                                                            \
    "dbms Oracle " version "\ndriver libsqora.so.19.1\nno-bigint\n"                                \
    "on ALTER SESSION SET NLS_%\non ALTER SESSION SET TIME_ZONE = '+00:00'\n"                      \
    "on SET TRANSACTION READ ONLY\non COMMIT\n"                                                    \
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

/* Where a test says nothing of indexes there are none. */
#define NO_INDEXES                                                                                 \
    "on SELECT c.INDEX_OWNER%\ncolumn I varchar 61 0\ncolumn U decimal 1 0\n"                      \
    "column C varchar 30 0\n"

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

/* Nothing of the session may depend on where the client or the server stands. */
START_TEST(the_session_is_fixed)
{
    open_with(ORACLE("19.00.0000") TABLES COLUMNS
              "row ID|NUMBER(9,0)|0\non SELECT * FROM %\ncolumn ID decimal 9 0\n");
    (void)scripted_log(&source);
    scripted_asked(&source,
                   "sql ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,' "
                   "NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' "
                   "NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9' "
                   "NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM' "
                   "NLS_SORT = BINARY NLS_COMP = BINARY");
    scripted_asked(&source, "sql ALTER SESSION SET TIME_ZONE = '+00:00'");
    /* The public synonym decides between two owners, and names are quoted as they are. */
    scripted_asked(&source, "sql SELECT * FROM \"V500\".\"PERSON\" WHERE 1 = 0");
    scripted_asked(&source, "  1 varchar V500");
    scripted_asked(&source, "  2 varchar PERSON");
    ck_assert_ptr_null(strstr(source.log, "SQLTables"));
    ck_assert_ptr_null(strstr(source.log, "unexpected"));
    ck_assert(!reading_column(&reading, "id")->nullable);
    close_all();
}
END_TEST

START_TEST(names_in_quotes_are_exact)
{
    scripted_open(&source,
                  ORACLE("19.00.0000") "on SELECT NULL, OWNER, OBJECT_NAME%\n"
                                       "column C varchar 1 0\ncolumn S varchar 128 0\n"
                                       "column T varchar 128 0\ncolumn M decimal 1 0\n"
                                       "column R varchar 128 0\n"
                                       "on SQLTables(, , )\ncolumn C varchar 1 0\n"
                                       "column S varchar 128 0\ncolumn T varchar 128 0\n"
                                       "row \\N|V500_READ|Person\n" COLUMNS
                                       "on SELECT * FROM \"V500_READ\".\"Person\" WHERE 1 = 0\n"
                                       "column ID decimal 9 0\n" NO_INDEXES);
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    spec = reading_spec();
    spec.table = "\"Person\"";
    reading_open(&reading, &settings);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    spec.table = "\"PERSON\"";
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading), "does not exist"));
    close_all();
}
END_TEST

/* Of a query only the driver speaks, and of a NUMBER without precision it says anything. */
START_TEST(queries_are_typed_by_the_driver)
{
    static const char *const expected[][2] = {{"A", "numeric"},
                                              {"B", "numeric"},
                                              {"C", "bigint"},
                                              {"D", "numeric(12,2)"},
                                              {"E", "double precision"},
                                              {"F", "timestamp without time zone"},
                                              {"G", "timestamp(0) without time zone"},
                                              {"H", "character varying(30)"},
                                              {"I", "bytea"}};
    scripted_open(&source,
                  ORACLE("10.02.0000") "on SELECT * FROM (SELECT 1 X FROM DUAL%\n"
                                       "column A double 15 0 as NUMBER\n"
                                       "column B decimal 38 0 as NUMBER\n"
                                       "column C decimal 15 0 as NUMBER\n"
                                       "column D decimal 12 2 as NUMBER\n"
                                       "column E double 15 0 as BINARY_DOUBLE\n"
                                       "column F timestamp 26 6 as TIMESTAMP\n"
                                       "column G timestamp 19 0 as DATE\n"
                                       "column H varchar 30 0 as VARCHAR2\n"
                                       "column I varbinary 16 0 as RAW\n");
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    spec = reading_spec();
    spec.query = "SELECT 1 X FROM DUAL";
    reading_open(&reading, &settings);
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_str_eq(reading_type(&reading, expected[i][0]), expected[i][1]);
    }
    close_all();
}
END_TEST

START_TEST(refusals_are_said_without_the_driver)
{
    struct error error = ERROR_NONE;
    struct source *opened = NULL;
    scripted_open(&source,
                  "dbms Oracle 19.00.0000\non connect\n"
                  "fail 08001 12541 [Oracle][ODBC][Ora]ORA-12541: TNS:no listener\n");
    settings = (struct plan_source){.name = "old", .odbc = source.string, .timezone = "UTC"};
    ck_assert(!source_open(&settings, NULL, &opened, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE_CONNECT);
    ck_assert_str_eq(error.message, "cannot connect to the source: ORA-12541: TNS:no listener");
    ck_assert_str_eq(error.sqlstate, "08001");
    scripted_close(&source);
    scripted_open(&source,
                  ORACLE("19.00.0000") TABLES
                  "on SELECT * FROM %\nfail 42S02 942 [Oracle][ODBC][Ora]ORA-00942: table or view "
                  "does not exist\n");
    settings.odbc = source.string;
    spec = reading_spec();
    spec.table = "PERSON";
    reading_open(&reading, &settings);
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading), "ORA-00942: table or view"));
    close_all();
}
END_TEST

#define STEP                                                                                       \
    "on SELECT%novate_k%\ncolumn K varchar 40 0\ncolumn S varchar 40 0\ncolumn N decimal 38 0\n"

/* What a chunk sends: a snapshot of its own, bounds that an index serves, no value in the text. */
static void read_keys(const char *version, const char *step)
{
    char script[4096];
    static const char *const key[] = {"PERSON_ID", "SEEN"};
    (void)snprintf(
        script,
        sizeof script,
        "%s%s%s",
        strcmp(version, "12") == 0 ? ORACLE("12.01.0020") : ORACLE("10.02.0000"),
        TABLES COLUMNS
        "row PERSON_ID|NUMBER|0\nrow SEEN|DATE|0\nrow NAME|VARCHAR2(100)|1\n"
        "on SELECT * FROM \"V500\".\"PERSON\" WHERE 1 = 0\ncolumn PERSON_ID double 15 0\n"
        "column SEEN timestamp 19 0\ncolumn NAME varchar 100 0\n"
        "on SELECT c.INDEX_OWNER%\ncolumn I varchar 61 0\ncolumn U decimal 1 0\n"
        "column C varchar 30 0\nrow V500.XPK|1|PERSON_ID\nrow V500.XPK|1|SEEN\n"
        "on SELECT COUNT(*) FROM%\ncolumn N decimal 38 0\nrow 2\n",
        STEP "times 1\nrow 12.5| 2008-06-05 09:00:00|100\n" /* planned: one end, */
        STEP "times 1\n"                                    /* and no other */
        STEP "times 1\nrow 12.5| 2008-06-05 09:00:00|2\n" STEP
             "on SELECT TO_CHAR(\"PERSON_ID\", 'TM9'), TO_CHAR(\"SEEN\"%\n"
             "column K varchar 40 0\ncolumn S varchar 40 0\ncolumn N varchar 100 0\n"
             "row 7|2008-06-05 08:00:00|Smith\nrow 12.5|2008-06-05 09:00:00|Jones\n");
    open_with(script);
    reading_close(&reading);
    reading_open(&reading, &settings);
    spec.key = key;
    spec.key_count = 2;
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    (void)scripted_log(&source);
    reading_plan(&reading, 100, 0);
    reading_run(&reading);
    (void)scripted_log(&source);
    ck_assert_msg(reading.count == 2, "%s", source.log);
    ck_assert_str_eq(reading_value(&reading, 1, "person_id"), "12.5");
    ck_assert_msg(strstr(source.log, "unexpected") == NULL, "%s", source.log);
    scripted_asked(&source, "autocommit off");
    scripted_asked(&source, "sql SET TRANSACTION READ ONLY");
    scripted_asked(&source, step);
    scripted_asked(&source,
                   "sql SELECT TO_CHAR(\"PERSON_ID\", 'TM9'), TO_CHAR(\"SEEN\", CASE WHEN \"SEEN\" "
                   "< DATE '0001-01-01' THEN 'YYYY-MM-DD HH24:MI:SS \"BC\"' ELSE 'YYYY-MM-DD "
                   "HH24:MI:SS' END), \"NAME\" FROM \"V500\".\"PERSON\" WHERE 1 = 1");
    ck_assert_msg(strstr(source.log,
                         "WHERE \"PERSON_ID\" >= TO_NUMBER(?) AND (\"PERSON_ID\" > TO_NUMBER(?) OR "
                         "(\"PERSON_ID\" = TO_NUMBER(?) AND \"SEEN\" > TO_DATE(?, 'SYYYY-MM-DD "
                         "HH24:MI:SS'))) AND 1 = 1") != NULL,
                  "%s",
                  source.log);
    scripted_asked(&source, "  1 varchar 12.5");
    scripted_asked(&source, "  4 varchar  2008-06-05 09:00:00");
    close_all();
}

START_TEST(keys_are_compared_as_what_they_are)
{
    if (_i == 0) {
        read_keys("12",
                  "sql SELECT TO_CHAR(\"PERSON_ID\", 'TM9'), TO_CHAR(\"SEEN\", 'SYYYY-MM-DD "
                  "HH24:MI:SS'), COUNT(*) OVER () FROM (SELECT \"PERSON_ID\", \"SEEN\" FROM "
                  "\"V500\".\"PERSON\" WHERE 1 = 1 ORDER BY \"PERSON_ID\", \"SEEN\" FETCH FIRST "
                  "100 ROWS ONLY) novate_k ORDER BY \"PERSON_ID\" DESC, \"SEEN\" DESC FETCH FIRST "
                  "1 ROWS ONLY");
    } else {
        read_keys("10",
                  "sql SELECT * FROM (SELECT TO_CHAR(\"PERSON_ID\", 'TM9') AS novate_0, "
                  "TO_CHAR(\"SEEN\", 'SYYYY-MM-DD HH24:MI:SS') AS novate_1, COUNT(*) OVER () FROM "
                  "(SELECT * FROM (SELECT \"PERSON_ID\", \"SEEN\" FROM \"V500\".\"PERSON\" WHERE "
                  "1 = 1 ORDER BY \"PERSON_ID\", \"SEEN\") WHERE ROWNUM <= 100) novate_k ORDER BY "
                  "\"PERSON_ID\" DESC, \"SEEN\" DESC) WHERE ROWNUM <= 1");
    }
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

#define PERSON                                                                                     \
    COLUMNS                                                                                        \
    "row PERSON_ID|NUMBER(19,0)|0\nrow UPDT_DT_TM|DATE|1\n"                                        \
    "on SELECT * FROM %\ncolumn PERSON_ID decimal 19 0\ncolumn UPDT_DT_TM timestamp 19 0\n"

static void look(bool at_source)
{
    static const char *const key[] = {"PERSON_ID"};
    spec.key = key;
    spec.key_count = 1;
    spec.changed = "updt_dt_tm";
    ck_assert(reading_describe(&reading, &spec));
    health = (struct health){.count = 0};
    ck_assert(source_health(reading.source,
                            at_source ? NULL : reading.relation,
                            &reading.arena,
                            &health,
                            &reading.error));
}

START_TEST(health_of_the_founding_case)
{
    open_with(ORACLE("10.02.0000") TABLES PERSON
              "on SELECT NUM_ROWS, NUM_ROWS * AVG_ROW_LEN FROM ALL_TABLES%\n"
              "column R decimal 38 0\ncolumn B decimal 38 0\nrow 1000000|200000000\n"
              "on SELECT c.INDEX_OWNER%\ncolumn I varchar 61 0\ncolumn U decimal 1 0\n"
              "column C varchar 30 0\nrow V500.XPK|1|PERSON_ID\nrow V500.XIE|0|NAME_LAST\n"
              "row V500.XIE|0|UPDT_DT_TM\n"
              "on SELECT s.BYTES,%\ncolumn B decimal 38 0\ncolumn W decimal 38 10\n"
              "row 2000000000|1777777777.7777777778\n"
              "on SELECT NUM_ROWS, CASE WHEN CHAIN_CNT%\ncolumn R decimal 38 0\n"
              "column C decimal 38 0\nrow 1000000|300000\n"
              "on SELECT NVL(FLOOR(SYSDATE - t.LAST_ANALYZED), -1)%\ncolumn D decimal 9 0\n"
              "column M decimal 38 0\ncolumn R decimal 38 0\nrow 400|900000|1000000\n"
              "on SELECT CASE WHEN DATABASE_ROLE%\ncolumn R varchar 10 0\ncolumn N decimal 9 0\n"
              "row primary|1\n"
              "on SELECT CURRENT_UTILIZATION%\ncolumn U decimal 9 0\ncolumn L varchar 10 0\n"
              "row 960|1000\n"
              "on SELECT COUNT(*), MAX(LAST_CALL_ET) FROM V$SESSION%\ncolumn N decimal 9 0\n"
              "column S decimal 9 0\nrow 8|3600\n"
              "on SELECT COUNT(*), MAX(CTIME) FROM V$LOCK%\ncolumn N decimal 9 0\n"
              "column S decimal 9 0\nrow 3|340\n"
              "on SELECT VALUE FROM V$PARAMETER%\ncolumn V varchar 512 0\nrow 300\n");
    look(false);
    assert_finding("table size", HEALTH_INFO, "about 1000000 rows, 200.0 MB");
    assert_finding("key index", HEALTH_INFO, "an index begins with (PERSON_ID)");
    assert_finding("watermark index", HEALTH_CRITICAL, "no index begins with (UPDT_DT_TM)");
    assert_finding("space below the high-water mark", HEALTH_WARNING, "89 % of 2.0 GB");
    assert_finding("chained rows", HEALTH_WARNING, "30 % of 1000000 rows");
    assert_finding("statistics", HEALTH_WARNING, "400 days old, 900000 changes since");
    look(true);
    assert_finding("role", HEALTH_INFO, "the primary, with 1 replica");
    assert_finding("sessions", HEALTH_CRITICAL, "960 of 1000 in use");
    assert_finding("long queries", HEALTH_WARNING, "8, the longest for 3600 s");
    assert_finding("lock waits", HEALTH_WARNING, "3, the longest for 340 s");
    assert_finding("undo retention", HEALTH_WARNING, "300 s");
    (void)scripted_log(&source);
    scripted_asked(&source,
                   "sql SELECT COUNT(*), MAX(LAST_CALL_ET) FROM V$SESSION WHERE STATUS = 'ACTIVE' "
                   "AND TYPE = 'USER' AND AUDSID <> USERENV('SESSIONID') AND LAST_CALL_ET >= 60");
    scripted_asked(&source,
                   "sql SELECT s.BYTES, s.BYTES - t.NUM_ROWS * t.AVG_ROW_LEN / (1 - "
                   "NVL(t.PCT_FREE, 10) / 100) FROM ALL_TABLES t, (SELECT SUM(BYTES) AS BYTES FROM "
                   "DBA_SEGMENTS WHERE OWNER = ? AND SEGMENT_NAME = ?) s WHERE t.OWNER = ? AND "
                   "t.TABLE_NAME = ?");
    scripted_asked(&source, "timeout 5");
    close_all();
}
END_TEST

/* An account that may only read sees nothing of the server: that is said, and is no error. */
START_TEST(health_without_privileges)
{
    open_with(ORACLE("19.00.0000") TABLES PERSON
              "on %V$%\nfail 42S02 942 [Oracle][ODBC][Ora]ORA-00942: table or view does not exist\n"
              "on %DBA_SEGMENTS%\nfail 42S02 942 [Oracle][ODBC][Ora]ORA-00942: table or view does "
              "not exist\n"
              "on SELECT NUM_ROWS, NUM_ROWS * AVG_ROW_LEN FROM ALL_TABLES%\n"
              "column R decimal 38 0\ncolumn B decimal 38 0\nrow \\N|\\N\n"
              "on SELECT NUM_ROWS, CASE WHEN CHAIN_CNT%\ncolumn R decimal 38 0\n"
              "column C decimal 38 0\nrow \\N|\\N\n"
              "on SELECT NVL(FLOOR(SYSDATE - t.LAST_ANALYZED), -1)%\ncolumn D decimal 9 0\n"
              "column M decimal 38 0\ncolumn R decimal 38 0\nrow -1|\\N|\\N\n");
    look(false);
    assert_finding("table size", HEALTH_INFO, "could not be read: the source does not say");
    assert_finding("key index", HEALTH_CRITICAL, "no index begins with (PERSON_ID)");
    assert_finding("space below the high-water mark",
                   HEALTH_INFO,
                   "could not be read: ORA-00942: table or view does not exist");
    assert_finding("chained rows", HEALTH_INFO, "could not be read: the source does not say");
    assert_finding("statistics", HEALTH_WARNING, "were never made");
    look(true);
    ck_assert_int_eq(health.count, 5);
    for (int i = 0; i < health.count; i++) {
        ck_assert_int_eq((int)health.items[i].severity, (int)HEALTH_INFO);
        ck_assert_str_eq(health.items[i].measured,
                         "could not be read: ORA-00942: table or view does not exist");
        ck_assert_ptr_nonnull(strstr(health.items[i].advice, "SELECT on V_$"));
    }
    close_all();
}
END_TEST

START_TEST(a_lost_connection_is_no_finding)
{
    open_with(ORACLE("19.00.0000") TABLES PERSON
              "on %V$DATABASE%\nfail 08S01 3113 [Oracle][ODBC][Ora]ORA-03113: end-of-file on "
              "communication channel\ndrop\n");
    health = (struct health){.count = 0};
    ck_assert(!source_health(reading.source, NULL, &reading.arena, &health, &reading.error));
    ck_assert_ptr_nonnull(strstr(reading.error.message, "ORA-03113"));
    close_all();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("extract_oracle");
    TCase *tests = tcase_create("extract_oracle");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, types_and_values, 0, (int)COUNT(cases));
    tcase_add_test(tests, the_session_is_fixed);
    tcase_add_test(tests, names_in_quotes_are_exact);
    tcase_add_test(tests, queries_are_typed_by_the_driver);
    tcase_add_test(tests, refusals_are_said_without_the_driver);
    tcase_add_test(tests, health_of_the_founding_case);
    tcase_add_test(tests, health_without_privileges);
    tcase_add_test(tests, a_lost_connection_is_no_finding);
    tcase_add_loop_test(tests, keys_are_compared_as_what_they_are, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
