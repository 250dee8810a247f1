/* test_segment.c — a segment gives back what was put in, and is there whole or not at all.
 * Damage is in test_segment_damage.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sample_segment.h"
#include "segment_format.h"
#include "temporary.h"
#include "values.h"

#include "novate/ledger.h"
#include "novate/limits.h"
#include "novate/segment.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ROWS = LIMIT_BATCH_ROWS < 5 ? LIMIT_BATCH_ROWS : 5
};

static const struct {
    enum type_id type;
    const char *values[5];
} kinds[] = {
    {TYPE_BOOL, {"t", "f", NULL, "t", "f"}},
    {TYPE_INT2, {"-32768", "0", NULL, "7", "32767"}},
    {TYPE_INT8, {"-9223372036854775808", "1", "2", "3", "4"}},
    {TYPE_NUMERIC, {"1.50", NULL, "NaN", "-Infinity", "0"}},
    {TYPE_NUMERIC,
     {"123456789012345678901234567890123456789012345678.5",
      "1",
      NULL,
      "-2.25",
      "99999999999999999999999999999999999999"}},
    {TYPE_FLOAT4, {"0.1", NULL, "-0", "NaN", "1e+06"}},
    {TYPE_FLOAT8, {"1e+300", "2", NULL, "3", "-Infinity"}},
    {TYPE_TEXT, {"Zoë", "", NULL, "tab\tand \"quote\"", "日本"}},
    {TYPE_VARCHAR, {"a", "b", "c", "d", "e"}},
    {TYPE_CHAR, {"x", NULL, "", "y", "z"}},
    {TYPE_BYTEA, {"\\x00ff80", "\\x", NULL, "\\x01", "\\xfe"}},
    {TYPE_DATE, {"1948-07-05", NULL, "2000-01-01", "1999-12-31", "4713-01-01 BC"}},
    {TYPE_TIME, {"24:00:00", "00:00:00", NULL, "12:34:56.789", "01:00:00"}},
    {TYPE_TIMESTAMP, {"2024-02-29 12:34:56.789", NULL, "1970-01-01 00:00:00", NULL, NULL}},
    {TYPE_TIMESTAMPTZ, {"2024-07-01 11:00:00+00", NULL, NULL, NULL, NULL}},
    {TYPE_UUID, {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", NULL, NULL, NULL, NULL}},
    {TYPE_INTERVAL, {"1 year 2 mons -3 days +04:05:06", NULL, "-00:00:00.000001", NULL, "0"}},
    {TYPE_OTHER, {"{\"a\": 1}", NULL, "[]", "{}", "null"}},
};
enum {
    KINDS = sizeof kinds / sizeof kinds[0]
};

static struct temporary folder;
static char path[512];
static struct error error;
static struct arena arena;
static struct column columns[KINDS];
static struct schema schema = {.columns = columns, .count = KINDS};
static struct segment_key *key; /* NULL: plain */

static void setup(void)
{
    error = ERROR_NONE;
    key = NULL;
    arena_init(&arena, 65536, NULL);
    temporary_make(&folder);
    (void)temporary_file(&folder, "patient-000003.extracted", path);
    for (int i = 0; i < KINDS; i++) {
        columns[i] = (struct column){.name = arena_format(&arena, "column \"%d\"", i),
                                     .type = type_of(kinds[i].type),
                                     .declared = i % 2 == 0 ? "as the catalogue says" : NULL,
                                     .nullable = true,
                                     .hidden_cast = kinds[i].type == TYPE_OTHER};
    }
    columns[8].type.length = 20;
}

static void teardown(void)
{
    segment_key_close(key);
    temporary_remove(&folder);
    arena_release(&arena);
}

static struct segment_header header_of(const struct schema *of)
{
    static const char *lower[] = {"10"};
    static const char *upper[] = {"20"};
    struct segment_header header = {
        .stage = SEGMENT_TRANSFORMED,
        .entity = "patient",
        .chunk =
            {.kind = CHUNK_KEY_RANGE, .ordinal = 3, .key_count = 1, .lower = lower, .upper = upper},
        .schema = *of,
    };

    must(chunk_identify(
             &header.chunk, "patient", (struct hash){.low = 1}, (struct hash){.low = 2}, &error),
         &error);
    return header;
}

static void fill_constant(struct vector *vector, struct batch *batch)
{
    struct type type = vector->type;
    bool null = type.id == TYPE_UUID;

    must(vector_create_constant(vector, type, batch->rows, null, &batch->arena, &error), &error);
    for (int i = 0; !null && i < KINDS; i++) {
        if (kinds[i].type == type.id) {
            value_put(vector, 0, kinds[i].values[0], &batch->arena);
            break;
        }
    }
}

