/* test_checkpoint.c — a verification that was interrupted in its second reading goes on, and finds
 * what one that was not finds.
 *
 * Method: two relations in memory that differ in every row, and memory for a few of them at a time.
 * The source fails when it is opened for the nth time: 1 is the first reading, the others are
 * passes of the second one. SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "fixture.h"

#include <stdlib.h>

enum {
    ROWS = 8000
};

static struct fixture it;
static struct budget budget;
static struct text_buffer kept;
static bool done[1];
static int fails_at;   /* opening of the source; 0: none */
static int changes_at; /* opening of the target; 0: none */
static int waits;

static void save(void *state, struct text data)
{
    ck_assert_ptr_eq(state, &it);
    text_buffer_reset(&kept);
    text_buffer_push(&kept, data.data, data.size);
}

static void now(void *state, char time[VERIFY_TIME_SIZE])
{
    (void)state;
    snprintf(time, VERIFY_TIME_SIZE, "%d waits", waits);
}

static bool wait_once(void *state, struct error *error)
{
    (void)state;
    (void)error;
    waits++;
    return true;
}

/* A chunk that was read is not read again by the first reading; the second one reads all. */
static void source_opens(struct fake_rows *rows, void *state)
{
    (void)state;
    rows->fail_after = rows->opened == fails_at ? 10 : -1;
    if (rows->opened == 1 && done[0]) {
        rows->position = rows->count;
    }
}

static void change(struct fake_rows *rows, int row, const char *score)
{
    const char **cells = ARENA_ARRAY(&it.arena, const char *, COLUMNS);
    hold(cells != NULL);
    memcpy(cells, rows->rows[row], sizeof *cells * COLUMNS);
    cells[COLUMN_SCORE] = score;
    rows->rows[row] = cells;
}

static void target_opens(struct fake_rows *rows, void *state)
{
    (void)state;
    if (rows->opened == changes_at) {
        for (int row = 0; row < rows->count; row++) {
            change(rows, row, "-2");
        }
    }
}

static void setup(void)
{
    static const char *const chunks[] = {"0123"};

    fixture_setup(&it);
    text_buffer_init(&kept, (size_t)64 << 20);
    fails_at = changes_at = waits = 0;
    it.source.on_open = source_opens;
    it.target.on_open = target_opens;
    it.compare.confirm = (struct verify_confirm){.now = now};
    it.compare.checkpoint = (struct verify_checkpoint){
        .state = &it,
        .save = save,
        .identity = "these two",
        .chunks = chunks,
        .chunk_count = 1,
        .done = done,
    };
    fixture_fill(&it, ROWS);
    /* What the first reading needs, and half of the rows. */
    budget_init(&budget, 0);
    it.compare.budget = &budget;
    fixture_run(&it);
    budget_init(&budget, atomic_load(&budget.peak_bytes) + (size_t)ROWS * 2 * 150 / 2);
    for (int row = 0; row < ROWS; row++) {
        change(&it.target, row, "-1");
    }
    text_buffer_reset(&kept);
}

static void teardown(void)
{
    text_buffer_release(&kept);
    fixture_teardown(&it);
}

/* Takes up what was kept before. */
static bool run(void)
{
    it.compare.checkpoint.kept = text_from(kept.data, kept.size);
    it.source.opened = it.source.closed = 0;
    it.target.opened = it.target.closed = 0;
    done[0] = false;
    waits = 0;
    it.error = ERROR_NONE;
    bool ok = compare_run(&it.compare, &it.arena, &it.result, &it.error);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
    return ok;
}

/* Is it interrupted at this opening of the source? What was kept is all that is left of it then:
 * run() takes it up. */
static bool is_interrupted(int opening)
{
    fails_at = opening;
    bool interrupted = !run();
    fails_at = 0;
    ck_assert(!interrupted || strcmp(it.error.message, "the fake source failed") == 0);
    return interrupted;
}

static void say_difference(struct text_buffer *out, const struct difference *difference)
{
    text_buffer_format(out, "%s %s", difference_kind_text(difference->kind), difference->key);
    for (int i = 0; i < difference->column_count; i++) {
        text_buffer_format(out, " %s", difference->columns[i]);
    }
    text_buffer_char(out, '\n');
}

