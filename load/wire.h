/* wire.h — a growable buffer of COPY data, and big-endian numbers in and out of it.
 *
 * A writer first reserves the most that a row can take and then writes without further checks:
 * that is what keeps the per-field cost at a few nanoseconds. Memory is an arena's block, so the
 * budget counts it. A large value is not copied: the wire keeps where it stands, and it is sent
 * from where it lies, which must be there until then. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_LOAD_WIRE_H
#define NOVATE_LOAD_WIRE_H

#include "novate/arena.h"
#include "novate/error.h"
#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How a large value is written. */
enum wire_form {
    WIRE_PLAIN,
    WIRE_ESCAPED, /* as a field of COPY text */
    WIRE_HEX      /* bytes as a field of COPY text: \\x and hexadecimal digits */
};

/* A large value that stands in the data at `at`, but lies elsewhere. */
struct wire_splice {
    size_t at;
    struct text value;
    enum wire_form form;
};

struct wire {
    char *data;
    size_t size;
    size_t capacity;
    struct arena arena; /* holds `data` alone */
    struct budget *budget;
    struct wire_splice *splices; /* in order of `at` */
    int splice_count;
    int splice_capacity;
    size_t splice_bytes; /* of their values */
    struct arena splice_arena;
};

/* Takes the next bytes; they are gone when it returns. */
struct wire_sink {
    void *state;
    bool (*put)(void *state, const char *data, size_t size, struct error *error);
};

void wire_init(struct wire *wire, struct budget *budget);
void wire_release(struct wire *wire);
/* Empties it, and does not keep more room than ordinary rows need. */
void wire_reset(struct wire *wire);
/* A large value at the end of the data. It is not copied. */
bool wire_push_large(struct wire *wire,
                     struct text value,
                     enum wire_form form,
                     struct error *error) NODISCARD;
/* The bytes from `start` to `stop`, which are ends of rows, with the large values between them. */
bool wire_send(const struct wire *wire,
               size_t start,
               size_t stop,
               struct wire_sink sink,
               struct error *error) NODISCARD;
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
