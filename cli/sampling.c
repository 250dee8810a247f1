/* sampling.c — which records of an entity are drawn.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sampling.h"

#include "carry.h"
#include "grouping.h"
#include "list_reader.h"
#include "picking.h"

#include "novate/limits.h"

#include <string.h>

enum {
    SCRATCH_BYTES_MAX = 64 << 20
};

static const char not_carried[] = "(not carried)";

static bool find_column(struct sampling *sampling, struct error *error)
{
    const struct options *options = sampling->job->options;
    const char *entity = sampling->entity->mapping->entity;

    sampling->column = -1;
    if (options->strata == NULL) {
        return true;
    }
    if (sampling->entity->mapping->emit_count > 0) {
        error_set(error, ERROR_USAGE, "a record of entity \"%s\" gives several rows", entity);
        return error_hint(error, "Leave out --strata, or name other entities with --entity.");
    }
    sampling->column = schema_find(
        program_target_schema(sampling->entity->program), text_of(options->strata), false);
    if (sampling->column < 0) {
        error_set(error,
                  ERROR_USAGE,
                  "the mapping of entity \"%s\" fills no column \"%s\"",
                  entity,
                  options->strata);
        return error_hint(error, "Option --strata names a column of the target.");
    }
    return true;
}

/* The stratum of that value, which is new perhaps. */
static bool find_stratum(struct sampling *sampling,
                         const char *value,
                         int *index,
                         struct error *error)
{
    struct job *job = sampling->job;
    for (*index = 0; *index < sampling->count; (*index)++) {
        const char *known = sampling->strata[*index].value;
        if (known == value || (known != NULL && value != NULL && strcmp(known, value) == 0)) {
            return true;
        }
    }
    if (sampling->count == LIMIT_STRATA) {
        error_set(error,
                  ERROR_USAGE,
                  "column \"%s\" has more than %d different values",
                  job->options->strata,
                  LIMIT_STRATA);
        return error_hint(error, "Name a column of few values with --strata.");
    }
    struct stratum *stratum = &sampling->strata[sampling->count];
    *stratum = (struct stratum){.value = value == NULL ? NULL : arena_string(&job->arena, value)};
    if (value != NULL && stratum->value == NULL) {
        return error_set_memory(error);
    }
    sampling->count++;
    return pick_create(program_source_schema(sampling->entity->program),
                       sampling->keys,
                       sampling->key_count,
                       job->options->seed,
                       (int)job->options->size,
                       &job->budget,
                       &stratum->pick,
                       error);
}

/* What a mapped row has in the column of the strata. */
static bool value_of(struct sampling *sampling,
                     const struct batch *mapped,
                     int row,
                     const char **value,
                     struct error *error)
{
    const struct vector *vector = &mapped->columns[sampling->column];
    if (vector_is_null(vector, row)) {
        *value = "(NULL)";
        return true;
    }
    text_buffer_reset(&sampling->scratch);
    text_buffer_string(&sampling->scratch, "");
    vector_format(vector, row, &sampling->scratch);
    *value = sampling->scratch.data == NULL ? "" : sampling->scratch.data;
    return text_buffer_check(&sampling->scratch, error);
}

static bool is_damaged(const struct batch *batch, int row)
{
    return batch->error_rows != NULL && validity_get(batch->error_rows, row);
}

/* Rows that were carried come in the order of their records; records that are the same in all that
 * is read have the same fate, so their hashes tell which they are. */
static bool offer_strata(struct sampling *sampling,
                         const struct batch *batch,
                         const struct batch *mapped,
                         struct error *error)
{
    int carried = 0;
    for (int row = 0; row < batch->rows; row++) {
        const uint16_t selection[] = {(uint16_t)row};
        const char *value = not_carried;
        int index = 0;
        bool kept = carried < mapped->rows &&
                    hash_equal(mapped->source_hashes[carried], batch->source_hashes[row]);
        if (is_damaged(batch, row)) {
            continue;
        }
        if ((kept && !value_of(sampling, mapped, carried, &value, error)) ||
            !find_stratum(sampling, value, &index, error) ||
            !pick_offer_rows(sampling->strata[index].pick, batch, selection, 1, error)) {
            return false;
        }
        carried += kept ? 1 : 0;
    }
    return true;
}

static void forget_chunk(struct sampling *sampling, const struct batch *batch)
{
    for (int i = 0; batch->chunk_restarts && i < sampling->count; i++) {
        pick_forget(sampling->strata[i].pick, batch->chunk);
    }
}

