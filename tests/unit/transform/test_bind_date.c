/* test_bind_date.c — formats and zones that are wrong are found without a record; intervals find
 * their way into columns. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(what_a_format_has_not_is_refused)
{
    static const struct value_case cases[] = {
        {"to_char(now(), 'YYYY TZ')", "?field \"TZ\" in the format of to_char() is not available"},
        {"to_char(now(), 'TMMonth')", "?field \"TM\" in the format of to_char() is not available"},
        {"to_char(now(), 'DDSP')", "?field \"SP\" in the format of to_char() is not available"},
        {"to_char(INTERVAL '1 day', 'Mon')",
         "?field \"Mon\" in the format of to_char() is not available"},
        {"to_date('2024', 'IYYY')", "?field \"IYYY\" in the format of to_date() is not available"},
        {"to_timestamp('2024', 'OF')",
         "?field \"OF\" in the format of to_timestamp() is not available"},
        {"to_date('2024', a)", "?a format of to_date() that is not a constant is not available"},
        {"parse_date('2024', 'YYYY')", "?date pattern \"YYYY\" does not have year, month and day"},
        {"parse_date('x', 'DD/MM/YYYY|DD/MM/YY')",
         "?format \"DD/MM/YY\" of parse_date() has YY, which needs a third argument, the last day "
         "that it may mean"},
        {"parse_date('x', 'DD/MM/YYYY HH24')",
         "?format \"DD/MM/YYYY HH24\" of parse_date() has a time of day"},
        {"parse_time('x', 'DD/MM/YYYY')", "?format \"DD/MM/YYYY\" of parse_time() has a date"},
        {"parse_timestamp('x', 'HH24:MI')", "?format \"HH24:MI\" of parse_timestamp() has no date"},
        {"parse_timestamp('x', 'YYYYMMDD HH24 TZH')",
         "?format \"YYYYMMDD HH24 TZH\" of parse_timestamp() has a time zone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        teardown();
        setup();
        mapping_run_source(&run, "a", "text");
        mapping_run_column(&run, "x", cases[i].expression);
        ck_assert_msg(!mapping_run_compile(&run), "%s", cases[i].expression);
        ck_assert_str_eq(run.problems.items[0].message, cases[i].value + 1);
    }
}
END_TEST

START_TEST(a_zone_that_does_not_exist_is_warned_of)
{
    mapping_run_source(&run, "t", "timestamp");
    mapping_run_column(&run, "x", "t AT TIME ZONE 'Europe/Lonodn'");
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 0);
    ck_assert_int_eq(run.problems.count, 1);
    ck_assert_str_eq(run.problems.items[0].message, "time zone \"Europe/Lonodn\" not recognized");
    ck_assert_int_eq(run.problems.items[0].place.column, 15 + 15);
}
END_TEST

START_TEST(zones_of_columns_are_looked_up)
{
    mapping_run_source(&run, "t", "timestamp");
    mapping_run_source(&run, "z", "text");
    mapping_run_column(&run, "x", "try(t AT TIME ZONE z)");
    ck_assert(mapping_run_compile(&run));
    for (int i = 0; i < 30; i++) {
        static const char *const zones[] = {"Europe/London",
                                            "UTC",
                                            "nosuch",
                                            NULL,
                                            "EST5EDT",
                                            "+1",
                                            "+2",
                                            "+3",
                                            "+4",
                                            "+5",
                                            "+6",
                                            "Asia/Tokyo"};
        mapping_run_row(&run, (const char *[]){"2024-06-01 12:00:00", zones[i % 12]});
    }
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 30);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "2024-06-01 11:00:00+00");
    ck_assert_str_eq(mapping_run_value(&run, 0, 1), "2024-06-01 12:00:00+00");
    ck_assert_ptr_null(mapping_run_value(&run, 0, 2));
    ck_assert_ptr_null(mapping_run_value(&run, 0, 3));
    ck_assert_str_eq(mapping_run_value(&run, 0, 16), "2024-06-01 16:00:00+00");
    ck_assert_str_eq(mapping_run_value(&run, 0, 17), "2024-06-01 13:00:00+00");
    ck_assert_str_eq(mapping_run_value(&run, 0, 24), "2024-06-01 11:00:00+00");
    ck_assert_str_eq(mapping_run_value(&run, 0, 23), "2024-06-01 03:00:00+00");
}
END_TEST

START_TEST(an_interval_goes_into_its_column_by_its_text)
{
    mapping_run_source(&run, "a", "text");
    mapping_run_target(&run, "stay", "interval");
    mapping_run_column(&run, "stay", "a::interval * 2");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    mapping_run_row(&run, (const char *[]){"1 day 01:00"});
    mapping_run_row(&run, (const char *[]){"x"});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 1);
    ck_assert_str_eq(mapping_run_value(&run, 0, 0), "2 days 02:00:00");
    ck_assert_str_eq(run.rejects[0].sqlstate, "22007");
}
END_TEST

START_TEST(what_an_assignment_would_lose_is_refused)
{
    mapping_run_source(&run, "a", "text");
    mapping_run_target(&run, "at", "time");
    mapping_run_target(&run, "stay", "interval(3)");
    mapping_run_column(&run, "at", "a::interval");
    mapping_run_column(&run, "stay", "a::interval");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 2);
    ck_assert_str_eq(run.problems.items[0].message,
                     "column \"at\" is of type time without time zone but the expression is of "
                     "type interval");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {what_a_format_has_not_is_refused,
                                  a_zone_that_does_not_exist_is_warned_of,
                                  zones_of_columns_are_looked_up,
                                  an_interval_goes_into_its_column_by_its_text,
                                  what_an_assignment_would_lose_is_refused};
    return RUN_TESTS("bind_date", tests);
}
