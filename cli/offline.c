/* offline.c — mappings without any connection; the contract is in offline.h.
 *
 * What is known: the columns of files that are there, or declared in full; lookups that are files;
 * the target's tables, where the plan has a schema and a temporary PostgreSQL can be made of it.
 * Lookups of tables count as texts, so what is said of expressions that use them is not believed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "offline.h"

#include "novate/limits.h"

#include <string.h>

/* Describes files that are there. A plan that has a connection, too, is taken without it. */
static bool describe_files(struct job *job,
                           struct entity *entity,
                           const struct plan_source *settings,
                           struct error *error)
{
    struct plan_source *files = ARENA_NEW(&job->arena, struct plan_source);
    struct source *source = NULL;
    if (files == NULL) {
        return error_set_memory(error);
    }
    *files = *settings;
    files->odbc = NULL;
    bool ok = source_open(files, NULL, &source, error) && source_describe(source,
                                                                          &entity->mapping->source,
                                                                          &job->arena,
                                                                          &job->problems,
                                                                          &entity->relation,
                                                                          error);
    source_close(source);
    if (!ok) {
        return error_context(
            error, "looking up the source of entity \"%s\"", entity->mapping->entity);
    }
    if (entity->relation != NULL) {
        entity->source_schema = *relation_schema(entity->relation);
    }
    return true;
}

/* The columns that the mapping declares; all of them, where the file has no header. */
static bool take_declared(struct job *job, struct entity *entity, struct error *error)
{
    const struct relation_spec *spec = &entity->mapping->source;
    struct column *columns =
        ARENA_ARRAY(&job->arena, struct column, (size_t)spec->column_count + 1);
    if (columns == NULL) {
        return error_set_memory(error);
    }
    for (int index = 0; index < spec->column_count; index++) {
        const char *declared = spec->columns[index].type;
        struct type type = type_of(TYPE_TEXT);
        if (declared != NULL && !type_parse(text_of(declared), &type)) {
            return true; /* plan_load() has said so */
        }
        columns[index] =
            (struct column){.name = spec->columns[index].name, .type = type, .nullable = true};
    }
    entity->source_schema = (struct schema){.columns = columns, .count = spec->column_count};
    return true;
}

/* Sets entity->source_schema as far as it is known; `*guessed`: there may be more columns. */
static bool describe(struct job *job,
                     struct entity *entity,
                     bool *guessed,
                     const char **unknown,
                     struct error *error)
{
    const struct relation_spec *spec = &entity->mapping->source;
    bool there = false;
    *guessed = false;
    if (spec->file == NULL) {
        *unknown = spec->table == NULL
                       ? "the columns of its query are not known offline"
                       : arena_format(&job->arena,
                                      "the columns of table \"%s\" are not known offline",
                                      spec->table);
        return *unknown != NULL || error_set_memory(error);
    }
    const struct plan_source *settings = plan_source_of(&job->plan, spec, &job->problems);
    if (settings == NULL) {
        *unknown = "it is not known which source its files are in";
        return true;
    }
    if (!source_has_files(settings, spec, &job->arena, &there, error)) {
        return false;
    }
    if (there) {
        *unknown = "its files cannot be used";
        return describe_files(job, entity, settings, error);
    }
    *guessed = spec->header && spec->format != FILE_FORMAT_FIXED;
    *unknown = arena_format(&job->arena, "no file matches \"%s\"", spec->file);
    return *unknown == NULL ? error_set_memory(error) : take_declared(job, entity, error);
}

/* Does the expression ask a lookup whose types are not known? */
static bool asks_unknown(const struct job *job,
                         const struct mapping *mapping,
                         const struct expression_spec *spec)
{
    for (int index = 0; index < mapping->lookup_count; index++) {
        const char *name = mapping->lookups[index].name;
        size_t size = strlen(name);
        if (lookups_described(job, &mapping->lookups[index])) {
            continue;
        }
        for (const char *at = strchr(spec->text, '\''); at != NULL; at = strchr(at + 1, '\'')) {
            if (strncmp(at + 1, name, size) == 0 && at[1 + size] == '\'') {
                return true;
            }
        }
    }
    return false;
}

static bool stands_in(const struct problem *problem, const struct expression_spec *spec)
{
    return problem->place.line == spec->place.line &&
           strcmp(problem->place.file, spec->place.file) == 0;
}

