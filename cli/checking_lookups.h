/* checking_lookups.h — the lookups of an entity, as `check` shows them: what they hold, and what
 * the source asks for in vain.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_CHECKING_LOOKUPS_H
#define CLI_CHECKING_LOOKUPS_H

#include "job.h"

#include "novate/chunk.h"
#include "novate/text.h"

/* Entries, bytes and place of each lookup. */
void checking_lookups_push(const struct entity *entity, struct text_buffer *out);
/* Reads the records of these chunks through the filters, and counts the codes that have no entry:
 * those that would reject records are warnings, the others lines of `out`. NULL chunks: they were
 * not planned, since the window is closed. Only where there are few records or --codes is given. */
bool checking_lookups_count(struct job *job,
                            struct entity *entity,
                            const struct chunk_list *chunks,
                            struct text_buffer *out,
                            struct error *error) NODISCARD;

#endif
