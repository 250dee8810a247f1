/* encoding.h — encodings of one byte a character, as tables of what each byte is in UTF-8.
 *
 * A table is made once, with iconv(3), for windows-1252, ISO-8859-15, CP437 and every other
 * encoding of that kind; decoding is then a look at the table.
 * Threads   read-only once made.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef NOVATE_ENCODING_H
#define NOVATE_ENCODING_H

#include "novate/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_encoding {
    uint8_t sizes[256];         /* bytes of the character in UTF-8; 0: no character */
    unsigned char text[256][4]; /* the character */
};

/* False when the encoding is not known, or is not one of one byte a character. */
bool byte_encoding_init(struct byte_encoding *encoding, const char *name) NODISCARD;

/* Are the bytes below 0x80 those of ASCII? */
bool byte_encoding_has_ascii(const struct byte_encoding *encoding) NODISCARD;

/* Is it a name of UTF-8? */
bool encoding_is_utf8(const char *name);

/* The character that a byte is in windows-1252; 0 where it is none (81 8D 8F 90 9D). */
uint32_t windows_1252_character(unsigned char byte);

/* A Unicode scalar value in UTF-8; gives its size, 0 where it is none (a surrogate, or beyond
 * U+10FFFF). */
size_t utf8_encode(uint32_t code, unsigned char bytes[4]);

#endif
