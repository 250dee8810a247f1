/* pipeline.h — reader → transform → writer over batches, in threads or in one.
 *
 * A pipeline owns a fixed pool of batches on each side of the transformation and passes them on
 * through bounded queues; nothing is allocated while it runs but what the batches' arenas need.
 * Order is kept. Without a transformation the reader's batches go to the writer. The first error of
 * any stage stops the others; nothing waits for ever; pipeline_run returns after every thread has
 * ended.
 *
 * The writer runs in the calling thread, reader and transformer in threads of their own. With
 * `threads` false everything runs in the calling thread, in the same order, with the same
 * result.
 *
 * A reader marks the last batch of a chunk (batch->chunk_ends); the writer commits the chunk with
 * it. CANCEL_FINISH is the reader's to obey (it begins no further chunk); CANCEL_NOW ends the
 * pipeline between two batches with ERROR_INTERRUPTED.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PIPELINE_H
#define NOVATE_PIPELINE_H

#include "novate/batch.h"
#include "novate/cancel.h"
#include "novate/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Gives records. next() fills `batch` (which it begins itself) and sets `*more`; false in `*more`
 * means that the batch was not filled and that no other follows. */
struct reader {
    void *state;
    const struct schema *schema; /* of the batches it fills */
    bool (*next)(void *state, struct batch *batch, bool *more, struct error *error);
};

/* Turns a batch into another; `out` is begun by the callee, the pipeline carries chunk and
 * chunk_ends over. With out->again set, apply() has more to give for the same `in` and must be
 * called again with it and another `out`. NULL `apply`: no transformation. */
struct transformer {
    void *state;
    const struct schema *schema; /* of `out` */
    bool (*apply)(void *state, struct batch *in, struct batch *out, struct error *error);
};

/* Takes batches in order. finish() is called once after the last one, if all went well; abort()
 * once otherwise, also when finish() failed: it must undo what was not committed and cannot fail.
 * Either may be NULL. restart() is called before a batch with chunk_restarts is written: it must
 * forget what was written of the chunk in hand, which comes again from its beginning, and cannot
 * fail; a writer without it cannot follow a source that was lost. */
struct writer {
    void *state;
    bool (*write)(void *state, struct batch *batch, struct error *error);
    bool (*finish)(void *state, struct error *error);
    void (*abort)(void *state);
    void (*restart)(void *state);
};

/* What a progress line reads while the pipeline runs. */
struct pipeline_progress {
    atomic_uint_fast64_t rows_read;
    atomic_uint_fast64_t rows_written;
    atomic_uint_fast64_t rows_rejected;
    atomic_uint_fast64_t bytes_read;     /* of arenas: what the records took in memory */
    atomic_uint_fast64_t wait_source_ns; /* the writer or transformer waited for the reader */
    atomic_uint_fast64_t wait_target_ns; /* the reader or transformer waited for the writer */
};

struct pipeline {
    struct reader reader;
    struct transformer transformer;
    struct writer writer;
    bool threads;
    bool deep;                          /* LIMIT_PIPELINE_BATCHES_DEEP: there is memory for them */
    struct budget *budget;              /* of the batches; may be NULL */
    struct cancel *cancel;              /* may be NULL */
    struct pipeline_progress *progress; /* may be NULL; added to, never reset */
};

bool pipeline_run(const struct pipeline *pipeline, struct error *error) NODISCARD;

#endif
