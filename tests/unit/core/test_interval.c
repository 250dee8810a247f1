/* test_interval.c — intervals are read, written and compared as PostgreSQL 15 does.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/interval.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *show(const struct interval *interval)
{
    static char shown[128];
    struct text_buffer out;

    text_buffer_init(&out, sizeof shown);
    interval_format(interval, &out);
    ck_assert(!out.failed && out.size < sizeof shown);
    memcpy(shown, out.data, out.size);
    shown[out.size] = '\0';
    text_buffer_release(&out);
    return shown;
}

static const struct {
    const char *text;
    const char *shown; /* NULL: an error, `status` */
    enum interval_status status;
} readings[] = {
    {"1 year 2 mons 3 days 04:05:06", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {"1-2", "1 year 2 mons", INTERVAL_OK},
    {"-1-2", "-1 years -2 mons", INTERVAL_OK},
    {"1-12", NULL, INTERVAL_OVERFLOW},
    {"1-2 3 4:05:06", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {"3 04:05:06", "3 days 04:05:06", INTERVAL_OK},
    {"P1Y2M3DT4H5M6S", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {"P-1Y2M", "-10 mons", INTERVAL_OK},
    {"PT", "00:00:00", INTERVAL_OK},
    {"P", NULL, INTERVAL_SYNTAX},
    {"P1.5Y", "1 year 6 mons", INTERVAL_OK},
    {"P1.5M", "1 mon 15 days", INTERVAL_OK},
    {"P0001-02-03T04:05:06", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {"P00010203T040506", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {"P1W", "7 days", INTERVAL_OK},
    {"PT1.5H", "01:30:00", INTERVAL_OK},
    {"P1Y2", NULL, INTERVAL_SYNTAX},
    {"P1YT", "1 year", INTERVAL_OK},
    {"p1y", NULL, INTERVAL_SYNTAX},
    {"P1e3D", "1000 days", INTERVAL_OK},
    {"1 day ago", "-1 days", INTERVAL_OK},
    {"1 year -2 days ago", "-1 years +2 days", INTERVAL_OK},
    {"5 ago", NULL, INTERVAL_SYNTAX},
    {"ago", NULL, INTERVAL_SYNTAX},
    {"@ 1 minute", "00:01:00", INTERVAL_OK},
    {"1.5 months", "1 mon 15 days", INTERVAL_OK},
    {"1.7 years", "1 year 8 mons", INTERVAL_OK},
    {"2.5 weeks", "17 days 12:00:00", INTERVAL_OK},
    {"1.5 days", "1 day 12:00:00", INTERVAL_OK},
    {"0.1 decades", "1 year", INTERVAL_OK},
    {"1 century 2 millennia", "2100 years", INTERVAL_OK},
    {"3 microseconds", "00:00:00.000003", INTERVAL_OK},
    {"1.5 ms", "00:00:00.0015", INTERVAL_OK},
    {"1 mil", "1000 years", INTERVAL_OK},
    {"4:05", "04:05:00", INTERVAL_OK},
    {"4:05.5", "00:04:05.5", INTERVAL_OK},
    {"4:05:06.7777777", "04:05:06.777778", INTERVAL_OK},
    {"-4:05", "-04:05:00", INTERVAL_OK},
    {"+4:05:06", "04:05:06", INTERVAL_OK},
    {"1 day -4:05", "1 day -04:05:00", INTERVAL_OK},
    {"4:60", NULL, INTERVAL_OVERFLOW},
    {"4:05:61", NULL, INTERVAL_OVERFLOW},
    {"100000000:00", "100000000:00:00", INTERVAL_OK},
    {"1 1", NULL, INTERVAL_SYNTAX},
    {"1 2 days", NULL, INTERVAL_SYNTAX},
    {"1 day 2 days", NULL, INTERVAL_SYNTAX},
    {"2 quarters", NULL, INTERVAL_SYNTAX},
    {"1 fortnight", NULL, INTERVAL_SYNTAX},
    {"", NULL, INTERVAL_SYNTAX},
    {"1:2:3:4", NULL, INTERVAL_SYNTAX},
    {"2147483647 days", "2147483647 days", INTERVAL_OK},
    {"2147483648 days", NULL, INTERVAL_OVERFLOW},
    {"178956970 years 7 mons", "178956970 years 7 mons", INTERVAL_OK},
    {"178956970 years 8 mons", NULL, INTERVAL_RANGE},
    {"9223372036854775807 us", "2562047788:00:54.775807", INTERVAL_OK},
    {"9223372036854775808 us", NULL, INTERVAL_OVERFLOW},
    {"2562047788:00:54.775807", "2562047788:00:54.775807", INTERVAL_OK},
    {"1 day 1.5 days", NULL, INTERVAL_SYNTAX},
    {"  7   D ", "7 days", INTERVAL_OK},
    {"1y2mon3d4h5m6s", "1 year 2 mons 3 days 04:05:06", INTERVAL_OK},
    {".5 day", "12:00:00", INTERVAL_OK},
    {"1. day", "1 day", INTERVAL_OK},
    {"-.5 s", NULL, INTERVAL_SYNTAX},
    {"1e2 days", NULL, INTERVAL_SYNTAX},
    {"infinity", NULL, INTERVAL_SYNTAX},
    {"04:05 ago", "-04:05:00", INTERVAL_OK},
    {"12 months ago 3 days", "-1 years -3 days", INTERVAL_OK},
    {"1 day @ 2 hours", "1 day 02:00:00", INTERVAL_OK},
    {"1/2 days", NULL, INTERVAL_SYNTAX},
    {"P1Y-2M3DT-4H", "10 mons 3 days -04:00:00", INTERVAL_OK},
    {"P1000-1", "1000 years 1 mon", INTERVAL_OK},
    {"PT12:30", "12:30:00", INTERVAL_OK},
};

START_TEST(texts_are_read_as_the_server_does)
{
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        struct interval interval = {.days = 0};
        enum interval_status status =
            interval_parse(text_of(readings[i].text), type_of(TYPE_INTERVAL), &interval);
        ck_assert_msg(status == readings[i].status, "%s: status %d", readings[i].text, (int)status);
        if (readings[i].shown != NULL) {
            ck_assert_msg(strcmp(show(&interval), readings[i].shown) == 0,
                          "%s: %s",
                          readings[i].text,
                          show(&interval));
        }
    }
}
END_TEST

START_TEST(types_have_fields)
{
    struct type type;

    ck_assert(!type_parse(text_of("interval"), &type));
    ck_assert(type_parse_expression(text_of("Interval Day To Second(3)"), &type));
    ck_assert_int_eq(type.id, TYPE_INTERVAL);
    ck_assert_int_eq(type.length, INTERVAL_DAY | INTERVAL_HOUR | INTERVAL_MINUTE | INTERVAL_SECOND);
    ck_assert_int_eq(type.precision, 4);
    ck_assert(!type_parse_expression(text_of("interval day(3)"), &type));
    ck_assert(!type_parse_expression(text_of("interval second to day"), &type));
    ck_assert(!type_parse_expression(text_of("intervals"), &type));
    ck_assert(!type_parse_expression(text_of("interval(7)"), &type));
    ck_assert_str_eq(interval_fields_name(INTERVAL_DAY | INTERVAL_HOUR), "day to hour");
    ck_assert_ptr_null(interval_fields_name(INTERVAL_DAY | INTERVAL_MINUTE));
}
END_TEST

START_TEST(parts_that_leave_the_range_are_noticed)
{
    struct interval most = {.microseconds = INT64_MAX, .days = INT32_MAX, .months = INT32_MAX};
    struct interval least = {.microseconds = INT64_MIN};
    struct interval one = {.microseconds = 1};
    struct interval result;

    ck_assert(!interval_add(most, one, &result));
    ck_assert(!interval_subtract(least, one, &result));
    ck_assert(!interval_negate(least, &result));
    ck_assert(interval_negate(most, &result));
    ck_assert(!interval_multiply(most, 2, &result));
    ck_assert(!interval_justify_days((struct interval){.days = 60, .months = INT32_MAX}, &result));
    ck_assert(!interval_justify_hours(
        (struct interval){.microseconds = INT64_MAX, .days = INT32_MAX}, &result));
    ck_assert_int_gt(interval_compare(&most, &one), 0);
    ck_assert_int_lt(interval_compare(&least, &one), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interval");
    TCase *tcase = tcase_create("interval");

    tcase_add_test(tcase, texts_are_read_as_the_server_does);
    tcase_add_test(tcase, types_have_fields);
    tcase_add_test(tcase, parts_that_leave_the_range_are_noticed);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
