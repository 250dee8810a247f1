/* lane.c — the contract is in lane.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lane.h"

static bool open_source_reader(struct lane *lane,
                               struct flow *flow,
                               struct reader *reader,
                               struct error *error)
{
    struct job *job = flow->job;
    const struct entity *entity = flow->options->entity;
    if (!source_pool_lend(job->sources, job_source_settings(job, entity), &lane->source, error) ||
        !source_reader_open(lane->source,
                            entity->relation,
                            entity->source_columns,
                            entity->source_column_count,
                            &lane->supply,
                            &job->cancel,
                            &lane->source_reader,
                            error)) {
        return false;
    }
    source_reader_set_yields(lane->source_reader, true);
    *reader = source_reader_as_reader(lane->source_reader);
    return true;
}

static bool open_staging_reader(struct lane *lane,
                                struct flow *flow,
                                enum segment_stage stage,
                                struct reader *reader,
                                struct error *error)
{
    const struct schema *schema =
        stage == SEGMENT_EXTRACTED ? &flow->options->entity->source_schema : flow->options->schema;
    if (!staging_reader_create(
            flow->options->staging, stage, schema, &lane->supply, &lane->staging_reader, error)) {
        return false;
    }
    *reader = staging_reader_as_reader(lane->staging_reader);
    return true;
}

static bool open_loader(struct lane *lane,
                        struct flow *flow,
                        struct writer *writer,
                        struct error *error)
{
    const struct mapping *mapping = flow->options->entity->mapping;
    struct loader_options options = {
        .entity = flow->options->target_entity,
        .run = flow->job->run,
        .table = flow->options->entity->table,
        .schema = flow->options->schema,
        .mode = mapping->mode,
        .key = mapping->target_key,
        .key_count = mapping->target_key_count,
        .scope = mapping->scope,
        .identities = flow->job->identities,
        .identity_count = flow->job->plan.mapping_count,
        .filled_later = flow->options->entity->filled_later,
        .filled_later_count = flow->options->entity->filled_later_count,
        .budget = &flow->job->budget,
        .committed = lane_committed,
        .committed_state = lane,
    };
    if (!target_pool_lend(&flow->job->target.pool,
                          flow->job->target.conninfo,
                          &flow->job->cancel,
                          &lane->session,
                          error) ||
        !loader_create(lane->session, &options, &lane->loader, error)) {
        return false;
    }
    *writer = loader_as_writer(lane->loader);
    return true;
}

static bool open_staging_writer(struct lane *lane,
                                struct flow *flow,
                                enum segment_stage stage,
                                struct writer *writer,
                                struct error *error)
{
    struct staging_writer_options options = {
        .staging = flow->options->staging,
        .stage = stage,
        .schema = flow->options->schema,
        .budget = &flow->job->budget,
        .committed = lane_committed,
        .committed_state = lane,
    };
    if (!staging_writer_create(&options, &lane->staging_writer, error)) {
        return false;
    }
    *writer = staging_writer_as_writer(lane->staging_writer);
    return true;
}

static bool count_batch(void *state, struct batch *batch, struct error *error)
{
    struct counting_writer *counting = state;
    bool mapped = counting->lane->flow->options->kind != FLOW_EXTRACT;
    if (!tally_merge(&counting->tally, &batch->tally, error)) {
        return false; /* what comes from a source has counters and no digests */
    }
    if (!mapped && !counters_merge(&counting->tally.counters, &batch->tally.counters, error)) {
        return false;
    }
    for (int row = 0; row < batch->rows && !mapped; row++) {
        digest_add(&counting->tally.source, batch->source_hashes[row]);
    }
    if (batch->chunk_ends) {
        lane_committed(counting->lane, batch->chunk, &counting->tally);
        arena_reset(&counting->arena);
        tally_init(&counting->tally, &counting->arena);
    }
    return true;
}

static void count_again(void *state)
{
    struct counting_writer *counting = state;
    arena_reset(&counting->arena);
    tally_init(&counting->tally, &counting->arena);
}

