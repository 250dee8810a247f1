/* watch.c — the contract is in watch.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "watch.h"

#include "control.h"
#include "state_file.h"
#include "wake.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOK_MS = 200,
    LOOKS_PER_STATE_FILE = 5,
    LOOKS_BEFORE_SAID = 5, /* of states that come and go by themselves */
    LOOKS_AT_A_WAIT = 2,   /* of a wait for a slow source, which somebody may want to look into */
    TEXT_BYTES_MAX = 64 * 1024
};

static const struct plan_source *source_named(const struct plan *plan, const char *name)
{
    for (int index = 0; index < plan->source_count; index++) {
        if (strcmp(plan->sources[index].name, name) == 0) {
            return &plan->sources[index];
        }
    }
    return NULL;
}

/* What people call a source: by its name only where the plan has several. */
static const char *name_of(const struct watch *watch, const struct plan_source *source)
{
    return watch->plan->source_count > 1 ? source->name : "of the plan";
}

static void obey_change(struct watch *watch, const struct control_change *change, const char *from)
{
    const struct plan_source *source = source_named(watch->plan, change->source);
    struct plan_pace limits;
    struct error error = ERROR_NONE;
    if (source == NULL) {
        console_log(watch->console,
                    LOG_WARNING,
                    "control",
                    "an order was ignored: the plan of this job has no such source");
        return;
    }
    struct pace *pace = source_pool_pace(watch->sources, source);
    pace_limits(pace, &limits);
    if (!plan_pace_set(&limits, change->name, change->value, &error)) {
        console_log(
            watch->console, LOG_WARNING, "control", "an order was ignored: %s", error.message);
        return;
    }
    pace_set_limits(pace, &limits);
    console_log(watch->console,
                LOG_INFO,
                "control",
                "source %s: %s is now %s, by \"novate set\" (%s)",
                name_of(watch, source),
                change->name,
                change->value,
                from);
}

static void obey(struct watch *watch)
{
    struct control_order order;
    enum control_read read =
        control_take(watch->work_directory, (long)getpid(), &watch->scratch, &order);
    if (read == CONTROL_MALFORMED) {
        console_log(watch->console,
                    LOG_WARNING,
                    "control",
                    "a control file that this novate does not understand was ignored");
    }
    if (read != CONTROL_ORDER) {
        return;
    }
    for (int index = 0; index < order.change_count; index++) {
        obey_change(watch, &order.changes[index], order.from);
    }
    if (!order.pauses && !order.resumes) {
        return;
    }
    for (int index = 0; index < watch->plan->source_count; index++) {
        pace_pause(source_pool_pace(watch->sources, &watch->plan->sources[index]), order.pauses);
    }
    console_log(watch->console,
                LOG_INFO,
                "control",
                "%s by \"novate %s\" (%s)",
                order.pauses ? "paused" : "resumed",
                order.pauses ? "pause" : "resume",
                order.from);
}

/* The ceiling and a slow source make themselves felt for moments: what does not last is not said,
 * nor is it when the target becomes slower than the ceiling. */
static bool is_news(struct watched *watched, enum pace_phase phase)
{
    bool lasts = phase == watched->coming;
    watched->looks = lasts ? watched->looks + 1 : 1;
    watched->coming = phase;
    if (phase == watched->phase || (phase == PACE_RUNNING && watched->phase == PACE_THROTTLED)) {
        return false;
    }
    bool at_once = phase == PACE_PAUSED || phase == PACE_CLOSED || watched->phase == PACE_PAUSED ||
                   watched->phase == PACE_CLOSED;
    int enough = phase == PACE_BACKING_OFF ? LOOKS_AT_A_WAIT : LOOKS_BEFORE_SAID;
    if (!at_once && watched->looks < enough) {
        return false;
    }
    watched->phase = phase;
    return true;
}

