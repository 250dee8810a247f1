/* parser_primary.c — operands of expressions: literals, columns, calls, CASE, CAST, brackets, and
 * the special forms of SQL's grammar.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser_internal.h"

#include <stdio.h>
#include <string.h>

/* Words that begin or join a construct: a column of such a name must be in double quotes. */
static bool is_reserved(struct text word)
{
    static const char *const words[] = {
        "AND",
        "AS",
        "BETWEEN",
        "CASE",
        "CAST",
        "DISTINCT",
        "ELSE",
        "END",
        "FROM",
        "ILIKE",
        "IN",
        "IS",
        "LIKE",
        "NOT",
        "NULL",
        "OR",
        "THEN",
        "WHEN",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text_equal_case(word, text_of(words[i]))) {
            return true;
        }
    }
    return false;
}

static const struct token *ahead(const struct parser *parser, int count)
{
    const struct token *token = parser->token;

    while (count-- > 0 && token->kind != TOKEN_END) {
        token++;
    }
    return token;
}

static bool is_symbol(const struct token *token, const char *symbol)
{
    return token->kind == TOKEN_SYMBOL && text_equal(token->text, text_of(symbol));
}

static bool is_word(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && text_equal_case(token->text, text_of(word));
}

/* How many tokens from `token` on form a type's name: words, (n[,m]), WITH[OUT] TIME ZONE. */
static int type_tokens(const struct token *token)
{
    const struct token *start = token;

    if (token->kind != TOKEN_WORD || is_reserved(token->text)) {
        return 0;
    }
    bool character = is_word(token, "character") || is_word(token, "char");
    bool precision = is_word(token, "double");
    token++;
    if ((character && is_word(token, "varying")) || (precision && is_word(token, "precision"))) {
        token++;
    }
    if (is_symbol(token, "(")) {
        const struct token *inside = token + 1;
        while (inside->kind == TOKEN_NUMBER || is_symbol(inside, ",") || is_symbol(inside, "-")) {
            inside++;
        }
        if (!is_symbol(inside, ")")) {
            return (int)(token - start);
        }
        token = inside + 1;
    } else if (is_word(start, "interval")) {
        token += parser_interval_fields(token);
    }
    if ((is_word(token, "with") || is_word(token, "without")) && is_word(token + 1, "time") &&
        is_word(token + 2, "zone")) {
        token += 3;
    }
    return (int)(token - start);
}

static bool unknown_type(struct parser *parser, const struct token *token, size_t size)
{
    static const char *const names[] = {
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
        "text",
        "varchar",
        "char",
        "bytea",
        "date",
        "time",
        "timestamp",
        "uuid",
        "float",
        "decimal",
        "timestamptz",
        "interval",
        "character varying",
    };
    char name[64];
    char hint[120] = "See the types in the reference of mappings.";

    (void)snprintf(name, sizeof name, "%.*s", (int)size, parser->spec->text + token->offset);
    const char *nearest = text_nearest(name, names, sizeof names / sizeof names[0]);
    if (nearest != NULL) {
        (void)snprintf(hint, sizeof hint, "Perhaps you meant %s.", nearest);
    }
    (void)problem_add(parser->problems,
                      expression_place(parser->spec, token->offset),
                      hint,
                      "type \"%.*s\" does not exist",
                      (int)size,
                      parser->spec->text + token->offset);
    return false;
}

bool parser_type(struct parser *parser, struct type *type)
{
    const struct token *first = parser->token;
    int count = type_tokens(first);

    if (count == 0) {
        (void)parser_syntax_error(parser, "Expected the name of a type here.");
        return false;
    }
    const struct token *last = first + count - 1;
    size_t size = last->offset + last->size - first->offset;
    if (!type_parse_expression(text_from(parser->spec->text + first->offset, size), type)) {
        return unknown_type(parser, first, size);
    }
    parser->token += count;
    return true;
}

struct node *parser_leaf(struct parser *parser, enum node_kind kind)
{
    struct node *node = parser_node(parser, kind, parser->token->offset);

    if (node != NULL) {
        node->text = parser->token->text;
        node->quoted = parser->token->kind == TOKEN_QUOTED;
    }
    parser->token++;
    return node;
}

/* CAST '(' expression AS type ')' */
static struct node *parse_cast_call(struct parser *parser, uint32_t offset)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_CAST, offset);
    struct type type;

    if (!parser_expect_symbol(parser, "(") ||
        !parser_push(parser, &list, parser_expression(parser)) ||
        !parser_expect_word(parser, "AS") || !parser_type(parser, &type) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    node = parser_finish(parser, node, &list);
    if (node != NULL) {
        node->type = type;
    }
    return node;
}

