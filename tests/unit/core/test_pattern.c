/* test_pattern.c — declared formats are strict, and say what is wrong with a pattern.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/datetime.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct datetime_pattern pattern(const char *text)
{
    struct datetime_pattern result;
    struct error error = ERROR_NONE;

    ck_assert_msg(datetime_pattern_parse(text_of(text), &result, &error), "%s", error.message);
    return result;
}

static enum datetime_status apply(const char *text,
                                  const char *value,
                                  struct datetime_fields *fields)
{
    struct datetime_pattern parsed = pattern(text);

    return datetime_pattern_apply(&parsed, text_of(value), fields);
}

START_TEST(short_years_must_be_asked_for)
{
    struct datetime_pattern parsed;
    struct datetime_fields fields;
    struct error error = ERROR_NONE;

    ck_assert(!datetime_pattern_parse(text_of("DD/MM/YY"), &parsed, &error));
    ck_assert_str_eq(error.message, "date pattern \"DD/MM/YY\" has the unknown field YY");
    error = ERROR_NONE;
    ck_assert(datetime_pattern_parse_short(text_of("DD/MM/YY"), &parsed, &error));
    ck_assert(parsed.has_short_year && parsed.has_date);
    ck_assert_int_eq(datetime_pattern_apply(&parsed, text_of("01/02/00"), &fields), DATETIME_OK);
    ck_assert_int_eq(fields.year, 0);
    ck_assert_int_eq(datetime_pattern_apply(&parsed, text_of("01/02/2000"), &fields),
                     DATETIME_SYNTAX);
    ck_assert(!datetime_pattern_parse_short(text_of("DD/MM/YYY"), &parsed, &error));
}
END_TEST

START_TEST(fields_are_read)
{
    static const struct {
        const char *pattern, *value;
        int year, month, day, hour, minute, second, microsecond;
    } cases[] = {
        {"DD/MM/YYYY HH24:MI", "29/02/2024 23:59", 2024, 2, 29, 23, 59, 0, 0},
        {"YYYYMMDDHH24MISS", "20240229235958", 2024, 2, 29, 23, 59, 58, 0},
        {"YYYY-MM-DD", " \t2024-02-29 ", 2024, 2, 29, 0, 0, 0, 0},
        {"DD-Mon-YYYY", "29-FEB-2024", 2024, 2, 29, 0, 0, 0, 0},
        {"dd mon yyyy", "01 dec 1999", 1999, 12, 1, 0, 0, 0, 0},
        {"YYYY-MM-DDTHH24:MI:SS.MS", "2024-02-29T01:02:03.045", 2024, 2, 29, 1, 2, 3, 45000},
        {"YYYY-MM-DD HH24:MI:SS,US", "2024-02-29 01:02:03,000045", 2024, 2, 29, 1, 2, 3, 45},
        {"YYYY-MM-DD HH24:MI:SS.FF1", "2024-02-29 01:02:03.9", 2024, 2, 29, 1, 2, 3, 900000},
        {"MM/DD/YYYY HH12:MI AM", "02/29/2024 12:30 am", 2024, 2, 29, 0, 30, 0, 0},
        {"MM/DD/YYYY HH12:MI AM", "02/29/2024 12:30 PM", 2024, 2, 29, 12, 30, 0, 0},
        {"MM/DD/YYYY HH12:MI:SS PM", "02/29/2024 01:30:05 pm", 2024, 2, 29, 13, 30, 5, 0},
        {"YYYY-MM-DD HH24:MI:SS", "2024-02-29 24:00:00", 2024, 2, 29, 24, 0, 0, 0},
        {"HH24.MI", "07.05", 2000, 1, 1, 7, 5, 0, 0},
        {"YYYY.MM.DD UTC", "2024.02.29 UTC", 2024, 2, 29, 0, 0, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct datetime_fields fields;

        ck_assert_msg(apply(cases[i].pattern, cases[i].value, &fields) == DATETIME_OK,
                      "%s: \"%s\"",
                      cases[i].pattern,
                      cases[i].value);
        ck_assert_int_eq(fields.year, cases[i].year);
        ck_assert_int_eq(fields.month, cases[i].month);
        ck_assert_int_eq(fields.day, cases[i].day);
        ck_assert_int_eq(fields.hour, cases[i].hour);
        ck_assert_int_eq(fields.minute, cases[i].minute);
        ck_assert_int_eq(fields.second, cases[i].second);
        ck_assert_int_eq(fields.microsecond, cases[i].microsecond);
        ck_assert(!fields.has_zone);
    }
}
END_TEST

START_TEST(zones_are_read)
{
    struct datetime_fields fields;

    ck_assert_int_eq(apply("YYYY-MM-DD HH24:MITZH:TZM", "2024-02-29 01:02-05:30", &fields),
                     DATETIME_OK);
    ck_assert(fields.has_zone);
    ck_assert_int_eq(fields.zone_seconds, -19800);
    ck_assert_int_eq(apply("YYYY-MM-DD HH24:MI TZHTZM", "2024-02-29 01:02 +0545", &fields),
                     DATETIME_OK);
    ck_assert_int_eq(fields.zone_seconds, 20700);
    ck_assert_int_eq(apply("YYYY-MM-DD HH24:MI TZH", "2024-02-29 01:02 +16", &fields),
                     DATETIME_RANGE);
    ck_assert_int_eq(apply("YYYY-MM-DD HH24:MI TZHTZM", "2024-02-29 01:02 +0060", &fields),
                     DATETIME_RANGE);
    ck_assert_int_eq(apply("YYYY-MM-DD HH24:MI TZH", "2024-02-29 01:02 01", &fields),
                     DATETIME_SYNTAX);
}
END_TEST

START_TEST(values_must_match_to_the_letter)
{
    static const struct {
        const char *pattern, *value;
        enum datetime_status status;
    } cases[] = {
        {"DD/MM/YYYY", "", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "1/2/2024", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "01-02-2024", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "01/02/24", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "01/02/20245", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "01/02/2024 10:00", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "01/ 2/2024", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "+1/02/2024", DATETIME_SYNTAX},
        {"DD-Mon-YYYY", "01-Mai-2024", DATETIME_SYNTAX},
        {"HH12 AM", "11 xm", DATETIME_SYNTAX},
        {"YYYY-MM-DD HH24:MI:SS.FF3", "2024-01-01 01:02:03.12", DATETIME_SYNTAX},
        {"DD/MM/YYYY", "30/02/2024", DATETIME_RANGE},
        {"DD/MM/YYYY", "02/13/2024", DATETIME_RANGE},
        {"DD/MM/YYYY", "00/01/2024", DATETIME_RANGE},
        {"DD/MM/YYYY", "01/01/0000", DATETIME_RANGE},
        {"HH24:MI", "25:00", DATETIME_RANGE},
        {"HH24:MI", "24:01", DATETIME_RANGE},
        {"HH12 AM", "00 AM", DATETIME_RANGE},
        {"HH12 AM", "13 AM", DATETIME_RANGE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct datetime_fields fields;

        ck_assert_msg(apply(cases[i].pattern, cases[i].value, &fields) == cases[i].status,
                      "%s: \"%s\"",
                      cases[i].pattern,
                      cases[i].value);
    }
}
END_TEST

START_TEST(pattern_says_what_it_has)
{
    ck_assert(pattern("YYYY-MM-DD").has_date);
    ck_assert(!pattern("YYYY-MM-DD").has_time);
    ck_assert(pattern("HH24:MI").has_time);
    ck_assert(!pattern("HH24:MI").has_date);
    ck_assert(pattern("YYYY-MM-DD HH24:MI TZH").has_zone);
    ck_assert(!pattern("YYYY-MM-DD HH24:MI").has_zone);
}
END_TEST

START_TEST(wrong_patterns_are_the_plans_fault)
{
    static const char *const cases[][2] = {
        {"", "neither"},
        {"hello", "neither"},
        {"YYYY-MM", "year, month and day"},
        {"DD", "year, month and day"},
        {"DD/MM/YY", "YY"},
        {"DD Month YYYY", "MONTH"},
        {"YYYY-MM-DD HH:MI", "HH"},
        {"YYYY-DDD", "DDD"},
        {"YYYY-MM-DD HH24:MI:SS.FF", "FF"},
        {"YYYY-MM-DD HH24:MI TZR", "TZR"},
        {"YYYY-MM-MM-DD", "twice"},
        {"YYYY-MM-Mon-DD", "twice"},
        {"HH24 HH12 AM", "twice"},
        {"HH12:MI", "AM or PM"},
        {"HH24:MI AM", "AM or PM"},
        {"YYYY-MM-DD MI", "larger"},
        {"HH24:SS", "larger"},
        {"HH24:MI.MS", "larger"},
        {"HH24:MI TZM", "TZH"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct datetime_pattern result;
        struct error error = ERROR_NONE;

        ck_assert_msg(
            !datetime_pattern_parse(text_of(cases[i][0]), &result, &error), "%s", cases[i][0]);
        ck_assert_int_eq(error.code, ERROR_PLAN);
        ck_assert_ptr_nonnull(strstr(error.message, cases[i][0]));
        ck_assert_msg(strstr(error.message, cases[i][1]) != NULL, "%s", error.message);
        ck_assert_ptr_nonnull(strstr(error.hint, "YYYY"));
    }
}
END_TEST

START_TEST(long_patterns_are_refused)
{
    char text[80];
    struct datetime_pattern result;
    struct error error = ERROR_NONE;

    memset(text, '-', sizeof text);
    memcpy(text, "YYYYMMDD", 8);
    ck_assert(datetime_pattern_parse(text_from(text, 8 + 61), &result, &error));
    ck_assert_int_eq(result.count, 64);
    ck_assert(!datetime_pattern_parse(text_from(text, 8 + 62), &result, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "too long"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pattern");
    TCase *tcase = tcase_create("pattern");
    tcase_add_test(tcase, fields_are_read);
    tcase_add_test(tcase, short_years_must_be_asked_for);
    tcase_add_test(tcase, zones_are_read);
    tcase_add_test(tcase, values_must_match_to_the_letter);
    tcase_add_test(tcase, pattern_says_what_it_has);
    tcase_add_test(tcase, wrong_patterns_are_the_plans_fault);
    tcase_add_test(tcase, long_patterns_are_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
