/* rejects_retry.c — rejects retry: reads the records of open rejects again, maps and loads them.
 *
 * Chunk by chunk, each in one transaction of the target that also corrects the chunk's tally and
 * settles its rejects: killed and repeated, nothing is loaded twice.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "carry_mode.h"
#include "carry_target.h"
#include "grouping.h"
#include "outcome.h"
#include "rejects.h"
#include "sealing.h"
#include "segments.h"

#include "novate/amendment.h"
#include "novate/loader.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    TRIES = 3 /* a live source may show another record of a key each time */
};

struct outcome_counts {
    uint64_t asked;
    uint64_t loaded;
    uint64_t filtered;
    uint64_t rejected;
    uint64_t missing;
    uint64_t ambiguous;
    uint64_t left;
};

/* An entity that is retried. */
struct retrying {
    struct job *job;
    struct entity *entity;
    struct target_entity known; /* as the ledger has it */
    enum load_mode mode;        /* that their rows are loaded by */
    bool changed;               /* from the mapping or plan that others were loaded with */
    const char *mapping_digest; /* of today */
    struct target_chunk *chunks;
    int chunk_count;
    struct target_reject *before; /* rejects that were retried already */
    int before_count;
    struct outcome_counts counts;
};

/* What a chunk needs while it is retried. */
struct retry_lane {
    struct retrying *retrying;
    struct reread reread;
    struct loader_retry options;
    struct session *session;
    struct loader *loader;
    struct transform *transform;
    struct amendment_writer *amendments;
};

static void committed(void *state, int ordinal, const struct tally *tally)
{
    struct outcome_counts *counts = &((struct retrying *)state)->counts;
    (void)ordinal;
    counts->loaded += tally->passed.rows;
    counts->filtered += tally->filtered.rows;
    counts->rejected += tally->rejected.rows;
}

/* What is noted and mended of these records is kept in a file beside the chunk's own, of a name
 * that only a retry of the same records has. */
static int file_offset(const struct retrying *retrying, int ordinal)
{
    int64_t retried = 1;
    for (int i = 0; i < retrying->before_count; i++) {
        retried += retrying->before[i].chunk == ordinal;
    }
    int64_t offset = retried * retrying->chunk_count;
    return offset + ordinal > INT_MAX ? INT_MAX - ordinal : (int)offset;
}

static bool open_writer(struct retry_lane *lane, struct writer *writer, struct error *error)
{
    struct retrying *retrying = lane->retrying;
    struct job *job = retrying->job;
    const struct mapping *mapping = retrying->entity->mapping;
    const struct loader_options options = {
        .entity = &retrying->known,
        .run = job->run,
        .table = retrying->entity->table,
        .schema = program_target_schema(retrying->entity->program),
        .mode = retrying->mode,
        .key = mapping->target_key,
        .key_count = mapping->target_key_count,
        .scope = mapping->scope,
        .identities = job->identities,
        .identity_count = job->plan.mapping_count,
        .filled_later = retrying->entity->filled_later,
        .filled_later_count = retrying->entity->filled_later_count,
        .budget = &job->budget,
        .committed = committed,
        .committed_state = retrying,
        .retry = &lane->options,
    };
    if (!job_session(job, false, &lane->session, error) ||
        !loader_create(lane->session, &options, &lane->loader, error)) {
        return false;
    }
    const struct amendment_writer_options keeping = {
        .work_directory = job->plan.work,
        .folder = job_restricted_folder(job),
        .entity = mapping->entity,
        .key = job->key,
        .inner = loader_as_writer(lane->loader),
        .budget = &job->budget,
        .ordinal_offset = file_offset(retrying, lane->reread.ordinal),
    };
    if (!amendment_writer_create(&keeping, &lane->amendments, error)) {
        return false;
    }
    *writer = amendment_writer_as_writer(lane->amendments);
    return true;
}

/* Where a record is not one row, it is asked before it is carried. */
static bool open_judge(struct retry_lane *lane, struct error *error)
{
    struct entity *entity = lane->retrying->entity;
    struct transform **judge = &lane->reread.judge;
    if (entity->mapping->emit_count == 0 && !program_has_groups(entity->program)) {
        return true;
    }
    if (!transform_create(entity->program, &lane->retrying->job->budget, judge, error)) {
        return false;
    }
    transform_use_groups(*judge, entity->grouped.groups);
    return true;
}

