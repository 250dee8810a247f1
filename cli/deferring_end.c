/* deferring_end.c — restores what is off, in sessions side by side; the contract is in deferring.h.
 *
 * Indexes first, those of large tables before others; then foreign keys, which are added by one
 * session, since two that lock the same tables in another order would wait for each other, and
 * validated by several.
 * SPDX-License-Identifier: Apache-2.0 */
#include "deferring_items.h"
#include "outcome.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    KEYS_SHOWN_MAX = 20,
    MESSAGE_BYTES_MAX = 8192,
    TERMINAL_SECONDS = 1,
    LOG_SECONDS = 30
};

struct restored {
    struct deferred *item;
    enum deferral_outcome outcome;
    bool tried;
    bool begun; /* in this pass; under the mutex */
    struct error reason;
    double seconds;
};

typedef bool restore_step(struct session *session,
                          const struct deferred *item,
                          enum deferral_outcome *outcome,
                          struct error *reason,
                          struct error *error);

struct builder {
    struct deferring *deferring;
    pthread_t thread;
    bool threaded;
    bool ended;
    struct session *session;        /* under the mutex */
    const struct deferred *working; /* under the mutex; NULL: nothing */
    struct error error;
    bool ok;
};

struct deferring {
    struct job *job;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct restored *items;
    int count;
    int begin;
    int end;
    int begun; /* those before the pass, and of it those that are begun or left out */
    int done;
    restore_step *step;
    bool only_to_validate;
    bool stopping;
    struct builder *builders;
    int builder_count;
};

/* Foreign keys of one table are validated one after the other: the server's lock wants it. */
static bool is_free(const struct deferring *deferring, const struct restored *item)
{
    bool busy = false;
    for (int index = 0; index < deferring->builder_count; index++) {
        const struct deferred *working = deferring->builders[index].working;
        busy = busy || (working != NULL && strcmp(working->table, item->item->table) == 0);
    }
    return !deferring->only_to_validate || !busy;
}

/* The first that may be begun; NULL: none, or only such as who works on their table goes on with.
 */
static struct restored *take(struct deferring *deferring, struct builder *builder)
{
    struct restored *taken = NULL;
    pthread_mutex_lock(&deferring->mutex);
    builder->working = NULL;
    for (int index = deferring->begin; index < deferring->end && taken == NULL; index++) {
        struct restored *item = &deferring->items[index];
        bool wanted =
            !deferring->only_to_validate || (item->tried && item->outcome == DEFERRAL_TO_VALIDATE);
        if (deferring->stopping || cancel_level(&deferring->job->cancel) != CANCEL_NONE) {
            break;
        }
        if (!item->begun && (!wanted || is_free(deferring, item))) {
            item->begun = true;
            deferring->begun++;
            taken = wanted ? item : NULL;
        }
    }
    builder->working = taken == NULL ? NULL : taken->item;
    pthread_mutex_unlock(&deferring->mutex);
    return taken;
}

static void tell(struct deferring *deferring, const struct restored *restored)
{
    if (restored->outcome == DEFERRAL_RESTORED) {
        console_log(deferring->job->console,
                    LOG_INFO,
                    "restored",
                    "%s \"%s\" of %s is restored, %.1f s",
                    deferring_kind(restored->item->kind),
                    restored->item->name,
                    restored->item->table,
                    restored->seconds);
    }
}

static bool restore_items(struct builder *builder)
{
    struct deferring *deferring = builder->deferring;
    struct restored *restored = NULL;
    bool ok = true;
    while (ok && (restored = take(deferring, builder)) != NULL) {
        double began = clock_seconds();
        restored->reason = ERROR_NONE;
        ok = deferring->step(builder->session,
                             restored->item,
                             &restored->outcome,
                             &restored->reason,
                             &builder->error);
        restored->tried = ok;
        restored->seconds += clock_seconds() - began;
        if (ok) {
            tell(deferring, restored);
        }
    }
    return ok;
}

