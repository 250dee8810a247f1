/* plan_division.c — a target that several migrations of one plan share; see plan_division.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_division.h"

#include "plan_variables.h"

#include "novate/limits.h"

#include <string.h>

void plan_read_division(struct plan_reader *reader,
                        const struct plan_field *field,
                        struct plan_division *division)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP || map->count != 1) {
        problem_add(reader->problems,
                    map->place,
                    "Write divided_by: {COLUMN: VALUE}.",
                    "\"divided_by\" must have one column and its value");
        return;
    }
    const struct plan_field entry = {.key = map->keys[0], .value = map->items[0]};
    if (!plan_variable_name(entry.key->text)) {
        problem_add(reader->problems,
                    entry.key->place,
                    "Its name has letters, digits and \"_\", and begins with no digit.",
                    "a target cannot be divided by column \"%s\"",
                    entry.key->text.data);
        return;
    }
    /* What is put into SQL as it is. */
    const char *value = plan_read_name(reader, &entry);
    if (value != NULL) {
        *division = (struct plan_division){
            .column = entry.key->text.data,
            .value = value,
            .place = entry.key->place,
        };
    }
}

static const char *narrowed(struct plan_reader *reader,
                            const struct plan_division *division,
                            const char *condition)
{
    const char *text =
        condition == NULL
            ? arena_format(reader->arena, "%s = '%s'", division->column, division->value)
            : arena_format(reader->arena,
                           "%s = '%s' AND (%s)",
                           division->column,
                           division->value,
                           condition);
    (void)plan_reader_keep(reader, text);
    return text;
}

static void divide_lookups(struct plan_reader *reader,
                           const struct plan_division *division,
                           struct mapping *mapping)
{
    const int count = mapping->lookup_count;
    struct lookup_spec *lookups = ARENA_ARRAY(reader->arena, struct lookup_spec, (size_t)count + 1);

    if (!plan_reader_keep(reader, lookups)) {
        return;
    }
    for (int i = 0; i < count; i++) {
        lookups[i] = mapping->lookups[i];
        if (lookups[i].target_table != NULL && !lookups[i].undivided) {
            lookups[i].source.where = narrowed(reader, division, lookups[i].source.where);
        }
    }
    mapping->lookups = lookups;
}

static const struct expression_spec *find_column(const struct expression_spec *columns,
                                                 int count,
                                                 const char *name)
{
    for (int i = 0; i < count; i++) {
        if (text_equal_case(text_of(columns[i].name), text_of(name))) {
            return &columns[i];
        }
    }
    return NULL;
}

/* A mapping that fills the column itself might fill it otherwise. */
static void refuse_column(struct plan_reader *reader,
                          const struct plan_division *division,
                          const struct mapping *mapping)
{
    const struct expression_spec *found =
        find_column(mapping->columns, mapping->column_count, division->column);

    for (int i = 0; i < mapping->emit_count && found == NULL; i++) {
        found = find_column(
            mapping->emits[i].columns, mapping->emits[i].column_count, division->column);
    }
    if (found != NULL) {
        problem_add(reader->problems,
                    found->name_place,
                    "Leave it out here, or say \"undivided: true\" under \"target\".",
                    "column \"%s\" is filled by \"divided_by\" of the plan",
                    found->name);
    }
}

static void add_column(struct plan_reader *reader,
                       const struct plan_division *division,
                       struct mapping *mapping)
{
    const size_t count = (size_t)mapping->column_count;
    struct expression_spec *columns = ARENA_ARRAY(reader->arena, struct expression_spec, count + 1);
    const char *text = arena_format(reader->arena, "'%s'", division->value);

    if (!plan_reader_keep(reader, columns) || !plan_reader_keep(reader, text)) {
        return;
    }
    if (count > 0) {
        memcpy(columns, mapping->columns, count * sizeof columns[0]);
    }
    columns[mapping->column_count++] = (struct expression_spec){
        .name = division->column,
        .text = text,
        .place = division->place,
        .name_place = division->place,
    };
    mapping->columns = columns;
}

static void add_key(struct plan_reader *reader,
                    const struct plan_division *division,
                    struct mapping *mapping)
{
    const int count = mapping->target_key_count;
    const char **key = ARENA_ARRAY(reader->arena, const char *, (size_t)count + 1);
    struct place *places = ARENA_ARRAY(reader->arena, struct place, (size_t)count + 1);

    if (!plan_reader_keep(reader, key) || !plan_reader_keep(reader, places)) {
        return;
    }
    key[0] = division->column;
    places[0] = division->place;
    for (int i = 0; i < count; i++) {
        if (text_equal_case(text_of(mapping->target_key[i]), text_of(division->column))) {
            return;
        }
        key[i + 1] = mapping->target_key[i];
        places[i + 1] = mapping->target_key_places == NULL ? mapping->target_place
                                                           : mapping->target_key_places[i];
    }
    if (count == LIMIT_KEY_COLUMNS) {
        problem_add(reader->problems,
                    mapping->target_place,
                    NULL,
                    "with \"%s\" of the plan the key has more than %d columns",
                    division->column,
                    LIMIT_KEY_COLUMNS);
        return;
    }
    mapping->target_key = key;
    mapping->target_key_places = places;
    mapping->target_key_count = count + 1;
}

/* The division decides which rows come out, as the mapping's file does. */
static bool add_digest(const struct plan_division *division,
                       struct mapping *mapping,
                       struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct hash_stream stream;

    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    hash_hex(mapping->digest, hex);
    hash_stream_field(&stream, text_of(hex));
    hash_stream_field(&stream, text_of(division->column));
    hash_stream_field(&stream, text_of(division->value));
    mapping->digest = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return true;
}

bool plan_divide(struct plan_reader *reader,
                 const struct plan_division *division,
                 struct mapping *mapping,
                 struct error *error)
{
    if (division->column == NULL || mapping->entity == NULL) {
        return true;
    }
    divide_lookups(reader, division, mapping);
    if (!mapping->undivided && mapping->mode == LOAD_REPLACE) {
        problem_add(reader->problems,
                    mapping->target_place,
                    "It replaces the rows of others too: upsert, or say \"undivided: true\".",
                    "mode \"replace\" cannot have a table that is divided");
    }
    if (!mapping->undivided) {
        refuse_column(reader, division, mapping);
        add_column(reader, division, mapping);
        if (mapping->target_key_count > 0) {
            add_key(reader, division, mapping);
        }
        mapping->scope = narrowed(reader, division, mapping->scope);
    }
    const char *text = arena_format(reader->arena,
                                    "%s\n--- # divided by %s = '%s'\n",
                                    mapping->text == NULL ? "" : mapping->text,
                                    division->column,
                                    division->value);
    mapping->text = plan_reader_keep(reader, text) ? text : mapping->text;
    return add_digest(division, mapping, error);
}
