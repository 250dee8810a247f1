/* test_pick.c — which records are picked depends on keys and seed alone, and what is picked keeps
 * its values when everything that it was read from is gone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include "novate/limits.h"
#include "novate/pick.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 5000

static struct column columns[] = {{.name = "name", .type = {.id = TYPE_TEXT}},
                                  {.name = "id", .type = {.id = TYPE_INT8}},
                                  {.name = "weight", .type = {.id = TYPE_NUMERIC}}};
static const struct schema schema = {.columns = columns, .count = 3};
static const int key[] = {1};
static struct batch batch;
static struct error error;
static struct arena arena;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 65536, NULL);
    must(batch_init(&batch, &schema, NULL, &error), &error);
}

static void teardown(void)
{
    batch_release(&batch);
    arena_release(&arena);
}

#define ROWS_MAX (LIMIT_BATCH_ROWS < 700 ? LIMIT_BATCH_ROWS : 700)

/* Record `id` in a row of the batch; one in seven has no name. */
static void put_record(int row, int id)
{
    const char *name = id % 7 == 0 ? NULL : arena_format(&batch.arena, "name %d", id);
    value_put(&batch.columns[0], row, name, &batch.arena);
    value_put(&batch.columns[1], row, arena_format(&batch.arena, "%d", id), &batch.arena);
    value_put(&batch.columns[2],
              row,
              arena_format(&batch.arena, "%d00000000000000000000000000000000000000000.5", id),
              &batch.arena);
    batch.source_hashes[row] = (struct hash){.low = (uint64_t)id};
}

static void offer(struct pick *pick, const int *ids, int count, int chunk, bool restarts)
{
    must(batch_begin(&batch, count, false, &error), &error);
    for (int row = 0; row < count; row++) {
        put_record(row, ids[row]);
    }
    batch_set_rows(&batch, count);
    batch.chunk = chunk;
    batch.chunk_restarts = restarts;
    must(pick_offer(pick, &batch, &error), &error);
}

static struct pick *make(uint64_t seed, int size)
{
    struct pick *pick = NULL;
    must(pick_create(&schema, key, 1, seed, size, NULL, &pick, &error), &error);
    return pick;
}

/* All records, in steps of `stride`, in batches of `rows`. */
static struct pick *pick_all(uint64_t seed, int size, int stride, int rows)
{
    struct pick *pick = make(seed, size);
    rows = rows < ROWS_MAX ? rows : ROWS_MAX;
    int *ids = malloc(RECORDS * sizeof *ids);
    hold(ids != NULL);
    for (int i = 0; i < RECORDS; i++) {
        ids[i] = 1 + (int)((long)i * stride % RECORDS);
    }
    for (int first = 0; first < RECORDS; first += rows) {
        int count = RECORDS - first < rows ? RECORDS - first : rows;
        offer(pick, ids + first, count, first / rows, false);
    }
    free(ids);
    pick_finish(pick);
    return pick;
}

static bool same_keys(const struct pick *a, const struct pick *b)
{
    bool same = pick_count(a) == pick_count(b);
    for (int i = 0; same && i < pick_count(a); i++) {
        same = strcmp(pick_record(a, i)->key, pick_record(b, i)->key) == 0;
    }
    return same;
}

START_TEST(order_and_cut_do_not_matter)
{
    struct pick *first = pick_all(7, 100, 1, 512);
    struct pick *second = pick_all(7, 100, 4999, 13);
    struct pick *other = pick_all(8, 100, 1, 512);

    ck_assert_int_eq(pick_count(first), 100);
    ck_assert_uint_eq(pick_offered(first), RECORDS);
    ck_assert(same_keys(first, second));
    ck_assert(!same_keys(first, other));
    pick_destroy(first);
    pick_destroy(second);
    pick_destroy(other);
}
END_TEST

START_TEST(the_smallest_hashes_are_picked)
{
    struct pick *pick = pick_all(3, 50, 7, 100);
    int smaller = 0;
    char text[64];

    for (int id = 1; id <= RECORDS; id++) {
        int size = snprintf(text, sizeof text, "novate pick 1 3\n[\"%d\"]", id);
        struct hash hash = hash_bytes(text, (size_t)size);
        smaller += hash_compare(hash, pick_record(pick, 49)->order) < 0;
    }
    ck_assert_int_eq(smaller, 49);
    for (int i = 1; i < 50; i++) {
        hold(hash_compare(pick_record(pick, i - 1)->order, pick_record(pick, i)->order) < 0);
    }
    pick_destroy(pick);
}
END_TEST

