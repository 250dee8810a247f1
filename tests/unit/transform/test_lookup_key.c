/* test_lookup_key.c — how the keys of lookups compare: numbers by value, anything else as printed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_fixture.h"

#include <check.h>
#include <string.h>

static void fill_numbers(void)
{
    fill_pair(" 007.0 ", "seven");
    fill_pair("-0.0", "zero");
    fill_pair("-1.50", "less");
    fill_pair(".1", "tenth");
    fill_pair("+1E3", "thousand");
    fill_pair("12345678901234567", "code");
    fill_pair("-9223372036854775808", "least");
    fill_pair("9223372036854775808", "above");
    fill_pair("1e+20", "1e20");
    fill_pair("9007199254740992", "2^53");
    fill_pair("-9007199254740991", "below");
    fill_pair("16777216", "2^24");
    fill_pair("-16777215", "near");
    fill_pair("0123456789012345678901234567890123456789012345678901234567890123456789.50", "wide");
}

/* Every way to write a number of every type finds the entries of equal value, and no other. */
START_TEST(numbers_are_found_by_value)
{
    static const struct {
        enum type_id type;
        const char *number, *found;
    } searches[] = {
        {TYPE_INT2, "7", "seven"},
        {TYPE_INT8, "7", "seven"},
        {TYPE_NUMERIC, "7", "seven"},
        {TYPE_NUMERIC, "7.000", "seven"},
        {TYPE_FLOAT8, "7", "seven"},
        {TYPE_INT8, "0", "zero"},
        {TYPE_NUMERIC, "0.00", "zero"},
        {TYPE_FLOAT8, "-0", "zero"},
        {TYPE_NUMERIC, "-1.5", "less"},
        {TYPE_FLOAT8, "-1.5", "less"},
        {TYPE_FLOAT4, "-1.5", "less"},
        {TYPE_FLOAT8, "0.1", "tenth"},
        {TYPE_FLOAT4, "0.1", "tenth"},
        {TYPE_NUMERIC, "0.10", "tenth"},
        {TYPE_INT8, "1000", "thousand"},
        {TYPE_NUMERIC, "12345678901234567", "code"},
        {TYPE_NUMERIC, "12345678901234568", "-"},
        {TYPE_INT8, "-9223372036854775808", "least"},
        {TYPE_NUMERIC, "-9223372036854775808.0", "least"},
        {TYPE_NUMERIC, "9223372036854775808", "above"},
        {TYPE_NUMERIC, "100000000000000000000", "1e20"},
        {TYPE_NUMERIC,
         "123456789012345678901234567890123456789012345678901234567890123456789.5",
         "wide"},
        {TYPE_NUMERIC,
         "123456789012345678901234567890123456789012345678901234567890123456789.6",
         "-"},
        {TYPE_NUMERIC, "NaN", "-"},
        {TYPE_FLOAT8, "Infinity", "-"},
        {TYPE_FLOAT8, "9007199254740993", "2^53"},
        {TYPE_FLOAT8, "-9007199254740991", "below"},
        {TYPE_FLOAT4, "16777216", "2^24"},
        {TYPE_FLOAT4, "-16777215", "near"},
        {TYPE_FLOAT8, "1e20", "1e20"},
        {TYPE_INT8, "8", "-"},
        {TYPE_INT8, "-7", "-"},
        {TYPE_NUMERIC, "0.7", "-"},
        {TYPE_NUMERIC, "70", "-"},
        {TYPE_TEXT, "07.0", "seven"},
        {TYPE_TEXT, "x", "-"},
    };

    make_texts();
    lookup_bind_key(lookup, 0, true);
    ck_assert(lookup_key_is_numeric(lookup, 0));
    fill_numbers();
    seal();
    ck_assert_int_eq(problems.count, 0);
    ck_assert_uint_eq(lookup_count(lookup), 14);
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        ck_assert_msg(
            strcmp(find_number(searches[i].type, searches[i].number), searches[i].found) == 0,
            "%s",
            searches[i].number);
    }
}
END_TEST