static void *build(void *argument)
{
    struct builder *builder = argument;
    struct deferring *deferring = builder->deferring;
    struct session *session = NULL;
    bool ok = job_session(deferring->job, false, &session, &builder->error) &&
              deferral_prepare(session, &builder->error);
    pthread_mutex_lock(&deferring->mutex);
    builder->session = session;
    pthread_mutex_unlock(&deferring->mutex);
    ok = ok && restore_items(builder);
    pthread_mutex_lock(&deferring->mutex);
    builder->session = NULL;
    builder->working = NULL;
    builder->ok = ok;
    builder->ended = true;
    deferring->stopping = deferring->stopping || !ok;
    pthread_cond_signal(&deferring->wake);
    pthread_mutex_unlock(&deferring->mutex);
    session_close(session);
    return NULL;
}

/* What every session is at: the server says it of those that build. Mutex locked. */
static void show(struct deferring *deferring)
{
    struct text_buffer line;
    const char *between = "";
    text_buffer_init(&line, MESSAGE_BYTES_MAX);
    text_buffer_format(&line, "restoring, %d of %d begun: ", deferring->begun, deferring->count);
    for (int index = 0; index < deferring->builder_count; index++) {
        const struct builder *builder = &deferring->builders[index];
        struct deferral_progress at = {.share = -1};
        if (builder->working == NULL || builder->session == NULL) {
            continue;
        }
        text_buffer_format(&line, "%s%s", between, builder->working->name);
        between = "; ";
        if (!deferral_progress(
                deferring->job->target.control, session_backend(builder->session), &at)) {
            continue;
        }
        text_buffer_format(&line, " (%s", at.phase);
        if (at.share >= 0) {
            text_buffer_format(&line, " %.0f%%", 100 * at.share);
        }
        text_buffer_char(&line, ')');
    }
    if (!line.failed && deferring->job->console->terminal) {
        console_progress(deferring->job->console, line.data);
    } else if (!line.failed) {
        console_log(deferring->job->console, LOG_INFO, "progress", "%s", line.data);
    }
    text_buffer_release(&line);
}

/* Mutex locked. */
static bool all_ended(const struct deferring *deferring)
{
    for (int index = 0; index < deferring->builder_count; index++) {
        if (deferring->builders[index].threaded && !deferring->builders[index].ended) {
            return false;
        }
    }
    return true;
}

/* Waits for the builders; shows what they are at, and ends them when everything is to stop. */
static void watch(struct deferring *deferring)
{
    const struct console *console = deferring->job->console;
    double shown = clock_seconds();
    double period = console->terminal ? TERMINAL_SECONDS : LOG_SECONDS;
    pthread_mutex_lock(&deferring->mutex);
    while (!all_ended(deferring)) {
        struct timespec until = {0};
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        (void)pthread_cond_timedwait(&deferring->wake, &deferring->mutex, &until);
        bool now = cancel_level(&deferring->job->cancel) == CANCEL_NOW;
        for (int index = 0; now && index < deferring->builder_count; index++) {
            if (deferring->builders[index].session != NULL) {
                session_cancel(deferring->builders[index].session);
            }
        }
        if (!console->quiet && !all_ended(deferring) && clock_seconds() - shown >= period) {
            show(deferring);
            shown = clock_seconds();
        }
    }
    pthread_mutex_unlock(&deferring->mutex);
    if (console->terminal && !console->quiet) {
        console_progress(deferring->job->console, "");
    }
}

