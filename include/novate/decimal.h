/* decimal.h — exact decimal numbers with PostgreSQL's numeric meaning.
 *
 * Value = (-1)^negative * coefficient * 10^-scale. Up to 38 digits the coefficient is held here; a
 * number that needs more is DECIMAL_WIDE and points to its digits in an arena (GMP calculates with
 * those). `scale` is the display scale: 1.50 keeps two digits after the point; equality, order and
 * hashes go by value. Results follow PostgreSQL's rules (select_div_scale and the like; rounding
 * half away from zero), so text and value of a result are the server's.
 *
 * Errors   arithmetic returns DECIMAL_OVERFLOW or DECIMAL_DIVISION_BY_ZERO, data errors of a row;
 * memory of wide results comes from the arena given, which may be reset after the value is no
 * longer used. Source   PostgreSQL 15 src/backend/utils/adt/numeric.c (behaviour, not code).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_DECIMAL_H
#define NOVATE_DECIMAL_H

#include "novate/arena.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stdint.h>

enum decimal_kind {
    DECIMAL_FINITE = 0, /* an all-zero struct is 0 */
    DECIMAL_WIDE,
    DECIMAL_NAN,
    DECIMAL_INFINITY, /* `negative` tells which */
};

struct decimal {
    union {
        struct {
            uint64_t low;
            uint64_t high; /* coefficient = high * 2^64 + low < 10^38 */
        };
        struct {
            const char *digits; /* WIDE: no leading zeros, `digit_count` characters '0'..'9' */
            uint64_t digit_count;
        };
    };
    int32_t scale; /* digits after the point, 0 or more */
    uint8_t kind;
    uint8_t negative; /* never set for zero or NaN */
    uint16_t padding;
};

enum decimal_status {
    DECIMAL_OK,
    DECIMAL_SYNTAX,           /* 22P02 */
    DECIMAL_OVERFLOW,         /* 22003 */
    DECIMAL_DIVISION_BY_ZERO, /* 22012 */
    DECIMAL_MEMORY,
    DECIMAL_INVALID,      /* no such power or root: 2201F */
    DECIMAL_NO_LOGARITHM, /* of zero or a negative number: 2201E */
};

struct decimal decimal_from_int64(int64_t value);

/* Reads what PostgreSQL 15's numeric_in reads: blanks around, sign, digits, point, exponent, NaN,
 * Infinity. */
enum decimal_status decimal_parse(struct text text, struct arena *arena, struct decimal *result);

/* As numeric_out: plain digits with `scale` digits after the point, "NaN", "Infinity". */
void decimal_format(const struct decimal *value, struct text_buffer *out);

/* Rounds half away from zero; `scale` may be negative (tens, hundreds). The result's display scale
 * is max(scale, 0). Here and below `result` may be an operand. */
enum decimal_status decimal_round(const struct decimal *value,
                                  int32_t scale,
                                  struct arena *arena,
                                  struct decimal *result);
/* To numeric(precision, scale): DECIMAL_OVERFLOW when it does not fit. */
enum decimal_status decimal_fit(const struct decimal *value,
                                int32_t precision,
                                int32_t scale,
                                struct arena *arena,
                                struct decimal *result);
/* Rounded to an integer, as a cast does. */
enum decimal_status decimal_to_int64(const struct decimal *value, int64_t *result);
/* Nearest double. */
double decimal_to_double(const struct decimal *value);
/* As the cast from float8 (15 significant digits) or float4 (6). */
enum decimal_status decimal_from_double(double value,
                                        int digits,
                                        struct arena *arena,
                                        struct decimal *result);

/* -1, 0, 1; NaN equals NaN and is above all else. */
int decimal_compare(const struct decimal *a, const struct decimal *b);

enum decimal_status decimal_add(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result);
enum decimal_status decimal_subtract(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result);
enum decimal_status decimal_multiply(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result);
enum decimal_status decimal_divide(const struct decimal *a,
                                   const struct decimal *b,
                                   struct arena *arena,
                                   struct decimal *result);
/* % : the sign of the dividend. */
enum decimal_status decimal_remainder(const struct decimal *a,
                                      const struct decimal *b,
                                      struct arena *arena,
                                      struct decimal *result);
struct decimal decimal_negate(const struct decimal *value);

/* a to the power of b. */
enum decimal_status decimal_power_of(const struct decimal *a,
                                     const struct decimal *b,
                                     struct arena *arena,
                                     struct decimal *result);
enum decimal_status decimal_exp(const struct decimal *value,
                                struct arena *arena,
                                struct decimal *result);
enum decimal_status decimal_ln(const struct decimal *value,
                               struct arena *arena,
                               struct decimal *result);
enum decimal_status decimal_log(const struct decimal *base,
                                const struct decimal *value,
                                struct arena *arena,
                                struct decimal *result);
enum decimal_status decimal_log10(const struct decimal *value,
                                  struct arena *arena,
                                  struct decimal *result);
enum decimal_status decimal_sqrt(const struct decimal *value,
                                 struct arena *arena,
                                 struct decimal *result);
/* The whole part of a / b. */
enum decimal_status decimal_div(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result);
enum decimal_status decimal_gcd(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result);
enum decimal_status decimal_lcm(const struct decimal *a,
                                const struct decimal *b,
                                struct arena *arena,
                                struct decimal *result);
/* The scale that the value needs; -1 if it is no number. */
int32_t decimal_scale_min(const struct decimal *value);

/* Canonical form for hashes: sign, digits without leading or trailing zeros, exponent; equal values
 * give equal bytes whatever their scale. Pushes "NaN", "Infinity", "-Infinity", "0", or
 * [-]DIGITS"e"EXPONENT with no trailing zero in DIGITS: 100 is "1e2", 12.50 is "125e-1". */
void decimal_canonical(const struct decimal *value, struct text_buffer *out);

#endif
