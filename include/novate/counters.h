/* counters.h — counts under a name: what was filtered, rejected, noted, repaired, by rule.
 * Ownership   items live in the arena given at init; names are copied.
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
bool counters_merge(struct counters *counters,
                    const struct counters *other,
                    struct error *error) NODISCARD;
uint64_t counters_get(const struct counters *counters, const char *group, const char *name);
uint64_t counters_total(const struct counters *counters, const char *group);
/* {"filter":{"inactive":3},"reject":{"LENGTH":1}}, sorted; and back. */
void counters_json(const struct counters *counters, struct text_buffer *out);
bool counters_from_json(struct counters *counters, const char *json, struct error *error) NODISCARD;

#endif
