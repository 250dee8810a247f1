/* pick.c — the contract is in novate/pick.h.
 *
 * A heap with the largest hash on top; a record that is pushed out gives its memory back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/pick.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BLOCK_BYTES 1024

struct entry {
    struct picked picked;
    int chunk;
    unsigned char *values; /* per column, at pick->offsets */
    bool *nulls;
    struct arena arena;
};

struct pick {
    const struct schema *schema;
    const int *key;
    int key_count;
    int size;
    int count;
    uint64_t offered;
    struct budget *budget;
    struct entry **entries;
    size_t *offsets;
    size_t value_bytes;
    size_t prefix_bytes; /* of `text` */
    struct text_buffer text;
    struct vector *key_columns; /* of the batch in hand */
    struct arena arena;
};

bool pick_create(const struct schema *schema,
                 const int *key,
                 int key_count,
                 uint64_t seed,
                 int size,
                 struct budget *budget,
                 struct pick **pick,
                 struct error *error)
{
    struct arena arena;
    if (!NOVATE_CHECK(error, size > 0 && size <= LIMIT_PICKED_RECORDS)) {
        return false;
    }
    arena_init(&arena, 4096, budget);
    struct pick *made = ARENA_NEW(&arena, struct pick);
    if (made == NULL) {
        return error_set_memory(error);
    }
    *made = (struct pick){.schema = schema,
                          .key = key,
                          .key_count = key_count,
                          .size = size,
                          .budget = budget,
                          .arena = arena};
    text_buffer_init(&made->text, LIMIT_RECORD_BYTES);
    text_buffer_format(&made->text, "novate pick 1 %" PRIu64 "\n", seed);
    made->prefix_bytes = made->text.size;
    made->entries = ARENA_ARRAY(&made->arena, struct entry *, (size_t)size);
    made->offsets = ARENA_ARRAY(&made->arena, size_t, (size_t)schema->count + 1);
    made->key_columns = ARENA_ARRAY(&made->arena, struct vector, (size_t)key_count + 1);
    *pick = made;
    if (made->entries == NULL || made->offsets == NULL || made->key_columns == NULL) {
        pick_destroy(made);
        *pick = NULL;
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        size_t bytes = storage_size(type_storage(schema->columns[i].type.id));
        made->offsets[i] = made->value_bytes;
        made->value_bytes += (bytes + 15) & ~(size_t)15;
    }
    return true;
}

static void entry_destroy(struct entry *entry)
{
    struct arena arena = entry->arena; /* it lies in there itself */
    arena_release(&arena);
}

void pick_destroy(struct pick *pick)
{
    if (pick == NULL) {
        return;
    }
    for (int i = 0; i < pick->count; i++) {
        entry_destroy(pick->entries[i]);
    }
    text_buffer_release(&pick->text);
    struct arena arena = pick->arena;
    arena_release(&arena);
}

/* The key of a row, and its hash. */
static bool rank(
    struct pick *pick, const struct batch *batch, int row, struct hash *order, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    pick->text.size = pick->prefix_bytes;
    if (pick->key_count > 0) {
        vectors_key_json(pick->key_columns, pick->key_count, row, &pick->text);
    } else {
        hash_hex(batch->source_hashes[row], hex);
        text_buffer_string(&pick->text, hex);
    }
    if (!text_buffer_check(&pick->text, error)) {
        return false;
    }
    *order = hash_bytes(pick->text.data, pick->text.size);
    return true;
}

static bool is_before(struct hash left_order, struct hash left_record, const struct picked *right)
{
    int order = hash_compare(left_order, right->order);
    return order != 0 ? order < 0 : hash_compare(left_record, right->source_hash) < 0;
}

static bool entry_is_before(const struct entry *left, const struct entry *right)
{
    return is_before(left->picked.order, left->picked.source_hash, &right->picked);
}

static void swap(struct pick *pick, int a, int b)
{
    struct entry *entry = pick->entries[a];
    pick->entries[a] = pick->entries[b];
    pick->entries[b] = entry;
}

