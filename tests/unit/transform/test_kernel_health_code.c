/* test_kernel_health_code.c — codes of organisations and practitioners, and coded categories.
 * SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

static const char *const ods_defaults[] = {
#define ODS_DEFAULT(code, meaning)          code,
#define PRACTITIONER_DEFAULT(code, meaning) /* below */
#include "ods_defaults.def"
#undef ODS_DEFAULT
#undef PRACTITIONER_DEFAULT
};

static const char *const practitioner_defaults[] = {
#define ODS_DEFAULT(code, meaning)          /* above */
#define PRACTITIONER_DEFAULT(code, meaning) code,
#include "ods_defaults.def"
#undef ODS_DEFAULT
#undef PRACTITIONER_DEFAULT
};

START_TEST(organisations)
{
    static const struct health_case cases[] = {
        {"RN5", "RN5", ""},
        {"RN506", "RN506", ""},
        {"J82058", "J82058", ""},
        {"rn5", "RN5", "ods_code: case"},
        {" RN5 ", "RN5", "ods_code: blanks"},
        {"v81999", "V81999", "ods_code: case, ods_code: default code"},
        {"G9999998", "G9999998", "ods_code: default code"},
        {"ABC123XYZ", "ABC123XYZ", ""},
        {"R N5", "!ODS_CHARACTER", ""},
        {"RN5.", "!ODS_CHARACTER", ""},
        {"R\xc3\x89", "!ODS_CHARACTER", ""},
        {"RN", "!ODS_LENGTH", ""},
        {"ABC123XYZ0", "!ODS_LENGTH", ""},
        {"", "!ODS_LENGTH", ""},
    };
    CHECK_HEALTH("ods_code", cases);
}
END_TEST

START_TEST(what_an_organisation_is)
{
    static const struct health_case cases[] = {
        {"RN5", "trust", ""},
        {"rn506", "site", ""},
        {"J82058", "gp practice", ""},
        {"V81997", "default", ""},
        {"5QC", "primary care trust", ""},
        {"Q38", "strategic health authority", ""},
        {"Q99", "default", ""},
        {"Q3A", "other", ""},
        {"I82058", "other", ""},
        {"Z82058", "other", ""},
        {"7A1", "other", ""},
        {"RN50", "other", ""},
        {"R N5", "character", ""},
        {"RN", "length", ""},
    };
    CHECK_HEALTH("ods_status", cases);
}
END_TEST

START_TEST(default_codes_pass_and_are_noted)
{
    for (size_t i = 0; i < sizeof ods_defaults / sizeof ods_defaults[0]; i++) {
        struct health_answer answer = health_ask("ods_code", ods_defaults[i]);
        ck_assert_str_eq(answer.value, ods_defaults[i]);
        ck_assert_int_eq(answer.notes, 1);
    }
    for (size_t i = 0; i < sizeof practitioner_defaults / sizeof practitioner_defaults[0]; i++) {
        struct health_answer answer = health_ask("practitioner_code", practitioner_defaults[i]);
        ck_assert_str_eq(answer.value, practitioner_defaults[i]);
        ck_assert_str_eq(answer.rules, "practitioner_code: default code");
    }
}
END_TEST

START_TEST(practitioners)
{
    static const struct health_case cases[] = {
        {"D3345122", "D3345122", ""}, /* 3+9+28+5+3+14 is 62 */
        {"G1234569", "G1234569", ""}, /* 1+6+21+4+15+42 is 89 */
        {"C1234567", "C1234567", ""},
        {"CD001234", "CD001234", ""},
        {"g1234569", "G1234569", "practitioner_code: case"},
        {"G1234569 ", "G1234569", "practitioner_code: blanks"},
        {"C123456", "C0123456", "practitioner_code: leading zeros"},
        {"CD123", "CD000123", "practitioner_code: leading zeros"},
        {"CD12345", "CD012345", "practitioner_code: leading zeros"},
        {"D3345121", "!CHECK_DIGIT", ""},
        {"G1234568", "!CHECK_DIGIT", ""},
        {"G123456", "!PRACTITIONER_CODE", ""},
        {"C12345", "!PRACTITIONER_CODE", ""},
        {"C12345678", "!PRACTITIONER_CODE", ""},
        {"CD12", "!PRACTITIONER_CODE", ""},
        {"CD1234567", "!PRACTITIONER_CODE", ""},
        {"1234567", "!PRACTITIONER_CODE", ""},
        {"M1234567", "!PRACTITIONER_CODE", ""},
        {"", "!PRACTITIONER_CODE", ""},
        {"C", "!PRACTITIONER_CODE", ""},
    };
    CHECK_HEALTH("practitioner_code", cases);
}
END_TEST

