/* comparison.c — the contract is in comparison.h. SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <math.h>
#include <string.h>

bool comparison_init(struct comparison *comparison,
                     const struct schema *schema,
                     const struct column_comparison *rules,
                     struct arena *arena,
                     struct error *error)
{
    size_t count = (size_t)schema->count;

    *comparison = (struct comparison){.schema = schema, .rules = rules};
    if (rules == NULL) {
        return true;
    }
    comparison->compared = ARENA_ARRAY(arena, int, count);
    comparison->tolerant = ARENA_ARRAY(arena, int, count);
    if (comparison->compared == NULL || comparison->tolerant == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        if (!rules[i].skipped) {
            comparison->compared[comparison->compared_count++] = i;
        }
        if (rules[i].tolerance > 0) {
            comparison->tolerant[comparison->tolerant_count++] = i;
        }
    }
    return true;
}

bool comparison_skips(const struct comparison *comparison, int column)
{
    return comparison->rules != NULL && comparison->rules[column].skipped;
}

uint64_t comparison_number(const struct vector *vector, int row)
{
    double number = (double)NAN;
    uint64_t bits = 0;

    if (!vector_is_null(vector, row)) {
        number = vector->doubles[vector_slot(vector, row)];
    }
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

bool column_comparison_near(const struct column_comparison *rule, double mapped, double found)
{
    double distance = fabs(found - mapped);
    double allowed = rule->relative ? rule->tolerance * fabs(mapped) : rule->tolerance;

    return isfinite(mapped) && isfinite(found) && distance <= allowed;
}

bool comparison_near(const struct comparison *comparison,
                     int index,
                     uint64_t source,
                     uint64_t target)
{
    double mapped = 0;
    double found = 0;

    memcpy(&mapped, &source, sizeof mapped);
    memcpy(&found, &target, sizeof found);
    return column_comparison_near(&comparison->rules[comparison->tolerant[index]], mapped, found);
}
