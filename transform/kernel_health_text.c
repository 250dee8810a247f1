/* kernel_health_text.c — texts that were decoded wrongly, and the identifiers of DICOM.
 *
 * UTF-8 that was read as Windows-1252 and written as UTF-8 again shows O'Brien's sign as three and
 * é as two characters. Whether a text is such a one is told by undoing it: every character must
 * have a byte in Windows-1252, the bytes must be UTF-8, and there must be a pair that begins with
 * C2 or C3 or three that begin with E2, which English text has no other reason for. It is undone as
 * often as that holds. SPDX-License-Identifier: Apache-2.0 */
#include "kernel_health.h"
#include "kernels.h"

#include "novate/encoding.h"

#include <string.h>

enum {
    UID_MOST = 64
};

/* Reads one character of valid UTF-8. */
static uint32_t next_character(struct text text, uint32_t *at)
{
    const unsigned char *c = (const unsigned char *)text.data + *at;

    if (c[0] < 0x80) {
        *at += 1;
        return c[0];
    }
    if (c[0] < 0xe0) {
        *at += 2;
        return (c[0] & 0x1fU) << 6 | (c[1] & 0x3fU);
    }
    if (c[0] < 0xf0) {
        *at += 3;
        return (c[0] & 0x0fU) << 12 | (c[1] & 0x3fU) << 6 | (c[2] & 0x3fU);
    }
    *at += 4;
    return UINT32_MAX; /* above what Windows-1252 has */
}

/* The byte of a character in Windows-1252, or -1. The five bytes that it leaves open stand for the
 * characters of their own number, as decoders have it. */
static int windows_byte(uint32_t character)
{
    if (character < 0x80 || (character >= 0xa0 && character <= 0xff)) {
        return (int)character;
    }
    for (int byte = 0x80; byte < 0xa0; byte++) {
        uint32_t of_byte = windows_1252_character((unsigned char)byte);
        if (character == (of_byte != 0 ? of_byte : (uint32_t)byte)) {
            return byte;
        }
    }
    return -1;
}

/* Is there a character that could begin such a sequence, Â, Ã or â? In most texts there is none. */
static bool is_suspect(struct text text)
{
    const char *at = text.data;
    const char *end = text.data + text.size;

    while (at != end && (at = memchr(at, 0xc3, (size_t)(end - at))) != NULL) {
        unsigned char second = (unsigned char)at[1];
        if (second == 0x82 || second == 0x83 || second == 0xa2) {
            return true;
        }
        at += 2;
    }
    return false;
}

/* Writes the bytes; false where a character has none, or they are no UTF-8. */
static bool undo(struct text text, char *out, size_t *size)
{
    *size = 0;
    for (uint32_t at = 0; at < text.size;) {
        int byte = windows_byte(next_character(text, &at));
        if (byte < 0) {
            return false;
        }
        out[(*size)++] = (char)byte;
    }
    return utf8_valid(out, *size, NULL);
}

void kernel_mojibake(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        bool mended = false;
        while (text.size > 0 && is_suspect(text)) {
            size_t size = 0;
            char *out = call_bytes(call, text.size);
            if (out == NULL) {
                return;
            }
            if (!undo(text, out, &size)) {
                break;
            }
            text = text_from(out, size);
            mended = true;
        }
        call->result->texts[row] = text;
        if (mended) {
            health_say(call, row, RULE_MOJIBAKE);
        }
    }
}

/* Numbers without leading zeros, points between them. */
static bool is_uid(struct text text)
{
    uint32_t begin = 0;

    for (uint32_t at = 0; at <= text.size; at++) {
        if (at < text.size && is_digit(text.data[at])) {
            continue;
        }
        if ((at < text.size && text.data[at] != '.') || at == begin ||
            (at - begin > 1 && text.data[begin] == '0')) {
            return false;
        }
        begin = at + 1;
    }
    return true;
}

static void read_uid(struct text given, struct reading *reading)
{
    reading->text = reading_trim(given, reading, RULE_DICOM_PADDING);
    reading->fault = reading->text.size > UID_MOST ? FAULT_DICOM_LENGTH
                     : !is_uid(reading->text)      ? FAULT_DICOM_UID
                                                   : FAULT_NONE;
}

void kernel_dicom_uid(struct call *call)
{
    health_value(call, read_uid);
}
