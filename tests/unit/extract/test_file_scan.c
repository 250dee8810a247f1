/* test_file_scan.c — the scan of records agrees with libcsv, however the file comes in pieces.
 *
 * Goal: the places where a file is cut are exactly where libcsv ends rows, lines are counted as an
 * editor counts them, and the fields of each record alone are those of the whole file. Method:
 * random files of the characters that matter, parsed by libcsv in one go, compared with the scan
 * fed in pieces of every small size.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "assertions.h"
#include "file_fields.h"
#include "file_scan.h"
#include "seed.h"
#include "values.h"

#include <check.h>
#include <csv.h>
#include <string.h>

#define FILE_MAX   400
#define FIELDS_MAX 1024
#define ROWS_MAX   512

/* What libcsv makes of a whole file. */
struct whole {
    char text[FILE_MAX * 2];
    size_t used;
    struct text fields[FIELDS_MAX];
    int field_count;
    int row_ends[ROWS_MAX]; /* number of fields after each row */
    int row_count;
};

static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void whole_field(void *data, size_t size, void *state)
{
    struct whole *whole = state;
    hold(whole->field_count < FIELDS_MAX);
    struct text *field = &whole->fields[whole->field_count++];
    *field = TEXT_NONE;
    if (data != NULL) {
        memcpy(whole->text + whole->used, data, size);
        *field = text_from(whole->text + whole->used, size);
        whole->used += size;
    }
}

static void whole_row(int terminator, void *state)
{
    struct whole *whole = state;
    (void)terminator;
    hold(whole->row_count < ROWS_MAX);
    whole->row_ends[whole->row_count++] = whole->field_count;
}

