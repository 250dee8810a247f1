/* groups.c — the contract is in groups.h. SPDX-License-Identifier: Apache-2.0 */
#include "groups.h"

#include "kernel.h"
#include "program.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum cell_state {
    CELL_EMPTY, /* nothing was offered yet */
    CELL_NULL,
    CELL_VALUE
};

#define VALUE_BYTES   32 /* of the widest storage */
#define SLOTS_FIRST   1024
#define ENTRIES_BYTES ((size_t)256 << 10)

static_assert(sizeof(struct decimal) <= VALUE_BYTES, "a cell holds any value");

struct cell {
    uint32_t state;
    uint32_t room; /* bytes that were copied behind the value it has, to be used again */
    max_align_t value[VALUE_BYTES / sizeof(max_align_t)];
};

struct leader {
    struct hash identity;
    uint32_t taken; /* somebody leads */
    uint16_t tied;
    uint16_t followed;
};

struct group {
    struct hash key;
    struct leader leader;
    struct cell cells[]; /* orders; then per column: a leader's room of cells, orders, value */
};

/* Who leads a column stands in a cell of its own. */
static_assert(sizeof(struct leader) <= sizeof(struct cell), "a cell has room for a leader");

struct slot {
    uint32_t tag;
    uint32_t group; /* index + 1; 0: free */
};

struct groups {
    struct lookup_store store;
    int order_count;
    bool earliest;
    int column_count;
    size_t group_bytes;
    uint32_t per_block;
    struct group **blocks;
    uint32_t block_capacity;
    uint32_t count;
    struct slot *slots;
    uint64_t slot_count;
};

static int cells_of_column(const struct groups *groups)
{
    return 1 + groups->order_count + 1;
}

bool groups_create(const struct program *program,
                   const char *folder,
                   struct arena *arena,
                   struct groups **out,
                   struct error *error)
{
    const struct grouping *grouping = program->grouping;
    struct groups *groups = ARENA_NEW(arena, struct groups);

    *out = NULL;
    if (groups == NULL) {
        return error_set_memory(error);
    }
    groups->store =
        (struct lookup_store){.arena = arena, .folder = grouping->spec->on_disk ? folder : NULL};
    groups->order_count = grouping->order_count;
    groups->earliest = grouping->keep == KEEP_EARLIEST;
    groups->column_count = grouping->column_count;
    int cells = grouping->order_count + grouping->column_count * cells_of_column(groups);
    groups->group_bytes = sizeof(struct group) + (size_t)cells * sizeof(struct cell);
    groups->per_block = (uint32_t)(ENTRIES_BYTES / groups->group_bytes) + 1;
    *out = groups;
    return true;
}

void groups_destroy(struct groups *groups)
{
    if (groups != NULL) {
        lookup_store_release(&groups->store);
    }
}

uint64_t groups_count(const struct groups *groups)
{
    return groups->count;
}

uint64_t groups_bytes(const struct groups *groups)
{
    return groups->store.bytes;
}

static bool refuse_memory(const struct groups *groups, struct error *error)
{
    if (error->code == ERROR_MEMORY && groups->store.folder == NULL) {
        (void)error_hint(
            error,
            "There were %u groups so far. Raise \"memory_mb\" under \"limits\", or write "
            "store: disk under dedupe: or pivot:.",
            groups->count);
    }
    return false;
}

static struct group *group_at(const struct groups *groups, uint32_t index)
{
    char *block = (char *)groups->blocks[index / groups->per_block];
    return (struct group *)(void *)(block + (index % groups->per_block) * groups->group_bytes);
}

/* The slot of a key, or the free one where it belongs. */
static struct slot *slot_of(const struct groups *groups, struct hash key)
{
    uint64_t mask = groups->slot_count - 1;
    uint64_t at = key.low & mask;
    uint32_t tag = (uint32_t)(key.high >> 32);

    while (groups->slots[at].group != 0) {
        const struct slot *slot = &groups->slots[at];
        if (slot->tag == tag && hash_equal(group_at(groups, slot->group - 1)->key, key)) {
            break;
        }
        at = (at + 1) & mask;
    }
    return &groups->slots[at];
}

