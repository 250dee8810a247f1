/* pace.c — the contract is in pace.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/pace.h"

#include "novate/limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define SAVED_NS  (SECOND_NS / 10)
#define SLICE_NS  (SECOND_NS / 20) /* how late a cancel may be noticed */

struct pace {
    const struct cancel *cancel;
    pthread_mutex_t mutex; /* guards what follows */
    struct plan_pace limits;
    int64_t due_ns; /* when the next rows may be read */
};

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

bool pace_create(const struct plan_source *settings,
                 const struct cancel *cancel,
                 struct pace **pace,
                 struct error *error)
{
    struct pace *created = calloc(1, sizeof *created);
    if (created == NULL) {
        return error_set_memory(error);
    }
    (void)pthread_mutex_init(&created->mutex, NULL);
    created->cancel = cancel;
    created->limits = settings->pace;
    created->due_ns = now_ns();
    *pace = created;
    return true;
}

void pace_destroy(struct pace *pace)
{
    if (pace != NULL) {
        (void)pthread_mutex_destroy(&pace->mutex);
        free(pace);
    }
}

enum pace_gate pace_enter(struct pace *pace)
{
    return pace != NULL && cancel_level(pace->cancel) != CANCEL_NONE ? PACE_CANCELLED : PACE_GO;
}

/* Takes the rows out of the bucket; gives the time from which on the next may be read. */
static int64_t take(struct pace *pace, uint64_t rows)
{
    pthread_mutex_lock(&pace->mutex);
    uint64_t rate = pace->limits.rows_per_second_max;
    int64_t now = now_ns();
    if (rate == 0) {
        pace->due_ns = now;
    } else {
        if (pace->due_ns < now - SAVED_NS) {
            pace->due_ns = now - SAVED_NS;
        }
        pace->due_ns +=
            (int64_t)(rows / rate * (uint64_t)SECOND_NS + rows % rate * (uint64_t)SECOND_NS / rate);
    }
    int64_t due = pace->due_ns;
    pthread_mutex_unlock(&pace->mutex);
    return due;
}

void pace_spend(struct pace *pace, uint64_t rows)
{
    if (pace == NULL) {
        return;
    }
    int64_t left = take(pace, rows) - now_ns();
    int64_t due = now_ns() + left;
    while (left > 0 && cancel_level(pace->cancel) < CANCEL_NOW) {
        int64_t slice = left < SLICE_NS ? left : SLICE_NS;
        struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)slice};
        (void)nanosleep(&pause, NULL); /* woken early: the loop looks at the clock again */
        left = due - now_ns();
    }
}
