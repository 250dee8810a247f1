/* reference_evaluator.c — an expression, row by row. SPDX-License-Identifier: Apache-2.0 */
#include "reference_evaluator.h"

#include "assertions.h"
#include "bind_internal.h"
#include "parser.h"
#include "values.h"

#include <check.h>
#include <string.h>

/* One row's evaluation. */
struct walk {
    struct reference *reference;
    int row;
    struct failure failure; /* the first one */
    bool failed;
};

bool reference_bind(struct reference *reference,
                    const struct expression_rows *rows,
                    const char *text,
                    struct arena *arena)
{
    struct error error = ERROR_NONE;
    struct node *node = NULL;

    memset(reference, 0, sizeof *reference);
    reference->rows = rows;
    reference->arena = arena;
    reference->mapping = (struct mapping){.file = "m.yaml", .entity = "test"};
    reference->spec = (struct expression_spec){
        .name = "x", .text = text, .place = {"m.yaml", 1, 1}, .name_place = {"m.yaml", 1, 1}};
    problems_init(&reference->problems, arena);
    reference->context = (struct bind_context){.arena = arena,
                                               .problems = &reference->problems,
                                               .mapping = &reference->mapping,
                                               .zone = rows->zone};
    struct binder binder = {.context = &reference->context,
                            .spec = &reference->spec,
                            .schema = &rows->schema,
                            .schema_name = "source"};
    must(parser_parse(&reference->spec, arena, &reference->problems, &node, &error), &error);
    if (node != NULL) {
        reference->term = bind_value(&binder, node);
    }
    hold(!binder.memory);
    return reference->term != NULL;
}

static struct vector *new_value(const struct walk *walk, struct type type)
{
    struct arena *arena = walk->reference->arena;
    struct vector *value = ARENA_NEW(arena, struct vector);

    hold(value != NULL);
    *value = (struct vector){.type = type, .encoding = ENCODING_FLAT, .rows = 1, .base_rows = 1};
    value->data = arena_push(arena, storage_size(type_storage(type.id)), alignof(max_align_t));
    hold(value->data != NULL);
    return value;
}

static struct vector *null_value(const struct walk *walk, struct type type)
{
    struct vector *value = new_value(walk, type);

    value->valid = ARENA_NEW(walk->reference->arena, uint64_t);
    hold(value->valid != NULL);
    return value;
}

/* The value at a slot of any vector, as one flat row. */
static struct vector *take_value(const struct walk *walk,
                                 const struct vector *from,
                                 int slot,
                                 struct type type)
{
    size_t size = storage_size(type_storage(type.id));

    if (!validity_get(from->valid, slot)) {
        return null_value(walk, type);
    }
    struct vector *value = new_value(walk, type);
    memcpy(value->data, (const char *)from->data + (size_t)slot * size, size);
    return value;
}

static const struct vector *evaluate(struct walk *walk, const struct term *term);

static const struct vector *evaluate_call(struct walk *walk, const struct term *term)
{
    struct reference *reference = walk->reference;
    const struct vector *args[BIND_ARGS_MAX];
    const struct type *types[BIND_ARGS_MAX];
    uint64_t valid = 0;
    uint64_t failed = 0;
    struct failures failures = {.failed = &failed, .rows = &walk->failure};
    bool null = false;

    for (int i = 0; i < term->arg_count; i++) {
        args[i] = evaluate(walk, term->args[i]);
        types[i] = &term->args[i]->type;
        if (walk->failed) {
            return NULL;
        }
        null = null || vector_is_null(args[i], 0);
    }
    if (null && (term->function->flags & FUNCTION_STRICT) != 0) {
        return null_value(walk, term->type);
    }
    struct vector *result = new_value(walk, term->type);
    struct call call = {.function = term->function,
                        .args = args,
                        .types = types,
                        .arg_count = term->arg_count,
                        .result = result,
                        .type = &term->type,
                        .valid_room = &valid,
                        .count = 1,
                        .arena = reference->arena,
                        .zone = reference->rows->zone,
                        .state = term->state,
                        .failures = &failures};
    term->function->kernel(&call);
    hold(!call.out_of_memory);
    walk->failed = failures.any;
    if (walk->failed) {
        return NULL;
    }
    if (!validity_get(result->valid, 0)) {
        return null_value(walk, term->type); /* the bitmap is this function's own */
    }
    result->valid = NULL;
    if (reference->called != NULL) {
        reference->called(reference->state, term->function);
    }
    return result;
}

/* An operand that decides ends it; one that is unknown leaves the result unknown. */
static const struct vector *evaluate_junction(struct walk *walk, const struct term *term)
{
    uint8_t decides = term->kind == TERM_OR;
    bool unknown = false;

    for (int i = 0; i < term->arg_count; i++) {
        const struct vector *operand = evaluate(walk, term->args[i]);
        if (walk->failed) {
            return NULL;
        }
        if (vector_is_null(operand, 0)) {
            unknown = true;
        } else if (operand->bools[0] == decides) {
            return operand;
        }
    }
    if (unknown) {
        return null_value(walk, term->type);
    }
    struct vector *result = new_value(walk, term->type);
    result->bools[0] = !decides;
    return result;
}

static const struct vector *evaluate_case(struct walk *walk, const struct term *term)
{
    for (int i = 0; i + 1 < term->arg_count; i += 2) {
        const struct vector *condition = evaluate(walk, term->args[i]);
        if (walk->failed) {
            return NULL;
        }
        if (!vector_is_null(condition, 0) && condition->bools[0] != 0) {
            return evaluate(walk, term->args[i + 1]);
        }
    }
    return evaluate(walk, term->args[term->arg_count - 1]);
}

static const struct vector *evaluate_coalesce(struct walk *walk, const struct term *term)
{
    const struct vector *value = NULL;

    for (int i = 0; i < term->arg_count; i++) {
        value = evaluate(walk, term->args[i]);
        if (walk->failed || !vector_is_null(value, 0)) {
            return value;
        }
    }
    return value;
}

static const struct vector *evaluate_try(struct walk *walk, const struct term *term)
{
    const struct vector *value = evaluate(walk, term->args[0]);

    if (!walk->failed) {
        return value;
    }
    walk->failed = false;
    return evaluate(walk, term->args[1]);
}

static const struct vector *evaluate(struct walk *walk, const struct term *term)
{
    switch (term->kind) {
    case TERM_COLUMN:
        return take_value(
            walk, &walk->reference->rows->vectors[term->column], walk->row, term->type);
    case TERM_CONSTANT:
        return take_value(walk, term->constant, 0, term->type);
    case TERM_CALL:
        return evaluate_call(walk, term);
    case TERM_RELABEL: {
        const struct vector *value = evaluate(walk, term->args[0]);
        return walk->failed ? NULL : take_value(walk, value, 0, term->type);
    }
    case TERM_AND:
    case TERM_OR:
        return evaluate_junction(walk, term);
    case TERM_CASE:
        return evaluate_case(walk, term);
    case TERM_COALESCE:
        return evaluate_coalesce(walk, term);
    case TERM_TRY:
        return evaluate_try(walk, term);
    }
    return NULL;
}

const char *reference_value(struct reference *reference, int row, const char **message)
{
    struct walk walk = {.reference = reference, .row = row};
    const struct vector *value = evaluate(&walk, reference->term);

    *message = NULL;
    if (walk.failed) {
        const struct fault_info *info = fault_info(walk.failure.fault);
        *message = info->message;
        return arena_format(reference->arena, "!%s", info->sqlstate);
    }
    return vector_is_null(value, 0) ? "NULL"
                                    : expression_text(reference->rows, value, 0, reference->arena);
}
