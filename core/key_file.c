/* key_file.c — a key in a file of its own; the contract is in key_file.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "key_file.h"

#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_BYTES_MAX = 64,
    KEY_TEXT_BYTES = 2 * KEY_FILE_BYTES + 1, /* digits and line end */
    TEXT_BYTES_MAX = LINE_BYTES_MAX + KEY_TEXT_BYTES
};

bool key_file_ready(struct error *error)
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

/* A file that is there only in part would be refused as no key: nothing was done with it. */
static bool write_key(const struct key_file_kind *kind,
                      int descriptor,
                      const char *path,
                      const uint8_t key[KEY_FILE_BYTES],
                      struct error *error)
{
    char text[TEXT_BYTES_MAX + 1];
    size_t line = strlen(kind->line);

    if (!NOVATE_CHECK(error, line <= LINE_BYTES_MAX)) {
        return false;
    }
    memcpy(text, kind->line, line);
    (void)sodium_bin2hex(text + line, 2 * KEY_FILE_BYTES + 1, key, KEY_FILE_BYTES);
    text[line + KEY_TEXT_BYTES - 1] = '\n';
    bool ok = fchmod(descriptor, kind->open ? 0644 : 0600) == 0 &&
              write_all(descriptor, text, line + KEY_TEXT_BYTES) && fsync(descriptor) == 0;
    int reason = errno;
    sodium_memzero(text, sizeof text);
    return ok || error_set_system(error, ERROR_IO, reason, "could not write key file \"%s\"", path);
}

bool key_file_make(const struct key_file_kind *kind,
                   const char *path,
                   const uint8_t key[KEY_FILE_BYTES],
                   struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST) {
        (void)error_set(error, ERROR_KEY, "there is a file \"%s\" already", path);
        return error_hint(error, "A key is never written over: %s. Name another file.", kind->loss);
    }
    if (descriptor < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not make key file \"%s\"", path);
    }
    bool ok = write_key(kind, descriptor, path, key, error);
    if (close(descriptor) != 0 && ok) {
        ok = error_set_system(error, ERROR_IO, errno, "could not close key file \"%s\"", path);
    }
    if (!ok) {
        (void)unlink(path);
        return false;
    }
    return durable_directory_sync(path, error);
}

static bool check_safe(const struct key_file_kind *kind,
                       int descriptor,
                       const char *path,
                       struct error *error)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0) {
        return error_set_system(error, ERROR_IO, errno, "could not look at key file \"%s\"", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(error, ERROR_KEY, "key file \"%s\" is not a file", path);
    }
    if (!kind->open && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
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

static bool parse_key(const struct key_file_kind *kind,
                      const char *text,
                      size_t size,
                      uint8_t key[KEY_FILE_BYTES])
{
    size_t line = strlen(kind->line);
    size_t whole = line + KEY_TEXT_BYTES;
    bool ended = size == whole - 1 || (size == whole && text[whole - 1] == '\n');
    size_t read = 0;

    return ended && memcmp(text, kind->line, line) == 0 &&
           sodium_hex2bin(
               key, KEY_FILE_BYTES, text + line, 2 * KEY_FILE_BYTES, NULL, &read, NULL) == 0 &&
           read == KEY_FILE_BYTES;
}

static bool read_key(const struct key_file_kind *kind,
                     int descriptor,
                     const char *path,
                     uint8_t key[KEY_FILE_BYTES],
                     struct error *error)
{
    char text[TEXT_BYTES_MAX + 1]; /* one more: a longer file is seen */
    ssize_t size = read_some(descriptor, text, sizeof text);
    bool ok = true;

    if (size < 0) {
        ok = error_set_system(error, ERROR_IO, errno, "could not read key file \"%s\"", path);
    } else if (!parse_key(kind, text, (size_t)size, key)) {
        (void)error_set(error, ERROR_KEY, "file \"%s\" is not a key of novate's", path);
        ok = error_hint(error, "%s", kind->hint);
    }
    sodium_memzero(text, sizeof text);
    return ok;
}

bool key_file_read(const struct key_file_kind *kind,
                   const char *path,
                   uint8_t key[KEY_FILE_BYTES],
                   struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        (void)error_set_system(error, ERROR_KEY, errno, "could not open key file \"%s\"", path);
        return error_hint(error, "%s", kind->hint);
    }
    bool ok =
        check_safe(kind, descriptor, path, error) && read_key(kind, descriptor, path, key, error);
    (void)close(descriptor);
    return ok;
}
