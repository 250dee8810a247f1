/* test_plan_pace.c — what can be set while a job runs is read as a plan's keys are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/plan.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct plan_pace pace;

static void expect_refused(const char *name, const char *value, const char *message)
{
    struct error error = ERROR_NONE;
    struct plan_pace before = pace;
    ck_assert(!plan_pace_set(&pace, name, value, &error));
    ck_assert_int_eq(error.code, ERROR_USAGE);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
    ck_assert_uint_eq(pace.rows_per_second_max, before.rows_per_second_max);
    ck_assert_uint_eq(pace.chunk_ms_target, before.chunk_ms_target);
}

static void set(const char *name, const char *value)
{
    struct error error = ERROR_NONE;
    ck_assert_msg(plan_pace_set(&pace, name, value, &error), "%s", error.message);
}

static void set_all(void)
{
    set("rows_per_second_max", "20000");
    set("chunk_ms_target", "250");
    set("window", "20:00-06:30");
    set("back_off", "2.5");
}

START_TEST(values_are_those_of_a_plan)
{
    set_all();
    ck_assert_uint_eq(pace.rows_per_second_max, 20000);
    ck_assert_uint_eq(pace.chunk_ms_target, 250);
    ck_assert(pace.window.given);
    ck_assert_int_eq(pace.window.begin_minute, 1200);
    ck_assert_int_eq(pace.window.end_minute, 390);
    ck_assert_double_eq_tol(pace.back_off, 2.5, 1e-9);
}
END_TEST

START_TEST(none_lifts_them)
{
    set_all();
    set("rows_per_second_max", "none");
    set("chunk_ms_target", "none");
    set("window", "none");
    set("back_off", "none");
    ck_assert_uint_eq(pace.rows_per_second_max, 0);
    ck_assert_uint_eq(pace.chunk_ms_target, 1000);
    ck_assert(!pace.window.given);
    ck_assert_double_eq_tol(pace.back_off, 0, 1e-9);
}
END_TEST

START_TEST(others_are_refused)
{
    struct error error = ERROR_NONE;
    pace = (struct plan_pace){.rows_per_second_max = 7, .chunk_ms_target = 70};
    expect_refused("rows_per_second_max", "0", "from 1 to 1000000000");
    expect_refused("rows_per_second_max", "-5", "whole number");
    expect_refused("rows_per_second_max", "5e3", "whole number");
    expect_refused("rows_per_second_max", "99999999999999999999999", "whole number");
    expect_refused("rows_per_second_max", "", "whole number");
    expect_refused("chunk_ms_target", "9", "from 10 to 600000");
    expect_refused("window", "20:00", "two times of the day");
    expect_refused("window", "20:00-20:00", "two times of the day");
    expect_refused("back_off", "1", "from 1.1 to 1000");
    expect_refused("connections_max", "2", "cannot be set while a job runs");
    ck_assert(!plan_pace_set(&pace, "rows_per_second", "2", &error));
    ck_assert_str_eq(error.hint, "Perhaps you meant \"rows_per_second_max\".");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_pace");
    TCase *tcase = tcase_create("plan_pace");
    tcase_add_test(tcase, values_are_those_of_a_plan);
    tcase_add_test(tcase, none_lifts_them);
    tcase_add_test(tcase, others_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
