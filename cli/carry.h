/* carry.h — brings an entity from where it stands to where a stage leaves it: compares what the
 * ledger knows with the plan of today, plans chunks where none are planned, and carries those that
 * are left. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_H
#define CLI_CARRY_H

#include "flow.h"

/* Source → target. `*rejects` counts rejects over all entities and is added to. */
bool carry_run(struct job *job,
               struct entity *entity,
               uint64_t *rejects,
               struct error *error) NODISCARD;
/* Source → segments, segments → segments, segments → target. */
bool carry_extract(struct job *job,
                   struct entity *entity,
                   uint64_t *rejects,
                   struct error *error) NODISCARD;
bool carry_transform(struct job *job,
                     struct entity *entity,
                     uint64_t *rejects,
                     struct error *error) NODISCARD;
bool carry_load(struct job *job,
                struct entity *entity,
                uint64_t *rejects,
                struct error *error) NODISCARD;

/* What the target's ledger has of an entity: tallies of its loaded chunks into entity->load. */
bool carry_recall(struct job *job, struct entity *entity, struct error *error) NODISCARD;

/* ERROR_STATE, with what changed, when a ledger knows other digests than today's. `where` names the
 * ledger. */
bool carry_compare(const struct job *job,
                   const struct entity *entity,
                   const char *where,
                   const char *mapping_digest,
                   const char *mapping_text,
                   const char *plan_digest,
                   struct error *error) NODISCARD;

/* Plans the chunks of an entity and gives them their identities. ERROR_SOURCE when its files are
 * not those that the supplier states. */
bool carry_plan(struct job *job,
                struct entity *entity,
                struct chunk_list *chunks,
                struct error *error) NODISCARD;
/* Only the chunks: what files should be is not looked at. */
bool carry_plan_chunks(struct job *job,
                       struct entity *entity,
                       struct chunk_list *chunks,
                       struct error *error) NODISCARD;

/* Is the entity in the target's ledger, or in that of the work directory, and to be gone on with?
 */
bool carry_run_begun(struct job *job,
                     const struct entity *entity,
                     bool *begun,
                     struct error *error) NODISCARD;
bool carry_extract_begun(struct job *job,
                         const struct entity *entity,
                         bool *begun,
                         struct error *error) NODISCARD;

#endif
