/* program_columns.c — which target column is filled by what: columns:, then copy:.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "parser.h"
#include "program_build.h"

#include <stdio.h>
#include <string.h>

bool build_term(struct build *build,
                const struct expression_spec *spec,
                const struct schema *schema,
                const char *schema_name,
                bool *used,
                const char *condition,
                struct term **term)
{
    struct binder binder = {.context = &build->context,
                            .spec = spec,
                            .schema = schema,
                            .schema_name = schema_name,
                            .used = used};
    struct node *node = NULL;

    *term = NULL;
    if (!parser_parse(spec, build->context.arena, build->context.problems, &node, build->error)) {
        return false;
    }
    if (node != NULL) {
        *term = condition != NULL ? bind_condition(&binder, node, condition)
                                  : bind_value(&binder, node);
    }
    return !binder.memory || error_set_memory(build->error);
}

int build_nearest(const struct build *build, const char *name, const struct schema *schema)
{
    const char **names = ARENA_ARRAY(build->context.arena, const char *, (size_t)schema->count);

    for (int i = 0; names != NULL && i < schema->count; i++) {
        names[i] = schema->columns[i].name;
    }
    const char *nearest = names == NULL ? NULL : text_nearest(name, names, (size_t)schema->count);
    for (int i = 0; nearest != NULL && i < schema->count; i++) {
        if (names[i] == nearest) {
            return i;
        }
    }
    return -1;
}

const char *build_meant_hint(const struct build *build, const struct schema *schema, int index)
{
    return index < 0 ? NULL
                     : arena_format(build->context.arena,
                                    "Perhaps you meant \"%s\".",
                                    schema->columns[index].name);
}

/* A literal that has met no type is text. */
static struct term *settle(struct binder *binder, struct term *term)
{
    return term != NULL && term->type.id == TYPE_UNKNOWN
               ? bind_coerce(binder, term, type_of(TYPE_TEXT), COERCE_IMPLICIT, term->offset)
               : term;
}

/* Adds the rule; `target` is the index of its target column, or -1 without a target. */
static bool add_rule(struct build *build,
                     const struct expression_spec *spec,
                     struct term *term,
                     int target)
{
    struct binder binder = {.context = &build->context, .spec = spec, .schema = build->source};
    struct column_rule *rule = &build->columns[build->column_count++];

    *rule = (struct column_rule){.spec = *spec};
    if (target >= 0) {
        rule->column = build->target->columns[target];
        rule->term = term == NULL
                         ? NULL
                         : bind_assignment(&binder, term, &rule->column, spec, &rule->unproved);
    } else {
        rule->term = settle(&binder, term);
        rule->column = (struct column){.name = spec->name, .nullable = true};
        if (rule->term != NULL) {
            rule->column.type = rule->term->type;
            rule->column.declared = bind_type_name(&binder, rule->column.type);
        }
    }
    return !binder.memory || error_set_memory(build->error);
}

/* A name that the target does not have. Nothing more is said of the column that is meant. */
static void refuse_target(struct build *build, const char *name, struct place place)
{
    int meant = build_nearest(build, name, build->target);

    if (meant >= 0) {
        build->meant[meant] = true;
    }
    (void)problem_add(build->context.problems,
                      place,
                      build_meant_hint(build, build->target, meant),
                      "column \"%s\" of %s does not exist",
                      name,
                      build->context.mapping->target_table);
}

/* The target column of a rule: its index, -1 without a target, -2 with a problem. */
static int find_target(struct build *build, const struct expression_spec *spec)
{
    struct problems *problems = build->context.problems;

    if (build->target == NULL) {
        return -1;
    }
    int index = schema_find(build->target, text_of(spec->name), false);
    if (index < 0) {
        refuse_target(build, spec->name, spec->name_place);
        return -2;
    }
    if (build->target->columns[index].generated) {
        (void)problem_add(problems,
                          spec->name_place,
                          "Leave it out: the target fills it.",
                          "column \"%s\" is generated and cannot be written",
                          spec->name);
        return -2;
    }
    if (build->filled[index]) {
        (void)problem_add(problems,
                          spec->name_place,
                          "Unquoted names are the same in capitals and small letters.",
                          "column \"%s\" is filled twice",
                          spec->name);
        return -2;
    }
    build->filled[index] = true;
    return index;
}

