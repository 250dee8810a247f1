/* lookups.c — where the codes of lookups come from: files, the source's tables, the target's
 * tables. SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include "novate/limits.h"

#include <string.h>

/* A lookup's origin, described. `source` is lent by the job, or our own for files. */
struct origin {
    struct source *source;
    bool own_source;
    struct relation *relation;
    struct target_table *table;
    const struct schema *schema;
};

static bool open_origin(struct job *job,
                        const struct entity *entity,
                        const struct lookup_spec *spec,
                        struct origin *origin,
                        struct error *error)
{
    const char *nearest = NULL;
    if (spec->target_table != NULL) {
        if (job->target.control == NULL) {
            (void)problem_add(&job->problems,
                              spec->place,
                              NULL,
                              "lookup \"%s\" needs the target, which is not connected",
                              spec->name);
            return true;
        }
        if (!session_describe(job->target.control,
                              spec->target_table,
                              &job->arena,
                              &origin->table,
                              &nearest,
                              error)) {
            return false;
        }
        if (origin->table == NULL) {
            const char *hint =
                nearest == NULL ? NULL
                                : arena_format(&job->arena, "Perhaps you meant \"%s\".", nearest);
            (void)problem_add(&job->problems,
                              spec->place,
                              hint,
                              "table \"%s\" does not exist in the target",
                              spec->target_table);
            return true;
        }
        origin->schema = &origin->table->schema;
        return true;
    }
    if (spec->source.file != NULL) {
        if (!source_open_directory(spec->directory, &origin->source, error)) {
            return false;
        }
        origin->own_source = true;
    } else if (!job_source(job,
                           spec->source.in != NULL ? &spec->source : &entity->mapping->source,
                           &origin->source,
                           error)) {
        return false;
    }
    if (origin->source == NULL) {
        return true;
    }
    if (!source_describe(
            origin->source, &spec->source, &job->arena, &job->problems, &origin->relation, error)) {
        return false;
    }
    origin->schema = origin->relation == NULL ? NULL : relation_schema(origin->relation);
    return true;
}

static void close_origin(struct job *job, struct origin *origin)
{
    if (origin->own_source) {
        source_close(origin->source);
    } else {
        source_pool_return(job->sources, origin->source);
    }
}

/* Indices of the from and to columns in the origin's schema; -1s are problems. */
static bool find_columns(struct job *job,
                         const struct lookup_spec *spec,
                         const struct schema *schema,
                         int *columns)
{
    bool ok = true;
    int count = spec->from_count + spec->to_count;
    for (int index = 0; index < count; index++) {
        const char *name =
            index < spec->from_count ? spec->from[index] : spec->to[index - spec->from_count];
        columns[index] = schema_find(schema, text_of(name), false);
        if (columns[index] >= 0) {
            continue;
        }
        const char *names[LIMIT_COLUMNS];
        for (int at = 0; at < schema->count && at < LIMIT_COLUMNS; at++) {
            names[at] = schema->columns[at].name;
        }
        const char *nearest = text_nearest(name, names, (size_t)schema->count);
        const char *hint = nearest == NULL
                               ? NULL
                               : arena_format(&job->arena, "Perhaps you meant \"%s\".", nearest);
        ok = problem_add(&job->problems,
                         spec->place,
                         hint,
                         "lookup \"%s\" has no column \"%s\"",
                         spec->name,
                         name);
    }
    return ok;
}

static bool describe_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    struct origin origin = {.source = NULL};
    int columns[2 * LIMIT_KEY_COLUMNS];
    int count = spec->from_count + spec->to_count;
    bool ok = count <= 2 * LIMIT_KEY_COLUMNS ? open_origin(job, entity, spec, &origin, error)
                                             : error_set(error,
                                                         ERROR_PLAN,
                                                         "lookup \"%s\" has more than %d columns",
                                                         spec->name,
                                                         2 * LIMIT_KEY_COLUMNS);
    if (ok && origin.schema != NULL && find_columns(job, spec, origin.schema, columns)) {
        struct schema *schema = ARENA_NEW(&job->arena, struct schema);
        struct column *picked = ARENA_ARRAY(&job->arena, struct column, (size_t)count);
        if (schema == NULL || picked == NULL) {
            ok = error_set_memory(error);
        } else {
            for (int index = 0; index < count; index++) {
                picked[index] = origin.schema->columns[columns[index]];
            }
            *schema = (struct schema){.columns = picked, .count = count};
            ok = lookup_create(spec, schema, &job->arena, &entity->lookups[at], error);
        }
    }
    close_origin(job, &origin);
    return ok ? true : error_context(error, "looking up the lookup \"%s\"", spec->name);
}

