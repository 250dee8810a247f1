/* pick.h — some records of many: those with the smallest hashes of their keys.
 *
 * Which records are picked depends on their keys and the seed alone: not on the order in which they
 * are read, nor on how the source is cut into chunks. The hash is XXH3-128 of the text
 *     novate pick 1 SEED\n["KEY", …]
 * with the key as batch_key_json() writes it; of a source without a key, the hash of the record in
 * its place. Records that the reader could not decode are not picked.
 *
 *     pick_create … pick_offer() for every batch, in one pass … pick_finish … pick_fill …
 * pick_destroy
 *
 * Memory   the values of the records that are held, counted against the budget.
 * Threads  one at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_PICK_H
#define NOVATE_PICK_H

#include "novate/batch.h"
#include "novate/error.h"
#include "novate/hash.h"

#include <stdbool.h>
#include <stdint.h>

struct pick;

struct picked {
    struct hash order;       /* by which it was picked */
    struct hash source_hash; /* of the record */
    const char *key;         /* JSON array of texts; without a key the record's hash, as hex */
};

/* `size` is LIMIT_PICKED_RECORDS at most. `schema` is that of the batches and outlives the pick, as
 * does `key`, indices in it. */
bool pick_create(const struct schema *schema,
                 const int *key,
                 int key_count,
                 uint64_t seed,
                 int size,
                 struct budget *budget,
                 struct pick **pick,
                 struct error *error) NODISCARD;
/* The batch is not changed. Records of a chunk that begins anew are forgotten first. */
bool pick_offer(struct pick *pick, const struct batch *batch, struct error *error) NODISCARD;
/* The same of some rows of the batch, in ascending order, and without forgetting. */
bool pick_offer_rows(struct pick *pick,
                     const struct batch *batch,
                     const uint16_t *rows,
                     int count,
                     struct error *error) NODISCARD;
/* Forgets the records of a chunk. */
void pick_forget(struct pick *pick, int chunk);
/* Brings what was picked into its order, by hash. */
void pick_finish(struct pick *pick);
int pick_count(const struct pick *pick);
/* How many were offered, those with row errors not counted. */
uint64_t pick_offered(const struct pick *pick);
const struct picked *pick_record(const struct pick *pick, int index);
/* `batch`, of the same schema, becomes the records [first, first + count), LIMIT_BATCH_ROWS at
 * most; its texts are the pick's. */
bool pick_fill(const struct pick *pick,
               int first,
               int count,
               struct batch *batch,
               struct error *error) NODISCARD;
void pick_destroy(struct pick *pick); /* NULL is allowed */

#endif
