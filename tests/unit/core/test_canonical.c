/* test_canonical.c — the canonical encoding is what verify/README.md says, in every layout.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "temporary.h"
#include "values.h"

#include "novate/canonical.h"
#include "novate/limits.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPECIFICATION "verify/README.md"

enum {
    COLUMNS_MAX = 8
};

static struct arena arena;
static struct text_buffer scratch;
static struct hash hashes[LIMIT_BATCH_ROWS];

static void setup(void)
{
    arena_init(&arena, 65536, NULL);
    text_buffer_init(&scratch, LIMIT_RECORD_BYTES);
}

static void teardown(void)
{
    text_buffer_release(&scratch);
    arena_release(&arena);
}

/* This file is tests/unit/core/test_canonical.c of the tree that has the page. */
static char *read_specification(void)
{
    char path[1024];
    size_t size = 0;
    const char *here = __FILE__;
    const char *end = strstr(here, "tests/unit/core/");

    ck_assert_ptr_nonnull(end);
    (void)snprintf(path, sizeof path, "%.*s%s", (int)(end - here), here, SPECIFICATION);
    return (char *)file_read(path, &size);
}

/* The text between the next two backticks; `*at` goes on behind them. */
static char *next_cell(char **at)
{
    char *start = strchr(*at, '`');
    char *end = start == NULL ? NULL : strchr(start + 1, '`');

    ck_assert_ptr_nonnull(end);
    *end = '\0';
    *at = end + 1;
    return start + 1;
}

static int read_types(char *cell, struct column *columns)
{
    int count = 0;

    for (char *name = cell; name != NULL; count++) {
        char *comma = strstr(name, ", ");
        if (comma != NULL) {
            *comma = '\0';
        }
        ck_assert_int_lt(count, COLUMNS_MAX);
        columns[count] = (struct column){.name = name};
        if (strcmp(name, "other") == 0) {
            columns[count].type = type_of(TYPE_OTHER);
        } else {
            ck_assert_msg(type_parse_expression(text_of(name), &columns[count].type), "%s", name);
        }
        name = comma == NULL ? NULL : comma + 2;
    }
    return count;
}

/* A batch of `rows` times the row of the cell; the layout of the columns is to choose. */
static void make_batch(struct batch *batch,
                       struct schema *schema,
                       const json_t *values,
                       int rows,
                       enum encoding encoding)
{
    struct error error = ERROR_NONE;

    must(batch_init(batch, schema, NULL, &error), &error);
    must(batch_begin(batch, rows, false, &error), &error);
    for (int c = 0; c < schema->count; c++) {
        struct vector *vector = &batch->columns[c];
        const char *text = json_string_value(json_array_get(values, (size_t)c));
        int count = rows;
        if (encoding == ENCODING_CONSTANT) {
            must(vector_create_constant(
                     vector, schema->columns[c].type, rows, text == NULL, &batch->arena, &error),
                 &error);
            count = text == NULL ? 0 : 1;
        }
        for (int row = 0; row < count; row++) {
            value_put(vector, row, text, &batch->arena);
        }
        if (encoding == ENCODING_DICTIONARY) {
            values_as_dictionary(vector, &batch->arena);
        }
    }
    batch->rows = rows;
    must(batch_validate(batch, &error), &error);
}

static void assert_encoding(const struct batch *batch, const char *encoding)
{
    text_buffer_reset(&scratch);
    for (int c = 0; c < batch->schema->count; c++) {
        canonical_value(&batch->columns[c], 0, &scratch);
    }
    ck_assert(!scratch.failed);
    char *hex = calloc(scratch.size * 2 + 1, 1);
    ck_assert_ptr_nonnull(hex);
    for (size_t i = 0; i < scratch.size; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned)(unsigned char)scratch.data[i]);
    }
    ck_assert_str_eq(hex, encoding);
    free(hex);
}

static void assert_hashes(const struct batch *batch, const char *expected)
{
    struct error error = ERROR_NONE;

    must(canonical_hash_rows(batch, NULL, 0, &scratch, hashes, &error), &error);
    for (int row = 0; row < batch->rows; row++) {
        char hex[HASH_HEX_SIZE];
        hash_hex(hashes[row], hex);
        ck_assert_str_eq(hex, expected);
    }
}

static void check_vector(char *line)
{
    struct column columns[COLUMNS_MAX];
    struct schema schema = {.columns = columns};
    char *at = line;

    schema.count = read_types(next_cell(&at), columns);
    json_error_t reason;
    json_t *values = json_loads(next_cell(&at), 0, &reason);
    ck_assert_int_eq((int)json_array_size(values), schema.count);
    const char *encoding = next_cell(&at);
    const char *hash = next_cell(&at);
    for (int e = ENCODING_FLAT; e <= ENCODING_DICTIONARY; e++) {
        struct batch batch;
        make_batch(&batch, &schema, values, LIMIT_BATCH_ROWS < 3 ? 1 : 3, (enum encoding)e);
        assert_encoding(&batch, encoding);
        assert_hashes(&batch, hash);
        batch_release(&batch);
    }
    json_decref(values);
}

/* Every line of the page's table, in every layout. */
START_TEST(the_specification_holds)
{
    char *page = read_specification();
    char *line = strstr(page, "## Canonical encoding, version 1");
    int vectors = 0;

    ck_assert_ptr_nonnull(line);
    line = strstr(line, "| types | values | encoding |");
    ck_assert_ptr_nonnull(line);
    line = strchr(strchr(line, '\n') + 1, '\n') + 1; /* behind the rule under the heading */
    while (*line == '|') {
        char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        check_vector(line);
        line = end + 1;
        vectors++;
    }
    ck_assert_int_ge(vectors, 40);
    free(page);
}
END_TEST

