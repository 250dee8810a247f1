/* file_buffer.c — the records of a byte range of a file, whole and one after the other in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_buffer.h"

#include "novate/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

size_t file_record_bytes_max(uint64_t memory_mb)
{
    uint64_t share = (memory_mb << 20) / LIMIT_RECORD_SHARE;
    return share == 0 || share > LIMIT_RECORD_BYTES ? LIMIT_RECORD_BYTES : (size_t)share;
}

bool file_record_too_large(
    const char *name, uint64_t line, uint64_t offset, size_t max, struct error *error)
{
    (void)error_set(error,
                    ERROR_SOURCE,
                    "a record of file \"%s\" is too large (line %" PRIu64 " byte 0x%" PRIx64 ")",
                    name,
                    line,
                    offset);
    (void)error_detail(error, "A record may have %zu bytes here.", max);
    return error_hint(error,
                      max < LIMIT_RECORD_BYTES
                          ? "Look for a quote that is opened on this line and not closed. If the "
                            "record is as it should be, raise \"memory_mb\" under \"limits\" in "
                            "the plan: a record may have an eighth of it."
                          : "Look for a quote that is opened on this line and not closed.");
}

void file_buffer_init(struct file_buffer *buffer, size_t capacity, size_t record_bytes_max)
{
    *buffer = (struct file_buffer){.capacity = capacity, .record_bytes_max = record_bytes_max};
    file_input_init(&buffer->input);
}

void file_buffer_begin(struct file_buffer *buffer, uint64_t offset)
{
    buffer->size = 0;
    buffer->base = offset;
    buffer->ended = false;
}

static bool grow(struct file_buffer *buffer, struct error *error)
{
    const struct file_record *record = &buffer->scan.record;
    if (buffer->capacity >= buffer->record_bytes_max) {
        return file_record_too_large(
            buffer->input.name, record->line, record->begin, buffer->record_bytes_max, error);
    }
    size_t capacity = buffer->capacity * 2;
    capacity = capacity < buffer->record_bytes_max ? capacity : buffer->record_bytes_max;
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
    if (buffer->capacity - kept < FILE_INPUT_ROOM && !grow(buffer, error)) {
        return false;
    }
    size_t got = 0;
    if (!file_input_read(
            &buffer->input, buffer->data + kept, buffer->capacity - kept, &got, error)) {
        return false;
    }
    buffer->ended = got == 0 || file_input_ended(&buffer->input);
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
        if (buffer->ended) {
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
    file_input_release(&buffer->input);
    free(buffer->data);
    buffer->data = NULL;
}
