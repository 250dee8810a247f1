/* progress.c — the contract is in progress.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include "wake.h"

enum {
    LINE_BYTES_MAX = 1024,
    TERMINAL_SECONDS = 1,
    LOG_SECONDS = 30
};

void push_duration(struct text_buffer *out, double seconds)
{
    uint64_t whole = seconds < 0 ? 0 : (uint64_t)(seconds + 0.5);
    if (whole >= 3600) {
        text_buffer_format(out,
                           "%lluh%02llum",
                           (unsigned long long)(whole / 3600),
                           (unsigned long long)(whole / 60 % 60));
    } else if (whole >= 60) {
        text_buffer_format(out,
                           "%llum%02llus",
                           (unsigned long long)(whole / 60),
                           (unsigned long long)(whole % 60));
    } else {
        text_buffer_format(out, "%llus", (unsigned long long)whole);
    }
}

/* Which side is waited for: the share of the time that the other stages stood still for it. */
static void push_wait(const struct progress *progress, double seconds, struct text_buffer *out)
{
    double source = (double)atomic_load(&progress->counts->wait_source_ns) / 1e9;
    double target = (double)atomic_load(&progress->counts->wait_target_ns) / 1e9;
    bool for_source = source > target;
    double share = (for_source ? source : target) / seconds * 100;
    if (share >= 1) {
        text_buffer_format(
            out, "  wait: %s %.0f%%", for_source ? "source" : "target", share > 100 ? 100 : share);
    }
}

void progress_format(const struct progress *progress, double seconds, struct text_buffer *out)
{
    const struct pipeline_progress *counts = progress->counts;
    uint64_t read = atomic_load(&counts->rows_read);
    uint64_t done = read + progress->rows_before;
    double per_second = seconds > 0 ? (double)read / seconds : 0;
    text_buffer_format(out, "%s %s", progress->verb, progress->entity);
    bool expected = progress->rows_expected >= done && progress->rows_expected > 0;
    if (expected) {
        text_buffer_format(out,
                           " %.1f%% %llu/%llu rows",
                           100.0 * (double)done / (double)progress->rows_expected,
                           (unsigned long long)done,
                           (unsigned long long)progress->rows_expected);
    } else {
        text_buffer_format(out, " %llu rows", (unsigned long long)done);
    }
    if (per_second >= 10000) {
        text_buffer_format(out, "  %.0fk rows/s", per_second / 1000);
    } else {
        text_buffer_format(out, "  %.0f rows/s", per_second);
    }
    if (seconds > 0) {
        text_buffer_format(
            out, "  %.1f MB/s", (double)atomic_load(&counts->bytes_read) / 1e6 / seconds);
    }
    text_buffer_format(
        out, "  rejects %llu", (unsigned long long)atomic_load(&counts->rows_rejected));
    if (seconds > 0) {
        push_wait(progress, seconds, out);
    }
    bool moves = true;
    if (progress->pace != NULL) {
        enum pace_phase phase = pace_status(progress->pace).phase;
        moves = phase == PACE_RUNNING || phase == PACE_THROTTLED;
        text_buffer_string(out, "  state: ");
        pace_state(progress->pace, out);
    }
    if (moves && expected && (double)done > (double)progress->rows_expected / 100 &&
        per_second > 0) {
        text_buffer_string(out, "  eta ");
        push_duration(out, (double)(progress->rows_expected - done) / per_second);
    }
}

static void show(struct progress *progress)
{
    struct text_buffer line;
    text_buffer_init(&line, LINE_BYTES_MAX);
    progress_format(progress, clock_seconds() - progress->started, &line);
    if (!line.failed && progress->console->terminal) {
        console_progress(progress->console, line.data);
    } else if (!line.failed) {
        console_log(progress->console, LOG_INFO, "progress", "%s", line.data);
    }
    text_buffer_release(&line);
}

static void *tick(void *argument)
{
    struct progress *progress = argument;
    int period = progress->console->terminal ? TERMINAL_SECONDS : LOG_SECONDS;
    pthread_mutex_lock(&progress->mutex);
    while (!progress->ending) {
        wake_wait(&progress->wake, &progress->mutex, &progress->ending, period * 1000L);
        if (!progress->ending) {
            show(progress);
        }
    }
    pthread_mutex_unlock(&progress->mutex);
    return NULL;
}

void progress_open(struct progress *progress,
                   struct console *console,
                   const char *verb,
                   const char *entity,
                   const struct pipeline_progress *counts,
                   struct pace *pace,
                   uint64_t rows_expected,
                   uint64_t rows_before)
{
    *progress = (struct progress){
        .console = console,
        .verb = verb,
        .entity = entity,
        .counts = counts,
        .pace = pace,
        .rows_expected = rows_expected,
        .rows_before = rows_before,
        .started = clock_seconds(),
    };
    if (console->quiet) {
        return;
    }
    (void)pthread_mutex_init(&progress->mutex, NULL);
    progress->running =
        wake_init(&progress->wake) && pthread_create(&progress->thread, NULL, tick, progress) == 0;
}

void progress_close(struct progress *progress)
{
    if (!progress->running) {
        return;
    }
    pthread_mutex_lock(&progress->mutex);
    progress->ending = true;
    pthread_cond_signal(&progress->wake);
    pthread_mutex_unlock(&progress->mutex);
    (void)pthread_join(progress->thread, NULL);
    console_progress(progress->console, "");
    (void)pthread_cond_destroy(&progress->wake);
    (void)pthread_mutex_destroy(&progress->mutex);
    progress->running = false;
}
