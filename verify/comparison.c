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

bool comparison_near(const struct comparison *comparison,
                     int index,
                     uint64_t source,
                     uint64_t target)
{
    const struct column_comparison *rule = &comparison->rules[comparison->tolerant[index]];
    double from = 0;
    double to = 0;

    memcpy(&from, &source, sizeof from);
    memcpy(&to, &target, sizeof to);
    double distance = fabs(to - from); /* of equal infinities there is none: their hashes agree */
    double allowed = rule->relative ? rule->tolerance * fabs(from) : rule->tolerance;
    return isfinite(from) && isfinite(to) && distance <= allowed;
}
