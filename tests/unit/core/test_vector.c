/* test_vector.c — layouts say the same, invariants are watched, values print as PostgreSQL's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "values.h"

#include "novate/limits.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

static struct vector vector_of(enum type_id type, const char *const *texts, int rows)
{
    struct error error = ERROR_NONE;
    struct vector vector;

    must(vector_create(&vector, type_of(type), rows, &arena, &error), &error);
    for (int row = 0; row < rows; row++) {
        value_put(&vector, row, texts[row], &arena);
    }
    must(vector_validate(&vector, &error), &error);
    return vector;
}

static void assert_same(const struct vector *a, const struct vector *b)
{
    ck_assert_int_eq(a->rows, b->rows);
    for (int row = 0; row < a->rows; row++) {
        ck_assert_pstr_eq(value_text(a, row, &arena), value_text(b, row, &arena));
    }
}

START_TEST(values_print_as_the_server_prints_them)
{
    static const struct {
        enum type_id type;
        const char *text;
    } cases[] = {
        {TYPE_BOOL, "t"},
        {TYPE_BOOL, "f"},
        {TYPE_INT2, "-32768"},
        {TYPE_INT8, "-9223372036854775808"},
        {TYPE_NUMERIC, "12345678901234567890123456789012345678901234567890.50"},
        {TYPE_NUMERIC, "1.00"},
        {TYPE_FLOAT8, "0"},
        {TYPE_FLOAT8, "-0"},
        {TYPE_FLOAT8, "0.1"},
        {TYPE_FLOAT8, "100000000000000"},
        {TYPE_FLOAT8, "1e+15"},
        {TYPE_FLOAT8, "1.2345678901234568e+17"},
        {TYPE_FLOAT8, "0.0001"},
        {TYPE_FLOAT8, "1e-05"},
        {TYPE_FLOAT8, "-123.456"},
        {TYPE_FLOAT8, "5e-324"},
        {TYPE_FLOAT8, "1.7976931348623157e+308"},
        {TYPE_FLOAT8, "9007199254740993e3"},
        {TYPE_FLOAT8, "3.7717646879227904e+16"}, /* ...79e16 lies half-way to the next */
        {TYPE_FLOAT8, "NaN"},
        {TYPE_FLOAT8, "-Infinity"},
        {TYPE_FLOAT4, "0.1"},
        {TYPE_FLOAT4, "6.3410568e+07"},
        {TYPE_FLOAT4, "1e+06"},
        {TYPE_FLOAT4, "100000"},
        {TYPE_FLOAT4, "3.4028235e+38"},
        {TYPE_FLOAT4, "1e-45"},
        {TYPE_TEXT, "Zoë"},
        {TYPE_TEXT, ""},
        {TYPE_BYTEA, "\\x00ff10"},
        {TYPE_BYTEA, "\\x"},
        {TYPE_DATE, "1948-07-05"},
        {TYPE_TIME, "24:00:00"},
        {TYPE_TIMESTAMP, "2024-02-29 12:34:56.789"},
        {TYPE_TIMESTAMPTZ, "2024-07-01 11:00:00+00"},
        {TYPE_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
        {TYPE_INTERVAL, "1 year 2 mons -3 days +04:05:06.7"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vector vector = vector_of(cases[i].type, &cases[i].text, 1);
        const char *expected = strcmp(cases[i].text, "9007199254740993e3") == 0
                                   ? "9.007199254740993e+18"
                                   : cases[i].text;
        ck_assert_str_eq(value_text(&vector, 0, &arena), expected);
    }
}
END_TEST

START_TEST(char_prints_without_padding_and_null_as_nothing)
{
    struct vector vector = vector_of(TYPE_CHAR, (const char *[]){"ab  ", NULL}, 2);

    ck_assert_str_eq(value_text(&vector, 0, &arena), "ab");
    ck_assert_ptr_null(value_text(&vector, 1, &arena));
}
END_TEST

