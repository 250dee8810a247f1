/* kernel_write_number.c — to_char() of numbers.
 *
 * Digit by digit, in the order of the format, as the server goes: which blanks are written, and
 * where the sign stands, depends on what has been written before.
 * SPDX-License-Identifier: Apache-2.0 */
#include "date_format.h"
#include "kernels.h"
#include "number_format.h"

#include "novate/limits.h"

#include <stdio.h>
#include <string.h>

struct writing {
    const struct number_format *format;
    struct text_buffer *out;
    const char *number; /* without its sign; NUL-terminated */
    const char *at;     /* the next of its characters */
    const char *last;   /* its last character that FM leaves; NULL: all of them */
    int blanks;         /* places of the format before its first digit */
    int place;          /* of the format */
    int end;
    enum number_sign_place sign;
    bool negative;
    bool bracket;
    bool sign_written;
    bool inside;     /* a digit was written right before */
    bool no_ordinal; /* TH stands behind what is no number: NaN, or no digit at all */
};

/* A zero before the point is a blank where the format has no 0. */
static bool is_blank_zero(const struct writing *writing)
{
    return !writing->format->zero && writing->number == writing->at && *writing->number == '0' &&
           writing->format->behind != 0;
}

static bool ends_in_point(const struct writing *writing)
{
    return writing->last != NULL && *writing->last == '.';
}

static void write_sign(struct writing *writing)
{
    const struct number_format *format = writing->format;

    if (format->sign != SIGN_NOWHERE) {
        if (writing->sign == SIGN_BEFORE) {
            text_buffer_char(writing->out, writing->negative ? '-' : '+');
            writing->sign_written = true;
        }
        return;
    }
    if (writing->bracket) {
        text_buffer_char(writing->out, writing->negative ? '<' : ' ');
    } else if (writing->negative) {
        text_buffer_char(writing->out, '-');
    } else if (!format->fill) {
        text_buffer_char(writing->out, ' ');
    }
    writing->sign_written = true;
}

/* A character of the number; it may have none left. */
static void write_number_character(struct writing *writing, bool zero_mark)
{
    const struct number_format *format = writing->format;

    if (*writing->at == '.') {
        if (!ends_in_point(writing) || format->fill) {
            text_buffer_char(writing->out, '.');
        }
    } else if (writing->last != NULL && writing->at > writing->last && !zero_mark) {
        /* FM leaves zeros at the end out. */
    } else if (is_blank_zero(writing)) {
        if (!format->fill) {
            text_buffer_char(writing->out, ' ');
        } else if (ends_in_point(writing)) {
            text_buffer_char(writing->out, '0');
        }
    } else {
        text_buffer_char(writing->out, *writing->at);
        writing->inside = true;
    }
    if (*writing->at != '\0') {
        writing->at++;
    }
}

static void write_digit(struct writing *writing, bool zero_mark)
{
    const struct number_format *format = writing->format;
    bool leading = writing->place < writing->blanks;
    bool zeros = format->zero && format->zero_start <= writing->place;

    writing->inside = false;
    if (!writing->sign_written &&
        (!leading || (format->zero && format->zero_start == writing->place)) &&
        (!is_blank_zero(writing) || ends_in_point(writing))) {
        write_sign(writing);
    }
    if (leading && !zeros) {
        if (!format->fill) {
            text_buffer_char(writing->out, ' ');
        }
    } else if (leading) {
        text_buffer_char(writing->out, '0');
        writing->inside = true;
    } else {
        write_number_character(writing, zero_mark);
    }
    int end = writing->last != NULL && writing->last == writing->at ? writing->place : writing->end;

    if (writing->place + 1 == end) {
        if (writing->sign_written && writing->bracket) {
            text_buffer_char(writing->out, writing->negative ? '>' : ' ');
        } else if (format->sign != SIGN_NOWHERE && writing->sign == SIGN_BEHIND) {
            text_buffer_char(writing->out, writing->negative ? '-' : '+');
        }
    }
    writing->place++;
}

/* A character, or a blank where it is not called for; nothing with FM. */
static void write_choice(struct writing *writing, bool wanted, char character)
{
    if (wanted) {
        text_buffer_char(writing->out, character);
    } else if (!writing->format->fill) {
        text_buffer_char(writing->out, ' ');
    }
}

static void write_ordinal(struct writing *writing, bool upper)
{
    size_t size = strlen(writing->number);
    char last = writing->number[size - 1];

    if (*writing->number == '#' || writing->negative || writing->format->decimal) {
        return;
    }
    if (last < '0' || last > '9') {
        writing->no_ordinal = true;
    } else {
        text_buffer_string(writing->out, ordinal_suffix(writing->number, size, upper));
    }
}

