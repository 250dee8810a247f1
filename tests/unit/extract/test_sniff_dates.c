/* test_sniff_dates.c — a format is proposed only for what the reader of files then reads.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_dates.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;
static struct sniff_dates *dates;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    dates = sniff_dates_create(&arena);
    ck_assert_ptr_nonnull(dates);
}

static void teardown(void)
{
    arena_release(&arena);
}

static const struct example {
    const char *text;
    const char *format; /* NULL: none */
    bool day_first, month_first, zoned;
} EXAMPLES[] = {
    {"2008-06-05", "YYYY-MM-DD", true, false, false},
    {"2008-06-05 10:15", "YYYY-MM-DD HH24:MI", true, false, false},
    {"2008-06-05T10:15:00", "YYYY-MM-DDTHH24:MI:SS", true, false, false},
    {"2008-06-05 10:15:00.5", "YYYY-MM-DD HH24:MI:SS.FF1", true, false, false},
    {"2008-06-05 10:15:00.123", "YYYY-MM-DD HH24:MI:SS.MS", true, false, false},
    {"2008-06-05T10:15:00.123456", "YYYY-MM-DDTHH24:MI:SS.US", true, false, false},
    {"2008-06-05T10:15:00Z", "YYYY-MM-DDTHH24:MI:SS", true, false, true},
    {"2008-06-05 10:15:00+01:00", "YYYY-MM-DD HH24:MI:SS", true, false, true},
    {"05/06/2008", "DD/MM/YYYY", true, true, false},
    {"25/06/2008 10:15", "DD/MM/YYYY HH24:MI", true, false, false},
    {"06/25/2008", "DD/MM/YYYY", false, true, false},
    {"05-06-2008 02:00:00", "DD-MM-YYYY HH24:MI:SS", true, true, false},
    {"05.06.2008", "DD.MM.YYYY", true, true, false},
    {"05-JUN-2008", "DD-MON-YYYY", true, false, false},
    {"05 Jun 2008 02:00:00", "DD MON YYYY HH24:MI:SS", true, false, false},
    {"05/06/2008 02:00:00 PM", "DD/MM/YYYY HH12:MI:SS AM", true, true, false},
    {"20080605", "YYYYMMDD", true, false, false},
    {"20080605101500", "YYYYMMDDHH24MISS", true, false, false},
    {"12345678", NULL, false, false, false},
    {"2008-02-30", NULL, false, false, false},
    {"31/31/2008", NULL, false, false, false},
    {"2008-06-05 25:00", NULL, false, false, false},
    {"2008-06-05 and more", NULL, false, false, false},
    {"05-XYZ-2008", NULL, false, false, false},
    {"", NULL, false, false, false},
};

START_TEST(shapes_are_read_before_they_are_believed)
{
    const struct example *example = &EXAMPLES[_i];
    struct sniff_date match;
    char format[SNIFF_FORMAT_SIZE];
    bool found = sniff_dates_match(dates, text_of(example->text), &match);
    ck_assert_msg(found == (example->format != NULL), "%s", example->text);
    if (!found) {
        return;
    }
    sniff_date_format(match.date, match.time, false, format);
    ck_assert_str_eq(format, example->format);
    ck_assert_int_eq(match.day_first, example->day_first);
    ck_assert_int_eq(match.month_first, example->month_first);
    ck_assert_int_eq(match.zoned, example->zoned);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sniff_dates");
    TCase *tests = tcase_create("matching");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests,
                        shapes_are_read_before_they_are_believed,
                        0,
                        (int)(sizeof EXAMPLES / sizeof *EXAMPLES));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
