/* test_pace_window.c — a window is one stretch of time a day, whatever the clocks do.
 *
 * Times below are Europe/London's of 2026: clocks go forward on 29 March at 01:00 UTC and back on
 * 25 October at 01:00 UTC.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace_window.h"

#include "novate/arena.h"

#include <check.h>
#include <stdlib.h>

#define MINUTE INT64_C(60000000)

static struct arena arena;
static const struct zone *london;

static void open_zone(void)
{
    struct error error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
    ck_assert(zone_load("Europe/London", &arena, &london, &error));
}

static void close_zone(void)
{
    arena_release(&arena);
}

static int64_t utc(int month, int day, int hour, int minute)
{
    return date_from_civil(2026, month, day) * MICROSECONDS_PER_DAY + (hour * 60 + minute) * MINUTE;
}

static struct plan_window window(int begin, int end)
{
    return (struct plan_window){.given = true, .begin_minute = begin, .end_minute = end};
}

static void expect(struct plan_window window, int64_t now, bool open, int minutes)
{
    int64_t change = 0;
    ck_assert_int_eq(pace_window_open(&window, london, now, &change), open);
    ck_assert_int_eq(change / MINUTE, minutes);
}

START_TEST(none_given_is_always_open)
{
    struct plan_window none = {.given = false};
    int64_t change = 1;
    ck_assert(pace_window_open(&none, london, utc(1, 1, 12, 0), &change));
    ck_assert_int_eq(change, 0);
}
END_TEST

START_TEST(within_a_day)
{
    struct plan_window day = window(9 * 60, 17 * 60 + 30);
    expect(day, utc(1, 15, 8, 59), false, 1);
    expect(day, utc(1, 15, 9, 0), true, 510);
    expect(day, utc(1, 15, 17, 29), true, 1);
    expect(day, utc(1, 15, 17, 30), false, 15 * 60 + 30);
    /* In summer London is an hour ahead. */
    expect(day, utc(7, 15, 8, 0), true, 510);
    expect(day, utc(7, 15, 16, 30), false, 15 * 60 + 30);
}
END_TEST

START_TEST(over_midnight)
{
    struct plan_window night = window(20 * 60, 6 * 60);
    expect(night, utc(1, 15, 19, 59), false, 1);
    expect(night, utc(1, 15, 20, 0), true, 600);
    expect(night, utc(1, 16, 0, 0), true, 360);
    expect(night, utc(1, 16, 5, 59), true, 1);
    expect(night, utc(1, 16, 6, 0), false, 14 * 60);
    expect(night, utc(12, 31, 23, 0), true, 420);
}
END_TEST

START_TEST(clocks_go_forward_in_the_night)
{
    struct plan_window night = window(20 * 60, 6 * 60);
    expect(night, utc(3, 28, 20, 0), true, 9 * 60); /* an hour is missing */
    expect(night, utc(3, 29, 4, 59), true, 1);
    expect(night, utc(3, 29, 5, 0), false, 14 * 60);
    /* 01:15 to 01:45 does not exist that night: it comes an hour later by the clock, not never. */
    struct plan_window missing = window(75, 105);
    expect(missing, utc(3, 29, 1, 14), false, 1);
    expect(missing, utc(3, 29, 1, 15), true, 30);
    expect(missing, utc(3, 29, 1, 45), false, 22 * 60 + 30);
}
END_TEST

START_TEST(clocks_go_back_in_the_night)
{
    struct plan_window night = window(20 * 60, 90);
    /* 01:30 comes twice: the window goes on to the second, and does not open again. */
    expect(night, utc(10, 24, 19, 0), true, 6 * 60 + 30);
    expect(night, utc(10, 25, 0, 45), true, 45);
    expect(night, utc(10, 25, 1, 29), true, 1);
    expect(night, utc(10, 25, 1, 30), false, 18 * 60 + 30);
}
END_TEST

START_TEST(for_people)
{
    struct plan_window night = window(20 * 60, 6 * 60 + 5);
    struct text_buffer out;
    text_buffer_init(&out, 1000);
    pace_window_format(&night, &out);
    text_buffer_char(&out, ' ');
    pace_window_duration(192 * MINUTE + 1, &out);
    text_buffer_char(&out, ' ');
    pace_window_duration(12 * MINUTE, &out);
    text_buffer_char(&out, ' ');
    pace_window_duration(MINUTE - 1, &out);
    ck_assert_str_eq(out.data, "20:00-06:05 3 h 12 min 12 min less than a minute");
    text_buffer_release(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pace_window");
    TCase *tcase = tcase_create("pace_window");
    tcase_add_checked_fixture(tcase, open_zone, close_zone);
    tcase_add_test(tcase, none_given_is_always_open);
    tcase_add_test(tcase, within_a_day);
    tcase_add_test(tcase, over_midnight);
    tcase_add_test(tcase, clocks_go_forward_in_the_night);
    tcase_add_test(tcase, clocks_go_back_in_the_night);
    tcase_add_test(tcase, for_people);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
