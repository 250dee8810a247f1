/* explain_words.h — an expression in words.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_EXPLAIN_WORDS_H
#define TRANSFORM_EXPLAIN_WORDS_H

#include "ast.h"

#include "novate/plan.h"

#include <stdbool.h>

/* Texts, each once. */
struct word_list {
    const char **items;
    int count;
    int capacity;
};

/* What is said of one expression, and what was met while it was said. */
struct telling {
    struct arena *arena;
    const struct mapping *mapping;
    struct word_list columns;   /* names as written */
    struct word_list lookups;   /* names */
    struct word_list refusals;  /* why a record is rejected: "no value of type date" */
    struct word_list functions; /* without a phrase */
    struct word_list demanded;  /* lookups that reject a record without an entry */
    int tries;                  /* within so many try(), where nothing is rejected */
    bool memory;                /* memory ran out */
};

/* Adds a text unless it is there. */
void word_list_add(struct telling *telling, struct word_list *list, const char *text);
/* "a, b"; "" for none. NULL: memory. */
const char *word_list_join(const struct word_list *list, const char *between, struct arena *arena);

/* The words; lists of `telling` are added to. "" when memory ran out. */
const char *tell_expression(struct telling *telling, const struct node *node);

/* "file codes/sex.csv, column code" */
const char *tell_lookup_place(struct telling *telling,
                              const struct lookup_spec *spec,
                              const char *column);

/* The words of a function; NULL: it has none. */
const char *phrase_find(struct text name, int arg_count);

#endif
