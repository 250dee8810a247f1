/* command_profile.c — profile: what the source's columns hold.
 *
 * Each lane reads chunks over a connection of its own and counts for itself; what they counted is
 * merged at the end. Nothing is kept on the way: an interrupted profile begins again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "commands.h"
#include "files.h"
#include "job.h"
#include "outcome.h"
#include "progress.h"

#include "novate/limits.h"
#include "novate/profile.h"
#include "novate/report.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    OUTPUT_BYTES_MAX = 256 << 20
};

/* The chunks of one entity, shared by its lanes. */
struct supply {
    struct job *job;
    struct entity *entity;
    struct chunk_list chunks;
    pthread_mutex_t mutex; /* of `next` and `stopping` */
    int next;
    bool stopping;
};

struct profile_lane {
    struct supply *supply;
    struct profile *profile; /* of whole chunks */
    struct profile *chunk;   /* of the one in hand, which may come again from its beginning */
    pthread_t thread;
    bool threaded;
    bool ok;
    struct error error;
};

static bool supply_next(void *state, const struct chunk **chunk)
{
    struct supply *supply = state;
    bool there = false;
    pthread_mutex_lock(&supply->mutex);
    if (!supply->stopping && supply->next < supply->chunks.count &&
        cancel_level(&supply->job->cancel) == CANCEL_NONE) {
        *chunk = &supply->chunks.items[supply->next++];
        there = true;
    }
    pthread_mutex_unlock(&supply->mutex);
    return there;
}

static bool check_interrupt(const struct job *job, struct error *error)
{
    if (cancel_level(&job->cancel) == CANCEL_NONE) {
        return true;
    }
    error_set(error, ERROR_INTERRUPTED, "interrupted");
    return error_hint(error, "Nothing was written. The same command begins again.");
}

static bool count_batch(void *state, struct batch *batch, struct error *error)
{
    struct profile_lane *lane = state;
    if (!check_interrupt(lane->supply->job, error) || !profile_add(lane->chunk, batch, error)) {
        return false;
    }
    if (batch->chunk_ends) {
        if (!profile_merge(lane->profile, lane->chunk, error)) {
            return false;
        }
        profile_reset(lane->chunk);
    }
    return true;
}

static void restart_chunk(void *state)
{
    struct profile_lane *lane = state;
    profile_reset(lane->chunk);
}

static bool lane_run(struct profile_lane *lane, struct source *source, struct error *error)
{
    struct job *job = lane->supply->job;
    struct entity *entity = lane->supply->entity;
    struct chunk_supply chunks = {.state = lane->supply, .next = supply_next};
    struct source_reader *reader = NULL;
    if (!profile_create(&entity->source_schema, &job->budget, &lane->profile, error) ||
        !profile_create(&entity->source_schema, &job->budget, &lane->chunk, error) ||
        !source_reader_open(source,
                            entity->relation,
                            entity->source_columns,
                            entity->source_column_count,
                            &chunks,
                            &job->cancel,
                            &reader,
                            error)) {
        return false;
    }
    struct pipeline pipeline = {
        .reader = source_reader_as_reader(reader),
        .writer = {.state = lane, .write = count_batch, .restart = restart_chunk},
        .threads = job->options->jobs > 0,
        .budget = &job->budget,
        .cancel = &job->cancel,
        .progress = &entity->progress,
    };
    bool ok = pipeline_run(&pipeline, error);
    source_reader_close(reader);
    return ok;
}

static void *lane_work(void *argument)
{
    struct profile_lane *lane = argument;
    struct supply *supply = lane->supply;
    struct source *source = NULL;
    lane->ok = source_pool_lend(supply->job->sources,
                                job_source_settings(supply->job, supply->entity),
                                &source,
                                &lane->error) &&
               lane_run(lane, source, &lane->error);
    source_pool_return(supply->job->sources, source);
    if (!lane->ok) {
        pthread_mutex_lock(&supply->mutex);
        supply->stopping = true;
        pthread_mutex_unlock(&supply->mutex);
    }
    return NULL;
}

static bool lanes_run(struct profile_lane *lanes, int count, struct error *error)
{
    for (int i = 1; i < count; i++) {
        lanes[i].threaded = pthread_create(&lanes[i].thread, NULL, lane_work, &lanes[i]) == 0;
    }
    (void)lane_work(&lanes[0]);
    const struct profile_lane *failed = lanes[0].ok ? NULL : &lanes[0];
    for (int i = 1; i < count; i++) {
        if (!lanes[i].threaded) {
            continue; /* fewer lanes read the same chunks */
        }
        (void)pthread_join(lanes[i].thread, NULL);
        if (!lanes[i].ok && (failed == NULL || failed->error.code == ERROR_INTERRUPTED)) {
            failed = &lanes[i];
        }
    }
    if (failed != NULL) {
        *error = failed->error;
        return false;
    }
    for (int i = 1; i < count; i++) {
        if (lanes[i].threaded && !profile_merge(lanes[0].profile, lanes[i].profile, error)) {
            return false;
        }
    }
    return true;
}