/* Is a column of that name under columns: already? */
static bool has_rule(const struct build *build, const char *name)
{
    for (int i = 0; i < build->context.mapping->column_count; i++) {
        if (text_equal_case(text_of(build->context.mapping->columns[i].name), text_of(name))) {
            return true;
        }
    }
    for (int i = 0; i < build->column_count; i++) {
        if (text_equal_case(text_of(build->columns[i].spec.name), text_of(name))) {
            return true;
        }
    }
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Iterative, as LIKE is. */
bool build_matches(const char *pattern, const char *name)
{
    const char *again_pattern = NULL;
    const char *again_name = NULL;

    while (*name != '\0') {
        if (*pattern == '*') {
            again_pattern = ++pattern;
            again_name = name;
        } else if (*pattern != '\0' && (*pattern == '?' || lower(*pattern) == lower(*name))) {
            pattern++;
            name++;
        } else if (again_pattern != NULL) {
            pattern = again_pattern;
            name = ++again_name;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static struct place copy_place(const struct build *build, int copy)
{
    const struct mapping *mapping = build->context.mapping;

    return mapping->copy_places == NULL ? mapping->copy_place : mapping->copy_places[copy];
}

static bool copy_column(struct build *build, int copy, const char *name, int source, int target)
{
    struct place place = copy_place(build, copy);
    struct expression_spec spec = {.name = target >= 0 ? build->target->columns[target].name : name,
                                   .text = name,
                                   .place = place,
                                   .name_place = place};
    struct binder binder = {
        .context = &build->context, .spec = &spec, .schema = build->source, .used = build->used};
    struct term *term = bind_column(&binder, source, 0);

    if (term == NULL) {
        return error_set_memory(build->error);
    }
    if (target >= 0) {
        build->filled[target] = true;
    }
    return add_rule(build, &spec, term, target);
}

/* Columns of the target (of the source where there is none) whose name matches, and that both
 * sides have. */
static bool copy_pattern(struct build *build, int copy)
{
    const char *pattern = build->context.mapping->copy[copy];
    const struct schema *schema = build->target != NULL ? build->target : build->source;
    bool any = false;

    for (int i = 0; i < schema->count; i++) {
        const char *name = schema->columns[i].name;
        if (!build_matches(pattern, name)) {
            continue;
        }
        if (has_rule(build, name)) {
            any = true;
            continue;
        }
        int source = schema_find(build->source, text_of(name), false);
        int target = build->target != NULL ? i : -1;
        if (source < 0 || (target >= 0 && schema->columns[i].generated)) {
            continue;
        }
        any = true;
        if (!copy_column(build, copy, build->source->columns[source].name, source, target)) {
            return false;
        }
    }
    if (!any) {
        (void)problem_add(build->context.problems,
                          copy_place(build, copy),
                          "The names of source and target must be the same.",
                          "nothing matches \"%s\" under copy:",
                          pattern);
    }
    return true;
}

static bool copy_name(struct build *build, int copy)
{
    const char *name = build->context.mapping->copy[copy];
    struct place place = copy_place(build, copy);
    int source = schema_find(build->source, text_of(name), false);
    int target = build->target == NULL ? -1 : schema_find(build->target, text_of(name), false);

    if (source < 0) {
        (void)problem_add(
            build->context.problems,
            place,
            build_meant_hint(build, build->source, build_nearest(build, name, build->source)),
            "column \"%s\" of the source does not exist",
            name);
        return true;
    }
    if (build->target != NULL && target < 0) {
        refuse_target(build, name, place);
        return true;
    }
    if (has_rule(build, name)) {
        (void)problem_add(
            build->context.problems, place, NULL, "column \"%s\" is filled twice", name);
        return true;
    }
    if (target >= 0 && build->target->columns[target].generated) {
        (void)problem_add(build->context.problems,
                          place,
                          "Leave it out: the target fills it.",
                          "column \"%s\" is generated and cannot be written",
                          name);
        return true;
    }
    return copy_column(build, copy, build->source->columns[source].name, source, target);
}

/* A column that must have a value and that nothing fills. */
static void check_filled(struct build *build)
{
    for (int i = 0; build->target != NULL && i < build->target->count; i++) {
        const struct column *column = &build->target->columns[i];
        if (!build->filled[i] && !build->meant[i] && !column->nullable && !column->has_default &&
            !column->generated) {
            (void)problem_add(build->context.problems,
                              build->context.mapping->target_place,
                              "Fill it under columns:, or give it a default.",
                              "column \"%s\" must have a value, and no rule fills it",
                              column->name);
        }
    }
}

static bool begin_targets(struct build *build, int targets)
{
    build->filled = ARENA_ARRAY(build->context.arena, bool, (size_t)targets);
    build->meant = ARENA_ARRAY(build->context.arena, bool, (size_t)targets);
    return (build->filled != NULL && build->meant != NULL) || error_set_memory(build->error);
}

bool build_columns(struct build *build)
{
    const struct mapping *mapping = build->context.mapping;
    int targets = build->target == NULL ? build->source->count : build->target->count;

    build->column_max = mapping->column_count + mapping->copy_count + targets;
    build->columns =
        ARENA_ARRAY(build->context.arena, struct column_rule, (size_t)build->column_max);
    if (build->columns == NULL) {
        return error_set_memory(build->error);
    }
    if (!begin_targets(build, targets)) {
        return false;
    }
    for (int i = 0; i < mapping->column_count; i++) {
        const struct expression_spec *spec = &mapping->columns[i];
        struct term *term = NULL;
        int target = find_target(build, spec);
        if (!build_term(build, spec, build->source, "source", build->used, NULL, &term)) {
            return false;
        }
        if (target != -2 && !add_rule(build, spec, term, target)) {
            return false;
        }
    }
    for (int i = 0; i < mapping->copy_count; i++) {
        bool pattern = strpbrk(mapping->copy[i], "*?") != NULL;
        if (!(pattern ? copy_pattern : copy_name)(build, i)) {
            return false;
        }
    }
    check_filled(build);
    return true;
}

static void check_target(struct build *build)
{
    const struct mapping *mapping = build->context.mapping;

    for (int i = 0; i < mapping->column_count; i++) {
        (void)find_target(build, &mapping->columns[i]);
    }
    for (int i = 0; i < mapping->copy_count; i++) {
        for (int at = 0; at < build->target->count; at++) {
            build->filled[at] = build->filled[at] ||
                                build_matches(mapping->copy[i], build->target->columns[at].name);
        }
    }
    check_filled(build);
}

bool program_check_target(const struct mapping *mapping,
                          const struct schema *target,
                          struct arena *arena,
                          struct problems *problems,
                          struct error *error)
{
    struct build build = {.target = target, .error = error};
    const struct mapping *branches = NULL;
    int count = 0;

    build.context = (struct bind_context){.arena = arena, .problems = problems};
    if (!build_branches(mapping, arena, problems, &branches, &count, error)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        build.context.mapping = &branches[i];
        if (!begin_targets(&build, target->count)) {
            return false;
        }
        check_target(&build);
    }
    return true;
}
