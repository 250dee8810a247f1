/* kernel_parse.c — text to values: the input functions of PostgreSQL 15's types.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What isspace() of the C locale takes. */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct text trim_spaces(struct text text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* An integer between `low` and -low - 1. Digits that run out of the range are out of range whatever
 * follows them, as in PostgreSQL. */
static enum fault read_integer(struct text text, int64_t low, int64_t *value)
{
    const enum fault range = low == INT16_MIN   ? FAULT_INT2_RANGE
                             : low == INT32_MIN ? FAULT_INT4_RANGE
                                                : FAULT_INT8_RANGE;
    int64_t result = 0;

    text = trim_spaces(text);
    bool negative = text.size > 0 && text.data[0] == '-';
    uint32_t at = text.size > 0 && (negative || text.data[0] == '+') ? 1 : 0;
    if (at == text.size) {
        return FAULT_INT_SYNTAX;
    }
    for (; at < text.size; at++) {
        int digit = text.data[at] - '0';
        if (digit < 0 || digit > 9) {
            return FAULT_INT_SYNTAX;
        }
        /* Counted downwards: the least number has no counterpart above zero. */
        if (__builtin_mul_overflow(result, (int64_t)10, &result) ||
            __builtin_sub_overflow(result, (int64_t)digit, &result) || result < low) {
            return range;
        }
    }
    if (!negative && result == low) {
        return range;
    }
    *value = negative ? result : -result;
    return FAULT_NONE;
}

void kernel_parse_int(struct call *call)
{
    enum type_id id = call->type->id;
    int64_t low = id == TYPE_INT2 ? INT16_MIN : id == TYPE_INT4 ? INT32_MIN : INT64_MIN;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = 0;
        enum fault fault = read_integer(call_text(call, 0, row), low, &value);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->int64s[row] = value;
        }
    }
}

void kernel_parse_numeric(struct call *call)
{
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct decimal value;
        enum decimal_status status = decimal_parse(call_text(call, 0, row), call->arena, &value);
        call_decimal_result(call, row, status, &value);
    }
}

/* -12.50: digits and a point, so few that digits and power of ten are exact; then IEEE 754 rounds
 * their quotient correctly. Everything else, errors included, is left to strtod(). */
static bool read_short_double(struct text text, bool single, double *value)
{
    static const double powers[] = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const uint64_t digits_max = UINT64_C(1) << (single ? 24 : 53);
    const uint32_t size_max = single ? 10 : 15;
    bool negative = text.size > 0 && text.data[0] == '-';
    uint64_t digits = 0;
    uint32_t point = text.size; /* where it is, or the end */
    uint32_t at = negative;

    if (text.size - negative > size_max) {
        return false;
    }
    for (; at < text.size; at++) {
        unsigned digit = (unsigned)(unsigned char)text.data[at] - '0';
        if (digit <= 9) {
            digits = digits * 10 + digit;
        } else if (text.data[at] == '.' && point == text.size) {
            point = at;
        } else {
            return false;
        }
    }
    uint32_t scale = point == text.size ? 0 : text.size - 1 - point;
    if (at - negative - (point < text.size) == 0 || digits > digits_max) {
        return false;
    }
    double magnitude =
        single ? (double)((float)digits / (float)powers[scale]) : (double)digits / powers[scale];
    *value = negative ? -magnitude : magnitude;
    return true;
}

/* `text` is NUL-terminated. */
static enum fault read_double(const char *text, bool single, double *value)
{
    char *end = NULL;

    errno = 0;
    *value = single ? (double)strtof(text, &end) : strtod(text, &end);
    if (end == text) {
        return FAULT_FLOAT_SYNTAX;
    }
    bool lost = errno == ERANGE && (isinf(*value) || fpclassify(*value) == FP_ZERO);
    enum fault fault = isinf(*value) ? FAULT_FLOAT_OVERFLOW : FAULT_FLOAT_UNDERFLOW;
    while (is_space(*end)) {
        end++;
    }
    return lost ? fault : *end != '\0' ? FAULT_FLOAT_SYNTAX : FAULT_NONE;
}

void kernel_parse_float(struct call *call)
{
    bool single = call->type->id == TYPE_FLOAT4;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        char room[64];
        char *copy = room;
        double value = 0;
        if (read_short_double(text, single, &value)) {
            call->result->doubles[row] = value;
            continue;
        }
        if (text.size >= sizeof room) {
            copy = call_bytes(call, (size_t)text.size + 1);
            if (copy == NULL) {
                return;
            }
        }
        if (text.size > 0) {
            memcpy(copy, text.data, text.size);
        }
        copy[text.size] = '\0';
        enum fault fault = read_double(copy, single, &value);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->doubles[row] = value;
        }
    }
}

/* Is `text` a prefix of `word`, `least` characters at least, without regard to case? */
static bool is_prefix(struct text text, const char *word, uint32_t least)
{
    size_t size = strlen(word);
    return text.size >= least && text.size <= size &&
           text_equal_case(text, text_from(word, text.size));
}

