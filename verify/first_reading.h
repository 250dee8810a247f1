/* first_reading.h — both sides, read whole, into digests by bucket.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_FIRST_READING_H
#define NOVATE_VERIFY_FIRST_READING_H

#include "buckets.h"
#include "compare.h"
#include "comparison.h"
#include "figures.h"
#include "refused.h"

#include <stdbool.h>

struct checkpoint;

struct first_reading {
    const struct comparison *comparison;
    struct buckets source;
    struct buckets aside; /* source rows whose records were refused; not in `source` */
    struct buckets target;
    struct refused refused;
    /* Level FULL, of the same rows as the buckets: */
    struct figures source_figures;
    struct figures aside_figures;
    struct figures target_figures;
    struct arena target_arena; /* of target_figures, which take codes beside the source's thread */
};

/* reading->comparison is set. Opens `checkpoint`, and goes on from where it was interrupted.
 * `arena` is for what the readings need; the tally's counters live in `tally`'s own arena. */
bool first_reading_run(struct first_reading *reading,
                       const struct compare *compare,
                       struct checkpoint *checkpoint,
                       struct tally *tally,
                       struct arena *arena,
                       struct error *error) NODISCARD;
/* After a reading that failed, too. */
void first_reading_release(struct first_reading *reading);

#endif