/* CASE [x] WHEN … THEN … [ELSE …] END */
static struct node *parse_case(struct parser *parser, uint32_t offset)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_CASE, offset);
    bool ok = parser_at_word(parser, "WHEN")
                  ? parser_push_null(parser, &list)
                  : parser_push(parser, &list, parser_expression(parser));

    if (ok && !parser_at_word(parser, "WHEN")) {
        return parser_syntax_error(parser, "Expected WHEN here.");
    }
    while (ok && parser_take_word(parser, "WHEN")) {
        ok = parser_push(parser, &list, parser_expression(parser)) &&
             parser_expect_word(parser, "THEN") &&
             parser_push(parser, &list, parser_expression(parser));
    }
    if (ok) {
        ok = parser_take_word(parser, "ELSE")
                 ? parser_push(parser, &list, parser_expression(parser))
                 : parser_push_null(parser, &list);
    }
    return ok && parser_expect_word(parser, "END") ? parser_finish(parser, node, &list) : NULL;
}

/* The arguments after "name(", the closing bracket included. */
static bool parse_arguments(struct parser *parser, struct node_list *list)
{
    if (parser_take_symbol(parser, ")")) {
        return true;
    }
    if (parser_at_symbol(parser, "*")) {
        (void)parser_syntax_error(parser, "Aggregates are not available in mappings.");
        return false;
    }
    do {
        if (!parser_push(parser, list, parser_expression(parser))) {
            return false;
        }
    } while (parser_take_symbol(parser, ","));
    return parser_expect_symbol(parser, ")");
}

/* trim([BOTH|LEADING|TRAILING] [characters] FROM text), trim(text[, characters]) */
static struct node *parse_trim(struct parser *parser, struct node *node)
{
    struct node_list list = {.items = NULL};
    const char *name = "btrim";

    if (parser_take_word(parser, "LEADING")) {
        name = "ltrim";
    } else if (parser_take_word(parser, "TRAILING")) {
        name = "rtrim";
    } else {
        (void)parser_take_word(parser, "BOTH");
    }
    node->text = text_of(name);
    if (parser_take_word(parser, "FROM")) {
        return parse_arguments(parser, &list) ? parser_finish(parser, node, &list) : NULL;
    }
    struct node *first = parser_expression(parser);
    if (first == NULL) {
        return NULL;
    }
    if (parser_take_word(parser, "FROM")) {
        if (!parser_push(parser, &list, parser_expression(parser)) ||
            !parser_push(parser, &list, first) || !parser_expect_symbol(parser, ")")) {
            return NULL;
        }
        return parser_finish(parser, node, &list);
    }
    if (!parser_push(parser, &list, first) ||
        (parser_take_symbol(parser, ",") &&
         !parser_push(parser, &list, parser_expression(parser))) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}

/* substring(text [FROM start] [FOR count]), substring(text, start[, count]) */
static struct node *parse_substring(struct parser *parser, struct node *node)
{
    struct node_list list = {.items = NULL};
    struct node *count = NULL;

    if (!parser_push(parser, &list, parser_expression(parser))) {
        return NULL;
    }
    if (parser_take_symbol(parser, ",")) {
        return parse_arguments(parser, &list) ? parser_finish(parser, node, &list) : NULL;
    }
    uint32_t offset = parser->token->offset;
    if (parser_take_word(parser, "FOR") && (count = parser_operand(parser)) == NULL) {
        return NULL;
    }
    if (parser_take_word(parser, "FROM")) {
        if (!parser_push(parser, &list, parser_operand(parser))) {
            return NULL;
        }
    } else if (count != NULL) { /* FOR alone counts from the first character */
        struct node *one = parser_node(parser, NODE_NUMBER, offset);
        if (!parser_push(parser, &list, one)) {
            return NULL;
        }
        one->text = text_of("1");
    }
    if (count == NULL && parser_take_word(parser, "FOR") &&
        (count = parser_operand(parser)) == NULL) {
        return NULL;
    }
    if ((count != NULL && !parser_push(parser, &list, count)) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}

/* position(piece IN text) is the function of (text, piece). */
static struct node *parse_position(struct parser *parser, struct node *node)
{
    struct node_list list = {.items = NULL};
    struct node *piece = parser_operand(parser);

    if (piece == NULL || !parser_expect_word(parser, "IN") ||
        !parser_push(parser, &list, parser_operand(parser)) || !parser_push(parser, &list, piece) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    node->text = text_of("position");
    return parser_finish(parser, node, &list);
}

/* overlay(text PLACING piece FROM start [FOR count]), overlay(text, piece, start[, count]) */
static struct node *parse_overlay(struct parser *parser, struct node *node)
{
    struct node_list list = {.items = NULL};

