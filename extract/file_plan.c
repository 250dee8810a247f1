/* file_plan.c — files cut into byte ranges on the boundaries of records, in one pass over them.
 *
 * The same pass hashes the file, so that a chunk's identity covers every byte of it, and counts
 * records and lines, so that each chunk knows the line that it begins on.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_buffer.h"
#include "file_source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 20)

struct plan_pass {
    const struct file_detail *detail;
    struct file_entry *entry;
    uint64_t chunk_bytes;
    struct arena *arena;
    struct chunk *items; /* of all files */
    int count;
    int capacity;
    int first; /* of this file's chunks */
    struct file_scan scan;
    bool open; /* the last chunk takes further records */
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

static bool record_add(struct plan_pass *pass)
{
    const struct file_record *record = &pass->scan.record;
    if (!pass->open) {
        struct chunk *chunk = chunk_push(pass);
        if (chunk == NULL) {
            return false;
        }
        *chunk = (struct chunk){.kind = CHUNK_FILE_RANGE,
                                .file = pass->entry->name,
                                .offset = record->begin,
                                .first_line = record->line};
        pass->open = true;
    }
    struct chunk *chunk = &pass->items[pass->count - 1];
    chunk->size = record->next - chunk->offset;
    chunk->rows_estimate++;
    pass->open = chunk->size < pass->chunk_bytes;
    if (record->end - record->begin > LIMIT_RECORD_BYTES) {
        (void)error_set(pass->error,
                        ERROR_SOURCE,
                        "a record of file \"%s\" is too large (line %llu)",
                        pass->entry->name,
                        (unsigned long long)record->line);
        return error_hint(pass->error,
                          "Look for a quote that is opened on this line and not closed.");
    }
    return true;
}

/* All pieces of the file: hashed whole, scanned from its first record on. */
static bool scan_file(struct plan_pass *pass, int fd, char *piece, struct hash *hash)
{
    struct hash_stream stream = {0};
    uint64_t begin = pass->entry->data_offset;
    if (!hash_stream_open(&stream, pass->error)) {
        return false;
    }
    bool ok = true;
    size_t got = PIECE_BYTES;
    for (uint64_t offset = 0; ok && got == PIECE_BYTES; offset += got) {
        ok = file_read_at(fd, pass->entry->name, piece, PIECE_BYTES, offset, &got, pass->error);
        if (!ok) {
            break;
        }
        hash_stream_push(&stream, piece, got);
        uint64_t skip = begin > offset ? begin - offset : 0;
        if (skip >= got) {
            continue;
        }
        file_scan_feed(&pass->scan, piece + skip, got - (size_t)skip);
        while (ok && file_scan_record(&pass->scan)) {
            ok = record_add(pass);
        }
    }
    if (ok && file_scan_finish(&pass->scan)) {
        ok = record_add(pass);
    }
    *hash = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return ok;
}

static bool plan_file(struct plan_pass *pass, char *piece)
{
    int fd = -1;
    struct hash hash = {0};
    if (!file_entry_open(pass->entry, &fd, pass->error)) {
        return false;
    }
    file_scan_init(&pass->scan,
                   pass->detail->delimiter,
                   pass->detail->quote,
                   pass->entry->data_offset,
                   pass->entry->data_line);
    pass->scan.previous = pass->entry->data_previous;
    pass->open = false;
    pass->first = pass->count;
    /* Checked again afterwards: what was hashed is what was described, all of it. */
    bool ok = scan_file(pass, fd, piece, &hash) && file_entry_check(pass->entry, fd, pass->error);
    (void)close(fd);
    if (!ok) {
        return false;
    }
    file_entry_publish(pass->entry, hash);
    for (int i = pass->first; i < pass->count; i++) {
        pass->items[i].file_hash = hash;
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
        .detail = detail, .chunk_bytes = options->chunk_bytes, .arena = arena, .error = error};
    char *piece = malloc(PIECE_BYTES);
    if (piece == NULL) {
        return error_set_memory(error);
    }
    bool ok = true;
    for (int i = 0; ok && i < detail->file_count; i++) {
        pass.entry = &detail->files[i];
        ok = plan_file(&pass, piece);
    }
    free(piece);
    if (ok) {
        chunks->items = pass.items;
        chunks->count = pass.count;
    }
    return ok;
}
