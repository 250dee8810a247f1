/* test_error.c — operation errors keep the first cause and never lose it to their own size.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/error.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

START_TEST(first_failure_wins)
{
    struct error error = ERROR_NONE;
    ck_assert(!error_set(&error, ERROR_SOURCE, "first %d", 1));
    ck_assert(!error_set(&error, ERROR_TARGET, "second"));
    ck_assert_int_eq(error.code, ERROR_SOURCE);
    ck_assert_str_eq(error.message, "first 1");
}
END_TEST

START_TEST(additions_need_an_error)
{
    struct error error = ERROR_NONE;
    error_detail(&error, "lost");
    error_hint(&error, "lost");
    error_context(&error, "lost");
    error_sqlstate(&error, "22012");
    ck_assert_int_eq(error.code, ERROR_OK);
    ck_assert_str_eq(error.detail, "");
    ck_assert_str_eq(error.sqlstate, "");
}
END_TEST

START_TEST(contexts_join_innermost_first)
{
    struct error error = ERROR_NONE;
    error_set(&error, ERROR_TARGET, "refused");
    error_context(&error, "chunk %d", 3);
    error_context(&error, "loading \"patient\"");
    ck_assert_str_eq(error.context, "chunk 3; loading \"patient\"");
}
END_TEST

START_TEST(long_text_is_cut_at_a_character)
{
    struct error error = ERROR_NONE;
    char text[2048];
    for (size_t at = 0; at + 2 < sizeof text; at += 2) {
        memcpy(text + at, "\xC3\xA9", 3);
    }
    error_set(&error, ERROR_PLAN, "x%s", text);
    size_t size = strlen(error.message);
    ck_assert_uint_lt(size, sizeof error.message);
    ck_assert_uint_gt(size, sizeof error.message - 4);
    ck_assert_int_eq((unsigned char)error.message[size - 2], 0xC3);
    ck_assert_int_eq((unsigned char)error.message[size - 1], 0xA9);
}
END_TEST

START_TEST(system_reason_is_appended)
{
    struct error error = ERROR_NONE;
    error_set_system(&error, ERROR_IO, ENOENT, "could not open \"%s\"", "x");
    ck_assert_str_eq(error.message, "could not open \"x\": No such file or directory");
}
END_TEST

START_TEST(nobody_listening_is_allowed)
{
    ck_assert(!error_set(NULL, ERROR_PLAN, "x"));
    ck_assert(!error_detail(NULL, "x"));
    ck_assert(!error_set_memory(NULL));
    ck_assert(!error_internal(NULL, "x", "y", 1));
}
END_TEST

START_TEST(exit_codes_are_those_of_the_documentation)
{
    ck_assert_int_eq(error_exit_code(ERROR_OK), 0);
    ck_assert_int_eq(error_exit_code(ERROR_USAGE), 1);
    ck_assert_int_eq(error_exit_code(ERROR_PLAN), 2);
    ck_assert_int_eq(error_exit_code(ERROR_STATE), 3);
    ck_assert_int_eq(error_exit_code(ERROR_LOCKED), 3);
    ck_assert_int_eq(error_exit_code(ERROR_SOURCE_CONNECT), 4);
    ck_assert_int_eq(error_exit_code(ERROR_TARGET), 5);
    ck_assert_int_eq(error_exit_code(ERROR_REJECTS), 6);
    ck_assert_int_eq(error_exit_code(ERROR_DIFFERENCES), 7);
    ck_assert_int_eq(error_exit_code(ERROR_NOTHING), 8);
    ck_assert_int_eq(error_exit_code(ERROR_GATE), 9);
    ck_assert_int_eq(error_exit_code(ERROR_INTERRUPTED), 10);
    ck_assert_int_eq(error_exit_code(ERROR_INTERNAL), 12);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("error");
    tcase_add_test(tcase, first_failure_wins);
    tcase_add_test(tcase, additions_need_an_error);
    tcase_add_test(tcase, contexts_join_innermost_first);
    tcase_add_test(tcase, long_text_is_cut_at_a_character);
    tcase_add_test(tcase, system_reason_is_appended);
    tcase_add_test(tcase, nobody_listening_is_allowed);
    tcase_add_test(tcase, exit_codes_are_those_of_the_documentation);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
