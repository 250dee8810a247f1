/* test_file_mixed.c — files of UTF-8 in which bytes of windows-1252 stand: what is read, counted
 * and refused, in delimited files, in their headers and in fixed columns.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void assert_counter(const struct reading *reading,
                           const char *name,
                           uint64_t count,
                           const char *first)
{
    const struct counter *item = counters_find(&reading->counters, "repair", name);
    ck_assert_msg(item != NULL, "nothing was counted as %s", name);
    ck_assert_uint_eq(item->count, count);
    ck_assert_str_eq(item->first, first);
}

static const struct relation_column mixed[] = {
    {.name = "M", .decode = POLICY_WINDOWS_1252, .nul = POLICY_STRIP},
    {.name = "N", .type = "bigint", .decode = POLICY_WINDOWS_1252}};

/* The rejected record counts nothing, but in its other columns. */
START_TEST(bytes_in_utf8_read_as_windows_1252_are_counted_with_the_first_case)
{
    static const char file[] = "M,N,K\n"
                               "Zo\xC3\xAB,1,k\n"
                               "Zo\xC3\xAB O\x92Reilly \x93x\x94,2,k\n"
                               "\"a\"\"\x92\",3,k\n"
                               "\x92\x81,4,k\n"
                               "\x92\0\x92,5,k\n"
                               "m,\x92,k\n"
                               "m,7,k\x92\n";
    struct reading reading;
    spec.columns = mixed;
    spec.column_count = 2;
    temp_file_write("a.csv", file, sizeof file - 1);
    for (uint64_t bytes = 1; bytes < 100; bytes += 40) {
        read_all(&reading, bytes);
        ck_assert_int_eq(reading.count, 7);
        ck_assert_str_eq(reading_value(&reading, 0, "M"), "Zoë");
        ck_assert_str_eq(reading_value(&reading, 1, "M"), "Zoë O’Reilly “x”");
        ck_assert_str_eq(reading_value(&reading, 2, "M"), "a\"’");
        ck_assert_str_eq(reading.rows[3].refused, "ENCODING");
        ck_assert_str_eq(reading.rows[3].message,
                         "byte 0x81 at 0x31 of the file is no character of its encoding, nor of "
                         "windows-1252");
        ck_assert_str_eq(reading_value(&reading, 4, "M"), "’’");
        ck_assert_str_eq(reading.rows[5].refused, "TYPE");
        ck_assert_str_eq(reading.rows[6].refused, "ENCODING"); /* K has no policy */
        ck_assert_int_eq(reading.counters.count, 3);
        assert_counter(
            &reading, "M undecodable read as windows-1252", 6, "a.csv line 3 byte 0x15 (0x92)");
        assert_counter(&reading, "M U+0000 stripped", 1, "a.csv line 6 byte 0x38 (0x00)");
        assert_counter(
            &reading, "N undecodable read as windows-1252", 1, "a.csv line 7 byte 0x41 (0x92)");
        reading_close(&reading);
    }
}
END_TEST

/* Each byte becomes three, in a value that is measured before it is decoded. */
START_TEST(large_values_of_windows_1252_in_utf8_are_whole)
{
    const size_t size = 100000;
    struct reading reading;
    char *file = malloc(size + 2);
    ck_assert_ptr_nonnull(file);
    memcpy(file, "M\n", 2);
    memset(file + 2, 0x80, size);
    temp_file_write("a.csv", file, size + 2);
    spec.columns = mixed;
    spec.column_count = 1;
    free(file);
    read_all(&reading, 0);
    const char *value = reading_value(&reading, 0, "M");
    ck_assert_uint_eq(strlen(value), 3 * size);
    for (size_t i = 0; i < size; i++) {
        ck_assert(memcmp(value + 3 * i, "€", 3) == 0);
    }
    assert_counter(
        &reading, "M undecodable read as windows-1252", size, "a.csv line 2 byte 0x2 (0x80)");
    reading_close(&reading);
}
END_TEST

START_TEST(names_of_columns_are_read_by_the_policy_of_their_file)
{
    struct reading reading;
    spec.decode = POLICY_REPLACE; /* a name is never changed */
    temp_file_text("a.csv", "ID,Patient\x92s name\n1,x\n");
    assert_problem("name of column 2 is not valid");
    spec.decode = POLICY_WINDOWS_1252;
    read_all(&reading, 0);
    ck_assert_str_eq(reading_value(&reading, 0, "Patient’s name"), "x");
    reading_close(&reading);
    temp_file_text("a.csv", "ID,Patient\x81s name\n1,x\n");
    assert_problem("name of column 2 is not valid");
}
END_TEST

/* A byte that is no UTF-8 is a character of its own: what stands behind it stays in its column. */
START_TEST(fixed_columns_are_counted_in_characters_of_both)
{
    static const struct relation_column places[] = {
        {.name = "ID", .type = "bigint", .width = 4, .decode = POLICY_WINDOWS_1252},
        {.name = "NAME", .width = 6, .decode = POLICY_WINDOWS_1252},
        {.name = "YEAR", .type = "integer", .width = 4, .decode = POLICY_WINDOWS_1252},
        {.name = "NOTE", .width = 5, .decode = POLICY_WINDOWS_1252}};
    struct reading reading;
    spec.format = FILE_FORMAT_FIXED;
    spec.header = false;
    spec.columns = places;
    spec.column_count = 4;
    temp_file_text("a.csv",
                   "   1O\x92Re  1970note \n"
                   "   2Zo\xC3\xAB\xE9\x80 1971\xE2\x80\x99\x93\x94\xC3 \n"
                   "   3\x81mith 1972note \n"
                   "   4\xC3\xC3\xC3\xC3\xC3\xC3\xC3 1973note \n");
    read_all(&reading, 0);
    ck_assert_int_eq(reading.count, 4);
    ck_assert_str_eq(reading.rows[0].refused, "ENCODING"); /* characters cannot be counted */
    reading_close(&reading);
    spec.decode = POLICY_WINDOWS_1252;
    read_all(&reading, 0);
    ck_assert_int_eq(reading.count, 4);
    ck_assert_str_eq(reading_value(&reading, 0, "NAME"), "O’Re");
    ck_assert_str_eq(reading_value(&reading, 0, "YEAR"), "1970");
    ck_assert_str_eq(reading_value(&reading, 0, "NOTE"), "note");
    ck_assert_str_eq(reading_value(&reading, 1, "NAME"), "Zoëé€");
    ck_assert_str_eq(reading_value(&reading, 1, "YEAR"), "1971");
    ck_assert_str_eq(reading_value(&reading, 1, "NOTE"), "’“”Ã");
    ck_assert_str_eq(reading.rows[2].message,
                     "byte 0x81 at 0x2f of the file is no character of its encoding, nor of "
                     "windows-1252");
    ck_assert_str_eq(reading.rows[3].refused, "COLUMNS");
    assert_counter(
        &reading, "NAME undecodable read as windows-1252", 3, "a.csv line 1 byte 0x5 (0x92)");
    assert_counter(
        &reading, "NOTE undecodable read as windows-1252", 3, "a.csv line 2 byte 0x26 (0x93)");
    reading_close(&reading);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_mixed");
    TCase *tests = tcase_create("file_mixed");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, bytes_in_utf8_read_as_windows_1252_are_counted_with_the_first_case);
    tcase_add_test(tests, large_values_of_windows_1252_in_utf8_are_whole);
    tcase_add_test(tests, names_of_columns_are_read_by_the_policy_of_their_file);
    tcase_add_test(tests, fixed_columns_are_counted_in_characters_of_both);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
