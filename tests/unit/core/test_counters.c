/* test_counters.c — counts by name add up, come sorted, and survive JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/counters.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

START_TEST(counts_add_up_and_survive_json)
{
    struct arena arena;
    struct counters counters;
    struct counters again;
    struct error error = ERROR_NONE;
    struct text_buffer out;
    arena_init(&arena, 1024, NULL);
    counters_init(&counters, &arena);
    counters_init(&again, &arena);
    ck_assert(counters_add(&counters, "reject", "LENGTH", 2, &error));
    ck_assert(counters_add(&counters, "filter", "inactive", 3, &error));
    ck_assert(counters_add(&counters, "filter", "a \"quoted\" one", 1, &error));
    ck_assert(counters_add(&counters, "reject", "LENGTH", 5, &error));
    text_buffer_init(&out, 10000);
    counters_json(&counters, &out);
    ck_assert_str_eq(out.data,
                     "{\"filter\":{\"a \\\"quoted\\\" one\":1,\"inactive\":3},"
                     "\"reject\":{\"LENGTH\":7}}");
    ck_assert(counters_from_json(&again, out.data, &error));
    ck_assert(counters_merge(&again, &counters, &error));
    ck_assert_uint_eq(counters_get(&again, "reject", "LENGTH"), 14);
    ck_assert_uint_eq(counters_total(&again, "filter"), 8);
    ck_assert_uint_eq(counters_get(&again, "filter", "none"), 0);
    text_buffer_release(&out);
    arena_release(&arena);
}
END_TEST

START_TEST(what_is_taken_is_counted_no_more)
{
    struct arena arena;
    struct counters counters;
    struct error error = ERROR_NONE;
    struct text_buffer out;
    arena_init(&arena, 1024, NULL);
    counters_init(&counters, &arena);
    ck_assert(counters_add(&counters, "reject", "CHECK", 1, &error));
    ck_assert(counters_add(&counters, "reject", "LENGTH", 2, &error));
    ck_assert(counters_add(&counters, "reject", "TYPE", 1, &error));
    counters_take(&counters, "reject", "CHECK");
    counters_take(&counters, "reject", "LENGTH");
    counters_take(&counters, "reject", "no such class");
    text_buffer_init(&out, 10000);
    counters_json(&counters, &out);
    ck_assert_str_eq(out.data, "{\"reject\":{\"LENGTH\":1,\"TYPE\":1}}");
    text_buffer_release(&out);
    arena_release(&arena);
}
END_TEST

START_TEST(many_names_are_kept)
{
    struct arena arena;
    struct counters counters;
    struct error error = ERROR_NONE;
    char name[32];
    arena_init(&arena, 1024, NULL);
    counters_init(&counters, &arena);
    for (int index = 0; index < 500; index++) {
        (void)snprintf(name, sizeof name, "n%d", index * 7 % 500);
        ck_assert(counters_add(&counters, "note", name, (uint64_t)index, &error));
    }
    ck_assert_int_eq(counters.count, 500);
    ck_assert_uint_eq(counters_total(&counters, "note"), 499 * 500 / 2);
    arena_release(&arena);
}
END_TEST

START_TEST(broken_json_is_refused)
{
    static const char *const BROKEN[] = {
        "",
        "[]",
        "{\"a\":1}",
        "{\"a\":{\"b\":-1}}",
        "{\"a\":{\"b\":\"1\"}}",
        "{",
        "{\"a\":{\"b\":{\"count\":1}}}",
        "{\"a\":{\"b\":{\"count\":1,\"first\":\"x\",\"chunk\":-1,\"row\":0}}}"};
    struct arena arena;
    struct counters counters;
    arena_init(&arena, 1024, NULL);
    for (size_t index = 0; index < sizeof BROKEN / sizeof BROKEN[0]; index++) {
        struct error error = ERROR_NONE;
        counters_init(&counters, &arena);
        ck_assert(!counters_from_json(&counters, BROKEN[index], &error));
        ck_assert_int_eq(error.code, ERROR_CORRUPT);
    }
    arena_release(&arena);
}
END_TEST

static void add(struct counters *counters, uint64_t chunk, uint64_t row, const char *first)
{
    struct error error = ERROR_NONE;
    const struct counter item = {.group = "repair",
                                 .name = "A",
                                 .count = 2,
                                 .first = first,
                                 .first_chunk = chunk,
                                 .first_row = row};
    ck_assert(counters_add_item(counters, &item, &error));
}

/* Chunks are carried in any order, by several workers: the first case is the same. */
START_TEST(the_first_case_does_not_depend_on_the_order)
{
    static const struct {
        uint64_t chunk, row;
        const char *first;
    } cases[] = {{2, 0, "c"}, {1, 7, "b"}, {1, 5, "a \"quoted\" place"}, {3, 1, "d"}};
    for (int order = 0; order < 24; order++) {
        struct arena arena;
        struct counters counters[2];
        struct counters whole;
        struct error error = ERROR_NONE;
        struct text_buffer out;
        int left[] = {0, 1, 2, 3};
        arena_init(&arena, 1024, NULL);
        counters_init(&counters[0], &arena);
        counters_init(&counters[1], &arena);
        counters_init(&whole, &arena);
        text_buffer_init(&out, 10000);
        for (int count = 4, rest = order; count > 0; rest /= count, count--) {
            int at = rest % count;
            add(&counters[at % 2],
                cases[left[at]].chunk,
                cases[left[at]].row,
                cases[left[at]].first);
            left[at] = left[count - 1];
        }
        ck_assert(counters_add(&counters[1], "repair", "A", 0, &error)); /* without a place */
        ck_assert(counters_merge(&whole, &counters[0], &error));
        counters_json(&counters[1], &out);
        ck_assert(counters_from_json(&whole, out.data, &error));
        const struct counter *item = counters_find(&whole, "repair", "A");
        ck_assert_ptr_nonnull(item);
        ck_assert_uint_eq(item->count, 8);
        ck_assert_str_eq(item->first, "a \"quoted\" place");
        text_buffer_release(&out);
        arena_release(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("counters");
    TCase *tcase = tcase_create("counters");
    tcase_add_test(tcase, counts_add_up_and_survive_json);
    tcase_add_test(tcase, many_names_are_kept);
    tcase_add_test(tcase, what_is_taken_is_counted_no_more);
    tcase_add_test(tcase, broken_json_is_refused);
    tcase_add_test(tcase, the_first_case_does_not_depend_on_the_order);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
