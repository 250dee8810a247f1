/* rejects_show.c — rejects show: everything that is known of some.
 * SPDX-License-Identifier: Apache-2.0 */
#include "looking.h"
#include "outcome.h"
#include "rejects.h"

#include "novate/report.h"

#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 256 << 20
};

struct showing {
    struct job *job;
    const char *salt;
    struct text_buffer out;
};

static void push_field(struct text_buffer *out, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        text_buffer_format(out, "  %-11s %s\n", name, value);
    }
}

static bool push_events(struct showing *showing,
                        const struct target_reject *reject,
                        struct error *error)
{
    struct job *job = showing->job;
    struct text_buffer *out = &showing->out;
    struct target_reject_event *events = NULL;
    int count = 0;
    if (!target_reject_events(job->target.control,
                              job->plan.migration,
                              reject,
                              &job->arena,
                              &events,
                              &count,
                              error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        const struct target_reject_event *event = &events[i];
        text_buffer_format(out, "  %-11s %s %s", i == 0 ? "before" : "", event->at, event->what);
        if (event->run != 0) {
            text_buffer_format(out, " in run %lld", (long long)event->run);
        }
        if (strcmp(event->what, "rejected") == 0) {
            text_buffer_format(out,
                               ": %s%s%s",
                               event->class_text,
                               event->name == NULL ? "" : ":",
                               event->name == NULL ? "" : event->name);
        }
        text_buffer_format(
            out, "%s%s", event->who == NULL ? "" : " by ", event->who == NULL ? "" : event->who);
        text_buffer_format(
            out, "%s%s", event->why == NULL ? "" : ": ", event->why == NULL ? "" : event->why);
        if (event->mapping_digest != NULL) {
            text_buffer_format(out, " with mapping %s", event->mapping_digest);
        }
        text_buffer_char(out, '\n');
    }
    return true;
}

static bool push_reject(struct showing *showing,
                        const struct target_reject *reject,
                        struct error *error)
{
    struct text_buffer *out = &showing->out;
    text_buffer_format(out, "reject %lld\n", (long long)reject->reject);
    push_field(out, "entity", reject->entity);
    push_field(out, "state", reject->state);
    text_buffer_format(out, "  %-11s ", "key");
    report_key(reject->key, showing->salt, showing->job->options->show_keys, out);
    text_buffer_char(out, '\n');
    push_field(out, "position", reject->position);
    text_buffer_format(out, "  %-11s %d\n", "chunk", reject->chunk);
    push_field(out, "class", reject->class_text);
    push_field(out, "name", reject->name);
    push_field(out, "column", reject->column);
    push_field(out, "message", reject->message);
    push_field(out, "SQLSTATE", reject->sqlstate);
    push_field(out, "refused by", reject->by_target ? "the target" : "the mapping");
    text_buffer_format(out,
                       "  %-11s %s in run %lld\n  %-11s %s in run %lld\n  %-11s %lld\n",
                       "first seen",
                       reject->first_seen_at,
                       (long long)reject->first_run,
                       "last seen",
                       reject->rejected_at,
                       (long long)reject->run,
                       "times",
                       (long long)reject->times_seen);
    return push_events(showing, reject, error);
}

static bool push_record(void *state,
                        const struct target_reject *reject,
                        enum reread_state found,
                        const char *json,
                        struct error *error)
{
    struct showing *showing = state;
    (void)error;
    text_buffer_format(&showing->out, "record of reject %lld, ", (long long)reject->reject);
    if (json != NULL) {
        char now[32];
        clock_utc(now);
        text_buffer_format(&showing->out, "as the source has it at %s: %s\n", now, json);
    } else {
        text_buffer_format(&showing->out,
                           "%s\n",
                           found == REREAD_MISSING
                               ? "not in the source any more"
                               : "not to be told from others with the same key");
    }
    return true;
}

static bool show_entity(struct showing *showing,
                        struct target_reject_filter filter,
                        struct entity *entity,
                        struct error *error)
{
    struct job *job = showing->job;
    struct target_reject *rejects = NULL;
    int count = 0;
    filter.entity = entity->mapping->entity;
    if (!target_rejects(job->target.control, &filter, &job->arena, &rejects, &count, error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!push_reject(showing, &rejects[i], error)) {
            return false;
        }
    }
    return !job->options->show_values || count == 0 ||
           rejects_read_records(job, entity, rejects, count, push_record, showing, error);
}

static bool show_all(struct showing *showing, bool has_ledger, struct error *error)
{
    struct job *job = showing->job;
    struct target_reject_filter filter = {.migration = job->plan.migration};
    if (job->options->file_count == 0) {
        error_set(error, ERROR_USAGE, "\"rejects show\" needs the number of a reject");
        return error_hint(error, "\"novate rejects list\" shows their numbers.");
    }
    if (!has_ledger) {
        return error_set(error, ERROR_STATE, "nothing was loaded yet");
    }
    if (!rejects_numbers(job, &filter.numbers, &filter.number_count, error) ||
        !rejects_check_numbers(job, &filter, error) ||
        (job->options->show_values && !job_compile(job, COMPILE_UNFILLED, error))) {
        return false;
    }
    for (int index = 0; index < job->entity_count; index++) {
        if (!show_entity(showing, filter, &job->entities[index], error)) {
            return false;
        }
    }
    return text_buffer_check(&showing->out, error);
}

bool rejects_show(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct showing showing = {.job = &job};
    bool has_ledger = false;
    text_buffer_init(&showing.out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_READ, error) &&
              looking_open(&job, &has_ledger, error);
    if (ok) {
        showing.salt = outcome_key_salt(&job, false);
        ok = show_all(&showing, has_ledger, error);
    }
    if (ok) {
        console_result(console, showing.out.data, showing.out.size);
    }
    text_buffer_release(&showing.out);
    job_close(&job);
    return ok;
}
