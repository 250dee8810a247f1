/* command_check.c — check and preview: what would be done, before anything is done.
 * SPDX-License-Identifier: Apache-2.0 */
#include "carry.h"
#include "carry_files.h"
#include "carry_mode.h"
#include "checking_examples.h"
#include "checking_health.h"
#include "checking_lookups.h"
#include "checking_target.h"
#include "commands.h"
#include "grouping.h"
#include "job.h"
#include "offline.h"

#include "novate/limits.h"

#include <stdio.h>
#include <string.h>

enum {
    OUTPUT_BYTES_MAX = 64 << 20
};

static bool print(struct console *console, struct text_buffer *out, struct error *error)
{
    bool ok = text_buffer_check(out, error);
    if (ok && out->size > 0) {
        console_result(console, out->data, out->size);
    }
    text_buffer_release(out);
    return ok;
}

static void push_columns(const struct entity *entity, struct text_buffer *out)
{
    const struct schema *schema = program_target_schema(entity->program);
    for (int index = 0; index < schema->count; index++) {
        const struct column *column = &schema->columns[index];
        text_buffer_format(out, "  %-32s ", column->name);
        type_format(column->type, out);
        text_buffer_string(out, column->nullable ? "\n" : " not null\n");
    }
    const char *const *names = NULL;
    int count = program_uncovered(entity->program, &names);
    for (int index = 0; index < count; index++) {
        text_buffer_format(out, "  %-32s left to the target, not compared\n", names[index]);
    }
}

static void push_key(const struct entity *entity, struct text_buffer *out)
{
    const struct schema *schema = relation_schema(entity->relation);
    const char *index = NULL;
    int key[LIMIT_KEY_COLUMNS];
    int count = relation_key(entity->relation, key);
    enum relation_access access = relation_access(entity->relation, &index);
    text_buffer_string(out, count == 0 ? "  key: none" : "  key: ");
    for (int i = 0; i < count; i++) {
        text_buffer_format(out, "%s%s ", i == 0 ? "" : ", ", schema->columns[key[i]].name);
        type_format(schema->columns[key[i]].type, out);
    }
    if (access == RELATION_BY_SPLIT) {
        text_buffer_format(out,
                           ", in ranges of table %s%s%s",
                           entity->mapping->source.split_table,
                           index != NULL ? ", by index " : "",
                           index != NULL ? index : "");
    } else if (access == RELATION_BY_INDEX) {
        text_buffer_format(
            out, "%s%s", index != NULL ? ", by index " : "", index != NULL ? index : "");
    }
    text_buffer_char(out, '\n');
}

static const char *const access_warnings[] = {
    [RELATION_BY_PLACE] = NULL,
    [RELATION_BY_INDEX] = NULL,
    [RELATION_BY_SPLIT] = NULL,
    [RELATION_BY_SCANS] = "no index is known to serve the key: planning and each chunk are scans",
    [RELATION_BY_SCAN] =
        "no key to read by: one scan, which cannot be resumed within, nor be gentle",
    [RELATION_HELD] = "no key to read by: one scan, which cannot be resumed within, nor be gentle; "
                      "the driver holds all rows in memory",
};

/* The chunks that loading would be planned with. */
static bool push_chunks(struct job *job,
                        struct entity *entity,
                        struct chunk_list *chunks,
                        struct text_buffer *out,
                        struct error *error)
{
    struct source *source = NULL;
    const char *index = NULL;
    uint64_t rows = 0;
    uint64_t read_rows = 0;
    /* What is wrong with files is said of all entities at once, by carry_files_look(). */
    if (!carry_plan_chunks(job, entity, chunks, error)) {
        return false;
    }
    bool ok = job_source(job, &entity->mapping->source, &source, error) &&
              source_read_rows(source, &read_rows, error);
    source_pool_return(job->sources, source);
    if (!ok) {
        return false;
    }
    for (int i = 0; i < chunks->count; i++) {
        rows += chunks->items[i].rows_estimate;
    }
    enum relation_access access = relation_access(entity->relation, &index);
    text_buffer_format(out,
                       "  chunks: %d, %s%llu rows",
                       chunks->count,
                       access == RELATION_BY_PLACE ? "" : "about ",
                       (unsigned long long)rows);
    if (access == RELATION_BY_INDEX || access == RELATION_BY_SPLIT) {
        text_buffer_format(out, ", in reads of about %llu", (unsigned long long)read_rows);
    }
    text_buffer_char(out, '\n');
    if (access_warnings[access] != NULL) {
        text_buffer_format(out, "  warning: %s\n", access_warnings[access]);
    }
    return true;
}

