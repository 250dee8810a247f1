/* float_decimal.c — digits / 10^scale.
 *
 * Two decimals of 15 digits lie further apart than two doubles, so the product is never rounded to
 * the wrong integer, and no such decimal is half-way between two doubles: that would have 54 bits.
 * Digits and power are exact as doubles, so IEEE 754 rounds their quotient correctly: if it is the
 * value, they are its decimal. The same holds for 6 digits and floats.
 * SPDX-License-Identifier: Apache-2.0 */
#include "float_decimal.h"

#include <string.h>

#define DOUBLE_LIMIT     1e15
#define DOUBLE_LEAST     1e-5
#define DOUBLE_SCALE_MAX 20
#define SINGLE_LIMIT     1e6
#define SINGLE_LEAST     1e-4
#define SINGLE_SCALE_MAX 10

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

bool float_decimal(double value, bool single, uint64_t *digits, int32_t *scale, bool *none)
{
    static const double powers[DOUBLE_SCALE_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                        1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                        1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20};
    const double limit = single ? SINGLE_LIMIT : DOUBLE_LIMIT;
    const int scale_max = single ? SINGLE_SCALE_MAX : DOUBLE_SCALE_MAX;

    *none = value >= (single ? SINGLE_LEAST : DOUBLE_LEAST) && value < limit;
    for (int k = 0; *none && k <= scale_max; k++) {
        double product = value * powers[k] + 0.5;
        if (product >= limit) {
            return false;
        }
        uint64_t candidate = (uint64_t)product;
        double quotient =
            single ? (double)((float)candidate / (float)powers[k]) : (double)candidate / powers[k];
        if (same_bits(quotient, value)) {
            *digits = candidate;
            *scale = k;
            *none = false;
            return true;
        }
    }
    return false;
}
