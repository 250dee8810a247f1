/* wire.c — the growable buffer of COPY data. SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

void wire_init(struct wire *wire, struct budget *budget)
{
    *wire = (struct wire){.budget = budget};
    arena_init(&wire->arena, 1, budget);
}

void wire_release(struct wire *wire)
{
    arena_release(&wire->arena);
    wire_init(wire, wire->budget);
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
