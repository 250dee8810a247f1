/* differences.h — the first differences in the order of their keys, up to a limit.
 *
 * They arrive in any order and in several passes; which ones are kept depends on their keys alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_DIFFERENCES_H
#define NOVATE_VERIFY_DIFFERENCES_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/verify.h"

#include <stdbool.h>

struct differences {
    struct arena *arena;      /* of what is kept */
    struct difference *items; /* room for twice the limit: sorted and cut when full; made late */
    int count;
    int limit;
    bool cut; /* the last of the first `limit` bounds what is kept */
};

/* Takes no memory until there is a difference. `limit` is at least 1. */
void differences_init(struct differences *differences, int limit, struct arena *arena);
/* Copies key and list of columns; the names themselves must outlive the arena's use. */
bool differences_push(struct differences *differences,
                      const struct difference *difference,
                      struct error *error) NODISCARD;
/* Sorts and cuts to the limit. */
void differences_finish(struct differences *differences);

#endif
