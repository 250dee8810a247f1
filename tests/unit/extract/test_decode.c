/* test_decode.c — bytes into UTF-8, and UTF-16 both ways.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "decode.h"
#include "values.h"

#include "novate/text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
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
    hold(measured.reread.count == decoded.reread.count);
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

static const struct text_care as_windows = {.decode = POLICY_WINDOWS_1252};

/* Alone, and at both ends and in the middle of a value, in memory of just that size. */
START_TEST(every_byte_that_is_no_utf8_is_that_of_windows_1252)
{
    static const char *const around[][2] = {
        {"", ""}, {"", "b"}, {"a", ""}, {"a", "b"}, {"\xC3\xA9", ""}, {"", "\xE2\x82\xAC"}};
    struct byte_encoding table;
    ck_assert(byte_encoding_init(&table, "CP1252"));
    for (int byte = 0x80; byte < 0x100; byte++) {
        for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
            size_t before = strlen(around[i][0]);
            size_t size = before + 1 + strlen(around[i][1]);
            char wanted[16];
            char out[64];
            char *in = malloc(size + 1);
            ck_assert_ptr_nonnull(in);
            (void)snprintf(in, size + 1, "%s%c%s", around[i][0], (char)byte, around[i][1]);
            in = realloc(in, size);
            ck_assert_ptr_nonnull(in);
            struct text_decoded decoded = decode(&as_windows, in, size, out);
            free(in);
            bool nothing = table.sizes[byte] == 0;
            const struct text_fault *fault = nothing ? &decoded.undecodable : &decoded.reread;
            ck_assert_msg(decoded.refused == nothing, "byte 0x%02x", (unsigned)byte);
            ck_assert_uint_eq(decoded.undecodable.count + decoded.reread.count, 1);
            ck_assert_uint_eq(fault->count, 1);
            ck_assert_uint_eq(fault->offset, before);
            ck_assert_uint_eq(fault->code, (unsigned)byte);
            (void)snprintf(wanted,
                           sizeof wanted,
                           "%s%.*s%s",
                           around[i][0],
                           table.sizes[byte],
                           (const char *)table.text[byte],
                           around[i][1]);
            ck_assert_msg(nothing || strcmp(out, wanted) == 0, "byte 0x%02x", (unsigned)byte);
        }
    }
}
END_TEST

/* The longest beginning that is one character of UTF-8; 0: there is none. */
static size_t character_by_trying(const char *in, size_t size)
{
    for (size_t i = 1; i <= size && i <= 4; i++) {
        if (utf8_valid(in, i, NULL)) {
            return i;
        }
    }
    return 0;
}

