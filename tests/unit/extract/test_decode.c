/* test_decode.c — bytes into UTF-8, and UTF-16 both ways.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "decode.h"
#include "values.h"

#include "novate/text.h"

#include <check.h>
#include <string.h>

static struct text_care care_of(struct decoder *decoder, const char *encoding)
{
    struct error error = ERROR_NONE;
    ck_assert_msg(decoder_init(decoder, encoding, &error), "%s", error.message);
    return (struct text_care){.decoder = decoder};
}

/* Decodes twice: measured and written must agree. */
static struct text_decoded decode(const struct text_care *care,
                                  const char *in,
                                  size_t size,
                                  char *out)
{
    struct text_decoded measured;
    struct text_decoded decoded;
    text_decode(care, text_from(in, size), NULL, &measured);
    text_decode(care, text_from(in, size), out, &decoded);
    out[decoded.size] = '\0';
    hold(measured.size == decoded.size);
    hold(measured.undecodable.count == decoded.undecodable.count);
    return decoded;
}

START_TEST(tables_decode_what_the_encoding_has)
{
    struct decoder decoder;
    struct error error = ERROR_NONE;
    char out[64];
    struct text_care care = care_of(&decoder, "windows-1252");
    ck_assert_uint_eq(decode(&care, "A\x80\xFF", 3, out).size, 6);
    ck_assert_str_eq(out, "A\xE2\x82\xAC\xC3\xBF");
    struct text_decoded refused = decode(&care, "ab\x81", 3, out);
    ck_assert(refused.refused && refused.class == REJECT_ENCODING);
    ck_assert_uint_eq(refused.undecodable.offset, 2);
    ck_assert_uint_eq(refused.undecodable.code, 0x81);
    care = care_of(&decoder, "ISO-8859-15");
    ck_assert_uint_eq(decode(&care, "\xA4", 1, out).size, 3);
    ck_assert_str_eq(out, "\xE2\x82\xAC");
    ck_assert(decoder_init(&decoder, NULL, &error) && decoder.utf8);
    ck_assert(decoder_init(&decoder, "utf8", &error) && decoder.utf8);
}
END_TEST

START_TEST(windows_1252_has_five_bytes_that_are_nothing)
{
    struct decoder decoder;
    struct text_care care = care_of(&decoder, "windows-1252");
    int refused = 0;
    for (int byte = 1; byte < 256; byte++) {
        const char in = (char)byte;
        char out[8];
        bool nothing = byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D;
        struct text_decoded decoded = decode(&care, &in, 1, out);
        ck_assert_msg(decoded.refused == nothing, "byte 0x%02x", (unsigned)byte);
        refused += decoded.refused;
    }
    ck_assert_int_eq(refused, 5);
}
END_TEST

/* Every sequence of up to three bytes from those at which the rules of UTF-8 change, and of four of
 * some: what is left is valid, what is valid is left as it is, and without faults nothing changes.
 */
START_TEST(what_is_replaced_or_stripped_leaves_valid_utf8)
{
    static const unsigned char edges[] = {0x00, 'a',  0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                          0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
                                          0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5};
    const size_t count = sizeof edges;
    for (size_t i = 0; i < count * count * count * count; i++) {
        char in[4] = {(char)edges[i % count],
                      (char)edges[i / count % count],
                      (char)edges[i / count / count % count],
                      (char)edges[i / count / count / count]};
        char out[64];
        struct text_care care = {.decode = POLICY_REPLACE, .nul = POLICY_REPLACE};
        struct text_decoded replaced = decode(&care, in, sizeof in, out);
        uint64_t faults = replaced.undecodable.count + replaced.nul.count;
        hold(!replaced.refused && utf8_valid(out, replaced.size, NULL));
        hold(strlen(out) == replaced.size);
        bool valid = utf8_valid(in, sizeof in, NULL);
        hold(valid == (replaced.undecodable.count == 0));
        hold(faults > 0 || memcmp(in, out, sizeof in) == 0);
        care = (struct text_care){.decode = POLICY_STRIP, .nul = POLICY_STRIP};
        struct text_decoded stripped = decode(&care, in, sizeof in, out);
        hold(!stripped.refused && utf8_valid(out, stripped.size, NULL));
        hold(stripped.size + 3 * faults == replaced.size);
        care = (struct text_care){.decode = POLICY_REJECT};
        hold(decode(&care, in, sizeof in, out).refused == (faults > 0));
    }
}
END_TEST

