/* decimal_text.c — decimal numbers as text and as doubles.
 *
 * Numbers of up to 18 digits are nearly all there are, so reading, writing and the canonical form
 * have a path for them that stays in 64 bits. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"
#include "float_decimal.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Significant digits after which no further one but "not zero" can change the nearest double. */
#define DOUBLE_DIGITS_MAX 800

/* The last digits of a number are written two at a time from here. */
static const char digit_pairs[201] = "00010203040506070809"
                                     "10111213141516171819"
                                     "20212223242526272829"
                                     "30313233343536373839"
                                     "40414243444546474849"
                                     "50515253545556575859"
                                     "60616263646566676869"
                                     "70717273747576777879"
                                     "80818283848586878889"
                                     "90919293949596979899";

static char *digits_write_64(uint64_t value, char *end)
{
    while (value >= 100) {
        end -= 2;
        memcpy(end, &digit_pairs[2 * (value % 100)], 2);
        value /= 100;
    }
    if (value >= 10) {
        end -= 2;
        memcpy(end, &digit_pairs[2 * value], 2);
    } else if (value > 0) {
        *--end = (char)('0' + value);
    }
    return end;
}

char *decimal_digits_write(uint128 value, char *end)
{
    if ((uint64_t)(value >> 64) == 0) {
        return digits_write_64((uint64_t)value, end);
    }
    uint128 rest = value / decimal_powers[19];
    char *lower = end - 19;
    char *start = digits_write_64((uint64_t)(value - rest * decimal_powers[19]), end);

    memset(lower, '0', (size_t)(start - lower));
    return decimal_digits_write(rest, lower);
}

/* Reading */

/* isspace() of the C locale, without asking the locale. */
static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* [-]DIGITS[.DIGITS] with 18 digits at most and nothing around. */
static bool parse_short(const char *at, const char *end, struct decimal *result)
{
    bool negative = at < end && *at == '-';
    const char *point = NULL;
    uint64_t value = 0;

    if (negative) {
        at++;
    }
    const char *start = at;

    for (; at < end; at++) {
        unsigned digit = (unsigned)*at - '0';

        if (digit <= 9) {
            value = value * 10 + digit;
        } else if (*at == '.' && point == NULL) {
            point = at;
        } else {
            return false;
        }
    }
    int64_t digits = end - start - (point != NULL ? 1 : 0);

    if (digits < 1 || digits > 18) {
        return false;
    }
    *result = (struct decimal){.low = value,
                               .scale = point != NULL ? (int32_t)(end - point - 1) : 0,
                               .negative = negative && value != 0};
    return true;
}

/* A word without regard to case; moves past it. */
static bool skip_word(const char **at, const char *end, const char *word)
{
    const char *scan = *at;

    for (; *word != '\0'; word++, scan++) {
        if (scan == end || (*scan | 0x20) != *word) {
            return false;
        }
    }
    *at = scan;
    return true;
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && is_space(*at)) {
        at++;
    }
    return at;
}

/* NaN, [+-]infinity, [+-]inf. */
static bool parse_special(const char *at, const char *end, struct decimal *result)
{
    struct decimal special = {.kind = DECIMAL_NAN};

    if (!skip_word(&at, end, "nan")) {
        special.kind = DECIMAL_INFINITY;
        special.negative = *at == '-';
        if (*at == '+' || *at == '-') {
            at++;
        }
        if (!skip_word(&at, end, "infinity") && !skip_word(&at, end, "inf")) {
            return false;
        }
    }
    if (skip_spaces(at, end) != end) {
        return false;
    }
    *result = special;
    return true;
}

/* The number after "e". Blanks may precede its sign: the server reads it with strtol(). */
static enum decimal_status parse_exponent(const char **at, const char *end, int64_t *exponent)
{
    const char *scan = skip_spaces(*at, end);
    bool negative = scan < end && *scan == '-';
    int64_t value = 0;

