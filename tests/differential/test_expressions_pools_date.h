/* test_expressions_pools_date.h — dates and intervals in random expressions: operators, forms, and
 * the values that their functions know what to do with.
 *
 * It belongs to test_expressions_forms.h, which includes it behind what it needs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_POOLS_DATE_H
#define TEST_EXPRESSIONS_POOLS_DATE_H

#include "test_expressions_grammar.h"

/* An interval of a difference, a product or a sum. */
static inline struct tree *grow_interval(struct grammar *grammar, int depth)
{
    static const enum type_id subtracted[] = {TYPE_TIMESTAMP, TYPE_TIMESTAMPTZ, TYPE_TIME};
    static const char *const literals[] = {"INTERVAL '1' DAY",
                                           "INTERVAL '1-2' YEAR TO MONTH",
                                           "INTERVAL '3 4:05' DAY TO MINUTE",
                                           "INTERVAL(2) '1.2345 s'",
                                           "INTERVAL '1:2.345' MINUTE TO SECOND(1)",
                                           "INTERVAL 'P1Y2M3DT4H5M6S'"};
    int type = grammar_index(TYPE_INTERVAL);
    int any = grammar_index(subtracted[seed_below(grammar->seed, 3)]);
    struct tree *sign = NULL;
    struct tree *literal = NULL;

    switch (seed_below(grammar->seed, 6)) {
    case 0:
        return binary(grammar, type, child(grammar, any, depth), " - ", child(grammar, any, depth));
    case 1:
        return binary(grammar,
                      type,
                      child(grammar, type, depth),
                      chance(grammar, 50) ? " * " : " / ",
                      child(grammar, grammar_index(TYPE_FLOAT8), depth));
    case 2:
        return binary(grammar,
                      type,
                      child(grammar, grammar_index(TYPE_FLOAT8), depth),
                      " * ",
                      child(grammar, type, depth));
    case 3:
        sign = tree_new(grammar, type);
        sign->pieces[0] = "(- ";
        tree_add(sign, child(grammar, type, depth), ")");
        return sign;
    case 4:
        literal = tree_new(grammar, type);
        literal->pieces[0] = literals[seed_below(grammar->seed, 6)];
        return binary(grammar, type, child(grammar, type, depth), " + ", literal);
    default:
        return binary(grammar,
                      type,
                      child(grammar, type, depth),
                      chance(grammar, 50) ? " + " : " - ",
                      child(grammar, type, depth));
    }
}

/* A date, a time or a timestamp and an interval. */
static inline struct tree *grow_moved(struct grammar *grammar, int type, int depth)
{
    int interval = grammar_index(TYPE_INTERVAL);
    enum type_id id = grammar_types[type].id;

    if (id == TYPE_INTERVAL) {
        return grow_interval(grammar, depth);
    }
    if (id == TYPE_DATE) {
        type = grammar_index(TYPE_TIMESTAMP);
    }
    struct tree *moved =
        child(grammar,
              id == TYPE_TIMESTAMP && chance(grammar, 30) ? grammar_index(TYPE_DATE) : type,
              depth);
    if (chance(grammar, 30)) {
        return binary(grammar, type, child(grammar, interval, depth), " + ", moved);
    }
    return binary(
        grammar, type, moved, chance(grammar, 50) ? " + " : " - ", child(grammar, interval, depth));
}

#endif