START_TEST(faults_are_cut_as_unicode_recommends)
{
    static const struct {
        const char *in, *out;
        uint64_t count;
    } cases[] = {
        /* The example of the Unicode Standard, table 3-8, and of WHATWG's decoder. */
        {"a\xF1\x80\x80\xE1\x80\xC2"
         "b\x80"
         "c\x80\xBF"
         "d",
         "a???b?c??d",
         6},
        {"\xE2\x82", "?", 1},
        {"\xC0\xAF", "??", 2},
        {"\xED\xA0\x80", "???", 3},
        {"\xF4\x90\x80\x80", "????", 4},
    };
    struct text_care care = {.decode = POLICY_REPLACE};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        char marked[64];
        char *to = marked;
        struct text_decoded decoded = decode(&care, cases[i].in, strlen(cases[i].in), out);
        for (const char *at = out; *at != '\0'; at += *at == '\xEF' ? 3 : 1) {
            *to++ = (char)(*at == '\xEF' ? '?' : *at);
        }
        *to = '\0';
        ck_assert_str_eq(marked, cases[i].out);
        ck_assert_uint_eq(decoded.undecodable.count, cases[i].count);
    }
}
END_TEST

START_TEST(of_two_faults_the_first_one_refuses)
{
    struct text_care care = {.decode = POLICY_REJECT};
    char out[64];
    ck_assert_int_eq(decode(&care, "a\0\x80", 3, out).class, REJECT_NUL);
    ck_assert_int_eq(decode(&care, "a\x80\0", 3, out).class, REJECT_ENCODING);
    care.nul = POLICY_STRIP;
    struct text_decoded decoded = decode(&care, "a\0\x80", 3, out);
    ck_assert_int_eq(decoded.class, REJECT_ENCODING);
    ck_assert_uint_eq(decoded.undecodable.offset, 2);
}
END_TEST

START_TEST(encodings_that_cannot_be_cut_at_bytes_are_refused)
{
    static const char *const refused[] = {"UTF-32", "UTF-32LE", "SHIFT_JIS", "EBCDIC-UK", "none"};
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
        hold(bytes_plain(bytes, size));
        for (size_t at = 0; at < size; at++) {
            static const char others[] = {'\0', '\x80', '\xFF'};
            for (size_t k = 0; k < sizeof others; k++) {
                bytes[at] = others[k];
                hold(!bytes_plain(bytes, size));
            }
            bytes[at] = '\x01';
            hold(bytes_plain(bytes, size));
            bytes[at] = '\x7F';
            hold(bytes_plain(bytes, size));
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
            hold(!utf16_decode(units, 1, text, &size, &offset));
            hold(offset == 0);
            continue;
        }
        if (character >= 0x10000) {
            units[0] = (uint16_t)(0xD800 + ((character - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((character - 0x10000) & 0x3FF));
            count = 2;
        }
        hold(utf16_decode(units, count, text, &size, &offset));
        hold(size <= 3 * count && utf8_valid(text, size, NULL));
        hold(utf8_length(text, size) == 1);
        hold(utf16_encode(text, size, again) == count);
        hold(memcmp(again, units, count * sizeof *units) == 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decode");
    TCase *tests = tcase_create("decode");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, tables_decode_what_the_encoding_has);
    tcase_add_test(tests, windows_1252_has_five_bytes_that_are_nothing);
    tcase_add_test(tests, what_is_replaced_or_stripped_leaves_valid_utf8);
    tcase_add_test(tests, faults_are_cut_as_unicode_recommends);
    tcase_add_test(tests, of_two_faults_the_first_one_refuses);
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
