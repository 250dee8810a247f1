/* pipeline.c — reader → transform → writer, in threads or in one.
 *
 *              full                          full
 *   reader ══════════▶ transformer ══════════▶ writer        (in the calling thread)
 *      ▲      free          │ ▲       free        │
 *      └────────────────────┘ └────────────────────┘
 *
 * Each side has its batches, which go round: out of `free`, filled, into `full`,
 * used, into `free` again. Both queues of a side can hold all its batches, so a push never waits;
 * a stage waits only for a batch, and the reader for memory while batches are in flight, which is
 * between its filling one and that one's being emptied (novate/budget.h). Whoever fails closes all
 * queues and wakes the reader: every wait ends, and the stages see `stopped` before they touch
 * another batch.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/pipeline.h"

#include "novate/fault_point.h"
#include "novate/limits.h"
#include "novate/queue.h"

#include <pthread.h>

struct lane {
    struct queue queue;
    bool made;                   /* to be released */
    atomic_uint_fast64_t *waits; /* where waiting for a batch is told; NULL: nowhere */
    uint64_t waits_seen;         /* of the queue's own count; the one popper's */
};

struct side {
    struct batch batches[LIMIT_PIPELINE_BATCHES_DEEP];
    int batch_count;  /* initialised, to be released */
    struct lane free; /* empty batches */
    struct lane full; /* filled ones, in order */
};

/* What one end of the pipeline has counted of the chunk in hand: taken back when it begins anew. */
struct tentative {
    uint64_t rows;
    uint64_t bytes;
    uint64_t rejected;
};

struct run {
    const struct pipeline *pipeline;
    struct tentative read;    /* the reader's own */
    struct tentative written; /* the writer's own */
    struct side source;       /* between reader and transformer, or writer */
    struct side target;       /* between transformer and writer */
    struct side *last;        /* whose batches the writer gets */
    struct arena arena;       /* of the queues */
    pthread_mutex_t mutex;
    struct error error; /* the first one; under the mutex */
    atomic_bool stopped;
    atomic_int flights; /* batches that the budget was told of */
    struct claim claim; /* the reader's */
};

static void lane_close(struct lane *lane)
{
    if (lane->made) {
        queue_close(&lane->queue);
    }
}

/* The first failure counts. After a request to stop now, what fails fails because of it. */
static void fail(struct run *run, const struct error *error)
{
    pthread_mutex_lock(&run->mutex);
    if (run->error.code == ERROR_OK) {
        if (cancel_level(run->pipeline->cancel) == CANCEL_NOW && error->code != ERROR_INTERRUPTED) {
            (void)error_set(&run->error, ERROR_INTERRUPTED, "interrupted");
            (void)error_detail(&run->error, "Then: %s.", error->message);
        } else {
            run->error = *error;
            (void)NOVATE_CHECK(&run->error, error->code != ERROR_OK);
        }
    }
    pthread_mutex_unlock(&run->mutex);
    atomic_store(&run->stopped, true);
    lane_close(&run->source.free);
    lane_close(&run->source.full);
    lane_close(&run->target.free);
    lane_close(&run->target.full);
    budget_wake(run->pipeline->budget);
}

static void begin_flight(struct run *run)
{
    atomic_fetch_add(&run->flights, 1);
    budget_begin_flight(run->pipeline->budget);
}

/* The batch is used up. Its memory comes back first, for whoever waits for that. */
static void end_flight(struct run *run, struct batch *batch)
{
    batch_clear(batch);
    atomic_fetch_sub(&run->flights, 1);
    budget_end_flights(run->pipeline->budget, 1);
}

/* Between two batches: may the stage go on? */
static bool may_go_on(struct run *run)
{
    if (atomic_load(&run->stopped)) {
        return false;
    }
    if (cancel_level(run->pipeline->cancel) == CANCEL_NOW) {
        struct error error = ERROR_NONE;
        (void)error_set(&error, ERROR_INTERRUPTED, "interrupted");
        fail(run, &error);
        return false;
    }
    return true;
}

static void count(atomic_uint_fast64_t *counter, uint64_t number)
{
    atomic_fetch_add_explicit(counter, number, memory_order_relaxed);
}

static void count_back(atomic_uint_fast64_t *counter, uint64_t number)
{
    atomic_fetch_sub_explicit(counter, number, memory_order_relaxed);
}

/* One step of each stage; both ways of running use them. */

