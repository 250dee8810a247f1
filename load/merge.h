/* merge.h — mode upsert: the rows of a piece come by COPY into a temporary table, and from there
 * into the table of the target.
 *
 * In this order: rows without a key, rows whose key another row of this load has had, and rows
 * whose key is there outside the scope are left out and become rejects; of the rest those whose key
 * is there are updated where they differ, and the others inserted, in one statement with one
 * snapshot. A row that does not differ is not touched. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_MERGE_H
#define NOVATE_LOAD_MERGE_H

#include "loader_private.h"

struct merge;

/* Makes the temporary table of the session. */
bool merge_create(struct loader *loader, struct error *error) NODISCARD;
/* The name of that table, quoted as the loader needs it. */
const char *merge_table(void);
/* Merges the rows of a range that was copied. `*accepted` false: `refusal` says why, and the
 * savepoint is to be rolled back. */
bool merge_range(struct loader *loader,
                 struct range range,
                 bool *accepted,
                 struct refusal *refusal,
                 struct error *error) NODISCARD;

#endif
