/* carry_mode.h — what the modes upsert and replace need before the first chunk and after the last
 * one. Nothing is done for mode insert.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CARRY_MODE_H
#define CLI_CARRY_MODE_H

#include "carry.h"

/* Can the entity's table be loaded in its mode? What stands against it becomes problems. */
bool carry_mode_check(struct job *job, const struct entity *entity, struct error *error) NODISCARD;
/* Of all entities; ERROR_PLAN with problems, which are printed. With `_tables` only whether one
 * would overwrite what another one loads, whatever the state of their tables. */
bool carry_mode_check_tables(struct job *job, struct error *error) NODISCARD;
bool carry_mode_check_all(struct job *job, struct error *error) NODISCARD;

/* Before chunks are loaded into the target. */
bool carry_mode_prepare(struct job *job,
                        const struct flow_options *options,
                        struct error *error) NODISCARD;
/* After them, when none is left and the limits hold: the new content takes the place of the old. */
bool carry_mode_finish(struct job *job,
                       const struct flow_options *options,
                       uint64_t rejects,
                       struct error *error) NODISCARD;

/* Before rejects are retried: how their rows are loaded. Of a table whose content was replaced
 * already they are added. ERROR_STATE where it cannot be done rightly. */
bool carry_mode_reopen(struct job *job,
                       const struct entity *entity,
                       const struct target_entity *known,
                       enum load_mode *mode,
                       struct error *error) NODISCARD;
/* After that. */
bool carry_mode_release(struct job *job,
                        const struct target_entity *known,
                        struct error *error) NODISCARD;

#endif
