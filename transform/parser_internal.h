/* parser_internal.h — what parser.c (operators) and parser_primary.c (operands) share.
 *
 * Every parse_ function returns NULL after it added a problem (or memory ran out, `memory`); its
 * callers return NULL too: one problem of syntax per expression.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_PARSER_INTERNAL_H
#define TRANSFORM_PARSER_INTERNAL_H

#include "ast.h"
#include "lexer.h"

struct parser {
    const struct expression_spec *spec;
    struct arena *arena;
    struct problems *problems;
    const struct token *token; /* the next one */
    int depth;                 /* of the recursion */
    bool memory;
};

/* A list of arguments that grows. */
struct node_list {
    struct node **items;
    int count;
    int capacity;
};

bool parser_at_symbol(const struct parser *parser, const char *symbol);
bool parser_at_word(const struct parser *parser, const char *word);
/* Takes the token if it is the next one. */
bool parser_take_symbol(struct parser *parser, const char *symbol);
bool parser_take_word(struct parser *parser, const char *word);
/* Takes it or complains. */
bool parser_expect_symbol(struct parser *parser, const char *symbol);
bool parser_expect_word(struct parser *parser, const char *word);
/* "syntax error at or near …" at the next token. Returns NULL. */
struct node *parser_syntax_error(struct parser *parser, const char *hint);

struct node *parser_node(struct parser *parser, enum node_kind kind, uint32_t offset);
/* False when memory ran out or `item` is NULL. The item may be absent on purpose: list_push_null.
 */
bool parser_push(struct parser *parser, struct node_list *list, struct node *item);
bool parser_push_null(struct parser *parser, struct node_list *list);
/* Gives the list to the node; NULL (and a problem) when the tree becomes too deep. */
struct node *parser_finish(struct parser *parser, struct node *node, const struct node_list *list);

struct node *parser_expression(struct parser *parser);
/* An operand of BETWEEN, LIKE and their like: arithmetic and || only. */
struct node *parser_operand(struct parser *parser);
/* After a binary operator: does ANY (, SOME ( or ALL ( follow? */
bool parser_at_list(const struct parser *parser);
/* ANY (ARRAY[…]), ANY ('{…}'), with ::type[] or without: the operator is `token`. */
struct node *parser_list_test(struct parser *parser,
                              const struct token *token,
                              struct node *value,
                              bool insensitive);
/* [n] behind brackets, if it is there. */
struct node *parser_part(struct parser *parser, struct node *value);
/* A literal, column, call, CASE, CAST or expression in brackets. */
struct node *parser_primary(struct parser *parser);
/* parser_datetime.c: EXTRACT(field FROM value), the bracket being taken. */
struct node *parser_extract(struct parser *parser, struct node *node);
/* INTERVAL '1' DAY, INTERVAL(3) '1.5 seconds'; is the next token the beginning of one? */
bool parser_at_interval(const struct parser *parser);
struct node *parser_interval(struct parser *parser);
/* How many tokens from `token` on name fields of an interval: DAY TO SECOND(3). */
int parser_interval_fields(const struct token *token);
/* A leaf of one token, which is taken. */
struct node *parser_leaf(struct parser *parser, enum node_kind kind);
/* A type's name with its modifiers; complains when there is none. */
bool parser_type(struct parser *parser, struct type *type);

#endif
