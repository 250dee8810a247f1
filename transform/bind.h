/* bind.h — from names to columns and functions: the typed tree of an expression.
 *
 * The binder resolves names, picks functions and operators by type_rules.h, puts in every cast, and
 * computes what is constant. BETWEEN, IN, LIKE, NULLIF and their like become calls, AND and OR
 * here, so that the compiler knows nine kinds of terms only. One term may be the argument of
 * several others (x BETWEEN a AND b): it is computed once.
 *
 * All problems of an expression are added, not only the first: a term that could not be typed is
 * NULL, and what stands around it is still checked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_BIND_H
#define TRANSFORM_BIND_H

#include "ast.h"
#include "function_table.h"

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/datetime.h"
#include "novate/error.h"
#include "novate/limits.h"
#include "novate/lookup.h"
#include "novate/plan.h"
#include "novate/problem.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stdint.h>

enum term_kind {
    TERM_COLUMN,   /* `column` of the schema */
    TERM_CONSTANT, /* `constant` */
    TERM_CALL,     /* `function` of the arguments */
    TERM_RELABEL,  /* the argument, seen as another type of the same storage */
    TERM_AND,      /* two or more arguments */
    TERM_OR,       /* two or more arguments */
    TERM_CASE,     /* condition and result in turn, then ELSE */
    TERM_COALESCE, /* one or more arguments */
    TERM_TRY,      /* the value, then the default */
};

struct scope; /* compile.c's: the rows for which a term is computed */

struct term {
    enum term_kind kind;
    struct type type;
    uint32_t offset; /* in the expression's text, for messages */
    int column;
    const struct vector *constant; /* one row */
    const struct function *function;
    const void *state; /* of the function */
    struct term **args;
    int arg_count;
    /* compile.c's notes */
    int uses;      /* terms that it is an argument of, and not yet compiled */
    bool can_fail; /* it, or something in it, may refuse a value, or say something of a row */
    const struct scope *compiled_scope; /* where `compiled_register` holds its values */
    int compiled_register;
};

/* How the keys of a lookup are asked for: set by its first use. */
struct lookup_keys {
    enum lookup_key_use {
        LOOKUP_KEY_UNUSED,
        LOOKUP_KEY_TEXT,
        LOOKUP_KEY_NUMERIC,
    } uses[LIMIT_KEY_COLUMNS];
};

/* What expressions of a mapping share. */
struct bind_context {
    struct arena *arena;
    struct problems *problems;
    const struct mapping *mapping;
    struct lookup *const *lookups;
    struct lookup_keys *lookup_keys; /* one per lookup */
    const struct zone *zone;         /* of the source */
    int64_t now;                     /* timestamptz: when the run began */
};

struct binder {
    const struct bind_context *context;
    const struct expression_spec *spec;
    const struct schema *schema; /* what names mean */
    const char *schema_name;     /* "source" or "mapping", for messages */
    bool *used;                  /* columns of the schema that are read are marked; may be NULL */
    bool memory;                 /* memory ran out */
};

/* The typed tree of `node`; NULL: problems were added, or memory ran out (binder->memory). */
struct term *bind_expression(struct binder *binder, const struct node *node);
/* The same as a condition: of type boolean. `what` is "filter" or "check", for messages. */
struct term *bind_condition(struct binder *binder, const struct node *node, const char *what);

/* `term` as a value of the column's type, by what an assignment may do and never losing anything;
 * a problem where a CAST must be written. `name` is the column's, for messages. */
struct term *bind_assignment(struct binder *binder,
                             struct term *term,
                             const struct column *column,
                             const struct expression_spec *spec);

/* A term that reads column `index` of the schema. */
struct term *bind_column(struct binder *binder, int index, uint32_t offset);

#endif
