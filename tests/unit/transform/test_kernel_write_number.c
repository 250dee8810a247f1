/* test_kernel_write_number.c — to_char of numbers, as PostgreSQL 15 gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(digits_signs_and_blanks)
{
    static const struct value_case cases[] = {
        {"to_char(1234.567, '9999')", " 1235"},
        {"to_char(-0.5, '9999')", "   -1"},
        {"to_char(7, '9999')", "    7"},
        {"to_char(1234.567, '0000')", " 1235"},
        {"to_char(-0.5, '0000')", "-0001"},
        {"to_char(7, '0000')", " 0007"},
        {"to_char(1234.567, 'FM0000')", "1235"},
        {"to_char(-0.5, 'FM0000')", "-0001"},
        {"to_char(7, 'FM0000')", "0007"},
        {"to_char(1234.567, '9,999.99')", " 1,234.57"},
        {"to_char(-0.5, '9,999.99')", "     -.50"},
        {"to_char(7, '9,999.99')", "     7.00"},
        {"to_char(1234.567, 'FM9,990.00')", "1,234.57"},
        {"to_char(-0.5, 'FM9,990.00')", "-0.50"},
        {"to_char(7, 'FM9,990.00')", "7.00"},
        {"to_char(1234.567, 'FM999.99')", "###.##"},
        {"to_char(-0.5, 'FM999.99')", "-.5"},
        {"to_char(7, 'FM999.99')", "7."},
        {"to_char(1234.567, 'S999')", "+###"},
        {"to_char(-0.5, 'S999')", "  -1"},
        {"to_char(7, 'S999')", "  +7"},
        {"to_char(1234.567, '999S')", "###+"},
        {"to_char(-0.5, '999S')", "  1-"},
        {"to_char(7, '999S')", "  7+"},
        {"to_char(1234.567, '999MI')", "### "},
        {"to_char(-0.5, '999MI')", "  1-"},
        {"to_char(7, '999MI')", "  7 "},
        {"to_char(1234.567, 'PL999')", "+ ###"},
        {"to_char(-0.5, 'PL999')", "   -1"},
        {"to_char(7, 'PL999')", "+   7"},
        {"to_char(1234.567, 'SG99')", "+##"},
        {"to_char(-0.5, 'SG99')", "- 1"},
        {"to_char(7, 'SG99')", "+ 7"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(brackets_points_and_words)
{
    static const struct value_case cases[] = {
        {"to_char(1234.567, '999PR')", " ### "},
        {"to_char(-0.5, '999PR')", "  <1>"},
        {"to_char(7, '999PR')", "   7 "},
        {"to_char(1234.567, 'FM999PR')", "###"},
        {"to_char(-0.5, 'FM999PR')", "<1>"},
        {"to_char(7, 'FM999PR')", "7"},
        {"to_char(1234.567, '9.9')", " #.#"},
        {"to_char(-0.5, '9.9')", " -.5"},
        {"to_char(7, '9.9')", " 7.0"},
        {"to_char(1234.567, 'FM9.9')", "#.#"},
        {"to_char(-0.5, 'FM9.9')", "-.5"},
        {"to_char(7, 'FM9.9')", "7."},
        {"to_char(1234.567, '.99')", " .##"},
        {"to_char(-0.5, '.99')", "-.##"},
        {"to_char(7, '.99')", " .##"},
        {"to_char(1234.567, '999th')", " ###"},
        {"to_char(-0.5, '999th')", "  -1"},
        {"to_char(7, '999th')", "   7th"},
        {"to_char(1234.567, 'FM999TH')", "###"},
        {"to_char(-0.5, 'FM999TH')", "-1"},
        {"to_char(7, 'FM999TH')", "7TH"},
        {"to_char(1234.567, '\"n\" 99')", "n  ##"},
        {"to_char(-0.5, '\"n\" 99')", "n  -1"},
        {"to_char(7, '\"n\" 99')", "n   7"},
        {"to_char(1234.567, '00G000D00')", " 01,234.57"},
        {"to_char(-0.5, '00G000D00')", "-00,000.50"},
        {"to_char(7, '00G000D00')", " 00,007.00"},
        {"to_char(1234.567, 'x99x')", "x ##x"},
        {"to_char(-0.5, 'x99x')", "x -1x"},
        {"to_char(7, 'x99x')", "x  7x"},
        {"to_char(1234.567, '')", ""},
        {"to_char(-0.5, '')", ""},
        {"to_char(7, '')", ""},
        {"to_char('NaN'::numeric, '999')", " NaN"},
        {"to_char('NaN'::numeric, '999th')", "!22P02"},
        {"to_char(-9223372036854775808, '9,999,999,999,999,999,999')",
         "-9,223,372,036,854,775,808"},
        {"to_char(101, 'th')", "!22P02"},
        {"to_char(2.5, 'FM9')", "3"},
        {"to_char(113, '999th')", " 113th"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(what_is_not_available_is_refused)
{
    static const struct value_case cases[] = {
        {"to_char(1, '9EEEE')",
         "?format \"9EEEE\" of to_char() is not available: of its marks only 9 0 . , D G FM S MI "
         "PL SG "
         "PR TH are"},
        {"to_char(1, 'S9MI')",
         "?format \"S9MI\" of to_char() is not available: it says twice where the sign is"},
        {"to_char(1, '9.9.9')",
         "?format \"9.9.9\" of to_char() is not available: it has two points"},
        {"to_char(1, '9PR9')",
         "?format \"9PR9\" of to_char() is not available: PR must stand behind the digits"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        digits_signs_and_blanks, brackets_points_and_words, what_is_not_available_is_refused};
    return RUN_TESTS("kernel_write_number", tests);
}
