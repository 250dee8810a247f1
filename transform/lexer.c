/* lexer.c — the words of an expression; the rules are PostgreSQL 15's.
 *
 * Two are ours: comments are skipped as in SQL, but what PostgreSQL would read as one long operator
 * (a<-1) is read as two, since mappings cannot define operators.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lexer.h"

#include "plan_marks.h"

#include <string.h>

struct lexer {
    const struct expression_spec *spec;
    struct arena *arena;
    struct problems *problems;
    const char *data;
    size_t size;
    size_t at;
    struct token *tokens;
    size_t count;
    size_t capacity;
    bool memory;
};

struct place expression_place(const struct expression_spec *spec, size_t offset)
{
    return marks_place(spec->marks, spec->mark_count, spec->place, text_of(spec->text), offset);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c) || c == '$';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* The character `ahead` bytes on, or NUL past the end. */
static char peek(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->size ? lexer->data[lexer->at + ahead] : '\0';
}

static bool complain(struct lexer *lexer, size_t offset, const char *hint, const char *message)
{
    return problem_add(lexer->problems, expression_place(lexer->spec, offset), hint, "%s", message);
}

static bool push_token(struct lexer *lexer, enum token_kind kind, size_t start, struct text text)
{
    if (lexer->count == lexer->capacity) {
        size_t capacity = lexer->capacity == 0 ? 32 : lexer->capacity * 2;
        struct token *tokens = ARENA_ARRAY(lexer->arena, struct token, capacity);
        if (tokens == NULL) {
            lexer->memory = true;
            return false;
        }
        if (lexer->count > 0) {
            memcpy(tokens, lexer->tokens, lexer->count * sizeof *tokens);
        }
        lexer->tokens = tokens;
        lexer->capacity = capacity;
    }
    lexer->tokens[lexer->count++] = (struct token){
        .kind = kind,
        .offset = (uint32_t)start,
        .size = (uint32_t)(lexer->at - start),
        .text = text,
    };
    return true;
}

/* Blanks and comments. False: a comment does not end. */
static bool skip_blanks(struct lexer *lexer)
{
    while (lexer->at < lexer->size) {
        if (is_space(peek(lexer, 0))) {
            lexer->at++;
        } else if (peek(lexer, 0) == '-' && peek(lexer, 1) == '-') {
            while (lexer->at < lexer->size && lexer->data[lexer->at] != '\n') {
                lexer->at++;
            }
        } else if (peek(lexer, 0) == '/' && peek(lexer, 1) == '*') {
            size_t start = lexer->at;
            int depth = 0;
            do {
                if (lexer->at >= lexer->size) {
                    return complain(lexer, start, "End it with */.", "unterminated comment");
                }
                bool opens = peek(lexer, 0) == '/' && peek(lexer, 1) == '*';
                bool closes = peek(lexer, 0) == '*' && peek(lexer, 1) == '/';
                depth += opens;
                depth -= closes;
                lexer->at += opens || closes ? 2 : 1;
            } while (depth > 0);
        } else {
            break;
        }
    }
    return true;
}

static int hex_value(char c)
{
    return is_digit(c)              ? c - '0'
           : (c >= 'a' && c <= 'f') ? c - 'a' + 10
           : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                    : -1;
}

