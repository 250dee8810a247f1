/* lookup_table.c — the records of a lookup and the search among them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lookup_internal.h"

#include "novate/hash.h"

#include <string.h>

#define FIRST_BLOCK_BYTES ((size_t)4096)
#define FIRST_SLOTS       ((size_t)64)
#define FIRST_SHIFT       26 /* 32 bits, of which 6 */

static const char *record_key(const struct lookup *lookup, const struct record *record)
{
    return (const char *)record + lookup->header_size;
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

struct period *record_period(const struct lookup *lookup, struct record *record)
{
    char *key = (char *)record + lookup->header_size;

    return (struct period *)(void *)(key - sizeof(struct period));
}

/* --- what can go wrong --- */

static bool refuse_size(const struct lookup *lookup, struct error *error)
{
    error_set(error, ERROR_PLAN, "lookup \"%s\" is too large", lookup->spec->name);
    return error_hint(error, "Join the table in a query of the source instead.");
}

bool lookup_explain_memory(const struct lookup *lookup, struct error *error)
{
    if (error == NULL || error->code != ERROR_MEMORY) {
        return false;
    }
    *error = ERROR_NONE;
    error_set(error,
              ERROR_MEMORY,
              "out of memory: lookup \"%s\" has %llu entries so far",
              lookup->spec->name,
              (unsigned long long)lookup->count);
    return lookup->store.folder != NULL
               ? error_hint(error, "Raise \"memory_mb\" under \"limits\" in the plan.")
               : error_hint(error,
                            "Write \"store: disk\" under the lookup, or raise \"memory_mb\" under "
                            "\"limits\" in the plan.");
}

/* --- keys --- */

/* Numbers are keys of 8 bytes: mixing them here (as MurmurHash3 ends) is all that is needed. */
static uint32_t word_tag(const char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    word ^= word >> 33;
    word *= UINT64_C(0xFF51AFD7ED558CCD);
    word ^= word >> 33;
    word *= UINT64_C(0xC4CEB9FE1A85EC53);
    return (uint32_t)(word >> 32);
}

/* What a slot keeps of the key's hash. */
static uint32_t key_tag(const struct text *key, int count)
{
    if (count == 1 && key[0].size == 8) {
        return word_tag(key[0].data);
    }
    uint64_t hash = hash_bytes64(key[0].data, key[0].size);

    for (int i = 1; i < count; i++) {
        const uint64_t parts[] = {hash, hash_bytes64(key[i].data, key[i].size)};
        hash = hash_bytes64(parts, sizeof parts);
    }
    return (uint32_t)(hash >> 32);
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
        return record->key_size == key[0].size &&
               (key[0].size == 8 ? memcmp(at, key[0].data, 8) == 0
                                 : same_bytes(at, key[0].data, key[0].size));
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
static struct slot *find_slot(const struct lookup *lookup, uint32_t tag, const struct text *key)
{
    const size_t mask = lookup->slot_count - 1;
    size_t at = tag >> lookup->slot_shift;

    for (;;) {
        struct slot *slot = &lookup->slots[at];
        if (slot->reference == REFERENCE_NONE ||
            (slot->tag == tag && same_key(lookup, lookup_record(lookup, slot->reference), key))) {
            return slot;
        }
        at = (at + 1) & mask;
    }
}

static bool grow_slots(struct lookup *lookup, struct error *error)
{
    const size_t count = lookup->slot_count == 0 ? FIRST_SLOTS : lookup->slot_count * 2;
    const size_t bytes = count * sizeof(struct slot);
    const int shift = lookup->slot_count == 0 ? FIRST_SHIFT : lookup->slot_shift - 1;
    void *room = NULL;

    if (shift < 0) {
        return refuse_size(lookup, error);
    }
    if (!lookup_store_take_own(&lookup->store, bytes, &room, error)) {
        return lookup_explain_memory(lookup, error);
    }
    struct slot *slots = room;
    for (size_t i = 0; i < lookup->slot_count; i++) {
        size_t at = lookup->slots[i].tag >> shift;
        if (lookup->slots[i].reference == REFERENCE_NONE) {
            continue;
        }
        while (slots[at].reference != REFERENCE_NONE) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = lookup->slots[i];
    }
    lookup_store_give(&lookup->store, lookup->slots, lookup->slot_count * sizeof *slots);
    lookup->slots = slots;
    lookup->slot_count = count;
    lookup->slot_shift = shift;
    return true;
}

/* --- records --- */

static bool add_block(struct lookup *lookup, size_t least, struct error *error)
{
    const size_t head = lookup->block_count == 0 ? RECORD_UNIT_BYTES : 0;
    const size_t doubled = FIRST_BLOCK_BYTES << (lookup->block_count < 8 ? lookup->block_count : 8);
    const size_t capacity = least + head > doubled ? least + head : doubled;

    void *room = NULL;

    if (lookup->block_count == BLOCK_COUNT_MAX - 1) {
        return refuse_size(lookup, error);
    }
    if (lookup->block_count == lookup->block_capacity) {
        const size_t count = lookup->block_capacity == 0 ? 16 : lookup->block_capacity * 2;
        struct block *blocks = ARENA_ARRAY(lookup->arena, struct block, count);
        if (blocks == NULL) {
            (void)error_set_memory(error);
            return lookup_explain_memory(lookup, error);
        }
        if (lookup->block_count > 0) {
            memcpy(blocks, lookup->blocks, lookup->block_count * sizeof *blocks);
        }
        lookup->blocks = blocks;
        lookup->block_capacity = count;
    }
    if (!lookup_store_take(&lookup->store, capacity, &room, error)) {
        return lookup_explain_memory(lookup, error);
    }
    lookup->blocks[lookup->block_count++] =
        (struct block){.bytes = room, .used = head, .capacity = capacity};
    return true;
}

static bool add_record(struct lookup *lookup,
                       const struct entry *entry,
                       uint32_t *reference,
                       struct error *error)
{
    const size_t key_bytes = key_size(entry->key, lookup->key_count);
    const size_t size = lookup->header_size + key_bytes + entry->values.size;

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
    if (lookup->periods) {
        *record_period(lookup, record) = (struct period){.begin = entry->begin, .end = entry->end};
    }
    char *at = (char *)record + lookup->header_size;
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

bool record_same_values(const struct lookup *lookup, const struct record *a, const struct record *b)
{
    const size_t size = values_size(lookup, a->value_sizes);

    return memcmp(a->value_sizes,
                  b->value_sizes,
                  (size_t)lookup->value_count * sizeof *a->value_sizes) == 0 &&
           same_bytes(
               record_key(lookup, a) + a->key_size, record_key(lookup, b) + b->key_size, size);
}

bool lookup_insert(struct lookup *lookup,
                   const struct entry *entry,
                   const struct record **other,
                   bool *same,
                   struct error *error)
{
    const uint32_t tag = key_tag(entry->key, lookup->key_count);
    uint32_t reference;

    if (lookup->count >= lookup->slot_count / 4 * 3 && !grow_slots(lookup, error)) {
        return false;
    }
    struct slot *slot = find_slot(lookup, tag, entry->key);
    if (slot->reference != REFERENCE_NONE && !lookup->periods) {
        *other = lookup_record(lookup, slot->reference);
        *same = same_values(lookup, *other, entry);
        return true;
    }
    if (!add_record(lookup, entry, &reference, error)) {
        return false;
    }
    if (lookup->periods) {
        record_period(lookup, lookup_record(lookup, reference))->before = slot->reference;
    }
    *slot = (struct slot){.tag = tag, .reference = reference};
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
                 padded(lookup->header_size + record->key_size +
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
    return find_slot(lookup, key_tag(key, lookup->key_count), key)->reference;
}

static bool give_value(const struct lookup *lookup,
                       uint32_t reference,
                       int value_column,
                       struct text *value,
                       bool *is_null)
{
    if (reference == REFERENCE_NONE || reference == REFERENCE_CYCLE) {
        return false;
    }
    const struct record *record = lookup_record(lookup, reference);
    *value = record_value(lookup, record, value_column);
    *is_null = record->value_sizes[value_column] == VALUE_IS_NULL;
    return true;
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

    if (reference != REFERENCE_NONE && lookup->chase) {
        reference = lookup_record(lookup, reference)->final;
    }
    return give_value(lookup, reference, value_column, value, is_null);
}

bool lookup_find_at(const struct lookup *lookup,
                    const struct text *key,
                    int64_t when,
                    int value_column,
                    struct text *value,
                    bool *is_null)
{
    uint32_t reference = lookup_reference(lookup, key);

    while (reference != REFERENCE_NONE) {
        const struct period *period = record_period(lookup, lookup_record(lookup, reference));
        if (when >= period->begin) {
            return (when < period->end || period->end == INT64_MAX) &&
                   give_value(lookup, reference, value_column, value, is_null);
        }
        reference = period->before;
    }
    return false;
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
