/* lookup_use.h — one lookup('name', …) of an expression: the state of its step.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LOOKUP_USE_H
#define TRANSFORM_LOOKUP_USE_H

#include "novate/limits.h"
#include "novate/lookup.h"

#include <stdbool.h>

struct lookup_use {
    const struct lookup *lookup;
    const struct lookup_spec *spec;
    int key_count; /* the first arguments of the step; */
    bool periods;  /* the moment asked for comes next, */
    int keep;      /* and the key as text where missing: says keep */
    int value_column;
    bool numeric[LIMIT_KEY_COLUMNS];
};

#endif
