/* file_buffer.c — the records of a byte range of a file, whole and one after the other in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_buffer.h"

#include "novate/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void file_buffer_init(struct file_buffer *buffer, size_t capacity)
{
    *buffer = (struct file_buffer){.fd = -1, .capacity = capacity};
}

void file_buffer_begin(
    struct file_buffer *buffer, const char *name, int fd, uint64_t offset, uint64_t limit)
{
    buffer->name = name;
    buffer->fd = fd;
    buffer->size = 0;
    buffer->base = offset;
    buffer->limit = limit;
}

bool file_read_at(int fd,
                  const char *name,
                  char *to,
                  size_t size,
                  uint64_t offset,
                  size_t *got,
                  struct error *error)
{
    *got = 0;
    while (*got < size) {
        ssize_t count = pread(fd, to + *got, size - *got, (off_t)(offset + *got));
        if (count == 0) {
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return error_set_system(error, ERROR_SOURCE, errno, "cannot read file \"%s\"", name);
        }
        *got += count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool grow(struct file_buffer *buffer, struct error *error)
{
    if (buffer->capacity >= LIMIT_RECORD_BYTES) {
        (void)error_set(error,
                        ERROR_SOURCE,
                        "a record of file \"%s\" is too large (line %llu)",
                        buffer->name,
                        (unsigned long long)buffer->scan.record.line);
        (void)error_detail(error, "A record may have %zu bytes.", LIMIT_RECORD_BYTES);
        return error_hint(error, "Look for a quote that is opened on this line and not closed.");
    }
    size_t capacity = buffer->capacity * 2;
    capacity = capacity < LIMIT_RECORD_BYTES ? capacity : LIMIT_RECORD_BYTES;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        return error_set_memory(error);
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

/* Moves the record that is begun to the front and reads what there is room for behind it. */
static bool refill(struct file_buffer *buffer, struct error *error)
{
    uint64_t end = buffer->base + buffer->size;
    uint64_t keep = buffer->scan.state == FILE_SCAN_BETWEEN ? end : buffer->scan.record.begin;
    size_t kept = (size_t)(end - keep);
    if (buffer->data == NULL) {
        buffer->data = malloc(buffer->capacity);
        if (buffer->data == NULL) {
            return error_set_memory(error);
        }
    }
    if (kept > 0) {
        memmove(buffer->data, buffer->data + (keep - buffer->base), kept);
    }
    buffer->base = keep;
    buffer->size = kept;
    if (kept == buffer->capacity && !grow(buffer, error)) {
        return false;
    }
    size_t room = buffer->capacity - kept;
    uint64_t left = buffer->limit - end;
    size_t got = 0;
    if (!file_read_at(buffer->fd,
                      buffer->name,
                      buffer->data + kept,
                      left < room ? (size_t)left : room,
                      end,
                      &got,
                      error)) {
        return false;
    }
    if (got == 0) {
        return error_set(error, ERROR_STATE, "file \"%s\" became shorter", buffer->name);
    }
    buffer->size += got;
    file_scan_feed(&buffer->scan, buffer->data + kept, got);
    return true;
}

bool file_buffer_next(struct file_buffer *buffer,
                      bool may_move,
                      enum file_buffer_status *status,
                      struct error *error)
{
    for (;;) {
        if (file_scan_record(&buffer->scan)) {
            *status = FILE_BUFFER_RECORD;
            return true;
        }
        if (buffer->base + buffer->size >= buffer->limit) {
            *status = file_scan_finish(&buffer->scan) ? FILE_BUFFER_RECORD : FILE_BUFFER_END;
            return true;
        }
        if (!may_move) {
            *status = FILE_BUFFER_FULL;
            return true;
        }
        if (!refill(buffer, error)) {
            return false;
        }
    }
}

const char *file_buffer_record(const struct file_buffer *buffer, size_t *size)
{
    const struct file_record *record = &buffer->scan.record;
    *size = (size_t)(record->end - record->begin);
    return buffer->data + (record->begin - buffer->base);
}

void file_buffer_release(struct file_buffer *buffer)
{
    free(buffer->data);
    buffer->data = NULL;
}
