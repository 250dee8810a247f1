/* test_date_formats.c — several formats of one column: order, and what may be tried out of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_formats.h"
#include "values.h"

#include <check.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct arena arena;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 4096, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

static struct date_formats parse(const char *const *list, int count)
{
    struct date_formats formats;
    must(date_formats_parse(list, count, &arena, &formats, &error), &error);
    return formats;
}

START_TEST(the_declared_order_wins_whatever_fitted_last)
{
    static const char *const list[] = {"DD/MM/YYYY", "MM/DD/YYYY"};
    struct date_formats formats = parse(list, 2);
    struct datetime_fields fields;
    int last = 0;
    ck_assert(!formats.exclusive);
    /* Only the second takes this one, and remembering it would turn the next one around. */
    ck_assert_int_eq(date_formats_apply(&formats, text_of("05/25/2008"), &last, &fields),
                     DATETIME_OK);
    ck_assert_int_eq(fields.month, 5);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("05/06/2008"), &last, &fields),
                     DATETIME_OK);
    ck_assert_int_eq(fields.day, 5);
    ck_assert_int_eq(fields.month, 6);
}
END_TEST

START_TEST(no_format_fits_an_impossible_date)
{
    static const char *const list[] = {"DD/MM/YYYY", "YYYY-MM-DD"};
    struct date_formats formats = parse(list, 2);
    struct datetime_fields fields;
    int last = 1;
    ck_assert(formats.exclusive);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("30/02/2008"), &last, &fields),
                     DATETIME_RANGE);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("2008-02-30"), &last, &fields),
                     DATETIME_RANGE);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("2008/02/28"), &last, &fields),
                     DATETIME_SYNTAX);
    ck_assert_int_eq(date_formats_apply(&formats, text_of(""), &last, &fields), DATETIME_SYNTAX);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("28/02/2008"), &last, &fields),
                     DATETIME_OK);
    ck_assert_int_eq(last, 0);
}
END_TEST

START_TEST(a_feed_has_five_formats_with_and_without_time)
{
    static const struct {
        const char *text;
        int hour;
        int microsecond;
    } cases[] = {
        {"09/06/2008 02:00:00", 2, 0},
        {"2008-06-09 02:00:00.125", 2, 125000},
        {"09-06-2008 02:00:00", 2, 0},
        {"09-JUN-2008 02:00:00", 2, 0},
        {"09-JUN-2008", 0, 0},
        {"09-jun-2008 23:59:59", 23, 0},
        {"2008-06-09 02:00:00", 2, 0},
        {"09/06/2008", 0, 0},
        {"2008-06-09", 0, 0},
        {"09-06-2008", 0, 0},
    };
    struct date_formats formats;
    struct datetime_fields fields;
    int last = 0;
    must(date_formats_millennium(&arena, &formats, &error), &error);
    ck_assert(formats.exclusive); /* so the order in which they are tried cannot matter */
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(date_formats_apply(&formats, text_of(cases[i].text), &last, &fields) ==
                          DATETIME_OK,
                      "%s",
                      cases[i].text);
        ck_assert_int_eq(fields.year, 2008);
        ck_assert_int_eq(fields.month, 6);
        ck_assert_int_eq(fields.day, 9);
        ck_assert_int_eq(fields.hour, cases[i].hour);
        ck_assert_int_eq(fields.microsecond, cases[i].microsecond);
    }
    ck_assert_int_eq(date_formats_apply(&formats, text_of("31-JUN-2008"), &last, &fields),
                     DATETIME_RANGE);
    ck_assert_int_eq(date_formats_apply(&formats, text_of("06.09.2008"), &last, &fields),
                     DATETIME_SYNTAX);
}
END_TEST

START_TEST(formats_are_exclusive_when_no_text_has_both_forms)
{
    static const struct {
        const char *one, *other;
        bool exclusive;
    } cases[] = {
        {"DD/MM/YYYY", "MM/DD/YYYY", false},
        {"DD/MM/YYYY", "DD-MM-YYYY", true},
        {"DD/MM/YYYY", "DD/MM/YYYY HH24", true},
        {"DD-MON-YYYY", "DD-MM-YYYY", true},
        {"DD-MON-YYYY", "DDMONYYYY--", true},
        {"YYYYMMDD", "DDMMYYYY", false},
        {"YYYY-MM-DD HH24:MI TZH", "YYYY-MM-DD HH24:MI +01", false},
        {"YYYY-MM-DD HH24:MI TZH", "YYYY-MM-DD HH24:MI:SS0", true},
        {"YYYY-MM-DD 1HH24", "YYYY-MM-DD HH245", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct datetime_pattern one;
        struct datetime_pattern other;
        must(datetime_pattern_parse(text_of(cases[i].one), &one, &error), &error);
        must(datetime_pattern_parse(text_of(cases[i].other), &other, &error), &error);
        ck_assert_msg(datetime_patterns_exclusive(&one, &other) == cases[i].exclusive,
                      "%s and %s",
                      cases[i].one,
                      cases[i].other);
        ck_assert_int_eq(datetime_patterns_exclusive(&other, &one),
                         datetime_patterns_exclusive(&one, &other));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date_formats");
    TCase *tests = tcase_create("date_formats");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_declared_order_wins_whatever_fitted_last);
    tcase_add_test(tests, no_format_fits_an_impossible_date);
    tcase_add_test(tests, a_feed_has_five_formats_with_and_without_time);
    tcase_add_test(tests, formats_are_exclusive_when_no_text_has_both_forms);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
