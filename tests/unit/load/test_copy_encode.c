/* test_copy_encode.c — rows as COPY data, and back through the decoder.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"
#include "copy_encode.h"
#include "values.h"

#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS = 3
};

static struct arena arena;
static struct batch batch;
static struct schema schema;
static struct wire wire;
static struct copy_encoder encoder;

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    wire_init(&wire, NULL);
}

static void teardown(void)
{
    copy_encoder_release(&encoder);
    wire_release(&wire);
    batch_release(&batch);
    arena_release(&arena);
}

/* A batch of ROWS rows; cells row by row. */
static void make(const enum type_id *types, int count, const char *const *cells, bool binary)
{
    struct error error = ERROR_NONE;
    schema = (struct schema){.columns = ARENA_ARRAY(&arena, struct column, (size_t)count),
                             .count = count};
    for (int i = 0; i < count; i++) {
        schema.columns[i] = (struct column){.name = "c", .type = type_of(types[i])};
    }
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, ROWS, false, &error), &error);
    for (int i = 0; i < ROWS * count; i++) {
        value_put(&batch.columns[i % count], i / count, cells[i], &arena);
    }
    batch_set_rows(&batch, ROWS);
    must(copy_encoder_init(&encoder, &schema, types, binary, NULL, &error), &error);
}

static void encode_rows(void)
{
    struct error error = ERROR_NONE;
    for (int row = 0; row < ROWS; row++) {
        must(copy_encoder_row(&encoder, &batch, row, &wire, &error), &error);
    }
}

static const enum type_id every_type[] = {TYPE_BOOL,
                                          TYPE_INT2,
                                          TYPE_INT4,
                                          TYPE_INT8,
                                          TYPE_NUMERIC,
                                          TYPE_FLOAT4,
                                          TYPE_FLOAT8,
                                          TYPE_TEXT,
                                          TYPE_VARCHAR,
                                          TYPE_CHAR,
                                          TYPE_BYTEA,
                                          TYPE_DATE,
                                          TYPE_TIMESTAMP,
                                          TYPE_TIMESTAMPTZ,
                                          TYPE_TIME,
                                          TYPE_UUID};

enum {
    TYPES = sizeof every_type / sizeof every_type[0]
};

static const char *const every_value[ROWS * TYPES] = {
    /* one */
    "t",
    "-32768",
    "-2147483648",
    "-9223372036854775808",
    "-12345.678",
    "1.5",
    "0.1",
    "caf\xc3\xa9",
    "",
    "abc",
    "\\x00ff",
    "2008-06-05",
    "1999-12-31 23:59:59.999999",
    "infinity",
    "24:00:00",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    /* all NULL */
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    /* others */
    "f",
    "32767",
    "2147483647",
    "9223372036854775807",
    "123456789012345678901234567890123456789012345.6",
    "-0",
    "NaN",
    "\t\n\\",
    "x",
    "ab",
    "\\x",
    "-infinity",
    "4713-11-24 00:00:00 BC",
    "2008-06-05 09:00:00+00",
    "00:00:00",
    "00000000-0000-0000-0000-000000000001"};

/* Encodes, decodes row by row, and compares with the batch. */
static void assert_round_trip(void)
{
    struct error error = ERROR_NONE;
    struct batch back;
    size_t start = 0;
    must(batch_init(&back, &schema, NULL, &error), &error);
    must(batch_begin(&back, ROWS, false, &error), &error);
    for (int row = 0; row < ROWS; row++) {
        enum copy_row outcome = COPY_MALFORMED;
        must(copy_encoder_row(&encoder, &batch, row, &wire, &error), &error);
        char *copy = arena_copy(&arena, wire.data + start, wire.size - start);
        must(copy_decode_row(copy, wire.size - start, &back, row, &outcome, &error), &error);
        ck_assert_int_eq(outcome, COPY_ROW);
        start = wire.size;
    }
    batch_set_rows(&back, ROWS);
    must(batch_validate(&back, &error), &error);
    for (int i = 0; i < ROWS * TYPES; i++) {
        const char *seen = value_text(&back.columns[i % TYPES], i / TYPES, &arena);
        ck_assert_int_eq(seen == NULL, every_value[i] == NULL);
        if (seen != NULL) {
            ck_assert_str_eq(seen, every_value[i]);
        }
    }
    batch_release(&back);
}

START_TEST(every_type_there_and_back)
{
    make(every_type, TYPES, every_value, true);
    assert_round_trip();
}
END_TEST

START_TEST(every_layout_of_a_vector)
{
    make(every_type, TYPES, every_value, true);
    for (int i = 0; i < TYPES; i++) {
        values_as_dictionary(&batch.columns[i], &arena);
    }
    assert_round_trip();
}
END_TEST

START_TEST(the_bytes_of_a_row)
{
    static const enum type_id types[] = {TYPE_INT4, TYPE_TEXT, TYPE_INT8};
    static const char *const cells[] = {"1", "ab", NULL, "1", "", "-1", NULL, NULL, NULL};
    static const char expected[] = "\0\3"
                                   "\0\0\0\4\0\0\0\1"
                                   "\0\0\0\2"
                                   "ab"
                                   "\377\377\377\377"
                                   "\0\3"
                                   "\0\0\0\4\0\0\0\1"
                                   "\0\0\0\0"
                                   "\0\0\0\10\377\377\377\377\377\377\377\377"
                                   "\0\3"
                                   "\377\377\377\377"
                                   "\377\377\377\377"
                                   "\377\377\377\377";
    make(types, 3, cells, true);
    encode_rows();
    ck_assert_uint_eq(wire.size, sizeof expected - 1);
    ck_assert_mem_eq(wire.data, expected, sizeof expected - 1);
    ck_assert_uint_eq(copy_encoder_head(&encoder).size, 19);
    ck_assert_uint_eq(copy_encoder_tail(&encoder).size, 2);
}
END_TEST

