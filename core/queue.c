/* queue.c — bounded hand-over between threads; the contract is in novate/queue.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/queue.h"

#include <time.h>

bool queue_init(struct queue *queue, int capacity, struct arena *arena, struct error *error)
{
    if (!NOVATE_CHECK(error, capacity > 0)) {
        return false;
    }
    *queue = (struct queue){.capacity = capacity};
    queue->items = ARENA_ARRAY(arena, void *, (size_t)capacity);
    if (queue->items == NULL) {
        return error_set_memory(error);
    }
    if (pthread_mutex_init(&queue->mutex, NULL) != 0) {
        return error_set_memory(error);
    }
    if (pthread_cond_init(&queue->not_full, NULL) != 0) {
        pthread_mutex_destroy(&queue->mutex);
        return error_set_memory(error);
    }
    if (pthread_cond_init(&queue->not_empty, NULL) != 0) {
        pthread_cond_destroy(&queue->not_full);
        pthread_mutex_destroy(&queue->mutex);
        return error_set_memory(error);
    }
    return true;
}

static uint_fast64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint_fast64_t)now.tv_sec * 1000000000u + (uint_fast64_t)now.tv_nsec;
}

bool queue_push(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->mutex);
    if (queue->count == queue->capacity && !queue->closed) {
        uint_fast64_t start = now_ns();
        while (queue->count == queue->capacity && !queue->closed) {
            pthread_cond_wait(&queue->not_full, &queue->mutex);
        }
        atomic_fetch_add(&queue->push_wait_ns, now_ns() - start);
    }
    bool open = !queue->closed;
    if (open) {
        queue->items[(queue->first + queue->count) % queue->capacity] = item;
        queue->count++;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->mutex);
    return open;
}

bool queue_pop(struct queue *queue, void **item)
{
    pthread_mutex_lock(&queue->mutex);
    if (queue->count == 0 && !queue->closed) {
        uint_fast64_t start = now_ns();
        while (queue->count == 0 && !queue->closed) {
            pthread_cond_wait(&queue->not_empty, &queue->mutex);
        }
        atomic_fetch_add(&queue->pop_wait_ns, now_ns() - start);
    }
    bool there = queue->count > 0;
    if (there) {
        *item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->mutex);
    return there;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_full);
    pthread_cond_broadcast(&queue->not_empty);
    pthread_mutex_unlock(&queue->mutex);
}

void queue_release(struct queue *queue)
{
    if (queue->capacity > 0) {
        pthread_cond_destroy(&queue->not_empty);
        pthread_cond_destroy(&queue->not_full);
        pthread_mutex_destroy(&queue->mutex);
        queue->capacity = 0;
    }
}
