/* test_datetime.c — the calendar, and dates and times as text both ways.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/datetime.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct text_buffer out;

static void setup(void)
{
    text_buffer_init(&out, SIZE_MAX);
}

static void teardown(void)
{
    text_buffer_release(&out);
}

static const char *date_text(int64_t date)
{
    text_buffer_reset(&out);
    date_format(date, &out);
    return out.data;
}

static const char *timestamp_text(int64_t timestamp)
{
    text_buffer_reset(&out);
    timestamp_format(timestamp, &out);
    return out.data;
}

static int64_t timestamp(const char *text)
{
    int64_t value = 0;

    ck_assert_msg(timestamp_parse(text_of(text), 6, &value) == DATETIME_OK, "\"%s\"", text);
    return value;
}

static int64_t timestamptz(const char *text, const struct zone *zone)
{
    int64_t value = 0;

    ck_assert_msg(timestamptz_parse(text_of(text), 6, zone, &value) == DATETIME_OK, "\"%s\"", text);
    return value;
}

START_TEST(calendar_goes_both_ways)
{
    int64_t expected_year = -4713;
    int expected_month = 11;
    int expected_day = 24;

    ck_assert_int_eq(date_from_civil(2000, 1, 1), 0);
    ck_assert_int_eq(date_from_civil(1970, 1, 1), -10957);
    ck_assert_int_eq(date_from_civil(5874897, 12, 31), 2145031948);
    /* Day by day through 30 centuries, with a reckoning of its own. */
    for (int64_t date = -2451545; date < -1350000; date++) {
        static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        int64_t year = 0;
        int month = 0;
        int day = 0;
        bool leap =
            expected_year % 4 == 0 && (expected_year % 100 != 0 || expected_year % 400 == 0);

        date_to_civil(date, &year, &month, &day);
        /* An assertion that holds costs too much to be made a million times. */
        if (year != expected_year || month != expected_month || day != expected_day ||
            date_from_civil(year, month, day) != date) {
            ck_abort_msg("%lld", (long long)date);
        }
        expected_day++;
        if (expected_day > lengths[expected_month - 1] + (expected_month == 2 && leap ? 1 : 0)) {
            expected_day = 1;
            expected_month = expected_month % 12 + 1;
            expected_year += expected_month == 1 ? 1 : 0;
        }
    }
}
END_TEST

