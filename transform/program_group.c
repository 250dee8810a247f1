/* program_group.c — the terms of dedupe: and pivot:, and the columns that a pivot makes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "compile.h"
#include "groups.h"
#include "parser.h"
#include "program_build.h"

#include <string.h>

static bool bind_values(struct build *build, struct conditions *conditions)
{
    return bind_conditions(build, conditions, build->records, "source", build->used, NULL);
}

/* A literal that has met no type is text: of no use to group by, but sound. */
static bool settle(struct build *build, struct conditions *conditions)
{
    for (int i = 0; i < conditions->count; i++) {
        struct binder binder = {.context = &build->context, .spec = &conditions->specs[i]};
        struct term *term = conditions->terms[i];
        if (term != NULL && term->type.id == TYPE_UNKNOWN) {
            conditions->terms[i] =
                bind_coerce(&binder, term, type_of(TYPE_TEXT), COERCE_IMPLICIT, term->offset);
        }
        if (binder.memory) {
            return error_set_memory(build->error);
        }
    }
    return true;
}

static bool is_keep(const struct node *node)
{
    return node->kind == NODE_CALL && node->arg_count > 0 && node->arg_count <= GROUP_ORDERS_MAX &&
           (text_equal_case(node->text, text_of("latest")) ||
            text_equal_case(node->text, text_of("earliest")));
}

/* latest(UPDT_DT_TM, UPDT_CNT): the arguments are the order values. */
static bool bind_keep(struct build *build, const struct grouping_spec *spec)
{
    struct arena *arena = build->context.arena;
    struct conditions *orders = &build->grouping->orders;
    struct binder binder = {.context = &build->context,
                            .spec = &spec->keep,
                            .schema = build->records,
                            .schema_name = "source",
                            .used = build->used};
    struct node *node = NULL;

    if (spec->keep.text == NULL) {
        return true;
    }
    if (!parser_parse(&spec->keep, arena, build->context.problems, &node, build->error)) {
        return false;
    }
    if (node == NULL) {
        return true;
    }
    if (!is_keep(node)) {
        (void)bind_problem(&binder,
                           node->offset,
                           "Write latest(UPDT_DT_TM), or earliest(…); ties are decided by the next "
                           "value, then by the key.",
                           "\"keep\" must be latest() or earliest() of 1 to %d values",
                           GROUP_ORDERS_MAX);
        return true;
    }
    build->program->grouping->keep =
        text_equal_case(node->text, text_of("latest")) ? KEEP_LATEST : KEEP_EARLIEST;
    struct expression_spec *specs =
        ARENA_ARRAY(arena, struct expression_spec, (size_t)node->arg_count);
    orders->terms = ARENA_ARRAY(arena, struct term *, (size_t)node->arg_count);
    if (specs == NULL || orders->terms == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < node->arg_count; i++) {
        specs[i] = spec->keep;
        orders->terms[i] = bind_expression(&binder, node->args[i]);
    }
    orders->specs = specs;
    orders->count = node->arg_count;
    return !binder.memory || error_set_memory(build->error);
}

/* The value of each column: its own, or that of the pivot. */
static bool bind_columns(struct build *build, const struct grouping_spec *spec)
{
    struct conditions *values = &build->grouping->values;
    struct expression_spec *specs =
        ARENA_ARRAY(build->context.arena, struct expression_spec, (size_t)spec->column_count);

    if (specs == NULL) {
        return error_set_memory(build->error);
    }
    for (int i = 0; i < spec->column_count; i++) {
        specs[i] = spec->columns[i].value.text == NULL ? spec->value : spec->columns[i].value;
        specs[i].name = spec->columns[i].name;
    }
    *values = (struct conditions){.specs = specs, .count = spec->column_count};
    return bind_values(build, values) && settle(build, values);
}

