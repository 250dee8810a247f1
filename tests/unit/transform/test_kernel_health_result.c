/* test_kernel_health_result.c — results, packs, reference ranges and units: what is a number, and
 * all that only looks like one. SPDX-License-Identifier: Apache-2.0 */
#include "health_fixture.h"

START_TEST(numbers_of_results)
{
    static const struct health_case cases[] = {
        {"13.2", "13.2", ""},
        {"1.50", "1.50", ""},
        {"-2.5", "-2.5", ""},
        {"0", "0", ""},
        {".5", "0.5", ""},
        {" 5\r\n", "5", ""},
        {"<0.1", "0.1", "result_value: comparator"},
        {">= 90", "90", "result_value: comparator"},
        {"1,234", "1234", "result_value: thousands separators"},
        {"12,345,678.90", "12345678.90", "result_value: thousands separators"},
        {">=1,234", "1234", "result_value: comparator, result_value: thousands separators"},
        {"12345678901234567890.123", "12345678901234567890.123", ""},
    };
    CHECK_HEALTH("result_value", cases);
}
END_TEST

START_TEST(texts_are_no_numbers)
{
    static const char *const texts[] = {
        "POSITIVE",
        "+++",
        "+5",
        "75mg",
        "75mg\r\n75mg",
        "75\n75",
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "0x1A",
        "1e5",
        "1E5",
        "1_000",
        "5.",
        "1,5",
        "1,23",
        "1234,567",
        ",123",
        "1,2345",
        "1.2.3",
        "1 2",
        "--5",
        "<",
        "<<5",
        "=5",
        "=<5",
        "5%",
        "5 -",
        "1,234,5",
        "see comment",
        "\xd9\xa5", /* a digit of another script */
        "1111111111222222222233333333334444444444555555555566666666667777777777",
    };
    static const char *const placeholders[] = {".", "*", "-", "...", "", "  "};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ck_assert_msg(strcmp(health_value_of("result_value", texts[i]), "!RESULT_TEXT") == 0,
                      "%s is %s",
                      texts[i],
                      health_value_of("result_value", texts[i]));
        ck_assert_str_eq(health_value_of("result_comparator", texts[i]), "NULL");
    }
    for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
        ck_assert_str_eq(health_value_of("result_value", placeholders[i]), "!RESULT_PLACEHOLDER");
    }
}
END_TEST

START_TEST(comparators)
{
    static const struct health_case cases[] = {
        {"<0.1", "<", ""},
        {"<=0.1", "<=", ""},
        {"> 90", ">", ""},
        {">=1,234", ">=", ""},
        {"90", "NULL", ""},
        {"<POSITIVE", "NULL", ""},
    };
    CHECK_HEALTH("result_comparator", cases);
}
END_TEST

START_TEST(packs)
{
    static const struct health_case totals[] = {
        {"4 x 1 Vial Pack", "4", "pack_total: containers times units"},
        {"2 X 28 Tablet", "56", "pack_total: containers times units"},
        {"2\xc3\x97"
         "28 Tablet",
         "56",
         "pack_total: containers times units"},
        {"0 x 0.75 mL Pack", "0.00", "pack_total: containers times units"},
        {"-2 x 28 Tablet", "-56", "pack_total: containers times units"},
        {"99 Tablet", "99", ""},
        {"99", "99", ""},
        {"28Tablet", "28", ""},
        {"7 xylitol", "7", ""},
        {"1,000 Tablet", "1000", "pack_total: thousands separators"},
        {"garbage", "!PACK", ""},
        {"4 x Vial", "!PACK", ""},
        {"4 x", "!PACK", ""},
        {"0x1A", "!PACK", ""},
        {"2 x 5 x 10 Tablet", "!PACK", ""},
        {"10 mg 5 mL Vial", "!PACK", ""},
        {"75mg\r\n75mg", "!PACK", ""},
        {"1,5 Tablet", "!PACK", ""},
        {"", "!PACK", ""},
    };
    CHECK_HEALTH("pack_total", totals);
}
END_TEST

START_TEST(parts_of_packs)
{
    static const struct health_case containers[] = {
        {"4 x 1 Vial Pack", "4", ""},
        {"0 x 0.75 mL Pack", "0", ""},
        {"99 Tablet", "NULL", ""},
        {"garbage", "!PACK", ""},
    };
    static const struct health_case units[] = {
        {"4 x 1 Vial Pack", "1", ""},
        {"0 x 0.75 mL Pack", "0.75", ""},
        {"99 Tablet", "NULL", ""},
    };
    static const struct health_case names[] = {
        {"4 x 1 Vial Pack", "Vial Pack", ""},
        {"99 Tablet", "Tablet", ""},
        {"99", "NULL", ""},
        {"garbage", "!PACK", ""},
    };
    CHECK_HEALTH("pack_containers", containers);
    CHECK_HEALTH("pack_units", units);
    CHECK_HEALTH("pack_unit", names);
}
END_TEST

