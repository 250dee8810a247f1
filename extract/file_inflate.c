/* file_inflate.c — the bytes of a compressed file, as a stream.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "file_inflate.h"

#include "file_input.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define INPUT_BYTES     ((size_t)128 << 10)
#define GZIP_WINDOW     (15 + 16) /* the largest window, with gzip's head and check sum */
#define ZSTD_WINDOW_LOG 27        /* of --long, and what zstd(1) itself reads unasked */

struct file_inflate {
    enum file_packing packing;
    const char *name;
    int fd;
    struct hash_stream *hash;
    uint64_t offset; /* in the file, of what is read next */
    unsigned char *input;
    size_t input_size;
    size_t input_used;
    bool input_ended;
    bool inside; /* a member or frame, of which more must come */
    bool any;    /* one has ended, or is begun */
    z_stream gzip;
    bool gzip_open;
    ZSTD_DStream *zstd;
};

enum file_packing file_packing_of(const unsigned char *mark, size_t size)
{
    if (size >= 2 && mark[0] == 0x1F && mark[1] == 0x8B) {
        return FILE_PACKING_GZIP;
    }
    if (size >= FILE_PACKING_MARK_BYTES) {
        bool frame = memcmp(mark, "\x28\xB5\x2F\xFD", FILE_PACKING_MARK_BYTES) == 0;
        bool skippable = (mark[0] & 0xF0) == 0x50 && memcmp(mark + 1, "\x2A\x4D\x18", 3) == 0;
        if (frame || skippable) {
            return FILE_PACKING_ZSTD;
        }
    }
    return FILE_PACKING_NONE;
}

const char *file_packing_text(enum file_packing packing)
{
    return packing == FILE_PACKING_GZIP ? "gzip" : packing == FILE_PACKING_ZSTD ? "zstd" : "none";
}

bool file_inflate_open(enum file_packing packing,
                       const char *name,
                       int fd,
                       struct hash_stream *hash,
                       struct file_inflate **out,
                       struct error *error)
{
    struct file_inflate *packed = calloc(1, sizeof *packed);
    if (packed == NULL) {
        return error_set_memory(error);
    }
    packed->packing = packing;
    packed->name = name;
    packed->fd = fd;
    packed->hash = hash;
    packed->input = malloc(INPUT_BYTES);
    bool ok = packed->input != NULL;
    if (ok && packing == FILE_PACKING_GZIP) {
        ok = inflateInit2(&packed->gzip, GZIP_WINDOW) == Z_OK;
        packed->gzip_open = ok;
    } else if (ok) {
        packed->zstd = ZSTD_createDStream();
        ok = packed->zstd != NULL && ZSTD_isError(ZSTD_DCtx_setParameter(
                                         packed->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG)) == 0;
    }
    if (!ok) {
        file_inflate_close(packed);
        return error_set_memory(error);
    }
    *out = packed;
    return true;
}

static bool broken(const struct file_inflate *packed, const char *detail, struct error *error)
{
    (void)error_set(error,
                    ERROR_SOURCE,
                    "compressed file \"%s\" is damaged (%s)",
                    packed->name,
                    file_packing_text(packed->packing));
    (void)error_detail(error, "%s", detail);
    return error_hint(error, "Have the file sent again, and compare its size and check sum.");
}

static bool input_fill(struct file_inflate *packed, struct error *error)
{
    size_t got = 0;
    if (packed->input_used < packed->input_size || packed->input_ended) {
        return true;
    }
    if (!file_read_at(packed->fd,
                      packed->name,
                      (char *)packed->input,
                      INPUT_BYTES,
                      packed->offset,
                      &got,
                      error)) {
        return false;
    }
    if (packed->hash != NULL) {
        hash_stream_push(packed->hash, packed->input, got);
    }
    packed->offset += got;
    packed->input_size = got;
    packed->input_used = 0;
    packed->input_ended = got < INPUT_BYTES;
    return true;
}

static bool gzip_step(
    struct file_inflate *packed, char *to, size_t room, size_t *got, struct error *error)
{
    z_stream *stream = &packed->gzip;
    uInt given = (uInt)(packed->input_size - packed->input_used);
    uInt wanted = room > UINT32_MAX ? UINT32_MAX : (uInt)room;
    if (!packed->inside) {
        bool member = packed->input[packed->input_used] == 0x1F;
        if (!member || inflateReset(stream) != Z_OK) {
            return broken(packed, "Something else follows the compressed data.", error);
        }
    }
    stream->next_in = packed->input + packed->input_used;
    stream->avail_in = given;
    stream->next_out = (Bytef *)to;
    stream->avail_out = wanted;
    int result = inflate(stream, Z_NO_FLUSH);
    packed->input_used += given - stream->avail_in;
    *got = wanted - stream->avail_out;
    packed->inside = result != Z_STREAM_END;
    if (result == Z_MEM_ERROR) {
        return error_set_memory(error);
    }
    if (result == Z_DATA_ERROR && stream->total_out == 0 && packed->any) {
        return broken(packed, "Something else follows the compressed data.", error);
    }
    packed->any = packed->any || result == Z_STREAM_END;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR ||
           broken(packed, "Its compressed data or their check sum are wrong.", error);
}

static bool zstd_refused(const struct file_inflate *packed, size_t result, struct error *error)
{
    switch ((int)ZSTD_getErrorCode(result)) {
    case ZSTD_error_memory_allocation:
        return error_set_memory(error);
    case ZSTD_error_frameParameter_windowTooLarge:
        (void)error_set(
            error, ERROR_SOURCE, "compressed file \"%s\" needs too much memory", packed->name);
        return error_hint(error, "Compress it with a window of 128 MB at most (zstd --long=27).");
    case ZSTD_error_prefix_unknown:
        return broken(packed, "Something else follows the compressed data.", error);
    case ZSTD_error_checksum_wrong:
        return broken(packed, "The check sum of its data is wrong.", error);
    default:
        return broken(packed, "Its compressed data are wrong.", error);
    }
}

static bool zstd_step(
    struct file_inflate *packed, char *to, size_t room, size_t *got, struct error *error)
{
    ZSTD_inBuffer in = {packed->input, packed->input_size, packed->input_used};
    ZSTD_outBuffer out = {to, room, 0};
    size_t result = ZSTD_decompressStream(packed->zstd, &out, &in);
    packed->input_used = in.pos;
    *got = out.pos;
    packed->inside = result != 0;
    return ZSTD_isError(result) == 0 || zstd_refused(packed, result, error);
}

bool file_inflate_read(
    struct file_inflate *packed, char *to, size_t room, size_t *got, struct error *error)
{
    *got = 0;
    while (*got == 0 && room > 0) {
        if (!input_fill(packed, error)) {
            return false;
        }
        /* Without input, what was held back for want of room may still come. */
        bool dry = packed->input_used == packed->input_size;
        if (dry && !packed->inside) {
            return true;
        }
        bool ok = packed->packing == FILE_PACKING_GZIP ? gzip_step(packed, to, room, got, error)
                                                       : zstd_step(packed, to, room, got, error);
        if (!ok) {
            return false;
        }
        if (dry && *got == 0 && packed->inside) {
            return broken(packed, "It is cut off: its compressed data have no end.", error);
        }
    }
    return true;
}

void file_inflate_close(struct file_inflate *packed)
{
    if (packed == NULL) {
        return;
    }
    if (packed->gzip_open) {
        (void)inflateEnd(&packed->gzip);
    }
    (void)ZSTD_freeDStream(packed->zstd);
    free(packed->input);
    free(packed);
}
