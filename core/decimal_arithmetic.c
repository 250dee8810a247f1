/* decimal_arithmetic.c — sum, difference, product, quotient and remainder of decimal numbers.
 *
 * Each operation has the server's three parts: NaN and infinities by table, the fast path where
 * everything stays within 38 digits, GMP for the rest. The scale of a result is decided before the
 * value, by PostgreSQL's rules. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"

/* Division: NUMERIC_MIN_SIG_DIGITS, and NUMERIC_MAX_DISPLAY_SCALE. */
#define DIVISION_DIGITS_MIN 16
#define DIVISION_SCALE_MAX  1000

static const struct decimal decimal_nan = {.kind = DECIMAL_NAN};

static struct decimal infinity(bool negative)
{
    return (struct decimal){.kind = DECIMAL_INFINITY, .negative = negative};
}

static bool both_narrow(const struct decimal *a, const struct decimal *b)
{
    return (a->kind | b->kind) == DECIMAL_FINITE;
}

static int sign_of(const struct decimal *value)
{
    if (value->kind == DECIMAL_NAN || decimal_is_zero(value)) {
        return 0;
    }
    return value->negative ? -1 : 1;
}

/* Whether one of them is not a number. */
static bool is_special(const struct decimal *a, const struct decimal *b)
{
    return !decimal_is_number(a) || !decimal_is_number(b);
}

static int32_t scale_max(const struct decimal *a, const struct decimal *b)
{
    return a->scale > b->scale ? a->scale : b->scale;
}

/* The coefficients of two narrow numbers at the larger of their scales. False when that takes more
 * than 38 digits. */
static bool align(const struct decimal *a, const struct decimal *b, uint128 *left, uint128 *right)
{
    *left = decimal_coefficient(a);
    *right = decimal_coefficient(b);
    if (a->scale == b->scale) {
        return true;
    }

    uint128 *shorter = a->scale < b->scale ? left : right;
    int32_t shift = a->scale < b->scale ? b->scale - a->scale : a->scale - b->scale;

    if (*shorter == 0) {
        return true;
    }
    if (decimal_digit_count(*shorter) + shift > DECIMAL_DIGITS) {
        return false;
    }
    *shorter *= decimal_power(shift);
    return true;
}

/* The coefficients at the larger scale, with GMP; both are initialised. */
static enum decimal_status align_wide(const struct decimal *a,
                                      const struct decimal *b,
                                      mpz_t left,
                                      mpz_t right)
{
    int32_t scale = scale_max(a, b);
    enum decimal_status status = decimal_wide_load(a, scale - a->scale, left);

    return status == DECIMAL_OK ? decimal_wide_load(b, scale - b->scale, right) : status;
}

static bool add_narrow(const struct decimal *a, const struct decimal *b, struct decimal *result)
{
    uint128 left = 0;
    uint128 right = 0;
    uint128 sum = 0;
    bool negative = a->negative != 0;

    if (!align(a, b, &left, &right)) {
        return false;
    }
    if (a->negative == b->negative) {
        sum = left + right; /* below 2 * 10^38 */
    } else if (left >= right) {
        sum = left - right;
    } else {
        sum = right - left;
        negative = !negative;
    }
    if (sum >= decimal_power(DECIMAL_DIGITS)) {
        return false;
    }
    *result = decimal_make(negative, sum, scale_max(a, b));
    return true;
}

/* An operation on the coefficients at a common scale; of GMP's three-argument kind. */
typedef void wide_operation(mpz_ptr result, mpz_srcptr a, mpz_srcptr b);

static enum decimal_status combine_wide(const struct decimal *a,
                                        const struct decimal *b,
                                        wide_operation *operation,
                                        struct arena *arena,
                                        struct decimal *result)
{
    mpz_t left;
    mpz_t right;
    int32_t scale = scale_max(a, b);

    mpz_init(left);
    mpz_init(right);
    enum decimal_status status = align_wide(a, b, left, right);
    if (status == DECIMAL_OK) {
        operation(left, left, right);
        status = decimal_wide_store(left, scale, arena, result);
    }
    mpz_clear(right);
    mpz_clear(left);
    return status;
}

static struct decimal add_special(const struct decimal *a, const struct decimal *b)
{
    if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN) {
        return decimal_nan;
    }
    if (a->kind == DECIMAL_INFINITY && b->kind == DECIMAL_INFINITY && a->negative != b->negative) {
        return decimal_nan;
    }
    return infinity(a->kind == DECIMAL_INFINITY ? a->negative != 0 : b->negative != 0);
}

