/* lane.h — one pipeline of a flow: what it opens, and in which order it is closed. Private to
 * flow.c. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LANE_H
#define CLI_LANE_H

#include "flow.h"

#include "novate/loader.h"

struct flow {
    struct job *job;
    const struct flow_options *options;
    struct flow_result *result;
    struct chunk_supply supply;
    pthread_mutex_t mutex; /* of everything below and of `result` */
    int next;
    bool stopping;
    struct error merge_error;
    bool merged;
};

/* The `committed` of loaders and staging writers. */
void flow_committed(void *state, int ordinal, const struct tally *tally);

/* What a dry run does with its batches: it counts. */
struct counting_writer {
    struct flow *flow;
    struct arena arena;
    struct tally tally;
};

struct lane {
    struct source_pool *sources; /* that `source` is from */
    struct source *source;
    struct source_reader *source_reader;
    struct staging_reader *staging_reader;
    struct transform *transform;
    struct session *session;
    struct loader *loader;
    struct staging_writer *staging_writer;
    struct counting_writer counting;
};

/* Opens what the flow's kind needs. lane_close() is to be called whatever came of it. */
bool lane_open(struct lane *lane,
               struct flow *flow,
               struct pipeline *pipeline,
               struct error *error) NODISCARD;
void lane_close(struct lane *lane);

#endif
