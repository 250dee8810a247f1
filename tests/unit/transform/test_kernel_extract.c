/* test_kernel_extract.c — parts of dates, times and intervals, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(fields_of_a_date)
{
    static const struct value_case cases[] = {
        {"EXTRACT(century FROM DATE '2024-02-29')", "21"},
        {"EXTRACT(day FROM DATE '2024-02-29')", "29"},
        {"EXTRACT(decade FROM DATE '2024-02-29')", "202"},
        {"EXTRACT(dow FROM DATE '2024-02-29')", "4"},
        {"EXTRACT(doy FROM DATE '2024-02-29')", "60"},
        {"EXTRACT(epoch FROM DATE '2024-02-29')", "1709164800"},
        {"EXTRACT(isodow FROM DATE '2024-02-29')", "4"},
        {"EXTRACT(isoyear FROM DATE '2024-02-29')", "2024"},
        {"EXTRACT(julian FROM DATE '2024-02-29')", "2460370"},
        {"EXTRACT(millennium FROM DATE '2024-02-29')", "3"},
        {"EXTRACT(month FROM DATE '2024-02-29')", "2"},
        {"EXTRACT(quarter FROM DATE '2024-02-29')", "1"},
        {"EXTRACT(week FROM DATE '2024-02-29')", "9"},
        {"EXTRACT(year FROM DATE '2024-02-29')", "2024"},
        {"EXTRACT(century FROM DATE '0044-03-15 BC')", "-1"},
        {"EXTRACT(day FROM DATE '0044-03-15 BC')", "15"},
        {"EXTRACT(decade FROM DATE '0044-03-15 BC')", "-5"},
        {"EXTRACT(dow FROM DATE '0044-03-15 BC')", "5"},
        {"EXTRACT(doy FROM DATE '0044-03-15 BC')", "74"},
        {"EXTRACT(epoch FROM DATE '0044-03-15 BC')", "-63517824000"},
        {"EXTRACT(isodow FROM DATE '0044-03-15 BC')", "5"},
        {"EXTRACT(isoyear FROM DATE '0044-03-15 BC')", "-44"},
        {"EXTRACT(julian FROM DATE '0044-03-15 BC')", "1705428"},
        {"EXTRACT(millennium FROM DATE '0044-03-15 BC')", "-1"},
        {"EXTRACT(month FROM DATE '0044-03-15 BC')", "3"},
        {"EXTRACT(quarter FROM DATE '0044-03-15 BC')", "1"},
        {"EXTRACT(week FROM DATE '0044-03-15 BC')", "11"},
        {"EXTRACT(year FROM DATE '0044-03-15 BC')", "-44"},
        {"EXTRACT(century FROM DATE '2021-01-03')", "21"},
        {"EXTRACT(day FROM DATE '2021-01-03')", "3"},
        {"EXTRACT(decade FROM DATE '2021-01-03')", "202"},
        {"EXTRACT(dow FROM DATE '2021-01-03')", "0"},
        {"EXTRACT(doy FROM DATE '2021-01-03')", "3"},
        {"EXTRACT(epoch FROM DATE '2021-01-03')", "1609632000"},
        {"EXTRACT(isodow FROM DATE '2021-01-03')", "7"},
        {"EXTRACT(isoyear FROM DATE '2021-01-03')", "2020"},
        {"EXTRACT(julian FROM DATE '2021-01-03')", "2459218"},
        {"EXTRACT(millennium FROM DATE '2021-01-03')", "3"},
        {"EXTRACT(month FROM DATE '2021-01-03')", "1"},
        {"EXTRACT(quarter FROM DATE '2021-01-03')", "1"},
        {"EXTRACT(week FROM DATE '2021-01-03')", "53"},
        {"EXTRACT(year FROM DATE '2021-01-03')", "2021"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(fields_of_a_timestamp)
{
    static const struct value_case cases[] = {
        {"EXTRACT(hour FROM TIMESTAMP '2024-12-30 13:45:06.789')", "13"},
        {"EXTRACT(minute FROM TIMESTAMP '2024-12-30 13:45:06.789')", "45"},
        {"EXTRACT(second FROM TIMESTAMP '2024-12-30 13:45:06.789')", "6.789000"},
        {"EXTRACT(milliseconds FROM TIMESTAMP '2024-12-30 13:45:06.789')", "6789.000"},
        {"EXTRACT(microseconds FROM TIMESTAMP '2024-12-30 13:45:06.789')", "6789000"},
        {"EXTRACT(epoch FROM TIMESTAMP '2024-12-30 13:45:06.789')", "1735566306.789000"},
        {"EXTRACT(julian FROM TIMESTAMP '2024-12-30 13:45:06.789')",
         "2460675.57299524305555555556"},
        {"EXTRACT(isoyear FROM TIMESTAMP '2024-12-30 13:45:06.789')", "2025"},
        {"EXTRACT(week FROM TIMESTAMP '2024-12-30 13:45:06.789')", "1"},
        {"date_part('second', TIMESTAMP '2024-12-30 13:45:06.789')", "6.789"},
        {"date_part('epoch', TIMESTAMP '1969-12-31 23:59:59.5')", "-0.5"},
        {"date_part('julian', TIMESTAMP '2000-01-01 12:00')", "2451545.5"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(what_only_grows_is_infinite)
{
    static const struct value_case cases[] = {
        {"EXTRACT(year FROM DATE 'infinity')", "Infinity"},
        {"EXTRACT(epoch FROM TIMESTAMP '-infinity')", "-Infinity"},
        {"EXTRACT(day FROM DATE 'infinity')", "NULL"},
        {"EXTRACT(hour FROM TIMESTAMP 'infinity')", "NULL"},
        {"EXTRACT(hour FROM DATE 'infinity')", "!0A000"},
        {"date_part('year', DATE '-infinity')", "-Infinity"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(errors)
{
    static const struct value_case cases[] = {
        {"EXTRACT(hour FROM DATE '2024-01-01')", "!0A000"},
        {"EXTRACT(foo FROM DATE '2024-01-01')", "!22023"},
        {"EXTRACT(timezone FROM TIMESTAMP '2024-01-01')", "!0A000"},
        {"EXTRACT(day FROM TIME '10:00')", "!0A000"},
        {"EXTRACT(today FROM TIME '10:00')", "!22023"},
        {"EXTRACT(week FROM INTERVAL '1 day')", "!0A000"},
        {"date_part(NULL, DATE '5874897-12-31')", "!22008"},
        {"date_part('year', DATE '5874897-12-31')", "!22008"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(fields_of_an_interval)
{
    static const struct value_case cases[] = {
        {"EXTRACT(year FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "-13"},
        {"EXTRACT(month FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "-7"},
        {"EXTRACT(quarter FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "-1"},
        {"EXTRACT(day FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "-3"},
        {"EXTRACT(hour FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "100"},
        {"EXTRACT(minute FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "59"},
        {"EXTRACT(second FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "1.500000"},
        {"EXTRACT(epoch FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')",
         "-428288458.500000"},
        {"EXTRACT(decade FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "-1"},
        {"EXTRACT(century FROM INTERVAL '-14 years 5 mons -3 days 100:59:01.5')", "0"},
        {"EXTRACT(epoch FROM INTERVAL '2147483647 days 100 years')", "185545742860800.000000"},
        {"EXTRACT(timezone_hour FROM TIMESTAMPTZ '2024-06-01 12:00Z')", "0"},
        {"EXTRACT('second' FROM TIME '24:00')", "0.000000"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {fields_of_a_date,
                                  fields_of_a_timestamp,
                                  what_only_grows_is_infinite,
                                  errors,
                                  fields_of_an_interval};
    return RUN_TESTS("kernel_extract", tests);
}
