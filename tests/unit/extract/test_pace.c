/* test_pace.c — the gate, the ceiling and the waiting for a slow source, on a clock that moves only
 * when somebody waits.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_private.h"

#include "novate/datetime.h"
#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MS     INT64_C(1000000)
#define SECOND (1000 * MS)

/* What happens at a moment of the test's time, while somebody waits. */
struct event {
    int64_t at_ns;
    void (*happen)(void);
};

static struct {
    int64_t now_ns;
    int64_t utc_us;
    struct event events[4];
    int count;
} world;
static struct cancel cancel;
static struct pace *pace;
static struct plan_source settings;

static int64_t world_now(void *state)
{
    (void)state;
    return world.now_ns;
}

static int64_t world_utc(void *state)
{
    (void)state;
    return world.utc_us + world.now_ns / 1000;
}

static void world_wait(void *state,
                       pthread_cond_t *changed,
                       pthread_mutex_t *mutex,
                       int64_t until_ns)
{
    (void)state;
    (void)changed;
    ck_assert_int_gt(until_ns, world.now_ns);
    world.now_ns = until_ns;
    ck_assert_int_lt(world.now_ns, 100000 * SECOND); /* stuck for ever */
    pthread_mutex_unlock(mutex);
    for (int index = 0; index < world.count; index++) {
        if (world.events[index].happen != NULL && world.events[index].at_ns <= world.now_ns) {
            world.events[index].happen();
            world.events[index].happen = NULL;
        }
    }
    pthread_mutex_lock(mutex);
}

static void at(int64_t at_ns, void (*happen)(void))
{
    world.events[world.count++] = (struct event){.at_ns = at_ns, .happen = happen};
}

static void begin(void)
{
    const struct pace_clock clock = {.now_ns = world_now, .utc_us = world_utc, .wait = world_wait};
    struct error error = ERROR_NONE;
    settings.pace.chunk_ms_target = 1000;
    ck_assert(pace_create_with(&settings, &cancel, &clock, &pace, &error));
}

static void prepare(void)
{
    memset(&world, 0, sizeof world);
    world.utc_us = date_from_civil(2026, 1, 15) * MICROSECONDS_PER_DAY; /* midnight */
    world.now_ns = SECOND;
    settings = (struct plan_source){.timezone = "Europe/London"};
    cancel = (struct cancel){0};
}

static void finish(void)
{
    pace_destroy(pace);
}

static void let_go_on(void)
{
    pace_pause(pace, false);
}

static void cancel_finish(void)
{
    cancel_request(&cancel, CANCEL_FINISH);
}

static void cancel_now(void)
{
    cancel_request(&cancel, CANCEL_NOW);
}

static void expect_state(enum pace_phase phase, const char *state)
{
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    pace_state(pace, &out);
    ck_assert_str_eq(out.data, state);
    ck_assert_int_eq(pace_status(pace).phase, phase);
    text_buffer_release(&out);
}

/* Seconds from the beginning of the test. */
static double passed(void)
{
    return (double)(world.now_ns - SECOND) / 1e9;
}

START_TEST(without_a_pace_nobody_waits)
{
    begin();
    ck_assert_int_eq(pace_enter(NULL), PACE_GO);
    ck_assert_int_eq(pace_pass(NULL), PACE_GO);
    pace_spend(NULL, 1000000);
    pace_leave(NULL, 1, 1);
    pace_set_yields(NULL, true);
    ck_assert(!pace_holds(NULL));
    ck_assert_uint_eq(pace_read_rows(NULL), LIMIT_READ_ROWS_MAX);
}
END_TEST

START_TEST(without_limits_nobody_waits)
{
    begin();
    for (int index = 0; index < 1000; index++) {
        ck_assert_int_eq(pace_enter(pace), PACE_GO);
        pace_spend(pace, 1000000);
        pace_leave(pace, 1000000, 900 * MS);
    }
    ck_assert_int_eq(world.now_ns, SECOND);
    expect_state(PACE_RUNNING, "running");
}
END_TEST

START_TEST(ceiling_is_exact_on_average)
{
    settings.pace.rows_per_second_max = 3000;
    begin();
    struct pace *readers[2];
    struct error error = ERROR_NONE;
    ck_assert(pace_reader(pace, &readers[0], &error) && pace_reader(pace, &readers[1], &error));
    for (int index = 0; index < 500; index++) {
        pace_spend(readers[0], 100);
        pace_spend(readers[1], 1000 / 3);
    }
    double seconds = 500 * 433 / 3000.0;
    ck_assert_double_eq_tol(passed(), seconds, 0.001);
    expect_state(PACE_THROTTLED, "throttled (3000 rows/s)");
    world.now_ns += 2 * SECOND;
    expect_state(PACE_RUNNING, "running");
    pace_destroy(readers[0]);
    pace_destroy(readers[1]);
}
END_TEST

