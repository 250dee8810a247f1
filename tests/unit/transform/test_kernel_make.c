/* test_kernel_make.c — dates made of numbers, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(calendar)
{
    static const struct value_case cases[] = {
        {"make_date(2024, 2, 29)", "2024-02-29"},
        {"make_date(2023, 2, 29)", "!22008"},
        {"make_date(-44, 3, 15)", "0044-03-15 BC"},
        {"make_date(0, 1, 1)", "!22008"},
        {"make_date(5874897, 12, 31)", "5874897-12-31"},
        {"make_date(5874898, 1, 1)", "!22008"},
        {"make_date(-2147483648, 1, 1)", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(times)
{
    static const struct value_case cases[] = {
        {"make_time(24, 0, 0)", "24:00:00"},
        {"make_time(24, 0, 0.1)", "!22008"},
        {"make_time(23, 59, 60)", "24:00:00"},
        {"make_time(23, 59, 59.9999999)", "24:00:00"},
        {"make_time(0, 0, -0.0000001)", "00:00:00"},
        {"make_time(0, 0, 'NaN'::float8)", "!22008"},
        {"make_timestamp(1999, 12, 31, 24, 0, 0)", "2000-01-01 00:00:00"},
        {"make_timestamp(294277, 1, 1, 0, 0, 0)", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(seconds_of_the_epoch)
{
    static const struct value_case cases[] = {
        {"to_timestamp(0.5)", "1970-01-01 00:00:00.5+00"},
        {"to_timestamp('NaN'::float8)", "!22008"},
        {"to_timestamp('-infinity'::float8)", "-infinity"},
        {"to_timestamp(1e15)", "!22008"},
        {"isfinite(DATE 'infinity')", "f"},
        {"isfinite(TIMESTAMP '2024-01-01')", "t"},
        {"isfinite(INTERVAL '1 day')", "t"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {calendar, times, seconds_of_the_epoch};
    return RUN_TESTS("kernel_make", tests);
}
