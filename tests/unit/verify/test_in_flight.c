/* test_in_flight.c — a difference is looked at once more after a while: a record that changed in
 * between is in flight, one that did not differs, and one that agrees by then has settled.
 *
 * Method: two relations in memory whose rows change when they are opened for the nth time. Opening
 * 1 is the first reading, 2 the first look at what differs, 3 the second one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "fixture.h"

static struct fixture it;
static int waits;
static bool interrupted;

static bool wait_once(void *state, struct error *error)
{
    ck_assert_ptr_eq(state, &it);
    waits++;
    return !interrupted || error_set(error, ERROR_INTERRUPTED, "interrupted");
}

static void now(void *state, char time[VERIFY_TIME_SIZE])
{
    (void)state;
    snprintf(time, VERIFY_TIME_SIZE, "%s", waits == 0 ? "before" : "after");
}

static void setup(void)
{
    fixture_setup(&it);
    waits = 0;
    interrupted = false;
    it.compare.confirm = (struct verify_confirm){.state = &it, .wait = wait_once, .now = now};
}

static void teardown(void)
{
    fixture_teardown(&it);
}

/* Row 7 (id 8) with another name from the opening on that the name says. */
struct change {
    int opening;
    const char *name;
};

static void rename_row(struct fake_rows *rows, void *state)
{
    const struct change *change = state;

    for (; change->name != NULL; change++) {
        if (rows->opened == change->opening) {
            const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);
            hold(cells != NULL);
            memcpy(cells, rows->rows[7], sizeof *cells * COLUMNS);
            cells[COLUMN_NAME] = change->name;
            rows->rows[7] = cells;
        }
    }
}

static void change_source(struct change *changes)
{
    it.source.on_open = rename_row;
    it.source.on_open_state = changes;
}

START_TEST(a_record_that_stayed_as_it_was_differs)
{
    struct change changes[] = {{1, "other"}, {0, NULL}};
    fixture_fill(&it, 50);
    change_source(changes);

    fixture_run(&it);

    ck_assert_int_eq(waits, 1);
    assert_counts(&it, 49, 1, 0, 0);
    assert_difference(&it.result.differences[0], DIFFERENCE_NOT_EQUAL, "[\"8\"]", "name");
    ck_assert_uint_eq(it.result.in_flight + it.result.settled, 0);
    ck_assert_int_eq(it.result.flight_count, 0);
}
END_TEST

START_TEST(a_record_that_changed_and_differs_still_is_in_flight)
{
    struct change changes[] = {{1, "other"}, {3, "third"}, {0, NULL}};
    fixture_fill(&it, 50);
    change_source(changes);

    fixture_run(&it);

    ck_assert_uint_eq(it.result.not_equal, 0);
    ck_assert_uint_eq(it.result.equal, 49);
    ck_assert_uint_eq(it.result.in_flight, 1);
    ck_assert_int_eq(it.result.difference_count, 0);
    ck_assert_int_eq(it.result.verdict, VERDICT_NOT_VERIFIED);
    ck_assert_int_eq(it.result.flight_count, 1);
    const struct in_flight *item = &it.result.flights[0];
    ck_assert(item->differed && item->differs);
    ck_assert_str_eq(item->key, "[\"8\"]");
    assert_difference(&item->first, DIFFERENCE_NOT_EQUAL, "[\"8\"]", "name");
    assert_difference(&item->second, DIFFERENCE_NOT_EQUAL, "[\"8\"]", "name");
    ck_assert_str_eq(item->first_at, "before");
    ck_assert_str_eq(item->second_at, "after");
}
END_TEST

START_TEST(a_record_that_arrived_meanwhile_has_settled)
{
    fixture_fill(&it, 50);
    const char *name = it.source.rows[7][COLUMN_NAME];
    struct change changes[] = {{1, "other"}, {3, name}, {0, NULL}};
    change_source(changes);

    fixture_run(&it);

    assert_counts(&it, 50, 0, 0, 0);
    ck_assert_uint_eq(it.result.settled, 1);
    ck_assert_uint_eq(it.result.in_flight, 0);
    ck_assert_int_eq(it.result.flight_count, 1);
    ck_assert(it.result.flights[0].differed && !it.result.flights[0].differs);
}
END_TEST

