/* test_sketch_frequent.c — the bounds of Space-Saving hold, also after merging.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "sketch_frequent.h"
#include "values.h"

#include "novate/hash.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY = 64,
    VALUES = 5000,
    STREAM = 100000
};

static struct arena arena;
static struct error error;

static void setup(void)
{
    error = ERROR_NONE;
    arena_init(&arena, 65536, NULL);
}

static void teardown(void)
{
    arena_release(&arena);
}

static struct sketch_frequent make(int capacity)
{
    struct sketch_frequent sketch;
    must(sketch_frequent_init(&sketch, capacity, &arena, &error), &error);
    return sketch;
}

static void add(struct sketch_frequent *sketch, int value)
{
    char text[16];
    bool fresh = false;
    (void)snprintf(text, sizeof text, "%d", value);
    struct frequent_item *item =
        sketch_frequent_add(sketch, hash_bytes64(text, strlen(text)), &fresh);
    if (fresh) {
        sketch_text_set(&item->text, text_of(text));
    }
}

/* Few values often, many rarely. */
static int skewed(struct seed *seed)
{
    int bound = 1 + seed_below(seed, VALUES);
    return seed_below(seed, 1 + seed_below(seed, bound));
}

static int value_of(const struct frequent_item *item)
{
    char text[SKETCH_TEXT_BYTES + 1] = "";
    memcpy(text, item->text.bytes, item->text.size);
    return (int)strtol(text, NULL, 10);
}

/* Bounds hold for what is held; what is frequent enough is held. */
static void check_bounds(const struct sketch_frequent *sketch, const uint64_t *truth, uint64_t all)
{
    bool held[VALUES] = {false};
    uint64_t before = UINT64_MAX;
    const struct frequent_item *order[CAPACITY];
    sketch_frequent_order(sketch, order);
    for (int i = 0; i < sketch->count; i++) {
        int value = value_of(order[i]);
        uint64_t certain = order[i]->count - order[i]->error;
        ck_assert(!held[value]);
        held[value] = true;
        ck_assert_uint_le(certain, truth[value]);
        ck_assert_uint_ge(order[i]->count, truth[value]);
        ck_assert_uint_le(certain, before);
        before = certain;
    }
    for (int value = 0; value < VALUES; value++) {
        ck_assert_msg(held[value] || truth[value] * CAPACITY <= all, "%d is lost", value);
    }
}

START_TEST(bounds_hold)
{
    struct seed seed = seed_of(31 + (uint64_t)_i);
    struct sketch_frequent sketch = make(CAPACITY);
    uint64_t *truth = ARENA_ARRAY(&arena, uint64_t, VALUES);
    for (int i = 0; i < STREAM; i++) {
        int value = skewed(&seed);
        truth[value]++;
        add(&sketch, value);
    }
    check_bounds(&sketch, truth, STREAM);
}
END_TEST

START_TEST(bounds_hold_after_merging)
{
    struct seed seed = seed_of(41 + (uint64_t)_i);
    struct sketch_frequent parts[3] = {make(CAPACITY), make(CAPACITY), make(CAPACITY)};
    uint64_t *truth = ARENA_ARRAY(&arena, uint64_t, VALUES);
    for (int i = 0; i < STREAM; i++) {
        int value = skewed(&seed);
        truth[value]++;
        add(&parts[seed_below(&seed, 3)], value);
    }
    must(sketch_frequent_merge(&parts[0], &parts[1], &arena, &error), &error);
    must(sketch_frequent_merge(&parts[0], &parts[2], &arena, &error), &error);
    check_bounds(&parts[0], truth, STREAM);
}
END_TEST

START_TEST(few_values_are_counted_exactly)
{
    struct seed seed = seed_of(51);
    struct sketch_frequent sketch = make(CAPACITY);
    struct sketch_frequent other = make(CAPACITY);
    uint64_t truth[CAPACITY] = {0};
    for (int i = 0; i < 10000; i++) {
        int value = seed_below(&seed, CAPACITY);
        truth[value]++;
        add(i % 2 == 0 ? &sketch : &other, value);
    }
    must(sketch_frequent_merge(&sketch, &other, &arena, &error), &error);
    ck_assert_int_eq(sketch.count, CAPACITY);
    for (int i = 0; i < sketch.count; i++) {
        ck_assert_uint_eq(sketch.items[i].error, 0);
        ck_assert_uint_eq(sketch.items[i].count, truth[value_of(&sketch.items[i])]);
    }
}
END_TEST

START_TEST(texts_are_cut_at_a_character)
{
    char text[128];
    struct sketch_text kept;
    for (size_t i = 0; i < sizeof text; i += 2) {
        memcpy(text + i, "\xC3\xA9", 2);
    }
    sketch_text_set(&kept, text_from(text + 1, 0));
    ck_assert(!kept.cut && kept.size == 0);
    sketch_text_set(&kept, text_from(text, SKETCH_TEXT_BYTES));
    ck_assert(!kept.cut && kept.size == SKETCH_TEXT_BYTES);
    memmove(text + 1, text, SKETCH_TEXT_BYTES);
    text[0] = 'a';
    sketch_text_set(&kept, text_from(text, SKETCH_TEXT_BYTES + 1));
    ck_assert(kept.cut && kept.size == SKETCH_TEXT_BYTES - 1);
    ck_assert(utf8_valid(kept.bytes, kept.size, NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sketch_frequent");
    TCase *tests = tcase_create("bounds");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, bounds_hold, 0, 5);
    tcase_add_loop_test(tests, bounds_hold_after_merging, 0, 5);
    tcase_add_test(tests, few_values_are_counted_exactly);
    tcase_add_test(tests, texts_are_cut_at_a_character);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