/* One pass over some of the items. */
static bool pass(struct deferring *deferring,
                 int begin,
                 int end,
                 restore_step *step,
                 bool only_to_validate,
                 int sessions,
                 struct error *error)
{
    int count = sessions < end - begin ? sessions : end - begin;
    bool ok = true;
    if (count < 1) {
        return true;
    }
    deferring->begin = begin;
    deferring->end = end;
    deferring->begun = begin;
    for (int index = begin; index < end; index++) {
        deferring->items[index].begun = false;
    }
    deferring->step = step;
    deferring->only_to_validate = only_to_validate;
    deferring->builder_count = count;
    for (int index = 0; index < count; index++) {
        deferring->builders[index] =
            (struct builder){.deferring = deferring, .error = ERROR_NONE, .ok = true};
    }
    for (int index = 0; index < count; index++) {
        struct builder *builder = &deferring->builders[index];
        builder->threaded = deferring->job->options->jobs > 0 &&
                            pthread_create(&builder->thread, NULL, build, builder) == 0;
    }
    if (!deferring->builders[0].threaded) {
        (void)build(&deferring->builders[0]); /* --jobs 0, or no thread is to be had */
    }
    watch(deferring);
    for (int index = 0; index < count; index++) {
        struct builder *builder = &deferring->builders[index];
        if (builder->threaded) {
            (void)pthread_join(builder->thread, NULL);
        }
        if (ok && !builder->ok) {
            *error = builder->error;
            ok = false;
        }
    }
    if (ok && cancel_level(&deferring->job->cancel) != CANCEL_NONE && deferring->begun < end) {
        error_set(
            error, ERROR_INTERRUPTED, "interrupted while indexes and constraints were restored");
        ok = error_hint(error, "The same command resumes.");
    }
    return ok;
}

static bool restore_all(struct deferring *deferring, struct error *error)
{
    int jobs = deferring->job->options->jobs;
    int indexes = 0;
    while (indexes < deferring->count &&
           strcmp(deferring->items[indexes].item->kind, "foreign_key") != 0) {
        indexes++;
    }
    jobs = jobs < 1 ? 1 : jobs;
    return pass(deferring, 0, indexes, deferral_restore, false, jobs, error) &&
           pass(deferring, indexes, deferring->count, deferral_restore, false, 1, error) &&
           pass(deferring, indexes, deferring->count, deferral_validate, true, jobs, error);
}

/* The rows that are in the way: how many, and the keys of the first. */
static bool push_offenders(struct job *job,
                           const struct deferred *item,
                           struct text_buffer *message,
                           struct text_buffer *json,
                           struct error *error)
{
    struct deferral_offenders offenders;
    const char *salt = outcome_key_salt(job, true);
    if (!deferral_offending(
            job->target.control, item, KEYS_SHOWN_MAX, &job->arena, &offenders, error)) {
        return false;
    }
    bool is_foreign_key = strcmp(item->kind, "foreign_key") == 0;
    if (is_foreign_key) {
        text_buffer_format(message,
                           "%llu rows refer to rows that are not there",
                           (unsigned long long)offenders.rows);
    } else {
        text_buffer_format(message,
                           "%llu rows share %llu of its keys",
                           (unsigned long long)offenders.rows,
                           (unsigned long long)offenders.keys);
    }
    text_buffer_member_count(json, "rows", offenders.rows);
    text_buffer_member(json, "keys");
    text_buffer_char(json, '[');
    for (int index = 0; index < offenders.list_count; index++) {
        struct text_buffer key;
        text_buffer_init(&key, MESSAGE_BYTES_MAX);
        report_key(offenders.list[index], salt, job->options->show_keys, &key);
        const char *text = key.failed || key.data == NULL ? "?" : key.data;
        text_buffer_format(message, "%s%s", index == 0 ? ": " : ", ", text);
        text_buffer_member_text(json, NULL, text);
        text_buffer_release(&key);
    }
    text_buffer_char(json, ']');
    if ((uint64_t)offenders.list_count < offenders.rows) {
        text_buffer_format(message,
                           ", … and %llu more",
                           (unsigned long long)offenders.rows - (unsigned)offenders.list_count);
    }
    return true;
}

