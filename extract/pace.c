/* pace.c — a token bucket: no more than so many rows a second on average.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "pace.h"

#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define SAVED_NS  (SECOND_NS / 10)
#define SLICE_NS  (SECOND_NS / 20) /* how late a cancel may be noticed */

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

void pace_init(struct pace *pace, uint64_t rows_per_second)
{
    pace->rows_per_second = rows_per_second;
    pace->due_ns = rows_per_second == 0 ? 0 : now_ns();
}

void pace_wait(const struct pace *pace, const struct cancel *cancel)
{
    if (pace->rows_per_second == 0) {
        return;
    }
    int64_t left = pace->due_ns - now_ns();
    while (left > 0 && cancel_level(cancel) < CANCEL_NOW) {
        int64_t slice = left < SLICE_NS ? left : SLICE_NS;
        struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)slice};
        (void)nanosleep(&pause, NULL); /* woken early: the loop looks at the clock again */
        left = pace->due_ns - now_ns();
    }
}

void pace_spend(struct pace *pace, uint64_t rows)
{
    if (pace->rows_per_second == 0) {
        return;
    }
    int64_t now = now_ns();
    if (pace->due_ns < now - SAVED_NS) {
        pace->due_ns = now - SAVED_NS;
    }
    uint64_t whole = rows / pace->rows_per_second;
    uint64_t rest = rows % pace->rows_per_second;
    uint64_t part = rest * (uint64_t)SECOND_NS / pace->rows_per_second;
    pace->due_ns += (int64_t)(whole * (uint64_t)SECOND_NS + part);
}