/* What changes at the second look differed at neither the first reading nor the first look. */
static void change_another(struct fake_rows *rows, void *state)
{
    struct change changes[] = {{1, "other"}, {0, NULL}};
    const char **cells = state;

    rename_row(rows, changes);
    if (rows->opened == 3) {
        rows->rows[20] = cells;
    }
}

START_TEST(one_that_differs_at_the_second_look_only_is_in_flight_too)
{
    const char *cells[COLUMNS];
    fixture_fill(&it, 50);
    /* Of the same bucket as row 7, as it must be to be read: its key, once more. */
    memcpy(cells, it.source.rows[7], sizeof cells);
    cells[COLUMN_NAME] = "a second one of the key";
    it.source.on_open = change_another;
    it.source.on_open_state = cells;

    fixture_run(&it);

    ck_assert_uint_ge(it.result.in_flight, 1);
    ck_assert_uint_eq(it.result.not_equal + it.result.missing_target, 0);
}
END_TEST

START_TEST(what_is_gone_at_the_first_look_is_not_waited_for)
{
    fixture_fill(&it, 50);
    const char *name = it.source.rows[7][COLUMN_NAME];
    struct change changes[] = {{1, "other"}, {2, name}, {0, NULL}};
    change_source(changes);

    fixture_run(&it);

    ck_assert_int_eq(waits, 0);
    assert_counts(&it, 50, 0, 0, 0);
}
END_TEST

/* A refusal explains one row, however often it is looked at. */
START_TEST(refusals_explain_no_more_at_a_second_look)
{
    static const char *const refused[] = {"[\"5\"]"};
    struct change changes[] = {{1, "other"}, {0, NULL}};
    fixture_fill(&it, 50);
    fake_rows_remove(&it.target, 4);
    fake_rows_remove(&it.target, 4); /* id 6: nothing explains it */
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1;
    change_source(changes);

    fixture_run(&it);

    ck_assert_uint_eq(it.result.refused, 1);
    assert_counts(&it, 47, 1, 1, 0);
}
END_TEST

START_TEST(a_wait_that_is_interrupted_ends_the_verification)
{
    struct change changes[] = {{1, "other"}, {0, NULL}};
    fixture_fill(&it, 50);
    change_source(changes);
    interrupted = true;

    ck_assert(!compare_run(&it.compare, &it.arena, &it.result, &it.error));

    ck_assert_int_eq(it.error.code, ERROR_INTERRUPTED);
}
END_TEST

/* Every row has another score at the second look. */
static void rescore(struct fake_rows *rows, void *state)
{
    (void)state;
    for (int i = 0; rows->opened != 2 && i < rows->count; i++) {
        const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);
        hold(cells != NULL);
        memcpy(cells, rows->rows[i], sizeof *cells * COLUMNS);
        cells[COLUMN_SCORE] = rows->opened == 1 ? "-1" : "-3";
        rows->rows[i] = cells;
    }
}

START_TEST(more_than_are_described_are_counted)
{
    enum {
        ROWS = LIMIT_IN_FLIGHT + 500
    };
    fixture_fill(&it, ROWS);
    it.source.on_open = rescore;

    fixture_run(&it);

    ck_assert_uint_eq(it.result.in_flight, ROWS);
    ck_assert_int_eq(it.result.flight_count, LIMIT_IN_FLIGHT);
    ck_assert_int_eq(it.result.difference_count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("in_flight");
    TCase *tests = tcase_create("in_flight");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_record_that_stayed_as_it_was_differs);
    tcase_add_test(tests, a_record_that_changed_and_differs_still_is_in_flight);
    tcase_add_test(tests, a_record_that_arrived_meanwhile_has_settled);
    tcase_add_test(tests, one_that_differs_at_the_second_look_only_is_in_flight_too);
    tcase_add_test(tests, what_is_gone_at_the_first_look_is_not_waited_for);
    tcase_add_test(tests, refusals_explain_no_more_at_a_second_look);
    tcase_add_test(tests, a_wait_that_is_interrupted_ends_the_verification);
    tcase_add_test(tests, more_than_are_described_are_counted);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
