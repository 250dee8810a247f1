/* test_scalar.c — texts into values: each type to its ends, and one step beyond.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "scalar.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

START_TEST(integers_reach_their_ends_and_no_further)
{
    static const struct {
        const char *text;
        int64_t min, max, value;
        enum scalar_status status;
    } cases[] = {
        {"0", INT64_MIN, INT64_MAX, 0, SCALAR_OK},
        {"-0", INT64_MIN, INT64_MAX, 0, SCALAR_OK},
        {"+7", INT64_MIN, INT64_MAX, 7, SCALAR_OK},
        {" 42\t", INT64_MIN, INT64_MAX, 42, SCALAR_OK},
        {"000000000000000000000000012", INT64_MIN, INT64_MAX, 12, SCALAR_OK},
        {"999999999999999999", INT64_MIN, INT64_MAX, 999999999999999999, SCALAR_OK},
        {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, SCALAR_OK},
        {"9223372036854775808", INT64_MIN, INT64_MAX, 0, SCALAR_RANGE},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, SCALAR_OK},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, 0, SCALAR_RANGE},
        {"99999999999999999999999999", INT64_MIN, INT64_MAX, 0, SCALAR_RANGE},
        {"9999999999999999999999999x", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"32767", INT16_MIN, INT16_MAX, 32767, SCALAR_OK},
        {"32768", INT16_MIN, INT16_MAX, 0, SCALAR_RANGE},
        {"-32769", INT16_MIN, INT16_MAX, 0, SCALAR_RANGE},
        {"", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"-", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"+", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"1 2", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"1.0", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
        {"/1", INT64_MIN, INT64_MAX, 0, SCALAR_TYPE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t value = 0;
        enum scalar_status status =
            scalar_integer(text_of(cases[i].text), cases[i].min, cases[i].max, &value);
        ck_assert_msg(status == cases[i].status, "\"%s\" gives %d", cases[i].text, (int)status);
        if (status == SCALAR_OK) {
            ck_assert_int_eq(value, cases[i].value);
        }
    }
}
END_TEST

START_TEST(floats_are_the_nearest)
{
    double value = 0;
    ck_assert_int_eq(scalar_float(text_of("0.1"), false, &value), SCALAR_OK);
    ck_assert(memcmp(&value, &(double){0.1}, sizeof value) == 0);
    ck_assert_int_eq(scalar_float(text_of("0.1"), true, &value), SCALAR_OK);
    ck_assert(memcmp(&value, &(double){(double)0.1F}, sizeof value) == 0);
    ck_assert_int_eq(scalar_float(text_of("-inf"), false, &value), SCALAR_OK);
    ck_assert(isinf(value) && value < 0);
    ck_assert_int_eq(scalar_float(text_of("NaN"), false, &value), SCALAR_OK);
    ck_assert(isnan(value));
    ck_assert_int_eq(scalar_float(text_of("4.9e-324"), false, &value), SCALAR_OK);
    ck_assert_int_eq(scalar_float(text_of("1e-400"), false, &value), SCALAR_RANGE);
    ck_assert_int_eq(scalar_float(text_of("1e39"), true, &value), SCALAR_RANGE);
    ck_assert_int_eq(scalar_float(text_of("1e39"), false, &value), SCALAR_OK);
    ck_assert_int_eq(scalar_float(text_of("1,5"), false, &value), SCALAR_TYPE);
    ck_assert_int_eq(scalar_float(text_of("nan(1)"), false, &value), SCALAR_TYPE);
    ck_assert_int_eq(scalar_float(text_of("1e"), false, &value), SCALAR_TYPE);
    ck_assert_int_eq(scalar_float(text_of(""), false, &value), SCALAR_TYPE);
}
END_TEST

START_TEST(booleans_are_postgresqls)
{
    static const char *const yes[] = {"t", "TRUE", "tr", "y", "yes", "on", "1", " true "};
    static const char *const no[] = {"f", "FALSE", "n", "No", "of", "off", "0"};
    static const char *const neither[] = {"", "o", "2", "truee", "ja", "10"};
    uint8_t value = 0;
    for (size_t i = 0; i < COUNT(yes); i++) {
        ck_assert_int_eq(scalar_bool(text_of(yes[i]), &value), SCALAR_OK);
        ck_assert_uint_eq(value, 1);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        ck_assert_int_eq(scalar_bool(text_of(no[i]), &value), SCALAR_OK);
        ck_assert_uint_eq(value, 0);
    }
    for (size_t i = 0; i < COUNT(neither); i++) {
        ck_assert_msg(scalar_bool(text_of(neither[i]), &value) == SCALAR_TYPE, "%s", neither[i]);
    }
}
END_TEST

START_TEST(uuids_and_bytes_are_whole_or_nothing)
{
    static const char *const good[] = {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                                       "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
                                       "{a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11}"};
    static const char *const bad[] = {"",
                                      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
                                      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
                                      "-a0eebc999c0b4ef8bb6d6bb9bd380a11",
                                      "a0e-ebc999c0b4ef8bb6d6bb9bd380a11",
                                      "a0eebc99--9c0b4ef8bb6d6bb9bd380a11",
                                      "a0eebc999c0b4ef8bb6d6bb9bd380a11-",
                                      "g0eebc999c0b4ef8bb6d6bb9bd380a11"};
    struct uuid first = {{0}};
    struct uuid value = {{0}};
    ck_assert_int_eq(scalar_uuid(text_of(good[0]), &first), SCALAR_OK);
    ck_assert_uint_eq(first.bytes[0], 0xa0);
    ck_assert_uint_eq(first.bytes[15], 0x11);
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert_int_eq(scalar_uuid(text_of(good[i]), &value), SCALAR_OK);
        ck_assert_mem_eq(&value, &first, sizeof value);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(scalar_uuid(text_of(bad[i]), &value) == SCALAR_TYPE, "%s", bad[i]);
    }
    char bytes[8];
    size_t size = 9;
    ck_assert_int_eq(scalar_bytes(text_of("\\x"), bytes, &size), SCALAR_OK);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(scalar_bytes(text_of("\\x00fF"), bytes, &size), SCALAR_OK);
    ck_assert_mem_eq(bytes, "\x00\xff", 2);
    ck_assert_int_eq(scalar_bytes(text_of("\\x0"), bytes, &size), SCALAR_TYPE);
    ck_assert_int_eq(scalar_bytes(text_of("00ff"), bytes, &size), SCALAR_TYPE);
}
END_TEST

/* The short way gives what the general functions give, or nothing. */
START_TEST(iso_dates_agree_with_the_general_reading)
{
    static const char *const good[] = {
        "0001-01-01", "1582-10-15", "2000-02-29", "2024-12-31", "9999-12-31"};
    static const char *const refused[] = {"2023-02-29",
                                          "1900-02-29",
                                          "0000-00-00",
                                          "2024-13-01",
                                          "2024-04-31",
                                          "2024-1-01x",
                                          "20240-1-01",
                                          "infinity  "};
    int64_t quick = 0;
    int64_t general = 0;
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert(scalar_iso_date(text_of(good[i]), &quick));
        ck_assert_int_eq(date_parse(text_of(good[i]), &general), DATETIME_OK);
        ck_assert_int_eq(quick, general);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        ck_assert_msg(!scalar_iso_date(text_of(refused[i]), &quick), "%s", refused[i]);
    }
}
END_TEST