START_TEST(dates_are_read)
{
    static const char *const cases[][2] = {
        {"2024-02-29", "2024-02-29"},
        {" 2024-2-9 ", "2024-02-09"},
        {"20240102", "2024-01-02"},
        {"Jan 2 2024", "2024-01-02"},
        {"2 January, 2024", "2024-01-02"},
        {"02-jan-2024", "2024-01-02"},
        {"1/2/2024", "2024-01-02"},
        {"1/2/69", "2069-01-02"},
        {"1/2/70", "1970-01-02"},
        {"2024.033", "2024-02-02"},
        {"J2451545", "2000-01-01"},
        {"0044-03-15 BC", "0044-03-15 BC"},
        {"4714-11-24 BC", "4714-11-24 BC"},
        {"5874897-12-31", "5874897-12-31"},
        {"2024-01-02 23:59:59.9999999+02", "2024-01-02"},
        {"2024-01-02T24:00:00", "2024-01-02"},
        {"infinity", "infinity"},
        {"-infinity", "-infinity"},
        {"epoch", "1970-01-01"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t date = 0;

        ck_assert_msg(
            date_parse(text_of(cases[i][0]), &date) == DATETIME_OK, "\"%s\"", cases[i][0]);
        ck_assert_str_eq(date_text(date), cases[i][1]);
    }
}
END_TEST

START_TEST(what_is_no_date_says_why)
{
    static const struct {
        const char *text;
        enum datetime_status status;
    } cases[] = {
        {"", DATETIME_SYNTAX},
        {"junk", DATETIME_SYNTAX},
        {"2024-01", DATETIME_SYNTAX},
        {"10:30", DATETIME_SYNTAX},
        {"2024-01-02 2024-01-02", DATETIME_SYNTAX},
        {"2024-01-02x", DATETIME_SYNTAX},
        {"now", DATETIME_SYNTAX},
        {"today", DATETIME_SYNTAX},
        {"2024-02-30", DATETIME_RANGE},
        {"2023-02-29", DATETIME_RANGE},
        {"2024-13-01", DATETIME_RANGE},
        {"13/2/2024", DATETIME_RANGE},
        {"0000-01-01", DATETIME_RANGE},
        {"2024-01-02 25:00:00", DATETIME_RANGE},
        {"2024-01-02 10:60:00", DATETIME_RANGE},
        {"4714-11-23 BC", DATETIME_RANGE},
        {"5874898-01-01", DATETIME_RANGE},
        {"43000101010101", DATETIME_RANGE},
        {"2024-01-02 10:00+16", DATETIME_RANGE},
        {"2024-01-02 10:00 Europe/Nowhere", DATETIME_ZONE},
        {"2024-01-02 10:00 x/../../etc/passwd", DATETIME_ZONE},
        {"2024-01-02 10:00 europe/../Europe/London", DATETIME_ZONE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t date = 0;
        int64_t value = 0;

        ck_assert_msg(
            date_parse(text_of(cases[i].text), &date) == cases[i].status, "\"%s\"", cases[i].text);
        if (strstr(cases[i].text, "58748") == NULL) {
            ck_assert_msg(timestamp_parse(text_of(cases[i].text), 6, &value) == cases[i].status,
                          "\"%s\"",
                          cases[i].text);
        }
    }
}
END_TEST

START_TEST(timestamps_are_read_and_written)
{
    static const char *const cases[][2] = {
        {"2024-01-02", "2024-01-02 00:00:00"},
        {"2024-01-02 03:04", "2024-01-02 03:04:00"},
        {"2024-01-02T03:04:05", "2024-01-02 03:04:05"},
        {"2024-01-02 03:04:05.1", "2024-01-02 03:04:05.1"},
        {"2024-01-02 03:04:05.123456", "2024-01-02 03:04:05.123456"},
        {"2024-01-02 03:04:05.1234567", "2024-01-02 03:04:05.123457"},
        {"2024-12-31 23:59:59.9999995", "2025-01-01 00:00:00"},
        {"2024-12-31 24:00:00", "2025-01-01 00:00:00"},
        {"2024-12-31 23:59:60", "2025-01-01 00:00:00"},
        {"2024-01-02 03:04:05+05", "2024-01-02 03:04:05"},
        {"2024-01-02 03:04:05 America/New_York", "2024-01-02 03:04:05"},
        {"20240102T030405.5Z", "2024-01-02 03:04:05.5"},
        {"Tue Jan 2 03:04:05 2024", "2024-01-02 03:04:05"},
        {"1/2/2024 3:04 pm", "2024-01-02 15:04:00"},
        {"2024-01-02 12:00 am", "2024-01-02 00:00:00"},
        {"1999-12-31 23:59:59.999999", "1999-12-31 23:59:59.999999"},
        {"0044-03-15 12:00:00 BC", "0044-03-15 12:00:00 BC"},
        {"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"},
        {"4714-11-24 00:00:00 BC", "4714-11-24 00:00:00 BC"},
        {"-infinity", "-infinity"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(timestamp_text(timestamp(cases[i][0])), cases[i][1]);
    }
    ck_assert_int_eq(timestamp("2000-01-01 00:00:01"), 1000000);
    ck_assert_int_eq(timestamp("1999-12-31"), -MICROSECONDS_PER_DAY);
    ck_assert_int_eq(timestamp("infinity"), DATETIME_INFINITY);
}
END_TEST

START_TEST(text_need_not_end_with_nul)
{
    int64_t value = 0;

    ck_assert_int_eq(date_parse(text_from("2024-01-02 99", 10), &value), DATETIME_OK);
    ck_assert_str_eq(date_text(value), "2024-01-02");
    ck_assert_int_eq(date_parse(text_from("20240102345", 8), &value), DATETIME_OK);
    ck_assert_str_eq(date_text(value), "2024-01-02");
    ck_assert_int_eq(timestamp_parse(text_from("2024-01-02 03:04:056", 19), 6, &value),
                     DATETIME_OK);
    ck_assert_str_eq(timestamp_text(value), "2024-01-02 03:04:05");
    ck_assert_int_eq(timestamp_parse(TEXT_NONE, 6, &value), DATETIME_SYNTAX);
    ck_assert_int_eq(time_parse(TEXT_NONE, 6, &value), DATETIME_SYNTAX);
}
END_TEST

START_TEST(precision_rounds_away_from_2000)
{
    static const struct {
        const char *text;
        int precision;
        const char *expected;
    } cases[] = {
        {"2024-01-02 03:04:05.1235", 3, "2024-01-02 03:04:05.124"},
        {"2024-01-02 03:04:05.5", 0, "2024-01-02 03:04:06"},
        {"1999-01-02 03:04:05.5", 0, "1999-01-02 03:04:05"},
        {"1999-01-02 03:04:05.4", 0, "1999-01-02 03:04:05"},
        {"2024-12-31 23:59:59.95", 1, "2025-01-01 00:00:00"},
        {"infinity", 0, "infinity"},
    };
    int64_t value = 0;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(timestamp_parse(text_of(cases[i].text), cases[i].precision, &value),
                         DATETIME_OK);
        ck_assert_str_eq(timestamp_text(value), cases[i].expected);
    }
    ck_assert_int_eq(timestamp_parse(text_of("294276-12-31 23:59:59.9999"), 3, &value),
                     DATETIME_RANGE);
}
END_TEST

START_TEST(times_are_read_and_written)
{
    static const struct {
        const char *text;
        enum datetime_status status;
        const char *expected;
    } cases[] = {
        {"03:04:05", DATETIME_OK, "03:04:05"},
        {"03:04", DATETIME_OK, "03:04:00"},
        {"03:04:05.678901", DATETIME_OK, "03:04:05.678901"},
        {"030405", DATETIME_OK, "03:04:05"},
        {"3:04 PM", DATETIME_OK, "15:04:00"},
        {"24:00:00", DATETIME_OK, "24:00:00"},
        {"23:59:60", DATETIME_OK, "24:00:00"},
        {"03:04:05+02", DATETIME_OK, "03:04:05"},
        {"2024-07-01 03:04:05 America/New_York", DATETIME_OK, "03:04:05"},
        {"03:04:05 America/New_York", DATETIME_SYNTAX, NULL},
        {"24:00:01", DATETIME_RANGE, NULL},
        {"25:00", DATETIME_RANGE, NULL},
        {"13:00 PM", DATETIME_RANGE, NULL},
        {"noon", DATETIME_SYNTAX, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t time = 0;

        ck_assert_msg(time_parse(text_of(cases[i].text), 6, &time) == cases[i].status,
                      "\"%s\"",
                      cases[i].text);
        if (cases[i].expected != NULL) {
            text_buffer_reset(&out);
            time_format(time, &out);
            ck_assert_str_eq(out.data, cases[i].expected);
        }
    }
}
END_TEST

START_TEST(offsets_are_taken_off)
{
    static const char *const noon[] = {
        "2024-07-01 12:00:00Z",
        "2024-07-01 13:00:00+01",
        "2024-07-01T06:30:00-05:30",
        "2024-07-01 17:45+0545",
        "2024-07-01 12:00:30+00:00:30",
        "2024-07-01 08:00 EDT",
        "2024-07-01 13:00 BST",
        "2024-07-01 15:00 MSK",
        "2024-07-01 13:00 Europe/London",
        "2024-07-01 13:00 europe/london",
        "2024-07-01 12:00",
        "2024-07-01 12:00 UTC",
        "2024-07-01 14:00 MET DST",
        "2024-07-01 09:00 XYZ+3",
    };

    for (size_t i = 0; i < sizeof noon / sizeof noon[0]; i++) {
        ck_assert_msg(
            timestamptz(noon[i], NULL) == timestamp("2024-07-01 12:00"), "\"%s\"", noon[i]);
    }
    ck_assert_int_eq(timestamptz("2012-07-01 12:00 MSK", NULL), timestamp("2012-07-01 08:00"));
    ck_assert_int_eq(timestamptz("infinity", NULL), DATETIME_INFINITY);
}
END_TEST

START_TEST(sessions_zone_is_used_where_none_is_given)
{
    struct arena arena;
    const struct zone *london = NULL;
    struct error error = ERROR_NONE;

    arena_init(&arena, 4096, NULL);
    ck_assert(zone_load("Europe/London", &arena, &london, &error));
    ck_assert_int_eq(timestamptz("2024-07-01 12:00:00", london), timestamp("2024-07-01 11:00"));
    ck_assert_int_eq(timestamptz("Jan 1 2024 12:00", london), timestamp("2024-01-01 12:00"));
    ck_assert_int_eq(timestamptz("2024-07-01 12:00:00Z", london), timestamp("2024-07-01 12:00"));
    text_buffer_reset(&out);
    timestamptz_format(timestamp("2024-07-01 11:00"), london, &out);
    text_buffer_char(&out, '|');
    timestamptz_format(timestamp("0044-03-15 12:00 BC"), london, &out);
    text_buffer_char(&out, '|');
    timestamptz_format(timestamp("2024-07-01 11:00"), NULL, &out);
    text_buffer_char(&out, '|');
    timestamptz_format(DATETIME_INFINITY, london, &out);
    ck_assert_str_eq(out.data,
                     "2024-07-01 12:00:00+01|0044-03-15 11:58:45-00:01:15 BC|"
                     "2024-07-01 11:00:00+00|infinity");
    arena_release(&arena);
}
END_TEST

START_TEST(fields_are_checked)
{
    const struct datetime_fields good = {
        .year = 2024, .month = 2, .day = 29, .hour = 23, .minute = 59, .second = 60};
    struct datetime_fields fields = good;

    ck_assert(datetime_fields_valid(&fields));
    fields.year = 2023;
    ck_assert(!datetime_fields_valid(&fields));
    fields = (struct datetime_fields){.year = 2024, .month = 1, .day = 1, .hour = 24};
    ck_assert(datetime_fields_valid(&fields));
    fields.microsecond = 1;
    ck_assert(!datetime_fields_valid(&fields));
    fields = (struct datetime_fields){.year = -4713, .month = 11, .day = 24};
    ck_assert(datetime_fields_valid(&fields));
    fields.day = 23;
    ck_assert(!datetime_fields_valid(&fields));
    fields = good;
    fields.has_zone = true;
    fields.zone_seconds = 16 * 3600;
    ck_assert(!datetime_fields_valid(&fields));
    fields.zone_seconds--;
    ck_assert(datetime_fields_valid(&fields));
    fields.month = 0;
    ck_assert(!datetime_fields_valid(&fields));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("datetime");
    TCase *tcase = tcase_create("datetime");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, calendar_goes_both_ways);
    tcase_add_test(tcase, dates_are_read);
    tcase_add_test(tcase, what_is_no_date_says_why);
    tcase_add_test(tcase, timestamps_are_read_and_written);
    tcase_add_test(tcase, text_need_not_end_with_nul);
    tcase_add_test(tcase, precision_rounds_away_from_2000);
    tcase_add_test(tcase, times_are_read_and_written);
    tcase_add_test(tcase, offsets_are_taken_off);
    tcase_add_test(tcase, sessions_zone_is_used_where_none_is_given);
    tcase_add_test(tcase, fields_are_checked);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
