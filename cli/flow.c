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
    flow->result->chunks_done++;
    flow->merged = tally_merge(&flow->result->tally, tally, &flow->merge_error) && flow->merged;
    uint64_t rejected = flow->result->tally.rejected.rows + flow->options->rejects_before;
    if (limits->rejects_share < 0 && rejected > limits->rejects_max) {
        flow->result->over_limit = true;
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

struct worker {
    struct flow *flow;
    pthread_t thread;
    bool threaded;
    bool ok;
    struct error error;
};

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
    if (!worker->ok) {
        /* Other lanes finish the chunk they have; a lost server would not let them begin another.
         */
        pthread_mutex_lock(&flow->mutex);
        flow->stopping = true;
        pthread_mutex_unlock(&flow->mutex);
    }
    return NULL;
}

static bool run_workers(struct flow *flow, struct worker *workers, int count, struct error *error)
{
    for (int index = 0; index < count; index++) {
        workers[index].flow = flow;
        workers[index].error = ERROR_NONE;
    }
    for (int index = 1; index < count; index++) {
        workers[index].threaded =
            pthread_create(&workers[index].thread, NULL, work, &workers[index]) == 0;
    }
    (void)work(&workers[0]);
    bool ok = workers[0].ok;
    const struct error *first = &workers[0].error;
    for (int index = 1; index < count; index++) {
        if (!workers[index].threaded) {
            continue; /* fewer lanes carry the same chunks */
        }
        (void)pthread_join(workers[index].thread, NULL);
        if (!workers[index].ok && (ok || first->code == ERROR_INTERRUPTED)) {
            first = &workers[index].error;
        }
        ok = ok && workers[index].ok;
    }
    if (!ok && error->code == ERROR_OK) {
        *error = *first;
    }
    return ok;
}

bool flow_run(struct job *job,
              const struct flow_options *options,
              struct flow_result *result,
              struct error *error)
{
    bool reads = options->kind == FLOW_RUN || options->kind == FLOW_EXTRACT;
    int count = job_lanes(job, reads ? options->entity : NULL, options->chunk_count);
    struct flow flow = {
        .job = job,
        .options = options,
        .result = result,
        .let_go = -1,
        .merge_error = ERROR_NONE,
        .merged = true,
    };
    *result = (struct flow_result){.chunks_done = 0};
    tally_init(&result->tally, &job->arena);
    if (count == 0) {
        return true;
    }
    struct worker *workers = calloc((size_t)count, sizeof *workers);
    flow.after = calloc((size_t)options->chunk_count, sizeof *flow.after);
    if (workers == NULL || flow.after == NULL) {
        free(flow.after);
        free(workers);
        return error_set_memory(error);
    }
    (void)pthread_mutex_init(&flow.mutex, NULL);
    bool ok = run_workers(&flow, workers, count, error);
    (void)pthread_mutex_destroy(&flow.mutex);
    free(flow.after);
    free(workers);
    if (ok && !flow.merged) {
        *error = flow.merge_error;
        ok = false;
    }
    int chunks_left = options->chunk_count - result->chunks_done;
    bool left = (flow.next < options->chunk_count || flow.let_go >= 0) && !result->over_limit;
    if (ok && left && cancel_level(&job->cancel) != CANCEL_NONE) {
        error_set(error,
                  ERROR_INTERRUPTED,
                  "interrupted with %d of %d chunks left",
                  chunks_left,
                  options->chunk_count);
        ok = error_hint(error, "The same command resumes.");
    }
    return ok;
}
