/* plan_file.c — paths of a plan and the bytes behind them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_file.h"

#include "novate/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BUFFER_BYTES 8192

const char *plan_path_directory(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        return arena_string(arena, ".");
    }
    return arena_copy(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

const char *plan_path_join(const char *directory, const char *name, struct arena *arena)
{
    size_t size = strlen(directory);

    if (name[0] == '/' || strcmp(directory, ".") == 0) {
        return arena_string(arena, name);
    }
    const char *separator = size > 0 && directory[size - 1] == '/' ? "" : "/";
    return arena_format(arena, "%s%s%s", directory, separator, name);
}

static bool cannot_read(const char *path, int error_number, struct error *error)
{
    return error_set_system(error, ERROR_PLAN, error_number, "file \"%s\" cannot be read", path);
}

/* Opens a regular file; `*size` is what it holds now. A pipe or a device is refused: a plan is read
 * more than once, and the second time must give the same. */
static bool open_regular(const char *path, int *file, size_t *size, struct error *error)
{
    struct stat status;

    /* O_NONBLOCK: opening a pipe that nobody writes to must not hang. */
    *file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*file < 0) {
        return cannot_read(path, errno, error);
    }
    if (fstat(*file, &status) != 0) {
        cannot_read(path, errno, error);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(error, ERROR_PLAN, "\"%s\" is not a regular file", path);
    } else {
        *size = (size_t)status.st_size;
        return true;
    }
    close(*file);
    return false;
}

static bool read_some(
    int file, const char *path, char *buffer, size_t room, size_t *count, struct error *error)
{
    ssize_t got;

    do {
        got = read(file, buffer, room);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return cannot_read(path, errno, error);
    }
    *count = (size_t)got;
    return true;
}

bool plan_file_read(const char *path,
                    struct arena *arena,
                    struct text *content,
                    struct error *error)
{
    int file;
    size_t size;
    size_t filled = 0;
    char *bytes;
    bool ok = false;

    if (!open_regular(path, &file, &size, error)) {
        return false;
    }
    if (size > LIMIT_PLAN_BYTES) {
        error_set(error, ERROR_PLAN, "file \"%s\" is too large", path);
        error_detail(
            error, "It has %zu bytes; a plan or mapping has %zu at most.", size, LIMIT_PLAN_BYTES);
        goto done;
    }
    bytes = arena_bytes(arena, size + 1);
    if (bytes == NULL) {
        error_set_memory(error);
        goto done;
    }
    while (filled < size) {
        size_t count = 0;
        if (!read_some(file, path, bytes + filled, size - filled, &count, error)) {
            goto done;
        }
        if (count == 0) {
            break;
        }
        filled += count;
    }
    bytes[filled] = '\0';
    *content = text_from(bytes, filled);
    ok = true;
done:
    close(file);
    return ok;
}

bool plan_file_hash(const char *path, struct hash_stream *stream, struct error *error)
{
    char buffer[HASH_BUFFER_BYTES];
    int file;
    size_t size;
    size_t count = 0;
    bool ok = false;

    if (!open_regular(path, &file, &size, error)) {
        return false;
    }
    const uint64_t announced = size;
    unsigned char prefix[8];
    for (int i = 0; i < 8; i++) {
        prefix[i] = (unsigned char)(announced >> (56 - 8 * i));
    }
    hash_stream_push(stream, prefix, sizeof prefix);
    do {
        if (!read_some(file, path, buffer, sizeof buffer, &count, error)) {
            goto done;
        }
        hash_stream_push(stream, buffer, count);
    } while (count > 0);
    ok = true;
done:
    close(file);
    return ok;
}
