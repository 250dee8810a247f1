/* job.c — opening and closing; the contract is in job.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include "grouping.h"
#include "place.h"
#include "schema_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PROBLEM_TEXT_MAX = 4 << 20,
    JOB_BLOCK_BYTES = 256 * 1024,
    ENTITY_BLOCK_BYTES = 16 * 1024
};

const char *job_disk_folder(const struct job *job)
{
    const char *folder = getenv("TMPDIR");
    if (job->lock.descriptor >= 0) {
        return job->plan.work;
    }
    return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}

const char *job_restricted_folder(const struct job *job)
{
    return job->rehearsal ? "restricted-rehearsal" : "restricted";
}

bool job_check_problems(struct job *job, struct error *error)
{
    if (job->problems.count > 0) {
        struct text_buffer text;
        text_buffer_init(&text, PROBLEM_TEXT_MAX);
        problems_format(&job->problems, &text);
        if (text.data != NULL) {
            console_text(job->console, text.data);
        }
        text_buffer_release(&text);
    }
    bool ok = problems_check(&job->problems, job->options->plan, error);
    job->warnings += job->problems.warnings;
    problems_init(&job->problems, &job->arena);
    return ok;
}

static bool wanted(const struct options *options, const char *entity)
{
    if (options->entity_count == 0) {
        return true;
    }
    for (int index = 0; index < options->entity_count; index++) {
        if (strcmp(options->entities[index], entity) == 0) {
            return true;
        }
    }
    return false;
}

static bool check_entity_names(const struct job *job, struct error *error)
{
    const struct plan *plan = &job->plan;
    const char *names[256];
    int count = 0;
    for (int index = 0; index < plan->mapping_count && count < 256; index++) {
        names[count++] = plan->mappings[index].entity;
    }
    for (int index = 0; index < job->options->entity_count; index++) {
        const char *name = job->options->entities[index];
        bool found = false;
        for (int at = 0; at < plan->mapping_count; at++) {
            found = found || strcmp(plan->mappings[at].entity, name) == 0;
        }
        if (!found) {
            error_set(error, ERROR_USAGE, "the plan has no entity \"%s\"", name);
            const char *nearest = text_nearest(name, names, (size_t)count);
            return nearest == NULL ? false
                                   : error_hint(error, "Perhaps you meant \"%s\".", nearest);
        }
    }
    return true;
}

static bool select_entities(struct job *job, struct error *error)
{
    const struct plan *plan = &job->plan;
    if (!check_entity_names(job, error)) {
        return false;
    }
    job->entities = ARENA_ARRAY(&job->arena, struct entity, (size_t)plan->mapping_count);
    if (job->entities == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < plan->mapping_count; index++) {
        if (wanted(job->options, plan->mappings[index].entity)) {
            struct entity *entity = &job->entities[job->entity_count++];
            entity->mapping = &plan->mappings[index];
            entity->cancel.parent = &job->cancel;
            arena_init(&entity->arena, ENTITY_BLOCK_BYTES, &job->budget);
            tally_init(&entity->load, &job->arena);
        }
    }
    return true;
}

/* A plan with problems is not gone on with; what else is wrong in its mappings is said too. */
static bool check_plan(struct job *job, struct error *error)
{
    for (int index = 0; job->problems.errors > 0 && index < job->plan.mapping_count; index++) {
        if (!program_check_syntax(&job->plan.mappings[index], &job->arena, &job->problems, error)) {
            return false;
        }
    }
    return job_check_problems(job, error);
}

static void say_source(void *state, const char *message)
{
    console_log(state, LOG_WARNING, "source", "%s", message);
}

bool job_open(struct job *job,
              const struct options *options,
              struct console *console,
              struct error *error)
{
    *job = (struct job){
        .options = options,
        .console = console,
        .lock = {.descriptor = -1},
        .rehearsal = options->command == COMMAND_REHEARSE || options->rehearsal,
        .started = clock_seconds(),
    };
    clock_utc(job->started_at);
    target_pool_init(&job->target.pool);
    budget_init(&job->budget, 0);
    arena_init(&job->arena, JOB_BLOCK_BYTES, &job->budget);
    problems_init(&job->problems, &job->arena);
    if (!interrupt_open(&job->interrupt, &job->cancel, console, error)) {
        return false;
    }
    if (!plan_load(options->plan,
                   options->settings,
                   options->setting_count,
                   options->work,
                   &job->arena,
                   &job->problems,
                   &job->plan,
                   error) ||
        !check_plan(job, error)) {
        return false;
    }
    job->budget.max_bytes = (size_t)job->plan.limits.memory_mb << 20;
    job->target_directory =
        job->rehearsal ? arena_format(&job->arena, "%s/rehearsal", job->plan.work) : job->plan.work;
    if (job->target_directory == NULL) {
        return error_set_memory(error);
    }
    const struct source_watch watch = {
        .state = job->console, .say = say_source, .cancel = &job->cancel};
    return select_entities(job, error) &&
           source_pool_create(&job->plan, &watch, &job->sources, error);
}

