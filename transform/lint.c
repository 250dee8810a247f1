/* lint.c — the contract is in lint.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lint.h"

#include "lexer.h"
#include "node_compare.h"

#include <stdlib.h>
#include <string.h>

static void warn(struct binder *binder, uint32_t offset, const char *hint, const char *message)
{
    (void)problem_warn(
        binder->context->problems, expression_place(binder->spec, offset), hint, "%s", message);
}

/* Is the value of a variable in the expression? */
static bool has_variable(const struct binder *binder)
{
    for (int i = 0; i < binder->spec->mark_count; i++) {
        if (binder->spec->marks[i].fixed) {
            return true;
        }
    }
    return false;
}

static bool is_null(const struct term *term)
{
    return term->kind == TERM_CONSTANT && vector_is_null(term->constant, 0);
}

static bool is_true(const struct term *term)
{
    return term->kind == TERM_CONSTANT && !is_null(term) && term->constant->bools[0] != 0;
}

/* Constant, and not true. */
static bool is_never_true(const struct term *term)
{
    return term->kind == TERM_CONSTANT && !is_true(term);
}

/* --- the same twice --- */

static int compare_nodes(const void *left, const void *right)
{
    const struct node *a = *(const struct node *const *)left;
    const struct node *b = *(const struct node *const *)right;
    int order = node_compare(a, b);

    return order != 0 ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

/* Warns of every node that is the same as an earlier one; `nodes` is sorted. */
static void warn_of_repeats(struct binder *binder,
                            const struct node **nodes,
                            int count,
                            const char *hint,
                            const char *message)
{
    if (count > 0) {
        qsort(nodes, (size_t)count, sizeof *nodes, compare_nodes);
    }
    for (int i = 1; i < count; i++) {
        if (node_compare(nodes[i - 1], nodes[i]) == 0) {
            warn(binder, nodes[i]->offset, hint, message);
        }
    }
}

/* --- CASE --- */

/* A CASE: branches as they are written, and what their conditions became. */
struct branches {
    const struct node *node;
    struct term *const *terms;
    int count;
};

static const struct node *condition(const struct branches *branches, int index)
{
    return branches->node->args[1 + 2 * index];
}

/* Of a CASE with an operand: WHEN NULL, which is equal to nothing. */
static bool is_when_null(const struct branches *branches, int index)
{
    return branches->node->args[0] != NULL && condition(branches, index)->kind == NODE_NULL;
}

static bool is_test(const struct node *node, enum is_test test)
{
    return node->kind == NODE_IS && node->test == test && !node->negated;
}

/* Is one condition the very opposite of an earlier one, NULLs included: x IS NULL, x IS NOT NULL?
 */
static bool is_opposite(const struct node *a, const struct node *b)
{
    return a->kind == NODE_IS && b->kind == NODE_IS && a->test == b->test &&
           a->negated != b->negated && node_compare(a->args[0], b->args[0]) == 0;
}

/* Do the conditions up to `last` hold x, NOT x, and x IS NULL for the x of NOT x? */
static bool is_threefold(const struct branches *branches, const struct node *negation, int last)
{
    const struct node *x = negation->args[0];
    bool positive = false;
    bool null = false;

    for (int i = 0; i <= last; i++) {
        const struct node *other = condition(branches, i);
        positive = positive || node_compare(other, x) == 0;
        null = null || ((is_test(other, IS_NULL) || is_test(other, IS_UNKNOWN)) &&
                        node_compare(other->args[0], x) == 0);
    }
    return positive && null;
}

/* Does one of the conditions up to `last` hold for every record? */
static bool covers_all(const struct branches *branches, int last)
{
    const struct node *own = condition(branches, last);

    if (is_true(branches->terms[2 * last])) {
        return true;
    }
    for (int i = 0; branches->node->args[0] == NULL && i <= last; i++) {
        const struct node *other = condition(branches, i);
        if (is_opposite(own, other) ||
            (other->kind == NODE_NOT && is_threefold(branches, other, last))) {
            return true;
        }
    }
    return false;
}

/* The first branch that no record gets to (`count` is ELSE), or count + 1. */
static int first_unreached(const struct branches *branches)
{
    for (int i = 0; i < branches->count; i++) {
        if (covers_all(branches, i)) {
            return i + 1;
        }
    }
    return branches->count + 1;
}

void lint_case(struct binder *binder, const struct node *node, struct term *const *terms)
{
    struct branches branches = {.node = node, .terms = terms, .count = (node->arg_count - 2) / 2};
    const struct node **reached =
        ARENA_ARRAY(binder->context->arena, const struct node *, (size_t)branches.count);
    bool variable = has_variable(binder);
    int unreached = variable ? branches.count + 1 : first_unreached(&branches);
    int count = 0;

    if (reached == NULL) {
        binder->memory = true;
        return;
    }
    for (int i = 0; i < branches.count && i < unreached; i++) {
        const struct node *when = condition(&branches, i);
        if (is_when_null(&branches, i)) {
            warn(binder,
                 when->offset,
                 "Nothing is equal to NULL; write CASE WHEN x IS NULL THEN …",
                 "this branch is never taken: WHEN NULL");
        } else if (is_never_true(terms[2 * i])) {
            if (!variable) {
                warn(binder,
                     when->offset,
                     NULL,
                     "this branch is never taken: its condition is never true");
            }
        } else {
            reached[count++] = when;
        }
    }
    warn_of_repeats(binder,
                    reached,
                    count,
                    "The branch of the first one is taken.",
                    "this branch is never taken: an earlier WHEN is the same");
    const struct node *next = unreached < branches.count    ? condition(&branches, unreached)
                              : unreached == branches.count ? node->args[node->arg_count - 1]
                                                            : NULL;
    if (next != NULL) {
        warn(binder,
             next->offset,
             NULL,
             "no record gets here: one of the conditions before is always true");
    }
}

/* --- IN, AND, OR, comparisons --- */

void lint_in(struct binder *binder, const struct node *node)
{
    const struct node **items =
        ARENA_ARRAY(binder->context->arena, const struct node *, (size_t)node->arg_count);
    int count = 0;

    if (items == NULL) {
        binder->memory = true;
        return;
    }
    for (int i = 1; i < node->arg_count; i++) {
        if (node->args[i]->kind == NODE_NULL) {
            warn(binder,
                 node->args[i]->offset,
                 "Nothing is equal to NULL; write x IS NULL.",
                 node->negated ? "NOT IN is never true with NULL in its list"
                               : "NULL in the list of IN is equal to nothing");
        } else {
            items[count++] = node->args[i];
        }
    }
    warn_of_repeats(binder, items, count, NULL, "this is in the list already");
}

void lint_junction(struct binder *binder, const struct node *node, struct term *const *args)
{
    bool every = node->kind == NODE_AND;

    for (int i = 0; i < node->arg_count && !has_variable(binder); i++) {
        if (args[i] == NULL) {
            continue;
        }
        if (every && is_never_true(args[i])) {
            warn(binder,
                 args[i]->offset,
                 NULL,
                 "this is never true, so that the whole AND is never true");
        } else if (!every && is_true(args[i])) {
            warn(binder,
                 args[i]->offset,
                 NULL,
                 "this is always true, so that the whole OR is always true");
        }
    }
}

static bool is_comparison(struct text name)
{
    return name.data[0] == '=' || name.data[0] == '<' || name.data[0] == '>';
}

void lint_operator(struct binder *binder, const struct node *node, struct term *const *args)
{
    if (node->arg_count != 2 || !is_comparison(node->text)) {
        return;
    }
    if (is_null(args[0]) || is_null(args[1])) {
        warn(binder,
             node->offset,
             "Write x IS NULL or x IS NOT NULL.",
             "a comparison with NULL is never true");
    } else if (args[0]->kind != TERM_CONSTANT && node_compare(node->args[0], node->args[1]) == 0) {
        warn(binder,
             node->offset,
             "To ask for a value, write x IS NOT NULL.",
             "both sides of the comparison are the same");
    }
}

void lint_condition(struct binder *binder, const struct term *term, const char *what)
{
    bool filter = strcmp(what, "filter") == 0;
    bool keeps = is_true(term) || (!filter && is_null(term));

    if (term->kind != TERM_CONSTANT || has_variable(binder)) {
        return;
    }
    warn(binder,
         term->offset,
         keeps    ? "Leave it out, or mend it."
         : filter ? "Every record is left out."
                  : "Every record is rejected.",
         filter ? (keeps ? "filter is true for every record" : "filter is true for no record")
                : (keeps ? "check is met by every record" : "check is met by no record"));
}
