/* source_pool.c — the contract is in source_pool.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "source_pool.h"

#include "novate/limits.h"

#include <pthread.h>
#include <stdlib.h>

/* Lanes, each with one, and one for whoever plans beside them. */
enum {
    CONNECTIONS_MAX = LIMIT_JOBS + 1
};

struct connection {
    struct source *source;
    bool lent;
};

struct pool_side {
    struct pace *pace;
    struct connection connections[CONNECTIONS_MAX]; /* open ones first; an open one never moves */
    int count;
};

struct source_pool {
    const struct plan *plan;
    struct source_watch watch;
    pthread_mutex_t mutex;    /* of the connections */
    struct pool_side sides[]; /* by plan->sources */
};

bool source_pool_create(const struct plan *plan,
                        const struct source_watch *watch,
                        struct source_pool **pool,
                        struct error *error)
{
    size_t sides = (size_t)plan->source_count;
    struct source_pool *created = calloc(1, sizeof *created + sides * sizeof created->sides[0]);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->plan = plan;
    created->watch = *watch;
    (void)pthread_mutex_init(&created->mutex, NULL);
    for (size_t index = 0; index < sides; index++) {
        if (!pace_create(
                &plan->sources[index], watch->cancel, &created->sides[index].pace, error)) {
            source_pool_destroy(created);
            return false;
        }
    }
    *pool = created;
    return true;
}

void source_pool_destroy(struct source_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    for (int index = 0; index < pool->plan->source_count; index++) {
        struct pool_side *side = &pool->sides[index];
        for (int at = 0; at < side->count; at++) {
            source_close(side->connections[at].source);
        }
        pace_destroy(side->pace);
    }
    (void)pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

/* An idle connection, or a place for a new one; NULL: neither. */
static struct connection *reserve(struct pool_side *side, uint64_t most)
{
    struct connection *place = NULL;
    uint64_t taken = 0;
    for (int at = 0; at < side->count; at++) {
        struct connection *connection = &side->connections[at];
        if (!connection->lent && connection->source != NULL) {
            return connection;
        }
        taken += connection->lent;
        place = !connection->lent && place == NULL ? connection : place;
    }
    if (most != 0 && taken >= most) {
        return NULL;
    }
    if (place == NULL && side->count < CONNECTIONS_MAX) {
        place = &side->connections[side->count++];
    }
    return place;
}

bool source_pool_lend(struct source_pool *pool,
                      const struct plan_source *settings,
                      struct source **source,
                      struct error *error)
{
    struct pool_side *side = &pool->sides[settings - pool->plan->sources];
    pthread_mutex_lock(&pool->mutex);
    struct connection *connection = reserve(side, settings->pace.connections_max);
    if (connection != NULL) {
        connection->lent = true;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (connection == NULL) {
        return error_set(error, ERROR_INTERNAL, "a source has more readers than connections");
    }
    if (connection->source == NULL) {
        struct source *opened = NULL;
        bool ok = source_open(settings, &pool->watch, &opened, error);
        if (ok) {
            source_set_pace(opened, side->pace);
        }
        pthread_mutex_lock(&pool->mutex);
        connection->source = opened;
        connection->lent = ok;
        pthread_mutex_unlock(&pool->mutex);
        if (!ok) {
            return false;
        }
    }
    *source = connection->source;
    return true;
}

void source_pool_return(struct source_pool *pool, struct source *source)
{
    pthread_mutex_lock(&pool->mutex);
    for (int index = 0; source != NULL && index < pool->plan->source_count; index++) {
        struct pool_side *side = &pool->sides[index];
        for (int at = 0; at < side->count; at++) {
            if (side->connections[at].source == source) {
                side->connections[at].lent = false;
            }
        }
    }
    pthread_mutex_unlock(&pool->mutex);
}

bool source_pool_used(struct source_pool *pool, const struct plan_source *settings)
{
    pthread_mutex_lock(&pool->mutex);
    bool used = pool->sides[settings - pool->plan->sources].count > 0;
    pthread_mutex_unlock(&pool->mutex);
    return used;
}

struct pace *source_pool_pace(const struct source_pool *pool, const struct plan_source *settings)
{
    return pool->sides[settings - pool->plan->sources].pace;
}
