/* test_expressions_pools.h — values for arguments that have a role: a pattern, an encoding, a count
 * that must not become two milliards.
 *
 * A pool is named by function and argument; it applies to all forms of the function. Others get any
 * expression of their type. A third of the arguments with a pool gets any expression all the same,
 * unless that could take too long, or is not available here (`always`). What may fail has a column
 * in it: a constant that fails is an error of the whole query in PostgreSQL. A pool of pieces
 * stands in the place of a literal: with %s in it, in the place of that stands a column of the
 * argument's type. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_POOLS_H
#define TEST_EXPRESSIONS_POOLS_H

#include "test_expressions_grammar.h"

#define POOL_VALUES 24

struct pool {
    const char *function;
    int arg;
    bool always;
    const char *values[POOL_VALUES];
};

#define COUNTS                                                                                     \
    {                                                                                              \
        "(%s % 20)", "0", "1", "2", "-1", "7"                                                      \
    }
#define PATTERNS                                                                                   \
    {                                                                                              \
        "'[a-c]+'", "'(a|ab)(c|bcd)?'", "'^\\s*(.*?)\\s*$'", "'.'", "'\\d+'", "'(\\w)(\\w)'",      \
            "'x*'", "'(?i)[A-C]'", "'^$'", "'a?b*?'", "'(.)\\1'", "'\\m.'", "'[^[:alnum:]]'",      \
            "'é'", "''", "'(?<=a)b|%'", "'b(?!c)'", "'(a)|(b)'", "'\\.'"                           \
    }
#define REGEX_FLAGS                                                                                \
    {                                                                                              \
        "''", "'i'", "'n'", "'x'", "'c'", "'is'"                                                   \
    }
#define ENCODINGS                                                                                  \
    {                                                                                              \
        "'UTF8'", "'LATIN1'", "'win1252'", "'utf-8'", "'LATIN9'", "'latin2'", "'nil'"              \
    }
#define FORMS                                                                                      \
    {                                                                                              \
        "'hex'", "'base64'", "'escape'", "'HEX'", "'nil'"                                          \
    }

static const struct pool pools[] = {
    {"lpad", 1, true, COUNTS},
    {"rpad", 1, true, COUNTS},
    {"repeat", 1, true, COUNTS},
    {"regexp_like", 1, false, PATTERNS},
    {"regexp_like", 2, true, REGEX_FLAGS},
    {"regexp_count", 1, false, PATTERNS},
    {"regexp_count", 2, false, {"1", "2", "3", "0", "(%s % 5)"}},
    {"regexp_count", 3, true, REGEX_FLAGS},
    {"regexp_substr", 1, false, PATTERNS},
    {"regexp_substr", 2, true, {"1", "2", "1", "(%s % 5)"}},
    {"regexp_substr", 3, true, {"1", "2", "1", "(%s % 3)"}},
    {"regexp_substr", 4, true, REGEX_FLAGS},
    {"regexp_substr", 5, true, {"0", "1", "2", "0", "(%s % 3)"}},
    {"regexp_replace", 1, false, PATTERNS},
    {"regexp_replace",
     2,
     false,
     {"'<\\&>'", "'\\1-\\2'", "''", "'x'", "'\\\\'", "'\\'", "'\\0\\9'"}},
    {"regexp_replace", 3, true, {"'g'", "'gi'", "1", "2", "'ng'"}},
    {"regexp_replace", 4, false, {"0", "1", "2", "(%s % 3)"}},
    {"regexp_replace", 5, true, REGEX_FLAGS},
    {"power", 1, true, {"2", "3", "-1", "0", "sign(%s)", "trunc(sign(%s) * 4)", "7"}},
    {"pow", 1, true, {"2", "-3", "1", "sign(%s)", "trunc(sign(%s) * 11)"}},
    {"substring", 1, false, {"%s", "(%s % 5)", "(%s % 5)", "2", "'a.'", "'(.)c'", "'[b-z]*'"}},
    {"chr", 0, false, {"(abs(%s % 70000))", "(%s % 300)", "(%s % 1200000)"}},
    {"get_byte", 1, false, {"0", "1", "(%s % 3)"}},
    {"encode", 1, false, FORMS},
    {"decode",
     0,
     false,
     {"(left(%s, 0) || '6162')",
      "(left(%s, 0) || 'YWJj')",
      "(left(%s, 0) || 'a\\001b')",
      "(left(%s, 0) || '6 1')",
      "(%s || 'YQ==')",
      "%s",
      "(%s || '\\\\')"}},
    {"decode", 1, false, FORMS},
    {"convert_from", 1, true, ENCODINGS},
    {"convert_to", 1, true, ENCODINGS},
    {"overlay", 2, false, {"1", "2", "(%s % 5)"}},
    {"overlay", 3, false, {"0", "1", "(%s % 5)", "-1"}},
    {"translate", 1, false, {"'abc'", "'ahé'", "' '", "'-3'"}},
    {"make_timestamp",
     0,
     true,
     {"(2008 + %s % 40)", "(1970 + %s % 3)", "(%s % 3000)", "(1947 + %s % 3)"}},
    {"make_timestamptz",
     0,
     true,
     {"(2008 + %s % 40)", "(1970 + %s % 3)", "(%s % 3000)", "(1947 + %s % 3)"}},
    {"make_interval", 0, false, {"(%s % 10)", "(%s % 100)", "(%s % 1000)", "%s"}},
    {"make_interval", 1, true, {"1", "-13", "0", "(%s % 1000)"}},
    {"make_interval", 2, true, {"1", "-1", "0", "(%s % 1000)"}},
    {"make_interval", 3, true, {"1", "-40", "0", "(%s % 100000)"}},
    {"make_interval", 4, true, {"1", "-25", "0", "(%s % 100000)"}},
    {"make_interval", 5, true, {"1", "-61", "0", "(%s % 100000)"}},
    {"translate", 2, false, {"'xyz'", "'é'", "''", "'日12'"}},
};

static inline const struct pool *pool_find(const char *function, int arg)
{
    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++) {
        if (strcmp(pools[i].function, function) == 0 && pools[i].arg == arg) {
            return &pools[i];
        }
    }
    return NULL;
}

/* A value of the pool as a tree of `type`; NULL: any expression will do. */
static inline struct tree *pool_tree(struct grammar *grammar,
                                     const char *function,
                                     int arg,
                                     int type)
{
    const struct pool *pool = pool_find(function, arg);
    int count = 0;

    if (pool == NULL || (!pool->always && chance(grammar, 33))) {
        return NULL;
    }
    while (count < POOL_VALUES && pool->values[count] != NULL) {
        count++;
    }
    const char *value = pool->values[seed_below(grammar->seed, count)];
    const char *place = strstr(value, "%s");
    struct tree *tree = tree_new(grammar, type);
    if (place == NULL) {
        tree->pieces[0] = value;
        return tree;
    }
    tree->pieces[0] = arena_format(grammar->arena, "%.*s", (int)(place - value), value);
    tree_add(tree, tree_column(grammar, type), arena_string(grammar->arena, place + 2));
    return tree;
}

/* Operators that stand between two trees, beside arithmetic. */
static inline const char *pool_regex_operator(struct grammar *grammar)
{
    static const char *const names[] = {" ~ ", " ~* ", " !~ ", " !~* "};
    return names[seed_below(grammar->seed, 4)];
}

static inline const char *pool_pattern(struct grammar *grammar)
{
    static const char *const patterns[POOL_VALUES] = PATTERNS;
    int count = 0;

    while (count < POOL_VALUES && patterns[count] != NULL) {
        count++;
    }
    return patterns[seed_below(grammar->seed, count)];
}

#endif
