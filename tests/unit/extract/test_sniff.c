/* test_sniff.c — whatever a file holds, sniffing ends with findings and shows no value of a record.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "temp_folder.h"
#include "values.h"

#include "novate/sniff.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILES = 400,
    PIECES_MAX = 400
};

static struct arena arena;
static struct error error;
static struct text_buffer out;
static char folder[TEMP_FOLDER_SIZE];

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 1 << 20, NULL);
    text_buffer_init(&out, 64 << 20);
    temp_folder_enter(folder);
}

static void teardown(void)
{
    text_buffer_release(&out);
    arena_release(&arena);
    temp_folder_leave(folder);
}

static void sniff(const char *data, size_t size, struct sniff_result *result)
{
    temp_file_write("file", data, size);
    must(sniff_file("file", &arena, result, &error), &error);
    text_buffer_reset(&out);
    sniff_print(result, &out);
    must(text_buffer_check(&out, &error), &error);
}

/* Values and framing of every kind. A number of a person is no name of a column, wherever. */
START_TEST(any_bytes_are_sniffed_and_none_shown)
{
    static const struct text pieces[] = {
        {.data = "Secret1", .size = 7},     {.data = "\"", .size = 1},
        {.data = "'", .size = 1},           {.data = ",", .size = 1},
        {.data = "|", .size = 1},           {.data = "\t", .size = 1},
        {.data = ";", .size = 1},           {.data = "\n", .size = 1},
        {.data = "\r\n", .size = 2},        {.data = "\r", .size = 1},
        {.data = "\0", .size = 1},          {.data = "\xEF\xBB\xBF", .size = 3},
        {.data = "\xFF\xFE", .size = 2},    {.data = "\xC3\xA9", .size = 2},
        {.data = "\x80\x9D", .size = 2},    {.data = "77/77/7777", .size = 10},
        {.data = "07/07/1977", .size = 10}, {.data = "7777777777", .size = 10},
        {.data = "1977-07-07", .size = 10}, {.data = "NULL", .size = 4},
        {.data = "          ", .size = 10}, {.data = "1.777,77", .size = 8},
        {.data = "#", .size = 1},           {.data = "7.7e7", .size = 5},
    };
    struct seed seed = seed_of(71);
    for (int i = 0; i < FILES; i++) {
        struct text_buffer file;
        struct sniff_result result;
        text_buffer_init(&file, 1 << 20);
        /* Few kinds of pieces make regular files, many make rubbish. */
        int kinds = 1 + seed_below(&seed, (int)(sizeof pieces / sizeof *pieces));
        int first = seed_below(&seed, (int)(sizeof pieces / sizeof *pieces));
        int count = seed_below(&seed, PIECES_MAX);
        for (int piece = 0; piece < count; piece++) {
            int kind = (first + seed_below(&seed, kinds)) % (int)(sizeof pieces / sizeof *pieces);
            text_buffer_push(&file, pieces[kind].data, pieces[kind].size);
        }
        sniff(file.size == 0 ? "" : file.data, file.size, &result);
        ck_assert_int_le(result.finding_count, SNIFF_FINDINGS_MAX);
        ck_assert_ptr_null(strstr(out.data, "777777"));
        text_buffer_release(&file);
        arena_reset(&arena);
    }
}
END_TEST

/* The sample of a large file ends in the middle of records. */
START_TEST(pieces_of_a_large_file_are_cut_at_records)
{
    struct text_buffer file;
    struct sniff_result result;
    text_buffer_init(&file, 32 << 20);
    text_buffer_string(&file, "ID,BORN,NOTE\n");
    for (int i = 0; i < 200000; i++) {
        text_buffer_format(&file, "%d,1977-07-%02d,Secret%d of a record\n", i, 1 + i % 28, i);
    }
    sniff(file.data, file.size, &result);
    text_buffer_release(&file);
    ck_assert_int_eq(result.kind, SNIFF_DELIMITED);
    ck_assert(!result.whole);
    ck_assert_uint_lt(result.read_bytes, (size_t)4 << 20);
    ck_assert_int_eq(result.column_count, 3);
    ck_assert_str_eq(result.columns[0].type, "bigint");
    ck_assert_str_eq(result.columns[1].type, "date 'YYYY-MM-DD'");
    ck_assert_ptr_null(strstr(out.data, "ragged"));
    ck_assert_ptr_null(strstr(out.data, "Secret"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sniff");
    TCase *tests = tcase_create("sniffing");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 100);
    tcase_add_test(tests, any_bytes_are_sniffed_and_none_shown);
    tcase_add_test(tests, pieces_of_a_large_file_are_cut_at_records);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
