/* carry_target.h — parts of carry.h's work that its files share. Private to carry*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_TARGET_H
#define CLI_CARRY_TARGET_H

#include "carry.h"

/* Carries options->chunks with a progress line, adds to entity->load and `*rejects`, and fails with
 * ERROR_REJECTS past the plan's count of rejects. */
bool carry_flow(struct job *job,
                struct flow_options *options,
                const char *verb,
                uint64_t *rejects,
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
/* The chunks that the target does not hold yet; the tallies of the others go to entity->load. Where
 * there are any, what is deferred is taken off the table. */
bool carry_target_left(struct job *job,
                       struct entity *entity,
                       struct flow_options *options,
                       uint64_t *rejects,
                       struct error *error) NODISCARD;

#endif
