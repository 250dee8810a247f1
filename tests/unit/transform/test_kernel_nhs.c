/* test_kernel_nhs.c — NHS and CHI numbers: examples that the NHS and others publish, each rule
 * alone, and what the check digit promises. SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(valid_numbers_are_their_digits)
{
    static const struct health_case cases[] = {
        {"4698194180", "4698194180", ""},
        {"3200000015", "3200000015", ""},
        {"9434765919", "9434765919", "nhs_number: test range"},
        {"943 476 5919", "9434765919", "nhs_number: separators, nhs_number: test range"},
        {"943-476-5919", "9434765919", "nhs_number: separators, nhs_number: test range"},
        {" 469 819 4180\t", "4698194180", "nhs_number: blanks, nhs_number: separators"},
        {"9876543210", "9876543210", "nhs_number: test range"}, /* 11 stands for 0 */
        {"9990000018", "9990000018", "nhs_number: test range"},
        {"9990000050", "9990000050", "nhs_number: test range"},
        {"5000000005", "5000000005", "nhs_number: range not issued"},
        {"3150000009", "3150000009", "nhs_number: range not issued"},
        {"0101900007", "0101900007", ""},                        /* a CHI number */
        {"101900007", "0101900007", "nhs_number: leading zero"}, /* the same, as a number */
        {"2902000006", "2902000006", ""},                        /* 29 February 2000 */
    };
    CHECK_HEALTH("nhs_number", cases);
}
END_TEST

START_TEST(others_are_refused)
{
    static const struct health_case cases[] = {
        {"1234567890", "!CHECK_DIGIT", ""}, /* the check digit would be 10 */
        {"9876543211", "!CHECK_DIGIT", ""},
        {"9990000108", "!CHECK_DIGIT", ""}, /* two digits in each other's place */
        {"9990000000", "!CHECK_DIGIT", ""},
        {"9991234560", "!CHECK_DIGIT", ""}, /* printed as an example; would be 10 */
        {"0000000000", "!NHS_PLACEHOLDER", ""},
        {"9999999999", "!NHS_PLACEHOLDER", ""},
        {"111 111 1111", "!NHS_PLACEHOLDER", ""},
        {"2902013345", "!CHI_DATE", ""}, /* check digit right; no leap year */
        {"943476591", "!NHS_NUMBER", ""},
        {"000000000", "!NHS_NUMBER", ""},
        {"94347659190", "!NHS_NUMBER", ""},
        {"943476591O", "!NHS_NUMBER", ""},
        {"943 4765919", "!NHS_NUMBER", ""},
        {"943 476-5919", "!NHS_NUMBER", ""},
        {"9434 76 5919", "!NHS_NUMBER", ""},
        {"943.476.5919", "!NHS_NUMBER", ""},
        {"123 456 789", "!NHS_NUMBER", ""},
        {"", "!NHS_NUMBER", ""},
    };
    CHECK_HEALTH("nhs_number", cases);
}
END_TEST