static bool grow_slots(struct groups *groups, struct error *error)
{
    uint64_t wanted = groups->slot_count == 0 ? SLOTS_FIRST : groups->slot_count * 2;
    struct slot *before = groups->slots;
    uint64_t count = groups->slot_count;
    void *room = NULL;

    if (!lookup_store_take_own(&groups->store, (size_t)wanted * sizeof *before, &room, error)) {
        return refuse_memory(groups, error);
    }
    groups->slots = room;
    groups->slot_count = wanted;
    for (uint64_t i = 0; i < count; i++) {
        if (before[i].group != 0) {
            *slot_of(groups, group_at(groups, before[i].group - 1)->key) = before[i];
        }
    }
    if (before != NULL) {
        lookup_store_give(&groups->store, before, (size_t)count * sizeof *before);
    }
    return true;
}

static bool grow_blocks(struct groups *groups, struct error *error)
{
    uint32_t index = groups->count / groups->per_block;
    void *room = NULL;

    if (index == groups->block_capacity) {
        uint32_t wanted = groups->block_capacity == 0 ? 64 : groups->block_capacity * 2;
        struct group **blocks = ARENA_ARRAY(groups->store.arena, struct group *, wanted);
        if (blocks == NULL) {
            (void)error_set_memory(error);
            return refuse_memory(groups, error);
        }
        if (index > 0) {
            memcpy(blocks, groups->blocks, index * sizeof(struct group *));
        }
        groups->blocks = blocks;
        groups->block_capacity = wanted;
    }
    const uintptr_t most = alignof(struct group) - 1;
    size_t bytes = groups->per_block * groups->group_bytes + most;
    if (!lookup_store_take(&groups->store, bytes, &room, error)) {
        return refuse_memory(groups, error);
    }
    char *aligned = (char *)room + (-(uintptr_t)room & most);
    groups->blocks[index] = (struct group *)(void *)aligned;
    return true;
}

static bool add_group(struct groups *groups,
                      struct hash key,
                      struct group **group,
                      struct error *error)
{
    if (!NOVATE_CHECK(error, groups->count < UINT32_MAX - 1) ||
        (groups->count % groups->per_block == 0 && !grow_blocks(groups, error))) {
        return false;
    }
    *group = group_at(groups, groups->count);
    (*group)->key = key;
    *slot_of(groups, key) =
        (struct slot){.tag = (uint32_t)(key.high >> 32), .group = ++groups->count};
    return true;
}

/* --- cells --- */

/* Bytes that a value points to, and where the pointer is. */
static const char **pointer_of(enum storage storage, void *value, size_t *size)
{
    if (storage == STORAGE_TEXT) {
        struct text *text = value;
        *size = text->size;
        return &text->data;
    }
    if (storage == STORAGE_DECIMAL && ((struct decimal *)value)->kind == DECIMAL_WIDE) {
        struct decimal *decimal = value;
        *size = (size_t)decimal->digit_count;
        return &decimal->digits;
    }
    *size = 0;
    return NULL;
}

static bool keep_bytes(struct groups *groups,
                       struct cell *cell,
                       const char *reuse,
                       const char **pointer,
                       size_t size,
                       struct error *error)
{
    void *room = NULL;

    if (size <= cell->room) {
        memcpy((char *)(uintptr_t)reuse, *pointer, size);
        *pointer = reuse;
        return true;
    }
    if (!lookup_store_take(&groups->store, size, &room, error)) {
        return refuse_memory(groups, error);
    }
    memcpy(room, *pointer, size);
    *pointer = room;
    cell->room = (uint32_t)size;
    return true;
}

static bool cell_put(struct groups *groups,
                     struct cell *cell,
                     const struct vector *vector,
                     int row,
                     struct error *error)
{
    enum storage storage = type_storage(vector->type.id);
    size_t bytes = storage_size(storage);
    int slot = vector_slot(vector, row);
    size_t size = 0;
    const char **before =
        cell->state == CELL_VALUE ? pointer_of(storage, cell->value, &size) : NULL;
    const char *reuse = before == NULL ? NULL : *before;

    if (!validity_get(vector->valid, slot)) {
        cell->room = 0; /* where its bytes were is not known any more */
        cell->state = CELL_NULL;
        return true;
    }
    cell->room = before == NULL ? 0 : cell->room;
    memcpy(cell->value, (const char *)vector->data + (size_t)slot * bytes, bytes);
    cell->state = CELL_VALUE;
    const char **pointer = pointer_of(storage, cell->value, &size);
    if (pointer == NULL || size == 0) {
        cell->room = 0;
        return true;
    }
    return keep_bytes(groups, cell, reuse, pointer, size, error);
}

