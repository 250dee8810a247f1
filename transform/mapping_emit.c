/* mapping_emit.c — `emit:` of a mapping file: the rows that one record gives.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"

#include <string.h>

enum emit_key {
    EMIT_NAME,
    EMIT_WHEN,
    EMIT_COLUMNS,
    EMIT_KEY_COUNT
};

static const struct plan_key emit_keys[EMIT_KEY_COUNT] = {
    [EMIT_NAME] = {"name", PLAN_REQUIRED},
    [EMIT_WHEN] = {"when", 0},
    [EMIT_COLUMNS] = {"columns", 0},
};

static void read_emit(struct plan_reader *reader,
                      const struct plan_node *node,
                      struct emit_spec *emit)
{
    struct plan_field fields[EMIT_KEY_COUNT];

    if (!plan_read_keys(reader, node, "\"emit\"", emit_keys, EMIT_KEY_COUNT, fields)) {
        return;
    }
    emit->name = plan_read_name(reader, &fields[EMIT_NAME]);
    if (fields[EMIT_WHEN].key != NULL) {
        (void)mapping_read_expression(reader, &fields[EMIT_WHEN], &emit->when);
    }
    emit->columns = mapping_read_expressions(reader, &fields[EMIT_COLUMNS], &emit->column_count);
}

/* Names are said in reports: each once. */
static void check_names(struct plan_reader *reader, const struct mapping *mapping)
{
    for (int i = 0; i < mapping->emit_count; i++) {
        for (int j = 0; j < i; j++) {
            const char *name = mapping->emits[i].name;
            if (name != NULL && mapping->emits[j].name != NULL &&
                strcmp(name, mapping->emits[j].name) == 0) {
                problem_add(reader->problems,
                            mapping->emits[i].place,
                            NULL,
                            "two rows under \"emit\" have the name \"%s\"",
                            name);
            }
        }
    }
}

void mapping_read_emits(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct mapping *mapping)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *list = field->value;
    if (list->kind != PLAN_LIST || list->count == 0 || list->count > LIMIT_EMITS) {
        problem_add(reader->problems,
                    plan_field_place(field),
                    "Write a list: - {name: home, when: …, columns: {…}}.",
                    "\"emit\" must be a list of 1 to %d rows",
                    LIMIT_EMITS);
        return;
    }
    struct emit_spec *emits = ARENA_ARRAY(reader->arena, struct emit_spec, (size_t)list->count);
    if (!plan_reader_keep(reader, emits)) {
        return;
    }
    mapping->emits = emits;
    mapping->emit_count = list->count;
    for (int i = 0; i < list->count; i++) {
        emits[i].place = list->items[i]->place;
        read_emit(reader, list->items[i], &emits[i]);
    }
    check_names(reader, mapping);
}
