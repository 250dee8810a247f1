/* test_numeric_wire.c — numeric on the wire: vectors taken from numeric_send(), there and back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "numeric_wire.h"
#include "seed.h"
#include "values.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

static struct decimal parsed(const char *text)
{
    struct decimal value;
    ck_assert_int_eq(decimal_parse(text_of(text), &arena, &value), DECIMAL_OK);
    return value;
}

static const char *hex_of(const char *data, size_t size)
{
    struct text_buffer out;
    text_buffer_init(&out, 65536);
    for (size_t i = 0; i < size; i++) {
        text_buffer_format(&out, "%02x", (unsigned)(unsigned char)data[i]);
    }
    const char *copy = arena_copy(&arena, out.data, out.size);
    text_buffer_release(&out);
    return copy;
}

static const char *encoded(const struct decimal *value, size_t *size)
{
    char *wire = arena_bytes(&arena, numeric_wire_bound(value));
    ck_assert_ptr_nonnull(wire);
    *size = (size_t)(numeric_encode(value, wire) - wire);
    ck_assert_uint_le(*size, numeric_wire_bound(value));
    return wire;
}

/* encode(numeric_send('…'), 'hex') of PostgreSQL 15; for infinities it shows a display scale of 32
 * that means nothing, and novate sends 0. */
static const struct {
    const char *text;
    const char *wire;
} vectors[] = {
    {"0", "0000000000000000"},
    {"0.00", "0000000000000002"},
    {"1", "00010000000000000001"},
    {"-1", "00010000400000000001"},
    {"10000", "00010001000000000001"},
    {"9999", "0001000000000000270f"},
    {"12345.678", "0003000100000003000109291a7c"},
    {"0.1", "0001ffff0000000103e8"},
    {"0.0001", "0001ffff000000040001"},
    {"0.00001", "0001fffe0000000503e8"},
    {"-1234.5678", "000200004000000404d2162e"},
    {"100000000.50", "00040002000000020001000000001388"},
    {"NaN", "00000000c0000000"},
    {"Infinity", "00000000d0000000"},
    {"-Infinity", "00000000f0000000"},
};

START_TEST(as_the_server_sends_it)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct decimal value = parsed(vectors[i].text);
        size_t size = 0;
        const char *wire = encoded(&value, &size);
        ck_assert_str_eq(hex_of(wire, size), vectors[i].wire);
    }
}
END_TEST

static void assert_round_trip(const char *text)
{
    struct decimal value = parsed(text);
    struct decimal back;
    struct text_buffer out;
    size_t size = 0;
    const char *wire = encoded(&value, &size);
    ck_assert_int_eq(numeric_decode(wire, size, &arena, &back), NUMERIC_OK);
    text_buffer_init(&out, 65536);
    decimal_format(&back, &out);
    ck_assert_str_eq(out.data, text);
    ck_assert_int_eq(back.kind, value.kind);
    ck_assert_int_eq(back.negative, value.negative);
    text_buffer_release(&out);
}

START_TEST(there_and_back)
{
    static const char *const texts[] = {
        "99999999999999999999999999999999999999",
        "-9999999999999999999999999999999999999.9",
        "0.00000000000000000000000000000000000001",
        "18446744073709551615",
        "18446744073709551616",
        "1844674407370955161.6",
        "100000000000000000000000000000000000000000000000000000000000000000",
        "0.000000000000000000000000000000000000000000000000000000000000000001",
        "123456789012345678901234567890123456789.123456789012345678901234567890123456789000",
        "1000000000000000000000000000000000000000000000000000000000.0000000000000000000000001",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_round_trip(texts[i]);
    }
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        assert_round_trip(vectors[i].text);
    }
}
END_TEST

START_TEST(random_numbers_there_and_back)
{
    struct seed seed = seed_of(71);
    for (int i = 0; i < 20000; i++) {
        char text[160];
        size_t size = 0;
        int before = 1 + seed_below(&seed, 45);
        int after = seed_below(&seed, 45);
        int dense = seed_below(&seed, 4);
        for (int digit = 0; digit < before + after; digit++) {
            if (digit == before) {
                text[size++] = '.';
            }
            int zero = dense == 0 ? 1 : seed_below(&seed, dense);
            text[size++] = (char)('0' + (zero == 0 ? seed_below(&seed, 10) : 0));
        }
        text[0] = (char)('1' + seed_below(&seed, 9));
        text[size] = '\0';
        assert_round_trip(text);
    }
}
END_TEST

/* Digits that the display scale does not show are cut off, as numeric_recv() does; zeros at the
 * ends do no harm. */
START_TEST(unusual_but_legal_forms)
{
    static const struct {
        const char wire[20];
        size_t size;
        const char *text;
    } forms[] = {
        {"\0\2\0\0\0\0\0\1\0\1\x0b\xb8", 12, "1.3"}, /* 1.3000 with scale 1 */
        {"\0\3\0\1\0\0\0\0\0\0\0\5\0\0", 14, "5"},   /* zeros before and after */
        {"\0\2\0\0\0\0\0\0\0\1\x0b\xb8", 12, "1"},   /* 1.3 with scale 0 */
        {"\0\0\0\0\320\0\0\40", 8, "Infinity"},
        {"\0\1\377\376\0\0\0\2\0\1", 10, "0.00"}, /* 0.00000001 with scale 2 */
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct decimal value;
        struct text_buffer out;
        ck_assert_int_eq(numeric_decode(forms[i].wire, forms[i].size, &arena, &value), NUMERIC_OK);
        text_buffer_init(&out, 256);
        decimal_format(&value, &out);
        ck_assert_str_eq(out.data, forms[i].text);
        text_buffer_release(&out);
    }
}
END_TEST

START_TEST(malformed_numbers_are_refused)
{
    struct decimal value;
    ck_assert_int_eq(numeric_decode("\0\1", 2, &arena, &value), NUMERIC_MALFORMED);
    ck_assert_int_eq(numeric_decode("\0\1\0\0\0\0\0\0", 8, &arena, &value), NUMERIC_MALFORMED);
    ck_assert_int_eq(numeric_decode("\0\0\0\0\x12\0\0\0", 8, &arena, &value), NUMERIC_MALFORMED);
    ck_assert_int_eq(numeric_decode("\0\0\0\0\0\0\x40\0", 8, &arena, &value), NUMERIC_MALFORMED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("numeric_wire");
    TCase *cases = tcase_create("numeric_wire");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, as_the_server_sends_it);
    tcase_add_test(cases, there_and_back);
    tcase_add_test(cases, random_numbers_there_and_back);
    tcase_add_test(cases, unusual_but_legal_forms);
    tcase_add_test(cases, malformed_numbers_are_refused);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