/* The chunks are planned unless the window is closed: `*planned`. */
static bool push_source(struct job *job,
                        struct entity *entity,
                        struct chunk_list *chunks,
                        bool *planned,
                        struct text_buffer *out,
                        struct error *error)
{
    text_buffer_format(out,
                       "  source: %d of %d columns, consistency: %s\n",
                       entity->source_column_count,
                       entity->source_schema.count,
                       relation_consistency(entity->relation));
    push_key(entity, out);
    *planned = !pace_holds(job_pace(job, entity));
    if (!*planned) {
        text_buffer_string(out, "  chunks: not planned, since the window is closed\n");
        return true;
    }
    return push_chunks(job, entity, chunks, out, error);
}

/* Columns whose values may be too large: the expression does not say. */
static void push_asked(const struct entity *entity, struct text_buffer *out)
{
    static const char *const what[PROGRAM_ASKED_COUNT] = {
        [PROGRAM_ASKED_LENGTH] = "length",
        [PROGRAM_ASKED_DIGITS] = "digits",
        [PROGRAM_ASKED_SECONDS] = "fractions of a second",
    };
    for (int asked = 0; asked < PROGRAM_ASKED_COUNT; asked++) {
        const char *const *names = NULL;
        int count = program_asked(entity->program, (enum program_asked)asked, &names);
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                text_buffer_format(out, "  %s checked per record: ", what[asked]);
            }
            text_buffer_format(out, "%s%s", names[i], i == count - 1 ? "\n" : ", ");
        }
    }
}

static void push_mode(const struct mapping *mapping, struct text_buffer *out)
{
    if (mapping->mode != LOAD_INSERT) {
        text_buffer_format(out,
                           "  mode: %s, %s\n",
                           load_mode_text(mapping->mode),
                           load_mode_meaning(mapping->mode));
    }
}

/* What the plan would do with an entity, from both catalogues; of records only keys are read, and
 * what lookups are asked for. */
static bool check_entity(struct job *job,
                         struct entity *entity,
                         struct text_buffer *out,
                         struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    text_buffer_format(out, "entity %s -> %s\n", mapping->entity, mapping->target_table);
    push_mode(mapping, out);
    struct chunk_list chunks = {.count = 0};
    bool planned = false;
    if (entity->relation != NULL && !push_source(job, entity, &chunks, &planned, out, error)) {
        return false;
    }
    push_columns(entity, out);
    push_asked(entity, out);
    checking_lookups_push(entity, out);
    if (entity->relation != NULL &&
        !checking_lookups_count(job, entity, planned ? &chunks : NULL, out, error)) {
        return false;
    }
    if (entity->table == NULL) {
        return true;
    }
    bool has_rows = false;
    if (!session_table_has_rows(
            job->target.control, entity->table, mapping->scope, &has_rows, error)) {
        return false;
    }
    const char *parameters[] = {entity->table->quoted};
    struct session_result result;
    if (!session_query(job->target.control,
                       "SELECT has_table_privilege($1, 'INSERT')",
                       1,
                       parameters,
                       &job->arena,
                       &result,
                       error)) {
        return false;
    }
    if (strcmp(session_value(&result, 0, 0), "t") != 0) {
        problem_add(&job->problems,
                    mapping->target_place,
                    "Grant INSERT on it to this role.",
                    "no privilege to insert into table \"%s\"",
                    mapping->target_table);
    }
    text_buffer_format(out, "  target: %s\n", has_rows ? "has rows already" : "empty");
    return checking_target_push(job, entity, out, error) && carry_mode_check(job, entity, error);
}

/* How hard each source would be read. */
static void push_paces(const struct job *job, struct text_buffer *out)
{
    for (int index = 0; index < job->plan.source_count; index++) {
        const struct plan_source *source = &job->plan.sources[index];
        bool only = job->plan.source_count == 1;
        text_buffer_format(out, "pace of %s: ", only ? "the source" : source->name);
        if (source->pace.rows_per_second_max == 0) {
            text_buffer_string(out, "no ceiling");
        } else {
            text_buffer_format(
                out, "at most %llu rows/s", (unsigned long long)source->pace.rows_per_second_max);
        }
        text_buffer_format(
            out, ", reads of %llu ms, ", (unsigned long long)source->pace.chunk_ms_target);
        if (source->pace.connections_max == 0) {
            text_buffer_string(out, "connections as --jobs says");
        } else {
            text_buffer_format(out,
                               "at most %llu connection%s",
                               (unsigned long long)source->pace.connections_max,
                               source->pace.connections_max == 1 ? "" : "s");
        }
        if (source->pace.back_off > 0) {
            text_buffer_format(out, ", waits while its latency is over %gx", source->pace.back_off);
        }
        if (source->pace.window.given) {
            text_buffer_format(out,
                               ", window %02d:%02d-%02d:%02d %s (",
                               source->pace.window.begin_minute / 60,
                               source->pace.window.begin_minute % 60,
                               source->pace.window.end_minute / 60,
                               source->pace.window.end_minute % 60,
                               source->timezone);
            pace_window(source_pool_pace(job->sources, source), out);
            text_buffer_char(out, ')');
        }
        text_buffer_char(out, '\n');
    }
}

