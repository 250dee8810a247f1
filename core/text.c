/* text.c — views of text and the growable text; the contract is in novate/text.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/text.h"

#include "novate/fault_point.h"
#include "novate/limits.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

struct text text_of(const char *string)
{
    return text_from(string, string == NULL ? 0 : strlen(string));
}

struct text text_from(const char *data, size_t size)
{
    return (struct text){.data = data, .size = (uint32_t)size};
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool text_equal_case(struct text a, struct text b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t index = 0; index < a.size; index++) {
        if (lower(a.data[index]) != lower(b.data[index])) {
            return false;
        }
    }
    return true;
}

bool text_to_int64(struct text text, int64_t *value)
{
    char copy[24];
    char *end = NULL;
    bool signs =
        text.size > 0 && (text.data[0] == '-' || (text.data[0] >= '0' && text.data[0] <= '9'));
    if (!signs || text.size >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    errno = 0;
    long long number = strtoll(copy, &end, 10);
    *value = number;
    return errno == 0 && end == copy + text.size && (copy[0] != '-' || text.size > 1);
}

int text_compare(struct text a, struct text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.size > b.size) - (a.size < b.size);
}

static bool is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

struct text text_trim(struct text text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

void text_buffer_init(struct text_buffer *buffer, size_t max_bytes)
{
    *buffer = (struct text_buffer){.max_bytes = max_bytes};
}

/* Makes room for `size` more bytes and the NUL. */
static bool reserve(struct text_buffer *buffer, size_t size)
{
    if (buffer->failed) {
        return false;
    }
    if (size > buffer->max_bytes || buffer->size > buffer->max_bytes - size) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->size + size + 1;
    if (needed <= buffer->capacity) {
        return true;
    }
    size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    struct error failed = ERROR_NONE; /* the buffer notes it */
    char *data = fault_point_meet(FAULT_POINT_MEMORY_BUFFER, &failed)
                     ? realloc(buffer->data, capacity)
                     : NULL;
    if (data == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void text_buffer_push(struct text_buffer *buffer, const void *data, size_t size)
{
    if (reserve(buffer, size)) {
        if (size > 0) {
            memcpy(buffer->data + buffer->size, data, size);
        }
        buffer->size += size;
        buffer->data[buffer->size] = '\0';
    }
}

void text_buffer_string(struct text_buffer *buffer, const char *string)
{
    text_buffer_push(buffer, string, strlen(string));
}

void text_buffer_char(struct text_buffer *buffer, char character)
{
    text_buffer_push(buffer, &character, 1);
}

void text_buffer_format(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0) {
        buffer->failed = true;
        return;
    }
    if (reserve(buffer, (size_t)size)) {
        va_start(arguments, format);
        (void)vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
        va_end(arguments);
        buffer->size += (size_t)size;
    }
}

static void push_json_escape(struct text_buffer *buffer, char character)
{
    switch (character) {
    case '"':
        text_buffer_string(buffer, "\\\"");
        break;
    case '\\':
        text_buffer_string(buffer, "\\\\");
        break;
    case '\n':
        text_buffer_string(buffer, "\\n");
        break;
    case '\r':
        text_buffer_string(buffer, "\\r");
        break;
    case '\t':
        text_buffer_string(buffer, "\\t");
        break;
    default:
        text_buffer_format(buffer, "\\u%04x", (unsigned)(unsigned char)character);
        break;
    }
}

void text_buffer_count(struct text_buffer *buffer, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text_buffer_char(buffer, ',');
        }
        text_buffer_char(buffer, digits[i]);
    }
}

void text_buffer_json(struct text_buffer *buffer, struct text text)
{
    text_buffer_char(buffer, '"');
    size_t start = 0;
    for (size_t index = 0; index < text.size; index++) {
        unsigned char byte = (unsigned char)text.data[index];
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F) {
            text_buffer_push(buffer, text.data + start, index - start);
            push_json_escape(buffer, text.data[index]);
            start = index + 1;
        }
    }
    if (text.size > start) {
        text_buffer_push(buffer, text.data + start, text.size - start);
    }
    text_buffer_char(buffer, '"');
}

void text_buffer_member(struct text_buffer *buffer, const char *name)
{
    char last = buffer->size > 0 ? buffer->data[buffer->size - 1] : '{';
    if (last != '{' && last != '[') {
        text_buffer_char(buffer, ',');
    }
    if (name != NULL) {
        text_buffer_json(buffer, text_of(name));
        text_buffer_char(buffer, ':');
    }
}

void text_buffer_member_text(struct text_buffer *buffer, const char *name, const char *value)
{
    text_buffer_member(buffer, name);
    if (value == NULL) {
        text_buffer_string(buffer, "null");
    } else {
        text_buffer_json(buffer, text_of(value));
    }
}

void text_buffer_member_count(struct text_buffer *buffer, const char *name, uint64_t value)
{
    text_buffer_member(buffer, name);
    text_buffer_format(buffer, "%" PRIu64, value);
}

void text_buffer_member_bool(struct text_buffer *buffer, const char *name, bool value)
{
    text_buffer_member(buffer, name);
    text_buffer_string(buffer, value ? "true" : "false");
}

/* "-12.5": a minus sign, digits and a point. */
static bool is_number(const char *text)
{
    const char *digits = text + (*text == '-');
    return *digits >= '0' && *digits <= '9' && digits[strspn(digits, "0123456789.")] == '\0';
}

void text_buffer_csv(struct text_buffer *buffer, const char *text)
{
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL && !is_number(text);
    text_buffer_string(buffer, formula ? "\"'" : "\"");
    for (; *text != '\0'; text++) {
        text_buffer_string(buffer, *text == '"' ? "\"" : "");
        text_buffer_char(buffer, *text);
    }
    text_buffer_char(buffer, '"');
}

static void push_doubled(struct text_buffer *buffer, struct text text, char quote)
{
    text_buffer_char(buffer, quote);
    for (size_t index = 0; index < text.size; index++) {
        if (text.data[index] == quote) {
            text_buffer_char(buffer, quote);
        }
        text_buffer_char(buffer, text.data[index]);
    }
    text_buffer_char(buffer, quote);
}

void text_buffer_identifier(struct text_buffer *buffer, const char *name, char quote)
{
    push_doubled(buffer, text_of(name), quote);
}

void text_buffer_literal(struct text_buffer *buffer, struct text text)
{
    push_doubled(buffer, text, '\'');
}

void text_buffer_printable(struct text_buffer *buffer, size_t begin)
{
    for (size_t i = begin; i < buffer->size; i++) {
        unsigned char byte = (unsigned char)buffer->data[i];
        bool c1 = byte == 0xC2 && i + 1 < buffer->size && (unsigned char)buffer->data[i + 1] < 0xA0;
        if ((byte < 0x20 && byte != '\n') || byte == 0x7F) {
            buffer->data[i] = '?';
        } else if (c1) {
            buffer->data[i] = '?';
            buffer->data[i + 1] = '?';
        }
    }
}

void text_buffer_reset(struct text_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

void text_buffer_release(struct text_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct text_buffer){.max_bytes = buffer->max_bytes};
}

bool text_buffer_check(const struct text_buffer *buffer, struct error *error)
{
    if (!buffer->failed) {
        return true;
    }
    return error_set_memory(error);
}
