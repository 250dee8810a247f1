/* sketch_distinct.h — how many different values there are, in 16 KB.
 *
 * Up to SKETCH_DISTINCT_EXACT the hashes themselves are kept and the count is exact; beyond that it
 * is a HyperLogLog of 2^14 registers (Flajolet, Fusy, Gandouet, Meunier, 2007) with the estimator
 * of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", arXiv:1702.01284,
 * 2017, algorithm 6), which needs no tables of corrections: standard error 1.04 / sqrt(2^14) = 0.81
 * %. A merged sketch is the sketch of all values.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SKETCH_DISTINCT_H
#define NOVATE_EXTRACT_SKETCH_DISTINCT_H

#include "novate/arena.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stdint.h>

#define SKETCH_DISTINCT_BITS      14
#define SKETCH_DISTINCT_REGISTERS (1 << SKETCH_DISTINCT_BITS)
#define SKETCH_DISTINCT_EXACT     1024

struct sketch_distinct {
    union {
        void *memory;       /* SKETCH_DISTINCT_REGISTERS bytes; NULL: nothing was added */
        uint64_t *hashes;   /* open addressing; 0: free */
        uint8_t *registers; /* once `count` has passed SKETCH_DISTINCT_EXACT */
    };
    uint32_t count;
    bool estimated;
};

/* `hash` is uniform over 64 bits. */
bool sketch_distinct_add(struct sketch_distinct *sketch,
                         uint64_t hash,
                         struct arena *arena,
                         struct error *error) NODISCARD;
bool sketch_distinct_merge(struct sketch_distinct *into,
                           const struct sketch_distinct *from,
                           struct arena *arena,
                           struct error *error) NODISCARD;
/* Forgets everything but its memory. */
void sketch_distinct_reset(struct sketch_distinct *sketch);
uint64_t sketch_distinct_count(const struct sketch_distinct *sketch);

#endif
