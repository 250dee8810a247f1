/* command_ledger.c — ledger list, show, drop, adopt: what the ledgers hold, and what may be
 * forgotten or accepted. SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "looking.h"
#include "place.h"

#include "novate/target_migration.h"

#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 64 << 20
};

static void push_migration(const struct target_migration *item, struct text_buffer *out)
{
    text_buffer_format(out,
                       "migration %s: %llu entities, %llu of %llu chunks loaded, %llu rows, %llu "
                       "rejects, %llu runs%s\n",
                       item->migration,
                       (unsigned long long)item->entities,
                       (unsigned long long)item->chunks_loaded,
                       (unsigned long long)item->chunks,
                       (unsigned long long)item->rows_loaded,
                       (unsigned long long)item->rejects,
                       (unsigned long long)item->runs,
                       item->locked ? "; a novate works on it" : "");
    if (item->begun_at != NULL) {
        text_buffer_format(out,
                           "  begun %s, last %s %s: %s\n",
                           item->begun_at,
                           item->last_kind,
                           item->last_run_at,
                           item->last_verdict == NULL ? "unfinished" : item->last_verdict);
    }
}

static bool push_migrations(struct job *job,
                            const char *migration,
                            struct text_buffer *out,
                            int *count,
                            struct error *error)
{
    struct target_migration *list = NULL;
    if (!target_migrations(job->target.control, migration, &job->arena, &list, count, error)) {
        return false;
    }
    for (int index = 0; index < *count; index++) {
        push_migration(&list[index], out);
    }
    return true;
}

static bool push_work_entity(struct job *job,
                             const char *entity,
                             struct text_buffer *out,
                             struct error *error)
{
    struct ledger_chunk *chunks = NULL;
    int count = 0;
    int extracted = 0;
    int transformed = 0;
    if (!ledger_chunks(job->ledger, entity, &job->arena, &chunks, &count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        extracted += chunks[index].state >= LEDGER_EXTRACTED;
        transformed += chunks[index].state >= LEDGER_TRANSFORMED;
    }
    if (count > 0) {
        text_buffer_format(out,
                           "  entity %s: %d of %d chunks extracted, %d transformed\n",
                           entity,
                           extracted,
                           count,
                           transformed);
    }
    return true;
}

static bool push_work(struct job *job, struct text_buffer *out, struct error *error)
{
    struct ledger_run *runs = NULL;
    int count = 0;
    if (!ledger_runs(job->ledger, &job->arena, &runs, &count, error)) {
        return false;
    }
    text_buffer_format(out, "work directory %s: %d runs\n", job->plan.work, count);
    for (int index = 0; index < job->entity_count; index++) {
        if (!push_work_entity(job, job->entities[index].mapping->entity, out, error)) {
            return false;
        }
    }
    return true;
}

static bool list(struct job *job, bool has_ledger, struct text_buffer *out, struct error *error)
{
    int count = 0;
    if (has_ledger) {
        text_buffer_format(out, "target %s\n", session_description(job->target.control));
        if (!push_migrations(job, NULL, out, &count, error)) {
            return false;
        }
    }
    if (count == 0) {
        text_buffer_string(out, "the target's ledger holds no migration\n");
    }
    return push_work(job, out, error);
}

static const char *migration_of(const struct job *job)
{
    return job->options->file_count > 0 ? job->options->files[0] : job->plan.migration;
}

static bool not_there(const struct job *job, struct error *error)
{
    error_set(error, ERROR_STATE, "the target's ledger has no migration \"%s\"", migration_of(job));
    return error_hint(error, "\"novate ledger list\" shows those that it has.");
}

static void push_state(const struct target_entity_state *state, struct text_buffer *out)
{
    text_buffer_format(out,
                       "entity %s into %s\n"
                       "  planned  %s\n"
                       "  chunks   %llu of %llu loaded, %llu rows\n"
                       "  rejects  %llu open, %llu closed, %llu retried\n"
                       "  mapping  %s\n"
                       "  plan     %s\n",
                       state->entity,
                       state->target_table,
                       state->planned_at,
                       (unsigned long long)state->chunks_loaded,
                       (unsigned long long)state->chunks,
                       (unsigned long long)state->rows_loaded,
                       (unsigned long long)state->open,
                       (unsigned long long)state->closed,
                       (unsigned long long)state->retried,
                       state->mapping_digest,
                       state->plan_digest);
    if (state->retried_with[0] != '\0') {
        text_buffer_format(out, "  rejects were retried with mapping %s\n", state->retried_with);
    }
}

static bool push_states(struct job *job, struct text_buffer *out, struct error *error)
{
    struct target_entity_state *states = NULL;
    struct target_run *runs = NULL;
    int count = 0;
    int run_count = 0;
    if (!target_entity_states(
            job->target.control, migration_of(job), &job->arena, &states, &count, error) ||
        !target_runs(
            job->target.control, migration_of(job), &job->arena, &runs, &run_count, error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        push_state(&states[index], out);
    }
    for (int index = 0; index < run_count; index++) {
        const struct target_run *run = &runs[index];
        text_buffer_format(out,
                           "run %lld  %-9s  %s  %s  by %s%s%s, novate %s\n",
                           (long long)run->run,
                           run->kind,
                           run->started_at,
                           run->verdict != NULL ? run->verdict : "unfinished",
                           run->role,
                           run->host == NULL ? "" : " on ",
                           run->host == NULL ? "" : run->host,
                           run->tool);
    }
    return true;
}

static bool show(struct job *job, bool has_ledger, struct text_buffer *out, struct error *error)
{
    int count = 0;
    if (!has_ledger) {
        return not_there(job, error);
    }
    return push_migrations(job, migration_of(job), out, &count, error) &&
           (count > 0 || not_there(job, error)) && push_states(job, out, error);
}

static bool look(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer out;
    bool has_ledger = false;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_READ, error) &&
              looking_open(&job, &has_ledger, error) &&
              (strcmp(options->verb, "list") == 0 ? list : show)(&job, has_ledger, &out, error) &&
              text_buffer_check(&out, error);
    if (ok) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    job_close(&job);
    return ok;
}

/* The work directory's lock is taken where the migration is the plan's own. */
static bool open_to_drop(struct job *job, struct error *error)
{
    bool is_private = job->rehearsal || job->plan.target.private_cluster;
    bool exists = !is_private || job_has_private_target(job);
    bool own = strcmp(migration_of(job), job->plan.migration) == 0;
    if (((own || is_private) && !work_lock_take(&job->lock, job->plan.work, error)) ||
        (exists && !job_target(job, false, error)) ||
        (exists && !target_ledger_exists(job->target.control, &exists, error))) {
        return false;
    }
    return exists ? target_ledger_install(job->target.control, error) &&
                        target_ledger_lock(job->target.control, migration_of(job), error)
                  : not_there(job, error);
}

