/* mapping_file.c — reads a mapping file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"

#include "plan_file.h"
#include "plan_relation.h"
#include "plan_system.h"

#include "novate/limits.h"

#include <string.h>

enum mapping_key {
    MAPPING_ENTITY,
    MAPPING_SOURCE,
    MAPPING_TARGET,
    MAPPING_LOOKUPS, /* and the others of enum rule_key, in that order */
    MAPPING_FILTERS,
    MAPPING_COPY,
    MAPPING_COLUMNS,
    MAPPING_CHECKS,
    MAPPING_XREF,
    MAPPING_WINDOW,
    MAPPING_EXAMPLES,
    MAPPING_INCLUDE,
    MAPPING_EMIT,
    MAPPING_DEDUPE,
    MAPPING_PIVOT,
    MAPPING_LIMITS,
    MAPPING_VERIFY,
    MAPPING_KEY_COUNT
};

static const struct plan_key mapping_keys[MAPPING_KEY_COUNT] = {
    [MAPPING_ENTITY] = {"entity", PLAN_REQUIRED},
    [MAPPING_SOURCE] = {"source", PLAN_REQUIRED},
    [MAPPING_TARGET] = {"target", PLAN_REQUIRED},
    [MAPPING_LOOKUPS] = {"lookups", 0},
    [MAPPING_FILTERS] = {"filters", 0},
    [MAPPING_COPY] = {"copy", 0},
    [MAPPING_COLUMNS] = {"columns", 0},
    [MAPPING_CHECKS] = {"checks", 0},
    [MAPPING_XREF] = {"xref", PLAN_LATER},
    [MAPPING_WINDOW] = {"window", PLAN_LATER},
    [MAPPING_EXAMPLES] = {"examples", 0},
    [MAPPING_INCLUDE] = {"include", 0},
    [MAPPING_EMIT] = {"emit", 0},
    [MAPPING_DEDUPE] = {"dedupe", 0},
    [MAPPING_PIVOT] = {"pivot", 0},
    [MAPPING_LIMITS] = {"limits", 0},
    [MAPPING_VERIFY] = {"verify", 0},
};

enum source_key {
    SOURCE_KEY = RELATION_KEY_COUNT,
    SOURCE_CHANGED,
    SOURCE_SPLIT_BY,
    SOURCE_KEY_COUNT
};

static const struct plan_key source_keys[SOURCE_KEY_COUNT] = {
    PLAN_RELATION_KEYS,
    {"key", 0},
    {"changed", 0},
    {"split_by", 0},
};

enum split_key {
    SPLIT_TABLE,
    SPLIT_KEY,
    SPLIT_KEY_COUNT
};

static const struct plan_key split_keys[SPLIT_KEY_COUNT] = {
    [SPLIT_TABLE] = {"table", PLAN_REQUIRED},
    [SPLIT_KEY] = {"key", 0},
};

enum target_key {
    TARGET_TABLE,
    TARGET_KEY,
    TARGET_MODE,
    TARGET_SCOPE,
    TARGET_DEFER,
    TARGET_UNDIVIDED,
    TARGET_KEY_COUNT
};

static const struct plan_key target_keys[TARGET_KEY_COUNT] = {
    [TARGET_TABLE] = {"table", PLAN_REQUIRED},
    [TARGET_KEY] = {"key", 0},
    [TARGET_MODE] = {"mode", 0},
    [TARGET_SCOPE] = {"scope", 0},
    [TARGET_DEFER] = {"defer", 0},
    [TARGET_UNDIVIDED] = {"undivided", 0},
};

/* The columns of "split_by" are the first ones of the key. */
static void check_split_key(struct plan_reader *reader, const struct relation_spec *spec)
{
    for (int i = 0; i < spec->split_key_count; i++) {
        if (i >= spec->key_count || strcmp(spec->split_key[i], spec->key[i]) != 0) {
            problem_add(reader->problems,
                        spec->split_key_places == NULL ? spec->split_place
                                                       : spec->split_key_places[i],
                        "Name the columns that the key of \"source\" begins with, in its order.",
                        "\"%s\" is not column %d of the key",
                        spec->split_key[i],
                        i + 1);
            return;
        }
    }
}

