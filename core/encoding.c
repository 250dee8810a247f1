/* encoding.c — tables of encodings; the contract is in novate/encoding.h. The only file that knows
 * iconv.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

/* One byte through iconv: its character in UTF-8, or none. False: not one byte a character. */
static bool table_byte(iconv_t converter, int byte, struct byte_encoding *encoding)
{
    char in = (char)byte;
    char out[8];
    char *from = &in;
    char *to = out;
    size_t from_left = 1;
    size_t to_left = sizeof out;
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    errno = 0;
    if (iconv(converter, &from, &from_left, &to, &to_left) == (size_t)-1) {
        encoding->sizes[byte] = 0;
        return errno == EILSEQ;
    }
    size_t size = sizeof out - to_left;
    if (size == 0 || size > 4) {
        return false;
    }
    memcpy(encoding->text[byte], out, size);
    encoding->sizes[byte] = (uint8_t)size;
    return true;
}

bool byte_encoding_init(struct byte_encoding *encoding, const char *name)
{
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1) {
        return false;
    }
    bool ok = true;
    for (int byte = 0; ok && byte < 256; byte++) {
        ok = table_byte(converter, byte, encoding);
    }
    (void)iconv_close(converter);
    return ok;
}

bool byte_encoding_has_ascii(const struct byte_encoding *encoding)
{
    bool ascii = true;
    for (int byte = 0; byte < 0x80; byte++) {
        ascii = ascii && encoding->sizes[byte] == 1 && encoding->text[byte][0] == byte;
    }
    return ascii;
}

bool encoding_is_utf8(const char *name)
{
    return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0;
}

uint32_t windows_1252_character(unsigned char byte)
{
    static const uint16_t high[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return byte >= 0x80 && byte <= 0x9F ? high[byte - 0x80] : byte;
}

size_t utf8_encode(uint32_t code, unsigned char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (unsigned char)(0xC0 | code >> 6);
        bytes[1] = (unsigned char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (unsigned char)(0xE0 | code >> 12);
        bytes[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (unsigned char)(0x80 | (code & 0x3F));
        return code >= 0xD800 && code <= 0xDFFF ? 0 : 3;
    }
    bytes[0] = (unsigned char)(0xF0 | code >> 18);
    bytes[1] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
    bytes[2] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
    bytes[3] = (unsigned char)(0x80 | (code & 0x3F));
    return code > 0x10FFFF ? 0 : 4;
}