static bool check_online(struct job *job, struct text_buffer *out, struct error *error)
{
    struct health_counts health = {{0}};
    struct examples_result examples = {0};
    if (!job_target_look(job, error)) {
        return false;
    }
    text_buffer_format(out, "target: %s\n", session_description(job->target.control));
    if (!job_compile(job, COMPILE_FROM_SOURCE, error)) {
        return false;
    }
    push_paces(job, out);
    if (!checking_health_sources(job, out, &health, error)) {
        return false;
    }
    for (int index = 0; index < job->entity_count; index++) {
        if (!check_entity(job, &job->entities[index], out, error) ||
            !checking_health_entity(job, &job->entities[index], out, &health, error) ||
            !checking_examples_entity(job, &job->entities[index], &examples, error)) {
            return false;
        }
    }
    checking_health_total(&health, out);
    checking_examples_total(job, &examples, out);
    if (!checking_target_left(job, out, error)) {
        return false;
    }
    return job_check_problems(job, error) && carry_files_look(job, out, error);
}

/* What the files alone say: catalogues are not asked. */
static bool check_offline(struct job *job, struct text_buffer *out, struct error *error)
{
    struct examples_result examples = {0};
    if (!offline_target(job, out, error)) {
        return false;
    }
    push_paces(job, out);
    for (int index = 0; index < job->entity_count; index++) {
        struct entity *entity = &job->entities[index];
        const char *unknown = NULL;
        if (!offline_compile(job, entity, &unknown, error)) {
            return false;
        }
        text_buffer_format(out,
                           "entity %s: %s%s\n",
                           entity->mapping->entity,
                           unknown == NULL         ? "checked against its files"
                           : entity->table == NULL ? "syntax only; "
                                                   : "syntax and names of target columns only; ",
                           unknown == NULL ? "" : unknown);
        push_mode(entity->mapping, out);
        if (entity->program == NULL) {
            examples_skip(&examples, entity->mapping->example_count, unknown);
        } else if (!checking_examples_entity(job, entity, &examples, error)) {
            return false;
        }
    }
    checking_examples_total(job, &examples, out);
    text_buffer_format(out,
                       "plan %s: %d mapping%s; nothing was connected to (--offline)\n",
                       job->options->plan,
                       job->entity_count,
                       job->entity_count == 1 ? "" : "s");
    return job_check_problems(job, error);
}

static void push_outcome(const struct job *job, struct text_buffer *out)
{
    if (job->warnings == 0) {
        text_buffer_format(out, "plan %s: no problem found\n", job->options->plan);
    } else {
        text_buffer_format(out,
                           "plan %s: no error found, %d warning%s\n",
                           job->options->plan,
                           job->warnings,
                           job->warnings == 1 ? "" : "s");
    }
}

bool command_check(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer out;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error);
    if (ok && options->offline) {
        ok = check_offline(&job, &out, error);
    } else if (ok) {
        ok = check_online(&job, &out, error);
        push_outcome(&job, &out);
    }
    if (ok) {
        ok = print(console, &out, error);
    } else {
        text_buffer_release(&out);
    }
    job_close(&job);
    return ok;
}

struct first_chunk {
    const struct chunk_list *chunks;
    bool given;
};

static bool give_first(void *state, const struct chunk **chunk)
{
    struct first_chunk *first = state;
    if (first->given || first->chunks->count == 0) {
        return false;
    }
    first->given = true;
    *chunk = &first->chunks->items[0];
    return true;
}

