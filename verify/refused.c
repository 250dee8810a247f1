/* refused.c — source records that the target refused when they were loaded.
 * SPDX-License-Identifier: Apache-2.0 */
#include "refused.h"

#include "novate/hash.h"

#include <string.h>

/* The slot of a key, or the free one where it belongs. */
static struct refused_key *slot_of(const struct refused *refused, struct text key, uint64_t hash)
{
    size_t i = (size_t)hash & refused->mask;
    while (refused->slots[i].key != NULL &&
           (refused->slots[i].hash != hash || !text_equal(text_of(refused->slots[i].key), key))) {
        i = (i + 1) & refused->mask;
    }
    return &refused->slots[i];
}

bool refused_init(struct refused *refused,
                  const char *const *keys,
                  int count,
                  struct arena *arena,
                  struct error *error)
{
    *refused = (struct refused){.slots = NULL};
    if (count == 0) {
        return true;
    }
    size_t size = 2;
    while (size < (size_t)count * 2) {
        size *= 2;
    }
    refused->mask = size - 1;
    refused->slots = ARENA_ARRAY(arena, struct refused_key, size);
    refused->rows = ARENA_ARRAY(arena, struct refused_row, (size_t)count);
    if (refused->slots == NULL || refused->rows == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < count; i++) {
        struct text key = text_of(keys[i]);
        uint64_t hash = hash_bytes64(key.data, key.size);
        struct refused_key *slot = slot_of(refused, key, hash);
        slot->key = keys[i];
        slot->hash = hash;
        slot->count++;
    }
    return true;
}

struct refused_key *refused_find(const struct refused *refused, struct text key)
{
    if (refused->slots == NULL) {
        return NULL;
    }
    struct refused_key *slot = slot_of(refused, key, hash_bytes64(key.data, key.size));
    return slot->key == NULL ? NULL : slot;
}

uint64_t refused_mark(const struct refused_key *key)
{
    return key->hash >> 1;
}

struct refused_key *refused_marked(const struct refused *refused, uint64_t mark)
{
    /* A mark lacks the lowest bit of the hash. */
    for (unsigned bit = 0; refused->slots != NULL && bit <= 1; bit++) {
        uint64_t hash = mark << 1 | bit;
        size_t i = (size_t)hash & refused->mask;
        while (refused->slots[i].key != NULL && refused->slots[i].hash != hash) {
            i = (i + 1) & refused->mask;
        }
        if (refused->slots[i].key != NULL) {
            return &refused->slots[i];
        }
    }
    return NULL;
}

bool refused_set_aside(struct refused *refused, struct refused_key *key, int bucket)
{
    if (key->set_aside == key->count) {
        return false;
    }
    key->set_aside++;
    refused->rows[refused->row_count++] = (struct refused_row){.key = key, .bucket = bucket};
    return true;
}

void refused_take_back(struct refused *refused, int row_count)
{
    while (refused->row_count > row_count) {
        refused->rows[--refused->row_count].key->set_aside--;
    }
}

void refused_settle(struct refused *refused, const struct bucket_set *explained)
{
    for (int i = 0; i < refused->row_count; i++) {
        if (explained->has[refused->rows[i].bucket]) {
            refused->rows[i].key->count--;
        }
    }
}
