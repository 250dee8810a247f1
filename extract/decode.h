/* decode.h — bytes of a source into valid UTF-8.
 *
 * UTF-8 is checked; every encoding of one byte a character that has ASCII in its lower half
 * (windows-1252, ISO-8859-1, ISO-8859-15, …) is a table of 256 characters, made once with iconv.
 * Bytes that mean nothing are refused, never replaced. Threads   read-only after decoder_init().
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_EXTRACT_DECODE_H
#define NOVATE_EXTRACT_DECODE_H

#include "novate/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decoder {
    bool utf8;
    uint8_t sizes[256];         /* bytes of the character in UTF-8; 0: no character */
    unsigned char text[256][4]; /* the character */
};

/* ERROR_PLAN when the encoding is not known, or is not one that can be read. NULL is UTF-8. */
bool decoder_init(struct decoder *decoder, const char *encoding, struct error *error) NODISCARD;

/* Most bytes that `size` bytes can become. */
size_t decoder_room(const struct decoder *decoder, size_t size);

/* Decodes into `to`, which has decoder_room() bytes; false with the offset of the first byte that
 * is none. Not for UTF-8, which needs no decoding. */
bool decoder_apply(const struct decoder *decoder,
                   const char *data,
                   size_t size,
                   char *to,
                   size_t *to_size,
                   size_t *offset) NODISCARD;

/* Bytes that are the same in every encoding read here: 0x01 to 0x7F and nothing else. */
bool bytes_plain(const char *data, size_t size);

/* UTF-16 in the machine's order into UTF-8; `to` has room for 3 bytes per unit. False with the
 * offset (in units) of a surrogate without its other half. */
bool utf16_decode(
    const uint16_t *units, size_t count, char *to, size_t *to_size, size_t *offset) NODISCARD;
/* Valid UTF-8 into UTF-16; `to` has room for one unit per byte. Gives the number of units. */
size_t utf16_encode(const char *data, size_t size, uint16_t *to);

#endif