START_TEST(what_was_not_used_is_not_saved_up)
{
    settings.pace.rows_per_second_max = 1000;
    begin();
    world.now_ns += 3600 * SECOND;
    int64_t before = world.now_ns;
    pace_spend(pace, 5000);
    /* But for a tenth of a second. */
    ck_assert_double_eq_tol((double)(world.now_ns - before) / 1e9, 4.9, 0.001);
}
END_TEST

static void lift_ceiling(void)
{
    struct plan_pace limits;
    pace_limits(pace, &limits);
    limits.rows_per_second_max = 0;
    pace_set_limits(pace, &limits);
}

START_TEST(a_ceiling_that_is_lifted_keeps_nobody_waiting)
{
    settings.pace.rows_per_second_max = 1;
    begin();
    at(6 * SECOND, lift_ceiling);
    pace_spend(pace, 100000);
    ck_assert_double_eq_tol(passed(), 5, 0.1);
    pace_spend(pace, 100000);
    ck_assert_double_eq_tol(passed(), 5, 0.1);
}
END_TEST

START_TEST(reads_ask_for_a_share_of_the_ceiling)
{
    settings.pace.rows_per_second_max = 4000;
    begin();
    ck_assert_uint_eq(pace_read_rows(pace), 1000);
    settings.pace.rows_per_second_max = 10;
    pace_set_limits(pace, &settings.pace);
    ck_assert_uint_eq(pace_read_rows(pace), LIMIT_READ_ROWS_MIN);
}
END_TEST

START_TEST(paused_until_resumed)
{
    begin();
    pace_pause(pace, true);
    expect_state(PACE_PAUSED, "paused");
    ck_assert(pace_holds(pace));
    at(8 * SECOND, let_go_on);
    ck_assert_int_eq(pace_enter(pace), PACE_GO_LATER);
    ck_assert_double_eq_tol(passed(), 7, 0.1);
    ck_assert(!pace_holds(pace));
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    expect_state(PACE_RUNNING, "running");
}
END_TEST

START_TEST(pausing_ends_the_wait_for_the_ceiling)
{
    settings.pace.rows_per_second_max = 1;
    begin();
    pace_pause(pace, true);
    pace_set_yields(pace, true);
    pace_spend(pace, 1000);
    ck_assert_double_eq_tol(passed(), 0, 0.001); /* it is waited at the gate */
    pace_pause(pace, false);
    pace_spend(pace, 0);
    ck_assert_double_eq_tol(passed(), 1000, 0.2); /* and still owed */
}
END_TEST

START_TEST(who_yields_does_not_wait_long)
{
    settings.pace.rows_per_second_max = 1000;
    begin();
    struct pace *reader = NULL;
    struct error error = ERROR_NONE;
    ck_assert(pace_reader(pace, &reader, &error));
    pace_pause(pace, true);
    pace_set_yields(reader, true);
    ck_assert_int_eq(pace_enter(reader), PACE_CANCELLED);
    ck_assert_int_eq(pace_pass(reader), PACE_CANCELLED);
    ck_assert_double_eq_tol(passed(), 0, 0.001);
    pace_set_yields(reader, false);
    at(3 * SECOND, let_go_on);
    ck_assert_int_eq(pace_pass(reader), PACE_GO_LATER);
    pace_destroy(reader);
}
END_TEST

START_TEST(a_short_read_is_not_held_up)
{
    begin();
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    pace_pause(pace, true);
    at(60 * SECOND, let_go_on);
    ck_assert_int_eq(pace_pass(pace), PACE_GO);
    world.now_ns += 9 * SECOND;
    ck_assert_int_eq(pace_pass(pace), PACE_GO);
    ck_assert_double_eq_tol(passed(), 9, 0.001);
    world.now_ns += 2 * SECOND;
    ck_assert_int_eq(pace_pass(pace), PACE_GO_LATER);
    ck_assert_double_eq_tol(passed(), 59, 0.1);
}
END_TEST

START_TEST(window_opens)
{
    settings.pace.window =
        (struct plan_window){.given = true, .begin_minute = 192, .end_minute = 360};
    begin();
    world.now_ns = 0;
    expect_state(PACE_CLOSED, "waiting (window 03:12-06:00 opens in 3 h 12 min)");
    ck_assert(pace_holds(pace));
    ck_assert_int_eq(pace_enter(pace), PACE_GO_LATER);
    ck_assert_int_eq(world.now_ns / MS / 100, 192 * 60 * 10);
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    pace_window(pace, &out);
    ck_assert_str_eq(out.data, "open, closes in 2 h 48 min");
    text_buffer_release(&out);
    world.now_ns += 168 * 60 * SECOND;
    ck_assert(pace_holds(pace));
}
END_TEST

