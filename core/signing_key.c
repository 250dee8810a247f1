/* signing_key.c — Ed25519 by libsodium; the contract is in novate/signing_key.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/signing_key.h"

#include "key_file.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SIGNATURE_LINE "novate signature 1"

enum {
    PATH_BYTES_MAX = 4096
};

static_assert(KEY_FILE_BYTES == crypto_sign_SEEDBYTES, "the secret file holds the seed");
static_assert(KEY_FILE_BYTES == crypto_sign_PUBLICKEYBYTES, "as Ed25519 has it");
static_assert(SIGNING_PUBLIC_HEX_SIZE == 2 * crypto_sign_PUBLICKEYBYTES + 1, "as hexadecimal");

static const struct key_file_kind secret_kind = {
    .line = "novate signing key 1\n",
    .hint = "\"novate key new FILE\" makes one.",
    .loss = "nothing more could be signed with it",
};
static const struct key_file_kind public_kind = {
    .line = "novate public key 1\n",
    .hint = "The public half of a key stands in the file whose name ends in \".pub\".",
    .loss = "what it checks could not be checked any more",
    .open = true,
};

struct signing_key {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
};

static bool public_path(const char *path, char out[PATH_BYTES_MAX], struct error *error)
{
    int size = snprintf(out, PATH_BYTES_MAX, "%s.pub", path);
    return (size > 0 && size < PATH_BYTES_MAX) ||
           error_set(error, ERROR_USAGE, "the name of the key file is too long");
}

bool signing_key_make(const char *path, struct error *error)
{
    char beside[PATH_BYTES_MAX];
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];

    if (!key_file_ready(error) || !public_path(path, beside, error)) {
        return false;
    }
    randombytes_buf(seed, sizeof seed);
    (void)crypto_sign_seed_keypair(public_key, secret, seed);
    bool ok = key_file_make(&secret_kind, path, seed, error);
    if (ok && !key_file_make(&public_kind, beside, public_key, error)) {
        (void)unlink(path);
        ok = false;
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    return ok;
}

bool signing_key_open(const char *path, struct signing_key **key, struct error *error)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

    *key = NULL;
    if (!key_file_ready(error)) {
        return false;
    }
    struct signing_key *opened = sodium_malloc(sizeof *opened);
    bool ok = (opened != NULL || error_set_memory(error)) &&
              key_file_read(&secret_kind, path, seed, error);
    if (ok) {
        (void)crypto_sign_seed_keypair(public_key, opened->secret, seed);
        (void)sodium_bin2hex(
            opened->public_hex, sizeof opened->public_hex, public_key, sizeof public_key);
    }
    sodium_memzero(seed, sizeof seed);
    if (!ok) {
        signing_key_close(opened);
        return false;
    }
    (void)sodium_mprotect_readonly(opened);
    *key = opened;
    return true;
}

void signing_key_close(struct signing_key *key)
{
    sodium_free(key); /* wipes it */
}

const char *signing_key_public(const struct signing_key *key)
{
    return key->public_hex;
}

bool signing_key_sign(const struct signing_key *key,
                      struct text bytes,
                      char text[SIGNATURE_TEXT_SIZE],
                      struct error *error)
{
    uint8_t signature[crypto_sign_BYTES];
    char hex[2 * crypto_sign_BYTES + 1];

    if (crypto_sign_detached(
            signature, NULL, (const uint8_t *)bytes.data, bytes.size, key->secret) != 0) {
        return error_set(error, ERROR_INTERNAL, "libsodium could not sign");
    }
    (void)sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    int size =
        snprintf(text, SIGNATURE_TEXT_SIZE, SIGNATURE_LINE "\n%s\n%s\n", key->public_hex, hex);
    return NOVATE_CHECK(error, size > 0 && size < SIGNATURE_TEXT_SIZE);
}

bool signing_public_read(const char *path,
                         char public_hex[SIGNING_PUBLIC_HEX_SIZE],
                         struct error *error)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

    if (!key_file_ready(error) || !key_file_read(&public_kind, path, public_key, error)) {
        return false;
    }
    (void)sodium_bin2hex(public_hex, SIGNING_PUBLIC_HEX_SIZE, public_key, sizeof public_key);
    return true;
}

/* Only what sodium_bin2hex() writes: of a signature too, every altered byte is to be found. */
static bool read_hex(struct text *rest, uint8_t *bytes, size_t size)
{
    char again[2 * crypto_sign_BYTES + 1];
    size_t digits = 2 * size;
    size_t read = 0;
    if (rest->size < digits + 1 || rest->data[digits] != '\n' ||
        sodium_hex2bin(bytes, size, rest->data, digits, NULL, &read, NULL) != 0 || read != size) {
        return false;
    }
    (void)sodium_bin2hex(again, sizeof again, bytes, size);
    bool same = memcmp(again, rest->data, digits) == 0;
    *rest = text_from(rest->data + digits + 1, rest->size - digits - 1);
    return same;
}

bool signature_check(struct text signature,
                     struct text bytes,
                     char public_hex[SIGNING_PUBLIC_HEX_SIZE],
                     bool *valid,
                     struct error *error)
{
    static const char line[] = SIGNATURE_LINE "\n";
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t given[crypto_sign_BYTES];
    size_t head = sizeof line - 1;

    *valid = false;
    if (!key_file_ready(error)) {
        return false;
    }
    bool whole = signature.size > head && memcmp(signature.data, line, head) == 0;
    struct text rest = whole ? text_from(signature.data + head, signature.size - head) : TEXT_NONE;
    if (!whole || !read_hex(&rest, public_key, sizeof public_key) ||
        !read_hex(&rest, given, sizeof given) || rest.size != 0) {
        return error_set(error, ERROR_CORRUPT, "the signature is none of novate's, or was altered");
    }
    (void)sodium_bin2hex(public_hex, SIGNING_PUBLIC_HEX_SIZE, public_key, sizeof public_key);
    *valid = crypto_sign_verify_detached(
                 given, (const uint8_t *)bytes.data, bytes.size, public_key) == 0;
    return true;
}
