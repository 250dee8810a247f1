/* pace.h — a token bucket: no more than so many rows a second on average.
 *
 * pace_wait() before a batch, pace_spend() after it with the rows that it had. What a batch takes
 * above the rate is owed, and the next one waits until it is paid; time in which nothing is read
 * saves up at most a tenth of a second of rows, so that a source is never hit by a burst after a
 * pause. Threads  one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PACE_H
#define NOVATE_EXTRACT_PACE_H

#include "novate/cancel.h"

#include <stdint.h>

struct pace {
    uint64_t rows_per_second; /* 0: no limit */
    int64_t due_ns;           /* monotonic time from which the next batch may be read */
};

void pace_init(struct pace *pace, uint64_t rows_per_second);
/* Returns early when cancel asks for CANCEL_NOW. */
void pace_wait(const struct pace *pace, const struct cancel *cancel);
void pace_spend(struct pace *pace, uint64_t rows);

#endif