static void say_state(struct watch *watch, int index)
{
    const struct plan_source *source = &watch->plan->sources[index];
    struct watched *watched = &watch->watched[index];
    struct pace *pace = source_pool_pace(watch->sources, source);
    struct pace_status status = pace_status(pace);
    if (status.settled != watched->settled) {
        watched->settled = status.settled;
        console_log(watch->console,
                    LOG_WARNING,
                    "state",
                    "source %s stays slow: how it is now is taken as usual from here on",
                    name_of(watch, source));
    }
    if (is_news(watched, status.phase)) {
        struct text_buffer text;
        text_buffer_init(&text, TEXT_BYTES_MAX);
        pace_state(pace, &text);
        if (!text.failed) {
            console_log(watch->console,
                        LOG_INFO,
                        "state",
                        "source %s: %s",
                        name_of(watch, source),
                        text.data);
        }
        text_buffer_release(&text);
    }
}

static void write_state(struct watch *watch)
{
    struct text_buffer text;
    text_buffer_init(&text, TEXT_BYTES_MAX);
    state_file_begin(&text, watch->since);
    if (watch->verb != NULL) {
        text_buffer_format(&text, "work %s %s\n", watch->verb, watch->entity);
        text_buffer_format(
            &text, "rows %llu\n", (unsigned long long)atomic_load(&watch->counts->rows_read));
    }
    for (int index = 0; index < watch->plan->source_count; index++) {
        const struct plan_source *source = &watch->plan->sources[index];
        if (source_pool_used(watch->sources, source)) {
            text_buffer_format(&text, "source %s ", source->name);
            pace_state(source_pool_pace(watch->sources, source), &text);
            text_buffer_char(&text, '\n');
        }
    }
    state_file_write(watch->work_directory, &text);
    text_buffer_release(&text);
}

/* Whether one of the sources is in another state than at the last look. */
static bool look(struct watch *watch)
{
    bool changed = false;
    arena_reset(&watch->scratch);
    if (watch->work_directory != NULL) {
        obey(watch);
    }
    for (int index = 0; index < watch->plan->source_count; index++) {
        if (source_pool_used(watch->sources, &watch->plan->sources[index])) {
            enum pace_phase before = watch->watched[index].coming;
            say_state(watch, index);
            changed = changed || watch->watched[index].coming != before;
        }
    }
    return changed;
}

static void *run(void *argument)
{
    struct watch *watch = argument;
    int looks = 0;
    pthread_mutex_lock(&watch->mutex);
    while (!watch->ending) {
        bool changed = look(watch);
        if (watch->work_directory != NULL && (changed || looks % LOOKS_PER_STATE_FILE == 0)) {
            write_state(watch);
        }
        looks++;
        wake_wait(&watch->wake, &watch->mutex, &watch->ending, LOOK_MS);
    }
    pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

void watch_open(struct watch *watch,
                struct console *console,
                const struct plan *plan,
                struct source_pool *sources,
                const char *work_directory)
{
    watch->console = console;
    watch->plan = plan;
    watch->sources = sources;
    watch->work_directory = work_directory;
    clock_utc(watch->since);
    watch->watched = calloc((size_t)plan->source_count, sizeof *watch->watched);
    if (watch->watched == NULL) {
        return;
    }
    arena_init(&watch->scratch, 4096, NULL);
    (void)pthread_mutex_init(&watch->mutex, NULL);
    watch->running = wake_init(&watch->wake);
    if (watch->running && pthread_create(&watch->thread, NULL, run, watch) != 0) {
        (void)pthread_cond_destroy(&watch->wake);
        watch->running = false;
    }
    if (!watch->running) {
        free(watch->watched);
    }
}

void watch_work(struct watch *watch,
                const char *verb,
                const char *entity,
                const struct pipeline_progress *counts)
{
    if (watch->running) {
        pthread_mutex_lock(&watch->mutex);
        watch->verb = verb;
        watch->entity = entity;
        watch->counts = counts;
        pthread_mutex_unlock(&watch->mutex);
    }
}

void watch_close(struct watch *watch)
{
    if (!watch->running) {
        return;
    }
    pthread_mutex_lock(&watch->mutex);
    watch->ending = true;
    pthread_cond_signal(&watch->wake);
    pthread_mutex_unlock(&watch->mutex);
    (void)pthread_join(watch->thread, NULL);
    if (watch->work_directory != NULL) {
        state_file_remove(watch->work_directory);
    }
    (void)pthread_cond_destroy(&watch->wake);
    (void)pthread_mutex_destroy(&watch->mutex);
    arena_release(&watch->scratch);
    free(watch->watched);
    watch->running = false;
}
