/* test_first_reading.c — refusals, errors and interruptions of reading both sides.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static struct fixture it;

static void setup(void)
{
    fixture_setup(&it);
}

static void teardown(void)
{
    fixture_teardown(&it);
}

START_TEST(refused_records_are_not_missing_and_cost_no_second_reading)
{
    static const char *const refused[] = {"[\"10\"]", "[\"20\"]", "[\"30\"]"};
    it.compare.refused_keys = refused;
    it.compare.refused_count = 3;
    fixture_fill(&it, 100);
    fake_rows_remove(&it.target, 29);
    fake_rows_remove(&it.target, 19);
    fake_rows_remove(&it.target, 9);

    fixture_run(&it);

    assert_counts(&it, 97, 0, 0, 0);
    ck_assert_uint_eq(it.result.refused, 3);
    ck_assert_uint_eq(it.result.source_digest.rows, 97);
    ck_assert_uint_eq(it.result.buckets_reread, 0);
    ck_assert_int_eq(it.source.opened, 1);
}
END_TEST

START_TEST(a_refused_record_that_is_there_all_the_same_is_equal)
{
    static const char *const refused[] = {"[\"10\"]", "[\"20\"]"};
    it.compare.refused_keys = refused;
    it.compare.refused_count = 2;
    fixture_fill(&it, 100);
    fake_rows_remove(&it.target, 19);

    fixture_run(&it);

    assert_counts(&it, 99, 0, 0, 0);
    ck_assert_uint_eq(it.result.refused, 1);
}
END_TEST

START_TEST(a_refusal_explains_one_row_and_no_other)
{
    static const char *const refused[] = {"[\"10\"]", "[\"10\"]", "[\"50\"]"};
    it.compare.refused_keys = refused;
    it.compare.refused_count = 3;
    fixture_fill(&it, 100);
    fake_rows_remove(&it.target, 59); /* 60: not refused */
    fake_rows_remove(&it.target, 49); /* 50: refused once, there three times */
    fake_rows_remove(&it.target, 9);  /* 10: refused twice, there twice */
    fake_rows_push(&it.source, it.source.rows[9]);
    fake_rows_push(&it.source, it.source.rows[49]);
    fake_rows_push(&it.source, it.source.rows[49]);

    fixture_run(&it);

    assert_counts(&it, 97, 0, 3, 0);
    ck_assert_uint_eq(it.result.refused, 3);
    ck_assert_int_eq(it.result.difference_count, 3);
    assert_difference(&it.result.differences[0], DIFFERENCE_MISSING_TARGET, "[\"50\"]", "");
    assert_difference(&it.result.differences[1], DIFFERENCE_MISSING_TARGET, "[\"50\"]", "");
    assert_difference(&it.result.differences[2], DIFFERENCE_MISSING_TARGET, "[\"60\"]", "");
}
END_TEST

/* Two records of one source key become rows of two target keys, in buckets of their own; the target
 * refused one of them and lost both. The first bucket uses the refusal up. */
START_TEST(a_refusal_is_not_used_in_two_buckets)
{
    static const char *const refused[] = {"[\"name 1\"]"};
    it.source.source_key = COLUMN_NAME;
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1;
    fake_rows_push(&it.source, (const char *[]){"1", "2000-01-01", "name 1", "A", "1", NULL});
    fake_rows_push(&it.source, (const char *[]){"2", "2000-01-01", "name 1", "A", "1", NULL});

    fixture_run(&it);

    assert_counts(&it, 0, 0, 1, 0);
    ck_assert_uint_eq(it.result.refused, 1);
}
END_TEST

/* The refused record and a good one have the same target key, and the good one was changed. */
START_TEST(a_refused_duplicate_does_not_hide_a_change)
{
    static const char *const refused[] = {"[\"second\"]"};
    it.source.source_key = COLUMN_NAME;
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1;
    fixture_fill(&it, 20);
    fake_rows_push(&it.source, (const char *[]){"99", "2000-01-01", "first", "A", "1", NULL});
    fake_rows_push(&it.source, (const char *[]){"99", "2000-01-01", "second", "A", "1", NULL});
    fake_rows_push(&it.target, (const char *[]){"99", "2000-01-01", "first", "A", "2", NULL});

    fixture_run(&it);

    assert_counts(&it, 20, 1, 0, 0);
    ck_assert_uint_eq(it.result.refused, 1);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"99\"]", "score");
}
END_TEST

