/* test_problem.c — problems come sorted, with the line and a caret, and are all counted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/limits.h"
#include "novate/problem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(line_and_caret_are_shown)
{
    char path[] = "/tmp/novate-problem-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    FILE *file = fdopen(descriptor, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs("one\r\n  h\xC3\xA9: upper(NAM)\n", file), 0);
    ck_assert_int_eq(fclose(file), 0);
    struct arena arena;
    struct problems problems;
    struct text_buffer out;
    struct error error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    problem_warn(&problems, (struct place){path, 2, 1}, NULL, "later, but sorted by column");
    problem_add(&problems,
                (struct place){path, 2, 13},
                "Perhaps you meant \"NAME\".",
                "column \"%s\" does not exist",
                "NAM");
    problem_add(&problems, (struct place){path, 1, 0}, NULL, "first");
    text_buffer_init(&out, 10000);
    problems_format(&problems, &out);
    char expected[1024];
    (void)snprintf(expected,
                   sizeof expected,
                   "%s:1: first\n    1 | one\n      | ^\n"
                   "%s:2:1: warning: later, but sorted by column\n"
                   "    2 |   h\xC3\xA9: upper(NAM)\n      | ^\n"
                   "%s:2:13: column \"NAM\" does not exist\n"
                   "    2 |   h\xC3\xA9: upper(NAM)\n      |             ^\n"
                   "hint: Perhaps you meant \"NAME\".\n",
                   path,
                   path,
                   path);
    ck_assert_str_eq(out.data, expected);
    ck_assert(!problems_check(&problems, "plan.yaml", &error));
    ck_assert_str_eq(error.message, "2 problems in \"plan.yaml\" and its mappings");
    text_buffer_release(&out);
    arena_release(&arena);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* Names are cut to fit: the half of a character that is left made the message invalid UTF-8. */
START_TEST(a_name_that_is_cut_within_a_character_leaves_no_half_of_it)
{
    struct arena arena;
    struct problems problems;
    struct place nowhere = {NULL, 0, 0};

    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    problem_add(&problems, nowhere, NULL, "column \"%s\" does not exist", "h\xC3\xA9 \xF0\x95\x98");
    ck_assert_str_eq(problems.items[0].message, "column \"h\xC3\xA9 \" does not exist");
    problem_warn(&problems, nowhere, NULL, "%s", "\xC3");
    ck_assert_str_eq(problems.items[1].message, "");
    arena_release(&arena);
}
END_TEST

START_TEST(those_past_the_limit_are_counted)
{
    struct arena arena;
    struct problems problems;
    struct text_buffer out;
    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    for (int index = 0; index < LIMIT_PROBLEMS + 5; index++) {
        problem_add(&problems, (struct place){"none.yaml", 0, 0}, NULL, "problem %d", index);
    }
    text_buffer_init(&out, 100000);
    problems_format(&problems, &out);
    ck_assert_int_eq(problems.errors, LIMIT_PROBLEMS + 5);
    ck_assert_ptr_nonnull(strstr(out.data, "5 more problems are not shown\n"));
    text_buffer_release(&out);
    arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("problem");
    TCase *tcase = tcase_create("problem");
    tcase_add_test(tcase, line_and_caret_are_shown);
    tcase_add_test(tcase, a_name_that_is_cut_within_a_character_leaves_no_half_of_it);
    tcase_add_test(tcase, those_past_the_limit_are_counted);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
