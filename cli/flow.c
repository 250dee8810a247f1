/* flow.c — the contract is in flow.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "flow.h"

#include "lane.h"

#include <pthread.h>
#include <stdlib.h>

/* The next chunk: one that was let go, or one that nobody had yet; -1: none. Mutex locked. */
static int take_chunk(struct flow *flow)
{
    int index = flow->let_go;
    if (index >= 0) {
        flow->let_go = flow->after[index];
    } else if (flow->next < flow->options->chunk_count) {
        index = flow->next++;
    }
    return index;
}

bool lane_supply(void *state, const struct chunk **chunk)
{
    struct lane *lane = state;
    struct flow *flow = lane->flow;
    int index = -1;
    pthread_mutex_lock(&flow->mutex);
    if (!flow->stopping && cancel_level(&flow->job->cancel) == CANCEL_NONE) {
        index = take_chunk(flow);
    }
    if (index >= 0) {
        *chunk = flow->options->chunks[index];
        flow->after[index] = -1;
        if (lane->first < 0) {
            lane->first = index;
        } else {
            flow->after[lane->last] = index;
        }
        lane->last = index;
    }
    pthread_mutex_unlock(&flow->mutex);
    return index >= 0;
}

/* Chunks are committed in the order in which they were handed out. */
static void forget_until(struct lane *lane, int ordinal)
{
    const struct flow *flow = lane->flow;
    bool found = false;
    while (lane->first >= 0 && !found) {
        found = flow->options->chunks[lane->first]->ordinal == ordinal;
        lane->first = flow->after[lane->first];
    }
}

void lane_committed(void *state, int ordinal, const struct tally *tally)
{
    struct lane *lane = state;
    struct flow *flow = lane->flow;
    const struct plan_limits *limits = job_limits(flow->job, flow->options->entity);
    pthread_mutex_lock(&flow->mutex);
    forget_until(lane, ordinal);
    flow->chunks_done++;
    flow->merged = tally_merge(&flow->tally, tally, &flow->merge_error) && flow->merged;
    uint64_t rejected =
        atomic_fetch_add(flow->options->rejects, tally->rejected.rows) + tally->rejected.rows;
    if (limits->rejects_share < 0 && rejected > limits->rejects_max) {
        flow->over_limit = true;
        flow->stopping = true;
    }
    pthread_mutex_unlock(&flow->mutex);
}

/* Gives back what the lane had in hand and did not commit. */
static void let_go(struct flow *flow, struct lane *lane)
{
    pthread_mutex_lock(&flow->mutex);
    if (lane->first >= 0) {
        flow->after[lane->last] = flow->let_go;
        flow->let_go = lane->first;
        lane->first = -1;
    }
    pthread_mutex_unlock(&flow->mutex);
}

/* One pipeline, until there are no more chunks or reading has to wait long: then everything is
 * closed, what was not committed is given back, and `*again` is set when reading may go on. */
static bool carry_chunks(struct flow *flow, bool *again, struct error *error)
{
    struct job *job = flow->job;
    struct lane lane;
    struct pipeline pipeline;
    *again = false;
    bool ok = lane_open(&lane, flow, &pipeline, error) && pipeline_run(&pipeline, error);
    lane.waits_long = !ok && lane.source != NULL && error->code == ERROR_INTERRUPTED &&
                      cancel_level(&job->cancel) == CANCEL_NONE;
    lane_close(&lane);
    if (lane.waits_long) {
        let_go(flow, &lane);
        struct pace *pace = job_pace(job, flow->options->entity);
        *again = pace_pass(pace) != PACE_CANCELLED;
    }
    return ok;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct flow *flow = worker->flow;
    bool again = true;
    while (again) {
        worker->error = ERROR_NONE;
        worker->ok = carry_chunks(flow, &again, &worker->error);
    }
    pthread_mutex_lock(&flow->mutex);
    /* Other lanes finish the chunk they have; a lost server would not let them begin another. */
    flow->stopping = flow->stopping || !worker->ok;
    flow->working--;
    pthread_mutex_unlock(&flow->mutex);
    if (flow->listener != NULL) {
        flow->listener->lane_ended(flow->listener->state);
    }
    return NULL;
}