/* Both sides fail in turn, in every way of running: the error is that of the side that failed. */
START_TEST(the_error_of_the_side_that_failed_is_reported)
{
    bool of_source = (_i & 1) != 0;
    struct fake_rows *rows = of_source ? &it.source : &it.target;
    it.compare.together = (_i & 2) != 0;
    it.compare.threads = (_i & 4) != 0;
    fixture_fill(&it, 3000);
    rows->fail_after = 2500;

    bool ok = compare_run(&it.compare, &it.arena, &it.result, &it.error);

    ck_assert(!ok);
    ck_assert_int_eq(it.error.code, ERROR_SOURCE);
    ck_assert_str_eq(it.error.message, "the fake source failed");
}
END_TEST

/* Rows of a chunk count once it ends: those of one without an end must not be left out. */
START_TEST(a_chunk_without_an_end_is_a_defect)
{
    fixture_fill(&it, 100);
    it.source.chunk_lost = true;

    ck_assert(!compare_run(&it.compare, &it.arena, &it.result, &it.error));

    ck_assert_int_eq(it.error.code, ERROR_INTERNAL);
}
END_TEST

static void request_cancel(struct fake_rows *rows, void *state)
{
    (void)rows;
    cancel_request(state, CANCEL_FINISH);
}

/* A source that obeys a gentle request ends early, and looks as if it had fewer rows. */
START_TEST(an_interrupted_reading_proves_nothing)
{
    struct cancel cancel = {.level = CANCEL_NONE};
    it.compare.cancel = &cancel;
    it.compare.together = _i != 0;
    it.source.on_open = request_cancel;
    it.source.on_open_state = &cancel;
    fixture_fill(&it, 100);

    bool ok = compare_run(&it.compare, &it.arena, &it.result, &it.error);

    ck_assert(!ok);
    ck_assert_int_eq(it.error.code, ERROR_INTERRUPTED);
}
END_TEST

START_TEST(progress_is_counted_on_both_sides)
{
    struct pipeline_progress source = {0};
    struct pipeline_progress target = {0};
    it.compare.source.progress = &source;
    it.compare.target.progress = &target;
    fixture_fill(&it, 100);
    fake_rows_remove(&it.target, 5);

    fixture_run(&it);

    ck_assert_uint_ge(atomic_load(&source.rows_read), 100);
    ck_assert_uint_ge(atomic_load(&target.rows_read), 99);
}
END_TEST

static bool upper(void *state, struct batch *batch, struct error *error)
{
    (void)state;
    (void)error;
    for (int row = 0; row < batch->rows; row++) {
        batch->columns[COLUMN_CODE].texts[row] = text_of("CANONICAL");
    }
    return true;
}

START_TEST(a_side_is_prepared_before_it_is_hashed_in_each_reading)
{
    it.compare.source.prepare = upper;
    fixture_fill(&it, 10);
    for (int i = 0; i < 10; i++) {
        const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);
        ck_assert_ptr_nonnull(cells);
        memcpy(cells, it.target.rows[i], sizeof *cells * COLUMNS);
        cells[COLUMN_CODE] = "CANONICAL";
        it.target.rows[i] = cells;
    }
    it.target.rows[3] = it.source.rows[3];

    fixture_run(&it);

    assert_counts(&it, 9, 1, 0, 0);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"4\"]", "code");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("first_reading");
    TCase *tests = tcase_create("first_reading");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, refused_records_are_not_missing_and_cost_no_second_reading);
    tcase_add_test(tests, a_refused_record_that_is_there_all_the_same_is_equal);
    tcase_add_test(tests, a_refusal_explains_one_row_and_no_other);
    tcase_add_test(tests, a_refusal_is_not_used_in_two_buckets);
    tcase_add_test(tests, a_refused_duplicate_does_not_hide_a_change);
    tcase_add_test(tests, a_chunk_without_an_end_is_a_defect);
    tcase_add_loop_test(tests, the_error_of_the_side_that_failed_is_reported, 0, 8);
    tcase_add_loop_test(tests, an_interrupted_reading_proves_nothing, 0, 2);
    tcase_add_test(tests, progress_is_counted_on_both_sides);
    tcase_add_test(tests, a_side_is_prepared_before_it_is_hashed_in_each_reading);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
