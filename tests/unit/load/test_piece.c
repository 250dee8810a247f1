/* test_piece.c — what a piece keeps of batches that are gone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "piece.h"
#include "values.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct piece piece;
static struct copy_encoder encoder;
static struct batch batch;
static struct column columns[2];
static struct schema schema;

static void setup(void)
{
    struct error error = ERROR_NONE;
    static const enum type_id types[] = {TYPE_INT4, TYPE_TEXT};
    arena_init(&arena, 65536, NULL);
    columns[0] = (struct column){.name = "id", .type = type_of(TYPE_INT4)};
    columns[1] = (struct column){.name = "name", .type = type_of(TYPE_TEXT)};
    schema = (struct schema){.columns = columns, .count = 2};
    must(piece_init(&piece, NULL, &error), &error);
    must(copy_encoder_init(&encoder, &schema, types, true, NULL, &error), &error);
    must(batch_init(&batch, &schema, NULL, &error), &error);
}

static void teardown(void)
{
    batch_release(&batch);
    copy_encoder_release(&encoder);
    piece_release(&piece);
    arena_release(&arena);
}

/* A batch of `rows` rows with ids from `first` on; its key is both columns. */
static void make(int first, int rows, bool with_file)
{
    struct error error = ERROR_NONE;
    must(batch_begin(&batch, rows, with_file, &error), &error);
    for (int row = 0; row < rows; row++) {
        batch.columns[0].int64s[row] = first + row;
        const char *name = arena_format(&batch.arena, "name %d", first + row);
        value_put(&batch.columns[1], row, row == 1 ? NULL : name, &batch.arena);
        if (with_file) {
            batch.lines[row] = (uint64_t)(first + row);
            batch.offsets[row] = (uint64_t)(first + row) * 10;
        }
    }
    batch_set_rows(&batch, rows);
    batch.file = with_file ? "persons.csv" : NULL;
}

static void push_and_forget(int first, int count)
{
    struct error error = ERROR_NONE;
    for (int row = first; row < first + count; row++) {
        must(piece_push(&piece, &encoder, &batch, row, (struct hash){.low = 1}, &error), &error);
    }
    must(piece_keep(&piece, &batch, first, count, &error), &error);
    /* The batch is used again, and what it pointed to is gone. */
    must(batch_begin(&batch, 1, false, &error), &error);
    memset(arena_bytes(&batch.arena, 4096), 'X', 4096);
}

static void assert_key(int row, const char *expected)
{
    struct text_buffer key;
    text_buffer_init(&key, 4096);
    piece_key(&piece, row, &key);
    ck_assert_str_eq(key.data, expected);
    text_buffer_release(&key);
}

START_TEST(keys_of_batches_that_are_gone)
{
    make(10, 3, false);
    batch.key_columns = batch.columns;
    batch.key_count = 2;
    push_and_forget(0, 3);
    make(20, 3, false);
    batch.key_columns = batch.columns;
    batch.key_count = 2;
    push_and_forget(1, 2);
    ck_assert_int_eq(piece.rows, 5);
    assert_key(0, "[\"10\",\"name 10\"]");
    assert_key(1, "[\"11\",null]");
    assert_key(2, "[\"12\",\"name 12\"]");
    assert_key(3, "[\"21\",null]");
    assert_key(4, "[\"22\",\"name 22\"]");
    struct text_buffer position;
    text_buffer_init(&position, 4096);
    ck_assert(!piece_position(&piece, 0, &position));
    text_buffer_release(&position);
}
END_TEST

START_TEST(positions_in_files)
{
    struct text_buffer position;
    make(5, 3, true);
    push_and_forget(0, 3);
    text_buffer_init(&position, 4096);
    ck_assert(piece_position(&piece, 2, &position));
    ck_assert_str_eq(position.data, "persons.csv line 7 byte 70");
    assert_key(2, "[\"persons.csv:7\"]");
    text_buffer_release(&position);
}
END_TEST

START_TEST(bytes_of_ranges)
{
    make(1, 3, false);
    push_and_forget(0, 3);
    struct piece_bytes all = piece_bytes_of(&piece, 0, 3);
    ck_assert_uint_eq(all.size, piece.wire.size);
    struct piece_bytes first = piece_bytes_of(&piece, 0, 1);
    struct piece_bytes rest = piece_bytes_of(&piece, 1, 3);
    ck_assert_uint_eq(first.size + rest.size, all.size);
    ck_assert_ptr_eq(rest.data, all.data + first.size);
    ck_assert_uint_eq(piece_bytes_of(&piece, 2, 2).size, 0);
    piece_reset(&piece);
    ck_assert_int_eq(piece.rows, 0);
    assert_key(0, "[]");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("piece");
    TCase *cases = tcase_create("piece");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, keys_of_batches_that_are_gone);
    tcase_add_test(cases, positions_in_files);
    tcase_add_test(cases, bytes_of_ranges);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
