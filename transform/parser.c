/* parser.c — operators of expressions, by recursive descent, one function per level of precedence.
 *
 *     expression = and { OR and }        comparison = matched [ (= <> < <= > >=) matched ]
 *     and        = not { AND not }       matched    = operand [ [NOT] (BETWEEN IN LIKE ILIKE) … ]
 *     not        = { NOT } is            operand    = sum { || sum }
 *     is         = comparison { IS … }   sum, product, power, unary, cast: as usual
 *
 * An operand is joined by || and by any operator that has no precedence of its own (~ & | # << >>).
 *
 * The recursion is bounded by LIMIT_DEPTH, and so is the depth of every tree that comes out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"

#include "parser_internal.h"

#include "novate/limits.h"

#include <stdio.h>
#include <string.h>

bool parser_at_symbol(const struct parser *parser, const char *symbol)
{
    return parser->token->kind == TOKEN_SYMBOL && text_equal(parser->token->text, text_of(symbol));
}

bool parser_at_word(const struct parser *parser, const char *word)
{
    return parser->token->kind == TOKEN_WORD && text_equal_case(parser->token->text, text_of(word));
}

bool parser_take_symbol(struct parser *parser, const char *symbol)
{
    bool found = parser_at_symbol(parser, symbol);
    parser->token += found;
    return found;
}

bool parser_take_word(struct parser *parser, const char *word)
{
    bool found = parser_at_word(parser, word);
    parser->token += found;
    return found;
}

struct node *parser_syntax_error(struct parser *parser, const char *hint)
{
    const struct token *token = parser->token;
    struct place place = expression_place(parser->spec, token->offset);

    if (token->kind == TOKEN_END) {
        (void)problem_add(parser->problems, place, hint, "syntax error at end of expression");
    } else {
        (void)problem_add(parser->problems,
                          place,
                          hint,
                          "syntax error at or near \"%.*s\"",
                          (int)(token->size < 60 ? token->size : 60),
                          parser->spec->text + token->offset);
    }
    return NULL;
}

static bool expect(struct parser *parser, bool found, const char *what)
{
    char hint[80];

    if (found) {
        return true;
    }
    (void)snprintf(hint, sizeof hint, "Expected %s here.", what);
    (void)parser_syntax_error(parser, hint);
    return false;
}

bool parser_expect_symbol(struct parser *parser, const char *symbol)
{
    return expect(parser, parser_take_symbol(parser, symbol), symbol);
}

bool parser_expect_word(struct parser *parser, const char *word)
{
    return expect(parser, parser_take_word(parser, word), word);
}

struct node *parser_node(struct parser *parser, enum node_kind kind, uint32_t offset)
{
    struct node *node = ARENA_NEW(parser->arena, struct node);

    if (node == NULL) {
        parser->memory = true;
        return NULL;
    }
    node->kind = kind;
    node->offset = offset;
    return node;
}

bool parser_push_null(struct parser *parser, struct node_list *list)
{
    if (list->count == list->capacity) {
        int capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        struct node **items = ARENA_ARRAY(parser->arena, struct node *, (size_t)capacity);
        if (items == NULL) {
            parser->memory = true;
            return false;
        }
        if (list->count > 0) {
            memcpy(items, list->items, (size_t)list->count * sizeof *items);
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = NULL;
    return true;
}

bool parser_push(struct parser *parser, struct node_list *list, struct node *item)
{
    if (item == NULL || !parser_push_null(parser, list)) {
        return false;
    }
    list->items[list->count - 1] = item;
    return true;
}

static struct node *too_deep(struct parser *parser, uint32_t offset)
{
    (void)problem_add(parser->problems,
                      expression_place(parser->spec, offset),
                      "Split the expression, or use CASE, IN or a lookup.",
                      "expression is nested more than %d deep",
                      LIMIT_DEPTH);
    return NULL;
}

struct node *parser_finish(struct parser *parser, struct node *node, const struct node_list *list)
{
    if (node == NULL) {
        return NULL;
    }
    node->args = list->items;
    node->arg_count = list->count;
    for (int i = 0; i < list->count; i++) {
        if (list->items[i] != NULL && list->items[i]->depth >= node->depth) {
            node->depth = list->items[i]->depth + 1;
        }
    }
    return node->depth > LIMIT_DEPTH ? too_deep(parser, node->offset) : node;
}

/* A node of one or two arguments; NULL if one of them is. */
static struct node *combine(struct parser *parser,
                            enum node_kind kind,
                            const struct token *token,
                            struct node *left,
                            struct node *right)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, kind, token->offset);

    if (node == NULL || !parser_push(parser, &list, left) || !parser_push(parser, &list, right)) {
        return NULL;
    }
    node->text = token->text;
    return parser_finish(parser, node, &list);
}

