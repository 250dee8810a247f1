/* pace_meter.h — how long one reader's reads take: what is usual, and how large the next should be.
 *
 * Reads differ in size: the last one of a chunk may have ten rows, a probe a few hundred. So what
 * is usual is a fixed part and a part per row, each taken from the quicker ones of the last reads:
 * a few slow ones do not move it, a source that becomes slower bit by bit does.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_PACE_METER_H
#define NOVATE_EXTRACT_PACE_METER_H

#include <stdint.h>

enum {
    METER_READS = 32,    /* how far it looks back: half a minute at the default target */
    METER_READS_MIN = 5, /* fewer are no baseline */
};

struct pace_meter {
    struct pace_read {
        uint64_t rows;
        int64_t ns;
    } reads[METER_READS]; /* a ring */
    unsigned count;       /* ever added */
    uint64_t rows_wanted; /* of the next read */
};

void pace_meter_init(struct pace_meter *meter);
/* Forgets what is usual, not the size of reads. */
void pace_meter_forget(struct pace_meter *meter);
void pace_meter_add(struct pace_meter *meter, uint64_t rows, int64_t ns);
/* How many times longer than usual a read took; 0: not known yet. Differences of a few milliseconds
 * are noise of the machine and never count. */
double pace_meter_ratio(const struct pace_meter *meter, uint64_t rows, int64_t ns);
/* Sizes the next read by the one that was: at most doubled; halved and more at once where it took
 * more than twice the target. */
void pace_meter_resize(struct pace_meter *meter, uint64_t rows, int64_t ns, int64_t target_ns);

#endif
