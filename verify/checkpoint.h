/* checkpoint.h — the state of a verification, as bytes that outlive it.
 *
 * Of the first reading the source only: the target is read anew, whole, so that what was done to it
 * meanwhile is seen. Of the second reading the buckets that are settled and what was found in them,
 * for as long as the target is the same: as at the first reading of then, and at that of now.
 * A line of JSON, the digests of buckets in the machine's own order of bytes, and the hash of both.
 * A state that is damaged, of another machine or of another comparison is no error: the reading
 * begins anew.
 *
 *     checkpoint_open → checkpoint_chunk … → checkpoint_second → checkpoint_settled … →
 * checkpoint_close. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_CHECKPOINT_H
#define NOVATE_VERIFY_CHECKPOINT_H

#include "findings.h"
#include "first_reading.h"

#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

struct checkpoint {
    const struct compare *compare;
    struct first_reading *first;
    struct tally *tally;
    bool *done; /* as compare->checkpoint.done; chunks that are read by now */
    int done_count;
    int resumed_count;
    char began_at[VERIFY_TIME_SIZE];
    struct json_t *kept;       /* what was taken up; NULL: nothing */
    struct findings *findings; /* of the second reading, to be kept; NULL: not yet, or no more */
    struct hash target;        /* of its digests, at the first reading */
    int64_t saved_ns;          /* when it was saved last, */
    int64_t took_ns;           /* and how long that took */
};

/* Takes up what was kept of a first reading, where it fits: into first, tally and
 * compare->checkpoint.done. All outlive the checkpoint. */
void checkpoint_open(struct checkpoint *checkpoint,
                     const struct compare *compare,
                     struct first_reading *first,
                     struct tally *tally);
/* A chunk of the source has been read. Saves, but so seldom that it takes a twentieth of the time
 * at most. */
bool checkpoint_chunk(struct checkpoint *checkpoint, int chunk, struct error *error) NODISCARD;
bool checkpoint_save(struct checkpoint *checkpoint, struct error *error) NODISCARD;
/* The second reading begins, of the buckets `differing`: takes up what was kept of one, where it
 * fits, into `findings` and the refusals, and its buckets out of `differing`. Saves. */
bool checkpoint_second(struct checkpoint *checkpoint,
                       struct findings *findings,
                       struct bucket_set *differing,
                       struct error *error) NODISCARD;
/* More buckets are in the findings. Saves, unless the target is not what it was at the first
 * reading. */
bool checkpoint_settled(struct checkpoint *checkpoint,
                        bool target_is_the_same,
                        struct error *error) NODISCARD;
void checkpoint_close(struct checkpoint *checkpoint);

#endif
