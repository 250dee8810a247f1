/* comparison.h — how the columns of rows are compared: by their canonical encoding, within a
 * tolerance, or not at all.
 *
 * A tolerance is not transitive and so no matter of hashes: rows that differ are paired by key
 * first, and a column in which they are near enough does not count as one that differs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_COMPARISON_H
#define NOVATE_VERIFY_COMPARISON_H

#include "novate/arena.h"
#include "novate/type.h"
#include "novate/vector.h"
#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

struct comparison {
    const struct schema *schema;
    const struct column_comparison *rules; /* one per column; NULL: all by their encoding */
    int *compared;                         /* columns that are; NULL: all */
    int compared_count;
    int *tolerant; /* columns with a tolerance */
    int tolerant_count;
};

/* `rules` may be NULL. Columns lie in `arena`. */
bool comparison_init(struct comparison *comparison,
                     const struct schema *schema,
                     const struct column_comparison *rules,
                     struct arena *arena,
                     struct error *error) NODISCARD;

bool comparison_skips(const struct comparison *comparison, int column);
/* A number as it is kept of a tolerant column; NULL is near nothing. */
uint64_t comparison_number(const struct vector *vector, int row);
/* Of tolerant column `index` (in `tolerant`): is the target's number near enough? */
bool comparison_near(const struct comparison *comparison,
                     int index,
                     uint64_t source,
                     uint64_t target);

#endif
