/* decimal_power.c — powers, square roots, common divisors and quotients without a rest.
 *
 * Scales of results are PostgreSQL's, and so are the scales of what is in between where that can be
 * seen in the last digit. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"

#include <math.h>
#include <stdlib.h>

static const struct decimal not_a_number = {.kind = DECIMAL_NAN};

static int sign_of(const struct decimal *value)
{
    return value->kind == DECIMAL_NAN || decimal_is_zero(value) ? 0 : value->negative ? -1 : 1;
}

static bool is_whole(const struct decimal *value)
{
    return !decimal_is_number(value) || decimal_scale_min(value) == 0;
}

/* Significant digits of a coefficient as a double, and how many more there are. */
static double leading_digits(const struct decimal *value, int64_t *more)
{
    char room[DECIMAL_DIGITS + 1];
    const char *digits = value->digits;
    int64_t count = decimal_precision(value);
    int64_t used = count < 20 ? count : 20;
    double number = 0;

    if (value->kind == DECIMAL_FINITE) {
        digits = decimal_digits_write(decimal_coefficient(value), room + sizeof room);
    }
    for (int64_t i = 0; i < used; i++) {
        number = number * 10 + (digits[i] - '0');
    }
    *more = count - used;
    return number;
}

int32_t decimal_scale_min(const struct decimal *value)
{
    if (!decimal_is_number(value)) {
        return -1;
    }
    if (decimal_is_zero(value)) {
        return 0;
    }
    char room[DECIMAL_DIGITS + 1];
    int64_t count = decimal_precision(value);
    const char *digits = value->digits;
    int32_t scale = value->scale;

    if (value->kind == DECIMAL_FINITE) {
        digits = decimal_digits_write(decimal_coefficient(value), room + sizeof room);
    }
    while (scale > 0 && count > 0 && digits[count - 1] == '0') {
        scale--;
        count--;
    }
    return scale;
}

/* PostgreSQL's power with NaN or infinity in it. */
static enum decimal_status power_special(const struct decimal *a,
                                         const struct decimal *b,
                                         struct arena *arena,
                                         struct decimal *result)
{
    struct decimal one = decimal_from_int64(1);
    struct decimal minus_one = decimal_from_int64(-1);

    *result = not_a_number;
    if (a->kind == DECIMAL_NAN) {
        *result = decimal_is_number(b) && decimal_is_zero(b) ? one : not_a_number;
        return DECIMAL_OK;
    }
    if (b->kind == DECIMAL_NAN) {
        *result = decimal_compare(a, &one) == 0 ? one : not_a_number;
        return DECIMAL_OK;
    }
    if ((sign_of(a) == 0 && b->negative) || (sign_of(a) < 0 && !is_whole(b))) {
        return DECIMAL_INVALID;
    }
    bool units = decimal_compare(a, &one) == 0 ||
                 (b->kind == DECIMAL_INFINITY && decimal_compare(a, &minus_one) == 0);
    if (units || (decimal_is_number(b) && decimal_is_zero(b))) {
        *result = one;
        return DECIMAL_OK;
    }
    struct decimal infinite = {.kind = DECIMAL_INFINITY};
    struct decimal size = *a;
    size.negative = 0;
    bool grows = (decimal_compare(&size, &one) > 0) == !b->negative;
    *result = grows ? infinite : decimal_from_int64(0);
    if (grows && a->kind == DECIMAL_INFINITY && a->negative && decimal_is_number(b)) {
        struct decimal two = decimal_from_int64(2);
        struct decimal rest;
        enum decimal_status status = decimal_remainder(b, &two, arena, &rest);
        if (status != DECIMAL_OK) {
            return status;
        }
        result->negative = !decimal_is_zero(&rest);
    }
    return DECIMAL_OK;
}

/* digits * 10^-scale. What is in between may have more digits than a number of the server's. */
struct fixed {
    mpz_t digits;
    int64_t scale;
};

static void power_of_ten(mpz_t power, int64_t exponent)
{
    mpz_ui_pow_ui(power, 10, (unsigned long)exponent);
}

/* As decimal_weight(). */
static int64_t fixed_weight(const struct fixed *value)
{
    mpz_t least;

    if (mpz_sgn(value->digits) == 0) {
        return 0;
    }
    int64_t count = (int64_t)mpz_sizeinbase(value->digits, 10); /* or one less */
    mpz_init(least);
    power_of_ten(least, count - 1);
    int64_t power = count - 1 - (mpz_cmpabs(value->digits, least) < 0) - value->scale;
    mpz_clear(least);
    return (power >= 0 ? power : power - 3) / 4;
}

