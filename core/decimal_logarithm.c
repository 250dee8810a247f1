/* decimal_logarithm.c — exponentials, logarithms, and powers whose exponents are not whole.
 *
 * The values are MPFR's, with a good many digits more than the result has. How many that has is
 * PostgreSQL 15's rule (numeric.c: numeric_exp, numeric_ln, log_var, power_var), which estimates
 * the size of the result; the estimates are made as there, since they can be seen in the number of
 * digits. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"

#include <math.h>
#include <mpfr.h>

/* NUMERIC_MAX_RESULT_SCALE. */
#define RESULT_SCALE_MAX 2000

/* Decimal digits that values are more exact than what becomes of them. */
#define DIGITS_MORE 40

#define LOG10_E 0.434294481903252
#define LN_10   2.302585092994046

static int64_t most_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static mpfr_prec_t bits_of(int64_t digits)
{
    return (mpfr_prec_t)((most_of(digits, 0) + DIGITS_MORE) * 10 / 3);
}

/* Also gives back what MPFR keeps for the next time, which would stay when the thread ends. */
static void clear(mpfr_t real)
{
    mpfr_clear(real);
    mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
}

/* value - subtrahend. */
static enum decimal_status load(const struct decimal *value, unsigned subtrahend, mpfr_t real)
{
    mpz_t coefficient;
    mpz_t unit;

    mpz_init(coefficient);
    mpz_init(unit);
    enum decimal_status status = decimal_wide_load(value, 0, coefficient);
    mpz_ui_pow_ui(unit, 10, (unsigned long)value->scale);
    mpz_submul_ui(coefficient, unit, subtrahend);
    mpfr_set_z(real, coefficient, MPFR_RNDN);
    mpfr_div_z(real, real, unit, MPFR_RNDN);
    mpz_clear(unit);
    mpz_clear(coefficient);
    return status;
}

static enum decimal_status store(mpfr_t real,
                                 int64_t scale,
                                 struct arena *arena,
                                 struct decimal *result)
{
    mpz_t integer;

    mpz_init(integer);
    mpz_ui_pow_ui(integer, 10, (unsigned long)scale);
    mpfr_mul_z(real, real, integer, MPFR_RNDN);
    mpfr_round(real, real); /* half away from zero */
    mpfr_get_z(integer, real, MPFR_RNDN);
    enum decimal_status status = decimal_wide_store(integer, scale, arena, result);
    mpz_clear(integer);
    return status;
}

/* --- PostgreSQL's estimates --- */

/* The power of ten of the first digit; not of zero. */
static int64_t first_power(const struct decimal *value)
{
    return decimal_precision(value) - 1 - value->scale;
}

static bool is_near_one(const struct decimal *value)
{
    static const struct decimal low = {.low = 9, .scale = 1};
    static const struct decimal high = {.low = 11, .scale = 1};

    return decimal_compare(value, &low) >= 0 && decimal_compare(value, &high) <= 0;
}

/* The first two of its digits in base 10000, as one number. */
static double leading_pair(const struct decimal *value)
{
    char room[DECIMAL_DIGITS + 1];
    const char *digits = value->digits;
    int64_t count = decimal_precision(value);
    int64_t wanted = first_power(value) - 4 * decimal_weight(value) + 1 + 4;
    double pair = 0;

    if (value->kind == DECIMAL_FINITE) {
        digits = decimal_digits_write(decimal_coefficient(value), room + sizeof room);
    }
    for (int64_t i = 0; i < wanted; i++) {
        pair = pair * 10 + (i < count ? digits[i] - '0' : 0);
    }
    return pair;
}

/* Of a number above 0: the power of ten of its natural logarithm, roughly. */
static enum decimal_status estimate(const struct decimal *value, struct arena *arena, int *power)
{
    struct decimal one = decimal_from_int64(1);
    struct decimal rest;

    if (!is_near_one(value)) {
        double pair = leading_pair(value);
        double logarithm = log(pair) + (double)(4 * (decimal_weight(value) - 1)) * LN_10;
        *power = (int)log10(fabs(logarithm));
        return DECIMAL_OK;
    }
    enum decimal_status status = decimal_subtract(value, &one, arena, &rest);
    *power = status != DECIMAL_OK || decimal_is_zero(&rest) ? 0 : (int)first_power(&rest);
    return status;
}

