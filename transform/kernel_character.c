/* kernel_character.c — more functions of text: those that look at each character, and what makes
 * texts of numbers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/limits.h"

#include <string.h>

/* Bytes of the character that begins at `data`, of valid UTF-8. */
static size_t character_size(const char *data)
{
    unsigned char c = (unsigned char)*data;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A letter behind what is neither letter nor digit becomes a capital, others small: in ASCII. */
void kernel_initcap(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        char *out = call_bytes(call, text.size);
        bool within = false;
        if (out == NULL) {
            return;
        }
        for (uint32_t i = 0; i < text.size; i++) {
            char c = text.data[i];
            bool small = c >= 'a' && c <= 'z';
            bool capital = c >= 'A' && c <= 'Z';
            out[i] = small && !within    ? (char)(c - 'a' + 'A')
                     : capital && within ? (char)(c - 'A' + 'a')
                                         : c;
            within = is_alphanumeric(c);
        }
        call->result->texts[row] = text_from(out, text.size);
    }
}

/* Where the character is in `set`, counted in characters; -1: nowhere. */
static int64_t index_of(struct text set, const char *character, size_t size)
{
    int64_t index = 0;

    for (size_t at = 0; at < set.size; index++) {
        size_t step = character_size(set.data + at);
        if (step == size && memcmp(set.data + at, character, size) == 0) {
            return index;
        }
        at += step;
    }
    return -1;
}

/* Characters of `from` become those of `to` at the same place, or nothing. */
static size_t translate(struct text text, struct text from, struct text to, char *out)
{
    size_t used = 0;

    for (size_t at = 0; at < text.size;) {
        size_t size = character_size(text.data + at);
        const char *character = text.data + at;
        int64_t index = index_of(from, character, size);
        at += size;
        if (index >= 0) {
            size_t offset = utf8_offset(to.data, to.size, (size_t)index);
            character = to.data + offset;
            size = offset < to.size ? character_size(character) : 0;
        }
        if (size > 0) {
            memcpy(out + used, character, size);
            used += size;
        }
    }
    return used;
}

void kernel_translate(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        size_t room = (size_t)text.size * 4; /* an ASCII letter may become four bytes */
        char *out = call_field(call, row, room);
        if (out == NULL) {
            continue;
        }
        size_t size = translate(text, call_text(call, 1, row), call_text(call, 2, row), out);
        call->result->texts[row] = text_from(out, size);
    }
}

void kernel_reverse(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        char *out = call_bytes(call, text.size);
        if (out == NULL) {
            return;
        }
        for (size_t at = 0; at < text.size;) {
            size_t size = character_size(text.data + at);
            at += size;
            memcpy(out + (text.size - at), text.data + at - size, size);
        }
        call->result->texts[row] = text_from(out, text.size);
    }
}

void kernel_repeat(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t wanted = call_int64(call, 1, row);
        size_t count = wanted < 0 ? 0 : (size_t)wanted;
        size_t size = count * text.size;
        char *out = call_field(call, row, size);
        if (out == NULL) {
            continue;
        }
        for (size_t i = 0; text.size > 0 && i < count; i++) {
            memcpy(out + i * text.size, text.data, text.size);
        }
        call->result->texts[row] = text_from(out, size);
    }
}

static size_t put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)((0xf00 >> size) | code);
    return size;
}

void kernel_chr(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t code = call_int64(call, 0, row);
        if (code < 1 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
            call_fail(call, row, code < 0 ? FAULT_CHARACTER_SIGN : FAULT_CHARACTER);
            continue;
        }
        char *out = call_bytes(call, 4);
        if (out == NULL) {
            return;
        }
        call->result->texts[row] = text_from(out, put_utf8(out, (uint32_t)code));
    }
}

void kernel_ascii(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        unsigned char first = text.size > 0 ? (unsigned char)text.data[0] : 0;
        size_t size = text.size > 0 ? character_size(text.data) : 0;
        uint32_t code = size < 2 ? first : first & (0x7fu >> size);
        for (size_t i = 1; i < size; i++) {
            code = code << 6 | ((unsigned char)text.data[i] & 0x3f);
        }
        call->result->int64s[row] = code;
    }
}

/* Of char(n) the padding counts. */
void kernel_char_octets(struct call *call)
{
    int64_t length = call->types[0]->length;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t characters = (int64_t)utf8_length(text.data, text.size);
        int64_t missing = length > characters ? length - characters : 0;
        call->result->int64s[row] = text.size + missing;
    }
}

void kernel_bit_length(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = (int64_t)call_text(call, 0, row).size * 8;
    }
}

/* The first argument stands between the others that are not NULL. */
void kernel_concat_ws(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text separator = call_text(call, 0, row);
        size_t size = 0;
        size_t used = 0;
        if (call_is_null(call, 0, row)) {
            call_null(call, row);
            continue;
        }
        for (int arg = 1; arg < call->arg_count; arg++) {
            size += (size_t)call_text(call, arg, row).size + separator.size;
        }
        char *out = call_field(call, row, size);
        if (out == NULL) {
            continue;
        }
        bool first = true;
        for (int arg = 1; arg < call->arg_count; arg++) {
            struct text text = call_text(call, arg, row);
            if (call_is_null(call, arg, row)) {
                continue;
            }
            if (!first && separator.size > 0) {
                memcpy(out + used, separator.data, separator.size);
                used += separator.size;
            }
            if (text.size > 0) {
                memcpy(out + used, text.data, text.size);
                used += text.size;
            }
            first = false;
        }
        call->result->texts[row] = text_from(out, used);
    }
}

/* Position of a character, or of a byte, in bytes. */
static size_t place_of(struct text text, int64_t index, bool bytes)
{
    if (bytes) {
        return index > text.size ? text.size : (size_t)index;
    }
    return utf8_offset(text.data, text.size, (size_t)index);
}

/* (text, piece, start [, count]): what begins at `start` gives way to the piece. */
static void overlay(struct call *call, bool bytes)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct text piece = call_text(call, 1, row);
        int64_t start = call_int64(call, 2, row);
        int64_t count = call->arg_count > 3 ? call_int64(call, 3, row)
                        : bytes             ? piece.size
                                            : (int64_t)utf8_length(piece.data, piece.size);
        int64_t rest = start + count;
        if (start < 1) {
            call_fail(call, row, FAULT_SUBSTRING);
            continue;
        }
        if (rest > INT32_MAX || rest < INT32_MIN) {
            call_fail(call, row, FAULT_INT4_RANGE);
            continue;
        }
        size_t head = place_of(text, start - 1, bytes);
        size_t tail = place_of(text, rest < 1 ? 0 : rest - 1, bytes);
        size_t size = head + piece.size + (text.size - tail);
        char *out = call_field(call, row, size);
        if (out == NULL) {
            continue;
        }
        struct text parts[] = {text_from(text.data, head), piece, TEXT_NONE};
        parts[2] = tail < text.size ? text_from(text.data + tail, text.size - tail) : TEXT_NONE;
        char *end = out;
        for (int i = 0; i < 3; i++) {
            if (parts[i].size > 0) {
                memcpy(end, parts[i].data, parts[i].size);
                end += parts[i].size;
            }
        }
        call->result->texts[row] = text_from(out, size);
    }
}

void kernel_overlay(struct call *call)
{
    overlay(call, false);
}

void kernel_byte_overlay(struct call *call)
{
    overlay(call, true);
}
