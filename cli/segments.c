/* segments.c — the contract is in segments.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segments.h"

#include "outcome.h"

#include <stdlib.h>
#include <string.h>

bool segments_key(struct job *job, struct error *error)
{
    const char *path = job->options->key_file;
    if (path == NULL) {
        path = getenv("NOVATE_KEY_FILE");
    }
    return path == NULL || path[0] == '\0' || segment_key_open(path, &job->key, error);
}

bool segments_carried(const struct job *job)
{
    return segment_manifest_exists(job->plan.work);
}

bool segments_touch(struct job *job, struct error *error)
{
    return segment_manifest_remove(job->plan.work, error);
}

static const char *file_of(const char *segment)
{
    const char *slash = strrchr(segment, '/');
    return slash == NULL ? segment : slash + 1;
}

static struct manifest_segment recorded_segment(const struct ledger_chunk *chunk,
                                                enum segment_stage stage)
{
    bool extracted = stage == SEGMENT_EXTRACTED;
    return (struct manifest_segment){
        .stage = stage,
        .chunk = chunk->chunk.ordinal,
        .chunk_id = chunk->chunk.id,
        .file = file_of(extracted ? chunk->extracted : chunk->transformed),
        .checksum = extracted ? chunk->extracted_checksum : chunk->transformed_checksum,
        .rows = extracted ? chunk->tally.source.rows : chunk->tally.passed.rows,
        .source = chunk->tally.source,
    };
}

/* Adds up the chunks and lists their segments. An entity is complete when all of its chunks are
 * where one of them is. */
static bool recorded_chunks(struct job *job,
                            struct manifest_entity *entity,
                            bool *complete,
                            struct error *error)
{
    struct ledger_chunk *chunks = NULL;
    int count = 0;
    int transformed = 0;
    if (!ledger_chunks(job->ledger, entity->entity, &job->arena, &chunks, &count, error)) {
        return false;
    }
    entity->segments = ARENA_ARRAY(&job->arena, struct manifest_segment, 2 * (size_t)count + 1);
    if (entity->segments == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        const struct ledger_chunk *chunk = &chunks[index];
        if (chunk->state < LEDGER_EXTRACTED) {
            *complete = false;
            continue;
        }
        entity->segments[entity->segment_count++] = recorded_segment(chunk, SEGMENT_EXTRACTED);
        digest_merge(&entity->source, &chunk->tally.source);
        if (chunk->state == LEDGER_TRANSFORMED) {
            entity->segments[entity->segment_count++] =
                recorded_segment(chunk, SEGMENT_TRANSFORMED);
            digest_merge(&entity->passed, &chunk->tally.passed);
            digest_merge(&entity->filtered, &chunk->tally.filtered);
            digest_merge(&entity->rejected, &chunk->tally.rejected);
            digest_merge(&entity->emitted, &chunk->tally.emitted);
            digest_merge(&entity->merged, &chunk->tally.merged);
            transformed++;
        }
    }
    entity->stage = transformed > 0 ? SEGMENT_TRANSFORMED : SEGMENT_EXTRACTED;
    *complete = *complete && (transformed == 0 || transformed == count);
    return true;
}

bool segments_recorded(struct job *job,
                       const struct mapping *const *mappings,
                       int count,
                       struct segment_manifest *manifest,
                       bool *complete,
                       struct error *error)
{
    *complete = true;
    *manifest = (struct segment_manifest){.novate = NOVATE_VERSION,
                                          .migration = job->plan.migration,
                                          .written_at = job->started_at,
                                          .host = outcome_host(job),
                                          .operator_name = outcome_operator(job)};
    manifest->entities = ARENA_ARRAY(&job->arena, struct manifest_entity, (size_t)count + 1);
    manifest->absent = ARENA_ARRAY(&job->arena, const char *, (size_t)count + 1);
    if (manifest->entities == NULL || manifest->absent == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        struct ledger_entity known;
        bool found = false;
        const char *name = mappings[index]->entity;
        if (!ledger_entity_get(job->ledger, name, &job->arena, &known, &found, error)) {
            return false;
        }
        if (!found) {
            manifest->absent[manifest->absent_count++] = name;
            continue;
        }
        struct manifest_entity *entity = &manifest->entities[manifest->entity_count++];
        entity->entity = name;
        entity->mapping_digest = known.mapping_digest;
        entity->mapping_text = known.mapping_text;
        entity->plan_digest = known.plan_digest;
        if (!recorded_chunks(job, entity, complete, error)) {
            return false;
        }
    }
    return true;
}

/* All mappings of the plan, whichever were asked for. */
static const struct mapping **all_mappings(struct job *job)
{
    const struct mapping **mappings =
        ARENA_ARRAY(&job->arena, const struct mapping *, (size_t)job->plan.mapping_count + 1);
    for (int index = 0; mappings != NULL && index < job->plan.mapping_count; index++) {
        mappings[index] = &job->plan.mappings[index];
    }
    return mappings;
}

