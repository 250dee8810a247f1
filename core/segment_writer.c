/* segment_writer.c — writing a staged file; the contract is in novate/segment.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "durable.h"
#include "segment_crypt.h"

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
    struct segment_crypt *crypt; /* NULL: not encrypted */
    uint8_t *clear;              /* content of a frame before encryption */
    size_t clear_capacity;
    ZSTD_CCtx *compressor;
    struct hash_stream content;
    uint64_t position;
    int column_count;
    uint32_t blocks;
    struct segment_trailer trailer;
};

static bool make_room(uint8_t **bytes, size_t *capacity, size_t size, struct error *error)
{
    if (size <= *capacity) {
        return true;
    }
    uint8_t *grown = realloc(*bytes, size);
    if (grown == NULL) {
        return error_set_memory(error);
    }
    *bytes = grown;
    *capacity = size;
    return true;
}

/* Room for a frame of up to `size` bytes of content; `*content` is where these go. */
static bool make_frame_room(struct segment_writer *writer,
                            size_t size,
                            uint8_t **content,
                            struct error *error)
{
    size_t extra = writer->crypt != NULL ? CRYPT_EXTRA_BYTES : 0;

    if (!make_room(&writer->bytes,
                   &writer->capacity,
                   FRAME_HEAD_BYTES + size + extra + FRAME_CHECKSUM_BYTES,
                   error) ||
        (writer->crypt != NULL &&
         !make_room(&writer->clear, &writer->clear_capacity, size, error))) {
        return false;
    }
    *content = writer->crypt != NULL ? writer->clear : writer->bytes + FRAME_HEAD_BYTES;
    return true;
}

/* Completes and writes the frame whose content, `size` bytes, stands where make_frame_room() said.
 */
static bool write_frame(struct segment_writer *writer,
                        struct frame *frame,
                        size_t size,
                        struct error *error)
{
    frame->stored = size + (writer->crypt != NULL ? CRYPT_EXTRA_BYTES : 0);
    frame_store(frame, writer->bytes);
    if (writer->crypt != NULL) {
        segment_encrypt(writer->crypt,
                        writer->bytes,
                        writer->position,
                        memcmp(frame->kind, FRAME_TRAILER, sizeof frame->kind) == 0,
                        writer->clear,
                        size,
                        writer->bytes + FRAME_HEAD_BYTES);
    }
    size_t covered = FRAME_HEAD_BYTES + (size_t)frame->stored;
    store_le64(writer->bytes + covered, hash_bytes64(writer->bytes, covered));
    hash_stream_push(&writer->content, writer->bytes + covered, FRAME_CHECKSUM_BYTES);
    covered += FRAME_CHECKSUM_BYTES;
    writer->position += covered;
    return durable_file_write(&writer->file, writer->bytes, covered, error);
}

/* A frame of the JSON in `raw`, not compressed, so that people can read it. */
static bool write_json(struct segment_writer *writer, struct frame *frame, struct error *error)
{
    size_t size = writer->raw.size;
    uint8_t *content = NULL;

    if (!text_buffer_check(&writer->raw, error) ||
        !make_frame_room(writer, size, &content, error)) {
        return false;
    }
    memcpy(content, writer->raw.data, size);
    frame->raw = size;
    return write_frame(writer, frame, size, error);
}

/* What stands before the first frame: of an encrypted segment also which key, and the stream's own
 * header. */
static bool write_preamble(struct segment_writer *writer,
                           const struct segment_key *key,
                           struct error *error)
{
    uint8_t preamble[SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES + CRYPT_HEADER_BYTES] = SEGMENT_MAGIC;

    preamble[SEGMENT_MAGIC_BYTES] = key == NULL ? SEGMENT_PLAIN : SEGMENT_ENCRYPTED;
    writer->position = SEGMENT_PREAMBLE_BYTES;
    if (key != NULL) {
        segment_key_id_bytes(key, preamble + SEGMENT_PREAMBLE_BYTES);
        if (!segment_encrypt_open(
                key, preamble + SEGMENT_PREAMBLE_BYTES + CRYPT_ID_BYTES, &writer->crypt, error)) {
            return false;
        }
        writer->position = sizeof preamble;
    }
    return durable_file_write(&writer->file, preamble, (size_t)writer->position, error);
}

static bool write_head(struct segment_writer *writer,
                       const struct segment_header *header,
                       const struct segment_key *key,
                       struct error *error)
{
    struct frame frame = {.kind = FRAME_HEADER};

    if (!write_preamble(writer, key, error)) {
        return false;
    }
    segment_header_json(header, &writer->raw);
    return write_json(writer, &frame, error);
}

bool segment_writer_open(const char *path,
                         const struct segment_header *header,
                         const struct segment_key *key,
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
         durable_file_open(&created->file, path, error) && write_head(created, header, key, error);
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
    uint8_t *content = NULL;

    if (!text_buffer_check(&writer->raw, error) ||
        !make_frame_room(writer, bound, &content, error)) {
        return false;
    }
    size_t size = ZSTD_compressCCtx(
        writer->compressor, content, bound, writer->raw.data, writer->raw.size, COMPRESSION_LEVEL);
    if (ZSTD_isError(size)) {
        (void)error_set(error, ERROR_INTERNAL, "could not compress a block");
        return error_detail(error, "zstd says: %s.", ZSTD_getErrorName(size));
    }
    frame->raw = writer->raw.size;
    return write_frame(writer, frame, size, error);
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
    uint8_t footer[SEGMENT_FOOTER_BYTES];
    struct frame frame = {.kind = FRAME_TRAILER, .ordinal = writer->blocks};
    size_t size = 0;

    writer->trailer.blocks = writer->blocks;
    writer->trailer.content = hash_stream_value(&writer->content);
    store_le64(footer, writer->position);
    size += 8;
    if (writer->crypt != NULL) {
        store_hash(footer + size, writer->trailer.content);
        size += 16;
    }
    memcpy(footer + size, SEGMENT_FOOTER_MAGIC, 8);
    size += 8;
    text_buffer_reset(&writer->raw);
    segment_trailer_json(&writer->trailer, &writer->raw);
    if (!write_json(writer, &frame, error)) {
        return false;
    }
    writer->position += size;
    return durable_file_write(&writer->file, footer, size, error);
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
    segment_crypt_close(writer->crypt);
    free(writer->clear);
    free(writer->bytes);
    free(writer);
}
