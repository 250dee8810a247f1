/* lookups_files.c — the contract is in lookups_files.h.
 *
 * A lookup of this kind is a mapping without a target: its filter is `where`, its groups are the
 * rows of a key, and its columns those of the lookup. What a row of a reference file cannot be read
 * for is not the mapping's fault: it gives no entry, and the records that ask for it do what
 * `missing` says. SPDX-License-Identifier: Apache-2.0 */
#include "lookups_files.h"

#include "carry_files.h"
#include "list_reader.h"

#include "novate/limits.h"

#include <string.h>

enum {
    GROUPS_BLOCK_BYTES = 1 << 20
};

bool lookups_files_has(const struct lookup_spec *spec)
{
    return spec->source.file != NULL && spec->source.in != NULL;
}

/* A column of the file as an expression, under a name that no other has. */
static bool name_column(struct job *job,
                        const struct lookup_spec *spec,
                        const char *column,
                        int number,
                        struct expression_spec *expression,
                        struct error *error)
{
    struct text_buffer text;
    text_buffer_init(&text, LIMIT_FIELD_BYTES);
    text_buffer_identifier(&text, column, '"');
    *expression = (struct expression_spec){
        .name = arena_format(&job->arena, "%d", number),
        .text = arena_format(&job->arena, "%.*s", (int)text.size, text.data),
        .place = spec->place,
        .name_place = spec->place,
    };
    text_buffer_release(&text);
    return (expression->name != NULL && expression->text != NULL) || error_set_memory(error);
}

bool lookups_files_compile(struct job *job,
                           const struct entity *entity,
                           const struct lookup_spec *spec,
                           const struct schema *schema,
                           const int *columns,
                           int count,
                           struct program **program,
                           struct error *error)
{
    struct mapping *mapping = ARENA_NEW(&job->arena, struct mapping);
    struct grouping_spec *grouping = ARENA_NEW(&job->arena, struct grouping_spec);
    struct expression_spec *taken = ARENA_ARRAY(&job->arena, struct expression_spec, (size_t)count);
    const struct plan_source *settings = plan_source_of(&job->plan, &spec->source, &job->problems);
    if (mapping == NULL || grouping == NULL || taken == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        const char *name = schema->columns[columns[index]].name;
        if (!name_column(job, spec, name, index, &taken[index], error)) {
            return false;
        }
    }
    *grouping = (struct grouping_spec){
        .by = taken,
        .by_count = spec->from_count,
        .keep = spec->keep,
        .on_disk = spec->store == LOOKUP_ON_DISK,
        .place = spec->place,
    };
    *mapping = (struct mapping){
        .file = entity->mapping->file,
        .directory = spec->directory,
        .entity = spec->name,
        .source = spec->source,
        .filters = &spec->where,
        .filter_count = spec->where.text != NULL,
        .columns = taken,
        .column_count = count,
        .grouping = spec->keep.text != NULL ? grouping : NULL,
        .entity_place = spec->place,
        .source_place = spec->place,
        .target_place = spec->place,
    };
    return settings == NULL || program_compile(mapping,
                                               schema,
                                               NULL,
                                               NULL,
                                               settings->timezone,
                                               &job->arena,
                                               &job->problems,
                                               program,
                                               error);
}

struct reading {
    struct job *job;
    const struct lookup_spec *spec;
    const struct program *program;
    struct source *source;
    const struct relation *relation;
    const struct chunk_list *chunks;
    const struct lookups_visitor *visitor;
    struct arena arena; /* of the groups */
    struct groups *groups;
    struct transform *transform;
    uint64_t unreadable;
    const char *first; /* of those: where, and why */
};

static bool take(void *state, struct batch *batch, struct error *error)
{
    struct reading *reading = state;
    if (reading->unreadable == 0 && batch->reject_count > 0) {
        const struct reject *reject = &batch->rejects[0];
        const char *place = reject->position != NULL ? reject->position : reject->key;
        reading->first = arena_format(&reading->job->arena, "%s: %s", place, reject->message);
        if (reading->first == NULL) {
            return error_set_memory(error);
        }
    }
    reading->unreadable += (uint64_t)batch->reject_count;
    return reading->visitor->take(reading->visitor->state, batch, error);
}