static struct node *wrap(struct parser *parser,
                         enum node_kind kind,
                         const struct token *token,
                         struct node *argument)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, kind, token->offset);

    if (node == NULL || !parser_push(parser, &list, argument)) {
        return NULL;
    }
    node->text = token->text;
    return parser_finish(parser, node, &list);
}

/* primary { :: type } */
static struct node *parse_cast(struct parser *parser)
{
    struct node *node = parser_primary(parser);

    while (node != NULL && parser_at_symbol(parser, "::")) {
        const struct token *token = parser->token++;
        struct type type;
        if (!parser_type(parser, &type)) {
            return NULL;
        }
        node = wrap(parser, NODE_CAST, token, node);
        if (node != NULL) {
            node->type = type;
        }
    }
    return node;
}

static struct node *parse_sum(struct parser *parser);

/* ~ sum: the operator binds less than + although it stands in front. */
static struct node *parse_complement(struct parser *parser)
{
    const struct token *token = parser->token++;

    if (++parser->depth > LIMIT_DEPTH) {
        return too_deep(parser, token->offset);
    }
    struct node *operand = parse_sum(parser);
    parser->depth--;
    return wrap(parser, NODE_OPERATOR, token, operand);
}

/* { + | - } cast. The sign of a number belongs to the number, so that -9223372036854775808 is one.
 */
static struct node *parse_unary(struct parser *parser)
{
    const struct token *token = parser->token;

    if (parser_at_symbol(parser, "~")) {
        return parse_complement(parser);
    }
    if (!parser_at_symbol(parser, "-") && !parser_at_symbol(parser, "+")) {
        return parse_cast(parser);
    }
    bool minus = parser_at_symbol(parser, "-");
    parser->token++;
    if (++parser->depth > LIMIT_DEPTH) {
        return too_deep(parser, token->offset);
    }
    struct node *operand = parse_unary(parser);
    parser->depth--;
    if (operand != NULL && operand->kind == NODE_NUMBER && minus) {
        bool negative = operand->text.data[0] == '-';
        char *text = arena_format(parser->arena,
                                  "%s%.*s",
                                  negative ? "" : "-",
                                  (int)operand->text.size - negative,
                                  operand->text.data + negative);
        if (text == NULL) {
            parser->memory = true;
            return NULL;
        }
        operand->text = text_of(text);
        operand->offset = token->offset;
        return operand;
    }
    return wrap(parser, NODE_OPERATOR, token, operand);
}

/* unary { AT TIME ZONE unary }: timezone(zone, value) */
static struct node *parse_zoned(struct parser *parser)
{
    struct node *node = parse_unary(parser);

    while (node != NULL && parser_at_word(parser, "AT")) {
        const struct token *token = parser->token++;
        if (!parser_expect_word(parser, "TIME") || !parser_expect_word(parser, "ZONE")) {
            return NULL;
        }
        node = combine(parser, NODE_CALL, token, parse_unary(parser), node);
        if (node != NULL) {
            node->text = text_of("timezone");
        }
    }
    return node;
}

static struct node *parse_power(struct parser *parser)
{
    struct node *node = parse_zoned(parser);

    while (node != NULL && parser_at_symbol(parser, "^")) {
        const struct token *token = parser->token++;
        node = combine(parser, NODE_OPERATOR, token, node, parse_zoned(parser));
    }
    return node;
}

