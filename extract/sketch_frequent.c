/* sketch_frequent.c — the contract is in sketch_frequent.h.
 *
 * A heap finds the least frequent item, a table with open addressing the item of a hash.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sketch_frequent.h"

#include <stdlib.h>
#include <string.h>

enum {
    SLOTS_PER_ITEM = 4
};

void sketch_text_set(struct sketch_text *to, struct text text)
{
    size_t size = text.size;
    to->cut = size > SKETCH_TEXT_BYTES;
    if (to->cut) {
        size = SKETCH_TEXT_BYTES;
        while (size > 0 && ((unsigned char)text.data[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    to->size = (uint8_t)size;
    if (size > 0) {
        memcpy(to->bytes, text.data, size);
    }
}

bool sketch_frequent_init(struct sketch_frequent *sketch,
                          int capacity,
                          struct arena *arena,
                          struct error *error)
{
    size_t places = (size_t)capacity;
    *sketch = (struct sketch_frequent){
        .items = ARENA_ARRAY(arena, struct frequent_item, places),
        .heap = ARENA_ARRAY(arena, uint16_t, places),
        .table = ARENA_ARRAY(arena, uint16_t, places * SLOTS_PER_ITEM),
        .capacity = capacity,
    };
    bool ok = sketch->items != NULL && sketch->heap != NULL && sketch->table != NULL;
    return ok || error_set_memory(error);
}

static uint32_t slot_mask(const struct sketch_frequent *sketch)
{
    return (uint32_t)sketch->capacity * SLOTS_PER_ITEM - 1;
}

/* The slot of a hash, or the free one where it would go. */
static uint32_t slot_find(const struct sketch_frequent *sketch, uint64_t hash)
{
    uint32_t mask = slot_mask(sketch);
    uint32_t slot = (uint32_t)hash & mask;
    while (sketch->table[slot] != 0 && sketch->items[sketch->table[slot] - 1].hash != hash) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* Frees a slot and moves those behind it that stand there only because it was taken. */
static void slot_free(struct sketch_frequent *sketch, uint32_t slot)
{
    uint32_t mask = slot_mask(sketch);
    uint32_t next = slot;
    for (;;) {
        next = (next + 1) & mask;
        if (sketch->table[next] == 0) {
            break;
        }
        uint32_t home = (uint32_t)sketch->items[sketch->table[next] - 1].hash & mask;
        if (((next - home) & mask) >= ((next - slot) & mask)) {
            sketch->table[slot] = sketch->table[next];
            slot = next;
        }
    }
    sketch->table[slot] = 0;
}

static void heap_set(struct sketch_frequent *sketch, int place, uint16_t item)
{
    sketch->heap[place] = item;
    sketch->items[item].place = (uint16_t)place;
}

/* An item became more frequent: it sinks. */
static void heap_sink(struct sketch_frequent *sketch, int place)
{
    uint16_t item = sketch->heap[place];
    uint64_t count = sketch->items[item].count;
    for (;;) {
        int child = 2 * place + 1;
        if (child >= sketch->count) {
            break;
        }
        if (child + 1 < sketch->count && sketch->items[sketch->heap[child + 1]].count <
                                             sketch->items[sketch->heap[child]].count) {
            child++;
        }
        if (sketch->items[sketch->heap[child]].count >= count) {
            break;
        }
        heap_set(sketch, place, sketch->heap[child]);
        place = child;
    }
    heap_set(sketch, place, item);
}

static void heap_rise(struct sketch_frequent *sketch, int place)
{
    uint16_t item = sketch->heap[place];
    uint64_t count = sketch->items[item].count;
    while (place > 0 && sketch->items[sketch->heap[(place - 1) / 2]].count > count) {
        heap_set(sketch, place, sketch->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    heap_set(sketch, place, item);
}

/* Room for a value that is not held: a free place, or that of the least frequent. */
static struct frequent_item *item_take(struct sketch_frequent *sketch, uint64_t hash)
{
    struct frequent_item *item = NULL;
    if (sketch->count < sketch->capacity) {
        item = &sketch->items[sketch->count];
        *item = (struct frequent_item){.hash = hash};
        heap_set(sketch, sketch->count, (uint16_t)sketch->count);
        sketch->count++;
    } else {
        item = &sketch->items[sketch->heap[0]];
        slot_free(sketch, slot_find(sketch, item->hash));
        item->hash = hash;
        item->error = item->count;
    }
    sketch->table[slot_find(sketch, hash)] = (uint16_t)(item - sketch->items + 1);
    return item;
}

struct frequent_item *sketch_frequent_add(struct sketch_frequent *sketch,
                                          uint64_t hash,
                                          bool *fresh)
{
    uint16_t held = sketch->table[slot_find(sketch, hash)];
    *fresh = held == 0;
    bool grows = held == 0 && sketch->count < sketch->capacity;
    struct frequent_item *item = held != 0 ? &sketch->items[held - 1] : item_take(sketch, hash);
    item->count++;
    if (grows) {
        heap_rise(sketch, item->place);
    } else {
        heap_sink(sketch, item->place);
    }
    return item;
}

/* What a value that is not held may have occurred at most. */
static uint64_t unheld_max(const struct sketch_frequent *sketch)
{
    bool full = sketch->count > 0 && sketch->count == sketch->capacity;
    return full ? sketch->items[sketch->heap[0]].count : 0;
}

static int by_count(const void *a, const void *b)
{
    const struct frequent_item *left = a;
    const struct frequent_item *right = b;
    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    return left->hash < right->hash ? -1 : left->hash > right->hash;
}

void sketch_frequent_reset(struct sketch_frequent *sketch)
{
    sketch->count = 0;
    if (sketch->table != NULL) {
        memset(sketch->table, 0, (size_t)(slot_mask(sketch) + 1) * sizeof *sketch->table);
    }
}

static void rebuild(struct sketch_frequent *sketch, const struct frequent_item *items, int count)
{
    sketch_frequent_reset(sketch);
    for (int i = 0; i < count && i < sketch->capacity; i++) {
        uint16_t index = (uint16_t)sketch->count++;
        sketch->items[index] = items[i];
        sketch->table[slot_find(sketch, items[i].hash)] = (uint16_t)(index + 1);
        heap_set(sketch, index, index);
        heap_rise(sketch, index);
    }
}

bool sketch_frequent_merge(struct sketch_frequent *into,
                           const struct sketch_frequent *from,
                           struct arena *scratch,
                           struct error *error)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t room = (size_t)into->count + (size_t)from->count + 1;
    struct frequent_item *all = ARENA_ARRAY(scratch, struct frequent_item, room);
    if (all == NULL) {
        return error_set_memory(error);
    }
    uint64_t into_max = unheld_max(into);
    uint64_t from_max = unheld_max(from);
    int count = 0;
    for (int i = 0; i < into->count; i++) {
        struct frequent_item item = into->items[i];
        uint16_t held = from->capacity == 0 ? 0 : from->table[slot_find(from, item.hash)];
        item.count += held != 0 ? from->items[held - 1].count : from_max;
        item.error += held != 0 ? from->items[held - 1].error : from_max;
        all[count++] = item;
    }
    for (int i = 0; i < from->count; i++) {
        struct frequent_item item = from->items[i];
        if (into->table[slot_find(into, item.hash)] == 0) {
            item.count += into_max;
            item.error += into_max;
            all[count++] = item;
        }
    }
    qsort(all, (size_t)count, sizeof *all, by_count);
    rebuild(into, all, count);
    arena_rewind(scratch, mark);
    return true;
}

static int by_certain_count(const void *a, const void *b)
{
    const struct frequent_item *left = *(const struct frequent_item *const *)a;
    const struct frequent_item *right = *(const struct frequent_item *const *)b;
    uint64_t left_count = left->count - left->error;
    uint64_t right_count = right->count - right->error;
    if (left_count != right_count) {
        return left_count > right_count ? -1 : 1;
    }
    return left->hash < right->hash ? -1 : left->hash > right->hash;
}

void sketch_frequent_order(const struct sketch_frequent *sketch, const struct frequent_item **order)
{
    for (int i = 0; i < sketch->count; i++) {
        order[i] = &sketch->items[i];
    }
    qsort(order, (size_t)sketch->count, sizeof(const struct frequent_item *), by_certain_count);
}
