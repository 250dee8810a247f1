/* retry.c — the contract is in retry.h. SPDX-License-Identifier: Apache-2.0 */
#include "retry.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND_NS    INT64_C(1000000000)
#define WAIT_NS      (SECOND_NS / 10) /* before the first try; doubled for each */
#define WAIT_NS_MAX  (30 * SECOND_NS)
#define LOOK_NS      (SECOND_NS / 20) /* how late a cancel may be noticed */
#define DOUBLED_MOST 9

static int64_t now_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* Between three quarters and all of a wait that grows, so that many readers do not come at once. */
static int64_t wait_of(int tries)
{
    int64_t wait = WAIT_NS << (tries < DOUBLED_MOST ? tries : DOUBLED_MOST);
    wait = wait < WAIT_NS_MAX ? wait : WAIT_NS_MAX;
    int64_t quarter = wait / 4;
    return wait - (int64_t)((uint64_t)now_ns() * UINT64_C(0x9E3779B97F4A7C15) >> 33) % quarter;
}

/* False: a request to stop ended the wait. */
static bool wait_out(int64_t wait_ns, const struct cancel *cancel)
{
    int64_t due = now_ns() + wait_ns;
    int64_t left = wait_ns;
    while (left > 0 && cancel_level(cancel) == CANCEL_NONE) {
        struct timespec pause = {.tv_nsec = (long)(left < LOOK_NS ? left : LOOK_NS)};
        (void)nanosleep(&pause, NULL); /* woken early: the loop looks at the clock again */
        left = due - now_ns();
    }
    return cancel_level(cancel) == CANCEL_NONE;
}

PRINTF_LIKE(2, 3) static void say(const struct source *source, const char *format, ...)
{
    char text[sizeof((struct error *)NULL)->message + 128];
    va_list arguments;
    if (source->watch.say == NULL) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    source->watch.say(source->watch.state, text);
}

static bool is_refused_for_good(const struct error *error)
{
    return strcmp(error->sqlstate, "28000") == 0 || error->code == ERROR_MEMORY ||
           error->code == ERROR_INTERNAL;
}

static bool connect_again(struct retry *retry,
                          struct source *source,
                          const struct source_driver *driver,
                          const struct cancel *cancel,
                          struct error *error)
{
    int64_t budget_ns = (int64_t)source->settings->pace.retry_seconds_max * SECOND_NS;
    for (;;) {
        int64_t left = budget_ns - (now_ns() - retry->begun_ns);
        int64_t wait = wait_of(retry->tries);
        if (left <= 0) {
            (void)error_hint(error,
                             "novate tried %d times within %d s (retry_s_max of the source); the "
                             "same command resumes.",
                             retry->tries,
                             (int)source->settings->pace.retry_seconds_max);
            return false;
        }
        if (!wait_out(wait < left ? wait : left, cancel)) {
            *error = ERROR_NONE;
            return error_set(error, ERROR_INTERRUPTED, "interrupted while the source was away");
        }
        retry->tries++;
        struct error again = ERROR_NONE;
        if (driver->reconnect(source_state(source, driver), &again)) {
            say(source,
                "source \"%s\": connected again at try %d",
                source->settings->name,
                retry->tries);
            *error = ERROR_NONE;
            return true;
        }
        say(source,
            "source \"%s\": try %d: %s",
            source->settings->name,
            retry->tries,
            again.message);
        *error = again;
        if (is_refused_for_good(&again)) {
            return false;
        }
    }
}

bool retry_connect(struct retry *retry,
                   struct source *source,
                   const struct source_driver *driver,
                   const struct cancel *cancel,
                   struct error *error)
{
    if (error->code != ERROR_SOURCE_LOST || driver->reconnect == NULL ||
        source->settings->pace.retry_seconds_max == 0 || cancel_level(cancel) != CANCEL_NONE) {
        return false;
    }
    if (retry->tries == 0) {
        retry->begun_ns = now_ns();
    }
    say(source, "source \"%s\" is lost: %s", source->settings->name, error->message);
    return connect_again(retry, source, driver, cancel, error);
}
