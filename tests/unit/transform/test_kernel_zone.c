/* test_kernel_zone.c — AT TIME ZONE, and dates of other zones, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(british_standard_time)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '1968-10-26 12:00' AT TIME ZONE 'Europe/London'", "1968-10-26 11:00:00+00"},
        {"TIMESTAMP '1968-10-27 12:00' AT TIME ZONE 'Europe/London'", "1968-10-27 11:00:00+00"},
        {"TIMESTAMP '1970-01-01 12:00' AT TIME ZONE 'Europe/London'", "1970-01-01 11:00:00+00"},
        {"TIMESTAMP '1971-10-31 01:59:59' AT TIME ZONE 'Europe/London'", "1971-10-31 00:59:59+00"},
        {"TIMESTAMP '1971-10-31 02:30' AT TIME ZONE 'Europe/London'", "1971-10-31 02:30:00+00"},
        {"TIMESTAMP '1971-10-31 03:00' AT TIME ZONE 'Europe/London'", "1971-10-31 03:00:00+00"},
        {"TIMESTAMPTZ '1971-10-31 01:59:59Z' AT TIME ZONE 'Europe/London'", "1971-10-31 02:59:59"},
        {"TIMESTAMPTZ '1971-10-31 02:00:00Z' AT TIME ZONE 'Europe/London'", "1971-10-31 02:00:00"},
        {"TIMESTAMPTZ '1970-12-25 00:00Z' AT TIME ZONE 'Europe/London'", "1970-12-25 01:00:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(double_summer_time)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '1941-05-04 12:00' AT TIME ZONE 'Europe/London'", "1941-05-04 10:00:00+00"},
        {"TIMESTAMP '1943-07-01 12:00' AT TIME ZONE 'Europe/London'", "1943-07-01 10:00:00+00"},
        {"TIMESTAMP '1943-12-25 12:00' AT TIME ZONE 'Europe/London'", "1943-12-25 11:00:00+00"},
        {"TIMESTAMP '1945-07-15 02:30' AT TIME ZONE 'Europe/London'", "1945-07-15 01:30:00+00"},
        {"TIMESTAMP '1947-04-13 02:30' AT TIME ZONE 'Europe/London'", "1947-04-13 01:30:00+00"},
        {"TIMESTAMPTZ '1944-07-01 00:00Z' AT TIME ZONE 'Europe/London'", "1944-07-01 02:00:00"},
        {"TIMESTAMPTZ '1947-08-10 00:59:59Z' AT TIME ZONE 'Europe/London'", "1947-08-10 02:59:59"},
        {"TIMESTAMPTZ '1947-08-10 01:00Z' AT TIME ZONE 'Europe/London'", "1947-08-10 02:00:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(gaps_and_overlaps)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '2024-03-31 01:30' AT TIME ZONE 'Europe/London'", "2024-03-31 01:30:00+00"},
        {"TIMESTAMP '2024-10-27 01:30' AT TIME ZONE 'Europe/London'", "2024-10-27 01:30:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'America/New_York' AT TIME ZONE 'Asia/Kolkata'",
         "2024-06-01 21:30:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(names_of_zones)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'bst'", "2024-06-01 11:00:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'MSK'", "2024-06-01 09:00:00+00"},
        {"TIMESTAMP '2012-06-01 12:00' AT TIME ZONE 'MSK'", "2012-06-01 08:00:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE '+03'", "2024-06-01 15:00:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE '<x>-5:30'", "2024-06-01 06:30:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'europe/LONDON'", "2024-06-01 11:00:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'nosuch'", "!22023"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE ''", "!22023"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE concat('Europe', '/Paris')",
         "2024-06-01 10:00:00+00"},
        {"TIMESTAMP 'infinity' AT TIME ZONE 'nosuch'", "infinity"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(offsets)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE INTERVAL '05:30'", "2024-06-01 06:30:00+00"},
        {"TIMESTAMPTZ '2024-06-01 12:00Z' AT TIME ZONE INTERVAL '-01:00'", "2024-06-01 11:00:00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE INTERVAL '1 day'", "!22023"},
        {"make_timestamptz(2024, 6, 1, 12, 0, 0, '+05:30')", "2024-06-01 06:30:00+00"},
        {"make_timestamptz(2024, 6, 1, 12, 0, 0, 'Europe/London')", "2024-06-01 11:00:00+00"},
        {"make_timestamptz(2024, 6, 1, 12, 0, 0, '3')", "!22023"},
        {"make_timestamptz(2024, 6, 1, 12, 0, 0, '+16')", "!22023"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(precedence)
{
    static const struct value_case cases[] = {
        {"- INTERVAL '1 hour' + TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'UTC' = TIMESTAMPTZ "
         "'2024-06-01 11:00Z'",
         "t"},
        {"'2024-06-01 12:00'::timestamp AT TIME ZONE 'UTC'::text", "2024-06-01 12:00:00+00"},
        {"TIMESTAMP '2024-06-01 12:00' AT TIME ZONE 'Europe' || '/London'", "!22023"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {british_standard_time,
                                  double_summer_time,
                                  gaps_and_overlaps,
                                  names_of_zones,
                                  offsets,
                                  precedence};
    return RUN_TESTS("kernel_zone", tests);
}
