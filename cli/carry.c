/* carry.c — the streamed run and what stages share; the contract is in carry.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"

#include "carry_files.h"
#include "carry_mode.h"
#include "carry_target.h"
#include "grouping.h"
#include "progress.h"

#include <stdio.h>
#include <string.h>

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
    struct chunk_plan_options options = {
        .chunk_rows = job->options->chunk_rows,
        .chunk_bytes = 0,
    };
    bool ok = job_source(job, &mapping->source, &source, error) &&
              source_plan(source, entity->relation, &options, &job->arena, chunks, error);
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

/* Expected rows of the chunks that are left, where every one of them says. */
static uint64_t rows_expected(const struct chunk *const *chunks, int count)
{
    uint64_t rows = 0;
    for (int index = 0; index < count; index++) {
        if (chunks[index]->rows_estimate == 0 && chunks[index]->kind != CHUNK_KEY_NULL) {
            return 0;
        }
        rows += chunks[index]->rows_estimate;
    }
    return rows;
}

bool carry_flow(struct job *job,
                struct flow_options *options,
                const char *verb,
                uint64_t *rejects,
                struct error *error)
{
    struct entity *entity = options->entity;
    struct flow_result result;
    struct progress progress;
    double started = clock_seconds();
    bool reads = options->kind == FLOW_RUN || options->kind == FLOW_EXTRACT;
    options->rejects_before = *rejects;
    watch_work(&job->watch, verb, entity->mapping->entity, &entity->progress);
    progress_open(&progress,
                  job->console,
                  verb,
                  entity->mapping->entity,
                  &entity->progress,
                  reads ? job_pace(job, entity) : NULL,
                  rows_expected(options->chunks, options->chunk_count),
                  0);
    bool ok = flow_run(job, options, &result, error);
    progress_close(&progress);
    watch_work(&job->watch, NULL, NULL, NULL);
    entity->seconds += clock_seconds() - started;
    entity->incomplete = result.chunks_done < options->chunk_count;
    *rejects += result.tally.rejected.rows;
    struct error merge_error = ERROR_NONE;
    if (!tally_merge(&entity->load, &result.tally, &merge_error)) {
        if (ok) {
            *error = merge_error;
        }
        return false;
    }
    entity->load_known = true;
    if (!ok) {
        return error_context(error, "%s of entity \"%s\"", verb, entity->mapping->entity);
    }
    return !result.over_limit || carry_count_limit(job, entity, *rejects, error);
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

bool carry_run(struct job *job, struct entity *entity, uint64_t *rejects, struct error *error)
{
    struct target_entity target_entity;
    struct flow_options options = {
        .kind = FLOW_RUN,
        .dry_run = job->options->dry_run,
        .entity = entity,
        .target_entity = &target_entity,
        .schema = program_target_schema(entity->program),
    };
    if (job->options->dry_run) {
        struct chunk_list chunks = {.count = 0};
        if (!carry_plan(job, entity, &chunks, error) ||
            !carry_list(job, &chunks, &options, error)) {
            return false;
        }
    } else if (!carry_target_plan(job, entity, NULL, &target_entity, error) ||
               !carry_target_left(job, entity, &options, rejects, error)) {
        return false;
    }
    if (options.chunk_count > 0 && !grouping_read_source(job, entity, NULL, error)) {
        return false;
    }
    bool dry = job->options->dry_run;
    return (dry || carry_mode_prepare(job, &options, error)) &&
           carry_flow(job, &options, dry ? "read" : "load", rejects, error) &&
           carry_share_limit(job, entity, error) &&
           (dry || carry_mode_finish(job, &options, *rejects, error));
}
