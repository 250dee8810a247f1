/* file_input.h — the bytes of a file as a stream that records are looked for in.
 *
 * A file may be compressed (file_inflate.h) and in UTF-16; what comes out is neither. UTF-16
 * becomes UTF-8 on the way, strictly: a surrogate without its other half and the last byte of an
 * odd number become bytes that are no UTF-8, so that they are found where the record is decoded
 * (decode.h) and its policy decides. Texts of one byte a character stay as they are.
 *
 * Positions in a file are those of its bytes before this: as it lies on the disk; of a compressed
 * file, as it was before it was compressed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_INPUT_H
#define NOVATE_EXTRACT_FILE_INPUT_H

#include "decode.h"
#include "file_inflate.h"

#include <stdint.h>

#define FILE_INPUT_TO_END UINT64_MAX

/* Room that a read is sure to make progress with. */
#define FILE_INPUT_ROOM 8

struct file_input {
    const char *name;             /* of the file, for messages */
    int fd;                       /* not owned */
    enum wide_order order;        /* WIDE_BY_MARK is none */
    struct file_inflate *inflate; /* NULL: not compressed */
    struct hash_stream *hash;     /* or NULL */
    uint64_t offset;              /* position of what is read next */
    uint64_t end;                 /* position at which the range ends */
    unsigned char *raw;           /* UTF-16: bytes that are not decoded yet */
    size_t raw_size;
    size_t raw_used;
};

/* Where a range of a file begins and ends. A compressed one is read to its end. */
struct file_range {
    uint64_t begin;
    uint64_t end; /* FILE_INPUT_TO_END of a compressed file */
};

/* What file_input_begin() is told about a file. */
struct file_manner {
    enum file_packing packing;
    enum wide_order order;
};

/* Takes no memory; release before it goes out of scope. */
void file_input_init(struct file_input *input);
/* Starts on a range; the stream begins with its first byte. `name`, `fd` and `hash` (of the bytes
 * on the disk, those before the range too; NULL: not wanted) outlive the reading. */
bool file_input_begin(struct file_input *input,
                      const char *name,
                      int fd,
                      const struct file_manner *manner,
                      const struct file_range *range,
                      struct hash_stream *hash,
                      struct error *error) NODISCARD;
/* Up to `room` bytes, FILE_INPUT_ROOM at least; 0 in `*got` at the end of the range. ERROR_STATE
 * when the file ends before it. */
bool file_input_read(
    struct file_input *input, char *to, size_t room, size_t *got, struct error *error) NODISCARD;
/* Is it known that a read would give nothing more? */
bool file_input_ended(const struct file_input *input);
void file_input_release(struct file_input *input);

/* Bytes that `size` bytes of the stream take in the file. */
uint64_t file_input_bytes(enum wide_order order, const char *data, size_t size);

/* pread() that goes on until `size` bytes or the end of the file. */
bool file_read_at(int fd,
                  const char *name,
                  char *to,
                  size_t size,
                  uint64_t offset,
                  size_t *got,
                  struct error *error) NODISCARD;

#endif
