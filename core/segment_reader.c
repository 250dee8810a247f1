/* segment_reader.c — reading a staged file; the contract is in novate/segment.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_format.h"

#include "novate/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

struct segment_reader {
    int descriptor;
    struct arena arena; /* path, header, counters of the trailer */
    const char *path;
    struct segment_header header;
    struct segment_trailer trailer;
    uint8_t *bytes; /* the frame that was read last */
    size_t capacity;
    ZSTD_DCtx *decompressor;
    struct hash_stream content;
    uint64_t position; /* of the next frame */
    uint64_t trailer_offset;
    uint64_t rows;
    uint32_t blocks;
};

static bool damaged(const struct segment_reader *reader, const char *what, struct error *error)
{
    (void)error_set(error, ERROR_CORRUPT, "segment \"%s\" is damaged: %s", reader->path, what);
    return error_hint(error, "Run the stage that wrote it again with --restart.");
}

static bool damaged_block(const struct segment_reader *reader,
                          const char *what,
                          struct error *error)
{
    (void)error_set(error,
                    ERROR_CORRUPT,
                    "segment \"%s\" is damaged: block %u of %llu %s",
                    reader->path,
                    reader->blocks + 1,
                    (unsigned long long)reader->trailer.blocks,
                    what);
    return error_hint(error, "Run the stage that wrote it again with --restart.");
}

/* All of `size` bytes, or an error; the end of the file is damage. */
static bool read_at(const struct segment_reader *reader,
                    uint64_t offset,
                    void *data,
                    size_t size,
                    struct error *error)
{
    uint8_t *to = data;

