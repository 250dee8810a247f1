/* test_kernel_shift.c — dates and timestamps moved by intervals, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(months_end_at_the_last_day)
{
    static const struct value_case cases[] = {
        {"DATE '2024-01-31' + INTERVAL '1 month'", "2024-02-29 00:00:00"},
        {"TIMESTAMP '2023-01-31 10:00' + INTERVAL '1 month'", "2023-02-28 10:00:00"},
        {"TIMESTAMP '2024-02-29' - INTERVAL '1 year'", "2023-02-28 00:00:00"},
        {"INTERVAL '-1 month' + DATE '2024-03-31'", "2024-02-29 00:00:00"},
        {"TIMESTAMP '2024-12-31' + INTERVAL '14 months -1 day'", "2026-02-27 00:00:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(infinity_stays_and_ends_are_noticed)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP 'infinity' + INTERVAL '1 day'", "infinity"},
        {"DATE '-infinity' - INTERVAL '1 day'", "-infinity"},
        {"DATE '5874897-12-31' + INTERVAL '1 day'", "!22008"},
        {"TIMESTAMP '1997-11-07' + INTERVAL '106751998 days'", "294274-11-23 00:00:00"},
        {"TIMESTAMP '294276-12-31' + INTERVAL '1 day'", "!22008"},
        {"TIMESTAMP '294276-12-31' + INTERVAL '2562047788:00:54.775807'", "!22008"},
        {"TIMESTAMP '2024-01-01' - INTERVAL '-2147483648 months'", "!22008"},
        {"TIMESTAMP '2024-01-01' + INTERVAL '2147483647 days'", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(differences_are_days_and_hours)
{
    static const struct value_case cases[] = {
        {"TIMESTAMP '2024-03-01 01:00' - TIMESTAMP '2024-02-28 23:30'", "1 day 01:30:00"},
        {"TIMESTAMP '2024-02-28' - TIMESTAMP '2024-03-01 00:00:01'", "-2 days -00:00:01"},
        {"TIMESTAMP 'infinity' - TIMESTAMP '2024-03-01'", "!22008"},
        {"TIME '10:00' - TIME '12:30'", "-02:30:00"},
        {"TIMESTAMPTZ '294276-12-31 23:59:59Z' - TIMESTAMPTZ '4713-11-25 00:00Z BC'",
         "-104300821 days -08:01:50.551616"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(times_go_round)
{
    static const struct value_case cases[] = {
        {"TIME '23:30' + INTERVAL '1 day 2 hours'", "01:30:00"},
        {"TIME '00:30' - INTERVAL '1 hour'", "23:30:00"},
        {"CAST(INTERVAL '-1 hour' AS time)", "23:00:00"},
        {"TIME '10:00' + INTERVAL '-2562047788:00:54.775807'", "05:59:05.224193"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {months_end_at_the_last_day,
                                  infinity_stays_and_ends_are_noticed,
                                  differences_are_days_and_hours,
                                  times_go_round};
    return RUN_TESTS("kernel_shift", tests);
}