/* A range, and its four parts. */
static const struct {
    const char *text, *low, *low_sign, *high, *high_sign;
} ranges[] = {
    {"3.5-5.0", "3.5", ">=", "5.0", "<="},
    {"3.5 - 5.0", "3.5", ">=", "5.0", "<="},
    {"3.5\xe2\x80\x93"
     "5.0",
     "3.5",
     ">=",
     "5.0",
     "<="},
    {"-2 - 2", "-2", ">=", "2", "<="},
    {"-4--2", "-4", ">=", "-2", "<="},
    {"(3.5-5.0)", "3.5", ">=", "5.0", "<="},
    {"[3.5 - 5.0]", "3.5", ">=", "5.0", "<="},
    {"1,000-2,000", "1000", ">=", "2000", "<="},
    {"5-5", "5", ">=", "5", "<="},
    {"<5", "NULL", "NULL", "5", "<"},
    {"<=5", "NULL", "NULL", "5", "<="},
    {"> 90", "90", ">", "NULL", "NULL"},
    {">=90", "90", ">=", "NULL", "NULL"},
    {"(3.5", "3.5", ">=", "NULL", "NULL"},
    {"5.0)", "NULL", "NULL", "5.0", "<="},
    {"4.2", "4.2", ">=", "4.2", "<="},
    {"5.0-3.5", "!REF_RANGE_ORDER", "!REF_RANGE_ORDER", "!REF_RANGE_ORDER", "!REF_RANGE_ORDER"},
    {"(3.5)", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"(3.5-5.0", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"3.5-", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"-", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"<", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"<5-9", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"3.5-5.0 mmol/L", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"negative", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
    {"", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE", "!REF_RANGE"},
};

START_TEST(reference_ranges)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const char *text = ranges[i].text;
        ck_assert_str_eq(health_value_of("ref_range_low", text), ranges[i].low);
        ck_assert_str_eq(health_value_of("ref_range_low_comparator", text), ranges[i].low_sign);
        ck_assert_str_eq(health_value_of("ref_range_high", text), ranges[i].high);
        ck_assert_str_eq(health_value_of("ref_range_high_comparator", text), ranges[i].high_sign);
    }
    ck_assert_str_eq(health_ask("ref_range_low", "(3.5").rules, "ref_range: brackets");
    ck_assert_str_eq(health_ask("ref_range_high", "5.0)").rules, "ref_range: brackets");
    ck_assert_str_eq(health_ask("ref_range_low", "1,000-2,000").rules,
                     "ref_range: thousands separators");
    ck_assert_str_eq(health_ask("ref_range_low", "3.5-5.0").rules, "");
}
END_TEST

static const struct health_case spellings[] = {
#define UNIT(spelling, code) {spelling, code, NULL},
#include "ucum_units.def"
#undef UNIT
};

START_TEST(every_spelling_is_found_and_every_code_is_its_own)
{
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        const char *code = spellings[i].value;
        struct health_answer answer = health_ask("ucum_unit", spellings[i].text);
        ck_assert_str_eq(answer.value, code);
        ck_assert_int_eq(answer.repairs, strcmp(spellings[i].text, code) != 0);
        ck_assert_str_eq(health_ask("ucum_unit", code).value, code);
        ck_assert_str_eq(health_ask("ucum_unit", code).rules, "");
    }
}
END_TEST

START_TEST(units)
{
    static const char spelling[] = "ucum_unit: local spelling";
    static const struct health_case cases[] = {
        {"mmol/L", "mmol/L", ""},
        {"umol/L", "umol/L", ""},
        {"\xc2\xb5mol/L", "umol/L", spelling}, /* U+00B5 */
        {"\xce\xbcmol/L", "umol/L", spelling}, /* U+03BC */
        {"IU/L", "[IU]/L", spelling},
        {"U/L", "U/L", ""},
        {"10^9/L", "10*9/L", spelling},
        {"\xc3\x97"
         "10\xe2\x81\xb9/L",
         "10*9/L",
         spelling},
        {"10\xc2\xb9\xc2\xb2/L", "10*12/L", spelling},
        {"kg/m\xc2\xb2", "kg/m2", spelling},
        {"mm/hr", "mm/h", spelling},
        {"fl", "fL", spelling},
        {"mmHg", "mm[Hg]", spelling},
        {"\xc2\xb0"
         "C",
         "Cel",
         spelling},
        {"mcg", "ug", spelling},
        {" mls ", "mL", spelling},
        {" mg", "mg", spelling},
        {"iu", "[IU]", spelling},
        {"MG", "!UCUM_UNIT", ""}, /* megagrams are no milligrams */
        {"\xc2\xb5/L", "!UCUM_UNIT", ""},
        {"furlong", "!UCUM_UNIT", ""},
        {"millilitres per fortnight and per square metre", "!UCUM_UNIT", ""},
        {"", "!UCUM_UNIT", ""},
    };
    CHECK_HEALTH("ucum_unit", cases);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        numbers_of_results,
        texts_are_no_numbers,
        comparators,
        packs,
        parts_of_packs,
        reference_ranges,
        every_spelling_is_found_and_every_code_is_its_own,
        units,
    };
    return RUN_TESTS("kernel_health_result", tests);
}
