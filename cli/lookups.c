/* lookups.c — where the codes of lookups come from: files, the source's tables, the target's
 * tables. SPDX-License-Identifier: Apache-2.0 */
#include "job.h"
#include "list_reader.h"
#include "lookups_files.h"
#include "lookups_shared.h"

#include "novate/limits.h"
#include "novate/target_facts.h"
#include "novate/target_state.h"

#include <stdlib.h>
#include <string.h>

/* Columns of one lookup: keys, values, and those of a period. */
#define LOOKUP_COLUMNS_MAX (2 * LIMIT_KEY_COLUMNS + 2)

/* A lookup's origin, described. `source` is lent by the job, or our own for files. */
struct origin {
    struct source *source;
    bool own_source;
    struct relation *relation;
    struct target_table *table;
    const struct schema *schema;
};

static bool is_own_file(const struct lookup_spec *spec)
{
    return spec->source.file != NULL && !lookups_files_has(spec);
}

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
    if (is_own_file(spec)) {
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

static int column_count(const struct lookup_spec *spec)
{
    return spec->from_count + spec->to_count + spec->valid_at_count;
}

static const char *column_name(const struct lookup_spec *spec, int index)
{
    if (index < spec->from_count) {
        return spec->from[index];
    }
    index -= spec->from_count;
    return index < spec->to_count ? spec->to[index] : spec->valid_at[index - spec->to_count];
}

/* Indices of the lookup's columns in the origin's schema; -1s are problems. */
static bool find_columns(struct job *job,
                         const struct lookup_spec *spec,
                         const struct schema *schema,
                         int *columns)
{
    bool ok = true;
    for (int index = 0; index < column_count(spec); index++) {
        const char *name = column_name(spec, index);
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

static bool make_lookup(struct job *job,
                        const struct lookup_spec *spec,
                        const struct schema *schema,
                        struct lookup **lookup,
                        struct error *error)
{
    if (!lookup_create(spec, schema, &job->arena, lookup, error)) {
        return false;
    }
    if (spec->store == LOOKUP_ON_DISK) {
        lookup_keep_on_disk(*lookup, job_disk_folder(job));
    }
    return true;
}

static bool make_from_origin(struct job *job,
                             const struct lookup_spec *spec,
                             const struct schema *from,
                             const int *columns,
                             struct lookup **lookup,
                             struct error *error)
{
    int count = column_count(spec);
    struct schema *schema = ARENA_NEW(&job->arena, struct schema);
    struct column *picked = ARENA_ARRAY(&job->arena, struct column, (size_t)count);
    if (schema == NULL || picked == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        picked[index] = from->columns[columns[index]];
    }
    *schema = (struct schema){.columns = picked, .count = count};
    return !lookup_check_periods(spec, schema, &job->problems) ||
           make_lookup(job, spec, schema, lookup, error);
}

static bool describe_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    const struct lookup *same = lookups_same_before(job, entity, at);
    if (same != NULL && !lookups_files_has(spec)) { /* conditions of these are checked, too */
        return make_lookup(job, spec, lookup_schema_of(same), &entity->lookups[at], error);
    }
    struct origin origin = {.source = NULL};
    int columns[LOOKUP_COLUMNS_MAX];
    bool ok = column_count(spec) <= LOOKUP_COLUMNS_MAX
                  ? open_origin(job, entity, spec, &origin, error)
                  : error_set(error,
                              ERROR_PLAN,
                              "lookup \"%s\" has more than %d columns",
                              spec->name,
                              LOOKUP_COLUMNS_MAX);
    if (ok && origin.schema != NULL && find_columns(job, spec, origin.schema, columns)) {
        struct program *rows = NULL;
        ok = make_from_origin(job, spec, origin.schema, columns, &entity->lookups[at], error) &&
             (!lookups_files_has(spec) ||
              lookups_files_compile(
                  job, entity, spec, origin.schema, columns, column_count(spec), &rows, error));
    }
    close_origin(job, &origin);
    return ok ? true : error_context(error, "looking up the lookup \"%s\"", spec->name);
}

bool lookups_reachable(const struct job *job, const struct lookup_spec *spec)
{
    return !job->options->offline || is_own_file(spec);
}

bool lookups_described(const struct job *job, const struct lookup_spec *spec)
{
    bool declared = spec->target_table != NULL && job->target.control != NULL;
    return declared || lookups_reachable(job, spec);
}

/* A lookup whose relation is not asked: its columns count as texts, periods as timestamps. */
static bool assume_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    int count = column_count(spec);
    struct schema *schema = ARENA_NEW(&job->arena, struct schema);
    struct column *columns = ARENA_ARRAY(&job->arena, struct column, (size_t)count);
    if (schema == NULL || columns == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < count; index++) {
        columns[index] = (struct column){
            .name = column_name(spec, index),
            .type = type_of(index < spec->from_count + spec->to_count ? TYPE_TEXT : TYPE_TIMESTAMP),
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
    entity->lookups_shared =
        ARENA_ARRAY(&job->arena, const struct shared_lookup *, (size_t)count + 1);
    entity->lookups_unread = ARENA_ARRAY(&job->arena, bool, (size_t)count + 1);
    if (entity->lookups == NULL || entity->lookups_shared == NULL ||
        entity->lookups_unread == NULL) {
        return error_set_memory(error);
    }
    for (int at = 0; at < count; at++) {
        bool described = lookups_described(job, &entity->mapping->lookups[at]);
        if (!(described ? describe_lookup : assume_lookup)(job, entity, at, error)) {
            return false;
        }
    }
    return true;
}

static bool pour(struct job *job,
                 const struct lookups_visitor *visitor,
                 const struct reader *reader,
                 struct error *error)
{
    struct batch batch = {.rows = 0};
    bool ok = batch_init(&batch, reader->schema, &job->budget, error);
    bool more = ok;
    while (ok && more) {
        ok = reader->next(reader->state, &batch, &more, error);
        if (ok && more) {
            ok = visitor->take(visitor->state, &batch, error);
        }
    }
    batch_release(&batch);
    return ok;
}

static bool read_from_source(struct job *job,
                             const struct lookups_visitor *visitor,
                             const struct origin *origin,
                             const int *columns,
                             int count,
                             struct error *error)
{
    struct chunk_list chunks = {.count = 0};
    struct chunk_plan_options options = {.uncounted = true};
    struct list_reader records = {.reader = NULL};
    struct reader reader;
    bool ok =
        source_plan(origin->source, origin->relation, &options, &job->arena, &chunks, error) &&
        list_reader_open(&records,
                         origin->source,
                         origin->relation,
                         columns,
                         count,
                         &chunks,
                         &job->cancel,
                         &reader,
                         error) &&
        pour(job, visitor, &reader, error);
    list_reader_close(&records);
    return ok;
}

static bool read_from_files(struct job *job,
                            const struct entity *entity,
                            const struct lookup_spec *spec,
                            const struct lookups_visitor *visitor,
                            const struct origin *origin,
                            const int *columns,
                            struct error *error)
{
    struct program *rows = NULL;
    return lookups_files_compile(
               job, entity, spec, origin->schema, columns, column_count(spec), &rows, error) &&
           NOVATE_CHECK(error, rows != NULL) &&
           lookups_files_read(job, spec, rows, origin->source, origin->relation, visitor, error);
}

static bool read_from_target(struct job *job,
                             const struct lookup_spec *spec,
                             const struct lookups_visitor *visitor,
                             const struct origin *origin,
                             const int *columns,
                             int count,
                             struct error *error)
{
    struct target_reader *reader = NULL;
    const char *where = spec->source.where;
    bool ok = target_reader_open(
        job->target.control, origin->table, columns, count, where, &reader, error);
    if (ok) {
        struct reader contract = target_reader_as_reader(reader);
        ok = pour(job, visitor, &contract, error);
    }
    target_reader_close(reader);
    return ok;
}

/* Whoever only checks does not wait for the window of a source to open. */
static bool is_left(struct job *job, const struct entity *entity, const struct lookup_spec *spec)
{
    if (job->options->command != COMMAND_CHECK || spec->target_table != NULL ||
        spec->source.file != NULL) {
        return false;
    }
    const struct plan_source *settings =
        plan_source_of(&job->plan,
                       spec->source.in != NULL ? &spec->source : &entity->mapping->source,
                       &job->problems);
    return settings != NULL && pace_holds(source_pool_pace(job->sources, settings));
}

bool lookups_read(struct job *job,
                  struct entity *entity,
                  int at,
                  const struct lookups_visitor *visitor,
                  struct error *error)
{
    const struct lookup_spec *spec = &entity->mapping->lookups[at];
    struct origin origin = {.source = NULL};
    int columns[LOOKUP_COLUMNS_MAX];
    int count = column_count(spec);
    bool ok = open_origin(job, entity, spec, &origin, error);
    if (ok && origin.schema != NULL && find_columns(job, spec, origin.schema, columns)) {
        ok = lookups_files_has(spec)
                 ? read_from_files(job, entity, spec, visitor, &origin, columns, error)
             : origin.table == NULL
                 ? read_from_source(job, visitor, &origin, columns, count, error)
                 : read_from_target(job, spec, visitor, &origin, columns, count, error);
    }
    close_origin(job, &origin);
    return ok;
}

struct filling {
    struct job *job;
    struct lookup *lookup;
};

static bool take_entries(void *state, const struct batch *batch, struct error *error)
{
    struct filling *filling = state;
    return lookup_fill(filling->lookup, batch, &filling->job->problems, error);
}

static bool fill_lookup(struct job *job, struct entity *entity, int at, struct error *error)
{
    struct lookup *lookup = entity->lookups[at];
    struct filling filling = {.job = job, .lookup = lookup};
    const struct lookups_visitor visitor = {.state = &filling, .take = take_entries};
    bool ok = lookups_read(job, entity, at, &visitor, error)
                  ? lookup == NULL || lookup_seal(lookup, &job->problems, error)
                  : lookup != NULL && lookup_explain_memory(lookup, error);
    return ok ? true
              : error_context(
                    error, "filling the lookup \"%s\"", entity->mapping->lookups[at].name);
}

/* Only a run loads what the lookups of the same run ask; check says so. */
static bool may_await(const struct job *job, const struct entity *entity)
{
    enum command_id command = job->options->command;
    return entity > job->entities && !job->options->dry_run &&
           (command == COMMAND_RUN || command == COMMAND_REHEARSE || command == COMMAND_CHECK);
}

/* Whether an entity fills one of the tables. */
static bool fills(const struct entity *entity, const uint32_t *oids, int count)
{
    bool found = false;
    for (int at = 0; at < count; at++) {
        found = found || oids[at] == entity->table->oid;
    }
    return found;
}

/* Do earlier entities fill the table that is asked, or one that it is a view over? Then it is read
 * late, and before what later ones bring. */
static bool find_awaited(struct job *job,
                         struct entity *entity,
                         const struct lookup_spec *spec,
                         bool *awaited,
                         struct error *error)
{
    struct origin origin = {.source = NULL};
    uint32_t *oids = NULL;
    int count = 0;
    if (!open_origin(job, entity, spec, &origin, error) ||
        (origin.table != NULL &&
         !target_bases(job->target.control, origin.table, &job->arena, &oids, &count, error))) {
        return false;
    }
    for (int other = 0; other < job->entity_count; other++) {
        bool is_earlier = &job->entities[other] < entity;
        if ((is_earlier || *awaited) && &job->entities[other] != entity &&
            fills(&job->entities[other], oids, count)) {
            entity->awaits[other] = true;
            *awaited = *awaited || is_earlier;
        }
    }
    return true;
}

bool lookups_fill(struct job *job, struct entity *entity, struct error *error)
{
    entity->awaits = ARENA_ARRAY(&job->arena, bool, (size_t)job->entity_count);
    if (entity->awaits == NULL) {
        return error_set_memory(error);
    }
    for (int at = 0; at < entity->mapping->lookup_count; at++) {
        const struct lookup_spec *spec = &entity->mapping->lookups[at];
        bool *unread = &entity->lookups_unread[at];
        *unread = !lookups_reachable(job, spec) || is_left(job, entity, spec);
        if (spec->target_table != NULL && !*unread && may_await(job, entity) &&
            !find_awaited(job, entity, spec, unread, error)) {
            return false;
        }
        if (!*unread && !lookups_share(job, entity, at) &&
            (!fill_lookup(job, entity, at, error) || !lookups_offer(job, entity, at, error))) {
            return false;
        }
    }
    return true;
}

/* What was just loaded has no statistics: a query of it, such as the condition of a lookup, might
 * be planned as that of an empty table. What the plan wants at the end of the run is done now. */
static bool analyze_awaited(struct job *job, const struct entity *entity, struct error *error)
{
    enum plan_maintenance wanted = job->plan.target.maintenance;
    bool ok = true;
    if (entity->awaits == NULL) { /* a stage that asks no lookups */
        return true;
    }
    for (int at = 0; ok && wanted != MAINTENANCE_NONE && &job->entities[at] < entity; at++) {
        const struct entity *loaded = &job->entities[at];
        bool needs = false;
        if (entity->awaits[at]) {
            ok = target_needs_analyze(job->target.control,
                                      job->plan.migration,
                                      loaded->mapping->entity,
                                      loaded->table,
                                      &needs,
                                      error) &&
                 (!needs ||
                  target_analyze(
                      job->target.control, loaded->table, wanted == MAINTENANCE_VACUUM, error));
        }
    }
    return ok;
}

bool lookups_fill_late(struct job *job, struct entity *entity, struct error *error)
{
    if (!analyze_awaited(job, entity, error)) {
        return false;
    }
    for (int at = 0; entity->program != NULL && at < entity->mapping->lookup_count; at++) {
        if (entity->lookups_unread[at]) {
            if (!fill_lookup(job, entity, at, error)) {
                return false;
            }
            entity->lookups_unread[at] = false;
        }
    }
    return job_check_problems(job, error);
}

void lookups_release(struct entity *entity)
{
    for (int at = 0; entity->lookups != NULL && at < entity->mapping->lookup_count; at++) {
        lookup_release(entity->lookups[at]);
    }
}
