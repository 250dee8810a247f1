/* parser_datetime.c — EXTRACT(… FROM …) and literals of intervals.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser_internal.h"

#include "novate/interval.h"

static bool is_symbol(const struct token *token, const char *symbol)
{
    return token->kind == TOKEN_SYMBOL && text_equal(token->text, text_of(symbol));
}

static bool is_word(const struct token *token, const char *word)
{
    return token->kind == TOKEN_WORD && text_equal_case(token->text, text_of(word));
}

/* The tokens of "(3)". */
static int precision_tokens(const struct token *token)
{
    return is_symbol(token, "(") && token[1].kind == TOKEN_NUMBER && is_symbol(token + 2, ")") ? 3
                                                                                               : 0;
}

static bool is_field(const struct token *token)
{
    return token->kind == TOKEN_WORD && interval_fields_find(token->text) != 0;
}

int parser_interval_fields(const struct token *token)
{
    int count = 1;

    if (!is_field(token)) {
        return 0;
    }
    if (is_word(token + 1, "to") && is_field(token + 2)) {
        count = 3;
    }
    return is_word(token + count - 1, "second") ? count + precision_tokens(token + count) : count;
}

bool parser_at_interval(const struct parser *parser)
{
    const struct token *token = parser->token;

    return is_word(token, "interval") &&
           token[1 + precision_tokens(token + 1)].kind == TOKEN_STRING;
}

struct node *parser_interval(struct parser *parser)
{
    const struct token *start = parser->token;
    const char *text = parser->spec->text;
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_CAST, start->offset);
    int precision = precision_tokens(start + 1);

    parser->token += 1 + precision;
    struct node *literal = parser_leaf(parser, NODE_STRING);
    const struct token *named = precision > 0 ? start + 1 : parser->token;
    int count = precision > 0 ? precision : parser_interval_fields(parser->token);
    struct type type = type_of(TYPE_INTERVAL);

    if (count > 0) {
        const struct token *last = named + count - 1;
        size_t size = last->offset + last->size - named->offset;
        const char *name =
            arena_format(parser->arena, "interval %.*s", (int)size, text + named->offset);
        if (name == NULL) {
            parser->memory = true;
            return NULL;
        }
        if (!type_parse_expression(text_of(name), &type)) {
            parser->token = named;
            return parser_syntax_error(parser,
                                       "Expected fields of an interval, as DAY TO SECOND(3).");
        }
    }
    if (precision == 0) {
        parser->token += count;
    }
    if (!parser_push(parser, &list, literal)) {
        return NULL;
    }
    node = parser_finish(parser, node, &list);
    if (node != NULL) {
        node->type = type;
    }
    return node;
}

struct node *parser_extract(struct parser *parser, struct node *node)
{
    struct node_list list = {.items = NULL};
    enum token_kind kind = parser->token->kind;

    if (kind != TOKEN_WORD && kind != TOKEN_QUOTED && kind != TOKEN_STRING) {
        return parser_syntax_error(parser, "Expected a field here, as in EXTRACT(year FROM x).");
    }
    if (!parser_push(parser, &list, parser_leaf(parser, NODE_STRING)) ||
        !parser_expect_word(parser, "FROM") ||
        !parser_push(parser, &list, parser_expression(parser)) ||
        !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}
