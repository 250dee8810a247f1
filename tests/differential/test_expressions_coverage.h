/* test_expressions_coverage.h — which functions, operators and casts gave a value in a run, and how
 * often; and expressions made for those that were tried least.
 *
 * Counted is a call of the kernel for one row, which gave something else than NULL or an error, in
 * an expression for which both sides agree. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_COVERAGE_H
#define TEST_EXPRESSIONS_COVERAGE_H

#include "test_expressions_forms.h"

#include <stdlib.h>

#define COVERAGE_SHOWN 8

struct covered {
    const struct function *function;
    long calls;
    long turns; /* expressions that were made for it */
};

enum coverage_kind {
    COVERAGE_FUNCTIONS,
    COVERAGE_OPERATORS,
    COVERAGE_CASTS,
    COVERAGE_KINDS,
};

struct coverage {
    struct covered items[COVERAGE_KINDS][GRAMMAR_FUNCTIONS];
    int counts[COVERAGE_KINDS];
};

static inline void coverage_add(struct coverage *coverage,
                                enum coverage_kind kind,
                                const struct function *function)
{
    bool known = function != NULL && function->kernel != NULL;

    for (int i = 0; known && kind != COVERAGE_FUNCTIONS && i < function->arg_count; i++) {
        known = function->args[i] == TYPE_ANY ||
                grammar_index((enum type_id)function->args[i]) != ANY_TYPE;
    }
    if (known) {
        hold(coverage->counts[kind] < GRAMMAR_FUNCTIONS);
        coverage->items[kind][coverage->counts[kind]++].function = function;
    }
}

/* The functions that the grammar knows; all operators and casts between its types. */
static inline void coverage_init(struct coverage *coverage, const struct grammar *grammar)
{
    int count = 0;
    const struct function *operators = operator_table(&count);

    memset(coverage, 0, sizeof *coverage);
    for (int i = 0; i < grammar->function_count; i++) {
        coverage_add(coverage, COVERAGE_FUNCTIONS, grammar->functions[i]);
    }
    for (int i = 0; i < count; i++) {
        coverage_add(coverage, COVERAGE_OPERATORS, &operators[i]);
    }
    for (int from = 0; from < GRAMMAR_TYPES; from++) {
        for (int to = 0; to < GRAMMAR_TYPES; to++) {
            const struct cast *cast = cast_find(grammar_types[from].id, grammar_types[to].id);
            coverage_add(coverage, COVERAGE_CASTS, cast == NULL ? NULL : &cast->function);
        }
        if (!type_is_text(grammar_types[from].id)) {
            coverage_add(coverage, COVERAGE_CASTS, input_function(grammar_types[from].id));
        }
    }
}

static inline void coverage_called(void *state, const struct function *function)
{
    struct coverage *coverage = state;

    for (int kind = 0; kind < COVERAGE_KINDS; kind++) {
        for (int i = 0; i < coverage->counts[kind]; i++) {
            coverage->items[kind][i].calls += coverage->items[kind][i].function == function;
        }
    }
}

/* Turns count, too, since hardly any value suits some functions; but a call is worth several. */
static inline long poverty(const struct covered *covered)
{
    return 4 * covered->calls + covered->turns;
}

/* What was called least, or tried least where that did not help; among equals by the seed. */
static inline const struct function *coverage_poorest(struct coverage *coverage,
                                                      enum coverage_kind kind,
                                                      struct seed *seed)
{
    struct covered *items = coverage->items[kind];
    int count = coverage->counts[kind];
    int start = seed_below(seed, count);
    int poorest = start;

    for (int i = 1; i < count; i++) {
        int at = (start + i) % count;
        if (poverty(&items[at]) < poverty(&items[poorest])) {
            poorest = at;
        }
    }
    items[poorest].turns++;
    return items[poorest].function;
}

/* An expression whose root is a call of that function. */
static inline struct tree *grow_call_of(struct grammar *grammar,
                                        const struct function *function,
                                        int depth)
{
    static struct grammar only; /* of this function: deeper calls are of it, too */

    only = *grammar;
    only.functions[0] = function;
    only.function_count = 1;
    return grow_function(&only, grammar_index(function->result), depth);
}

static inline struct tree *grow_operand_of(struct grammar *grammar,
                                           const struct function *function,
                                           int arg,
                                           int depth)
{
    bool any = function->args[arg] == TYPE_ANY;

    return grow(grammar,
                any ? seed_below(grammar->seed, GRAMMAR_TYPES)
                    : grammar_index((enum type_id)function->args[arg]),
                depth);
}

