/* test_session_error.c — which errors are a row's fault, and what is said of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "session_private.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(what_is_a_rows_fault)
{
    static const char *const data[] = {"22P02",
                                       "22001",
                                       "22003",
                                       "23502",
                                       "23503",
                                       "23505",
                                       "23514",
                                       "23P01",
                                       "44000",
                                       "54000",
                                       "P0001",
                                       "P0002",
                                       "21000",
                                       "38000",
                                       "27000",
                                       "NV001",
                                       "ZZZZZ",
                                       NULL};
    static const char *const operation[] = {
        "",      "08006", "0A000", "22P03", "22P04", "25006", "28P01", "3D000", "40001", "40P01",
        "42501", "42P01", "53100", "53300", "55P03", "57014", "57P01", "58030", "XX000", NULL};
    for (int i = 0; data[i] != NULL; i++) {
        ck_assert_msg(server_error_is_data(data[i]), "%s", data[i]);
    }
    for (int i = 0; operation[i] != NULL; i++) {
        ck_assert_msg(!server_error_is_data(operation[i]), "%s", operation[i]);
    }
}
END_TEST

START_TEST(sentences_for_every_state)
{
    ck_assert_str_eq(server_error_sentence("23505"), "a row with this key is there already");
    ck_assert_str_eq(server_error_sentence("22P02"),
                     "the value is not valid for the column's type");
    ck_assert_str_eq(server_error_sentence("22999"), "the value is not valid for the column");
    ck_assert_str_eq(server_error_sentence("NV001"), "the target refused the row");
    ck_assert_str_eq(server_error_sentence(""), "the target refused the row");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_error");
    TCase *cases = tcase_create("session_error");

    tcase_add_test(cases, what_is_a_rows_fault);
    tcase_add_test(cases, sentences_for_every_state);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
