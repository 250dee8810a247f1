/* picking.c — the contract is in picking.h. SPDX-License-Identifier: Apache-2.0 */
#include "picking.h"

bool picking_keys(const struct entity *entity,
                  struct arena *arena,
                  const int **keys,
                  int *count,
                  struct error *error)
{
    int relation[LIMIT_KEY_COLUMNS];
    int *found = ARENA_ARRAY(arena, int, LIMIT_KEY_COLUMNS);

    *count = relation_key(entity->relation, relation);
    *keys = found;
    if (found == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < *count; i++) {
        int at = 0;
        while (at < entity->source_column_count && entity->source_columns[at] != relation[i]) {
            at++;
        }
        if (!NOVATE_CHECK(error, at < entity->source_column_count)) {
            return false;
        }
        found[i] = at;
    }
    return true;
}
