/* decode.c — bytes of a source into valid UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"

#include "novate/text.h"

#include <string.h>
#include <strings.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS  UINT64_C(0x0101010101010101)

static bool refuse(struct error *error, const char *encoding)
{
    (void)error_set(error, ERROR_PLAN, "encoding \"%s\" cannot be read", encoding);
    return error_hint(error,
                      "Use UTF-8, UTF-16, or an encoding of one byte a character such as "
                      "windows-1252 or ISO-8859-1; convert other files first, with iconv(1).");
}

bool decoder_init(struct decoder *decoder, const char *encoding, struct error *error)
{
    static const struct {
        const char *name;
        enum wide_order order;
    } wide[] = {{"UTF-16", WIDE_BY_MARK},
                {"UTF16", WIDE_BY_MARK},
                {"UTF-16LE", WIDE_LITTLE},
                {"UTF16LE", WIDE_LITTLE},
                {"UTF-16BE", WIDE_BIG},
                {"UTF16BE", WIDE_BIG}};
    *decoder = (struct decoder){.utf8 = true};
    if (encoding == NULL || encoding_is_utf8(encoding)) {
        return true;
    }
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        if (strcasecmp(encoding, wide[i].name) == 0) {
            decoder->order = wide[i].order;
            return true;
        }
    }
    decoder->utf8 = false;
    /* Delimiters and digits are looked for in the bytes as they stand. */
    return (byte_encoding_init(&decoder->bytes, encoding) &&
            byte_encoding_has_ascii(&decoder->bytes)) ||
           refuse(error, encoding);
}

/* What stands at the beginning of some bytes. */
struct character {
    size_t size; /* bytes of it; of what is no character, those that one U+FFFD stands for */
    bool valid;
    bool wide;
    uint32_t code; /* of what is no character */
};

/* Three bytes for a surrogate without its other half, four for the last byte of an odd number. */
static bool wide_fault(const unsigned char *bytes, size_t size, struct character *character)
{
    if (size >= 3 && bytes[0] == 0xED && bytes[1] >= 0xA0) {
        character->code = 0xD000 | ((uint32_t)(bytes[1] & 0x3F) << 6) | ((uint32_t)bytes[2] & 0x3F);
        character->size = 3;
        character->wide = true;
        return true;
    }
    if (size >= 4 && bytes[0] == 0xF4 && bytes[1] >= 0x90) {
        character->code = ((uint32_t)(bytes[2] & 0x3F) << 6 | (bytes[3] & 0x3F)) & 0xFF;
        character->size = 4;
        return true;
    }
    return false;
}

/* What is no UTF-8 is cut as Unicode recommends: the longest beginning of a character is one. */
static struct character utf8_character(const unsigned char *bytes, size_t size, bool wide)
{
    struct character character = {.size = 1, .valid = bytes[0] < 0x80, .code = bytes[0]};
    unsigned char first = bytes[0];
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (character.valid || (wide && wide_fault(bytes, size, &character)) || first < 0xC2 ||
        first > 0xF4) {
        return character;
    }
    for (; character.size < length && character.size < size; character.size++) {
        unsigned char next = bytes[character.size];
        if (next < low || next > high) {
            break;
        }
        low = 0x80;
        high = 0xBF;
    }
    character.valid = character.size == length;
    return character;
}

static char *put_bytes(char *to, const void *bytes, size_t size, struct text_decoded *decoded)
{
    decoded->size += size;
    if (to == NULL) {
        return NULL;
    }
    memcpy(to, bytes, size);
    return to + size;
}

static void count(struct text_fault *counted, const struct text_fault *here)
{
    if (counted->count == 0) {
        *counted = *here;
    }
    counted->count++;
}

/* Counts a fault, and does what its policy says. */
static char *fault(struct text_fault *counted,
                   enum value_policy policy,
                   const struct text_fault *here,
                   char *to,
                   struct text_decoded *decoded)
{
    count(counted, here);
    if ((policy == POLICY_REJECT || policy == POLICY_WINDOWS_1252) && !decoded->refused) {
        decoded->refused = true;
        decoded->class = counted == &decoded->nul ? REJECT_NUL : REJECT_ENCODING;
    }
    return policy == POLICY_REPLACE ? put_bytes(to, "\xEF\xBF\xBD", 3, decoded) : to;
}

/* A byte that is no UTF-8 as windows-1252 has it, which is a fault only where that has none. */
static char *fault_as_windows(const struct text_care *care,
                              unsigned char byte,
                              size_t offset,
                              char *to,
                              struct text_decoded *decoded)
{
    const struct text_fault here = {.offset = offset, .code = byte};
    uint32_t character = windows_1252_character(byte);
    unsigned char text[4];
    if (character == 0) {
        return fault(&decoded->undecodable, care->decode, &here, to, decoded);
    }
    count(&decoded->reread, &here);
    return put_bytes(to, text, utf8_encode(character, text), decoded);
}

void text_decode(const struct text_care *care,
                 struct text from,
                 char *to,
                 struct text_decoded *decoded)
{
    static const struct decoder utf8 = {.utf8 = true};
    const struct decoder *decoder = care->decoder != NULL ? care->decoder : &utf8;
    const unsigned char *bytes = (const unsigned char *)from.data;
    bool mixed =
        care->decode == POLICY_WINDOWS_1252 && decoder->utf8 && decoder->order == WIDE_NONE;
    *decoded = (struct text_decoded){0};
    for (size_t i = 0; i < from.size;) {
        struct character character = {.size = 1, .valid = true, .code = bytes[i]};
        const void *text = bytes + i;
        size_t text_size = 1;
        if (bytes[i] == 0) {
            const struct text_fault here = {.offset = i};
            to = fault(&decoded->nul, care->nul, &here, to, decoded);
            i++;
            continue;
        }
        if (decoder->utf8) {
            character = utf8_character(bytes + i, from.size - i, decoder->order != WIDE_NONE);
            text_size = character.size;
        } else if (bytes[i] >= 0x80) {
            text = decoder->bytes.text[bytes[i]];
            text_size = decoder->bytes.sizes[bytes[i]];
            character.valid = text_size > 0;
        }
        if (character.valid) {
            to = put_bytes(to, text, text_size, decoded);
        } else if (mixed) {
            to = fault_as_windows(care, bytes[i], i, to, decoded);
            character.size = 1;
        } else {
            const struct text_fault here = {
                .offset = i, .code = character.code, .wide = character.wide};
            to = fault(&decoded->undecodable, care->decode, &here, to, decoded);
        }
        i += character.size;
    }
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

size_t utf16_decode_any(const uint16_t *units, size_t count, char *to)
{
    char *begin = to;
    for (size_t done = 0; done < count;) {
        size_t size = 0;
        size_t offset = count - done;
        bool broken = !utf16_decode(units + done, count - done, to, &size, &offset);
        if (broken && utf16_decode(units + done, offset, to, &size, &offset)) {
            uint16_t unit = units[done + offset];
            to[size++] = (char)(0xE0 | (unit >> 12));
            to[size++] = (char)(0x80 | ((unit >> 6) & 0x3F));
            to[size++] = (char)(0x80 | (unit & 0x3F));
            offset++;
        }
        done += offset;
        to += size;
    }
    return (size_t)(to - begin);
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