static struct node *parse_product(struct parser *parser)
{
    struct node *node = parse_power(parser);

    while (node != NULL && (parser_at_symbol(parser, "*") || parser_at_symbol(parser, "/") ||
                            parser_at_symbol(parser, "%"))) {
        const struct token *token = parser->token++;
        node = combine(parser, NODE_OPERATOR, token, node, parse_power(parser));
    }
    return node;
}

static struct node *parse_sum(struct parser *parser)
{
    struct node *node = parse_product(parser);

    while (node != NULL && (parser_at_symbol(parser, "+") || parser_at_symbol(parser, "-"))) {
        const struct token *token = parser->token++;
        node = combine(parser, NODE_OPERATOR, token, node, parse_product(parser));
    }
    return node;
}

static bool at_one_of(const struct parser *parser, const char *const *symbols)
{
    for (size_t i = 0; symbols[i] != NULL; i++) {
        if (parser_at_symbol(parser, symbols[i])) {
            return true;
        }
    }
    return false;
}

struct node *parser_operand(struct parser *parser)
{
    static const char *const symbols[] = {
        "||", "~", "!~", "~*", "!~*", "&", "|", "#", "<<", ">>", NULL};
    struct node *node = parse_sum(parser);

    while (node != NULL && at_one_of(parser, symbols)) {
        const struct token *token = parser->token++;
        node = parser_at_list(parser)
                   ? parser_list_test(parser, token, node, false)
                   : combine(parser, NODE_OPERATOR, token, node, parse_sum(parser));
    }
    return node;
}

static struct node *parse_between(struct parser *parser, const struct token *token, struct node *x)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_BETWEEN, token->offset);

    if (!parser_push(parser, &list, x) || !parser_push(parser, &list, parser_operand(parser)) ||
        !parser_expect_word(parser, "AND") || !parser_push(parser, &list, parser_operand(parser))) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}

static struct node *parse_in(struct parser *parser, const struct token *token, struct node *x)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_IN, token->offset);

    if (!parser_push(parser, &list, x) || !parser_expect_symbol(parser, "(")) {
        return NULL;
    }
    do {
        if (!parser_push(parser, &list, parser_expression(parser))) {
            return NULL;
        }
    } while (parser_take_symbol(parser, ","));
    return parser_expect_symbol(parser, ")") ? parser_finish(parser, node, &list) : NULL;
}

static struct node *parse_like(struct parser *parser,
                               const struct token *token,
                               struct node *x,
                               bool insensitive)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_LIKE, token->offset);

    if (parser_at_list(parser)) {
        return parser_list_test(parser, token, x, insensitive);
    }
    if (!parser_push(parser, &list, x) || !parser_push(parser, &list, parser_operand(parser))) {
        return NULL;
    }
    if (parser_take_word(parser, "ESCAPE") && !parser_push(parser, &list, parser_operand(parser))) {
        return NULL;
    }
    node = parser_finish(parser, node, &list);
    if (node != NULL) {
        node->insensitive = insensitive;
    }
    return node;
}

/* operand [ [NOT] BETWEEN … | IN (…) | LIKE … | ILIKE … ] */
static struct node *parse_matched(struct parser *parser)
{
    struct node *node = parser_operand(parser);
    const struct token *token = parser->token;

    if (node == NULL) {
        return NULL;
    }
    bool negated = parser_take_word(parser, "NOT");
    const struct token *word = parser->token;
    if (parser_take_word(parser, "BETWEEN")) {
        node = parse_between(parser, word, node);
    } else if (parser_take_word(parser, "IN")) {
        node = parse_in(parser, word, node);
    } else if (parser_take_word(parser, "LIKE")) {
        node = parse_like(parser, word, node, false);
    } else if (parser_take_word(parser, "ILIKE")) {
        node = parse_like(parser, word, node, true);
    } else {
        parser->token = token; /* a NOT that is not ours is the caller's syntax error */
        return node;
    }
    if (node != NULL) {
        node->negated = negated;
    }
    return node;
}

