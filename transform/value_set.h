/* value_set.h — the constants of an IN list, sorted for search.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_VALUE_SET_H
#define TRANSFORM_VALUE_SET_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/vector.h"

#include <stdbool.h>
#include <stddef.h>

struct value_set {
    struct vector values; /* flat, in order, `count` of them */
    int count;
    bool has_null;
};

/* The values of `items` (constant vectors of one storage). NULL: no memory. */
struct value_set *value_set_create(const struct vector *const *items,
                                   int count,
                                   struct arena *arena) NODISCARD;
bool value_set_has(const struct value_set *set, const struct vector *vector, size_t slot);

#endif