static bool profile_relation(struct supply *supply,
                             struct profile_relation *relation,
                             struct error *error)
{
    struct job *job = supply->job;
    /* An empty relation has a profile too. */
    int chunks = supply->chunks.count > 0 ? supply->chunks.count : 1;
    int count = job_lanes(job, supply->entity, chunks);
    struct profile_lane *lanes = calloc((size_t)count, sizeof *lanes);
    struct progress progress;
    if (lanes == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        lanes[i].supply = supply;
    }
    (void)pthread_mutex_init(&supply->mutex, NULL);
    progress_open(&progress,
                  job->console,
                  "profile",
                  supply->entity->mapping->entity,
                  &supply->entity->progress,
                  job_pace(job, supply->entity),
                  0,
                  0);
    watch_work(&job->watch, "profile", supply->entity->mapping->entity, &supply->entity->progress);
    bool ok = lanes_run(lanes, count, error) && check_interrupt(job, error);
    progress_close(&progress);
    watch_work(&job->watch, NULL, NULL, NULL);
    ok = ok && profile_summarise(lanes[0].profile, &job->arena, relation, error);
    for (int i = 0; i < count; i++) {
        profile_destroy(lanes[i].profile);
        profile_destroy(lanes[i].chunk);
    }
    (void)pthread_mutex_destroy(&supply->mutex);
    free(lanes);
    return ok;
}

/* All columns of the relation, whatever the mapping takes of them. */
static bool describe(struct job *job, struct entity *entity, struct error *error)
{
    struct source *source = NULL;
    const struct relation_spec *spec = &entity->mapping->source;
    bool ok =
        job_source(job, spec, &source, error) &&
        (source == NULL ||
         source_describe(source, spec, &job->arena, &job->problems, &entity->relation, error));
    source_pool_return(job->sources, source);
    if (!ok || !job_check_problems(job, error)) {
        return false;
    }
    if (!NOVATE_CHECK(error, entity->relation != NULL)) {
        return false;
    }
    entity->source_schema = *relation_schema(entity->relation);
    int *columns = ARENA_ARRAY(&job->arena, int, (size_t)entity->source_schema.count + 1);
    if (columns == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < entity->source_schema.count; i++) {
        columns[i] = i;
    }
    entity->source_columns = columns;
    entity->source_column_count = entity->source_schema.count;
    return true;
}

static const char *source_text(struct job *job, const struct relation_spec *spec)
{
    return spec->table != NULL  ? arena_format(&job->arena, "table %s", spec->table)
           : spec->file != NULL ? arena_format(&job->arena, "file %s", spec->file)
                                : "a query";
}

static bool profile_entity(struct job *job,
                           struct entity *entity,
                           struct profile_relation *relation,
                           struct error *error)
{
    struct supply supply = {.job = job, .entity = entity};
    if (!check_interrupt(job, error)) {
        return false;
    }
    if (!describe(job, entity, error) || !carry_plan(job, entity, &supply.chunks, error) ||
        !profile_relation(&supply, relation, error)) {
        return error_context(error, "profiling entity \"%s\"", entity->mapping->entity);
    }
    relation->entity = entity->mapping->entity;
    relation->source = source_text(job, &entity->mapping->source);
    relation->consistency = relation_consistency(entity->relation);
    return relation->source != NULL || error_set_memory(error);
}

static void render(const struct profile_report *report,
                   enum report_format format,
                   struct text_buffer *out)
{
    switch (format) {
    case REPORT_JSON:
        profile_json(report, out);
        return;
    case REPORT_TEXT:
        profile_text(report, out);
        return;
    case REPORT_CSV:
        profile_csv(report, out);
        return;
    case REPORT_HTML:
        profile_html(report, out);
        return;
    }
}

static bool write_reports(struct job *job, const struct profile_report *report, struct error *error)
{
    for (int i = 0; i < job->options->report_count; i++) {
        const char *path = job->options->reports[i];
        enum report_format format = REPORT_JSON;
        struct text_buffer out;
        text_buffer_init(&out, OUTPUT_BYTES_MAX);
        bool ok = NOVATE_CHECK(error, report_format_of(path, &format));
        if (ok) {
            render(report, format, &out);
            ok = text_buffer_check(&out, error) && write_file(path, out.data, out.size, error);
        }
        text_buffer_release(&out);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool profile_all(struct job *job, struct error *error)
{
    char finished_at[32];
    struct text_buffer out;
    struct profile_relation *relations =
        ARENA_ARRAY(&job->arena, struct profile_relation, (size_t)job->entity_count + 1);
    if (relations == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < job->entity_count; i++) {
        if (!profile_entity(job, &job->entities[i], &relations[i], error)) {
            return false;
        }
    }
    clock_utc(finished_at);
    struct profile_report report = {
        .migration = job->plan.migration,
        .started_at = job->started_at,
        .finished_at = finished_at,
        .tool_version = NOVATE_VERSION,
        .relations = relations,
        .relation_count = job->entity_count,
    };
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    profile_text(&report, &out);
    bool ok = text_buffer_check(&out, error) && write_reports(job, &report, error);
    if (ok) {
        console_result(job->console, out.data, out.size);
    }
    text_buffer_release(&out);
    return ok;
}

bool command_profile(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    if (!outcome_check_reports(options, error)) {
        return false;
    }
    bool ok = job_open(&job, options, console, error);
    if (ok) {
        job_watch(&job);
        ok = profile_all(&job, error);
    }
    job_close(&job);
    return ok;
}
