/* bind_coerce.c — casts: written ones, those that happen by themselves, and assignments.
 *
 * A cast has two halves, as in PostgreSQL: to the type, then to its modifier (the length of
 * varchar(n), the digits of numeric(p,s), the fraction of timestamp(p)). A written cast rounds and
 * cuts; an assignment to a column never loses anything unsaid: where PostgreSQL's INSERT would
 * round or cut, the record is rejected. SPDX-License-Identifier: Apache-2.0 */
#include "bind_internal.h"

#include <stdio.h>
#include <string.h>

/* The same value, seen as another type of the same storage. */
static struct term *relabel(struct binder *binder, struct term *term, struct type type)
{
    if (term == NULL || type_equal(term->type, type)) {
        return term;
    }
    if (term->kind != TERM_CONSTANT) {
        return bind_compound(binder, TERM_RELABEL, type, term->offset, &term, 1);
    }
    struct term *constant = bind_term(binder, TERM_CONSTANT, type, term->offset);
    struct vector *vector = ARENA_NEW(binder->context->arena, struct vector);
    if (constant == NULL || vector == NULL) {
        binder->memory = true;
        return NULL;
    }
    *vector = *term->constant;
    vector->type = type;
    constant->constant = vector;
    return constant;
}

/* A literal is read by the type's input function now: what is wrong with it is a problem of the
 * mapping, not of a record. */
static struct term *read_literal(struct binder *binder,
                                 struct term *term,
                                 struct type type,
                                 uint32_t offset)
{
    const struct function *function = input_function(type.id);
    struct term text = *term;
    struct term *arg = &text;
    enum fault fault = FAULT_NONE;

    if (vector_is_null(term->constant, 0)) {
        return bind_null(binder, type, offset);
    }
    text.type = type_of(TYPE_TEXT);
    struct term *value =
        bind_folded(binder, function, type_of(type.id), term->offset, &arg, 1, &fault);
    if (fault == FAULT_NONE) {
        return value;
    }
    struct text literal = term->constant->texts[0];
    return bind_problem(binder,
                        term->offset,
                        NULL,
                        "invalid value for type %s: \"%.*s\"",
                        bind_type_name(binder, type_of(type.id)),
                        (int)(literal.size < 100 ? literal.size : 100),
                        literal.data);
}

/* reject() has no value, so it is of any type. */
static struct term *rejecting(struct binder *binder, const struct term *term, struct type type)
{
    struct term *typed = bind_term(binder, TERM_CALL, type, term->offset);

    if (typed != NULL) {
        typed->function = term->function;
        typed->state = term->state;
    }
    return typed;
}

static bool has_modifier(struct type type)
{
    return type.length > 0 || type.precision > 0;
}

/* The second half of a cast: to the modifier of the type. */
static struct term *fit(
    struct binder *binder, struct term *term, struct type type, bool assigned, uint32_t offset)
{
    enum internal id = INTERNAL_COUNT;

    if (!has_modifier(type) || type_equal(term->type, type)) {
        return relabel(binder, term, type);
    }
    switch ((int)type.id) {
    case TYPE_VARCHAR:
    case TYPE_CHAR:
        if (term->type.id == type.id && term->type.length > 0 && term->type.length <= type.length) {
            return relabel(binder, term, type); /* what is short enough stays so */
        }
        id = assigned ? INTERNAL_ASSIGN_LENGTH : INTERNAL_TEXT_CUT;
        break;
    case TYPE_NUMERIC:
        if (term->type.scale == type.scale && term->type.precision > 0 &&
            term->type.precision <= type.precision) {
            return relabel(binder, term, type);
        }
        id = assigned ? INTERNAL_ASSIGN_NUMERIC : INTERNAL_NUMERIC_FIT;
        break;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        id = assigned ? INTERNAL_ASSIGN_FRACTION : INTERNAL_FRACTION_FIT;
        break;
    default:
        return relabel(binder, term, type);
    }
    /* What is wrong with a constant that is assigned is said by bind_assignment(). */
    enum fault fault = FAULT_NONE;
    return assigned ? bind_folded(binder, internal_function(id), type, offset, &term, 1, &fault)
                    : bind_internal(binder, id, type, offset, &term, 1);
}

