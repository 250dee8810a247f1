/* file_plan.c — files cut into byte ranges on the boundaries of records, in one pass over them.
 *
 * The same pass hashes the file, so that a chunk's identity covers every byte of it, computes the
 * checksums that suppliers and auditors compare, and counts records and lines, so that each chunk
 * knows the line that it begins on. A compressed file, which cannot be begun in the middle, is one
 * chunk, and so are small files that follow each other. A large one is hashed by a thread of its
 * own, which takes the longer of both times instead of their sum. No record is held in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_buffer.h"
#include "file_source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES     ((size_t)1 << 20)
#define ASIDE_BYTES_MIN ((uint64_t)16 << 20) /* smaller files are hashed before a thread pays */

struct plan_pass {
    const struct file_detail *detail;
    struct file_entry *entry;
    uint64_t chunk_bytes;
    bool threads;
    struct arena *arena;
    struct chunk *items; /* of all files */
    int count;
    int capacity;
    int first; /* of this file's chunks */
    struct file_input input;
    struct file_scan scan;
    uint64_t stream; /* an offset in the stream, and the place in the file that it is */
    uint64_t place;
    uint64_t begin; /* place of the record in hand */
    bool begun;     /* that is known */
    bool open;      /* the last chunk takes further records */
    bool gathers;   /* the last chunk takes further files */
    uint64_t rows;  /* of this file */
    struct error *error;
};

static struct chunk *chunk_push(struct plan_pass *pass)
{
    if (pass->count == pass->capacity) {
        int capacity = pass->capacity == 0 ? 64 : pass->capacity * 2;
        struct chunk *grown = ARENA_ARRAY(pass->arena, struct chunk, (size_t)capacity);
        if (grown == NULL) {
            (void)error_set_memory(pass->error);
            return NULL;
        }
        if (pass->count > 0) {
            memcpy(grown, pass->items, (size_t)pass->count * sizeof *grown);
        }
        pass->items = grown;
        pass->capacity = capacity;
    }
    return &pass->items[pass->count++];
}

/* The place in the file of an offset in the stream; `at` is that of `data`, and places are asked
 * for in rising order. */
static uint64_t place_of(struct plan_pass *pass, const char *data, uint64_t at, uint64_t offset)
{
    pass->place += file_input_bytes(
        pass->input.order, data + (pass->stream - at), (size_t)(offset - pass->stream));
    pass->stream = offset;
    return pass->place;
}

static bool record_add(struct plan_pass *pass, uint64_t next)
{
    const struct file_record *record = &pass->scan.record;
    bool divisible = pass->entry->manner.packing == FILE_PACKING_NONE;
    pass->rows++;
    if (!pass->open) {
        struct chunk *chunk = chunk_push(pass);
        if (chunk == NULL) {
            return false;
        }
        *chunk = (struct chunk){.kind = CHUNK_FILE_RANGE,
                                .file = pass->entry->name,
                                .offset = pass->begin,
                                .first_line = record->line};
    }
    struct chunk *chunk = &pass->items[pass->count - 1];
    chunk->size = next - chunk->offset;
    chunk->rows_estimate++;
    pass->open = chunk->size < pass->chunk_bytes || !divisible;
    pass->begun = false;
    return true;
}

/* A record that is too large is refused when it has become so, not at its end. */
static bool record_check(struct plan_pass *pass, uint64_t size)
{
    return size <= pass->detail->record_bytes_max ||
           file_record_too_large(pass->entry->name,
                                 pass->scan.record.line,
                                 pass->begin,
                                 pass->detail->record_bytes_max,
                                 pass->error);
}

/* The records that end in a piece of the stream, which begins at offset `at`. */
static bool scan_piece(struct plan_pass *pass, const char *piece, uint64_t at, size_t size)
{
    const struct file_record *record = &pass->scan.record;
    file_scan_feed(&pass->scan, piece, size);
    for (;;) {
        bool ended = file_scan_record(&pass->scan);
        if (!ended && pass->scan.state == FILE_SCAN_BETWEEN) {
            break;
        }
        if (!pass->begun) {
            pass->begin = place_of(pass, piece, at, record->begin);
            pass->begun = true;
        }
        if (!record_check(pass, (ended ? record->end : at + size) - record->begin)) {
            return false;
        }
        if (!ended) {
            break;
        }
        if (!record_add(pass, place_of(pass, piece, at, record->next))) {
            return false;
        }
    }
    (void)place_of(pass, piece, at, at + size);
    return true;
}

/* All pieces of the file: hashed whole, scanned from its first record on. */
static bool scan_file(struct plan_pass *pass, int fd, char *piece, struct hash_stream *stream)
{
    const struct file_entry *entry = pass->entry;
    const struct file_range range = {entry->data_offset, entry->stamp.size};
    bool ok = file_entry_begin(entry, fd, &range, stream, &pass->input, pass->error);
    size_t got = PIECE_BYTES;
    uint64_t offset = entry->data_offset;
    while (ok && got > 0) {
        ok = file_input_read(&pass->input, piece, PIECE_BYTES, &got, pass->error) &&
             scan_piece(pass, piece, offset, got);
        offset += got;
    }
    if (ok && file_scan_finish(&pass->scan)) {
        bool plain = entry->manner.packing == FILE_PACKING_NONE;
        ok = record_add(pass, plain ? entry->stamp.size : pass->place);
    }
    return ok;
}

