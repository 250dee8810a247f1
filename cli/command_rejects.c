/* command_rejects.c — rejects: close, reopen, and what all of its verbs share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "place.h"
#include "rejects.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    USER_BYTES = 16 << 10
};

bool rejects_numbers(struct job *job, const int64_t **numbers, int *count, struct error *error)
{
    const struct options *options = job->options;
    int64_t *list = ARENA_ARRAY(&job->arena, int64_t, (size_t)options->file_count + 1);
    if (list == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < options->file_count; i++) {
        const char *text = options->files[i];
        char *end = NULL;
        errno = 0;
        list[i] = strtoll(text, &end, 10);
        if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
            error_set(error, ERROR_USAGE, "\"%s\" is not the number of a reject", text);
            return error_hint(error, "\"novate rejects list\" shows their numbers.");
        }
    }
    *numbers = list;
    *count = options->file_count;
    return true;
}

struct target_reject_filter rejects_filter(const struct job *job, const char *entity)
{
    const struct options *options = job->options;
    return (struct target_reject_filter){
        .migration = job->plan.migration,
        .entity = entity,
        .class_text = options->reject_class,
        .name = options->rule,
        .state = options->state,
    };
}

bool rejects_check_numbers(struct job *job,
                           const struct target_reject_filter *filter,
                           struct error *error)
{
    struct target_reject *rejects = NULL;
    int count = 0;
    const struct target_reject_filter any = {.migration = filter->migration,
                                             .numbers = filter->numbers,
                                             .number_count = filter->number_count};
    if (filter->number_count == 0) {
        return true;
    }
    if (!target_rejects(job->target.control, &any, &job->arena, &rejects, &count, error)) {
        return false;
    }
    for (int i = 0; i < filter->number_count; i++) {
        bool found = false;
        for (int at = 0; at < count; at++) {
            found = found || rejects[at].reject == filter->numbers[i];
        }
        if (!found) {
            error_set(error, ERROR_STATE, "there is no reject %lld", (long long)filter->numbers[i]);
            return error_hint(error, "\"novate rejects list\" shows their numbers.");
        }
    }
    return true;
}

bool rejects_open_to_write(struct job *job, struct error *error)
{
    bool is_private = job->rehearsal || job->plan.target.private_cluster;
    bool exists = !is_private || job_has_private_target(job);
    if (!job_lock(job, JOB_WORK_EXISTING, error) || (exists && !job_target(job, false, error)) ||
        (exists && !target_ledger_exists(job->target.control, &exists, error))) {
        return false;
    }
    if (!exists) {
        error_set(error, ERROR_STATE, "nothing was loaded yet");
        return error_hint(error, "Run \"novate run\" or \"novate load\" first.");
    }
    return place_check_target(job, error) && target_ledger_install(job->target.control, error) &&
           target_ledger_lock(job->target.control, job->plan.migration, error);
}

/* The name of the operating system's user. */
static const char *user_name(struct job *job)
{
    struct passwd entry;
    struct passwd *found = NULL;
    char *memory = arena_bytes(&job->arena, USER_BYTES);
    if (memory != NULL && getpwuid_r(getuid(), &entry, memory, USER_BYTES, &found) == 0 &&
        found != NULL) {
        return entry.pw_name;
    }
    return arena_format(&job->arena, "uid %ld", (long)getuid());
}

static bool check_decision(const struct options *options, bool closes, struct error *error)
{
    if (closes && (options->why == NULL || options->why[0] == '\0')) {
        error_set(error, ERROR_USAGE, "\"rejects close\" needs --why");
        return error_hint(error, "Say why they stay out; the ledger and the report keep it.");
    }
    if (options->file_count == 0 && options->entity_count == 0 && options->reject_class == NULL &&
        options->rule == NULL) {
        error_set(error, ERROR_USAGE, "\"rejects %s\" needs to know which", options->verb);
        return error_hint(error, "Give numbers, --entity, --class or --rule.");
    }
    return true;
}

/* The numbers that are meant, where others were given than numbers. */
static bool find_meant(
    struct job *job, const char *state, const int64_t **numbers, int *count, struct error *error)
{
    struct target_reject_filter filter = rejects_filter(job, NULL);
    if (!rejects_numbers(job, &filter.numbers, &filter.number_count, error) ||
        !rejects_check_numbers(job, &filter, error)) {
        return false;
    }
    filter.state = filter.number_count > 0 ? NULL : state;
    int64_t *list = NULL;
    int total = 0;
    for (int index = 0; index < job->entity_count; index++) {
        struct target_reject *rejects = NULL;
        int found = 0;
        filter.entity = job->entities[index].mapping->entity;
        if (!target_rejects(job->target.control, &filter, &job->arena, &rejects, &found, error)) {
            return false;
        }
        int64_t *longer = ARENA_ARRAY(&job->arena, int64_t, (size_t)(total + found) + 1);
        if (longer == NULL) {
            return error_set_memory(error);
        }
        for (int at = 0; at < total + found; at++) {
            longer[at] = at < total ? list[at] : rejects[at - total].reject;
        }
        list = longer;
        total += found;
    }
    *numbers = list;
    *count = total;
    return true;
}

static bool decide(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    const int64_t *numbers = NULL;
    int count = 0;
    bool closes = strcmp(options->verb, "close") == 0;
    if (!check_decision(options, closes, error)) {
        return false;
    }
    bool ok = job_open(&job, options, console, error) && rejects_open_to_write(&job, error) &&
              find_meant(&job, closes ? "open" : "closed", &numbers, &count, error);
    if (ok && count == 0) {
        ok = error_set(error,
                       ERROR_NOTHING,
                       "there was nothing to do: no reject of these is %s",
                       closes ? "open" : "closed");
    }
    if (ok) {
        const char *who = options->who != NULL ? options->who : user_name(&job);
        ok = (closes ? target_rejects_close : target_rejects_reopen)(
            job.target.control, job.plan.migration, numbers, count, who, options->why, error);
    }
    if (ok) {
        console_log(console,
                    LOG_INFO,
                    "rejects",
                    "%d reject%s %s; the plan's limit still counts %s",
                    count,
                    count == 1 ? "" : "s",
                    closes ? "closed" : "opened again",
                    count == 1 ? "it" : "them");
    }
    job_close(&job);
    return ok;
}

bool command_rejects(const struct options *options, struct console *console, struct error *error)
{
    static const struct {
        const char *verb;
        bool (*act)(const struct options *options, struct console *console, struct error *error);
    } VERBS[] = {
        {"list", rejects_list},
        {"show", rejects_show},
        {"export", rejects_export},
        {"retry", rejects_retry},
        {"close", decide},
        {"reopen", decide},
    };
    for (size_t index = 0; index < sizeof VERBS / sizeof VERBS[0]; index++) {
        if (strcmp(options->verb, VERBS[index].verb) == 0) {
            return VERBS[index].act(options, console, error);
        }
    }
    return error_set(error, ERROR_INTERNAL, "no verb \"%s\"", options->verb);
}
