/* test_file_feed.c — files as departing suppliers hand them over: Millennium feeds, fixed columns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "temp_folder.h"

#include <check.h>
#include <string.h>

static char folder[TEMP_FOLDER_SIZE];
static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;

static void setup(void)
{
    temp_folder_enter(folder);
    settings = (struct plan_source){
        .name = "millennium", .csv = folder, .encoding = "UTF-8", .timezone = "Europe/London"};
    spec = reading_spec();
    spec.file = "PPATI*";
    spec.format = FILE_FORMAT_MILLENNIUM;
    spec.delimiter = '|';
    spec.quote = '\0';
    reading_open(&reading, &settings);
}

static void teardown(void)
{
    reading_close(&reading);
    temp_folder_leave(folder);
}

static void read_all(void)
{
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, 0);
    reading_run(&reading);
}

static void declare(const struct relation_column *columns, int count)
{
    spec.columns = columns;
    spec.column_count = count;
}

static void assert_value(int row, const char *column, const char *expected)
{
    const char *value = reading_value(&reading, row, column);
    if (expected == NULL) {
        ck_assert_ptr_null(value);
    } else {
        ck_assert_ptr_nonnull(value);
        ck_assert_str_eq(value, expected);
    }
}

static void assert_refused(int row, const char *class, uint64_t line, uint64_t offset)
{
    ck_assert_ptr_nonnull(reading.rows[row].refused);
    ck_assert_str_eq(reading.rows[row].refused, class);
    ck_assert_uint_eq(reading.rows[row].line, line);
    ck_assert_uint_eq(reading.rows[row].offset, offset);
}

static void assert_problem(const char *part)
{
    struct reading one;
    reading_open(&one, &settings);
    ck_assert(!reading_describe(&one, &spec));
    ck_assert_msg(strstr(reading_problem(&one), part) != NULL,
                  "\"%s\" does not say \"%s\"",
                  reading_problem(&one),
                  part);
    reading_close(&one);
}

START_TEST(the_header_stands_behind_a_hash_and_nothing_is_quoted)
{
    temp_file_text("PPATI_1.txt",
                   "#PERSON_ID|NAME_TXT|NOTE_TXT\r\n"
                   "1|O\"BRIEN|\"\r\n"
                   "2||\\|\r\n");
    read_all();
    ck_assert_int_eq(reading.count, 2);
    assert_value(0, "PERSON_ID", "1");
    assert_value(0, "NAME_TXT", "O\"BRIEN");
    assert_value(0, "NOTE_TXT", "\"");
    assert_value(1, "NAME_TXT", NULL);
    assert_refused(1, "COLUMNS", 3, 43);
}
END_TEST

START_TEST(what_a_pipe_or_line_end_in_a_field_breaks_is_refused_and_never_mended)
{
    temp_file_text("PPATI_1.txt",
                   "#ID|NOTE|CODE\n"
                   "1|first\nsecond|7\n"
                   "2|a|b|8\n"
                   "3|x|9\n"
                   "stray line\n");
    read_all();
    ck_assert_int_eq(reading.count, 5);
    assert_refused(0, "COLUMNS", 2, 14);
    assert_refused(1, "COLUMNS", 3, 22);
    assert_refused(2, "COLUMNS", 4, 31);
    ck_assert_ptr_null(reading.rows[3].refused);
    assert_value(3, "CODE", "9");
    assert_refused(4, "COLUMNS", 6, 45);
    ck_assert_str_eq(reading.rows[2].message, "record has 4 fields instead of 3");
}
END_TEST

START_TEST(dates_without_a_format_are_those_of_the_feed)
{
    static const struct relation_column columns[] = {
        {.name = "D", .type = "date"},
        {.name = "T", .type = "timestamp"},
        {.name = "Z", .type = "timestamptz"},
        {.name = "F", .type = "date", .formats = {"MM/DD/YYYY", "YYYYMMDD"}, .format_count = 2}};
    declare(columns, 4);
    temp_file_text("PPATI_1.txt",
                   "#D|T|Z|F\n"
                   "05-JUN-2008|05/06/2008 09:30:00|05-06-2008 09:30:00|06/05/2008\n"
                   "2008-06-05 00:00:00.000|2008-06-05 09:30:00.250|05-JUN-2008 09:30:00|20080605\n"
                   "05/06/2008 23:00:00|31/06/2008 00:00:00|nonsense|05-06-2008\n"
                   "|||\n");
    read_all();
    for (int row = 0; row < 2; row++) {
        assert_value(row, "D", "2008-06-05");
        assert_value(row, "Z", "2008-06-05 08:30:00+00");
        assert_value(row, "F", "2008-06-05");
    }
    assert_value(0, "T", "2008-06-05 09:30:00");
    assert_value(1, "T", "2008-06-05 09:30:00.25");
    ck_assert_ptr_nonnull(reading.rows[2].refused);
    assert_value(2, "D", NULL); /* the hour would be lost, and perhaps the day with it */
    assert_value(2, "T", NULL);
    assert_value(2, "Z", NULL);
    assert_value(2, "F", NULL);
    ck_assert_ptr_null(reading.rows[3].refused);
    assert_value(3, "T", NULL);
}
END_TEST

