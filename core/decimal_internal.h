/* decimal_internal.h — what the decimal*.c files share: coefficients of 128 bits, powers of ten,
 * and the way to GMP for numbers that do not fit.
 *
 * The fast path never overflows by construction: it counts decimal digits first, and works only
 * where every intermediate value has at most DECIMAL_DIGITS of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CORE_DECIMAL_INTERNAL_H
#define NOVATE_CORE_DECIMAL_INTERNAL_H

#include "novate/decimal.h"

#include <gmp.h>

__extension__ typedef unsigned __int128 uint128;

/* Digits of a coefficient that is held in the struct: the most that always fit in 128 bits. */
#define DECIMAL_DIGITS 38

/* Limits of PostgreSQL's numeric: NUMERIC_DSCALE_MAX, and 4 * (NUMERIC_WEIGHT_MAX + 1). */
#define DECIMAL_SCALE_MAX  16383
#define DECIMAL_WEIGHT_MAX 131072

/* 10^0 to 10^19, all that 64 bits hold. */
extern const uint64_t decimal_powers[20];

/* 10^exponent, 0 to 38. */
static inline uint128 decimal_power(int exponent)
{
    if (exponent < 20) {
        return decimal_powers[exponent];
    }
    return (uint128)decimal_powers[19] * decimal_powers[exponent - 19];
}

/* Digits without leading zeros; 0 has none. */
static inline int decimal_digit_count_64(uint64_t value)
{
    int bits = 64 - __builtin_clzll(value | 1);
    int guess = (bits * 1233) >> 12; /* bits * log10(2), too low by one at most */

    return guess + (value >= decimal_powers[guess] ? 1 : 0);
}

static inline int decimal_digit_count(uint128 value)
{
    if ((uint64_t)(value >> 64) == 0) {
        return decimal_digit_count_64((uint64_t)value);
    }
    if (value / decimal_powers[19] >= decimal_powers[19]) {
        return DECIMAL_DIGITS + 1;
    }
    return 19 + decimal_digit_count_64((uint64_t)(value / decimal_powers[19]));
}

static inline uint128 decimal_coefficient(const struct decimal *value)
{
    return (uint128)value->high << 64 | value->low;
}

/* The coefficient has at most DECIMAL_DIGITS digits. */
static inline struct decimal decimal_make(bool negative, uint128 coefficient, int32_t scale)
{
    return (struct decimal){.low = (uint64_t)coefficient,
                            .high = (uint64_t)(coefficient >> 64),
                            .scale = scale,
                            .kind = DECIMAL_FINITE,
                            .negative = negative && coefficient != 0};
}

static inline bool decimal_is_number(const struct decimal *value)
{
    return value->kind <= DECIMAL_WIDE;
}

/* Digits of the coefficient of a number, of either kind. */
static inline int64_t decimal_precision(const struct decimal *value)
{
    return value->kind == DECIMAL_WIDE ? (int64_t)value->digit_count
                                       : decimal_digit_count(decimal_coefficient(value));
}

static inline bool decimal_is_zero(const struct decimal *value)
{
    return value->kind == DECIMAL_FINITE && (value->low | value->high) == 0;
}

/* PostgreSQL keeps numbers in base 10000: the power of the first digit; 0 for zero. */
int64_t decimal_weight(const struct decimal *value);

/* Writes the digits of `value` so that they end before `end`, and returns where they start; 0 gives
 * none. At most DECIMAL_DIGITS + 1 characters. */
char *decimal_digits_write(uint128 value, char *end);

/* A number of `count` digits, of which the last `zeros` are not in `digits` but follow it. Leading
 * zeros are allowed. DECIMAL_OVERFLOW beyond PostgreSQL's limits. */
enum decimal_status decimal_from_digits(const char *digits,
                                        int64_t count,
                                        int64_t zeros,
                                        struct decimal form,
                                        struct arena *arena,
                                        struct decimal *result);

/* GMP. `integer` is initialised by the caller; it takes the signed coefficient of a number, and is
 * multiplied by 10^shift. */
enum decimal_status decimal_wide_load(const struct decimal *value, int64_t shift, mpz_t integer);
/* integer / divisor, rounded half away from zero, in place. */
void decimal_wide_divide(mpz_t integer, const mpz_t divisor);
/* The number integer * 10^-scale. */
enum decimal_status decimal_wide_store(const mpz_t integer,
                                       int64_t scale,
                                       struct arena *arena,
                                       struct decimal *result);

/* Of a number above 0: by logarithm and exponential, with the digits that the server gives it. */
enum decimal_status decimal_power_real(const struct decimal *base,
                                       const struct decimal *exponent,
                                       struct arena *arena,
                                       struct decimal *result);

/* NUMERIC_MIN_SIG_DIGITS and NUMERIC_MAX_DISPLAY_SCALE. */
#define DECIMAL_SIGNIFICANT_MIN 16
#define DECIMAL_SCALE_SHOWN_MAX 1000

#endif