static inline struct tree *grow_operator_of(struct grammar *grammar,
                                            const struct function *function,
                                            int depth)
{
    int type = grammar_index(function->result);

    if (function->arg_count == 2) {
        return binary(grammar,
                      type,
                      grow_operand_of(grammar, function, 0, depth),
                      arena_format(grammar->arena, " %s ", function->name),
                      grow_operand_of(grammar, function, 1, depth));
    }
    struct tree *tree = tree_new(grammar, type);
    tree->pieces[0] = arena_format(grammar->arena, "(%s ", function->name);
    tree_add(tree, grow_operand_of(grammar, function, 0, depth), ")");
    return tree;
}

static inline struct tree *grow_cast_of(struct grammar *grammar,
                                        const struct function *function,
                                        int depth)
{
    struct tree *tree = tree_new(grammar, grammar_index(function->result));
    struct tree *operand = grow_operand_of(grammar, function, 0, depth);

    if (function->args[0] == TYPE_TEXT && chance(grammar, 50)) {
        operand = tree_new(grammar, grammar_index(TYPE_TEXT)); /* a text that can be read */
        operand->pieces[0] = "(";
        tree_add(operand, tree_column(grammar, tree->type), ")::text");
    }
    tree->pieces[0] = "(";
    tree_add(tree, operand, arena_format(grammar->arena, ")::%s", grammar_types[tree->type].cast));
    return tree;
}

/* An expression for what was tried least: most for functions, which are the youngest. */
static inline struct tree *grow_poorest(struct grammar *grammar,
                                        struct coverage *coverage,
                                        int depth)
{
    int lot = seed_below(grammar->seed, 10);
    enum coverage_kind kind = lot < 6   ? COVERAGE_FUNCTIONS
                              : lot < 9 ? COVERAGE_OPERATORS
                                        : COVERAGE_CASTS;
    const struct function *function = coverage_poorest(coverage, kind, grammar->seed);

    return kind == COVERAGE_FUNCTIONS   ? grow_call_of(grammar, function, depth)
           : kind == COVERAGE_OPERATORS ? grow_operator_of(grammar, function, depth - 1)
                                        : grow_cast_of(grammar, function, depth - 1);
}

static inline int compare_covered(const void *a, const void *b)
{
    long left = ((const struct covered *)a)->calls;
    long right = ((const struct covered *)b)->calls;

    return (left > right) - (left < right);
}

static inline const char *covered_name(const struct covered *covered, struct arena *arena)
{
    const struct function *function = covered->function;
    const char *name = arena_format(arena, "%s(", function->name);

    for (int i = 0; i < function->arg_count; i++) {
        int type = function->args[i] == TYPE_ANY ? ANY_TYPE
                                                 : grammar_index((enum type_id)function->args[i]);
        name = arena_format(arena,
                            "%s%s%s",
                            name,
                            i == 0 ? "" : ", ",
                            type == ANY_TYPE ? "any" : grammar_types[type].cast);
    }
    int result = grammar_index(function->result);
    return arena_format(arena,
                        "%s) %s: %ld",
                        name,
                        result == ANY_TYPE ? "other" : grammar_types[result].cast,
                        covered->calls);
}

static inline bool coverage_poor(const struct coverage *coverage,
                                 enum coverage_kind kind,
                                 long least)
{
    bool poor = false;

    for (int i = 0; i < coverage->counts[kind]; i++) {
        poor = poor || coverage->items[kind][i].calls < least;
    }
    return poor;
}

/* Prints those that were called least; how many were called less than `least` times. */
static inline int coverage_report(struct coverage *coverage,
                                  enum coverage_kind kind,
                                  long least,
                                  struct arena *arena)
{
    static const char *const names[] = {"functions", "operators", "casts"};
    struct covered *items = coverage->items[kind];
    int count = coverage->counts[kind];
    int poor = 0;

    qsort(items, (size_t)count, sizeof *items, compare_covered);
    while (poor < count && items[poor].calls < least) {
        poor++;
    }
    printf("%d %s, %d of them called less than %ld times; least", count, names[kind], poor, least);
    int shown = poor > COVERAGE_SHOWN ? poor : COVERAGE_SHOWN;
    for (int i = 0; i < count && i < shown; i++) {
        printf("%s %s", i == 0 ? "" : ",", covered_name(&items[i], arena));
    }
    puts("");
    return poor;
}

#endif