/* A batch with everything a batch can have. */
static void fill(struct batch *batch, enum encoding encoding)
{
    static struct reject rejects[2] = {{.key = "[\"7\"]",
                                        .position = "f.csv line 9",
                                        .column = "born_on",
                                        .class = REJECT_RANGE,
                                        .sqlstate = "22008",
                                        .message = "date out of range",
                                        .source_hash = {.low = 5, .high = 6}},
                                       {.key = "[\"8\"]",
                                        .class = REJECT_CHECK,
                                        .name = "born \"before\" now",
                                        .message = "check is false"}};

    must(batch_begin(batch, ROWS, true, &error), &error);
    batch_set_rows(batch, ROWS);
    for (int c = 0; c < KINDS; c++) {
        for (int row = 0; encoding != ENCODING_CONSTANT && row < ROWS; row++) {
            value_put(&batch->columns[c], row, kinds[c].values[row], &batch->arena);
        }
        if (encoding == ENCODING_DICTIONARY) {
            values_as_dictionary(&batch->columns[c], &batch->arena);
        } else if (encoding == ENCODING_CONSTANT) {
            fill_constant(&batch->columns[c], batch);
        }
    }
    batch->key_columns = batch->columns;
    batch->key_count = 8;
    for (int row = 0; row < ROWS; row++) {
        batch->source_hashes[row] = (struct hash){.low = (uint64_t)row, .high = UINT64_MAX};
        batch->lines[row] = (uint64_t)row + 2;
        batch->offsets[row] = UINT64_C(1) << 40;
        digest_add(&batch->tally.source, batch->source_hashes[row]);
        digest_add(&batch->tally.passed, batch->source_hashes[row]);
    }
    batch->file = "persons.csv";
    must(batch_note(batch,
                    &(struct row_error){.row = ROWS - 1,
                                        .column = -1,
                                        .class = REJECT_ENCODING,
                                        .sqlstate = "22021",
                                        .message = "not valid"},
                    &error),
         &error);
    must(batch_note(batch,
                    &(struct row_error){.row = 0,
                                        .column = 2,
                                        .class = REJECT_LOOKUP,
                                        .name = "sex",
                                        .message = "no entry"},
                    &error),
         &error);
    must(counters_add(&batch->tally.counters, "filter", "inactive", 3, &error), &error);
    batch->rejects = rejects;
    batch->reject_count = 2;
    must(batch_validate(batch, &error), &error);
}

static void assert_vector(const struct vector *expected, const struct vector *read)
{
    ck_assert_int_eq(read->encoding, expected->encoding);
    ck_assert_int_eq(read->rows, expected->rows);
    ck_assert(type_equal(read->type, expected->type));
    for (int row = 0; row < expected->rows; row++) {
        ck_assert_pstr_eq(value_text(read, row, &arena), value_text(expected, row, &arena));
    }
}

static void assert_rejects(const struct batch *expected, const struct batch *read)
{
    ck_assert_int_eq(read->error_count, expected->error_count);
    for (int i = 0; i < expected->error_count; i++) {
        ck_assert_uint_eq(read->errors[i].row, expected->errors[i].row);
        ck_assert_int_eq(read->errors[i].column, expected->errors[i].column);
        ck_assert_int_eq(read->errors[i].class, expected->errors[i].class);
        ck_assert_str_eq(read->errors[i].sqlstate, expected->errors[i].sqlstate);
        ck_assert_pstr_eq(read->errors[i].name, expected->errors[i].name);
        ck_assert_str_eq(read->errors[i].message, expected->errors[i].message);
    }
    ck_assert_int_eq(read->reject_count, expected->reject_count);
    for (int i = 0; i < expected->reject_count; i++) {
        ck_assert_str_eq(read->rejects[i].key, expected->rejects[i].key);
        ck_assert_pstr_eq(read->rejects[i].position, expected->rejects[i].position);
        ck_assert_pstr_eq(read->rejects[i].column, expected->rejects[i].column);
        ck_assert_int_eq(read->rejects[i].class, expected->rejects[i].class);
        ck_assert_pstr_eq(read->rejects[i].name, expected->rejects[i].name);
        ck_assert_str_eq(read->rejects[i].sqlstate, expected->rejects[i].sqlstate);
        ck_assert_str_eq(read->rejects[i].message, expected->rejects[i].message);
        ck_assert(hash_equal(read->rejects[i].source_hash, expected->rejects[i].source_hash));
    }
}

