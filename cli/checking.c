/* checking.c — the mapped source for verify/, and what the ledger says was refused.
 *
 * The chunks are planned anew: nothing that loading left behind decides what is read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "checking.h"

#include "carry.h"
#include "coding.h"
#include "comparing.h"
#include "confirming.h"
#include "crossing.h"
#include "grouping.h"
#include "mapped_reading.h"
#include "resuming.h"
#include "showing.h"

#include "novate/target_reject.h"

#include <stdlib.h>
#include <string.h>

/* State of struct verify_source: one reading of the mapped source at a time. */
struct mapped_source {
    struct mapped_reading reading;
    struct chunk_list chunks; /* all of the source */
    const bool *done;         /* which the first reading leaves out; NULL: the next one reads all */
    struct crossing_tap tap;
    struct coding *coding; /* of the first reading; NULL: codes are not counted */
};

static void mapped_close(void *state)
{
    struct mapped_source *mapped = state;
    mapped_reading_close(&mapped->reading);
}

static bool choose_chunks(struct mapped_source *mapped, struct error *error)
{
    struct chunk_list *left = &mapped->reading.chunks;
    *left = mapped->chunks;
    if (mapped->done == NULL) {
        return true;
    }
    struct arena *arena = &mapped->reading.entity->arena;
    struct chunk *items = ARENA_ARRAY(arena, struct chunk, (size_t)mapped->chunks.count + 1);
    if (items == NULL) {
        return error_set_memory(error);
    }
    *left = (struct chunk_list){.items = items};
    for (int index = 0; index < mapped->chunks.count; index++) {
        if (!mapped->done[index]) {
            items[left->count++] = mapped->chunks.items[index];
        }
    }
    mapped->done = NULL;
    return true;
}

