/* test_pace_meter.c — what is usual is found under noise and in reads of any size, and reads are
 * sized towards the target.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_meter.h"

#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>

#define MS INT64_C(1000000)

/* A source with 20 ms per query and 10 µs per row. */
static int64_t source_ns(uint64_t rows)
{
    return 20 * MS + (int64_t)rows * 10000;
}

static void fill(struct pace_meter *meter, int reads)
{
    for (int index = 0; index < reads; index++) {
        uint64_t rows = (uint64_t)(index % 5 + 1) * 10000;
        pace_meter_add(meter, rows, source_ns(rows));
    }
}

START_TEST(first_reads_decide_nothing)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    for (int index = 0; index < METER_READS_MIN; index++) {
        ck_assert(pace_meter_ratio(&meter, 1000, 3600 * 1000 * MS) <= 0);
        pace_meter_add(&meter, 10000, source_ns(10000));
    }
    ck_assert(pace_meter_ratio(&meter, 1000, 3600 * 1000 * MS) > 100);
}
END_TEST

START_TEST(reads_of_any_size_are_compared)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    fill(&meter, 20);
    const uint64_t sizes[] = {0, 1, 256, 5000, 65536, 1000000};
    for (size_t at = 0; at < sizeof sizes / sizeof *sizes; at++) {
        double same = pace_meter_ratio(&meter, sizes[at], source_ns(sizes[at]));
        double slow = pace_meter_ratio(&meter, sizes[at], 10 * source_ns(sizes[at]));
        ck_assert_msg(same < 1.3, "%g for %d rows", same, (int)sizes[at]);
        ck_assert_msg(slow > 4, "%g for %d rows", slow, (int)sizes[at]);
    }
}
END_TEST

START_TEST(slow_reads_do_not_move_it)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    fill(&meter, METER_READS);
    for (int index = 0; index < METER_READS / 3; index++) {
        pace_meter_add(&meter, 20000, 8 * source_ns(20000));
    }
    ck_assert(pace_meter_ratio(&meter, 20000, 8 * source_ns(20000)) > 5);
}
END_TEST

START_TEST(milliseconds_are_noise)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    for (int index = 0; index < 10; index++) {
        pace_meter_add(&meter, 2048, MS / 2);
    }
    ck_assert(pace_meter_ratio(&meter, 2048, 15 * MS) < 2);
}
END_TEST

START_TEST(what_was_usual_is_forgotten)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    fill(&meter, 10);
    pace_meter_resize(&meter, 2048, MS, 1000 * MS);
    uint64_t wanted = meter.rows_wanted;
    pace_meter_forget(&meter);
    ck_assert(pace_meter_ratio(&meter, 1, 3600 * 1000 * MS) <= 0);
    ck_assert_uint_eq(meter.rows_wanted, wanted);
}
END_TEST

START_TEST(reads_grow_to_the_target)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    for (int index = 0; index < 20; index++) {
        uint64_t before = meter.rows_wanted;
        pace_meter_resize(&meter, before, source_ns(before), 300 * MS);
        ck_assert_uint_le(meter.rows_wanted, 2 * before);
    }
    ck_assert_int_lt(llabs(source_ns(meter.rows_wanted) - 300 * MS), 10 * MS);
}
END_TEST

START_TEST(a_read_far_too_long_is_cut_at_once)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    meter.rows_wanted = 40000;
    pace_meter_resize(&meter, 40000, 4000 * MS, 1000 * MS);
    ck_assert_uint_eq(meter.rows_wanted, 10000);
    /* Also when it was the short end of a chunk. */
    pace_meter_resize(&meter, 1000, 4000 * MS, 1000 * MS);
    ck_assert_uint_eq(meter.rows_wanted, LIMIT_READ_ROWS_MIN);
}
END_TEST

START_TEST(the_end_of_a_chunk_does_not_shrink_reads)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    meter.rows_wanted = 40000;
    pace_meter_resize(&meter, 10, MS, 1000 * MS);
    pace_meter_resize(&meter, 0, MS, 1000 * MS);
    ck_assert_uint_eq(meter.rows_wanted, 40000);
}
END_TEST

START_TEST(sizes_stay_within_limits)
{
    struct pace_meter meter;
    pace_meter_init(&meter);
    for (int index = 0; index < 30; index++) {
        pace_meter_resize(&meter, meter.rows_wanted, 0, 1000 * MS);
    }
    ck_assert_uint_eq(meter.rows_wanted, LIMIT_READ_ROWS_MAX);
    for (int index = 0; index < 30; index++) {
        pace_meter_resize(&meter, meter.rows_wanted, INT64_MAX, MS);
    }
    ck_assert_uint_eq(meter.rows_wanted, LIMIT_READ_ROWS_MIN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pace_meter");
    TCase *tcase = tcase_create("pace_meter");
    tcase_add_test(tcase, first_reads_decide_nothing);
    tcase_add_test(tcase, reads_of_any_size_are_compared);
    tcase_add_test(tcase, slow_reads_do_not_move_it);
    tcase_add_test(tcase, milliseconds_are_noise);
    tcase_add_test(tcase, what_was_usual_is_forgotten);
    tcase_add_test(tcase, reads_grow_to_the_target);
    tcase_add_test(tcase, a_read_far_too_long_is_cut_at_once);
    tcase_add_test(tcase, the_end_of_a_chunk_does_not_shrink_reads);
    tcase_add_test(tcase, sizes_stay_within_limits);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
