/* test_sketch_distinct.c — exact while small, within its error when large, and mergeable.
 * SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"
#include "sketch_distinct.h"
#include "values.h"

#include "novate/hash.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

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

/* Values first … first + count - 1 of a series, each twice. */
static void add(struct sketch_distinct *sketch, uint64_t seed, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count * 2; i++) {
        uint64_t value[2] = {seed, first + i % count};
        must(sketch_distinct_add(sketch, hash_bytes64(value, sizeof value), &arena, &error),
             &error);
    }
}

START_TEST(small_counts_are_exact)
{
    static const uint64_t sizes[] = {0, 1, 2, 100, 1023, SKETCH_DISTINCT_EXACT};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct sketch_distinct sketch = {.count = 0};
        add(&sketch, i, 0, sizes[i]);
        ck_assert_uint_eq(sketch_distinct_count(&sketch), sizes[i]);
        ck_assert(!sketch.estimated);
    }
}
END_TEST

/* The standard error is 0.81 %: four of them for each, and about one for the mean of all. */
START_TEST(large_counts_are_within_the_error)
{
    static const uint64_t sizes[] = {1025, 5000, 20000, 60000};
    double squares = 0;
    int trials = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (uint64_t seed = 1; seed <= 4; seed++) {
            struct sketch_distinct sketch = {.count = 0};
            add(&sketch, seed * 7919, 0, sizes[i]);
            double count = (double)sketch_distinct_count(&sketch);
            double off = count / (double)sizes[i] - 1.0;
            ck_assert_msg(fabs(off) < 4 * 0.0081,
                          "%llu values, seed %llu: off by %f",
                          (unsigned long long)sizes[i],
                          (unsigned long long)seed,
                          off);
            squares += off * off;
            trials++;
            arena_reset(&arena);
        }
    }
    ck_assert_double_lt(sqrt(squares / trials), 1.25 * 0.0081);
}
END_TEST

/* Sizes below and above where the sketch changes its form, on both sides. */
START_TEST(a_merged_sketch_is_that_of_the_whole)
{
    static const uint64_t sizes[] = {0, 700, 1024, 10000};
    for (size_t a = 0; a < sizeof sizes / sizeof *sizes; a++) {
        for (size_t b = 0; b < sizeof sizes / sizeof *sizes; b++) {
            struct sketch_distinct left = {.count = 0};
            struct sketch_distinct right = {.count = 0};
            struct sketch_distinct whole = {.count = 0};
            uint64_t begin = sizes[a] / 2; /* half of the left ones are in both */
            add(&left, 5, 0, sizes[a]);
            add(&right, 5, begin, sizes[b]);
            add(&whole, 5, 0, sizes[a]);
            add(&whole, 5, begin, sizes[b]);
            must(sketch_distinct_merge(&left, &right, &arena, &error), &error);
            ck_assert_uint_eq(sketch_distinct_count(&left), sketch_distinct_count(&whole));
            arena_reset(&arena);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sketch_distinct");
    TCase *tests = tcase_create("counting");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, small_counts_are_exact);
    tcase_add_test(tests, large_counts_are_within_the_error);
    tcase_add_test(tests, a_merged_sketch_is_that_of_the_whole);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
