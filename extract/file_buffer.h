/* file_buffer.h — the records of a byte range of a file, whole and one after the other in memory.
 *
 * Bytes stay where they are until a call with `may_move`, so that a batch of records can be pointed
 * into. The buffer grows for a record that is larger, up to `record_bytes_max`; one that is larger
 * still is ERROR_SOURCE.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_BUFFER_H
#define NOVATE_EXTRACT_FILE_BUFFER_H

#include "file_input.h"
#include "file_scan.h"

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_buffer {
    struct file_input input;
    char *data;
    size_t capacity;
    size_t record_bytes_max;
    size_t size;   /* bytes in `data` */
    uint64_t base; /* offset in the stream of data[0] */
    bool ended;    /* the stream has no more */
    struct file_scan scan;
};

enum file_buffer_status {
    FILE_BUFFER_RECORD, /* scan.record is the next one */
    FILE_BUFFER_FULL,   /* bytes must move before the next one can be read */
    FILE_BUFFER_END,
};

/* Takes no memory before the first record is asked for. */
void file_buffer_init(struct file_buffer *buffer, size_t capacity, size_t record_bytes_max);
/* Starts on what buffer->input gives, which begins at `offset` of its file; the caller has begun
 * it, and sets up `scan` for the same offset. Offsets of the scan are those of the file, plus what
 * the stream has gone on since. */
void file_buffer_begin(struct file_buffer *buffer, uint64_t offset);
bool file_buffer_next(struct file_buffer *buffer,
                      bool may_move,
                      enum file_buffer_status *status,
                      struct error *error) NODISCARD;
/* The bytes of scan.record. */
const char *file_buffer_record(const struct file_buffer *buffer, size_t *size);
void file_buffer_release(struct file_buffer *buffer);
/* What a record may have, where the plan allows so much memory (0: no limit). */
size_t file_record_bytes_max(uint64_t memory_mb);
/* ERROR_SOURCE: the record that begins at `line` and `offset` of a file has more than `max`. */
bool file_record_too_large(
    const char *name, uint64_t line, uint64_t offset, size_t max, struct error *error) COLD;

#endif
