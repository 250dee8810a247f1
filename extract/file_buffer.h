/* file_buffer.h — the records of a byte range of a file, whole and one after the other in memory.
 *
 * Bytes stay where they are until a call with `may_move`, so that a batch of records can be pointed
 * into.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_BUFFER_H
#define NOVATE_EXTRACT_FILE_BUFFER_H

#include "file_scan.h"

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct file_buffer {
    const char *name; /* of the file, for messages */
    int fd;           /* -1: none; not owned */
    char *data;
    size_t capacity;
    size_t size;    /* bytes in `data` */
    uint64_t base;  /* offset in the file of data[0] */
    uint64_t limit; /* offset at which the range ends */
    struct file_scan scan;
};

enum file_buffer_status {
    FILE_BUFFER_RECORD, /* scan.record is the next one */
    FILE_BUFFER_FULL,   /* bytes must move before the next one can be read */
    FILE_BUFFER_END,
};

/* Takes no memory before the first record is asked for. */
void file_buffer_init(struct file_buffer *buffer, size_t capacity);
/* Starts on bytes [offset, limit) of a file; the caller has set up `scan` for it. */
void file_buffer_begin(
    struct file_buffer *buffer, const char *name, int fd, uint64_t offset, uint64_t limit);
bool file_buffer_next(struct file_buffer *buffer,
                      bool may_move,
                      enum file_buffer_status *status,
                      struct error *error) NODISCARD;
/* The bytes of scan.record. */
const char *file_buffer_record(const struct file_buffer *buffer, size_t *size);
void file_buffer_release(struct file_buffer *buffer);

/* pread() that goes on until `size` bytes or the end of the file. */
bool file_read_at(int fd,
                  const char *name,
                  char *to,
                  size_t size,
                  uint64_t offset,
                  size_t *got,
                  struct error *error) NODISCARD;

#endif
