/* budget.c — counting memory, and waiting for it; the contract is in novate/budget.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/budget.h"

/* An eighth of the budget is what readers leave to the stages behind them, which cannot wait. */
#define RESERVE_SHARE 8

void budget_init(struct budget *budget, size_t max_bytes)
{
    atomic_init(&budget->used_bytes, 0);
    atomic_init(&budget->peak_bytes, 0);
    atomic_init(&budget->waiting, 0);
    budget->max_bytes = max_bytes;
    budget->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    budget->returned = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    budget->in_flight = 0;
    budget->large_taken = false;
}

static bool take_up_to(struct budget *budget, size_t bytes, size_t max_bytes)
{
    size_t used = atomic_load(&budget->used_bytes);
    do {
        if (bytes > max_bytes || used > max_bytes - bytes) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&budget->used_bytes, &used, used + bytes));
    used += bytes;
    size_t peak = atomic_load(&budget->peak_bytes);
    while (peak < used && !atomic_compare_exchange_weak(&budget->peak_bytes, &peak, used)) {
    }
    return true;
}

static size_t max_of(const struct budget *budget)
{
    return budget->max_bytes == 0 ? (size_t)-1 : budget->max_bytes;
}

bool budget_take(struct budget *budget, size_t bytes)
{
    return budget == NULL || take_up_to(budget, bytes, max_of(budget));
}

/* Whoever waits counts itself before it looks a last time, so none is missed here. */
void budget_wake(struct budget *budget)
{
    if (budget != NULL && atomic_load(&budget->waiting) > 0) {
        pthread_mutex_lock(&budget->mutex);
        pthread_cond_broadcast(&budget->returned);
        pthread_mutex_unlock(&budget->mutex);
    }
}

void budget_give(struct budget *budget, size_t bytes)
{
    if (budget != NULL) {
        atomic_fetch_sub(&budget->used_bytes, bytes);
        budget_wake(budget);
    }
}

void budget_begin_flight(struct budget *budget)
{
    if (budget != NULL) {
        pthread_mutex_lock(&budget->mutex);
        budget->in_flight++;
        pthread_mutex_unlock(&budget->mutex);
    }
}

void budget_end_flights(struct budget *budget, int count)
{
    if (budget != NULL && count > 0) {
        pthread_mutex_lock(&budget->mutex);
        budget->in_flight -= count;
        pthread_cond_broadcast(&budget->returned);
        pthread_mutex_unlock(&budget->mutex);
    }
}

static bool gives_up(const struct claim *claim)
{
    return claim->stopped != NULL && atomic_load(claim->stopped);
}

/* Under the mutex. */
static bool wait_for_right(struct claim *claim)
{
    struct budget *budget = claim->budget;
    while (budget->large_taken) {
        if (gives_up(claim)) {
            return false;
        }
        pthread_cond_wait(&budget->returned, &budget->mutex);
    }
    budget->large_taken = true;
    claim->large = true;
    return true;
}

/* Under the mutex. A reader of ordinary batches also waits for the one of large values. */
static bool wait_for_room(struct claim *claim, size_t bytes, size_t share_bytes, size_t all_bytes)
{
    struct budget *budget = claim->budget;
    for (;;) {
        bool last = budget->in_flight == 0 && (claim->large || !budget->large_taken);
        if (take_up_to(budget, bytes, last ? all_bytes : share_bytes)) {
            return true;
        }
        if (last || gives_up(claim)) {
            return false;
        }
        pthread_cond_wait(&budget->returned, &budget->mutex);
    }
}

bool claim_take(struct claim *claim, size_t bytes, bool large)
{
    struct budget *budget = claim->budget;
    if (budget == NULL) {
        return true;
    }
    size_t max_bytes = max_of(budget);
    size_t reserved_bytes = max_bytes - max_bytes / RESERVE_SHARE;
    size_t all_bytes = large ? reserved_bytes : max_bytes;
    size_t share_bytes = large ? max_bytes / 2 : reserved_bytes;
    bool has_right = !large || claim->large;
    if (has_right && take_up_to(budget, bytes, share_bytes)) {
        return true;
    }
    pthread_mutex_lock(&budget->mutex);
    atomic_fetch_add(&budget->waiting, 1);
    bool taken =
        (has_right || wait_for_right(claim)) && wait_for_room(claim, bytes, share_bytes, all_bytes);
    atomic_fetch_sub(&budget->waiting, 1);
    pthread_mutex_unlock(&budget->mutex);
    return taken;
}

void claim_end(struct claim *claim)
{
    if (claim->large) {
        struct budget *budget = claim->budget;
        claim->large = false;
        pthread_mutex_lock(&budget->mutex);
        budget->large_taken = false;
        pthread_cond_broadcast(&budget->returned);
        pthread_mutex_unlock(&budget->mutex);
    }
}