static bool read_batch(struct run *run, struct batch *batch, bool *more)
{
    const struct reader *reader = &run->pipeline->reader;
    struct pipeline_progress *progress = run->pipeline->progress;
    struct error error = ERROR_NONE;

    *more = false;
    batch->arena.claim = &run->claim;
    bool ok = fault_point_meet(FAULT_POINT_READ, &error) &&
              reader->next(reader->state, batch, more, &error);
    batch->arena.claim = NULL;
    if (ok && *more) {
        begin_flight(run); /* before another reader may find that nothing is in flight */
    }
    claim_end(&run->claim);
    if (!ok) {
        fail(run, &error);
        return false;
    }
    if (*more && progress != NULL) {
        uint64_t bytes = arena_used(&batch->arena);
        if (batch->chunk_restarts) {
            count_back(&progress->rows_read, run->read.rows);
            count_back(&progress->bytes_read, run->read.bytes);
            run->read = (struct tentative){.rows = 0};
        }
        count(&progress->rows_read, (uint64_t)batch->rows);
        count(&progress->bytes_read, bytes);
        run->read.rows += (uint64_t)batch->rows;
        run->read.bytes += bytes;
        run->read = batch->chunk_ends ? (struct tentative){.rows = 0} : run->read;
    }
    return true;
}

static bool transform_batch(struct run *run, struct batch *in, struct batch *out)
{
    const struct transformer *transformer = &run->pipeline->transformer;
    struct error error = ERROR_NONE;

    begin_flight(run);
    if (!fault_point_meet(FAULT_POINT_TRANSFORM, &error) ||
        !transformer->apply(transformer->state, in, out, &error)) {
        fail(run, &error);
        return false;
    }
    out->chunk = in->chunk;
    out->chunk_ends = in->chunk_ends && !out->again;
    out->chunk_restarts = in->chunk_restarts;
    in->chunk_restarts = false; /* said once */
    if (!out->again) {
        end_flight(run, in);
    }
    return true;
}

static bool restart_chunk(struct run *run, struct error *error)
{
    const struct writer *writer = &run->pipeline->writer;
    struct pipeline_progress *progress = run->pipeline->progress;

    if (!NOVATE_CHECK(error, writer->restart != NULL)) {
        return false;
    }
    writer->restart(writer->state);
    if (progress != NULL) {
        count_back(&progress->rows_written, run->written.rows);
        count_back(&progress->rows_rejected, run->written.rejected);
        run->written = (struct tentative){.rows = 0};
    }
    return true;
}

static bool write_batch(struct run *run, struct batch *batch)
{
    const struct writer *writer = &run->pipeline->writer;
    struct pipeline_progress *progress = run->pipeline->progress;
    struct error error = ERROR_NONE;
    int rows = batch->rows;

    if (batch->chunk_restarts && !restart_chunk(run, &error)) {
        fail(run, &error);
        return false;
    }
    if (!writer->write(writer->state, batch, &error)) {
        fail(run, &error);
        return false;
    }
    if (progress != NULL) {
        count(&progress->rows_written, (uint64_t)rows);
        count(&progress->rows_rejected, (uint64_t)batch->reject_count);
        run->written.rows += (uint64_t)rows;
        run->written.rejected += (uint64_t)batch->reject_count;
        run->written = batch->chunk_ends ? (struct tentative){.rows = 0} : run->written;
    }
    end_flight(run, batch);
    return true;
}

static struct batch *take(struct run *run, struct lane *lane)
{
    void *item = NULL;
    bool there = queue_pop(&lane->queue, &item);

    if (lane->waits != NULL) {
        uint64_t now = atomic_load(&lane->queue.pop_wait_ns);
        count(lane->waits, now - lane->waits_seen);
        lane->waits_seen = now;
    }
    return there && may_go_on(run) ? item : NULL;
}

static void *run_reader(void *argument)
{
    struct run *run = argument;
    struct side *side = &run->source;

    while (may_go_on(run)) {
        struct batch *batch = take(run, &side->free);
        bool more = false;
        if (batch == NULL || !read_batch(run, batch, &more) || !more ||
            !queue_push(&side->full.queue, batch)) {
            break;
        }
    }
    queue_close(&side->full.queue); /* what is in it is still taken out */
    return NULL;
}

/* Everything that a batch gives, then the batch itself back to the reader. */
static bool transform_input(struct run *run, struct batch *in)
{
    bool again = true;

    while (again) {
        struct batch *out = take(run, &run->target.free);
        if (out == NULL || !transform_batch(run, in, out)) {
            return false;
        }
        again = out->again;
        if (!again && !queue_push(&run->source.free.queue, in)) {
            return false;
        }
        if (!queue_push(&run->target.full.queue, out)) {
            return false;
        }
    }
    return true;
}

static void *run_transformer(void *argument)
{
    struct run *run = argument;

    for (;;) {
        struct batch *in = take(run, &run->source.full);
        if (in == NULL) {
            break;
        }
        if (!transform_input(run, in)) {
            break;
        }
    }
    queue_close(&run->target.full.queue);
    return NULL;
}

static void run_writer(struct run *run)
{
    struct side *side = run->last;

    for (;;) {
        struct batch *batch = take(run, &side->full);
        if (batch == NULL || !write_batch(run, batch) || !queue_push(&side->free.queue, batch)) {
            break;
        }
    }
}

