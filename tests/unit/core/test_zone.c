/* test_zone.c — zones of the system's database: gaps, overlaps, rules after the file's end, names.
 * SPDX-License-Identifier: Apache-2.0 */
#include "zone_internal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct text_buffer out;

static void setup(void)
{
    arena_init(&arena, 4096, NULL);
    text_buffer_init(&out, SIZE_MAX);
}

static void teardown(void)
{
    text_buffer_release(&out);
    arena_release(&arena);
}

static const struct zone *zone(const char *name)
{
    const struct zone *found = NULL;
    struct error error = ERROR_NONE;

    ck_assert_msg(zone_load(name, &arena, &found, &error), "%s", error.message);
    return found;
}

static int64_t instant(const char *text)
{
    int64_t value = 0;

    ck_assert_int_eq(timestamp_parse(text_of(text), 6, &value), DATETIME_OK);
    return value;
}

static void check_utc(const char *name, const char *local, const char *utc)
{
    text_buffer_reset(&out);
    timestamp_format(zone_to_utc(zone(name), instant(local)), &out);
    ck_assert_msg(strcmp(out.data, utc) == 0, "%s %s: %s, not %s", name, local, out.data, utc);
}

static void check_local(const char *name, const char *utc, const char *local)
{
    text_buffer_reset(&out);
    timestamp_format(zone_to_local(zone(name), instant(utc)), &out);
    ck_assert_msg(strcmp(out.data, local) == 0, "%s %s: %s, not %s", name, utc, out.data, local);
}

START_TEST(summer_and_winter)
{
    check_utc("Europe/London", "2024-01-15 12:00", "2024-01-15 12:00:00");
    check_utc("Europe/London", "2024-07-15 12:00", "2024-07-15 11:00:00");
    check_local("Europe/London", "2024-07-15 11:00:00.25", "2024-07-15 12:00:00.25");
    check_local("Europe/London", "1969-01-01", "1969-01-01 01:00:00"); /* all year round */
    check_local("Europe/London", "1941-07-01", "1941-07-01 02:00:00"); /* double summer time */
    check_local("Europe/London", "1800-01-01", "1799-12-31 23:58:45");
    check_utc("UTC", "2024-07-15 12:00", "2024-07-15 12:00:00");
    check_local("Asia/Kolkata", "2024-07-15", "2024-07-15 05:30:00");
}
END_TEST

START_TEST(gap_moves_forward)
{
    check_utc("Europe/London", "2024-03-31 00:59:59", "2024-03-31 00:59:59");
    check_utc("Europe/London", "2024-03-31 01:00", "2024-03-31 01:00:00");
    check_utc("Europe/London", "2024-03-31 01:30", "2024-03-31 01:30:00");
    check_utc("Europe/London", "2024-03-31 02:00", "2024-03-31 01:00:00");
    check_local("Europe/London", "2024-03-31 00:59:59.999999", "2024-03-31 00:59:59.999999");
    check_local("Europe/London", "2024-03-31 01:00", "2024-03-31 02:00:00");
}
END_TEST

START_TEST(overlap_is_standard_time)
{
    check_utc("Europe/London", "2024-10-27 00:59:59", "2024-10-26 23:59:59");
    check_utc("Europe/London", "2024-10-27 01:00", "2024-10-27 01:00:00");
    check_utc("Europe/London", "2024-10-27 01:59:59", "2024-10-27 01:59:59");
    check_utc("Europe/London", "2024-10-27 02:00", "2024-10-27 02:00:00");
    /* Moscow left an hour out although both offsets were standard time. */
    check_utc("Europe/Moscow", "2014-10-26 01:30", "2014-10-25 22:30:00");
}
END_TEST

START_TEST(rules_hold_for_ever)
{
    check_local("Europe/London", "2037-07-01", "2037-07-01 01:00:00");
    check_local("Europe/London", "2038-07-01", "2038-07-01 01:00:00");
    check_local("Europe/London", "2100-03-28 00:59:59", "2100-03-28 00:59:59");
    check_local("Europe/London", "2100-03-28 01:00:00", "2100-03-28 02:00:00");
    check_local("Europe/London", "9999-07-01", "9999-07-01 01:00:00");
    check_local("Europe/London", "294276-07-01", "294276-07-01 01:00:00");
    check_utc("Europe/London", "294276-12-01", "294276-12-01 00:00:00");
    check_local("Australia/Sydney", "2200-01-01", "2200-01-01 11:00:00");
    check_local("Europe/Dublin", "2200-07-01", "2200-07-01 01:00:00"); /* winter is the exception */
}
END_TEST