START_TEST(finishing_does_not_wait_at_the_gate)
{
    begin();
    cancel_finish();
    ck_assert_int_eq(pace_enter(pace), PACE_GO); /* the chunk in hand goes on */
    pace_pause(pace, true);
    ck_assert_int_eq(pace_enter(pace), PACE_CANCELLED);
    ck_assert_int_eq(pace_pass(pace), PACE_CANCELLED);
}
END_TEST

START_TEST(cancel_ends_every_wait)
{
    settings.pace.rows_per_second_max = 1;
    begin();
    pace_pause(pace, true);
    at(2 * SECOND, cancel_finish);
    at(4 * SECOND, cancel_now);
    ck_assert_int_eq(pace_enter(pace), PACE_CANCELLED);
    ck_assert_double_eq_tol(passed(), 1, 0.1);
    pace_pause(pace, false);
    pace_spend(pace, 1000000); /* what was read is paid for until stopping at once is asked for */
    ck_assert_double_eq_tol(passed(), 3, 0.1);
    ck_assert_int_eq(pace_enter(pace), PACE_CANCELLED);
}
END_TEST

/* Reads of 10000 rows that take 500 ms. */
static void learn(struct pace *reader)
{
    for (int index = 0; index < 10; index++) {
        ck_assert_int_eq(pace_enter(reader), PACE_GO);
        pace_leave(reader, 10000, 500 * MS);
    }
    ck_assert_double_eq_tol(passed(), 0, 0.001);
}

/* A read by this reader that takes `factor` times what is usual; gives how long the gate took. */
static double read_slow(struct pace *reader, double factor)
{
    int64_t before = world.now_ns;
    ck_assert_int_ne(pace_enter(reader), PACE_CANCELLED);
    double waited = (double)(world.now_ns - before) / 1e9;
    pace_leave(reader, 10000, (int64_t)(500e6 * factor));
    return waited;
}

START_TEST(slow_source_is_given_time)
{
    settings.pace.back_off = 3;
    begin();
    learn(pace);
    ck_assert_double_eq_tol(read_slow(pace, 2.5), 0, 0.001);
    expect_state(PACE_RUNNING, "running");
    ck_assert_double_eq_tol(read_slow(pace, 4), 0, 0.001);
    expect_state(PACE_BACKING_OFF, "waiting (source latency 3.9x)");
    ck_assert_uint_eq(pace_read_rows(pace), LIMIT_READ_ROWS_MIN);
    ck_assert(!pace_holds(pace));
    ck_assert_double_eq_tol(read_slow(pace, 5), 0.5, 0.001); /* a quarter of the slow read */
    ck_assert_double_eq_tol(read_slow(pace, 5), 1, 0.001);
    ck_assert_double_eq_tol(read_slow(pace, 5), 2, 0.001);
    expect_state(PACE_BACKING_OFF, "waiting (source latency 4.9x)");
    ck_assert_double_eq_tol(read_slow(pace, 1), 4, 0.001);
    expect_state(PACE_RUNNING, "running");
    ck_assert_double_eq_tol(read_slow(pace, 1), 0, 0.001);
    ck_assert_uint_ge(pace_read_rows(pace), LIMIT_READ_ROWS_MIN);
}
END_TEST

START_TEST(a_slow_source_may_not_wait_for_ever)
{
    settings.pace.back_off = 3;
    begin();
    learn(pace);
    int reads = 0;
    while (pace_status(pace).settled == 0) {
        ck_assert_double_le(read_slow(pace, 6), 30.001);
        reads++;
    }
    ck_assert_int_gt(reads, 10);
    ck_assert_double_ge(passed(), 600);
    ck_assert_double_le(passed(), 640);
    double settled = passed();
    for (int index = 0; index < 20; index++) {
        (void)read_slow(pace, 6);
    }
    ck_assert_double_eq_tol(passed(), settled, 0.001);
    expect_state(PACE_RUNNING, "running");
    (void)read_slow(pace, 30); /* and what is slow now is found by the new measure */
    ck_assert_int_eq(pace_status(pace).phase, PACE_BACKING_OFF);
}
END_TEST

static struct pace *prober;

static void probe_is_quick(void)
{
    pace_leave(prober, 256, 15 * MS);
}

