/* test_checksum.c — checksums are those of md5sum, sha1sum, sha256sum and sha512sum, also where a
 * thread (pthreads) computes them aside. SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "values.h"

#include "novate/checksum.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Test vectors of RFC 1321, RFC 3174 and FIPS 180-2: "abc", and nothing. */
static const char *const of_abc[CHECKSUM_KIND_COUNT] = {
    "900150983cd24fb0d6963f7d28e17f72",
    "a9993e364706816aba3e25717850c26c9cd0d89d",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
};
static const char *const of_nothing[CHECKSUM_KIND_COUNT] = {
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"),
};

START_TEST(all_kinds_in_one_pass_over_pieces)
{
    struct error error = ERROR_NONE;
    for (int piece = 0; piece <= 3; piece++) {
        struct checksums checksums;
        must(checksums_open(&checksums, 0xF, &error), &error);
        checksums_push(&checksums, "abc", (size_t)piece);
        checksums_push(&checksums, &"abc"[piece], (size_t)(3 - piece));
        for (int kind = 0; kind < CHECKSUM_KIND_COUNT; kind++) {
            char hex[CHECKSUM_HEX_SIZE];
            must(checksums_hex(&checksums, (enum checksum_kind)kind, hex, &error), &error);
            ck_assert_str_eq(hex, of_abc[kind]);
        }
        checksums_close(&checksums);
    }
}
END_TEST

START_TEST(of_nothing_and_only_what_is_asked_for)
{
    struct error error = ERROR_NONE;
    for (int kind = 0; kind < CHECKSUM_KIND_COUNT; kind++) {
        struct checksums checksums;
        char hex[CHECKSUM_HEX_SIZE];
        enum checksum_kind told;
        must(checksums_open(&checksums, 1u << kind, &error), &error);
        must(checksums_hex(&checksums, (enum checksum_kind)kind, hex, &error), &error);
        ck_assert_str_eq(hex, of_nothing[kind]);
        ck_assert(checksum_kind_of(strlen(hex), &told));
        ck_assert_int_eq((int)told, kind);
        error = ERROR_NONE;
        ck_assert(!checksums_hex(
            &checksums, (enum checksum_kind)((kind + 1) % CHECKSUM_KIND_COUNT), hex, &error));
        error = ERROR_NONE;
        checksums_close(&checksums);
    }
    enum checksum_kind none;
    ck_assert(!checksum_kind_of(0, &none));
    ck_assert(!checksum_kind_of(56, &none));
}
END_TEST

static void compute(
    const char *data, size_t size, bool aside, struct seed seed, char hex[CHECKSUM_HEX_SIZE])
{
    struct error error = ERROR_NONE;
    struct checksums checksums;
    must(checksums_open(&checksums, 0xF, &error), &error);
    if (aside) {
        checksums_aside(&checksums);
        ck_assert_ptr_nonnull(checksums.helper);
    }
    for (size_t done = 0; done < size;) {
        size_t piece = (size_t)seed_below(&seed, 3 << 20);
        piece = piece < size - done ? piece : size - done;
        checksums_push(&checksums, data + done, piece);
        done += piece;
    }
    must(checksums_hex(&checksums, CHECKSUM_SHA256, hex, &error), &error);
    must(checksums_hex(&checksums, CHECKSUM_MD5, hex + strlen(hex), &error), &error);
    checksums_close(&checksums);
}

START_TEST(a_thread_aside_computes_the_same)
{
    const size_t size = (size_t)20 << 20;
    struct seed seed = seed_of(7);
    char *data = malloc(size);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
        uint64_t some = seed_next(&seed);
        memcpy(data + i, &some, sizeof some);
    }
    for (size_t of = size; of > 0; of /= 3) {
        char here[CHECKSUM_HEX_SIZE];
        char aside[CHECKSUM_HEX_SIZE];
        compute(data, of, false, seed, here);
        compute(data, of, true, seed, aside);
        ck_assert_str_eq(here, aside);
    }
    free(data);
}
END_TEST

/* An error of the file that is read ends the pass before it has a checksum. */
START_TEST(a_thread_aside_is_ended_without_an_answer)
{
    struct error error = ERROR_NONE;
    char *data = calloc(1, (size_t)9 << 20);
    ck_assert_ptr_nonnull(data);
    for (int pushes = 0; pushes < 3; pushes++) {
        struct checksums checksums;
        must(checksums_open(&checksums, 1U << CHECKSUM_SHA512, &error), &error);
        checksums_aside(&checksums);
        for (int push = 0; push < pushes; push++) {
            checksums_push(&checksums, data, (size_t)9 << 20);
        }
        checksums_close(&checksums);
        ck_assert_ptr_null(checksums.helper);
    }
    free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checksum");
    TCase *tests = tcase_create("checksum");
    tcase_add_test(tests, all_kinds_in_one_pass_over_pieces);
    tcase_add_test(tests, of_nothing_and_only_what_is_asked_for);
    tcase_add_test(tests, a_thread_aside_computes_the_same);
    tcase_add_test(tests, a_thread_aside_is_ended_without_an_answer);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
