/* segment_key.c — the key of segments, and what is derived from it; the contract is in
 * novate/segment_key.h.
 *
 * From the key of the file come, by crypto_kdf (BLAKE2b) with the context "NVSEGMNT": 1 the key of
 * streams, 2 that of seals, 3 the id.
 * SPDX-License-Identifier: Apache-2.0 */
#include "key_file.h"
#include "segment_key_internal.h"

#include <assert.h>
#include <sodium.h>

#define KEY_CONTEXT "NVSEGMNT"

static_assert(KEY_FILE_BYTES == crypto_kdf_KEYBYTES, "as crypto_kdf wants it");
static_assert(sizeof KEY_CONTEXT - 1 == crypto_kdf_CONTEXTBYTES, "as crypto_kdf wants it");

static const struct key_file_kind kind = {
    .line = "novate segment key 1\n",
    .hint = "\"novate segments key FILE\" makes one.",
    .loss = "what it encrypted would be lost",
};

bool segment_key_make(const char *path, struct error *error)
{
    uint8_t key[KEY_FILE_BYTES];

    if (!key_file_ready(error)) {
        return false;
    }
    crypto_kdf_keygen(key);
    bool ok = key_file_make(&kind, path, key, error);
    sodium_memzero(key, sizeof key);
    return ok;
}

static void derive(struct segment_key *key, const uint8_t master[KEY_FILE_BYTES])
{
    uint8_t id[CRYPT_ID_BYTES];

    /* It fails for sizes that are out of range only, and these are constants. */
    (void)crypto_kdf_derive_from_key(key->stream, sizeof key->stream, 1, KEY_CONTEXT, master);
    (void)crypto_kdf_derive_from_key(key->seal, sizeof key->seal, 2, KEY_CONTEXT, master);
    (void)crypto_kdf_derive_from_key(id, sizeof id, 3, KEY_CONTEXT, master);
    bytes_hex(id, sizeof id, key->id);
}

bool segment_key_open(const char *path, struct segment_key **key, struct error *error)
{
    uint8_t master[KEY_FILE_BYTES];

    *key = NULL;
    if (!key_file_ready(error)) {
        return false;
    }
    struct segment_key *opened = sodium_malloc(sizeof *opened);
    bool ok =
        (opened != NULL || error_set_memory(error)) && key_file_read(&kind, path, master, error);
    if (ok) {
        derive(opened, master);
    }
    sodium_memzero(master, sizeof master);
    if (!ok) {
        segment_key_close(opened);
        return false;
    }
    (void)sodium_mprotect_readonly(opened);
    *key = opened;
    return true;
}

void segment_key_close(struct segment_key *key)
{
    sodium_free(key); /* wipes it */
}

const char *segment_key_id(const struct segment_key *key)
{
    return key->id;
}
