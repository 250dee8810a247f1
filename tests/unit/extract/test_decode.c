/* test_decode.c — bytes into UTF-8, and UTF-16 both ways.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include "novate/text.h"

#include <check.h>
#include <string.h>

START_TEST(tables_decode_what_the_encoding_has)
{
    struct decoder decoder;
    struct error error = ERROR_NONE;
    char out[64];
    size_t size = 0;
    size_t offset = 0;
    ck_assert(decoder_init(&decoder, "windows-1252", &error));
    ck_assert(decoder_apply(&decoder, "A\x80\xFF", 3, out, &size, &offset));
    ck_assert_uint_eq(size, 6);
    ck_assert_mem_eq(out, "A\xE2\x82\xAC\xC3\xBF", 6);
    ck_assert(!decoder_apply(&decoder, "ab\x81", 3, out, &size, &offset));
    ck_assert_uint_eq(offset, 2);
    ck_assert(decoder_init(&decoder, "ISO-8859-15", &error));
    ck_assert(decoder_apply(&decoder, "\xA4", 1, out, &size, &offset));
    ck_assert_mem_eq(out, "\xE2\x82\xAC", 3);
    ck_assert(decoder_init(&decoder, NULL, &error) && decoder.utf8);
    ck_assert(decoder_init(&decoder, "utf8", &error) && decoder.utf8);
}
END_TEST

START_TEST(encodings_that_cannot_be_cut_at_bytes_are_refused)
{
    static const char *const refused[] = {"UTF-16", "UTF-32LE", "SHIFT_JIS", "EBCDIC-UK", "none"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct decoder decoder;
        struct error error = ERROR_NONE;
        ck_assert_msg(!decoder_init(&decoder, refused[i], &error), "%s", refused[i]);
        ck_assert_int_eq(error.code, ERROR_PLAN);
    }
}
END_TEST

START_TEST(plain_is_ascii_without_nul_at_every_place)
{
    char bytes[40];
    for (size_t size = 0; size <= sizeof bytes; size++) {
        memset(bytes, 'x', sizeof bytes);
        ck_assert(bytes_plain(bytes, size));
        for (size_t at = 0; at < size; at++) {
            static const char others[] = {'\0', '\x80', '\xFF'};
            for (size_t k = 0; k < sizeof others; k++) {
                bytes[at] = others[k];
                ck_assert(!bytes_plain(bytes, size));
            }
            bytes[at] = '\x01';
            ck_assert(bytes_plain(bytes, size));
            bytes[at] = '\x7F';
            ck_assert(bytes_plain(bytes, size));
        }
    }
}
END_TEST

START_TEST(utf16_and_back_is_the_same_for_every_character)
{
    for (uint32_t character = 1; character <= 0x10FFFF; character++) {
        uint16_t units[2];
        uint16_t again[4];
        char text[8];
        size_t count = 1;
        size_t size = 0;
        size_t offset = 0;
        units[0] = (uint16_t)character;
        if (character >= 0xD800 && character <= 0xDFFF) {
            ck_assert(!utf16_decode(units, 1, text, &size, &offset));
            ck_assert_uint_eq(offset, 0);
            continue;
        }
        if (character >= 0x10000) {
            units[0] = (uint16_t)(0xD800 + ((character - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((character - 0x10000) & 0x3FF));
            count = 2;
        }
        ck_assert(utf16_decode(units, count, text, &size, &offset));
        ck_assert(size <= 3 * count && utf8_valid(text, size, NULL));
        ck_assert_uint_eq(utf8_length(text, size), 1);
        ck_assert_uint_eq(utf16_encode(text, size, again), count);
        ck_assert_mem_eq(again, units, count * sizeof *units);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tests = tcase_create("decode");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, tables_decode_what_the_encoding_has);
    tcase_add_test(tests, encodings_that_cannot_be_cut_at_bytes_are_refused);
    tcase_add_test(tests, plain_is_ascii_without_nul_at_every_place);
    tcase_add_test(tests, utf16_and_back_is_the_same_for_every_character);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
