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
                                  : bind_expression(&binder, node);
    }
    return !binder.memory || error_set_memory(build->error);
}

/* "Perhaps you meant …" among the names of a schema; "" if none is near. */
static const char *nearest_hint(const struct build *build,
                                const char *name,
                                const struct schema *schema)
{
    struct arena *arena = build->context.arena;
    const char **names = ARENA_ARRAY(arena, const char *, (size_t)schema->count);

    if (names == NULL) {
        return NULL;
    }
    for (int i = 0; i < schema->count; i++) {
        names[i] = schema->columns[i].name;
    }
    const char *nearest = text_nearest(name, names, (size_t)schema->count);
    return nearest == NULL ? NULL : arena_format(arena, "Perhaps you meant \"%s\".", nearest);
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
        rule->term = term == NULL ? NULL : bind_assignment(&binder, term, &rule->column, spec);
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

/* The target column of a rule: its index, -1 without a target, -2 with a problem. */
static int find_target(struct build *build, const struct expression_spec *spec)
{
    struct problems *problems = build->context.problems;

    if (build->target == NULL) {
        return -1;
    }
    int index = schema_find(build->target, text_of(spec->name), false);
    if (index < 0) {
        (void)problem_add(problems,
                          spec->name_place,
                          nearest_hint(build, spec->name, build->target),
                          "column \"%s\" of %s does not exist",
                          spec->name,
                          build->context.mapping->target_table);
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
        (void)problem_add(
            problems, spec->name_place, NULL, "column \"%s\" is filled twice", spec->name);
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

static bool copy_column(struct build *build, const char *name, int source, int target)
{
    struct expression_spec spec = {.name = target >= 0 ? build->target->columns[target].name : name,
                                   .text = name,
                                   .place = build->copy_place,
                                   .name_place = build->copy_place};
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
static bool copy_pattern(struct build *build, const char *pattern)
{
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
        if (!copy_column(build, build->source->columns[source].name, source, target)) {
            return false;
        }
    }
    if (!any) {
        (void)problem_add(build->context.problems,
                          build->copy_place,
                          "The names of source and target must be the same.",
                          "nothing matches \"%s\" under copy:",
                          pattern);
    }
    return true;
}

static bool copy_name(struct build *build, const char *name)
{
    struct place place = build->copy_place;
    int source = schema_find(build->source, text_of(name), false);
    int target = build->target == NULL ? -1 : schema_find(build->target, text_of(name), false);

    if (source < 0) {
        (void)problem_add(build->context.problems,
                          place,
                          nearest_hint(build, name, build->source),
                          "column \"%s\" of the source does not exist",
                          name);
        return true;
    }
    if (build->target != NULL && target < 0) {
        (void)problem_add(build->context.problems,
                          place,
                          nearest_hint(build, name, build->target),
                          "column \"%s\" of %s does not exist",
                          name,
                          build->context.mapping->target_table);
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
    return copy_column(build, build->source->columns[source].name, source, target);
}

/* A column that must have a value and that nothing fills. */
static void check_filled(struct build *build)
{
    for (int i = 0; build->target != NULL && i < build->target->count; i++) {
        const struct column *column = &build->target->columns[i];
        if (!build->filled[i] && !column->nullable && !column->has_default && !column->generated) {
            (void)problem_add(build->context.problems,
                              build->context.mapping->target_place,
                              "Fill it under columns:, or give it a default.",
                              "column \"%s\" must have a value, and no rule fills it",
                              column->name);
        }
    }
}

bool build_columns(struct build *build)
{
    const struct mapping *mapping = build->context.mapping;
    struct arena *arena = build->context.arena;
    int targets = build->target == NULL ? build->source->count : build->target->count;

    build->column_max = mapping->column_count + mapping->copy_count + targets;
    build->columns = ARENA_ARRAY(arena, struct column_rule, (size_t)build->column_max);
    build->filled = ARENA_ARRAY(arena, bool, (size_t)targets);
    if (build->columns == NULL || build->filled == NULL) {
        return error_set_memory(build->error);
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
        build->copy_place =
            mapping->copy_places != NULL ? mapping->copy_places[i] : mapping->copy_place;
        if (!(pattern ? copy_pattern : copy_name)(build, mapping->copy[i])) {
            return false;
        }
    }
    check_filled(build);
    return true;
}
