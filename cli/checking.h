/* checking.h — verification of an entity, as the command line asks for it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_H
#define CLI_CHECKING_H

#include "job.h"

/* Verifies an entity that was compiled; the result is in entity->verification, or the reason in
 * entity->not_verified_reason. Writes nothing. */
bool checking_run(struct job *job, struct entity *entity, struct error *error) NODISCARD;

#endif
