/* test_file_source.c — files of a folder as a source: what is described, cut and read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "seed.h"
#include "temp_folder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[TEMP_FOLDER_SIZE];
static struct plan_source settings;
static struct relation_spec spec;
static struct reading reading;

static void setup(void)
{
    temp_folder_enter(folder);
    settings = (struct plan_source){
        .name = "winpath", .csv = folder, .encoding = "UTF-8", .timezone = "Europe/London"};
    spec = reading_spec();
    spec.file = "a.csv";
    reading_open(&reading, &settings);
}

static void teardown(void)
{
    reading_close(&reading);
    temp_folder_leave(folder);
}

/* Describes, plans and reads. */
static void read_all(uint64_t chunk_bytes)
{
    ck_assert_msg(reading_describe(&reading, &spec), "%s", reading_problem(&reading));
    reading_plan(&reading, 0, chunk_bytes);
    reading_run(&reading);
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

static void assert_problem(const char *part)
{
    ck_assert(!reading_describe(&reading, &spec));
    ck_assert_msg(strstr(reading_problem(&reading), part) != NULL,
                  "\"%s\" does not say \"%s\"",
                  reading_problem(&reading),
                  part);
}

START_TEST(undeclared_columns_are_text_as_they_stand)
{
    temp_file_text("a.csv", "ID,NAME\n1, Smith \n2,\n3,\"\"\n4,\"O\"\"Brien, \nP\"\n");
    read_all(0);
    ck_assert_int_eq(reading.count, 4);
    ck_assert_str_eq(reading_type(&reading, "name"), "text");
    assert_value(0, "NAME", " Smith ");
    assert_value(1, "NAME", NULL);
    assert_value(2, "NAME", "");
    assert_value(3, "NAME", "O\"Brien, \nP");
    ck_assert_uint_eq(reading.rows[3].line, 5);
    ck_assert_uint_eq(reading.rows[0].offset, 8);
    ck_assert_str_eq(reading.rows[0].file, "a.csv");
}
END_TEST

START_TEST(declared_types_are_exact_at_their_ends)
{
    static const struct relation_column columns[] = {{.name = "I2", .type = "smallint"},
                                                     {.name = "i8", .type = "bigint"},
                                                     {.name = "N", .type = "numeric"},
                                                     {.name = "P", .type = "numeric(5,2)"},
                                                     {.name = "B", .type = "boolean"},
                                                     {.name = "F", .type = "double precision"},
                                                     {.name = "U", .type = "uuid"},
                                                     {.name = "X", .type = "bytea"},
                                                     {.name = "V", .type = "varchar(3)"},
                                                     {.name = "C", .type = "char(3)"}};
    spec.columns = columns;
    spec.column_count = 10;
    temp_file_text("a.csv",
                   "I2,I8,N,P,B,F,U,X,V,C\n"
                   "-32768,-9223372036854775808,12345678901234567890.12345678901234567890,-999.99,"
                   "t,0.1,{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11},\\x00ff,äöü,a  \n"
                   "32767,9223372036854775807,NaN,5,no,-Infinity,"
                   "a0eebc999c0b4ef8bb6d6bb9bd380a11,\\x,abc,\n");
    read_all(0);
    ck_assert_int_eq(reading.count, 2);
    assert_value(0, "I2", "-32768");
    assert_value(0, "I8", "-9223372036854775808");
    assert_value(0, "N", "12345678901234567890.12345678901234567890");
    assert_value(0, "P", "-999.99");
    assert_value(1, "P", "5.00");
    assert_value(0, "B", "t");
    assert_value(1, "B", "f");
    assert_value(0, "F", "0.1");
    assert_value(1, "F", "-Infinity");
    assert_value(0, "U", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assert_value(1, "U", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
    assert_value(0, "X", "\\x00ff");
    assert_value(0, "V", "äöü");
    assert_value(0, "C", "a");
    assert_value(1, "C", NULL);
}
END_TEST

START_TEST(values_that_do_not_fit_are_row_errors)
{
    static const struct {
        const char *type, *format, *value, *class;
    } cases[] = {{"smallint", NULL, "32768", "RANGE"},
                 {"smallint", NULL, "-32769", "RANGE"},
                 {"bigint", NULL, "9223372036854775808", "RANGE"},
                 {"bigint", NULL, "1.5", "TYPE"},
                 {"bigint", NULL, "\"\"", "TYPE"},
                 {"bigint", NULL, "-", "TYPE"},
                 {"numeric(5,2)", NULL, "1000", "RANGE"},
                 {"numeric(5,2)", NULL, "1.005", "RANGE"},
                 {"numeric", NULL, "1,5", "COLUMNS"},
                 {"boolean", NULL, "maybe", "TYPE"},
                 {"double precision", NULL, "1e400", "RANGE"},
                 {"double precision", NULL, "0x10", "TYPE"},
                 {"date", NULL, "2024-02-30", "RANGE"},
                 {"date", NULL, "yesterdayish", "TYPE"},
                 {"date", "DD/MM/YYYY", "31/02/2024", "RANGE"},
                 {"date", "DD/MM/YYYY", "2024-02-01", "TYPE"},
                 {"uuid", NULL, "a0eebc99", "TYPE"},
                 {"bytea", NULL, "\\x0", "TYPE"},
                 {"varchar(3)", NULL, "äöüx", "LENGTH"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        struct relation_column column = {.name = "V",
                                         .type = cases[i].type,
                                         .formats = {cases[i].format},
                                         .format_count = cases[i].format != NULL};
        struct reading one;
        (void)snprintf(text, sizeof text, "ID,V\n1,%s\n", cases[i].value);
        temp_file_text("a.csv", text);
        spec.columns = &column;
        spec.column_count = 1;
        reading_open(&one, &settings);
        ck_assert_msg(reading_describe(&one, &spec), "%s", reading_problem(&one));
        reading_plan(&one, 0, 0);
        reading_run(&one);
        ck_assert_int_eq(one.count, 1);
        ck_assert_msg(one.rows[0].refused != NULL, "%s %s", cases[i].type, cases[i].value);
        ck_assert_str_eq(one.rows[0].refused, cases[i].class);
        ck_assert_ptr_null(strstr(one.rows[0].message, cases[i].value));
        ck_assert_ptr_null(reading_value(&one, 0, "V"));
        reading_close(&one);
    }
}
END_TEST

START_TEST(dates_follow_their_declared_format_and_the_sources_zone)
{
    static const struct relation_column columns[] = {
        {.name = "D", .type = "date", .formats = {"DD-MON-YYYY"}, .format_count = 1},
        {.name = "T", .type = "timestamp", .formats = {"DD/MM/YYYY HH24:MI"}, .format_count = 1},
        {.name = "Z", .type = "timestamptz", .formats = {"DD/MM/YYYY HH24:MI"}, .format_count = 1},
        {.name = "P", .type = "timestamptz"}};
    spec.columns = columns;
    spec.column_count = 4;
    temp_file_text("a.csv",
                   "D,T,Z,P\n"
                   "05-Jun-2008,05/06/2008 09:30,05/06/2008 09:30,2008-06-05 09:30:00\n"
                   "29-FEB-2024,01/12/2008 00:00,01/12/2008 00:00,2008-06-05 09:30:00+00\n");
    read_all(0);
    assert_value(0, "D", "2008-06-05");
    assert_value(0, "T", "2008-06-05 09:30:00");
    assert_value(0, "Z", "2008-06-05 08:30:00+00"); /* summer time */
    assert_value(0, "P", "2008-06-05 08:30:00+00");
    assert_value(1, "D", "2024-02-29");
    assert_value(1, "Z", "2008-12-01 00:00:00+00");
    assert_value(1, "P", "2008-06-05 09:30:00+00");
}
END_TEST

START_TEST(ragged_and_broken_records_are_refused_one_by_one)
{
    temp_file_text("a.csv", "A,B\n1,2\n1\n1,2,3\n\n\"a\"b\",2\n3,4\n5,\"open\n6,7\n");
    read_all(0);
    ck_assert_int_eq(reading.count, 6);
    ck_assert_ptr_null(reading.rows[0].refused);
    for (int row = 1; row < 4; row++) {
        ck_assert_str_eq(reading.rows[row].refused, "COLUMNS");
        ck_assert_int_eq(reading.rows[row].refused_column, -1);
    }
    ck_assert_uint_eq(reading.rows[3].line, 6);
    ck_assert_ptr_null(reading.rows[4].refused);
    assert_value(4, "B", "4");
    ck_assert_str_eq(reading.rows[5].refused, "COLUMNS"); /* what follows an open quote is in it */
    ck_assert_uint_eq(reading.rows[5].line, 8);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused)
{
    static const char file[] = "A,B\nx\xC3\x28,1\nok,2\na\0b,3\n\xED\xA0\x80,4\n";
    temp_file_write("a.csv", file, sizeof file - 1);
    read_all(0);
    ck_assert_int_eq(reading.count, 4);
    ck_assert_str_eq(reading.rows[0].refused, "ENCODING");
    ck_assert_str_eq(reading.rows[0].message,
                     "byte 0xc3 at 0x5 of the file is no character of its encoding");
    ck_assert_ptr_null(reading.rows[1].refused);
    ck_assert_str_eq(reading.rows[2].refused, "NUL");
    ck_assert_str_eq(reading.rows[2].message,
                     "text contains the character U+0000 at 0x10 of the file");
    ck_assert_str_eq(reading.rows[3].refused, "ENCODING");
    assert_value(3, "B", "4");
}
END_TEST

START_TEST(windows_1252_is_decoded)
{
    static const char file[] = "NAME,K\xD6RPER\nM\xFCller \x80,1\nx\x81,2\n";
    temp_file_write("a.csv", file, sizeof file - 1);
    spec.encoding = "windows-1252";
    read_all(0);
    assert_value(0, "NAME", "Müller €");
    assert_value(0, "KÖRPER", "1");
    ck_assert_str_eq(reading.rows[1].refused, "ENCODING"); /* 0x81 is no character of it */
    assert_value(1, "KÖRPER", "2");
}
END_TEST

START_TEST(latin_1_has_a_character_for_every_byte)
{
    static const char file[] = "A\n\xE9\x80\n";
    temp_file_write("a.csv", file, sizeof file - 1);
    settings.encoding = "ISO-8859-1";
    read_all(0);
    assert_value(0, "A", "é\xC2\x80");
}
END_TEST

START_TEST(unreadable_encodings_are_problems)
{
    temp_file_text("a.csv", "A\n1\n");
    spec.encoding = "UTF-32";
    assert_problem("encoding \"UTF-32\" cannot be read");
}
END_TEST

START_TEST(mark_line_ends_and_missing_last_one_change_nothing)
{
    static const char *const files[] = {"A,B\n1,x\n2,y\n",
                                        "A,B\n1,x\n2,y",
                                        "A,B\r\n1,x\r\n2,y\r\n",
                                        "A,B\r1,x\r2,y",
                                        ("\xEF\xBB\xBF"
                                         "A,B\n1,x\n2,y\n"),
                                        "\xEF\xBB\xBF\"A\",\"B\"\n\n1,\"x\"\n\n\n\"2\",y\n\n"};
    struct digest digest = {0};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct reading one;
        temp_file_text("a.csv", files[i]);
        reading_open(&one, &settings);
        ck_assert(reading_describe(&one, &spec));
        reading_plan(&one, 0, 0);
        ck_assert_int_eq(one.chunks.count, 1);
        ck_assert_uint_eq(one.chunks.items[0].rows_estimate, 2);
        reading_run(&one);
        ck_assert_int_eq(one.count, 2);
        ck_assert_str_eq(reading_value(&one, 1, "B"), "y");
        ck_assert(i == 0 || digest_equal(&digest, &one.digest));
        digest = one.digest;
        reading_close(&one);
    }
}
END_TEST

START_TEST(header_alone_is_no_chunk_and_no_header_is_a_problem)
{
    temp_file_text("a.csv", "A,B\n");
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 0, 0);
    ck_assert_int_eq(reading.chunks.count, 0);
    reading_run(&reading);
    ck_assert_int_eq(reading.count, 0);
    temp_file_text("a.csv", "");
    assert_problem("file \"a.csv\" is empty");
}
END_TEST

START_TEST(files_of_a_pattern_are_one_relation)
{
    temp_file_text("p2.csv", "B,A\nx,1\n");
    temp_file_text("p10.csv", "A,B\n2,y\n3,z\n");
    temp_file_text("p.txt", "A\n");
    spec.file = "p*.csv";
    read_all(0);
    ck_assert_int_eq(reading.count, 3);
    ck_assert_str_eq(reading.rows[0].file, "p10.csv"); /* by name */
    ck_assert_str_eq(reading.rows[2].file, "p2.csv");
    ck_assert_uint_eq(reading.rows[2].line, 2);
    assert_value(0, "B", "y");
    assert_value(2, "A", "1");
    assert_value(2, "B", "x");
}
END_TEST

START_TEST(files_that_differ_in_their_header_are_a_problem)
{
    temp_file_text("p1.csv", "A,B\n1,2\n");
    temp_file_text("p2.csv", "A,C\n1,2\n");
    spec.file = "p*.csv";
    assert_problem("file \"p2.csv\" has a column \"C\" that \"p1.csv\" does not have");
}
END_TEST

START_TEST(names_that_are_not_there_are_problems_with_the_nearest)
{
    static const struct relation_column columns[] = {{.name = "PERSON_IT", .type = "bigint"},
                                                     {.name = "NAME", .type = "txt"}};
    temp_file_text("persons.csv", "PERSON_ID,NAME\n1,x\n");
    spec.file = "person.csv";
    assert_problem("no file in folder");
    ck_assert_ptr_nonnull(strstr(reading_problem(&reading), "Perhaps you meant \"persons.csv\"."));
    reading_close(&reading);
    reading_open(&reading, &settings);
    spec.file = "persons.csv";
    spec.columns = columns;
    spec.column_count = 2;
    assert_problem("has no column \"PERSON_IT\" (Perhaps you meant \"PERSON_ID\".)");
    ck_assert_int_eq(reading.problems.count, 2);
    ck_assert_ptr_nonnull(strstr(reading.problems.items[1].message, "type \"txt\""));
    reading_close(&reading);
    reading_open(&reading, &settings);
    static const char *const key[] = {"PERSONID"};
    spec.column_count = 0;
    spec.key = key;
    spec.key_count = 1;
    assert_problem("key column \"PERSONID\" does not exist (Perhaps you meant \"PERSON_ID\".)");
}
END_TEST

START_TEST(a_file_without_header_has_the_declared_columns)
{
    static const struct relation_column columns[] = {{.name = "ID", .type = "bigint"},
                                                     {.name = "NAME", .type = "text"}};
    temp_file_text("a.csv", "1,x\n2,y\n");
    spec.header = false;
    ck_assert(reading_describe(&reading, &spec));
    ck_assert_str_eq(relation_schema(reading.relation)->columns[1].name, "c2");
    spec.columns = columns;
    spec.column_count = 2;
    read_all(0);
    ck_assert_int_eq(reading.count, 2);
    assert_value(1, "ID", "2");
    assert_value(0, "NAME", "x");
    spec.column_count = 1;
    assert_problem("has 2 columns, but 1 are declared");
}
END_TEST

START_TEST(only_the_columns_asked_for_are_looked_at)
{
    static const struct relation_column columns[] = {{.name = "A", .type = "bigint"}};
    static const int wanted[] = {2, 1, 2};
    temp_file_text("a.csv", "A,B,C\nnot a number,x,y\n");
    spec.columns = columns;
    spec.column_count = 1;
    reading.columns = wanted;
    reading.column_count = 3;
    read_all(0);
    ck_assert_ptr_null(reading.rows[0].refused);
    ck_assert_str_eq(reading.rows[0].values[0], "y");
    ck_assert_str_eq(reading.rows[0].values[1], "x");
    ck_assert_str_eq(reading.rows[0].values[2], "y");
}
END_TEST

START_TEST(a_file_that_changed_is_not_read)
{
    temp_file_text("a.csv", "A\n1\n2\n");
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 0, 0);
    temp_file_text("a.csv", "A\n1\n2\n3\n");
    ck_assert(!reading_try(&reading));
    ck_assert_int_eq(reading.error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(reading.error.message, "file \"a.csv\" has changed"));
}
END_TEST

/* A chunk list of an earlier run, read by a process that has not planned: only the hash tells. */
START_TEST(a_chunk_of_another_file_is_not_read)
{
    struct reading later;
    temp_file_text("a.csv", "A\n1\n2\n");
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 0, 0);
    temp_file_text("a.csv", "A\n1\n7\n");
    reading_open(&later, &settings);
    ck_assert(reading_describe(&later, &spec));
    later.chunks = reading.chunks;
    ck_assert(!reading_try(&later));
    ck_assert_int_eq(later.error.code, ERROR_STATE);
    temp_file_text("a.csv", "A\n1\n2\n");
    reading_close(&later);
    reading_open(&later, &settings);
    ck_assert(reading_describe(&later, &spec));
    later.chunks = reading.chunks;
    reading_run(&later);
    ck_assert_int_eq(later.count, 2);
    reading_close(&later);
}
END_TEST