enum decimal_status decimal_add(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result)
{
    if (both_narrow(a, b) && add_narrow(a, b, result)) {
        return DECIMAL_OK;
    }
    if (is_special(a, b)) {
        *result = add_special(a, b);
        return DECIMAL_OK;
    }
    return combine_wide(a, b, mpz_add, arena, result);
}

enum decimal_status decimal_subtract(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result)
{
    struct decimal opposite = decimal_negate(b);

    return decimal_add(a, &opposite, arena, result);
}

static bool multiply_narrow(const struct decimal *a,
                            const struct decimal *b,
                            struct decimal *result)
{
    uint128 left = decimal_coefficient(a);
    uint128 right = decimal_coefficient(b);
    int32_t scale = a->scale + b->scale;

    if (scale > DECIMAL_SCALE_MAX ||
        decimal_digit_count(left) + decimal_digit_count(right) > DECIMAL_DIGITS) {
        return false;
    }
    *result = decimal_make(a->negative != b->negative, left * right, scale);
    return true;
}

static enum decimal_status multiply_wide(const struct decimal *a,
                                         const struct decimal *b,
                                         struct arena *arena,
                                         struct decimal *result)
{
    mpz_t left;
    mpz_t right;
    int32_t scale = a->scale + b->scale;

    mpz_init(left);
    mpz_init(right);
    enum decimal_status status = decimal_wide_load(a, 0, left);
    if (status == DECIMAL_OK) {
        status = decimal_wide_load(b, 0, right);
    }
    if (status == DECIMAL_OK) {
        mpz_mul(left, left, right);
        if (scale > DECIMAL_SCALE_MAX) {
            /* The server rounds a product that is too fine rather than refuse it. */
            mpz_ui_pow_ui(right, 10, (unsigned long)(scale - DECIMAL_SCALE_MAX));
            decimal_wide_divide(left, right);
            scale = DECIMAL_SCALE_MAX;
        }
        status = decimal_wide_store(left, scale, arena, result);
    }
    mpz_clear(right);
    mpz_clear(left);
    return status;
}

static struct decimal multiply_special(const struct decimal *a, const struct decimal *b)
{
    int sign = sign_of(a) * sign_of(b);

    if (sign == 0) { /* a NaN, or infinity times zero */
        return decimal_nan;
    }
    return infinity(sign < 0);
}

enum decimal_status decimal_multiply(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result)
{
    if (both_narrow(a, b) && multiply_narrow(a, b, result)) {
        return DECIMAL_OK;
    }
    if (is_special(a, b)) {
        *result = multiply_special(a, b);
        return DECIMAL_OK;
    }
    return multiply_wide(a, b, arena, result);
}

int64_t decimal_weight(const struct decimal *value)
{
    int64_t power = decimal_precision(value) - 1 - value->scale;

    return decimal_is_zero(value) ? 0 : (power >= 0 ? power : power - 3) / 4;
}

/* PostgreSQL keeps numbers in base 10000: the power of its first digit, and that digit. */
static void leading_digit(const struct decimal *value, int64_t *weight, int *digit)
{
    *weight = 0;
    *digit = 0;
    if (decimal_is_zero(value)) {
        return;
    }

    char room[DECIMAL_DIGITS + 1];
    int64_t count = decimal_precision(value);
    int64_t power = count - 1 - value->scale;
    const char *digits = value->digits;

    if (value->kind == DECIMAL_FINITE) {
        digits = decimal_digits_write(decimal_coefficient(value), room + sizeof room);
    }
    *weight = (power >= 0 ? power : power - 3) / 4;
    for (int64_t i = 0; i <= power - 4 * *weight; i++) {
        *digit = *digit * 10 + (i < count ? digits[i] - '0' : 0);
    }
}

/* select_div_scale() of the server: at least 16 significant digits, and no fewer after the point
 * than either operand has. */
static int32_t division_scale(const struct decimal *a, const struct decimal *b)
{
    int64_t weight_a = 0;
    int64_t weight_b = 0;
    int digit_a = 0;
    int digit_b = 0;

    leading_digit(a, &weight_a, &digit_a);
    leading_digit(b, &weight_b, &digit_b);
    int64_t weight = weight_a - weight_b - (digit_a <= digit_b ? 1 : 0);
    int64_t scale = DIVISION_DIGITS_MIN - 4 * weight;

    if (scale < scale_max(a, b)) {
        scale = scale_max(a, b);
    }
    if (scale < 0) {
        scale = 0;
    }
    return (int32_t)(scale > DIVISION_SCALE_MAX ? DIVISION_SCALE_MAX : scale);
}