static void whole_parse(struct whole *whole, const char *file, size_t size, char delimiter)
{
    struct csv_parser parser;
    whole->used = 0;
    whole->field_count = 0;
    whole->row_count = 0;
    ck_assert_int_eq(csv_init(&parser, CSV_EMPTY_IS_NULL), 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_set_space_func(&parser, no_space);
    ck_assert_uint_eq(csv_parse(&parser, file, size, whole_field, whole_row, whole), size);
    ck_assert_int_eq(csv_fini(&parser, whole_field, whole_row, whole), 0);
    csv_free(&parser);
}

static size_t random_file(struct seed *seed, char *file, char delimiter)
{
    static const char palette[] = "aab ,,\"\"\"\n\n\r";
    size_t size = (size_t)seed_below(seed, FILE_MAX);
    for (size_t i = 0; i < size; i++) {
        char byte = palette[seed_below(seed, (int)sizeof palette - 1)];
        file[i] = byte == ',' ? delimiter : byte;
    }
    return size;
}

/* Physical lines up to `offset`: LF, CR, and CR LF as one. */
static uint64_t line_at(const char *file, uint64_t offset)
{
    uint64_t line = 1;
    for (uint64_t i = 0; i < offset; i++) {
        line += file[i] == '\n' || (file[i] == '\r' && file[i + 1] != '\n');
    }
    return line;
}

/* The record's own fields against those that libcsv found in the whole. */
static void record_check(const struct whole *whole,
                         int row,
                         const char *file,
                         const struct file_record *record,
                         char delimiter)
{
    struct error error = ERROR_NONE;
    struct file_fields fields;
    char plain[FILE_MAX];
    must(file_fields_init(&fields, delimiter, '"', TEXT_NONE, &error), &error);
    must(file_fields_split(&fields,
                           file + record->begin,
                           (size_t)(record->end - record->begin),
                           record->quoted,
                           plain,
                           &error),
         &error);
    int first = row == 0 ? 0 : whole->row_ends[row - 1];
    hold(fields.count == whole->row_ends[row] - first);
    for (int i = 0; i < fields.count; i++) {
        hold((fields.items[i].data == NULL) == (whole->fields[first + i].data == NULL));
        hold(text_equal(fields.items[i], whole->fields[first + i]));
    }
    file_fields_release(&fields);
    hold(record->line == line_at(file, record->begin));
}

static void file_check(const char *file, size_t size, size_t piece, char delimiter)
{
    static struct whole whole; /* large */
    struct file_scan scan;
    int rows = 0;
    whole_parse(&whole, file, size, delimiter);
    file_scan_init(&scan, delimiter, '"', 0, 1);
    for (size_t at = 0; at < size; at += piece) {
        char copy[FILE_MAX]; /* gone when the next piece comes */
        size_t count = size - at < piece ? size - at : piece;
        memcpy(copy, file + at, count);
        file_scan_feed(&scan, copy, count);
        while (file_scan_record(&scan)) {
            hold(rows < whole.row_count);
            record_check(&whole, rows++, file, &scan.record, delimiter);
        }
        memset(copy, '?', sizeof copy);
    }
    if (file_scan_finish(&scan)) {
        hold(scan.record.end == size);
        record_check(&whole, rows++, file, &scan.record, delimiter);
    }
    ck_assert_int_eq(rows, whole.row_count);
}

START_TEST(random_files_are_cut_where_libcsv_ends_rows)
{
    struct seed seed = seed_of(20080605 + (uint64_t)_i);
    char file[FILE_MAX + 1] = "";
    for (int round = 0; round < 300; round++) {
        char delimiter = round % 2 == 0 ? ',' : '|';
        size_t size = random_file(&seed, file, delimiter);
        file[size] = '\0';
        for (size_t piece = 1; piece <= 5; piece++) {
            file_check(file, size, piece, delimiter);
        }
        file_check(file, size, FILE_MAX, delimiter);
    }
}
END_TEST

START_TEST(what_is_wrong_with_a_record_is_seen)
{
    static const struct {
        const char *file;
        bool malformed, unclosed, quoted;
    } cases[] = {{"a,b\n", false, false, false},
                 {"\"a\",b\n", false, false, true},
                 {"a\"b,c\n", false, false, false},
                 {"\"a\"\"b\",c\n", false, false, true},
                 {"\"a\"b\",c\n", true, false, true},
                 {"a,\"b", false, true, true},
                 {"a,\"b\"", false, false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct file_scan scan;
        file_scan_init(&scan, ',', '"', 0, 1);
        file_scan_feed(&scan, cases[i].file, strlen(cases[i].file));
        ck_assert(file_scan_record(&scan) || file_scan_finish(&scan));
        ck_assert_int_eq(scan.record.malformed, cases[i].malformed);
        ck_assert_int_eq(scan.record.unclosed, cases[i].unclosed);
        ck_assert_int_eq(scan.record.quoted, cases[i].quoted);
    }
}
END_TEST

START_TEST(without_a_quote_every_line_is_a_record)
{
    static const char file[] = "\"a\n\"b\",c\n";
    struct file_scan scan;
    file_scan_init(&scan, ',', FILE_SCAN_NO_QUOTE, 0, 1);
    file_scan_feed(&scan, file, sizeof file - 1);
    ck_assert(file_scan_record(&scan));
    ck_assert_uint_eq(scan.record.end, 2);
    ck_assert(file_scan_record(&scan));
    ck_assert_uint_eq(scan.record.begin, 3);
    ck_assert(!scan.record.quoted);
    ck_assert(!file_scan_record(&scan));
    ck_assert(!file_scan_finish(&scan));
}
END_TEST

START_TEST(only_an_unquoted_text_stands_for_null)
{
    static const char record[] = "NULL,\"NULL\",\"a,\"\"\",NULL,\"NULL\",";
    struct error error = ERROR_NONE;
    struct file_fields fields;
    char plain[sizeof record];
    must(file_fields_init(&fields, ',', '"', text_of("NULL"), &error), &error);
    must(file_fields_split(&fields, record, sizeof record - 1, true, plain, &error), &error);
    ck_assert_int_eq(fields.count, 6);
    ck_assert_ptr_null(fields.items[0].data);
    ck_assert(text_equal(fields.items[1], text_of("NULL")));
    ck_assert(text_equal(fields.items[2], text_of("a,\"")));
    ck_assert_ptr_null(fields.items[3].data);
    ck_assert(text_equal(fields.items[4], text_of("NULL")));
    ck_assert_ptr_nonnull(fields.items[5].data); /* empty, which is not the text for NULL */
    ck_assert_uint_eq(fields.items[5].size, 0);
    file_fields_release(&fields);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_scan");
    TCase *tests = tcase_create("file_scan");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, random_files_are_cut_where_libcsv_ends_rows, 0, 4);
    tcase_add_test(tests, what_is_wrong_with_a_record_is_seen);
    tcase_add_test(tests, without_a_quote_every_line_is_a_record);
    tcase_add_test(tests, only_an_unquoted_text_stands_for_null);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
