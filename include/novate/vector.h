/* vector.h — a column of a batch: typed values, which of them are NULL, and how they are laid out.
 *
 * FLAT        `data` holds one value per row.
 * CONSTANT    `data` holds one value for all rows; `valid` has one bit.
 * DICTIONARY  `data` (and `valid`) hold `base_rows` values; `index` says which one a row has.
 *
 * Invariants, checked by vector_validate(): `valid` NULL means that no value is NULL; otherwise bit
 * i of word i / 64 is 1 where value i is there, bits past the end are 0. The value under a NULL is
 * all zero bytes. Text and bytes belong to the arena of the batch (or live longer).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_VECTOR_H
#define NOVATE_VECTOR_H

#include "novate/arena.h"
#include "novate/decimal.h"
#include "novate/error.h"
#include "novate/text.h"
#include "novate/type.h"

#include <stdbool.h>
#include <stdint.h>

enum encoding {
    ENCODING_FLAT,
    ENCODING_CONSTANT,
    ENCODING_DICTIONARY
};

struct vector {
    struct type type;
    enum encoding encoding;
    int rows;
    int base_rows; /* values in `data`: rows, 1, or the size of the dictionary */
    union {
        void *data;
        uint8_t *bools;
        int64_t *int64s;
        double *doubles;
        struct decimal *decimals;
        struct text *texts;
        struct uuid *uuids;
        struct interval *intervals;
    };
    uint64_t *valid;
    uint16_t *index;
};

/* Words of a validity bitmap for `rows`. */
static inline size_t validity_words(int rows)
{
    return ((size_t)rows + 63) / 64;
}

static inline bool validity_get(const uint64_t *valid, int row)
{
    return valid == NULL || ((valid[row >> 6] >> (row & 63)) & 1) != 0;
}

static inline void validity_set(uint64_t *valid, int row)
{
    valid[row >> 6] |= UINT64_C(1) << (row & 63);
}

static inline void validity_clear(uint64_t *valid, int row)
{
    valid[row >> 6] &= ~(UINT64_C(1) << (row & 63));
}

/* Where row `row` has its value in `data`, whatever the encoding. */
static inline int vector_slot(const struct vector *vector, int row)
{
    return vector->encoding == ENCODING_FLAT       ? row
           : vector->encoding == ENCODING_CONSTANT ? 0
                                                   : (int)vector->index[row];
}

static inline bool vector_is_null(const struct vector *vector, int row)
{
    return !validity_get(vector->valid, vector_slot(vector, row));
}

/* A flat vector of `rows` zero values, all there (`valid` is NULL). */
bool vector_create(struct vector *vector,
                   struct type type,
                   int rows,
                   struct arena *arena,
                   struct error *error) NODISCARD;
/* A constant vector of one zero value; `null` says whether it is NULL. */
bool vector_create_constant(struct vector *vector,
                            struct type type,
                            int rows,
                            bool null,
                            struct arena *arena,
                            struct error *error) NODISCARD;
/* Gives a vector a bitmap of ones (one per value in `data`), if it has none. */
bool vector_ensure_validity(struct vector *vector,
                            struct arena *arena,
                            struct error *error) NODISCARD;
/* Gives the vector `rows` rows: a flat one has no more values than before, and bits past them
 * become 0. */
void vector_set_rows(struct vector *vector, int rows);
/* The same values as a flat vector; `out` may share memory with `vector`. */
bool vector_flatten(const struct vector *vector,
                    struct arena *arena,
                    struct vector *out,
                    struct error *error) NODISCARD;
/* The rows named by `selection` (row indices, `count` of them), copied shallowly: flat, or constant
 * where `vector` is. */
bool vector_select(const struct vector *vector,
                   const uint16_t *selection,
                   int count,
                   struct arena *arena,
                   struct vector *out,
                   struct error *error) NODISCARD;
/* Breaks an invariant? ERROR_INTERNAL says which. For tests and asserts. */
bool vector_validate(const struct vector *vector, struct error *error) NODISCARD;
/* The value of a row as PostgreSQL prints it; "" for NULL. BYTEA as \x…, CHAR without padding. */
void vector_format(const struct vector *vector, int row, struct text_buffer *out);

#endif
