/* program_emit.c — a mapping with `emit:` as several: each row that a record gives is one mapping,
 * with the columns of all rows and those of its own in the place of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "program_build.h"

#include <string.h>

/* The target columns of all rows, in the order in which they are first met. */
struct names {
    const char **items;
    int count;
};

static const struct expression_spec *find_spec(const struct expression_spec *specs,
                                               int count,
                                               const char *name)
{
    for (int i = 0; i < count; i++) {
        if (text_equal_case(text_of(specs[i].name), text_of(name))) {
            return &specs[i];
        }
    }
    return NULL;
}

static void add_names(struct names *names, const struct expression_spec *specs, int count)
{
    for (int i = 0; i < count; i++) {
        bool known = false;
        for (int at = 0; at < names->count; at++) {
            known = known || text_equal_case(text_of(names->items[at]), text_of(specs[i].name));
        }
        if (!known) {
            names->items[names->count++] = specs[i].name;
        }
    }
}

static bool collect_names(const struct mapping *mapping, struct arena *arena, struct names *names)
{
    int most = mapping->column_count;

    for (int i = 0; i < mapping->emit_count; i++) {
        most += mapping->emits[i].column_count;
    }
    names->items = ARENA_ARRAY(arena, const char *, (size_t)most);
    if (names->items == NULL) {
        return false;
    }
    add_names(names, mapping->columns, mapping->column_count);
    for (int i = 0; i < mapping->emit_count; i++) {
        add_names(names, mapping->emits[i].columns, mapping->emits[i].column_count);
    }
    return true;
}

/* All rows go into one table by one COPY: what one of them fills, all do. */
static void refuse_gap(struct problems *problems, const struct emit_spec *emit, const char *name)
{
    (void)problem_add(problems,
                      emit->place,
                      "Fill it there too, with NULL if that is meant.",
                      "column \"%s\" is filled in other rows under emit:, but not in \"%s\"",
                      name,
                      emit->name == NULL ? "" : emit->name);
}

static bool derive(const struct mapping *mapping,
                   const struct names *names,
                   const struct emit_spec *emit,
                   struct arena *arena,
                   struct problems *problems,
                   struct mapping *derived)
{
    struct expression_spec *specs =
        ARENA_ARRAY(arena, struct expression_spec, (size_t)names->count);

    if (specs == NULL) {
        return false;
    }
    *derived = *mapping;
    derived->columns = specs;
    derived->column_count = 0;
    for (int i = 0; i < names->count; i++) {
        const char *name = names->items[i];
        const struct expression_spec *spec = find_spec(emit->columns, emit->column_count, name);
        if (spec == NULL) {
            spec = find_spec(mapping->columns, mapping->column_count, name);
        }
        if (spec == NULL) {
            refuse_gap(problems, emit, name);
        } else {
            specs[derived->column_count++] = *spec;
        }
    }
    return true;
}

bool build_branches(const struct mapping *mapping,
                    struct arena *arena,
                    struct problems *problems,
                    const struct mapping **branches,
                    int *count,
                    struct error *error)
{
    struct names names = {.count = 0};
    struct mapping *derived = ARENA_ARRAY(arena, struct mapping, (size_t)mapping->emit_count);

    *branches = mapping;
    *count = 1;
    if (mapping->emit_count == 0) {
        return true;
    }
    if (derived == NULL || !collect_names(mapping, arena, &names)) {
        return error_set_memory(error);
    }
    *branches = derived;
    *count = mapping->emit_count;
    for (int i = 0; i < mapping->emit_count; i++) {
        if (!derive(mapping, &names, &mapping->emits[i], arena, problems, &derived[i])) {
            return error_set_memory(error);
        }
    }
    return true;
}