static bool carry_again(struct retry_lane *lane, struct error *error)
{
    struct job *job = lane->retrying->job;
    struct entity *entity = lane->retrying->entity;
    struct pipeline pipeline = {
        .threads = false,
        .budget = &job->budget,
        .cancel = &job->cancel,
        .progress = &entity->progress,
    };
    bool opened = open_judge(lane, error) && reread_open(&lane->reread, &pipeline.reader, error);
    bool ok = opened && transform_create(entity->program, &job->budget, &lane->transform, error) &&
              open_writer(lane, &pipeline.writer, error);
    if (ok) {
        transform_use_groups(lane->transform, entity->grouped.groups);
        transform_keep_amendments(lane->transform);
        pipeline.transformer = transform_as_transformer(lane->transform);
        ok = pipeline_run(&pipeline, error);
    }
    amendment_writer_destroy(lane->amendments);
    loader_destroy(lane->loader);
    session_close(lane->session);
    transform_destroy(lane->transform);
    transform_destroy(lane->reread.judge);
    if (opened) {
        reread_close(&lane->reread);
    }
    lane->amendments = NULL;
    lane->loader = NULL;
    lane->session = NULL;
    lane->transform = NULL;
    lane->reread.judge = NULL;
    return ok;
}

static bool carry_until_told_apart(struct retry_lane *lane, struct error *error)
{
    for (int tried = 0; tried < TRIES; tried++) {
        struct error reason = ERROR_NONE;
        if (carry_again(lane, &reason)) {
            return true;
        }
        if (!lane->reread.again) {
            *error = reason;
            return false;
        }
    }
    error_set(error, ERROR_SOURCE, "the keys of records change while they are read");
    return error_hint(error, "Nothing of their chunk was changed. Repeat the command.");
}

static bool retry_chunk(struct retrying *retrying,
                        const struct target_reject *rejects,
                        int count,
                        struct error *error)
{
    struct job *job = retrying->job;
    struct entity *entity = retrying->entity;
    const struct target_chunk *chunk = NULL;
    struct retry_lane lane = {.retrying = retrying};
    int64_t *numbers = ARENA_ARRAY(&job->arena, int64_t, (size_t)count + 1);
    if (numbers == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        numbers[i] = rejects[i].reject;
    }
    bool ok =
        rejects_find_chunk(retrying->chunks, retrying->chunk_count, &rejects[0], &chunk, error) &&
        reread_create(&lane.reread,
                      job,
                      entity,
                      entity->source_columns,
                      entity->source_column_count,
                      chunk,
                      rejects,
                      count,
                      error);
    lane.options = (struct loader_retry){
        .numbers = numbers,
        .number_count = count,
        .found = lane.reread.found,
        .found_count = &lane.reread.found_count,
        .several = entity->mapping->emit_count > 0,
        .mapping_digest = retrying->mapping_digest,
    };
    ok = ok && carry_until_told_apart(&lane, error);
    for (int i = 0; ok && i < count; i++) {
        retrying->counts.missing += lane.reread.wanted[i].state == REREAD_MISSING;
        retrying->counts.ambiguous += lane.reread.wanted[i].state == REREAD_AMBIGUOUS;
        retrying->counts.left += lane.reread.wanted[i].state == REREAD_LEFT;
    }
    reread_release(&lane.reread);
    return ok;
}

/* What to do about records that are not retried. */
static void say_left(const struct retrying *retrying)
{
    const struct mapping *mapping = retrying->entity->mapping;
    console_log(retrying->job->console,
                LOG_WARNING,
                "retry",
                "entity %s: %s; %sbegin it again with --restart",
                mapping->entity,
                mapping->emit_count > 0
                    ? "of a record that gives several rows some may be there already"
                    : "the row of a group may be there already, or another record stands for the "
                      "group now",
                mapping->mode == LOAD_INSERT ? "empty its table and " : "");
}

static void push_count(struct text_buffer *text, uint64_t count, const char *what)
{
    if (count > 0) {
        text_buffer_format(text, ", %llu %s", (unsigned long long)count, what);
    }
}

