/* files.c — the contract is in files.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "novate/fault_point.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool read_file(const char *path, enum error_code code, struct text_buffer *out, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return error_set_system(error, code, errno, "could not read \"%s\"", path);
    }
    char piece[8192];
    size_t size = 0;
    while ((size = fread(piece, 1, sizeof piece, file)) > 0) {
        text_buffer_push(out, piece, size);
    }
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed) {
        return error_set_system(error, code, errno, "could not read \"%s\"", path);
    }
    return text_buffer_check(out, error);
}

bool write_file(const char *path, const char *data, size_t size, struct error *error)
{
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.tmp", path);
    if (length < 0 || (size_t)length >= sizeof temporary) {
        return error_set(error, ERROR_IO, "file name \"%.200s…\" is too long", path);
    }
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return error_set_system(error, ERROR_IO, errno, "could not write \"%s\"", path);
    }
    size_t done = 0;
    bool ok = true;
    while (ok && done < size) {
        ssize_t written = write(descriptor, data + done, size - done);
        ok = written >= 0 || errno == EINTR;
        done += written > 0 ? (size_t)written : 0;
    }
    ok = ok && fsync(descriptor) == 0;
    int reason = errno;
    ok = close(descriptor) == 0 && ok;
    if (ok && !fault_point_meet(FAULT_POINT_REPORT_RENAME, error)) {
        (void)unlink(temporary);
        return false;
    }
    if (!ok || rename(temporary, path) != 0) {
        reason = ok ? errno : reason;
        (void)unlink(temporary);
        return error_set_system(error, ERROR_IO, reason, "could not write \"%s\"", path);
    }
    return true;
}
