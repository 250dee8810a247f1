/* comparing.h — what a mapping says of the comparison of its columns, by column.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMPARING_H
#define CLI_COMPARING_H

#include "job.h"

/* One per column of the program's target schema, in `arena`; NULL: all are compared exactly. */
bool comparing_rules(const struct entity *entity,
                     struct arena *arena,
                     const struct column_comparison **rules,
                     struct error *error) NODISCARD;

#endif
