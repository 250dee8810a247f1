/* carry.h — brings an entity from where it stands to where a stage leaves it: compares what the
 * ledger knows with the plan of today, plans chunks where none are planned, and carries those that
 * are left. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_H
#define CLI_CARRY_H

#include "flow.h"

/* One entity on its way through a stage. */
struct carrying {
    struct entity *entity;
    struct flow_options options;
    struct target_entity target_entity;
    struct staging staging;
    struct schema schema;                /* of segments that are loaded */
    atomic_uint_fast64_t rejects;        /* of an entity with limits of its own */
    atomic_uint_fast64_t *rejects_count; /* these, or those of all entities without */
    bool nothing;                        /* there is nothing that could be carried */
    struct flow_listener listener;
    struct flow *flow; /* NULL: not begun, or ended */
    double started;
};

struct carry_stage {
    const char *verb;
    bool reads_source;
    bool writes_target;
    /* Compares with what the ledger knows, plans chunks if there are none, finds those left. */
    bool (*plan)(struct job *job, struct carrying *carrying, struct error *error);
    /* Right before the first chunk is carried. */
    bool (*prepare)(struct job *job, struct carrying *carrying, struct error *error);
    /* After the last one: limits, and what the mode of the mapping needs. NULL: nothing. */
    bool (*finish)(struct job *job, struct carrying *carrying, struct error *error);
};

/* Source → target; source → segments, segments → segments, segments → target. */
extern const struct carry_stage carry_run;
extern const struct carry_stage carry_extract;
extern const struct carry_stage carry_transform;
extern const struct carry_stage carry_load;

/* Brings all entities of the job through a stage. */
bool carry_all(struct job *job, const struct carry_stage *stage, struct error *error) NODISCARD;

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
