/* sketch_distinct.c — the contract is in sketch_distinct.h.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sketch_distinct.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    SLOTS = SKETCH_DISTINCT_REGISTERS / (int)sizeof(uint64_t),
    RANKS = 64 - SKETCH_DISTINCT_BITS + 1 /* the largest rank of a hash */
};
static_assert(SKETCH_DISTINCT_EXACT * 2 <= SLOTS, "half of the slots stay free");

static void registers_add(uint8_t *registers, uint64_t hash)
{
    uint64_t rest = hash << SKETCH_DISTINCT_BITS;
    int rank = rest == 0 ? RANKS : __builtin_clzll(rest) + 1;
    uint8_t *at = &registers[hash >> (64 - SKETCH_DISTINCT_BITS)];
    *at = rank > *at ? (uint8_t)rank : *at;
}

static void become_estimated(struct sketch_distinct *sketch)
{
    uint64_t hashes[SKETCH_DISTINCT_EXACT];
    int count = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
        if (sketch->hashes[slot] != 0) {
            hashes[count++] = sketch->hashes[slot];
        }
    }
    memset(sketch->memory, 0, SKETCH_DISTINCT_REGISTERS);
    sketch->estimated = true;
    for (int i = 0; i < count; i++) {
        registers_add(sketch->registers, hashes[i]);
    }
}

bool sketch_distinct_add(struct sketch_distinct *sketch,
                         uint64_t hash,
                         struct arena *arena,
                         struct error *error)
{
    if (sketch->memory == NULL) {
        sketch->memory = arena_push(arena, SKETCH_DISTINCT_REGISTERS, alignof(uint64_t));
        if (sketch->memory == NULL) {
            return error_set_memory(error);
        }
    }
    hash += hash == 0; /* 0 is a free slot */
    if (!sketch->estimated) {
        uint32_t slot = (uint32_t)(hash >> 32) % SLOTS;
        while (sketch->hashes[slot] != 0) {
            if (sketch->hashes[slot] == hash) {
                return true;
            }
            slot = (slot + 1) % SLOTS;
        }
        if (sketch->count < SKETCH_DISTINCT_EXACT) {
            sketch->hashes[slot] = hash;
            sketch->count++;
            return true;
        }
        become_estimated(sketch);
    }
    registers_add(sketch->registers, hash);
    return true;
}

bool sketch_distinct_merge(struct sketch_distinct *into,
                           const struct sketch_distinct *from,
                           struct arena *arena,
                           struct error *error)
{
    if (from->memory == NULL) {
        return true;
    }
    if (!from->estimated) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (from->hashes[slot] != 0 &&
                !sketch_distinct_add(into, from->hashes[slot], arena, error)) {
                return false;
            }
        }
        return true;
    }
    if (into->memory == NULL) {
        into->memory = arena_push(arena, SKETCH_DISTINCT_REGISTERS, alignof(uint64_t));
        if (into->memory == NULL) {
            return error_set_memory(error);
        }
    }
    if (!into->estimated) {
        become_estimated(into);
    }
    for (int i = 0; i < SKETCH_DISTINCT_REGISTERS; i++) {
        uint8_t other = from->registers[i];
        into->registers[i] = other > into->registers[i] ? other : into->registers[i];
    }
    return true;
}

void sketch_distinct_reset(struct sketch_distinct *sketch)
{
    if (sketch->memory != NULL) {
        memset(sketch->memory, 0, SKETCH_DISTINCT_REGISTERS);
    }
    sketch->count = 0;
    sketch->estimated = false;
}

/* x + sum of x^(2^k) 2^(k-1) */
static double sigma(double x)
{
    double y = 1.0;
    double z = x;
    double before = 0.0;
    if (x >= 1.0) {
        return (double)INFINITY; /* a float in the library's header */
    }
    do {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    } while (z > before);
    return z;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3 */
static double tau(double x)
{
    double y = 1.0;
    double z = 1.0 - x;
    double before = 0.0;
    if (x <= 0.0 || x >= 1.0) {
        return 0.0;
    }
    do {
        x = sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
    } while (z < before);
    return z / 3.0;
}

uint64_t sketch_distinct_count(const struct sketch_distinct *sketch)
{
    static const double ln2 = 0.69314718055994530942;
    const double registers = SKETCH_DISTINCT_REGISTERS;
    uint32_t histogram[RANKS + 1] = {0};
    if (!sketch->estimated) {
        return sketch->count;
    }
    for (int i = 0; i < SKETCH_DISTINCT_REGISTERS; i++) {
        histogram[sketch->registers[i]]++;
    }
    double z = registers * tau(1.0 - histogram[RANKS] / registers);
    for (int rank = RANKS - 1; rank >= 1; rank--) {
        z = 0.5 * (z + histogram[rank]);
    }
    z += registers * sigma(histogram[0] / registers);
    return (uint64_t)(registers * registers / (2.0 * ln2 * z) + 0.5);
}