    if (scan < end && (*scan == '+' || *scan == '-')) {
        scan++;
    }
    if (scan == end || !is_digit(*scan)) {
        return DECIMAL_SYNTAX;
    }
    for (; scan < end && is_digit(*scan); scan++) {
        if (value < INT_MAX) {
            value = value * 10 + (*scan - '0');
        }
    }
    if (value >= INT_MAX / 2) {
        return DECIMAL_OVERFLOW;
    }
    *at = scan;
    *exponent = negative ? -value : value;
    return DECIMAL_OK;
}

/* Where the digits of a number are; `point` is NULL when there is none among them. */
struct mantissa {
    const char *start, *end, *point;
};

/* The digits in one run, with zeros after them. */
static enum decimal_status collect_digits(const struct mantissa *mantissa,
                                          int64_t zeros,
                                          struct decimal form,
                                          struct arena *arena,
                                          struct decimal *result)
{
    char room[64];
    const char *start = mantissa->start;
    const char *point = mantissa->point;
    int64_t count = mantissa->end - start - (point != NULL ? 1 : 0);

    if (point == NULL) {
        return decimal_from_digits(start, count + zeros, zeros, form, arena, result);
    }

    char *joined = count <= (int64_t)sizeof room ? room : malloc((size_t)count);

    if (joined == NULL) {
        return DECIMAL_MEMORY;
    }
    memcpy(joined, start, (size_t)(point - start));
    memcpy(joined + (point - start), point + 1, (size_t)(mantissa->end - point - 1));
    enum decimal_status status =
        decimal_from_digits(joined, count + zeros, zeros, form, arena, result);
    if (joined != room) {
        free(joined);
    }
    return status;
}

static enum decimal_status parse_number(const char *at,
                                        const char *end,
                                        struct arena *arena,
                                        struct decimal *result)
{
    struct decimal form = {.negative = *at == '-'};
    struct mantissa mantissa = {.point = NULL};
    int64_t exponent = 0;

    if (*at == '+' || *at == '-') {
        at++;
    }
    mantissa.start = at;
    bool begins = at < end && (is_digit(*at) || (*at == '.' && at + 1 < end && is_digit(at[1])));

    if (!begins) {
        return DECIMAL_SYNTAX;
    }
    for (; at < end && (is_digit(*at) || (*at == '.' && mantissa.point == NULL)); at++) {
        if (*at == '.') {
            mantissa.point = at;
        }
    }
    mantissa.end = at;

    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        enum decimal_status status = parse_exponent(&at, end, &exponent);

        if (status != DECIMAL_OK) {
            return status;
        }
    }
    if (skip_spaces(at, end) != end) {
        return DECIMAL_SYNTAX;
    }
    int64_t fraction = mantissa.point != NULL ? mantissa.end - mantissa.point - 1 : 0;
    int64_t scale = fraction - exponent;

    if (scale > DECIMAL_SCALE_MAX) {
        return DECIMAL_OVERFLOW;
    }
    form.scale = scale > 0 ? (int32_t)scale : 0;
    int64_t zeros = scale < 0 ? -scale : 0;

    return collect_digits(&mantissa, zeros, form, arena, result);
}

enum decimal_status decimal_parse(struct text text, struct arena *arena, struct decimal *result)
{
    const char *at = text.data;
    const char *end = at + text.size;

    if (text.size <= 20 && parse_short(at, end, result)) {
        return DECIMAL_OK;
    }
    at = skip_spaces(at, end);
    if (at == end) {
        return DECIMAL_SYNTAX;
    }
    if (parse_special(at, end, result)) {
        return DECIMAL_OK;
    }
    return parse_number(at, end, arena, result);
}

/* Writing */

static void push_zeros(struct text_buffer *out, int64_t count)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

    for (; count > 0; count -= (int64_t)sizeof zeros - 1) {
        size_t size = sizeof zeros - 1;

        text_buffer_push(out, zeros, (size_t)count < size ? (size_t)count : size);
    }
}

