/* hash.h — 128-bit hashes (XXH3) and the digest of a set of rows.
 *
 * XXH3 finds accidents, not forgery. Hashes are stored as canonical big-endian bytes or hex.
 * A digest is (count, sum of row hashes modulo 2^128): the order of rows does not matter,
 * duplicates count, digests of parts add up to the digest of the whole.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_HASH_H
#define NOVATE_HASH_H

#include "novate/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash {
    uint64_t low;
    uint64_t high;
};

struct digest {
    uint64_t rows;
    struct hash sum;
};

#define HASH_HEX_SIZE 33 /* 32 digits and NUL */

struct hash hash_bytes(const void *data, size_t size);
uint64_t hash_bytes64(const void *data, size_t size);
bool hash_equal(struct hash a, struct hash b);
int hash_compare(struct hash a, struct hash b);
void hash_hex(struct hash hash, char hex[HASH_HEX_SIZE]);
bool hash_from_hex(const char *hex, struct hash *hash) NODISCARD;

/* Hash over several pieces, each with its length, so that ("12","3") and ("1","23") differ. */
struct checksums;
struct hash_stream {
    void *state;
    struct checksums *also; /* NULL after opening; may be set: gets the same bytes (checksum.h) */
};
bool hash_stream_open(struct hash_stream *stream, struct error *error) NODISCARD;
void hash_stream_push(struct hash_stream *stream, const void *data, size_t size); /* raw bytes */
void hash_stream_field(struct hash_stream *stream, struct text field); /* length, then bytes */
struct hash hash_stream_value(const struct hash_stream *stream);
void hash_stream_close(struct hash_stream *stream);

void digest_add(struct digest *digest, struct hash row);
void digest_remove(struct digest *digest, struct hash row);
void digest_merge(struct digest *digest, const struct digest *other);
bool digest_equal(const struct digest *a, const struct digest *b);

#endif
