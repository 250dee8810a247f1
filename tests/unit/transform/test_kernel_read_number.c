/* test_kernel_read_number.c — to_number, as PostgreSQL 15 gives it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(the_format_leads)
{
    static const struct value_case cases[] = {
        {"to_number('1,234.5-', '9,999.9S')", "-1234.5"},
        {"to_number('-12', '99')", "-12"},
        {"to_number('<7>', '9PR')", "-7"},
        {"to_number('+3.25', '9.99')", "3.25"},
        {"to_number('12th', '99th')", "12"},
        {"to_number('x42x', 'x99x')", "42"},
        {"to_number('1 234', '9 999')", "1234"},
        {"to_number('12345', '99')", "12"},
        {"to_number('0.005', '9.99')", "0.00"},
        {"to_number('', '99')", "!22P02"},
        {"to_number('abc', '99')", "!22P02"},
        {"to_number('-', '9')", "!22P02"},
        {"to_number('12', '.')", "!22003"},
        {"to_number('5.', '9.9')", "5"},
        {"to_number('3-4', '9MI9')", "-34"},
        {"to_number('1,2,3', 'FM9,9,9')", "12"},
        {"to_number(NULL, '9')", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_format_leads};
    return RUN_TESTS("kernel_read_number", tests);
}
