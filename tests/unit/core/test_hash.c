/* test_hash.c — hashes, their texts, and digests that do not care for order.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"

#include "novate/error.h"
#include "novate/hash.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Published by the authors of XXH3 for the empty input, seed 0. */
START_TEST(the_empty_input_has_the_published_hash)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(hash_bytes(NULL, 0), hex);
    ck_assert_str_eq(hex, "99aa06d3014798d86001c324468d497f");
    ck_assert_uint_eq(hash_bytes64(NULL, 0), UINT64_C(0x2d06800538d394c2));
}
END_TEST

START_TEST(hex_goes_there_and_back)
{
    struct seed seed = seed_of(11);

    for (int i = 0; i < 1000; i++) {
        struct hash hash = {.low = seed_next(&seed), .high = seed_next(&seed)};
        struct hash read;
        char hex[HASH_HEX_SIZE];
        hash_hex(hash, hex);
        ck_assert(hash_from_hex(hex, &read));
        ck_assert(hash_equal(hash, read));
    }
}
END_TEST

START_TEST(what_is_no_hex_is_refused)
{
    struct hash hash = {.low = 1, .high = 2};

    ck_assert(!hash_from_hex("", &hash));
    ck_assert(!hash_from_hex("0123", &hash));
    ck_assert(!hash_from_hex("0123456789abcdef0123456789abcde", &hash));
    ck_assert(!hash_from_hex("0123456789abcdef0123456789abcdef0", &hash));
    ck_assert(!hash_from_hex("0123456789abcdef0123456789abcdeg", &hash));
    ck_assert(hash_equal(hash, (struct hash){.low = 1, .high = 2}));
    ck_assert(hash_from_hex("0123456789ABCDEF0123456789abcdef", &hash));
    ck_assert(hash.high == hash.low);
}
END_TEST

START_TEST(hashes_have_an_order)
{
    struct hash a = {.low = 9, .high = 1};
    struct hash b = {.low = 1, .high = 2};
    struct hash c = {.low = 2, .high = 2};

    ck_assert_int_lt(hash_compare(a, b), 0);
    ck_assert_int_lt(hash_compare(b, c), 0);
    ck_assert_int_gt(hash_compare(c, a), 0);
    ck_assert_int_eq(hash_compare(b, b), 0);
}
END_TEST

static struct hash hash_of_fields(const char *first, const char *second)
{
    struct hash_stream stream;

    ck_assert(hash_stream_open(&stream, NULL));
    hash_stream_field(&stream, text_of(first));
    hash_stream_field(&stream, text_of(second));
    struct hash hash = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return hash;
}

START_TEST(fields_do_not_run_together)
{
    ck_assert(!hash_equal(hash_of_fields("12", "3"), hash_of_fields("1", "23")));
    ck_assert(!hash_equal(hash_of_fields("", "x"), hash_of_fields("x", "")));
    ck_assert(hash_equal(hash_of_fields("1", "23"), hash_of_fields("1", "23")));
}
END_TEST

START_TEST(a_stream_of_pieces_is_the_hash_of_the_whole)
{
    struct hash_stream stream;
    char data[1000];

    memset(data, 'x', sizeof data);
    ck_assert(hash_stream_open(&stream, NULL));
    hash_stream_push(&stream, data, 300);
    hash_stream_push(&stream, NULL, 0);
    hash_stream_push(&stream, data, 700);
    ck_assert(hash_equal(hash_stream_value(&stream), hash_bytes(data, sizeof data)));
    hash_stream_close(&stream);
}
END_TEST

START_TEST(digests_ignore_order_and_cuts_but_count_duplicates)
{
    enum {
        ROWS = 500
    };
    struct seed seed = seed_of(12);
    struct hash rows[ROWS];
    struct digest forward = {.rows = 0};
    struct digest backward = {.rows = 0};
    struct digest parts[3] = {{.rows = 0}, {.rows = 0}, {.rows = 0}};

    for (int i = 0; i < ROWS; i++) {
        rows[i] = (struct hash){.low = seed_next(&seed), .high = seed_next(&seed)};
        digest_add(&forward, rows[i]);
        digest_add(&parts[seed_below(&seed, 3)], rows[i]);
    }
    for (int i = ROWS; i-- > 0;) {
        digest_add(&backward, rows[i]);
    }
    digest_merge(&parts[0], &parts[1]);
    digest_merge(&parts[0], &parts[2]);
    ck_assert(digest_equal(&forward, &backward));
    ck_assert(digest_equal(&forward, &parts[0]));
    digest_add(&forward, rows[0]);
    ck_assert(!digest_equal(&forward, &backward));
    digest_remove(&forward, rows[0]);
    ck_assert(digest_equal(&forward, &backward));
    digest_remove(&forward, rows[1]);
    digest_add(&forward, rows[0]);
    ck_assert_uint_eq(forward.rows, backward.rows);
    ck_assert(!digest_equal(&forward, &backward));
}
END_TEST

START_TEST(sums_carry_from_the_low_half)
{
    struct digest digest = {.rows = 0};

    digest_add(&digest, (struct hash){.low = UINT64_MAX, .high = UINT64_MAX});
    digest_add(&digest, (struct hash){.low = 2, .high = 0});
    ck_assert_uint_eq(digest.sum.low, 1);
    ck_assert_uint_eq(digest.sum.high, 0);
    digest_remove(&digest, (struct hash){.low = 2, .high = 0});
    ck_assert_uint_eq(digest.sum.low, UINT64_MAX);
    ck_assert_uint_eq(digest.sum.high, UINT64_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *cases = tcase_create("hash");

    tcase_add_test(cases, the_empty_input_has_the_published_hash);
    tcase_add_test(cases, hex_goes_there_and_back);
    tcase_add_test(cases, what_is_no_hex_is_refused);
    tcase_add_test(cases, hashes_have_an_order);
    tcase_add_test(cases, fields_do_not_run_together);
    tcase_add_test(cases, a_stream_of_pieces_is_the_hash_of_the_whole);
    tcase_add_test(cases, digests_ignore_order_and_cuts_but_count_duplicates);
    tcase_add_test(cases, sums_carry_from_the_low_half);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
