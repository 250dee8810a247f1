/* bound.c — the contract is in bound.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bound.h"

#include "kernels.h"

#include <string.h>

#define UNKNOWN                                                                                    \
    ((struct bound){.characters = -1, .whole = -1, .fraction = -1, .bytes = -1, .seconds = -1})
#define NOTHING ((struct bound){.bytes = 2}) /* NULL, and what is least */

static int digits_of(uint64_t number)
{
    int digits = 0;

    while (number > 0) {
        number /= 10;
        digits++;
    }
    return digits;
}

/* The larger of two; unknown if one is. */
static int64_t larger(int64_t a, int64_t b)
{
    return a < 0 || b < 0 ? -1 : a > b ? a : b;
}

/* The smaller of two that both hold. */
static int64_t smaller(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static int64_t sum(int64_t a, int64_t b)
{
    return a < 0 || b < 0 || a > INT64_MAX - b ? -1 : a + b;
}

/* Either of two values. */
static struct bound either(struct bound a, struct bound b)
{
    return (struct bound){.characters = larger(a.characters, b.characters),
                          .whole = (int)larger(a.whole, b.whole),
                          .fraction = (int)larger(a.fraction, b.fraction),
                          .bytes = (int)larger(a.bytes, b.bytes),
                          .seconds = (int)larger(a.seconds, b.seconds)};
}

/* A value of which both are known. */
static struct bound both(struct bound a, struct bound b)
{
    return (struct bound){.characters = smaller(a.characters, b.characters),
                          .whole = (int)smaller(a.whole, b.whole),
                          .fraction = (int)smaller(a.fraction, b.fraction),
                          .bytes = (int)smaller(a.bytes, b.bytes),
                          .seconds = (int)smaller(a.seconds, b.seconds)};
}

/* A number's length as text: sign, a zero before the point, the point; "NaN" at least. */
static struct bound number(int whole, int fraction, int bytes)
{
    struct bound bound = UNKNOWN;

    bound.whole = whole;
    bound.fraction = fraction;
    bound.bytes = bytes;
    if (whole >= 0 && fraction >= 0) {
        bound.characters = 1 + (whole == 0 ? 1 : whole) + (fraction == 0 ? 0 : 1 + fraction);
        bound.characters = bytes < 0 && bound.characters < 3 ? 3 : bound.characters;
    }
    return bound;
}

static struct bound text(int64_t characters)
{
    struct bound bound = UNKNOWN;

    bound.characters = characters < 0 ? -1 : characters;
    return bound;
}

static struct bound bound_of_type(struct type type)
{
    struct bound bound = UNKNOWN;

    switch ((int)type.id) {
    case TYPE_BOOL:
        return text(5);
    case TYPE_INT2:
        return number(5, 0, 2);
    case TYPE_INT4:
        return number(10, 0, 4);
    case TYPE_INT8:
        return number(19, 0, 8);
    case TYPE_NUMERIC:
        if (type.precision > 0) {
            int whole = type.precision - type.scale;
            return number(whole < 0 ? 0 : whole, type.scale < 0 ? 0 : type.scale, -1);
        }
        return bound;
    case TYPE_VARCHAR:
    case TYPE_CHAR:
        return text(type.length > 0 ? type.length : -1);
    case TYPE_UUID:
        return text(36);
    case TYPE_DATE:
        bound.seconds = 0;
        return bound;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        bound.seconds = type.precision > 0 ? type.precision - 1 : -1;
        return bound;
    default:
        return bound;
    }
}

static struct bound bound_of_integer(int64_t value)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int bytes = value >= INT16_MIN && value <= INT16_MAX   ? 2
                : value >= INT32_MIN && value <= INT32_MAX ? 4
                                                           : 8;

    struct bound bound = number(digits_of(magnitude), 0, bytes);
    bound.characters = (value < 0) + (magnitude == 0 ? 1 : bound.whole);
    return bound;
}

static struct bound bound_of_decimal(const struct decimal *value)
{
    struct text_buffer out;
    struct bound bound = UNKNOWN;

    if (value->kind != DECIMAL_FINITE && value->kind != DECIMAL_WIDE) {
        return bound;
    }
    text_buffer_init(&out, 1 << 20);
    decimal_format(value, &out);
    if (!out.failed) {
        const char *digits = out.data + (out.data[0] == '-');
        size_t whole = strcspn(digits, ".");
        size_t fraction = digits[whole] == '.' ? strlen(digits + whole + 1) : 0;
        while (fraction > 0 && digits[whole + fraction] == '0') {
            fraction--;
        }
        bound = number(digits[0] == '0' ? 0 : (int)whole, (int)fraction, -1);
        bound.characters = (int64_t)out.size;
    }
    text_buffer_release(&out);
    return bound;
}

