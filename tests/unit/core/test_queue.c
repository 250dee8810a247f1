/* test_queue.c — a queue hands over in order, blocks at its capacity, and close() wakes everybody.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/queue.h"

#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    ITEMS = 20000
};

static int ITEM[ITEMS];

static void *produce(void *argument)
{
    struct queue *queue = argument;
    for (int index = 0; index < ITEMS; index++) {
        if (!queue_push(queue, &ITEM[index])) {
            return NULL;
        }
    }
    queue_close(queue);
    return queue;
}

START_TEST(items_come_in_order)
{
    struct arena arena;
    struct queue queue;
    struct error error = ERROR_NONE;
    pthread_t thread;
    arena_init(&arena, 1024, NULL);
    ck_assert(queue_init(&queue, 3, &arena, &error));
    ck_assert_int_eq(pthread_create(&thread, NULL, produce, &queue), 0);
    void *item = NULL;
    int count = 0;
    while (queue_pop(&queue, &item)) {
        ck_assert_ptr_eq(item, &ITEM[count]);
        count++;
    }
    ck_assert_int_eq(count, ITEMS);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    queue_release(&queue);
    arena_release(&arena);
}
END_TEST

START_TEST(close_wakes_a_pusher_that_waits)
{
    struct arena arena;
    struct queue queue;
    struct error error = ERROR_NONE;
    pthread_t thread;
    void *result = &queue;
    void *item = NULL;
    arena_init(&arena, 1024, NULL);
    ck_assert(queue_init(&queue, 1, &arena, &error));
    ck_assert_int_eq(pthread_create(&thread, NULL, produce, &queue), 0);
    ck_assert(queue_pop(&queue, &item));
    queue_close(&queue);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_null(result);
    ck_assert(!queue_push(&queue, &ITEM[0]));
    while (queue_pop(&queue, &item)) {
    }
    queue_release(&queue);
    arena_release(&arena);
}
END_TEST

static void *consume(void *argument)
{
    void *item = NULL;
    return queue_pop(argument, &item) ? item : NULL;
}

START_TEST(close_wakes_a_popper_that_waits)
{
    struct arena arena;
    struct queue queue;
    struct error error = ERROR_NONE;
    pthread_t thread;
    void *result = &queue;
    arena_init(&arena, 1024, NULL);
    ck_assert(queue_init(&queue, 1, &arena, &error));
    ck_assert_int_eq(pthread_create(&thread, NULL, consume, &queue), 0);
    queue_close(&queue);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_null(result);
    queue_release(&queue);
    arena_release(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *tcase = tcase_create("queue");
    tcase_add_test(tcase, items_come_in_order);
    tcase_add_test(tcase, close_wakes_a_pusher_that_waits);
    tcase_add_test(tcase, close_wakes_a_popper_that_waits);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
