/* offline.h — mappings against what can be known of their sources without any connection.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OFFLINE_H
#define CLI_OFFLINE_H

#include "job.h"

/* Makes the target as the plan's schema says, or leaves it out and says why. */
bool offline_target(struct job *job, struct text_buffer *out, struct error *error) NODISCARD;

/* Compiles the entity against the headers and declared columns of its files and, if there is one,
 * the target, and fills the lookups that are files. Problems are added. Where that cannot be, only
 * its syntax and the names of its target columns are checked, entity->program stays NULL and
 * *unknown says what is missing; NULL otherwise. */
bool offline_compile(struct job *job,
                     struct entity *entity,
                     const char **unknown,
                     struct error *error) NODISCARD;

#endif
