/* plan.c — reads a plan file and the mappings that it names; the contract is in novate/plan.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/plan.h"

#include "mapping_file.h"
#include "plan_division.h"
#include "plan_file.h"
#include "plan_policy.h"
#include "plan_relation.h"
#include "plan_secret.h"
#include "plan_system.h"
#include "plan_tree.h"
#include "plan_variables.h"

#include <string.h>

/* Mappings of one plan: more tables than any known system has. */
#define MAPPINGS_MAX 10000

#define FORMAT_VERSION 1

enum plan_key_index {
    PLAN_NOVATE,
    PLAN_MIGRATION,
    PLAN_VARIABLES,
    PLAN_SOURCE,
    PLAN_SOURCES,
    PLAN_TARGET,
    PLAN_WORK,
    PLAN_MAPPINGS,
    PLAN_LIMITS,
    PLAN_XREF,
    PLAN_WINDOW,
    PLAN_EXAMPLES,
    PLAN_INCLUDE,
    PLAN_EMIT,
    PLAN_DEDUPE,
    PLAN_PIVOT,
    PLAN_KEY_COUNT
};

static const struct plan_key plan_keys[PLAN_KEY_COUNT] = {
    [PLAN_NOVATE] = {"novate", PLAN_REQUIRED},
    [PLAN_MIGRATION] = {"migration", PLAN_REQUIRED},
    [PLAN_VARIABLES] = {"variables", PLAN_NULLABLE},
    [PLAN_SOURCE] = {"source", 0},
    [PLAN_SOURCES] = {"sources", 0},
    [PLAN_TARGET] = {"target", PLAN_REQUIRED},
    [PLAN_WORK] = {"work", 0},
    [PLAN_MAPPINGS] = {"mappings", PLAN_REQUIRED},
    [PLAN_LIMITS] = {"limits", 0},
    [PLAN_XREF] = {"xref", PLAN_LATER},
    [PLAN_WINDOW] = {"window", PLAN_LATER},
    [PLAN_EXAMPLES] = {"examples", PLAN_LATER},
    [PLAN_INCLUDE] = {"include", PLAN_LATER},
    [PLAN_EMIT] = {"emit", PLAN_LATER},
    [PLAN_DEDUPE] = {"dedupe", PLAN_LATER},
    [PLAN_PIVOT] = {"pivot", PLAN_LATER},
};

static void check_version(struct plan_reader *reader, const struct plan_field *field)
{
    uint64_t version = 0;

    if (field->key == NULL) {
        return;
    }
    if (field->value->kind != PLAN_TEXT || !plan_parse_number(field->value->text.data, &version) ||
        version != FORMAT_VERSION) {
        problem_add(reader->problems,
                    field->value->place,
                    "Write \"novate: 1\".",
                    "this version of novate reads version %d of the plan format",
                    FORMAT_VERSION);
    }
}

static void read_work(struct plan_reader *reader,
                      const struct plan_field *field,
                      const char *override,
                      struct plan *plan)
{
    const char *given = plan_read_text(reader, field);

    plan->work =
        override != NULL
            ? arena_string(reader->arena, override)
            : plan_path_join(plan->directory, given != NULL ? given : ".novate", reader->arena);
    (void)plan_reader_keep(reader, plan->work);
}

static void check_entity(struct plan_reader *reader, const struct plan *plan, int index)
{
    const struct mapping *mapping = &plan->mappings[index];

    for (int i = 0; i < index && mapping->entity != NULL; i++) {
        const char *other = plan->mappings[i].entity;
        if (other != NULL && strcmp(other, mapping->entity) == 0) {
            const char *hint = arena_format(
                reader->arena, "It is the entity of \"%s\" too.", plan->mappings[i].file);
            problem_add(reader->problems,
                        mapping->entity_place,
                        hint,
                        "entity \"%s\" is mapped twice",
                        mapping->entity);
            return;
        }
    }
}

static struct place item_place(const struct plan_field *field, int index)
{
    return field->value->kind == PLAN_LIST ? field->value->items[index]->text_place
                                           : field->value->text_place;
}

/* Finds the system that a relation is in, whose format and policy count where the mapping names
 * none. Problems with that. */
static void settle_system(struct plan_reader *reader,
                          const struct plan *plan,
                          struct relation_spec *spec)
{
    if (spec->table != NULL || spec->query != NULL || spec->file != NULL) {
        const struct plan_source *source = plan_source_of(plan, spec, reader->problems);
        plan_relation_settle(spec, source != NULL ? source->format : FILE_FORMAT_CSV);
        plan_policy_settle(reader, source, spec);
    }
}

/* Those of a mapping: its own, and those of lookups for what a source has. */
static void settle_systems(struct plan_reader *reader,
                           const struct plan *plan,
                           struct mapping *mapping)
{
    const int count = mapping->lookup_count;
    struct lookup_spec *lookups = ARENA_ARRAY(reader->arena, struct lookup_spec, (size_t)count + 1);

    settle_system(reader, plan, &mapping->source);
    if (!plan_reader_keep(reader, lookups)) {
        return;
    }
    for (int i = 0; i < count; i++) {
        lookups[i] = mapping->lookups[i];
        if (lookups[i].source.file == NULL || lookups[i].source.in != NULL) {
            settle_system(reader, plan, &lookups[i].source);
        } else {
            plan_policy_settle(reader, NULL, &lookups[i].source);
        }
    }
    mapping->lookups = lookups;
}

