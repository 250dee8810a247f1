/* test_text.c — views, UTF-8, suggestions, and the growable text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *bytes;
    size_t size;
    bool valid;
    size_t offset;
} UTF8[] = {
    {"", 0, true, 0},
    {"plain ascii of some length", 26, true, 0},
    {"h\xC3\xA9llo", 6, true, 0},
    {"\xE2\x82\xAC", 3, true, 0},
    {"\xF0\x9F\x98\x80", 4, true, 0},
    {"abc\x80", 4, false, 3},
    {"12345678\xC3", 9, false, 8},
    {"\xC0\xAF", 2, false, 0},         /* overlong */
    {"\xE0\x80\x80", 3, false, 0},     /* overlong */
    {"\xED\xA0\x80", 3, false, 0},     /* surrogate */
    {"\xF4\x90\x80\x80", 4, false, 0}, /* above U+10FFFF */
    {"\xF5\x80\x80\x80", 4, false, 0},
    {"ab\xE2\x82", 4, false, 2},
};

START_TEST(utf8_is_told_from_what_is_not)
{
    size_t offset = 999;
    bool valid = utf8_valid(UTF8[_i].bytes, UTF8[_i].size, &offset);
    ck_assert_int_eq(valid, UTF8[_i].valid);
    if (!valid) {
        ck_assert_uint_eq(offset, UTF8[_i].offset);
        ck_assert_uint_eq(utf8_size(UTF8[_i].bytes + offset, UTF8[_i].size - offset), 0);
    }
}
END_TEST

START_TEST(characters_are_counted_not_bytes)
{
    const char *text = "h\xC3\xA9ll\xE2\x82\xAC";
    ck_assert_uint_eq(utf8_length(text, strlen(text)), 5);
    ck_assert_uint_eq(utf8_size(text, strlen(text)), 1);
    ck_assert_uint_eq(utf8_size(text + 1, strlen(text) - 1), 2);
    ck_assert_uint_eq(utf8_size("\xF0\x9F\x98\x80z", 5), 4);
    ck_assert_uint_eq(utf8_size("\xF0\x9F\x98\x80", 3), 0); /* what stands behind is none of it */
    ck_assert_uint_eq(utf8_offset(text, strlen(text), 2), 3);
    ck_assert_uint_eq(utf8_offset(text, strlen(text), 5), strlen(text));
}
END_TEST

START_TEST(whole_numbers_are_read_and_nothing_else)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-7", -7},
                {"007", 7},
                {"9223372036854775807", INT64_MAX},
                {"-0", 0},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "x",
                                      "--1",
                                      "9223372036854775808",
                                      "100000000000000000000000000"};
    int64_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert(text_to_int64(text_of(good[i].text), &value));
        ck_assert_int_eq(value, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!text_to_int64(text_of(bad[i]), &value), "%s", bad[i]);
    }
    ck_assert(!text_to_int64(text_from("1\0", 2), &value));
}
END_TEST

START_TEST(near_names_are_suggested_far_ones_not)
{
    static const char *const names[] = {"delimiter", "quote", "header", "columns"};
    ck_assert_str_eq(text_nearest("delimeter", names, 4), "delimiter");
    ck_assert_str_eq(text_nearest("COLUMN", names, 4), "columns");
    ck_assert_ptr_null(text_nearest("xyz", names, 4));
    ck_assert_ptr_null(text_nearest("a", names, 0));
}
END_TEST

START_TEST(the_name_that_was_meant_is_suggested)
{
    static const char *const names[] = {"NAME_LAST",
                                        "NAME_FIRST",
                                        "BIRTH_DT_TM",
                                        "PERSON_ID",
                                        "SEX_CD",
                                        "X",
                                        "care.patient",
                                        "pharmacy.issue"};
    static const char *const cases[][2] = {
        {"NAME_LSAT", "NAME_LAST"},         /* two letters in the wrong order are one slip */
        {"SXE_CD", "SEX_CD"},               /* and so in a short name */
        {"name-last", "NAME_LAST"},         /* case, and "-" for "_" */
        {"NAMELAST", "NAME_LAST"},          /* a letter missing */
        {"BIRTH", "BIRTH_DT_TM"},           /* broken off */
        {"NAME", NULL},                     /* broken off, but two go on so */
        {"Y", NULL},                        /* nothing in common */
        {"care.patent", "care.patient"},    /* */
        {"clinic.patient", "care.patient"}, /* another schema */
        {"issue", "pharmacy.issue"},        /* no schema */
        {"POSTCODE", NULL},                 /* */
        {"", NULL},                         /* */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = text_nearest(cases[i][0], names, sizeof names / sizeof names[0]);
        ck_assert_msg(nearest == cases[i][1] || (nearest != NULL && cases[i][1] != NULL &&
                                                 strcmp(nearest, cases[i][1]) == 0),
                      "%s: %s",
                      cases[i][0],
                      nearest == NULL ? "none" : nearest);
    }
}
END_TEST

START_TEST(width_is_that_of_a_terminal)
{
    ck_assert_uint_eq(utf8_width("abc", 3), 3);
    ck_assert_uint_eq(utf8_width("\u00e9", 2), 1);
    ck_assert_uint_eq(utf8_width("e\u0301", 3), 1);
    ck_assert_uint_eq(utf8_width("\u6f22", 3), 2);
    ck_assert_uint_eq(utf8_width("\U0001F600", 4), 2);
    ck_assert_uint_eq(utf8_width("\xff\t", 2), 2);
    ck_assert_uint_eq(utf8_width("", 0), 0);
}
END_TEST