/* The kind of hash that is stated of a file; false: none is. */
static bool stated_kind(const struct file_entry *entry, enum checksum_kind *kind)
{
    if (entry->statement_count == 0 || entry->statements[0].hash == NULL) {
        return false;
    }
    *kind = entry->statements[0].kind;
    return true;
}

/* Everything that one pass over the bytes finds. */
static bool take_content(struct plan_pass *pass, int fd, char *piece, struct file_content *content)
{
    struct checksums checksums = {.failed = false};
    struct hash_stream stream = {0};
    enum checksum_kind kind = CHECKSUM_SHA256;
    bool stated = stated_kind(pass->entry, &kind);
    bool ok = checksums_open(&checksums, 1u << CHECKSUM_SHA256 | 1u << kind, pass->error) &&
              hash_stream_open(&stream, pass->error);
    stream.also = &checksums;
    if (ok && pass->threads && pass->entry->stamp.size >= ASIDE_BYTES_MIN) {
        checksums_aside(&checksums);
    }
    ok = ok && scan_file(pass, fd, piece, &stream);
    if (ok) {
        content->hash = hash_stream_value(&stream);
        content->rows = pass->rows;
        ok = checksums_hex(&checksums, CHECKSUM_SHA256, content->sha256, pass->error);
    }
    if (ok && stated && kind == CHECKSUM_SHA256) {
        memcpy(content->stated_kind_hash, content->sha256, sizeof content->sha256);
    } else if (ok && stated) {
        ok = checksums_hex(&checksums, kind, content->stated_kind_hash, pass->error);
    }
    hash_stream_close(&stream);
    checksums_close(&checksums);
    return ok;
}

static bool plan_file(struct plan_pass *pass, char *piece)
{
    int fd = -1;
    struct file_content content = {.rows = 0};
    if (!file_entry_open(pass->entry, &fd, pass->error)) {
        return false;
    }
    file_scan_init(&pass->scan,
                   pass->detail->delimiter,
                   pass->detail->quote,
                   pass->entry->data_offset,
                   pass->entry->data_line);
    pass->scan.previous = pass->entry->data_previous;
    pass->stream = pass->entry->data_offset;
    pass->place = pass->entry->data_offset;
    pass->begun = false;
    pass->open = false;
    pass->rows = 0;
    pass->first = pass->count;
    /* Checked again afterwards: what was hashed is what was described, all of it. */
    bool ok =
        take_content(pass, fd, piece, &content) && file_entry_check(pass->entry, fd, pass->error);
    (void)close(fd);
    if (!ok) {
        return false;
    }
    file_entry_publish_content(pass->entry, &content);
    for (int i = pass->first; i < pass->count; i++) {
        pass->items[i].file_hash = content.hash;
    }
    return true;
}

/* A small file that has become a chunk of its own goes into the one before, if that has room. */
static void file_gather(struct plan_pass *pass)
{
    uint64_t most = pass->chunk_bytes / LIMIT_FILES_SHARE;
    int made = pass->count - pass->first;
    if (made == 0) {
        return; /* without records */
    }
    struct chunk *chunk = &pass->items[pass->count - 1];
    if (made > 1 || chunk->size > most) {
        pass->gathers = false;
        return;
    }
    struct chunk *before = pass->gathers ? chunk - 1 : NULL;
    if (before == NULL || before->size + chunk->size > most) {
        pass->gathers = true;
        return;
    }
    before->last_file = chunk->file;
    before->size += chunk->size;
    before->rows_estimate += chunk->rows_estimate;
    pass->count--;
}

static bool groups_hash(struct plan_pass *pass)
{
    for (int i = 0; i < pass->count; i++) {
        struct chunk *chunk = &pass->items[i];
        if (chunk->last_file != NULL &&
            !file_group_hash(file_entry_find(pass->detail, chunk->file),
                             file_entry_find(pass->detail, chunk->last_file),
                             &chunk->file_hash,
                             pass->error)) {
            return false;
        }
    }
    return true;
}

bool file_plan(void *state,
               const struct relation *relation,
               const struct chunk_plan_options *options,
               struct arena *arena,
               struct chunk_list *chunks,
               struct error *error)
{
    (void)state;
    const struct file_detail *detail = relation->detail;
    struct plan_pass pass = {
        .detail = detail,
        .chunk_bytes = options->chunk_bytes,
        .threads = options->threads,
        .arena = arena,
        .error = error,
    };
    char *piece = malloc(PIECE_BYTES);
    if (piece == NULL) {
        return error_set_memory(error);
    }
    file_input_init(&pass.input);
    bool ok = true;
    for (int i = 0; ok && i < detail->file_count; i++) {
        pass.entry = &detail->files[i];
        ok = plan_file(&pass, piece);
        if (ok) {
            file_gather(&pass);
        }
    }
    ok = ok && groups_hash(&pass);
    free(piece);
    file_input_release(&pass.input);
    if (ok) {
        chunks->items = pass.items;
        chunks->count = pass.count;
    }
    return ok;
}
