/* ocf_encoder.c — OCF, encoded. The table is a tree: of each string the first longer one, and of
 * each the next one that is as long.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ocf_encoder.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    CODE_CLEAR = 256,
    CODE_END = 257,
    CODE_FIRST = 258,
    CODES = 8192,
    NONE = -1
};

const struct ocf_encoding ocf_usual = {
    .begin_with_clear = true, .marker = true, .codes_max = CODES - 1};

struct encoder {
    unsigned char *out;
    size_t size;
    uint32_t held;
    int held_bits;
    int known; /* the first code that the decoder does not know yet */
    bool begun;
    int next; /* the first one that the encoder does not */
    int first[CODES];
    int sibling[CODES];
    unsigned char byte[CODES];
};

static void forget(struct encoder *encoder)
{
    encoder->next = CODE_FIRST;
    encoder->known = CODE_FIRST;
    encoder->begun = false;
    for (int i = 0; i < CODE_CLEAR; i++) {
        encoder->first[i] = NONE;
    }
}

static void put(struct encoder *encoder, int code)
{
    int width = 9;

    while (width < 13 && encoder->known >= (1 << width) - 1) {
        width++;
    }
    encoder->held = encoder->held << width | (uint32_t)code;
    encoder->held_bits += width;
    while (encoder->held_bits >= 8) {
        encoder->held_bits -= 8;
        encoder->out[encoder->size++] = (unsigned char)(encoder->held >> encoder->held_bits);
    }
    encoder->held &= (UINT32_C(1) << encoder->held_bits) - 1;
    if (code < CODE_CLEAR || code > CODE_END) {
        encoder->known += encoder->begun && encoder->known < CODES;
        encoder->begun = true;
    }
}

static int child(const struct encoder *encoder, int code, unsigned char byte)
{
    int at = encoder->first[code];

    while (at != NONE && encoder->byte[at] != byte) {
        at = encoder->sibling[at];
    }
    return at;
}

static void add(struct encoder *encoder, int code, unsigned char byte, int codes_max)
{
    if (encoder->next == CODES) {
        return;
    }
    encoder->byte[encoder->next] = byte;
    encoder->first[encoder->next] = NONE;
    encoder->sibling[encoder->next] = encoder->first[code];
    encoder->first[code] = encoder->next++;
    if (encoder->next == codes_max) {
        put(encoder, CODE_CLEAR);
        forget(encoder);
    }
}

unsigned char *ocf_encode(const void *data,
                          size_t size,
                          const struct ocf_encoding *encoding,
                          size_t *encoded_size)
{
    const unsigned char *bytes = data;
    struct encoder *encoder = malloc(sizeof *encoder);
    /* 13 bits a byte and every 42nd a clear, at the most. */
    unsigned char *out = malloc(size * 2 + 32);
    int code = NONE;

    if (encoder == NULL || out == NULL) {
        abort();
    }
    encoder->out = out;
    encoder->size = 0;
    encoder->held = 0;
    encoder->held_bits = 0;
    forget(encoder);
    if (encoding->begin_with_clear) {
        put(encoder, CODE_CLEAR);
    }
    for (size_t i = 0; i < size; i++) {
        int longer = code == NONE ? bytes[i] : child(encoder, code, bytes[i]);
        if (longer == NONE) {
            put(encoder, code);
            add(encoder, code, bytes[i], encoding->codes_max);
            longer = bytes[i];
        }
        code = longer;
    }
    if (code != NONE) {
        put(encoder, code);
    }
    put(encoder, CODE_END);
    if (encoder->held_bits > 0) {
        out[encoder->size++] = (unsigned char)(encoder->held << (8 - encoder->held_bits));
    }
    if (encoding->marker) {
        memcpy(out + encoder->size, "ocf_blob", 9);
        encoder->size += 9;
    }
    *encoded_size = encoder->size;
    free(encoder);
    return out;
}
