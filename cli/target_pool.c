/* target_pool.c — the contract is in target_pool.h. SPDX-License-Identifier: Apache-2.0 */
#include "target_pool.h"

void target_pool_init(struct target_pool *pool)
{
    (void)pthread_mutex_init(&pool->mutex, NULL);
}

static struct session *take(struct target_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    struct session *session = pool->count > 0 ? pool->idle[--pool->count] : NULL;
    pthread_mutex_unlock(&pool->mutex);
    return session;
}

bool target_pool_lend(struct target_pool *pool,
                      const char *conninfo,
                      const struct cancel *cancel,
                      struct session **session,
                      struct error *error)
{
    for (struct session *idle = take(pool); idle != NULL; idle = take(pool)) {
        struct error lost = ERROR_NONE; /* meanwhile; there may be others */
        if (session_execute(idle, "DISCARD TEMP", &lost)) {
            *session = idle;
            return true;
        }
        session_close(idle);
    }
    return session_open_heeding(conninfo, false, cancel, session, error);
}

void target_pool_return(struct target_pool *pool, struct session *session)
{
    if (session == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    bool kept = session_is_idle(session) && pool->count < LIMIT_JOBS;
    if (kept) {
        pool->idle[pool->count++] = session;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!kept) {
        session_close(session);
    }
}

void target_pool_empty(struct target_pool *pool)
{
    for (struct session *idle = take(pool); idle != NULL; idle = take(pool)) {
        session_close(idle);
    }
}

void target_pool_release(struct target_pool *pool)
{
    target_pool_empty(pool);
    (void)pthread_mutex_destroy(&pool->mutex);
}
