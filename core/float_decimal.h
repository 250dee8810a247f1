/* float_decimal.h — the short decimals behind most floating-point numbers.
 *
 * A number that people wrote with up to 15 digits (6 in a float4) is one of at most one such
 * decimal, and that is what both the shortest notation and PostgreSQL's cast to numeric give. It is
 * found by one multiplication and one division per digit after the point, all exact or checked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FLOAT_DECIMAL_H
#define CORE_FLOAT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* value = digits / 10^scale, of which `value`, finite and above 0, is the nearest double (or float
 * if `single`); the scale is the least possible. False: the value is so large or small that it was
 * not looked for, or there is none; then *none says whether no decimal of so few digits exists. */
bool float_decimal(double value, bool single, uint64_t *digits, int32_t *scale, bool *none);

#endif
