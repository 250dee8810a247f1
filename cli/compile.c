/* compile.c — every mapping against both catalogues, before any record is read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include "novate/limits.h"
#include "novate/staging.h"

#include <string.h>

static bool describe_source(struct job *job, struct entity *entity, struct error *error)
{
    struct source *source = NULL;
    if (!job_source(job, &entity->mapping->source, &source, error)) {
        return false;
    }
    if (source == NULL) {
        return true;
    }
    bool ok = source_describe(
        source, &entity->mapping->source, &job->arena, &job->problems, &entity->relation, error);
    source_pool_return(job->sources, source);
    if (!ok) {
        return error_context(
            error, "looking up the source of entity \"%s\"", entity->mapping->entity);
    }
    if (entity->relation != NULL) {
        entity->source_schema = *relation_schema(entity->relation);
    }
    return true;
}

static bool describe_segments(struct job *job, struct entity *entity, struct error *error)
{
    struct ledger_chunk *chunks = NULL;
    struct staging staging = {
        .work_directory = job->plan.work,
        .entity = entity->mapping->entity,
        .ledger = job->ledger,
        .key = job->key,
    };
    if (!ledger_chunks(job->ledger, staging.entity, &job->arena, &chunks, &staging.count, error)) {
        return false;
    }
    staging.chunks = chunks;
    return staging_schema(&staging, SEGMENT_EXTRACTED, &job->arena, &entity->source_schema, error);
}

static bool describe_target(struct job *job, struct entity *entity, struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    const char *nearest = NULL;
    if (job->target.control == NULL) {
        return true;
    }
    if (!session_describe(job->target.control,
                          mapping->target_table,
                          &job->arena,
                          &entity->table,
                          &nearest,
                          error)) {
        return error_context(error, "looking up the target of entity \"%s\"", mapping->entity);
    }
    if (entity->table == NULL) {
        const char *hint = nearest == NULL
                               ? "Create it in the target, or mend the name."
                               : arena_format(&job->arena, "Perhaps you meant \"%s\".", nearest);
        problem_add(&job->problems,
                    mapping->target_place,
                    hint,
                    "table \"%s\" does not exist in the target",
                    mapping->target_table);
    }
    return true;
}

static bool compile(struct job *job, struct entity *entity, struct error *error)
{
    const struct schema *target = entity->table == NULL ? NULL : &entity->table->schema;
    if (entity->source_schema.count == 0 || (job->target.control != NULL && target == NULL)) {
        return true;
    }
    if (!lookups_describe(job, entity, error)) {
        return false;
    }
    for (int index = 0; index < entity->mapping->lookup_count; index++) {
        if (entity->lookups[index] == NULL) {
            return true;
        }
    }
    if (!program_compile(entity->mapping,
                         &entity->source_schema,
                         target,
                         entity->lookups,
                         job_source_settings(job, entity)->timezone,
                         &job->arena,
                         &job->problems,
                         &entity->program,
                         error)) {
        return error_context(
            error, "compiling the mapping of entity \"%s\"", entity->mapping->entity);
    }
    if (entity->program != NULL) {
        entity->source_columns =
            program_source_columns(entity->program, &entity->source_column_count);
    }
    return true;
}

bool job_compile(struct job *job, enum compile_from from, struct error *error)
{
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        bool described = true;
        if (from == COMPILE_FROM_SOURCE || from == COMPILE_UNFILLED) {
            described = describe_source(job, entity, error);
        } else if (from == COMPILE_FROM_SEGMENTS) {
            described = describe_segments(job, entity, error);
        }
        if (!described || !describe_target(job, entity, error) || !compile(job, entity, error)) {
            return false;
        }
    }
    if (!job_check_problems(job, error)) {
        return false;
    }
    for (int index = 0; index < job->entity_count && from != COMPILE_UNFILLED; index++) {
        if (job->entities[index].program != NULL &&
            !lookups_fill(job, &job->entities[index], error)) {
            return false;
        }
    }
    return job_check_problems(job, error);
}
