/* test_kernel_trunc.c — date_trunc and date_bin, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(units)
{
    static const struct value_case cases[] = {
        {"date_trunc('microseconds', TIMESTAMP '2024-12-30 13:45:06.789123')",
         "2024-12-30 13:45:06.789123"},
        {"date_trunc('milliseconds', TIMESTAMP '2024-12-30 13:45:06.789123')",
         "2024-12-30 13:45:06.789"},
        {"date_trunc('second', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-30 13:45:06"},
        {"date_trunc('minute', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-30 13:45:00"},
        {"date_trunc('hour', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-30 13:00:00"},
        {"date_trunc('day', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-30 00:00:00"},
        {"date_trunc('week', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-30 00:00:00"},
        {"date_trunc('month', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-12-01 00:00:00"},
        {"date_trunc('quarter', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-10-01 00:00:00"},
        {"date_trunc('year', TIMESTAMP '2024-12-30 13:45:06.789123')", "2024-01-01 00:00:00"},
        {"date_trunc('decade', TIMESTAMP '2024-12-30 13:45:06.789123')", "2020-01-01 00:00:00"},
        {"date_trunc('century', TIMESTAMP '2024-12-30 13:45:06.789123')", "2001-01-01 00:00:00"},
        {"date_trunc('millennium', TIMESTAMP '2024-12-30 13:45:06.789123')", "2001-01-01 00:00:00"},
        {"date_trunc('microseconds', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 10:00:00 BC"},
        {"date_trunc('milliseconds', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 10:00:00 BC"},
        {"date_trunc('second', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 10:00:00 BC"},
        {"date_trunc('minute', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 10:00:00 BC"},
        {"date_trunc('hour', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 10:00:00 BC"},
        {"date_trunc('day', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-15 00:00:00 BC"},
        {"date_trunc('week', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-11 00:00:00 BC"},
        {"date_trunc('month', TIMESTAMP '0044-03-15 10:00 BC')", "0044-03-01 00:00:00 BC"},
        {"date_trunc('quarter', TIMESTAMP '0044-03-15 10:00 BC')", "0044-01-01 00:00:00 BC"},
        {"date_trunc('year', TIMESTAMP '0044-03-15 10:00 BC')", "0044-01-01 00:00:00 BC"},
        {"date_trunc('decade', TIMESTAMP '0044-03-15 10:00 BC')", "0051-01-01 00:00:00 BC"},
        {"date_trunc('century', TIMESTAMP '0044-03-15 10:00 BC')", "0100-01-01 00:00:00 BC"},
        {"date_trunc('millennium', TIMESTAMP '0044-03-15 10:00 BC')", "1000-01-01 00:00:00 BC"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(days_begin_in_their_zone)
{
    static const struct value_case cases[] = {
        {"date_trunc('day', TIMESTAMPTZ '2024-06-01 23:30Z', 'Europe/London')",
         "2024-06-01 23:00:00+00"},
        {"date_trunc('hour', TIMESTAMPTZ '2024-10-27 01:30Z', 'Europe/London')",
         "2024-10-27 01:00:00+00"},
        {"date_trunc('day', TIMESTAMPTZ '2024-10-27 12:30Z', 'Europe/London')",
         "2024-10-26 23:00:00+00"},
        {"date_trunc('week', DATE '2024-06-01')", "2024-05-27 00:00:00+00"},
        {"date_trunc('day', TIMESTAMPTZ '2024-06-01 23:30Z', 'nosuch')", "!22023"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(errors)
{
    static const struct value_case cases[] = {
        {"date_trunc('dow', TIMESTAMP '2024-06-01')", "!22023"},
        {"date_trunc('timezone', TIMESTAMP '2024-06-01')", "!0A000"},
        {"date_trunc('foo', TIMESTAMP 'infinity')", "infinity"},
        {"date_trunc('week', INTERVAL '1 day')", "!0A000"},
        {"date_trunc('year', TIMESTAMP '4713-11-25 BC')", "4713-01-01 00:00:00 BC"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(intervals)
{
    static const struct value_case cases[] = {
        {"date_trunc('quarter', INTERVAL '1 year 8 mons 3 days')", "1 year 6 mons"},
        {"date_trunc('hour', INTERVAL '-1 day -3:45')", "-1 days -03:00:00"},
        {"date_trunc('decade', INTERVAL '-25 years')", "-20 years"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(bins)
{
    static const struct value_case cases[] = {
        {"date_bin('15 minutes', TIMESTAMP '2024-02-29 13:37', TIMESTAMP '2024-01-01')",
         "2024-02-29 13:30:00"},
        {"date_bin('7 days', TIMESTAMP '2024-02-29', TIMESTAMP '2024-12-01')",
         "2024-02-25 00:00:00"},
        {"date_bin('1 month', TIMESTAMP '2024-02-29', TIMESTAMP '2024-12-01')", "!0A000"},
        {"date_bin('-1 hour', TIMESTAMP '2024-02-29', TIMESTAMP '2024-12-01')", "!22008"},
        {"date_bin('1 hour', TIMESTAMP '2024-02-29', TIMESTAMP 'infinity')", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {units, days_begin_in_their_zone, errors, intervals, bins};
    return RUN_TESTS("kernel_trunc", tests);
}
