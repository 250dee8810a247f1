/* segment_reader.c — reading a staged file; the contract is in novate/segment.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_crypt.h"

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
    struct segment_crypt *crypt; /* NULL: not encrypted */
    uint8_t *clear;              /* content of the frame, decrypted */
    size_t clear_capacity;
    const uint8_t *content; /* of the frame, in `bytes` or in `clear` */
    size_t content_bytes;
    ZSTD_DCtx *decompressor;
    struct hash_stream checksums; /* of the frames that were read */
    struct hash checksum; /* what these must come to; of an encrypted segment the footer's */
    uint64_t position;    /* of the next frame */
    uint64_t trailer_offset;
    uint64_t trailer_end;
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

/* The content of the frame that was read, decrypted if need be. */
static bool open_content(struct segment_reader *reader,
                         uint64_t offset,
                         const struct frame *frame,
                         bool last,
                         struct error *error)
{
    const uint8_t *stored = reader->bytes + FRAME_HEAD_BYTES;
    size_t size = (size_t)frame->stored;

    if (reader->crypt == NULL) {
        reader->content = stored;
        reader->content_bytes = size;
        return true;
    }
    if (size > reader->clear_capacity) {
        uint8_t *clear = realloc(reader->clear, size);
        if (clear == NULL) {
            return error_set_memory(error);
        }
        reader->clear = clear;
        reader->clear_capacity = size;
    }
    if (!segment_decrypt(reader->crypt, reader->bytes, offset, last, stored, size, reader->clear)) {
        return damaged(reader, "a part of it is not what was encrypted there", error);
    }
    reader->content = reader->clear;
    reader->content_bytes = size - CRYPT_EXTRA_BYTES;
    return true;
}

static bool is_json_frame(const struct segment_reader *reader,
                          const struct frame *frame,
                          const char *kind)
{
    uint64_t extra = reader->crypt != NULL ? CRYPT_EXTRA_BYTES : 0;

    return memcmp(frame->kind, kind, sizeof frame->kind) == 0 &&
           frame->stored == frame->raw + extra && frame->raw <= SEGMENT_JSON_BYTES_MAX &&
           frame->rows == 0 && frame->flags == 0;
}

static bool wrong_key(const struct segment_reader *reader,
                      const char *what,
                      const char *hint,
                      struct error *error)
{
    (void)error_set(error, ERROR_KEY, "segment \"%s\" %s", reader->path, what);
    return error_hint(error, "%s", hint);
}

/* Which key, and the header of the stream. */
static bool read_crypt(struct segment_reader *reader,
                       const struct segment_key *key,
                       struct error *error)
{
    uint8_t bytes[CRYPT_ID_BYTES + CRYPT_HEADER_BYTES];
    uint8_t id[CRYPT_ID_BYTES];

    if (key == NULL) {
        return wrong_key(reader,
                         "is encrypted",
                         "Name the file of its key with --key-file or NOVATE_KEY_FILE.",
                         error);
    }
    if (!read_at(reader, SEGMENT_PREAMBLE_BYTES, bytes, sizeof bytes, error)) {
        return false;
    }
    segment_key_id_bytes(key, id);
    if (memcmp(id, bytes, sizeof id) != 0) {
        return wrong_key(reader,
                         "was encrypted with another key",
                         "Name the file of the key that it was written with.",
                         error);
    }
    reader->position = SEGMENT_PREAMBLE_BYTES + sizeof bytes;
    return segment_decrypt_open(key, bytes + CRYPT_ID_BYTES, &reader->crypt, error);
}

static bool read_preamble(struct segment_reader *reader,
                          const struct segment_key *key,
                          struct error *error)
{
    uint8_t preamble[SEGMENT_PREAMBLE_BYTES];

    if (!read_at(reader, 0, preamble, sizeof preamble, error)) {
        return false;
    }
    if (memcmp(preamble, SEGMENT_MAGIC, SEGMENT_MAGIC_BYTES) != 0) {
        return damaged(reader, "it does not begin as a segment does", error);
    }
    reader->position = sizeof preamble;
    switch (preamble[SEGMENT_MAGIC_BYTES]) {
    case SEGMENT_PLAIN:
        return key == NULL ||
               wrong_key(reader,
                         "is not encrypted, but a key is named",
                         "Leave the key out, or run the stage that wrote it again with --restart "
                         "and the key.",
                         error);
    case SEGMENT_ENCRYPTED:
        return read_crypt(reader, key, error);
    default:
        (void)error_set(error,
                        ERROR_CORRUPT,
                        "segment \"%s\" has format %d, which this novate does not read",
                        reader->path,
                        preamble[SEGMENT_MAGIC_BYTES]);
        return error_hint(error, "Run the stage that wrote it again with --restart.");
    }
}

/* Where the trailer is, and what an encrypted segment says of its content in the clear. */
static bool read_footer(struct segment_reader *reader, uint64_t file_bytes, struct error *error)
{
    uint8_t footer[SEGMENT_FOOTER_BYTES];
    size_t size = reader->crypt != NULL ? SEGMENT_FOOTER_BYTES : SEGMENT_PLAIN_FOOTER_BYTES;

    if (file_bytes < reader->position + size) {
        return damaged(reader, "it ends too early", error);
    }
    reader->trailer_end = file_bytes - size;
    if (!read_at(reader, reader->trailer_end, footer, size, error)) {
        return false;
    }
    if (memcmp(footer + size - 8, SEGMENT_FOOTER_MAGIC, 8) != 0) {
        return damaged(reader, "its end is missing", error);
    }
    reader->trailer_offset = load_le64(footer);
    if (reader->crypt != NULL) {
        reader->checksum = load_hash(footer + 8);
    }
    return true;
}

