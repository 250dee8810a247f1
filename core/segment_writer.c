/* segment_writer.c — writing a staged file; the contract is in novate/segment.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"
#include "segment_format.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Staged files are written once and read once or twice: the fastest level already takes most of
 * what there is to take from columns. */
#define COMPRESSION_LEVEL 1

struct segment_writer {
    struct durable_file file;
    struct arena arena;     /* counters of the tally */
    struct text_buffer raw; /* a block, or JSON, before compression */
    uint8_t *bytes;         /* a frame as it goes to the file */
    size_t capacity;
    ZSTD_CCtx *compressor;
    struct hash_stream content;
    uint64_t position;
    int column_count;
    uint32_t blocks;
    struct segment_trailer trailer;
};

static bool make_room(struct segment_writer *writer, size_t size, struct error *error)
{
    if (size <= writer->capacity) {
        return true;
    }
    uint8_t *bytes = realloc(writer->bytes, size);
    if (bytes == NULL) {
        return error_set_memory(error);
    }
    writer->bytes = bytes;
    writer->capacity = size;
    return true;
}

/* Completes the frame whose `stored` bytes stand in `bytes` behind room for the head. */
static bool write_frame(struct segment_writer *writer, struct frame *frame, struct error *error)
{
    size_t size = FRAME_HEAD_BYTES + (size_t)frame->stored;

    frame_store(frame, writer->bytes);
    store_le64(writer->bytes + size, hash_bytes64(writer->bytes, size));
    hash_stream_push(&writer->content, writer->bytes + size, FRAME_CHECKSUM_BYTES);
    size += FRAME_CHECKSUM_BYTES;
    writer->position += size;
    return durable_file_write(&writer->file, writer->bytes, size, error);
}

/* A frame of the JSON in `raw`, not compressed, so that people can read it. */
static bool write_json(struct segment_writer *writer, struct frame *frame, struct error *error)
{
    size_t size = writer->raw.size;

    if (!text_buffer_check(&writer->raw, error) ||
        !make_room(writer, FRAME_HEAD_BYTES + size + FRAME_CHECKSUM_BYTES, error)) {
        return false;
    }
    memcpy(writer->bytes + FRAME_HEAD_BYTES, writer->raw.data, size);
    frame->stored = size;
    frame->raw = size;
    return write_frame(writer, frame, error);
}

static bool write_head(struct segment_writer *writer,
                       const struct segment_header *header,
                       struct error *error)
{
    uint8_t preamble[SEGMENT_PREAMBLE_BYTES] = SEGMENT_MAGIC;
    struct frame frame = {.kind = FRAME_HEADER};

    preamble[SEGMENT_MAGIC_BYTES] = SEGMENT_VERSION;
    writer->position = sizeof preamble;
    segment_header_json(header, &writer->raw);
    return durable_file_write(&writer->file, preamble, sizeof preamble, error) &&
           write_json(writer, &frame, error);
}

bool segment_writer_open(const char *path,
                         const struct segment_header *header,
                         struct segment_writer **writer,
                         struct error *error)
{
    struct segment_writer *created = calloc(1, sizeof *created);

    *writer = NULL;
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->file = DURABLE_FILE_EMPTY;
    created->column_count = header->schema.count;
    arena_init(&created->arena, 4096, NULL);
    tally_init(&created->trailer.tally, &created->arena);
    text_buffer_init(&created->raw, SEGMENT_BLOCK_BYTES_MAX);
    created->compressor = ZSTD_createCCtx();
    bool ok = created->compressor != NULL || error_set_memory(error);
    ok = ok && hash_stream_open(&created->content, error) &&
         durable_file_open(&created->file, path, error) && write_head(created, header, error);
    if (!ok) {
        segment_writer_abort(created);
        return false;
    }
    *writer = created;
    return true;
}

static bool rows_agree(const struct batch *batch)
{
    for (int i = 0; i < batch->schema->count; i++) {
        if (batch->columns[i].rows != batch->rows) {
            return false;
        }
    }
    return true;
}

/* Compresses `raw` into a frame. */
static bool write_block(struct segment_writer *writer, struct frame *frame, struct error *error)
{
    size_t bound = ZSTD_compressBound(writer->raw.size);

    if (!text_buffer_check(&writer->raw, error) ||
        !make_room(writer, FRAME_HEAD_BYTES + bound + FRAME_CHECKSUM_BYTES, error)) {
        return false;
    }
    size_t stored = ZSTD_compressCCtx(writer->compressor,
                                      writer->bytes + FRAME_HEAD_BYTES,
                                      bound,
                                      writer->raw.data,
                                      writer->raw.size,
                                      COMPRESSION_LEVEL);
    if (ZSTD_isError(stored)) {
        (void)error_set(error, ERROR_INTERNAL, "could not compress a block");
        return error_detail(error, "zstd says: %s.", ZSTD_getErrorName(stored));
    }
    frame->stored = stored;
    frame->raw = writer->raw.size;
    return write_frame(writer, frame, error);
}

bool segment_writer_push(struct segment_writer *writer,
                         const struct batch *batch,
                         struct error *error)
{
    struct frame frame = {.kind = FRAME_BLOCK,
                          .ordinal = writer->blocks,
                          .rows = (uint32_t)batch->rows,
                          .flags = segment_block_flags(batch)};

    if (!NOVATE_CHECK(error, batch->schema->count == writer->column_count) ||
        !NOVATE_CHECK(error, rows_agree(batch))) {
        return false;
    }
    text_buffer_reset(&writer->raw);
    segment_block_encode(batch, &writer->raw);
    if (!write_block(writer, &frame, error) ||
        !tally_merge(&writer->trailer.tally, &batch->tally, error)) {
        return false;
    }
    writer->blocks++;
    writer->trailer.rows += (uint64_t)batch->rows;
    return true;
}

static bool write_tail(struct segment_writer *writer, struct error *error)
{
    uint8_t footer[SEGMENT_FOOTER_BYTES] = {0};
    struct frame frame = {.kind = FRAME_TRAILER, .ordinal = writer->blocks};

    store_le64(footer, writer->position);
    memcpy(footer + 8, SEGMENT_FOOTER_MAGIC, 8);
    writer->trailer.blocks = writer->blocks;
    writer->trailer.content = hash_stream_value(&writer->content);
    text_buffer_reset(&writer->raw);
    segment_trailer_json(&writer->trailer, &writer->raw);
    if (!write_json(writer, &frame, error)) {
        return false;
    }
    writer->position += sizeof footer;
    return durable_file_write(&writer->file, footer, sizeof footer, error);
}

bool segment_writer_commit(struct segment_writer *writer,
                           struct hash *checksum,
                           uint64_t *bytes,
                           struct error *error)
{
    bool ok = write_tail(writer, error) && durable_file_commit(&writer->file, error);

    if (ok) {
        *checksum = writer->trailer.content;
        *bytes = writer->position;
    }
    segment_writer_abort(writer); /* after a commit nothing is left to remove */
    return ok;
}

void segment_writer_abort(struct segment_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    durable_file_release(&writer->file);
    hash_stream_close(&writer->content);
    (void)ZSTD_freeCCtx(writer->compressor);
    text_buffer_release(&writer->raw);
    arena_release(&writer->arena);
    free(writer->bytes);
    free(writer);
}