static bool make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return error_set_system(error, ERROR_IO, errno, "could not make folder \"%s\"", path);
    }
    return true;
}

/* A ledger that a kill left in the middle of a commit can only be read after it was mended, which
 * is writing: done under the lock, unless nothing may be written. */
static bool open_to_read(struct job *job, struct error *error)
{
    struct error reason = ERROR_NONE;
    if (ledger_open(job->plan.work, false, true, &job->ledger, &reason)) {
        return true;
    }
    if (reason.code == ERROR_STATE || job->options->dry_run) {
        *error = reason;
        return false;
    }
    return work_lock_take(&job->lock, job->plan.work, error) &&
           ledger_open(job->plan.work, false, false, &job->ledger, error);
}

bool job_lock(struct job *job, enum job_work mode, struct error *error)
{
    if (mode == JOB_WORK_READ) {
        return open_to_read(job, error);
    }
    return work_lock_take(&job->lock, job->plan.work, error) &&
           ledger_open(job->plan.work, mode == JOB_WORK_CREATE, false, &job->ledger, error) &&
           (mode == JOB_WORK_ADOPT || place_check(job, error));
}

/* Whatever settings the file left behind, the session that is gone on with has novate's own. */
static bool apply_schema(struct job *job, struct error *error)
{
    bool applied = false;
    if (job->plan.target.schema == NULL) {
        return true;
    }
    if (!schema_file_apply(
            job->target.control, job->plan.target.schema, &job->arena, &applied, error)) {
        return error_context(error,
                             "applying the schema \"%s\" to %s",
                             job->plan.target.schema,
                             job->scratch_directory != NULL ? "a temporary PostgreSQL"
                                                            : "the private target");
    }
    if (!applied) {
        return true;
    }
    session_close(job->target.control);
    job->target.control = NULL;
    return job_session(job, false, &job->target.control, error);
}

bool job_has_private_target(const struct job *job)
{
    return private_cluster_exists(job->target_directory);
}

bool job_forget_target(struct job *job, struct error *error)
{
    const char *conninfo = NULL;
    if (!job_has_private_target(job)) {
        return true;
    }
    console_log(job->console,
                LOG_INFO,
                "target",
                "removing the private PostgreSQL in \"%s\"",
                job->target_directory);
    if (!private_cluster_find(job->target_directory, &job->arena, &conninfo, error)) {
        return false;
    }
    if (conninfo != NULL) {
        /* A killed novate left it running: the lock of the work directory says that none is. */
        struct private_cluster *left = NULL;
        if (!private_cluster_start(job->target_directory, false, &left, error) ||
            !private_cluster_stop(left, error)) {
            return false;
        }
    }
    return private_cluster_remove(job->target_directory, error);
}

static bool make_own_folder(struct job *job, struct error *error)
{
    if (!make_folder(job->plan.work, error) || !make_folder(job->target_directory, error)) {
        return false;
    }
    if (!job_has_private_target(job)) {
        console_log(job->console,
                    LOG_INFO,
                    "target",
                    "making a private PostgreSQL in \"%s\"",
                    job->target_directory);
    }
    return true;
}

static bool start_cluster(struct job *job, struct error *error)
{
    bool is_look = job->scratch_directory != NULL;
    const char *directory = is_look ? job->scratch_directory : job->target_directory;
    if (!is_look && !make_own_folder(job, error)) {
        return false;
    }
    if (!private_cluster_start(directory, is_look, &job->target.cluster, error)) {
        return false;
    }
    job->target.conninfo = private_cluster_conninfo(job->target.cluster);
    return true;
}

