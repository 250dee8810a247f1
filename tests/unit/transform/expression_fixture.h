/* expression_fixture.h — what tests of expressions share: a mapping to fill, and a runner.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSION_FIXTURE_H
#define TEST_EXPRESSION_FIXTURE_H

#include "mapping_run.h"
#include "values.h"

#include <check.h>
#include <string.h>

static struct mapping_run run;

static inline void setup(void)
{
    mapping_run_init(&run);
}

static inline void teardown(void)
{
    mapping_run_release(&run);
}

/* The expression, and what it gives: see mapping_run_evaluate(). */
struct value_case {
    const char *expression;
    const char *value;
};

static inline void check_values(const struct value_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = mapping_run_evaluate(&run, cases[i].expression);
        ck_assert_msg(strcmp(value, cases[i].value) == 0,
                      "%s: %s expected, %s found",
                      cases[i].expression,
                      cases[i].value,
                      value);
    }
}

#define CHECK_VALUES(cases) check_values((cases), sizeof(cases) / sizeof(cases)[0])

static inline int run_tests(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    for (size_t i = 0; i < count; i++) {
        tcase_add_test(tcase, tests[i]);
    }
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#define RUN_TESTS(name, tests) run_tests((name), (tests), sizeof(tests) / sizeof(tests)[0])

#endif