/* What was noted and mended is kept before what was mapped is written. */
static bool keep_amendments(struct lane *lane,
                            struct flow *flow,
                            struct writer *writer,
                            struct error *error)
{
    struct job *job = flow->job;
    struct amendment_writer_options options = {
        .work_directory = job->plan.work,
        .folder = job_restricted_folder(job),
        .entity = flow->options->entity->mapping->entity,
        .key = job->key,
        .inner = *writer,
        .budget = &job->budget,
    };
    if (lane->transform == NULL || flow->options->dry_run) {
        return true;
    }
    if (!amendment_writer_create(&options, &lane->amendment_writer, error)) {
        return false;
    }
    transform_keep_amendments(lane->transform);
    *writer = amendment_writer_as_writer(lane->amendment_writer);
    return true;
}

static bool open_writer(struct lane *lane,
                        struct flow *flow,
                        struct writer *writer,
                        struct error *error)
{
    lane->counting.lane = lane;
    tally_init(&lane->counting.tally, &lane->counting.arena);
    if (flow->options->dry_run) {
        *writer =
            (struct writer){.state = &lane->counting, .write = count_batch, .restart = count_again};
        return true;
    }
    switch (flow->options->kind) {
    case FLOW_RUN:
    case FLOW_LOAD:
        return open_loader(lane, flow, writer, error);
    case FLOW_EXTRACT:
        return open_staging_writer(lane, flow, SEGMENT_EXTRACTED, writer, error);
    case FLOW_TRANSFORM:
        return open_staging_writer(lane, flow, SEGMENT_TRANSFORMED, writer, error);
    }
    return error_set(error, ERROR_INTERNAL, "a flow of no kind");
}

static bool open_reader(struct lane *lane,
                        struct flow *flow,
                        struct reader *reader,
                        struct error *error)
{
    switch (flow->options->kind) {
    case FLOW_RUN:
    case FLOW_EXTRACT:
        return open_source_reader(lane, flow, reader, error);
    case FLOW_TRANSFORM:
        return open_staging_reader(lane, flow, SEGMENT_EXTRACTED, reader, error);
    case FLOW_LOAD:
        return open_staging_reader(lane, flow, SEGMENT_TRANSFORMED, reader, error);
    }
    return error_set(error, ERROR_INTERNAL, "a flow of no kind");
}

bool lane_open(struct lane *lane, struct flow *flow, struct pipeline *pipeline, struct error *error)
{
    struct job *job = flow->job;
    *lane =
        (struct lane){.flow = flow, .first = -1, .supply = {.state = lane, .next = lane_supply}};
    arena_init(&lane->counting.arena, 16 * 1024, NULL);
    int pipelines = job->options->jobs > 0 ? job->options->jobs : 1;
    *pipeline = (struct pipeline){
        .threads = job->options->jobs > 0,
        .deep = job->budget.max_bytes / (size_t)pipelines >= LIMIT_PIPELINE_DEEP_BYTES,
        .budget = &job->budget,
        .cancel = &job->cancel,
        .progress = flow->options->progress,
    };
    bool maps = flow->options->kind == FLOW_RUN || flow->options->kind == FLOW_TRANSFORM;
    if (maps) {
        if (!transform_create(
                flow->options->entity->program, &job->budget, &lane->transform, error)) {
            return false;
        }
        transform_use_groups(lane->transform, flow->options->entity->grouped.groups);
        pipeline->transformer = transform_as_transformer(lane->transform);
    }
    return open_reader(lane, flow, &pipeline->reader, error) &&
           open_writer(lane, flow, &pipeline->writer, error) &&
           keep_amendments(lane, flow, &pipeline->writer, error);
}

void lane_close(struct lane *lane)
{
    source_reader_close(lane->source_reader);
    struct error lost = ERROR_NONE; /* of a connection that the next reader makes again */
    if (lane->waits_long && !source_let_go(lane->source, &lost)) {
        console_log(lane->flow->job->console, LOG_WARNING, "source", "%s", lost.message);
    }
    source_pool_return(lane->flow->job->sources, lane->source);
    staging_reader_destroy(lane->staging_reader);
    transform_destroy(lane->transform);
    amendment_writer_destroy(lane->amendment_writer);
    loader_destroy(lane->loader);
    target_pool_return(&lane->flow->job->target.pool, lane->session);
    staging_writer_destroy(lane->staging_writer);
    arena_release(&lane->counting.arena);
}
