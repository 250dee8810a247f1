/* test_ocf.c — OCF: examples worked out by hand, every width of codes, round trips, and what is
 * damaged.
 *
 * The long examples are described by their checksums: bytes 32 + ((x >> 16) mod 95) with
 * x = (1103515245 x + 12345) mod 2^31 from 12345 on, and what a compressor of TIFF's kind with 13
 * bits makes of them. SPDX-License-Identifier: Apache-2.0 */
#include "ocf.h"
#include "ocf_encoder.h"
#include "seed.h"

#include "novate/checksum.h"
#include "novate/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER "ocf_blob" /* and its zero byte */

static struct arena arena;
static struct ocf_decoder *decoder;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    decoder = ocf_decoder_create(&arena);
    ck_assert_ptr_nonnull(decoder);
}

static void teardown(void)
{
    arena_release(&arena);
}

static enum document_status decode(const void *bytes, size_t size, struct text *out)
{
    bool plain = true;
    enum document_status status = ocf_decode(decoder, text_from(bytes, size), out, &plain);
    ck_assert(!plain);
    return status;
}

#define CHECK_BYTES(bytes, size, text) check_bytes((bytes), (size), (text), sizeof(text) - 1)

static void check_bytes(const char *bytes, size_t size, const char *text, size_t text_size)
{
    struct text out;
    ck_assert_int_eq(decode(bytes, size, &out), DOCUMENT_OK);
    ck_assert_uint_eq(out.size, text_size);
    ck_assert(text_size == 0 || memcmp(out.data, text, text_size) == 0);
}

static void check_status(const char *bytes, size_t size, enum document_status status)
{
    struct text out;
    ck_assert_int_eq(decode(bytes, size, &out), status);
}

START_TEST(codes_are_strings)
{
    static const char letter[] =
        "\x80\x1e\xcb\x87\x23\xa1\x98\x62\x5c\x30\x9b\x8e\x66\x98\x44\x28\xd2\x63\x38\x19\xc6\x23"
        "\x21\xa8\xc8\x40\x48\x31\x08\x06\x23\x31\x74\x58\xce\x2f\x32\x13\x0b\x87\x03\x09\xc8\x40"
        "\x43\x30\x99\x8b\x82\x73\x28\xe4\xfb\x01" MARKER;

    CHECK_BYTES("\x80\x40\x40" MARKER, 12, "");
    CHECK_BYTES("\x80\x10\x60\x20" MARKER, 13, "A");
    CHECK_BYTES("\x80\x10\x60\x50\x38\x14\x04" MARKER, 16, "AAAAAAAA"); /* each is not yet known */
    CHECK_BYTES(letter, sizeof letter, "{\\rtf1\\ansi\\ansicpg1252 Hb 13.2 g/dL\\par Caf\\'e9}");
    CHECK_BYTES("", 0, "");
}
END_TEST

START_TEST(the_first_code_need_not_be_a_clear)
{
    /* 65, 257 in nine bits each: 001000001 100000001 */
    CHECK_BYTES("\x20\xc0\x40", 3, "A");
}
END_TEST

static void sha256_hex(const void *data, size_t size, char *hex)
{
    struct checksums checksums;
    struct error error = ERROR_NONE;
    ck_assert(checksums_open(&checksums, 1U << CHECKSUM_SHA256, &error));
    checksums_push(&checksums, data, size);
    ck_assert(checksums_hex(&checksums, CHECKSUM_SHA256, hex, &error));
    checksums_close(&checksums);
}

