/* numeric_wire.h — numeric as PostgreSQL's numeric_send and numeric_recv have it.
 *
 *     int16 count of digits, int16 weight of the first, uint16 sign, uint16 display scale, digits
 *
 * A digit is 0 to 9999 (base 10000); the weight counts digits before the point, less one. Leading
 * and trailing zero digits are not sent.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_NUMERIC_WIRE_H
#define NOVATE_LOAD_NUMERIC_WIRE_H

#include "novate/arena.h"
#include "novate/decimal.h"

#include <stddef.h>

/* The most bytes that numeric_encode() writes. */
size_t numeric_wire_bound(const struct decimal *value);
/* Writes at `at` and returns the place after. */
char *numeric_encode(const struct decimal *value, char *at);

enum numeric_status {
    NUMERIC_OK,
    NUMERIC_MALFORMED,
    NUMERIC_MEMORY
};
/* Digits that do not fit a struct decimal live in the arena. */
enum numeric_status numeric_decode(const char *at,
                                   size_t size,
                                   struct arena *arena,
                                   struct decimal *result);

#endif
