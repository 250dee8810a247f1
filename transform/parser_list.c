/* parser_list.c — the two places where arrays show: x = ANY (ARRAY[…]) and (regexp_match(…))[n].
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser_internal.h"

#include <string.h>

bool parser_at_list(const struct parser *parser)
{
    const struct token *next = parser->token + (parser->token->kind == TOKEN_END ? 0 : 1);

    return (parser_at_word(parser, "ANY") || parser_at_word(parser, "SOME") ||
            parser_at_word(parser, "ALL")) &&
           next->kind == TOKEN_SYMBOL && text_equal(next->text, text_of("("));
}

/* ARRAY [ value, … ], from the bracket on. */
static bool parse_array(struct parser *parser, struct node_list *list)
{
    if (!parser_expect_symbol(parser, "[")) {
        return false;
    }
    if (parser_at_symbol(parser, "]")) {
        (void)parser_syntax_error(parser, "An empty list is written '{}'.");
        return false;
    }
    do {
        if (!parser_push(parser, list, parser_expression(parser))) {
            return false;
        }
    } while (parser_take_symbol(parser, ","));
    return parser_expect_symbol(parser, "]");
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads one element of '{a, "b", NULL}' at `*at`, decoded to `out`. False: malformed. */
static bool read_element(struct text text, size_t *at, char *out, size_t *size, bool *quoted)
{
    size_t kept = 0; /* blanks at the end count only within quotes */

    *size = 0;
    while (*at < text.size && is_blank(text.data[*at])) {
        (*at)++;
    }
    *quoted = *at < text.size && text.data[*at] == '"';
    *at += *quoted;
    for (;; (*at)++) {
        if (*at >= text.size) {
            return false;
        }
        char c = text.data[*at];
        if (*quoted ? c == '"' : c == ',' || c == '}') {
            break;
        }
        if (!*quoted && (c == '"' || c == '{')) {
            return false;
        }
        bool escaped = c == '\\' && *at + 1 < text.size;
        *at += escaped;
        out[(*size)++] = text.data[*at];
        kept = escaped || *quoted || !is_blank(c) ? *size : kept;
    }
    *at += *quoted;
    *size = kept;
    while (*at < text.size && is_blank(text.data[*at])) {
        (*at)++;
    }
    return *at < text.size && (*quoted || *size > 0);
}

static bool push_element(
    struct parser *parser, struct node_list *list, uint32_t offset, struct text value, bool quoted)
{
    bool null = !quoted && text_equal_case(value, text_of("null"));
    struct node *node = parser_node(parser, null ? NODE_NULL : NODE_STRING, offset);

    if (node != NULL) {
        node->text = value;
    }
    return parser_push(parser, list, node);
}

/* '{a, b}', of one dimension. */
static bool parse_literal(struct parser *parser, struct node_list *list)
{
    const struct token *token = parser->token++;
    struct text text = text_trim(token->text);
    size_t at = 1;
    char *room = arena_bytes(parser->arena, text.size + 1);
    bool good = text.size >= 2 && text.data[0] == '{';

    if (room == NULL) {
        parser->memory = true;
        return false;
    }
    while (good && at < text.size && is_blank(text.data[at])) {
        at++;
    }
    if (good && text.data[at] == '}') {
        good = at + 1 == text.size;
        at = text.size;
    }
    while (good && at < text.size) {
        size_t size = 0;
        bool quoted = false;
        good = read_element(text, &at, room, &size, &quoted);
        if (good && !push_element(parser, list, token->offset, text_from(room, size), quoted)) {
            return false;
        }
        room += size;
        bool last = good && text.data[at] == '}';
        good = good && (last ? at + 1 == text.size : text.data[at] == ',' && at + 1 < text.size);
        at++;
    }
    if (!good) {
        parser->token = token;
        (void)parser_syntax_error(parser, "A list is written '{a, b}' or ARRAY['a', 'b'].");
    }
    return good;
}

/* ::type[] behind the list. */
static bool parse_list_type(struct parser *parser, struct node *node)
{
    if (!parser_take_symbol(parser, "::")) {
        return true;
    }
    node->typed = true;
    return parser_type(parser, &node->type) && parser_expect_symbol(parser, "[") &&
           parser_expect_symbol(parser, "]");
}

struct node *parser_list_test(struct parser *parser,
                              const struct token *token,
                              struct node *value,
                              bool insensitive)
{
    struct node_list list = {.items = NULL};
    struct node *node = parser_node(parser, NODE_ANY, token->offset);

    if (node == NULL || !parser_push(parser, &list, value)) {
        return NULL;
    }
    node->text = token->text;
    node->insensitive = insensitive;
    node->all = parser_at_word(parser, "ALL");
    parser->token += 2; /* the word and the bracket */
    node->quoted = parser->token->kind == TOKEN_STRING;
    if (node->quoted) {
        if (!parse_literal(parser, &list)) {
            return NULL;
        }
    } else if (!parser_take_word(parser, "ARRAY")) {
        return parser_syntax_error(parser, "Expected ARRAY[…] or a text like '{a, b}' here.");
    } else if (!parse_array(parser, &list)) {
        return NULL;
    }
    if (!parse_list_type(parser, node) || !parser_expect_symbol(parser, ")")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}

struct node *parser_part(struct parser *parser, struct node *value)
{
    struct node_list list = {.items = NULL};

    if (!parser_at_symbol(parser, "[")) {
        return value;
    }
    struct node *node = parser_node(parser, NODE_PART, parser->token->offset);
    parser->token++;
    if (!parser_push(parser, &list, value) ||
        !parser_push(parser, &list, parser_expression(parser)) ||
        !parser_expect_symbol(parser, "]")) {
        return NULL;
    }
    return parser_finish(parser, node, &list);
}
