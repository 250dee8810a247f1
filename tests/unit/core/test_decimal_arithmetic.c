/* test_decimal_arithmetic.c — results, their scales, and what has no result; figures are the
 * server's. SPDX-License-Identifier: Apache-2.0 */
#include "novate/decimal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

typedef enum decimal_status (*operation_function)(const struct decimal *a,
                                                  const struct decimal *b,
                                                  struct arena *arena,
                                                  struct decimal *result);

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

/* The result's text, or the name of what went wrong. The result may take an operand's place. */
static const char *calculate(const char *a, operation_function operation, const char *b)
{
    struct decimal left;
    struct decimal right;

    ck_assert_int_eq(decimal_parse(text_of(a), &arena, &left), DECIMAL_OK);
    ck_assert_int_eq(decimal_parse(text_of(b), &arena, &right), DECIMAL_OK);
    enum decimal_status status = operation(&left, &right, &arena, &left);

    text_buffer_reset(&out);
    if (status == DECIMAL_OK) {
        decimal_format(&left, &out);
    } else {
        text_buffer_string(&out,
                           status == DECIMAL_DIVISION_BY_ZERO ? "division by zero" : "overflow");
    }
    return out.data;
}

struct arithmetic_case {
    const char *a, *b, *expected;
};

static void check_all(operation_function operation,
                      const struct arithmetic_case *cases,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *result = calculate(cases[i].a, operation, cases[i].b);

        ck_assert_msg(strcmp(result, cases[i].expected) == 0,
                      "%s and %s: %s, not %s",
                      cases[i].a,
                      cases[i].b,
                      result,
                      cases[i].expected);
    }
}

START_TEST(sums_have_the_larger_scale)
{
    static const struct arithmetic_case cases[] = {
        {"1.5", "2.25", "3.75"},
        {"1.00", "-1", "0.00"},
        {"-1", "3", "2"},
        {"1e37", "9e37", "100000000000000000000000000000000000000"},
        {"99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000"},
        {"100000000000000000000000000000000000000", "-1", "99999999999999999999999999999999999999"},
        {"1e30", "1e-10", "1000000000000000000000000000000.0000000001"},
        {"0", "1e-50", "0.00000000000000000000000000000000000000000000000001"},
        {"NaN", "Infinity", "NaN"},
        {"Infinity", "-Infinity", "NaN"},
        {"Infinity", "-5", "Infinity"},
        {"5", "-Infinity", "-Infinity"},
    };

    check_all(decimal_add, cases, sizeof cases / sizeof cases[0]);
    ck_assert_str_eq(calculate("1", decimal_subtract, "0.9"), "0.1");
    ck_assert_str_eq(calculate("Infinity", decimal_subtract, "Infinity"), "NaN");
    ck_assert_str_eq(calculate("0", decimal_subtract, "0.00"), "0.00");
}
END_TEST

START_TEST(products_add_their_scales)
{
    static const struct arithmetic_case cases[] = {
        {"1.50", "2.0", "3.000"},
        {"-1.5", "0", "0.0"},
        {"12345678901234567890", "12345678901234567890", "152415787532388367501905199875019052100"},
        {"-1e30", "1e-30", "-1.000000000000000000000000000000"},
        {"Infinity", "0", "NaN"},
        {"Infinity", "-2", "-Infinity"},
        {"-Infinity", "-Infinity", "Infinity"},
        {"NaN", "0", "NaN"},
    };

    check_all(decimal_multiply, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(product_beyond_the_limits)
{
    struct decimal a;
    struct decimal b;

    ck_assert_int_eq(decimal_parse(text_of("1e-16383"), &arena, &a), DECIMAL_OK);
    ck_assert_int_eq(decimal_parse(text_of("5e-1"), &arena, &b), DECIMAL_OK);
    ck_assert_int_eq(decimal_multiply(&a, &b, &arena, &a), DECIMAL_OK); /* rounded, not refused */
    ck_assert_int_eq(a.scale, 16383);
    ck_assert_uint_eq(a.low, 1);
    ck_assert_str_eq(calculate("1e131071", decimal_multiply, "10"), "overflow");
    ck_assert_str_eq(calculate("9e131071", decimal_add, "9e131071"), "overflow");
}
END_TEST

START_TEST(quotients_have_the_servers_scale)
{
    static const struct arithmetic_case cases[] = {
        {"1.0", "3", "0.33333333333333333333"},
        {"10.00", "3", "3.3333333333333333"},
        {"100000000000000000000", "3", "33333333333333333333"},
        {"123456789.0", "1000", "123456.789000000000"},
        {"0.0001", "7", "0.000014285714285714285714"},
        {"2", "3", "0.66666666666666666667"},
        {"-2", "3", "-0.66666666666666666667"},
        {"0", "7", "0.00000000000000000000"},
        {"1", "0", "division by zero"},
        {"0", "0", "division by zero"},
        {"NaN", "0", "NaN"},
        {"Infinity", "0", "division by zero"},
        {"Infinity", "-1", "-Infinity"},
        {"Infinity", "Infinity", "NaN"},
        {"-5", "Infinity", "0"},
        {"1", "1e38", "0.00000000000000000000000000000000000001000000000000000000"},
    };

    check_all(decimal_divide, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(remainder_has_the_sign_of_the_dividend)
{
    static const struct arithmetic_case cases[] = {
        {"5.0", "3", "2.0"},
        {"-7", "2", "-1"},
        {"7", "-2", "1"},
        {"-6", "2", "0"},
        {"1e50", "7", "2"},
        {"0.3", "0.1", "0.0"},
        {"1", "0", "division by zero"},
        {"Infinity", "2", "NaN"},
        {"Infinity", "0", "division by zero"},
        {"5.50", "-Infinity", "5.50"},
    };

    check_all(decimal_remainder, cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(negation_keeps_zero_positive)
{
    static const char *const cases[][2] = {
        {"0.0", "0.0"}, {"1", "-1"}, {"-inf", "Infinity"}, {"NaN", "NaN"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decimal value;

        ck_assert_int_eq(decimal_parse(text_of(cases[i][0]), &arena, &value), DECIMAL_OK);
        value = decimal_negate(&value);
        text_buffer_reset(&out);
        decimal_format(&value, &out);
        ck_assert_str_eq(out.data, cases[i][1]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decimal_arithmetic");
    TCase *tcase = tcase_create("decimal_arithmetic");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, sums_have_the_larger_scale);
    tcase_add_test(tcase, products_add_their_scales);
    tcase_add_test(tcase, product_beyond_the_limits);
    tcase_add_test(tcase, quotients_have_the_servers_scale);
    tcase_add_test(tcase, remainder_has_the_sign_of_the_dividend);
    tcase_add_test(tcase, negation_keeps_zero_positive);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
