/* test_encoding.c — encodings of one byte a character, and characters in UTF-8.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/encoding.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void check_byte(const char *name, int byte, const char *character)
{
    struct byte_encoding encoding;

    ck_assert_msg(byte_encoding_init(&encoding, name), "%s", name);
    ck_assert_uint_eq(encoding.sizes[byte], strlen(character));
    ck_assert(memcmp(encoding.text[byte], character, strlen(character)) == 0);
}

START_TEST(bytes_are_characters)
{
    check_byte("CP1252", 'A', "A");
    check_byte("CP1252", 0xE9, "\303\251");
    check_byte("CP1252", 0x80, "\342\202\254");
    check_byte("CP1252", 0x81, ""); /* never given out */
    check_byte("ISO-8859-15", 0xA4, "\342\202\254");
    check_byte("CP437", 0xE6, "\302\265");
    check_byte("CP850", 0xE6, "\302\265");
    check_byte("MACINTOSH", 0x8E, "\303\251");
    check_byte("CP1251", 0xC0, "\320\220");
}
END_TEST

START_TEST(windows_1252_is_as_iconv_has_it)
{
    struct byte_encoding encoding;
    int none = 0;

    ck_assert(byte_encoding_init(&encoding, "CP1252"));
    for (int byte = 1; byte < 256; byte++) {
        unsigned char text[4] = {0};
        uint32_t character = windows_1252_character((unsigned char)byte);
        size_t size = character == 0 ? 0 : utf8_encode(character, text);
        ck_assert_msg(size == encoding.sizes[byte], "byte 0x%02x", (unsigned)byte);
        ck_assert_msg(memcmp(text, encoding.text[byte], size) == 0, "byte 0x%02x", (unsigned)byte);
        none += character == 0;
    }
    ck_assert_int_eq(none, 5);
}
END_TEST

START_TEST(utf8_has_two_names)
{
    ck_assert(encoding_is_utf8("UTF-8") && encoding_is_utf8("utf8"));
    ck_assert(!encoding_is_utf8("UTF-16") && !encoding_is_utf8("CP1252"));
}
END_TEST

START_TEST(others_are_not_of_that_kind)
{
    static const char *const names[] = {"UTF-8", "UTF-16", "SHIFT_JIS", "no such encoding"};
    struct byte_encoding encoding;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_msg(!byte_encoding_init(&encoding, names[i]), "%s", names[i]);
    }
}
END_TEST

START_TEST(ascii_is_told_from_what_is_not)
{
    struct byte_encoding encoding;

    ck_assert(byte_encoding_init(&encoding, "CP1252") && byte_encoding_has_ascii(&encoding));
    ck_assert(byte_encoding_init(&encoding, "EBCDIC-UK") && !byte_encoding_has_ascii(&encoding));
}
END_TEST

START_TEST(characters_are_utf8)
{
    static const struct {
        uint32_t code;
        const char *bytes;
    } cases[] = {{0x7F, "\177"},
                 {0x80, "\302\200"},
                 {0x7FF, "\337\277"},
                 {0x800, "\340\240\200"},
                 {0xD7FF, "\355\237\277"},
                 {0xD800, ""},
                 {0xDFFF, ""},
                 {0xE000, "\356\200\200"},
                 {0xFFFF, "\357\277\277"},
                 {0x10000, "\360\220\200\200"},
                 {0x10FFFF, "\364\217\277\277"},
                 {0x110000, ""},
                 {UINT32_MAX, ""}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char bytes[4];
        size_t size = utf8_encode(cases[i].code, bytes);
        ck_assert_uint_eq(size, strlen(cases[i].bytes));
        ck_assert(memcmp(bytes, cases[i].bytes, size) == 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encoding");
    TCase *tcase = tcase_create("encoding");
    tcase_add_test(tcase, bytes_are_characters);
    tcase_add_test(tcase, windows_1252_is_as_iconv_has_it);
    tcase_add_test(tcase, utf8_has_two_names);
    tcase_add_test(tcase, others_are_not_of_that_kind);
    tcase_add_test(tcase, ascii_is_told_from_what_is_not);
    tcase_add_test(tcase, characters_are_utf8);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
