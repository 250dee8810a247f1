/* hasher.c — the hashes of a batch's rows and of their keys.
 * SPDX-License-Identifier: Apache-2.0 */
#include "hasher.h"

#include "novate/canonical.h"

/* The encoding of a row of several fields of the largest size; beyond this a row cannot exist in
 * the target. */
static const size_t row_bytes_max = (size_t)4 << 30;

bool hasher_init(struct hasher *hasher,
                 const int *key,
                 int key_count,
                 const struct comparison *comparison,
                 struct arena *arena,
                 struct error *error)
{
    *hasher = (struct hasher){.key = key, .key_count = key_count};
    if (comparison != NULL) {
        hasher->columns = comparison->compared;
        hasher->column_count = comparison->compared_count;
    }
    text_buffer_init(&hasher->scratch, row_bytes_max);
    hasher->rows = ARENA_ARRAY(arena, struct hash, LIMIT_BATCH_ROWS);
    hasher->keys =
        key_count == 0 ? hasher->rows : ARENA_ARRAY(arena, struct hash, LIMIT_BATCH_ROWS);
    return (hasher->rows != NULL && hasher->keys != NULL) || error_set_memory(error);
}

bool hasher_apply(struct hasher *hasher, const struct batch *batch, struct error *error)
{
    if (!NOVATE_CHECK(error, batch->rows <= LIMIT_BATCH_ROWS)) {
        return false;
    }
    if (!canonical_hash_rows(
            batch, hasher->columns, hasher->column_count, &hasher->scratch, hasher->rows, error)) {
        return false;
    }
    return hasher->key_count == 0 ||
           canonical_hash_rows(
               batch, hasher->key, hasher->key_count, &hasher->scratch, hasher->keys, error);
}

bool hasher_value(struct hasher *hasher,
                  const struct vector *vector,
                  int row,
                  uint64_t *hash,
                  struct error *error)
{
    struct hash value = {.low = 0};
    bool ok = canonical_hash_value(vector, row, &hasher->scratch, &value, error);
    *hash = value.low;
    return ok;
}

bool hasher_key_json(struct hasher *hasher,
                     const struct batch *batch,
                     int row,
                     struct text *json,
                     struct error *error)
{
    struct vector key[LIMIT_KEY_COLUMNS];

    if (!NOVATE_CHECK(error, hasher->key_count <= LIMIT_KEY_COLUMNS)) {
        return false;
    }
    for (int i = 0; i < hasher->key_count; i++) {
        key[i] = batch->columns[hasher->key[i]];
    }
    text_buffer_reset(&hasher->scratch);
    vectors_key_json(key, hasher->key_count, row, &hasher->scratch);
    *json = text_from(hasher->scratch.data, hasher->scratch.size);
    return text_buffer_check(&hasher->scratch, error);
}

bool hasher_source_key_json(struct hasher *hasher,
                            const struct batch *batch,
                            int row,
                            struct text *json,
                            struct error *error)
{
    text_buffer_reset(&hasher->scratch);
    batch_key_json(batch, row, &hasher->scratch);
    *json = text_from(hasher->scratch.data, hasher->scratch.size);
    return text_buffer_check(&hasher->scratch, error);
}

void hasher_release(struct hasher *hasher)
{
    text_buffer_release(&hasher->scratch);
}
