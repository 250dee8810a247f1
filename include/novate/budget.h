/* budget.h — how much memory a job may take; all its arenas count against one budget.
 *
 * Whoever asks for more than there is gets NULL, and that is an error. A reader need not fail: as
 * long as batches are in flight, memory will come back without its doing, and it can wait. A claim
 * is a reader's right to wait:
 *
 *     struct claim claim = {.budget = &budget, .stopped = &stopped};
 *     arena.claim = &claim;      … the arena waits where it would fail …
 *     claim_end(&claim);         the batch is read
 *
 * Nothing waits for ever, by construction:
 *  - only readers wait, and only while a batch is in flight, which is in the hands of stages that
 *    never wait for memory;
 *  - large values are for one reader at a time. Whoever waits for that right holds an ordinary
 *    batch at most, and whoever has it waits for no other reader.
 * What does not fit although nothing is in flight never will, and fails.
 *
 * Threads  everything here may be used by all at once; a claim belongs to one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_BUDGET_H
#define NOVATE_BUDGET_H

#include "novate/attr.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct budget {
    atomic_size_t used_bytes;
    atomic_size_t peak_bytes;
    size_t max_bytes; /* 0: no limit */
    pthread_mutex_t mutex;
    pthread_cond_t returned; /* bytes, a batch, or the right to large values */
    atomic_int waiting;
    int in_flight;    /* batches that will be given back; under the mutex */
    bool large_taken; /* a reader has the right to large values; under the mutex */
};

struct claim {
    struct budget *budget;
    const atomic_bool *stopped; /* true: do not wait any more */
    bool large;                 /* has the right to large values */
};

void budget_init(struct budget *budget, size_t max_bytes);

/* NULL is a budget without limit, in all of these. */
bool budget_take(struct budget *budget, size_t bytes) NODISCARD;
void budget_give(struct budget *budget, size_t bytes);

/* A batch was read and will be used up; `count` batches were, and their memory given back. */
void budget_begin_flight(struct budget *budget);
void budget_end_flights(struct budget *budget, int count);

/* After `stopped` of a claim was set: whoever waits with it gives up. */
void budget_wake(struct budget *budget);

/* Waits for room while any is to come. Large values may have half of the budget while other batches
 * are in flight, so that what becomes of those has room too, and seven eighths of it alone. */
bool claim_take(struct claim *claim, size_t bytes, bool large) NODISCARD;
/* The batch is read: gives the right to large values back. */
void claim_end(struct claim *claim);

#endif
