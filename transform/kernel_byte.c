/* kernel_byte.c — functions of bytea, and its forms as text: hex, base64, escape.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/limits.h"

#include <string.h>

void kernel_byte_substring(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text bytes = call_text(call, 0, row);
        int64_t start = call_int64(call, 1, row);
        int64_t count = call->arg_count > 2 ? call_int64(call, 2, row) : INT32_MAX;
        if (count < 0) {
            call_fail(call, row, FAULT_SUBSTRING);
            continue;
        }
        int64_t end = call->arg_count > 2 ? start - 1 + count : bytes.size;
        int64_t from = start < 1 ? 0 : start - 1;
        end = end > bytes.size ? bytes.size : end;
        call->result->texts[row] =
            from < end ? text_from(bytes.data + from, (size_t)(end - from)) : TEXT_NONE;
    }
}

/* 1-based; 0: not there; 1 for no bytes. */
void kernel_byte_position(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text bytes = call_text(call, 0, row);
        struct text piece = call_text(call, 1, row);
        int64_t found = piece.size == 0 ? 1 : 0;
        for (uint32_t at = 0; found == 0 && at + piece.size <= bytes.size; at++) {
            found = memcmp(bytes.data + at, piece.data, piece.size) == 0 ? (int64_t)at + 1 : 0;
        }
        call->result->int64s[row] = found;
    }
}

void kernel_get_byte(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text bytes = call_text(call, 0, row);
        int64_t index = call_int64(call, 1, row);
        if (index < 0 || index >= bytes.size) {
            call_fail(call, row, FAULT_BYTE_INDEX);
        } else {
            call->result->int64s[row] = (unsigned char)bytes.data[index];
        }
    }
}

static const char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum {
    BASE64_LINE = 76
};

static size_t encode_hex(struct text bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (uint32_t i = 0; i < bytes.size; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        out[2 * i] = digits[c >> 4];
        out[2 * i + 1] = digits[c & 0xf];
    }
    return (size_t)bytes.size * 2;
}

/* Lines of 76 characters. */
static size_t encode_base64(struct text bytes, char *out)
{
    size_t used = 0;
    size_t line = 0;

    for (uint32_t i = 0; i < bytes.size; i += 3) {
        uint32_t left = bytes.size - i;
        uint32_t group = (uint32_t)(unsigned char)bytes.data[i] << 16;
        group |= left > 1 ? (uint32_t)(unsigned char)bytes.data[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned char)bytes.data[i + 2] : 0;
        out[used++] = base64_letters[group >> 18];
        out[used++] = base64_letters[group >> 12 & 63];
        out[used++] = left > 1 ? base64_letters[group >> 6 & 63] : '=';
        out[used++] = left > 2 ? base64_letters[group & 63] : '=';
        line += 4;
        if (line == BASE64_LINE && left > 2) { /* at the very end, too */
            out[used++] = '\n';
            line = 0;
        }
    }
    return used;
}

/* NUL and bytes above 127 in octal, backslashes doubled. */
static size_t encode_escape(struct text bytes, char *out)
{
    size_t used = 0;

    for (uint32_t i = 0; i < bytes.size; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (c == 0 || c >= 0x80) {
            out[used++] = '\\';
            out[used++] = (char)('0' + (c >> 6));
            out[used++] = (char)('0' + (c >> 3 & 7));
            out[used++] = (char)('0' + (c & 7));
        } else {
            out[used] = '\\'; /* the first of two, or overwritten */
            used += c == '\\';
            out[used++] = (char)c;
        }
    }
    return used;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static enum fault decode_hex(struct text text, char *out, size_t *size)
{
    size_t at = 0;

    *size = 0;
    while (at < text.size) {
        if (is_gap(text.data[at])) {
            at++;
            continue;
        }
        int high = hex_digit(text.data[at]);
        int low = at + 1 < text.size ? hex_digit(text.data[at + 1]) : -1;
        if (high < 0 || low < 0) {
            return FAULT_DECODE;
        }
        out[(*size)++] = (char)(high << 4 | low);
        at += 2;
    }
    return FAULT_NONE;
}

/* As the server does it: what follows an = is read on, and loses as many bytes. */
static enum fault decode_base64(struct text text, char *out, size_t *size)
{
    uint32_t group = 0;
    int pos = 0;
    int end = 0;

    *size = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        const char *letter = c == '\0' ? NULL : strchr(base64_letters, c);
        if (is_gap(c)) {
            continue;
        }
        if (c == '=' && end == 0) {
            end = pos - 1;
            if (pos < 2) {
                return FAULT_DECODE;
            }
        } else if (c != '=' && letter == NULL) {
            return FAULT_DECODE;
        }
        group = group << 6 | (c == '=' ? 0 : (uint32_t)(letter - base64_letters));
        pos++;
        if (pos == 4) {
            out[(*size)++] = (char)(group >> 16);
            if (end == 0 || end > 1) {
                out[(*size)++] = (char)(group >> 8);
            }
            if (end == 0 || end > 2) {
                out[(*size)++] = (char)group;
            }
            group = 0;
            pos = 0;
        }
    }
    return pos == 0 ? FAULT_NONE : FAULT_DECODE;
}

static bool is_octal(const char *data)
{
    return data[0] >= '0' && data[0] <= '3' && data[1] >= '0' && data[1] <= '7' && data[2] >= '0' &&
           data[2] <= '7';
}

static enum fault decode_escape(struct text text, char *out, size_t *size)
{
    *size = 0;
    for (size_t at = 0; at < text.size;) {
        const char *c = text.data + at;
        size_t left = text.size - at;
        if (*c != '\\') {
            out[(*size)++] = *c;
            at++;
        } else if (left > 3 && is_octal(c + 1)) {
            out[(*size)++] = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
            at += 4;
        } else if (left > 1 && c[1] == '\\') {
            out[(*size)++] = '\\';
            at += 2;
        } else {
            return FAULT_BYTEA_SYNTAX;
        }
    }
    return FAULT_NONE;
}

static const struct form {
    const char *name;
    size_t grows; /* bytes that one byte may become, at most */
    size_t (*encode)(struct text bytes, char *out);
    enum fault (*decode)(struct text text, char *out, size_t *size);
} forms[] = {
    {"hex", 2, encode_hex, decode_hex},
    {"base64", 4, encode_base64, decode_base64},
    {"escape", 4, encode_escape, decode_escape},
};

static const struct form *find_form(struct text name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text_equal_case(name, text_of(forms[i].name))) {
            return &forms[i];
        }
    }
    return NULL;
}

void kernel_encode(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text bytes = call_text(call, 0, row);
        const struct form *form = find_form(call_text(call, 1, row));
        if (form == NULL) {
            call_fail(call, row, FAULT_FORM_NAME);
            continue;
        }
        size_t room = (size_t)bytes.size * form->grows + 8;
        char *out = call_field(call, row, room);
        if (out == NULL) {
            continue;
        }
        call->result->texts[row] = text_from(out, form->encode(bytes, out));
    }
}

void kernel_decode(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        const struct form *form = find_form(call_text(call, 1, row));
        size_t size = 0;
        if (form == NULL) {
            call_fail(call, row, FAULT_FORM_NAME);
            continue;
        }
        char *out = call_bytes(call, (size_t)text.size + 4);
        if (out == NULL) {
            return;
        }
        enum fault fault = form->decode(text, out, &size);
        if (fault != FAULT_NONE) {
            call_fail(call, row, fault);
        } else {
            call->result->texts[row] = text_from(out, size);
        }
    }
}
