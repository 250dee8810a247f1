/* test_kernel_parse_date.c — parse_date, parse_time and parse_timestamp take what was declared and
 * nothing else. SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(the_whole_text_in_the_declared_format)
{
    static const struct value_case cases[] = {
        {"parse_date('29/02/2024', 'DD/MM/YYYY')", "2024-02-29"},
        {"parse_date('29-FEB-2024', 'DD-Mon-YYYY')", "2024-02-29"},
        {"parse_date('29/02/2023', 'DD/MM/YYYY')", "!22008"},
        {"parse_date('2/2/2023', 'DD/MM/YYYY')", "!22007"},
        {"parse_date('29/02/2024 ', 'DD/MM/YYYY')", "2024-02-29"},
        {"parse_date('29/02/2024x', 'DD/MM/YYYY')", "!22007"},
        {"parse_date('', 'DD/MM/YYYY')", "!22007"},
        {"parse_date('00/01/2024', 'DD/MM/YYYY')", "!22008"},
        {"parse_date(NULL, 'DD/MM/YYYY')", "NULL"},
        {"parse_date('29/02/2024', NULL)", "NULL"},
        {"parse_time('24:00', 'HH24:MI')", "24:00:00"},
        {"parse_time('01:30 pm', 'HH12:MI AM')", "13:30:00"},
        {"parse_time('13:30 pm', 'HH12:MI AM')", "!22008"},
        {"parse_timestamp('20240229133059', 'YYYYMMDDHH24MISS')", "2024-02-29 13:30:59"},
        {"parse_timestamp('2024-02-29', 'YYYY-MM-DD')", "2024-02-29 00:00:00"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(several_formats_are_tried_in_order)
{
    static const struct value_case cases[] = {
        {"parse_date('03/04/2024', 'DD/MM/YYYY|MM/DD/YYYY')", "2024-04-03"},
        {"parse_date('03/14/2024', 'DD/MM/YYYY|MM/DD/YYYY')", "2024-03-14"},
        {"parse_date('31/31/2024', 'DD/MM/YYYY|MM/DD/YYYY')", "!22008"},
        {"parse_date('2024', 'DD/MM/YYYY|MM/DD/YYYY')", "!22007"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(short_years_end_at_the_pivot)
{
    static const struct value_case cases[] = {
        {"parse_date('31/05/24', 'DD/MM/YY', DATE '2024-05-31')", "2024-05-31"},
        {"parse_date('01/06/24', 'DD/MM/YY', DATE '2024-05-31')", "1924-06-01"},
        {"parse_date('01/01/25', 'DD/MM/YY', DATE '2024-05-31')", "1925-01-01"},
        {"parse_date('29/02/00', 'DD/MM/YY', DATE '2024-05-31')", "2000-02-29"},
        {"parse_date('29/02/00', 'DD/MM/YY', DATE '1999-12-31')", "!22008"},
        {"parse_date('01/01/24', 'DD/MM/YY', DATE 'infinity')", "!22008"},
        {"parse_timestamp('01/06/24 13:30', 'DD/MM/YY HH24:MI', DATE '2024-05-31')",
         "1924-06-01 13:30:00"},
        {"parse_timestamp('01/06/24', 'DD/MM/YY', DATE '294276-12-31')", "294224-06-01 00:00:00"},
        {"parse_timestamp('01/06/77', 'DD/MM/YY', DATE '294377-12-31')", "!22008"},
        {"parse_timestamp('01/06/24', 'DD/MM/YY', DATE '5874897-12-31')", "!22008"},
        {"parse_date('31/12/97', 'DD/MM/YY', DATE '5874897-12-31')", "5874897-12-31"},
        {"parse_date('01/06/2024', 'DD/MM/YYYY', DATE '1900-01-01')", "2024-06-01"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_whole_text_in_the_declared_format,
                                  several_formats_are_tried_in_order,
                                  short_years_end_at_the_pivot};
    return RUN_TESTS("kernel_parse_date", tests);
}