bool flow_create(struct job *job,
                 const struct flow_options *options,
                 const struct flow_listener *listener,
                 struct flow **flow,
                 struct error *error)
{
    struct flow *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->after = calloc((size_t)options->chunk_count + 1, sizeof *created->after);
    if (created->after == NULL) {
        free(created);
        return error_set_memory(error);
    }
    created->job = job;
    created->options = options;
    created->listener = listener;
    created->let_go = -1;
    created->merge_error = ERROR_NONE;
    created->merged = true;
    arena_init(&created->arena, 16 * 1024, NULL);
    tally_init(&created->tally, &created->arena);
    (void)pthread_mutex_init(&created->mutex, NULL);
    *flow = created;
    return true;
}

/* A worker for chunks that nobody has yet; NULL: there are none, or enough workers. */
static struct worker *hire(struct flow *flow)
{
    struct worker *worker = NULL;
    pthread_mutex_lock(&flow->mutex);
    bool left = flow->next < flow->options->chunk_count || flow->let_go >= 0;
    if (left && !flow->stopping && flow->worker_count < LIMIT_JOBS) {
        worker = &flow->workers[flow->worker_count++];
        *worker = (struct worker){.flow = flow, .ok = true, .error = ERROR_NONE};
        flow->working++;
    }
    pthread_mutex_unlock(&flow->mutex);
    return worker;
}

bool flow_add_lane(struct flow *flow)
{
    struct worker *worker = hire(flow);
    if (worker == NULL) {
        return false;
    }
    worker->threaded = pthread_create(&worker->thread, NULL, work, worker) == 0;
    if (!worker->threaded) {
        pthread_mutex_lock(&flow->mutex);
        flow->working--;
        pthread_mutex_unlock(&flow->mutex);
    }
    return worker->threaded;
}

void flow_be_lane(struct flow *flow)
{
    struct worker *worker = hire(flow);
    if (worker != NULL) {
        (void)work(worker);
    }
}

int flow_lanes(struct flow *flow)
{
    pthread_mutex_lock(&flow->mutex);
    int lanes = flow->working;
    pthread_mutex_unlock(&flow->mutex);
    return lanes;
}

void flow_stop(struct flow *flow)
{
    pthread_mutex_lock(&flow->mutex);
    flow->stopping = true;
    pthread_mutex_unlock(&flow->mutex);
}

/* The first failure that is not only the answer to another one. */
static bool join_workers(struct flow *flow, struct error *error)
{
    const struct error *first = NULL;
    for (int index = 0; index < flow->worker_count; index++) {
        struct worker *worker = &flow->workers[index];
        if (worker->threaded) {
            (void)pthread_join(worker->thread, NULL);
        }
        if (!worker->ok && (first == NULL || first->code == ERROR_INTERRUPTED)) {
            first = &worker->error;
        }
    }
    if (first != NULL) {
        *error = *first;
    }
    return first == NULL;
}

bool flow_join(struct flow *flow, struct flow_result *result, struct error *error)
{
    const struct flow_options *options = flow->options;
    bool ok = join_workers(flow, error);
    *result = (struct flow_result){
        .tally = &flow->tally, .chunks_done = flow->chunks_done, .over_limit = flow->over_limit};
    if (ok && !flow->merged) {
        *error = flow->merge_error;
        ok = false;
    }
    int chunks_left = options->chunk_count - flow->chunks_done;
    bool left = (flow->next < options->chunk_count || flow->let_go >= 0) && !flow->over_limit;
    if (ok && left && cancel_level(&flow->job->cancel) != CANCEL_NONE) {
        error_set(error,
                  ERROR_INTERRUPTED,
                  "interrupted with %d of %d chunks left",
                  chunks_left,
                  options->chunk_count);
        ok = error_hint(error, "The same command resumes.");
    }
    return ok;
}

void flow_destroy(struct flow *flow)
{
    if (flow == NULL) {
        return;
    }
    (void)pthread_mutex_destroy(&flow->mutex);
    arena_release(&flow->arena);
    free(flow->after);
    free(flow);
}
