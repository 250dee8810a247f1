/* kernel_read_number.c — to_number(), as lenient as the server.
 *
 * The format leads: each of its marks takes what it can from the text, and what fits no mark is
 * left. SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "number_format.h"

#include <stddef.h>
#include <string.h>

struct reading {
    const struct number_format *format;
    const char *at;
    const char *end;
    char *out; /* the sign or a blank, then digits and a point */
    size_t used;
    int before; /* digits read */
    int behind;
    bool point;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* By what its first byte says, as the server: a 9 may have gone past the first of a character, and
 * each of the others then counts as one. */
static void skip_character(struct reading *reading)
{
    uint8_t lead = (uint8_t)*reading->at;
    ptrdiff_t left = reading->end - reading->at;
    ptrdiff_t size = (lead & 0xe0) == 0xc0   ? 2
                     : (lead & 0xf0) == 0xe0 ? 3
                     : (lead & 0xf8) == 0xf0 ? 4
                                             : 1;
    reading->at += size < left ? size : left;
}

/* Up to so many characters that are no part of a number. */
static void skip_words(struct reading *reading, int count)
{
    while (count-- > 0 && reading->at < reading->end &&
           strchr("0123456789.,+-", *reading->at) == NULL) {
        skip_character(reading);
    }
}

static void read_leading_sign(struct reading *reading)
{
    const struct number_format *format = reading->format;
    char c = *reading->at;

    if (c == '-' || c == '+') {
        reading->out[0] = c;
        reading->at++;
    } else if (c == '<' && format->bracket) {
        reading->out[0] = '-';
        reading->at++;
    }
}

/* The sign may stand right behind the last digit, or where a digit is looked for in vain. */
static void read_trailing_sign(struct reading *reading, bool read)
{
    const struct number_format *format = reading->format;

    if (format->sign != SIGN_NOWHERE) {
        if (read && reading->at + 1 < reading->end &&
            (reading->at[1] == '-' || reading->at[1] == '+')) {
            reading->at++;
            reading->out[0] = *reading->at;
        }
    } else if (!read && (format->plus || format->minus) &&
               (*reading->at == '-' || *reading->at == '+')) {
        reading->out[0] = *reading->at;
    }
}

/* For a 9, a 0 or a point. */
static void read_part(struct reading *reading, bool digit_mark)
{
    bool read = false;

    reading->at += *reading->at == ' ' ? 1 : 0;
    if (reading->at >= reading->end) {
        return;
    }
    if (reading->out[0] == ' ' && digit_mark && reading->before + reading->behind == 0) {
        read_leading_sign(reading);
    }
    if (reading->at >= reading->end) {
        return;
    }
    if (is_digit(*reading->at)) {
        if (reading->point && reading->behind == reading->format->behind) {
            return;
        }
        reading->out[reading->used++] = *reading->at;
        reading->before += !reading->point;
        reading->behind += reading->point;
        read = true;
    } else if (*reading->at == '.' && reading->format->decimal && !reading->point) {
        reading->out[reading->used++] = '.';
        reading->point = true;
        read = true;
    }
    if (reading->out[0] == ' ' && reading->before + reading->behind > 0) {
        read_trailing_sign(reading, read);
    }
}

/* A character of the text goes with the mark, but where the mark found nothing. */
static void read_node(struct reading *reading, const struct number_node *node)
{
    char c = *reading->at;
    bool minus = c == '-' && (node->mark == MARK_MINUS || node->mark == MARK_BOTH);
    bool plus = c == '+' && (node->mark == MARK_PLUS || node->mark == MARK_BOTH);

    switch ((enum number_mark)node->mark) {
    case MARK_NINE:
    case MARK_ZERO:
    case MARK_POINT:
        read_part(reading, node->mark != MARK_POINT);
        reading->at++;
        break;
    case MARK_COMMA:
        reading->at += c == ',' && !reading->format->fill ? 1 : 0;
        break;
    case MARK_MINUS:
    case MARK_PLUS:
    case MARK_BOTH:
        if (minus || plus) {
            reading->out[0] = c;
            reading->at++;
        } else {
            skip_words(reading, 1);
        }
        break;
    case MARK_ORDINAL:
        skip_words(reading, reading->format->decimal ? 0 : 2);
        break;
    case MARK_CHARACTER:
        skip_character(reading);
        break;
    case MARK_SIGN:
    case MARK_BRACKET:
    case MARK_FILL:
        break;
    }
}

/* The number that the format finds in the text. */
static struct text read_text(struct reading *reading)
{
    const struct number_format *format = reading->format;

    reading->out[0] = ' ';
    reading->used = 1;
    for (int i = 0; i < format->count && reading->at < reading->end; i++) {
        read_node(reading, &format->nodes[i]);
    }
    if (reading->out[reading->used - 1] == '.') {
        reading->used--;
    }
    return text_from(reading->out, reading->used);
}

/* To as many digits as the format has; where it has none only zero fits. */
static enum decimal_status fit(struct decimal *value, int precision, int scale, struct arena *arena)
{
    struct decimal zero = decimal_from_int64(0);

    if (precision == 0) {
        return decimal_compare(value, &zero) == 0 ? DECIMAL_OK : DECIMAL_OVERFLOW;
    }
    return decimal_fit(value, precision, scale, arena, value);
}

void kernel_read_number(struct call *call)
{
    const struct number_format *format = call->state;

    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct reading reading = {.format = format, .at = text.data, .end = text.data + text.size};
        struct decimal value;
        reading.out = call_bytes(call, (size_t)format->count + 1);
        if (reading.out == NULL) {
            return;
        }
        struct text number = read_text(&reading);
        enum decimal_status status = decimal_parse(number, call->arena, &value);
        if (status == DECIMAL_OK) {
            status = fit(&value, format->before + reading.behind, reading.behind, call->arena);
        }
        call_decimal_result(call, row, status, &value);
    }
}
