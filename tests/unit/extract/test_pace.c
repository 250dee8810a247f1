/* test_pace.c — a cancelled reader does not wait at the gate, nor for its rows.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/pace.h"

#include <check.h>
#include <stdlib.h>

START_TEST(cancel_ends_waiting)
{
    struct cancel cancel = {0};
    struct error error = ERROR_NONE;
    struct plan_source settings = {.pace = {.rows_per_second_max = 1}};
    struct pace *pace = NULL;
    ck_assert(pace_create(&settings, &cancel, &pace, &error));
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    cancel_request(&cancel, CANCEL_NOW);
    pace_spend(pace, 1000000);
    ck_assert_int_eq(pace_enter(pace), PACE_CANCELLED);
    pace_destroy(pace);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pace");
    TCase *tcase = tcase_create("pace");
    tcase_add_test(tcase, cancel_ends_waiting);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
