/* second_reading.h — the buckets that differed, read again and matched by key.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_SECOND_READING_H
#define NOVATE_VERIFY_SECOND_READING_H

#include "buckets.h"
#include "checkpoint.h"
#include "compare.h"
#include "findings.h"
#include "first_reading.h"

#include <stdbool.h>

/* Reads the buckets `differing` again, as many at a time as memory holds; what differs is looked at
 * once more where compare->confirm says so. Uses up the refusals of `first`; adds to the findings,
 * and tells `checkpoint` of each time. */
bool second_reading_run(const struct compare *compare,
                        struct first_reading *first,
                        const struct bucket_set *differing,
                        struct checkpoint *checkpoint,
                        struct findings *findings,
                        struct arena *arena,
                        struct error *error) NODISCARD;

#endif