/* Which table's index a query is read along. Without a key of its own it is the source's. */
static void read_split(struct plan_reader *reader,
                       const struct plan_field *field,
                       struct relation_spec *spec)
{
    struct plan_field fields[SPLIT_KEY_COUNT];
    if (field->key == NULL) {
        return;
    }
    if (spec->file != NULL || spec->key_count == 0) {
        problem_add(reader->problems,
                    field->key->place,
                    NULL,
                    spec->file != NULL ? "a file cannot have \"split_by\""
                                       : "\"split_by\" needs a \"key\"");
        return;
    }
    if (!plan_read_keys(
            reader, field->value, "\"split_by\"", split_keys, SPLIT_KEY_COUNT, fields)) {
        return;
    }
    spec->split_table = plan_read_text(reader, &fields[SPLIT_TABLE]);
    if (spec->split_table == NULL) {
        return;
    }
    spec->split_place = plan_field_place(&fields[SPLIT_TABLE]);
    spec->split_key =
        plan_read_list(reader, &fields[SPLIT_KEY], LIMIT_KEY_COLUMNS, &spec->split_key_count);
    spec->split_key_places =
        plan_list_places(reader, &fields[SPLIT_KEY], spec->split_key, spec->split_key_count);
    if (spec->split_key_count == 0) {
        spec->split_key = spec->key;
        spec->split_key_count = spec->key_count;
        spec->split_key_places = spec->key_places;
    }
    check_split_key(reader, spec);
}

static void read_source(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct mapping *mapping)
{
    struct plan_field fields[SOURCE_KEY_COUNT];
    const struct plan_field *const one_of[] = {
        &fields[RELATION_TABLE], &fields[RELATION_QUERY], &fields[RELATION_FILE]};
    struct relation_spec *spec = &mapping->source;

    if (field->key == NULL) {
        return;
    }
    mapping->source_place = field->value->place;
    spec->place = field->value->place;
    if (!plan_read_keys(
            reader, field->value, "\"source\"", source_keys, SOURCE_KEY_COUNT, fields)) {
        return;
    }
    (void)plan_check_one_of(
        reader, one_of, 3, "\"source\"", "\"table\", \"query\" and \"file\"", field->value->place);
    plan_read_relation(reader, fields, spec);
    if (spec->file != NULL && spec->where != NULL) {
        problem_add(reader->problems,
                    fields[RELATION_WHERE].key->place,
                    "Leave records out by \"filters\" of the mapping.",
                    "a file cannot have \"where\"");
    }
    spec->key = plan_read_list(reader, &fields[SOURCE_KEY], LIMIT_KEY_COLUMNS, &spec->key_count);
    spec->key_places = plan_list_places(reader, &fields[SOURCE_KEY], spec->key, spec->key_count);
    spec->changed = plan_read_text(reader, &fields[SOURCE_CHANGED]);
    if (spec->changed != NULL) {
        spec->changed_place = plan_field_place(&fields[SOURCE_CHANGED]);
    }
    read_split(reader, &fields[SOURCE_SPLIT_BY], spec);
}

static void read_target(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct mapping *mapping)
{
    static const char *const modes[] = {
#define LOAD_MODE(name, text, meaning) text,
#include "novate/load_modes.def"
#undef LOAD_MODE
    };
    struct plan_field fields[TARGET_KEY_COUNT];

    if (field->key == NULL) {
        return;
    }
    mapping->target_place = field->value->place;
    if (!plan_read_keys(
            reader, field->value, "\"target\"", target_keys, TARGET_KEY_COUNT, fields)) {
        return;
    }
    mapping->target_table = plan_read_text(reader, &fields[TARGET_TABLE]);
    if (mapping->target_table != NULL) {
        mapping->target_place = plan_field_place(&fields[TARGET_TABLE]);
    }
    mapping->target_key =
        plan_read_list(reader, &fields[TARGET_KEY], LIMIT_KEY_COLUMNS, &mapping->target_key_count);
    mapping->target_key_places = plan_list_places(
        reader, &fields[TARGET_KEY], mapping->target_key, mapping->target_key_count);
    mapping->mode = (enum load_mode)plan_read_choice(
        reader, &fields[TARGET_MODE], modes, LOAD_MODE_COUNT, LOAD_INSERT);
    mapping->scope = plan_read_text(reader, &fields[TARGET_SCOPE]);
    mapping->own_scope = mapping->scope;
    mapping->undivided = plan_read_bool(reader, &fields[TARGET_UNDIVIDED], false);
    if (mapping->mode == LOAD_UPSERT && fields[TARGET_KEY].key == NULL) {
        problem_add(reader->problems,
                    plan_field_place(&fields[TARGET_MODE]),
                    "Name the columns that identify a row of the table.",
                    "mode \"upsert\" needs \"key\"");
    }
    if (mapping->mode == LOAD_REPLACE && mapping->scope != NULL) {
        problem_add(reader->problems,
                    plan_field_place(&fields[TARGET_SCOPE]),
                    "It replaces the whole table: leave out the scope, or upsert within it.",
                    "mode \"replace\" cannot have \"scope\"");
    }
    mapping->defer_given = fields[TARGET_DEFER].key != NULL;
    mapping->defer = plan_read_defer(
        reader, &fields[TARGET_DEFER], DEFER_INDEXES | DEFER_FOREIGN_KEYS | DEFER_UNIQUE_INDEXES);
    if (mapping->mode == LOAD_REPLACE && mapping->defer != 0) {
        problem_add(reader->problems,
                    plan_field_place(&fields[TARGET_DEFER]),
                    "Its table serves readers until the last moment: leave \"defer\" out.",
                    "mode \"replace\" cannot have \"defer\"");
    }
}

