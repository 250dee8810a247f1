/* target_ledger.h — what the target holds: the schema `novate` in it, for people to query too.
 *
 *   novate.version        of this schema; a later one is refused
 *   novate.run            one row per execution: kind, times, verdict, digests of plan, tool
 * version, report novate.entity         per migration and entity: table, digests, the mapping's
 * text novate.chunk          the plan and state of every chunk, its tally; written with the data
 *   novate.reject         records that could not be carried (target_reject.h)
 *   novate.verification   per run and entity: counts, digests, verdict
 *   novate.difference     rows that differ, as far as they are described one by one
 *
 * The migration is locked by an advisory lock held by the session (ERROR_LOCKED names the holder).
 * Errors   ERROR_STATE when entity, mapping or plan are not what the ledger knows; says what
 * changed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TARGET_LEDGER_H
#define NOVATE_TARGET_LEDGER_H

#include "novate/batch.h"
#include "novate/chunk.h"
#include "novate/load_mode.h"
#include "novate/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Is the schema there? Reads only. */
bool target_ledger_exists(struct session *session, bool *exists, struct error *error) NODISCARD;
/* The same for whoever reads what rejects and chunks have become: ERROR_STATE where it is of
 * another version. */
bool target_ledger_readable(struct session *session, bool *exists, struct error *error) NODISCARD;
/* Makes the schema if it is not there; brings an earlier version to this one, in place. */
bool target_ledger_install(struct session *session, struct error *error) NODISCARD;
/* Holds the migration for this session until it ends. */
bool target_ledger_lock(struct session *session,
                        const char *migration,
                        struct error *error) NODISCARD;

struct target_run {
    int64_t run;
    const char *migration;
    const char *kind;
    const char *plan_digest;
    const char *started_at;  /* ISO 8601 UTC */
    const char *finished_at; /* or NULL */
    const char *verdict;     /* or NULL */
    const char *tool;        /* version of novate */
    const char *role;        /* of the target, that it was run as */
    const char *host;        /* or NULL: not known */
};
bool target_run_begin(struct session *session,
                      const char *migration,
                      const char *kind,
                      const char *plan_digest,
                      int64_t *run,
                      struct error *error) NODISCARD;
/* `report` is the JSON report or NULL. */
bool target_run_finish(struct session *session,
                       int64_t run,
                       const char *verdict,
                       const char *report,
                       struct error *error) NODISCARD;
bool target_runs(struct session *session,
                 const char *migration,
                 struct arena *arena,
                 struct target_run **runs,
                 int *count,
                 struct error *error) NODISCARD;

struct target_entity {
    const char *migration;
    const char *entity;
    const char *target_table;   /* quoted name */
    const char *mapping_digest; /* hex */
    const char *mapping_text;
    const char *plan_digest; /* hex */
    enum load_mode mode;
    const char *finished_at; /* modes upsert and replace: the last thing was done; or NULL */
};
/* `*found` false when the entity was never planned there. */
bool target_entity_get(struct session *session,
                       const char *migration,
                       const char *entity,
                       struct arena *arena,
                       struct target_entity *out,
                       bool *found,
                       struct error *error) NODISCARD;
/* Records entity and chunks (with ids) as planned, in one transaction. `replace` forgets what the
 * ledger knew of the entity, chunks and rejects included; without it an entity that is there is
 * ERROR_STATE. */
bool target_entity_plan(struct session *session,
                        const struct target_entity *entity,
                        const struct chunk_list *chunks,
                        bool replace,
                        struct error *error) NODISCARD;

struct target_chunk {
    struct chunk chunk;
    bool loaded;
    struct tally tally;    /* when loaded */
    const char *loaded_at; /* ISO 8601 UTC; NULL: not loaded */
    const char *run;       /* number of the run that loaded it; or NULL */
};
bool target_chunks(struct session *session,
                   const char *migration,
                   const char *entity,
                   struct arena *arena,
                   struct target_chunk **chunks,
                   int *count,
                   struct error *error) NODISCARD;

/* Used by verify. counts and digests of one entity; `differences` are JSON objects of the report.
 */
struct target_verification {
    int64_t run;
    const char *entity;
    const char *verdict;
    uint64_t equal, not_equal, missing_target, missing_source;
    const char *source_digest, *target_digest; /* hex, or NULL */
};
struct target_difference {
    const char *key;     /* JSON array */
    const char *kind;    /* not_equal, missing_target, missing_source */
    const char *columns; /* JSON array of names */
};
bool target_verification_put(struct session *session,
                             const struct target_verification *verification,
                             const struct target_difference *differences,
                             int difference_count,
                             struct error *error) NODISCARD;

#endif
