/* segment_key.c — key files, and what is derived from a key; the contract is in
 * novate/segment_key.h.
 *
 * From the key of the file come, by crypto_kdf (BLAKE2b) with the context "NVSEGMNT": 1 the key of
 * streams, 2 that of seals, 3 the id.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"
#include "segment_key_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_LINE    "novate segment key 1\n"
#define KEY_BYTES   crypto_kdf_KEYBYTES
#define KEY_CONTEXT "NVSEGMNT"

enum {
    KEY_LINE_BYTES = sizeof KEY_LINE - 1,
    KEY_TEXT_BYTES = KEY_LINE_BYTES + 2 * KEY_BYTES + 1 /* line end */
};

static_assert(KEY_BYTES == 32, "the form of the key file says so");
static_assert(sizeof KEY_CONTEXT - 1 == crypto_kdf_CONTEXTBYTES, "as crypto_kdf wants it");

static bool sodium_ready(struct error *error)
{
    return sodium_init() >= 0 || error_set(error, ERROR_INTERNAL, "libsodium could not start");
}

static bool write_all(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, data, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* A file that is there only in part would be refused as no key: nothing was encrypted with it. */
static bool write_key(int descriptor, const char *path, struct error *error)
{
    char text[KEY_TEXT_BYTES + 1];
    uint8_t key[KEY_BYTES];

    crypto_kdf_keygen(key);
    memcpy(text, KEY_LINE, KEY_LINE_BYTES);
    (void)sodium_bin2hex(text + KEY_LINE_BYTES, 2 * KEY_BYTES + 1, key, sizeof key);
    text[KEY_TEXT_BYTES - 1] = '\n';
    bool ok = fchmod(descriptor, 0600) == 0 && write_all(descriptor, text, KEY_TEXT_BYTES) &&
              fsync(descriptor) == 0;
    int reason = errno;
    sodium_memzero(key, sizeof key);
    sodium_memzero(text, sizeof text);
    return ok || error_set_system(error, ERROR_IO, reason, "could not write key file \"%s\"", path);
}

bool segment_key_make(const char *path, struct error *error)
{
    if (!sodium_ready(error)) {
        return false;
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST) {
        (void)error_set(error, ERROR_KEY, "there is a file \"%s\" already", path);
        return error_hint(error,
                          "A key is never written over: what it encrypted would be lost. Name "
                          "another file.");
    }
    if (descriptor < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not make key file \"%s\"", path);
    }
    bool ok = write_key(descriptor, path, error);
    if (close(descriptor) != 0 && ok) {
        ok = error_set_system(error, ERROR_IO, errno, "could not close key file \"%s\"", path);
    }
    if (!ok) {
        (void)unlink(path);
        return false;
    }
    return durable_directory_sync(path, error);
}

static bool check_safe(int descriptor, const char *path, struct error *error)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0) {
        return error_set_system(error, ERROR_IO, errno, "could not look at key file \"%s\"", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_KEY, "key file \"%s\" is not a file", path);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        (void)error_set(error, ERROR_KEY, "key file \"%s\" is open to others", path);
        (void)error_detail(error, "Its mode is %04o.", (unsigned)(status.st_mode & 07777));
        return error_hint(error, "Let only its owner read it: chmod 600 \"%s\"", path);
    }
    return true;
}

/* At most `size` bytes; the number of those that were there. */
static ssize_t read_some(int descriptor, char *data, size_t size)
{
    size_t all = 0;

    while (all < size) {
        ssize_t got = read(descriptor, data + all, size - all);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        all += (size_t)got;
    }
    return (ssize_t)all;
}

static void derive(struct segment_key *key, const uint8_t master[KEY_BYTES])
{
    uint8_t id[CRYPT_ID_BYTES];

    /* It fails for sizes that are out of range only, and these are constants. */
    (void)crypto_kdf_derive_from_key(key->stream, sizeof key->stream, 1, KEY_CONTEXT, master);
    (void)crypto_kdf_derive_from_key(key->seal, sizeof key->seal, 2, KEY_CONTEXT, master);
    (void)crypto_kdf_derive_from_key(id, sizeof id, 3, KEY_CONTEXT, master);
    bytes_hex(id, sizeof id, key->id);
}

static bool parse_key(const char *text, size_t size, uint8_t master[KEY_BYTES])
{
    bool ended =
        size == KEY_TEXT_BYTES - 1 || (size == KEY_TEXT_BYTES && text[KEY_TEXT_BYTES - 1] == '\n');
    size_t read = 0;

    return ended && memcmp(text, KEY_LINE, KEY_LINE_BYTES) == 0 &&
           sodium_hex2bin(
               master, KEY_BYTES, text + KEY_LINE_BYTES, 2 * KEY_BYTES, NULL, &read, NULL) == 0 &&
           read == KEY_BYTES;
}

static bool read_key(int descriptor, const char *path, struct segment_key *key, struct error *error)
{
    char text[KEY_TEXT_BYTES + 1]; /* one more: a longer file is seen */
    uint8_t master[KEY_BYTES];
    ssize_t size = read_some(descriptor, text, sizeof text);
    bool ok = true;

    if (size < 0) {
        ok = error_set_system(error, ERROR_IO, errno, "could not read key file \"%s\"", path);
    } else if (!parse_key(text, (size_t)size, master)) {
        (void)error_set(error, ERROR_KEY, "file \"%s\" is not a key of novate's", path);
        ok = error_hint(error, "\"novate segments key FILE\" makes one.");
    } else {
        derive(key, master);
    }
    sodium_memzero(master, sizeof master);
    sodium_memzero(text, sizeof text);
    return ok;
}

bool segment_key_open(const char *path, struct segment_key **key, struct error *error)
{
    *key = NULL;
    if (!sodium_ready(error)) {
        return false;
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        (void)error_set_system(error, ERROR_KEY, errno, "could not open key file \"%s\"", path);
        return error_hint(error, "\"novate segments key FILE\" makes one.");
    }
    struct segment_key *opened = sodium_malloc(sizeof *opened);
    bool ok = opened != NULL || error_set_memory(error);
    ok = ok && check_safe(descriptor, path, error) && read_key(descriptor, path, opened, error);
    (void)close(descriptor);
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
