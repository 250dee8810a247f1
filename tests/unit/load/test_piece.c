/* test_piece.c — what a piece keeps of batches that are gone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"
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

static bool collect(void *state, const char *data, size_t size, struct error *error)
{
    (void)error;
    text_buffer_push(state, data, size);
    return true;
}

/* The row that the bytes are. */
static void assert_sent(struct text_buffer *sent, int64_t id, struct text name)
{
    struct error error = ERROR_NONE;
    enum copy_row outcome = COPY_MALFORMED;
    struct batch back;
    must(batch_init(&back, &schema, NULL, &error), &error);
    must(batch_begin(&back, 1, false, &error), &error);
    must(copy_decode_row(sent->data, sent->size, &back, 0, &outcome, &error), &error);
    ck_assert_int_eq(outcome, COPY_ROW);
    ck_assert_int_eq(back.columns[0].int64s[0], id);
    ck_assert_uint_eq(back.columns[1].texts[0].size, name.size);
    ck_assert_mem_eq(back.columns[1].texts[0].data, name.data, name.size);
    batch_release(&back);
}

START_TEST(large_values_are_sent_from_where_they_lie)
{
    static char large[2][LIMIT_LARGE_BYTES + 5];
    struct error error = ERROR_NONE;
    struct text_buffer sent;
    struct wire_sink sink = {.state = &sent, .put = collect};
    text_buffer_init(&sent, 1 << 20);
    make(1, 3, false);
    for (int i = 0; i < 2; i++) {
        memset(large[i], 'a' + i, sizeof large[i]);
        batch.columns[1].texts[i] = text_from(large[i], sizeof large[i] - (size_t)i);
        if (batch.columns[1].valid != NULL) {
            validity_set(batch.columns[1].valid, i);
        }
    }
    for (int row = 0; row < 3; row++) {
        must(piece_push(&piece, &encoder, &batch, row, (struct hash){.low = 1}, &error), &error);
    }
    ck_assert_int_eq(piece.wire.splice_count, 2);
    ck_assert_uint_lt(piece.wire.size, 200);
    for (int row = 0; row < 3; row++) {
        text_buffer_reset(&sent);
        must(piece_send(&piece, row, row + 1, sink, &error), &error);
        assert_sent(&sent, row + 1, batch.columns[1].texts[row]);
    }
    text_buffer_reset(&sent);
    must(piece_send(&piece, 0, 2, sink, &error), &error);
    ck_assert_uint_eq(sent.size, 2 * (2 + 4 + 4 + 4) + 2 * sizeof large[0] - 1);
    piece_reset(&piece);
    ck_assert_int_eq(piece.wire.splice_count, 0);
    text_buffer_release(&sent);
}
END_TEST

START_TEST(large_values_are_escaped_piecewise)
{
    static const enum type_id types[] = {TYPE_INT4, TYPE_OTHER};
    static char large[LIMIT_LARGE_BYTES * 2];
    struct error error = ERROR_NONE;
    struct text_buffer sent;
    struct wire_sink sink = {.state = &sent, .put = collect};
    text_buffer_init(&sent, 1 << 20);
    copy_encoder_release(&encoder);
    must(copy_encoder_init(&encoder, &schema, types, false, NULL, &error), &error);
    make(1, 1, false);
    memset(large, '\n', sizeof large);
    large[1] = 'x';
    batch.columns[1].texts[0] = text_from(large, sizeof large);
    must(piece_push(&piece, &encoder, &batch, 0, (struct hash){.low = 1}, &error), &error);
    must(piece_send(&piece, 0, 1, sink, &error), &error);
    ck_assert_uint_eq(sent.size, 2 + 2 * sizeof large - 1 + 1);
    ck_assert_mem_eq(sent.data, "1\t\\nx\\n", 7);
    ck_assert_mem_eq(sent.data + sent.size - 3, "\\n\n", 3);
    text_buffer_release(&sent);
}
END_TEST

/* In binary and as text. */
START_TEST(fields_of_rows)
{
    static const enum type_id types[] = {TYPE_INT4, TYPE_TEXT};
    static char large[LIMIT_LARGE_BYTES + 5];
    struct error error = ERROR_NONE;
    struct text field;
    bool binary = _i == 0;
    copy_encoder_release(&encoder);
    must(copy_encoder_init(&encoder, &schema, types, binary, NULL, &error), &error);
    make(1, 3, false);
    memset(large, 'x', sizeof large);
    batch.columns[1].texts[2] = text_from(large, sizeof large);
    for (int row = 0; row < 3; row++) {
        must(piece_push(&piece, &encoder, &batch, row, (struct hash){.low = 1}, &error), &error);
    }
    ck_assert_int_eq(piece_field(&piece, binary, 0, 1, &field), PIECE_VALUE);
    ck_assert(text_equal(field, text_of("name 1")));
    ck_assert_int_eq(piece_field(&piece, binary, 1, 1, &field), PIECE_NULL);
    ck_assert_int_eq(piece_field(&piece, binary, 2, 1, &field), PIECE_APART);
    ck_assert_int_eq(piece_field(&piece, binary, 2, 0, &field), PIECE_VALUE);
    ck_assert(text_equal(field, binary ? text_from("\0\0\0\3", 4) : text_of("3")));
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
    tcase_add_test(cases, large_values_are_sent_from_where_they_lie);
    tcase_add_test(cases, large_values_are_escaped_piecewise);
    tcase_add_loop_test(cases, fields_of_rows, 0, 2);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
