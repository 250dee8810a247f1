/* second_reading.h — the buckets that differed, read again and matched by key.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_SECOND_READING_H
#define NOVATE_VERIFY_SECOND_READING_H

#include "buckets.h"
#include "compare.h"
#include "differences.h"
#include "first_reading.h"
#include "match.h"

#include <stdbool.h>

/* All live in what the caller initialised them with. */
struct second_reading_result {
    struct differences differences;
    struct match_totals totals;
    struct flight flight;
};

/* Reads the buckets `differing` again, as many at a time as memory holds; what differs is looked at
 * once more where compare->confirm says so. Uses up the refusals of `first`; adds to the result. */
bool second_reading_run(const struct compare *compare,
                        struct first_reading *first,
                        const struct bucket_set *differing,
                        struct second_reading_result *result,
                        struct arena *arena,
                        struct error *error) NODISCARD;

#endif
