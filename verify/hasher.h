/* hasher.h — the hashes of a batch's rows and of their keys.
 *
 * Without a key a row stands for itself: its key hash is its row hash, and what follows compares
 * multisets of rows. SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VERIFY_HASHER_H
#define NOVATE_VERIFY_HASHER_H

#include "comparison.h"

#include "novate/batch.h"
#include "novate/hash.h"
#include "novate/limits.h"

#include <stdbool.h>

struct hasher {
    const int *key; /* columns of the key; not owned */
    int key_count;
    const int *columns; /* that count; NULL: all; not owned */
    int column_count;
    struct hash *rows; /* of the batch hashed last */
    struct hash *keys;
    struct text_buffer scratch;
};

/* `comparison` says which columns count; NULL: all. */
bool hasher_init(struct hasher *hasher,
                 const int *key,
                 int key_count,
                 const struct comparison *comparison,
                 struct arena *arena,
                 struct error *error) NODISCARD;
bool hasher_apply(struct hasher *hasher, const struct batch *batch, struct error *error) NODISCARD;
/* The hash of one value, for naming columns that differ. */
bool hasher_value(struct hasher *hasher,
                  const struct vector *vector,
                  int row,
                  uint64_t *hash,
                  struct error *error) NODISCARD;
/* The key of a row as a JSON array; valid until the hasher is used again. */
bool hasher_key_json(struct hasher *hasher,
                     const struct batch *batch,
                     int row,
                     struct text *json,
                     struct error *error) NODISCARD;
/* The same of the source record behind the row. */
bool hasher_source_key_json(struct hasher *hasher,
                            const struct batch *batch,
                            int row,
                            struct text *json,
                            struct error *error) NODISCARD;
void hasher_release(struct hasher *hasher);

#endif
