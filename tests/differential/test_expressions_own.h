/* test_expressions_own.h — arguments of functions that PostgreSQL does not have: hardly any random
 * text is an NHS number, so they get those of the functions' own examples most of the time.
 *
 * The first one is made to look like a column's value, so that the call is not computed once for
 * all records. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_OWN_H
#define TEST_EXPRESSIONS_OWN_H

#include "test_expressions_grammar.h"

/* The example of the function, or of another one of its name with as many arguments. */
static inline const char *own_example(const struct function *function)
{
    int count = 0;
    const struct function *table = function_table(&count);

    if (function->example[0] != '\0') {
        return function->example;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(table[i].name, function->name) == 0 &&
            table[i].arg_count == function->arg_count && table[i].example[0] != '\0') {
            return table[i].example;
        }
    }
    return "";
}

/* Where the argument ends: at a comma or bracket outside of quotes and brackets. */
static inline size_t own_argument_size(const char *at)
{
    size_t size = 0;
    int depth = 0;
    bool quoted = false;

    for (; at[size] != '\0'; size++) {
        char c = at[size];
        quoted = quoted != (c == '\'');
        if (!quoted && depth == 0 && (c == ',' || c == ')')) {
            break;
        }
        depth += quoted ? 0 : (c == '(') - (c == ')');
    }
    return size;
}

/* The argument as the example has it; NULL: there is none. */
static inline const char *own_argument_text(struct grammar *grammar,
                                            const struct function *function,
                                            int arg)
{
    const char *example = own_example(function);
    const char *call = arena_format(grammar->arena, "%s(", function->name);
    const char *at = strstr(example, call);

    if (at == NULL) {
        return NULL;
    }
    at += strlen(call);
    for (int i = 0; i < arg; i++) {
        at += own_argument_size(at);
        if (*at != ',') {
            return NULL;
        }
        at += 1 + strspn(at + 1, " ");
    }
    return arena_copy(grammar->arena, at, own_argument_size(at));
}

/* NULL: any expression of the argument's type will do. */
static inline struct tree *own_argument(struct grammar *grammar,
                                        const struct function *function,
                                        int arg,
                                        int type)
{
    if ((function->flags & FUNCTION_OURS) == 0 || chance(grammar, arg == 0 ? 40 : 20)) {
        return NULL;
    }
    const char *text = own_argument_text(grammar, function, arg);
    if (text == NULL) {
        return NULL;
    }
    struct tree *tree = tree_new(grammar, type);
    const char *sql = grammar_types[type].cast;
    if (arg > 0) {
        tree->pieces[0] = text;
        return tree;
    }
    struct tree *column = tree_column(grammar, type);
    tree->pieces[0] = "coalesce(nullif(";
    tree_add(tree, column, ", ");
    tree_add(tree, column, arena_format(grammar->arena, "), CAST(%s AS %s))", text, sql));
    return tree;
}

#endif