/* Any digits, any scale. */
static void format_digits(const char *digits, int64_t count, int64_t scale, struct text_buffer *out)
{
    int64_t whole = count - scale;

    if (whole > 0) {
        text_buffer_push(out, digits, (size_t)whole);
        digits += whole;
        count -= whole;
    } else {
        text_buffer_char(out, '0');
    }
    if (scale > 0) {
        text_buffer_char(out, '.');
        push_zeros(out, scale - count);
        text_buffer_push(out, digits, (size_t)count);
    }
}

/* A narrow number of which at most DECIMAL_DIGITS digits are after the point, in one piece. */
static void format_short(const struct decimal *value, struct text_buffer *out)
{
    char room[DECIMAL_DIGITS + 4]; /* sign, digits, a zero before the point, the point */
    char *end = room + sizeof room;
    char *digits = decimal_digits_write(decimal_coefficient(value), end);

    while (end - digits <= value->scale) {
        *--digits = '0';
    }
    if (value->scale > 0) {
        size_t whole = (size_t)(end - digits) - (size_t)value->scale;

        memmove(digits - 1, digits, whole);
        digits--;
        digits[whole] = '.';
    }
    if (value->negative) {
        *--digits = '-';
    }
    text_buffer_push(out, digits, (size_t)(end - digits));
}

void decimal_format(const struct decimal *value, struct text_buffer *out)
{
    if (value->kind == DECIMAL_FINITE && value->scale <= DECIMAL_DIGITS) {
        format_short(value, out);
        return;
    }
    if (value->negative) {
        text_buffer_char(out, '-');
    }
    if (value->kind == DECIMAL_NAN) {
        text_buffer_string(out, "NaN");
    } else if (value->kind == DECIMAL_INFINITY) {
        text_buffer_string(out, "Infinity");
    } else if (value->kind == DECIMAL_WIDE) {
        format_digits(value->digits, (int64_t)value->digit_count, value->scale, out);
    } else {
        char room[DECIMAL_DIGITS + 1];
        char *end = room + sizeof room;
        const char *digits = decimal_digits_write(decimal_coefficient(value), end);

        format_digits(digits, end - digits, value->scale, out);
    }
}

/* Strips zeros at the end of a value other than zero, and counts them. */
static int strip_zeros_64(uint64_t *value)
{
    int zeros = 0;

    while (*value % 100000000 == 0) {
        *value /= 100000000;
        zeros += 8;
    }
    if (*value % 10000 == 0) {
        *value /= 10000;
        zeros += 4;
    }
    if (*value % 100 == 0) {
        *value /= 100;
        zeros += 2;
    }
    if (*value % 10 == 0) {
        *value /= 10;
        zeros += 1;
    }
    return zeros;
}

static int32_t strip_zeros(uint128 *value)
{
    int32_t zeros = 0;

    while ((uint64_t)(*value >> 64) != 0) {
        if (*value % 10 != 0) {
            return zeros;
        }
        *value /= 10;
        zeros++;
    }
    uint64_t low = (uint64_t)*value;

    zeros += strip_zeros_64(&low);
    *value = low;
    return zeros;
}

/* "e" and the exponent, before `end`. */
static char *exponent_write(int64_t exponent, char *end)
{
    uint64_t magnitude = (uint64_t)(exponent < 0 ? -exponent : exponent);
    char *start = digits_write_64(magnitude, end);

    if (magnitude == 0) {
        *--start = '0';
    } else if (exponent < 0) {
        *--start = '-';
    }
    *--start = 'e';
    return start;
}

void decimal_canonical(const struct decimal *value, struct text_buffer *out)
{
    char room[64];
    char *end = room + sizeof room;

    if (!decimal_is_number(value)) {
        decimal_format(value, out);
        return;
    }
    if (decimal_is_zero(value)) {
        text_buffer_char(out, '0');
        return;
    }
    if (value->kind == DECIMAL_WIDE) {
        uint64_t count = value->digit_count;

        while (value->digits[count - 1] == '0') {
            count--;
        }
        if (value->negative) {
            text_buffer_char(out, '-');
        }
        text_buffer_push(out, value->digits, count);
        int64_t exponent = (int64_t)(value->digit_count - count) - value->scale;
        char *start = exponent_write(exponent, end);
        text_buffer_push(out, start, (size_t)(end - start));
        return;
    }

    uint128 coefficient = decimal_coefficient(value);
    int32_t exponent = strip_zeros(&coefficient) - value->scale;
    char *start = decimal_digits_write(coefficient, exponent_write(exponent, end));

    if (value->negative) {
        *--start = '-';
    }
    text_buffer_push(out, start, (size_t)(end - start));
}