void kernel_parse_bool(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = trim_spaces(call_text(call, 0, row));
        if (is_prefix(text, "true", 1) || is_prefix(text, "yes", 1) || is_prefix(text, "on", 2) ||
            is_prefix(text, "1", 1)) {
            call->result->bools[row] = 1;
        } else if (is_prefix(text, "false", 1) || is_prefix(text, "no", 1) ||
                   is_prefix(text, "off", 2) || is_prefix(text, "0", 1)) {
            call->result->bools[row] = 0;
        } else {
            call_fail(call, row, FAULT_BOOL_SYNTAX);
        }
    }
}

/* A table, for digits of either kind follow one another as they like: no branch is foreseen. */
static int hex_value(char c)
{
    static const uint8_t values[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
        ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
        ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
        ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

    return (int)values[(unsigned char)c] - 1;
}

/* Thirty-two digits, a hyphen allowed behind every four, braces around allowed. */
static bool read_uuid(struct text text, struct uuid *uuid)
{
    uint32_t at = 0;
    bool braces = text.size > 0 && text.data[0] == '{';

    at += braces;
    for (int i = 0; i < 16; i++) {
        int high = at < text.size ? hex_value(text.data[at]) : -1;
        int low = at + 1 < text.size ? hex_value(text.data[at + 1]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        uuid->bytes[i] = (uint8_t)(high * 16 + low);
        at += 2;
        if (at < text.size && text.data[at] == '-' && i % 2 == 1 && i < 15) {
            at++;
        }
    }
    if (braces) {
        return at + 1 == text.size && text.data[at] == '}';
    }
    return at == text.size;
}

void kernel_parse_uuid(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct uuid uuid = {.bytes = {0}};
        if (read_uuid(call_text(call, 0, row), &uuid)) {
            call->result->uuids[row] = uuid;
        } else {
            call_fail(call, row, FAULT_UUID_SYNTAX);
        }
    }
}

/* \x and pairs of digits, blanks between pairs. */
static enum fault read_hex(struct text text, char *out, size_t *used)
{
    for (uint32_t at = 2; at < text.size;) {
        char c = text.data[at];
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            at++;
            continue;
        }
        int high = hex_value(c);
        int low = at + 1 < text.size ? hex_value(text.data[at + 1]) : -1;
        if (high < 0 || low < 0) {
            return FAULT_BYTEA_HEX;
        }
        out[(*used)++] = (char)(high * 16 + low);
        at += 2;
    }
    return FAULT_NONE;
}

static bool is_octal(struct text text, uint32_t at, char top)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= top;
}

/* Bytes as they are, \\ and \ooo. */
static enum fault read_escaped(struct text text, char *out, size_t *used)
{
    for (uint32_t at = 0; at < text.size;) {
        if (text.data[at] != '\\') {
            out[(*used)++] = text.data[at++];
        } else if (at + 1 < text.size && text.data[at + 1] == '\\') {
            out[(*used)++] = '\\';
            at += 2;
        } else if (is_octal(text, at + 1, '3') && is_octal(text, at + 2, '7') &&
                   is_octal(text, at + 3, '7')) {
            out[(*used)++] = (char)((text.data[at + 1] - '0') * 64 + (text.data[at + 2] - '0') * 8 +
                                    (text.data[at + 3] - '0'));
            at += 4;
        } else {
            return FAULT_BYTEA_SYNTAX;
        }
    }
    return FAULT_NONE;
}

void kernel_parse_bytea(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        char *out = call_bytes(call, text.size);
        size_t used = 0;
        if (out == NULL) {
            return;
        }
        bool hex = text.size >= 2 && text.data[0] == '\\' && text.data[1] == 'x';
        enum fault fault = hex ? read_hex(text, out, &used) : read_escaped(text, out, &used);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->texts[row] = text_from(out, used);
        }
    }
}

static enum datetime_status read_datetime(const struct call *call, struct text text, int64_t *value)
{
    enum {
        ALL_DIGITS = 6 /* a modifier of the type is a step of its own */
    };
    switch ((int)call->type->id) {
    case TYPE_DATE:
        return date_parse(text, value);
    case TYPE_TIME:
        return time_parse(text, ALL_DIGITS, value);
    case TYPE_TIMESTAMPTZ:
        return timestamptz_parse(text, ALL_DIGITS, call->zone, value);
    default:
        return timestamp_parse(text, ALL_DIGITS, value);
    }
}

void kernel_parse_datetime(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t value = 0;
        switch (read_datetime(call, call_text(call, 0, row), &value)) {
        case DATETIME_OK:
            call->result->int64s[row] = value;
            break;
        case DATETIME_SYNTAX:
            call_fail(call, row, FAULT_DATE_SYNTAX);
            break;
        case DATETIME_RANGE:
            call_fail(call, row, FAULT_DATE_RANGE);
            break;
        case DATETIME_ZONE:
            call_fail(call, row, FAULT_ZONE);
            break;
        }
    }
}
