/* resuming.h — what an interrupted verification had read, in the work directory.
 *
 *     resuming_open → struct verify_checkpoint → verify_entity → resuming_done
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RESUMING_H
#define CLI_RESUMING_H

#include "job.h"

#include "novate/chunk.h"
#include "novate/verify.h"

struct resuming {
    struct job *job;
    const char *path;
    bool told; /* that it could not be kept */
};

/* Sets options->checkpoint, from what else they say. `resuming` outlives the verification. */
bool resuming_open(struct resuming *resuming,
                   struct job *job,
                   struct entity *entity,
                   const struct chunk_list *chunks,
                   struct verify_options *options,
                   struct error *error) NODISCARD;
/* The verification is done: what was kept is removed. */
void resuming_done(const struct resuming *resuming);

#endif
