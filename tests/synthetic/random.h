/* random.h — chance that can be had again, and at any place: dice are keyed by the seed, the table
 * and the row, so that each row can be made alone. SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_RANDOM_H
#define SYNTHETIC_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

uint64_t random_mix(uint64_t word); /* splitmix64's last step */
struct dice dice_of(uint64_t seed, uint64_t stream, int64_t row);
uint64_t dice_next(struct dice *dice);
int64_t dice_below(struct dice *dice, int64_t bound); /* 0 .. bound - 1; bound to 2^32 */
bool dice_percent(struct dice *dice, int percent);
/* 0 .. bound - 1, the low ones far more often: a product of two. */
int64_t dice_skewed(struct dice *dice, int64_t bound);

/* A secret order of 0 .. size - 1 and its inverse: four Feistel rounds over the next power of four;
 * what falls outside walks on until it is inside. */
struct permutation {
    uint64_t seed;
    int64_t size;
    unsigned half_bits;
};

struct permutation permutation_of(uint64_t seed, uint64_t stream, int64_t size);
int64_t permutation_at(const struct permutation *order, int64_t index);
int64_t permutation_find(const struct permutation *order, int64_t position); /* the inverse */

#endif
