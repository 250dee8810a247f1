/* source_pool.h — the connections of a job to its sources: lent, given back, and used again.
 *
 * Each source of the plan has one pace, which everything that reads it shares, and at most
 * connections_max connections, whoever uses them: planning, lookups, pipelines, verification. A
 * connection that was given back stays open for the next one who asks.
 *
 * Threads   every function may be called from any thread; a connection belongs to whom it is lent.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SOURCE_POOL_H
#define CLI_SOURCE_POOL_H

#include "novate/pace.h"
#include "novate/plan.h"
#include "novate/source.h"

struct source_pool;

/* `plan` and what `watch` points to outlive the pool; it has the cancel flag. Connects to nothing
 * yet. */
bool source_pool_create(const struct plan *plan,
                        const struct source_watch *watch,
                        struct source_pool **pool,
                        struct error *error) NODISCARD;
/* Everything lent has been given back. NULL is allowed. */
void source_pool_destroy(struct source_pool *pool);

/* `settings` is one of the plan's sources. Nobody waits for a connection: whoever wants several
 * keeps to connections_max; more are an internal error. */
bool source_pool_lend(struct source_pool *pool,
                      const struct plan_source *settings,
                      struct source **source,
                      struct error *error) NODISCARD;
void source_pool_return(struct source_pool *pool, struct source *source); /* NULL is allowed */

/* Whether anybody has asked for a connection to this source. */
bool source_pool_used(struct source_pool *pool, const struct plan_source *settings);

/* The pace of one of the plan's sources; the pool's own. */
struct pace *source_pool_pace(const struct source_pool *pool, const struct plan_source *settings);

#endif