struct term *bind_coerce(
    struct binder *binder, struct term *term, struct type type, enum coercion when, uint32_t offset)
{
    if (term == NULL) {
        return NULL;
    }
    if (term->type.id == TYPE_UNKNOWN && term->kind == TERM_CALL) {
        return rejecting(binder, term, type);
    }
    if (term->type.id == TYPE_UNKNOWN) {
        term = read_literal(binder, term, type, offset);
        return term == NULL ? NULL : fit(binder, term, type, false, offset);
    }
    struct coercion_path path = coercion_find(term->type.id, type.id, when);
    if (path.kind == COERCION_NONE) {
        return bind_problem(binder,
                            offset,
                            NULL,
                            "cannot cast type %s to %s",
                            bind_type_name(binder, term->type),
                            bind_type_name(binder, type));
    }
    if (path.kind == COERCION_FUNCTION) {
        if (type.id == TYPE_BYTEA) {
            term = bind_output(binder, term); /* the padding of char(n) counts as bytes */
        }
        term = bind_call(binder, path.function, type_of(type.id), offset, &term, 1);
    } else if (term->type.id != type.id) {
        term = relabel(binder, term, type_of(type.id));
    }
    return term == NULL ? NULL : fit(binder, term, type, false, offset);
}

bool bind_common(
    struct binder *binder, struct term **terms, int count, const char *what, struct type *type)
{
    enum type_id *ids = ARENA_ARRAY(binder->context->arena, enum type_id, (size_t)count);
    enum type_id common = TYPE_TEXT;
    bool same = true;

    if (ids == NULL) {
        binder->memory = true;
        return false;
    }
    for (int i = 0; i < count; i++) {
        ids[i] = terms[i]->type.id;
        same = same && type_equal(terms[i]->type, terms[0]->type);
    }
    int wrong = type_common(ids, count, &common);
    if (wrong >= 0) {
        (void)bind_problem(binder,
                           terms[wrong]->offset,
                           "Write a CAST where it is meant.",
                           "%s types %s and %s cannot be matched",
                           what,
                           bind_type_name(binder, type_of(terms[wrong == 0 ? 1 : 0]->type.id)),
                           bind_type_name(binder, type_of(terms[wrong]->type.id)));
        return false;
    }
    /* The modifier is kept only where all have it. */
    *type = same && ids[0] != TYPE_UNKNOWN ? terms[0]->type : type_of(common);
    for (int i = 0; i < count; i++) {
        terms[i] = bind_coerce(binder, terms[i], *type, COERCE_IMPLICIT, terms[i]->offset);
        if (terms[i] == NULL) {
            return false;
        }
    }
    return true;
}

struct term *bind_output(struct binder *binder, struct term *term)
{
    struct type text = type_of(TYPE_TEXT);

    if (term == NULL || term->type.id == TYPE_TEXT) {
        return term;
    }
    if (term->type.id == TYPE_BOOL) {
        return bind_internal(binder, INTERNAL_BOOL_OUTPUT, text, term->offset, &term, 1);
    }
    if (term->type.id == TYPE_CHAR && term->type.length > 0) {
        return bind_internal(binder, INTERNAL_CHAR_PAD, text, term->offset, &term, 1);
    }
    return bind_coerce(binder, term, text, COERCE_EXPLICIT, term->offset);
}

