/* carry.c — the streamed run and what stages share; the contract is in carry.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"

#include "carry_files.h"
#include "carry_mode.h"
#include "carry_target.h"
#include "grouping.h"

#include "novate/limits.h"

#include <stdio.h>
#include <string.h>

/* Lanes that share an entity have chunks that are smaller by so much: no lane waits long for the
 * last one of another. */
#define CHUNK_PARTS 4

/* The first line that two texts differ in, for the message. Lines end at '\n' or NUL; those of a
 * fragment are counted from the line that names it. */
static void first_difference(const char *before, const char *now, struct error *error)
{
    static const char mark[] = "--- # ";
    const char *file = NULL;
    int line = 1;
    while (*before != '\0' && *now != '\0') {
        size_t before_size = strcspn(before, "\n");
        size_t now_size = strcspn(now, "\n");
        if (before_size != now_size || memcmp(before, now, now_size) != 0) {
            break;
        }
        if (strncmp(now, mark, sizeof mark - 1) == 0) {
            file = now + sizeof mark - 1;
            line = 0;
        }
        before += before_size + (before[before_size] == '\n');
        now += now_size + (now[now_size] == '\n');
        line++;
    }
    size_t before_size = strcspn(before, "\n");
    size_t now_size = strcspn(now, "\n");
    if (*before == '\0' && *now == '\0') {
        error_detail(error, "The mapping's text is the same; a file of a lookup has changed.");
        return;
    }
    error_detail(error,
                 "Line %d%s%.*s was: %.*s\nLine %d is:  %.*s",
                 line,
                 file == NULL ? "" : " of ",
                 file == NULL ? 0 : (int)strcspn(file, "\n"),
                 file == NULL ? "" : file,
                 (int)(before_size < 300 ? before_size : 300),
                 before,
                 line,
                 (int)(now_size < 300 ? now_size : 300),
                 now);
}

bool carry_compare(const struct job *job,
                   const struct entity *entity,
                   const char *where,
                   const char *mapping_digest,
                   const char *mapping_text,
                   const char *plan_digest,
                   struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    char digest[HASH_HEX_SIZE];
    hash_hex(mapping->digest, digest);
    if (strcmp(digest, mapping_digest) != 0) {
        error_set(error,
                  ERROR_STATE,
                  "the mapping of entity \"%s\" is not the one that %s was begun with",
                  mapping->entity,
                  where);
        first_difference(mapping_text, mapping->text, error);
        return error_hint(error,
                          "Restore the mapping, or begin the entity again with "
                          "--entity %s --restart.",
                          mapping->entity);
    }
    hash_hex(job->plan.digest, digest);
    if (strcmp(digest, plan_digest) != 0) {
        error_set(error,
                  ERROR_STATE,
                  "the plan's migration, sources or variables are not those that %s of entity "
                  "\"%s\" was begun with",
                  where,
                  mapping->entity);
        return error_hint(error, "Restore them, or begin again with --restart.");
    }
    return true;
}

bool carry_plan(struct job *job,
                struct entity *entity,
                struct chunk_list *chunks,
                struct error *error)
{
    struct source_files files;
    if (entity->planned_ahead) {
        *chunks = entity->planned;
        entity->planned_ahead = false; /* a verification reads the files again */
        return true;
    }
    return carry_plan_chunks(job, entity, chunks, error) &&
           carry_files_take(job, entity, chunks, &files, error) &&
           carry_files_check(job, entity, &files, error);
}

bool carry_plan_chunks(struct job *job,
                       struct entity *entity,
                       struct chunk_list *chunks,
                       struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    struct source *source = NULL;
    uint64_t part = job->options->jobs > 1 ? CHUNK_PARTS : 1;
    struct chunk_plan_options options = {
        .chunk_rows =
            job->options->chunk_rows > 0 ? job->options->chunk_rows : LIMIT_CHUNK_ROWS / part,
        .chunk_bytes = LIMIT_CHUNK_BYTES / part,
        .threads = job->options->jobs > 0,
    };
    bool ok = job_source(job, &mapping->source, &source, error) &&
              source_plan(source, entity->relation, &options, &entity->arena, chunks, error);
    source_pool_return(job->sources, source);
    if (!ok) {
        return error_context(error, "planning the chunks of entity \"%s\"", mapping->entity);
    }
    for (int index = 0; index < chunks->count; index++) {
        chunks->items[index].ordinal = index;
        if (!chunk_identify(
                &chunks->items[index], mapping->entity, mapping->digest, job->plan.digest, error)) {
            return false;
        }
    }
    return true;
}

