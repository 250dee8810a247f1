/* regex_lexer.c — the tokens of an advanced regular expression; the rules are PostgreSQL 15's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "regex_internal.h"

bool regex_fail(struct regex_parser *parser, enum regex_status status, const char *why)
{
    if (parser->status == REGEX_OK) {
        parser->status = status;
        parser->why = why;
    }
    parser->token = REGEX_TOKEN_END;
    parser->at = parser->end;
    return false;
}

uint32_t *regex_decode(struct text pattern, size_t length, struct arena *arena)
{
    uint32_t *characters = ARENA_ARRAY(arena, uint32_t, length + 1);
    const char *data = pattern.data;

    for (size_t i = 0; characters != NULL && i < length; i++) {
        unsigned char c = (unsigned char)*data++;
        int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        characters[i] = more == 0 ? c : c & (0x3fu >> more);
        while (more-- > 0) {
            characters[i] = characters[i] << 6 | ((unsigned char)*data++ & 0x3f);
        }
    }
    return characters;
}

static bool set_option(struct regex_options *options, uint32_t letter)
{
    switch (letter) {
    case 'b':
    case 'e':
        options->unavailable = true;
        return true;
    case 'c':
        options->insensitive = false;
        return true;
    case 'i':
        options->insensitive = true;
        return true;
    case 'm':
    case 'n':
        options->newline_stops = options->newline_anchors = true;
        return true;
    case 'p':
        options->newline_stops = true;
        options->newline_anchors = false;
        return true;
    case 'q':
        options->literal = true;
        return true;
    case 's':
        options->newline_stops = options->newline_anchors = false;
        return true;
    case 't':
        options->expanded = false;
        return true;
    case 'w':
        options->newline_stops = false;
        options->newline_anchors = true;
        return true;
    case 'x':
        options->expanded = true;
        return true;
    default:
        return false;
    }
}

bool regex_options_read(struct text flags, struct regex_options *options)
{
    *options = (struct regex_options){.global = false};
    for (uint32_t i = 0; i < flags.size; i++) {
        if (flags.data[i] == 'g') {
            options->global = true;
        } else if (!set_option(options, (unsigned char)flags.data[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t peek(const struct regex_parser *parser, int ahead)
{
    return parser->end - parser->at > ahead ? parser->at[ahead] : 0;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* ***: and ***=, then (?letters). */
static void read_prefixes(struct regex_parser *parser)
{
    struct regex_options *options = &parser->options;

    if (options->literal) {
        return;
    }
    if (peek(parser, 0) == '*' && peek(parser, 1) == '*' && peek(parser, 2) == '*' &&
        peek(parser, 3) != 0) {
        uint32_t kind = peek(parser, 3);
        if (kind == '=') {
            options->literal = true;
        } else if (kind != ':') {
            (void)regex_fail(parser,
                             REGEX_SYNTAX,
                             kind == '?' ? "invalid regexp (reg version 0.8)"
                                         : "quantifier operand invalid");
            return;
        }
        parser->at += 4;
    }
    if (options->literal || peek(parser, 0) != '(' || peek(parser, 1) != '?' ||
        !is_letter(peek(parser, 2))) {
        return;
    }
    for (parser->at += 2; is_letter(peek(parser, 0)); parser->at++) {
        if (!set_option(options, *parser->at)) {
            (void)regex_fail(parser, REGEX_SYNTAX, "invalid embedded option");
            return;
        }
    }
    if (peek(parser, 0) != ')') {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid embedded option");
        return;
    }
    parser->at++;
}

void regex_begin(struct regex_parser *parser)
{
    read_prefixes(parser);
    if (parser->options.literal) { /* nothing has a meaning then */
        parser->options.expanded = false;
        parser->options.newline_stops = parser->options.newline_anchors = false;
    }
    if (parser->options.unavailable) {
        (void)regex_fail(parser, REGEX_UNAVAILABLE, "basic and extended (flags b, e)");
    }
    regex_next(parser);
}

/* Blanks and comments of expanded syntax. */
static void skip(struct regex_parser *parser)
{
    while (parser->options.expanded && parser->at < parser->end) {
        uint32_t c = *parser->at;
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            parser->at++;
        } else if (c == '#') {
            while (parser->at < parser->end && *parser->at != '\n') {
                parser->at++;
            }
        } else {
            return;
        }
    }
}