static bool read_expression(struct plan_reader *reader,
                            const struct plan_field *field,
                            bool named,
                            struct expression_spec *spec)
{
    const struct plan_node *key = field->key;
    const struct plan_node *value = field->value;

    if (value->kind != PLAN_TEXT) {
        return plan_refuse_kind(reader, field, "an expression");
    }
    /* null itself is an expression; nothing at all is forgotten, more likely. */
    if (text_trim(value->text).size == 0 || strcmp(value->text.data, "~") == 0) {
        return problem_add(reader->problems,
                           key->place,
                           "Write an expression; null is one.",
                           "\"%s\" has no expression",
                           key->text.data);
    }
    if (key->text.size == 0) {
        return problem_add(reader->problems, key->place, NULL, "a column must have a name");
    }
    if (named && !plan_check_name(reader, "a filter or check", key)) {
        return false;
    }
    *spec = (struct expression_spec){
        .name = key->text.data,
        .text = value->text.data,
        .place = value->text_place,
        .name_place = key->text_place,
        .marks = value->marks,
        .mark_count = value->mark_count,
    };
    return true;
}

/* `named`: the keys are names that reports count under; else they are target columns. */
static const struct expression_spec *read_expressions(struct plan_reader *reader,
                                                      const struct plan_field *field,
                                                      bool named,
                                                      int *count)
{
    if (field->key == NULL) {
        return NULL;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP) {
        plan_refuse_kind(reader, field, "a map of names and expressions");
        return NULL;
    }
    if (map->count == 0) {
        return NULL;
    }
    if (map->count > LIMIT_COLUMNS) {
        problem_add(reader->problems,
                    map->place,
                    NULL,
                    "\"%s\" must have %d entries at most, not %d",
                    plan_field_name(field),
                    LIMIT_COLUMNS,
                    map->count);
        return NULL;
    }
    struct expression_spec *specs =
        ARENA_ARRAY(reader->arena, struct expression_spec, (size_t)map->count);
    if (!plan_reader_keep(reader, specs)) {
        return NULL;
    }
    for (int i = 0; i < map->count; i++) {
        const struct plan_field entry = {.key = map->keys[i], .value = map->items[i]};
        *count += read_expression(reader, &entry, named, &specs[*count]);
    }
    return specs;
}

bool mapping_read_expression(struct plan_reader *reader,
                             const struct plan_field *field,
                             struct expression_spec *spec)
{
    return read_expression(reader, field, false, spec);
}

const struct expression_spec *mapping_read_expressions(struct plan_reader *reader,
                                                       const struct plan_field *field,
                                                       int *count)
{
    return read_expressions(reader, field, false, count);
}

