/* number_format.c — reads pictures of numbers, as PostgreSQL takes them apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "number_format.h"

#include <string.h>

#define UNAVAILABLE 255

/* The longer of two that begin alike stands first; letters may be small ones. */
static const struct mark_word {
    char word[5];
    uint8_t mark;
} marks[] = {
    {",", MARK_COMMA},   {".", MARK_POINT},    {"0", MARK_ZERO},     {"9", MARK_NINE},
    {"B", UNAVAILABLE},  {"C", UNAVAILABLE},   {"D", MARK_POINT},    {"EEEE", UNAVAILABLE},
    {"FM", MARK_FILL},   {"G", MARK_COMMA},    {"L", UNAVAILABLE},   {"MI", MARK_MINUS},
    {"PL", MARK_PLUS},   {"PR", MARK_BRACKET}, {"RN", UNAVAILABLE},  {"SG", MARK_BOTH},
    {"SP", UNAVAILABLE}, {"S", MARK_SIGN},     {"TH", MARK_ORDINAL}, {"V", UNAVAILABLE},
};

/* All letters large, or all small. */
static const struct mark_word *find_mark(struct text text)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t size = strlen(marks[i].word);
        bool upper = text.size >= size && memcmp(text.data, marks[i].word, size) == 0;
        bool lower = text.size >= size;
        for (size_t at = 0; lower && at < size; at++) {
            char c = marks[i].word[at];
            lower = text.data[at] == (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        }
        if (upper || lower) {
            return &marks[i];
        }
    }
    return NULL;
}

static const char *add_digit(struct number_format *format, bool zero)
{
    if (format->bracket) {
        return "PR must stand behind the digits";
    }
    if (zero && !format->zero && !format->decimal) {
        format->zero = true;
        format->zero_start = format->before;
    }
    if (format->decimal) {
        format->behind++;
    } else {
        format->before++;
    }
    if (zero) {
        format->zero_end = format->before + format->behind;
    }
    return NULL;
}

static const char *add_sign(struct number_format *format, enum number_mark mark)
{
    if (format->sign != SIGN_NOWHERE || (mark == MARK_SIGN && (format->plus || format->minus)) ||
        (mark == MARK_BRACKET && (format->plus || format->minus)) ||
        (mark == MARK_SIGN && format->bracket)) {
        return "it says twice where the sign is";
    }
    format->minus = format->minus || mark == MARK_MINUS || mark == MARK_BOTH;
    format->plus = format->plus || mark == MARK_PLUS || mark == MARK_BOTH;
    format->bracket = format->bracket || mark == MARK_BRACKET;
    if (mark == MARK_SIGN) {
        format->sign = format->decimal ? SIGN_BEHIND : SIGN_BEFORE;
        format->sign_digits = format->before;
    }
    return NULL;
}

/* What is wrong, or NULL. */
static const char *add_mark(struct number_format *format, enum number_mark mark)
{
    switch (mark) {
    case MARK_NINE:
    case MARK_ZERO:
        return add_digit(format, mark == MARK_ZERO);
    case MARK_POINT:
        if (format->decimal) {
            return "it has two points";
        }
        format->decimal = true;
        return NULL;
    case MARK_SIGN:
    case MARK_MINUS:
    case MARK_PLUS:
    case MARK_BOTH:
    case MARK_BRACKET:
        return add_sign(format, mark);
    case MARK_FILL:
        format->fill = true;
        return NULL;
    case MARK_CHARACTER:
    case MARK_COMMA:
    case MARK_ORDINAL:
        break;
    }
    return NULL;
}

static struct text skip(struct text text, size_t size)
{
    return text_from(text.data + size, text.size - size);
}

static void take_character(struct number_format *format, struct text *rest)
{
    unsigned char first = (unsigned char)rest->data[0];
    size_t size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    struct number_node *node = &format->nodes[format->count++];

    size = size < rest->size ? size : rest->size;
    *node = (struct number_node){.mark = MARK_CHARACTER};
    memcpy(node->bytes, rest->data, size);
    *rest = skip(*rest, size);
}

static void take_quoted(struct number_format *format, struct text *rest)
{
    *rest = skip(*rest, 1);
    while (rest->size > 0 && rest->data[0] != '"') {
        if (rest->data[0] == '\\' && rest->size > 1) {
            *rest = skip(*rest, 1);
        }
        take_character(format, rest);
    }
    if (rest->size > 0) {
        *rest = skip(*rest, 1);
    }
}

bool number_format_parse(struct text text,
                         struct arena *arena,
                         struct number_format *format,
                         const char **reason)
{
    struct text rest = text;

    *reason = NULL;
    *format = (struct number_format){.count = 0};
    format->nodes = ARENA_ARRAY(arena, struct number_node, (size_t)text.size + 1);
    if (format->nodes == NULL) {
        return false;
    }
    while (rest.size > 0) {
        const struct mark_word *mark = find_mark(rest);
        if (mark == NULL && rest.data[0] == '"') {
            take_quoted(format, &rest);
            continue;
        }
        if (mark == NULL) {
            if (rest.size > 1 && rest.data[0] == '\\' && rest.data[1] == '"') {
                rest = skip(rest, 1);
            }
            take_character(format, &rest);
            continue;
        }
        *reason = mark->mark == UNAVAILABLE
                      ? "of its marks only 9 0 . , D G FM S MI PL SG PR TH are"
                      : add_mark(format, (enum number_mark)mark->mark);
        if (*reason != NULL) {
            return false;
        }
        format->nodes[format->count++] =
            (struct number_node){.mark = mark->mark, .upper = rest.data[0] == 'T'};
        rest = skip(rest, strlen(mark->word));
    }
    return true;
}
