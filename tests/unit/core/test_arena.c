/* test_arena.c — arenas zero what they hand out, honour their budget to the byte, and give all
 * back. SPDX-License-Identifier: Apache-2.0 */
#include "novate/arena.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(memory_is_zeroed_also_after_reset)
{
    struct arena arena;
    arena_init(&arena, 256, NULL);
    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = arena_push(&arena, 200, 1);
        ck_assert_ptr_nonnull(bytes);
        for (int at = 0; at < 200; at++) {
            ck_assert_int_eq(bytes[at], 0);
        }
        memset(bytes, 0xAB, 200);
        arena_reset(&arena);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(alignment_is_kept)
{
    struct arena arena;
    arena_init(&arena, 128, NULL);
    for (int round = 0; round < 100; round++) {
        ck_assert_ptr_nonnull(arena_bytes(&arena, 1));
        void *memory = arena_push(&arena, 8, 16);
        ck_assert_uint_eq((uintptr_t)memory % 16, 0);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(budget_refuses_and_gets_everything_back)
{
    struct budget budget;
    struct arena arena;
    budget_init(&budget, 10000);
    arena_init(&arena, 1000, &budget);
    int pushed = 0;
    while (arena_push(&arena, 500, 1) != NULL) {
        pushed++;
        ck_assert_uint_le(atomic_load(&budget.used_bytes), 10000);
    }
    ck_assert_int_ge(pushed, 10);
    ck_assert_uint_le(atomic_load(&budget.peak_bytes), 10000);
    arena_release(&arena);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), 0);
}
END_TEST

START_TEST(reset_keeps_one_ordinary_block)
{
    struct budget budget;
    struct arena arena;
    budget_init(&budget, 0);
    arena_init(&arena, 1000, &budget);
    ck_assert_ptr_nonnull(arena_push(&arena, 100, 1));
    size_t one_block = atomic_load(&budget.used_bytes);
    for (int round = 0; round < 20; round++) {
        ck_assert_ptr_nonnull(arena_push(&arena, 900, 1));
    }
    ck_assert_ptr_nonnull(arena_push(&arena, 100000, 1));
    arena_reset(&arena);
    ck_assert_uint_eq(atomic_load(&budget.used_bytes), one_block);
    ck_assert_uint_eq(arena_used(&arena), 0);
    arena_release(&arena);
}
END_TEST

START_TEST(rewind_gives_back_what_came_after)
{
    struct arena arena;
    arena_init(&arena, 64, NULL);
    char *kept = arena_string(&arena, "kept");
    struct arena_mark mark = arena_mark(&arena);
    size_t used = arena_used(&arena);
    for (int round = 0; round < 10; round++) {
        ck_assert_ptr_nonnull(arena_push(&arena, 60, 1));
    }
    arena_rewind(&arena, mark);
    ck_assert_uint_eq(arena_used(&arena), used);
    ck_assert_str_eq(kept, "kept");
    arena_release(&arena);
}
END_TEST

START_TEST(overflowing_array_is_refused)
{
    struct arena arena;
    arena_init(&arena, 64, NULL);
    ck_assert_ptr_null(arena_array(&arena, SIZE_MAX / 2, 4, 1));
    ck_assert_ptr_null(arena_push(&arena, SIZE_MAX - 8, 1));
    arena_release(&arena);
}
END_TEST

START_TEST(formatted_text_is_whole)
{
    struct arena arena;
    arena_init(&arena, 16, NULL);
    ck_assert_str_eq(arena_format(&arena, "%s-%06d", "a fairly long entity name", 42),
                     "a fairly long entity name-000042");
    ck_assert_str_eq(arena_copy(&arena, "abc", 2), "ab");
    arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena");
    TCase *tcase = tcase_create("arena");
    tcase_add_test(tcase, memory_is_zeroed_also_after_reset);
    tcase_add_test(tcase, alignment_is_kept);
    tcase_add_test(tcase, budget_refuses_and_gets_everything_back);
    tcase_add_test(tcase, reset_keeps_one_ordinary_block);
    tcase_add_test(tcase, rewind_gives_back_what_came_after);
    tcase_add_test(tcase, overflowing_array_is_refused);
    tcase_add_test(tcase, formatted_text_is_whole);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
