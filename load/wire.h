/* wire.h — a growable buffer of COPY data, and big-endian numbers in and out of it.
 *
 * A writer first reserves the most that a row can take and then writes without further checks:
 * that is what keeps the per-field cost at a few nanoseconds. Memory is an arena's block, so the
 * budget counts it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_WIRE_H
#define NOVATE_LOAD_WIRE_H

#include "novate/arena.h"
#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wire {
    char *data;
    size_t size;
    size_t capacity;
    struct arena arena; /* holds `data` alone */
    struct budget *budget;
};

void wire_init(struct wire *wire, struct budget *budget);
void wire_release(struct wire *wire);
/* Makes room for `bytes` more; false: ERROR_MEMORY. */
bool wire_grow(struct wire *wire, size_t bytes, struct error *error) NODISCARD;

static inline bool wire_reserve(struct wire *wire, size_t bytes, struct error *error)
{
    return bytes <= wire->capacity - wire->size || wire_grow(wire, bytes, error);
}

/* The following need room that was reserved. */
static inline void wire_bytes(struct wire *wire, const char *bytes, size_t size)
{
    if (size > 0) {
        memcpy(wire->data + wire->size, bytes, size);
        wire->size += size;
    }
}

static inline char *wire_store16(char *at, uint16_t value)
{
    at[0] = (char)(value >> 8);
    at[1] = (char)value;
    return at + 2;
}

static inline char *wire_store32(char *at, uint32_t value)
{
    value = __builtin_bswap32(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static inline char *wire_store64(char *at, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

static inline uint16_t wire_load16(const char *at)
{
    return (uint16_t)((uint16_t)((uint8_t)at[0] << 8) | (uint8_t)at[1]);
}

static inline uint32_t wire_load32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap32(value);
}

static inline uint64_t wire_load64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return __builtin_bswap64(value);
}

#endif
