/* bind_form.c — operators, and the constructs of SQL that stand for calls: IS, IN, BETWEEN, LIKE,
 * CASE.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"
#include "lint.h"
#include "value_set.h"

#include <stdio.h>
#include <string.h>

static struct term *refuse_operator(struct binder *binder,
                                    struct text name,
                                    uint32_t offset,
                                    struct term *const *args,
                                    int count,
                                    enum resolution resolution)
{
    const char *left = count > 1 ? bind_type_name(binder, type_of(args[0]->type.id)) : "";
    const char *right = bind_type_name(binder, type_of(args[count - 1]->type.id));

    return bind_problem(binder,
                        offset,
                        "Write a CAST where it is meant.",
                        resolution == RESOLVED_NONE ? "operator does not exist: %s%s%.*s %s"
                                                    : "operator is not unique: %s%s%.*s %s",
                        left,
                        count > 1 ? " " : "",
                        (int)name.size,
                        name.data,
                        right);
}

static bool is_comparison(struct text name)
{
    bool shift = name.size == 2 && name.data[0] == name.data[1];
    return (name.data[0] == '=' || name.data[0] == '<' || name.data[0] == '>') && !shift;
}

/* Arithmetic of nothing but literals of unknown type: PostgreSQL has more candidates than we, and
 * finds none better. */
static bool is_unresolved(struct text name, const enum type_id *types, int count)
{
    bool of_texts = text_equal(name, text_of("||")) || name.data[0] == '!' ||
                    (name.data[0] == '~' && count == 2);

    return types[0] == TYPE_UNKNOWN && types[count - 1] == TYPE_UNKNOWN && !is_comparison(name) &&
           !of_texts;
}

/* A regular expression sees the padding of char(n). */
static bool sees_padding(const struct function *function, const struct term *term)
{
    return term->type.id == TYPE_CHAR && function->args[0] == TYPE_CHAR &&
           (function->name[0] == '~' || function->name[0] == '!');
}

/* An argument as the operator or function takes it. */
static struct term *coerce_argument(struct binder *binder, struct term *term, int wanted)
{
    if (wanted == TYPE_ANY) {
        return bind_coerce(binder, term, type_of(TYPE_TEXT), COERCE_EXPLICIT, term->offset);
    }
    if ((int)term->type.id == wanted) {
        return term;
    }
    return bind_coerce(binder, term, type_of((enum type_id)wanted), COERCE_IMPLICIT, term->offset);
}

struct term *bind_operator(
    struct binder *binder, struct text name, uint32_t offset, struct term *const *args, int count)
{
    const struct function *function = NULL;
    enum type_id types[2] = {TYPE_UNKNOWN, TYPE_UNKNOWN};
    struct term *coerced[2] = {NULL, NULL};
    const void *state = NULL;

    for (int i = 0; i < count; i++) {
        if (args[i] == NULL) {
            return NULL;
        }
        types[i] = args[i]->type.id;
    }
    enum resolution resolution = is_unresolved(name, types, count)
                                     ? RESOLVED_MANY
                                     : operator_resolve(name, types, count, &function);
    if (resolution != RESOLVED) {
        return refuse_operator(binder, name, offset, args, count, resolution);
    }
    for (int i = 0; i < count; i++) {
        int place = (function->flags & FUNCTION_SWAPPED) != 0 ? count - 1 - i : i;
        coerced[place] = sees_padding(function, args[i])
                             ? bind_output(binder, args[i])
                             : coerce_argument(binder, args[i], function->args[i]);
    }
    if (count == 2 && !bind_regex(binder, function, coerced, count, &state)) {
        return NULL;
    }
    struct term *term =
        bind_call(binder, function, type_of(function->result), offset, coerced, count);
    if (term != NULL && term->kind == TERM_CALL) {
        term->state = state;
    }
    return term;
}

