/* nullable.c — the contract is in nullable.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nullable.h"

#include "kernels.h"
#include "lookup_table.h"
#include "lookup_use.h"

static bool is_strict(const struct term *term)
{
    return term->kind == TERM_RELABEL ||
           (term->kind == TERM_CALL && (term->function->flags & FUNCTION_STRICT) != 0);
}

/* The term has a value: so has all that would make it NULL. */
static void prove_value(const struct term *term, bool *proven)
{
    if (term->kind == TERM_COLUMN) {
        proven[term->column] = true;
        return;
    }
    for (int i = 0; is_strict(term) && i < term->arg_count; i++) {
        prove_value(term->args[i], proven);
    }
}

void nullable_prove(const struct term *condition, bool *proven)
{
    const struct term *negated = NULL;

    if (condition->kind == TERM_AND) {
        for (int i = 0; i < condition->arg_count; i++) {
            nullable_prove(condition->args[i], proven);
        }
        return;
    }
    if (condition->kind == TERM_CALL && condition->function->kernel == kernel_not) {
        negated = condition->args[0];
    }
    if (negated != NULL && negated->kind == TERM_CALL &&
        negated->function->kernel == kernel_is_null) {
        prove_value(negated->args[0], proven);
        return;
    }
    prove_value(condition, proven);
}

static bool any(struct term *term, int count, const bool *proven)
{
    bool nullable = false;

    for (int i = 0; i < count; i++) {
        nullable = nullable_term(term->args[i], proven) || nullable;
    }
    return nullable;
}

static bool all(struct term *term, const bool *proven)
{
    bool nullable = true;

    for (int i = 0; i < term->arg_count; i++) {
        nullable = nullable_term(term->args[i], proven) && nullable;
    }
    return nullable;
}

static bool of_lookup(struct term *term, const bool *proven)
{
    const struct lookup_use *use = term->state;

    return use->spec->missing == LOOKUP_MISSING_NULL ||
           lookup_has_null(use->lookup, use->value_column) || any(term, use->key_count, proven);
}

static bool of_call(struct term *term, const bool *proven)
{
    kernel_function *kernel = term->function->kernel;

    if (kernel == kernel_is_null || kernel == kernel_is_true || kernel == kernel_is_false ||
        kernel == kernel_distinct) {
        return false;
    }
    if (kernel == kernel_nullif || (term->function->flags & FUNCTION_NULLS) != 0) {
        return true;
    }
    if (kernel == kernel_greatest || kernel == kernel_least) {
        return all(term, proven);
    }
    if (kernel == kernel_lookup) {
        return of_lookup(term, proven);
    }
    if (kernel == kernel_concat && !is_strict(term)) {
        return false; /* concat() leaves NULLs out */
    }
    return any(term, term->arg_count, proven);
}

static bool of_case(struct term *term, const bool *proven)
{
    bool nullable = nullable_term(term->args[term->arg_count - 1], proven);

    for (int i = 1; i < term->arg_count; i += 2) {
        nullable = nullable_term(term->args[i], proven) || nullable;
    }
    return nullable;
}

static bool find(struct term *term, const bool *proven)
{
    switch (term->kind) {
    case TERM_COLUMN:
        return !proven[term->column];
    case TERM_CONSTANT:
        return vector_is_null(term->constant, 0);
    case TERM_CALL:
        return of_call(term, proven);
    case TERM_CASE:
        return of_case(term, proven);
    case TERM_COALESCE:
        return all(term, proven);
    case TERM_RELABEL:
    case TERM_AND:
    case TERM_OR:
    case TERM_TRY:
        return any(term, term->arg_count, proven);
    }
    return true;
}

bool nullable_term(struct term *term, const bool *proven)
{
    if (term->nullable == NULLABLE_NOT_ASKED) {
        term->nullable = find(term, proven) ? NULLABLE_YES : NULLABLE_NO;
    }
    return term->nullable == NULLABLE_YES;
}
