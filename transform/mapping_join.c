/* mapping_join.c — the lists of a mapping or fragment and those of its fragments as one.
 *
 * What the file says itself stands first and goes before what its fragments say under the same
 * name; the same name in two of them is a problem, unless it is the same entry that is reached in
 * two ways.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"

#include "novate/limits.h"

#include <string.h>

static const char *place_text(struct plan_reader *reader, struct place place)
{
    return arena_format(reader->arena,
                        "It stands at %s:%d:%d too. Say in the file that includes both what is "
                        "meant.",
                        place.file,
                        place.line,
                        place.column);
}

/* An entry that files may give under one name. */
struct named {
    const char *name;
    struct place place;
};

/* Does an entry of a fragment count, beside the `own` first ones of the file itself and those of
 * other fragments after them? */
static bool counts(struct plan_reader *reader,
                   const char *what,
                   bool any_case,
                   const struct named *taken,
                   int own,
                   int count,
                   struct named entry)
{
    for (int i = 0; i < count; i++) {
        const bool same = any_case ? text_equal_case(text_of(taken[i].name), text_of(entry.name))
                                   : strcmp(taken[i].name, entry.name) == 0;
        if (!same) {
            continue;
        }
        /* The tree's own text: the same fragment, reached in two ways. */
        if (i >= own && taken[i].name != entry.name) {
            problem_add(reader->problems,
                        entry.place,
                        place_text(reader, taken[i].place),
                        "%s \"%s\" is given by two fragments",
                        what,
                        entry.name);
        }
        return false;
    }
    return true;
}

struct specs {
    const struct expression_spec *items;
    int count;
};

/* Is the name filled by "copy" of the file itself? */
static bool is_copied(const struct mapping *parent, int own_copies, const char *name)
{
    for (int i = 0; i < own_copies; i++) {
        if (text_equal_case(text_of(parent->copy[i]), text_of(name))) {
            return true;
        }
    }
    return false;
}

static bool check_count(struct plan_reader *reader, const char *what, struct place place, int count)
{
    return count <= LIMIT_COLUMNS || problem_add(reader->problems,
                                                 place,
                                                 NULL,
                                                 "fragments give more than %d %ss",
                                                 LIMIT_COLUMNS,
                                                 what);
}

/* `own` and the lists of the fragments as one. `except` has copies that hide columns; or NULL. */
static struct specs join_specs(struct plan_reader *reader,
                               const char *what,
                               struct place place,
                               struct specs own,
                               const struct specs *lists,
                               int list_count,
                               const struct mapping *except)
{
    struct arena *arena = reader->arena;
    int room = own.count + 1;

    for (int i = 0; i < list_count; i++) {
        room += lists[i].count;
    }
    struct expression_spec *joined = ARENA_ARRAY(arena, struct expression_spec, (size_t)room);
    struct named *taken = ARENA_ARRAY(arena, struct named, (size_t)room);
    if (!plan_reader_keep(reader, joined) || !plan_reader_keep(reader, taken)) {
        return own;
    }
    int count = 0;
    for (; count < own.count; count++) {
        joined[count] = own.items[count];
        taken[count] = (struct named){own.items[count].name, own.items[count].name_place};
    }
    for (int i = 0; i < list_count; i++) {
        for (int at = 0; at < lists[i].count; at++) {
            const struct expression_spec *spec = &lists[i].items[at];
            const struct named entry = {spec->name, spec->name_place};
            if (counts(reader, what, except != NULL, taken, own.count, count, entry) &&
                (except == NULL || !is_copied(except, except->copy_count, spec->name))) {
                joined[count] = *spec;
                taken[count++] = entry;
            }
        }
    }
    (void)check_count(reader, what, place, count);
    return (struct specs){joined, count};
}

