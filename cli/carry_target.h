/* carry_target.h — parts of carry.h's work that its files share. Private to carry*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_TARGET_H
#define CLI_CARRY_TARGET_H

#include "carry.h"

/* Sets what the flow of an entity needs beside its chunks. `shared` counts the rejects of all
 * entities without limits of their own. */
void carry_begin(struct carrying *carrying,
                 struct entity *entity,
                 atomic_uint_fast64_t *shared,
                 struct pipeline_progress *progress);
/* Waits for the end of the flow and adds what it carried to the entity. ERROR_REJECTS past the
 * count of rejects that is allowed. */
bool carry_flow_end(struct job *job,
                    struct carrying *carrying,
                    const char *verb,
                    struct error *error) NODISCARD;
/* Expected rows of the chunks that are left, where every one of them says; otherwise 0. */
uint64_t carry_rows_expected(const struct flow_options *options);
/* The last step of an entity that was loaded. */
bool carry_finish_loading(struct job *job,
                          struct carrying *carrying,
                          struct error *error) NODISCARD;
/* ERROR_REJECTS when so many rejects are more than the plan allows, or the entity's mapping. */
bool carry_count_limit(const struct job *job,
                       const struct entity *entity,
                       uint64_t rejects,
                       struct error *error) NODISCARD;
/* ERROR_REJECTS when the share of rejects of a whole entity is over the plan's. */
bool carry_share_limit(const struct job *job,
                       const struct entity *entity,
                       struct error *error) NODISCARD;

/* All chunks of a list as those to be carried. */
bool carry_list(struct job *job,
                const struct chunk_list *chunks,
                struct flow_options *options,
                struct error *error) NODISCARD;

/* Makes sure that the target's ledger has the entity planned, with these chunks (NULL: plan them
 * now if there are none). Refuses a changed mapping, and a table with rows unless --append. */
bool carry_target_plan(struct job *job,
                       struct entity *entity,
                       const struct chunk_list *chunks,
                       struct target_entity *target_entity,
                       struct error *error) NODISCARD;
/* The chunks that the target does not hold yet; the tallies of the others go to entity->load. */
bool carry_target_left(struct job *job, struct carrying *carrying, struct error *error) NODISCARD;

#endif
