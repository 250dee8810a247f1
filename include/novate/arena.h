/* arena.h — memory by lifetime, accounted against a budget.
 *
 * An arena hands out memory that lives until the arena is reset, rewound or released; nothing is
 * freed one by one. Lifetimes are job (plan, mappings, programs, lookups), chunk, batch and
 * scratch; arenas are passed explicitly. A budget counts the bytes of all arenas attached to it and
 * refuses what would pass its maximum: that is how memory_mb is kept.
 *
 *     struct arena arena;
 *     arena_init(&arena, 64 * 1024, &budget);
 *     struct thing *thing = arena_push(&arena, sizeof *thing, alignof(struct thing));
 *     ...
 *     arena_release(&arena);
 *
 * Errors   functions that give memory return NULL when the budget or the system refuses; callers
 * turn that into error_set_memory(). Memory is zeroed unless said otherwise. Threads  an arena
 * belongs to one thread at a time; a budget may be shared by all.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_ARENA_H
#define NOVATE_ARENA_H

#include "novate/attr.h"
#include "novate/budget.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *first; /* kept over reset */
    struct arena_block *current;
    size_t block_bytes;    /* size of an ordinary block; larger requests get their own */
    struct budget *budget; /* may be NULL: not accounted */
    struct claim *claim;   /* not NULL: wait for room instead of failing (novate/budget.h) */
};

struct arena_mark {
    struct arena_block *block;
    size_t used_bytes;
};

/* Takes no memory yet. */
void arena_init(struct arena *arena, size_t block_bytes, struct budget *budget);

/* `align` is a power of two, at most alignof(max_align_t). */
void *arena_push(struct arena *arena, size_t size, size_t align) NODISCARD;

/* `count` elements; checks the multiplication. */
void *arena_array(struct arena *arena, size_t count, size_t size, size_t align) NODISCARD;

/* Memory that is not zeroed and not aligned: for text. */
char *arena_bytes(struct arena *arena, size_t size) NODISCARD;

/* The same in a block of its own, whatever its size: for values so large that they are handed on
 * rather than copied. */
char *arena_large(struct arena *arena, size_t size) NODISCARD;
/* A large value that somebody else's allocator made; destroy(data) gives it back. False: there is
 * no room, and it was not taken. */
bool arena_adopt(struct arena *arena, void *data, size_t size, void (*destroy)(void *)) NODISCARD;
/* Do the bytes lie in a block of their own? */
bool arena_is_large(const struct arena *arena, const char *data);
/* The same, and the block is marked: arena_hand_on() moves all
 * marked ones to another arena of the same budget. */
bool arena_mark_large(struct arena *arena, const char *data);
void arena_hand_on(struct arena *from, struct arena *to);

/* Copy of `size` bytes with a NUL after them. */
char *arena_copy(struct arena *arena, const char *data, size_t size) NODISCARD;

/* Copy of a C string; formatted text. */
char *arena_string(struct arena *arena, const char *string) NODISCARD;
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) NODISCARD;

/* Bytes handed out since init or reset, padding included. */
size_t arena_used(const struct arena *arena);

/* mark/rewind give back what was pushed in between; marks nest. */
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Forgets everything. Keeps up to one ordinary block for reuse and gives the others back. */
void arena_reset(struct arena *arena);

/* Gives everything back; the arena may be used again as after init. */
void arena_release(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_push((arena), sizeof(type), alignof(type)))
#define ARENA_ARRAY(arena, type, count)                                                            \
    ((type *)arena_array((arena), (count), sizeof(type), alignof(type)))

#endif
