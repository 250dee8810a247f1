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

/* Reads the buckets `differing` again, as many at a time as memory holds. Uses up the refusals of
 * `first`; adds to totals and differences. */
bool second_reading_run(const struct compare *compare,
                        struct first_reading *first,
                        const struct bucket_set *differing,
                        struct differences *differences,
                        struct match_totals *totals,
                        struct arena *arena,
                        struct error *error) NODISCARD;

#endif