static int64_t shown_scale(int64_t scale)
{
    return scale < 0 ? 0 : scale > DECIMAL_SCALE_SHOWN_MAX ? DECIMAL_SCALE_SHOWN_MAX : scale;
}

/* --- logarithms --- */

/* Of a number above 0. `real` has its precision already. */
static enum decimal_status take_logarithm(const struct decimal *value, mpfr_t real)
{
    enum decimal_status status;

    if (is_near_one(value)) { /* the digits that value - 1 has are all that count */
        status = load(value, 1, real);
        mpfr_log1p(real, real, MPFR_RNDN);
    } else {
        status = load(value, 0, real);
        mpfr_log(real, real, MPFR_RNDN);
    }
    return status;
}

static enum decimal_status logarithm(const struct decimal *value,
                                     int power,
                                     int64_t scale,
                                     struct arena *arena,
                                     struct decimal *result)
{
    mpfr_t real;

    mpfr_init2(real, bits_of(scale + power));
    enum decimal_status status = take_logarithm(value, real);
    status = status == DECIMAL_OK ? store(real, scale, arena, result) : status;
    clear(real);
    return status;
}

static bool has_no_logarithm(const struct decimal *value)
{
    return value->kind != DECIMAL_NAN && (value->negative || decimal_is_zero(value));
}

enum decimal_status decimal_ln(const struct decimal *value,
                               struct arena *arena,
                               struct decimal *result)
{
    int power = 0;

    if (has_no_logarithm(value)) {
        return DECIMAL_NO_LOGARITHM;
    }
    if (!decimal_is_number(value)) {
        *result = *value;
        return DECIMAL_OK;
    }
    enum decimal_status status = estimate(value, arena, &power);
    int64_t scale = shown_scale(most_of(DECIMAL_SIGNIFICANT_MIN - power, value->scale));
    return status == DECIMAL_OK ? logarithm(value, power, scale, arena, result) : status;
}

/* With NaN or infinity in it. */
static enum decimal_status log_special(const struct decimal *base,
                                       const struct decimal *value,
                                       struct decimal *result)
{
    if (base->kind == DECIMAL_NAN || value->kind == DECIMAL_NAN ||
        (base->kind == DECIMAL_INFINITY && value->kind == DECIMAL_INFINITY)) {
        *result = (struct decimal){.kind = DECIMAL_NAN};
    } else if (base->kind == DECIMAL_INFINITY) {
        *result = decimal_from_int64(0);
    } else {
        *result = *value;
    }
    return DECIMAL_OK;
}

static enum decimal_status divide(const struct decimal *dividend,
                                  const struct decimal *divisor,
                                  int64_t scale,
                                  struct arena *arena,
                                  struct decimal *result)
{
    mpz_t a;
    mpz_t b;
    int64_t shift = scale + divisor->scale - dividend->scale;

    if (decimal_is_zero(divisor)) {
        return DECIMAL_DIVISION_BY_ZERO;
    }
    mpz_init(a);
    mpz_init(b);
    enum decimal_status status = decimal_wide_load(dividend, shift, a);
    status = status == DECIMAL_OK ? decimal_wide_load(divisor, -shift, b) : status;
    if (status == DECIMAL_OK) {
        decimal_wide_divide(a, b);
        status = decimal_wide_store(a, scale, arena, result);
    }
    mpz_clear(b);
    mpz_clear(a);
    return status;
}

enum decimal_status decimal_log(const struct decimal *base,
                                const struct decimal *value,
                                struct arena *arena,
                                struct decimal *result)
{
    bool nan = base->kind == DECIMAL_NAN || value->kind == DECIMAL_NAN;
    int base_power = 0;
    int value_power = 0;

    if (!nan && (has_no_logarithm(base) || has_no_logarithm(value))) {
        return DECIMAL_NO_LOGARITHM;
    }
    if (!decimal_is_number(base) || !decimal_is_number(value)) {
        return log_special(base, value, result);
    }
    enum decimal_status status = estimate(base, arena, &base_power);
    status = status == DECIMAL_OK ? estimate(value, arena, &value_power) : status;
    if (status != DECIMAL_OK) {
        return status;
    }
    struct decimal divisor;
    struct decimal dividend;
    int power = value_power - base_power;
    int64_t scale =
        shown_scale(most_of(DECIMAL_SIGNIFICANT_MIN - power, most_of(base->scale, value->scale)));
    int64_t digits = scale + power + 8; /* of both logarithms, as the server rounds them */
    status = logarithm(base, base_power, most_of(digits - base_power, 0), arena, &divisor);
    if (status == DECIMAL_OK) {
        status = logarithm(value, value_power, most_of(digits - value_power, 0), arena, &dividend);
    }
    return status == DECIMAL_OK ? divide(&dividend, &divisor, scale, arena, result) : status;
}

