/* segment_crypt.c — streams, seals and SHA-256; the contract is in segment_crypt.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_key_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH_PIECE_BYTES ((size_t)64 << 10)
#define BOUND_BYTES      (8 + FRAME_HEAD_BYTES)

static_assert(CRYPT_HEADER_BYTES == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "format");
static_assert(CRYPT_EXTRA_BYTES == crypto_secretstream_xchacha20poly1305_ABYTES, "format");
static_assert(CRYPT_SEAL_BYTES == crypto_auth_hmacsha256_BYTES, "format");
static_assert(CRYPT_SHA256_BYTES == crypto_hash_sha256_BYTES, "format");

struct segment_crypt {
    crypto_secretstream_xchacha20poly1305_state state;
};

void segment_key_id_bytes(const struct segment_key *key, uint8_t id[CRYPT_ID_BYTES])
{
    bool ok = bytes_from_hex(key->id, id, CRYPT_ID_BYTES);
    assert(ok); /* derive() wrote it */
    (void)ok;
}

bool segment_encrypt_open(const struct segment_key *key,
                          uint8_t header[CRYPT_HEADER_BYTES],
                          struct segment_crypt **crypt,
                          struct error *error)
{
    *crypt = sodium_malloc(sizeof **crypt);
    if (*crypt == NULL) {
        return error_set_memory(error);
    }
    (void)crypto_secretstream_xchacha20poly1305_init_push(&(*crypt)->state, header, key->stream);
    return true;
}

bool segment_decrypt_open(const struct segment_key *key,
                          const uint8_t header[CRYPT_HEADER_BYTES],
                          struct segment_crypt **crypt,
                          struct error *error)
{
    *crypt = sodium_malloc(sizeof **crypt);
    if (*crypt == NULL) {
        return error_set_memory(error);
    }
    (void)crypto_secretstream_xchacha20poly1305_init_pull(&(*crypt)->state, header, key->stream);
    return true;
}

/* What a message is bound to beside its own bytes. */
static void bind_to(const uint8_t head[FRAME_HEAD_BYTES], uint64_t position, uint8_t *bound)
{
    store_le64(bound, position);
    memcpy(bound + 8, head, FRAME_HEAD_BYTES);
}

static uint8_t tag_of(bool last)
{
    return last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

void segment_encrypt(struct segment_crypt *crypt,
                     const uint8_t head[FRAME_HEAD_BYTES],
                     uint64_t position,
                     bool last,
                     const void *clear,
                     size_t size,
                     uint8_t *to)
{
    uint8_t bound[BOUND_BYTES];

    bind_to(head, position, bound);
    (void)crypto_secretstream_xchacha20poly1305_push(
        &crypt->state, to, NULL, clear, size, bound, sizeof bound, tag_of(last));
}

bool segment_decrypt(struct segment_crypt *crypt,
                     const uint8_t head[FRAME_HEAD_BYTES],
                     uint64_t position,
                     bool last,
                     const uint8_t *stored,
                     size_t size,
                     uint8_t *to)
{
    uint8_t bound[BOUND_BYTES];
    uint8_t tag = 0;

    bind_to(head, position, bound);
    return size >= CRYPT_EXTRA_BYTES &&
           crypto_secretstream_xchacha20poly1305_pull(
               &crypt->state, to, NULL, &tag, stored, size, bound, sizeof bound) == 0 &&
           tag == tag_of(last);
}

void segment_crypt_close(struct segment_crypt *crypt)
{
    sodium_free(crypt); /* wipes it */
}

void segment_seal(const struct segment_key *key,
                  const void *data,
                  size_t size,
                  uint8_t seal[CRYPT_SEAL_BYTES])
{
    (void)crypto_auth_hmacsha256(seal, data, size, key->seal);
}

bool segment_seal_holds(const struct segment_key *key,
                        const void *data,
                        size_t size,
                        const uint8_t seal[CRYPT_SEAL_BYTES])
{
    return crypto_auth_hmacsha256_verify(seal, data, size, key->seal) == 0;
}

static bool hash_descriptor(int descriptor,
                            const char *path,
                            uint8_t *piece,
                            uint8_t sha256[CRYPT_SHA256_BYTES],
                            uint64_t *bytes,
                            struct error *error)
{
    crypto_hash_sha256_state state;

    *bytes = 0;
    (void)crypto_hash_sha256_init(&state);
    for (;;) {
        ssize_t got = read(descriptor, piece, HASH_PIECE_BYTES);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_system(error, ERROR_IO, errno, "could not read file \"%s\"", path);
        }
        if (got == 0) {
            break;
        }
        (void)crypto_hash_sha256_update(&state, piece, (size_t)got);
        *bytes += (uint64_t)got;
    }
    (void)crypto_hash_sha256_final(&state, sha256);
    return true;
}

bool file_sha256(const char *path,
                 uint8_t sha256[CRYPT_SHA256_BYTES],
                 uint64_t *bytes,
                 struct error *error)
{
    uint8_t *piece = malloc(HASH_PIECE_BYTES);

    if (piece == NULL) {
        return error_set_memory(error);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = descriptor >= 0
                  ? hash_descriptor(descriptor, path, piece, sha256, bytes, error)
                  : error_set_system(error, ERROR_IO, errno, "could not open file \"%s\"", path);
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    free(piece);
    return ok;
}

void bytes_hex(const uint8_t *bytes, size_t size, char *hex)
{
    (void)sodium_bin2hex(hex, 2 * size + 1, bytes, size);
}

bool bytes_from_hex(const char *hex, uint8_t *bytes, size_t size)
{
    size_t read = 0;

    return strlen(hex) == 2 * size && strspn(hex, "0123456789abcdef") == 2 * size &&
           sodium_hex2bin(bytes, size, hex, 2 * size, NULL, &read, NULL) == 0 && read == size;
}
