/* lookup_table.c — the records of a lookup and the search among them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_internal.h"

#include "novate/hash.h"

#include <string.h>

#define FIRST_BLOCK_BYTES ((size_t)4096)
#define FIRST_SLOTS       ((size_t)64)

static size_t header_size(const struct lookup *lookup)
{
    return sizeof(struct record) + (size_t)lookup->value_count * sizeof(uint32_t);
}

static const char *record_key(const struct lookup *lookup, const struct record *record)
{
    return (const char *)record + header_size(lookup);
}

static uint32_t value_bytes(uint32_t size)
{
    return size == VALUE_IS_NULL ? 0 : size;
}

static size_t values_size(const struct lookup *lookup, const uint32_t *sizes)
{
    size_t total = 0;

    for (int i = 0; i < lookup->value_count; i++) {
        total += value_bytes(sizes[i]);
    }
    return total;
}

static size_t padded(size_t size)
{
    return (size + RECORD_UNIT_BYTES - 1) & ~(size_t)(RECORD_UNIT_BYTES - 1);
}

struct record *lookup_record(const struct lookup *lookup, uint32_t reference)
{
    const size_t offset = (size_t)(reference & ((1u << BLOCK_UNIT_BITS) - 1)) * RECORD_UNIT_BYTES;
    char *bytes = lookup->blocks[reference >> BLOCK_UNIT_BITS].bytes + offset;

    return (struct record *)(void *)bytes;
}

struct text record_value(const struct lookup *lookup, const struct record *record, int column)
{
    const char *at = record_key(lookup, record) + record->key_size;

    for (int i = 0; i < column; i++) {
        at += value_bytes(record->value_sizes[i]);
    }
    return text_from(at, value_bytes(record->value_sizes[column]));
}

/* --- keys --- */

static uint64_t key_hash(const struct text *key, int count)
{
    uint64_t hash = hash_bytes64(key[0].data, key[0].size);

    for (int i = 1; i < count; i++) {
        const uint64_t parts[] = {hash, hash_bytes64(key[i].data, key[i].size)};
        hash = hash_bytes64(parts, sizeof parts);
    }
    return hash;
}

static size_t key_size(const struct text *key, int count)
{
    size_t size = count > 1 ? (size_t)count * sizeof key[0].size : 0;

    for (int i = 0; i < count; i++) {
        size += key[i].size;
    }
    return size;
}

static bool same_bytes(const char *at, const void *data, size_t size)
{
    return size == 0 || memcmp(at, data, size) == 0;
}

static bool same_key(const struct lookup *lookup,
                     const struct record *record,
                     const struct text *key)
{
    const char *at = record_key(lookup, record);

    if (lookup->key_count == 1) {
        return record->key_size == key[0].size && same_bytes(at, key[0].data, key[0].size);
    }
    if (record->key_size != key_size(key, lookup->key_count)) {
        return false;
    }
    for (int i = 0; i < lookup->key_count; i++) {
        if (!same_bytes(at, &key[i].size, sizeof key[i].size) ||
            !same_bytes(at + sizeof key[i].size, key[i].data, key[i].size)) {
            return false;
        }
        at += sizeof key[i].size + key[i].size;
    }
    return true;
}

static void write_key(char *at, const struct text *key, int count)
{
    for (int i = 0; i < count; i++) {
        if (count > 1) {
            memcpy(at, &key[i].size, sizeof key[i].size);
            at += sizeof key[i].size;
        }
        if (key[i].size > 0) {
            memcpy(at, key[i].data, key[i].size);
            at += key[i].size;
        }
    }
}

/* --- slots --- */

/* The slot of the key, or the empty one where it belongs. There is always an empty one. */
static struct slot *find_slot(const struct lookup *lookup, uint64_t hash, const struct text *key)
{
    const size_t mask = lookup->slot_count - 1;
    const uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = (size_t)hash & mask;

    for (;;) {
        struct slot *slot = &lookup->slots[at];
        if (slot->reference == REFERENCE_NONE ||
            (slot->tag == tag && same_key(lookup, lookup_record(lookup, slot->reference), key))) {
            return slot;
        }
        at = (at + 1) & mask;
    }
}

