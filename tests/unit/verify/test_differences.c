/* test_differences.c — the first by key are kept, whatever order they come in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "differences.h"
#include "seed.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct arena arena;
static struct differences kept;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

/* The key is gone after the call. */
static void push(enum difference_kind kind, int number, const char *column)
{
    char key[32];
    const char *columns[] = {column};
    (void)snprintf(key, sizeof key, "[\"%05d\"]", number);
    struct difference difference = {
        .kind = kind,
        .key = key,
        .columns = column == NULL ? NULL : columns,
        .column_count = column == NULL ? 0 : 1,
    };
    ck_assert(differences_push(&kept, &difference, &error));
}

START_TEST(in_any_order_the_first_are_kept)
{
    enum {
        COUNT = 1000,
        LIMIT = 7
    };
    struct seed seed = seed_of((uint64_t)_i);
    int numbers[COUNT];
    differences_init(&kept, LIMIT, &arena);
    for (int i = 0; i < COUNT; i++) {
        numbers[i] = i;
    }
    for (int i = COUNT - 1; i > 0; i--) {
        int j = seed_below(&seed, i + 1);
        int swapped = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = swapped;
    }
    for (int i = 0; i < COUNT; i++) {
        push(DIFFERENCE_NOT_EQUAL, numbers[i], "name");
    }
    differences_finish(&kept);

    ck_assert_int_eq(kept.count, LIMIT);
    for (int i = 0; i < LIMIT; i++) {
        char key[32];
        (void)snprintf(key, sizeof key, "[\"%05d\"]", i);
        ck_assert_str_eq(kept.items[i].key, key);
        ck_assert_str_eq(kept.items[i].columns[0], "name");
    }
}
END_TEST

START_TEST(of_one_key_they_are_sorted_by_kind_and_columns)
{
    differences_init(&kept, 10, &arena);
    push(DIFFERENCE_MISSING_SOURCE, 1, NULL);
    push(DIFFERENCE_NOT_EQUAL, 1, "b");
    push(DIFFERENCE_NOT_EQUAL, 1, "a");
    push(DIFFERENCE_MISSING_TARGET, 1, NULL);
    differences_finish(&kept);

    ck_assert_int_eq(kept.count, 4);
    ck_assert_str_eq(kept.items[0].columns[0], "a");
    ck_assert_str_eq(kept.items[1].columns[0], "b");
    ck_assert_int_eq(kept.items[2].kind, DIFFERENCE_MISSING_TARGET);
    ck_assert_int_eq(kept.items[3].kind, DIFFERENCE_MISSING_SOURCE);
}
END_TEST

START_TEST(none_take_no_memory)
{
    differences_init(&kept, 10000, &arena);
    differences_finish(&kept);
    ck_assert_int_eq(kept.count, 0);
    ck_assert_uint_eq(arena_used(&arena), 0);
}
END_TEST

START_TEST(exactly_the_limit_is_kept_whole)
{
    differences_init(&kept, 2, &arena);
    push(DIFFERENCE_NOT_EQUAL, 2, "a");
    push(DIFFERENCE_NOT_EQUAL, 1, "a");
    differences_finish(&kept);
    ck_assert_int_eq(kept.count, 2);
    ck_assert_str_eq(kept.items[1].key, "[\"00002\"]");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("differences");
    TCase *tests = tcase_create("differences");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, in_any_order_the_first_are_kept, 0, 20);
    tcase_add_test(tests, of_one_key_they_are_sorted_by_kind_and_columns);
    tcase_add_test(tests, none_take_no_memory);
    tcase_add_test(tests, exactly_the_limit_is_kept_whole);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
