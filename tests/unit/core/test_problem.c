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
    ck_assert_str_eq(error.message, "2 errors, 1 warning in \"plan.yaml\" and its mappings");
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

/* What is said of a line, as problems_format() has it. */
static const char *format_line(struct arena *arena, const char *line, int column)
{
    char path[] = "/tmp/novate-problem-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    struct problems problems;
    struct text_buffer out;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(line, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    problems_init(&problems, arena);
    problem_add(&problems, (struct place){path, 1, column}, NULL, "wrong");
    text_buffer_init(&out, 10000);
    problems_format(&problems, &out);
    ck_assert_int_eq(unlink(path), 0);
    const char *shown = arena_string(arena, strchr(out.data, '\n') + 1);
    text_buffer_release(&out);
    return shown;
}

START_TEST(the_caret_stands_under_the_place)
{
    struct arena arena;

    arena_init(&arena, 4096, NULL);
    ck_assert_str_eq(format_line(&arena, "\ta:\tbad\n", 5), "    1 | \ta:\tbad\n      | \t  \t^\n");
    /* Two East Asian characters take four columns, a letter with a combining accent takes one. */
    ck_assert_str_eq(format_line(&arena, "\u6f22\u5b57 e\u0301 bad\n", 7),
                     "    1 | \u6f22\u5b57 e\u0301 bad\n      |        ^\n");
    ck_assert_str_eq(format_line(&arena, "\ufeffa: bad\n", 4), "    1 | a: bad\n      |    ^\n");
    ck_assert_str_eq(format_line(&arena, "a\x1b[1m\n", 3), "    1 | a [1m\n      |   ^\n");
    ck_assert_str_eq(format_line(&arena, "abc", 4), "    1 | abc\n      |    ^\n");
    arena_release(&arena);
}
END_TEST

START_TEST(long_lines_are_cut_around_the_place)
{
    struct arena arena;
    char line[401];
    char expected[1000];

    arena_init(&arena, 4096, NULL);
    memset(line, 'x', 400);
    line[400] = '\0';
    line[199] = 'B';
    (void)snprintf(
        expected, sizeof expected, "    1 | …%.60sB%.39s…\n      |  %60s^\n", line, line, "");
    ck_assert_str_eq(format_line(&arena, line, 200), expected);
    (void)snprintf(expected, sizeof expected, "    1 | %.100s…\n      | ^\n", line);
    ck_assert_str_eq(format_line(&arena, line, 1), expected);
    line[100] = '\0';
    (void)snprintf(expected, sizeof expected, "    1 | %s\n      | %99s^\n", line, "");
    ck_assert_str_eq(format_line(&arena, line, 100), expected);
    arena_release(&arena);
}
END_TEST

START_TEST(nothing_is_said_twice)
{
    struct arena arena;
    struct problems problems;
    struct text_buffer out;
    struct error error = ERROR_NONE;
    const struct place place = {"none.yaml", 3, 4};

    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    for (int i = 0; i < 3; i++) {
        problem_warn(&problems, place, NULL, "%s", "the same");
        problem_add(&problems, place, NULL, "%s", "the same");
        problem_add(&problems, (struct place){"none.yaml", 3, 5}, NULL, "%s", "the same");
    }
    text_buffer_init(&out, 1000);
    problems_format(&problems, &out);
    ck_assert_str_eq(out.data,
                     "none.yaml:3:4: warning: the same\n"
                     "none.yaml:3:4: the same\n"
                     "none.yaml:3:5: the same\n");
    ck_assert_int_eq(problems.errors, 6); /* whoever finds one again has found one */
    ck_assert(!problems_check(&problems, "p", &error));
    ck_assert_str_eq(error.message, "2 errors, 1 warning in \"p\" and its mappings");
    text_buffer_release(&out);
    arena_release(&arena);
}
END_TEST

START_TEST(warnings_alone_are_counted_and_no_error)
{
    struct arena arena;
    struct problems problems;
    struct text_buffer out;
    struct error error = ERROR_NONE;

    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    problem_warn(&problems, (struct place){"none.yaml", 3, 4}, "Do.", "mind");
    problem_warn(&problems, (struct place){"none.yaml", 2, 4}, NULL, "mind");
    text_buffer_init(&out, 1000);
    problems_format(&problems, &out);
    ck_assert_str_eq(out.data,
                     "none.yaml:2:4: warning: mind\n"
                     "none.yaml:3:4: warning: mind\nhint: Do.\n2 warnings\n");
    ck_assert(problems_check(&problems, "p", &error));
    text_buffer_release(&out);
    arena_release(&arena);
}
END_TEST

START_TEST(an_error_takes_the_room_of_a_warning)
{
    struct arena arena;
    struct problems problems;
    struct text_buffer out;

    arena_init(&arena, 4096, NULL);
    problems_init(&problems, &arena);
    for (int i = 0; i < LIMIT_PROBLEMS + 1; i++) {
        problem_warn(&problems, (struct place){"none.yaml", i + 1, 1}, NULL, "mind");
    }
    problem_add(&problems, (struct place){"none.yaml", 9000, 1}, NULL, "wrong");
    text_buffer_init(&out, 100000);
    problems_format(&problems, &out);
    ck_assert_ptr_nonnull(strstr(out.data, "none.yaml:9000:1: wrong\n"));
    ck_assert_ptr_nonnull(strstr(out.data, "2 more warnings are not shown\n"));
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
    tcase_add_test(tcase, the_caret_stands_under_the_place);
    tcase_add_test(tcase, long_lines_are_cut_around_the_place);
    tcase_add_test(tcase, nothing_is_said_twice);
    tcase_add_test(tcase, warnings_alone_are_counted_and_no_error);
    tcase_add_test(tcase, an_error_takes_the_room_of_a_warning);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
