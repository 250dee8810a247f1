/* regex_internal.h — what the regex*.c files share: the tree of an expression.
 *
 * The tree has PostgreSQL's form, for its shape decides what parentheses get: a leaf is whatever
 * has neither parentheses nor a conflict of preferences in it, however large. Each node knows the
 * pattern of PCRE2 for all that is below it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_REGEX_INTERNAL_H
#define TRANSFORM_REGEX_INTERNAL_H

#include "regex.h"

#include <stdint.h>

#define REGEX_REPEAT_MAX   255  /* PostgreSQL's DUPMAX */
#define REGEX_REPEAT_ANY   (-1) /* no upper bound */
#define REGEX_CAPTURES_MAX 99
#define REGEX_DEPTH_MAX    200
#define REGEX_PATTERN_MAX  16384 /* characters */
#define REGEX_CODE_MAX     0x10ffff

/* Of a node: what it prefers, and what is somewhere in it. */
enum regex_flag {
    REGEX_LONGER = 1,
    REGEX_SHORTER = 2,
    REGEX_MIXED = 4, /* both, in different parts */
    REGEX_CAPTURE = 8,
    REGEX_REFERENCE = 16,
};

enum regex_op {
    REGEX_LEAF,
    REGEX_CONCATENATION, /* two children */
    REGEX_ALTERNATIVES,  /* two or more */
    REGEX_REPETITION,    /* of the child */
    REGEX_GROUP,         /* parentheses right within parentheses */
    REGEX_BACK,          /* what the parentheses `back` took, again */
};

struct regex_pattern {
    char *data;
    size_t size;
    size_t capacity;
};

struct regex_node {
    enum regex_op op;
    unsigned flags;
    int capture; /* number of its parentheses, or 0 */
    int back;
    int least;
    int most;
    struct regex_node *child;
    struct regex_node *next;
    struct regex_pattern pattern;
    int index;  /* among the nodes with code */
    void *code; /* of PCRE2: gives all ends of the node; NULL where nobody asks */
};

/* Set of characters: ranges, in order and apart once regex_set_finish() was called. */
struct regex_range {
    uint32_t low;
    uint32_t high;
};

struct regex_set {
    struct regex_range *items;
    int count;
    int capacity;
};

enum regex_token {
    REGEX_TOKEN_NONE,
    REGEX_TOKEN_END,
    REGEX_TOKEN_CHARACTER,  /* value: the character */
    REGEX_TOKEN_ANY,        /* . */
    REGEX_TOKEN_OPEN,       /* value: 1 captures */
    REGEX_TOKEN_CLOSE,      /* */
    REGEX_TOKEN_OR,         /* | */
    REGEX_TOKEN_REPEAT,     /* * + ?: value is the character, `greedy` */
    REGEX_TOKEN_BOUND,      /* { before a digit */
    REGEX_TOKEN_BRACKET,    /* [ or [^: value 1 if negated */
    REGEX_TOKEN_LOOK,       /* (?= (?! (?<= (?<!: value is enum regex_look */
    REGEX_TOKEN_CLASS,      /* \d \s \w: value is the letter; a capital one is the complement */
    REGEX_TOKEN_CONSTRAINT, /* ^ $ \A \Z \m \M \y \Y: value is the letter */
    REGEX_TOKEN_BACK,       /* value: number */
};

enum regex_look {
    REGEX_AHEAD,
    REGEX_NOT_AHEAD,
    REGEX_BEHIND,
    REGEX_NOT_BEHIND,
};

struct regex_parser {
    const uint32_t *at;
    const uint32_t *end;
    struct regex_options options;
    struct arena *arena;
    enum regex_token token;
    uint32_t value;
    bool greedy;
    int captures;
    bool known[REGEX_CAPTURES_MAX + 1]; /* parentheses that were closed */
    int depth;
    int nodes;
    bool has_back;
    int variable; /* characters whose number of repetitions varies */
    bool shorter; /* the last of these prefers less */
    bool single;  /* there is one way to match only, but for `variable` */
    enum regex_status status;
    const char *why;
};

/* regex_lexer.c */
/* The `length` characters of valid UTF-8; NULL: no memory. */
uint32_t *regex_decode(struct text pattern, size_t length, struct arena *arena);
/* Notes the first error; returns false. */
bool regex_fail(struct regex_parser *parser, enum regex_status status, const char *why);
/* Reads *** and (?letters) at the beginning, then the first token. */
void regex_begin(struct regex_parser *parser);
void regex_next(struct regex_parser *parser);
/* {m}, {m,} or {m,n} after the bracket, which is taken; `exact` says that it is {m}. */
bool regex_bound(struct regex_parser *parser, int *least, int *most, bool *exact);
/* After a backslash; the result is in token and value. */
void regex_escape(struct regex_parser *parser);

/* regex_set.c */
void regex_set_add(struct regex_parser *parser, struct regex_set *set, uint32_t low, uint32_t high);
/* The class of a letter: d s w and their capitals. */
void regex_set_add_class(struct regex_parser *parser, struct regex_set *set, uint32_t letter);
/* The set that a token of one character stands for, or a bracket expression; takes the token. */
struct regex_set regex_set_parse(struct regex_parser *parser);
void regex_set_write(struct regex_parser *parser,
                     const struct regex_set *set,
                     struct regex_pattern *out);
void regex_write(struct regex_parser *parser, struct regex_pattern *out, const char *string);
void regex_append(struct regex_parser *parser,
                  struct regex_pattern *out,
                  const struct regex_pattern *more);

/* regex_parser.c: NULL after an error. */
struct regex_node *regex_parse(struct regex_parser *parser);

/* regex_dissect.c: gives each pair of parentheses in `node`, which matches the span, its share.
 * REGEX_NO_MATCH only where a reference back does not fit. */
struct regex_search {
    struct regex_matcher *matcher;
    const struct regex *regex;
    struct text subject;
    struct regex_span *captures; /* 1 … */
};

enum regex_status regex_dissect(struct regex_search *search,
                                const struct regex_node *node,
                                size_t begin,
                                size_t end);
/* regex.c: all ends of matches of the node that begin at `begin`, the last first. */
enum regex_status regex_ends(struct regex_search *search,
                             const struct regex_node *node,
                             size_t begin,
                             const size_t **ends,
                             int *count);
/* Workspace of one dissection. */
struct arena *regex_arena(struct regex_search *search);

#endif