enum decimal_status decimal_log10(const struct decimal *value,
                                  struct arena *arena,
                                  struct decimal *result)
{
    struct decimal ten = decimal_from_int64(10);

    return decimal_log(&ten, value, arena, result);
}

/* --- exponentials --- */

/* e to that power. */
static enum decimal_status exponential(const struct decimal *value,
                                       int64_t scale,
                                       struct arena *arena,
                                       struct decimal *result)
{
    double size = decimal_to_double(value);
    mpfr_t real;

    if (fabs(size) >= 3 * RESULT_SCALE_MAX) {
        *result = (struct decimal){.scale = (int32_t)scale};
        return size > 0 ? DECIMAL_OVERFLOW : DECIMAL_OK;
    }
    mpfr_init2(real, bits_of(scale + (int64_t)(size * LOG10_E)));
    enum decimal_status status = load(value, 0, real);
    mpfr_exp(real, real, MPFR_RNDN);
    status = status == DECIMAL_OK ? store(real, scale, arena, result) : status;
    clear(real);
    return status;
}

enum decimal_status decimal_exp(const struct decimal *value,
                                struct arena *arena,
                                struct decimal *result)
{
    if (!decimal_is_number(value)) {
        *result =
            value->kind == DECIMAL_INFINITY && value->negative ? decimal_from_int64(0) : *value;
        return DECIMAL_OK;
    }
    double power = decimal_to_double(value) * LOG10_E;
    double bounded = power < -RESULT_SCALE_MAX  ? -RESULT_SCALE_MAX
                     : power > RESULT_SCALE_MAX ? RESULT_SCALE_MAX
                                                : power;
    int64_t scale = shown_scale(most_of(DECIMAL_SIGNIFICANT_MIN - (int64_t)bounded, value->scale));
    return exponential(value, scale, arena, result);
}

/* exponent * ln(base), both it and the logarithm rounded to that scale. */
static enum decimal_status multiply_logarithm(const struct decimal *base,
                                              int power, /* of its logarithm */
                                              const struct decimal *exponent,
                                              int64_t scale,
                                              struct arena *arena,
                                              struct decimal *result)
{
    struct decimal value;
    enum decimal_status status = logarithm(base, power, scale, arena, &value);

    status = status == DECIMAL_OK ? decimal_multiply(&value, exponent, arena, &value) : status;
    return status == DECIMAL_OK ? decimal_round(&value, (int32_t)scale, arena, result) : status;
}

enum decimal_status decimal_power_real(const struct decimal *base,
                                       const struct decimal *exponent,
                                       struct arena *arena,
                                       struct decimal *result)
{
    struct decimal value;
    int weight = 0;
    enum decimal_status status = estimate(base, arena, &weight);

    if (status == DECIMAL_OK) {
        int64_t scale = most_of(8 - weight, 0);
        status = multiply_logarithm(base, weight, exponent, scale, arena, &value);
    }
    if (status != DECIMAL_OK) {
        return status;
    }
    double size = decimal_to_double(&value);
    if (fabs(size) > 3.01 * RESULT_SCALE_MAX) {
        *result = (struct decimal){.scale = DECIMAL_SCALE_SHOWN_MAX};
        return size > 0 ? DECIMAL_OVERFLOW : DECIMAL_OK;
    }
    int64_t power = (int64_t)(size * LOG10_E);
    int64_t scale = shown_scale(
        most_of(DECIMAL_SIGNIFICANT_MIN - power, most_of(base->scale, exponent->scale)));
    int64_t digits = most_of(scale + power, 0);
    int64_t between = most_of(digits - weight + 8, 0);
    status = multiply_logarithm(base, weight, exponent, between, arena, &value);
    return status == DECIMAL_OK ? exponential(&value, scale, arena, result) : status;
}
