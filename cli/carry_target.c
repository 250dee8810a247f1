/* carry_target.c — what the target's ledger knows of an entity, and what is left; see
 * carry_target.h. SPDX-License-Identifier: Apache-2.0 */
#include "carry_target.h"

#include "carry_files.h"

#include "novate/amendment.h"

#include <string.h>

bool carry_list(struct job *job,
                const struct chunk_list *chunks,
                struct flow_options *options,
                struct error *error)
{
    const struct chunk **list =
        ARENA_ARRAY(&job->arena, const struct chunk *, (size_t)chunks->count + 1);
    if (list == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < chunks->count; index++) {
        list[index] = &chunks->items[index];
    }
    options->chunks = list;
    options->chunk_count = chunks->count;
    return true;
}

static bool describe_today(struct job *job,
                           const struct entity *entity,
                           struct target_entity *out,
                           struct error *error)
{
    char mapping[HASH_HEX_SIZE];
    char plan[HASH_HEX_SIZE];
    hash_hex(entity->mapping->digest, mapping);
    hash_hex(job->plan.digest, plan);
    *out = (struct target_entity){
        .migration = job->plan.migration,
        .entity = entity->mapping->entity,
        .target_table = entity->table->quoted,
        .mapping_digest = arena_string(&job->arena, mapping),
        .mapping_text = entity->mapping->text,
        .plan_digest = arena_string(&job->arena, plan),
        .mode = entity->mapping->mode,
    };
    return out->mapping_digest != NULL && out->plan_digest != NULL ? true : error_set_memory(error);
}

static bool refuse_rows(struct job *job, const struct entity *entity, struct error *error)
{
    bool has_rows = false;
    if (entity->mapping->mode != LOAD_INSERT) {
        return true;
    }
    if (!session_table_has_rows(
            job->target.control, entity->table, entity->mapping->scope, &has_rows, error)) {
        return false;
    }
    if (!has_rows || job->options->append) {
        return true;
    }
    error_set(error, ERROR_STATE, "table %s is not empty", entity->table->quoted);
    return error_hint(error,
                      "Empty it, narrow \"scope\" in the mapping to the rows that this "
                      "migration answers for, use --append, or \"mode\" upsert or replace.");
}

/* The staged chunks must be those that the target was planned with. */
static bool same_chunks(struct job *job,
                        const struct entity *entity,
                        const struct chunk_list *chunks,
                        struct error *error)
{
    struct target_chunk *known = NULL;
    int count = 0;
    if (!target_chunks(job->target.control,
                       job->plan.migration,
                       entity->mapping->entity,
                       &job->arena,
                       &known,
                       &count,
                       error)) {
        return false;
    }
    bool same = count == chunks->count;
    for (int index = 0; same && index < count; index++) {
        same = strcmp(known[index].chunk.id, chunks->items[index].id) == 0;
    }
    if (same) {
        return true;
    }
    error_set(error,
              ERROR_STATE,
              "entity \"%s\" was begun in the target with other chunks than these segments have",
              entity->mapping->entity);
    return error_hint(error,
                      "Go on with the command that began it (\"novate run\"), or empty "
                      "the table and use --restart.");
}

bool carry_target_plan(struct job *job,
                       struct entity *entity,
                       const struct chunk_list *chunks,
                       struct target_entity *target_entity,
                       struct error *error)
{
    struct target_entity known;
    struct chunk_list planned = {.count = 0};
    bool found = false;
    if (!describe_today(job, entity, target_entity, error) ||
        !target_entity_get(job->target.control,
                           job->plan.migration,
                           entity->mapping->entity,
                           &job->arena,
                           &known,
                           &found,
                           error)) {
        return false;
    }
    if (found && !job->options->restart) {
        return carry_compare(job,
                             entity,
                             "loading",
                             known.mapping_digest,
                             known.mapping_text,
                             known.plan_digest,
                             error) &&
               (chunks == NULL || same_chunks(job, entity, chunks, error));
    }
    if (!refuse_rows(job, entity, error)) {
        return false;
    }
    if (chunks == NULL) {
        if (!carry_plan(job, entity, &planned, error)) {
            return false;
        }
        chunks = &planned;
        if (!amendments_forget(
                job->plan.work, job_restricted_folder(job), entity->mapping->entity, error)) {
            return false;
        }
    }
    return target_entity_plan(job->target.control, target_entity, chunks, found, error);
}

bool carry_run_begun(struct job *job, const struct entity *entity, bool *begun, struct error *error)
{
    struct target_entity known;
    *begun = false;
    return job->options->dry_run || job->options->restart ||
           target_entity_get(job->target.control,
                             job->plan.migration,
                             entity->mapping->entity,
                             &job->arena,
                             &known,
                             begun,
                             error);
}

/* Splits the ledger's chunks: `left` gets the unloaded ones (may be NULL), entity->load the rest.
 */
static bool recall(struct job *job,
                   struct entity *entity,
                   const struct chunk ***left,
                   int *count,
                   struct error *error)
{
    struct target_chunk *chunks = NULL;
    int total = 0;
    if (!target_chunks(job->target.control,
                       job->plan.migration,
                       entity->mapping->entity,
                       &job->arena,
                       &chunks,
                       &total,
                       error)) {
        return false;
    }
    *left = ARENA_ARRAY(&job->arena, const struct chunk *, (size_t)total + 1);
    *count = 0;
    if (*left == NULL) {
        return error_set_memory(error);
    }
    struct text_buffer files;
    text_buffer_init(&files, CARRY_FILES_BYTES_MAX);
    for (int index = 0; index < total; index++) {
        carry_files_push(&chunks[index].chunk, &files);
    }
    if (!carry_files_recall(job, entity, &files, error)) {
        return false;
    }
    for (int index = 0; index < total; index++) {
        if (!chunks[index].loaded) {
            (*left)[(*count)++] = &chunks[index].chunk;
        } else if (!tally_merge(&entity->load, &chunks[index].tally, error)) {
            return false;
        }
    }
    entity->load_known = true;
    entity->incomplete = *count > 0;
    return true;
}

bool carry_target_left(struct job *job, struct carrying *carrying, struct error *error)
{
    struct entity *entity = carrying->entity;
    const struct chunk **left = NULL;
    int count = 0;
    if (!recall(job, entity, &left, &count, error)) {
        return false;
    }
    atomic_fetch_add(carrying->rejects_count, entity->load.rejected.rows);
    carrying->options.chunks = left;
    carrying->options.chunk_count = count;
    if (count == 0 && entity->load.source.rows > 0) {
        console_log(
            job->console, LOG_INFO, "done", "entity %s is loaded already", entity->mapping->entity);
    } else if (entity->load.source.rows > 0) {
        console_log(job->console,
                    LOG_INFO,
                    "resume",
                    "entity %s resumes with %d chunks left",
                    entity->mapping->entity,
                    count);
    }
    return true;
}

bool carry_recall(struct job *job, struct entity *entity, struct error *error)
{
    const struct chunk **left = NULL;
    int count = 0;
    return recall(job, entity, &left, &count, error);
}