static bool read_mappings(struct plan_reader *reader,
                          const struct plan_field *field,
                          struct plan_variables *variables,
                          struct plan *plan,
                          struct error *error)
{
    int count = 0;
    const char *const *files = plan_read_list(reader, field, MAPPINGS_MAX, &count);

    if (files == NULL) {
        return true;
    }
    struct mapping *mappings = ARENA_ARRAY(reader->arena, struct mapping, (size_t)count);
    if (mappings == NULL) {
        return error_set_memory(error);
    }
    plan->mappings = mappings;
    for (int i = 0; i < count; i++) {
        const char *path = plan_path_join(plan->directory, files[i], reader->arena);
        if (path == NULL) {
            return error_set_memory(error);
        }
        if (!mapping_file_load(
                reader, variables, path, item_place(field, i), &mappings[i], error)) {
            return false;
        }
        plan->mapping_count = i + 1;
        check_entity(reader, plan, i);
        settle_systems(reader, plan, &mappings[i]);
        if (!plan_divide(reader, &plan->target.division, &mappings[i], error)) {
            return false;
        }
    }
    return true;
}

static bool read_plan(struct plan_reader *reader,
                      const struct plan_node *root,
                      struct plan_variables *variables,
                      const char *work,
                      struct plan *plan,
                      struct error *error)
{
    struct plan_field fields[PLAN_KEY_COUNT];

    if (!plan_read_keys(reader, root, "a plan", plan_keys, PLAN_KEY_COUNT, fields)) {
        return true;
    }
    check_version(reader, &fields[PLAN_NOVATE]);
    plan->migration = plan_read_name(reader, &fields[PLAN_MIGRATION]);
    plan_read_limits(reader, &fields[PLAN_LIMITS], &plan->limits);
    plan_read_sources(reader, root, &fields[PLAN_SOURCE], &fields[PLAN_SOURCES], plan);
    plan_read_target(reader, &fields[PLAN_TARGET], plan);
    read_work(reader, &fields[PLAN_WORK], work, plan);
    if (!read_mappings(reader, &fields[PLAN_MAPPINGS], variables, plan, error)) {
        return false;
    }
    return plan_set_digest(plan, error);
}

static bool load(struct plan_reader *reader,
                 const char *const *settings,
                 int setting_count,
                 const char *work,
                 struct plan *plan,
                 struct error *error)
{
    struct plan_variables variables;
    struct plan_node *root;
    struct text content;

    if (!plan_file_read(plan->file, reader->arena, &content, error) ||
        !plan_tree_parse(plan->file, content, reader->arena, reader->problems, &root, error)) {
        return false;
    }
    if (root == NULL) {
        return true;
    }
    const struct plan_node *declared = plan_node_find(root, "variables");
    if (!plan_variables_read(
            reader, plan->file, declared, settings, setting_count, &variables, error)) {
        return false;
    }
    plan->variables = variables.items;
    plan->variable_count = variables.count;
    plan_variables_put(reader, &variables, root, declared);
    return read_plan(reader, root, &variables, work, plan, error);
}

bool plan_load(const char *path,
               const char *const *settings,
               int setting_count,
               const char *work,
               struct arena *arena,
               struct problems *problems,
               struct plan *plan,
               struct error *error)
{
    struct plan_reader reader = {.arena = arena, .problems = problems};

    *plan = (struct plan){0};
    plan_set_limits(&plan->limits);
    plan->file = arena_string(arena, path);
    plan->directory = plan_path_directory(path, arena);
    if (plan->file == NULL || plan->directory == NULL) {
        return error_set_memory(error);
    }
    const bool ok = load(&reader, settings, setting_count, work, plan, error);
    plan_secret_hide(problems);
    return ok && reader.failed ? error_set_memory(error) : ok;
}

bool plan_is_mapping(const char *path, struct arena *arena, bool *is_mapping, struct error *error)
{
    struct problems unused; /* whoever loads the file says them */
    struct plan_node *root = NULL;
    struct text content;

    problems_init(&unused, arena);
    if (!plan_file_read(path, arena, &content, error) ||
        !plan_tree_parse(path, content, arena, &unused, &root, error)) {
        return false;
    }
    *is_mapping = root != NULL && plan_node_find(root, "novate") == NULL &&
                  plan_node_find(root, "entity") != NULL;
    return true;
}

bool mapping_load(const char *path,
                  const char *const *settings,
                  int setting_count,
                  struct arena *arena,
                  struct problems *problems,
                  struct mapping *mapping,
                  struct error *error)
{
    struct plan_reader reader = {.arena = arena, .problems = problems};
    struct plan_variables variables;
    struct text content;
    const char *copy = arena_string(arena, path);

    if (copy == NULL) {
        return error_set_memory(error);
    }
    if (!plan_file_read(copy, arena, &content, error) ||
        !plan_variables_take(&reader, settings, setting_count, &variables, error) ||
        !mapping_file_load(
            &reader, &variables, copy, (struct place){.file = copy}, mapping, error)) {
        return false;
    }
    plan_relation_settle(&mapping->source, FILE_FORMAT_CSV);
    plan_policy_settle(&reader, NULL, &mapping->source);
    return !reader.failed || error_set_memory(error);
}
