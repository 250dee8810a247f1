/* test_refused.c — refusals are found by key and used up one by one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "refused.h"

#include <check.h>

static struct arena arena;
static struct error error;
static struct refused refused;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

START_TEST(without_refusals_nothing_is_found)
{
    ck_assert(refused_init(&refused, NULL, 0, &arena, &error));
    ck_assert_ptr_null(refused_find(&refused, text_of("[\"1\"]")));
}
END_TEST

START_TEST(every_key_is_found_with_its_multiplicity_and_no_other)
{
    enum {
        COUNT = 1000
    };
    const char *keys[COUNT];
    for (int i = 0; i < COUNT; i++) {
        keys[i] = arena_format(&arena, "[\"%d\"]", i / 2);
        ck_assert_ptr_nonnull(keys[i]);
    }
    ck_assert(refused_init(&refused, keys, COUNT, &arena, &error));
    for (int i = 0; i < COUNT; i++) {
        char *key = arena_format(&arena, "[\"%d\"]", i);
        struct refused_key *found = refused_find(&refused, text_of(key));
        if (i < COUNT / 2) {
            ck_assert_ptr_nonnull(found);
            ck_assert_int_eq(found->count, 2);
            ck_assert_str_eq(found->key, key);
        } else {
            ck_assert_ptr_null(found);
        }
    }
}
END_TEST

START_TEST(a_row_is_set_aside_as_often_as_it_was_refused)
{
    static const char *const keys[] = {"[\"1\"]", "[\"1\"]", "[\"2\"]"};
    struct bucket_set explained;
    ck_assert(refused_init(&refused, keys, 3, &arena, &error));
    ck_assert(bucket_set_init(&explained, &arena, &error));
    struct refused_key *one = refused_find(&refused, text_of("[\"1\"]"));
    struct refused_key *two = refused_find(&refused, text_of("[\"2\"]"));
    ck_assert(refused_set_aside(&refused, one, 7));
    ck_assert(refused_set_aside(&refused, one, 8));
    ck_assert(!refused_set_aside(&refused, one, 9));
    ck_assert(refused_set_aside(&refused, two, 7));

    bucket_set_add(&explained, 7);
    refused_settle(&refused, &explained);

    ck_assert_int_eq(one->count, 1);
    ck_assert_int_eq(two->count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("refused");
    TCase *tests = tcase_create("refused");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, without_refusals_nothing_is_found);
    tcase_add_test(tests, every_key_is_found_with_its_multiplicity_and_no_other);
    tcase_add_test(tests, a_row_is_set_aside_as_often_as_it_was_refused);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
