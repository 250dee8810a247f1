/* test_kernel_nhs.c — NHS numbers: examples that the NHS and others publish, and each rule alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

START_TEST(valid_numbers_are_their_digits)
{
    static const struct value_case cases[] = {
        {"nhs_number('9434765919')", "9434765919"},
        {"nhs_number('943 476 5919')", "9434765919"},
        {"nhs_number('943-476-5919')", "9434765919"},
        {"nhs_number(' 9434765919 ')", "9434765919"},
        {"nhs_number('9876543210')", "9876543210"},
        {"nhs_number('9990000018')", "9990000018"},
        {"nhs_number('9990000050')", "9990000050"},
        {"nhs_number('4698194180')", "4698194180"},
        {"nhs_number('3200000015')", "3200000015"},
        {"nhs_number('999 000 0018'::char(20))", "9990000018"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(others_are_refused)
{
    static const struct value_case cases[] = {
        {"nhs_number('1234567890')", "!22023"}, /* the check digit would be 10 */
        {"nhs_number('9876543211')", "!22023"}, /* another check digit */
        {"nhs_number('9990000108')", "!22023"}, /* two digits in each other's place */
        {"nhs_number('0000000000')", "!22023"}, /* ten equal digits */
        {"nhs_number('9999999999')", "!22023"},
        {"nhs_number('1111111111')", "!22023"},
        {"nhs_number('943476591')", "!22023"},
        {"nhs_number('94347659190')", "!22023"},
        {"nhs_number('943476591O')", "!22023"},
        {"nhs_number('943 4765919')", "!22023"},
        {"nhs_number('943 476-5919')", "!22023"},
        {"nhs_number('9434 76 5919')", "!22023"},
        {"nhs_number('123 456 789')", "!22023"},
        {"nhs_number('')", "!22023"},
        {"nhs_number(null)", "NULL"},
        {"try(nhs_number('1234567890'))", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {valid_numbers_are_their_digits, others_are_refused};
    return RUN_TESTS("kernel_nhs", tests);
}