static void run_threads(struct run *run)
{
    pthread_t threads[2];
    int started = 0;
    bool transforms = run->last == &run->target;
    int code = pthread_create(&threads[started], NULL, run_reader, run);

    if (code == 0) {
        started++;
        if (transforms) {
            code = pthread_create(&threads[started], NULL, run_transformer, run);
            started += code == 0 ? 1 : 0;
        }
    }
    if (code != 0) {
        struct error error = ERROR_NONE;
        (void)error_set_system(&error, ERROR_MEMORY, code, "could not start a thread");
        fail(run, &error);
    } else {
        run_writer(run);
    }
    for (int i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

static void run_inline(struct run *run)
{
    struct batch *in = &run->source.batches[0];
    struct batch *out = &run->last->batches[0];
    bool more = true;

    while (may_go_on(run) && read_batch(run, in, &more) && more) {
        bool again = true;
        while (again) {
            if (in != out && !transform_batch(run, in, out)) {
                return;
            }
            again = in != out && out->again; /* writing clears the batch */
            if (!write_batch(run, out)) {
                return;
            }
        }
    }
}

static bool lane_init(struct lane *lane, struct arena *arena, struct error *error)
{
    lane->made = queue_init(&lane->queue, LIMIT_PIPELINE_BATCHES_DEEP, arena, error);
    return lane->made;
}

/* With threads: the pool and its queues, all batches free. Without: one batch. */
static bool side_init(struct run *run,
                      struct side *side,
                      const struct schema *schema,
                      struct error *error)
{
    int deep = run->pipeline->deep ? LIMIT_PIPELINE_BATCHES_DEEP : LIMIT_PIPELINE_BATCHES;
    int wanted = run->pipeline->threads ? deep : 1;

    for (; side->batch_count < wanted; side->batch_count++) {
        if (!batch_init(&side->batches[side->batch_count], schema, run->pipeline->budget, error)) {
            return false;
        }
    }
    if (!run->pipeline->threads) {
        return true;
    }
    if (!lane_init(&side->free, &run->arena, error) ||
        !lane_init(&side->full, &run->arena, error)) {
        return false;
    }
    for (int i = 0; i < wanted; i++) {
        if (!NOVATE_CHECK(error, queue_push(&side->free.queue, &side->batches[i]))) {
            return false;
        }
    }
    return true;
}

static void side_release(struct side *side)
{
    if (side->full.made) {
        queue_release(&side->full.queue);
    }
    if (side->free.made) {
        queue_release(&side->free.queue);
    }
    for (int i = 0; i < side->batch_count; i++) {
        batch_release(&side->batches[i]);
    }
}

static bool run_init(struct run *run, struct error *error)
{
    const struct pipeline *pipeline = run->pipeline;
    bool transforms = pipeline->transformer.apply != NULL;

    run->last = transforms ? &run->target : &run->source;
    if (pipeline->progress != NULL) {
        run->source.full.waits = &pipeline->progress->wait_source_ns;
        run->last->free.waits = &pipeline->progress->wait_target_ns;
    }
    return side_init(run, &run->source, pipeline->reader.schema, error) &&
           (!transforms || side_init(run, &run->target, pipeline->transformer.schema, error));
}

/* Everything has ended: finish what went well, undo what did not. */
static bool conclude(struct run *run, struct error *error)
{
    const struct writer *writer = &run->pipeline->writer;

    if (may_go_on(run) && writer->finish != NULL) {
        struct error reason = ERROR_NONE;
        if (!writer->finish(writer->state, &reason)) {
            fail(run, &reason);
        }
    }
    if (!atomic_load(&run->stopped)) {
        return true;
    }
    if (writer->abort != NULL) {
        writer->abort(writer->state);
    }
    if (error != NULL && error->code == ERROR_OK) {
        *error = run->error;
    }
    return false;
}

bool pipeline_run(const struct pipeline *pipeline, struct error *error)
{
    struct run run = {.pipeline = pipeline, .error = ERROR_NONE};
    struct error reason = ERROR_NONE;

    if (pthread_mutex_init(&run.mutex, NULL) != 0) {
        return error_set_memory(error);
    }
    atomic_init(&run.stopped, false);
    atomic_init(&run.flights, 0);
    run.claim = (struct claim){.budget = pipeline->budget, .stopped = &run.stopped};
    arena_init(&run.arena, 1024, NULL);
    if (!run_init(&run, &reason)) {
        fail(&run, &reason);
    } else if (pipeline->threads) {
        run_threads(&run);
    } else {
        run_inline(&run);
    }
    bool ok = conclude(&run, error);
    side_release(&run.source);
    side_release(&run.target);
    budget_end_flights(pipeline->budget, atomic_load(&run.flights));
    arena_release(&run.arena);
    (void)pthread_mutex_destroy(&run.mutex);
    return ok;
}
