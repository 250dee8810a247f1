/* offline.h — mappings against what can be known of their sources without any connection.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OFFLINE_H
#define CLI_OFFLINE_H

#include "job.h"

/* Compiles the entity against the headers and declared columns of its files, without a target, and
 * fills the lookups that are files. Problems are added. Where that cannot be, only the syntax is
 * checked, entity->program stays NULL and *unknown says what is missing; NULL otherwise. */
bool offline_compile(struct job *job,
                     struct entity *entity,
                     const char **unknown,
                     struct error *error) NODISCARD;

#endif
