/* carry_mode.c — the contract is in carry_mode.h. SPDX-License-Identifier: Apache-2.0 */
#include "carry_mode.h"

#include "carry_target.h"

#include "novate/mode_check.h"
#include "novate/workspace.h"

#include <string.h>

/* Another mapping that fills the table which is to be replaced. */
static void check_others(struct job *job, const struct entity *entity)
{
    const struct mapping *mapping = entity->mapping;
    for (int index = 0; index < job->plan.mapping_count; index++) {
        const struct mapping *other = &job->plan.mappings[index];
        bool same = text_equal_case(text_of(other->target_table), text_of(mapping->target_table));
        for (int at = 0; at < job->entity_count; at++) {
            const struct target_table *table = job->entities[at].table;
            same = same || (job->entities[at].mapping == other && table != NULL &&
                            table->oid == entity->table->oid);
        }
        if (other != mapping && same) {
            problem_add(&job->problems,
                        mapping->target_place,
                        "Only one mapping can replace a table, and no other fill it.",
                        "mode \"replace\" would remove what entity \"%s\" loads",
                        other->entity);
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
    if (mapping->mode == LOAD_REPLACE) {
        check_others(job, entity);
    }
    return true;
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
