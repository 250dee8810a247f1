/* watch.h — a thread beside a job that obeys other terminals and says what state reading is in.
 *
 * Five times a second it looks for an order in the work directory (control.h) and whether the state
 * of a source has changed; changes are logged, and the state is kept in the work directory
 * (state_file.h). Without a work directory that may be written it only logs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "console.h"
#include "source_pool.h"

#include "novate/pipeline.h"
#include "novate/plan.h"

#include <pthread.h>

/* What was last said of a source. */
struct watched {
    enum pace_phase phase;
    enum pace_phase coming; /* seen, and said when it lasts */
    int looks;              /* that it has lasted */
    unsigned settled;
};

struct watch {
    struct console *console;
    const struct plan *plan;
    struct source_pool *sources;
    const char *work_directory; /* NULL: nothing is written */
    char since[32];
    struct watched *watched; /* by plan->sources */
    struct arena scratch;
    pthread_t thread;
    bool running;
    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t wake;
    bool ending;
    const char *verb; /* NULL: between two entities */
    const char *entity;
    const struct pipeline_progress *counts;
};

/* Everything given outlives the watch; `watch` is zeroed memory. Without a thread to be had nobody
 * watches, and nothing else is missing. */
void watch_open(struct watch *watch,
                struct console *console,
                const struct plan *plan,
                struct source_pool *sources,
                const char *work_directory);
/* What the job is at from now on; NULL: nothing. */
void watch_work(struct watch *watch,
                const char *verb,
                const char *entity,
                const struct pipeline_progress *counts);
void watch_close(struct watch *watch); /* also when it was never opened */

#endif
