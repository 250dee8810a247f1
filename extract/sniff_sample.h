/* sniff_sample.h — some places of a file, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_SNIFF_SAMPLE_H
#define NOVATE_EXTRACT_SNIFF_SAMPLE_H

#include "file_inflate.h"

#include "novate/arena.h"
#include "novate/error.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to this size a file is read whole. */
#define SNIFF_WHOLE_BYTES ((size_t)4 << 20)
#define SNIFF_HEAD_BYTES  ((size_t)1 << 20)
#define SNIFF_PLACE_BYTES ((size_t)256 << 10)
#define SNIFF_PLACES      9 /* eight in the middle, and the end */
#define SNIFF_PIECES_MAX  (SNIFF_PLACES + 1)
static_assert(SNIFF_HEAD_BYTES + SNIFF_PLACES * SNIFF_PLACE_BYTES <= SNIFF_WHOLE_BYTES,
              "a sample is never more than a file that is read whole");

struct sniff_piece {
    char *data;
    size_t size;
    bool ends; /* at the end of the file */
};

struct sniff_sample {
    struct sniff_piece pieces[SNIFF_PIECES_MAX]; /* the first begins the file */
    int count;
    uint64_t file_bytes;       /* as it lies there */
    uint64_t read_bytes;       /* unpacked */
    enum file_packing packing; /* of a compressed file only the beginning is read */
    bool whole;
};

/* ERROR_IO. The arena owns the bytes; there is room for one more byte after each piece. */
bool sniff_sample_read(const char *path,
                       struct arena *arena,
                       struct sniff_sample *sample,
                       struct error *error) NODISCARD;

#endif