START_TEST(text_is_escaped)
{
    static const enum type_id types[] = {TYPE_INT4, TYPE_TEXT, TYPE_BYTEA};
    static const char *const cells[] = {
        "1", "a\tb\nc\\d\re", "\\x00", NULL, "\\N", NULL, "-7", "\\.", "\\x5c"};
    make(types, 3, cells, false);
    encode_rows();
    static const char expected[] = "1\ta\\tb\\nc\\\\d\\re\t\\\\x00\n"
                                   "\\N\t\\\\N\t\\N\n"
                                   "-7\t\\\\.\t\\\\x5c\n";
    ck_assert_uint_eq(wire.size, sizeof expected - 1);
    ck_assert_mem_eq(wire.data, expected, sizeof expected - 1);
    ck_assert_uint_eq(copy_encoder_head(&encoder).size, 0);
}
END_TEST

/* A batch's integers may be wider than the table's; what does not fit is an error, never cut. */
START_TEST(numbers_that_do_not_fit)
{
    struct error error = ERROR_NONE;
    static const enum type_id types[] = {TYPE_INT8};
    static const enum type_id tables[] = {TYPE_INT2};
    static const char *const cells[] = {"32767", "32768", "-32769"};
    make(types, 1, cells, true);
    copy_encoder_release(&encoder);
    must(copy_encoder_init(&encoder, &schema, tables, true, NULL, &error), &error);
    must(copy_encoder_row(&encoder, &batch, 0, &wire, &error), &error);
    ck_assert_uint_eq(wire.size, 2 + 4 + 2);
    ck_assert(!copy_encoder_row(&encoder, &batch, 1, &wire, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
    ck_assert(!copy_encoder_row(&encoder, &batch, 2, &wire, &error));
}
END_TEST

START_TEST(what_can_go_in_binary)
{
    ck_assert(copy_encodes(TYPE_INT4, TYPE_INT8));
    ck_assert(copy_encodes(TYPE_VARCHAR, TYPE_CHAR));
    ck_assert(copy_encodes(TYPE_FLOAT8, TYPE_FLOAT4));
    ck_assert(!copy_encodes(TYPE_DATE, TYPE_INT4));
    ck_assert(!copy_encodes(TYPE_TIMESTAMP, TYPE_TIMESTAMPTZ));
    ck_assert(!copy_encodes(TYPE_TEXT, TYPE_BYTEA));
    ck_assert(!copy_encodes(TYPE_OTHER, TYPE_OTHER));
    ck_assert(!copy_encodes(TYPE_TEXT, TYPE_OTHER));
}
END_TEST

/* A row cut short anywhere is malformed, and nothing past its end is read. */
START_TEST(rows_cut_short)
{
    struct error error = ERROR_NONE;
    struct batch back;
    make(every_type, TYPES, every_value, true);
    must(copy_encoder_row(&encoder, &batch, 0, &wire, &error), &error);
    must(batch_init(&back, &schema, NULL, &error), &error);
    for (size_t size = 1; size < wire.size; size++) {
        enum copy_row outcome = COPY_ROW;
        char *exact = malloc(size);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, wire.data, size);
        must(batch_begin(&back, 1, false, &error), &error);
        must(copy_decode_row(exact, size, &back, 0, &outcome, &error), &error);
        ck_assert_int_eq(outcome, COPY_MALFORMED);
        free(exact);
    }
    batch_release(&back);
}
END_TEST

START_TEST(heads_and_trailers)
{
    struct error error = ERROR_NONE;
    enum copy_row outcome = COPY_ROW;
    static const char *const cells[] = {"1", "2", "3"};
    static const enum type_id types[] = {TYPE_INT4};
    make(types, 1, cells, true);
    struct text head = copy_encoder_head(&encoder);
    const char *data = head.data;
    size_t size = head.size;
    ck_assert(copy_decode_head(&data, &size));
    ck_assert_uint_eq(size, 0);
    must(copy_decode_row(data, size, &batch, 0, &outcome, &error), &error);
    ck_assert_int_eq(outcome, COPY_NO_ROW);
    struct text tail = copy_encoder_tail(&encoder);
    must(copy_decode_row(tail.data, tail.size, &batch, 0, &outcome, &error), &error);
    ck_assert_int_eq(outcome, COPY_TRAILER);
    data = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\2ab\0\1";
    size = 23;
    ck_assert(copy_decode_head(&data, &size));
    ck_assert_uint_eq(size, 2);
    data = "PGCOPX";
    size = 6;
    ck_assert(!copy_decode_head(&data, &size));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("copy_encode");
    TCase *cases = tcase_create("copy_encode");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, every_type_there_and_back);
    tcase_add_test(cases, every_layout_of_a_vector);
    tcase_add_test(cases, the_bytes_of_a_row);
    tcase_add_test(cases, text_is_escaped);
    tcase_add_test(cases, numbers_that_do_not_fit);
    tcase_add_test(cases, rows_cut_short);
    tcase_add_test(cases, heads_and_trailers);
    suite_add_tcase(suite, cases);
    TCase *families = tcase_create("families");
    tcase_add_test(families, what_can_go_in_binary);
    suite_add_tcase(suite, families);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