static void write_node(struct writing *writing, const struct number_node *node)
{
    switch ((enum number_mark)node->mark) {
    case MARK_NINE:
    case MARK_ZERO:
    case MARK_POINT:
        write_digit(writing, node->mark == MARK_ZERO);
        break;
    case MARK_COMMA:
        write_choice(writing, writing->inside, ',');
        break;
    case MARK_MINUS:
        write_choice(writing, writing->negative, '-');
        break;
    case MARK_PLUS:
        write_choice(writing, !writing->negative, '+');
        break;
    case MARK_BOTH:
        text_buffer_char(writing->out, writing->negative ? '-' : '+');
        break;
    case MARK_ORDINAL:
        write_ordinal(writing, node->upper);
        break;
    case MARK_CHARACTER:
        text_buffer_string(writing->out, node->bytes);
        break;
    case MARK_SIGN:
    case MARK_BRACKET:
    case MARK_FILL:
        break;
    }
}

/* What FM leaves of the digits behind the point, but for those of a 0. */
static const char *last_relevant(const struct writing *writing)
{
    const struct number_format *format = writing->format;
    const char *point = strchr(writing->number, '.');
    const char *last = point;

    if (!format->fill || !format->decimal || point == NULL) {
        return NULL;
    }
    for (const char *at = point + 1; *at != '\0'; at++) {
        last = *at != '0' ? at : last;
    }
    if (format->zero_end > writing->blanks) {
        size_t size = strlen(writing->number) - 1;
        size_t zero = (size_t)(format->zero_end - writing->blanks);
        const char *kept = writing->number + (zero < size ? zero : size);
        last = last < kept ? kept : last;
    }
    return last;
}

/* `number` is without its sign, and rounded to the digits of the format. False when TH has no digit
 * to stand behind. */
static bool write_number(const struct number_format *format,
                         const char *number,
                         bool negative,
                         struct text_buffer *out)
{
    size_t before = strcspn(number, ".");
    struct writing writing = {.format = format,
                              .out = out,
                              .number = number,
                              .at = number,
                              .negative = negative,
                              .bracket = format->bracket && (negative || !format->fill),
                              .sign = format->sign};

    if (before < (size_t)format->before) {
        writing.blanks = format->before - (int)before;
    }
    if (format->plus || format->minus) {
        writing.sign_written = format->minus;
    } else {
        writing.sign_written = !negative && format->fill && format->sign == SIGN_NOWHERE;
        if (format->sign == SIGN_BEFORE && format->before == format->sign_digits) {
            writing.sign = SIGN_BEHIND;
        }
    }
    writing.last = last_relevant(&writing);
    writing.end = format->before + format->behind - 1 +
                  (!writing.sign_written && writing.blanks == 0 ? 1 : 0) +
                  (writing.blanks > 0 ? 1 : 0) + (format->decimal ? 1 : 0);
    for (int i = 0; i < format->count; i++) {
        write_node(&writing, &format->nodes[i]);
    }
    return !writing.no_ordinal;
}

/* More digits than the format has: #. */
static bool write_overflow(const struct number_format *format,
                           bool negative,
                           struct text_buffer *digits,
                           struct text_buffer *out)
{
    text_buffer_reset(digits);
    for (int i = 0; i <= format->before + format->behind; i++) {
        text_buffer_char(digits, i == format->before ? '.' : '#');
    }
    text_buffer_char(digits, '\0');
    return digits->failed || write_number(format, digits->data, negative, out);
}

static bool write_decimal(struct call *call,
                          const struct decimal *value,
                          struct text_buffer *digits,
                          struct text_buffer *out)
{
    const struct number_format *format = call->state;
    struct decimal rounded;

    text_buffer_reset(digits);
    text_buffer_reset(out);
    if (decimal_round(value, format->behind, call->arena, &rounded) != DECIMAL_OK) {
        call->out_of_memory = true; /* nothing else can happen */
        return true;
    }
    decimal_format(&rounded, digits);
    text_buffer_char(digits, '\0');
    if (digits->failed) {
        return true;
    }
    bool negative = digits->data[0] == '-';
    const char *number = digits->data + (negative ? 1 : 0);

    return strcspn(number, ".") > (size_t)format->before
               ? write_overflow(format, negative, digits, out)
               : write_number(format, number, negative, out);
}

void kernel_write_number(struct call *call)
{
    bool whole = type_is_integer(call->types[0]->id);
    struct text_buffer digits;
    struct text_buffer out;

    text_buffer_init(&digits, LIMIT_FIELD_BYTES);
    text_buffer_init(&out, LIMIT_FIELD_BYTES);
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value =
            whole ? decimal_from_int64(call_int64(call, 0, row)) : *call_decimal(call, 0, row);
        if (!write_decimal(call, &value, &digits, &out)) {
            call_fail(call, row, FAULT_NUMERIC_SYNTAX);
            continue;
        }
        size_t size = out.size > 0 ? strnlen(out.data, out.size) : 0;
        char *text = out.failed || digits.failed ? NULL : call_bytes(call, size);
        if (text == NULL) {
            call->out_of_memory = true;
        } else {
            if (size > 0) {
                memcpy(text, out.data, size);
            }
            call->result->texts[row] = text_from(text, size);
        }
    }
    text_buffer_release(&digits);
    text_buffer_release(&out);
}
