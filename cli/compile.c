/* compile.c — every mapping against both catalogues, before any record is read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "job.h"
#include "lookups_files.h"

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

bool job_describe_target(struct job *job, struct entity *entity, struct error *error)
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

/* Are source and lookups there? Otherwise that is a problem already. */
static bool has_all_sides(const struct entity *entity)
{
    for (int index = 0; index < entity->mapping->lookup_count; index++) {
        if (entity->lookups[index] == NULL) {
            return false;
        }
    }
    return entity->source_schema.count > 0;
}

static bool compile(struct job *job,
                    struct entity *entity,
                    enum compile_from from,
                    struct error *error)
{
    /* Without a target that is there, as without one that is asked for: what is wrong in the
     * expressions is said all the same. */
    const struct schema *target = entity->table == NULL ? NULL : &entity->table->schema;
    if (entity->source_schema.count == 0 && from != COMPILE_FROM_SOURCE) {
        return true; /* there is nothing to compile against, and that is no problem */
    }
    if (!lookups_describe(job, entity, error)) {
        return false;
    }
    if (!has_all_sides(entity)) {
        return program_check_syntax(entity->mapping, &job->arena, &job->problems, error);
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

/* And says what can be said only then. */
static bool fill_lookups(struct job *job, struct error *error)
{
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        if (entity->program != NULL && (!lookups_fill(job, entity, error) ||
                                        !program_warn(entity->program, &job->problems, error))) {
            return false;
        }
    }
    return lookups_files_agree(job, error);
}

/* Of entities that are not carried this time too: their rejects are in the ledger. */
static bool find_identities(struct job *job, struct error *error)
{
    const struct plan *plan = &job->plan;
    struct identity *identities =
        ARENA_ARRAY(&job->arena, struct identity, (size_t)plan->mapping_count + 1);
    if (identities == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < plan->mapping_count; i++) {
        if (!mapping_identity(&plan->mappings[i], &job->arena, &identities[i], error)) {
            return false;
        }
    }
    job->identities = identities;
    return true;
}

/* Tables of which no row was brought when an entity's turn comes, and some are later. */
static bool find_filled_later(struct job *job, struct error *error)
{
    size_t room = (size_t)job->entity_count + 1;
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        uint32_t *later = ARENA_ARRAY(&job->arena, uint32_t, room);
        if (later == NULL) {
            return error_set_memory(error);
        }
        for (int other = index; other < job->entity_count; other++) {
            const struct target_table *table = job->entities[other].table;
            int first = 0;
            while (table != NULL && first < index &&
                   (job->entities[first].table == NULL ||
                    job->entities[first].table->oid != table->oid)) {
                first++;
            }
            if (table != NULL && first == index) {
                later[entity->filled_later_count++] = table->oid;
            }
        }
        entity->filled_later = later;
    }
    return true;
}

bool job_compile(struct job *job, enum compile_from from, struct error *error)
{
    if (!find_identities(job, error)) {
        return false;
    }
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        bool described = true;
        if (from == COMPILE_FROM_SOURCE || from == COMPILE_UNFILLED) {
            described = describe_source(job, entity, error);
        } else if (from == COMPILE_FROM_SEGMENTS) {
            described = describe_segments(job, entity, error);
        }
        if (!described || !job_describe_target(job, entity, error) ||
            !compile(job, entity, from, error)) {
            return false;
        }
    }
    if (!find_filled_later(job, error)) {
        return false;
    }
    if (from != COMPILE_UNFILLED && job->problems.errors == 0 && !fill_lookups(job, error)) {
        struct error ignored = ERROR_NONE;
        (void)!job_check_problems(job, &ignored); /* what was found before */
        return false;
    }
    return job_check_problems(job, error);
}