/* The attribute as text. */
static bool bind_attribute(struct build *build, const struct grouping_spec *spec)
{
    struct conditions *attribute = &build->grouping->attribute;
    struct binder binder = {.context = &build->context, .spec = &spec->attribute};

    *attribute = (struct conditions){.specs = &spec->attribute, .count = spec->pivot};
    if (!bind_values(build, attribute)) {
        return false;
    }
    if (spec->pivot) {
        attribute->terms[0] = bind_output(&binder, attribute->terms[0]);
    }
    return (!binder.memory || error_set_memory(build->error)) && settle(build, attribute);
}

/* The source as expressions see it: with the columns that the pivot makes. */
static bool extend_source(struct build *build, const struct grouping_spec *spec)
{
    struct arena *arena = build->context.arena;
    int read = build->records->count;
    struct schema *schema = ARENA_NEW(arena, struct schema);
    struct column *columns = ARENA_ARRAY(arena, struct column, (size_t)(read + spec->column_count));

    if (schema == NULL || columns == NULL) {
        return error_set_memory(build->error);
    }
    memcpy(columns, build->records->columns, (size_t)read * sizeof *columns);
    for (int i = 0; i < spec->column_count; i++) {
        const struct pivot_column *column = &spec->columns[i];
        const struct term *term = build->grouping->values.terms[i];
        if (schema_find(build->records, text_of(column->name), false) >= 0) {
            (void)problem_add(build->context.problems,
                              column->place,
                              "Give the column of the pivot another name.",
                              "the source has a column \"%s\" already",
                              column->name);
        }
        columns[read + i] = (struct column){
            .name = column->name,
            .type = term == NULL ? type_of(TYPE_TEXT) : term->type,
            .nullable = true,
        };
    }
    *schema = (struct schema){.columns = columns, .count = read + spec->column_count};
    build->source = schema;
    return true;
}

bool build_grouping(struct build *build)
{
    const struct grouping_spec *spec = build->context.mapping->grouping;
    const struct relation_spec *source = &build->context.mapping->source;
    struct grouping *grouping = ARENA_NEW(build->context.arena, struct grouping);

    build->grouping = ARENA_NEW(build->context.arena, struct group_terms);
    if (grouping == NULL || build->grouping == NULL) {
        return error_set_memory(build->error);
    }
    build->program->grouping = grouping;
    *grouping = (struct grouping){.spec = spec, .name = spec->pivot ? "pivot" : "dedupe"};
    if (source->file == NULL && build->program->key_count == 0) {
        (void)problem_add(build->context.problems,
                          spec->place,
                          "Name it under source: of the mapping.",
                          "%s: needs the key of the source, to tell records apart",
                          grouping->name);
    }
    build->grouping->by = (struct conditions){.specs = spec->by, .count = spec->by_count};
    return bind_values(build, &build->grouping->by) && settle(build, &build->grouping->by) &&
           bind_keep(build, spec) && settle(build, &build->grouping->orders) &&
           bind_attribute(build, spec) && bind_columns(build, spec) && extend_source(build, spec);
}

int count_grouping_constants(const struct group_terms *terms)
{
    return count_condition_constants(&terms->by) + count_condition_constants(&terms->orders) +
           count_condition_constants(&terms->attribute) + count_condition_constants(&terms->values);
}

/* All results are kept: they are looked at together. */
bool compile_grouping(struct build *build, struct compiler *compiler)
{
    struct grouping *grouping = build->program->grouping;
    const struct group_terms *terms = build->grouping;

    grouping->by_count = terms->by.count;
    grouping->order_count = terms->orders.count;
    grouping->column_count = terms->values.count;
    grouping->first_register = build->program->source.count;
    return compile_rules(build, compiler, &terms->by, true, &grouping->by) &&
           compile_rules(build, compiler, &terms->orders, true, &grouping->orders) &&
           compile_rules(build, compiler, &terms->attribute, true, &grouping->attribute) &&
           compile_rules(build, compiler, &terms->values, true, &grouping->values);
}