/* Is the problem about an expression whose types were only assumed? Checks see the columns. */
static bool is_doubtful(const struct job *job,
                        const struct mapping *mapping,
                        const struct problem *problem)
{
    bool doubtful = false;
    for (int index = 0; index < mapping->filter_count; index++) {
        const struct expression_spec *spec = &mapping->filters[index];
        doubtful = doubtful || (stands_in(problem, spec) && asks_unknown(job, mapping, spec));
    }
    bool assumed = false;
    for (int index = 0; index < mapping->column_count; index++) {
        const struct expression_spec *spec = &mapping->columns[index];
        bool asks = asks_unknown(job, mapping, spec);
        assumed = assumed || asks;
        doubtful = doubtful || (asks && stands_in(problem, spec));
    }
    for (int index = 0; index < mapping->check_count; index++) {
        doubtful = doubtful || (assumed && stands_in(problem, &mapping->checks[index]));
    }
    return doubtful;
}

/* Passes on what was found, but for what is doubtful; false in *believed when there was some. */
static void pass_on(struct job *job,
                    const struct mapping *mapping,
                    const struct problems *found,
                    bool *believed)
{
    *believed = true;
    for (int index = 0; index < found->count; index++) {
        const struct problem *problem = &found->items[index];
        if (is_doubtful(job, mapping, problem)) {
            *believed = *believed && problem->severity != PROBLEM_ERROR;
        } else if (problem->severity == PROBLEM_ERROR) {
            (void)problem_add(
                &job->problems, problem->place, problem->hint, "%s", problem->message);
        } else {
            (void)problem_warn(
                &job->problems, problem->place, problem->hint, "%s", problem->message);
        }
    }
}

/* Of a mapping whose source is not known. */
static bool check_target(struct job *job, const struct entity *entity, struct error *error)
{
    return entity->table == NULL ||
           program_check_target(
               entity->mapping, &entity->table->schema, &job->arena, &job->problems, error);
}

/* Columns that may be NULL where they must not; what lookups give is known only of those read. */
static bool warn(struct job *job, const struct entity *entity, struct error *error)
{
    for (int index = 0; index < entity->mapping->lookup_count; index++) {
        if (entity->lookups_unread[index]) {
            return true;
        }
    }
    return program_warn(entity->program, &job->problems, error);
}

static bool compile(
    struct job *job, struct entity *entity, bool guessed, const char **unknown, struct error *error)
{
    struct problems found;
    bool believed = true;
    problems_init(&found, &job->arena);
    if (!program_compile(entity->mapping,
                         &entity->source_schema,
                         entity->table == NULL ? NULL : &entity->table->schema,
                         entity->lookups,
                         job_source_settings(job, entity)->timezone,
                         &job->arena,
                         &found,
                         &entity->program,
                         error)) {
        return error_context(
            error, "compiling the mapping of entity \"%s\"", entity->mapping->entity);
    }
    if (guessed && entity->program == NULL) {
        return check_target(job, entity, error); /* for want of columns, perhaps */
    }
    pass_on(job, entity->mapping, &found, &believed);
    if (entity->program == NULL) {
        *unknown = believed ? "its expressions have problems"
                            : "the types of lookups that are no files are not known offline";
        return true;
    }
    *unknown = NULL;
    return lookups_fill(job, entity, error) && warn(job, entity, error);
}

bool offline_target(struct job *job, struct text_buffer *out, struct error *error)
{
    const char *schema = job->plan.target.schema;
    if (schema == NULL) {
        text_buffer_string(out,
                           "target: its columns are not known offline, since the plan names no "
                           "schema for it\n");
        return true;
    }
    if (!private_cluster_available()) {
        text_buffer_string(out,
                           "target: its columns are not known offline, since no PostgreSQL is "
                           "installed here to try the plan's schema with\n");
        return true;
    }
    text_buffer_format(out, "target: as \"%s\" makes it, in a temporary PostgreSQL\n", schema);
    return job_target_declared(job, error);
}

bool offline_compile(struct job *job,
                     struct entity *entity,
                     const char **unknown,
                     struct error *error)
{
    int errors = job->problems.errors;
    bool guessed = false;
    *unknown = "its expressions have problems";
    if (!program_check_syntax(entity->mapping, &job->arena, &job->problems, error)) {
        return false;
    }
    if (!job_describe_target(job, entity, error)) {
        return false;
    }
    if (job->problems.errors > errors) {
        return check_target(job, entity, error);
    }
    if (!describe(job, entity, &guessed, unknown, error)) {
        return false;
    }
    if (entity->source_schema.count == 0) {
        return check_target(job, entity, error);
    }
    if (!lookups_describe(job, entity, error)) {
        return false;
    }
    for (int index = 0; index < entity->mapping->lookup_count; index++) {
        if (entity->lookups[index] == NULL) {
            *unknown = "a lookup cannot be used";
            return check_target(job, entity, error);
        }
    }
    return compile(job, entity, guessed, unknown, error);
}
