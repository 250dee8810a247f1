/* ocf.c — OCF decompressed; the form is in ocf.h.
 *
 * A string is always the one before it and one more byte, and both stand next to each other in what
 * was decoded. So the table has no strings, only where each of them stands in the result.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ocf.h"

#include <stdint.h>
#include <string.h>

enum {
    CODE_CLEAR = 256,
    CODE_END = 257,
    CODE_FIRST = 258,
    WIDTH_MIN = 9,
    WIDTH_MAX = 13,
    CODES = 1 << WIDTH_MAX
};

/* Of the strings from CODE_FIRST on. */
struct ocf_string {
    uint32_t offset; /* in the result */
    uint32_t size;
};

struct ocf_decoder {
    struct document_buffer out;
    struct ocf_string strings[CODES];
};

/* Codes out of bytes. */
struct bits {
    const unsigned char *next;
    const unsigned char *end;
    uint64_t held;
    int count;
};

struct ocf_decoder *ocf_decoder_create(struct arena *arena)
{
    struct ocf_decoder *decoder = ARENA_NEW(arena, struct ocf_decoder);

    if (decoder != NULL) {
        decoder->out = (struct document_buffer){.arena = arena};
    }
    return decoder;
}

/* The next code, or -1: there are not enough bits. */
static int take_code(struct bits *bits, int width)
{
    while (bits->count <= 56 && bits->next < bits->end) {
        bits->held = bits->held << 8 | *bits->next++;
        bits->count += 8;
    }
    if (bits->count < width) {
        return -1;
    }
    bits->count -= width;
    return (int)(bits->held >> bits->count & ((UINT64_C(1) << width) - 1));
}

/* Padding behind the end is zero. */
static bool rest_is_zero(const struct bits *bits)
{
    bool zero = (bits->held & ((UINT64_C(1) << bits->count) - 1)) == 0;

    for (const unsigned char *at = bits->next; at < bits->end; at++) {
        zero = zero && *at == 0;
    }
    return zero;
}

/* Copies a string to the end of the result, of which it may be the very end itself. */
static enum document_status put_string(struct document_buffer *out, struct ocf_string string)
{
    enum document_status status = document_buffer_reserve(out, string.size);
    if (status != DOCUMENT_OK) {
        return status;
    }
    const char *from = out->data + string.offset;
    char *to = out->data + out->size;
    if (string.offset + string.size <= out->size) {
        memcpy(to, from, string.size);
    } else {
        for (uint32_t i = 0; i < string.size; i++) {
            to[i] = from[i];
        }
    }
    out->size += string.size;
    return DOCUMENT_OK;
}

static enum document_status put_byte(struct document_buffer *out, int byte)
{
    enum document_status status = document_buffer_reserve(out, 1);
    if (status == DOCUMENT_OK) {
        out->data[out->size++] = (char)byte;
    }
    return status;
}

static enum document_status decode(struct ocf_decoder *decoder, struct bits *bits)
{
    struct document_buffer *out = &decoder->out;
    struct ocf_string before = {.size = 0}; /* the string of the code before; none after a clear */
    int next = CODE_FIRST;
    int width = WIDTH_MIN;
    enum document_status status = DOCUMENT_OK;

    while (status == DOCUMENT_OK) {
        int code = take_code(bits, width);
        if (code < 0) {
            return DOCUMENT_CUT;
        }
        if (code == CODE_END) {
            return rest_is_zero(bits) ? DOCUMENT_OK : DOCUMENT_CORRUPT;
        }
        if (code == CODE_CLEAR) {
            next = CODE_FIRST;
            width = WIDTH_MIN;
            before.size = 0;
            continue;
        }
        if (before.size > 0 && next < CODES) {
            decoder->strings[next++] = (struct ocf_string){before.offset, before.size + 1};
            width += next == (1 << width) - 1 && width < WIDTH_MAX;
        }
        if (code >= next) {
            return DOCUMENT_CORRUPT;
        }
        before.offset = (uint32_t)out->size;
        before.size = code < CODE_CLEAR ? 1 : decoder->strings[code].size;
        status = code < CODE_CLEAR ? put_byte(out, code) : put_string(out, decoder->strings[code]);
    }
    return status;
}

/* Without the marker that ends each chunk; its zero byte gets lost where chunks pass as texts. */
static struct text without_marker(struct text bytes)
{
    static const char marker[] = "ocf_blob";

    for (size_t size = sizeof marker; size >= sizeof marker - 1; size--) {
        if (bytes.size >= size && memcmp(bytes.data + bytes.size - size, marker, size) == 0) {
            return text_from(bytes.data, bytes.size - size);
        }
    }
    return bytes;
}

enum document_status ocf_decode(struct ocf_decoder *decoder,
                                struct text bytes,
                                struct text *out,
                                bool *plain)
{
    bytes = without_marker(bytes);
    *plain = document_kind(bytes) != DOCUMENT_OTHER;
    *out = bytes;
    if (*plain || bytes.size == 0) {
        return DOCUMENT_OK;
    }
    const unsigned char *data = (const unsigned char *)bytes.data;
    struct bits bits = {.next = data, .end = data + bytes.size};
    decoder->out.size = 0;
    enum document_status status = decode(decoder, &bits);
    if (status == DOCUMENT_OK) {
        *out = text_from(decoder->out.data, decoder->out.size);
    }
    return status;
}