START_TEST(one_reader_probes_for_all)
{
    settings.pace.back_off = 3;
    begin();
    struct error error = ERROR_NONE;
    struct pace *other = NULL;
    ck_assert(pace_reader(pace, &prober, &error) && pace_reader(pace, &other, &error));
    learn(prober);
    (void)read_slow(prober, 8);
    ck_assert_int_eq(pace_enter(prober), PACE_GO);
    ck_assert_double_eq_tol(passed(), 1, 0.001);
    at(11 * SECOND, probe_is_quick);
    ck_assert_int_eq(pace_enter(other), PACE_GO); /* waits until the probe is back */
    ck_assert_double_eq_tol(passed(), 10, 0.1);
    ck_assert_int_eq(pace_status(pace).phase, PACE_RUNNING);
    /* A probe that is given up, or never heard of, keeps nobody. */
    (void)read_slow(prober, 8);
    ck_assert_int_eq(pace_enter(prober), PACE_GO);
    double before = passed();
    pace_destroy(prober);
    ck_assert_int_eq(pace_enter(other), PACE_GO);
    ck_assert_double_eq_tol(passed(), before, 0.001);
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    ck_assert_double_le(passed(), before + 121);
    pace_destroy(other);
}
END_TEST

START_TEST(reads_of_no_rows_decide_nothing)
{
    settings.pace.back_off = 3;
    begin();
    learn(pace);
    ck_assert_int_eq(pace_enter(pace), PACE_GO);
    pace_leave(pace, 0, 3600 * SECOND);
    expect_state(PACE_RUNNING, "running");
    (void)read_slow(pace, 8);
    ck_assert_int_eq(pace_enter(pace), PACE_GO); /* probes, and finds a range that is empty */
    double before = passed();
    pace_leave(pace, 0, 1);
    ck_assert_int_eq(pace_status(pace).phase, PACE_BACKING_OFF);
    ck_assert_double_eq_tol(read_slow(pace, 1), 0, 0.001); /* the next one tells */
    ck_assert_double_eq_tol(passed(), before, 0.001);
    expect_state(PACE_RUNNING, "running");
}
END_TEST

START_TEST(back_off_can_be_switched_off_while_waiting)
{
    settings.pace.back_off = 3;
    begin();
    learn(pace);
    (void)read_slow(pace, 50);
    settings.pace.back_off = 0;
    pace_set_limits(pace, &settings.pace);
    expect_state(PACE_RUNNING, "running");
    ck_assert_double_eq_tol(read_slow(pace, 50), 0, 0.001);
    ck_assert_double_eq_tol(read_slow(pace, 50), 0, 0.001);
}
END_TEST

START_TEST(finishing_does_not_wait_for_a_slow_source)
{
    settings.pace.back_off = 3;
    begin();
    learn(pace);
    (void)read_slow(pace, 8);
    at(world.now_ns + SECOND / 2, cancel_finish);
    ck_assert_int_eq(pace_enter(pace), PACE_CANCELLED);
    ck_assert_double_eq_tol(passed(), 0.5, 0.1);
}
END_TEST

START_TEST(unknown_zone_is_refused)
{
    struct error error = ERROR_NONE;
    begin();
    settings.timezone = "Europe/Atlantis";
    struct pace *refused = NULL;
    ck_assert(!pace_create(&settings, &cancel, &refused, &error));
    ck_assert_int_eq(error.code, ERROR_PLAN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pace");
    TCase *tcase = tcase_create("pace");
    tcase_add_checked_fixture(tcase, prepare, finish);
    tcase_add_test(tcase, without_a_pace_nobody_waits);
    tcase_add_test(tcase, without_limits_nobody_waits);
    tcase_add_test(tcase, ceiling_is_exact_on_average);
    tcase_add_test(tcase, what_was_not_used_is_not_saved_up);
    tcase_add_test(tcase, a_ceiling_that_is_lifted_keeps_nobody_waiting);
    tcase_add_test(tcase, reads_ask_for_a_share_of_the_ceiling);
    tcase_add_test(tcase, paused_until_resumed);
    tcase_add_test(tcase, pausing_ends_the_wait_for_the_ceiling);
    tcase_add_test(tcase, who_yields_does_not_wait_long);
    tcase_add_test(tcase, a_short_read_is_not_held_up);
    tcase_add_test(tcase, window_opens);
    tcase_add_test(tcase, finishing_does_not_wait_at_the_gate);
    tcase_add_test(tcase, cancel_ends_every_wait);
    tcase_add_test(tcase, slow_source_is_given_time);
    tcase_add_test(tcase, a_slow_source_may_not_wait_for_ever);
    tcase_add_test(tcase, one_reader_probes_for_all);
    tcase_add_test(tcase, reads_of_no_rows_decide_nothing);
    tcase_add_test(tcase, back_off_can_be_switched_off_while_waiting);
    tcase_add_test(tcase, finishing_does_not_wait_for_a_slow_source);
    tcase_add_test(tcase, unknown_zone_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
