/* test_pace.c — what is read is owed, what is not read is hardly saved up, and cancel ends waiting.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace.h"

#include <check.h>

#define SECOND_NS INT64_C(1000000000)

START_TEST(rows_move_the_time_of_the_next_batch)
{
    struct pace pace;
    pace_init(&pace, 1000);
    int64_t before = pace.due_ns;
    pace_spend(&pace, 2500);
    ck_assert_int_ge(pace.due_ns - before, SECOND_NS * 5 / 2);
    before = pace.due_ns;
    pace_spend(&pace, 1); /* due is ahead of the clock: nothing is forgiven */
    ck_assert_int_eq(pace.due_ns - before, SECOND_NS / 1000);
}
END_TEST

START_TEST(a_pause_saves_up_little)
{
    struct pace pace;
    pace_init(&pace, 1000);
    int64_t start = pace.due_ns;
    pace.due_ns -= 3600 * SECOND_NS;
    pace_spend(&pace, 1000);
    ck_assert_int_ge(pace.due_ns, start + SECOND_NS * 9 / 10);
}
END_TEST

START_TEST(no_limit_never_waits_and_cancel_ends_waiting)
{
    struct pace pace;
    struct cancel cancel = {0};
    pace_init(&pace, 0);
    pace_spend(&pace, UINT64_MAX);
    pace_wait(&pace, NULL);
    pace_init(&pace, 1);
    pace_spend(&pace, 1000000); /* eleven days */
    cancel_request(&cancel, CANCEL_NOW);
    pace_wait(&pace, &cancel);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pace");
    TCase *tests = tcase_create("pace");
    tcase_add_test(tests, rows_move_the_time_of_the_next_batch);
    tcase_add_test(tests, a_pause_saves_up_little);
    tcase_add_test(tests, no_limit_never_waits_and_cancel_ends_waiting);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