static void give(struct regex_parser *parser, enum regex_token token, uint32_t value)
{
    parser->token = token;
    parser->value = value;
}

/* * + ? and perhaps the ? that makes them prefer less. */
static void give_repeat(struct regex_parser *parser, uint32_t c)
{
    parser->greedy = peek(parser, 0) != '?';
    parser->at += parser->greedy ? 0 : 1;
    give(parser, REGEX_TOKEN_REPEAT, c);
}

/* What follows "(?". */
static void scan_extension(struct regex_parser *parser)
{
    uint32_t c = peek(parser, 0);
    uint32_t behind = peek(parser, 1);

    if (c == ':') {
        parser->at++;
        give(parser, REGEX_TOKEN_OPEN, 0);
    } else if (c == '#') {
        while (parser->at < parser->end && *parser->at != ')') {
            parser->at++;
        }
        parser->at += parser->at < parser->end;
        regex_next(parser);
    } else if (c == '=' || c == '!') {
        parser->at++;
        give(parser, REGEX_TOKEN_LOOK, c == '=' ? REGEX_AHEAD : REGEX_NOT_AHEAD);
    } else if (c == '<' && (behind == '=' || behind == '!')) {
        parser->at += 2;
        give(parser, REGEX_TOKEN_LOOK, behind == '=' ? REGEX_BEHIND : REGEX_NOT_BEHIND);
    } else {
        (void)regex_fail(parser, REGEX_SYNTAX, "quantifier operand invalid");
    }
}

/* [[:<:]] and [[:>:]] are \m and \M. */
static bool scan_word_bracket(struct regex_parser *parser)
{
    uint32_t c = peek(parser, 2);

    if (peek(parser, 0) != '[' || peek(parser, 1) != ':' || (c != '<' && c != '>') ||
        peek(parser, 3) != ':' || peek(parser, 4) != ']' || peek(parser, 5) != ']') {
        return false;
    }
    parser->at += 6;
    give(parser, REGEX_TOKEN_CONSTRAINT, c == '<' ? 'm' : 'M');
    return true;
}

static void scan_open(struct regex_parser *parser)
{
    if (peek(parser, 0) == '?') {
        parser->at++;
        scan_extension(parser);
    } else {
        give(parser, REGEX_TOKEN_OPEN, 1);
    }
}

static void scan_bracket(struct regex_parser *parser)
{
    if (scan_word_bracket(parser)) {
        return;
    }
    bool negated = peek(parser, 0) == '^';
    parser->at += negated;
    give(parser, REGEX_TOKEN_BRACKET, negated);
}

void regex_next(struct regex_parser *parser)
{
    skip(parser);
    if (parser->at >= parser->end) {
        give(parser, REGEX_TOKEN_END, 0);
        return;
    }
    uint32_t c = *parser->at++;
    if (parser->options.literal) {
        give(parser, REGEX_TOKEN_CHARACTER, c);
        return;
    }
    switch (c) {
    case '|':
        give(parser, REGEX_TOKEN_OR, 0);
        break;
    case '*':
    case '+':
    case '?':
        give_repeat(parser, c);
        break;
    case '{':
        skip(parser);
        give(parser, is_digit(peek(parser, 0)) ? REGEX_TOKEN_BOUND : REGEX_TOKEN_CHARACTER, c);
        break;
    case '(':
        scan_open(parser);
        break;
    case ')':
        give(parser, REGEX_TOKEN_CLOSE, 0);
        break;
    case '[':
        scan_bracket(parser);
        break;
    case '.':
        give(parser, REGEX_TOKEN_ANY, 0);
        break;
    case '^':
    case '$':
        give(parser, REGEX_TOKEN_CONSTRAINT, c);
        break;
    case '\\':
        regex_escape(parser);
        break;
    default:
        give(parser, REGEX_TOKEN_CHARACTER, c);
        break;
    }
}

/* `least` to `most` digits of the base as a number. */
static uint32_t read_digits(struct regex_parser *parser, uint32_t base, int least, int most)
{
    uint32_t number = 0;
    int count = 0;

    for (; count < most && parser->at < parser->end; count++) {
        uint32_t c = *parser->at;
        uint32_t digit = is_digit(c)              ? c - '0'
                         : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                         : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                  : 99;
        if (digit >= base) {
            break;
        }
        number = number * base + digit;
        parser->at++;
    }
    if (count < least) {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid escape \\ sequence");
    }
    return number;
}

