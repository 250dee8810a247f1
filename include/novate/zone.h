/* zone.h — time zones as texts name them: abbreviations ("BST"), names of the system's database
 * ("Europe/London"), rules of POSIX ("GMT0BST,M3.5.0/1,M10.5.0"), in that order, as PostgreSQL's
 * AT TIME ZONE takes them. Threads   read-only once it is found.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_ZONE_H
#define NOVATE_ZONE_H

#include "novate/arena.h"
#include "novate/datetime.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct zone_name {
    const struct zone *zone;  /* NULL: always `offset` */
    const char *abbreviation; /* one that meant different things in the zone; or NULL */
    int32_t offset;           /* seconds east of UTC */
};

/* False when there is none, or memory ran out. What it needs lives in the arena. */
bool zone_name_find(struct text text, struct arena *arena, struct zone_name *name);
/* The same, and before it offsets of ISO 8601 ("+05:30"); nothing that begins with a digit. */
bool zone_name_or_offset_find(struct text text, struct arena *arena, struct zone_name *name);

/* Neither checks the range. */
int64_t zone_name_to_utc(const struct zone_name *name, int64_t local);
int64_t zone_name_to_local(const struct zone_name *name, int64_t utc);

#endif
