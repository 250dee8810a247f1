/* test_tally.c — the identity source = passed + filtered + rejected, and its way through JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "values.h"

#include "novate/ledger.h"
#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct error error;
static struct text_buffer json;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    text_buffer_init(&json, LIMIT_FIELD_BYTES);
}

static void teardown(void)
{
    text_buffer_release(&json);
    arena_release(&arena);
}

static void count(struct tally *tally, int rows, struct seed *seed)
{
    for (int i = 0; i < rows; i++) {
        struct hash hash = {.low = seed_next(seed), .high = seed_next(seed)};
        int fate = seed_below(seed, 4);
        digest_add(&tally->source, hash);
        digest_add(fate == 0   ? &tally->passed
                   : fate == 1 ? &tally->filtered
                   : fate == 2 ? &tally->rejected
                               : &tally->merged,
                   hash);
        if (fate == 0) { /* and a second row of the record, which is refused */
            digest_add(&tally->emitted, hash);
            digest_add(&tally->rejected, hash);
        }
        digest_add(&tally->loaded, (struct hash){.low = hash.high});
        must(counters_add(&tally->counters, "filter", fate == 1 ? "inactive" : "other", 1, &error),
             &error);
    }
}

START_TEST(what_is_counted_closes_also_when_merged)
{
    struct seed seed = seed_of(21);
    struct tally a;
    struct tally b;

    tally_init(&a, &arena);
    tally_init(&b, &arena);
    ck_assert(tally_closes(&a));
    count(&a, 200, &seed);
    count(&b, 300, &seed);
    ck_assert(tally_closes(&a) && tally_closes(&b));
    must(tally_merge(&a, &b, &error), &error);
    ck_assert(tally_closes(&a));
    ck_assert_uint_eq(a.source.rows, 500);
    ck_assert_uint_eq(counters_total(&a.counters, "filter"), 500);
}
END_TEST

START_TEST(a_lost_a_doubled_and_a_changed_record_do_not_close)
{
    struct seed seed = seed_of(22);
    struct tally tally;

    tally_init(&tally, &arena);
    count(&tally, 10, &seed);
    digest_add(&tally.source, (struct hash){.low = 5});
    ck_assert(!tally_closes(&tally));
    digest_add(&tally.passed, (struct hash){.low = 6}); /* as many, but not the same */
    ck_assert(!tally_closes(&tally));
    digest_remove(&tally.passed, (struct hash){.low = 6});
    digest_add(&tally.passed, (struct hash){.low = 5});
    ck_assert(tally_closes(&tally));
    digest_add(&tally.passed, (struct hash){.low = 0});
    ck_assert(!tally_closes(&tally));
    digest_remove(&tally.passed, (struct hash){.low = 0});
    digest_add(&tally.emitted, (struct hash){.low = 5}); /* the record gave two rows */
    ck_assert(!tally_closes(&tally));
    digest_add(&tally.merged, (struct hash){.low = 5});
    ck_assert(tally_closes(&tally));
}
END_TEST

START_TEST(what_became_of_loaded_rows_is_added_up)
{
    struct tally a;
    struct tally b;
    tally_init(&a, &arena);
    tally_init(&b, &arena);
    ck_assert_uint_eq(a.inserted + a.updated + a.unchanged, 0);
    b.inserted = 5;
    b.updated = 7;
    b.unchanged = 11;
    must(tally_merge(&a, &b, &error), &error);
    must(tally_merge(&a, &b, &error), &error);
    ck_assert_uint_eq(a.inserted, 10);
    ck_assert_uint_eq(a.updated, 14);
    ck_assert_uint_eq(a.unchanged, 22);
}
END_TEST

START_TEST(json_goes_there_and_back)
{
    struct seed seed = seed_of(23);
    struct tally tally;
    struct tally read;
    struct text_buffer again;

    tally_init(&tally, &arena);
    tally_init(&read, &arena);
    count(&tally, 100, &seed);
    must(counters_add(&tally.counters, "note", "a \"name\"", 3, &error), &error);
    tally_json(&tally, &json);
    must(tally_from_json(json.data, &read, &error), &error);
    ck_assert(digest_equal(&tally.source, &read.source));
    ck_assert(digest_equal(&tally.passed, &read.passed));
    ck_assert(digest_equal(&tally.filtered, &read.filtered));
    ck_assert(digest_equal(&tally.rejected, &read.rejected));
    ck_assert(digest_equal(&tally.loaded, &read.loaded));
    text_buffer_init(&again, LIMIT_FIELD_BYTES);
    tally_json(&read, &again);
    ck_assert_str_eq(json.data, again.data);
    text_buffer_release(&again);
}
END_TEST

START_TEST(what_is_no_tally_is_refused)
{
    static const char *const texts[] = {"",
                                        "null",
                                        "[]",
                                        "{}",
                                        "{\"source\":{\"rows\":-1}}",
                                        "{\"source\":{\"rows\":1,\"sum\":1}}"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tally tally;
        tally_init(&tally, &arena);
        error = ERROR_NONE;
        ck_assert_msg(!tally_from_json(texts[i], &tally, &error), "%s", texts[i]);
        ck_assert_int_eq(error.code, ERROR_CORRUPT);
    }
}
END_TEST

START_TEST(a_tally_cut_short_is_refused)
{
    struct seed seed = seed_of(24);
    struct tally tally;

    tally_init(&tally, &arena);
    count(&tally, 3, &seed);
    tally_json(&tally, &json);
    for (size_t size = json.size; size-- > 0;) {
        struct tally read;
        tally_init(&read, &arena);
        json.data[size] = '\0';
        error = ERROR_NONE;
        ck_assert(!tally_from_json(json.data, &read, &error));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *cases = tcase_create("tally");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, what_is_counted_closes_also_when_merged);
    tcase_add_test(cases, a_lost_a_doubled_and_a_changed_record_do_not_close);
    tcase_add_test(cases, what_became_of_loaded_rows_is_added_up);
    tcase_add_test(cases, json_goes_there_and_back);
    tcase_add_test(cases, what_is_no_tally_is_refused);
    tcase_add_test(cases, a_tally_cut_short_is_refused);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
