/* queue.h — bounded hand-over of work between threads.
 *
 * A queue holds at most `capacity` pointers. push() waits while it is full, pop() while it is
 * empty. close() ends the hand-over: pushes fail from then on, pops drain what is left and then
 * fail.
 *
 * Ownership   push() takes the item, unless it fails; pop() gives it to the caller.
 * Threads     every function from any thread; release() only after all users stopped.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_QUEUE_H
#define NOVATE_QUEUE_H

#include "novate/arena.h"
#include "novate/error.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t not_full;
    pthread_cond_t not_empty;
    void **items;
    int capacity;
    int first;
    int count;
    bool closed;
    atomic_uint_fast64_t
        push_wait_ns;                 /* how long pushers and poppers waited: which side is slow; */
    atomic_uint_fast64_t pop_wait_ns; /* read by the progress line while the queue is in use */
};

bool queue_init(struct queue *queue,
                int capacity,
                struct arena *arena,
                struct error *error) NODISCARD;
bool queue_push(struct queue *queue, void *item) NODISCARD; /* false: closed */
bool queue_pop(struct queue *queue, void **item) NODISCARD; /* false: closed and empty */
void queue_close(struct queue *queue);
void queue_release(struct queue *queue);

#endif