bool job_target(struct job *job, bool read_only, struct error *error)
{
    bool is_private =
        job->rehearsal || job->plan.target.private_cluster || job->scratch_directory != NULL;
    if (is_private) {
        if (!start_cluster(job, error)) {
            return false;
        }
    } else {
        job->target.conninfo = job->plan.target.postgres;
    }
    if (!job_session(job, read_only, &job->target.control, error)) {
        return false;
    }
    return !is_private || read_only ? true : apply_schema(job, error);
}

bool job_target_look(struct job *job, struct error *error)
{
    if (!job->rehearsal && !job->plan.target.private_cluster) {
        return job_target(job, true, error);
    }
    return job_target_declared(job, error);
}

bool job_target_declared(struct job *job, struct error *error)
{
    char folder[] = "/tmp/novate-look-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        return error_set_system(error, ERROR_IO, errno, "could not make a folder in /tmp");
    }
    job->scratch_directory = arena_string(&job->arena, folder);
    if (job->scratch_directory == NULL) {
        (void)rmdir(folder);
        return error_set_memory(error);
    }
    return job_target(job, false, error);
}

void job_target_leave(struct job *job)
{
    struct error ignored = ERROR_NONE;
    const char *scratch = job->scratch_directory;
    session_close(job->target.control);
    job->target.control = NULL;
    if (!private_cluster_stop(job->target.cluster, &ignored)) {
        console_log(job->console, LOG_WARNING, "target", "%s", ignored.message);
    }
    job->target.cluster = NULL;
    if (scratch != NULL && (!private_cluster_remove(scratch, &ignored) || rmdir(scratch) != 0)) {
        console_log(job->console, LOG_WARNING, "target", "could not remove \"%s\"", scratch);
    }
    job->scratch_directory = NULL;
}

bool job_session(const struct job *job,
                 bool read_only,
                 struct session **session,
                 struct error *error)
{
    return session_open_heeding(job->target.conninfo, read_only, &job->cancel, session, error);
}

bool job_source(struct job *job,
                const struct relation_spec *spec,
                struct source **source,
                struct error *error)
{
    const struct plan_source *settings = plan_source_of(&job->plan, spec, &job->problems);
    *source = NULL;
    return settings == NULL || source_pool_lend(job->sources, settings, source, error);
}

const struct plan_source *job_source_settings(const struct job *job, const struct entity *entity)
{
    const char *in = entity->mapping->source.in;
    for (int index = 0; in != NULL && index < job->plan.source_count; index++) {
        if (strcmp(job->plan.sources[index].name, in) == 0) {
            return &job->plan.sources[index];
        }
    }
    return &job->plan.sources[0];
}

struct pace *job_pace(const struct job *job, const struct entity *entity)
{
    return source_pool_pace(job->sources, job_source_settings(job, entity));
}

const struct plan_limits *job_limits(const struct job *job, const struct entity *entity)
{
    return entity->mapping->limits_given ? &entity->mapping->limits : &job->plan.limits;
}

int job_lanes(const struct job *job, const struct entity *entity, int chunks)
{
    int jobs = job->options->jobs < 1 ? 1 : job->options->jobs;
    uint64_t most = entity == NULL ? 0 : job_source_settings(job, entity)->pace.connections_max;
    if (most != 0 && (uint64_t)jobs > most) {
        console_log(job->console,
                    LOG_INFO,
                    "connections",
                    "entity %s is read over %llu connection%s, not %d: connections_max of its "
                    "source",
                    entity->mapping->entity,
                    (unsigned long long)most,
                    most == 1 ? "" : "s",
                    jobs);
        jobs = (int)most;
    }
    return jobs < chunks ? jobs : chunks;
}

void job_watch(struct job *job)
{
    bool locked = job->lock.descriptor >= 0;
    watch_open(&job->watch, job->console, &job->plan, job->sources, locked ? job->plan.work : NULL);
}

void job_close(struct job *job)
{
    watch_close(&job->watch);
    for (int index = 0; index < job->entity_count; index++) {
        lookups_release(&job->entities[index]);
        grouping_release(&job->entities[index].grouped);
        arena_release(&job->entities[index].arena);
    }
    target_pool_release(&job->target.pool);
    job_target_leave(job);
    source_pool_destroy(job->sources);
    ledger_close(job->ledger);
    segment_key_close(job->key);
    signing_key_close(job->signing);
    work_lock_drop(&job->lock);
    interrupt_close(&job->interrupt);
    arena_release(&job->arena);
}
