/* reading.h — at which point in time records were read, as the tallies of chunks keep it.
 *
 * Each chunk notes what it was read in as a counter of group "read"; so both ledgers have it with
 * the chunk, tallies of chunks add up to that of an entity, and a report can say it whenever and
 * from wherever the entity was carried.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_READING_H
#define NOVATE_READING_H

#include "novate/counters.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>

enum reading_kind {
    READING_SNAPSHOT, /* one of the source's snapshots */
    READING_CHUNK,    /* by itself, begun then */
};

/* `since` is in UTC, as ISO 8601 writes it. */
bool reading_note(struct counters *counters,
                  enum reading_kind kind,
                  const char *since,
                  struct error *error) NODISCARD;
/* For people: "snapshot of 2008-06-05T09:00:00Z", "2 snapshots, 2008-06-05T09:00:00Z to …", "per
 * chunk, 2008-06-05T09:00:00Z to …". Writes nothing where nothing was noted. */
void reading_say(const struct counters *counters, struct text_buffer *out);

#endif
