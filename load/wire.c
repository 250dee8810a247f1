/* wire.c — the growable buffer of COPY data. SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include "copy_escape.h"

#include "novate/limits.h"

enum {
    SENT_BYTES = 8 << 10 /* of a value that is written otherwise than it lies */
};

void wire_init(struct wire *wire, struct budget *budget)
{
    *wire = (struct wire){.budget = budget};
    arena_init(&wire->arena, 1, budget);
    arena_init(&wire->splice_arena, 1024, budget);
}

void wire_release(struct wire *wire)
{
    arena_release(&wire->arena);
    arena_release(&wire->splice_arena);
    wire_init(wire, wire->budget);
}

void wire_reset(struct wire *wire)
{
    if (wire->capacity > LIMIT_COPY_BYTES * 4 || wire->splice_count > 0) {
        wire_release(wire);
    }
    wire->size = 0;
}

bool wire_grow(struct wire *wire, size_t bytes, struct error *error)
{
    /* Doubling, but never much past what one field may need. */
    size_t wanted = wire->size + bytes;
    size_t capacity = wire->capacity < ((size_t)64 << 20) ? wire->capacity * 2
                                                          : wire->capacity + wire->capacity / 4;
    if (wanted < bytes) {
        return error_set_memory(error);
    }
    if (capacity < wanted) {
        capacity = wanted;
    }
    struct arena arena;
    arena_init(&arena, capacity, wire->budget);
    char *data = arena_bytes(&arena, capacity);
    if (data == NULL) {
        arena_release(&arena);
        return error_set_memory(error);
    }
    if (wire->size > 0) {
        memcpy(data, wire->data, wire->size);
    }
    arena_release(&wire->arena);
    wire->arena = arena;
    wire->data = data;
    wire->capacity = capacity;
    return true;
}

bool wire_push_large(struct wire *wire, struct text value, enum wire_form form, struct error *error)
{
    if (wire->splice_count == wire->splice_capacity) {
        int capacity = wire->splice_capacity == 0 ? 16 : wire->splice_capacity * 2;
        struct wire_splice *grown =
            ARENA_ARRAY(&wire->splice_arena, struct wire_splice, (size_t)capacity);
        if (grown == NULL) {
            return error_set_memory(error);
        }
        if (wire->splice_count > 0) {
            memcpy(grown, wire->splices, (size_t)wire->splice_count * sizeof *grown);
        }
        wire->splices = grown;
        wire->splice_capacity = capacity;
    }
    wire->splices[wire->splice_count++] =
        (struct wire_splice){.at = wire->size, .value = value, .form = form};
    wire->splice_bytes += value.size;
    return true;
}

static bool send_escaped(struct text value, struct wire_sink sink, struct error *error)
{
    char part[SENT_BYTES];
    size_t used = 0;
    for (uint32_t i = 0; i < value.size; i++) {
        if (used > sizeof part - 2) {
            if (!sink.put(sink.state, part, used, error)) {
                return false;
            }
            used = 0;
        }
        used = (size_t)(copy_escape(part + used, value.data[i]) - part);
    }
    return sink.put(sink.state, part, used, error);
}

static bool send_hex(struct text value, struct wire_sink sink, struct error *error)
{
    static const char digits[] = "0123456789abcdef";
    char part[SENT_BYTES] = "\\\\x";
    size_t used = 3;
    for (uint32_t i = 0; i < value.size; i++) {
        if (used > sizeof part - 2) {
            if (!sink.put(sink.state, part, used, error)) {
                return false;
            }
            used = 0;
        }
        part[used++] = digits[(uint8_t)value.data[i] >> 4];
        part[used++] = digits[(uint8_t)value.data[i] & 15];
    }
    return sink.put(sink.state, part, used, error);
}

static bool send_splice(const struct wire_splice *splice,
                        struct wire_sink sink,
                        struct error *error)
{
    switch (splice->form) {
    case WIRE_ESCAPED:
        return send_escaped(splice->value, sink, error);
    case WIRE_HEX:
        return send_hex(splice->value, sink, error);
    case WIRE_PLAIN:
    default:
        return sink.put(sink.state, splice->value.data, splice->value.size, error);
    }
}

/* A value never stands before the first byte of its row. */
bool wire_send(
    const struct wire *wire, size_t start, size_t stop, struct wire_sink sink, struct error *error)
{
    int i = 0;
    while (i < wire->splice_count && wire->splices[i].at <= start) {
        i++;
    }
    for (; i < wire->splice_count && wire->splices[i].at <= stop; i++) {
        const struct wire_splice *splice = &wire->splices[i];
        if ((splice->at > start &&
             !sink.put(sink.state, wire->data + start, splice->at - start, error)) ||
            !send_splice(splice, sink, error)) {
            return false;
        }
        start = splice->at;
    }
    return start == stop || sink.put(sink.state, wire->data + start, stop - start, error);
}
