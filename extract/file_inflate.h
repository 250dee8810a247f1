/* file_inflate.h — the bytes of a compressed file, as a stream.
 *
 * gzip (RFC 1952, several members) and zstd (RFC 8878, several frames, skippable ones too), told by
 * their first bytes. A file that is cut off, of which a check sum is wrong, or that goes on with
 * something else is an error that names it: what was compressed is given whole or not at all.
 * Memory is bounded: nothing but the window of the format is held, whatever a file claims to
 * become; a window over 128 MB (zstd --long=28 and more) is refused.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_FILE_INFLATE_H
#define NOVATE_EXTRACT_FILE_INFLATE_H

#include "novate/error.h"
#include "novate/hash.h"

#include <stdbool.h>
#include <stddef.h>

enum file_packing {
    FILE_PACKING_NONE,
    FILE_PACKING_GZIP,
    FILE_PACKING_ZSTD,
};

#define FILE_PACKING_MARK_BYTES 4

/* By the first bytes of a file. */
enum file_packing file_packing_of(const unsigned char *mark, size_t size);
/* "gzip", "zstd"; "none". */
const char *file_packing_text(enum file_packing packing);

struct file_inflate;

/* `name` and `fd` outlive it; `hash` (or NULL) gets the bytes of the file as they are read, all of
 * them when the end was reached. */
bool file_inflate_open(enum file_packing packing,
                       const char *name,
                       int fd,
                       struct hash_stream *hash,
                       struct file_inflate **out,
                       struct error *error) NODISCARD;
/* Up to `room` bytes; 0 in `*got` at the end, after everything has been checked. */
bool file_inflate_read(
    struct file_inflate *packed, char *to, size_t room, size_t *got, struct error *error) NODISCARD;
void file_inflate_close(struct file_inflate *packed); /* NULL is allowed */

#endif
