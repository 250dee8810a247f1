/* bind.c — names, literals and operators; the walk over the tree.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "fold.h"
#include "lexer.h"
#include "lint.h"

#include "novate/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct term *bind_problem(
    struct binder *binder, uint32_t offset, const char *hint, const char *format, ...)
{
    char message[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    (void)problem_add(
        binder->context->problems, expression_place(binder->spec, offset), hint, "%s", message);
    return NULL;
}

const char *bind_type_name(struct binder *binder, struct type type)
{
    struct text_buffer buffer;

    text_buffer_init(&buffer, 256);
    type_format(type, &buffer);
    char *name =
        buffer.failed ? NULL : arena_copy(binder->context->arena, buffer.data, buffer.size);
    text_buffer_release(&buffer);
    binder->memory = binder->memory || name == NULL;
    return name == NULL ? "" : name;
}

struct term *bind_term(struct binder *binder,
                       enum term_kind kind,
                       struct type type,
                       uint32_t offset)
{
    struct term *term = ARENA_NEW(binder->context->arena, struct term);

    if (term == NULL) {
        binder->memory = true;
        return NULL;
    }
    term->kind = kind;
    term->type = type;
    term->offset = offset;
    return term;
}

struct term *bind_compound(struct binder *binder,
                           enum term_kind kind,
                           struct type type,
                           uint32_t offset,
                           struct term *const *args,
                           int count)
{
    struct term *term = bind_term(binder, kind, type, offset);

    if (term == NULL) {
        return NULL;
    }
    term->args = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    if (term->args == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        if (args[i] == NULL) {
            return NULL;
        }
        term->args[i] = args[i];
    }
    term->arg_count = count;
    return term;
}

static struct term *bind_stateful(struct binder *binder,
                                  const struct function *function,
                                  struct type type,
                                  uint32_t offset,
                                  struct term *const *args,
                                  int count,
                                  const void *state,
                                  enum fault *fault)
{
    struct term *term = bind_compound(binder, TERM_CALL, type, offset, args, count);

    *fault = FAULT_NONE;
    if (term == NULL) {
        return NULL;
    }
    term->function = function;
    term->state = state;
    if (!fold_call(term, binder->context->zone, binder->context->arena, fault)) {
        binder->memory = true;
        return NULL;
    }
    return term;
}

struct term *bind_folded(struct binder *binder,
                         const struct function *function,
                         struct type type,
                         uint32_t offset,
                         struct term *const *args,
                         int count,
                         enum fault *fault)
{
    return bind_stateful(binder, function, type, offset, args, count, NULL, fault);
}

struct term *bind_call(struct binder *binder,
                       const struct function *function,
                       struct type type,
                       uint32_t offset,
                       struct term *const *args,
                       int count)
{
    return bind_prepared(binder, function, type, offset, args, count, NULL);
}

struct term *bind_prepared(struct binder *binder,
                           const struct function *function,
                           struct type type,
                           uint32_t offset,
                           struct term *const *args,
                           int count,
                           const void *state)
{
    enum fault fault = FAULT_NONE;
    struct term *term = bind_stateful(binder, function, type, offset, args, count, state, &fault);

    if (fault != FAULT_NONE) {
        (void)problem_warn(binder->context->problems,
                           expression_place(binder->spec, offset),
                           "Every record that gets here will be rejected.",
                           "this always fails: %s",
                           fault_info(fault)->message);
    }
    return term;
}

struct term *bind_internal(struct binder *binder,
                           enum internal id,
                           struct type type,
                           uint32_t offset,
                           struct term *const *args,
                           int count)
{
    return bind_call(binder, internal_function(id), type, offset, args, count);
}

static struct term *bind_constant(struct binder *binder,
                                  struct type type,
                                  bool null,
                                  uint32_t offset)
{
    struct term *term = bind_term(binder, TERM_CONSTANT, type, offset);
    struct vector *vector = ARENA_NEW(binder->context->arena, struct vector);
    struct error error = ERROR_NONE;

    if (term == NULL || vector == NULL ||
        !vector_create_constant(vector, type, 1, null, binder->context->arena, &error)) {
        binder->memory = true;
        return NULL;
    }
    term->constant = vector;
    return term;
}

struct term *bind_null(struct binder *binder, struct type type, uint32_t offset)
{
    return bind_constant(binder, type, true, offset);
}

struct term *bind_text(struct binder *binder, enum type_id id, struct text text, uint32_t offset)
{
    struct term *term = bind_constant(binder, type_of(id), false, offset);

    if (term != NULL) {
        term->constant->texts[0] = text;
    }
    return term;
}

static struct term *bind_boolean_literal(struct binder *binder, const struct node *node)
{
    struct term *term = bind_constant(binder, type_of(TYPE_BOOL), false, node->offset);

    if (term != NULL) {
        term->constant->bools[0] = !node->negated;
    }
    return term;
}

/* An integer that fits is integer, then bigint, otherwise numeric. */
static struct term *bind_number(struct binder *binder, const struct node *node)
{
    static const enum type_id types[] = {TYPE_INT4, TYPE_INT8, TYPE_NUMERIC};
    bool whole = true;

