/* segment_check.c — is a segment what a manifest or a ledger says of it? The contract is in
 * novate/segment_manifest.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_crypt.h"

#include "novate/limits.h"
#include "novate/segment_manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(const char *work_directory, const char *file, struct arena *arena)
{
    return arena_format(arena, "%s/segments/%s", work_directory, file);
}

bool manifest_segment_measure(const char *work_directory,
                              struct manifest_segment *segment,
                              struct arena *arena,
                              struct error *error)
{
    uint8_t sha256[CRYPT_SHA256_BYTES];
    char hex[SEGMENT_SHA256_HEX_SIZE];
    const char *path = path_of(work_directory, segment->file, arena);

    if (path == NULL) {
        return error_set_memory(error);
    }
    if (!file_sha256(path, sha256, &segment->bytes, error)) {
        return false;
    }
    bytes_hex(sha256, sizeof sha256, hex);
    segment->sha256 = arena_string(arena, hex);
    return segment->sha256 != NULL || error_set_memory(error);
}

bool segment_look(const char *path, struct segment_look *look, struct error *error)
{
    uint8_t preamble[SEGMENT_PREAMBLE_BYTES] = {0};
    struct stat status;

    *look = (struct segment_look){.found = false};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == ENOENT || errno == ENOTDIR ||
               error_set_system(error, ERROR_IO, errno, "could not open segment \"%s\"", path);
    }
    bool ok =
        fstat(descriptor, &status) == 0 && pread(descriptor, preamble, sizeof preamble, 0) >= 0;
    int reason = errno;
    (void)close(descriptor);
    if (!ok) {
        return error_set_system(error, ERROR_IO, reason, "could not look at segment \"%s\"", path);
    }
    look->found = true;
    look->encrypted = preamble[SEGMENT_MAGIC_BYTES] == SEGMENT_ENCRYPTED;
    look->bytes = (uint64_t)status.st_size;
    return true;
}

static bool differs(const struct manifest_segment *segment, const char *what, struct error *error)
{
    (void)error_set(error, ERROR_CORRUPT, "segment \"%s\" %s", segment->file, what);
    return error_hint(error,
                      "Carry the file anew from where it was written, or stage the entity again "
                      "with --restart.");
}

static bool check_file(const char *path,
                       const struct manifest_segment *segment,
                       struct error *error)
{
    struct stat status;
    uint8_t sha256[CRYPT_SHA256_BYTES];
    char hex[SEGMENT_SHA256_HEX_SIZE];
    uint64_t bytes = 0;

    if (stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        return differs(segment, "is missing", error);
    }
    if (segment->sha256 == NULL) {
        return true;
    }
    if (!file_sha256(path, sha256, &bytes, error)) {
        return false;
    }
    if (bytes != segment->bytes) {
        return differs(segment, "has another size than the manifest says", error);
    }
    bytes_hex(sha256, sizeof sha256, hex);
    return strcmp(hex, segment->sha256) == 0 ||
           differs(segment, "is not the file that the manifest describes", error);
}

/* Records and where they went, over all blocks. A batch as a source gave it has no tally. */
static bool read_content(struct segment_reader *reader,
                         const struct segment_header *header,
                         uint64_t *rows,
                         struct tally *tally,
                         struct error *error)
{
    struct batch batch;
    bool more = true;
    bool ok = batch_init(&batch, &header->schema, NULL, error);

    while (ok && more) {
        ok = segment_reader_next(reader, &batch, &more, error);
        if (!ok || !more) {
            break;
        }
        *rows += (uint64_t)batch.rows;
        if (header->stage == SEGMENT_TRANSFORMED) {
            ok = tally_merge(tally, &batch.tally, error);
            continue;
        }
        for (int row = 0; row < batch.rows && batch.source_hashes != NULL; row++) {
            digest_add(&tally->source, batch.source_hashes[row]);
        }
    }
    batch_release(&batch);
    return ok;
}

/* A chunk that outlives the reader whose header has it. */
static bool copy_chunk(const struct chunk *from,
                       struct arena *arena,
                       struct chunk *chunk,
                       struct error *error)
{
    struct text_buffer json;

    text_buffer_init(&json, LIMIT_FIELD_BYTES);
    chunk_json(from, &json);
    bool ok = text_buffer_check(&json, error) && chunk_from_json(json.data, arena, chunk, error);
    text_buffer_release(&json);
    memcpy(chunk->id, from->id, sizeof chunk->id);
    return ok;
}

static bool check_content(struct segment_reader *reader,
                          const struct segment_header *header,
                          const char *entity,
                          const struct manifest_segment *segment,
                          struct tally *tally,
                          struct error *error)
{
    char checksum[HASH_HEX_SIZE];
    uint64_t rows = 0;

    hash_hex(segment_reader_checksum(reader), checksum);
    if (strcmp(header->entity, entity) != 0 || header->stage != segment->stage ||
        header->chunk.ordinal != segment->chunk ||
        strcmp(header->chunk.id, segment->chunk_id) != 0) {
        return differs(segment, "is that of another entity, stage or chunk", error);
    }
    if (strcmp(checksum, segment->checksum) != 0) {
        return differs(segment, "has another content than was recorded", error);
    }
    if (!read_content(reader, header, &rows, tally, error)) {
        return false;
    }
    if (rows != segment->rows || !digest_equal(&tally->source, &segment->source)) {
        return differs(segment, "has other records than were recorded", error);
    }
    return true;
}

bool manifest_segment_check(const char *work_directory,
                            const char *entity,
                            const struct manifest_segment *segment,
                            const struct segment_key *key,
                            struct arena *arena,
                            struct chunk *chunk,
                            struct tally *tally,
                            struct error *error)
{
    struct segment_reader *reader = NULL;
    const struct segment_header *header = NULL;
    const char *path = path_of(work_directory, segment->file, arena);

    if (path == NULL) {
        return error_set_memory(error);
    }
    if (!check_file(path, segment, error) ||
        !segment_reader_open(path, key, &reader, &header, error)) {
        return false;
    }
    tally_init(tally, arena);
    bool ok = check_content(reader, header, entity, segment, tally, error) &&
              copy_chunk(&header->chunk, arena, chunk, error);
    segment_reader_close(reader);
    return ok;
}