/* \u, \U and \x. */
static void scan_code(struct regex_parser *parser, int least, int most)
{
    uint32_t code = read_digits(parser, 16, least, most);

    if (code > 0x7ffffffe) {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid escape \\ sequence");
    } else if (parser->status == REGEX_OK) {
        give(parser, REGEX_TOKEN_CHARACTER, code);
    }
}

/* A reference back if it has one digit or there are so many parentheses; else octal. */
static void scan_number(struct regex_parser *parser)
{
    const uint32_t *start = parser->at - 1;

    parser->at = start;
    if (*start != '0') {
        uint32_t number = read_digits(parser, 10, 1, 255);
        if (parser->at == start + 1 || (number > 0 && number <= (uint32_t)parser->captures)) {
            give(parser, REGEX_TOKEN_BACK, number);
            return;
        }
        parser->at = start;
    }
    uint32_t code = read_digits(parser, 8, 1, 3);
    if (code > 0xff) {
        parser->at--;
        code >>= 3;
    }
    if (parser->status == REGEX_OK) {
        give(parser, REGEX_TOKEN_CHARACTER, code);
    }
}

/* A number of repetitions. False: it is not followed by what may follow. */
static bool read_bound(struct regex_parser *parser, int *number)
{
    skip(parser);
    *number = 0;
    while (is_digit(peek(parser, 0)) && *number < REGEX_REPEAT_MAX) {
        *number = *number * 10 + (int)(*parser->at++ - '0');
        skip(parser);
    }
    return !is_digit(peek(parser, 0)) && *number <= REGEX_REPEAT_MAX;
}

bool regex_bound(struct regex_parser *parser, int *least, int *most, bool *exact)
{
    bool good = read_bound(parser, least);

    *most = *least;
    *exact = true;
    if (good && peek(parser, 0) == ',') {
        parser->at++;
        skip(parser);
        *exact = false;
        *most = REGEX_REPEAT_ANY;
        good = !is_digit(peek(parser, 0)) || (read_bound(parser, most) && *most >= *least);
    }
    if (parser->at >= parser->end) {
        return regex_fail(parser, REGEX_SYNTAX, "braces {} not balanced");
    }
    if (!good || *parser->at != '}') {
        return regex_fail(parser, REGEX_SYNTAX, "invalid repetition count(s)");
    }
    parser->at++;
    parser->greedy = peek(parser, 0) != '?';
    parser->at += parser->greedy ? 0 : 1;
    regex_next(parser);
    return parser->status == REGEX_OK;
}

/* \a \b … as characters; 0: not one of them. */
static uint32_t control_character(uint32_t c)
{
    static const char letters[] = "abBefnrtv";
    static const char codes[] = "\a\b\\\033\f\n\r\t\v";

    for (int i = 0; letters[i] != '\0'; i++) {
        if ((uint32_t)letters[i] == c) {
            return (uint32_t)codes[i];
        }
    }
    return 0;
}

void regex_escape(struct regex_parser *parser)
{
    if (parser->at >= parser->end) {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid escape \\ sequence");
        return;
    }
    uint32_t c = *parser->at++;
    uint32_t control = control_character(c);
    if ((!is_letter(c) && !is_digit(c)) || control != 0) {
        give(parser, REGEX_TOKEN_CHARACTER, control != 0 ? control : c);
    } else if (c == 'c' && parser->at < parser->end) {
        give(parser, REGEX_TOKEN_CHARACTER, *parser->at++ & 037);
    } else if (c == 'd' || c == 's' || c == 'w' || c == 'D' || c == 'S' || c == 'W') {
        give(parser, REGEX_TOKEN_CLASS, c);
    } else if (c == 'A' || c == 'Z' || c == 'm' || c == 'M' || c == 'y' || c == 'Y') {
        give(parser, REGEX_TOKEN_CONSTRAINT, c);
    } else if (c == 'u' || c == 'U') {
        scan_code(parser, c == 'u' ? 4 : 8, c == 'u' ? 4 : 8);
    } else if (c == 'x') {
        scan_code(parser, 1, 255);
    } else if (is_digit(c)) {
        scan_number(parser);
    } else {
        (void)regex_fail(parser, REGEX_SYNTAX, "invalid escape \\ sequence");
    }
}
