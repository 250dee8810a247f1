/* mapping_examples.c — the examples of a mapping: records that it may be given, and what must
 * become of them. Whether columns exist and values are of their types is for examples.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"
#include "mapping_file.h"

#include "novate/batch.h"
#include "novate/limits.h"

#include <string.h>

/* Examples of one mapping, rows of one example, entries of a lookup in it: tests are read by
 * people. */
#define EXAMPLES_MAX 10000

enum example_key {
    EXAMPLE_KEY_NAME,
    EXAMPLE_KEY_GIVEN,
    EXAMPLE_KEY_LOOKUPS,
    EXAMPLE_KEY_EXPECT,
    EXAMPLE_KEY_REJECT,
    EXAMPLE_KEY_FILTERED,
    EXAMPLE_KEY_NOTES,
    EXAMPLE_KEY_REPAIRS,
    EXAMPLE_KEY_COUNT
};

static const struct plan_key example_keys[EXAMPLE_KEY_COUNT] = {
    [EXAMPLE_KEY_NAME] = {"name", PLAN_REQUIRED},
    [EXAMPLE_KEY_GIVEN] = {"given", PLAN_REQUIRED},
    [EXAMPLE_KEY_LOOKUPS] = {"lookups", 0},
    [EXAMPLE_KEY_EXPECT] = {"expect", 0},
    [EXAMPLE_KEY_REJECT] = {"reject", 0},
    [EXAMPLE_KEY_FILTERED] = {"filtered", 0},
    [EXAMPLE_KEY_NOTES] = {"notes", 0},
    [EXAMPLE_KEY_REPAIRS] = {"repairs", 0},
};

/* A value: *text is NULL for NULL. */
static bool read_value(struct plan_reader *reader,
                       const struct plan_node *node,
                       const char *what,
                       const char **text)
{
    if (node->kind != PLAN_TEXT) {
        return problem_add(reader->problems,
                           node->place,
                           NULL,
                           "%s must be a value, not %s",
                           what,
                           plan_kind_text(node->kind));
    }
    *text = plan_node_is_null(node) ? NULL : node->text.data;
    return true;
}

/* A map of columns and values. */
static void read_row(struct plan_reader *reader,
                     const struct plan_node *node,
                     const char *what,
                     struct example_row *row)
{
    *row = (struct example_row){.place = node->place};
    if (node->kind != PLAN_MAP) {
        problem_add(reader->problems,
                    node->place,
                    "Write {COLUMN: value, …}.",
                    "\"%s\" must be a map of columns and values, not %s",
                    what,
                    plan_kind_text(node->kind));
        return;
    }
    struct example_value *values =
        ARENA_ARRAY(reader->arena, struct example_value, (size_t)node->count + 1);
    if (!plan_reader_keep(reader, values)) {
        return;
    }
    for (int i = 0; i < node->count; i++) {
        struct example_value *value = &values[row->count];
        value->name = node->keys[i]->text.data;
        value->name_place = node->keys[i]->place;
        value->place = node->items[i]->text_place;
        row->count += read_value(reader, node->items[i], "a column of an example", &value->value);
    }
    row->values = values;
}

static bool check_size(struct plan_reader *reader, const struct plan_node *node, const char *what)
{
    return node->count <= EXAMPLES_MAX || problem_add(reader->problems,
                                                      node->place,
                                                      NULL,
                                                      "\"%s\" must have %d entries at most, not %d",
                                                      what,
                                                      EXAMPLES_MAX,
                                                      node->count);
}

/* One map, or a list of them. */
static const struct example_row *read_rows(struct plan_reader *reader,
                                           const struct plan_field *field,
                                           int *count)
{
    struct plan_node *value = field->value;
    struct plan_node *const *items = value->kind == PLAN_LIST ? value->items : &value;
    const int item_count = value->kind == PLAN_LIST ? value->count : 1;

    if (!check_size(reader, value, plan_field_name(field))) {
        return NULL;
    }
    struct example_row *rows =
        ARENA_ARRAY(reader->arena, struct example_row, (size_t)item_count + 1);
    if (!plan_reader_keep(reader, rows)) {
        return NULL;
    }
    for (int i = 0; i < item_count; i++) {
        read_row(reader, items[i], plan_field_name(field), &rows[i]);
    }
    *count = item_count;
    return rows;
}

