/* number_format.h — pictures of numbers: the formats of to_char(number, text).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_NUMBER_FORMAT_H
#define TRANSFORM_NUMBER_FORMAT_H

#include "novate/arena.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum number_mark {
    MARK_CHARACTER, /* stands for itself */
    MARK_NINE,
    MARK_ZERO,
    MARK_POINT,
    MARK_COMMA,
    MARK_SIGN,    /* S */
    MARK_MINUS,   /* MI */
    MARK_PLUS,    /* PL */
    MARK_BOTH,    /* SG */
    MARK_BRACKET, /* PR */
    MARK_ORDINAL, /* TH, th */
    MARK_FILL,    /* FM */
};

struct number_node {
    uint8_t mark; /* enum number_mark */
    bool upper;   /* of TH */
    char bytes[5];
};

enum number_sign_place {
    SIGN_NOWHERE,
    SIGN_BEFORE,
    SIGN_BEHIND,
};

struct number_format {
    struct number_node *nodes;
    int count;
    int before;      /* digits before the point */
    int behind;      /* and behind it */
    int zero_start;  /* digits before the first that is written even if it is a leading zero */
    int zero_end;    /* place of the last 0 */
    int sign_digits; /* digits before the S */
    enum number_sign_place sign;
    bool decimal, zero, fill, minus, plus, bracket;
};

/* False when the format has something that is not available, or that contradicts itself: `reason`
 * says what; NULL: memory ran out. */
bool number_format_parse(struct text text,
                         struct arena *arena,
                         struct number_format *format,
                         const char **reason);

#endif
