/* canonical.h — canonical encoding, version 1, of values and rows, and the hash of a row.
 *
 * Specified in verify/README.md with test vectors, so that anyone can write it again. A field is
 *     tag (1 byte, types.def), then 0x00 for NULL, or 0x01, length (4 bytes, big-endian), bytes
 * and a row is its fields in order; its hash is XXH3-128 of that. Bytes by tag:
 *     n  number: 8 bytes big-endian two's complement if it is an integer that fits, preceded by
 *        'i'; otherwise 'd' and decimal_canonical() text. 1, 1.0 and 1.00 are equal.
 *     f  8 bytes big-endian IEEE 754; -0 as 0, every NaN as 0x7ff8000000000000
 *     b  0 or 1;  t, o UTF-8 bytes;  c UTF-8 without trailing blanks;  x bytes;  u 16 bytes
 *     i  months and days, 4 bytes each, then microseconds, 8 bytes, all big-endian
 *     d, h, s, z  8 bytes big-endian days or microseconds (type.h)
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_CANONICAL_H
#define NOVATE_CANONICAL_H

#include "novate/batch.h"
#include "novate/hash.h"
#include "novate/text.h"
#include "novate/vector.h"

/* Pushes the encoding of one value; fails only through the buffer's own check. */
void canonical_value(const struct vector *vector, int row, struct text_buffer *out);

/* Hash of the fields `columns` (indices into the batch, `count` of them; NULL: all in order) of
 * every row. `hashes` has room for batch->rows. `scratch` is reset by the call. */
bool canonical_hash_rows(const struct batch *batch,
                         const int *columns,
                         int count,
                         struct text_buffer *scratch,
                         struct hash *hashes,
                         struct error *error) NODISCARD;
/* Hash of one value by itself. */
bool canonical_hash_value(const struct vector *vector,
                          int row,
                          struct text_buffer *scratch,
                          struct hash *hash,
                          struct error *error) NODISCARD;

#endif