/* Strata need to know what the mapping makes of each record. Large values may move to the mapped
 * batch, and lie there until the next one is mapped. */
static bool offer(struct sampling *sampling,
                  struct batch *batch,
                  const struct transformer *mapping,
                  struct batch *mapped,
                  struct error *error)
{
    int index = 0;
    forget_chunk(sampling, batch);
    if (sampling->column < 0) {
        return find_stratum(sampling, NULL, &index, error) &&
               pick_offer(sampling->strata[index].pick, batch, error);
    }
    return mapping->apply(mapping->state, batch, mapped, error) &&
           offer_strata(sampling, batch, mapped, error);
}

static bool read_all(struct sampling *sampling,
                     struct reader *reader,
                     struct transform *transform,
                     struct error *error)
{
    struct budget *budget = &sampling->job->budget;
    struct transformer mapping = transform_as_transformer(transform);
    struct batch batch = {.rows = 0};
    struct batch mapped = {.rows = 0};
    bool more = true;
    bool ok = batch_init(&batch, reader->schema, budget, error) &&
              batch_init(&mapped, program_target_schema(sampling->entity->program), budget, error);

    while (ok && more) {
        ok = reader->next(reader->state, &batch, &more, error) &&
             (!more || offer(sampling, &batch, &mapping, &mapped, error));
    }
    batch_release(&batch);
    batch_release(&mapped);
    return ok;
}

static bool read_source(struct sampling *sampling,
                        const struct chunk_list *chunks,
                        struct error *error)
{
    struct job *job = sampling->job;
    struct entity *entity = sampling->entity;
    struct list_reader records = {.reader = NULL};
    struct transform *transform = NULL;
    struct source *source = NULL;
    struct reader reader;

    bool ok = source_pool_lend(job->sources, job_source_settings(job, entity), &source, error) &&
              list_reader_open(&records,
                               source,
                               entity->relation,
                               entity->source_columns,
                               entity->source_column_count,
                               chunks,
                               &job->cancel,
                               &reader,
                               error) &&
              transform_create(entity->program, &job->budget, &transform, error);
    if (ok) {
        transform_use_groups(transform, entity->grouped.groups);
        ok = read_all(sampling, &reader, transform, error);
    }
    transform_destroy(transform);
    list_reader_close(&records);
    source_pool_return(job->sources, source);
    return ok;
}

/* In proportion, at least one of each; rounded, so that the sum may be a few more or less. */
static void share_out(struct sampling *sampling)
{
    uint64_t size = sampling->job->options->size;

    for (int i = 0; i < sampling->count; i++) {
        struct stratum *stratum = &sampling->strata[i];
        pick_finish(stratum->pick);
        stratum->records = pick_offered(stratum->pick);
        sampling->population += stratum->records;
    }
    for (int i = 0; i < sampling->count; i++) {
        struct stratum *stratum = &sampling->strata[i];
        double share = (double)stratum->records / (double)sampling->population;
        int wanted = (int)((double)size * share + 0.5);
        wanted = wanted < 1 ? 1 : wanted;
        stratum->taken = wanted < pick_count(stratum->pick) ? wanted : pick_count(stratum->pick);
    }
}

bool sampling_draw(struct sampling *sampling,
                   struct job *job,
                   struct entity *entity,
                   struct error *error)
{
    struct chunk_list chunks = {.count = 0};

    *sampling = (struct sampling){.job = job, .entity = entity};
    text_buffer_init(&sampling->scratch, SCRATCH_BYTES_MAX);
    sampling->strata = ARENA_ARRAY(&job->arena, struct stratum, LIMIT_STRATA);
    if (sampling->strata == NULL) {
        return error_set_memory(error);
    }
    if (!find_column(sampling, error) ||
        !picking_keys(entity, &job->arena, &sampling->keys, &sampling->key_count, error) ||
        !carry_plan_chunks(job, entity, &chunks, error) ||
        !grouping_read_source(job, entity, &chunks, error) ||
        !read_source(sampling, &chunks, error)) {
        return error_context(error, "sampling entity \"%s\"", entity->mapping->entity);
    }
    share_out(sampling);
    return true;
}

void sampling_release(struct sampling *sampling)
{
    for (int i = 0; i < sampling->count; i++) {
        pick_destroy(sampling->strata[i].pick);
    }
    text_buffer_release(&sampling->scratch);
}