/* Each sequence of four bytes from the edges against the definition, done slowly. */
START_TEST(only_bytes_that_are_no_utf8_are_read_as_windows_1252)
{
    static const unsigned char edges[] = {'a',  0x7F, 0x80, 0x81, 0x8F, 0x90, 0x92, 0x9D,
                                          0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2,
                                          0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    const size_t count = sizeof edges;
    struct byte_encoding table;
    ck_assert(byte_encoding_init(&table, "CP1252"));
    for (size_t i = 0; i < count * count * count * count; i++) {
        char in[4] = {(char)edges[i % count],
                      (char)edges[i / count % count],
                      (char)edges[i / count / count % count],
                      (char)edges[i / count / count / count]};
        char out[64];
        char wanted[64];
        size_t size = 0;
        uint64_t reread = 0;
        bool refused = false;
        for (size_t at = 0; at < sizeof in;) {
            const unsigned char byte = (unsigned char)in[at];
            size_t character = character_by_trying(in + at, sizeof in - at);
            size_t length = character > 0 ? character : table.sizes[byte];
            const void *text = character > 0 ? (const void *)(in + at) : table.text[byte];
            memcpy(wanted + size, text, length);
            size += length;
            reread += character == 0 && length > 0;
            refused = refused || length == 0;
            at += character > 0 ? character : 1;
        }
        struct text_decoded decoded = decode(&as_windows, in, sizeof in, out);
        hold(decoded.refused == refused && decoded.reread.count == reread);
        hold(decoded.size == size && memcmp(out, wanted, size) == 0);
        hold(utf8_valid(out, decoded.size, NULL));
    }
}
END_TEST

START_TEST(sequences_that_break_off_are_as_many_characters_as_bytes)
{
    static const struct {
        const char *in, *out;
        uint64_t count;
    } cases[] = {
        {"O\x92Reilly", "O’Reilly", 1},
        {"\xE2\x80x", "â€x", 2},
        {"\xE2\x80", "â€", 2},
        {"\xF0\x9F\x98!", "ðŸ˜!", 3},
        {"\xC3", "Ã", 1},
        {"\xC0\xAF", "À¯", 2},                         /* overlong */
        {"\xE0\x80\xAF", "à€¯", 3},                    /* overlong */
        {"\xED\xA0\x80", "í\xC2\xA0€", 3},             /* a surrogate */
        {"\xF5\x80\x80\x80", "õ€€€", 4},               /* beyond U+10FFFF */
        {"Zo\xC3\xAB O\x92Reilly", "Zoë O’Reilly", 1}, /* both in one value */
        {"O\x92\xC2\x92", "O’\xC2\x92", 1},            /* U+0092 itself is UTF-8 */
        {"Oâ€™Brien, SiÃ¢n", "Oâ€™Brien, SiÃ¢n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        struct text_decoded decoded = decode(&as_windows, cases[i].in, strlen(cases[i].in), out);
        ck_assert_str_eq(out, cases[i].out);
        ck_assert(!decoded.refused);
        ck_assert_uint_eq(decoded.reread.count, cases[i].count);
        ck_assert_uint_eq(decoded.undecodable.count, 0);
    }
}
END_TEST

START_TEST(what_windows_1252_does_not_have_is_refused_at_its_own_place)
{
    char out[64];
    struct text_decoded decoded = decode(&as_windows, "a\x92z\x81", 4, out);
    ck_assert(decoded.refused && decoded.class == REJECT_ENCODING);
    ck_assert_uint_eq(decoded.undecodable.offset, 3);
    ck_assert_uint_eq(decoded.undecodable.code, 0x81);
    ck_assert_uint_eq(decoded.reread.offset, 1);
    /* Also behind a byte that begins a sequence with it. */
    decoded = decode(&as_windows, "\xE2\x81z\x90", 4, out);
    ck_assert(decoded.refused);
    ck_assert_uint_eq(decoded.undecodable.offset, 1);
    ck_assert_uint_eq(decoded.undecodable.code, 0x81);
    ck_assert_uint_eq(decoded.undecodable.count, 2);
}
END_TEST

START_TEST(texts_of_another_encoding_are_not_read_as_windows_1252)
{
    struct decoder decoder;
    char out[64];
    struct text_care care = care_of(&decoder, "ISO-8859-7");
    care.decode = POLICY_WINDOWS_1252;
    ck_assert(decode(&care, "\xFF", 1, out).refused); /* Greek has no such character */
    care = care_of(&decoder, "UTF-16LE");
    care.decode = POLICY_WINDOWS_1252;
    struct text_decoded decoded = decode(&care, "\xED\xA0\x80", 3, out);
    ck_assert(decoded.refused && decoded.undecodable.wide && decoded.reread.count == 0);
}
END_TEST

START_TEST(u0000_has_a_policy_of_its_own)
{
    struct text_care care = as_windows;
    char out[64];
    ck_assert_int_eq(decode(&care, "\x92\0", 2, out).class, REJECT_NUL);
    care.nul = POLICY_STRIP;
    struct text_decoded decoded = decode(&care, "\x92\0\x92", 3, out);
    ck_assert_str_eq(out, "’’");
    ck_assert(!decoded.refused && decoded.nul.count == 1 && decoded.reread.count == 2);
    care = (struct text_care){.nul = POLICY_REPLACE};
    ck_assert_int_eq(decode(&care, "\0\x92", 2, out).class, REJECT_ENCODING);
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
    tcase_add_test(tests, every_byte_that_is_no_utf8_is_that_of_windows_1252);
    tcase_add_test(tests, only_bytes_that_are_no_utf8_are_read_as_windows_1252);
    tcase_add_test(tests, sequences_that_break_off_are_as_many_characters_as_bytes);
    tcase_add_test(tests, what_windows_1252_does_not_have_is_refused_at_its_own_place);
    tcase_add_test(tests, texts_of_another_encoding_are_not_read_as_windows_1252);
    tcase_add_test(tests, u0000_has_a_policy_of_its_own);
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
