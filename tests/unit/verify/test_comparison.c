/* test_comparison.c — columns that are compared within a tolerance, or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

static struct fixture it;
static struct column_comparison columns[COLUMNS];

static void setup(void)
{
    fixture_setup(&it);
    memset(columns, 0, sizeof columns);
    it.compare.columns = columns;
    it.source.schema.columns[COLUMN_SCORE].type = type_of(TYPE_FLOAT8);
    it.target.schema.columns[COLUMN_SCORE].type = type_of(TYPE_FLOAT8);
}

static void teardown(void)
{
    fixture_teardown(&it);
}

/* One row of each side, alike but for the score. */
static void push_scores(const char *source, const char *target)
{
    const char *id = arena_format(&it.arena, "%d", it.source.count + 1);
    const char *cells[COLUMNS] = {id, "1962-02-28", "name", "A1", source, NULL};
    ck_assert(id != NULL);
    fake_rows_push(&it.source, cells);
    cells[COLUMN_SCORE] = target;
    fake_rows_push(&it.target, cells);
}

START_TEST(a_distance_within_the_tolerance_is_equal_and_one_beyond_is_not)
{
    columns[COLUMN_SCORE].tolerance = 0.5;
    push_scores("10", "10.5");
    push_scores("10", "9.5");
    push_scores("10", "10.500001");
    push_scores("10", "9.4999999");
    push_scores("3", "3");

    fixture_run(&it);

    ck_assert_uint_eq(it.result.equal, 3);
    ck_assert_uint_eq(it.result.within_tolerance, 2);
    ck_assert_uint_eq(it.result.not_equal, 2);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"3\"]", "score");
    assert_difference(&it.result.differences[1], DIFFERENCE_NOT_EQUAL, "[\"4\"]", "score");
}
END_TEST

START_TEST(a_share_is_of_the_mapped_value)
{
    columns[COLUMN_SCORE] = (struct column_comparison){.tolerance = 0.01, .relative = true};
    push_scores("-1000", "-1009.9");
    push_scores("-1000", "-1010.1");
    push_scores("0", "0.0000001"); /* a share of nothing is nothing */

    fixture_run(&it);

    ck_assert_uint_eq(it.result.within_tolerance, 1);
    ck_assert_uint_eq(it.result.not_equal, 2);
    ck_assert_int_eq(it.result.verdict, VERDICT_DIFFERENCES);
}
END_TEST

START_TEST(null_nan_and_infinity_are_near_nothing_else)
{
    static const char *const odd[] = {NULL, "NaN", "Infinity", "-Infinity"};
    columns[COLUMN_SCORE].tolerance = 1e308;
    for (int i = 0; i < 4; i++) {
        push_scores(odd[i], odd[i]);
        push_scores(odd[i], "1");
        push_scores("1", odd[i]);
    }
    push_scores("Infinity", "-Infinity");

    fixture_run(&it);

    ck_assert_uint_eq(it.result.equal, 4);
    ck_assert_uint_eq(it.result.not_equal, 9);
    ck_assert_uint_eq(it.result.within_tolerance, 0);
}
END_TEST

START_TEST(another_column_that_differs_is_named_without_the_one_within_tolerance)
{
    columns[COLUMN_SCORE].tolerance = 1;
    push_scores("10", "10.5");
    it.target.rows[0][COLUMN_NAME] = "another";

    fixture_run(&it);

    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"1\"]", "name");
    ck_assert_int_eq(it.result.difference_count, 1);
}
END_TEST

START_TEST(all_within_tolerance_is_verified_though_digests_differ)
{
    columns[COLUMN_SCORE].tolerance = 1;
    push_scores("10", "10.5");

    fixture_run(&it);

    ck_assert_int_eq(it.result.verdict, VERDICT_VERIFIED);
    ck_assert(!digest_equal(&it.result.source_digest, &it.result.target_digest));
}
END_TEST

START_TEST(a_column_that_is_skipped_is_never_named_and_others_are)
{
    fixture_fill(&it, 10);
    columns[COLUMN_NOTE].skipped = true;
    const char *noted[COLUMNS];
    const char *renamed[COLUMNS];
    memcpy(noted, it.target.rows[2], sizeof noted);
    memcpy(renamed, it.target.rows[3], sizeof renamed);
    noted[COLUMN_NOTE] = "rewritten";
    renamed[COLUMN_NOTE] = "rewritten";
    renamed[COLUMN_NAME] = "another";
    it.target.rows[2] = noted;
    it.target.rows[3] = renamed;

    fixture_run(&it);

    assert_counts(&it, 9, 1, 0, 0);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"4\"]", "name");
}
END_TEST

START_TEST(without_a_key_a_skipped_column_is_left_out_of_the_rows)
{
    fixture_fill(&it, 10);
    it.compare.key_count = 0;
    columns[COLUMN_NOTE].skipped = true;
    const char *noted[COLUMNS];
    memcpy(noted, it.target.rows[2], sizeof noted);
    noted[COLUMN_NOTE] = "rewritten";
    it.target.rows[2] = noted;

    fixture_run(&it);

    assert_counts(&it, 10, 0, 0, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("comparison");
    TCase *tests = tcase_create("comparison");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_distance_within_the_tolerance_is_equal_and_one_beyond_is_not);
    tcase_add_test(tests, a_share_is_of_the_mapped_value);
    tcase_add_test(tests, null_nan_and_infinity_are_near_nothing_else);
    tcase_add_test(tests, another_column_that_differs_is_named_without_the_one_within_tolerance);
    tcase_add_test(tests, all_within_tolerance_is_verified_though_digests_differ);
    tcase_add_test(tests, a_column_that_is_skipped_is_never_named_and_others_are);
    tcase_add_test(tests, without_a_key_a_skipped_column_is_left_out_of_the_rows);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