static void assert_batch(const struct batch *expected, const struct batch *read)
{
    must(batch_validate(read, &error), &error);
    ck_assert_int_eq(read->rows, expected->rows);
    for (int c = 0; c < expected->schema->count; c++) {
        assert_vector(&expected->columns[c], &read->columns[c]);
    }
    ck_assert_int_eq(read->key_count, expected->key_count);
    for (int c = 0; c < expected->key_count; c++) {
        assert_vector(&expected->key_columns[c], &read->key_columns[c]);
    }
    for (int row = 0; row < expected->rows; row++) {
        ck_assert(hash_equal(read->source_hashes[row], expected->source_hashes[row]));
        ck_assert_uint_eq(read->lines[row], expected->lines[row]);
        ck_assert_uint_eq(read->offsets[row], expected->offsets[row]);
    }
    ck_assert_pstr_eq(read->file, expected->file);
    assert_rejects(expected, read);
    ck_assert(digest_equal(&read->tally.source, &expected->tally.source));
    ck_assert(digest_equal(&read->tally.passed, &expected->tally.passed));
    ck_assert_uint_eq(counters_get(&read->tally.counters, "filter", "inactive"),
                      counters_get(&expected->tally.counters, "filter", "inactive"));
}

START_TEST(what_goes_in_comes_out)
{
    struct segment_header header = header_of(&schema);
    struct segment_writer *writer = NULL;
    struct segment_reader *reader = NULL;
    const struct segment_header *found = NULL;
    struct batch written[4];
    struct batch read;
    struct hash checksum = {.low = 0};
    uint64_t bytes = 0;
    bool more = true;

    if (_i == 1) {
        key = sample_key(&folder, "key");
    }
    must(segment_writer_open(path, &header, key, &writer, &error), &error);
    for (int i = 0; i < 4; i++) {
        must(batch_init(&written[i], &schema, NULL, &error), &error);
        if (i < 3) {
            fill(&written[i], (enum encoding)i);
        } else {
            must(batch_begin(&written[i], ROWS, false, &error), &error);
            batch_set_rows(&written[i], 0);
        }
        must(segment_writer_push(writer, &written[i], &error), &error);
    }
    must(segment_writer_commit(writer, &checksum, &bytes, &error), &error);
    must(segment_reader_open(path, key, &reader, &found, &error), &error);
    ck_assert_str_eq(found->entity, "patient");
    ck_assert_int_eq(found->stage, SEGMENT_TRANSFORMED);
    ck_assert_str_eq(found->chunk.id, header.chunk.id);
    ck_assert_str_eq(found->chunk.upper[0], "20");
    ck_assert_int_eq(found->schema.count, KINDS);
    for (int c = 0; c < KINDS; c++) {
        ck_assert_str_eq(found->schema.columns[c].name, columns[c].name);
        ck_assert(type_equal(found->schema.columns[c].type, columns[c].type));
        ck_assert_pstr_eq(found->schema.columns[c].declared, columns[c].declared);
        ck_assert_int_eq(found->schema.columns[c].hidden_cast, columns[c].hidden_cast);
    }
    must(batch_init(&read, &found->schema, NULL, &error), &error);
    for (int i = 0; i < 4; i++) {
        must(segment_reader_next(reader, &read, &more, &error), &error);
        ck_assert(more);
        ck_assert_int_eq(read.chunk_ends, i == 3);
        ck_assert_int_eq(read.chunk, 3);
        assert_batch(&written[i], &read);
        batch_release(&written[i]);
    }
    must(segment_reader_next(reader, &read, &more, &error), &error);
    ck_assert(!more);
    ck_assert(hash_equal(segment_reader_checksum(reader), checksum));
    batch_release(&read);
    segment_reader_close(reader);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq((uint64_t)status.st_size, bytes);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
}
END_TEST

/* Checksums that are right do not help blocks that are wrong: every byte of a block is changed,
 * and the block may be refused or be another one, but must stay within bounds and valid. */
START_TEST(a_hostile_block_stays_within_bounds)
{
    struct batch batch;
    struct batch read;
    struct text_buffer raw;

    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_init(&read, &schema, NULL, &error), &error);
    fill(&batch, ENCODING_DICTIONARY);
    text_buffer_init(&raw, LIMIT_FIELD_BYTES);
    segment_block_encode(&batch, &raw);
    must(text_buffer_check(&raw, &error), &error);
    struct frame frame = {.rows = ROWS, .flags = segment_block_flags(&batch), .raw = raw.size};
    uint8_t *bytes = malloc(raw.size);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, raw.data, raw.size);
    for (size_t offset = 0; offset < raw.size; offset++) {
        static const uint8_t values[] = {0x00, 0x7f, 0x80, 0xff};
        for (size_t i = 0; i < sizeof values; i++) {
            struct error reason = ERROR_NONE;
            bytes[offset] = values[i];
            must(batch_begin(&read, ROWS, false, &error), &error);
            if (segment_block_decode(&frame, bytes, &read, &reason)) {
                must(batch_validate(&read, &error), &error);
            } else {
                ck_assert_int_eq(reason.code, ERROR_CORRUPT);
            }
            bytes[offset] = (uint8_t)raw.data[offset];
        }
    }
    /* Cut short: memory of exactly that size, so that reading past the end is seen. */
    for (size_t size = 0; size < raw.size; size++) {
        struct error reason = ERROR_NONE;
        uint8_t *exact = malloc(size + 1);
        ck_assert_ptr_nonnull(exact);
        memcpy(exact + 1, bytes, size);
        frame.raw = size;
        must(batch_begin(&read, ROWS, false, &error), &error);
        ck_assert(!segment_block_decode(&frame, exact + 1, &read, &reason));
        ck_assert_int_eq(reason.code, ERROR_CORRUPT);
        free(exact);
    }
    free(bytes);
    text_buffer_release(&raw);
    batch_release(&batch);
    batch_release(&read);
}
END_TEST

