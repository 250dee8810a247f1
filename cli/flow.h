/* flow.h — carries the chunks of one entity through pipelines side by side.
 *
 * A flow has a list of chunks and lanes; each lane is one pipeline with its own connections, and
 * takes the next chunk when it is done with one. What a lane reads and writes is the flow's kind:
 *
 *     run        source  → mapping → target
 *     extract    source            → segments
 *     transform  segments → mapping → segments
 *     load       segments          → target
 *
 * A dry run of each reads and maps the same and writes nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_FLOW_H
#define CLI_FLOW_H

#include "job.h"

#include "novate/staging.h"

enum flow_kind {
    FLOW_RUN,
    FLOW_EXTRACT,
    FLOW_TRANSFORM,
    FLOW_LOAD
};

struct flow_options {
    enum flow_kind kind;
    bool dry_run;
    struct entity *entity;
    const struct chunk *const *chunks; /* those to be carried */
    int chunk_count;
    const struct staging *staging;             /* unless kind is FLOW_RUN */
    const struct target_entity *target_entity; /* FLOW_RUN, FLOW_LOAD, unless dry */
    const struct schema *schema;               /* of what is written */
    uint64_t rejects_before;                   /* over all entities, in the ledger already */
};

struct flow_result {
    struct tally tally; /* of what this flow carried; in the job's arena */
    int chunks_done;
    bool over_limit; /* stopped because of too many rejects */
};

bool flow_run(struct job *job,
              const struct flow_options *options,
              struct flow_result *result,
              struct error *error) NODISCARD;

#endif
