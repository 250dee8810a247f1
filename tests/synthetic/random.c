/* random.c — chance that can be had again; the contract is in random.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "random.h"

#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

enum {
    ROUNDS = 4
};

uint64_t random_mix(uint64_t word)
{
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return word ^ (word >> 31);
}

struct dice dice_of(uint64_t seed, uint64_t stream, int64_t row)
{
    uint64_t key = random_mix(seed + GOLDEN * (stream + 1));
    return (struct dice){.state = random_mix(key ^ ((uint64_t)row + 1) * GOLDEN)};
}

uint64_t dice_next(struct dice *dice)
{
    dice->state += GOLDEN;
    return random_mix(dice->state);
}

int64_t dice_below(struct dice *dice, int64_t bound)
{
    return (int64_t)((dice_next(dice) >> 32) * (uint64_t)bound >> 32);
}

bool dice_percent(struct dice *dice, int percent)
{
    return dice_below(dice, 100) < percent;
}

int64_t dice_skewed(struct dice *dice, int64_t bound)
{
    uint64_t word = dice_next(dice);
    uint64_t share = ((word >> 32) * (word & UINT32_MAX)) >> 32;
    return (int64_t)((share * (uint64_t)bound) >> 32);
}

struct permutation permutation_of(uint64_t seed, uint64_t stream, int64_t size)
{
    struct permutation order = {
        .seed = random_mix(seed ^ random_mix(stream * GOLDEN)), .size = size, .half_bits = 1};
    while (INT64_C(1) << (2 * order.half_bits) < size) {
        order.half_bits++;
    }
    return order;
}

static uint64_t round_of(const struct permutation *order, int round, uint64_t half)
{
    uint64_t mask = (UINT64_C(1) << order->half_bits) - 1;
    return random_mix(order->seed + (uint64_t)round * GOLDEN + half) & mask;
}

int64_t permutation_at(const struct permutation *order, int64_t index)
{
    uint64_t mask = (UINT64_C(1) << order->half_bits) - 1;
    uint64_t word = (uint64_t)index;

    do {
        uint64_t left = word >> order->half_bits;
        uint64_t right = word & mask;
        for (int round = 0; round < ROUNDS; round++) {
            uint64_t next = left ^ round_of(order, round, right);
            left = right;
            right = next;
        }
        word = left << order->half_bits | right;
    } while ((int64_t)word >= order->size);
    return (int64_t)word;
}

int64_t permutation_find(const struct permutation *order, int64_t position)
{
    uint64_t mask = (UINT64_C(1) << order->half_bits) - 1;
    uint64_t word = (uint64_t)position;

    do {
        uint64_t left = word >> order->half_bits;
        uint64_t right = word & mask;
        for (int round = ROUNDS - 1; round >= 0; round--) {
            uint64_t before = right ^ round_of(order, round, left);
            right = left;
            left = before;
        }
        word = left << order->half_bits | right;
    } while ((int64_t)word >= order->size);
    return (int64_t)word;
}
