/* segment.h — a staged file: one chunk after one stage.
 *
 * Written to a temporary name, fsynced, renamed, its folder fsynced: a segment is there whole or
 * not at all. Mode 0600. A header, blocks of one batch each (zstd-compressed, XXH3-64 over each
 * block), and a trailer with the number of rows, the tally, and a checksum over the block
 * checksums; a flipped bit or a missing end is ERROR_CORRUPT and named by file and block. With a
 * key everything but sizes and checksums is encrypted; a segment that needs another key, or one
 * where none is given, or none where one is, is ERROR_KEY. The format is in core/README.md.
 * Threads   one thread at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_SEGMENT_H
#define NOVATE_SEGMENT_H

#include "novate/batch.h"
#include "novate/chunk.h"
#include "novate/error.h"
#include "novate/segment_key.h"

#include <stdbool.h>
#include <stdint.h>

enum segment_stage {
    SEGMENT_EXTRACTED,
    SEGMENT_TRANSFORMED,
    SEGMENT_AMENDED, /* what was noted and mended (amendment.h), not what is carried */
};

struct segment_header {
    enum segment_stage stage;
    const char *entity;
    struct chunk chunk;
    struct schema schema;
};

/* "patient-000003.extracted". Characters of an entity's name that a file name should not have are
 * written as %XX. */
void segment_file_name(const char *entity,
                       int ordinal,
                       enum segment_stage stage,
                       struct text_buffer *out);

/* What can be said of a file without reading it: no key is needed. */
struct segment_look {
    bool found;
    bool encrypted;
    uint64_t bytes;
};
bool segment_look(const char *path, struct segment_look *look, struct error *error) NODISCARD;

struct segment_writer;
/* `key` NULL: not encrypted; otherwise it must outlive the call only. */
bool segment_writer_open(const char *path,
                         const struct segment_header *header,
                         const struct segment_key *key,
                         struct segment_writer **writer,
                         struct error *error) NODISCARD;
/* Columns, hashes, positions, row errors, keys, rejects and tally of the batch. */
bool segment_writer_push(struct segment_writer *writer,
                         const struct batch *batch,
                         struct error *error) NODISCARD;
/* Trailer, fsync, rename. `*checksum` identifies the content. Closes in any case. */
bool segment_writer_commit(struct segment_writer *writer,
                           struct hash *checksum,
                           uint64_t *bytes,
                           struct error *error) NODISCARD;
/* Removes what was written. Closes. NULL is allowed. */
void segment_writer_abort(struct segment_writer *writer);

struct segment_reader;
/* Reads and checks the header, and the trailer of a plain segment, while that of an encrypted one
 * is checked behind the last block; `header` lives as long as the reader, `key` need not. */
bool segment_reader_open(const char *path,
                         const struct segment_key *key,
                         struct segment_reader **reader,
                         const struct segment_header **header,
                         struct error *error) NODISCARD;
/* Fills `batch` (initialised with a schema equal to the header's) with the next block; `*more`
 * false after the last. The last batch has chunk_ends. */
bool segment_reader_next(struct segment_reader *reader,
                         struct batch *batch,
                         bool *more,
                         struct error *error) NODISCARD;
/* The checksum that commit gave. */
struct hash segment_reader_checksum(const struct segment_reader *reader);
void segment_reader_close(struct segment_reader *reader);

#endif
