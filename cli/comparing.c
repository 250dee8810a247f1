/* comparing.c — the contract is in comparing.h. SPDX-License-Identifier: Apache-2.0 */
#include "comparing.h"

bool comparing_rules(const struct entity *entity,
                     struct arena *arena,
                     const struct column_comparison **rules,
                     struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    const struct schema *schema = program_target_schema(entity->program);
    struct column_comparison *made =
        ARENA_ARRAY(arena, struct column_comparison, (size_t)schema->count + 1);
    if (made == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < mapping->compare_count; index++) {
        const struct compare_rule *rule = &mapping->compare[index];
        int column = schema_find(schema, text_of(rule->column), true);
        if (!NOVATE_CHECK(error, column >= 0)) {
            return false;
        }
        made[column] = (struct column_comparison){.skipped = rule->reason != NULL,
                                                  .tolerance = rule->tolerance,
                                                  .relative = rule->relative};
    }
    *rules = mapping->compare_count > 0 ? made : NULL;
    return true;
}
