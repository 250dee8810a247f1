/* arena.c — memory by lifetime; the contract is in novate/arena.h.
 *
 * An arena is a list of blocks. The first block of ordinary size is kept over reset, so that a
 * batch in its steady state takes nothing from the system. Memory is zeroed when it is handed out,
 * not when a block is made: a reset block is dirty. What is larger than an ordinary block has one
 * of its own, which is given back at the reset. SPDX-License-Identifier: Apache-2.0 */
#include "novate/arena.h"

#include "novate/fault_point.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size_bytes; /* of the data */
    size_t used_bytes;
    bool large;  /* holds one value */
    bool marked; /* to be handed on */
    char *data;  /* behind this, or what was adopted */
    void (*destroy)(void *);
    alignas(max_align_t) char room[];
};

void arena_init(struct arena *arena, size_t block_bytes, struct budget *budget)
{
    assert(block_bytes > 0);
    *arena = (struct arena){.block_bytes = block_bytes, .budget = budget};
}

static bool take_bytes(struct arena *arena, size_t bytes, bool large)
{
    return arena->claim != NULL ? claim_take(arena->claim, bytes, large)
                                : budget_take(arena->budget, bytes);
}

/* The last one of the list from now on. */
static void block_append(struct arena *arena, struct arena_block *block)
{
    if (arena->current == NULL) {
        arena->first = block;
    } else {
        arena->current->next = block;
    }
    arena->current = block;
}

static struct arena_block *block_create(struct arena *arena, size_t size, bool large)
{
    size_t bytes = sizeof(struct arena_block) + size;
    if (bytes < size || !take_bytes(arena, bytes, large)) {
        return NULL;
    }
    struct error failed = ERROR_NONE; /* whoever asked for memory says so */
    struct arena_block *block =
        fault_point_meet(FAULT_POINT_MEMORY_BLOCK, &failed) ? malloc(bytes) : NULL;
    if (block == NULL) {
        budget_give(arena->budget, bytes);
        return NULL;
    }
    *block = (struct arena_block){.size_bytes = size, .large = large, .data = block->room};
    return block;
}

static void block_destroy(struct arena *arena, struct arena_block *block)
{
    size_t bytes = sizeof(struct arena_block) + block->size_bytes;
    if (block->destroy != NULL) {
        block->destroy(block->data);
    }
    free(block);
    budget_give(arena->budget, bytes);
}

static void *block_take(struct arena_block *block, size_t size, size_t align)
{
    size_t start = (block->used_bytes + align - 1) & ~(align - 1);
    if (start > block->size_bytes || block->size_bytes - start < size) {
        return NULL;
    }
    block->used_bytes = start + size;
    return block->data + start;
}

static void *arena_take(struct arena *arena, size_t size, size_t align)
{
    assert(align != 0 && (align & (align - 1)) == 0 && align <= alignof(max_align_t));
    if (arena->current != NULL) {
        void *memory = block_take(arena->current, size, align);
        if (memory != NULL) {
            return memory;
        }
    }
    bool large = size > arena->block_bytes;
    struct arena_block *block = block_create(arena, large ? size : arena->block_bytes, large);
    if (block == NULL) {
        return NULL;
    }
    block_append(arena, block);
    return block_take(block, size, align);
}

void *arena_push(struct arena *arena, size_t size, size_t align)
{
    void *memory = arena_take(arena, size, align);
    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size, size_t align)
{
    if (size != 0 && count > SIZE_MAX / size) {
        return NULL;
    }
    return arena_push(arena, count * size, align);
}

char *arena_bytes(struct arena *arena, size_t size)
{
    return arena_take(arena, size, 1);
}

char *arena_large(struct arena *arena, size_t size)
{
    struct arena_block *block = block_create(arena, size, true);
    if (block == NULL) {
        return NULL;
    }
    block_append(arena, block);
    block->used_bytes = size;
    return block->data;
}

bool arena_adopt(struct arena *arena, void *data, size_t size, void (*destroy)(void *))
{
    size_t bytes = sizeof(struct arena_block) + size;
    if (bytes < size || !take_bytes(arena, bytes, true)) {
        return false;
    }
    struct arena_block *block = malloc(sizeof *block);
    if (block == NULL) {
        budget_give(arena->budget, bytes);
        return false;
    }
    *block = (struct arena_block){
        .size_bytes = size, .used_bytes = size, .large = true, .data = data, .destroy = destroy};
    block_append(arena, block);
    return true;
}

static struct arena_block *find_large(const struct arena *arena, const char *data)
{
    uintptr_t address = (uintptr_t)data;
    for (struct arena_block *block = arena->first; block != NULL; block = block->next) {
        uintptr_t start = (uintptr_t)block->data;
        if (block->large && address >= start && address - start < block->size_bytes) {
            return block;
        }
    }
    return NULL;
}

bool arena_is_large(const struct arena *arena, const char *data)
{
    return find_large(arena, data) != NULL;
}

bool arena_mark_large(struct arena *arena, const char *data)
{
    struct arena_block *block = find_large(arena, data);
    if (block != NULL) {
        block->marked = true;
    }
    return block != NULL;
}

/* They go to the head of the list, so that marks taken in `to` still hold. */
void arena_hand_on(struct arena *from, struct arena *to)
{
    struct arena_block *kept = NULL;
    struct arena_block **link = &from->first;
    while (*link != NULL) {
        struct arena_block *block = *link;
        if (!block->marked) {
            kept = block;
            link = &block->next;
            continue;
        }
        assert(from->budget == to->budget);
        *link = block->next;
        block->marked = false;
        block->next = to->first;
        to->first = block;
        to->current = to->current == NULL ? block : to->current;
    }
    from->current = kept;
}

char *arena_copy(struct arena *arena, const char *data, size_t size)
{
    if (size == SIZE_MAX) {
        return NULL;
    }
    char *copy = arena_bytes(arena, size + 1);
    if (copy != NULL) {
        if (size > 0) {
            memcpy(copy, data, size);
        }
        copy[size] = '\0';
    }
    return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
    return arena_copy(arena, string, strlen(string));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0) {
        return NULL;
    }
    char *text = arena_bytes(arena, (size_t)size + 1);
    if (text != NULL) {
        va_start(arguments, format);
        (void)vsnprintf(text, (size_t)size + 1, format, arguments);
        va_end(arguments);
    }
    return text;
}

size_t arena_used(const struct arena *arena)
{
    size_t used = 0;
    for (const struct arena_block *block = arena->first; block != NULL; block = block->next) {
        used += block->used_bytes;
    }
    return used;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){
        .block = arena->current,
        .used_bytes = arena->current == NULL ? 0 : arena->current->used_bytes,
    };
}

static void destroy_after(struct arena *arena, struct arena_block *last)
{
    struct arena_block *block = last->next;
    while (block != NULL) {
        struct arena_block *next = block->next;
        block_destroy(arena, block);
        block = next;
    }
    last->next = NULL;
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    if (mark.block == NULL) {
        arena_reset(arena);
        return;
    }
    destroy_after(arena, mark.block);
    arena->current = mark.block;
    mark.block->used_bytes = mark.used_bytes;
}

void arena_reset(struct arena *arena)
{
    if (arena->first == NULL) {
        return;
    }
    if (arena->first->large) {
        arena_release(arena);
        return;
    }
    destroy_after(arena, arena->first);
    arena->current = arena->first;
    arena->first->used_bytes = 0;
}

void arena_release(struct arena *arena)
{
    if (arena->first != NULL) {
        destroy_after(arena, arena->first);
        block_destroy(arena, arena->first);
    }
    arena->first = NULL;
    arena->current = NULL;
}