static bool at_comparison(const struct parser *parser)
{
    static const char *const symbols[] = {"=", "<>", "<", "<=", ">", ">=", NULL};

    return at_one_of(parser, symbols);
}

static struct node *parse_comparison(struct parser *parser)
{
    struct node *node = parse_matched(parser);

    if (node == NULL || !at_comparison(parser)) {
        return node;
    }
    const struct token *token = parser->token++;
    node = parser_at_list(parser)
               ? parser_list_test(parser, token, node, false)
               : combine(parser, NODE_OPERATOR, token, node, parse_matched(parser));
    if (node != NULL && at_comparison(parser)) {
        return parser_syntax_error(parser, "Comparisons do not chain; join them with AND.");
    }
    return node;
}

/* comparison { IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM comparison } */
static struct node *parse_is(struct parser *parser)
{
    struct node *node = parse_comparison(parser);

    while (node != NULL && parser_at_word(parser, "IS")) {
        const struct token *token = parser->token++;
        bool negated = parser_take_word(parser, "NOT");
        static const char *const tests[] = {"NULL", "TRUE", "FALSE", "UNKNOWN"};
        int test = 0;
        while (test < 4 && !parser_take_word(parser, tests[test])) {
            test++;
        }
        if (test < 4) {
            node = wrap(parser, NODE_IS, token, node);
        } else if (parser_take_word(parser, "DISTINCT")) {
            if (!parser_expect_word(parser, "FROM")) {
                return NULL;
            }
            node = combine(parser, NODE_DISTINCT, token, node, parse_comparison(parser));
        } else {
            return parser_syntax_error(
                parser, "IS is followed by [NOT] NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM.");
        }
        if (node != NULL) {
            node->test = (enum is_test)(test < 4 ? test : 0);
            node->negated = negated;
        }
    }
    return node;
}

static struct node *parse_not(struct parser *parser)
{
    const struct token *token = parser->token;

    if (!parser_take_word(parser, "NOT")) {
        return parse_is(parser);
    }
    if (++parser->depth > LIMIT_DEPTH) {
        return too_deep(parser, token->offset);
    }
    struct node *node = wrap(parser, NODE_NOT, token, parse_not(parser));
    parser->depth--;
    return node;
}

/* item { word item }, as one node of all items. */
static struct node *parse_chain(struct parser *parser,
                                enum node_kind kind,
                                const char *word,
                                struct node *(*parse_item)(struct parser *))
{
    struct node *first = parse_item(parser);
    const struct token *token = parser->token;

    if (first == NULL || !parser_at_word(parser, word)) {
        return first;
    }
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, kind, token->offset);
    if (!parser_push(parser, &list, first)) {
        return NULL;
    }
    while (parser_take_word(parser, word)) {
        if (!parser_push(parser, &list, parse_item(parser))) {
            return NULL;
        }
    }
    return parser_finish(parser, node, &list);
}

static struct node *parse_and(struct parser *parser)
{
    return parse_chain(parser, NODE_AND, "AND", parse_not);
}

struct node *parser_expression(struct parser *parser)
{
    if (++parser->depth > LIMIT_DEPTH) {
        return too_deep(parser, parser->token->offset);
    }
    struct node *node = parse_chain(parser, NODE_OR, "OR", parse_and);
    parser->depth--;
    return node;
}

bool parser_parse(const struct expression_spec *spec,
                  struct arena *arena,
                  struct problems *problems,
                  struct node **node,
                  struct error *error)
{
    struct token *tokens = NULL;
    bool memory = false;

    *node = NULL;
    if (!lexer_scan(spec, arena, problems, &tokens, &memory)) {
        return !memory || error_set_memory(error);
    }
    struct parser parser = {.spec = spec, .arena = arena, .problems = problems, .token = tokens};
    if (tokens->kind == TOKEN_END) {
        (void)problem_add(problems, spec->place, NULL, "expression is empty");
        return true;
    }
    struct node *root = parser_expression(&parser);
    if (root != NULL && parser.token->kind != TOKEN_END) {
        root = parser_syntax_error(&parser, NULL);
    }
    *node = root;
    return !parser.memory || error_set_memory(error);
}