START_TEST(iso_timestamps_agree_with_the_general_reading)
{
    static const char *const good[] = {"2024-02-29",
                                       "2024-02-29 23:59:59",
                                       "2024-02-29T00:00:00",
                                       "1999-12-31 12:34:56.7",
                                       "1969-12-31 12:34:56.789012"};
    static const char *const refused[] = {"2024-02-29 24:00:00",
                                          "2024-02-29 23:60:00",
                                          "2024-02-29 23:59:60",
                                          "2024-02-29 23:59:59.",
                                          "2024-02-29 23:59:59.1234567",
                                          "2024-02-29 23:59:59+00",
                                          "2024-02-29x23:59:59",
                                          "2024-02-29 1:00:00 "};
    int64_t quick = 0;
    int64_t general = 0;
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert_msg(scalar_iso_timestamp(text_of(good[i]), &quick), "%s", good[i]);
        ck_assert_int_eq(timestamp_parse(text_of(good[i]), 6, &general), DATETIME_OK);
        ck_assert_int_eq(quick, general);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        ck_assert_msg(!scalar_iso_timestamp(text_of(refused[i]), &quick), "%s", refused[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scalar");
    TCase *tests = tcase_create("scalar");
    tcase_add_test(tests, integers_reach_their_ends_and_no_further);
    tcase_add_test(tests, floats_are_the_nearest);
    tcase_add_test(tests, booleans_are_postgresqls);
    tcase_add_test(tests, uuids_and_bytes_are_whole_or_nothing);
    tcase_add_test(tests, iso_dates_agree_with_the_general_reading);
    tcase_add_test(tests, iso_timestamps_agree_with_the_general_reading);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
