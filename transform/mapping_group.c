/* mapping_group.c — `dedupe:` and `pivot:` of a mapping file: several records that become one row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"

#include "novate/limits.h"

#include <string.h>

enum group_key {
    GROUP_BY,
    GROUP_KEEP,
    GROUP_STORE,
    GROUP_NAME,
    GROUP_VALUE,
    GROUP_COLUMNS,
    GROUP_KEY_COUNT,
    DEDUPE_KEY_COUNT = GROUP_NAME /* what comes from here on is a pivot's */
};

static const struct plan_key dedupe_keys[DEDUPE_KEY_COUNT] = {
    [GROUP_BY] = {"by", PLAN_REQUIRED},
    [GROUP_KEEP] = {"keep", PLAN_REQUIRED},
    [GROUP_STORE] = {"store", 0},
};

static const struct plan_key pivot_keys[GROUP_KEY_COUNT] = {
    [GROUP_BY] = {"by", PLAN_REQUIRED},
    [GROUP_KEEP] = {"keep", 0},
    [GROUP_STORE] = {"store", 0},
    [GROUP_NAME] = {"name", PLAN_REQUIRED},
    [GROUP_VALUE] = {"value", PLAN_REQUIRED},
    [GROUP_COLUMNS] = {"columns", PLAN_REQUIRED},
};

static void read_one(struct plan_reader *reader,
                     const struct plan_field *field,
                     struct expression_spec *spec)
{
    if (field->key != NULL) {
        (void)mapping_read_expression(reader, field, spec);
    }
}

/* One expression, or a list of them. */
static void read_by(struct plan_reader *reader,
                    const struct plan_field *field,
                    struct grouping_spec *spec)
{
    if (field->key == NULL) {
        return;
    }
    struct plan_node *const *items = &field->value;
    int count = 1;
    if (field->value->kind == PLAN_LIST) {
        items = field->value->items;
        count = field->value->count;
    }
    if (count == 0 || count > LIMIT_KEY_COLUMNS) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    NULL,
                    "\"by\" must be a list of 1 to %d expressions",
                    LIMIT_KEY_COLUMNS);
        return;
    }
    struct expression_spec *by = ARENA_ARRAY(reader->arena, struct expression_spec, (size_t)count);
    if (!plan_reader_keep(reader, by)) {
        return;
    }
    spec->by = by;
    for (int i = 0; i < count; i++) {
        const struct plan_field item = {.key = field->key, .value = items[i]};
        spec->by_count += mapping_read_expression(reader, &item, &by[spec->by_count]);
    }
}

enum pivot_column_key {
    PIVOT_COLUMN_NAME,
    PIVOT_COLUMN_VALUE,
    PIVOT_COLUMN_KEY_COUNT
};

/* DOSE: STRENGTHDOSE, or DOSE: {name: STRENGTHDOSE, value: OE_FIELD_VALUE}. */
static bool read_column(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct pivot_column *column)
{
    static const struct plan_key keys[PIVOT_COLUMN_KEY_COUNT] = {
        [PIVOT_COLUMN_NAME] = {"name", PLAN_REQUIRED}, [PIVOT_COLUMN_VALUE] = {"value", 0}};
    struct plan_field fields[PIVOT_COLUMN_KEY_COUNT];

    *column = (struct pivot_column){.name = field->key->text.data, .place = field->key->place};
    if (field->key->text.size == 0) {
        return problem_add(reader->problems, field->key->place, NULL, "a column must have a name");
    }
    if (field->value->kind != PLAN_MAP) {
        column->attribute = plan_read_text(reader, field);
        return column->attribute != NULL;
    }
    if (!plan_read_keys(
            reader, field->value, "a column of \"pivot\"", keys, PIVOT_COLUMN_KEY_COUNT, fields)) {
        return false;
    }
    column->attribute = plan_read_text(reader, &fields[PIVOT_COLUMN_NAME]);
    read_one(reader, &fields[PIVOT_COLUMN_VALUE], &column->value);
    return column->attribute != NULL;
}

static void read_columns(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct grouping_spec *spec)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP || map->count == 0 || map->count > LIMIT_PIVOT_COLUMNS) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    "Write {DOSE: STRENGTHDOSE, …}: the column that is made, and the attribute.",
                    "\"columns\" of \"pivot\" must be a map of 1 to %d columns",
                    LIMIT_PIVOT_COLUMNS);
        return;
    }
    struct pivot_column *columns =
        ARENA_ARRAY(reader->arena, struct pivot_column, (size_t)map->count);
    if (!plan_reader_keep(reader, columns)) {
        return;
    }
    spec->columns = columns;
    for (int i = 0; i < map->count; i++) {
        const struct plan_field item = {.key = map->keys[i], .value = map->items[i]};
        spec->column_count += read_column(reader, &item, &columns[spec->column_count]);
    }
}

static void read_grouping(struct plan_reader *reader,
                          const struct plan_field *field,
                          bool pivot,
                          struct mapping *mapping)
{
    static const char *const stores[] = {"memory", "disk"};
    struct plan_field fields[GROUP_KEY_COUNT] = {{NULL, NULL}};
    struct grouping_spec *spec = ARENA_NEW(reader->arena, struct grouping_spec);

    if (!plan_reader_keep(reader, spec) ||
        !plan_read_keys(reader,
                        field->value,
                        pivot ? "\"pivot\"" : "\"dedupe\"",
                        pivot ? pivot_keys : dedupe_keys,
                        pivot ? GROUP_KEY_COUNT : DEDUPE_KEY_COUNT,
                        fields)) {
        return;
    }
    mapping->grouping = spec;
    spec->pivot = pivot;
    spec->place = field->key->place;
    read_by(reader, &fields[GROUP_BY], spec);
    read_one(reader, &fields[GROUP_KEEP], &spec->keep);
    spec->on_disk = plan_read_choice(reader, &fields[GROUP_STORE], stores, 2, 0) == 1;
    read_one(reader, &fields[GROUP_NAME], &spec->attribute);
    read_one(reader, &fields[GROUP_VALUE], &spec->value);
    read_columns(reader, &fields[GROUP_COLUMNS], spec);
}

void mapping_read_grouping(struct plan_reader *reader,
                           const struct plan_field *dedupe,
                           const struct plan_field *pivot,
                           struct mapping *mapping)
{
    if (dedupe->key != NULL && pivot->key != NULL) {
        problem_add(reader->problems,
                    pivot->key->place,
                    "A pivot keeps one value of each attribute by itself; see \"keep\" there.",
                    "a mapping can have \"dedupe\" or \"pivot\", not both");
    } else if (dedupe->key != NULL) {
        read_grouping(reader, dedupe, false, mapping);
    } else if (pivot->key != NULL) {
        read_grouping(reader, pivot, true, mapping);
    }
}
