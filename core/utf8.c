/* utf8.c — UTF-8; the contract is in novate/text.h.
 *
 * Valid is what RFC 3629 allows: no overlong forms, no surrogates, nothing above U+10FFFF.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/text.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

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

size_t utf8_size(const char *data, size_t size)
{
    return character_size((const unsigned char *)data, size);
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

/* Ranges of characters that take no column of a terminal, and of those that take two, in order. */
static const struct range {
    uint32_t first;
    uint32_t last;
    size_t width;
} ranges[] = {
    {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},   {0x064B, 0x065F, 0},
    {0x0E31, 0x0E31, 0},   {0x0E34, 0x0E3A, 0},   {0x1100, 0x115F, 2},   {0x1AB0, 0x1AFF, 0},
    {0x1DC0, 0x1DFF, 0},   {0x200B, 0x200F, 0},   {0x202A, 0x202E, 0},   {0x2060, 0x2064, 0},
    {0x20D0, 0x20F0, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},   {0xA960, 0xA97C, 2},
    {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE10, 0xFE19, 2},
    {0xFE20, 0xFE2F, 0},   {0xFE30, 0xFE6F, 2},   {0xFEFF, 0xFEFF, 0},   {0xFF00, 0xFF60, 2},
    {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2}, {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1F9FF, 2},
    {0x20000, 0x3FFFD, 2},
};

static size_t character_width(uint32_t character)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (character <= ranges[i].last) {
            return character >= ranges[i].first ? ranges[i].width : 1;
        }
    }
    return 1;
}

size_t utf8_width(const char *data, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)data;
    size_t width = 0;
    size_t at = 0;
    while (at < size) {
        size_t length = character_size(bytes + at, size - at);
        uint32_t character = length < 2 ? bytes[at] : bytes[at] & (0x7Fu >> length);
        for (size_t index = 1; index < length; index++) {
            character = character << 6 | (bytes[at + index] & 0x3Fu);
        }
        width += character_width(character);
        at += length == 0 ? 1 : length;
    }
    return width;
}
