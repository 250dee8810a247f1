/* reference_evaluator.h — what an expression means, said a second time and as simply as can be: one
 * row at a time, a walk over the typed tree.
 *
 * It shares the parser, the binder and the kernels with the engine, and nothing of what makes the
 * engine fast: no steps, no registers, no selections, no constants made wide, no term computed
 * once for several places. Kernels get flat vectors of one row; they themselves are judged by
 * PostgreSQL. What is lazy is written down here as the reference of the language has it: CASE,
 * COALESCE, AND, OR, try().
 *
 * The first error of a row is its error; what comes after it is not computed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_REFERENCE_EVALUATOR_H
#define NOVATE_TESTS_REFERENCE_EVALUATOR_H

#include "bind.h"
#include "expression_run.h"

struct reference {
    const struct expression_rows *rows;
    struct arena *arena;
    struct mapping mapping;
    struct expression_spec spec;
    struct problems problems;
    struct bind_context context;
    struct term *term;
    /* Told of every call that gave a value which is not NULL; or NULL. */
    void (*called)(void *state, const struct function *function);
    void *state;
};

/* False: the expression is none. */
bool reference_bind(struct reference *reference,
                    const struct expression_rows *rows,
                    const char *text,
                    struct arena *arena);
/* As expression_apply() shows it; the message of an error in *message, NULL elsewhere. */
const char *reference_value(struct reference *reference, int row, const char **message);

#endif