    for (uint32_t i = 0; i < node->text.size; i++) {
        char c = node->text.data[i];
        whole = whole && ((c >= '0' && c <= '9') || c == '-');
    }
    struct term *text = bind_text(binder, TYPE_TEXT, node->text, node->offset);
    for (int i = whole ? 0 : 2; text != NULL && i < 3; i++) {
        enum fault fault = FAULT_NONE;
        struct term *term = bind_folded(
            binder, input_function(types[i]), type_of(types[i]), node->offset, &text, 1, &fault);
        if (fault == FAULT_NONE) {
            return term;
        }
    }
    return text == NULL ? NULL : bind_problem(binder, node->offset, NULL, "number is out of range");
}

struct term *bind_column(struct binder *binder, int index, uint32_t offset)
{
    const struct column *column = &binder->schema->columns[index];
    struct term *term = bind_term(binder, TERM_COLUMN, column->type, offset);

    if (term != NULL) {
        term->column = index;
        if (binder->used != NULL) {
            binder->used[index] = true;
        }
    }
    return term;
}

/* Functions that are written as a column is. */
static const char *nearest_word(const char *name)
{
    static const char *const words[] = {"current_date", "current_timestamp"};

    return text_nearest(name, words, sizeof words / sizeof words[0]);
}

static struct term *bind_name(struct binder *binder, const struct node *node)
{
    const struct schema *schema = binder->schema;
    int index = schema_find(schema, node->text, node->quoted);
    char name[128];
    char hint[256];

    if (index >= 0) {
        return bind_column(binder, index, node->offset);
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)node->text.size, node->text.data);
    if (index == -2) {
        return bind_problem(binder,
                            node->offset,
                            "Write it in double quotes, exactly as the catalogue has it.",
                            "column \"%s\" is ambiguous: several differ only in case",
                            name);
    }
    const char **names = ARENA_ARRAY(binder->context->arena, const char *, (size_t)schema->count);
    if (names == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 0; i < schema->count; i++) {
        names[i] = schema->columns[i].name;
    }
    const char *nearest = text_nearest(name, names, (size_t)schema->count);
    const char *word = nearest_word(name);
    if (nearest != NULL) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant \"%s\".", nearest);
    } else if (word != NULL && !node->quoted) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant %s.", word);
    } else {
        (void)snprintf(hint,
                       sizeof hint,
                       "Names here are columns of the %s%s.",
                       binder->schema_name,
                       node->quoted ? "; texts are written in single quotes" : "");
    }
    return bind_problem(binder, node->offset, hint, "column \"%s\" does not exist", name);
}

bool bind_nodes(struct binder *binder, struct node *const *nodes, int count, struct term **terms)
{
    bool ok = true;

    for (int i = 0; i < count; i++) {
        terms[i] = bind_node(binder, nodes[i]);
        ok = ok && terms[i] != NULL;
    }
    return ok;
}