/* The hash of a record's key, again: slots keep only half of it. */
static uint64_t record_hash(const struct lookup *lookup, const struct record *record)
{
    struct text key[LIMIT_KEY_COLUMNS] = {TEXT_NONE};
    const char *at = record_key(lookup, record);

    if (lookup->key_count == 1) {
        key[0] = text_from(at, record->key_size);
        return key_hash(key, 1);
    }
    for (int i = 0; i < lookup->key_count; i++) {
        uint32_t size;
        memcpy(&size, at, sizeof size);
        key[i] = text_from(at + sizeof size, size);
        at += sizeof size + size;
    }
    return key_hash(key, lookup->key_count);
}

static bool grow_slots(struct lookup *lookup, struct error *error)
{
    const size_t count = lookup->slot_count == 0 ? FIRST_SLOTS : lookup->slot_count * 2;
    struct slot *slots = ARENA_ARRAY(lookup->arena, struct slot, count);
    uint32_t reference = REFERENCE_NONE;

    if (slots == NULL) {
        return error_set_memory(error);
    }
    lookup->slots = slots;
    lookup->slot_count = count;
    while (lookup_next(lookup, &reference)) {
        const uint64_t hash = record_hash(lookup, lookup_record(lookup, reference));
        size_t at = (size_t)hash & (count - 1);
        while (slots[at].reference != REFERENCE_NONE) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (struct slot){.tag = (uint32_t)(hash >> 32), .reference = reference};
    }
    return true;
}

/* --- records --- */

static bool add_block(struct lookup *lookup, size_t least, struct error *error)
{
    const size_t head = lookup->block_count == 0 ? RECORD_UNIT_BYTES : 0;
    const size_t doubled = FIRST_BLOCK_BYTES << (lookup->block_count < 8 ? lookup->block_count : 8);
    const size_t capacity = least + head > doubled ? least + head : doubled;

    if (lookup->block_count == BLOCK_COUNT_MAX - 1) {
        error_set(error, ERROR_PLAN, "lookup \"%s\" is too large", lookup->spec->name);
        return error_hint(error, "Join the table in a query of the source instead.");
    }
    if (lookup->block_count == lookup->block_capacity) {
        const size_t count = lookup->block_capacity == 0 ? 16 : lookup->block_capacity * 2;
        struct block *blocks = ARENA_ARRAY(lookup->arena, struct block, count);
        if (blocks == NULL) {
            return error_set_memory(error);
        }
        if (lookup->block_count > 0) {
            memcpy(blocks, lookup->blocks, lookup->block_count * sizeof *blocks);
        }
        lookup->blocks = blocks;
        lookup->block_capacity = count;
    }
    char *bytes = arena_push(lookup->arena, capacity, RECORD_UNIT_BYTES);
    if (bytes == NULL) {
        return error_set_memory(error);
    }
    lookup->blocks[lookup->block_count++] =
        (struct block){.bytes = bytes, .used = head, .capacity = capacity};
    return true;
}

static bool add_record(struct lookup *lookup,
                       const struct entry *entry,
                       uint32_t *reference,
                       struct error *error)
{
    const size_t key_bytes = key_size(entry->key, lookup->key_count);
    const size_t size = header_size(lookup) + key_bytes + entry->values.size;

    if (lookup->block_count == 0 || lookup->blocks[lookup->block_count - 1].used + padded(size) >
                                        lookup->blocks[lookup->block_count - 1].capacity) {
        if (!add_block(lookup, padded(size), error)) {
            return false;
        }
    }
    struct block *block = &lookup->blocks[lookup->block_count - 1];
    *reference = (uint32_t)(((lookup->block_count - 1) << BLOCK_UNIT_BITS) |
                            (block->used / RECORD_UNIT_BYTES));
    struct record *record = lookup_record(lookup, *reference);
    block->used += padded(size);
    record->key_size = (uint32_t)key_bytes;
    record->line = entry->line;
    memcpy(record->value_sizes,
           entry->value_sizes,
           (size_t)lookup->value_count * sizeof *entry->value_sizes);
    char *at = (char *)record + header_size(lookup);
    write_key(at, entry->key, lookup->key_count);
    if (entry->values.size > 0) {
        memcpy(at + key_bytes, entry->values.data, entry->values.size);
    }
    return true;
}

