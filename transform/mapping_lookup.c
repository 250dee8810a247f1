/* mapping_lookup.c — the lookups of a mapping file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"
#include "plan_relation.h"

#include "novate/limits.h"

#include <string.h>

/* Tables of codes in one mapping; a wide table has a few dozen coded columns. */
#define LOOKUPS_MAX 1000

enum lookup_key {
    LOOKUP_TARGET = RELATION_KEY_COUNT,
    LOOKUP_FROM,
    LOOKUP_TO,
    LOOKUP_MISSING,
    LOOKUP_CHASE,
    LOOKUP_VALID_AT,
    LOOKUP_KEEP,
    LOOKUP_STORE,
    LOOKUP_UNDIVIDED,
    LOOKUP_KEY_COUNT
};

static const struct plan_key lookup_keys[LOOKUP_KEY_COUNT] = {
    PLAN_RELATION_KEYS,
    {"target", 0},
    {"from", PLAN_REQUIRED},
    {"to", PLAN_REQUIRED},
    {"missing", PLAN_NULLABLE},
    {"chase", 0},
    {"valid_at", 0},
    {"keep", 0},
    {"store", 0},
    {"undivided", 0},
};

static const char missing_hint[] = "It is reject, null, keep or {default: X}.";

static void read_default(struct plan_reader *reader,
                         const struct plan_node *node,
                         struct lookup_spec *spec)
{
    static const struct plan_key keys[] = {{"default", PLAN_REQUIRED}};
    struct plan_field field;

    if (!plan_read_keys(reader, node, "\"missing\"", keys, 1, &field) || field.key == NULL) {
        return;
    }
    if (field.value->kind != PLAN_TEXT) {
        plan_refuse_kind(reader, &field, "a text");
        return;
    }
    spec->missing = LOOKUP_MISSING_DEFAULT;
    spec->missing_default = field.value->text.data;
}

static void read_missing(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct lookup_spec *spec)
{
    static const char *const choices[] = {"reject", "null", "keep"};
    static const char prefix[] = "default:";

    if (field->key == NULL) {
        return;
    }
    const struct plan_node *value = field->value;
    if (value->kind == PLAN_MAP) {
        read_default(reader, value, spec);
        return;
    }
    if (value->kind != PLAN_TEXT || value->text.size == 0) {
        problem_add(reader->problems, field->key->place, missing_hint, "\"missing\" has no value");
        return;
    }
    if (plan_node_is_null(value)) {
        spec->missing = LOOKUP_MISSING_NULL;
        return;
    }
    for (int i = 0; i < 3; i++) {
        if (strcmp(value->text.data, choices[i]) == 0) {
            spec->missing = (enum lookup_missing)i;
            return;
        }
    }
    if (strncmp(value->text.data, prefix, sizeof prefix - 1) == 0) {
        const char *rest = value->text.data + sizeof prefix - 1;
        spec->missing = LOOKUP_MISSING_DEFAULT;
        spec->missing_default = rest + (rest[0] == ' ');
        return;
    }
    problem_add(reader->problems,
                value->text_place,
                missing_hint,
                "\"missing\" cannot be \"%s\"",
                value->text.data);
}

/* A table of the target is in none of the plan's sources. */
static void check_place(struct plan_reader *reader,
                        const struct plan_field *fields,
                        const struct lookup_spec *spec)
{
    if (fields[RELATION_IN].key != NULL && spec->target_table != NULL) {
        problem_add(reader->problems,
                    fields[RELATION_IN].key->place,
                    NULL,
                    "a lookup of the target cannot have \"in\"");
    }
    if (spec->chase && spec->valid_at_count > 0) {
        problem_add(reader->problems,
                    fields[LOOKUP_CHASE].key->place,
                    "Leave out one of the two: a chain has no moment of its own.",
                    "a lookup that follows chains cannot have \"valid_at\"");
    }
    if (spec->chase && (spec->from_count != 1 || spec->to_count != 1)) {
        problem_add(
            reader->problems,
            fields[LOOKUP_CHASE].key->place,
            NULL,
            "a lookup that follows chains must have one column in \"from\" and one in \"to\"");
    }
}

/* What a supplier hands over is sorted out by expressions; a file of codes of one's own is mended,
 * and a database asked for what is wanted. */
static void read_rows(struct plan_reader *reader,
                      const struct plan_field *fields,
                      struct lookup_spec *spec)
{
    const bool file = spec->source.file != NULL;
    const bool handed_over = file && spec->source.in != NULL;