static struct term *bind_operator_node(struct binder *binder, const struct node *node)
{
    struct term *args[2] = {NULL, NULL};

    if (!bind_nodes(binder, node->args, node->arg_count, args)) {
        return NULL;
    }
    lint_operator(binder, node, args);
    return bind_operator(binder, node->text, node->offset, args, node->arg_count);
}

/* AND, OR: all arguments are conditions. */
static struct term *bind_junction(struct binder *binder, const struct node *node)
{
    const char *what = node->kind == NODE_AND ? "argument of AND" : "argument of OR";
    size_t count = (size_t)node->arg_count;
    struct term **args = ARENA_ARRAY(binder->context->arena, struct term *, count);

    if (args == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 0; i < node->arg_count; i++) {
        args[i] = bind_boolean(binder, bind_node(binder, node->args[i]), what);
    }
    lint_junction(binder, node, args);
    return bind_compound(binder,
                         node->kind == NODE_AND ? TERM_AND : TERM_OR,
                         type_of(TYPE_BOOL),
                         node->offset,
                         args,
                         node->arg_count);
}

static struct term *bind_not(struct binder *binder, const struct node *node)
{
    struct term *arg = bind_boolean(binder, bind_node(binder, node->args[0]), "argument of NOT");

    return bind_internal(binder, INTERNAL_NOT, type_of(TYPE_BOOL), node->offset, &arg, 1);
}

struct term *bind_node(struct binder *binder, const struct node *node)
{
    switch (node->kind) {
    case NODE_NAME:
        return bind_name(binder, node);
    case NODE_NUMBER:
        return bind_number(binder, node);
    case NODE_STRING:
        return bind_text(binder, TYPE_UNKNOWN, node->text, node->offset);
    case NODE_BOOLEAN:
        return bind_boolean_literal(binder, node);
    case NODE_NULL:
        return bind_null(binder, type_of(TYPE_UNKNOWN), node->offset);
    case NODE_OPERATOR:
        return bind_operator_node(binder, node);
    case NODE_AND:
    case NODE_OR:
        return bind_junction(binder, node);
    case NODE_NOT:
        return bind_not(binder, node);
    case NODE_IS:
        return bind_is(binder, node);
    case NODE_DISTINCT:
        return bind_distinct(binder, node);
    case NODE_IN:
        return bind_in(binder, node);
    case NODE_BETWEEN:
        return bind_between(binder, node);
    case NODE_LIKE:
        return bind_like(binder, node);
    case NODE_CASE:
        return bind_case(binder, node);
    case NODE_CAST: {
        struct term *arg = bind_node(binder, node->args[0]);
        return arg == NULL ? NULL
                           : bind_coerce(binder, arg, node->type, COERCE_EXPLICIT, node->offset);
    }
    case NODE_CALL:
        return bind_function_call(binder, node);
    case NODE_ANY:
        return bind_any(binder, node);
    case NODE_PART:
        return bind_part(binder, node);
    }
    return NULL;
}

struct term *bind_value(struct binder *binder, const struct node *node)
{
    enum loss loss = LOSS_REFUSED;

    if (node->kind == NODE_CALL && node->arg_count == 1) {
        loss = text_equal_case(node->text, text_of("truncate")) ? LOSS_CUT
               : text_equal_case(node->text, text_of("fit"))    ? LOSS_REJECTED
                                                                : LOSS_REFUSED;
    }
    struct term *term = bind_node(binder, loss == LOSS_REFUSED ? node : node->args[0]);
    if (term != NULL) {
        term->loss = loss;
    }
    return term;
}

struct term *bind_condition(struct binder *binder, const struct node *node, const char *what)
{
    struct term *term = bind_boolean(binder, bind_node(binder, node), what);

    if (term != NULL) {
        lint_condition(binder, term, what);
    }
    return term;
}