static int second_digits(int64_t microseconds)
{
    int64_t fraction = microseconds % 1000000;
    int digits = 6;

    while (digits > 0 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    return digits;
}

static struct bound bound_of_constant(const struct term *term)
{
    const struct vector *value = term->constant;
    struct bound bound = UNKNOWN;

    if (vector_is_null(value, 0)) {
        return NOTHING;
    }
    if (type_is_integer(term->type.id)) {
        return bound_of_integer(value->int64s[0]);
    }
    switch ((int)term->type.id) {
    case TYPE_NUMERIC:
        return bound_of_decimal(&value->decimals[0]);
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_CHAR:
    case TYPE_UNKNOWN:
        return text((int64_t)utf8_length(value->texts[0].data, value->texts[0].size));
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        bound.seconds = second_digits(value->int64s[0]);
        return bound;
    default:
        return bound_of_type(term->type);
    }
}

bool bound_constant(const struct term *term, int index, int64_t *value)
{
    if (index >= term->arg_count || term->args[index]->kind != TERM_CONSTANT ||
        !type_is_integer(term->args[index]->type.id) ||
        vector_is_null(term->args[index]->constant, 0)) {
        return false;
    }
    *value = term->args[index]->constant->int64s[0];
    return true;
}

/* --- texts --- */

/* left(), right(): n characters, or all but n. */
static int64_t piece(const struct term *term)
{
    int64_t characters = bound_of(term->args[0]).characters;
    int64_t count = 0;

    if (!bound_constant(term, 1, &count)) {
        return characters;
    }
    if (count >= 0) {
        return smaller(characters, count);
    }
    return characters < 0 ? -1 : characters + count < 0 ? 0 : characters + count;
}

static int64_t slice(const struct term *term)
{
    int64_t characters = bound_of(term->args[0]).characters;
    int64_t start = 0;
    int64_t count = 0;

    if (bound_constant(term, 1, &start) && start > 1 && characters >= 0) {
        characters = characters < start ? 0 : characters - start + 1;
    }
    return bound_constant(term, 2, &count) && count >= 0 ? smaller(characters, count) : characters;
}

static int64_t padded(const struct term *term)
{
    int64_t count = 0;

    return !bound_constant(term, 1, &count) ? -1 : count < 0 ? 0 : count;
}

static int64_t joined(const struct term *term)
{
    int64_t characters = 0;

    for (int i = 0; i < term->arg_count; i++) {
        characters = sum(characters, bound_of(term->args[i]).characters);
    }
    return characters;
}

/* As if the text were nothing but what is replaced. */
static int64_t replaced(const struct term *term)
{
    int64_t characters = bound_of(term->args[0]).characters;
    int64_t by = bound_of(term->args[2]).characters;
    int64_t what = bound_of(term->args[1]).characters;

    if (characters < 0 || by < 0) {
        return -1;
    }
    if (by == 0) {
        return characters;
    }
    /* Only of a constant is it known how short it is. */
    what = term->args[1]->kind == TERM_CONSTANT && what > 0 ? what : 1;
    if (by <= what) {
        return characters;
    }
    return characters > INT32_MAX || by > INT32_MAX ? -1
                                                    : characters / what * by + characters % what;
}

static int64_t no_more(const struct term *term)
{
    return bound_of(term->args[0]).characters;
}

static int64_t padded_to_type(const struct term *term)
{
    return bound_of_type(term->args[0]->type).characters;
}

static bool is_text_kernel(kernel_function *kernel, int64_t (**rule)(const struct term *term))
{
    static const struct {
        kernel_function *kernel;
        int64_t (*rule)(const struct term *term);
    } rules[] = {
        {kernel_upper, no_more},
        {kernel_lower, no_more},
        {kernel_btrim, no_more},
        {kernel_ltrim, no_more},
        {kernel_rtrim, no_more},
        {kernel_split_part, no_more},
        {kernel_text_to_char, no_more},
        {kernel_char_pad, padded_to_type},
        {kernel_to_text, no_more},
        {kernel_text_cut, no_more},
        {kernel_left, piece},
        {kernel_right, piece},
        {kernel_truncate, piece},
        {kernel_substring, slice},
        {kernel_lpad, padded},
        {kernel_rpad, padded},
        {kernel_concat, joined},
        {kernel_replace, replaced},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].kernel == kernel) {
            *rule = rules[i].rule;
            return true;
        }
    }
    return false;
}

static struct bound bound_of_text_call(const struct term *term)
{
    kernel_function *kernel = term->function->kernel;
    int64_t (*rule)(const struct term *term) = NULL;
    struct bound type = bound_of_type(term->type);

    if (kernel == kernel_bool_to_text) {
        return text(5);
    }
    if (kernel == kernel_bool_output) {
        return text(1);
    }
    if (kernel == kernel_nhs_number) {
        return text(10);
    }
    return is_text_kernel(kernel, &rule) ? both(text(rule(term)), type) : type;
}

/* --- numbers --- */

static bool is_one_of(kernel_function *kernel, kernel_function *const *kernels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (kernels[i] == kernel) {
            return true;
        }
    }
    return false;
}