/* Not to more digits than there are. */
static void fixed_round(struct fixed *value, int64_t scale)
{
    mpz_t unit;

    scale = scale < 0 ? 0 : scale;
    if (scale < value->scale) {
        mpz_init(unit);
        power_of_ten(unit, value->scale - scale);
        decimal_wide_divide(value->digits, unit);
        mpz_clear(unit);
        value->scale = scale;
    }
}

static void fixed_multiply(struct fixed *value, const struct fixed *by, int64_t scale)
{
    mpz_mul(value->digits, value->digits, by->digits);
    value->scale += by->scale;
    fixed_round(value, scale);
}

/* 1 / value, with so many digits after the point; not of 0. */
static void fixed_invert(struct fixed *value, int64_t scale)
{
    mpz_t one;

    mpz_init(one);
    power_of_ten(one, scale + value->scale);
    decimal_wide_divide(one, value->digits);
    mpz_swap(value->digits, one);
    value->scale = scale;
    mpz_clear(one);
}

/* By squares; what is in between keeps `digits` significant digits. False: too large. */
static bool power_by_squares(struct fixed *square,
                             unsigned exponent,
                             int64_t digits,
                             struct fixed *result)
{
    mpz_set_ui(result->digits, 1);
    result->scale = 0;
    if ((exponent & 1) != 0) {
        mpz_set(result->digits, square->digits);
        result->scale = square->scale;
    }
    while ((exponent >>= 1) > 0) {
        fixed_multiply(square, square, digits - 2 * fixed_weight(square) * 4);
        if ((exponent & 1) != 0) {
            int64_t weight = fixed_weight(square) + fixed_weight(result);
            fixed_multiply(result, square, digits - weight * 4);
        }
        if (fixed_weight(square) > INT16_MAX || fixed_weight(result) > INT16_MAX) {
            return false;
        }
    }
    return true;
}

static enum decimal_status zero(int32_t scale, struct decimal *result)
{
    *result = decimal_from_int64(0);
    result->scale = scale;
    return DECIMAL_OK;
}

/* Of another number than 0. */
static enum decimal_status power_in_digits(const struct decimal *base,
                                           int exponent,
                                           int64_t digits,
                                           int32_t scale,
                                           struct arena *arena,
                                           struct decimal *result)
{
    unsigned size = exponent < 0 ? 0 - (unsigned)exponent : (unsigned)exponent;
    struct fixed square = {.scale = base->scale};
    struct fixed power = {.scale = 0};

    mpz_init(square.digits);
    mpz_init(power.digits);
    enum decimal_status status = decimal_wide_load(base, 0, square.digits);
    bool fits = status == DECIMAL_OK && power_by_squares(&square, size, digits, &power);
    if (status == DECIMAL_OK && !fits) { /* the reciprocal is nothing */
        status = exponent < 0 ? zero(scale, result) : DECIMAL_OVERFLOW;
    } else if (status == DECIMAL_OK) {
        if (exponent < 0) {
            fixed_invert(&power, scale);
        }
        fixed_round(&power, scale);
        power_of_ten(square.digits, scale - power.scale);
        mpz_mul(power.digits, power.digits, square.digits);
        status = decimal_wide_store(power.digits, scale, arena, result);
    }
    mpz_clear(power.digits);
    mpz_clear(square.digits);
    return status;
}

/* The decimal weight of the result, roughly. */
static double weight_of_power(const struct decimal *base, int exponent)
{
    int64_t more = 0;
    double number = leading_digits(base, &more);

    return exponent * (log10(number) + (double)(more - base->scale));
}

static enum decimal_status power_whole(const struct decimal *base,
                                       int exponent,
                                       struct arena *arena,
                                       struct decimal *result)
{
    int32_t scale = base->scale < DECIMAL_SIGNIFICANT_MIN ? DECIMAL_SIGNIFICANT_MIN : base->scale;

    scale = scale > DECIMAL_SCALE_SHOWN_MAX ? DECIMAL_SCALE_SHOWN_MAX : scale;
    if (decimal_is_zero(base) && exponent != 0) {
        return zero(scale, result);
    }
    double weight = exponent == 0 ? 0 : weight_of_power(base, exponent);
    if (weight > 3.0 * INT16_MAX * 4) {
        return DECIMAL_OVERFLOW;
    }
    bool plain = exponent >= -1 && exponent <= 2; /* these are not estimated */
    if (!plain && weight + 1 < -scale) {
        return zero(scale, result);
    }
    int64_t digits = 1 + scale + (int64_t)weight + 8;
    digits += exponent == 0 ? 0 : (int64_t)log(fabs((double)exponent));
    return power_in_digits(base, exponent, plain ? INT32_MAX : digits, scale, arena, result);
}

/* Of another number than 0. That of a negative one is negative where the exponent is odd. */
static enum decimal_status power_signed(const struct decimal *base,
                                        const struct decimal *exponent,
                                        struct arena *arena,
                                        struct decimal *result)
{
    struct decimal two = decimal_from_int64(2);
    struct decimal size = *base;
    struct decimal rest = {.scale = 0};
    enum decimal_status status = DECIMAL_OK;

