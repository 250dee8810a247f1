/* zone_state.h — the zone that an argument of a kernel names: a constant one is found once, others
 * once per batch. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_ZONE_STATE_H
#define TRANSFORM_ZONE_STATE_H

#include "kernel.h"

#include "novate/zone.h"

enum zone_lookup {
    ZONE_BY_NAME,
    ZONE_BY_NAME_OR_OFFSET,
};

/* State of a call whose zone is constant. */
struct zone_state {
    struct zone_name name;
    bool found;
};

/* The zones that a call has met. */
struct zone_cache {
    struct zone_cache_entry {
        struct text text;
        struct zone_name name;
        bool found;
    } entries[8];
    int count;
};

/* The zone that argument `arg` of the row names; NULL: there is none. */
const struct zone_name *zone_of_row(
    struct call *call, struct zone_cache *cache, int arg, int row, enum zone_lookup lookup);

#endif