struct term *bind_is(struct binder *binder, const struct node *node)
{
    static const enum internal tests[] = {
        INTERNAL_IS_NULL, INTERNAL_IS_TRUE, INTERNAL_IS_FALSE, INTERNAL_IS_NULL};
    struct term *arg = bind_node(binder, node->args[0]);

    if (node->test != IS_NULL) {
        arg = bind_boolean(binder, arg, "argument of IS");
    }
    if (arg != NULL && arg->type.id == TYPE_UNKNOWN) {
        arg = bind_coerce(binder, arg, type_of(TYPE_TEXT), COERCE_IMPLICIT, arg->offset);
    }
    struct type boolean = type_of(TYPE_BOOL);
    struct term *test = bind_internal(binder, tests[node->test], boolean, node->offset, &arg, 1);
    return node->negated ? bind_internal(binder, INTERNAL_NOT, boolean, node->offset, &test, 1)
                         : test;
}

/* (a = b, a, b) with both sides as the comparison sees them. */
struct term *bind_distinct(struct binder *binder, const struct node *node)
{
    struct term *args[3] = {NULL, NULL, NULL};
    struct type boolean = type_of(TYPE_BOOL);

    if (!bind_nodes(binder, node->args, 2, args + 1)) {
        return NULL;
    }
    args[0] = bind_operator(binder, text_of("="), node->offset, args + 1, 2);
    for (int i = 1; i < 3; i++) {
        if (args[i]->type.id == TYPE_UNKNOWN) {
            args[i] =
                bind_coerce(binder, args[i], type_of(TYPE_TEXT), COERCE_IMPLICIT, args[i]->offset);
        }
    }
    struct term *term = bind_internal(binder, INTERNAL_DISTINCT, boolean, node->offset, args, 3);
    return node->negated ? bind_internal(binder, INTERNAL_NOT, boolean, node->offset, &term, 1)
                         : term;
}

/* Can the list be searched as a set: all constant, all comparable as one type with one storage? */
static bool is_set(struct term *const *terms, int count, enum type_id *common)
{
    enum type_id types[2];
    const struct function *equal = NULL;
    enum type_id type = terms[0]->type.id;

    for (int i = 1; i < count; i++) {
        types[0] = type;
        types[1] = terms[i]->type.id;
        if (terms[i]->kind != TERM_CONSTANT || type_common(types, 2, &type) >= 0) {
            return false;
        }
    }
    types[0] = terms[0]->type.id == TYPE_UNKNOWN ? type : terms[0]->type.id;
    types[1] = type;
    *common = type;
    return operator_resolve(text_of("="), types, 2, &equal) == RESOLVED &&
           type_storage((enum type_id)equal->args[0]) ==
               type_storage((enum type_id)equal->args[1]) &&
           (equal->args[0] == equal->args[1] || type_is_integer((enum type_id)equal->args[0]));
}

/* All terms as that type. False when one cannot be: then each is compared by itself. */
static bool coerce_set(struct binder *binder, struct term **terms, int count, enum type_id type)
{
    for (int i = 0; i < count; i++) {
        struct term *term =
            bind_coerce(binder, terms[i], type_of(type), COERCE_IMPLICIT, terms[i]->offset);
        if (term == NULL || (i > 0 && term->kind != TERM_CONSTANT)) {
            return false;
        }
        terms[i] = term;
    }
    return true;
}

static struct term *bind_set(struct binder *binder, uint32_t offset, struct term **terms, int count)
{
    struct arena *arena = binder->context->arena;
    const struct vector **items = ARENA_ARRAY(arena, const struct vector *, (size_t)count);
    struct term *term = bind_compound(binder, TERM_CALL, type_of(TYPE_BOOL), offset, terms, 1);

    if (items == NULL || term == NULL) {
        binder->memory = true;
        return NULL;
    }
    for (int i = 1; i < count; i++) {
        items[i - 1] = terms[i]->constant;
    }
    term->function = internal_function(INTERNAL_IN_SET);
    term->state = value_set_create(items, count - 1, arena);
    if (term->state == NULL) {
        binder->memory = true;
        return NULL;
    }
    return term;
}