/* Everything that a verification found, but for the times. */
static char *said(void)
{
    const struct verify_result *result = &it.result;
    struct text_buffer out;
    char hex[2][HASH_HEX_SIZE];

    text_buffer_init(&out, (size_t)64 << 20);
    hash_hex(result->source_digest.sum, hex[0]);
    hash_hex(result->target_digest.sum, hex[1]);
    const uint64_t counts[] = {result->tally.source.rows,
                               result->source_digest.rows,
                               result->target_digest.rows,
                               result->equal,
                               result->not_equal,
                               result->missing_target,
                               result->missing_source,
                               result->refused,
                               result->within_tolerance,
                               result->in_flight,
                               result->settled,
                               result->buckets_reread};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        text_buffer_format(&out, "%llu ", (unsigned long long)counts[i]);
    }
    text_buffer_format(&out, "%s %s %s\n", verdict_text(result->verdict), hex[0], hex[1]);
    for (int i = 0; i < result->difference_count; i++) {
        say_difference(&out, &result->differences[i]);
    }
    for (int i = 0; i < result->flight_count; i++) {
        const struct in_flight *flight = &result->flights[i];
        text_buffer_format(&out, "%s %d %d\n", flight->key, flight->differed, flight->differs);
        if (flight->differed) {
            say_difference(&out, &flight->first);
        }
        if (flight->differs) {
            say_difference(&out, &flight->second);
        }
    }
    char *copy = arena_copy(&it.arena, out.data, out.size);
    ck_assert_ptr_nonnull(copy);
    text_buffer_release(&out);
    return copy;
}

/* Of one that is not interrupted; nothing is kept after it. */
static char *said_of_the_whole(int *openings)
{
    ck_assert_msg(run(), "%s", it.error.message);
    *openings = it.source.opened;
    ck_assert_int_ge(*openings, 4);
    ck_assert_uint_eq(it.result.resumed_buckets, 0);
    text_buffer_reset(&kept);
    return said();
}

START_TEST(buckets_that_were_settled_are_not_read_again)
{
    int openings = 0;
    char *whole = said_of_the_whole(&openings);
    ck_assert_uint_eq(it.result.not_equal, ROWS);

    ck_assert(is_interrupted(4));
    ck_assert_msg(run(), "%s", it.error.message);

    ck_assert_int_eq(it.result.resumed_chunks, 1);
    ck_assert_uint_gt(it.result.resumed_buckets, 0);
    /* Two passes were done; what there is memory for differs a little. */
    ck_assert_int_lt(it.source.opened, openings);
    ck_assert_str_eq(said(), whole);
}
END_TEST

START_TEST(it_may_be_interrupted_at_every_pass)
{
    int openings = 0;
    char *whole = said_of_the_whole(&openings);

    int interruptions = 0;

    ck_assert(is_interrupted(1));
    while (is_interrupted(3)) { /* after one more pass */
        interruptions++;
        hold(interruptions < 50);
    }

    ck_assert_int_ge(interruptions, 2);
    ck_assert_uint_gt(it.result.resumed_buckets, 0);
    ck_assert_str_eq(said(), whole);
}
END_TEST

START_TEST(nothing_of_it_counts_when_the_target_has_changed_since)
{
    ck_assert(is_interrupted(4));
    change(&it.target, 17, it.source.rows[17][COLUMN_SCORE]);

    ck_assert_msg(run(), "%s", it.error.message);

    ck_assert_int_eq(it.result.resumed_chunks, 1);
    ck_assert_uint_eq(it.result.resumed_buckets, 0);
    assert_counts(&it, 1, ROWS - 1, 0, 0);
}
END_TEST

START_TEST(nothing_is_kept_of_a_target_that_changes_between_the_readings)
{
    changes_at = 3; /* the second pass sees other rows than the first reading */
    ck_assert(is_interrupted(4));
    for (int row = 0; row < ROWS; row++) { /* and later they are as they were */
        change(&it.target, row, "-1");
    }
    changes_at = 0;
    ck_assert_msg(run(), "%s", it.error.message);
    ck_assert_uint_lt(it.result.resumed_buckets, ROWS / 2); /* those of the first pass only */
    assert_counts(&it, 0, ROWS, 0, 0);
}
END_TEST

/* Each name is that of 16 records, and was refused once. */
START_TEST(refusals_that_were_used_up_explain_nothing_more)
{
    int openings = 0;
    const char **refused = ARENA_ARRAY(&it.arena, const char *, 1000);
    ck_assert_ptr_nonnull(refused);
    for (int i = 0; i < 1000; i++) {
        refused[i] = arena_format(&it.arena, "[\"name %d\"]", i);
    }
    it.source.source_key = COLUMN_NAME;
    it.compare.refused_keys = refused;
    it.compare.refused_count = 1000;
    it.target.count = ROWS - 2000;
    (void)said_of_the_whole(&openings);
    ck_assert_uint_eq(it.result.refused, 1000);

    ck_assert(is_interrupted(4));
    ck_assert_msg(run(), "%s", it.error.message);

    /* Which of the records that were refused alike are explained depends on the passes. */
    ck_assert_uint_gt(it.result.resumed_buckets, 0);
    ck_assert_uint_eq(it.result.refused, 1000);
    ck_assert_uint_eq(it.result.not_equal + it.result.missing_target, ROWS - 1000);
}
END_TEST

