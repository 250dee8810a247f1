/* lookups_shared.h — lookups that are the same are read once: several entities include a fragment,
 * and all of them ask one table of codes.
 *
 * Only what is read when a command begins is shared. What waits for other entities to be loaded is
 * read for each entity that asks it, since there may be more rows each time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LOOKUPS_SHARED_H
#define CLI_LOOKUPS_SHARED_H

#include "job.h"

/* The first lookup of this entity and those before that is the same and was described; or NULL. */
const struct lookup *lookups_same_before(const struct job *job,
                                         const struct entity *entity,
                                         int at);
/* When all mappings are compiled: gives a lookup the entries of one that is the same. False: it is
 * to be filled. */
bool lookups_share(const struct job *job, struct entity *entity, int at) NODISCARD;
/* It was filled, and others that are the same may have its entries. */
bool lookups_offer(struct job *job,
                   const struct entity *entity,
                   int at,
                   struct error *error) NODISCARD;

#endif
