/* target_migration.h — migrations as the target's ledger has them: all of them, one of them, and
 * forgetting one. What reads writes nothing. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_MIGRATION_H
#define NOVATE_TARGET_MIGRATION_H

#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

struct target_migration {
    const char *migration;
    uint64_t entities;
    uint64_t chunks;
    uint64_t chunks_loaded;
    uint64_t rows_loaded;
    uint64_t rejects;
    uint64_t runs;
    const char *begun_at; /* UTC, ISO 8601, as the next one; or NULL */
    const char *last_run_at;
    const char *last_kind;    /* or NULL */
    const char *last_verdict; /* or NULL */
    bool locked;              /* a novate works on it */
};
/* By name; `migration` NULL: all. */
bool target_migrations(struct session *session,
                       const char *migration,
                       struct arena *arena,
                       struct target_migration **migrations,
                       int *count,
                       struct error *error) NODISCARD;

struct target_entity_state {
    const char *entity;
    const char *target_table;
    const char *mapping_digest;
    const char *plan_digest;
    const char *planned_at;
    uint64_t chunks;
    uint64_t chunks_loaded;
    uint64_t rows_loaded;
    uint64_t open; /* rejects */
    uint64_t closed;
    uint64_t retried;
    const char *retried_with; /* digests of mappings, joined by blanks; "" */
};
bool target_entity_states(struct session *session,
                          const char *migration,
                          struct arena *arena,
                          struct target_entity_state **states,
                          int *count,
                          struct error *error) NODISCARD;

/* Forgets it in one transaction; the session holds its lock. Tables of the target are not touched.
 */
bool target_migration_drop(struct session *session,
                           const char *migration,
                           struct error *error) NODISCARD;

#endif
