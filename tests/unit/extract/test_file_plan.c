/* test_file_plan.c — small files that follow each other are one chunk; a large file that a thread
 * of its own hashes (pthreads) has the same chunks and checksums.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "odbc_reading.h"
#include "seed.h"
#include "temp_folder.h"
#include "values.h"

#include "novate/source_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    reading_open(&reading, &settings);
}

static void teardown(void)
{
    reading_close(&reading);
    temp_folder_leave(folder);
}

/* Many files of few records, some without any, in either order of columns: one chunk, or as many as
 * fit; each record once, at its place in its own file. */
START_TEST(small_files_are_carried_together)
{
    struct seed seed = seed_of(5);
    int records = 0;
    for (int i = 0; i < 200; i++) {
        char name[32];
        char text[256];
        bool swapped = seed_below(&seed, 2) == 1;
        size_t size = (size_t)sprintf(text, swapped ? "B,A\n" : "A,B\n");
        for (int k = seed_below(&seed, 4); k > 0; k--, records++) {
            size += (size_t)(swapped ? sprintf(text + size, "b%d,%d\r\n", i, records)
                                     : sprintf(text + size, "%d,b%d\r\n", records, i));
        }
        (void)sprintf(name, "p%03d.csv", i);
        temp_file_text(name, text);
    }
    spec.file = "p*.csv";
    for (uint64_t bytes = 1; bytes <= (1 << 20); bytes = bytes * 30 + 1) {
        struct reading one;
        reading_open(&one, &settings);
        ck_assert(reading_describe(&one, &spec));
        reading_plan(&one, 0, bytes);
        ck_assert(bytes > 1 || one.chunks.count == records);
        ck_assert(bytes < (1 << 18) || one.chunks.count == 1);
        for (int i = 0; i < one.chunks.count; i++) {
            ck_assert(one.chunks.items[i].last_file == NULL ||
                      one.chunks.items[i].size <= bytes / LIMIT_FILES_SHARE);
        }
        reading_run(&one);
        ck_assert_int_eq(one.count, records);
        for (int row = 0; row < records; row++) {
            ck_assert_int_eq((int)strtol(reading_value(&one, row, "A"), NULL, 10), row);
            int file = (int)strtol(reading_value(&one, row, "B") + 1, NULL, 10);
            ck_assert_int_eq((int)strtol(one.rows[row].file + 1, NULL, 10), file);
            bool first = row == 0 || strcmp(one.rows[row - 1].file, one.rows[row].file) != 0;
            ck_assert_uint_eq(one.rows[row].line, first ? 2 : one.rows[row - 1].line + 1);
        }
        reading_close(&one);
    }
}
END_TEST

/* Of a chunk of several files, read by a process that has not planned. */
START_TEST(a_chunk_of_changed_files_is_not_read)
{
    struct reading later;
    temp_file_text("p1.csv", "A\n1\n");
    temp_file_text("p2.csv", "A\n2\n");
    temp_file_text("p3.csv", "A\n3\n");
    spec.file = "p*.csv";
    ck_assert(reading_describe(&reading, &spec));
    reading_plan(&reading, 0, 0);
    ck_assert_str_eq(reading.chunks.items[0].last_file, "p3.csv");
    temp_file_text("p2.csv", "A\n7\n");
    reading_open(&later, &settings);
    ck_assert(reading_describe(&later, &spec));
    later.chunks = reading.chunks;
    ck_assert(!reading_try(&later));
    ck_assert_int_eq(later.error.code, ERROR_STATE);
    ck_assert_ptr_nonnull(strstr(later.error.message, "one of the files \"p1.csv\" to \"p3.csv\""));
    reading_close(&later);
    temp_file_text("p2.csv", "A\n2\n");
    reading_open(&later, &settings);
    ck_assert(reading_describe(&later, &spec));
    later.chunks = reading.chunks;
    reading_run(&later);
    ck_assert_int_eq(later.count, 3);
    reading_close(&later);
}
END_TEST

/* Of two files, one of which is large enough for a thread, and what is known of them then. */
static struct source_files plan_two(struct reading *of, bool threads)
{
    const struct chunk_plan_options options = {.chunk_bytes = 1 << 20, .threads = threads};
    struct source_files files;
    reading_open(of, &settings);
    ck_assert(reading_describe(of, &spec));
    must(source_plan(of->source, of->relation, &options, &of->arena, &of->chunks, &of->error),
         &of->error);
    must(relation_files(of->relation, &of->arena, &files, &of->error), &of->error);
    ck_assert_int_eq(files.count, 2);
    return files;
}

START_TEST(a_large_file_is_hashed_aside)
{
    struct reading alone;
    struct reading aside;
    FILE *file = fopen("p1.csv", "w");
    ck_assert(file != NULL && fputs("A,B\n", file) >= 0);
    for (int i = 0; i < 400000; i++) {
        ck_assert_int_gt(fprintf(file, "%d,\"the record %d, and a line\nmore\"\r\n", i, i * 7), 0);
    }
    ck_assert_int_eq(fclose(file), 0);
    temp_file_text("p2.csv", "A,B\n1,small\n");
    spec.file = "p*.csv";
    struct source_files of_alone = plan_two(&alone, false);
    struct source_files of_aside = plan_two(&aside, true);
    ck_assert_uint_gt(of_aside.items[0].bytes, 16 << 20);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(of_aside.items[i].sha256, of_alone.items[i].sha256);
        ck_assert_uint_eq(of_aside.items[i].bytes, of_alone.items[i].bytes);
    }
    ck_assert_int_gt(alone.chunks.count, 16);
    ck_assert_int_eq(aside.chunks.count, alone.chunks.count);
    for (int i = 0; i < alone.chunks.count; i++) {
        const struct chunk *one = &alone.chunks.items[i];
        const struct chunk *other = &aside.chunks.items[i];
        ck_assert(one->offset == other->offset && one->size == other->size &&
                  one->rows_estimate == other->rows_estimate &&
                  hash_equal(one->file_hash, other->file_hash));
    }
    reading_close(&alone);
    reading_close(&aside);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_plan");
    TCase *tests = tcase_create("file_plan");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, small_files_are_carried_together);
    tcase_add_test(tests, a_chunk_of_changed_files_is_not_read);
    tcase_add_test(tests, a_large_file_is_hashed_aside);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
