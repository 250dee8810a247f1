/* decimal.c — exact decimal numbers: order, rounding, integers.
 *
 * Behaviour is that of PostgreSQL 15's numeric; decimal_text.c reads and writes them,
 * decimal_arithmetic.c calculates. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"

#include <string.h>

/* round() of the server goes no further than a number can: one digit more before the point, for the
 * carry, and no more after it than fit. */
#define ROUND_SCALE_MIN (-DECIMAL_WEIGHT_MAX - 1)
#define ROUND_SCALE_MAX DECIMAL_SCALE_MAX

const uint64_t decimal_powers[20] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

struct decimal decimal_from_int64(int64_t value)
{
    bool negative = value < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value : (uint64_t)value;

    return (struct decimal){.low = magnitude, .negative = negative};
}

struct decimal decimal_negate(const struct decimal *value)
{
    struct decimal result = *value;

    if (value->kind != DECIMAL_NAN && !decimal_is_zero(value)) {
        result.negative = !value->negative;
    }
    return result;
}

/* -infinity, numbers, infinity, NaN. */
static int kind_rank(const struct decimal *value)
{
    if (value->kind == DECIMAL_NAN) {
        return 2;
    }
    if (value->kind == DECIMAL_INFINITY) {
        return value->negative ? -1 : 1;
    }
    return 0;
}

static int compare_coefficients(uint128 a, uint128 b)
{
    return (a > b) - (a < b);
}

/* Digits of a number, which for a narrow one are written to `room`. */
static const char *digits_of(const struct decimal *value, char room[DECIMAL_DIGITS + 1])
{
    if (value->kind == DECIMAL_WIDE) {
        return value->digits;
    }
    return decimal_digits_write(decimal_coefficient(value), room + DECIMAL_DIGITS + 1);
}

/* Two digit strings that start at the same power of ten. */
static int compare_digits(const struct decimal *a, const struct decimal *b)
{
    char room_a[DECIMAL_DIGITS + 1];
    char room_b[DECIMAL_DIGITS + 1];
    const char *digits_a = digits_of(a, room_a);
    const char *digits_b = digits_of(b, room_b);
    int64_t count_a = decimal_precision(a);
    int64_t count_b = decimal_precision(b);
    int64_t common = count_a < count_b ? count_a : count_b;
    int order = memcmp(digits_a, digits_b, (size_t)common);

    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    for (int64_t i = common; i < count_a; i++) {
        if (digits_a[i] != '0') {
            return 1;
        }
    }
    for (int64_t i = common; i < count_b; i++) {
        if (digits_b[i] != '0') {
            return -1;
        }
    }
    return 0;
}

/* |a| against |b|, both numbers other than zero. */
static int compare_magnitudes(const struct decimal *a, const struct decimal *b)
{
    int64_t weight_a = decimal_precision(a) - a->scale;
    int64_t weight_b = decimal_precision(b) - b->scale;

    if (weight_a != weight_b) {
        return weight_a < weight_b ? -1 : 1;
    }
    if (a->kind == DECIMAL_WIDE || b->kind == DECIMAL_WIDE) {
        return compare_digits(a, b);
    }
    /* Equal weights: aligned, both have as many digits as the longer one. */
    uint128 coefficient_a = decimal_coefficient(a);
    uint128 coefficient_b = decimal_coefficient(b);

    if (a->scale < b->scale) {
        coefficient_a *= decimal_power(b->scale - a->scale);
    } else {
        coefficient_b *= decimal_power(a->scale - b->scale);
    }
    return compare_coefficients(coefficient_a, coefficient_b);
}

int decimal_compare(const struct decimal *a, const struct decimal *b)
{
    if ((a->kind | b->kind) == DECIMAL_FINITE && a->scale == b->scale &&
        a->negative == b->negative) {
        int order = compare_coefficients(decimal_coefficient(a), decimal_coefficient(b));

        return a->negative ? -order : order;
    }

    int rank_a = kind_rank(a);
    int rank_b = kind_rank(b);

    if (rank_a != 0 || rank_b != 0) {
        return (rank_a > rank_b) - (rank_a < rank_b);
    }
    int sign_a = decimal_is_zero(a) ? 0 : a->negative ? -1 : 1;
    int sign_b = decimal_is_zero(b) ? 0 : b->negative ? -1 : 1;

    if (sign_a != sign_b || sign_a == 0) {
        return (sign_a > sign_b) - (sign_a < sign_b);
    }
    return sign_a * compare_magnitudes(a, b);
}

/* A narrow number with fewer digits after the point; `drop` is 1 or more. */
static struct decimal round_narrow(const struct decimal *value, int64_t drop, int32_t scale)
{
    if (drop > DECIMAL_DIGITS) {
        return decimal_make(false, 0, scale);
    }
    if (value->high == 0 && drop < 20) {
        uint64_t unit = decimal_powers[drop];
        uint64_t quotient = value->low / unit;
        bool up = value->low - quotient * unit >= unit / 2;

        return decimal_make(value->negative != 0, quotient + (up ? 1 : 0), scale);
    }
    uint128 coefficient = decimal_coefficient(value);
    uint128 unit = decimal_power((int)drop);
    uint128 quotient = coefficient / unit;
    bool up = coefficient - quotient * unit >= unit / 2;

