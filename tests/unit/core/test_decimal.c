/* test_decimal.c — decimal numbers as text, order, rounding, integers, doubles and the canonical
 * form. SPDX-License-Identifier: Apache-2.0 */
#include "novate/decimal.h"

#include <check.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct text_buffer out;

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
    text_buffer_init(&out, SIZE_MAX);
}

static void teardown(void)
{
    text_buffer_release(&out);
    arena_release(&arena);
}

static struct decimal number(const char *text)
{
    struct decimal value;

    ck_assert_msg(decimal_parse(text_of(text), &arena, &value) == DECIMAL_OK, "\"%s\"", text);
    return value;
}

static const char *text(const struct decimal *value)
{
    text_buffer_reset(&out);
    decimal_format(value, &out);
    return out.data;
}

static const char *canonical(const char *given)
{
    struct decimal value = number(given);

    text_buffer_reset(&out);
    decimal_canonical(&value, &out);
    return out.data;
}

START_TEST(text_is_read_and_written_as_by_the_server)
{
    static const char *const cases[][2] = {
        {"0", "0"},
        {"-0.00", "0.00"},
        {"1.50", "1.50"},
        {" 12 ", "12"},
        {"+5", "5"},
        {".5", "0.5"},
        {"5.", "5"},
        {"-.05", "-0.05"},
        {"007", "7"},
        {"1.5e2", "150"},
        {"1.5E-3", "0.0015"},
        {"1e 2", "100"},
        {"0e5", "0"},
        {"1e-20", "0.00000000000000000001"},
        {"123456789012345678", "123456789012345678"},
        {"1234567890123456789", "1234567890123456789"},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
        {"100000000000000000000000000000000000000", "100000000000000000000000000000000000000"},
        {"0.00000000000000000000000000000000000000000012",
         "0.00000000000000000000000000000000000000000012"},
        {"-12345678901234567890123456789.0123456789012345678901234567890",
         "-12345678901234567890123456789.0123456789012345678901234567890"},
        {"nan", "NaN"},
        {"+inf", "Infinity"},
        {"-Infinity ", "-Infinity"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decimal value = number(cases[i][0]);

        ck_assert_str_eq(text(&value), cases[i][1]);
    }
}
END_TEST

START_TEST(other_text_is_refused)
{
    static const char *const syntax[] = {"",
                                         " ",
                                         ".",
                                         "-",
                                         "1,5",
                                         "1.2.3",
                                         "0x1F",
                                         "1_0",
                                         "1e",
                                         "1e+",
                                         "e5",
                                         "- 1",
                                         "1 2",
                                         "infinit",
                                         "nanx",
                                         "--1",
                                         "1e5.",
                                         "+-1",
                                         "\302\2401"};
    static const char *const overflow[] = {
        "1e131072", "1e-16384", "0e-16384", "1e1073741823", "1e99999999999999999999"};
    struct decimal value;

    for (size_t i = 0; i < sizeof syntax / sizeof syntax[0]; i++) {
        ck_assert_msg(decimal_parse(text_of(syntax[i]), &arena, &value) == DECIMAL_SYNTAX,
                      "\"%s\"",
                      syntax[i]);
    }
    for (size_t i = 0; i < sizeof overflow / sizeof overflow[0]; i++) {
        ck_assert_msg(decimal_parse(text_of(overflow[i]), &arena, &value) == DECIMAL_OVERFLOW,
                      "\"%s\"",
                      overflow[i]);
    }
}
END_TEST

START_TEST(text_need_not_end_with_nul)
{
    struct decimal value;

    ck_assert_int_eq(decimal_parse(text_from("12.34567", 4), &arena, &value), DECIMAL_OK);
    ck_assert_str_eq(text(&value), "12.3");
    ck_assert_int_eq(decimal_parse(text_from("1e55", 3), &arena, &value), DECIMAL_OK);
    ck_assert_str_eq(text(&value), "100000");
    ck_assert_int_eq(decimal_parse(TEXT_NONE, &arena, &value), DECIMAL_SYNTAX);
}
END_TEST

START_TEST(representation_is_one_per_value_and_scale)
{
    struct decimal narrow = number("99999999999999999999999999999999999999");
    struct decimal wide = number("100000000000000000000000000000000000000");
    struct decimal zero = number("0000000000000000000000000000000000000000000000.0");

    ck_assert_int_eq(narrow.kind, DECIMAL_FINITE);
    ck_assert_int_eq(wide.kind, DECIMAL_WIDE);
    ck_assert_uint_eq(wide.digit_count, 39);
    ck_assert_int_eq(zero.kind, DECIMAL_FINITE);
    ck_assert_int_eq(zero.scale, 1);
    ck_assert_uint_eq(zero.low | zero.high | zero.negative, 0);
}
END_TEST

START_TEST(order_goes_by_value)
{
    /* ascending */
    static const char *const ordered[] = {"-Infinity",
                                          "-1e200",
                                          "-1e50",
                                          "-12345678901234567890123456789012345678901",
                                          "-1.5",
                                          "-1",
                                          "-1e-300",
                                          "0",
                                          "1e-300",
                                          "0.1",
                                          "0.10000000000000000000000000000000000000001",
                                          "1",
                                          "1.5",
                                          "10",
                                          "1e37",
                                          "1e38",
                                          "1e39",
                                          "1.00000000000000000000000000000000000000000001e39",
                                          "1e200",
                                          "Infinity",
                                          "NaN"};
    int count = (int)(sizeof ordered / sizeof ordered[0]);

    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            struct decimal a = number(ordered[i]);
            struct decimal b = number(ordered[j]);

            ck_assert_msg(
                decimal_compare(&a, &b) == (i > j) - (i < j), "%s %s", ordered[i], ordered[j]);
        }
    }
}
END_TEST

