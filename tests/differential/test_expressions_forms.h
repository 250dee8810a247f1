/* test_expressions_forms.h — how a random expression grows, one function per form of the language.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_FORMS_H
#define TEST_EXPRESSIONS_FORMS_H

#include "test_expressions_grammar.h"
#include "test_expressions_own.h"
#include "test_expressions_pools.h"

static inline struct tree *grow(struct grammar *grammar, int type, int depth);

/* A child of the type, or seldom of another one. */
static inline struct tree *child(struct grammar *grammar, int type, int depth)
{
    if (chance(grammar, 3)) {
        type = seed_below(grammar->seed, GRAMMAR_TYPES);
    }
    return grow(grammar, type, depth - 1);
}

static inline struct tree *literal_or_child(struct grammar *grammar, int type, int depth)
{
    return chance(grammar, 15) ? tree_literal(grammar, type) : child(grammar, type, depth);
}

/* Another type of the same category, for operators between types. */
static inline int related(struct grammar *grammar, int type)
{
    static const enum type_id groups[][7] = {
        {TYPE_INT2, TYPE_INT4, TYPE_INT8, TYPE_NUMERIC, TYPE_FLOAT4, TYPE_FLOAT8, TYPE_INT4},
        {TYPE_TEXT, TYPE_VARCHAR, TYPE_CHAR, TYPE_TEXT, TYPE_VARCHAR, TYPE_CHAR, TYPE_TEXT},
        {TYPE_DATE,
         TYPE_TIMESTAMP,
         TYPE_TIMESTAMPTZ,
         TYPE_DATE,
         TYPE_TIMESTAMP,
         TYPE_TIMESTAMPTZ,
         TYPE_DATE},
    };
    for (int group = 0; group < 3; group++) {
        for (int i = 0; i < 7; i++) {
            if (groups[group][i] == grammar_types[type].id) {
                return grammar_index(groups[group][seed_below(grammar->seed, 7)]);
            }
        }
    }
    return type;
}

static inline struct tree *binary(
    struct grammar *grammar, int type, struct tree *left, const char *name, struct tree *right)
{
    struct tree *tree = tree_new(grammar, type);
    tree->pieces[0] = "(";
    tree_add(tree, left, name);
    tree_add(tree, right, ")");
    return tree;
}

#include "test_expressions_pools_date.h"

static inline struct tree *grow_comparison(struct grammar *grammar, int depth)
{
    static const char *const names[] = {" = ",
                                        " <> ",
                                        " < ",
                                        " <= ",
                                        " > ",
                                        " >= ",
                                        " IS DISTINCT FROM ",
                                        " IS NOT DISTINCT FROM "};
    int boolean = grammar_index(TYPE_BOOL);
    int type = seed_below(grammar->seed, GRAMMAR_TYPES);

    return binary(grammar,
                  boolean,
                  child(grammar, type, depth),
                  names[seed_below(grammar->seed, 8)],
                  literal_or_child(grammar, related(grammar, type), depth));
}

static inline struct tree *grow_in(struct grammar *grammar, int depth)
{
    int type = seed_below(grammar->seed, GRAMMAR_TYPES);
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_BOOL));
    int count = 1 + seed_below(grammar->seed, 4);
    bool literals = chance(grammar, 50);

    tree->pieces[0] = "(";
    tree_add(tree, child(grammar, type, depth), chance(grammar, 30) ? " NOT IN (" : " IN (");
    for (int i = 0; i < count; i++) {
        tree_add(tree,
                 literals ? tree_literal(grammar, type)
                          : literal_or_child(grammar, related(grammar, type), depth),
                 i + 1 < count ? ", " : "))");
    }
    return tree;
}