START_TEST(in_expressions)
{
    static const struct value_case cases[] = {
        {"nhs_number('999 000 0018'::char(20))", "9990000018"},
        {"nhs_number('1234567890')", "!22023"},
        {"nhs_number(null)", "NULL"},
        {"try(nhs_number('1234567890'))", "NULL"},
        {"nhs_number_status(null)", "NULL"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(a_status_says_what_a_text_is)
{
    static const struct health_case cases[] = {
        {"4698194180", "valid", ""},
        {"469-819-4180", "valid", ""},
        {"101900007", "valid", ""},
        {"9434765919", "test", ""},
        {"5000000005", "not issued", ""},
        {"  ", "blank", ""},
        {"943476591", "length", ""},
        {"9434 76 5919", "format", ""},
        {"943476591O", "character", ""},
        {"9434765919\xc3\xa9", "character", ""},
        {"ABCD 123 45", "old style", ""},
        {"1111111111", "placeholder", ""},
        {"9876543211", "check digit", ""},
        {"9991234560", "check digit ten", ""},
        {"2902013345", "chi date", ""},
    };
    CHECK_HEALTH("nhs_number_status", cases);
}
END_TEST

START_TEST(ranges_begin_and_end_where_they_are_published_to)
{
    static const struct health_case cases[] = {
        {"0000000000", "unallocated", ""},
        {"0099999999", "unallocated", ""},
        {"0100000000", "Scotland CHI", ""},
        {"3112999999", "Scotland CHI", ""},
        {"3113000000", "unallocated", ""},
        {"3199999999", "unallocated", ""},
        {"3200000000", "Northern Ireland H&C", ""},
        {"3999999999", "Northern Ireland H&C", ""},
        {"4000000000", "England, Wales, Isle of Man", ""},
        {"4999999999", "England, Wales, Isle of Man", ""},
        {"5000000000", "not to be issued", ""},
        {"5999999999", "not to be issued", ""},
        {"600 000 0000", "England, Wales, Isle of Man", ""},
        {"7999999999", "England, Wales, Isle of Man", ""},
        {"8000000000", "Republic of Ireland IHI", ""},
        {"8599999999", "Republic of Ireland IHI", ""},
        {"8600000000", "unallocated", ""},
        {"8999999999", "unallocated", ""},
        {"9000000000", "test", ""},
        {"900000000", "!NHS_NUMBER", ""},
    };
    CHECK_HEALTH("nhs_number_range", cases);
}
END_TEST

START_TEST(chi_numbers)
{
    static const struct health_case cases[] = {
        {"0101900007", "0101900007", ""},
        {"010190 0007", "0101900007", "chi_number: separators"},
        {"010190-0007", "0101900007", "chi_number: separators"},
        {"010 190 0007 ", "0101900007", "chi_number: blanks, chi_number: separators"},
        {"101900007", "0101900007", "chi_number: leading zero"},
        {"0101900002", "!CHECK_DIGIT", ""},
        {"1111111111", "!NHS_PLACEHOLDER", ""}, /* 11 November 1911, and the digit is right */
        {"3013900008", "!CHI_DATE", ""},
        {"3102900003", "!CHI_DATE", ""},
        {"4698194180", "!CHI_DATE", ""},
        {"101900002", "!CHI_NUMBER", ""},
        {"0101 900007", "!CHI_NUMBER", ""},
        {"", "!CHI_NUMBER", ""},
    };
    CHECK_HEALTH("chi_number", cases);
}
END_TEST

START_TEST(status_codes)
{
    static const struct health_case cases[] = {
        {"01", "01", ""},
        {"08", "08", ""},
        {"3", "03", "nhs_number_status_code: leading zero"},
        {" 02", "02", "nhs_number_status_code: blanks"},
        {"00", "!NHS_STATUS", ""},
        {"09", "!NHS_STATUS", ""},
        {"0", "!NHS_STATUS", ""},
        {"13", "!NHS_STATUS", ""},
        {"001", "!NHS_STATUS", ""},
        {"", "!NHS_STATUS", ""},
    };
    CHECK_HEALTH("nhs_number_status_code", cases);
}
END_TEST

/* A number outside Scotland's range that is valid, or one of which no last digit is. */
static void random_stem(struct seed *seed, char number[11])
{
    static const char first[] = {'4', '6', '7', '9'};

    number[0] = first[seed_below(seed, 4)];
    for (int i = 1; i < 9; i++) {
        number[i] = (char)('0' + seed_below(seed, 10));
    }
    number[9] = '0';
    number[10] = '\0';
}

/* The last digit that makes it valid, or -1; there is never more than one. */
static int only_digit(char number[11])
{
    int valid = -1;

    for (int last = 0; last < 10; last++) {
        number[9] = (char)('0' + last);
        if (health_passes("nhs_number", number)) {
            ck_assert_msg(valid < 0, "%s has two check digits", number);
            valid = last;
        }
    }
    return valid;
}

START_TEST(one_check_digit_that_finds_every_slip)
{
    struct seed seed = seed_of(20260301);
    int without = 0;

    for (int round = 0; round < 150; round++) {
        char number[11];
        random_stem(&seed, number);
        int last = only_digit(number);
        if (last < 0) {
            without++;
            ck_assert_str_eq(health_value_of("nhs_number_status", number), "check digit ten");
            continue;
        }
        number[9] = (char)('0' + last);
        for (int i = 0; i < 10; i++) {
            char good = number[i];
            for (char c = '0'; c <= '9'; c++) {
                number[i] = c;
                ck_assert_msg(c == good || !health_passes("nhs_number", number), "%s", number);
            }
            number[i] = good;
            if (i > 0 && number[i - 1] != good) {
                number[i] = number[i - 1];
                number[i - 1] = good;
                ck_assert_msg(!health_passes("nhs_number", number), "%s", number);
                number[i - 1] = number[i];
                number[i] = good;
            }
        }
    }
    ck_assert_int_gt(without, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        valid_numbers_are_their_digits,
        others_are_refused,
        in_expressions,
        a_status_says_what_a_text_is,
        ranges_begin_and_end_where_they_are_published_to,
        chi_numbers,
        status_codes,
        one_check_digit_that_finds_every_slip,
    };
    return RUN_TESTS("kernel_nhs", tests);
}