START_TEST(every_width_of_codes)
{
    static const struct {
        size_t size;
        size_t encoded_size;
        const char *sha256;
        const char *encoded_sha256;
    } cases[] = {
        {300,
         336,
         "9c98e5db584de86ea7bcccc2d954fc6218c04943a9a33b8bef7ff82d0bae43d3",
         "04fe51e4ba8e55fa4d269d51b3c7caccad5978bc7bd5579f0d25b0b1dddedca2"},
        {600,
         701,
         "752240350aeb30bfc36cc919894a17a187851ef0246e6be2c607035179d757c3",
         "2574f084afa73aab90a047d5b67186fe83059d62c70a419a3619443c7b7636d1"},
        {2200,
         2626,
         "44abed0a60c49b1e615065fa99d65c81e67c8dab4249c32ec8b091258cf0e6c2",
         "c7e2107a0a246df397c597245b5f357546bfab50c706bc53e909984391190222"},
        {5000,
         5940,
         "ffd6e839f0ab5a769fc988240ed5a979def2622937d345bd657acc5714c0a464",
         "199f04cc4b545106586e879dc89a7e46c13760ddc67d58d247f975df3da5cdb6"},
        {20000,
         22869,
         "202c58264b872824e52660852294a138fce0cf6c927de06985f951e1f13fa6b8",
         "3c764e08de05c413f06f0a5d6b8cc283cbec5476a85b67541e038c18403c2386"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char *payload = malloc(cases[i].size);
        uint32_t x = 12345;
        char hex[CHECKSUM_HEX_SIZE];
        ck_assert_ptr_nonnull(payload);
        for (size_t at = 0; at < cases[i].size; at++) {
            x = (UINT32_C(1103515245) * x + 12345) & 0x7FFFFFFF;
            payload[at] = (unsigned char)(32 + (x >> 16) % 95);
        }
        sha256_hex(payload, cases[i].size, hex);
        ck_assert_str_eq(hex, cases[i].sha256);
        struct ocf_encoding encoding = ocf_usual;
        size_t size = 0;
        encoding.marker = false;
        unsigned char *encoded = ocf_encode(payload, cases[i].size, &encoding, &size);
        sha256_hex(encoded, size, hex);
        ck_assert_uint_eq(size, cases[i].encoded_size);
        ck_assert_str_eq(hex, cases[i].encoded_sha256);
        struct text out;
        ck_assert_int_eq(decode(encoded, size, &out), DOCUMENT_OK);
        ck_assert_uint_eq(out.size, cases[i].size);
        sha256_hex(out.data, out.size, hex);
        ck_assert_str_eq(hex, cases[i].sha256);
        free(encoded);
        free(payload);
    }
}
END_TEST

START_TEST(what_is_encoded_comes_back)
{
    struct seed seed = seed_of(1);
    static unsigned char payload[70000];

    for (int round = 0; round < 300; round++) {
        size_t size = (size_t)seed_below(&seed, round < 200 ? 600 : (int)sizeof payload);
        int letters = 1 + seed_below(&seed, 256);
        struct ocf_encoding encoding = {
            .begin_with_clear = seed_below(&seed, 2) == 0,
            .marker = seed_below(&seed, 2) == 0,
            .codes_max = 300 + seed_below(&seed, 8000), /* or never */
        };
        for (size_t at = 0; at < size; at++) {
            payload[at] = (unsigned char)seed_below(&seed, letters);
        }
        size_t encoded_size = 0;
        unsigned char *encoded = ocf_encode(payload, size, &encoding, &encoded_size);
        struct text out;
        ck_assert_int_eq(decode(encoded, encoded_size, &out), DOCUMENT_OK);
        ck_assert_uint_eq(out.size, size);
        ck_assert(size == 0 || memcmp(out.data, payload, size) == 0);
        free(encoded);
    }
}
END_TEST

START_TEST(the_marker_is_taken_from_the_end_only)
{
    static const char payload[] = "one ocf_blob\0 two ocf_blob";
    size_t size = 0;
    unsigned char *encoded = ocf_encode(payload, sizeof payload, &ocf_usual, &size);

    check_bytes((const char *)encoded, size, payload, sizeof payload);
    check_bytes((const char *)encoded, size - 1, payload, sizeof payload); /* zero byte lost */
    check_bytes((const char *)encoded, size - 9, payload, sizeof payload);
    free(encoded);
}
END_TEST

static void check_plain(const char *bytes, size_t size, size_t out_size)
{
    struct text out;
    bool plain = false;
    ck_assert_int_eq(ocf_decode(decoder, text_from(bytes, size), &out, &plain), DOCUMENT_OK);
    ck_assert(plain);
    ck_assert_ptr_eq(out.data, bytes);
    ck_assert_uint_eq(out.size, out_size);
}

START_TEST(documents_that_are_not_compressed_stay_as_they_are)
{
    check_plain("{\\rtf1 ocf_blob\0 x}" MARKER, 28, 19);
    check_plain("\r\n{\\rtf1 x}", 12, 12);
    check_plain("\xEF\xBB\xBF{\\rtf1 x}", 13, 13);
    check_plain("%PDF-1.4\n", 9, 9);
    check_plain("PK\003\004x", 5, 5);
    check_plain("II*\0x", 5, 5);
    check_plain("MM\0*x", 5, 5);
    check_plain("\xFF\xD8\xFF\xE0", 4, 4);
    check_plain("\x89PNG\r\n\x1A\n", 8, 8);
    check_plain("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 8);
}
END_TEST

START_TEST(damage_is_told)
{
    check_status("\x80", 1, DOCUMENT_CUT);
    check_status("\x80\x10\x60", 3, DOCUMENT_CUT); /* no end */
    check_status("\x80\x10\x60" MARKER, 12, DOCUMENT_CUT);
    check_status("\x80\x60\x60\x20", 4, DOCUMENT_CORRUPT); /* a string right after the clear */
    check_status("\x80\x10\x60\xe0\x38\x14\x04", 7, DOCUMENT_CORRUPT); /* one that is not there */
    check_status("\x80\x10\x60\x20 more", 9, DOCUMENT_CORRUPT);
    CHECK_BYTES("\x80\x10\x60\x20\0\0\0", 7, "A"); /* padding */
}
END_TEST

START_TEST(every_cut_is_told)
{
    static const char payload[] = "Haemoglobin 13.2 g/dL, haematocrit 0.41, haematology reviewed";
    struct ocf_encoding encoding = {.begin_with_clear = true, .codes_max = 300};
    size_t size = 0;
    unsigned char *encoded = ocf_encode(payload, sizeof payload - 1, &encoding, &size);

    for (size_t cut = 1; cut + 2 < size; cut++) {
        check_status((const char *)encoded, cut, DOCUMENT_CUT);
    }
    free(encoded);
}
END_TEST

/* A million zero bytes become some hundreds: no document is as large as a few megabytes can say. */
START_TEST(results_are_bounded)
{
    size_t size = LIMIT_DOCUMENT_BYTES + 1;
    char *payload = calloc(1, size);
    size_t encoded_size = 0;

    ck_assert_ptr_nonnull(payload);
    unsigned char *encoded = ocf_encode(payload, size, &ocf_usual, &encoded_size);
    check_status((const char *)encoded, encoded_size, DOCUMENT_TOO_LARGE);
    free(encoded);
    encoded = ocf_encode(payload, size - 1, &ocf_usual, &encoded_size);
    check_status((const char *)encoded, encoded_size, DOCUMENT_OK);
    free(encoded);
    free(payload);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {codes_are_strings,
                                  the_first_code_need_not_be_a_clear,
                                  every_width_of_codes,
                                  what_is_encoded_comes_back,
                                  the_marker_is_taken_from_the_end_only,
                                  documents_that_are_not_compressed_stay_as_they_are,
                                  damage_is_told,
                                  every_cut_is_told,
                                  results_are_bounded};
    Suite *suite = suite_create("ocf");
    TCase *tcase = tcase_create("ocf");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
