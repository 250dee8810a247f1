/* list_supply.h — the chunks of a list, one after the other, for a reader.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LIST_SUPPLY_H
#define CLI_LIST_SUPPLY_H

#include "novate/chunk.h"

#include <stdbool.h>

struct list_supply {
    const struct chunk_list *chunks; /* borrowed */
    int next;
};

/* `next` of a chunk_supply whose state is a list_supply. */
static inline bool list_supply_next(void *state, const struct chunk **chunk)
{
    struct list_supply *supply = state;
    if (supply->next == supply->chunks->count) {
        return false;
    }
    *chunk = &supply->chunks->items[supply->next++];
    return true;
}

#endif