START_TEST(an_abort_leaves_nothing_and_an_open_segment_has_no_name)
{
    struct segment_header header = header_of(&schema);
    struct segment_writer *writer = NULL;
    char part[600];

    (void)snprintf(part, sizeof part, "%s.part", path);
    must(segment_writer_open(path, &header, key, &writer, &error), &error);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(access(part, F_OK), 0);
    segment_writer_abort(writer);
    ck_assert_int_ne(access(part, F_OK), 0);
    ck_assert_int_ne(access(path, F_OK), 0);
    segment_writer_abort(NULL);
}
END_TEST

START_TEST(what_a_killed_writer_left_is_written_over)
{
    char part[600];
    size_t size = 0;

    (void)snprintf(part, sizeof part, "%s.part", path);
    file_write(part, "half a segment", 14);
    ck_assert_int_eq(chmod(part, 0644), 0);
    free(sample_segment(path, key, &size));
    ck_assert_int_ne(access(part, F_OK), 0);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
}
END_TEST

START_TEST(a_segment_without_blocks_has_none)
{
    struct segment_header header = header_of(&schema);
    struct segment_writer *writer = NULL;
    struct hash checksum;
    uint64_t bytes = 0;

    if (_i == 1) {
        key = sample_key(&folder, "key");
    }
    must(segment_writer_open(path, &header, key, &writer, &error), &error);
    must(segment_writer_commit(writer, &checksum, &bytes, &error), &error);
    must(segment_read_all(path, key, &error), &error);
}
END_TEST

START_TEST(the_same_content_has_the_same_checksum)
{
    size_t size = 0;
    size_t size_again = 0;
    uint8_t *bytes = sample_segment(path, key, &size);
    uint8_t *again = sample_segment(path, key, &size_again);

    ck_assert_uint_eq(size, size_again);
    ck_assert_mem_eq(bytes, again, size);
    free(bytes);
    free(again);
}
END_TEST

START_TEST(errors_name_the_file)
{
    struct segment_header header = header_of(&schema);
    struct segment_writer *writer = NULL;
    struct error reason = ERROR_NONE;

    ck_assert(!segment_read_all("/nonexistent/segment", NULL, &reason));
    ck_assert_int_eq(reason.code, ERROR_IO);
    ck_assert_ptr_nonnull(strstr(reason.message, "/nonexistent/segment"));
    reason = ERROR_NONE;
    ck_assert(!segment_writer_open("/nonexistent/segment", &header, NULL, &writer, &reason));
    ck_assert_int_eq(reason.code, ERROR_IO);
    ck_assert_ptr_null(writer);
    reason = ERROR_NONE;
    ck_assert(!segment_read_all(folder.path, NULL, &reason));
    ck_assert_int_eq(reason.code, ERROR_CORRUPT);
}
END_TEST

START_TEST(another_schema_is_a_defect)
{
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    struct batch batch;
    bool more = true;
    size_t size = 0;

    free(sample_segment(path, key, &size));
    must(segment_reader_open(path, key, &reader, &header, &error), &error);
    must(batch_init(&batch, &schema, NULL, &error), &error);
    ck_assert(!segment_reader_next(reader, &batch, &more, &error));
    ck_assert_int_eq(error.code, ERROR_INTERNAL);
    batch_release(&batch);
    segment_reader_close(reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment");
    TCase *cases = tcase_create("segment");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, what_goes_in_comes_out, 0, 2);
    tcase_add_test(cases, a_hostile_block_stays_within_bounds);
    tcase_add_test(cases, an_abort_leaves_nothing_and_an_open_segment_has_no_name);
    tcase_add_test(cases, what_a_killed_writer_left_is_written_over);
    tcase_add_loop_test(cases, a_segment_without_blocks_has_none, 0, 2);
    tcase_add_test(cases, the_same_content_has_the_same_checksum);
    tcase_add_test(cases, errors_name_the_file);
    tcase_add_test(cases, another_schema_is_a_defect);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
