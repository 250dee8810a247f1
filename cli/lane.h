/* lane.h — one pipeline of a flow: what it opens, and in which order it is closed. Private to
 * flow.c. SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LANE_H
#define CLI_LANE_H

#include "flow.h"

#include "novate/amendment.h"
#include "novate/loader.h"

struct worker {
    struct flow *flow;
    pthread_t thread;
    bool threaded;
    bool ok;
    struct error error;
};

struct flow {
    struct job *job;
    const struct flow_options *options;
    const struct flow_listener *listener;
    struct arena arena;    /* of the tally */
    pthread_mutex_t mutex; /* of everything below, and of the lanes' lists */
    struct tally tally;
    int chunks_done;
    bool over_limit;
    int next;   /* the first chunk that nobody had yet */
    int let_go; /* list of chunks that a lane gave back; -1: none */
    int *after; /* chunk → the next one of its list, or -1 */
    bool stopping;
    struct error merge_error;
    bool merged;
    struct worker workers[LIMIT_JOBS];
    int worker_count;
    int working; /* of these, lanes that have not ended */
};

/* What a dry run does with its batches: it counts. */
struct counting_writer {
    struct lane *lane;
    struct arena arena;
    struct tally tally;
};

struct lane {
    struct flow *flow;
    int first; /* list of chunks that were handed out and are not known to be committed; or -1 */
    int last;
    struct chunk_supply supply;
    struct source *source;
    struct source_reader *source_reader;
    bool waits_long; /* so the source's snapshot is not kept either */
    struct staging_reader *staging_reader;
    struct transform *transform;
    struct session *session;
    struct loader *loader;
    struct staging_writer *staging_writer;
    struct amendment_writer *amendment_writer;
    struct counting_writer counting;
};

/* The `next` of the chunks' supply, and the `committed` of writers; `state` is the lane. In flow.c.
 */
bool lane_supply(void *state, const struct chunk **chunk);
void lane_committed(void *state, int ordinal, const struct tally *tally);

/* Opens what the flow's kind needs. lane_close() is to be called whatever came of it. */
bool lane_open(struct lane *lane,
               struct flow *flow,
               struct pipeline *pipeline,
               struct error *error) NODISCARD;
void lane_close(struct lane *lane);

#endif
