/* durable.c — files that survive a crash whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"

#include "novate/fault_point.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_SUFFIX ".part"

bool durable_file_open(struct durable_file *file, const char *path, struct error *error)
{
    size_t size = strlen(path) + sizeof TEMPORARY_SUFFIX;

    *file = DURABLE_FILE_EMPTY;
    file->path = strdup(path);
    file->temporary = malloc(size);
    if (file->path == NULL || file->temporary == NULL) {
        durable_file_release(file);
        return error_set_memory(error);
    }
    (void)snprintf(file->temporary, size, "%s" TEMPORARY_SUFFIX, path);
    file->descriptor =
        open(file->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file->descriptor < 0) {
        int reason = errno;
        free(file->temporary); /* not ours to remove */
        file->temporary = NULL;
        durable_file_release(file);
        return error_set_system(error, ERROR_IO, reason, "could not create file \"%s\"", path);
    }
    if (fchmod(file->descriptor, 0600) != 0) { /* it may have been left behind with another */
        (void)error_set_system(
            error, ERROR_IO, errno, "could not set permissions of file \"%s\"", file->temporary);
        durable_file_release(file);
        return false;
    }
    return true;
}

bool durable_file_write(struct durable_file *file,
                        const void *data,
                        size_t size,
                        struct error *error)
{
    const char *rest = data;

    if (!fault_point_meet(FAULT_POINT_FILE_WRITE, error)) {
        return false;
    }
    while (size > 0) {
        ssize_t written = write(file->descriptor, rest, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return error_set_system(
                error, ERROR_IO, errno, "could not write file \"%s\"", file->temporary);
        }
        rest += written;
        size -= (size_t)written;
    }
    return true;
}

bool durable_file_commit(struct durable_file *file, struct error *error)
{
    if (!fault_point_meet(FAULT_POINT_FILE_SYNC, error)) {
        return false;
    }
    if (fsync(file->descriptor) != 0) {
        return error_set_system(
            error, ERROR_IO, errno, "could not make file \"%s\" durable", file->temporary);
    }
    int closed = close(file->descriptor);
    file->descriptor = -1;
    if (closed != 0 && errno != EINTR) {
        return error_set_system(
            error, ERROR_IO, errno, "could not close file \"%s\"", file->temporary);
    }
    if (!fault_point_meet(FAULT_POINT_FILE_RENAME, error)) {
        return false;
    }
    if (rename(file->temporary, file->path) != 0) {
        return error_set_system(error,
                                ERROR_IO,
                                errno,
                                "could not rename file \"%s\" to \"%s\"",
                                file->temporary,
                                file->path);
    }
    free(file->temporary);
    file->temporary = NULL;
    return fault_point_meet(FAULT_POINT_FILE_RENAMED, error) &&
           durable_directory_sync(file->path, error);
}

void durable_file_release(struct durable_file *file)
{
    if (file->descriptor >= 0) {
        (void)close(file->descriptor);
    }
    if (file->temporary != NULL) {
        (void)unlink(file->temporary);
    }
    free(file->temporary);
    free(file->path);
    *file = DURABLE_FILE_EMPTY;
}

bool durable_directory_make(const char *path, struct error *error)
{
    struct stat status;

    if (mkdir(path, 0700) == 0) {
        return durable_directory_sync(path, error);
    }
    int reason = errno;
    if (reason == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return true;
    }
    (void)error_set_system(error, ERROR_IO, reason, "could not make directory \"%s\"", path);
    if (reason == ENOENT) {
        (void)error_hint(error, "Make the folder that holds it, or name another one.");
    }
    return false;
}

bool durable_directory_sync(const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = size == 0 ? strdup(".") : strndup(path, size);

    if (folder == NULL) {
        return error_set_memory(error);
    }
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = descriptor >= 0 && fsync(descriptor) == 0;
    if (!ok) {
        (void)error_set_system(
            error, ERROR_IO, errno, "could not make directory \"%s\" durable", folder);
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    free(folder);
    return ok;
}