static bool mapped_open(void *state,
                        struct reader *reader,
                        struct transformer *transformer,
                        struct error *error)
{
    struct mapped_source *mapped = state;
    if (!choose_chunks(mapped, error) ||
        !mapped_reading_open(&mapped->reading, reader, transformer, error)) {
        return false;
    }
    if (!crossing_tap(mapped->reading.job, mapped->reading.entity, &mapped->tap, reader, error)) {
        mapped_reading_close(&mapped->reading);
        return false;
    }
    if (mapped->coding != NULL) {
        coding_tap(mapped->coding, transformer);
        mapped->coding = NULL;
    }
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

/* Keys of records that the target itself refused: in the mapped source, and rightly not in the
 * target. What the mapping rejected is left out by the mapping again. */
static bool list_refused(const struct job *job,
                         struct entity *entity,
                         struct session *session,
                         const char ***keys,
                         int *count,
                         struct error *error)
{
    struct target_reject *rejects = NULL;
    int total = 0;
    bool exists = false;
    *count = 0;
    const struct target_reject_filter filter = {.migration = job->plan.migration,
                                                .entity = entity->mapping->entity};
    if (!target_ledger_readable(session, &exists, error)) {
        return false;
    }
    if (exists && !target_rejects(session, &filter, &entity->arena, &rejects, &total, error)) {
        return false;
    }
    *keys = ARENA_ARRAY(&entity->arena, const char *, (size_t)total + 1);
    if (*keys == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < total; index++) {
        if (rejects[index].by_target && strcmp(rejects[index].state, "retried") != 0) {
            (*keys)[(*count)++] = rejects[index].key;
        }
    }
    qsort(*keys, (size_t)*count, sizeof **keys, compare_keys);
    return true;
}

static bool has_other(const struct schema *schema)
{
    bool found = false;
    for (int index = 0; index < schema->count; index++) {
        found = found || schema->columns[index].type.id == TYPE_OTHER;
    }
    return found;
}

/* With the progress shown. */
static bool verify_shown(struct job *job,
                         struct entity *entity,
                         const struct verify_options *options,
                         struct error *error)
{
    struct showing showing;
    showing_open(&showing,
                 job,
                 "verify",
                 entity->mapping->entity,
                 options->source_progress,
                 job_pace(job, entity),
                 entity->load.source.rows);
    bool ok = verify_entity(options, &entity->arena, entity->verification, error);
    showing_close(&showing);
    if (!ok) {
        entity->verification = NULL;
        entity->not_verified_reason = "the verification could not be finished";
    }
    return ok;
}

/* Level "full" counts codes before they are mapped, too. */
static bool verify_coded(struct job *job,
                         struct entity *entity,
                         struct verify_options *options,
                         struct mapped_source *mapped,
                         struct error *error)
{
    struct coding coding;
    if (options->level != VERIFY_FULL) {
        return verify_shown(job, entity, options, error);
    }
    bool ok = coding_open(&coding, job, entity->program, error);
    if (ok) {
        options->coded = coding.coded;
        mapped->coding = &coding;
        ok = verify_shown(job, entity, options, error) && coding_say(&coding, entity, error);
    }
    mapped->coding = NULL;
    coding_close(&coding);
    return ok;
}

static bool verify(struct job *job,
                   struct entity *entity,
                   struct mapped_source *mapped,
                   struct session *sessions[2],
                   struct pipeline_progress *progress,
                   struct error *error)
{
    const char **refused = NULL;
    int key[LIMIT_KEY_COLUMNS];
    struct pipeline_progress target_progress = {.rows_read = 0};
    struct verify_options options = {
        .entity = entity->mapping->entity,
        .level = job->options->level,
        .confirm = confirming(job),
        .schema = program_target_schema(entity->program),
        .key = key,
        .key_count = program_target_key(entity->program, key),
        .source = {.state = mapped, .open = mapped_open, .close = mapped_close},
        .session = sessions[0],
        .source_session = sessions[1],
        .table = entity->table,
        .scope = entity->mapping->scope,
        .threads = job->options->jobs > 0,
        .budget = &job->budget,
        .cancel = &entity->cancel,
        .source_progress = progress,
        .target_progress = &target_progress,
    };
    if (!comparing_rules(entity, &entity->arena, &options.columns, error) ||
        !list_refused(job, entity, sessions[0], &refused, &options.refused_count, error)) {
        return false;
    }
    options.refused_keys = refused;
    entity->refused = options.refused_count;
    struct resuming resuming;
    bool resumes = job->options->cross_check == 0 && !job->options->dry_run;
    if (resumes) {
        if (!resuming_open(&resuming, job, entity, &mapped->chunks, &options, error)) {
            return false;
        }
        mapped->done = options.checkpoint.done;
    }
    entity->verification = ARENA_NEW(&entity->arena, struct verify_result);
    if (entity->verification == NULL) {
        return error_set_memory(error);
    }
    bool ok = verify_coded(job, entity, &options, mapped, error);
    if (ok && resumes) {
        resuming_done(&resuming);
    }
    return ok;
}

static bool in_context(const struct entity *entity, bool ok, struct error *error)
{
    return ok ? true : error_context(error, "verifying entity \"%s\"", entity->mapping->entity);
}

bool checking_read(struct job *job,
                   struct entity *entity,
                   struct pipeline_progress *progress,
                   struct error *error)
{
    struct mapped_source mapped = {.reading = {.job = job, .entity = entity}};
    struct session *sessions[2] = {NULL, NULL};
    double started = clock_seconds();
    double before = entity->seconds;
    bool ok = carry_plan(job, entity, &mapped.chunks, error) &&
              grouping_read_source(job, entity, &mapped.chunks, error) &&
              job_session(job, true, &sessions[0], error);
    if (ok && has_other(program_target_schema(entity->program))) {
        ok = job_session(job, true, &sessions[1], error);
    }
    ok = ok && verify(job, entity, &mapped, sessions, progress, error);
    session_close(sessions[0]);
    session_close(sessions[1]);
    entity->seconds = before + clock_seconds() - started; /* grouping counts its own, too */
    return in_context(entity, ok, error);
}

bool checking_cross(struct job *job, struct entity *entity, struct error *error)
{
    double started = clock_seconds();
    bool ok = crossing_run(job, entity, error);
    entity->seconds += clock_seconds() - started;
    return in_context(entity, ok, error);
}

void checking_end(struct entity *entity)
{
    pick_destroy(entity->pick);
    entity->pick = NULL;
    grouping_release(&entity->grouped);
}

bool checking_run(struct job *job, struct entity *entity, struct error *error)
{
    memset(&entity->progress, 0, sizeof entity->progress);
    bool ok =
        checking_read(job, entity, &entity->progress, error) && checking_cross(job, entity, error);
    checking_end(entity);
    return ok;
}
