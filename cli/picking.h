/* picking.h — what records are picked by.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PICKING_H
#define CLI_PICKING_H

#include "job.h"

/* Indices of the source key among the columns that the entity's reader gives; none where the
 * relation has no key. */
bool picking_keys(struct job *job,
                  const struct entity *entity,
                  const int **keys,
                  int *count,
                  struct error *error) NODISCARD;

#endif
