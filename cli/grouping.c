/* grouping.c — the contract is in grouping.h. SPDX-License-Identifier: Apache-2.0 */
#include "grouping.h"

#include "carry.h"
#include "list_reader.h"
#include "showing.h"

#include <stdlib.h>
#include <string.h>

enum {
    GROUPS_BLOCK_BYTES = 1 << 20
};

void grouping_release(struct grouped *grouped)
{
    groups_destroy(grouped->groups);
    if (grouped->groups != NULL) {
        arena_release(&grouped->arena);
    }
    grouped->groups = NULL;
}

static bool begin(struct job *job,
                  const struct program *program,
                  struct grouped *grouped,
                  struct transform **transform,
                  struct error *error)
{
    grouping_release(grouped);
    arena_init(&grouped->arena, GROUPS_BLOCK_BYTES, &job->budget);
    if (!groups_create(program, job_disk_folder(job), &grouped->arena, &grouped->groups, error)) {
        arena_release(&grouped->arena);
        return false;
    }
    return transform_create(program, &job->budget, transform, error);
}

/* Every batch of the reader into its groups. */
static bool collect(struct job *job,
                    struct entity *entity,
                    struct transform *transform,
                    const struct reader *reader,
                    struct groups *groups,
                    struct error *error)
{
    struct batch batch = {.rows = 0};
    bool ok = batch_init(&batch, reader->schema, &job->budget, error);
    bool more = ok;
    while (ok && more) {
        ok = reader->next(reader->state, &batch, &more, error);
        if (ok && more) {
            ok = transform_collect(transform, &batch, groups, error);
            atomic_fetch_add(&entity->progress.rows_read, (uint64_t)batch.rows);
        }
        if (ok && cancel_level(&entity->cancel) != CANCEL_NONE) {
            ok = error_set(error, ERROR_INTERRUPTED, "interrupted while groups were read");
            error_hint(error, "The same command resumes.");
        }
    }
    batch_release(&batch);
    return ok;
}

static bool read_all(struct job *job,
                     struct entity *entity,
                     const struct program *program,
                     const struct reader *reader,
                     struct pace *pace,
                     struct grouped *grouped,
                     struct error *error)
{
    struct transform *transform = NULL;
    struct showing showing;
    double started = clock_seconds();
    memset(&entity->progress, 0, sizeof entity->progress);
    bool ok = begin(job, program, grouped, &transform, error);
    showing_open(&showing, job, "group", entity->mapping->entity, &entity->progress, pace, 0);
    ok = ok && collect(job, entity, transform, reader, grouped->groups, error);
    showing_close(&showing);
    transform_destroy(transform);
    entity->seconds += clock_seconds() - started;
    memset(&entity->progress, 0, sizeof entity->progress);
    if (ok) {
        console_log(job->console,
                    LOG_INFO,
                    "groups",
                    "entity %s: %llu groups, %llu KiB",
                    entity->mapping->entity,
                    (unsigned long long)groups_count(grouped->groups),
                    (unsigned long long)(groups_bytes(grouped->groups) >> 10));
    }
    return ok ? true
              : error_context(
                    error, "grouping the records of entity \"%s\"", entity->mapping->entity);
}

static bool is_needed(const struct entity *entity)
{
    return entity->program != NULL && program_has_groups(entity->program);
}

bool grouping_read_with(struct job *job,
                        struct entity *entity,
                        const struct program *program,
                        const struct chunk_list *chunks,
                        struct grouped *grouped,
                        struct error *error)
{
    int count = 0;
    const int *columns = program_source_columns(program, &count);
    struct source *source = NULL;
    struct list_reader records = {.reader = NULL};
    struct reader reader;
    bool ok = source_pool_lend(job->sources, job_source_settings(job, entity), &source, error) &&
              list_reader_open(&records,
                               source,
                               entity->relation,
                               columns,
                               count,
                               chunks,
                               &entity->cancel,
                               &reader,
                               error) &&
              read_all(job, entity, program, &reader, job_pace(job, entity), grouped, error);
    list_reader_close(&records);
    source_pool_return(job->sources, source);
    return ok;
}

bool grouping_read_source(struct job *job,
                          struct entity *entity,
                          const struct chunk_list *chunks,
                          struct error *error)
{
    struct chunk_list planned = {.count = 0};
    if (!is_needed(entity)) {
        return true;
    }
    if (chunks == NULL) {
        if (!carry_plan_chunks(job, entity, &planned, error)) {
            return false;
        }
        chunks = &planned;
    }
    return grouping_read_with(job, entity, entity->program, chunks, &entity->grouped, error);
}

bool grouping_read_segments(struct job *job,
                            struct entity *entity,
                            const struct staging *staging,
                            struct error *error)
{
    struct chunk_list chunks = {.count = staging->count};
    struct list_supply list = {.chunks = &chunks};
    struct chunk_supply supply = {.state = &list, .next = list_supply_next};
    struct staging_reader *reader = NULL;
    if (!is_needed(entity)) {
        return true;
    }
    chunks.items = ARENA_ARRAY(&job->arena, struct chunk, (size_t)staging->count + 1);
    if (chunks.items == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < staging->count; index++) {
        chunks.items[index] = staging->chunks[index].chunk;
    }
    bool ok = staging_reader_create(
        staging, SEGMENT_EXTRACTED, &entity->source_schema, &supply, &reader, error);
    if (ok) {
        struct reader contract = staging_reader_as_reader(reader);
        ok = read_all(job, entity, entity->program, &contract, NULL, &entity->grouped, error);
    }
    staging_reader_destroy(reader);
    return ok;
}

bool grouping_take_batch(struct job *job,
                         struct entity *entity,
                         struct batch *batch,
                         struct error *error)
{
    struct transform *transform = NULL;
    if (!is_needed(entity)) {
        return true;
    }
    bool ok = begin(job, entity->program, &entity->grouped, &transform, error) &&
              transform_collect(transform, batch, entity->grouped.groups, error);
    transform_destroy(transform);
    return ok;
}