/* --- what must come out --- */

/* Is it a class that expressions and checks reject by? Others are the reader's and the target's. */
static bool is_ours(enum reject_class class)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (fault_info((enum fault)i)->class == class) {
            return true;
        }
    }
    return false;
}

static void read_class(struct plan_reader *reader,
                       const struct plan_field *field,
                       struct example *example)
{
    const char *text = plan_read_text(reader, field);
    const char *names[REJECT_CLASS_COUNT];
    size_t count = 0;

    if (text == NULL) {
        return;
    }
    for (int i = 0; i < REJECT_CLASS_COUNT; i++) {
        if (!is_ours((enum reject_class)i)) {
            continue;
        }
        names[count] = reject_class_text((enum reject_class)i);
        if (strcmp(names[count], text) == 0) {
            example->reject_class = names[count];
            return;
        }
        count++;
    }
    const char *nearest = text_nearest(text, names, count);
    problem_add(reader->problems,
                plan_field_place(field),
                nearest == NULL ? "The classes are listed in the reference of mappings."
                                : arena_format(reader->arena, "Perhaps you meant %s.", nearest),
                "mappings reject no record as \"%s\"",
                text);
}

static void read_reject(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct example *example)
{
    static const struct plan_key keys[] = {{"class", PLAN_REQUIRED}, {"column", 0}, {"name", 0}};
    struct plan_field fields[3];

    example->outcome = EXAMPLE_REJECT;
    if (field->value->kind == PLAN_TEXT) {
        read_class(reader, field, example);
        return;
    }
    if (plan_read_keys(reader, field->value, "\"reject\"", keys, 3, fields)) {
        read_class(reader, &fields[0], example);
        example->reject_column = plan_read_text(reader, &fields[1]);
        example->reject_name = plan_read_text(reader, &fields[2]);
    }
}

static void read_filtered(struct plan_reader *reader,
                          const struct plan_field *field,
                          const struct mapping *mapping,
                          struct example *example)
{
    const char *text = plan_read_text(reader, field);
    const char **names =
        ARENA_ARRAY(reader->arena, const char *, (size_t)mapping->filter_count + 1);

    example->outcome = EXAMPLE_FILTERED;
    if (text == NULL || !plan_reader_keep(reader, names)) {
        return;
    }
    for (int i = 0; i < mapping->filter_count; i++) {
        names[i] = mapping->filters[i].name;
        if (strcmp(names[i], text) == 0) {
            example->filter = text;
        }
    }
    if (example->filter == NULL) {
        const char *nearest = text_nearest(text, names, (size_t)mapping->filter_count);
        problem_add(reader->problems,
                    plan_field_place(field),
                    nearest == NULL
                        ? NULL
                        : arena_format(reader->arena, "Perhaps you meant \"%s\".", nearest),
                    "the mapping has no filter \"%s\"",
                    text);
    }
}

/* Names of what is noted or repaired; an empty list says that nothing is. */
static void read_names(struct plan_reader *reader,
                       const struct plan_field *field,
                       const char *const **names,
                       int *count,
                       bool *given,
                       struct place *place)
{
    if (field->key == NULL) {
        return;
    }
    *given = true;
    *place = field->value->text_place;
    if (field->value->kind != PLAN_LIST || field->value->count > 0) {
        *names = plan_read_list(reader, field, LIMIT_COLUMNS, count);
    }
}

static void read_outcome(struct plan_reader *reader,
                         const struct plan_field *fields,
                         const struct mapping *mapping,
                         struct example *example)
{
    static const enum example_key keys[] = {
        EXAMPLE_KEY_EXPECT, EXAMPLE_KEY_REJECT, EXAMPLE_KEY_FILTERED};
    int given = 0;

