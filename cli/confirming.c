/* confirming.c — the contract is in confirming.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "confirming.h"

#include <time.h>

/* How late an interruption may be noticed. */
#define SLICE_NS 50000000L

static int64_t monotonic_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool wait_for_it(void *state, struct error *error)
{
    struct job *job = state;
    const struct timespec slice = {.tv_nsec = SLICE_NS};
    int64_t until = monotonic_ns() + (int64_t)job->options->confirm_after_s * 1000000000;

    console_log(job->console,
                LOG_INFO,
                "confirm",
                "what differs is looked at again in %llu s",
                (unsigned long long)job->options->confirm_after_s);
    while (monotonic_ns() < until) {
        if (cancel_level(&job->cancel) != CANCEL_NONE) {
            return error_set(error, ERROR_INTERRUPTED, "the verification was interrupted");
        }
        (void)nanosleep(&slice, NULL);
    }
    return true;
}

static void time_of_day(void *state, char time[VERIFY_TIME_SIZE])
{
    (void)state;
    clock_utc(time);
}

struct verify_confirm confirming(struct job *job)
{
    bool wanted = job->options->confirm_after_s > 0;
    return (struct verify_confirm){.state = job,
                                   .wait = wanted ? wait_for_it : NULL,
                                   .now = time_of_day,
                                   .after_s = job->options->confirm_after_s};
}