START_TEST(order_is_that_of_bytes)
{
    ck_assert_int_lt(text_compare(text_of("B"), text_of("a")), 0);
    ck_assert_int_gt(text_compare(text_of("\xC3\xA9"), text_of("z")), 0);
    ck_assert_int_lt(text_compare(text_of("a"), text_of("ab")), 0);
    ck_assert_int_eq(text_compare(text_of(""), TEXT_NONE), 0);
    ck_assert(text_equal_case(text_of("PERSON_id"), text_of("person_ID")));
    ck_assert(!text_equal(text_of("a"), text_of("A")));
}
END_TEST

START_TEST(quoting_cannot_be_escaped_from)
{
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    text_buffer_identifier(&out, "a\"b", '"');
    text_buffer_literal(&out, text_of("it's"));
    text_buffer_json(&out, text_of("\"\\\n\x01"));
    ck_assert_str_eq(out.data, "\"a\"\"b\"'it''s'\"\\\"\\\\\\n\\u0001\"");
    text_buffer_release(&out);
}
END_TEST

START_TEST(nothing_is_left_that_a_terminal_obeys)
{
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    text_buffer_string(&out, "\x1b|");
    text_buffer_printable(&out, out.size);
    text_buffer_string(&out, "a\x1b[2J\tb\x7f\nZo\xc3\xab\xc2\x9b");
    text_buffer_printable(&out, 2);
    ck_assert_str_eq(out.data, "\x1b|a?[2J?b?\nZo\xc3\xab??");
    text_buffer_release(&out);
}
END_TEST

/* What a source holds must not run in the spreadsheet of whoever opens a table of it. */
START_TEST(no_field_of_a_table_is_a_formula)
{
    static const char *const fields[][2] = {{"", "\"\""},
                                            {"a \"b\"", "\"a \"\"b\"\"\""},
                                            {"=cmd(1)", "\"'=cmd(1)\""},
                                            {"@x", "\"'@x\""},
                                            {"-x", "\"'-x\""},
                                            {"-1+cmd", "\"'-1+cmd\""},
                                            {"+44", "\"'+44\""},
                                            {"-12.5", "\"-12.5\""}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct text_buffer out;
        text_buffer_init(&out, 1000);
        text_buffer_csv(&out, fields[i][0]);
        ck_assert_str_eq(out.data, fields[i][1]);
        text_buffer_release(&out);
    }
}
END_TEST

START_TEST(members_have_commas_between_them)
{
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    text_buffer_char(&out, '{');
    text_buffer_member_text(&out, "a\"", "x");
    text_buffer_member_text(&out, "b", NULL);
    text_buffer_member_count(&out, "c", UINT64_MAX);
    text_buffer_member(&out, "d");
    text_buffer_char(&out, '[');
    text_buffer_member_bool(&out, NULL, true);
    text_buffer_member_bool(&out, NULL, false);
    text_buffer_string(&out, "]}");
    ck_assert_str_eq(out.data,
                     "{\"a\\\"\":\"x\",\"b\":null,\"c\":18446744073709551615,\"d\":[true,false]}");
    text_buffer_release(&out);
}
END_TEST

START_TEST(the_maximum_is_kept_and_told)
{
    struct text_buffer out;
    struct error error = ERROR_NONE;
    text_buffer_init(&out, 10);
    text_buffer_string(&out, "1234567890");
    ck_assert(text_buffer_check(&out, &error));
    text_buffer_char(&out, 'x');
    text_buffer_string(&out, "more");
    ck_assert_uint_eq(out.size, 10);
    ck_assert(!text_buffer_check(&out, &error));
    text_buffer_reset(&out);
    text_buffer_format(&out, "%d", 42);
    ck_assert_str_eq(out.data, "42");
    text_buffer_release(&out);
}
END_TEST

START_TEST(trimming_leaves_the_inside)
{
    struct text text = text_trim(text_of(" \t a b \r\n"));
    ck_assert(text_equal(text, text_of("a b")));
    ck_assert_uint_eq(text_trim(text_of("   ")).size, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("text");
    tcase_add_loop_test(
        tcase, utf8_is_told_from_what_is_not, 0, (int)(sizeof UTF8 / sizeof UTF8[0]));
    tcase_add_test(tcase, characters_are_counted_not_bytes);
    tcase_add_test(tcase, whole_numbers_are_read_and_nothing_else);
    tcase_add_test(tcase, near_names_are_suggested_far_ones_not);
    tcase_add_test(tcase, the_name_that_was_meant_is_suggested);
    tcase_add_test(tcase, width_is_that_of_a_terminal);
    tcase_add_test(tcase, order_is_that_of_bytes);
    tcase_add_test(tcase, quoting_cannot_be_escaped_from);
    tcase_add_test(tcase, nothing_is_left_that_a_terminal_obeys);
    tcase_add_test(tcase, no_field_of_a_table_is_a_formula);
    tcase_add_test(tcase, members_have_commas_between_them);
    tcase_add_test(tcase, the_maximum_is_kept_and_told);
    tcase_add_test(tcase, trimming_leaves_the_inside);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