static inline struct tree *grow_between(struct grammar *grammar, int depth)
{
    int type = seed_below(grammar->seed, GRAMMAR_TYPES);
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_BOOL));

    tree->pieces[0] = "(";
    tree_add(
        tree, child(grammar, type, depth), chance(grammar, 30) ? " NOT BETWEEN " : " BETWEEN ");
    tree_add(tree, literal_or_child(grammar, related(grammar, type), depth), " AND ");
    tree_add(tree, literal_or_child(grammar, related(grammar, type), depth), ")");
    return tree;
}

static inline struct tree *grow_like(struct grammar *grammar, int depth)
{
    static const char *const names[] = {" LIKE ", " NOT LIKE ", " ILIKE ", " NOT ILIKE "};
    static const char *const escapes[] = {" ESCAPE '!')", " ESCAPE '')", " ESCAPE 'é')"};
    static const char *const patterns[] = {
        "'%'", "'a%'", "'_%c'", "'%\\'", "'a\\bc'", "'%é_'", "'!%%'", "'%a%b%'", "'___'", "'%_%_'"};
    int text = grammar_index(TYPE_TEXT);
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_BOOL));
    struct tree *pattern = tree_new(grammar, text);

    pattern->pieces[0] = patterns[seed_below(grammar->seed, 10)];
    tree->pieces[0] = "(";
    tree_add(
        tree, child(grammar, related(grammar, text), depth), names[seed_below(grammar->seed, 4)]);
    tree_add(tree,
             chance(grammar, 60) ? pattern : child(grammar, text, depth),
             chance(grammar, 25) ? escapes[seed_below(grammar->seed, 3)] : ")");
    return tree;
}

static inline struct tree *grow_regex(struct grammar *grammar, int depth)
{
    int text = grammar_index(TYPE_TEXT);
    struct tree *pattern = tree_new(grammar, text);

    pattern->pieces[0] = pool_pattern(grammar);
    return binary(grammar,
                  grammar_index(TYPE_BOOL),
                  child(grammar, related(grammar, text), depth),
                  pool_regex_operator(grammar),
                  chance(grammar, 70) ? pattern : child(grammar, text, depth));
}

/* (regexp_match(text, pattern))[n] */
static inline struct tree *grow_match(struct grammar *grammar, int depth)
{
    static const char *const parts[] = {"))[1]", "))[2]", "))[0]", ", 'i'))[1]"};
    int text = grammar_index(TYPE_TEXT);
    struct tree *tree = tree_new(grammar, text);
    struct tree *pattern = tree_new(grammar, text);

    pattern->pieces[0] = pool_pattern(grammar);
    tree->pieces[0] = "(regexp_match(";
    tree_add(tree, child(grammar, related(grammar, text), depth), ", ");
    tree_add(tree,
             chance(grammar, 70) ? pattern : child(grammar, text, depth),
             parts[seed_below(grammar->seed, 4)]);
    return tree;
}

/* x = ANY (ARRAY[…]); elements are columns and literals, which do not fail: PostgreSQL computes all
 * of them, mappings those that they need. */
static inline struct tree *grow_any(struct grammar *grammar, int depth)
{
    static const char *const names[] = {
        " = ", " <> ", " < ", " >= ", " LIKE ", " NOT LIKE ", " ~ ", " !~* ", " ILIKE "};
    static const char *const lists[] = {"ANY (ARRAY[", "ALL (ARRAY[", "SOME (ARRAY["};
    int form = seed_below(grammar->seed, 9);
    int type = form > 3 ? grammar_index(TYPE_TEXT) : seed_below(grammar->seed, GRAMMAR_TYPES);
    int count = 1 + seed_below(grammar->seed, 3);
    struct tree *tree = tree_new(grammar, grammar_index(TYPE_BOOL));

    tree->pieces[0] = "(";
    tree_add(
        tree,
        child(grammar, type, depth),
        arena_format(grammar->arena, "%s%s", names[form], lists[seed_below(grammar->seed, 3)]));
    for (int i = 0; i < count; i++) {
        tree_add(tree,
                 form < 6 && chance(grammar, 50) ? tree_literal(grammar, type)
                                                 : tree_column(grammar, type),
                 i + 1 < count ? ", " : "]))");
    }
    return tree;
}

