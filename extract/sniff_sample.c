/* sniff_sample.c — some places of a file, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sniff_sample.h"

#include "file_input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct place_of_file {
    uint64_t offset;
    size_t size;
};

static bool piece_read(struct sniff_sample *sample,
                       const char *path,
                       int fd,
                       struct place_of_file place,
                       struct arena *arena,
                       struct error *error)
{
    struct sniff_piece *piece = &sample->pieces[sample->count];
    size_t got = 0;
    piece->data = arena_bytes(arena, place.size + 1);
    if (piece->data == NULL) {
        return error_set_memory(error);
    }
    if (!file_read_at(fd, path, piece->data, place.size, place.offset, &got, error)) {
        return false;
    }
    piece->data[got] = '\0';
    piece->size = got;
    piece->ends = place.offset + got >= sample->file_bytes;
    sample->read_bytes += got;
    sample->count++;
    return true;
}

static bool pieces_read(
    struct sniff_sample *sample, const char *path, int fd, struct arena *arena, struct error *error)
{
    uint64_t size = sample->file_bytes;
    sample->whole = size <= SNIFF_WHOLE_BYTES;
    struct place_of_file head = {.size = sample->whole ? (size_t)size : SNIFF_HEAD_BYTES};
    if (!piece_read(sample, path, fd, head, arena, error)) {
        return false;
    }
    if (sample->whole) {
        return true;
    }
    uint64_t first = SNIFF_HEAD_BYTES;
    uint64_t last = size - SNIFF_PLACE_BYTES;
    for (uint64_t i = 0; i < SNIFF_PLACES; i++) {
        /* Even offsets: UTF-16 has two bytes a unit. */
        uint64_t offset = (first + (last - first) / (SNIFF_PLACES - 1) * i) & ~UINT64_C(1);
        if (i + 1 == SNIFF_PLACES) {
            offset = last + (last & 1);
        }
        struct place_of_file place = {.offset = offset, .size = SNIFF_PLACE_BYTES};
        if (!piece_read(sample, path, fd, place, arena, error)) {
            return false;
        }
    }
    return true;
}

/* A compressed file has no middle that could be gone to. */
static bool packed_read(
    struct sniff_sample *sample, const char *path, int fd, struct arena *arena, struct error *error)
{
    struct sniff_piece *piece = &sample->pieces[0];
    struct file_inflate *packed = NULL;
    size_t got = 1;
    piece->data = arena_bytes(arena, SNIFF_WHOLE_BYTES + 1);
    if (piece->data == NULL) {
        return error_set_memory(error);
    }
    bool ok = file_inflate_open(sample->packing, path, fd, NULL, &packed, error);
    while (ok && got > 0 && piece->size < SNIFF_WHOLE_BYTES) {
        size_t room = SNIFF_WHOLE_BYTES - piece->size;
        ok = file_inflate_read(packed, piece->data + piece->size, room, &got, error);
        piece->size += ok ? got : 0;
    }
    file_inflate_close(packed);
    piece->data[piece->size] = '\0';
    piece->ends = got == 0;
    sample->whole = piece->ends;
    sample->read_bytes = piece->size;
    sample->count = 1;
    return ok;
}

static bool sample_read(
    struct sniff_sample *sample, const char *path, int fd, struct arena *arena, struct error *error)
{
    unsigned char mark[FILE_PACKING_MARK_BYTES];
    size_t got = 0;
    if (!file_read_at(fd, path, (char *)mark, sizeof mark, 0, &got, error)) {
        return false;
    }
    sample->packing = file_packing_of(mark, got);
    return sample->packing == FILE_PACKING_NONE ? pieces_read(sample, path, fd, arena, error)
                                                : packed_read(sample, path, fd, arena, error);
}

bool sniff_sample_read(const char *path,
                       struct arena *arena,
                       struct sniff_sample *sample,
                       struct error *error)
{
    struct stat status;
    *sample = (struct sniff_sample){.count = 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        int number = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return error_set_system(error, ERROR_IO, number, "cannot read file \"%s\"", path);
    }
    bool ok = false;
    if (S_ISREG(status.st_mode)) {
        sample->file_bytes = (uint64_t)status.st_size;
        ok = sample_read(sample, path, fd, arena, error);
    } else {
        error_set(error, ERROR_IO, "\"%s\" is not a file", path);
    }
    (void)close(fd);
    return ok;
}