static bool collect(void *state, struct batch *batch, struct error *error)
{
    struct reading *reading = state;
    return transform_collect(reading->transform, batch, reading->groups, error);
}

/* All records: to the groups, or through the program to the visitor. */
static bool pass(struct reading *reading, bool grouping, struct error *error)
{
    struct list_reader records = {.reader = NULL};
    struct reader reader;
    int count = 0;
    const int *columns = program_source_columns(reading->program, &count);
    bool ok = list_reader_open(&records,
                               reading->source,
                               reading->relation,
                               columns,
                               count,
                               reading->chunks,
                               &reading->job->cancel,
                               &reader,
                               error) &&
              transform_create(reading->program, &reading->job->budget, &reading->transform, error);
    if (ok) {
        struct pipeline pipeline = {
            .reader = reader,
            .writer = {.state = reading, .write = grouping ? collect : take},
            .budget = &reading->job->budget,
            .cancel = &reading->job->cancel,
        };
        if (!grouping) {
            transform_use_groups(reading->transform, reading->groups);
            pipeline.transformer = transform_as_transformer(reading->transform);
        }
        ok = pipeline_run(&pipeline, error);
    }
    list_reader_close(&records);
    transform_destroy(reading->transform);
    reading->transform = NULL;
    return ok;
}

static bool is_said(const struct job *job, const char *fault)
{
    const struct unlike *said = job->unlike;
    while (said != NULL && strcmp(said->fault, fault) != 0) {
        said = said->next;
    }
    return said != NULL;
}

static bool say(struct reading *reading, const char *fault, struct error *error)
{
    struct job *job = reading->job;
    struct unlike *said = ARENA_NEW(&job->arena, struct unlike);
    if (said == NULL) {
        return error_set_memory(error);
    }
    *said = (struct unlike){.fault = fault, .next = job->unlike};
    job->unlike = said;
    job->unlike_count++;
    console_log(job->console, LOG_ERROR, "manifest", "lookup %s: %s", reading->spec->name, fault);
    return true;
}

/* Files that are not those that the supplier states are said at once, each fault once, and refused
 * when all lookups were read. */
static bool compare(struct reading *reading, struct error *error)
{
    struct job *job = reading->job;
    struct source_files files = {.count = 0};
    bool ok = relation_files(reading->relation, &job->arena, &files, error);
    for (int at = 0; ok && at < files.fault_count; at++) {
        ok = is_said(job, files.faults[at]) || say(reading, files.faults[at], error);
    }
    return ok;
}

bool lookups_files_agree(const struct job *job, struct error *error)
{
    return job->unlike_count == 0 || carry_files_refuse(job->unlike_count, error);
}

static bool find_groups(struct reading *reading, struct error *error)
{
    if (!program_has_groups(reading->program)) {
        return true;
    }
    return groups_create(reading->program,
                         job_disk_folder(reading->job),
                         &reading->arena,
                         &reading->groups,
                         error) &&
           pass(reading, true, error);
}

static void warn_of_unreadable(const struct reading *reading)
{
    if (reading->unreadable > 0) {
        (void)problem_warn(&reading->job->problems,
                           reading->spec->place,
                           "Records that ask for one of them do what \"missing\" says.",
                           "rows of lookup \"%s\" that cannot be read, and are no entries: %llu, "
                           "the first at %s",
                           reading->spec->name,
                           (unsigned long long)reading->unreadable,
                           reading->first);
    }
}

bool lookups_files_read(struct job *job,
                        const struct lookup_spec *spec,
                        const struct program *program,
                        struct source *source,
                        const struct relation *relation,
                        const struct lookups_visitor *visitor,
                        struct error *error)
{
    struct chunk_list chunks = {.count = 0};
    struct chunk_plan_options options = {.chunk_rows = 0};
    struct reading reading = {
        .job = job,
        .spec = spec,
        .program = program,
        .source = source,
        .relation = relation,
        .chunks = &chunks,
        .visitor = visitor,
    };
    arena_init(&reading.arena, GROUPS_BLOCK_BYTES, &job->budget);
    bool ok = source_plan(source, relation, &options, &job->arena, &chunks, error) &&
              compare(&reading, error) && find_groups(&reading, error) &&
              pass(&reading, false, error);
    groups_destroy(reading.groups);
    arena_release(&reading.arena);
    warn_of_unreadable(&reading);
    return ok;
}