static void say_counts(const struct retrying *retrying)
{
    const struct outcome_counts *counts = &retrying->counts;
    struct text_buffer text;
    text_buffer_init(&text, 4096);
    text_buffer_format(&text,
                       "entity %s: %llu records read again: %llu loaded, %llu filtered, %llu "
                       "rejected again",
                       retrying->entity->mapping->entity,
                       (unsigned long long)counts->asked,
                       (unsigned long long)counts->loaded,
                       (unsigned long long)counts->filtered,
                       (unsigned long long)counts->rejected);
    push_count(&text, counts->missing, "not in the source any more");
    push_count(&text, counts->ambiguous, "not to be told from others with the same key");
    push_count(&text, counts->left, "left as they are");
    if (!text.failed) {
        console_log(retrying->job->console, LOG_INFO, "retry", "%s", text.data);
    }
    text_buffer_release(&text);
    if (counts->left > 0) {
        say_left(retrying);
    }
}

/* Is today's mapping the one that the others were loaded with, or said to be another one? */
static bool accept_mapping(struct retrying *retrying, struct error *error)
{
    struct job *job = retrying->job;
    struct error changed = ERROR_NONE;
    const struct target_entity *known = &retrying->known;
    if (carry_compare(job,
                      retrying->entity,
                      "loading",
                      known->mapping_digest,
                      known->mapping_text,
                      known->plan_digest,
                      &changed)) {
        return true;
    }
    if (!job->options->changed) {
        *error = changed;
        (void)snprintf(error->hint,
                       sizeof error->hint,
                       "Restore it, or retry with --changed: what was loaded before then stays as "
                       "it was mapped, and \"novate verify\" compares all rows with the mapping of "
                       "today.");
        return false;
    }
    retrying->changed = true;
    console_log(job->console,
                LOG_WARNING,
                "changed",
                "%s; rejects are retried with that of today, what was loaded before stays as it "
                "was mapped",
                changed.message);
    return true;
}

static bool describe(struct retrying *retrying, struct error *error)
{
    struct job *job = retrying->job;
    const char *name = retrying->entity->mapping->entity;
    struct target_entity today;
    bool found = false;
    char digest[HASH_HEX_SIZE];
    char plan[HASH_HEX_SIZE];
    struct target_reject_filter retried = {
        .migration = job->plan.migration, .entity = name, .state = "retried"};
    hash_hex(retrying->entity->mapping->digest, digest);
    hash_hex(job->plan.digest, plan);
    retrying->mapping_digest = arena_string(&job->arena, digest);
    if (retrying->mapping_digest == NULL) {
        return error_set_memory(error);
    }
    if (!target_entity_get(job->target.control,
                           job->plan.migration,
                           name,
                           &job->arena,
                           &retrying->known,
                           &found,
                           error) ||
        !NOVATE_CHECK(error, found) || !accept_mapping(retrying, error) ||
        !carry_mode_reopen(job, retrying->entity, &retrying->known, &retrying->mode, error)) {
        return false;
    }
    today = retrying->known;
    today.mapping_digest = digest;
    today.mapping_text = retrying->entity->mapping->text;
    today.plan_digest = plan;
    return target_retry_begin(job->target.control, job->run, &today, error) &&
           target_rejects(job->target.control,
                          &retried,
                          &job->arena,
                          &retrying->before,
                          &retrying->before_count,
                          error) &&
           target_chunks(job->target.control,
                         job->plan.migration,
                         name,
                         &job->arena,
                         &retrying->chunks,
                         &retrying->chunk_count,
                         error);
}

static bool asks_lookup(const struct expression_spec *condition)
{
    static const char word[] = "lookup";
    const char *at = condition->text == NULL ? "" : condition->text;
    for (; *at != '\0'; at++) {
        size_t size = strnlen(at, sizeof word - 1);
        if (text_equal_case(text_from(at, size), text_of(word))) {
            return true;
        }
    }
    return false;
}

/* Does a record that is as it was give the rows that it gave then? */
static bool tells_rows(const struct retrying *retrying)
{
    const struct mapping *mapping = retrying->entity->mapping;
    bool same = mapping->emit_count == 0 || (!retrying->changed && mapping->grouping == NULL);
    for (int i = 0; i < mapping->filter_count && mapping->emit_count > 0; i++) {
        same = same && !asks_lookup(&mapping->filters[i]);
    }
    for (int i = 0; i < mapping->emit_count; i++) {
        same = same && !asks_lookup(&mapping->emits[i].when);
    }
    return same;
}