START_TEST(infinity_has_no_zone)
{
    ck_assert_int_eq(zone_to_utc(zone("Europe/London"), DATETIME_INFINITY), DATETIME_INFINITY);
    ck_assert_int_eq(zone_to_local(zone("Europe/London"), DATETIME_NEGATIVE_INFINITY),
                     DATETIME_NEGATIVE_INFINITY);
}
END_TEST

START_TEST(unknown_zones_are_the_plans_fault)
{
    static const char *const names[] = {"",
                                        "Europe",
                                        "Europe/Nowhere",
                                        "../zoneinfo/UTC",
                                        "Europe/../UTC",
                                        "/etc/passwd",
                                        "Europe//London",
                                        "Europe/London/",
                                        "zone.tab",
                                        "EST3",
                                        "right/UTC"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct zone *found = NULL;
        struct error error = ERROR_NONE;

        ck_assert_msg(!zone_load(names[i], &arena, &found, &error), "%s", names[i]);
        ck_assert_int_eq(error.code, ERROR_PLAN);
        ck_assert_ptr_nonnull(strstr(error.message, names[i]));
        ck_assert_uint_gt(strlen(error.hint), 0);
    }
}
END_TEST

START_TEST(names_need_not_have_their_capitals)
{
    check_local("europe/LONDON", "2024-07-15", "2024-07-15 01:00:00");
}
END_TEST

START_TEST(memory_that_runs_out_is_no_missing_zone)
{
    struct budget budget;
    struct arena small;
    const struct zone *found = NULL;
    struct error error = ERROR_NONE;

    budget_init(&budget, 1000);
    arena_init(&small, 256, &budget);
    ck_assert(!zone_load("Europe/London", &small, &found, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    arena_release(&small);
}
END_TEST

START_TEST(posix_rules_are_read)
{
    static const char *const bad[] = {"",
                                      "GMT",
                                      "GMT0BST,M3.5.0",
                                      "GMT0BST,M13.1.0,M10.1.0",
                                      "GMT0BST,M3.6.0,M10.1.0",
                                      "GMT0BST,M3.5.7,M10.1.0",
                                      "GMT0BST,M3.5.0/1,M10.5.0x",
                                      "GMT0BST,J0,J5",
                                      "GMT0BST,366,5",
                                      "GMT200",
                                      "<GMT0",
                                      "GMT0,M3.5.0,M10.5.0"};
    struct zone_rule rule;

    ck_assert(zone_rule_parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0:30:15", &rule));
    ck_assert_int_eq(rule.offset, -7200);
    ck_assert_int_eq(rule.daylight_offset, -3600);
    ck_assert_int_eq(rule.start.seconds, -3600);
    ck_assert_int_eq(rule.end.seconds, 1815);
    ck_assert(zone_rule_parse("XYZ-5:30", &rule));
    ck_assert_int_eq(rule.offset, 19800);
    ck_assert(!rule.has_daylight);
    ck_assert(zone_rule_parse("AAA3BBB2:30,J60/0,365/0", &rule));
    ck_assert_int_eq(zone_rule_start(&rule, 2024), date_from_civil(2024, 3, 1) * 86400 + 10800);
    ck_assert_int_eq(zone_rule_start(&rule, 2023), date_from_civil(2023, 3, 1) * 86400 + 10800);
    ck_assert_int_eq(zone_rule_end(&rule, 2024), date_from_civil(2024, 12, 31) * 86400 + 9000);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!zone_rule_parse(bad[i], &rule), "%s", bad[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("zone");
    TCase *tcase = tcase_create("zone");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, summer_and_winter);
    tcase_add_test(tcase, gap_moves_forward);
    tcase_add_test(tcase, overlap_is_standard_time);
    tcase_add_test(tcase, rules_hold_for_ever);
    tcase_add_test(tcase, infinity_has_no_zone);
    tcase_add_test(tcase, unknown_zones_are_the_plans_fault);
    tcase_add_test(tcase, names_need_not_have_their_capitals);
    tcase_add_test(tcase, memory_that_runs_out_is_no_missing_zone);
    tcase_add_test(tcase, posix_rules_are_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
