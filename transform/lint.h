/* lint.h — what is valid in an expression and cannot be meant: branches that are never reached,
 * conditions that are always the same, comparisons with NULL. Warnings, at their place.
 *
 * A condition that the value of a variable decides is meant: it is a switch of the plan.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LINT_H
#define TRANSFORM_LINT_H

#include "bind_internal.h"

/* `terms` as bind_case() has them: condition and result in turn, then ELSE. */
void lint_case(struct binder *binder, const struct node *node, struct term *const *terms);
void lint_in(struct binder *binder, const struct node *node);
void lint_junction(struct binder *binder, const struct node *node, struct term *const *args);
void lint_operator(struct binder *binder, const struct node *node, struct term *const *args);
/* `what` is "filter" or "check". */
void lint_condition(struct binder *binder, const struct term *term, const char *what);

#endif
