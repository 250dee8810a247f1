/* test_progress.c — the progress line says share, rates, rejects, which side is waited for, and
 * when. SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <check.h>
#include <stdlib.h>

static void check_line(uint64_t read,
                       uint64_t expected,
                       uint64_t source_ns,
                       uint64_t target_ns,
                       double seconds,
                       const char *line)
{
    struct pipeline_progress counts = {.rows_read = read};
    struct text_buffer out;
    atomic_store(&counts.bytes_read, 413000000);
    atomic_store(&counts.rows_rejected, 12);
    atomic_store(&counts.wait_source_ns, source_ns);
    atomic_store(&counts.wait_target_ns, target_ns);
    struct progress progress = {
        .verb = "load",
        .entity = "patient",
        .counts = &counts,
        .rows_expected = expected,
    };
    text_buffer_init(&out, 1000);
    progress_format(&progress, seconds, &out);
    ck_assert_str_eq(out.data, line);
    text_buffer_release(&out);
}

START_TEST(a_known_size_gives_share_and_eta)
{
    check_line(460900,
               752865,
               1000000000,
               7800000000,
               10,
               "load patient 61.2% 460900/752865 rows  46k rows/s  41.3 MB/s  rejects 12  "
               "wait: target 78%  eta 6s");
}
END_TEST

START_TEST(an_unknown_size_gives_neither)
{
    check_line(5000,
               0,
               9900000000,
               0,
               10,
               "load patient 5000 rows  500 rows/s  41.3 MB/s  rejects 12  wait: source 99%");
}
END_TEST

START_TEST(the_state_of_the_source_is_shown)
{
    struct pipeline_progress counts = {.rows_read = 100};
    struct plan_source settings = {.timezone = "UTC"};
    struct cancel cancel = {0};
    struct error error = ERROR_NONE;
    struct text_buffer out;
    struct progress progress = {
        .verb = "load", .entity = "patient", .counts = &counts, .rows_expected = 200};
    ck_assert(pace_create(&settings, &cancel, &progress.pace, &error));
    pace_pause(progress.pace, true);
    text_buffer_init(&out, 1000);
    progress_format(&progress, 10, &out);
    ck_assert_str_eq(
        out.data, "load patient 50.0% 100/200 rows  10 rows/s  0.0 MB/s  rejects 0  state: paused");
    text_buffer_release(&out);
    pace_destroy(progress.pace);
}
END_TEST

START_TEST(more_than_expected_is_no_share)
{
    check_line(100, 50, 0, 0, 10, "load patient 100 rows  10 rows/s  41.3 MB/s  rejects 12");
}
END_TEST

START_TEST(the_first_percent_gives_no_eta)
{
    check_line(10,
               10000,
               0,
               0,
               10,
               "load patient 0.1% 10/10000 rows  1 rows/s  41.3 MB/s  "
               "rejects 12");
}
END_TEST

START_TEST(durations_are_short)
{
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    push_duration(&out, 12.4);
    text_buffer_char(&out, ' ');
    push_duration(&out, 187);
    text_buffer_char(&out, ' ');
    push_duration(&out, 3725);
    ck_assert_str_eq(out.data, "12s 3m07s 1h02m");
    text_buffer_release(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("progress");
    TCase *tcase = tcase_create("progress");
    tcase_add_test(tcase, a_known_size_gives_share_and_eta);
    tcase_add_test(tcase, an_unknown_size_gives_neither);
    tcase_add_test(tcase, the_state_of_the_source_is_shown);
    tcase_add_test(tcase, more_than_expected_is_no_share);
    tcase_add_test(tcase, the_first_percent_gives_no_eta);
    tcase_add_test(tcase, durations_are_short);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
