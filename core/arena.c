/* arena.c — memory by lifetime; the contract is in novate/arena.h.
 *
 * An arena is a list of blocks. The first block of ordinary size is kept over reset, so that a
 * batch in its steady state takes nothing from the system. Memory is zeroed when it is handed out,
 * not when a block is made: a reset block is dirty. SPDX-License-Identifier: Apache-2.0 */
#include "novate/arena.h"

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
    alignas(max_align_t) char data[];
};

void budget_init(struct budget *budget, size_t max_bytes)
{
    atomic_init(&budget->used_bytes, 0);
    atomic_init(&budget->peak_bytes, 0);
    budget->max_bytes = max_bytes;
}

static bool budget_take(struct budget *budget, size_t bytes)
{
    if (budget == NULL) {
        return true;
    }
    size_t used = atomic_fetch_add(&budget->used_bytes, bytes) + bytes;
    if (budget->max_bytes != 0 && used > budget->max_bytes) {
        atomic_fetch_sub(&budget->used_bytes, bytes);
        return false;
    }
    size_t peak = atomic_load(&budget->peak_bytes);
    while (peak < used && !atomic_compare_exchange_weak(&budget->peak_bytes, &peak, used)) {
    }
    return true;
}

static void budget_give(struct budget *budget, size_t bytes)
{
    if (budget != NULL) {
        atomic_fetch_sub(&budget->used_bytes, bytes);
    }
}

void arena_init(struct arena *arena, size_t block_bytes, struct budget *budget)
{
    assert(block_bytes > 0);
    *arena = (struct arena){.block_bytes = block_bytes, .budget = budget};
}

static struct arena_block *block_create(struct arena *arena, size_t size)
{
    size_t bytes = sizeof(struct arena_block) + size;
    if (bytes < size || !budget_take(arena->budget, bytes)) {
        return NULL;
    }
    struct arena_block *block = malloc(bytes);
    if (block == NULL) {
        budget_give(arena->budget, bytes);
        return NULL;
    }
    block->next = NULL;
    block->size_bytes = size;
    block->used_bytes = 0;
    return block;
}

static void block_destroy(struct arena *arena, struct arena_block *block)
{
    budget_give(arena->budget, sizeof(struct arena_block) + block->size_bytes);
    free(block);
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
    size_t block_size = size > arena->block_bytes ? size : arena->block_bytes;
    struct arena_block *block = block_create(arena, block_size);
    if (block == NULL) {
        return NULL;
    }
    if (arena->current == NULL) {
        arena->first = block;
    } else {
        arena->current->next = block;
    }
    arena->current = block;
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
    if (arena->first->size_bytes > arena->block_bytes) {
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