START_TEST(scale_does_not_make_a_difference)
{
    static const char *const same[][2] = {
        {"1", "1.0"},
        {"1.50", "1.5"},
        {"0", "0.000000000000000000000000000000000000000000000"},
        {"100", "100.00000000000000000000000000000000000000000000000000000"},
        {"-1e40", "-10000000000000000000000000000000000000000.0"},
    };

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct decimal a = number(same[i][0]);
        struct decimal b = number(same[i][1]);
        char form[128];

        ck_assert_int_eq(decimal_compare(&a, &b), 0);
        ck_assert_int_eq(decimal_compare(&b, &a), 0);
        (void)snprintf(form, sizeof form, "%s", canonical(same[i][0]));
        ck_assert_str_eq(canonical(same[i][1]), form);
    }
}
END_TEST

START_TEST(canonical_form_is_the_specified_one)
{
    ck_assert_str_eq(canonical("100"), "1e2");
    ck_assert_str_eq(canonical("12.50"), "125e-1");
    ck_assert_str_eq(canonical("-7"), "-7e0");
    ck_assert_str_eq(canonical("0.000"), "0");
    ck_assert_str_eq(canonical("-0.001"), "-1e-3");
    ck_assert_str_eq(canonical("10000000000000000000000000000000000000"), "1e37");
    ck_assert_str_eq(canonical("1e100"), "1e100");
    ck_assert_str_eq(canonical("12300000000000000000000000000000000000000000.00"), "123e41");
    ck_assert_str_eq(canonical("NaN"), "NaN");
    ck_assert_str_eq(canonical("-inf"), "-Infinity");
    ck_assert_str_eq(canonical("18446744073709551616"), "18446744073709551616e0");
    ck_assert_str_eq(canonical("100000000000000000000.0000000001"),
                     "1000000000000000000000000000001e-10");
}
END_TEST