bool segments_finish(struct job *job, struct error *error)
{
    struct segment_manifest manifest;
    bool complete = false;
    const struct mapping **mappings = all_mappings(job);
    if (segment_manifest_exists(job->plan.work)) {
        return true;
    }
    if (mappings == NULL) {
        return error_set_memory(error);
    }
    if (!segments_recorded(job, mappings, job->plan.mapping_count, &manifest, &complete, error)) {
        return false;
    }
    int listed = 0;
    for (int index = 0; complete && index < manifest.entity_count; index++) {
        struct manifest_entity *entity = &manifest.entities[index];
        for (int at = 0; at < entity->segment_count; at++) {
            if (!manifest_segment_measure(
                    job->plan.work, &entity->segments[at], &job->arena, error)) {
                return false;
            }
            listed++;
        }
    }
    return !complete || listed == 0 ||
           segment_manifest_write(job->plan.work, &manifest, job->key, error);
}

static const char *segment_path(struct job *job, const char *file)
{
    return arena_format(&job->arena, "segments/%s", file);
}

/* The segments of an entity as chunks of a ledger, each read and checked. */
static bool check_chunks(struct job *job,
                         const struct manifest_entity *entity,
                         struct ledger_chunk *chunks,
                         int *count,
                         struct error *error)
{
    for (int index = 0; index < entity->segment_count; index++) {
        const struct manifest_segment *segment = &entity->segments[index];
        bool extracted = segment->stage == SEGMENT_EXTRACTED;
        struct ledger_chunk *chunk = extracted ? &chunks[(*count)++] : &chunks[*count - 1];
        const char *path = segment_path(job, segment->file);
        if (path == NULL) {
            return error_set_memory(error);
        }
        if (!manifest_segment_check(job->plan.work,
                                    entity->entity,
                                    segment,
                                    job->key,
                                    &job->arena,
                                    &chunk->chunk,
                                    &chunk->tally,
                                    error)) {
            return false;
        }
        chunk->state = extracted ? LEDGER_EXTRACTED : LEDGER_TRANSFORMED;
        *(extracted ? &chunk->extracted : &chunk->transformed) = path;
        *(extracted ? &chunk->extracted_checksum : &chunk->transformed_checksum) =
            segment->checksum;
    }
    return true;
}

static bool adopt_entity(struct job *job,
                         const struct segment_manifest *manifest,
                         const struct manifest_entity *entity,
                         struct error *error)
{
    struct ledger_chunk *chunks =
        ARENA_ARRAY(&job->arena, struct ledger_chunk, (size_t)entity->segment_count + 1);
    int count = 0;
    struct ledger_entity today = {
        .entity = entity->entity,
        .mapping_digest = entity->mapping_digest,
        .mapping_text = entity->mapping_text,
        .plan_digest = entity->plan_digest,
    };
    if (chunks == NULL) {
        return error_set_memory(error);
    }
    if (!check_chunks(job, entity, chunks, &count, error) ||
        !ledger_entity_adopt(job->ledger, &today, chunks, count, error)) {
        return error_context(error, "taking over the segments of entity \"%s\"", entity->entity);
    }
    console_log(job->console,
                LOG_INFO,
                "segments",
                "entity \"%s\": %d segments with %llu records taken over as the manifest lists "
                "them, checked; written on %s by %s at %s, %s",
                entity->entity,
                entity->segment_count,
                (unsigned long long)entity->source.rows,
                manifest->host,
                manifest->operator_name,
                manifest->written_at,
                manifest->key_id != NULL ? "sealed" : "not sealed");
    return true;
}

static const struct manifest_entity *listed_entity(const struct segment_manifest *manifest,
                                                   const char *name)
{
    for (int index = 0; index < manifest->entity_count; index++) {
        if (strcmp(manifest->entities[index].entity, name) == 0) {
            return &manifest->entities[index];
        }
    }
    return NULL;
}

bool segments_adopt(struct job *job, struct error *error)
{
    struct segment_manifest manifest;
    bool read = false;
    if (job->options->dry_run || !segments_carried(job)) {
        return true;
    }
    for (int index = 0; index < job->entity_count; index++) {
        const char *name = job->entities[index].mapping->entity;
        struct ledger_entity known;
        bool found = false;
        if (!ledger_entity_get(job->ledger, name, &job->arena, &known, &found, error)) {
            return false;
        }
        if (found) {
            continue;
        }
        bool there = true;
        if (!read && !segment_manifest_read(
                         job->plan.work, job->key, &job->arena, &manifest, &there, error)) {
            return false;
        }
        read = true;
        const struct manifest_entity *entity = there ? listed_entity(&manifest, name) : NULL;
        if (entity != NULL && !adopt_entity(job, &manifest, entity, error)) {
            return false;
        }
    }
    return true;
}