/* Doubles */

static double special_double(const struct decimal *value)
{
    if (value->kind == DECIMAL_NAN) {
        return (double)NAN;
    }
    return value->negative ? -(double)INFINITY : (double)INFINITY;
}

double decimal_to_double(const struct decimal *value)
{
    char room[DOUBLE_DIGITS_MAX + 32];
    char narrow[DECIMAL_DIGITS + 1];

    if (!decimal_is_number(value)) {
        return special_double(value);
    }
    /* Both exact in a double: then IEEE 754 rounds the quotient correctly. */
    if (value->kind == DECIMAL_FINITE && value->high == 0 && value->low <= UINT64_C(1) << 53 &&
        value->scale <= 15) {
        double magnitude = (double)value->low / (double)decimal_powers[value->scale];

        return value->negative ? -magnitude : magnitude;
    }

    const char *digits = value->digits;
    int64_t count = decimal_precision(value);
    int64_t exponent = -(int64_t)value->scale;

    if (value->kind == DECIMAL_FINITE) {
        digits = decimal_digits_write(decimal_coefficient(value), narrow + sizeof narrow);
    }
    bool inexact = false;

    for (; count > DOUBLE_DIGITS_MAX; count--, exponent++) {
        inexact = inexact || digits[count - 1] != '0';
    }
    memcpy(room, digits, (size_t)count);
    if (inexact) {
        room[count - 1] |= 1; /* stands for what is cut: an odd digit is no tie */
    }
    /* Without a point, strtod() does not depend on the locale. */
    snprintf(room + count, sizeof room - (size_t)count, "e%lld", (long long)exponent);
    double magnitude = strtod(count == 0 ? "0" : room, NULL);

    return value->negative ? -magnitude : magnitude;
}

enum decimal_status decimal_from_double(double value,
                                        int digits,
                                        struct arena *arena,
                                        struct decimal *result)
{
    char room[64];
    char mantissa[32];
    int64_t count = 0;

    if (isnan(value)) {
        *result = (struct decimal){.kind = DECIMAL_NAN};
        return DECIMAL_OK;
    }
    if (isinf(value)) {
        *result = (struct decimal){.kind = DECIMAL_INFINITY, .negative = value < 0};
        return DECIMAL_OK;
    }
    if (digits == DBL_DIG || digits == FLT_DIG) {
        uint64_t low = 0;
        int32_t scale = 0;
        bool none = false;
        if (float_decimal(fabs(value), digits == FLT_DIG, &low, &scale, &none)) {
            *result = (struct decimal){.low = low, .scale = scale, .negative = value < 0};
            return DECIMAL_OK;
        }
    }
    /* D.DDDe±XX, where the point is whatever the locale has. */
    snprintf(room, sizeof room, "%.*e", digits - 1, fabs(value));
    const char *at = room;

    for (; *at != 'e' && *at != '\0'; at++) {
        if (is_digit(*at) && count < (int64_t)sizeof mantissa) {
            mantissa[count++] = *at;
        }
    }
    while (count > 1 && mantissa[count - 1] == '0') {
        count--;
    }
    int64_t exponent = *at == 'e' ? strtoll(at + 1, NULL, 10) : 0;
    int64_t scale = count - 1 - exponent;
    int64_t zeros = scale < 0 ? -scale : 0;
    struct decimal form = {.scale = scale > 0 ? (int32_t)scale : 0, .negative = value < 0};

    return decimal_from_digits(mantissa, count + zeros, zeros, form, arena, result);
}