START_TEST(rounding_is_half_away_from_zero)
{
    static const struct {
        const char *value;
        int scale;
        const char *expected;
    } cases[] = {
        {"2.5", 0, "3"},
        {"-2.5", 0, "-3"},
        {"2.4999", 0, "2"},
        {"0.5", 0, "1"},
        {"-0.4", 0, "0"},
        {"1.005", 2, "1.01"},
        {"1.5", 4, "1.5000"},
        {"1250", -2, "1300"},
        {"1249.9", -2, "1200"},
        {"49", -2, "0"},
        {"50", -2, "100"},
        {"0", 5, "0.00000"},
        {"99999999999999999999999999999999999999", -1, "100000000000000000000000000000000000000"},
        {"0.99999999999999999999999999999999999999", 37, "1.0000000000000000000000000000000000000"},
        {"1", 40, "1.0000000000000000000000000000000000000000"},
        {"123456789012345678901234567890123456789012345.67",
         0,
         "123456789012345678901234567890123456789012346"},
        {"1e-50", 3, "0.000"},
        {"NaN", 2, "NaN"},
        {"-Infinity", -5, "-Infinity"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decimal value = number(cases[i].value);

        ck_assert_int_eq(decimal_round(&value, cases[i].scale, &arena, &value), DECIMAL_OK);
        ck_assert_str_eq(text(&value), cases[i].expected);
    }
}
END_TEST

START_TEST(numbers_fit_their_type_or_overflow)
{
    static const struct {
        const char *value;
        int precision, scale;
        const char *expected; /* NULL: overflow */
    } cases[] = {
        {"99999.994", 7, 2, "99999.99"},
        {"99999.995", 7, 2, NULL},
        {"-99999.995", 7, 2, NULL},
        {"0.0049", 2, 4, "0.0049"},
        {"0.05", 2, 4, NULL},
        {"99949", 3, -2, "99900"},
        {"99950", 3, -2, NULL},
        {"0", 1, 1, "0.0"},
        {"NaN", 3, 1, "NaN"},
        {"Infinity", 3, 1, NULL},
        {"Infinity", 0, 0, "Infinity"},
        {"1.23456", 0, 0, "1.23456"},
        {"1", 60, 50, "1.00000000000000000000000000000000000000000000000000"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decimal value = number(cases[i].value);
        enum decimal_status status =
            decimal_fit(&value, cases[i].precision, cases[i].scale, &arena, &value);

        ck_assert_int_eq(status, cases[i].expected == NULL ? DECIMAL_OVERFLOW : DECIMAL_OK);
        if (cases[i].expected != NULL) {
            ck_assert_str_eq(text(&value), cases[i].expected);
        }
    }
}
END_TEST

START_TEST(integers_go_both_ways)
{
    static const int64_t values[] = {0, 1, -1, 42, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    static const char *const refused[] = {"9223372036854775807.5",
                                          "9223372036854775808",
                                          "-9223372036854775808.5",
                                          "1e30",
                                          "1e50",
                                          "NaN",
                                          "inf"};
    int64_t result = 0;

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct decimal value = decimal_from_int64(values[i]);

        ck_assert_int_eq(decimal_to_int64(&value, &result), DECIMAL_OK);
        ck_assert_int_eq(result, values[i]);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct decimal value = number(refused[i]);

        ck_assert_int_eq(decimal_to_int64(&value, &result), DECIMAL_OVERFLOW);
    }
    struct decimal rounded = number("-2.5");
    struct decimal wide = number("12.499999999999999999999999999999999999999999999");
    struct decimal half = number("0.500000000000000000000000000000000000000000000");

    ck_assert_int_eq(decimal_to_int64(&rounded, &result), DECIMAL_OK);
    ck_assert_int_eq(result, -3);
    ck_assert_int_eq(decimal_to_int64(&wide, &result), DECIMAL_OK);
    ck_assert_int_eq(result, 12);
    ck_assert_int_eq(decimal_to_int64(&half, &result), DECIMAL_OK);
    ck_assert_int_eq(result, 1);
}
END_TEST

START_TEST(doubles_are_the_nearest)
{
    static const char *const texts[] = {"0.1",
                                        "-2.5",
                                        "1e22",
                                        "1e23",
                                        "9007199254740993",
                                        "9007199254740992.9",
                                        "1e-320",
                                        "1e400",
                                        "123456789.123456789",
                                        "-1e-400",
                                        "0.30000000000000004"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct decimal value = number(texts[i]);
        double ours = decimal_to_double(&value);
        double theirs = strtod(texts[i], NULL);

        ck_assert_msg(memcmp(&ours, &theirs, sizeof ours) == 0, "%s: %.17g", texts[i], ours);
    }
    struct decimal nan_value = number("NaN");

    ck_assert(isnan(decimal_to_double(&nan_value)));
}
END_TEST

/* 2^53 + 1 is halfway between two doubles, and a thousand zeros must not change that. */
START_TEST(double_of_many_digits_is_the_nearest)
{
    char digits[1100] = "9007199254740993.";
    size_t length = strlen(digits);
    struct decimal tie;

    memset(digits + length, '0', 1000);
    digits[length + 1000] = '\0';
    tie = number(digits);
    ck_assert_int_eq((int64_t)decimal_to_double(&tie), INT64_C(9007199254740992));
    digits[length + 999] = '1';
    tie = number(digits);
    ck_assert_int_eq((int64_t)decimal_to_double(&tie), INT64_C(9007199254740994));
}
END_TEST

START_TEST(doubles_become_decimals_of_fifteen_digits)
{
    static const struct {
        double value;
        int digits;
        const char *expected;
    } cases[] = {
        {0.1, 15, "0.1"},
        {1.0 / 3.0, 15, "0.333333333333333"},
        {-2.5, 15, "-2.5"},
        {1e20, 15, "100000000000000000000"},
        {1.5e-7, 15, "0.00000015"},
        {0.0, 15, "0"},
        {3.1415927410125732, 6, "3.14159"},
        {123456789.0, 6, "123457000"},
    };
    struct decimal value;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(decimal_from_double(cases[i].value, cases[i].digits, &arena, &value),
                         DECIMAL_OK);
        ck_assert_str_eq(text(&value), cases[i].expected);
    }
    ck_assert_int_eq(decimal_from_double(-(double)INFINITY, 15, &arena, &value), DECIMAL_OK);
    ck_assert_str_eq(text(&value), "-Infinity");
}
END_TEST

START_TEST(wide_numbers_keep_to_the_budget)
{
    struct budget budget;
    struct arena small;
    struct decimal value;

    budget_init(&budget, 8);
    arena_init(&small, 64, &budget);
    ck_assert_int_eq(decimal_parse(text_of("1e60"), &small, &value), DECIMAL_MEMORY);
    ck_assert_int_eq(decimal_parse(text_of("1e37"), &small, &value), DECIMAL_OK);
    arena_release(&small);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *tcase = tcase_create("decimal");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, text_is_read_and_written_as_by_the_server);
    tcase_add_test(tcase, other_text_is_refused);
    tcase_add_test(tcase, text_need_not_end_with_nul);
    tcase_add_test(tcase, representation_is_one_per_value_and_scale);
    tcase_add_test(tcase, order_goes_by_value);
    tcase_add_test(tcase, scale_does_not_make_a_difference);
    tcase_add_test(tcase, canonical_form_is_the_specified_one);
    tcase_add_test(tcase, rounding_is_half_away_from_zero);
    tcase_add_test(tcase, numbers_fit_their_type_or_overflow);
    tcase_add_test(tcase, integers_go_both_ways);
    tcase_add_test(tcase, doubles_are_the_nearest);
    tcase_add_test(tcase, double_of_many_digits_is_the_nearest);
    tcase_add_test(tcase, doubles_become_decimals_of_fifteen_digits);
    tcase_add_test(tcase, wide_numbers_keep_to_the_budget);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
