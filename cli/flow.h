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

#include <stdatomic.h>

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
    struct pipeline_progress *progress;        /* added to */
    atomic_uint_fast64_t *rejects; /* over all entities that share a limit; added to by chunks */
};

/* Told whenever a lane has come to its end, by the lane's thread. */
struct flow_listener {
    void *state;
    void (*lane_ended)(void *state);
};

struct flow_result {
    const struct tally *tally; /* of what was carried; until the flow is destroyed */
    int chunks_done;
    bool over_limit; /* stopped because of too many rejects */
};

struct flow;

/* `options` and what they point to outlive the flow; so does `listener`, which may be NULL. */
bool flow_create(struct job *job,
                 const struct flow_options *options,
                 const struct flow_listener *listener,
                 struct flow **flow,
                 struct error *error) NODISCARD;
/* Starts a lane in a thread of its own. False: there are no chunks left for it, or no thread. */
bool flow_add_lane(struct flow *flow) NODISCARD;
/* The same in the calling thread, which comes back when the lane has ended. */
void flow_be_lane(struct flow *flow);
/* Lanes at work. */
int flow_lanes(struct flow *flow);
/* Lets every lane finish the chunk that it has. */
void flow_stop(struct flow *flow);
/* Waits for the end of all lanes, and says what came of them. */
bool flow_join(struct flow *flow, struct flow_result *result, struct error *error) NODISCARD;
void flow_destroy(struct flow *flow); /* NULL is allowed */

#endif