/* The bytes of one integer are the canonical text of no other number. */
START_TEST(integers_are_never_taken_for_fractions)
{
    struct vector vector;
    char buffer[LOOKUP_KEY_BYTES];
    struct text value;
    bool is_null;

    make_texts();
    lookup_bind_key(lookup, 0, true);
    fill_pair("123.5", "fraction");
    seal();
    ck_assert_str_eq(find_number(TYPE_NUMERIC, "123.50"), "fraction");
    must(vector_create(&vector, type_of(TYPE_INT8), 1, &arena, &error), &error);
    memcpy(&vector.int64s[0], "d1235e-1", sizeof vector.int64s[0]);
    const struct text key = lookup_key_text(&vector, 0, true, buffer);
    ck_assert(!lookup_find(lookup, &key, 1, 0, &value, &is_null));
}
END_TEST

START_TEST(texts_that_are_no_numbers_are_warned_of)
{
    static const char *const wrong[] = {"", "x", "1x", "1 2", ".", "-", "1e", "e1", "1.2.3", "0x1"};

    make_texts();
    lookup_bind_key(lookup, 0, true);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fill_pair(wrong[i], "v");
    }
    seal();
    ck_assert_uint_eq(lookup_count(lookup), 0);
    ck_assert_int_eq(problems.errors, 0);
    ck_assert_int_eq(problems.count, (int)(sizeof wrong / sizeof wrong[0]));
    ck_assert_str_eq(problems.items[1].message,
                     "row 2 of lookup \"l\" is never found: it is searched by a number, and \"a\" "
                     "is none there");
}
END_TEST

/* Keys of other types are what PostgreSQL prints. */
START_TEST(keys_of_other_types_are_as_printed)
{
    static const struct {
        enum type_id type;
        const char *key;
    } keys[] = {
        {TYPE_DATE, "2008-06-05"},
        {TYPE_TIMESTAMP, "2008-06-05 09:00:00"},
        {TYPE_BOOL, "t"},
        {TYPE_INT8, "-12"},
        {TYPE_NUMERIC, "1.50"},
        {TYPE_UUID, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
    };

    make_texts();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        fill_pair(keys[i].key, keys[i].key);
    }
    seal();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct vector vector;
        char buffer[LOOKUP_KEY_BYTES];
        struct text value;
        bool is_null;
        must(vector_create(&vector, type_of(keys[i].type), 1, &arena, &error), &error);
        value_put(&vector, 0, keys[i].key, &arena);
        const struct text key = lookup_key_text(&vector, 0, false, buffer);
        ck_assert_msg(lookup_find(lookup, &key, 1, 0, &value, &is_null), "%s", keys[i].key);
        ck_assert(text_equal(value, text_of(keys[i].key)));
    }
}
END_TEST

/* A number of more digits than a key has room for is no key, and does not become the empty one. */
START_TEST(too_long_a_key_is_not_found)
{
    struct vector vector;
    char buffer[LOOKUP_KEY_BYTES];
    struct text value;
    bool is_null;

    make_texts();
    fill_pair("", "empty");
    seal();
    must(vector_create(&vector, type_of(TYPE_BYTEA), 1, &arena, &error), &error);
    vector.texts[0] = text_of("0123456789012345678901234567890123456789");
    const struct text key = lookup_key_text(&vector, 0, false, buffer);
    ck_assert(!lookup_find(lookup, &key, 1, 0, &value, &is_null));
}
END_TEST

START_TEST(chains_of_numbers_go_by_value)
{
    spec.chase = true;
    make_texts();
    lookup_bind_key(lookup, 0, true);
    fill_pair("1", "02.0");
    fill_pair("2", "3");
    fill_pair("4", "none");
    seal();
    ck_assert_str_eq(find_number(TYPE_INT4, "1"), "3");
    ck_assert_str_eq(find_number(TYPE_INT4, "4"), "none");
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, numbers_are_found_by_value);
    tcase_add_test(tests, integers_are_never_taken_for_fractions);
    tcase_add_test(tests, texts_that_are_no_numbers_are_warned_of);
    tcase_add_test(tests, keys_of_other_types_are_as_printed);
    tcase_add_test(tests, too_long_a_key_is_not_found);
    tcase_add_test(tests, chains_of_numbers_go_by_value);
}

int main(void)
{
    return run_tests("lookup_key", add_tests);
}
