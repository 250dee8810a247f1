/* seed.h — random data that can be had again: the seed is printed, and NOVATE_SEED sets it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_TESTS_SEED_H
#define NOVATE_TESTS_SEED_H

#include <stdint.h>

struct seed {
    uint64_t state;
};

/* `otherwise` is the seed where the environment has none. */
struct seed seed_of(uint64_t otherwise);
/* Another one each time where the environment has none. */
struct seed seed_fresh(void);
uint64_t seed_next(struct seed *seed);
/* 0 .. bound - 1. */
int seed_below(struct seed *seed, int bound);

#endif