uint64_t carry_rows_expected(const struct flow_options *options)
{
    uint64_t rows = 0;
    for (int index = 0; index < options->chunk_count; index++) {
        const struct chunk *chunk = options->chunks[index];
        if (chunk->rows_estimate == 0 && chunk->kind != CHUNK_KEY_NULL) {
            return 0;
        }
        rows += chunk->rows_estimate;
    }
    return rows;
}

void carry_begin(struct carrying *carrying,
                 struct entity *entity,
                 atomic_uint_fast64_t *shared,
                 struct pipeline_progress *progress)
{
    *carrying = (struct carrying){
        .entity = entity,
        .options = {.entity = entity, .progress = progress},
    };
    atomic_init(&carrying->rejects, 0);
    carrying->rejects_count = entity->mapping->limits_given ? &carrying->rejects : shared;
    carrying->options.rejects = carrying->rejects_count;
}

bool carry_flow_end(struct job *job,
                    struct carrying *carrying,
                    const char *verb,
                    struct error *error)
{
    struct entity *entity = carrying->entity;
    struct flow_result result;
    struct error merge_error = ERROR_NONE;
    bool ok = flow_join(carrying->flow, &result, error);
    bool merged = tally_merge(&entity->load, result.tally, &merge_error);
    entity->seconds += clock_seconds() - carrying->started;
    entity->incomplete = result.chunks_done < carrying->options.chunk_count;
    entity->load_known = entity->load_known || merged;
    flow_destroy(carrying->flow);
    carrying->flow = NULL;
    if (!ok) {
        return error_context(error, "%s of entity \"%s\"", verb, entity->mapping->entity);
    }
    if (!merged) {
        *error = merge_error;
        return false;
    }
    return !result.over_limit ||
           carry_count_limit(job, entity, atomic_load(carrying->rejects_count), error);
}

static bool hint_limit(const struct entity *entity, struct error *error)
{
    return error_hint(error,
                      "See \"novate rejects list\"; mend mapping or source, or raise \"rejects\" "
                      "under \"limits\" in the %s.",
                      entity->mapping->limits_given ? "mapping" : "plan");
}

bool carry_count_limit(const struct job *job,
                       const struct entity *entity,
                       uint64_t rejects,
                       struct error *error)
{
    const struct plan_limits *limits = job_limits(job, entity);
    bool own = entity->mapping->limits_given;
    if (limits->rejects_share >= 0 || rejects <= limits->rejects_max) {
        return true;
    }
    error_set(error,
              ERROR_REJECTS,
              "%llu records%s%s%s are rejected, more than the %llu allowed",
              (unsigned long long)rejects,
              own ? " of entity \"" : "",
              own ? entity->mapping->entity : "",
              own ? "\"" : "",
              (unsigned long long)limits->rejects_max);
    return hint_limit(entity, error);
}

bool carry_share_limit(const struct job *job, const struct entity *entity, struct error *error)
{
    double share = job_limits(job, entity)->rejects_share;
    double source = (double)entity->load.source.rows;
    double rejected = (double)entity->load.rejected.rows;
    if (share < 0 || rejected <= share * source) {
        return true;
    }
    error_set(error,
              ERROR_REJECTS,
              "%.3f%% of the records of entity \"%s\" are rejected, more than the %.3f%% allowed",
              100 * rejected / source,
              entity->mapping->entity,
              100 * share);
    return hint_limit(entity, error);
}

static bool plan_run(struct job *job, struct carrying *carrying, struct error *error)
{
    struct entity *entity = carrying->entity;
    struct flow_options *options = &carrying->options;
    options->kind = FLOW_RUN;
    options->dry_run = job->options->dry_run;
    options->target_entity = &carrying->target_entity;
    options->schema = program_target_schema(entity->program);
    if (options->dry_run) {
        struct chunk_list chunks = {.count = 0};
        return carry_plan(job, entity, &chunks, error) && carry_list(job, &chunks, options, error);
    }
    return carry_target_plan(job, entity, NULL, &carrying->target_entity, error) &&
           carry_target_left(job, carrying, error);
}

static bool prepare_run(struct job *job, struct carrying *carrying, struct error *error)
{
    const struct flow_options *options = &carrying->options;
    return (options->chunk_count == 0 ||
            grouping_read_source(job, carrying->entity, NULL, error)) &&
           (options->dry_run || carry_mode_prepare(job, options, error));
}

bool carry_finish_loading(struct job *job, struct carrying *carrying, struct error *error)
{
    const struct flow_options *options = &carrying->options;
    return carry_share_limit(job, carrying->entity, error) &&
           (options->dry_run ||
            carry_mode_finish(job, options, atomic_load(carrying->rejects_count), error));
}

const struct carry_stage carry_run = {
    .verb = "load",
    .reads_source = true,
    .writes_target = true,
    .plan = plan_run,
    .prepare = prepare_run,
    .finish = carry_finish_loading,
};
