/* target_pool.h — sessions to the target that one entity's lanes leave to those of the next:
 * connecting takes longer than many a small table.
 * Threads   any. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_TARGET_POOL_H
#define CLI_TARGET_POOL_H

#include "novate/limits.h"
#include "novate/session.h"

#include <pthread.h>

/* All zero but the mutex: empty. */
struct target_pool {
    pthread_mutex_t mutex;
    struct session *idle[LIMIT_JOBS];
    int count;
};

void target_pool_init(struct target_pool *pool);
/* One that may write, and has nothing of who used it before. */
bool target_pool_lend(struct target_pool *pool,
                      const char *conninfo,
                      const struct cancel *cancel,
                      struct session **session,
                      struct error *error) NODISCARD;
/* Closes what cannot be used again. NULL is allowed. */
void target_pool_return(struct target_pool *pool, struct session *session);
/* Closes those that are there. */
void target_pool_empty(struct target_pool *pool);
void target_pool_release(struct target_pool *pool);

#endif