static bool divide_narrow(const struct decimal *a,
                          const struct decimal *b,
                          int32_t scale,
                          struct decimal *result)
{
    uint128 dividend = decimal_coefficient(a);
    uint128 divisor = decimal_coefficient(b);
    int32_t shift = scale + b->scale - a->scale;
    uint128 *shorter = shift >= 0 ? &dividend : &divisor;
    int32_t zeros = shift >= 0 ? shift : -shift;

    if (dividend == 0) {
        *result = decimal_make(false, 0, scale);
        return true;
    }
    if (decimal_digit_count(*shorter) + zeros > DECIMAL_DIGITS) {
        return false;
    }
    *shorter *= decimal_power(zeros);
    uint128 quotient = dividend / divisor;
    uint128 remainder = dividend - quotient * divisor;

    if (remainder >= divisor - remainder) {
        quotient++;
    }
    if (quotient >= decimal_power(DECIMAL_DIGITS)) {
        return false;
    }
    *result = decimal_make(a->negative != b->negative, quotient, scale);
    return true;
}

static enum decimal_status divide_wide(const struct decimal *a,
                                       const struct decimal *b,
                                       int32_t scale,
                                       struct arena *arena,
                                       struct decimal *result)
{
    mpz_t dividend;
    mpz_t divisor;
    int64_t shift = (int64_t)scale + b->scale - a->scale;

    mpz_init(dividend);
    mpz_init(divisor);
    enum decimal_status status = decimal_wide_load(a, shift, dividend);
    if (status == DECIMAL_OK) {
        status = decimal_wide_load(b, -shift, divisor);
    }
    if (status == DECIMAL_OK) {
        decimal_wide_divide(dividend, divisor);
        status = decimal_wide_store(dividend, scale, arena, result);
    }
    mpz_clear(divisor);
    mpz_clear(dividend);
    return status;
}

static enum decimal_status divide_special(const struct decimal *a,
                                          const struct decimal *b,
                                          struct decimal *result)
{
    bool infinite = a->kind == DECIMAL_INFINITY;

    if (a->kind == DECIMAL_NAN || b->kind == DECIMAL_NAN ||
        (infinite && b->kind == DECIMAL_INFINITY)) {
        *result = decimal_nan;
    } else if (!infinite) {
        *result = decimal_from_int64(0); /* a number over infinity */
    } else if (decimal_is_zero(b)) {
        return DECIMAL_DIVISION_BY_ZERO;
    } else {
        *result = infinity(a->negative != b->negative);
    }
    return DECIMAL_OK;
}

enum decimal_status decimal_divide(const struct decimal *a,
                                   const struct decimal *b,
                                   struct arena *arena,
                                   struct decimal *result)
{
    if (is_special(a, b)) {
        return divide_special(a, b, result);
    }
    if (decimal_is_zero(b)) {
        return DECIMAL_DIVISION_BY_ZERO;
    }
    int32_t scale = division_scale(a, b);

    if (both_narrow(a, b) && divide_narrow(a, b, scale, result)) {
        return DECIMAL_OK;
    }
    return divide_wide(a, b, scale, arena, result);
}

static enum decimal_status remainder_special(const struct decimal *a,
                                             const struct decimal *b,
                                             struct decimal *result)
{
    if (a->kind == DECIMAL_INFINITY && decimal_is_zero(b)) {
        return DECIMAL_DIVISION_BY_ZERO;
    }
    /* A number modulo infinity is itself. */
    *result = decimal_is_number(a) && b->kind == DECIMAL_INFINITY ? *a : decimal_nan;
    return DECIMAL_OK;
}

enum decimal_status decimal_remainder(const struct decimal *a,
                                      const struct decimal *b,
                                      struct arena *arena,
                                      struct decimal *result)
{
    uint128 left = 0;
    uint128 right = 0;

    if (is_special(a, b)) {
        return remainder_special(a, b, result);
    }
    if (decimal_is_zero(b)) {
        return DECIMAL_DIVISION_BY_ZERO;
    }
    if (both_narrow(a, b) && align(a, b, &left, &right)) {
        *result = decimal_make(a->negative != 0, left % right, scale_max(a, b));
        return DECIMAL_OK;
    }
    return combine_wide(a, b, mpz_tdiv_r, arena, result);
}
