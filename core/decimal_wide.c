/* decimal_wide.c — numbers of more than 38 digits: their digits in an arena, GMP for calculating.
 *
 * These are rare, so clarity goes before speed: a wide operand is read into an mpz_t and a result
 * is written back as digits. SPDX-License-Identifier: Apache-2.0 */
#include "decimal_internal.h"

#include <stdlib.h>
#include <string.h>

/* Limits hold for the display scale even of zero, as in the server. */
static bool is_beyond_limits(int64_t digit_count, int64_t scale)
{
    return scale > DECIMAL_SCALE_MAX || digit_count - scale > DECIMAL_WEIGHT_MAX;
}

static uint128 digits_value(const char *digits, int64_t count)
{
    uint128 value = 0;

    for (int64_t i = 0; i < count; i++) {
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    return value;
}

enum decimal_status decimal_from_digits(const char *digits,
                                        int64_t count,
                                        int64_t zeros,
                                        struct decimal form,
                                        struct arena *arena,
                                        struct decimal *result)
{
    int64_t given = count - zeros;

    while (given > 0 && *digits == '0') {
        digits++;
        given--;
    }
    count = given == 0 ? 0 : given + zeros;
    if (is_beyond_limits(count, form.scale)) {
        return DECIMAL_OVERFLOW;
    }
    if (count <= DECIMAL_DIGITS) {
        uint128 value = count == 0 ? 0 : digits_value(digits, given) * decimal_power((int)zeros);

        *result = decimal_make(form.negative != 0, value, form.scale);
        return DECIMAL_OK;
    }

    char *copy = arena_bytes(arena, (size_t)count);

    if (copy == NULL) {
        return DECIMAL_MEMORY;
    }
    memcpy(copy, digits, (size_t)given);
    memset(copy + given, '0', (size_t)(count - given));
    *result = (struct decimal){.digits = copy,
                               .digit_count = (uint64_t)count,
                               .scale = form.scale,
                               .kind = DECIMAL_WIDE,
                               .negative = form.negative};
    return DECIMAL_OK;
}

/* mpz_set_str() wants a NUL that digits in an arena need not have. */
static enum decimal_status load_digits(const struct decimal *value, mpz_t integer)
{
    char *copy = malloc(value->digit_count + 1);

    if (copy == NULL) {
        return DECIMAL_MEMORY;
    }
    memcpy(copy, value->digits, value->digit_count);
    copy[value->digit_count] = '\0';
    int failed = mpz_set_str(integer, copy, 10);
    free(copy);
    return failed == 0 ? DECIMAL_OK : DECIMAL_SYNTAX;
}

enum decimal_status decimal_wide_load(const struct decimal *value, int64_t shift, mpz_t integer)
{
    enum decimal_status status = DECIMAL_OK;

    if (value->kind == DECIMAL_WIDE) {
        status = load_digits(value, integer);
    } else {
        const uint64_t words[2] = {value->low, value->high};

        mpz_import(integer, 2, -1, sizeof words[0], 0, 0, words);
    }
    if (value->negative) {
        mpz_neg(integer, integer);
    }
    if (shift > 0 && status == DECIMAL_OK) {
        mpz_t power;

        mpz_init(power);
        mpz_ui_pow_ui(power, 10, (unsigned long)shift);
        mpz_mul(integer, integer, power);
        mpz_clear(power);
    }
    return status;
}

void decimal_wide_divide(mpz_t integer, const mpz_t divisor)
{
    mpz_t remainder;

    mpz_init(remainder);
    int sign = mpz_sgn(integer) * mpz_sgn(divisor);
    mpz_tdiv_qr(integer, remainder, integer, divisor);
    mpz_mul_2exp(remainder, remainder, 1);
    if (mpz_cmpabs(remainder, divisor) >= 0) {
        if (sign < 0) {
            mpz_sub_ui(integer, integer, 1);
        } else {
            mpz_add_ui(integer, integer, 1);
        }
    }
    mpz_clear(remainder);
}

/* Whether |integer| < 10^38; then `value` is it. */
static bool narrow(const mpz_t integer, uint128 *value)
{
    if (mpz_sizeinbase(integer, 2) > 127) {
        return false;
    }
    uint64_t words[2] = {0, 0};

    mpz_export(words, NULL, -1, sizeof words[0], 0, 0, integer);
    *value = (uint128)words[1] << 64 | words[0];
    return *value < decimal_power(DECIMAL_DIGITS);
}

enum decimal_status decimal_wide_store(const mpz_t integer,
                                       int64_t scale,
                                       struct arena *arena,
                                       struct decimal *result)
{
    struct decimal form = {.scale = (int32_t)scale, .negative = mpz_sgn(integer) < 0};
    uint128 value = 0;

    if (scale > DECIMAL_SCALE_MAX) {
        return DECIMAL_OVERFLOW;
    }
    if (narrow(integer, &value)) {
        *result = decimal_make(form.negative != 0, value, form.scale);
        return DECIMAL_OK;
    }

    char *digits = malloc(mpz_sizeinbase(integer, 10) + 2); /* sign and NUL */

    if (digits == NULL) {
        return DECIMAL_MEMORY;
    }
    mpz_get_str(digits, 10, integer);
    const char *first = form.negative ? digits + 1 : digits;
    enum decimal_status status =
        decimal_from_digits(first, (int64_t)strlen(first), 0, form, arena, result);
    free(digits);
    return status;
}
