/* test_float_decimal.c — the short decimals behind floating-point numbers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "float_decimal.h"
#include "seed.h"
#include "values.h"

#include "novate/text.h"
#include "novate/vector.h"

#include <check.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 20000

static double read_text(const char *text, bool single)
{
    return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* Whatever decimal of so few digits is read comes back, without zeros at its end. */
START_TEST(a_short_decimal_is_found_again)
{
    struct seed seed = seed_of(77);

    for (int round = 0; round < ROUNDS; round++) {
        bool single = seed_below(&seed, 2) == 0;
        int count = 1 + seed_below(&seed, single ? FLT_DIG : DBL_DIG);
        uint64_t wanted = 1 + (uint64_t)seed_below(&seed, 9);
        for (int i = 1; i < count; i++) {
            wanted = wanted * 10 + (uint64_t)seed_below(&seed, 10);
        }
        int32_t scale = seed_below(&seed, count + 3);
        char text[64];
        (void)snprintf(text, sizeof text, "%" PRIu64 "e-%d", wanted, scale);
        for (; wanted % 10 == 0 && scale > 0; scale--) {
            wanted /= 10;
        }
        double value = read_text(text, single);
        uint64_t digits = 0;
        int32_t found = 0;
        bool none = false;
        if (value < (single ? 1e-4 : 1e-5)) {
            continue;
        }
        ck_assert_msg(float_decimal(value, single, &digits, &found, &none), "%s", text);
        ck_assert_msg(digits == wanted && found == scale,
                      "%s: %" PRIu64 " / 10^%d",
                      text,
                      digits,
                      (int)found);
    }
}
END_TEST

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Of any bits: what is found reads back; where none is said to be, no decimal of so few digits
 * does. */
START_TEST(nothing_else_is_found)
{
    struct seed seed = seed_of(78);
    int nones = 0;

    for (int round = 0; round < ROUNDS; round++) {
        bool single = seed_below(&seed, 2) == 0;
        double value = ldexp((double)(seed_next(&seed) >> 11), seed_below(&seed, 90) - 90);
        value = single ? (double)(float)value : value;
        uint64_t digits = 0;
        int32_t scale = 0;
        bool none = false;
        char text[64];
        if (value <= 0) {
            continue;
        }
        if (float_decimal(value, single, &digits, &scale, &none)) {
            (void)snprintf(text, sizeof text, "%" PRIu64 "e-%d", digits, (int)scale);
            ck_assert_msg(same(read_text(text, single), value), "%s", text);
        } else if (none) {
            nones++;
            (void)snprintf(text, sizeof text, "%.*e", (single ? FLT_DIG : DBL_DIG) - 1, value);
            ck_assert_msg(!same(read_text(text, single), value), "%s", text);
        }
    }
    ck_assert_int_gt(nones, ROUNDS / 10);
}
END_TEST

START_TEST(its_notation_is_the_servers)
{
    static const struct {
        enum type_id id;
        double value;
        const char *text;
    } cases[] = {
        {TYPE_FLOAT8, 0.1, "0.1"},
        {TYPE_FLOAT8, 0.3, "0.3"},
        {TYPE_FLOAT8, 0.1 + 0.2, "0.30000000000000004"},
        {TYPE_FLOAT8, 1500, "1500"},
        {TYPE_FLOAT8, 37.25, "37.25"},
        {TYPE_FLOAT8, 100000000000000, "100000000000000"},
        {TYPE_FLOAT8, 999999999999999, "999999999999999"},
        {TYPE_FLOAT8, 1e15, "1e+15"},
        {TYPE_FLOAT8, 0.0001, "0.0001"},
        {TYPE_FLOAT8, 0.00001, "1e-05"},
        {TYPE_FLOAT8, 1.0 / 3, "0.3333333333333333"},
        {TYPE_FLOAT8, 5e-324, "5e-324"},
        {TYPE_FLOAT4, (double)0.1F, "0.1"},
        {TYPE_FLOAT4, (double)16777216.0F, "1.6777216e+07"},
        {TYPE_FLOAT4, (double)123456.0F, "123456"},
        {TYPE_FLOAT4, (double)(1.0F / 3), "0.33333334"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = cases[i].value;
        struct arena arena;
        struct vector vector = {.type = type_of(cases[i].id), .rows = 1, .base_rows = 1};
        vector.doubles = &value;
        arena_init(&arena, 4096, NULL);
        ck_assert_str_eq(value_text(&vector, 0, &arena), cases[i].text);
        arena_release(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("float_decimal");
    TCase *tcase = tcase_create("short");

    tcase_add_test(tcase, a_short_decimal_is_found_again);
    tcase_add_test(tcase, nothing_else_is_found);
    tcase_add_test(tcase, its_notation_is_the_servers);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
