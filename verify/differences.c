/* differences.c — the first differences in the order of their keys, up to a limit.
 * SPDX-License-Identifier: Apache-2.0 */
#include "differences.h"

#include <stdlib.h>
#include <string.h>

static int compare_differences(const void *left, const void *right)
{
    const struct difference *a = left;
    const struct difference *b = right;
    int order = strcmp(a->key, b->key);
    if (order == 0) {
        order = (a->kind > b->kind) - (a->kind < b->kind);
    }
    if (order == 0) {
        order = (a->column_count > b->column_count) - (a->column_count < b->column_count);
    }
    for (int i = 0; order == 0 && i < a->column_count; i++) {
        order = strcmp(a->columns[i], b->columns[i]);
    }
    return order;
}

void differences_init(struct differences *differences, int limit, struct arena *arena)
{
    *differences = (struct differences){.arena = arena, .limit = limit};
}

void differences_finish(struct differences *differences)
{
    if (differences->count > 1) {
        qsort(differences->items,
              (size_t)differences->count,
              sizeof *differences->items,
              compare_differences);
    }
    if (differences->count >= differences->limit) {
        differences->count = differences->limit;
        differences->cut = true;
    }
}

bool differences_push(struct differences *differences,
                      const struct difference *difference,
                      struct error *error)
{
    if (differences->cut &&
        compare_differences(difference, &differences->items[differences->limit - 1]) >= 0) {
        return true;
    }
    if (differences->items == NULL) {
        differences->items =
            ARENA_ARRAY(differences->arena, struct difference, (size_t)differences->limit * 2);
    }
    if (differences->items == NULL) {
        return error_set_memory(error);
    }
    struct difference kept = *difference;
    kept.key = arena_string(differences->arena, difference->key);
    if (kept.key == NULL) {
        return error_set_memory(error);
    }
    if (kept.column_count > 0) {
        size_t count = (size_t)kept.column_count;
        kept.columns = ARENA_ARRAY(differences->arena, const char *, count);
        if (kept.columns == NULL) {
            return error_set_memory(error);
        }
        memcpy(kept.columns, difference->columns, count * sizeof *kept.columns);
    }
    differences->items[differences->count++] = kept;
    if (differences->count == differences->limit * 2) {
        differences_finish(differences);
    }
    return true;
}