/* Positive: the row's value goes before the cell's. */
static int prefer(const struct groups *groups,
                  const struct cell *cell,
                  const struct vector *vector,
                  int row)
{
    int slot = vector_slot(vector, row);
    bool there = validity_get(vector->valid, slot);

    if (!there || cell->state != CELL_VALUE) {
        return (int)there - (cell->state == CELL_VALUE);
    }
    const struct vector stored = {.type = vector->type, .data = (void *)(uintptr_t)cell->value};
    int order = value_compare(vector, (size_t)slot, &stored, 0);
    return groups->earliest ? -order : order;
}

/* Does the row lead from now on? */
static bool takes_lead(const struct groups *groups,
                       struct leader *leader,
                       const struct cell *orders,
                       const struct group_row *row)
{
    int order = 0;

    if (leader->taken == 0) {
        return true;
    }
    if (hash_equal(leader->identity, row->identity)) {
        return false; /* the same record, read again */
    }
    leader->followed = 1;
    for (int i = 0; i < groups->order_count && order == 0; i++) {
        order = prefer(groups, &orders[i], row->orders[i], row->row);
    }
    if (order == 0) {
        leader->tied = 1;
        order = hash_compare(row->identity, leader->identity);
    } else if (order > 0) {
        leader->tied = 0;
    }
    return order > 0;
}

static bool lead(struct groups *groups,
                 struct leader *leader,
                 struct cell *orders,
                 const struct group_row *row,
                 struct error *error)
{
    leader->taken = 1;
    leader->identity = row->identity;
    for (int i = 0; i < groups->order_count; i++) {
        if (!cell_put(groups, &orders[i], row->orders[i], row->row, error)) {
            return false;
        }
    }
    return true;
}

bool groups_join(struct groups *groups,
                 const struct group_row *row,
                 struct group **group,
                 struct error *error)
{
    if ((groups->count + 1) * 4ull > groups->slot_count * 3 && !grow_slots(groups, error)) {
        return false;
    }
    const struct slot *slot = slot_of(groups, row->key);
    if (slot->group != 0) {
        *group = group_at(groups, slot->group - 1);
    } else if (!add_group(groups, row->key, group, error)) {
        return false;
    }
    return !takes_lead(groups, &(*group)->leader, (*group)->cells, row) ||
           lead(groups, &(*group)->leader, (*group)->cells, row, error);
}

/* The cells of a column: its leader, the leader's order values, the value. */
static struct cell *column_cells(const struct groups *groups, const struct group *group, int column)
{
    const struct cell *cells = group->cells + groups->order_count;
    return (struct cell *)(uintptr_t)(cells + (size_t)column * (size_t)cells_of_column(groups));
}

bool groups_offer(struct groups *groups,
                  struct group *group,
                  const struct group_row *row,
                  int column,
                  const struct vector *value,
                  struct error *error)
{
    struct cell *cells = column_cells(groups, group, column);
    struct leader *leader = (struct leader *)(void *)&cells[0];

    if (!takes_lead(groups, leader, &cells[1], row)) {
        return true;
    }
    return lead(groups, leader, &cells[1], row, error) &&
           cell_put(groups, &cells[1 + groups->order_count], value, row->row, error);
}

const struct group *groups_find(const struct groups *groups, struct hash key)
{
    if (groups->slot_count == 0) {
        return NULL;
    }
    const struct slot *slot = slot_of(groups, key);
    return slot->group == 0 ? NULL : group_at(groups, slot->group - 1);
}

bool group_is_led_by(const struct group *group, struct hash identity)
{
    return hash_equal(group->leader.identity, identity);
}

bool group_is_followed(const struct group *group)
{
    return group->leader.followed != 0;
}

bool group_is_tied(const struct group *group)
{
    return group->leader.tied != 0;
}

bool groups_value(
    const struct groups *groups, const struct group *group, int column, struct vector *out, int row)
{
    const struct cell *cell = &column_cells(groups, group, column)[1 + groups->order_count];
    size_t bytes = storage_size(type_storage(out->type.id));

    if (cell->state != CELL_VALUE) {
        return false;
    }
    memcpy((char *)out->data + (size_t)row * bytes, cell->value, bytes);
    return true;
}
