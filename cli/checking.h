/* checking.h — verification of an entity, as the command line asks for it.
 *
 *     checking_run                                        the calling thread does all of it
 *     checking_read → checking_cross → checking_end       the same, one after the other
 *
 * Threads   checking_read() of several entities at once; it uses nothing of the job that others
 * write, and the entity's own arena and cancel flag. The others by the thread that has the job.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_H
#define CLI_CHECKING_H

#include "job.h"

/* Verifies an entity that was compiled; the result is in entity->verification, or the reason in
 * entity->not_verified_reason. Writes nothing. */
bool checking_run(struct job *job, struct entity *entity, struct error *error) NODISCARD;

/* Both sides, but for the cross-check. What is read of the source is added to `progress`. */
bool checking_read(struct job *job,
                   struct entity *entity,
                   struct pipeline_progress *progress,
                   struct error *error) NODISCARD;
/* The cross-check, where it is asked for; may be tried again after it failed. */
bool checking_cross(struct job *job, struct entity *entity, struct error *error) NODISCARD;
/* Gives back what only the two need, however they ended. */
void checking_end(struct entity *entity);

#endif