/* Moves the constants of a list to its front, the order kept; returns how many there are. */
static int constants_first(struct binder *binder, struct term **items, int count)
{
    struct term **moved = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    int constants = 0;
    int at = 0;

    if (moved == NULL) {
        binder->memory = true;
        return 0;
    }
    for (int i = 0; i < count; i++) {
        if (items[i]->kind == TERM_CONSTANT) {
            moved[at++] = items[i];
        }
    }
    constants = at;
    for (int i = 0; i < count; i++) {
        if (items[i]->kind != TERM_CONSTANT) {
            moved[at++] = items[i];
        }
    }
    memcpy(items, moved, (size_t)count * sizeof *items);
    return constants;
}

/* x IN (a, b, …) is x = a OR x = b OR …; constants are searched as one set, before the others, as
 * PostgreSQL does. */
struct term *bind_in_list(struct binder *binder, uint32_t offset, struct term **terms, int count)
{
    struct term **tests = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    struct term **set = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    enum type_id common = TYPE_TEXT;
    int test_count = 0;
    int first = 1;

    if (tests == NULL || set == NULL) {
        binder->memory = true;
        return NULL;
    }
    memcpy(set, terms, (size_t)count * sizeof *set);
    int constants = constants_first(binder, set + 1, count - 1);
    if (constants > 1 && is_set(set, constants + 1, &common) &&
        coerce_set(binder, set, constants + 1, common)) {
        tests[test_count++] = bind_set(binder, offset, set, constants + 1);
        first = constants + 1;
        memcpy(terms + 1, set + 1, ((size_t)count - 1) * sizeof *set);
    }
    for (int i = first; i < count; i++) {
        struct term *pair[2] = {terms[0], terms[i]};
        tests[test_count++] = bind_operator(binder, text_of("="), terms[i]->offset, pair, 2);
    }
    return test_count == 1
               ? tests[0]
               : bind_compound(binder, TERM_OR, type_of(TYPE_BOOL), offset, tests, test_count);
}

struct term *bind_in(struct binder *binder, const struct node *node)
{
    size_t count = (size_t)node->arg_count;
    struct term **terms = ARENA_ARRAY(binder->context->arena, struct term *, count);

    if (terms == NULL) {
        binder->memory = true;
        return NULL;
    }
    if (!bind_nodes(binder, node->args, node->arg_count, terms)) {
        return NULL;
    }
    lint_in(binder, node);
    struct term *term = bind_in_list(binder, node->offset, terms, node->arg_count);
    return node->negated
               ? bind_internal(binder, INTERNAL_NOT, type_of(TYPE_BOOL), node->offset, &term, 1)
               : term;
}

/* x >= a AND x <= b; negated x < a OR x > b. */
struct term *bind_between(struct binder *binder, const struct node *node)
{
    struct term *terms[3] = {NULL, NULL, NULL};
    struct term *sides[2] = {NULL, NULL};

    if (!bind_nodes(binder, node->args, 3, terms)) {
        return NULL;
    }
    for (int i = 0; i < 2; i++) {
        struct term *pair[2] = {terms[0], terms[i + 1]};
        const char *name = node->negated ? (i == 0 ? "<" : ">") : (i == 0 ? ">=" : "<=");
        sides[i] = bind_operator(binder, text_of(name), node->offset, pair, 2);
    }
    return bind_compound(
        binder, node->negated ? TERM_OR : TERM_AND, type_of(TYPE_BOOL), node->offset, sides, 2);
}

struct term *bind_like(struct binder *binder, const struct node *node)
{
    struct term *args[3] = {NULL, NULL, NULL};

    return bind_nodes(binder, node->args, node->arg_count, args)
               ? bind_like_terms(binder, node, args, node->arg_count)
               : NULL;
}

