/* test_source_pool.c — connections are used again, and never more than the plan allows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "source_pool.h"

#include <check.h>
#include <stdlib.h>

static struct plan_source sources[2];
static struct plan plan;
static struct cancel cancel;
static struct source_pool *pool;

/* Folders stand for systems: opening one connects to nothing. */
static void open_pool(void)
{
    struct error error = ERROR_NONE;
    sources[0] = (struct plan_source){.name = "a", .csv = ".", .encoding = "UTF-8"};
    sources[1] = (struct plan_source){.name = "b", .csv = ".", .encoding = "UTF-8"};
    sources[0].pace.connections_max = 2;
    plan = (struct plan){.sources = sources, .source_count = 2};
    const struct source_watch watch = {.cancel = &cancel};
    ck_assert(source_pool_create(&plan, &watch, &pool, &error));
}

static void close_pool(void)
{
    source_pool_destroy(pool);
}

static struct source *lend(const struct plan_source *settings)
{
    struct source *source = NULL;
    struct error error = ERROR_NONE;
    ck_assert_msg(source_pool_lend(pool, settings, &source, &error), "%s", error.message);
    return source;
}

START_TEST(what_was_given_back_is_used_again)
{
    ck_assert(!source_pool_used(pool, &sources[0]));
    struct source *first = lend(&sources[0]);
    struct source *second = lend(&sources[0]);
    ck_assert(source_pool_used(pool, &sources[0]) && !source_pool_used(pool, &sources[1]));
    ck_assert_ptr_ne(first, second);
    source_pool_return(pool, second);
    source_pool_return(pool, first);
    ck_assert_ptr_eq(lend(&sources[0]), first);
    ck_assert_ptr_eq(lend(&sources[0]), second);
    source_pool_return(pool, first);
    source_pool_return(pool, second);
    source_pool_return(pool, NULL);
}
END_TEST

START_TEST(no_more_than_the_plan_allows)
{
    struct error error = ERROR_NONE;
    struct source *more = NULL;
    struct source *first = lend(&sources[0]);
    struct source *second = lend(&sources[0]);
    ck_assert(!source_pool_lend(pool, &sources[0], &more, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
    struct source *other = lend(&sources[1]); /* each source has its own */
    source_pool_return(pool, first);
    ck_assert_ptr_eq(lend(&sources[0]), first);
    source_pool_return(pool, first);
    source_pool_return(pool, second);
    source_pool_return(pool, other);
}
END_TEST

START_TEST(one_that_does_not_open_takes_no_place)
{
    struct error error = ERROR_NONE;
    struct source *source = NULL;
    sources[0].csv = "/nowhere";
    for (int turn = 0; turn < 3; turn++) {
        ck_assert(!source_pool_lend(pool, &sources[0], &source, &error));
        ck_assert_int_ne(error.code, ERROR_INTERNAL);
        error = ERROR_NONE;
    }
    sources[0].csv = ".";
    source_pool_return(pool, lend(&sources[0]));
}
END_TEST

START_TEST(each_source_has_one_pace)
{
    struct pace *pace = source_pool_pace(pool, &sources[0]);
    ck_assert_ptr_nonnull(pace);
    ck_assert_ptr_eq(source_pool_pace(pool, &sources[0]), pace);
    ck_assert_ptr_ne(source_pool_pace(pool, &sources[1]), pace);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("source_pool");
    TCase *tcase = tcase_create("source_pool");
    tcase_add_checked_fixture(tcase, open_pool, close_pool);
    tcase_add_test(tcase, what_was_given_back_is_used_again);
    tcase_add_test(tcase, no_more_than_the_plan_allows);
    tcase_add_test(tcase, one_that_does_not_open_takes_no_place);
    tcase_add_test(tcase, each_source_has_one_pace);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
