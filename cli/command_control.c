/* command_control.c — pause, resume and set: orders for a job that runs in another terminal.
 * SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "control.h"
#include "job.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

static bool find_job(const struct job *job, struct control_order *order, struct error *error)
{
    if (!work_lock_holder(job->plan.work, &order->to, error)) {
        return false;
    }
    if (order->to == 0) {
        (void)error_set(error, ERROR_STATE, "no novate is running in \"%s\"", job->plan.work);
        return error_hint(error, "A dry run writes nothing, and so cannot be told anything.");
    }
    return true;
}

static bool say_who(struct job *job, struct control_order *order, struct error *error)
{
    char now[32];
    char names[1024];
    struct passwd entry;
    struct passwd *found = NULL;
    clock_utc(now);
    bool known = getpwuid_r(getuid(), &entry, names, sizeof names, &found) == 0 && found != NULL;
    order->from = arena_format(&job->arena,
                               "process %ld, user %s, %s",
                               (long)getpid(),
                               known ? entry.pw_name : "unknown",
                               now);
    return order->from != NULL || error_set_memory(error);
}

/* One of the sources by its name, or all of them. */
static const struct plan_source *find_source(const struct job *job,
                                             const char *name,
                                             size_t size,
                                             struct error *error)
{
    const struct plan *plan = &job->plan;
    for (int index = 0; index < plan->source_count; index++) {
        const char *known = plan->sources[index].name;
        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            return &plan->sources[index];
        }
    }
    (void)error_set(error, ERROR_USAGE, "the plan has no source \"%.*s\"", (int)size, name);
    return NULL;
}

/* "rows_per_second_max=20000" or "millennium.rows_per_second_max=20000". */
static bool add_change(struct job *job,
                       const char *text,
                       struct control_order *order,
                       struct error *error)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || strpbrk(text, " \n") != NULL) {
        return error_set(error, ERROR_USAGE, "\"%s\" is not NAME=VALUE", text);
    }
    const struct plan_source *source = &job->plan.sources[0];
    const char *name = text;
    const char *dot = NULL;
    for (const char *at = text; at < equals; at++) {
        dot = *at == '.' ? at : dot;
    }
    if (dot != NULL) {
        source = find_source(job, text, (size_t)(dot - text), error);
        name = dot + 1;
    } else if (job->plan.source_count > 1) {
        (void)error_set(error, ERROR_USAGE, "the plan has several sources");
        return error_hint(error, "Write %s.%s.", source->name, text);
    }
    if (source == NULL) {
        return false;
    }
    struct control_change *change = &order->changes[order->change_count++];
    struct plan_pace scratch = source->pace;
    *change = (struct control_change){
        .source = source->name,
        .name = arena_format(&job->arena, "%.*s", (int)(equals - name), name),
        .value = equals + 1,
    };
    if (change->name == NULL) {
        return error_set_memory(error);
    }
    return plan_pace_set(&scratch, change->name, change->value, error);
}

static bool send_order(const struct options *options,
                       struct console *console,
                       struct control_order *order,
                       const char *done,
                       struct error *error)
{
    struct job job;
    bool ok = job_open(&job, options, console, error);
    for (int index = 0; ok && index < options->change_count; index++) {
        ok = add_change(&job, options->changes[index], order, error);
    }
    ok = ok && find_job(&job, order, error) && say_who(&job, order, error) &&
         control_send(job.plan.work, order, error);
    if (ok) {
        console_log(console, LOG_INFO, "control", "process %ld: %s", order->to, done);
    }
    job_close(&job);
    return ok;
}

bool command_pause(const struct options *options, struct console *console, struct error *error)
{
    struct control_order order = {.pauses = true};
    return send_order(options, console, &order, "paused", error);
}

bool command_resume(const struct options *options, struct console *console, struct error *error)
{
    struct control_order order = {.resumes = true};
    return send_order(options, console, &order, "resumed", error);
}

bool command_set(const struct options *options, struct console *console, struct error *error)
{
    struct control_order order = {.to = 0};
    return send_order(options, console, &order, "set", error);
}