static bool parse_trailer(struct segment_reader *reader,
                          const struct frame *frame,
                          struct error *error)
{
    if (!segment_trailer_from_json(
            (const char *)reader->content, reader->content_bytes, &reader->trailer, error)) {
        return error_context(error, "reading segment \"%s\"", reader->path);
    }
    return frame->ordinal == reader->trailer.blocks ||
           damaged(reader, "its trailer contradicts itself", error);
}

static bool read_trailer(struct segment_reader *reader, struct frame *frame, struct error *error)
{
    if (!read_frame(reader, reader->trailer_offset, reader->trailer_end, frame, error)) {
        return false;
    }
    uint64_t size = FRAME_HEAD_BYTES + frame->stored + FRAME_CHECKSUM_BYTES;
    return (is_json_frame(reader, frame, FRAME_TRAILER) &&
            reader->trailer_offset + size == reader->trailer_end) ||
           damaged(reader, "its trailer is not where it should be", error);
}

/* What can be known of the trailer before the blocks were read: of an encrypted one how many there
 * are, since the messages of a stream can only be opened in their order. */
static bool look_at_trailer(struct segment_reader *reader, struct error *error)
{
    struct frame frame = {.rows = 0};

    if (!read_trailer(reader, &frame, error)) {
        return false;
    }
    if (reader->crypt != NULL) {
        reader->trailer.blocks = frame.ordinal;
        return true;
    }
    if (!open_content(reader, reader->trailer_offset, &frame, true, error) ||
        !parse_trailer(reader, &frame, error)) {
        return false;
    }
    reader->checksum = reader->trailer.content;
    return true;
}

/* After a frame of the content: its checksum goes into that of the content. */
static void advance(struct segment_reader *reader, const struct frame *frame)
{
    size_t size = FRAME_HEAD_BYTES + (size_t)frame->stored;

    hash_stream_push(&reader->checksums, reader->bytes + size, FRAME_CHECKSUM_BYTES);
    reader->position += size + FRAME_CHECKSUM_BYTES;
}

static bool read_header(struct segment_reader *reader, struct error *error)
{
    struct frame frame = {.rows = 0};

    uint64_t offset = reader->position;
    if (!read_frame(reader, offset, reader->trailer_offset, &frame, error)) {
        return false;
    }
    if (!is_json_frame(reader, &frame, FRAME_HEADER) || frame.ordinal != 0) {
        return damaged(reader, "its header is not where it should be", error);
    }
    if (!open_content(reader, offset, &frame, false, error)) {
        return false;
    }
    advance(reader, &frame);
    if (!segment_header_from_json((const char *)reader->content,
                                  reader->content_bytes,
                                  &reader->arena,
                                  &reader->header,
                                  error)) {
        return error_context(error, "reading segment \"%s\"", reader->path);
    }
    return true;
}

static bool open_file(struct segment_reader *reader,
                      const char *path,
                      const struct segment_key *key,
                      struct error *error)
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
    return read_preamble(reader, key, error) &&
           read_footer(reader, (uint64_t)status.st_size, error) && look_at_trailer(reader, error) &&
           read_header(reader, error);
}

/* At the end: does what was read add up to what the trailer says? */
static bool check_end(struct segment_reader *reader, struct error *error)
{
    struct frame frame = {.rows = 0};

    if (reader->crypt != NULL &&
        (!read_trailer(reader, &frame, error) ||
         !open_content(reader, reader->trailer_offset, &frame, true, error) ||
         !parse_trailer(reader, &frame, error))) {
        return false;
    }
    if (reader->blocks != reader->trailer.blocks || reader->rows != reader->trailer.rows ||
        !hash_equal(hash_stream_value(&reader->checksums), reader->trailer.content) ||
        !hash_equal(reader->checksum, reader->trailer.content)) {
        return damaged(reader, "blocks are missing or changed", error);
    }
    return true;
}

bool segment_reader_open(const char *path,
                         const struct segment_key *key,
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
    ok = ok && hash_stream_open(&created->checksums, error) && open_file(created, path, key, error);
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
    if (memcmp(frame->kind, FRAME_BLOCK, sizeof frame->kind) != 0 ||
        frame->ordinal != reader->blocks || (frame->flags & ~(uint32_t)BLOCK_FLAGS_ALL) != 0 ||
        frame->raw > SEGMENT_BLOCK_BYTES_MAX ||
        ZSTD_getFrameContentSize(reader->content, reader->content_bytes) != frame->raw) {
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
        reader->decompressor, raw, (size_t)frame->raw, reader->content, reader->content_bytes);
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
    if (!read_frame(reader, reader->position, reader->trailer_offset, &frame, error) ||
        !open_content(reader, reader->position, &frame, false, error)) {
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
    return reader->checksum;
}

void segment_reader_close(struct segment_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (reader->descriptor >= 0) {
        (void)close(reader->descriptor);
    }
    hash_stream_close(&reader->checksums);
    segment_crypt_close(reader->crypt);
    (void)ZSTD_freeDCtx(reader->decompressor);
    arena_release(&reader->arena);
    free(reader->clear);
    free(reader->bytes);
    free(reader);
}