static void join_lookups(struct plan_reader *reader,
                         struct mapping *parent,
                         struct fragment *const *children,
                         int child_count)
{
    struct arena *arena = reader->arena;
    const int own = parent->lookup_count;
    int room = own + 1;
    int count = 0;

    for (int i = 0; i < child_count; i++) {
        room += children[i]->rules.lookup_count;
    }
    struct lookup_spec *joined = ARENA_ARRAY(arena, struct lookup_spec, (size_t)room);
    struct named *taken = ARENA_ARRAY(arena, struct named, (size_t)room);
    if (!plan_reader_keep(reader, joined) || !plan_reader_keep(reader, taken)) {
        return;
    }
    for (; count < own; count++) {
        joined[count] = parent->lookups[count];
        taken[count] = (struct named){joined[count].name, joined[count].place};
    }
    for (int i = 0; i < child_count; i++) {
        for (int at = 0; at < children[i]->rules.lookup_count; at++) {
            const struct lookup_spec *spec = &children[i]->rules.lookups[at];
            const struct named entry = {spec->name, spec->place};
            if (counts(reader, "lookup", false, taken, own, count, entry)) {
                joined[count] = *spec;
                taken[count++] = entry;
            }
        }
    }
    parent->lookups = joined;
    parent->lookup_count = count;
}

/* Fills a column of the file itself what the entry of "copy" names? */
static bool is_column(const struct specs *own, const char *name)
{
    for (int i = 0; i < own->count; i++) {
        if (text_equal_case(text_of(own->items[i].name), text_of(name))) {
            return true;
        }
    }
    return false;
}

/* Entries of "copy" that say the same are one. */
static void join_copies(struct plan_reader *reader,
                        struct mapping *parent,
                        const struct specs *own_columns,
                        struct fragment *const *children,
                        int child_count)
{
    struct arena *arena = reader->arena;
    int room = parent->copy_count + 1;
    int count = 0;

    for (int i = 0; i < child_count; i++) {
        room += children[i]->rules.copy_count;
    }
    const char **joined = ARENA_ARRAY(arena, const char *, (size_t)room);
    struct place *places = ARENA_ARRAY(arena, struct place, (size_t)room);
    if (!plan_reader_keep(reader, joined) || !plan_reader_keep(reader, places)) {
        return;
    }
    for (; count < parent->copy_count; count++) {
        joined[count] = parent->copy[count];
        places[count] = parent->copy_places[count];
    }
    for (int i = 0; i < child_count; i++) {
        const struct mapping *rules = &children[i]->rules;
        for (int at = 0; at < rules->copy_count; at++) {
            const struct mapping known = {.copy = joined, .copy_count = count};
            if (!is_copied(&known, count, rules->copy[at]) &&
                !is_column(own_columns, rules->copy[at])) {
                joined[count] = rules->copy[at];
                places[count++] = rules->copy_places[at];
            }
        }
    }
    parent->copy = joined;
    parent->copy_places = places;
    parent->copy_count = count;
}

void mapping_join(struct plan_reader *reader,
                  struct place place,
                  struct mapping *parent,
                  struct fragment *const *children,
                  int count)
{
    const struct specs filters = {parent->filters, parent->filter_count};
    const struct specs columns = {parent->columns, parent->column_count};
    const struct specs checks = {parent->checks, parent->check_count};
    struct specs lists[3][FRAGMENTS_MAX];
    struct specs joined[3];

    for (int i = 0; i < count; i++) {
        const struct mapping *rules = &children[i]->rules;
        lists[0][i] = (struct specs){rules->filters, rules->filter_count};
        lists[1][i] = (struct specs){rules->columns, rules->column_count};
        lists[2][i] = (struct specs){rules->checks, rules->check_count};
    }
    joined[0] = join_specs(reader, "filter", place, filters, lists[0], count, NULL);
    joined[1] = join_specs(reader, "column", place, columns, lists[1], count, parent);
    joined[2] = join_specs(reader, "check", place, checks, lists[2], count, NULL);
    join_lookups(reader, parent, children, count);
    join_copies(reader, parent, &columns, children, count);
    parent->filters = joined[0].items;
    parent->filter_count = joined[0].count;
    parent->columns = joined[1].items;
    parent->column_count = joined[1].count;
    parent->checks = joined[2].items;
    parent->check_count = joined[2].count;
}
