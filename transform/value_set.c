/* value_set.c — constants of an IN list. Sorted by insertion: lists are written by people.
 * SPDX-License-Identifier: Apache-2.0 */
#include "value_set.h"

#include "kernel.h"

#include <string.h>

struct value_set *value_set_create(const struct vector *const *items,
                                   int count,
                                   struct arena *arena)
{
    struct value_set *set = ARENA_NEW(arena, struct value_set);
    size_t size = storage_size(type_storage(items[0]->type.id));

    if (set == NULL) {
        return NULL;
    }
    set->values = (struct vector){.type = items[0]->type, .encoding = ENCODING_FLAT};
    set->values.data = arena_array(arena, (size_t)count, size, alignof(max_align_t));
    if (set->values.data == NULL) {
        return NULL;
    }
    char *data = set->values.data;
    for (int i = 0; i < count; i++) {
        if (vector_is_null(items[i], 0)) {
            set->has_null = true;
            continue;
        }
        int at = set->count;
        while (at > 0 && value_compare(&set->values, (size_t)at - 1, items[i], 0) > 0) {
            at--;
        }
        memmove(data + (size_t)(at + 1) * size,
                data + (size_t)at * size,
                (size_t)(set->count - at) * size);
        memcpy(data + (size_t)at * size, items[i]->data, size);
        set->count++;
    }
    set->values.rows = set->count;
    set->values.base_rows = set->count;
    return set;
}

bool value_set_has(const struct value_set *set, const struct vector *vector, size_t slot)
{
    int low = 0;
    int high = set->count;

    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = value_compare(&set->values, (size_t)middle, vector, slot);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}