static const char *what_to_do(const struct restored *restored)
{
    if (restored->outcome != DEFERRAL_VIOLATED) {
        return "mend that";
    }
    return strcmp(restored->item->kind, "foreign_key") == 0
               ? "it stays NOT VALID, which new rows must satisfy; load the missing rows or remove "
                 "these"
               : "all rows are kept; mend the mapping and load again, or remove the rows that are "
                 "too many";
}

/* It is not this migration's any more. */
static void leave(struct job *job, const struct restored *restored, struct text_buffer *json)
{
    deferring_item_json(restored->item, "left", json);
    text_buffer_member_text(json, "message", restored->reason.message);
    text_buffer_char(json, '}');
    console_log(job->console,
                LOG_WARNING,
                "deferred",
                "%s \"%s\" of %s stays off: %s",
                deferring_kind(restored->item->kind),
                restored->item->name,
                restored->item->table,
                restored->reason.message);
}

static bool conclude(struct job *job,
                     const struct restored *restored,
                     struct text_buffer *json,
                     struct error *error)
{
    static const char *const states[] = {
        [DEFERRAL_RESTORED] = "restored",
        [DEFERRAL_TO_VALIDATE] = "not_valid",
        [DEFERRAL_VIOLATED] = "violated",
        [DEFERRAL_IMPOSSIBLE] = "impossible",
    };
    struct text_buffer message;
    bool ok = true;
    if (restored->outcome == DEFERRAL_LEFT) {
        leave(job, restored, json);
        return true;
    }
    text_buffer_init(&message, (size_t)KEYS_SHOWN_MAX * MESSAGE_BYTES_MAX);
    deferring_item_json(restored->item, states[restored->outcome], json);
    if (restored->outcome == DEFERRAL_VIOLATED) {
        ok = push_offenders(job, restored->item, &message, json, error);
    } else if (restored->outcome == DEFERRAL_IMPOSSIBLE) {
        text_buffer_string(&message, restored->reason.message);
    }
    if (ok && message.size > 0 && !message.failed) {
        job->deferred_left++;
        text_buffer_member_text(json, "message", message.data);
        console_log(job->console,
                    LOG_WARNING,
                    "deferred",
                    "%s \"%s\" of %s cannot be restored: %s; %s, then \"novate load %s --finish\"",
                    deferring_kind(restored->item->kind),
                    restored->item->name,
                    restored->item->table,
                    message.data,
                    what_to_do(restored),
                    job->options->plan);
    }
    text_buffer_char(json, '}');
    text_buffer_release(&message);
    return ok;
}

bool deferring_end(struct job *job, struct text_buffer *json, struct error *error)
{
    struct deferring deferring = {.job = job};
    struct deferred *list = NULL;
    int jobs = job->options->jobs < 1 ? 1 : job->options->jobs;
    job->deferred_left = 0;
    if (!deferral_list(job->target.control,
                       job->plan.migration,
                       &job->arena,
                       &list,
                       &deferring.count,
                       error)) {
        return false;
    }
    if (deferring.count == 0) {
        return true;
    }
    deferring.items = ARENA_ARRAY(&job->arena, struct restored, (size_t)deferring.count);
    deferring.builders = ARENA_ARRAY(&job->arena, struct builder, (size_t)jobs);
    if (deferring.items == NULL || deferring.builders == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < deferring.count; index++) {
        deferring.items[index].item = &list[index];
    }
    (void)pthread_mutex_init(&deferring.mutex, NULL);
    (void)pthread_cond_init(&deferring.wake, NULL);
    bool ok = restore_all(&deferring, error);
    (void)pthread_cond_destroy(&deferring.wake);
    (void)pthread_mutex_destroy(&deferring.mutex);
    for (int index = 0; ok && index < deferring.count; index++) {
        ok = conclude(job, &deferring.items[index], json, error);
    }
    return ok ? true : error_context(error, "restoring indexes and constraints");
}
