/* checkpoint.h — the state of a first reading, as bytes that outlive it.
 *
 * Of the source only: the target is read anew, whole, so that what was done to it meanwhile is
 * seen. A line of JSON, the digests of buckets in the machine's own order of bytes, and the hash of
 * both. A state that is damaged, of another machine or of another comparison is no error: the
 * reading begins anew. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_CHECKPOINT_H
#define NOVATE_VERIFY_CHECKPOINT_H

#include "first_reading.h"

#include "novate/verify.h"

#include <stdbool.h>
#include <stdint.h>

struct checkpoint {
    const struct verify_checkpoint *options;
    bool *done; /* as options->done; chunks that are read by now */
    int done_count;
    int resumed_count;
    char began_at[VERIFY_TIME_SIZE];
    int64_t saved_ns; /* when it was saved last, */
    int64_t took_ns;  /* and how long that took */
};

/* Takes up what was kept, where it fits: into reading, tally and options->done. */
void checkpoint_open(struct checkpoint *checkpoint,
                     const struct compare *compare,
                     struct first_reading *reading,
                     struct tally *tally);
/* A chunk of the source has been read. Saves, but so seldom that it takes a twentieth of the time
 * at most. */
bool checkpoint_chunk(struct checkpoint *checkpoint,
                      int chunk,
                      const struct first_reading *reading,
                      const struct tally *tally,
                      struct error *error) NODISCARD;
bool checkpoint_save(struct checkpoint *checkpoint,
                     const struct first_reading *reading,
                     const struct tally *tally,
                     struct error *error) NODISCARD;

#endif
