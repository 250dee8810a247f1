/* test_kernel_read_date.c — to_date and to_timestamp, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(lenient)
{
    static const struct value_case cases[] = {
        {"to_date('29/02/2024', 'DD/MM/YYYY')", "2024-02-29"},
        {"to_date('  29 - 2-2024', 'DD/MM/YYYY')", "2024-02-29"},
        {"to_date('20240229', 'YYYYMMDD')", "2024-02-29"},
        {"to_date('29 Feb 24', 'DD Mon YY')", "2024-02-29"},
        {"to_date('29feb1969', 'DDMonYYYY')", "!22008"},
        {"to_date('69 070 7', 'YY YYY Y')", "!22007"},
        {"to_date('2024060', 'YYYYDDD')", "2024-02-29"},
        {"to_date('', 'YYYY')", "0001-01-01 BC"},
        {"to_date('2451545', 'J')", "2000-01-01"},
        {"to_date('44-03-15 BC', 'YYYY-MM-DD BC')", "0044-03-15 BC"},
        {"to_date('Thursday 29 February 2024', 'Day DD Month YYYY')", "2024-02-29"},
        {"to_date('31 02', 'DD MM')", "0001-03-02 BC"},
        {"to_date('2024-02-29 13:30', 'YYYY-MM-DD')", "2024-02-29"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(errors)
{
    static const struct value_case cases[] = {
        {"to_date('30/02/2024', 'DD/MM/YYYY')", "!22008"},
        {"to_date('2024-13-01', 'YYYY-MM-DD')", "!22008"},
        {"to_date('x', 'YYYY')", "!22007"},
        {"to_date('20230105', 'YYYY-MM-DD')", "!22008"},
        {"to_date('99999999999', 'YYYY')", "!22008"},
        {"to_date('2024 2023', 'YYYY YYYY')", "!22007"},
        {"to_date('13 PM', 'HH12 PM')", "!22007"},
        {"to_date('2 13 PM', 'DD HH12 PM')", "!22007"},
        {"to_date('060', 'DDD')", "!22007"},
        {"to_date('Foo', 'Mon')", "!22007"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(timestamps)
{
    static const struct value_case cases[] = {
        {"to_timestamp('2024-06-01 13:30:05.25', 'YYYY-MM-DD HH24:MI:SS.US')",
         "2024-06-01 13:30:05.25+00"},
        {"to_timestamp('2024-06-01 01:30 pm', 'YYYY-MM-DD HH12:MI am')", "2024-06-01 13:30:00+00"},
        {"to_timestamp('2024-06-01 12:00 -3:30', 'YYYY-MM-DD HH24:MI TZH:TZM')",
         "2024-06-01 15:30:00+00"},
        {"to_timestamp('2024-06-01 12:00+16', 'YYYY-MM-DD HH24:MITZH')", "!22008"},
        {"to_timestamp('2024 .1299', 'YYYY .FF2')", "2024-01-01 00:00:00.13+00"},
        {"to_timestamp('2024 86399', 'YYYY SSSS')", "2024-01-01 23:59:59+00"},
        {"to_timestamp('24:00', 'HH24:MI')", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {lenient, errors, timestamps};
    return RUN_TESTS("kernel_read_date", tests);
}
