/* carry_files.c — the files of entities, against what the supplier states; see carry_files.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry_files.h"

#include "carry.h"

#include "novate/limits.h"

#include <string.h>

enum {
    FAULTS_PRINTED_MAX = 100
};

void carry_files_push(const struct chunk *chunk, struct text_buffer *out)
{
    size_t size = chunk->files == NULL ? 0 : strlen(chunk->files);
    if (size > 2) { /* more than [] */
        text_buffer_string(out, out->size == 0 ? "" : ",");
        text_buffer_push(out, chunk->files + 1, size - 2);
    }
}

bool carry_files_recall(struct job *job,
                        struct entity *entity,
                        struct text_buffer *files,
                        struct error *error)
{
    bool ok = text_buffer_check(files, error);
    if (ok && entity->files == NULL && files->size > 0) {
        entity->files = arena_format(&job->arena, "[%s]", files->data);
        ok = entity->files != NULL || error_set_memory(error);
    }
    text_buffer_release(files);
    return ok;
}

/* Each chunk keeps the files that begin with it; those without records go with the next chunk, or
 * with the last one. */
static bool give_to_chunks(struct arena *arena,
                           const struct source_files *files,
                           struct chunk_list *chunks,
                           struct text_buffer *out,
                           struct error *error)
{
    int next = 0;
    for (int index = 0; index < chunks->count; index++) {
        struct chunk *chunk = &chunks->items[index];
        bool last = index + 1 == chunks->count;
        const char *until = chunk->last_file != NULL ? chunk->last_file : chunk->file;
        int end = next;
        while (end < files->count && (last || strcmp(files->items[end].name, until) <= 0)) {
            end++;
        }
        if (end == next) {
            continue;
        }
        text_buffer_reset(out);
        for (int at = next; at < end; at++) {
            text_buffer_char(out, at == next ? '[' : ',');
            source_file_json(&files->items[at], out);
        }
        text_buffer_char(out, ']');
        chunk->files = out->failed ? NULL : arena_string(arena, out->data);
        if (chunk->files == NULL) {
            return error_set_memory(error);
        }
        next = end;
    }
    return true;
}

static bool keep_for_report(struct entity *entity,
                            const struct source_files *files,
                            struct text_buffer *out,
                            struct error *error)
{
    text_buffer_reset(out);
    text_buffer_char(out, '[');
    for (int at = 0; at < files->count; at++) {
        text_buffer_string(out, at == 0 ? "" : ",");
        source_file_json(&files->items[at], out);
    }
    text_buffer_char(out, ']');
    entity->files = out->failed ? NULL : arena_string(&entity->arena, out->data);
    return entity->files != NULL || error_set_memory(error);
}

static void print_warnings(struct job *job,
                           const struct entity *entity,
                           const struct source_files *files)
{
    for (int at = 0; at < files->warning_count && at < FAULTS_PRINTED_MAX; at++) {
        console_log(job->console,
                    LOG_WARNING,
                    "manifest",
                    "entity %s: %s",
                    entity->mapping->entity,
                    files->warnings[at]);
    }
}

bool carry_files_take(struct job *job,
                      struct entity *entity,
                      struct chunk_list *chunks,
                      struct source_files *files,
                      struct error *error)
{
    struct text_buffer out;
    bool first = entity->files == NULL;
    if (!relation_files(entity->relation, &entity->arena, files, error)) {
        return false;
    }
    if (files->count == 0) {
        return true;
    }
    text_buffer_init(&out, CARRY_FILES_BYTES_MAX);
    bool ok = give_to_chunks(&entity->arena, files, chunks, &out, error) &&
              keep_for_report(entity, files, &out, error);
    text_buffer_release(&out);
    if (first) {
        print_warnings(job, entity, files);
    }
    return ok;
}

static void print_faults(struct job *job,
                         const struct entity *entity,
                         const struct source_files *files,
                         int *printed)
{
    for (int at = 0; at < files->fault_count && *printed < FAULTS_PRINTED_MAX; at++) {
        console_log(job->console,
                    LOG_ERROR,
                    "manifest",
                    "entity %s: %s",
                    entity->mapping->entity,
                    files->faults[at]);
        (*printed)++;
    }
}

bool carry_files_refuse(int faults, struct error *error)
{
    error_set(error, ERROR_SOURCE, "the files are not those that the supplier states");
    error_detail(error, "%d fault%s, listed above.", faults, faults == 1 ? "" : "s");
    return error_hint(error,
                      "Get the files again, or a manifest that is right. \"manifest: null\" under "
                      "the source in the plan reads them without one, and the report says so.");
}

bool carry_files_check(struct job *job,
                       const struct entity *entity,
                       const struct source_files *files,
                       struct error *error)
{
    int printed = 0;
    print_faults(job, entity, files, &printed);
    return files->fault_count == 0 || carry_files_refuse(files->fault_count, error);
}

static bool survey_entity(struct job *job,
                          struct entity *entity,
                          carry_begun *begun,
                          struct source_files *files,
                          struct error *error)
{
    bool done = false;
    if (!relation_files(entity->relation, &job->arena, files, error)) {
        return false;
    }
    if (files->manifest == NULL) {
        return true;
    }
    if (!begun(job, entity, &done, error)) {
        return false;
    }
    if (done) {
        files->fault_count =
            0; /* that the files are still those that were compared is seen later */
        return true;
    }
    entity->planned_ahead = carry_plan_chunks(job, entity, &entity->planned, error) &&
                            carry_files_take(job, entity, &entity->planned, files, error);
    return entity->planned_ahead;
}

bool carry_survey(struct job *job, carry_begun *begun, struct error *error)
{
    int faults = 0;
    int printed = 0;
    for (int index = 0; index < job->entity_count; index++) {
        struct source_files files = {.count = 0};
        if (job->entities[index].relation == NULL) {
            continue;
        }
        if (!survey_entity(job, &job->entities[index], begun, &files, error)) {
            return false;
        }
        print_faults(job, &job->entities[index], &files, &printed);
        faults += files.fault_count;
        if (files.fault_count > 0) {
            job->entities[index].not_verified_reason =
                "its files are not those that the supplier states";
        }
    }
    return faults == 0 || carry_files_refuse(faults, error);
}

static void push_looked(const struct entity *entity,
                        const struct source_files *files,
                        struct text_buffer *out)
{
    int stated = 0;
    for (int at = 0; at < files->count; at++) {
        stated += files->items[at].manifest != NULL;
    }
    text_buffer_format(out,
                       "files of %s: %d, of which %d are stated by %d manifest%s \"%s\"\n",
                       entity->mapping->entity,
                       files->count,
                       stated,
                       files->manifest_count,
                       files->manifest_count == 1 ? "" : "s",
                       files->manifest);
}

bool carry_files_look(struct job *job, struct text_buffer *out, struct error *error)
{
    int faults = 0;
    int printed = 0;
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        struct source_files files = {.count = 0};
        if (entity->relation == NULL) {
            continue;
        }
        if (!relation_files(entity->relation, &job->arena, &files, error)) {
            return false;
        }
        if (files.manifest != NULL) {
            push_looked(entity, &files, out);
        }
        print_warnings(job, entity, &files);
        print_faults(job, entity, &files, &printed);
        faults += files.fault_count;
    }
    return faults == 0 || carry_files_refuse(faults, error);
}
