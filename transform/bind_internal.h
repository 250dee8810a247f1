/* bind_internal.h — what the bind_*.c files share. Functions that make terms return NULL when an
 * argument is NULL, a problem was added, or memory ran out.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_BIND_INTERNAL_H
#define TRANSFORM_BIND_INTERNAL_H

#include "bind.h"
#include "type_rules.h"

#include "novate/attr.h"

#define BIND_ARGS_MAX      100 /* arguments of a call, as in PostgreSQL */
#define BIND_RULE_NAME_MAX 100 /* bytes of a name of note(), reject() and repair() */

/* Adds a problem at a byte of the expression; returns NULL. */
struct term *bind_problem(struct binder *binder,
                          uint32_t offset,
                          const char *hint,
                          const char *format,
                          ...) PRINTF_LIKE(4, 5);

/* "character varying(20)", in the context's arena; "" when memory ran out. */
const char *bind_type_name(struct binder *binder, struct type type);

/* Binds any node; its type may be UNKNOWN (a string literal or NULL). */
struct term *bind_node(struct binder *binder, const struct node *node);
/* Binds all nodes. False if one of them could not be. */
bool bind_nodes(struct binder *binder, struct node *const *nodes, int count, struct term **terms);

struct term *bind_term(struct binder *binder,
                       enum term_kind kind,
                       struct type type,
                       uint32_t offset);
/* A call, computed at once if all arguments are constant. */
struct term *bind_call(struct binder *binder,
                       const struct function *function,
                       struct type type,
                       uint32_t offset,
                       struct term *const *args,
                       int count);
/* The same without a warning when a constant call fails: *fault says so. */
struct term *bind_folded(struct binder *binder,
                         const struct function *function,
                         struct type type,
                         uint32_t offset,
                         struct term *const *args,
                         int count,
                         enum fault *fault);
struct term *bind_internal(struct binder *binder,
                           enum internal id,
                           struct type type,
                           uint32_t offset,
                           struct term *const *args,
                           int count);
/* A term of another kind with these arguments. */
struct term *bind_compound(struct binder *binder,
                           enum term_kind kind,
                           struct type type,
                           uint32_t offset,
                           struct term *const *args,
                           int count);
/* A constant of type UNKNOWN or TEXT; a NULL of any type. */
struct term *bind_text(struct binder *binder, enum type_id id, struct text text, uint32_t offset);
struct term *bind_null(struct binder *binder, struct type type, uint32_t offset);

/* `term` as `type`; the caller knows that the context allows it, or NULL and a problem. */
struct term *bind_coerce(struct binder *binder,
                         struct term *term,
                         struct type type,
                         enum coercion when,
                         uint32_t offset);
/* All terms as their common type. False with a problem that begins with `what`. */
bool bind_common(
    struct binder *binder, struct term **terms, int count, const char *what, struct type *type);
/* As text by the type's output function, padding of char(n) included. */
struct term *bind_output(struct binder *binder, struct term *term);
struct term *bind_boolean(struct binder *binder, struct term *term, const char *what);

/* One or two arguments. */
struct term *bind_operator(
    struct binder *binder, struct text name, uint32_t offset, struct term *const *args, int count);

/* bind_form.c: constructs with a syntax or rule of their own. */
struct term *bind_is(struct binder *binder, const struct node *node);
struct term *bind_distinct(struct binder *binder, const struct node *node);
struct term *bind_in(struct binder *binder, const struct node *node);
struct term *bind_between(struct binder *binder, const struct node *node);
struct term *bind_like(struct binder *binder, const struct node *node);
struct term *bind_case(struct binder *binder, const struct node *node);

/* bind_function.c: calls by name. */
struct term *bind_function_call(struct binder *binder, const struct node *node);
/* Is there a function of this name, whatever its arguments? */
bool bind_name_exists(struct text name);
/* The problem of a call whose function does not exist. */
struct term *bind_refuse_name(struct binder *binder, const struct node *node);
/* bind_record.c: note(), reject(), repair(). */
struct term *bind_note(struct binder *binder, const struct node *node, struct term **args);
struct term *bind_reject(struct binder *binder, const struct node *node, struct term **args);
struct term *bind_repair(struct binder *binder, const struct node *node, struct term **args);
/* bind_lookup.c */
/* False, and a problem, when the call of lookup() names a lookup that the mapping does not have, or
 * has valid_at() where that has no periods, or has none where it does. */
bool bind_check_lookup(struct binder *binder, const struct node *node);
/* The problem of a call of valid_at() outside of lookup(). */
struct term *bind_refuse_valid_at(struct binder *binder, const struct node *node);
struct term *bind_lookup(struct binder *binder, const struct node *node);

#endif