static inline struct tree *grow_unary_boolean(struct grammar *grammar, int depth)
{
    static const char *const tests[] = {" IS TRUE)",
                                        " IS FALSE)",
                                        " IS UNKNOWN)",
                                        " IS NOT TRUE)",
                                        " IS NOT FALSE)",
                                        " IS NOT UNKNOWN)"};
    int boolean = grammar_index(TYPE_BOOL);
    struct tree *tree = tree_new(grammar, boolean);
    int any = seed_below(grammar->seed, GRAMMAR_TYPES);

    switch (seed_below(grammar->seed, 3)) {
    case 0:
        tree->pieces[0] = "(NOT ";
        tree_add(tree, child(grammar, boolean, depth), ")");
        break;
    case 1:
        tree->pieces[0] = "(";
        tree_add(tree, child(grammar, boolean, depth), tests[seed_below(grammar->seed, 6)]);
        break;
    default:
        tree->pieces[0] = "(";
        tree_add(
            tree, child(grammar, any, depth), chance(grammar, 50) ? " IS NULL)" : " IS NOT NULL)");
        break;
    }
    return tree;
}

static inline struct tree *grow_boolean(struct grammar *grammar, int depth)
{
    int boolean = grammar_index(TYPE_BOOL);

    switch (seed_below(grammar->seed, 9)) {
    case 7:
        return grow_regex(grammar, depth);
    case 8:
        return grow_any(grammar, depth);
    case 0:
    case 1:
        return grow_comparison(grammar, depth);
    case 2:
        return binary(grammar,
                      boolean,
                      child(grammar, boolean, depth),
                      chance(grammar, 50) ? " AND " : " OR ",
                      child(grammar, boolean, depth));
    case 3:
        return grow_in(grammar, depth);
    case 4:
        return grow_between(grammar, depth);
    case 5:
        return grow_like(grammar, depth);
    default:
        return grow_unary_boolean(grammar, depth);
    }
}

static inline struct tree *grow_case(struct grammar *grammar, int type, int depth)
{
    struct tree *tree = tree_new(grammar, type);
    int any = seed_below(grammar->seed, GRAMMAR_TYPES);
    bool simple = chance(grammar, 40);
    int arms = 1 + seed_below(grammar->seed, 2);

    tree->pieces[0] = simple ? "(CASE " : "(CASE WHEN ";
    if (simple) {
        tree_add(tree, child(grammar, any, depth), " WHEN ");
    }
    for (int i = 0; i < arms; i++) {
        tree_add(tree,
                 simple ? literal_or_child(grammar, any, depth)
                        : child(grammar, grammar_index(TYPE_BOOL), depth),
                 " THEN ");
        tree_add(tree,
                 literal_or_child(grammar, type, depth),
                 i + 1 < arms          ? " WHEN "
                 : chance(grammar, 25) ? " END)"
                                       : " ELSE ");
    }
    if (strcmp(tree->pieces[tree->count], " ELSE ") == 0) {
        tree_add(tree, child(grammar, type, depth), " END)");
    }
    return tree;
}

static inline struct tree *grow_list(struct grammar *grammar, int type, int depth)
{
    static const char *const names[] = {"coalesce(", "greatest(", "least(", "nullif("};
    int form = seed_below(grammar->seed, 4);
    int count = form == 3 ? 2 : 1 + seed_below(grammar->seed, 3);
    struct tree *tree = tree_new(grammar, type);

    tree->pieces[0] = names[form];
    for (int i = 0; i < count; i++) {
        int own = chance(grammar, 20) ? related(grammar, type) : type;
        tree_add(tree,
                 i > 0 ? literal_or_child(grammar, own, depth) : child(grammar, own, depth),
                 i + 1 < count ? ", " : ")");
    }
    return tree;
}