    if (file && fields[RELATION_WHERE].key != NULL) {
        (void)mapping_read_expression(reader, &fields[RELATION_WHERE], &spec->where);
        spec->source.where = NULL;
    }
    if (fields[LOOKUP_KEEP].key != NULL) {
        (void)mapping_read_expression(reader, &fields[LOOKUP_KEEP], &spec->keep);
    }
    if (!handed_over && (spec->where.text != NULL || spec->keep.text != NULL)) {
        const struct plan_field *field =
            &fields[spec->where.text != NULL ? (int)RELATION_WHERE : (int)LOOKUP_KEEP];
        problem_add(reader->problems,
                    field->key->place,
                    "Such a file is one with \"in\": it lies in the folder of that source.",
                    "only a file of a source can have \"%s\" in a lookup",
                    plan_field_name(field));
    }
}

/* [BEGIN, END]. */
static void read_valid_at(struct plan_reader *reader,
                          const struct plan_field *field,
                          struct lookup_spec *spec)
{
    if (field->key == NULL) {
        return;
    }
    spec->valid_at = plan_read_list(reader, field, LIMIT_KEY_COLUMNS, &spec->valid_at_count);
    if (spec->valid_at_count != 2) {
        if (spec->valid_at_count > 0) {
            problem_add(reader->problems,
                        field->value->place,
                        "Write valid_at: [BEGINS, ENDS].",
                        "\"valid_at\" must have two columns, not %d",
                        spec->valid_at_count);
        }
        spec->valid_at_count = 0;
    }
}

static void read_store(struct plan_reader *reader,
                       const struct plan_field *field,
                       struct lookup_spec *spec)
{
    const char *store = plan_read_text(reader, field);

    if (store == NULL || strcmp(store, "memory") == 0) {
        return;
    }
    spec->store = LOOKUP_ON_DISK;
    if (strcmp(store, "disk") != 0) {
        problem_add(reader->problems,
                    field->value->text_place,
                    "It is memory or disk.",
                    "\"store\" cannot be \"%s\"",
                    store);
    }
}

static void read_lookup(struct plan_reader *reader,
                        const struct plan_node *node,
                        struct lookup_spec *spec)
{
    struct plan_field fields[LOOKUP_KEY_COUNT];
    const struct plan_field *const one_of[] = {&fields[RELATION_TABLE],
                                               &fields[RELATION_QUERY],
                                               &fields[RELATION_FILE],
                                               &fields[LOOKUP_TARGET]};
    const char *what = arena_format(reader->arena, "lookup \"%s\"", spec->name);

    if (!plan_reader_keep(reader, what) ||
        !plan_read_keys(reader, node, what, lookup_keys, LOOKUP_KEY_COUNT, fields)) {
        return;
    }
    (void)plan_check_one_of(
        reader, one_of, 4, what, "\"file\", \"table\", \"query\" and \"target\"", node->place);
    plan_read_relation(reader, fields, &spec->source);
    spec->target_table = plan_read_text(reader, &fields[LOOKUP_TARGET]);
    spec->from = plan_read_list(reader, &fields[LOOKUP_FROM], LIMIT_KEY_COLUMNS, &spec->from_count);
    spec->to = plan_read_list(reader, &fields[LOOKUP_TO], LIMIT_COLUMNS, &spec->to_count);
    read_missing(reader, &fields[LOOKUP_MISSING], spec);
    spec->chase = plan_read_bool(reader, &fields[LOOKUP_CHASE], false);
    read_valid_at(reader, &fields[LOOKUP_VALID_AT], spec);
    read_rows(reader, fields, spec);
    read_store(reader, &fields[LOOKUP_STORE], spec);
    spec->undivided = plan_read_bool(reader, &fields[LOOKUP_UNDIVIDED], false);
    check_place(reader, fields, spec);
    mapping_set_lookup_digest(reader, node, spec);
}

void mapping_read_lookups(struct plan_reader *reader,
                          const struct plan_field *field,
                          struct mapping *mapping)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP) {
        plan_refuse_kind(reader, field, "a map of lookups");
        return;
    }
    if (map->count > LOOKUPS_MAX) {
        problem_add(reader->problems,
                    map->place,
                    NULL,
                    "\"lookups\" must have %d entries at most, not %d",
                    LOOKUPS_MAX,
                    map->count);
        return;
    }
    struct lookup_spec *specs =
        ARENA_ARRAY(reader->arena, struct lookup_spec, (size_t)map->count + 1);
    if (!plan_reader_keep(reader, specs)) {
        return;
    }
    mapping->lookups = specs;
    for (int i = 0; i < map->count; i++) {
        if (!plan_check_name(reader, "a lookup", map->keys[i])) {
            continue;
        }
        struct lookup_spec *spec = &specs[mapping->lookup_count++];
        spec->name = map->keys[i]->text.data;
        spec->directory = mapping->directory;
        spec->place = map->keys[i]->place;
        spec->source = (struct relation_spec){
            .delimiter = ',', .quote = '"', .header = true, .null = "", .place = spec->place};
        read_lookup(reader, map->items[i], spec);
    }
}
