/* utf8.c — UTF-8; the contract is in novate/text.h.
 *
 * Valid is what RFC 3629 allows: no overlong forms, no surrogates, nothing above U+10FFFF.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/text.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Bytes of the character that begins at `data`, 0 if it is not valid. */
static size_t character_size(const unsigned char *data, size_t size)
{
    unsigned char first = data[0];
    if (first < 0x80) {
        return 1;
    }
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size < length) {
        return 0;
    }
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (first == 0xE0) {
        low = 0xA0;
    } else if (first == 0xED) {
        high = 0x9F;
    } else if (first == 0xF0) {
        low = 0x90;
    } else if (first == 0xF4) {
        high = 0x8F;
    }
    if (data[1] < low || data[1] > high) {
        return 0;
    }
    for (size_t index = 2; index < length; index++) {
        if ((data[index] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool utf8_valid(const char *data, size_t size, size_t *offset)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t at = 0;
    while (at < size) {
        uint64_t word = 0;
        if (size - at >= sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            if ((word & HIGH_BITS) == 0) {
                at += sizeof word;
                continue;
            }
        }
        size_t length = character_size(bytes + at, size - at);
        if (length == 0) {
            if (offset != NULL) {
                *offset = at;
            }
            return false;
        }
        at += length;
    }
    return true;
}

size_t utf8_length(const char *data, size_t size)
{
    size_t length = 0;
    for (size_t index = 0; index < size; index++) {
        length += ((unsigned char)data[index] & 0xC0) != 0x80;
    }
    return length;
}

size_t utf8_offset(const char *data, size_t size, size_t index)
{
    size_t at = 0;
    while (at < size) {
        if (((unsigned char)data[at] & 0xC0) != 0x80) {
            if (index == 0) {
                return at;
            }
            index--;
        }
        at++;
    }
    return size;
}
