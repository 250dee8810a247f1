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
        "", "[]", "{\"a\":1}", "{\"a\":{\"b\":-1}}", "{\"a\":{\"b\":\"1\"}}", "{"};
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

int main(void)
{
    Suite *suite = suite_create("counters");
    TCase *tcase = tcase_create("counters");
    tcase_add_test(tcase, counts_add_up_and_survive_json);
    tcase_add_test(tcase, many_names_are_kept);
    tcase_add_test(tcase, broken_json_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
