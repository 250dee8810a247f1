/* cross_result.h — what a cross-check of an entity found, as reports have it.
 *
 * Some records were computed by novate and by the target's server, from the same values of the
 * source. A record is equal where both agree on all that was compared: whether a filter keeps it
 * out, a check or an error refuses it, and every value of its columns.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CROSS_RESULT_H
#define NOVATE_CROSS_RESULT_H

#include <stdbool.h>
#include <stdint.h>

/* A column, or "filter NAME", "check NAME". */
struct cross_unchecked {
    const char *column;
    const char *reason;
};

struct cross_difference {
    const char *key;    /* of the source, as a JSON array; without a key the record's hash */
    const char *column; /* as above */
};

struct cross_result {
    uint64_t asked;   /* records */
    uint64_t records; /* that were picked */
    uint64_t columns; /* that the server computed */
    uint64_t equal;   /* records of which something was compared, and nothing differs */
    uint64_t different;
    bool impossible;    /* it could not be done at all, and `reason` says why */
    const char *reason; /* why nothing was compared; NULL: something was */
    const struct cross_unchecked *not_checked;
    int not_checked_count;
    const struct cross_difference *differences; /* LIMIT_DIFFERENCES at most */
    int difference_count;
};

#endif