START_TEST(whose_code_it_is)
{
    static const struct health_case cases[] = {
        {"C1234567", "consultant", ""},
        {"CD001234", "dental consultant", ""},
        {"G1234569", "general practitioner", ""},
        {"D3345122", "dentist", ""},
        {"X9999998", "default", ""},
        {"D3345121", "check digit", ""},
        {"unknown", "form", ""},
    };
    CHECK_HEALTH("practitioner_status", cases);
}
END_TEST

START_TEST(codes_of_one_kind)
{
    static const struct health_case gmc[] = {
        {"C1234567", "C1234567", ""},
        {"1234567", "C1234567", "practitioner_code: prefix"},
        {"123456", "C0123456", "practitioner_code: leading zeros, practitioner_code: prefix"},
        {"C9999998", "C9999998", "practitioner_code: default code"},
        {"G1234569", "!PRACTITIONER_CODE", ""},
        {"CD001234", "!PRACTITIONER_CODE", ""},
        {"G9999998", "!PRACTITIONER_CODE", ""},
        {"CD999998", "!PRACTITIONER_CODE", ""},
        {"12345", "!PRACTITIONER_CODE", ""},
        {"", "!PRACTITIONER_CODE", ""},
    };
    static const struct health_case gdc[] = {
        {"CD001234", "CD001234", ""},
        {"1234", "CD001234", "practitioner_code: leading zeros, practitioner_code: prefix"},
        {"123456", "CD123456", "practitioner_code: prefix"},
        {"CD999998", "CD999998", "practitioner_code: default code"},
        {"C1234567", "!PRACTITIONER_CODE", ""},
        {"C9999998", "!PRACTITIONER_CODE", ""},
        {"12", "!PRACTITIONER_CODE", ""},
        {"1234567", "!PRACTITIONER_CODE", ""},
        {"", "!PRACTITIONER_CODE", ""},
    };
    CHECK_HEALTH("gmc_code", gmc);
    CHECK_HEALTH("gdc_code", gdc);
}
END_TEST

START_TEST(one_check_digit_of_ten)
{
    struct seed seed = seed_of(20260303);

    for (int round = 0; round < 200; round++) {
        char code[9] = {round % 2 == 0 ? 'G' : 'D'};
        int valid = 0;
        for (int i = 1; i < 7; i++) {
            code[i] = (char)('0' + seed_below(&seed, 10));
        }
        for (char last = '0'; last <= '9'; last++) {
            code[7] = last;
            valid += health_passes("practitioner_code", code);
        }
        ck_assert_msg(valid == 1, "%.7s has %d check digits", code, valid);
    }
}
END_TEST

START_TEST(ethnic_categories)
{
    static const struct health_case cases[] = {
        {"A", "A", ""},
        {"S", "S", ""},
        {"Z", "Z", ""},
        {"99", "99", ""},
        {"A1", "A1", ""},
        {"CX", "CX", ""},
        {"a", "A", "ethnic_category: case"},
        {"A ", "A", "ethnic_category: blanks"},
        {"I", "!ETHNIC_CATEGORY", ""},
        {"O", "!ETHNIC_CATEGORY", ""},
        {"Q", "!ETHNIC_CATEGORY", ""},
        {"T", "!ETHNIC_CATEGORY", ""},
        {"98", "!ETHNIC_CATEGORY", ""},
        {"A-", "!ETHNIC_CATEGORY", ""},
        {"AAA", "!ETHNIC_CATEGORY", ""},
        {"", "!ETHNIC_CATEGORY", ""},
        {"0", "!ETHNIC_RETIRED", ""},
        {"9", "!ETHNIC_RETIRED", ""},
    };
    CHECK_HEALTH("ethnic_category", cases);
}
END_TEST

START_TEST(genders)
{
    static const struct health_case stated[] = {
        {"1", "1", ""},
        {"2", "2", ""},
        {"9", "9", ""},
        {"X", "X", ""},
        {"x", "X", "person_gender: case"},
        {"0", "X", "person_gender: 0 for X"},
        {"1 ", "1", "person_gender: blanks"},
        {"3", "!GENDER", ""},
        {"M", "!GENDER", ""},
        {"12", "!GENDER", ""},
        {"", "!GENDER", ""},
    };
    static const struct health_case current[] = {
        {"0", "0", ""},
        {"9", "9", ""},
        {"X", "!GENDER", ""},
    };
    CHECK_HEALTH("person_stated_gender", stated);
    CHECK_HEALTH("person_gender_current", current);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        organisations,
        what_an_organisation_is,
        default_codes_pass_and_are_noted,
        practitioners,
        whose_code_it_is,
        codes_of_one_kind,
        one_check_digit_of_ten,
        ethnic_categories,
        genders,
    };
    return RUN_TESTS("kernel_health_code", tests);
}