    return decimal_make(value->negative != 0, quotient + (up ? 1 : 0), scale);
}

/* A narrow number from which `drop` digits are rounded away and to which `zeros` are appended.
 * False when the result needs more digits than a narrow one has. */
static bool round_short(
    const struct decimal *value, int64_t drop, int64_t zeros, int32_t scale, struct decimal *result)
{
    struct decimal rounded = drop > 0 ? round_narrow(value, drop, scale) : *value;

    if (decimal_is_zero(&rounded)) {
        *result = decimal_make(false, 0, scale);
        return true;
    }
    if (decimal_precision(&rounded) + zeros > DECIMAL_DIGITS) {
        return false;
    }
    *result = decimal_make(
        rounded.negative != 0, decimal_coefficient(&rounded) * decimal_power((int)zeros), scale);
    return true;
}

/* The same for any number. */
static enum decimal_status round_wide(const struct decimal *value,
                                      int64_t drop,
                                      int64_t zeros,
                                      int32_t scale,
                                      struct arena *arena,
                                      struct decimal *result)
{
    mpz_t integer;
    mpz_t power;

    mpz_init(integer);
    mpz_init(power);
    enum decimal_status status = decimal_wide_load(value, drop > 0 ? 0 : zeros, integer);

    if (status == DECIMAL_OK && drop > 0) {
        mpz_ui_pow_ui(power, 10, (unsigned long)drop);
        decimal_wide_divide(integer, power);
        mpz_ui_pow_ui(power, 10, (unsigned long)zeros);
        mpz_mul(integer, integer, power);
    }
    if (status == DECIMAL_OK) {
        status = decimal_wide_store(integer, scale, arena, result);
    }
    mpz_clear(power);
    mpz_clear(integer);
    return status;
}

enum decimal_status decimal_round(const struct decimal *value,
                                  int32_t scale,
                                  struct arena *arena,
                                  struct decimal *result)
{
    if (!decimal_is_number(value)) {
        *result = *value;
        return DECIMAL_OK;
    }
    if (scale > ROUND_SCALE_MAX) {
        scale = ROUND_SCALE_MAX;
    } else if (scale < ROUND_SCALE_MIN) {
        scale = ROUND_SCALE_MIN;
    }

    int64_t drop = (int64_t)value->scale - scale;
    int64_t zeros = 0;
    int32_t display = scale < 0 ? 0 : scale;

    if (drop <= 0) {
        zeros = -drop; /* longer after the point */
    } else if (scale < 0) {
        zeros = -(int64_t)scale; /* tens, hundreds */
    }
    if (value->kind == DECIMAL_FINITE && round_short(value, drop, zeros, display, result)) {
        return DECIMAL_OK;
    }
    return round_wide(value, drop, zeros, display, arena, result);
}

enum decimal_status decimal_fit(const struct decimal *value,
                                int32_t precision,
                                int32_t scale,
                                struct arena *arena,
                                struct decimal *result)
{
    if (precision == 0 || value->kind == DECIMAL_NAN) {
        *result = *value;
        return DECIMAL_OK;
    }
    if (value->kind == DECIMAL_INFINITY) {
        return DECIMAL_OVERFLOW;
    }

    struct decimal rounded;
    enum decimal_status status = decimal_round(value, scale, arena, &rounded);

    if (status != DECIMAL_OK) {
        return status;
    }
    if (!decimal_is_zero(&rounded) &&
        decimal_precision(&rounded) - rounded.scale > (int64_t)precision - scale) {
        return DECIMAL_OVERFLOW;
    }
    *result = rounded;
    return DECIMAL_OK;
}

/* The integer nearest to a wide number: its first digits, and the one after them for rounding. */
static bool wide_integer(const struct decimal *value, uint128 *integer)
{
    int64_t whole = (int64_t)value->digit_count - value->scale;

    if (whole > 19) {
        return false;
    }
    *integer = 0;
    for (int64_t i = 0; i < whole; i++) {
        *integer = *integer * 10 + (unsigned)(value->digits[i] - '0');
    }
    if (whole >= 0 && value->digits[whole] >= '5') {
        *integer += 1;
    }
    return true;
}

enum decimal_status decimal_to_int64(const struct decimal *value, int64_t *result)
{
    uint128 integer = 0;

    if (!decimal_is_number(value)) {
        return DECIMAL_OVERFLOW;
    }
    if (value->kind == DECIMAL_WIDE) {
        if (!wide_integer(value, &integer)) {
            return DECIMAL_OVERFLOW;
        }
    } else if (value->scale == 0) {
        integer = decimal_coefficient(value);
    } else {
        struct decimal rounded = round_narrow(value, value->scale, 0);

        integer = decimal_coefficient(&rounded);
    }

    uint128 limit = (uint128)INT64_MAX + (value->negative ? 1 : 0);

    if (integer > limit) {
        return DECIMAL_OVERFLOW;
    }
    uint64_t magnitude = (uint64_t)integer;

    *result = value->negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return DECIMAL_OK;
}