    for (int i = 0; i < 3; i++) {
        if (fields[keys[i]].key != NULL) {
            example->outcome_place = plan_field_place(&fields[keys[i]]);
            given++;
        }
    }
    if (given != 1) {
        problem_add(reader->problems,
                    example->place,
                    NULL,
                    "an example must have exactly one of \"expect\", \"reject\" and \"filtered\"");
        return;
    }
    if (fields[EXAMPLE_KEY_EXPECT].key != NULL) {
        example->outcome = EXAMPLE_ROWS;
        example->rows = read_rows(reader, &fields[EXAMPLE_KEY_EXPECT], &example->row_count);
    } else if (fields[EXAMPLE_KEY_REJECT].key != NULL) {
        read_reject(reader, &fields[EXAMPLE_KEY_REJECT], example);
    } else {
        read_filtered(reader, &fields[EXAMPLE_KEY_FILTERED], mapping, example);
    }
}

/* --- lookups --- */

static const struct lookup_spec *find_lookup(const struct mapping *mapping, const char *name)
{
    for (int i = 0; i < mapping->lookup_count; i++) {
        if (strcmp(mapping->lookups[i].name, name) == 0) {
            return &mapping->lookups[i];
        }
    }
    return NULL;
}

/* One value or a list of them, as long as the lookup has columns; what is not given is NULL. */
static const char **read_values(struct plan_reader *reader,
                                const struct plan_node *node,
                                const char *what,
                                int least,
                                int most,
                                bool nullable)
{
    const struct plan_node *const *items =
        node->kind == PLAN_LIST ? (const struct plan_node *const *)node->items : &node;
    const int count = node->kind == PLAN_LIST ? node->count : 1;
    const char **values = ARENA_ARRAY(reader->arena, const char *, (size_t)most + 1);

    if (!plan_reader_keep(reader, values)) {
        return NULL;
    }
    if (count < least || count > most) {
        problem_add(reader->problems,
                    node->place,
                    NULL,
                    "%s of the lookup must have %d column%s, not %d",
                    what,
                    most,
                    most == 1 ? "" : "s",
                    count);
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        if (!read_value(reader, items[i], what, &values[i])) {
            return NULL;
        }
        if (values[i] == NULL && !nullable) {
            problem_add(reader->problems, items[i]->place, NULL, "%s cannot be null", what);
            return NULL;
        }
    }
    return values;
}

static void add_entry(struct plan_reader *reader,
                      const struct lookup_spec *spec,
                      const struct plan_node *key,
                      const struct plan_node *value,
                      struct example_lookup *lookup,
                      struct example_entry *entries)
{
    struct example_entry *entry = &entries[lookup->entry_count];

    *entry = (struct example_entry){
        .key = read_values(reader, key, "the key", spec->from_count, spec->from_count, false),
        .values = read_values(reader, value, "the value", 1, spec->to_count, true),
        .key_count = spec->from_count,
        .value_count = spec->to_count,
        .place = key->place,
    };
    lookup->entry_count += entry->key != NULL && entry->values != NULL;
}

/* {"1234": A1, …}, or [{key: [1234, X], value: A1}, …] */
static void read_lookup(struct plan_reader *reader,
                        const struct lookup_spec *spec,
                        const struct plan_node *node,
                        struct example_lookup *lookup)
{
    static const struct plan_key keys[] = {{"key", PLAN_REQUIRED},
                                           {"value", PLAN_REQUIRED | PLAN_NULLABLE}};
    struct plan_field fields[2];
    struct example_entry *entries =
        ARENA_ARRAY(reader->arena, struct example_entry, (size_t)node->count + 1);

