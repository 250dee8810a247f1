/* decode.c — bytes of a source into valid UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include "novate/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS  UINT64_C(0x0101010101010101)

static bool refuse(struct error *error, const char *encoding)
{
    (void)error_set(error, ERROR_PLAN, "encoding \"%s\" cannot be read", encoding);
    return error_hint(error,
                      "Use UTF-8, or an encoding of one byte a character such as windows-1252 or "
                      "ISO-8859-1; convert other files first, with iconv(1).");
}

/* One byte through iconv: its character in UTF-8, or none. False: not one byte a character. */
static bool table_byte(iconv_t converter, int byte, struct decoder *decoder)
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
        decoder->sizes[byte] = 0;
        return errno == EILSEQ;
    }
    size_t size = sizeof out - to_left;
    if (size == 0 || size > 4) {
        return false;
    }
    memcpy(decoder->text[byte], out, size);
    decoder->sizes[byte] = (uint8_t)size;
    return true;
}

bool decoder_init(struct decoder *decoder, const char *encoding, struct error *error)
{
    *decoder = (struct decoder){.utf8 = true};
    if (encoding == NULL || strcasecmp(encoding, "UTF-8") == 0 ||
        strcasecmp(encoding, "UTF8") == 0) {
        return true;
    }
    decoder->utf8 = false;
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1) {
        return refuse(error, encoding);
    }
    bool ok = true;
    for (int byte = 0; ok && byte < 256; byte++) {
        ok = table_byte(converter, byte, decoder);
        if (byte < 0x80) { /* delimiters and digits are looked for in the bytes as they stand */
            ok = ok && decoder->sizes[byte] == 1 && decoder->text[byte][0] == byte;
        }
    }
    (void)iconv_close(converter);
    return ok || refuse(error, encoding);
}

size_t decoder_room(const struct decoder *decoder, size_t size)
{
    return decoder->utf8 ? size : size * 4;
}

bool decoder_apply(const struct decoder *decoder,
                   const char *data,
                   size_t size,
                   char *to,
                   size_t *to_size,
                   size_t *offset)
{
    char *begin = to;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte < 0x80) {
            *to++ = data[i];
            continue;
        }
        uint8_t count = decoder->sizes[byte];
        if (count == 0) {
            *offset = i;
            return false;
        }
        memcpy(to, decoder->text[byte], count);
        to += count;
    }
    *to_size = (size_t)(to - begin);
    return true;
}

bool bytes_plain(const char *data, size_t size)
{
    uint64_t seen = 0;
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
        uint64_t word = 0;
        memcpy(&word, data + i, sizeof word);
        /* A zero byte borrows into its high bit; a high bit is one already. */
        seen |= (word - LOW_BITS) | word;
    }
    bool plain = (seen & HIGH_BITS) == 0;
    for (; i < size; i++) {
        plain = plain && data[i] > 0;
    }
    return plain;
}

bool utf16_decode(const uint16_t *units, size_t count, char *to, size_t *to_size, size_t *offset)
{
    char *begin = to;
    for (size_t i = 0; i < count; i++) {
        uint32_t unit = units[i];
        if (unit < 0x80) {
            *to++ = (char)unit;
            continue;
        }
        if (unit < 0x800) {
            *to++ = (char)(0xC0 | (unit >> 6));
            *to++ = (char)(0x80 | (unit & 0x3F));
            continue;
        }
        if (unit < 0xD800 || unit > 0xDFFF) {
            *to++ = (char)(0xE0 | (unit >> 12));
            *to++ = (char)(0x80 | ((unit >> 6) & 0x3F));
            *to++ = (char)(0x80 | (unit & 0x3F));
            continue;
        }
        if (unit > 0xDBFF || i + 1 == count || units[i + 1] < 0xDC00 || units[i + 1] > 0xDFFF) {
            *offset = i;
            return false;
        }
        uint32_t character = 0x10000 + ((unit - 0xD800) << 10) + (units[++i] - UINT32_C(0xDC00));
        *to++ = (char)(0xF0 | (character >> 18));
        *to++ = (char)(0x80 | ((character >> 12) & 0x3F));
        *to++ = (char)(0x80 | ((character >> 6) & 0x3F));
        *to++ = (char)(0x80 | (character & 0x3F));
    }
    *to_size = (size_t)(to - begin);
    return true;
}

size_t utf16_encode(const char *data, size_t size, uint16_t *to)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t count = 0;
    for (size_t i = 0; i < size;) {
        uint32_t first = bytes[i];
        size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        uint32_t character = first & (more == 0   ? 0x7FU
                                      : more == 1 ? 0x1FU
                                      : more == 2 ? 0xFU
                                                  : 7U);
        for (size_t k = 1; k <= more && i + k < size; k++) {
            character = (character << 6) | (bytes[i + k] & 0x3FU);
        }
        i += more + 1;
        if (character >= 0x10000) {
            character -= 0x10000;
            to[count++] = (uint16_t)(0xD800 | (character >> 10));
            character = 0xDC00 | (character & 0x3FF);
        }
        to[count++] = (uint16_t)character;
    }
    return count;
}
