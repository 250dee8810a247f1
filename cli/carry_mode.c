/* carry_mode.c — the contract is in carry_mode.h. SPDX-License-Identifier: Apache-2.0 */
#include "carry_mode.h"

#include "carry_target.h"

#include "novate/mode_check.h"
#include "novate/workspace.h"

#include <string.h>

/* The entity of a mapping; NULL where it was not asked for. */
static const struct entity *entity_of(const struct job *job, const struct mapping *mapping)
{
    for (int at = 0; at < job->entity_count; at++) {
        if (job->entities[at].mapping == mapping) {
            return &job->entities[at];
        }
    }
    return NULL;
}

static bool same_table(const struct job *job,
                       const struct entity *entity,
                       const struct mapping *other)
{
    const struct entity *known = entity_of(job, other);
    return text_equal_case(text_of(other->target_table), text_of(entity->mapping->target_table)) ||
           (known != NULL && known->table != NULL && known->table->oid == entity->table->oid);
}

static bool names_column(const struct expression_spec *columns, int count, struct text name)
{
    for (int index = 0; index < count; index++) {
        if (text_equal_case(text_of(columns[index].name), name)) {
            return true;
        }
    }
    return false;
}

/* What a mapping copies is known once it is compiled. */
static bool fills(const struct job *job, const struct mapping *mapping, struct text name)
{
    const struct entity *entity = entity_of(job, mapping);
    if (entity != NULL && entity->program != NULL) {
        return schema_find(program_target_schema(entity->program), name, true) >= 0;
    }
    bool found = names_column(mapping->columns, mapping->column_count, name);
    for (int index = 0; index < mapping->emit_count; index++) {
        const struct emit_spec *emit = &mapping->emits[index];
        found = found || names_column(emit->columns, emit->column_count, name);
    }
    return found;
}

static bool in_key(const struct mapping *mapping, struct text name)
{
    for (int index = 0; index < mapping->target_key_count; index++) {
        if (text_equal_case(text_of(mapping->target_key[index]), name)) {
            return true;
        }
    }
    return false;
}

/* A column in which one of both would overwrite what the other has loaded, or NULL. */
static const char *contended(const struct job *job,
                             const struct entity *entity,
                             const struct mapping *other)
{
    const struct schema *schema = &entity->table->schema;
    for (int index = 0; index < schema->count; index++) {
        const struct text name = text_of(schema->columns[index].name);
        bool known_by = in_key(entity->mapping, name) && in_key(other, name);
        if (!known_by && fills(job, entity->mapping, name) && fills(job, other, name)) {
            return schema->columns[index].name;
        }
    }
    return NULL;
}

/* Rows outside of a scope are never updated. */
static bool have_scopes(const struct mapping *mapping, const struct mapping *other)
{
    return mapping->own_scope != NULL && other->own_scope != NULL &&
           strcmp(mapping->own_scope, other->own_scope) != 0;
}

static void check_shared(struct job *job, const struct entity *entity, const struct mapping *other)
{
    const struct mapping *mapping = entity->mapping;
    if (mapping->mode == LOAD_REPLACE) {
        problem_add(&job->problems,
                    mapping->target_place,
                    "Only one mapping can replace a table, and no other fill it.",
                    "mode \"replace\" would remove what entity \"%s\" loads",
                    other->entity);
        return;
    }
    const char *column = have_scopes(mapping, other) ? NULL : contended(job, entity, other);
    if (column != NULL) {
        problem_add(
            &job->problems,
            mapping->target_place,
            "Let them fill different columns, give each a \"scope\" of its own, or make one "
            "mapping of both.",
            "mode \"upsert\" would overwrite what entity \"%s\" loads: both fill \"%s\"",
            other->entity,
            column);
    }
}