/* Whatever a double is, its text reads back as the same bits. */
START_TEST(floats_read_back)
{
    struct seed seed = seed_of(20240501);

    for (int i = 0; i < 20000; i++) {
        struct error error = ERROR_NONE;
        struct vector vector;
        uint64_t bits = seed_next(&seed);
        double value = 0;
        memcpy(&value, &bits, sizeof value);
        if (isnan(value)) {
            continue;
        }
        must(vector_create(&vector, type_of(TYPE_FLOAT8), 1, &arena, &error), &error);
        vector.doubles[0] = value;
        double read = strtod(value_text(&vector, 0, &arena), NULL);
        ck_assert_mem_eq(&read, &value, sizeof value);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(layouts_say_the_same)
{
    static const char *const texts[] = {"1.5", NULL, "-2", "1.5", "NaN"};
    static const enum type_id types[] = {TYPE_NUMERIC, TYPE_FLOAT8, TYPE_TEXT};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct error error = ERROR_NONE;
        struct vector flat = vector_of(types[i], texts, 5);
        struct vector dictionary = flat;
        struct vector flattened;
        values_as_dictionary(&dictionary, &arena);
        must(vector_validate(&dictionary, &error), &error);
        assert_same(&flat, &dictionary);
        must(vector_flatten(&dictionary, &arena, &flattened, &error), &error);
        ck_assert_int_eq(flattened.encoding, ENCODING_FLAT);
        must(vector_validate(&flattened, &error), &error);
        assert_same(&flat, &flattened);
    }
}
END_TEST

START_TEST(constants_flatten_and_select)
{
    struct error error = ERROR_NONE;
    struct vector constant;
    struct vector flat;

    must(vector_create_constant(&constant, type_of(TYPE_INT4), 70, false, &arena, &error), &error);
    constant.int64s[0] = 7;
    must(vector_validate(&constant, &error), &error);
    must(vector_flatten(&constant, &arena, &flat, &error), &error);
    for (int row = 0; row < 70; row++) {
        ck_assert_int_eq(flat.int64s[row], 7);
    }
    must(vector_create_constant(&constant, type_of(TYPE_UUID), 70, true, &arena, &error), &error);
    must(vector_validate(&constant, &error), &error);
    must(vector_flatten(&constant, &arena, &flat, &error), &error);
    must(vector_validate(&flat, &error), &error);
    ck_assert(vector_is_null(&flat, 0) && vector_is_null(&flat, 69));
    must(vector_select(&constant, (const uint16_t[]){3, 4}, 2, &arena, &flat, &error), &error);
    must(vector_validate(&flat, &error), &error);
    ck_assert_int_eq(flat.rows, 2);
    ck_assert(vector_is_null(&flat, 1));
}
END_TEST

/* More rows than are gathered at a time, in an order of their own. */
START_TEST(selections_keep_values_and_nulls)
{
    enum {
        ROWS = 700
    };
    struct seed seed = seed_of(7);
    struct error error = ERROR_NONE;
    struct vector vector;
    struct vector chosen;
    uint16_t selection[ROWS];

    must(vector_create(&vector, type_of(TYPE_INT8), ROWS, &arena, &error), &error);
    must(vector_ensure_validity(&vector, &arena, &error), &error);
    for (int row = 0; row < ROWS; row++) {
        selection[row] = (uint16_t)seed_below(&seed, ROWS);
        if (row % 3 == 0) {
            validity_clear(vector.valid, row);
        } else {
            vector.int64s[row] = row * 10;
        }
    }
    must(vector_select(&vector, selection, ROWS, &arena, &chosen, &error), &error);
    must(vector_validate(&chosen, &error), &error);
    for (int row = 0; row < ROWS; row++) {
        ck_assert_int_eq(vector_is_null(&chosen, row), selection[row] % 3 == 0);
        ck_assert_int_eq(chosen.int64s[row], vector.int64s[selection[row]]);
    }
}
END_TEST

START_TEST(fewer_rows_leave_no_bit_behind)
{
    for (int rows = 0; rows <= 130; rows++) {
        struct error error = ERROR_NONE;
        struct vector vector;
        must(vector_create(&vector, type_of(TYPE_INT4), 130, &arena, &error), &error);
        must(vector_ensure_validity(&vector, &arena, &error), &error);
        vector_set_rows(&vector, rows);
        must(vector_validate(&vector, &error), &error);
        ck_assert_int_eq(vector.rows, rows);
        for (int row = 0; row < 130; row++) {
            ck_assert_int_eq(validity_get(vector.valid, row), row < rows);
        }
    }
}
END_TEST

START_TEST(broken_invariants_are_found)
{
    struct error error = ERROR_NONE;
    struct vector good = vector_of(TYPE_TEXT, (const char *[]){"a", "b", NULL}, 3);
    uint16_t index[3] = {0, 1, 3};

    for (int breakage = 0; breakage < 8; breakage++) {
        struct vector bad = good;
        uint64_t valid = *good.valid;
        struct text texts[3] = {good.texts[0], good.texts[1], good.texts[2]};
        bad.valid = &valid;
        bad.texts = texts;
        switch (breakage) {
        case 0:
            texts[2] = text_of("under a NULL");
            break;
        case 1:
            valid |= 8;
            break;
        case 2:
            bad.base_rows = 2;
            break;
        case 3:
            bad.encoding = ENCODING_CONSTANT;
            break;
        case 4:
            bad.encoding = ENCODING_DICTIONARY;
            bad.index = index;
            break;
        case 5:
            texts[0].padding = 1;
            break;
        case 6:
            texts[0].data = NULL;
            break;
        default:
            bad.rows = -1;
            break;
        }
        error = ERROR_NONE;
        ck_assert_msg(!vector_validate(&bad, &error), "breakage %d", breakage);
        ck_assert_int_eq(error.code, ERROR_INTERNAL);
    }
    must(vector_validate(&good, &(struct error){.code = ERROR_OK}), &error);
}
END_TEST

START_TEST(broken_decimals_are_found)
{
    struct error error = ERROR_NONE;
    struct vector vector = vector_of(TYPE_NUMERIC, (const char *[]){"12.5"}, 1);
    struct decimal good = vector.decimals[0];

    vector.decimals[0].negative = 2;
    ck_assert(!vector_validate(&vector, &error));
    vector.decimals[0] = good;
    vector.decimals[0].kind = 9;
    ck_assert(!vector_validate(&vector, &error));
    vector.decimals[0] = (struct decimal){.high = UINT64_MAX, .low = 0};
    ck_assert(!vector_validate(&vector, &error));
    vector.decimals[0] = (struct decimal){.negative = 1};
    ck_assert(!vector_validate(&vector, &error));
    vector.decimals[0] = (struct decimal){.digits = "0123", .digit_count = 4, .kind = DECIMAL_WIDE};
    ck_assert(!vector_validate(&vector, &error));
    vector.decimals[0] = (struct decimal){.digits = "12x3", .digit_count = 4, .kind = DECIMAL_WIDE};
    ck_assert(!vector_validate(&vector, &error));
}
END_TEST

START_TEST(a_spent_budget_is_an_error)
{
    struct error error = ERROR_NONE;
    struct budget budget;
    struct arena small;
    struct vector vector;

    budget_init(&budget, 1000);
    arena_init(&small, 100, &budget);
    ck_assert(!vector_create(&vector, type_of(TYPE_INT8), 1000, &small, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    arena_release(&small);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vector");
    TCase *cases = tcase_create("vector");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, values_print_as_the_server_prints_them);
    tcase_add_test(cases, char_prints_without_padding_and_null_as_nothing);
    tcase_add_test(cases, floats_read_back);
    tcase_add_test(cases, layouts_say_the_same);
    tcase_add_test(cases, constants_flatten_and_select);
    tcase_add_test(cases, selections_keep_values_and_nulls);
    tcase_add_test(cases, fewer_rows_leave_no_bit_behind);
    tcase_add_test(cases, broken_invariants_are_found);
    tcase_add_test(cases, broken_decimals_are_found);
    tcase_add_test(cases, a_spent_budget_is_an_error);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
