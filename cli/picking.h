/* picking.h — what records are picked by.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PICKING_H
#define CLI_PICKING_H

#include "job.h"

/* Indices of the source key among the columns that the entity's reader gives, in `arena`; none
 * where the relation has no key. */
bool picking_keys(const struct entity *entity,
                  struct arena *arena,
                  const int **keys,
                  int *count,
                  struct error *error) NODISCARD;

#endif
