/* bound.h — how large the values of a term can be, as far as that follows from the expression.
 *
 *     upper(trim(NAME_LAST))     NAME_LAST varchar(35)         35 characters at most
 *     round(AMOUNT, 2)           AMOUNT numeric(12,4)          8 digits before the point, 2 after
 * it A * B                                                    not known
 *
 * Beside the SQL type, which loses its modifier in nearly every function. A bound is never too
 * small, but for the carry of a rounding (99.99 to 100.0), and is not known when in doubt: then
 * each record is checked. SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSFORM_BOUND_H
#define TRANSFORM_BOUND_H

#include "bind.h"

#include <stdbool.h>
#include <stdint.h>

/* Each is negative where it is not known. */
struct bound {
    int64_t characters; /* of the value as text */
    int whole;          /* digits before the point */
    int fraction;       /* digits after it */
    int bytes;          /* of the integer type that holds it: 2, 4, 8 */
    int seconds;        /* digits of a fraction of a second */
};

struct bound bound_of(const struct term *term);
/* The integer argument `index` of a call where it is a constant. */
bool bound_constant(const struct term *term, int index, int64_t *value);

#endif