/* Of each pass the first opening is the first look, the second one changes what it sees. */
static void change_between_looks(struct fake_rows *rows, void *state)
{
    source_opens(rows, state);
    if (rows->opened > 1) {
        const char *score = rows->opened % 2 == 0 ? "7" : "8";
        for (int row = 0; row < rows->count; row += 100) {
            change(rows, row, score);
        }
    }
}

START_TEST(records_in_flight_are_kept)
{
    int openings = 0;
    it.compare.confirm.wait = wait_once;
    it.compare.confirm.after_s = 30;
    it.source.on_open = change_between_looks;
    char *whole = said_of_the_whole(&openings);
    ck_assert_uint_eq(it.result.in_flight, ROWS / 100);

    ck_assert(is_interrupted(5));
    ck_assert_msg(run(), "%s", it.error.message);

    ck_assert_uint_gt(it.result.resumed_buckets, 0);
    ck_assert_uint_eq(it.result.in_flight, ROWS / 100);
    ck_assert_int_eq(it.result.flight_count, ROWS / 100);
    ck_assert_str_eq(it.result.flights[0].first_at, "0 waits");
    ck_assert_uint_eq(strlen(said()), strlen(whole));

    text_buffer_reset(&kept);
    ck_assert(is_interrupted(5));
    it.compare.confirm.after_s = 60; /* asked for otherwise, nothing is taken up */
    ck_assert_msg(run(), "%s", it.error.message);
    ck_assert_uint_eq(it.result.resumed_buckets, 0);
}
END_TEST

static void say_side(struct text_buffer *out, const struct column_figures *side)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(side->digest.sum, hex);
    text_buffer_format(out,
                       " %llu %s %llu %s %s %s",
                       (unsigned long long)side->digest.rows,
                       hex,
                       (unsigned long long)side->nulls,
                       side->min == NULL ? "-" : side->min,
                       side->max == NULL ? "-" : side->max,
                       side->sum == NULL ? "-" : side->sum);
}

static char *said_of_columns(void)
{
    struct text_buffer out;

    text_buffer_init(&out, (size_t)1 << 20);
    for (int i = 0; i < it.result.column_count; i++) {
        const struct column_result *column = &it.result.columns[i];
        text_buffer_format(&out, "%s %d", column->name, column->agrees);
        say_side(&out, &column->source);
        say_side(&out, &column->target);
        for (int j = 0; j < column->code_count; j++) {
            text_buffer_format(&out,
                               " %s %llu %llu",
                               column->codes[j].code,
                               (unsigned long long)column->codes[j].source_rows,
                               (unsigned long long)column->codes[j].target_rows);
        }
        text_buffer_char(&out, '\n');
    }
    char *copy = arena_copy(&it.arena, out.data, out.size);
    ck_assert_ptr_nonnull(copy);
    text_buffer_release(&out);
    return copy;
}

START_TEST(figures_of_columns_are_kept)
{
    static bool coded[COLUMNS];
    coded[COLUMN_NOTE] = coded[COLUMN_NAME] = true; /* one of few codes, one of too many */
    it.compare.figures = true;
    it.compare.coded = coded;
    budget_init(&budget, 0);
    ck_assert_msg(run(), "%s", it.error.message);
    char *whole = said_of_columns();
    text_buffer_reset(&kept);

    ck_assert(is_interrupted(2));
    ck_assert_msg(run(), "%s", it.error.message);

    ck_assert_int_eq(it.result.resumed_chunks, 1);
    ck_assert_str_eq(said_of_columns(), whole);
}
END_TEST

START_TEST(what_is_damaged_is_not_used)
{
    ck_assert(is_interrupted(4));
    kept.data[200] ^= 1;

    ck_assert_msg(run(), "%s", it.error.message);

    ck_assert_int_eq(it.result.resumed_chunks, 0);
    ck_assert_uint_eq(it.result.resumed_buckets, 0);
    assert_counts(&it, 0, ROWS, 0, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tests = tcase_create("checkpoint");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, buckets_that_were_settled_are_not_read_again);
    tcase_add_test(tests, it_may_be_interrupted_at_every_pass);
    tcase_add_test(tests, nothing_of_it_counts_when_the_target_has_changed_since);
    tcase_add_test(tests, nothing_is_kept_of_a_target_that_changes_between_the_readings);
    tcase_add_test(tests, refusals_that_were_used_up_explain_nothing_more);
    tcase_add_test(tests, records_in_flight_are_kept);
    tcase_add_test(tests, figures_of_columns_are_kept);
    tcase_add_test(tests, what_is_damaged_is_not_used);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
