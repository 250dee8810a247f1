/* carry_stage.c — the three stages one at a time, with segments between them; see carry.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry_files.h"
#include "carry_mode.h"
#include "carry_target.h"
#include "grouping.h"
#include "segments.h"

#include "novate/amendment.h"

#include <string.h>

/* What the work directory has of an entity. */
static bool open_staging(struct job *job,
                         const struct entity *entity,
                         struct staging *staging,
                         struct error *error)
{
    struct ledger_chunk *chunks = NULL;
    *staging = (struct staging){
        .work_directory = job->plan.work,
        .entity = entity->mapping->entity,
        .ledger = job->ledger,
        .key = job->key,
    };
    if (!ledger_chunks(
            job->ledger, staging->entity, &job->arena, &chunks, &staging->count, error)) {
        return false;
    }
    staging->chunks = chunks;
    return true;
}

/* Does the ledger of the work directory know the entity, and with the mapping of today? */
static bool compare_staged(struct job *job, struct entity *entity, bool *found, struct error *error)
{
    struct ledger_entity known;
    if (!ledger_entity_get(
            job->ledger, entity->mapping->entity, &job->arena, &known, found, error)) {
        return false;
    }
    return !*found || carry_compare(job,
                                    entity,
                                    "extracting",
                                    known.mapping_digest,
                                    known.mapping_text,
                                    known.plan_digest,
                                    error);
}

bool carry_extract_begun(struct job *job,
                         const struct entity *entity,
                         bool *begun,
                         struct error *error)
{
    struct ledger_entity known;
    *begun = false;
    return job->options->dry_run || job->options->restart ||
           ledger_entity_get(
               job->ledger, entity->mapping->entity, &job->arena, &known, begun, error);
}

static bool plan_staging(struct job *job, struct entity *entity, struct error *error)
{
    bool found = false;
    if (!job->options->restart && !compare_staged(job, entity, &found, error)) {
        return false;
    }
    if (found) {
        return true;
    }
    char mapping[HASH_HEX_SIZE];
    char plan[HASH_HEX_SIZE];
    hash_hex(entity->mapping->digest, mapping);
    hash_hex(job->plan.digest, plan);
    struct ledger_entity today = {
        .entity = entity->mapping->entity,
        .mapping_digest = mapping,
        .mapping_text = entity->mapping->text,
        .plan_digest = plan,
    };
    struct chunk_list chunks = {.count = 0};
    return carry_plan(job, entity, &chunks, error) && segments_touch(job, error) &&
           ledger_entity_plan(job->ledger, &today, &chunks, error) &&
           staging_forget(job->plan.work, entity->mapping->entity, error) &&
           amendments_forget(
               job->plan.work, job_restricted_folder(job), entity->mapping->entity, error);
}

/* Chunks in `state` are to be carried; those past it are done and recalled into entity->load. */
static bool select_chunks(struct job *job,
                          struct carrying *carrying,
                          enum ledger_state state,
                          struct error *error)
{
    struct entity *entity = carrying->entity;
    struct flow_options *options = &carrying->options;
    const struct staging *staging = &carrying->staging;
    const struct chunk **list =
        ARENA_ARRAY(&job->arena, const struct chunk *, (size_t)staging->count + 1);
    if (list == NULL) {
        return error_set_memory(error);
    }
    struct text_buffer files;
    text_buffer_init(&files, CARRY_FILES_BYTES_MAX);
    for (int index = 0; index < staging->count; index++) {
        carry_files_push(&staging->chunks[index].chunk, &files);
    }
    if (!carry_files_recall(job, entity, &files, error)) {
        return false;
    }
    int count = 0;
    for (int index = 0; index < staging->count; index++) {
        if (staging->chunks[index].state == state) {
            list[count++] = &staging->chunks[index].chunk;
        } else if (staging->chunks[index].state > state &&
                   !tally_merge(&entity->load, &staging->chunks[index].tally, error)) {
            return false;
        }
    }
    entity->load_known = true;
    options->staging = staging;
    options->chunks = list;
    options->chunk_count = count;
    return true;
}

/* Segments are about to be written. */
static bool touch(struct job *job, const struct flow_options *options, struct error *error)
{
    return options->dry_run || options->chunk_count == 0 || segments_touch(job, error);
}

static bool require_stage(const struct staging *staging,
                          enum ledger_state state,
                          const char *command,
                          struct error *error)
{
    int short_of = 0;
    for (int index = 0; index < staging->count; index++) {
        short_of += staging->chunks[index].state < state;
    }
    if (short_of == 0) {
        return true;
    }
    error_set(error,
              ERROR_STATE,
              "%d of %d chunks of entity \"%s\" are not there yet",
              short_of,
              staging->count,
              staging->entity);
    return error_hint(error, "Finish \"novate %s\" first.", command);
}