static bool drop_it(struct job *job, struct text_buffer *out, struct error *error)
{
    int count = 0;
    if (!push_migrations(job, migration_of(job), out, &count, error)) {
        return false;
    }
    if (count == 0) {
        return not_there(job, error);
    }
    if (!job->options->yes) {
        console_result(job->console, out->data, out->size);
        error_set(error, ERROR_USAGE, "\"ledger drop\" needs --yes");
        error_detail(error,
                     "What is shown above would be forgotten, with its chunks, rejects, runs and "
                     "verifications. Rows in the target's tables stay.");
        return error_hint(error, "Nothing was changed.");
    }
    if (!target_migration_drop(job->target.control, migration_of(job), error)) {
        return false;
    }
    console_result(job->console, out->data, out->size);
    console_log(job->console,
                LOG_INFO,
                "ledger",
                "forgotten in the target's ledger; rows in the target's tables and the work "
                "directory stay");
    return true;
}

static bool drop(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer out;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error) && open_to_drop(&job, error) &&
              drop_it(&job, &out, error);
    text_buffer_release(&out);
    job_close(&job);
    return ok;
}

/* Beside the source the target often cannot be reached; then only the place is accepted. */
static bool reach(struct job *job, bool *reached, struct error *error)
{
    struct error reason = ERROR_NONE;
    *reached = !job->plan.target.private_cluster || job_has_private_target(job);
    if (!*reached || job_target(job, true, &reason)) {
        return true;
    }
    *reached = false;
    if (reason.code == ERROR_TARGET_CONNECT) {
        console_log(job->console, LOG_WARNING, "target", "%s", reason.message);
        return true;
    }
    *error = reason;
    return false;
}

static bool adopt(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    bool reached = false;
    bool ok = job_open(&job, options, console, error) && job_lock(&job, JOB_WORK_ADOPT, error) &&
              reach(&job, &reached, error) && place_adopt(&job, error);
    if (ok) {
        console_log(console,
                    LOG_INFO,
                    "ledger",
                    "work directory \"%s\" goes on here%s%s",
                    job.plan.work,
                    reached ? ", with " : "",
                    reached ? session_description(job.target.control) : "");
    }
    job_close(&job);
    return ok;
}

bool command_ledger(const struct options *options, struct console *console, struct error *error)
{
    return (strcmp(options->verb, "drop") == 0    ? drop
            : strcmp(options->verb, "adopt") == 0 ? adopt
                                                  : look)(options, console, error);
}