START_TEST(a_missing_folder_says_where_it_is_named)
{
    struct source *source = NULL;
    struct error error = ERROR_NONE;
    struct plan_source missing = settings;
    missing.csv = "nowhere";
    ck_assert(!source_open(&missing, NULL, &source, &error));
    ck_assert_int_eq(error.code, ERROR_SOURCE_CONNECT);
    ck_assert_ptr_nonnull(strstr(error.hint, "winpath"));
}
END_TEST

static void put_field(struct seed *seed, FILE *file)
{
    static const char *const fields[] = {"",
                                         "\"\"",
                                         "plain",
                                         "\"quoted\"",
                                         "\"with \"\"quotes\"\"\"",
                                         "\"two\nlines\"",
                                         "\"cr\r\nlf,comma\"",
                                         "in\"side",
                                         "\"\"\"\"",
                                         " blank ",
                                         "Müller",
                                         "\"\n\n\""};
    (void)fputs(fields[seed_below(seed, (int)(sizeof fields / sizeof fields[0]))], file);
}

static void random_file(struct seed *seed, int records)
{
    FILE *file = fopen("a.csv", "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs("N,A,B\n", file);
    for (int i = 0; i < records; i++) {
        (void)fprintf(file, "%d,", i);
        put_field(seed, file);
        (void)fputc(',', file);
        put_field(seed, file);
        static const char *const ends[] = {"\n", "\r\n", "\n\n", "\r"};
        (void)fputs(i + 1 == records ? "" : ends[seed_below(seed, 4)], file);
    }
    ck_assert_int_eq(fclose(file), 0);
}

/* Whatever the size of the chunks, the same records at the same places, each once. */
START_TEST(chunks_together_are_the_file)
{
    struct seed seed = seed_of(17 + (uint64_t)_i);
    int records = 20 + seed_below(&seed, 80);
    random_file(&seed, records);
    read_all(1 << 20);
    ck_assert_int_eq(reading.count, records);
    ck_assert_int_eq(reading.chunks.count, 1);
    for (uint64_t bytes = 1; bytes < 200; bytes += bytes < 20 ? 1 : 13) {
        struct reading cut;
        reading_open(&cut, &settings);
        ck_assert(reading_describe(&cut, &spec));
        reading_plan(&cut, 0, bytes);
        ck_assert(bytes > 1 || cut.chunks.count == records);
        reading_run(&cut);
        ck_assert(digest_equal(&cut.digest, &reading.digest));
        ck_assert_int_eq(cut.count, records);
        for (int row = 0; row < records; row++) {
            ck_assert_int_eq((int)strtol(cut.rows[row].values[0], NULL, 10), row);
            ck_assert_uint_eq(cut.rows[row].line, reading.rows[row].line);
            ck_assert_uint_eq(cut.rows[row].offset, reading.rows[row].offset);
        }
        reading_close(&cut);
    }
}
END_TEST

/* Records larger than the buffer that they are read into. */
START_TEST(large_records_are_whole)
{
    size_t size = (size_t)5 << 20;
    char *file = malloc(size + 64);
    ck_assert_ptr_nonnull(file);
    memcpy(file, "A,B\n1,x\n2,\"", 11);
    memset(file + 11, 'y', size);
    memcpy(file + 11 + size, "\"\n3,z\n", 6);
    temp_file_write("a.csv", file, size + 17);
    free(file);
    read_all(0);
    ck_assert_int_eq(reading.count, 3);
    ck_assert_uint_eq(strlen(reading_value(&reading, 1, "B")), size);
    assert_value(2, "B", "z");
}
END_TEST

static void add_reading_tests(TCase *tests)
{
    tcase_add_test(tests, undeclared_columns_are_text_as_they_stand);
    tcase_add_test(tests, declared_types_are_exact_at_their_ends);
    tcase_add_test(tests, values_that_do_not_fit_are_row_errors);
    tcase_add_test(tests, dates_follow_their_declared_format_and_the_sources_zone);
    tcase_add_test(tests, ragged_and_broken_records_are_refused_one_by_one);
    tcase_add_test(tests, bytes_that_are_no_text_are_refused);
    tcase_add_test(tests, windows_1252_is_decoded);
    tcase_add_test(tests, latin_1_has_a_character_for_every_byte);
    tcase_add_test(tests, mark_line_ends_and_missing_last_one_change_nothing);
    tcase_add_test(tests, only_the_columns_asked_for_are_looked_at);
    tcase_add_test(tests, large_records_are_whole);
    tcase_add_loop_test(tests, chunks_together_are_the_file, 0, 6);
}

static void add_describing_tests(TCase *tests)
{
    tcase_add_test(tests, unreadable_encodings_are_problems);
    tcase_add_test(tests, header_alone_is_no_chunk_and_no_header_is_a_problem);
    tcase_add_test(tests, files_of_a_pattern_are_one_relation);
    tcase_add_test(tests, files_that_differ_in_their_header_are_a_problem);
    tcase_add_test(tests, names_that_are_not_there_are_problems_with_the_nearest);
    tcase_add_test(tests, a_file_without_header_has_the_declared_columns);
    tcase_add_test(tests, a_file_that_changed_is_not_read);
    tcase_add_test(tests, a_chunk_of_another_file_is_not_read);
    tcase_add_test(tests, a_missing_folder_says_where_it_is_named);
}

int main(void)
{
    Suite *suite = suite_create("file_source");
    TCase *tests = tcase_create("file_source");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    add_reading_tests(tests);
    add_describing_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