static bool same_values(const struct lookup *lookup,
                        const struct record *record,
                        const struct entry *entry)
{
    return memcmp(record->value_sizes,
                  entry->value_sizes,
                  (size_t)lookup->value_count * sizeof *entry->value_sizes) == 0 &&
           same_bytes(record_key(lookup, record) + record->key_size,
                      entry->values.data,
                      entry->values.size);
}

bool lookup_insert(struct lookup *lookup,
                   const struct entry *entry,
                   const struct record **other,
                   bool *same,
                   struct error *error)
{
    const uint64_t hash = key_hash(entry->key, lookup->key_count);
    uint32_t reference;

    if (lookup->count >= lookup->slot_count / 4 * 3 && !grow_slots(lookup, error)) {
        return false;
    }
    struct slot *slot = find_slot(lookup, hash, entry->key);
    if (slot->reference != REFERENCE_NONE) {
        *other = lookup_record(lookup, slot->reference);
        *same = same_values(lookup, *other, entry);
        return true;
    }
    if (!add_record(lookup, entry, &reference, error)) {
        return false;
    }
    *slot = (struct slot){.tag = (uint32_t)(hash >> 32), .reference = reference};
    lookup->count++;
    *other = NULL;
    return true;
}

bool lookup_next(const struct lookup *lookup, uint32_t *reference)
{
    size_t block = *reference >> BLOCK_UNIT_BITS;
    size_t offset = RECORD_UNIT_BYTES; /* past the head of the first block */

    if (lookup->block_count == 0) {
        return false;
    }
    if (*reference != REFERENCE_NONE) {
        const struct record *record = lookup_record(lookup, *reference);
        offset = (size_t)(*reference & ((1u << BLOCK_UNIT_BITS) - 1)) * RECORD_UNIT_BYTES +
                 padded(header_size(lookup) + record->key_size +
                        values_size(lookup, record->value_sizes));
    }
    if (offset >= lookup->blocks[block].used) {
        block++;
        offset = 0;
    }
    if (block >= lookup->block_count) {
        return false;
    }
    *reference = (uint32_t)((block << BLOCK_UNIT_BITS) | (offset / RECORD_UNIT_BYTES));
    return true;
}

uint32_t lookup_reference(const struct lookup *lookup, const struct text *key)
{
    if (lookup->slot_count == 0) {
        return REFERENCE_NONE;
    }
    return find_slot(lookup, key_hash(key, lookup->key_count), key)->reference;
}

bool lookup_find(const struct lookup *lookup,
                 const struct text *key,
                 int key_count,
                 int value_column,
                 struct text *value,
                 bool *is_null)
{
    uint32_t reference =
        key_count == lookup->key_count ? lookup_reference(lookup, key) : REFERENCE_NONE;

    if (lookup->asked != NULL) {
        *lookup->asked = true;
    }
    if (reference != REFERENCE_NONE && lookup->chase) {
        reference = lookup_record(lookup, reference)->final;
    }
    if (reference == REFERENCE_NONE || reference == REFERENCE_CYCLE) {
        return false;
    }
    const struct record *record = lookup_record(lookup, reference);
    *value = record_value(lookup, record, value_column);
    *is_null = record->value_sizes[value_column] == VALUE_IS_NULL;
    return true;
}

bool lookup_is_cyclic(const struct lookup *lookup, const struct text *key, int key_count)
{
    if (!lookup->chase || key_count != lookup->key_count) {
        return false;
    }
    const uint32_t reference = lookup_reference(lookup, key);
    return reference != REFERENCE_NONE &&
           lookup_record(lookup, reference)->final == REFERENCE_CYCLE;
}