static bool plan_extract(struct job *job, struct carrying *carrying, struct error *error)
{
    struct entity *entity = carrying->entity;
    struct flow_options *options = &carrying->options;
    options->kind = FLOW_EXTRACT;
    options->dry_run = job->options->dry_run;
    options->schema = program_source_schema(entity->program);
    if (options->dry_run) {
        struct chunk_list chunks = {.count = 0};
        return carry_plan(job, entity, &chunks, error) && carry_list(job, &chunks, options, error);
    }
    return plan_staging(job, entity, error) &&
           open_staging(job, entity, &carrying->staging, error) &&
           select_chunks(job, carrying, LEDGER_PLANNED, error);
}

static bool prepare_extract(struct job *job, struct carrying *carrying, struct error *error)
{
    return touch(job, &carrying->options, error);
}

const struct carry_stage carry_extract = {
    .verb = "extract",
    .reads_source = true,
    .plan = plan_extract,
    .prepare = prepare_extract,
};

/* What a later stage needs: the entity was extracted, with the mapping of today. */
static bool require_staged(struct job *job, struct entity *entity, struct error *error)
{
    bool found = false;
    if (!compare_staged(job, entity, &found, error)) {
        return false;
    }
    if (found) {
        return true;
    }
    error_set(error, ERROR_STATE, "entity \"%s\" was never extracted", entity->mapping->entity);
    return error_hint(error, "Run \"novate extract\" first.");
}

static bool plan_transform(struct job *job, struct carrying *carrying, struct error *error)
{
    struct entity *entity = carrying->entity;
    struct flow_options *options = &carrying->options;
    options->kind = FLOW_TRANSFORM;
    options->dry_run = job->options->dry_run;
    if (!require_staged(job, entity, error) ||
        !open_staging(job, entity, &carrying->staging, error) ||
        !require_stage(&carrying->staging, LEDGER_EXTRACTED, "extract", error)) {
        return false;
    }
    carrying->nothing = entity->program == NULL; /* nothing was extracted: the source is empty */
    if (carrying->nothing) {
        return true;
    }
    for (int index = 0; index < entity->source_column_count; index++) {
        if (!NOVATE_CHECK(error, entity->source_columns[index] == index)) {
            return false;
        }
    }
    options->schema = program_target_schema(entity->program);
    if (!select_chunks(job, carrying, LEDGER_EXTRACTED, error)) {
        return false;
    }
    atomic_fetch_add(carrying->rejects_count, entity->load.rejected.rows);
    return true;
}

static bool prepare_transform(struct job *job, struct carrying *carrying, struct error *error)
{
    const struct flow_options *options = &carrying->options;
    return (options->chunk_count == 0 ||
            grouping_read_segments(job, carrying->entity, &carrying->staging, error)) &&
           touch(job, options, error);
}

static bool finish_transform(struct job *job, struct carrying *carrying, struct error *error)
{
    return carry_share_limit(job, carrying->entity, error);
}

const struct carry_stage carry_transform = {
    .verb = "transform",
    .plan = plan_transform,
    .prepare = prepare_transform,
    .finish = finish_transform,
};

/* The chunks of the ledger as a list, with their identities. */
static bool list_chunks(struct job *job,
                        const struct staging *staging,
                        struct chunk_list *chunks,
                        struct error *error)
{
    chunks->items = ARENA_ARRAY(&job->arena, struct chunk, (size_t)staging->count + 1);
    if (chunks->items == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < staging->count; index++) {
        chunks->items[index] = staging->chunks[index].chunk;
    }
    chunks->count = staging->count;
    return true;
}

static bool plan_loading(struct job *job, struct carrying *carrying, struct error *error)
{
    struct entity *entity = carrying->entity;
    struct chunk_list chunks = {.count = 0};
    struct flow_options *options = &carrying->options;
    options->kind = FLOW_LOAD;
    options->dry_run = job->options->dry_run;
    options->target_entity = &carrying->target_entity;
    options->schema = &carrying->schema;
    options->staging = &carrying->staging;
    if (!require_staged(job, entity, error) ||
        !open_staging(job, entity, &carrying->staging, error) ||
        !require_stage(&carrying->staging, LEDGER_TRANSFORMED, "transform", error) ||
        !list_chunks(job, &carrying->staging, &chunks, error) ||
        !staging_schema(
            &carrying->staging, SEGMENT_TRANSFORMED, &job->arena, &carrying->schema, error)) {
        return false;
    }
    return options->dry_run
               ? carry_list(job, &chunks, options, error)
               : carry_target_plan(job, entity, &chunks, &carrying->target_entity, error) &&
                     carry_target_left(job, carrying, error);
}

static bool prepare_load(struct job *job, struct carrying *carrying, struct error *error)
{
    const struct flow_options *options = &carrying->options;
    return options->dry_run || carry_mode_prepare(job, options, error);
}

const struct carry_stage carry_load = {
    .verb = "load",
    .writes_target = true,
    .plan = plan_loading,
    .prepare = prepare_load,
    .finish = carry_finish_loading,
};