static size_t push_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | (code >> 6));
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | (code >> 12));
        out[1] = (char)(0x80 | ((code >> 6) & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | (code >> 18));
    out[1] = (char)(0x80 | ((code >> 12) & 0x3f));
    out[2] = (char)(0x80 | ((code >> 6) & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* Up to `max` digits of the base, as a number; at least `min` or the result is UINT32_MAX. */
static uint32_t read_code(struct lexer *lexer, uint32_t base, int min, int max)
{
    uint32_t code = 0;
    int digits = 0;

    while (digits < max) {
        int value = hex_value(peek(lexer, 0));
        if (value < 0 || (uint32_t)value >= base) {
            break;
        }
        code = code * base + (uint32_t)value;
        lexer->at++;
        digits++;
    }
    return digits < min ? UINT32_MAX : code;
}

/* What follows the backslash of an E'' string, decoded to `out` (4 bytes at most). */
static bool read_escape(struct lexer *lexer, char *out, size_t *used)
{
    size_t start = lexer->at - 1;
    char c = peek(lexer, 0);
    uint32_t code = 0;

    switch (c) {
    case 'b':
        code = '\b';
        break;
    case 'f':
        code = '\f';
        break;
    case 'n':
        code = '\n';
        break;
    case 'r':
        code = '\r';
        break;
    case 't':
        code = '\t';
        break;
    default:
        code = (unsigned char)c;
        break;
    }
    if (c >= '0' && c <= '7') {
        code = read_code(lexer, 8, 1, 3) & 0xff;
    } else {
        lexer->at++;
        if (c == 'x' && hex_value(peek(lexer, 0)) >= 0) {
            code = read_code(lexer, 16, 1, 2);
        } else if (c == 'u') {
            code = read_code(lexer, 16, 4, 4);
        } else if (c == 'U') {
            code = read_code(lexer, 16, 8, 8);
        }
    }
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return complain(lexer, start, NULL, "invalid escape in string");
    }
    if (c == 'u' || c == 'U') {
        *used += push_utf8(out, code);
    } else { /* bytes, as in PostgreSQL: the whole string must be UTF-8 in the end */
        *out = (char)code;
        (*used)++;
    }
    return true;
}

/* 'text' and "name", from the quote on; `escapes` says that backslashes mean something. */
static bool scan_quoted(struct lexer *lexer, size_t start, char quote, bool escapes)
{
    char *out = arena_bytes(lexer->arena, lexer->size - lexer->at + 4);
    size_t used = 0;

    if (out == NULL) {
        lexer->memory = true;
        return false;
    }
    lexer->at++;
    for (;;) {
        if (lexer->at >= lexer->size) {
            return complain(lexer,
                            start,
                            quote == '"' ? "End it with a double quote."
                                         : "End it with a single quote; inside, write it twice.",
                            quote == '"' ? "unterminated quoted name" : "unterminated string");
        }
        char c = lexer->data[lexer->at++];
        if (c == quote && peek(lexer, 0) != quote) {
            break;
        }
        if (c == quote) {
            lexer->at++;
        } else if (c == '\\' && escapes && lexer->at < lexer->size) {
            if (!read_escape(lexer, out + used, &used)) {
                return false;
            }
            continue;
        }
        out[used++] = c;
    }
    if (!utf8_valid(out, used, NULL)) {
        return complain(lexer, start, NULL, "string is not valid UTF-8");
    }
    if (quote == '"' && used == 0) {
        return complain(lexer, start, NULL, "quoted name is empty");
    }
    return push_token(
        lexer, quote == '"' ? TOKEN_QUOTED : TOKEN_STRING, start, text_from(out, used));
}

static bool scan_number(struct lexer *lexer)
{
    size_t start = lexer->at;

    while (is_digit(peek(lexer, 0))) {
        lexer->at++;
    }
    if (peek(lexer, 0) == '.') {
        lexer->at++;
        while (is_digit(peek(lexer, 0))) {
            lexer->at++;
        }
    }
    char c = peek(lexer, 0);
    size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-' ? 1 : 0;
    if ((c == 'e' || c == 'E') && is_digit(peek(lexer, 1 + sign))) {
        lexer->at += 1 + sign;
        while (is_digit(peek(lexer, 0))) {
            lexer->at++;
        }
    }
    if (is_name_part(peek(lexer, 0))) {
        return complain(lexer,
                        start,
                        "A name that begins with a digit must be in double quotes.",
                        "trailing junk after numeric literal");
    }
    return push_token(
        lexer, TOKEN_NUMBER, start, text_from(lexer->data + start, lexer->at - start));
}

static bool scan_symbol(struct lexer *lexer)
{
    static const char *const symbols[] = {
        "::", "||", "!~*", "!~", "~*", "<<", ">>", "<>", "!=", "<=", ">=", "<", ">", "=", "+",
        "-",  "*",  "/",   "%",  "^",  "&",  "|",  "#",  "~",  "(",  ")",  "[", "]", ",", ".",
    };
    size_t start = lexer->at;

    if (peek(lexer, 0) == '=' && peek(lexer, 1) == '=') {
        return complain(lexer, start, "Use a single = to compare.", "operator == does not exist");
    }
    if (peek(lexer, 0) == '&' && peek(lexer, 1) == '&') {
        return complain(lexer, start, "Use AND.", "operator && does not exist");
    }
    size_t negated = peek(lexer, 0) == '!' ? 1 : 0;
    if (peek(lexer, negated) == '~' && peek(lexer, negated + 1) == '~') {
        return complain(lexer, start, "Use LIKE or ILIKE.", "operator ~~ does not exist");
    }
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        size_t size = strlen(symbols[i]);
        if (lexer->size - start >= size && memcmp(lexer->data + start, symbols[i], size) == 0) {
            lexer->at += size;
            return push_token(lexer,
                              TOKEN_SYMBOL,
                              start,
                              text_of(strcmp(symbols[i], "!=") == 0 ? "<>" : symbols[i]));
        }
    }
    return problem_add(lexer->problems,
                       expression_place(lexer->spec, start),
                       "The operators of mappings are listed in the reference.",
                       "syntax error at or near \"%c\"",
                       lexer->data[start]);
}

static bool scan_token(struct lexer *lexer)
{
    size_t start = lexer->at;
    char c = peek(lexer, 0);

    if (c == '\'' || c == '"') {
        return scan_quoted(lexer, start, c, false);
    }
    if ((c == 'e' || c == 'E') && peek(lexer, 1) == '\'') {
        lexer->at++;
        return scan_quoted(lexer, start, '\'', true);
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1)))) {
        return scan_number(lexer);
    }
    if (is_name_start(c)) {
        while (lexer->at < lexer->size && is_name_part(lexer->data[lexer->at])) {
            lexer->at++;
        }
        return push_token(
            lexer, TOKEN_WORD, start, text_from(lexer->data + start, lexer->at - start));
    }
    return scan_symbol(lexer);
}

bool lexer_scan(const struct expression_spec *spec,
                struct arena *arena,
                struct problems *problems,
                struct token **tokens,
                bool *memory)
{
    struct lexer lexer = {
        .spec = spec,
        .arena = arena,
        .problems = problems,
        .data = spec->text,
        .size = strlen(spec->text),
    };
    bool ok = skip_blanks(&lexer);

    while (ok && lexer.at < lexer.size) {
        ok = scan_token(&lexer) && skip_blanks(&lexer);
    }
    ok = ok && push_token(&lexer, TOKEN_END, lexer.at, TEXT_NONE);
    *tokens = lexer.tokens;
    *memory = lexer.memory;
    return ok;
}