static void sift_up(struct pick *pick, int at)
{
    while (at > 0 && entry_is_before(pick->entries[(at - 1) / 2], pick->entries[at])) {
        swap(pick, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct pick *pick)
{
    for (int at = 0;;) {
        int largest = at;
        for (int child = 2 * at + 1; child <= 2 * at + 2 && child < pick->count; child++) {
            largest =
                entry_is_before(pick->entries[largest], pick->entries[child]) ? child : largest;
        }
        if (largest == at) {
            return;
        }
        swap(pick, at, largest);
        at = largest;
    }
}

/* What a value points to becomes the entry's. */
static bool own_value(struct entry *entry, enum storage storage, unsigned char *value)
{
    if (storage == STORAGE_TEXT) {
        struct text *text = (struct text *)(void *)value;
        if (text->size == 0) {
            *text = TEXT_NONE;
            return true;
        }
        const char *copy = arena_copy(&entry->arena, text->data, text->size);
        *text = text_from(copy, text->size);
        return copy != NULL;
    }
    if (storage == STORAGE_DECIMAL) {
        struct decimal *decimal = (struct decimal *)(void *)value;
        if (decimal->kind == DECIMAL_WIDE) {
            decimal->digits = arena_copy(&entry->arena, decimal->digits, decimal->digit_count);
            return decimal->digits != NULL;
        }
    }
    return true;
}

static bool copy_values(const struct pick *pick,
                        const struct batch *batch,
                        int row,
                        struct entry *entry)
{
    for (int i = 0; i < pick->schema->count; i++) {
        const struct vector *vector = &batch->columns[i];
        enum storage storage = type_storage(pick->schema->columns[i].type.id);
        size_t bytes = storage_size(storage);
        int slot = vector_slot(vector, row);
        entry->nulls[i] = !validity_get(vector->valid, slot);
        if (entry->nulls[i]) {
            continue;
        }
        unsigned char *value = entry->values + pick->offsets[i];
        memcpy(value, (const unsigned char *)vector->data + (size_t)slot * bytes, bytes);
        if (!own_value(entry, storage, value)) {
            return false;
        }
    }
    return true;
}

static struct entry *copy_row(struct pick *pick, const struct batch *batch, int row)
{
    struct arena arena;
    arena_init(&arena, RECORD_BLOCK_BYTES, pick->budget);
    struct entry *entry = ARENA_NEW(&arena, struct entry);
    if (entry == NULL) {
        arena_release(&arena);
        return NULL;
    }
    entry->arena = arena;
    entry->chunk = batch->chunk;
    entry->picked.source_hash = batch->source_hashes[row];
    entry->picked.key = arena_copy(
        &entry->arena, pick->text.data + pick->prefix_bytes, pick->text.size - pick->prefix_bytes);
    entry->values = arena_push(&entry->arena, pick->value_bytes + 1, alignof(max_align_t));
    entry->nulls = ARENA_ARRAY(&entry->arena, bool, (size_t)pick->schema->count + 1);
    if (entry->picked.key == NULL || entry->values == NULL || entry->nulls == NULL ||
        !copy_values(pick, batch, row, entry)) {
        entry_destroy(entry);
        return NULL;
    }
    return entry;
}

static bool offer_row(struct pick *pick, const struct batch *batch, int row, struct error *error)
{
    struct hash order;
    bool full = pick->count == pick->size;
    if (!rank(pick, batch, row, &order, error)) {
        return false;
    }
    pick->offered++;
    if (full && !is_before(order, batch->source_hashes[row], &pick->entries[0]->picked)) {
        return true;
    }
    struct entry *entry = copy_row(pick, batch, row);
    if (entry == NULL) {
        error_set_memory(error);
        return error_context(error, "keeping %d records", pick->size);
    }
    entry->picked.order = order;
    if (full) {
        entry_destroy(pick->entries[0]);
        pick->entries[0] = entry;
        sift_down(pick);
    } else {
        pick->entries[pick->count++] = entry;
        sift_up(pick, pick->count - 1);
    }
    return true;
}

/* The records of a chunk come again from its beginning. */
void pick_forget(struct pick *pick, int chunk)
{
    int count = pick->count;
    pick->count = 0;
    for (int i = 0; i < count; i++) {
        if (pick->entries[i]->chunk == chunk) {
            entry_destroy(pick->entries[i]);
            continue;
        }
        pick->entries[pick->count++] = pick->entries[i];
        sift_up(pick, pick->count - 1);
    }
}

static void take_keys(struct pick *pick, const struct batch *batch)
{
    for (int i = 0; i < pick->key_count; i++) {
        pick->key_columns[i] = batch->columns[pick->key[i]];
    }
}

bool pick_offer(struct pick *pick, const struct batch *batch, struct error *error)
{
    if (batch->chunk_restarts) {
        pick_forget(pick, batch->chunk);
    }
    take_keys(pick, batch);
    for (int row = 0; row < batch->rows; row++) {
        bool damaged = batch->error_rows != NULL && validity_get(batch->error_rows, row);
        if (!damaged && !offer_row(pick, batch, row, error)) {
            return false;
        }
    }
    return true;
}

bool pick_offer_rows(struct pick *pick,
                     const struct batch *batch,
                     const uint16_t *rows,
                     int count,
                     struct error *error)
{
    take_keys(pick, batch);
    for (int i = 0; i < count; i++) {
        if (!offer_row(pick, batch, rows[i], error)) {
            return false;
        }
    }
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *const *a = left;
    const struct entry *const *b = right;
    return entry_is_before(*a, *b) ? -1 : entry_is_before(*b, *a);
}

void pick_finish(struct pick *pick)
{
    qsort((void *)pick->entries, (size_t)pick->count, sizeof *pick->entries, compare_entries);
}

int pick_count(const struct pick *pick)
{
    return pick->count;
}

uint64_t pick_offered(const struct pick *pick)
{
    return pick->offered;
}

const struct picked *pick_record(const struct pick *pick, int index)
{
    return &pick->entries[index]->picked;
}

static bool put_values(const struct pick *pick,
                       const struct entry *entry,
                       struct batch *batch,
                       int row,
                       struct error *error)
{
    for (int i = 0; i < pick->schema->count; i++) {
        struct vector *vector = &batch->columns[i];
        size_t bytes = storage_size(type_storage(pick->schema->columns[i].type.id));
        if (entry->nulls[i]) {
            if (!vector_ensure_validity(vector, &batch->arena, error)) {
                return false;
            }
            validity_clear(vector->valid, row);
        } else {
            memcpy((unsigned char *)vector->data + (size_t)row * bytes,
                   entry->values + pick->offsets[i],
                   bytes);
        }
    }
    return true;
}

bool pick_fill(
    const struct pick *pick, int first, int count, struct batch *batch, struct error *error)
{
    if (!NOVATE_CHECK(error, first >= 0 && first + count <= pick->count) ||
        !batch_begin(batch, count, false, error)) {
        return false;
    }
    for (int row = 0; row < count; row++) {
        const struct entry *entry = pick->entries[first + row];
        batch->source_hashes[row] = entry->picked.source_hash;
        if (!put_values(pick, entry, batch, row, error)) {
            return false;
        }
    }
    batch_set_rows(batch, count);
    return true;
}
