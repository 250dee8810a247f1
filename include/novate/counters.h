/* counters.h — counts under a name: what was filtered, rejected, noted, repaired, by rule.
 *
 * A count may say where its first case was. Which one is the first does not depend on the order in
 * which chunks were carried: it is the one of the smallest chunk, and in it of the smallest row.
 * Ownership   items live in the arena given at init; names and texts are copied.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_COUNTERS_H
#define NOVATE_COUNTERS_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

struct counter {
    const char *group; /* "filter", "reject", "note", … */
    const char *name;  /* "inactive", "LENGTH", "nhs_number", … */
    uint64_t count;
    const char *first; /* where the first case is, for people, without a value of the record; NULL:
                          not said */
    uint64_t first_chunk; /* ordinal of its chunk */
    uint64_t first_row;   /* 0-based, within the chunk */
};

struct counters {
    struct counter *items;
    int count;
    int capacity;
    struct arena *arena;
};

void counters_init(struct counters *counters, struct arena *arena);
bool counters_add(struct counters *counters,
                  const char *group,
                  const char *name,
                  uint64_t count,
                  struct error *error) NODISCARD;
/* One less; a count of nothing is forgotten. */
void counters_take(struct counters *counters, const char *group, const char *name);
/* Adds what `item` counts, and keeps the earlier `first` of both. */
bool counters_add_item(struct counters *counters,
                       const struct counter *item,
                       struct error *error) NODISCARD;
bool counters_merge(struct counters *counters,
                    const struct counters *other,
                    struct error *error) NODISCARD;
uint64_t counters_get(const struct counters *counters, const char *group, const char *name);
/* NULL: nothing was counted under that name. */
const struct counter *counters_find(const struct counters *counters,
                                    const char *group,
                                    const char *name);
uint64_t counters_total(const struct counters *counters, const char *group);
/* {"filter":{"inactive":3},"reject":{"LENGTH":1}}, sorted; and back. A count that has a first case
 * is
 * {"count":3,"first":"a.csv line 17","chunk":0,"row":15}. */
void counters_json(const struct counters *counters, struct text_buffer *out);
bool counters_from_json(struct counters *counters, const char *json, struct error *error) NODISCARD;

#endif