static void push_rows(const struct batch *batch, uint64_t rows_max, struct text_buffer *out)
{
    const struct schema *schema = batch->schema;
    for (int row = 0; row < batch->rows && (uint64_t)row < rows_max; row++) {
        text_buffer_format(out, "- record %d\n", row + 1);
        for (int index = 0; index < schema->count; index++) {
            text_buffer_format(out, "    %-32s ", schema->columns[index].name);
            if (vector_is_null(&batch->columns[index], row)) {
                text_buffer_string(out, "NULL");
            } else {
                vector_format(&batch->columns[index], row, out);
            }
            text_buffer_char(out, '\n');
        }
    }
    for (int index = 0; index < batch->reject_count; index++) {
        const struct reject *reject = &batch->rejects[index];
        text_buffer_format(out,
                           "- rejected %s: %s%s%s: %s\n",
                           reject->key,
                           reject_class_text(reject->class),
                           reject->column == NULL ? "" : ", column ",
                           reject->column == NULL ? "" : reject->column,
                           reject->message);
    }
}

/* Cuts a batch to its first rows, so that preview maps no more than it shows. */
static void cut_batch(struct batch *batch, uint64_t rows_max)
{
    if ((uint64_t)batch->rows <= rows_max) {
        return;
    }
    batch_set_rows(batch, (int)rows_max);
    int kept = 0;
    for (int index = 0; index < batch->error_count; index++) {
        if (batch->errors[index].row < (uint16_t)batch->rows) {
            batch->errors[kept++] = batch->errors[index];
        }
    }
    batch->error_count = kept;
}

static bool preview_rows(struct job *job,
                         struct entity *entity,
                         const struct reader *reader,
                         struct transform *transform,
                         struct text_buffer *out,
                         struct error *error)
{
    struct batch in = {.rows = 0};
    struct batch mapped = {.rows = 0};
    const struct transformer with = transform_as_transformer(transform);
    const struct transformer *transformer = &with;
    bool more = false;
    bool again = true;
    bool ok = batch_init(&in, reader->schema, &job->budget, error) &&
              batch_init(&mapped, transformer->schema, &job->budget, error) &&
              reader->next(reader->state, &in, &more, error);
    text_buffer_format(
        out, "entity %s -> %s\n", entity->mapping->entity, entity->mapping->target_table);
    if (ok && more) {
        cut_batch(&in, job->options->rows);
        ok = grouping_take_batch(job, entity, &in, error);
        transform_use_groups(transform, entity->grouped.groups);
        if (ok && program_has_groups(entity->program)) {
            text_buffer_string(out, "  groups are those of these records alone\n");
        }
        while (ok && again) {
            ok = transformer->apply(transformer->state, &in, &mapped, error);
            if (ok) {
                push_rows(&mapped, job->options->rows, out);
                again = mapped.again;
            }
        }
    } else if (ok) {
        text_buffer_string(out, "  the source has no records\n");
    }
    batch_release(&mapped);
    batch_release(&in);
    return ok;
}

static bool preview_entity(struct job *job,
                           struct entity *entity,
                           struct text_buffer *out,
                           struct error *error)
{
    struct chunk_list chunks = {.count = 0};
    struct first_chunk first = {.chunks = &chunks};
    struct chunk_supply supply = {.state = &first, .next = give_first};
    struct source *source = NULL;
    struct source_reader *reader = NULL;
    struct transform *transform = NULL;
    bool ok = carry_plan(job, entity, &chunks, error) &&
              job_source(job, &entity->mapping->source, &source, error) &&
              source_reader_open(source,
                                 entity->relation,
                                 entity->source_columns,
                                 entity->source_column_count,
                                 &supply,
                                 &job->cancel,
                                 &reader,
                                 error) &&
              transform_create(entity->program, &job->budget, &transform, error);
    if (ok) {
        struct reader from = source_reader_as_reader(reader);
        ok = preview_rows(job, entity, &from, transform, out, error);
    }
    source_reader_close(reader);
    source_pool_return(job->sources, source);
    transform_destroy(transform);
    return ok ? true : error_context(error, "previewing entity \"%s\"", entity->mapping->entity);
}

bool command_preview(const struct options *options, struct console *console, struct error *error)
{
    struct job job;
    struct text_buffer out;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = job_open(&job, options, console, error);
    if (ok) {
        job_watch(&job);
    }
    ok = ok && job_target_look(&job, error) && job_compile(&job, COMPILE_FROM_SOURCE, error);
    for (int index = 0; ok && index < job.entity_count; index++) {
        ok = preview_entity(&job, &job.entities[index], &out, error);
    }
    if (ok) {
        ok = print(console, &out, error);
    } else {
        text_buffer_release(&out);
    }
    job_close(&job);
    return ok;
}