static inline struct tree *grow_cast(struct grammar *grammar, int type, int depth)
{
    static const char *const modified[] = {")::varchar(3)",
                                           ")::char(2)",
                                           ")::numeric(7,2)",
                                           ")::timestamp(1)",
                                           ")::numeric(3,-1)",
                                           ")::time(2)"};
    static const enum type_id modified_types[] = {
        TYPE_VARCHAR, TYPE_CHAR, TYPE_NUMERIC, TYPE_TIMESTAMP, TYPE_NUMERIC, TYPE_TIME};
    struct tree *tree = tree_new(grammar, type);
    int from = chance(grammar, 50)   ? related(grammar, type)
               : chance(grammar, 60) ? grammar_index(TYPE_TEXT)
                                     : seed_below(grammar->seed, GRAMMAR_TYPES);
    int form = seed_below(grammar->seed, 6);

    tree->pieces[0] = "(";
    if (grammar_types[type].id == modified_types[form]) {
        tree_add(tree, child(grammar, from, depth), modified[form]);
    } else {
        tree_add(tree,
                 child(grammar, from, depth),
                 arena_format(grammar->arena, ")::%s", grammar_types[type].cast));
    }
    return tree;
}

static inline struct tree *grow_function(struct grammar *grammar, int type, int depth)
{
    int start = seed_below(grammar->seed, grammar->function_count);

    for (int i = 0; i < grammar->function_count; i++) {
        const struct function *function = grammar->functions[(start + i) % grammar->function_count];
        if (grammar_index(function->result) != type) {
            continue;
        }
        struct tree *formatted = date_call(grammar, function, type, depth);
        if (formatted != NULL) {
            return formatted;
        }
        struct tree *tree = tree_new(grammar, type);
        const char *separator =
            strcmp(function->name, "position") == 0 ? " IN " : date_separator(function);
        tree->pieces[0] = arena_format(grammar->arena, "%s(", function->name);
        for (int arg = 0; arg < function->arg_count; arg++) {
            int wanted = grammar_index((enum type_id)function->args[arg]);
            int own = chance(grammar, 20) ? related(grammar, wanted) : wanted;
            struct tree *given = own_argument(grammar, function, arg, wanted);
            given = given != NULL ? given : date_argument(grammar, function, arg, depth);
            given = given != NULL ? given : pool_tree(grammar, function->name, arg, wanted);
            tree_add(tree,
                     given != NULL ? given
                     : arg > 0 && pool_find(function->name, arg) == NULL
                         ? literal_or_child(grammar, own, depth)
                         : child(grammar, own, depth),
                     arg + 1 < function->arg_count ? separator : ")");
        }
        return tree;
    }
    return tree_column(grammar, type);
}

static inline struct tree *grow_concat(struct grammar *grammar, int depth)
{
    int text = grammar_index(TYPE_TEXT);
    struct tree *tree = tree_new(grammar, text);
    int count = 1 + seed_below(grammar->seed, 3);

    if (chance(grammar, 15)) {
        return grow_match(grammar, depth);
    }
    if (chance(grammar, 50)) {
        int any = chance(grammar, 50) ? text : seed_below(grammar->seed, GRAMMAR_TYPES);
        return binary(grammar,
                      text,
                      child(grammar, text, depth),
                      " || ",
                      literal_or_child(grammar, any, depth));
    }
    tree->pieces[0] = chance(grammar, 30) ? "concat_ws(t_0, " : "concat(";
    for (int i = 0; i < count; i++) {
        tree_add(tree,
                 child(grammar, seed_below(grammar->seed, GRAMMAR_TYPES), depth),
                 i + 1 < count ? ", " : ")");
    }
    return tree;
}

