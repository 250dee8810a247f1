/* test_second_reading.c — the second look, and memory that does not hold all that differs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
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

/* While the source is live: at the first reading one row was not yet what it is now. */
static void settle(struct fake_rows *rows, void *state)
{
    static const char *const earlier[COLUMNS] = {"7", "1999-01-01", "not yet", "A1", "1", NULL};
    static const char *early[COLUMNS];
    const char **settled = state;

    memcpy(early, earlier, sizeof early);
    rows->rows[6] = rows->opened == 1 ? early : settled;
}

START_TEST(a_difference_that_is_gone_at_the_second_look_is_none)
{
    fixture_fill(&it, 50);
    it.source.on_open = settle;
    it.source.on_open_state = (void *)it.target.rows[6];

    fixture_run(&it);

    ck_assert_int_eq(it.source.opened, 2);
    ck_assert_uint_eq(it.result.buckets_reread, 1);
    assert_counts(&it, 50, 0, 0, 0);
}
END_TEST

START_TEST(a_row_that_grew_between_the_readings_is_counted_as_it_is_now)
{
    fixture_fill(&it, 50);
    it.source.on_open = settle;
    it.source.on_open_state = (void *)it.target.rows[6];
    it.target.rows[6] = it.target.rows[7]; /* and the target has another row, twice */

    fixture_run(&it);

    assert_counts(&it, 49, 0, 1, 1);
    assert_difference(&it.result.differences[0], DIFFERENCE_MISSING_TARGET, "[\"7\"]", "");
    assert_difference(&it.result.differences[1], DIFFERENCE_MISSING_SOURCE, "[\"8\"]", "");
}
END_TEST

/* Bytes that the pipelines need before the first row is kept: found by running without damage. */
static size_t bytes_of_reading(void)
{
    struct budget budget;
    budget_init(&budget, 0);
    it.compare.budget = &budget;
    fixture_run(&it);
    return atomic_load(&budget.peak_bytes);
}

static void damage_all(void)
{
    for (int i = 0; i < it.target.count; i++) {
        const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);
        hold(cells != NULL);
        memcpy(cells, it.target.rows[i], sizeof *cells * COLUMNS);
        cells[COLUMN_SCORE] = "-1";
        it.target.rows[i] = cells;
    }
}

START_TEST(what_does_not_fit_in_memory_is_read_in_several_passes)
{
    enum {
        ROWS = 11000
    };
    struct budget budget;
    fixture_fill(&it, ROWS);
    /* A fourth of what all the rows would take. */
    size_t bytes = bytes_of_reading() + (size_t)ROWS * 2 * 150 / 4;
    budget_init(&budget, bytes);
    it.compare.budget = &budget;
    it.source.opened = it.source.closed = 0;
    damage_all();

    fixture_run(&it);

    assert_counts(&it, 0, ROWS, 0, 0);
    ck_assert_int_eq(it.result.difference_count, LIMIT_DIFFERENCES);
    ck_assert_int_ge(it.source.opened, 4);
    ck_assert_uint_le(atomic_load(&budget.peak_bytes), bytes);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
    for (int i = 1; i < it.result.difference_count; i++) {
        ck_assert_str_lt(it.result.differences[i - 1].key, it.result.differences[i].key);
    }
    assert_difference(&it.result.differences[1], DIFFERENCE_NOT_EQUAL, "[\"10\"]", "score");
}
END_TEST

/* Keys far longer than planning guesses: a pass that does not fit is done again with less. */
START_TEST(a_pass_that_does_not_fit_is_halved)
{
    enum {
        ROWS = 4000
    };
    struct budget budget;
    char *padding = arena_bytes(&it.arena, 501);
    ck_assert_ptr_nonnull(padding);
    memset(padding, 'k', 500);
    padding[500] = '\0';
    it.key[0] = COLUMN_NAME;
    for (int i = 0; i < ROWS; i++) {
        const char *name = arena_format(&it.arena, "%s%d", padding, i);
        fake_rows_push(&it.source, (const char *[]){"1", "2000-01-01", name, "A", "1", NULL});
        fake_rows_push(&it.target, (const char *[]){"1", "2000-01-01", name, "A", "1", NULL});
    }
    size_t bytes = bytes_of_reading() + (size_t)512 * 1024;
    budget_init(&budget, bytes);
    it.compare.budget = &budget;
    damage_all();

    fixture_run(&it);

    assert_counts(&it, 0, ROWS, 0, 0);
    ck_assert_uint_le(atomic_load(&budget.peak_bytes), bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("second_reading");
    TCase *tests = tcase_create("second_reading");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_difference_that_is_gone_at_the_second_look_is_none);
    tcase_add_test(tests, a_row_that_grew_between_the_readings_is_counted_as_it_is_now);
    tcase_add_test(tests, what_does_not_fit_in_memory_is_read_in_several_passes);
    tcase_add_test(tests, a_pass_that_does_not_fit_is_halved);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