struct term *bind_like_terms(struct binder *binder,
                             const struct node *node,
                             struct term **args,
                             int count)
{
    static const enum internal ids[2][2] = {{INTERNAL_LIKE, INTERNAL_NOT_LIKE},
                                            {INTERNAL_ILIKE, INTERNAL_NOT_ILIKE}};
    struct type text = type_of(TYPE_TEXT);

    for (int i = 0; i < count; i++) {
        if (args[i]->type.id != TYPE_UNKNOWN && !type_is_text(args[i]->type.id)) {
            struct term *pair[2] = {args[0], args[i == 0 ? 1 : i]};
            return refuse_operator(binder,
                                   text_of(node->insensitive ? "ILIKE" : "LIKE"),
                                   node->offset,
                                   pair,
                                   2,
                                   RESOLVED_NONE);
        }
        /* The text of a char(n) is matched with its padding, as in PostgreSQL. */
        args[i] = i == 0 && args[0]->type.id == TYPE_CHAR
                      ? bind_output(binder, args[0])
                      : bind_coerce(binder, args[i], text, COERCE_IMPLICIT, args[i]->offset);
    }
    if (count == 3) {
        args[1] = bind_internal(binder, INTERNAL_LIKE_ESCAPE, text, node->offset, args + 1, 2);
    }
    return bind_internal(
        binder, ids[node->insensitive][node->negated], type_of(TYPE_BOOL), node->offset, args, 2);
}

/* The results of a CASE, ELSE first as PostgreSQL asks when it looks for their type. */
static bool bind_results(struct binder *binder, struct term **terms, int count, struct type *type)
{
    int results = count / 2 + 1;
    struct term **list = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)results);

    if (list == NULL) {
        binder->memory = true;
        return false;
    }
    list[0] = terms[count - 1];
    for (int i = 1; i < results; i++) {
        list[i] = terms[2 * i - 1];
    }
    if (!bind_common(binder, list, results, "CASE", type)) {
        return false;
    }
    terms[count - 1] = list[0];
    for (int i = 1; i < results; i++) {
        terms[2 * i - 1] = list[i];
    }
    return true;
}

/* node->args: operand or NULL, (condition, result) …, ELSE or NULL. */
struct term *bind_case(struct binder *binder, const struct node *node)
{
    int count = node->arg_count - 1;
    struct term **terms = ARENA_ARRAY(binder->context->arena, struct term *, (size_t)count);
    struct term *operand = NULL;
    struct type type;
    bool ok = true;

    if (terms == NULL) {
        binder->memory = true;
        return NULL;
    }
    if (node->args[0] != NULL) {
        operand = bind_node(binder, node->args[0]);
        if (operand != NULL && operand->type.id == TYPE_UNKNOWN) {
            operand =
                bind_coerce(binder, operand, type_of(TYPE_TEXT), COERCE_IMPLICIT, operand->offset);
        }
        ok = operand != NULL;
    }
    for (int i = 0; i < count - 1; i++) {
        terms[i] = bind_node(binder, node->args[i + 1]);
        if (i % 2 == 0 && node->args[0] == NULL) {
            terms[i] = bind_boolean(binder, terms[i], "condition of WHEN");
        } else if (i % 2 == 0) {
            struct term *pair[2] = {operand, terms[i]};
            terms[i] = bind_operator(binder, text_of("="), node->args[i + 1]->offset, pair, 2);
        }
        ok = ok && terms[i] != NULL;
    }
    terms[count - 1] = node->args[count] == NULL
                           ? bind_null(binder, type_of(TYPE_UNKNOWN), node->offset)
                           : bind_node(binder, node->args[count]);
    if (!ok || terms[count - 1] == NULL || !bind_results(binder, terms, count, &type)) {
        return NULL;
    }
    lint_case(binder, node, terms);
    return bind_compound(binder, TERM_CASE, type, node->offset, terms, count);
}