static inline struct tree *grow_arithmetic(struct grammar *grammar, int type, int depth)
{
    static const char *const names[] = {
        " + ", " - ", " * ", " / ", " % ", " & ", " | ", " # ", " << ", " >> "};
    static const char *const signs[] = {"(- ", "(+ ", "(~ "};
    struct tree *tree = tree_new(grammar, type);
    bool bits = type_is_integer(grammar_types[type].id);

    if (chance(grammar, 12)) {
        tree->pieces[0] = signs[seed_below(grammar->seed, bits ? 3 : 2)];
        tree_add(tree, child(grammar, type, depth), ")");
        return tree;
    }
    int other = chance(grammar, 30) ? related(grammar, type) : type;
    return binary(grammar,
                  type,
                  child(grammar, type, depth),
                  names[seed_below(grammar->seed, bits ? 10 : 5)],
                  literal_or_child(grammar, other, depth));
}

/* Whole exponents only for numeric: others are refused here. */
static inline struct tree *grow_power(struct grammar *grammar, int type, int depth)
{
    static const char *const exponents[] = {"2", "3", "-1", "0", "7", "-4", "12"};
    struct tree *exponent = tree_new(grammar, type);

    if (grammar_types[type].id == TYPE_FLOAT8) {
        return binary(
            grammar, type, child(grammar, type, depth), " ^ ", tree_column(grammar, type));
    }
    exponent->pieces[0] =
        arena_format(grammar->arena, "%s::numeric", exponents[seed_below(grammar->seed, 7)]);
    return binary(grammar, type, tree_column(grammar, type), " ^ ", exponent);
}

/* What only dates have. */
static inline struct tree *grow_date(struct grammar *grammar, int type, int depth)
{
    int date = grammar_index(TYPE_DATE);
    int integer = grammar_index(TYPE_INT4);

    if (chance(grammar, 60) && grammar_types[type].id != TYPE_INT4) {
        return grow_moved(grammar, type, depth);
    }
    if (grammar_types[type].id == TYPE_TIMESTAMP) {
        return binary(grammar,
                      type,
                      child(grammar, date, depth),
                      " + ",
                      child(grammar, grammar_index(TYPE_TIME), depth));
    }
    if (grammar_types[type].id == TYPE_DATE) {
        return chance(grammar, 30) ? binary(grammar,
                                            type,
                                            child(grammar, integer, depth),
                                            " + ",
                                            child(grammar, date, depth))
                                   : binary(grammar,
                                            type,
                                            child(grammar, date, depth),
                                            chance(grammar, 50) ? " + " : " - ",
                                            child(grammar, integer, depth));
    }
    return binary(
        grammar, integer, child(grammar, date, depth), " - ", child(grammar, date, depth));
}

static inline struct tree *grow_own(struct grammar *grammar, int type, int depth)
{
    enum type_id id = grammar_types[type].id;

    if (id == TYPE_BOOL) {
        return grow_boolean(grammar, depth);
    }
    if ((id == TYPE_FLOAT8 || id == TYPE_NUMERIC) && chance(grammar, 15)) {
        return grow_power(grammar, type, depth);
    }
    if (type_is_number(id)) {
        return id == TYPE_INT4 && chance(grammar, 10) ? grow_date(grammar, type, depth)
                                                      : grow_arithmetic(grammar, type, depth);
    }
    if (id == TYPE_TEXT) {
        return grow_concat(grammar, depth);
    }
    if (id == TYPE_DATE || id == TYPE_TIMESTAMP) {
        return grow_date(grammar, type, depth);
    }
    return id == TYPE_INTERVAL || id == TYPE_TIME || id == TYPE_TIMESTAMPTZ
               ? grow_moved(grammar, type, depth)
               : tree_column(grammar, type);
}

static inline struct tree *grow(struct grammar *grammar, int type, int depth)
{
    if (depth <= 0 || chance(grammar, 15)) {
        return tree_column(grammar, type);
    }
    switch (seed_below(grammar->seed, 8)) {
    case 0:
        return grow_case(grammar, type, depth);
    case 1:
        return grow_list(grammar, type, depth);
    case 2:
        return grow_cast(grammar, type, depth);
    case 3:
    case 4:
        return grow_function(grammar, type, depth);
    default:
        return grow_own(grammar, type, depth);
    }
}

#endif