/* Casts, signs and the like: as many digits as before. */
static bool keeps_digits(kernel_function *kernel)
{
    static kernel_function *const kernels[] = {
        kernel_same,
        kernel_int2_abs,
        kernel_int4_abs,
        kernel_int8_abs,
        kernel_numeric_abs,
        kernel_int2_negate,
        kernel_int4_negate,
        kernel_int8_negate,
        kernel_numeric_negate,
        kernel_int_to_int2,
        kernel_int_to_int4,
        kernel_int_to_int8,
        kernel_int_to_numeric,
        kernel_int_to_float,
        kernel_assign_int_to_float,
        kernel_numeric_fit,
        kernel_float_abs,
        kernel_float_negate,
    };
    return is_one_of(kernel, kernels, sizeof kernels / sizeof kernels[0]);
}

/* Those that leave no digit after the point, or as many as their second argument says. */
static bool rounds(kernel_function *kernel)
{
    static kernel_function *const kernels[] = {
        kernel_numeric_round,
        kernel_numeric_trunc,
        kernel_numeric_ceil,
        kernel_numeric_floor,
        kernel_float_round,
        kernel_float_trunc,
        kernel_float_ceil,
        kernel_float_floor,
        kernel_numeric_to_int,
        kernel_float_to_int,
    };
    return is_one_of(kernel, kernels, sizeof kernels / sizeof kernels[0]);
}

static struct bound kept(const struct term *term)
{
    struct bound bound = bound_of(term->args[0]);

    return number(bound.whole, bound.fraction, bound.bytes);
}

static struct bound rounded(const struct term *term)
{
    struct bound bound = bound_of(term->args[0]);
    int64_t digits = 0;

    if (term->arg_count == 1 || bound_constant(term, 1, &digits)) {
        digits = digits < 0 ? 0 : digits > 10000 ? 10000 : digits;
        bound.fraction = (int)smaller(bound.fraction, digits);
    } else {
        bound.fraction = -1;
    }
    return number(bound.whole, bound.fraction, -1);
}

/* length() of a text that is bounded. */
static struct bound counted(const struct term *term)
{
    int64_t characters = bound_of(term->args[0]).characters;

    return characters < 0 ? number(10, 0, 4) : bound_of_integer(characters);
}

static struct bound bound_of_number_call(const struct term *term)
{
    kernel_function *kernel = term->function->kernel;
    struct bound type = bound_of_type(term->type);

    if (keeps_digits(kernel) || rounds(kernel)) {
        struct bound bound = rounds(kernel) ? rounded(term) : kept(term);
        if (term->type.id == TYPE_FLOAT4 || term->type.id == TYPE_FLOAT8) {
            bound.characters = -1; /* they are printed with an exponent */
        }
        return both(bound, type);
    }
    if (kernel == kernel_text_length || kernel == kernel_strpos) {
        return both(counted(term), type);
    }
    if (kernel == kernel_numeric_sign || kernel == kernel_float_sign ||
        kernel == kernel_bool_to_int4) {
        return number(1, 0, 2);
    }
    /* What comes out of arithmetic is smaller than its type, as a rule: records are asked. */
    return strchr("+-*/%", term->function->name[0]) != NULL ? UNKNOWN : type;
}

/* --- all --- */

static bool keeps_seconds(kernel_function *kernel)
{
    static kernel_function *const kernels[] = {
        kernel_date_to_timestamp,
        kernel_date_to_timestamptz,
        kernel_timestamp_to_timestamptz,
        kernel_timestamptz_to_timestamp,
        kernel_timestamp_to_time,
    };
    return is_one_of(kernel, kernels, sizeof kernels / sizeof kernels[0]);
}

static struct bound either_of(const struct term *term, int first, int step)
{
    struct bound bound = NOTHING;

    for (int i = first; i < term->arg_count; i += step) {
        bound = either(bound, bound_of(term->args[i]));
    }
    return bound;
}

static struct bound bound_of_call(const struct term *term)
{
    kernel_function *kernel = term->function->kernel;
    struct bound type = bound_of_type(term->type);

    if (kernel == kernel_greatest || kernel == kernel_least) {
        return both(either_of(term, 0, 1), type);
    }
    if (kernel == kernel_nullif) {
        return both(bound_of(term->args[1]), type);
    }
    if (type_is_text(term->type.id)) {
        return bound_of_text_call(term);
    }
    if (type_is_number(term->type.id)) {
        return bound_of_number_call(term);
    }
    return keeps_seconds(kernel) ? both(bound_of(term->args[0]), type) : type;
}

struct bound bound_of(const struct term *term)
{
    struct bound type = bound_of_type(term->type);
    int count = term->arg_count;

    switch (term->kind) {
    case TERM_COLUMN:
    case TERM_AND:
    case TERM_OR:
        return type;
    case TERM_CONSTANT:
        return bound_of_constant(term);
    case TERM_CALL:
        return bound_of_call(term);
    case TERM_RELABEL:
        return both(bound_of(term->args[0]), type);
    case TERM_CASE:
        return both(either(either_of(term, 1, 2), bound_of(term->args[count - 1])), type);
    case TERM_COALESCE:
    case TERM_TRY:
        return both(either_of(term, 0, 1), type);
    }
    return type;
}