    if (!parser_push(parser, &list, parser_expression(parser))) {
        return NULL;
    }
    if (parser_take_symbol(parser, ",")) {
        return parse_arguments(parser, &list) ? parser_finish(parser, node, &list) : NULL;
    }
    if (!parser_expect_word(parser, "PLACING") ||
        !parser_push(parser, &list, parser_expression(parser)) ||
        !parser_expect_word(parser, "FROM") ||
        !parser_push(parser, &list, parser_expression(parser)) ||
        (parser_take_word(parser, "FOR") &&
         !parser_push(parser, &list, parser_expression(parser))) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}

static struct node *parse_call(struct parser *parser)
{
    struct node_list list = {.items = NULL};
    const struct token *name = parser->token;
    struct node *node = parser_leaf(parser, NODE_CALL);

    parser->token++; /* the bracket */
    if (node == NULL) {
        return NULL;
    }
    if (is_word(name, "trim")) {
        return parse_trim(parser, node);
    }
    if (is_word(name, "substring")) {
        return parse_substring(parser, node);
    }
    if (is_word(name, "position")) {
        return parse_position(parser, node);
    }
    if (is_word(name, "overlay")) {
        return parse_overlay(parser, node);
    }
    if (is_word(name, "extract")) {
        return parser_extract(parser, node);
    }
    return parse_arguments(parser, &list) ? parser_finish(parser, node, &list) : NULL;
}

/* DATE '2024-01-01', numeric(5,2) '1.5': a cast of the literal. */
static struct node *parse_typed_literal(struct parser *parser)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_CAST, parser->token->offset);
    struct type type;

    if (!parser_type(parser, &type) ||
        !parser_push(parser, &list, parser_leaf(parser, NODE_STRING))) {
        return NULL;
    }
    node = parser_finish(parser, node, &list);
    if (node != NULL) {
        node->type = type;
    }
    return node;
}

static struct node *parse_word(struct parser *parser)
{
    const struct token *token = parser->token;
    int type = type_tokens(token);

    if (parser_take_word(parser, "CASE")) {
        return parse_case(parser, token->offset);
    }
    if (is_word(token, "CAST") && is_symbol(ahead(parser, 1), "(")) {
        parser->token++;
        return parse_cast_call(parser, token->offset);
    }
    if (is_word(token, "NULL")) {
        return parser_leaf(parser, NODE_NULL);
    }
    if (is_word(token, "TRUE") || is_word(token, "FALSE")) {
        struct node *node = parser_leaf(parser, NODE_BOOLEAN);
        if (node != NULL) {
            node->negated = is_word(token, "FALSE");
        }
        return node;
    }
    if (is_reserved(token->text)) {
        return parser_syntax_error(parser,
                                   "A column of that name must be written in double quotes.");
    }
    if (parser_at_interval(parser)) {
        return parser_interval(parser);
    }
    if (type > 0 && ahead(parser, type)->kind == TOKEN_STRING) {
        return parse_typed_literal(parser);
    }
    if (is_word(token, "current_date") || is_word(token, "current_timestamp") ||
        is_word(token, "localtimestamp")) {
        return parser_leaf(parser, NODE_CALL);
    }
    if (is_symbol(ahead(parser, 1), "(")) {
        return parse_call(parser);
    }
    return parser_leaf(parser, NODE_NAME);
}

struct node *parser_primary(struct parser *parser)
{
    struct node *node = NULL;

    switch (parser->token->kind) {
    case TOKEN_WORD:
        node = parse_word(parser);
        break;
    case TOKEN_QUOTED:
        node = parser_leaf(parser, NODE_NAME);
        break;
    case TOKEN_STRING:
        return parser_leaf(parser, NODE_STRING);
    case TOKEN_NUMBER:
        return parser_leaf(parser, NODE_NUMBER);
    case TOKEN_SYMBOL:
        if (!parser_take_symbol(parser, "(")) {
            return parser_syntax_error(parser, NULL);
        }
        node = parser_expression(parser);
        return node != NULL && parser_expect_symbol(parser, ")") ? parser_part(parser, node) : NULL;
    case TOKEN_END:
        return parser_syntax_error(parser, NULL);
    }
    if (node != NULL && node->kind == NODE_NAME && parser_at_symbol(parser, ".")) {
        return parser_syntax_error(parser, "Columns are named without their table.");
    }
    return node;
}
