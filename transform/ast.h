/* ast.h — an expression as it was written: the parser's result, before names and types mean
 * anything.
 *
 * Special forms that PostgreSQL's grammar knows (trim(LEADING … FROM …), substring(… FROM … FOR …))
 * are calls of the function they stand for. Nodes live in the arena of the parser.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_AST_H
#define TRANSFORM_AST_H

#include "novate/text.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stdint.h>

enum node_kind {
    NODE_NAME,     /* a column; `quoted` */
    NODE_NUMBER,   /* `text` as written, a sign in front included */
    NODE_STRING,   /* `text` decoded */
    NODE_BOOLEAN,  /* true, or false if `negated` */
    NODE_NULL,     /* */
    NODE_OPERATOR, /* `text`: + - * / % ^ || ~ & | = < and so on; one or two arguments */
    NODE_AND,      /* two or more arguments */
    NODE_OR,       /* two or more arguments */
    NODE_NOT,      /* one argument */
    NODE_IS,       /* `test`; one argument */
    NODE_DISTINCT, /* two arguments; `negated` is NOT DISTINCT */
    NODE_IN,       /* the value, then the list */
    NODE_BETWEEN,  /* the value, lower and upper bound */
    NODE_LIKE,     /* text, pattern, perhaps the escape character; `insensitive` */
    NODE_CASE,     /* operand or NULL, then condition and result in turn, then ELSE or NULL */
    NODE_CAST,     /* to `type`; one argument */
    NODE_CALL,     /* function `text` as written */
    NODE_ANY,  /* operator `text`, or LIKE: the value, then the list; `all`, `quoted`, `typed` */
    NODE_PART, /* the value, then the number of its element */
};

enum is_test {
    IS_NULL,
    IS_TRUE,
    IS_FALSE,
    IS_UNKNOWN,
};

struct node {
    enum node_kind kind;
    uint32_t offset; /* of the token that messages point at */
    struct text text;
    struct type type;
    enum is_test test;
    bool negated;
    bool quoted;
    bool insensitive;
    bool all;   /* ALL, not ANY */
    bool typed; /* the elements of the list are cast to `type` */
    int depth;  /* of the tree below; bounds the recursion of all that walk it */
    struct node **args;
    int arg_count;
};

#endif