/* Records [first, first + count) of the pick are what they were when they were offered. */
static void check_values(const struct pick *pick, int first, int count, struct batch *out)
{
    must(pick_fill(pick, first, count, out, &error), &error);
    must(batch_validate(out, &error), &error);
    hold(out->rows == count);
    for (int row = 0; row < count; row++) {
        int id = (int)out->columns[1].int64s[row];
        const char *name = value_text(&out->columns[0], row, &arena);
        const char *weight = value_text(&out->columns[2], row, &arena);
        const char *digits =
            arena_format(&arena, "%d00000000000000000000000000000000000000000.5", id);
        hold((name == NULL) == (id % 7 == 0));
        hold(name == NULL || strcmp(name, arena_format(&arena, "name %d", id)) == 0);
        hold(strcmp(weight, digits) == 0);
        hold(out->source_hashes[row].low == (uint64_t)id);
        hold(strcmp(pick_record(pick, first + row)->key, arena_format(&arena, "[\"%d\"]", id)) ==
             0);
    }
}

START_TEST(values_outlive_their_batch)
{
    struct pick *pick = pick_all(1, LIMIT_PICKED_RECORDS, 1, 700);
    struct batch out;

    ck_assert_int_eq(pick_count(pick), RECORDS);
    batch_clear(&batch);
    must(batch_init(&out, &schema, NULL, &error), &error);
    for (int first = 0; first < RECORDS; first += ROWS_MAX) {
        check_values(pick, first, RECORDS - first < ROWS_MAX ? RECORDS - first : ROWS_MAX, &out);
    }
    batch_release(&out);
    pick_destroy(pick);
}
END_TEST

START_TEST(a_chunk_that_begins_anew_counts_once)
{
    const int first[] = {1, 2, 3};
    const int second[] = {4, 5};
    struct pick *pick = make(0, 100);

    offer(pick, first, 3, 0, false);
    offer(pick, second, 2, 1, false);
    offer(pick, second, 1, 1, true);
    pick_finish(pick);
    ck_assert_int_eq(pick_count(pick), 4);
    pick_destroy(pick);
}
END_TEST

START_TEST(records_that_could_not_be_read_are_left)
{
    struct pick *pick = make(0, 100);

    must(batch_begin(&batch, 3, false, &error), &error);
    for (int row = 0; row < 3; row++) {
        put_record(row, row + 1);
    }
    must(batch_note(&batch, &(struct row_error){.row = 1, .message = "m"}, &error), &error);
    batch_set_rows(&batch, 3);
    must(pick_offer(pick, &batch, &error), &error);
    ck_assert_int_eq(pick_count(pick), 2);
    ck_assert_uint_eq(pick_offered(pick), 2);
    pick_destroy(pick);
}
END_TEST

START_TEST(without_a_key_the_record_is_its_own)
{
    const int ids[] = {1, 2};
    struct pick *pick = NULL;

    must(pick_create(&schema, NULL, 0, 0, 10, NULL, &pick, &error), &error);
    offer(pick, ids, 2, 0, false);
    pick_finish(pick);
    ck_assert_int_eq(pick_count(pick), 2);
    ck_assert_uint_eq(strlen(pick_record(pick, 0)->key), 32);
    ck_assert_str_ne(pick_record(pick, 0)->key, pick_record(pick, 1)->key);
    pick_destroy(pick);
}
END_TEST

START_TEST(memory_is_given_back_and_bounded)
{
    struct budget budget;
    struct pick *pick = NULL;

    budget_init(&budget, 128 << 10);
    must(pick_create(&schema, key, 1, 0, 4000, &budget, &pick, &error), &error);
    bool ok = true;
    for (int round = 0; ok && round < 80; round++) {
        must(batch_begin(&batch, 3, false, &error), &error);
        for (int row = 0; row < 3; row++) {
            put_record(row, round * 3 + row + 1);
        }
        batch_set_rows(&batch, 3);
        ok = pick_offer(pick, &batch, &error);
    }
    ck_assert(!ok);
    ck_assert_int_eq(error.code, ERROR_MEMORY);
    pick_destroy(pick);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pick");
    TCase *tests = tcase_create("pick");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, order_and_cut_do_not_matter);
    tcase_add_test(tests, the_smallest_hashes_are_picked);
    tcase_add_test(tests, values_outlive_their_batch);
    tcase_add_test(tests, a_chunk_that_begins_anew_counts_once);
    tcase_add_test(tests, records_that_could_not_be_read_are_left);
    tcase_add_test(tests, without_a_key_the_record_is_its_own);
    tcase_add_test(tests, memory_is_given_back_and_bounded);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