START_TEST(bulk_files_have_no_header)
{
    static const struct relation_column columns[] = {{.name = "ID", .type = "bigint"},
                                                     {.name = "AT", .type = "timestamp"}};
    temp_file_text("PPATI_1.txt", "1|09/06/2008 02:00:00\n2|09-JUN-2008\n");
    assert_problem("does not begin with a header line");
    spec.header = false;
    declare(columns, 2);
    read_all();
    ck_assert_int_eq(reading.count, 2);
    assert_value(1, "AT", "2008-06-09 00:00:00");
    temp_file_text("PPATI_2.txt", "#ID|AT\n3|\n");
    assert_problem("begins with a header line");
}
END_TEST

static const struct relation_column places[] = {
    {.name = "ID", .type = "bigint", .width = 4},
    {.name = "NAME", .type = "text", .width = 6},
    {.name = "BORN",
     .type = "date",
     .formats = {"YYYYMMDD"},
     .format_count = 1,
     .start = 12,
     .width = 8},
    {.name = "YEAR", .type = "integer", .start = 12, .width = 4},
    {.name = "NOTE", .start = 20, .width = 5}};

static void fix(void)
{
    spec.format = FILE_FORMAT_FIXED;
    spec.header = false;
    declare(places, 5);
}

START_TEST(fixed_columns_are_counted_in_characters)
{
    fix();
    temp_file_text("PPATI_1.txt",
                   "   1Smith x19700114note \r\n"
                   "   2Zoë Łu 19700114ééééé\r\n"
                   "   3              \r\n"
                   "   4      x19700114\r\n"
                   "   5      x19700114no\r\n");
    read_all();
    ck_assert_int_eq(reading.count, 5);
    assert_value(0, "ID", "1");
    assert_value(0, "NAME", "Smith");
    assert_value(0, "BORN", "1970-01-14");
    assert_value(0, "YEAR", "1970");
    assert_value(0, "NOTE", "note");
    assert_value(1, "NAME", "Zoë Łu");
    assert_value(1, "NOTE", "ééééé");
    assert_refused(2, "COLUMNS", 3, 59);
    ck_assert_str_eq(reading.rows[2].message, "record has 18 characters instead of 24");
    assert_value(3, "NAME", NULL);
    assert_value(3, "NOTE", NULL); /* its blanks at the end of the line are gone */
    ck_assert_ptr_null(reading.rows[3].refused);
    assert_value(4, "NOTE", "no");
}
END_TEST

START_TEST(fixed_records_that_are_too_long_or_no_text_are_refused)
{
    fix();
    temp_file_text("PPATI_1.txt",
                   "   1Smith x19700114note  \n"
                   "   2Sm\xFFth x19700114note \n"
                   "   3Smith x19700114note \n");
    read_all();
    assert_refused(0, "COLUMNS", 1, 0);
    assert_refused(1, "ENCODING", 2, 26);
    ck_assert_ptr_null(reading.rows[2].refused);
    spec.encoding = "windows-1252";
    reading_close(&reading);
    reading_open(&reading, &settings);
    read_all();
    assert_value(1, "NAME", "Smÿth");
}
END_TEST

START_TEST(fixed_columns_may_have_a_header_line_and_blanks_that_mean_something)
{
    fix();
    spec.header = true;
    spec.null = "-";
    temp_file_text("PPATI_1.txt", "id, name and so on\n   1-     x19700114     \n");
    read_all();
    ck_assert_int_eq(reading.count, 1);
    assert_value(0, "NAME", NULL);
    assert_value(0, "NOTE", "");
}
END_TEST

START_TEST(places_belong_to_fixed_columns_and_to_all_of_them)
{
    static const struct relation_column narrow[] = {{.name = "ID", .width = 4}, {.name = "NAME"}};
    temp_file_text("PPATI_1.txt", "#ID|NAME\n1|x\n");
    declare(narrow, 2);
    assert_problem("is not of format \"fixed\"");
    spec.format = FILE_FORMAT_FIXED;
    assert_problem("\"NAME\" must have a \"width\"");
    spec.column_count = 0;
    assert_problem("must have \"columns\"");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_feed");
    TCase *tests = tcase_create("file_feed");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_header_stands_behind_a_hash_and_nothing_is_quoted);
    tcase_add_test(tests, what_a_pipe_or_line_end_in_a_field_breaks_is_refused_and_never_mended);
    tcase_add_test(tests, dates_without_a_format_are_those_of_the_feed);
    tcase_add_test(tests, bulk_files_have_no_header);
    tcase_add_test(tests, fixed_columns_are_counted_in_characters);
    tcase_add_test(tests, fixed_records_that_are_too_long_or_no_text_are_refused);
    tcase_add_test(tests, fixed_columns_may_have_a_header_line_and_blanks_that_mean_something);
    tcase_add_test(tests, places_belong_to_fixed_columns_and_to_all_of_them);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