void mapping_read_rules(struct plan_reader *reader,
                        const struct plan_field *fields,
                        struct mapping *mapping)
{
    mapping_read_lookups(reader, &fields[RULES_LOOKUPS], mapping);
    mapping->filters =
        read_expressions(reader, &fields[RULES_FILTERS], true, &mapping->filter_count);
    mapping->copy =
        plan_read_list(reader, &fields[RULES_COPY], LIMIT_COLUMNS, &mapping->copy_count);
    if (fields[RULES_COPY].key != NULL) {
        mapping->copy_place = fields[RULES_COPY].value->text_place;
        mapping->copy_places =
            plan_list_places(reader, &fields[RULES_COPY], mapping->copy, mapping->copy_count);
    }
    mapping->columns =
        read_expressions(reader, &fields[RULES_COLUMNS], false, &mapping->column_count);
    mapping->checks = read_expressions(reader, &fields[RULES_CHECKS], true, &mapping->check_count);
}

/* Does the mapping, fragments included, fill anything at all? Whoever gave wrong columns has been
 * told so. */
static void check_fills(struct plan_reader *reader,
                        const struct plan_node *root,
                        const struct plan_field *fields,
                        const struct mapping *mapping)
{
    if (fields[MAPPING_COPY].key == NULL && mapping->column_count == 0 &&
        mapping->copy_count == 0 && mapping->emit_count == 0 &&
        (fields[MAPPING_COLUMNS].key == NULL || fields[MAPPING_COLUMNS].value->count == 0)) {
        problem_add(reader->problems,
                    root->place,
                    "Give \"columns\", \"copy\" or both.",
                    "the mapping fills no target column");
    }
}

static bool read_mapping(struct plan_reader *reader,
                         struct plan_variables *variables,
                         const struct plan_node *root,
                         struct mapping *mapping,
                         struct fragments *fragments,
                         struct error *error)
{
    struct plan_field fields[MAPPING_KEY_COUNT];

    if (!plan_read_keys(reader, root, "a mapping", mapping_keys, MAPPING_KEY_COUNT, fields)) {
        return true;
    }
    mapping->entity = plan_read_name(reader, &fields[MAPPING_ENTITY]);
    if (fields[MAPPING_ENTITY].key != NULL) {
        mapping->entity_place = plan_field_place(&fields[MAPPING_ENTITY]);
    }
    read_source(reader, &fields[MAPPING_SOURCE], mapping);
    read_target(reader, &fields[MAPPING_TARGET], mapping);
    mapping_read_rules(reader, &fields[MAPPING_LOOKUPS], mapping);
    mapping->limits_given = fields[MAPPING_LIMITS].key != NULL;
    plan_read_mapping_limits(reader, &fields[MAPPING_LIMITS], &mapping->limits);
    mapping_read_verify(reader, &fields[MAPPING_VERIFY], mapping);
    mapping_read_emits(reader, &fields[MAPPING_EMIT], mapping);
    mapping_read_grouping(reader, &fields[MAPPING_DEDUPE], &fields[MAPPING_PIVOT], mapping);
    if (!mapping_include(reader, variables, &fields[MAPPING_INCLUDE], mapping, fragments, error)) {
        return false;
    }
    check_fills(reader, root, fields, mapping);
    mapping_read_examples(reader, &fields[MAPPING_EXAMPLES], mapping);
    return true;
}

bool mapping_file_load(struct plan_reader *reader,
                       struct plan_variables *variables,
                       const char *path,
                       struct place place,
                       struct mapping *mapping,
                       struct error *error)
{
    struct error unread = ERROR_NONE;
    struct fragments fragments = {0};
    struct text content;
    struct plan_node *root;

    *mapping = (struct mapping){.file = path, .mode = LOAD_INSERT};
    mapping->source = (struct relation_spec){.delimiter = ',', .quote = '"', .header = true};
    mapping->directory = plan_path_directory(path, reader->arena);
    if (mapping->directory == NULL) {
        return error_set_memory(error);
    }
    if (!plan_file_read(path, reader->arena, &content, &unread)) {
        if (unread.code != ERROR_PLAN) {
            *error = unread;
            return false;
        }
        problem_add(reader->problems,
                    place,
                    "Mappings are looked for from the folder of the plan.",
                    "%s",
                    unread.message);
        return true;
    }
    if (!plan_tree_parse(path, content, reader->arena, reader->problems, &root, error)) {
        return false;
    }
    if (root == NULL) {
        return true;
    }
    plan_variables_put(reader, variables, root, NULL);
    mapping->text = plan_variables_render(reader, variables, content);
    if (!read_mapping(reader, variables, root, mapping, &fragments, error)) {
        return false;
    }
    return reader->failed ? error_set_memory(error)
                          : mapping_set_digest(reader, root, &fragments, mapping, error);
}