static bool retry_entity(struct job *job,
                         struct entity *entity,
                         struct target_reject *rejects,
                         int count,
                         uint64_t *asked,
                         struct error *error)
{
    struct retrying retrying = {.job = job, .entity = entity};
    bool ok = describe(&retrying, error) && grouping_read_source(job, entity, NULL, error);
    if (ok && !tells_rows(&retrying)) {
        retrying.counts.left = (uint64_t)count;
        say_left(&retrying);
        return true;
    }
    rejects_by_chunk(rejects, count);
    double started = clock_seconds();
    watch_work(&job->watch, "retry", entity->mapping->entity, &entity->progress);
    for (int first = 0; ok && first < count;) {
        int size = rejects_of_chunk(rejects, first, count);
        ok = retry_chunk(&retrying, rejects + first, size, error);
        retrying.counts.asked += ok ? (uint64_t)size : 0;
        first += size;
        if (ok && first < count && cancel_level(&job->cancel) != CANCEL_NONE) {
            error_set(error, ERROR_INTERRUPTED, "interrupted");
            ok = error_hint(error, "The same command goes on with what is still open.");
        }
    }
    ok = ok && carry_mode_release(job, &retrying.known, error);
    watch_work(&job->watch, NULL, NULL, NULL);
    entity->seconds += clock_seconds() - started;
    *asked += retrying.counts.asked;
    if (retrying.counts.asked > 0) {
        say_counts(&retrying);
    }
    return ok || error_context(error, "retrying entity \"%s\"", entity->mapping->entity);
}

static bool retry_all(struct job *job, struct error *error)
{
    uint64_t asked = 0;
    struct target_reject_filter filter = rejects_filter(job, NULL);
    if (!rejects_numbers(job, &filter.numbers, &filter.number_count, error) ||
        !rejects_check_numbers(job, &filter, error)) {
        return false;
    }
    filter.state = "open";
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        struct target_reject *rejects = NULL;
        int count = 0;
        filter.entity = entity->mapping->entity;
        if (!target_rejects(job->target.control, &filter, &job->arena, &rejects, &count, error) ||
            (count > 0 && !retry_entity(job, entity, rejects, count, &asked, error))) {
            return false;
        }
    }
    if (asked == 0) {
        error_set(error, ERROR_NOTHING, "there was nothing to do: no reject of these is open");
        return error_hint(error, "\"novate rejects list --summary\" counts them.");
    }
    return true;
}

/* The limits of the plan hold for what is left. */
static bool check_limits(struct job *job, struct error *error)
{
    uint64_t rejects = 0;
    for (int index = 0; index < job->entity_count; index++) {
        const struct entity *entity = &job->entities[index];
        uint64_t own = entity->load.rejected.rows;
        rejects += entity->mapping->limits_given ? 0 : own;
        if (!carry_share_limit(job, entity, error) ||
            !carry_count_limit(job, entity, entity->mapping->limits_given ? own : rejects, error)) {
            return false;
        }
    }
    return true;
}

static bool retry_and_finish(struct job *job, struct error *error)
{
    struct error stop = ERROR_NONE;
    const struct outcome_options outcome = {.kind = "retry", .writes_ledgers = true};
    bool ok = retry_all(job, &stop);
    for (int index = 0; index < job->entity_count; index++) {
        if (!carry_recall(job, &job->entities[index], error)) {
            return false;
        }
    }
    if (ok) {
        (void)check_limits(job, &stop);
    }
    return outcome_finish(job, &outcome, &stop, error);
}

bool rejects_retry(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    char digest[HASH_HEX_SIZE];
    if (!outcome_check_reports(options, error)) {
        return false;
    }
    bool ok = job_open(&job, options, console, error) && segments_key(&job, error) &&
              sealing_open(&job, error) && rejects_open_to_write(&job, error);
    if (ok) {
        job_watch(&job);
        hash_hex(job.plan.digest, digest);
        ok = job_compile(&job, COMPILE_FROM_SOURCE, error) &&
             ledger_run_begin(job.ledger, "retry", &job.local_run, error) &&
             target_run_begin(
                 job.target.control, job.plan.migration, "retry", digest, &job.run, error) &&
             retry_and_finish(&job, error);
    }
    job_close(&job);
    return ok;
}