    while (size > 0) {
        ssize_t got = pread(reader->descriptor, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_system(
                error, ERROR_IO, errno, "could not read segment \"%s\"", reader->path);
        }
        if (got == 0) {
            return damaged(reader, "it ends too early", error);
        }
        to += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

/* Reads the frame at `offset`, which ends before `end`, and compares its checksum. */
static bool read_frame(struct segment_reader *reader,
                       uint64_t offset,
                       uint64_t end,
                       struct frame *frame,
                       struct error *error)
{
    uint8_t head[FRAME_HEAD_BYTES];
    const uint64_t around = FRAME_HEAD_BYTES + FRAME_CHECKSUM_BYTES;

    if (offset > end || end - offset < around) {
        return damaged(reader, "it ends within a block", error);
    }
    if (!read_at(reader, offset, head, sizeof head, error)) {
        return false;
    }
    *frame = frame_load(head);
    if (frame->stored > end - offset - around) {
        return damaged(reader, "a size does not fit the file", error);
    }
    size_t size = (size_t)(frame->stored + around);
    if (size > reader->capacity) {
        uint8_t *bytes = realloc(reader->bytes, size);
        if (bytes == NULL) {
            return error_set_memory(error);
        }
        reader->bytes = bytes;
        reader->capacity = size;
    }
    if (!read_at(reader, offset, reader->bytes, size, error)) {
        return false;
    }
    size -= FRAME_CHECKSUM_BYTES;
    if (load_le64(reader->bytes + size) != hash_bytes64(reader->bytes, size)) {
        return damaged(reader, "a part does not match its checksum", error);
    }
    *frame = frame_load(reader->bytes); /* the bytes that were checked */
    return true;
}

static bool is_json_frame(const struct frame *frame, const char *kind)
{
    return memcmp(frame->kind, kind, sizeof frame->kind) == 0 && frame->raw == frame->stored &&
           frame->raw <= SEGMENT_JSON_BYTES_MAX && frame->rows == 0 && frame->flags == 0;
}

static bool read_preamble(struct segment_reader *reader, struct error *error)
{
    uint8_t preamble[SEGMENT_PREAMBLE_BYTES];

    if (!read_at(reader, 0, preamble, sizeof preamble, error)) {
        return false;
    }
    if (memcmp(preamble, SEGMENT_MAGIC, SEGMENT_MAGIC_BYTES) != 0) {
        return damaged(reader, "it does not begin as a segment does", error);
    }
    if (preamble[SEGMENT_MAGIC_BYTES] != SEGMENT_VERSION) {
        (void)error_set(error,
                        ERROR_CORRUPT,
                        "segment \"%s\" has format %d, which this novate does not read",
                        reader->path,
                        preamble[SEGMENT_MAGIC_BYTES]);
        return error_hint(error, "Run the stage that wrote it again with --restart.");
    }
    return true;
}

static bool read_trailer(struct segment_reader *reader, uint64_t file_bytes, struct error *error)
{
    uint8_t footer[SEGMENT_FOOTER_BYTES];
    struct frame frame = {.rows = 0};

    if (file_bytes < SEGMENT_PREAMBLE_BYTES + SEGMENT_FOOTER_BYTES) {
        return damaged(reader, "it ends too early", error);
    }
    uint64_t end = file_bytes - sizeof footer;
    if (!read_at(reader, end, footer, sizeof footer, error)) {
        return false;
    }
    if (memcmp(footer + 8, SEGMENT_FOOTER_MAGIC, 8) != 0) {
        return damaged(reader, "its end is missing", error);
    }
    reader->trailer_offset = load_le64(footer);
    if (!read_frame(reader, reader->trailer_offset, end, &frame, error)) {
        return false;
    }
    if (!is_json_frame(&frame, FRAME_TRAILER) ||
        reader->trailer_offset + FRAME_HEAD_BYTES + frame.stored + FRAME_CHECKSUM_BYTES != end) {
        return damaged(reader, "its trailer is not where it should be", error);
    }
    if (!segment_trailer_from_json((const char *)reader->bytes + FRAME_HEAD_BYTES,
                                   (size_t)frame.stored,
                                   &reader->trailer,
                                   error)) {
        return error_context(error, "reading segment \"%s\"", reader->path);
    }
    return frame.ordinal == reader->trailer.blocks ||
           damaged(reader, "its trailer contradicts itself", error);
}

/* After a frame of the content: its checksum goes into that of the content. */
static void advance(struct segment_reader *reader, const struct frame *frame)
{
    size_t size = FRAME_HEAD_BYTES + (size_t)frame->stored;

    hash_stream_push(&reader->content, reader->bytes + size, FRAME_CHECKSUM_BYTES);
    reader->position += size + FRAME_CHECKSUM_BYTES;
}

static bool read_header(struct segment_reader *reader, struct error *error)
{
    struct frame frame = {.rows = 0};

    reader->position = SEGMENT_PREAMBLE_BYTES;
    if (!read_frame(reader, reader->position, reader->trailer_offset, &frame, error)) {
        return false;
    }
    if (!is_json_frame(&frame, FRAME_HEADER) || frame.ordinal != 0) {
        return damaged(reader, "its header is not where it should be", error);
    }
    advance(reader, &frame);
    if (!segment_header_from_json((const char *)reader->bytes + FRAME_HEAD_BYTES,
                                  (size_t)frame.stored,
                                  &reader->arena,
                                  &reader->header,
                                  error)) {
        return error_context(error, "reading segment \"%s\"", reader->path);
    }
    return true;
}

static bool open_file(struct segment_reader *reader, const char *path, struct error *error)
{
    struct stat status;

    reader->path = arena_string(&reader->arena, path);
    if (reader->path == NULL) {
        return error_set_memory(error);
    }
    reader->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (reader->descriptor < 0 || fstat(reader->descriptor, &status) != 0) {
        return error_set_system(error, ERROR_IO, errno, "could not open segment \"%s\"", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return damaged(reader, "it is not a file", error);
    }
    return read_preamble(reader, error) && read_trailer(reader, (uint64_t)status.st_size, error) &&
           read_header(reader, error);
}

/* At the end: does what was read add up to what the trailer says? */
static bool check_end(const struct segment_reader *reader, struct error *error)
{
    if (reader->blocks != reader->trailer.blocks || reader->rows != reader->trailer.rows ||
        !hash_equal(hash_stream_value(&reader->content), reader->trailer.content)) {
        return damaged(reader, "blocks are missing or changed", error);
    }
    return true;
}

bool segment_reader_open(const char *path,
                         struct segment_reader **reader,
                         const struct segment_header **header,
                         struct error *error)
{
    struct segment_reader *created = calloc(1, sizeof *created);

    *reader = NULL;
    *header = NULL;
    if (created == NULL) {
        return error_set_memory(error);
    }
    created->descriptor = -1;
    arena_init(&created->arena, 4096, NULL);
    tally_init(&created->trailer.tally, &created->arena);
    created->decompressor = ZSTD_createDCtx();
    bool ok = created->decompressor != NULL || error_set_memory(error);
    ok = ok && hash_stream_open(&created->content, error) && open_file(created, path, error);
    if (ok && created->position == created->trailer_offset) { /* no block will be read */
        ok = check_end(created, error);
    }
    if (!ok) {
        segment_reader_close(created);
        return false;
    }
    *reader = created;
    *header = &created->header;
    return true;
}

static bool schema_agrees(const struct schema *a, const struct schema *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (int i = 0; i < a->count; i++) {
        if (a->columns[i].type.id != b->columns[i].type.id) {
            return false;
        }
    }
    return true;
}

static bool read_block(struct segment_reader *reader,
                       const struct frame *frame,
                       struct batch *batch,
                       struct error *error)
{
    const uint8_t *stored = reader->bytes + FRAME_HEAD_BYTES;

    if (memcmp(frame->kind, FRAME_BLOCK, sizeof frame->kind) != 0 ||
        frame->ordinal != reader->blocks || (frame->flags & ~(uint32_t)BLOCK_FLAGS_ALL) != 0 ||
        frame->raw > SEGMENT_BLOCK_BYTES_MAX ||
        ZSTD_getFrameContentSize(stored, (size_t)frame->stored) != frame->raw) {
        return damaged_block(reader, "has a wrong head", error);
    }
    if (frame->rows > LIMIT_BATCH_ROWS) {
        return damaged_block(reader, "has more rows than a batch can hold", error);
    }
    if (!batch_begin(batch, (int)frame->rows, false, error)) {
        return false;
    }
    char *raw = arena_bytes(&batch->arena, (size_t)frame->raw);
    if (raw == NULL) {
        return error_set_memory(error);
    }
    size_t size = ZSTD_decompressDCtx(
        reader->decompressor, raw, (size_t)frame->raw, stored, (size_t)frame->stored);
    if (ZSTD_isError(size) || size != frame->raw) {
        return damaged_block(reader, "cannot be decompressed", error);
    }
    if (!segment_block_decode(frame, (const uint8_t *)raw, batch, error)) {
        return error_context(
            error, "reading block %u of segment \"%s\"", reader->blocks + 1, reader->path);
    }
    return true;
}

bool segment_reader_next(struct segment_reader *reader,
                         struct batch *batch,
                         bool *more,
                         struct error *error)
{
    struct frame frame = {.rows = 0};

    if (!NOVATE_CHECK(error, schema_agrees(batch->schema, &reader->header.schema))) {
        return false;
    }
    if (reader->position == reader->trailer_offset) {
        *more = false;
        return true;
    }
    if (!read_frame(reader, reader->position, reader->trailer_offset, &frame, error)) {
        return error_context(
            error, "reading block %u of segment \"%s\"", reader->blocks + 1, reader->path);
    }
    if (!read_block(reader, &frame, batch, error)) {
        return false;
    }
    advance(reader, &frame);
    reader->blocks++;
    reader->rows += frame.rows;
    batch->chunk = reader->header.chunk.ordinal;
    batch->chunk_ends = reader->position == reader->trailer_offset;
    *more = true;
    return !batch->chunk_ends || check_end(reader, error);
}

struct hash segment_reader_checksum(const struct segment_reader *reader)
{
    return reader->trailer.content;
}

void segment_reader_close(struct segment_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->descriptor >= 0) {
        (void)close(reader->descriptor);
    }
    hash_stream_close(&reader->content);
    (void)ZSTD_freeDCtx(reader->decompressor);
    arena_release(&reader->arena);
    free(reader->bytes);
    free(reader);
}
