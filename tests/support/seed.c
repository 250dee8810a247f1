/* seed.c — random data that can be had again (splitmix64). SPDX-License-Identifier: Apache-2.0 */
#include "seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct seed seed_of(uint64_t otherwise)
{
    const char *given = getenv("NOVATE_SEED");
    struct seed seed = {.state = given == NULL ? otherwise : strtoull(given, NULL, 10)};
    printf("NOVATE_SEED=%" PRIu64 "\n", seed.state);
    return seed;
}

struct seed seed_fresh(void)
{
    struct timespec now = {.tv_sec = 0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    struct seed seed = {.state = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec};
    return seed_of(seed_next(&seed) % 1000000000000U);
}

uint64_t seed_next(struct seed *seed)
{
    seed->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t word = seed->state;
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

int seed_below(struct seed *seed, int bound)
{
    return (int)(seed_next(seed) % (uint64_t)bound);
}