    size.negative = 0;
    if (base->negative) {
        status = decimal_remainder(exponent, &two, arena, &rest);
    }
    if (status == DECIMAL_OK) {
        status = decimal_power_real(&size, exponent, arena, result);
    }
    if (status == DECIMAL_OK && !decimal_is_zero(&rest) && !decimal_is_zero(result)) {
        result->negative = 1;
    }
    return status;
}

enum decimal_status decimal_power_of(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result)
{
    int64_t exponent = 0;

    if (!decimal_is_number(a) || !decimal_is_number(b)) {
        return power_special(a, b, arena, result);
    }
    if ((decimal_is_zero(a) && b->negative) || (a->negative && !is_whole(b))) {
        return DECIMAL_INVALID;
    }
    if (is_whole(b) && decimal_to_int64(b, &exponent) == DECIMAL_OK && exponent >= INT32_MIN &&
        exponent <= INT32_MAX) {
        return power_whole(a, (int)exponent, arena, result);
    }
    if (decimal_is_zero(a)) {
        return zero(DECIMAL_SIGNIFICANT_MIN, result);
    }
    return power_signed(a, b, arena, result);
}

enum decimal_status decimal_sqrt(const struct decimal *value,
                                 struct arena *arena,
                                 struct decimal *result)
{
    mpz_t root;
    mpz_t rest;

    if (value->kind == DECIMAL_NAN) {
        *result = *value;
        return DECIMAL_OK;
    }
    if (value->negative) {
        return DECIMAL_INVALID;
    }
    if (value->kind == DECIMAL_INFINITY) {
        *result = *value;
        return DECIMAL_OK;
    }
    int64_t scale = DECIMAL_SIGNIFICANT_MIN - (2 * decimal_weight(value) + 1);
    scale = scale < value->scale ? value->scale : scale;
    scale = scale > DECIMAL_SCALE_SHOWN_MAX ? DECIMAL_SCALE_SHOWN_MAX : scale;
    mpz_init(root);
    mpz_init(rest);
    int64_t shift = 2 * scale - value->scale;
    enum decimal_status status = decimal_wide_load(value, shift, root);
    if (status == DECIMAL_OK) {
        if (shift < 0) {
            mpz_ui_pow_ui(rest, 10, (unsigned long)-shift);
            mpz_tdiv_q(root, root, rest);
        }
        mpz_sqrtrem(root, rest, root);
        if (mpz_cmp(rest, root) > 0) { /* more than half a unit is left */
            mpz_add_ui(root, root, 1);
        }
        status = decimal_wide_store(root, scale, arena, result);
    }
    mpz_clear(rest);
    mpz_clear(root);
    return status;
}

/* The coefficients at a common scale through an operation of GMP; the result has `scale`. */
static enum decimal_status combine(const struct decimal *a,
                                   const struct decimal *b,
                                   void (*operation)(mpz_ptr, mpz_srcptr, mpz_srcptr),
                                   int32_t scale,
                                   struct arena *arena,
                                   struct decimal *result)
{
    mpz_t left;
    mpz_t right;
    int32_t common = a->scale > b->scale ? a->scale : b->scale;

    mpz_init(left);
    mpz_init(right);
    enum decimal_status status = decimal_wide_load(a, common - a->scale, left);
    status = status == DECIMAL_OK ? decimal_wide_load(b, common - b->scale, right) : status;
    if (status == DECIMAL_OK) {
        operation(left, left, right);
        status = decimal_wide_store(left, scale, arena, result);
    }
    mpz_clear(right);
    mpz_clear(left);
    return status;
}

enum decimal_status decimal_div(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result)
{
    if (!decimal_is_number(a) || !decimal_is_number(b)) {
        return decimal_divide(a, b, arena, result);
    }
    return decimal_is_zero(b) ? DECIMAL_DIVISION_BY_ZERO
                              : combine(a, b, mpz_tdiv_q, 0, arena, result);
}

static enum decimal_status divisor(const struct decimal *a,
                                   const struct decimal *b,
                                   void (*operation)(mpz_ptr, mpz_srcptr, mpz_srcptr),
                                   struct arena *arena,
                                   struct decimal *result)
{
    if (!decimal_is_number(a) || !decimal_is_number(b)) {
        *result = not_a_number;
        return DECIMAL_OK;
    }
    return combine(a, b, operation, a->scale > b->scale ? a->scale : b->scale, arena, result);
}

enum decimal_status decimal_gcd(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result)
{
    return divisor(a, b, mpz_gcd, arena, result);
}

enum decimal_status decimal_lcm(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result)
{
    return divisor(a, b, mpz_lcm, arena, result);
}
