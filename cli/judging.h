/* judging.h — what an execution concludes of an entity, and in which words.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JUDGING_H
#define CLI_JUDGING_H

#include "job.h"

#include "novate/report.h"

/* `stop`: why the execution ended early, if it did. */
enum verdict judging_verdict(const struct entity *entity, const struct error *stop);
/* Why it is not verified; NULL: it is, or it differs, which the report says by itself. `wanted`:
 * verification was. */
const char *judging_reason(struct job *job, const struct entity *entity, bool wanted);
/* Takes "verified" back where what the ledger says does not fit what was found, which is for
 * somebody to explain. The rest of `out` is filled. */
bool judging_ledger(struct job *job,
                    const struct entity *entity,
                    struct report_entity *out,
                    struct error *error) NODISCARD;
/* Columns that the mapping skips, for the report. */
bool judging_skipped(struct job *job,
                     const struct entity *entity,
                     struct report_entity *out,
                     struct error *error) NODISCARD;
/* Were rows only counted, as was asked, and do they agree? Then all that was asked is done. */
bool judging_counts_agree(const struct report *report);

#endif
