/* lookup_fixture.h — a lookup that a test fills row by row and asks.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_LOOKUP_FIXTURE_H
#define TEST_LOOKUP_FIXTURE_H

#include "lookup_table.h"
#include "values.h"

#include "novate/limits.h"
#include "novate/lookup.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#define COLUMNS_MAX 4

static struct arena arena;
static struct problems problems;
static struct error error;
static struct lookup_spec spec;
static struct column columns[COLUMNS_MAX];
static struct schema schema;
static struct lookup *lookup;
static struct batch batch;

static inline void setup(void)
{
    arena_init(&arena, 64 * 1024, NULL);
    problems_init(&problems, &arena);
    error = ERROR_NONE;
    lookup = NULL;
    spec = (struct lookup_spec){.name = "l", .place = {.file = "a.yaml", .line = 7, .column = 3}};
}

static inline void teardown(void)
{
    lookup_release(lookup);
    batch_release(&batch);
    arena_release(&arena);
}

/* A lookup of these columns; the first `from` are keys. */
static inline void make(int from, int to, const enum type_id *types)
{
    static const char *const names[COLUMNS_MAX] = {"a", "b", "c", "d"};

    for (int i = 0; i < from + to; i++) {
        columns[i] = (struct column){.name = names[i], .type = type_of(types[i])};
    }
    schema = (struct schema){.columns = columns, .count = from + to + spec.valid_at_count};
    spec.from = names;
    spec.from_count = from;
    spec.to = names + from;
    spec.to_count = to;
    ck_assert(lookup_create(&spec, &schema, &arena, &lookup, &error));
    must(batch_init(&batch, &schema, NULL, &error), &error);
}

static inline void make_texts(void)
{
    make(1, 1, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT});
}

/* One text to another for a time: key, value, begin, end. */
static inline void make_periods(enum type_id type)
{
    static const char *const periods[] = {"c", "d"};

    spec.valid_at = periods;
    spec.valid_at_count = 2;
    for (int i = 2; i < 4; i++) {
        columns[i] = (struct column){.name = periods[i - 2], .type = type_of(type)};
    }
    make(1, 1, (const enum type_id[]){TYPE_TEXT, TYPE_TEXT});
}

static inline void begin(bool with_positions)
{
    must(batch_begin(&batch, LIMIT_BATCH_ROWS, with_positions, &error), &error);
}

static inline void put(int row, const char *const *cells)
{
    for (int i = 0; i < schema.count; i++) {
        const char *copy = cells[i] == NULL ? NULL : arena_string(&batch.arena, cells[i]);
        value_put(&batch.columns[i], row, copy, &batch.arena);
    }
}

static inline void fill_batch(int rows)
{
    batch_set_rows(&batch, rows);
    must(lookup_fill(lookup, &batch, &problems, &error), &error);
}

/* One row, in a batch of its own. */
static inline void fill(const char *const *cells)
{
    begin(false);
    put(0, cells);
    fill_batch(1);
}

static inline void fill_pair(const char *from, const char *to)
{
    fill((const char *const[]){from, to});
}

static inline void seal(void)
{
    must(lookup_seal(lookup, &problems, &error), &error);
}

/* What a key of one text column gives: "value", "NULL", or "-" where there is no entry. */
static inline const char *find(const char *key)
{
    const struct text text = text_of(key);
    struct text value;
    bool is_null;

    if (!lookup_find(lookup, &text, 1, 0, &value, &is_null)) {
        return "-";
    }
    return is_null ? "NULL" : arena_copy(&arena, value.data, value.size);
}

/* What a key gives at that moment. */
static inline const char *find_at(const char *key, int64_t when)
{
    const struct text text = text_of(key);
    struct text value;
    bool is_null;

    if (!lookup_find_at(lookup, &text, when, 0, &value, &is_null)) {
        return "-";
    }
    return is_null ? "NULL" : arena_copy(&arena, value.data, value.size);
}

/* The same as find() for a number, whatever type it has. */
static inline const char *find_number(enum type_id type, const char *number)
{
    struct vector vector;
    char buffer[LOOKUP_KEY_BYTES];
    struct text value;
    bool is_null;

    must(vector_create(&vector, type_of(type), 1, &arena, &error), &error);
    value_put(&vector, 0, number, &arena);
    const struct text key = lookup_key_text(&vector, 0, true, buffer);
    if (!lookup_find(lookup, &key, 1, 0, &value, &is_null)) {
        return "-";
    }
    return arena_copy(&arena, value.data, value.size);
}

static inline void expect_problem(const char *message)
{
    ck_assert_int_eq(problems.count, 1);
    ck_assert_str_eq(problems.items[0].message, message);
    ck_assert_str_eq(problems.items[0].place.file, "a.yaml");
    ck_assert_int_eq(problems.items[0].place.line, 7);
}

static inline int run_tests(const char *name, void (*add_tests)(TCase *tests))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