struct term *bind_boolean(struct binder *binder, struct term *term, const char *what)
{
    if (term == NULL) {
        return NULL;
    }
    if (term->type.id != TYPE_UNKNOWN && term->type.id != TYPE_BOOL) {
        return bind_problem(binder,
                            term->offset,
                            "Compare it with something, as in column = 1.",
                            "%s must be type boolean, not type %s",
                            what,
                            bind_type_name(binder, term->type));
    }
    return bind_coerce(binder, term, type_of(TYPE_BOOL), COERCE_IMPLICIT, term->offset);
}

static struct term *refuse_assignment(struct binder *binder,
                                      struct term *term,
                                      const struct column *column,
                                      const struct expression_spec *spec)
{
    const char *target =
        column->type.id == TYPE_OTHER ? "text" : bind_type_name(binder, column->type);
    char hint[512];

    (void)snprintf(hint,
                   sizeof hint,
                   "Write CAST(%.200s AS %s).",
                   strchr(spec->text, '\n') == NULL && strlen(spec->text) <= 200 ? spec->text : "…",
                   target);
    return bind_problem(binder,
                        term->offset,
                        hint,
                        "column \"%s\" is of type %s but the expression is of type %s",
                        column->name,
                        column->type.id == TYPE_OTHER ? column->declared
                                                      : bind_type_name(binder, column->type),
                        bind_type_name(binder, term->type));
}

/* Casts that PostgreSQL makes on assignment and that cut part of the value. */
static bool cuts(enum type_id source, enum type_id target)
{
    return (source == TYPE_TIMESTAMP || source == TYPE_TIMESTAMPTZ) &&
           (target == TYPE_DATE || target == TYPE_TIME);
}

/* Casts that round: their refusing counterpart, or INTERNAL_COUNT. */
static enum internal exact_cast(enum type_id source, enum type_id target)
{
    bool to_float = target == TYPE_FLOAT4 || target == TYPE_FLOAT8;

    if (source == TYPE_NUMERIC && type_is_integer(target)) {
        return INTERNAL_NUMERIC_TO_INT;
    }
    if ((source == TYPE_FLOAT4 || source == TYPE_FLOAT8) && type_is_integer(target)) {
        return INTERNAL_FLOAT_TO_INT;
    }
    return type_is_integer(source) && to_float ? INTERNAL_INT_TO_FLOAT : INTERNAL_COUNT;
}

/* The first half of an assignment: to the type, exactly. */
static struct term *assign_type(struct binder *binder,
                                struct term *term,
                                const struct coercion_path *path,
                                struct type type)
{
    enum internal exact = exact_cast(term->type.id, type.id);
    const struct function *function =
        exact != INTERNAL_COUNT ? internal_function(exact) : path->function;
    enum fault fault = FAULT_NONE;

    if (function == NULL) {
        return relabel(binder, term, term->type.id == type.id ? term->type : type_of(type.id));
    }
    return bind_folded(binder, function, type_of(type.id), term->offset, &term, 1, &fault);
}

struct term *bind_assignment(struct binder *binder,
                             struct term *term,
                             const struct column *column,
                             const struct expression_spec *spec)
{
    struct type type = column->type;
    enum type_id source = term->type.id;
    bool constant = term->kind == TERM_CONSTANT;

    if (source == TYPE_UNKNOWN) {
        term = constant ? read_literal(binder, term, type, term->offset)
                        : rejecting(binder, term, type);
        constant = constant && term != NULL;
    } else {
        struct coercion_path path = coercion_find(source, type.id, COERCE_ASSIGNMENT);
        if (path.kind == COERCION_NONE || cuts(source, type.id)) {
            return refuse_assignment(binder, term, column, spec);
        }
        term = assign_type(binder, term, &path, type);
    }
    struct term *fitted = term == NULL ? NULL : fit(binder, term, type, true, term->offset);
    if (constant && fitted != NULL && fitted->kind == TERM_CALL) {
        return bind_problem(binder,
                            fitted->offset,
                            "Change the value, or write the CAST that is meant.",
                            "value does not fit column \"%s\" of type %s",
                            column->name,
                            bind_type_name(binder, type));
    }
    return fitted;
}