/* A batch of every kind of column with random values; text now and then longer than the buffer. */
static void fill_randomly(struct batch *batch, struct seed *seed)
{
    for (int row = 0; row < batch->rows_max; row++) {
        char *number = arena_format(
            &batch->arena, "%d.%04d", seed_below(seed, 2000000) - 1000000, seed_below(seed, 10000));
        int size = seed_below(seed, 50) == 0 ? 30000 : seed_below(seed, 40);
        char *text = arena_push(&batch->arena, (size_t)size + 1, 1);
        ck_assert_ptr_nonnull(number);
        ck_assert_ptr_nonnull(text);
        memset(text, 'a' + seed_below(seed, 26), (size_t)size);
        value_put(&batch->columns[0], row, number, &batch->arena);
        value_put(&batch->columns[1], row, text, &batch->arena);
        value_put(&batch->columns[2], row, seed_below(seed, 2) ? "t" : NULL, &batch->arena);
        batch->columns[3].int64s[row] = (int64_t)seed_next(seed);
        batch->columns[4].doubles[row] = (double)seed_below(seed, 1000) / 8;
    }
    batch_set_rows(batch, batch->rows_max);
}

/* The fast way gives what the field by field way gives, whatever the rows are. */
START_TEST(rows_are_their_fields_one_after_the_other)
{
    static struct column columns[] = {{.name = "n", .type = {.id = TYPE_NUMERIC}},
                                      {.name = "t", .type = {.id = TYPE_TEXT}},
                                      {.name = "b", .type = {.id = TYPE_BOOL}},
                                      {.name = "i", .type = {.id = TYPE_INT8}},
                                      {.name = "f", .type = {.id = TYPE_FLOAT8}}};
    struct schema schema = {.columns = columns, .count = 5};
    const int chosen[] = {3, 1, 0, 2};
    struct seed seed = seed_of(13);
    struct error error = ERROR_NONE;
    struct batch batch;
    struct text_buffer row_bytes;

    text_buffer_init(&row_bytes, LIMIT_RECORD_BYTES);
    must(batch_init(&batch, &schema, NULL, &error), &error);
    for (int round = 0; round < 20; round++) {
        must(batch_begin(&batch, 1 + seed_below(&seed, LIMIT_BATCH_ROWS), false, &error), &error);
        fill_randomly(&batch, &seed);
        must(canonical_hash_rows(&batch, chosen, 4, &scratch, hashes, &error), &error);
        for (int row = 0; row < batch.rows; row++) {
            text_buffer_reset(&row_bytes);
            for (int c = 0; c < 4; c++) {
                canonical_value(&batch.columns[chosen[c]], row, &row_bytes);
            }
            ck_assert(hash_equal(hashes[row], hash_bytes(row_bytes.data, row_bytes.size)));
        }
    }
    text_buffer_release(&row_bytes);
    batch_release(&batch);
}
END_TEST

/* Numbers that are equal are equal bytes: every scale, narrow and wide. */
START_TEST(numbers_go_by_value)
{
    static const char *const groups[][4] = {
        {"0", "0.0", "-0.000", "0.00000000000000000000000000000000000000000000000000"},
        {"1200", "1200.0", "1.2e3", "1200.00000000000000000000000000000000000000000000000000"},
        {"-0.5", "-0.50", "-5e-1", "-0.50000000000000000000000000000000000000000000000000"},
        {"18446744073709551616",
         "18446744073709551616.0",
         "18446744073709551616.00",
         "18446744073709551616.000000000000000000000000000000000000"},
        {"-9223372036854775808",
         "-9223372036854775808.0",
         "-9223372036854775808.000",
         "-9223372036854775808.00000000000000000000000000000000000"},
        {"9223372036854775808e3",
         "9223372036854775808000",
         "9223372036854775808000.0",
         "9223372036854775808000.00000000000000000000000000000000000"},
    };
    struct error error = ERROR_NONE;
    struct text_buffer first;
    struct vector vector;

    text_buffer_init(&first, LIMIT_FIELD_BYTES);
    must(vector_create(&vector, type_of(TYPE_NUMERIC), 4, &arena, &error), &error);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        for (int i = 0; i < 4; i++) {
            value_put(&vector, i, groups[g][i], &arena);
        }
        text_buffer_reset(&first);
        canonical_value(&vector, 0, &first);
        for (int i = 1; i < 4; i++) {
            text_buffer_reset(&scratch);
            canonical_value(&vector, i, &scratch);
            ck_assert_uint_eq(scratch.size, first.size);
            ck_assert_msg(memcmp(scratch.data, first.data, first.size) == 0, "%s", groups[g][i]);
        }
    }
    text_buffer_release(&first);
}
END_TEST

START_TEST(too_small_a_scratch_is_an_error)
{
    struct column column = {.name = "t", .type = {.id = TYPE_TEXT}};
    struct schema schema = {.columns = &column, .count = 1};
    struct error error = ERROR_NONE;
    struct text_buffer small;
    struct hash hash;
    struct batch batch;

    text_buffer_init(&small, 100);
    must(batch_init(&batch, &schema, NULL, &error), &error);
    must(batch_begin(&batch, 1, false, &error), &error);
    batch_set_rows(&batch, 1);
    ck_assert(!canonical_hash_rows(&batch, NULL, 0, &small, &hash, &error));
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    text_buffer_release(&small);
    batch_release(&batch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("canonical");
    TCase *cases = tcase_create("canonical");

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, the_specification_holds);
    tcase_add_test(cases, rows_are_their_fields_one_after_the_other);
    tcase_add_test(cases, numbers_go_by_value);
    tcase_add_test(cases, too_small_a_scratch_is_an_error);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
