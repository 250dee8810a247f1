/* segment_crypt.h — what is done with a segment_key: streams of a segment, seals, SHA-256. With
 * segment_key.c the only code that knows libsodium.
 *
 * A stream is XChaCha20-Poly1305 in libsodium's crypto_secretstream: messages can be neither
 * altered, left out, put in another order nor cut off at the end without being noticed. Each
 * message is bound to the head of its frame and to the place of the frame in the file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_CRYPT_H
#define NOVATE_SEGMENT_CRYPT_H

#include "segment_format.h"

#include "novate/segment_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPT_HEADER_BYTES 24 /* of a stream, random, kept in the clear */
#define CRYPT_EXTRA_BYTES  17 /* that a message is longer than what it hides */
#define CRYPT_ID_BYTES     16
#define CRYPT_SEAL_BYTES   32
#define CRYPT_SHA256_BYTES 32

/* The id as it stands in a segment. */
void segment_key_id_bytes(const struct segment_key *key, uint8_t id[CRYPT_ID_BYTES]);

struct segment_crypt;
bool segment_encrypt_open(const struct segment_key *key,
                          uint8_t header[CRYPT_HEADER_BYTES],
                          struct segment_crypt **crypt,
                          struct error *error) NODISCARD;
/* `to` has room for `size` + CRYPT_EXTRA_BYTES and does not overlap `clear`. */
void segment_encrypt(struct segment_crypt *crypt,
                     const uint8_t head[FRAME_HEAD_BYTES],
                     uint64_t position,
                     bool last,
                     const void *clear,
                     size_t size,
                     uint8_t *to);

bool segment_decrypt_open(const struct segment_key *key,
                          const uint8_t header[CRYPT_HEADER_BYTES],
                          struct segment_crypt **crypt,
                          struct error *error) NODISCARD;
/* `to` has room for `size` - CRYPT_EXTRA_BYTES. False: it is not what was encrypted as this
 * message, or it is the last one where `last` is false, or the other way round. */
bool segment_decrypt(struct segment_crypt *crypt,
                     const uint8_t head[FRAME_HEAD_BYTES],
                     uint64_t position,
                     bool last,
                     const uint8_t *stored,
                     size_t size,
                     uint8_t *to) NODISCARD;
void segment_crypt_close(struct segment_crypt *crypt); /* NULL is allowed */

/* HMAC-SHA-256 under a subkey of its own. */
void segment_seal(const struct segment_key *key,
                  const void *data,
                  size_t size,
                  uint8_t seal[CRYPT_SEAL_BYTES]);
bool segment_seal_holds(const struct segment_key *key,
                        const void *data,
                        size_t size,
                        const uint8_t seal[CRYPT_SEAL_BYTES]) NODISCARD;

/* SHA-256 of a whole file, and its size; ERROR_IO. */
bool file_sha256(const char *path,
                 uint8_t sha256[CRYPT_SHA256_BYTES],
                 uint64_t *bytes,
                 struct error *error) NODISCARD;
/* Lower-case hexadecimal digits and NUL: 2 * size + 1. */
void bytes_hex(const uint8_t *bytes, size_t size, char *hex);
/* Exactly `size` bytes, of lower-case digits. */
bool bytes_from_hex(const char *hex, uint8_t *bytes, size_t size) NODISCARD;

#endif