/* Other mappings that fill the table. */
static void check_others(struct job *job, const struct entity *entity)
{
    if (entity->table == NULL || entity->mapping->mode == LOAD_INSERT) {
        return;
    }
    for (int index = 0; index < job->plan.mapping_count; index++) {
        const struct mapping *other = &job->plan.mappings[index];
        if (other != entity->mapping && same_table(job, entity, other)) {
            check_shared(job, entity, other);
        }
    }
}

bool carry_mode_check(struct job *job, const struct entity *entity, struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    struct mode_finding *findings = NULL;
    int count = 0;
    if (entity->table == NULL || mapping->mode == LOAD_INSERT) {
        return true;
    }
    if (!mode_check(job->target.control,
                    mapping->mode,
                    entity->table,
                    mapping->target_key,
                    mapping->target_key_count,
                    &job->arena,
                    &findings,
                    &count,
                    error)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        const struct mode_finding *finding = &findings[index];
        if (finding->warning) {
            problem_warn(
                &job->problems, mapping->target_place, finding->hint, "%s", finding->message);
        } else {
            problem_add(
                &job->problems, mapping->target_place, finding->hint, "%s", finding->message);
        }
    }
    check_others(job, entity);
    return true;
}

bool carry_mode_check_tables(struct job *job, struct error *error)
{
    for (int index = 0; index < job->entity_count; index++) {
        check_others(job, &job->entities[index]);
    }
    return job_check_problems(job, error);
}

bool carry_mode_check_all(struct job *job, struct error *error)
{
    for (int index = 0; index < job->entity_count; index++) {
        if (!carry_mode_check(job, &job->entities[index], error)) {
            return false;
        }
    }
    return job_check_problems(job, error);
}

static struct workspace workspace_of(const struct flow_options *options)
{
    const struct mapping *mapping = options->entity->mapping;
    return (struct workspace){
        .entity = options->target_entity,
        .table = options->entity->table,
        .schema = options->schema,
        .key = mapping->target_key,
        .key_count = mapping->target_key_count,
    };
}

bool carry_mode_prepare(struct job *job, const struct flow_options *options, struct error *error)
{
    struct workspace workspace = workspace_of(options);
    return workspace_prepare(job->target.control, &workspace, error);
}

bool carry_mode_reopen(struct job *job,
                       const struct entity *entity,
                       const struct target_entity *known,
                       enum load_mode *mode,
                       struct error *error)
{
    const struct mapping *mapping = entity->mapping;
    const struct workspace workspace = {.entity = known, .table = entity->table};
    if (known->mode != mapping->mode) {
        error_set(error,
                  ERROR_STATE,
                  "entity \"%s\" was loaded by %s, and its mapping says %s",
                  mapping->entity,
                  load_mode_text(known->mode),
                  load_mode_text(mapping->mode));
        return error_hint(error, "Restore \"mode\", or begin the entity again with --restart.");
    }
    if (!workspace_reopen(job->target.control, &workspace, mode, error)) {
        return false;
    }
    return *mode != LOAD_UPSERT ||
           (carry_mode_check(job, entity, error) && job_check_problems(job, error));
}

bool carry_mode_release(struct job *job, const struct target_entity *known, struct error *error)
{
    const struct workspace workspace = {.entity = known};
    return workspace_release(job->target.control, &workspace, error);
}

bool carry_mode_finish(struct job *job,
                       const struct flow_options *options,
                       uint64_t rejects,
                       struct error *error)
{
    const struct entity *entity = options->entity;
    struct workspace workspace = workspace_of(options);
    struct workspace_end end;
    if (entity->mapping->mode == LOAD_INSERT || entity->incomplete) {
        return true;
    }
    if (!carry_count_limit(job, entity, rejects, error) ||
        !workspace_finish(job->target.control, &workspace, &end, error)) {
        return false;
    }
    if (end.done && entity->mapping->mode == LOAD_REPLACE) {
        console_log(job->console,
                    LOG_INFO,
                    "replace",
                    "entity %s: %llu rows have taken the place of %llu",
                    entity->mapping->entity,
                    (unsigned long long)end.inserted,
                    (unsigned long long)end.removed);
    }
    return true;
}
