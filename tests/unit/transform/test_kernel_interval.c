/* test_kernel_interval.c — arithmetic of intervals, and the language around them, as PostgreSQL 15
 * gives them. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(literals_have_fields_and_precision)
{
    static const struct value_case cases[] = {
        {"INTERVAL '1' DAY", "1 day"},
        {"INTERVAL '1-2' YEAR TO MONTH", "1 year 2 mons"},
        {"INTERVAL '10' MINUTE", "00:10:00"},
        {"INTERVAL '1 day 2:03:04' DAY TO MINUTE", "1 day 02:03:00"},
        {"INTERVAL '1:02' MINUTE TO SECOND", "00:01:02"},
        {"INTERVAL '1:2.345' MINUTE TO SECOND(1)", "00:01:02.3"},
        {"INTERVAL(2) '1.2345 s'", "00:00:01.23"},
        {"CAST('1.5 days' AS interval day)", "1 day"},
        {"'90 seconds'::interval(0)", "00:01:30"},
        {"CAST('1 year 3 mons' AS interval year)", "1 year"},
        {"'1:2.9'::interval hour to minute", "00:01:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(fractions_go_down)
{
    static const struct value_case cases[] = {
        {"INTERVAL '1 month' * 0.5", "15 days"},
        {"INTERVAL '1 mon 1 day' / 7", "4 days 10:17:08.546743"},
        {"1.5 * INTERVAL '1 day'", "1 day 12:00:00"},
        {"INTERVAL '1 day' / 0", "!22012"},
        {"INTERVAL '1 year' * 1e10", "!22008"},
        {"INTERVAL '1 mon' * 'NaN'::float8", "!22008"},
        {"- INTERVAL '1 mon -1 day'", "-1 mons +1 day"},
        {"- INTERVAL '-2147483648 days'", "!22008"},
        {"INTERVAL '2147483647 days' + INTERVAL '1 day'", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(order_takes_thirty_days)
{
    static const struct value_case cases[] = {
        {"INTERVAL '1 mon' = INTERVAL '30 days'", "t"},
        {"INTERVAL '1 day' = INTERVAL '24:00'", "t"},
        {"INTERVAL '1 mon' > INTERVAL '29 days 23:59:59.999999'", "t"},
        {"INTERVAL '1 mon' IN (INTERVAL '720 hours')", "t"},
        {"greatest(INTERVAL '31 days', INTERVAL '1 mon')", "31 days"},
        {"INTERVAL '-1 day' < INTERVAL '-23:00'", "t"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(justified)
{
    static const struct value_case cases[] = {
        {"justify_hours(INTERVAL '-1 day 25 hours')", "01:00:00"},
        {"justify_days(INTERVAL '1 mon -1 day')", "29 days"},
        {"justify_interval(INTERVAL '1 mon -1 hour')", "29 days 23:00:00"},
        {"justify_days(INTERVAL '2147483647 months 60 days')", "!22008"},
        {"make_interval(2147483647)", "!22008"},
        {"make_interval(178956970, 7)", "178956970 years 7 mons"},
        {"make_interval(178956970, 8)", "!22008"},
        {"make_interval(0, 0, 306783378, 1)", "2147483647 days"},
        {"make_interval(0, 0, 306783378, 2)", "!22008"},
        {"make_interval(0, 0, 0, 0, 2147483647, 0, 9e12)", "!22008"},
        {"make_interval(0, 0, 0, 0, 0, 0, 1e300)", "!22008"},
        {"make_interval(1, 2, 3, 4, 5, 6, 7.5)", "1 year 2 mons 25 days 05:06:07.5"},
        {"make_interval(0, 0, 0, 0, 0, 0, 'infinity'::float8)", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(texts_that_are_none)
{
    static const struct value_case cases[] = {
        {"INTERVAL '1 day' || 'x'", "1 dayx"},
        {"CAST(concat('x') AS interval)", "!22007"},
        {"CAST(concat('5 ago') AS interval)", "!22007"},
        {"CAST(concat('1 2 days') AS interval)", "!22007"},
        {"CAST(concat('99999999999 days') AS interval)", "!22015"},
        {"CAST(concat('2147483647 years') AS interval)", "!22008"},
        {"CAST(concat('P1Y2M3DT4H5M6.7S') AS interval)", "1 year 2 mons 3 days 04:05:06.7"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {literals_have_fields_and_precision,
                                  fractions_go_down,
                                  order_takes_thirty_days,
                                  justified,
                                  texts_that_are_none};
    return RUN_TESTS("kernel_interval", tests);
}