bool lookups_reachable(const struct job *job, const struct lookup_spec *spec)
{
    return !job->options->offline || spec->source.file != NULL;
}

/* A lookup whose relation is not asked: its columns count as texts. */
static bool assume_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    int count = spec->from_count + spec->to_count;
    struct schema *schema = ARENA_NEW(&job->arena, struct schema);
    struct column *columns = ARENA_ARRAY(&job->arena, struct column, (size_t)count);
    if (schema == NULL || columns == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        columns[index] = (struct column){
            .name =
                index < spec->from_count ? spec->from[index] : spec->to[index - spec->from_count],
            .type = type_of(TYPE_TEXT),
            .nullable = true,
        };
    }
    *schema = (struct schema){.columns = columns, .count = count};
    return lookup_create(spec, schema, &job->arena, &entity->lookups[at], error);
}

bool lookups_describe(struct job *job, struct entity *entity, struct error *error)
{
    int count = entity->mapping->lookup_count;
    entity->lookups = ARENA_ARRAY(&job->arena, struct lookup *, (size_t)count + 1);
    if (entity->lookups == NULL) {
        return error_set_memory(error);
    }
    for (int at = 0; at < count; at++) {
        bool reachable = lookups_reachable(job, &entity->mapping->lookups[at]);
        if (!(reachable ? describe_lookup : assume_lookup)(job, entity, at, error)) {
            return false;
        }
    }
    return true;
}

struct list_supply {
    const struct chunk_list *chunks;
    int next;
};

static bool next_chunk(void *state, const struct chunk **chunk)
{
    struct list_supply *supply = state;
    if (supply->next == supply->chunks->count) {
        return false;
    }
    *chunk = &supply->chunks->items[supply->next++];
    return true;
}

static bool pour(struct job *job,
                 struct lookup *lookup,
                 const struct reader *reader,
                 struct error *error)
{
    struct batch batch = {.rows = 0};
    bool ok = batch_init(&batch, reader->schema, &job->budget, error);
    bool more = ok;
    while (ok && more) {
        ok = reader->next(reader->state, &batch, &more, error);
        if (ok && more) {
            ok = lookup_fill(lookup, &batch, &job->problems, error);
        }
    }
    batch_release(&batch);
    return ok;
}

static bool fill_from_source(struct job *job,
                             struct lookup *lookup,
                             const struct origin *origin,
                             const int *columns,
                             int count,
                             struct error *error)
{
    struct chunk_list chunks = {.count = 0};
    struct chunk_plan_options options = {.chunk_rows = 0};
    struct list_supply list = {.chunks = &chunks};
    struct chunk_supply supply = {.state = &list, .next = next_chunk};
    struct source_reader *reader = NULL;
    bool ok =
        source_plan(origin->source, origin->relation, &options, &job->arena, &chunks, error) &&
        source_reader_open(origin->source,
                           origin->relation,
                           columns,
                           count,
                           &supply,
                           &job->cancel,
                           &reader,
                           error);
    if (ok) {
        struct reader contract = source_reader_as_reader(reader);
        ok = pour(job, lookup, &contract, error);
    }
    source_reader_close(reader);
    return ok;
}

static bool fill_from_target(struct job *job,
                             struct lookup *lookup,
                             const struct origin *origin,
                             const int *columns,
                             int count,
                             struct error *error)
{
    struct target_reader *reader = NULL;
    bool ok = target_reader_open(
        job->target.control, origin->table, columns, count, NULL, &reader, error);
    if (ok) {
        struct reader contract = target_reader_as_reader(reader);
        ok = pour(job, lookup, &contract, error);
    }
    target_reader_close(reader);
    return ok;
}

static bool fill_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    struct lookup *lookup = entity->lookups[at];
    struct origin origin = {.source = NULL};
    int columns[2 * LIMIT_KEY_COLUMNS];
    int count = spec->from_count + spec->to_count;
    bool ok = open_origin(job, entity, spec, &origin, error);
    if (ok && origin.schema != NULL && find_columns(job, spec, origin.schema, columns)) {
        ok = (origin.table == NULL
                  ? fill_from_source(job, lookup, &origin, columns, count, error)
                  : fill_from_target(job, lookup, &origin, columns, count, error)) &&
             lookup_seal(lookup, &job->problems, error);
    }
    close_origin(job, &origin);
    return ok ? true : error_context(error, "filling the lookup \"%s\"", spec->name);
}

bool lookups_fill(struct job *job, struct entity *entity, struct error *error)
{
    for (int at = 0; at < entity->mapping->lookup_count; at++) {
        if (lookups_reachable(job, &entity->mapping->lookups[at]) &&
            !fill_lookup(job, entity, at, error)) {
            return false;
        }
    }
    return true;
}
