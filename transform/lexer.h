/* lexer.h — the words of an expression.
 *
 *     "upper(trim(NAME_LAST)) || ', x'"  →  WORD SYMBOL( WORD SYMBOL( WORD …
 *
 * Every token keeps the byte offset of its first character; expression_place() turns it into file,
 * line and column. Words are kept as written: whether one is a keyword or a name is the parser's
 * decision, so that a source column may be called "order" or "date" without quotes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_LEXER_H
#define TRANSFORM_LEXER_H

#include "novate/arena.h"
#include "novate/attr.h"
#include "novate/plan.h"
#include "novate/problem.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum token_kind {
    TOKEN_WORD,   /* unquoted name or keyword */
    TOKEN_QUOTED, /* "name": `text` without quotes, doubled ones single */
    TOKEN_STRING, /* 'text': decoded */
    TOKEN_NUMBER, /* as written */
    TOKEN_SYMBOL, /* operator or punctuation; `text` is its spelling, != spelt <> */
    TOKEN_END,
};

struct token {
    enum token_kind kind;
    uint32_t offset; /* of the first byte in the expression's text */
    uint32_t size;   /* bytes as written */
    struct text text;
};

/* The place of byte `offset` of an expression: its column counts characters. */
struct place expression_place(const struct expression_spec *spec, size_t offset);

/* Cuts the text of `spec` into tokens, TOKEN_END last; they live in the arena. False when a problem
 * was added; *memory is set (and the result false) when the arena refused. */
bool lexer_scan(const struct expression_spec *spec,
                struct arena *arena,
                struct problems *problems,
                struct token **tokens,
                bool *memory) NODISCARD;

#endif