    if (!plan_reader_keep(reader, entries) || !check_size(reader, node, spec->name)) {
        return;
    }
    lookup->entries = entries;
    if (node->kind == PLAN_TEXT) {
        problem_add(reader->problems,
                    node->place,
                    "Write {key: value, …}, or [{key: [a, b], value: c}, …].",
                    "the entries of lookup \"%s\" must be a map or a list",
                    spec->name);
    }
    for (int i = 0; i < node->count; i++) {
        if (node->kind == PLAN_MAP) {
            add_entry(reader, spec, node->keys[i], node->items[i], lookup, entries);
        } else if (plan_read_keys(
                       reader, node->items[i], "an entry of a lookup", keys, 2, fields) &&
                   fields[0].key != NULL && fields[1].key != NULL) {
            add_entry(reader, spec, fields[0].value, fields[1].value, lookup, entries);
        }
    }
}

static void read_lookups(struct plan_reader *reader,
                         const struct plan_field *field,
                         const struct mapping *mapping,
                         struct example *example)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP) {
        plan_refuse_kind(reader, field, "a map of lookups");
        return;
    }
    struct example_lookup *lookups =
        ARENA_ARRAY(reader->arena, struct example_lookup, (size_t)map->count + 1);
    if (!plan_reader_keep(reader, lookups)) {
        return;
    }
    for (int i = 0; i < map->count; i++) {
        const struct lookup_spec *spec = find_lookup(mapping, map->keys[i]->text.data);
        if (spec == NULL) {
            problem_add(reader->problems,
                        map->keys[i]->place,
                        NULL,
                        "the mapping has no lookup \"%s\"",
                        map->keys[i]->text.data);
            continue;
        }
        struct example_lookup *lookup = &lookups[example->lookup_count++];
        *lookup = (struct example_lookup){.name = spec->name, .place = map->keys[i]->place};
        read_lookup(reader, spec, map->items[i], lookup);
    }
    example->lookups = lookups;
}

/* --- the list --- */

static void read_example(struct plan_reader *reader,
                         const struct plan_node *node,
                         const struct mapping *mapping,
                         struct example *example)
{
    struct plan_field fields[EXAMPLE_KEY_COUNT];

    *example = (struct example){.place = node->place};
    if (!plan_read_keys(reader, node, "an example", example_keys, EXAMPLE_KEY_COUNT, fields)) {
        return;
    }
    example->name = plan_read_text(reader, &fields[EXAMPLE_KEY_NAME]);
    if (example->name != NULL) {
        example->place = plan_field_place(&fields[EXAMPLE_KEY_NAME]);
    }
    if (fields[EXAMPLE_KEY_GIVEN].key != NULL) {
        example->given = read_rows(reader, &fields[EXAMPLE_KEY_GIVEN], &example->given_count);
    }
    read_lookups(reader, &fields[EXAMPLE_KEY_LOOKUPS], mapping, example);
    read_outcome(reader, fields, mapping, example);
    read_names(reader,
               &fields[EXAMPLE_KEY_NOTES],
               &example->notes,
               &example->note_count,
               &example->notes_given,
               &example->notes_place);
    read_names(reader,
               &fields[EXAMPLE_KEY_REPAIRS],
               &example->repairs,
               &example->repair_count,
               &example->repairs_given,
               &example->repairs_place);
}

static void check_name(struct plan_reader *reader, const struct example *examples, int index)
{
    for (int i = 0; i < index && examples[index].name != NULL; i++) {
        if (examples[i].name != NULL && strcmp(examples[i].name, examples[index].name) == 0) {
            problem_add(reader->problems,
                        examples[index].place,
                        NULL,
                        "there are two examples named \"%s\"",
                        examples[index].name);
            return;
        }
    }
}

void mapping_read_examples(struct plan_reader *reader,
                           const struct plan_field *field,
                           struct mapping *mapping)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *list = field->value;
    if (list->kind != PLAN_LIST) {
        plan_refuse_kind(reader, field, "a list of examples");
        return;
    }
    struct example *examples = ARENA_ARRAY(reader->arena, struct example, (size_t)list->count + 1);
    if (!plan_reader_keep(reader, examples) || !check_size(reader, list, "examples")) {
        return;
    }
    for (int i = 0; i < list->count; i++) {
        read_example(reader, list->items[i], mapping, &examples[i]);
        check_name(reader, examples, i);
    }
    mapping->examples = examples;
    mapping->example_count = list->count;
}
