/* progress.h — one line per entity while it is carried: on a terminal rewritten every second,
 * otherwise a message every 30 seconds.
 *
 *     load patient 61.2% 460900/752865 rows  118k rows/s  41.3 MB/s  rejects 12  wait: target 78%
 * state: running  eta 1m19s
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "console.h"

#include "novate/pace.h"
#include "novate/pipeline.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    struct console *console;
    const char *verb; /* "load", "verify", … */
    const char *entity;
    const struct pipeline_progress *counts;
    struct pace *pace;      /* of the source that is read, or NULL */
    uint64_t rows_expected; /* 0: not known */
    uint64_t rows_before;   /* done by earlier runs */
    double started;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool running;
    bool ending;
};

/* Without a thread to be had there is no progress line, and nothing else is missing. */
void progress_open(struct progress *progress,
                   struct console *console,
                   const char *verb,
                   const char *entity,
                   const struct pipeline_progress *counts,
                   struct pace *pace,
                   uint64_t rows_expected,
                   uint64_t rows_before);
void progress_close(struct progress *progress);

/* The line at a moment; separate for the tests. `seconds` since the start. */
void progress_format(const struct progress *progress, double seconds, struct text_buffer *out);

/* "1h02m", "3m07s", "12s". */
void push_duration(struct text_buffer *out, double seconds);

#endif
