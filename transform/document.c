/* document.c — what the readers of documents share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include "novate/limits.h"

#include <string.h>

static bool begins_with(struct text bytes, const char *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.data, magic, size) == 0;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_rtf(struct text bytes)
{
    static const char magic[] = "{\\rtf";
    size_t size = sizeof magic - 1;

    if (begins_with(bytes, "\xEF\xBB\xBF", 3)) {
        bytes = text_from(bytes.data + 3, bytes.size - 3);
    }
    bytes = text_trim(bytes);
    return begins_with(bytes, magic, size) && (bytes.size == size || !letter(bytes.data[size]));
}

enum document_kind document_kind(struct text bytes)
{
    static const struct {
        const char *bytes;
        size_t size;
    } magics[] = {
        {"%PDF-", 5},
        {"PK\003\004", 4},
        {"II*\0", 4},
        {"MM\0*", 4},
        {"\xFF\xD8\xFF", 3},
        {"\x89PNG\r\n\x1A\n", 8},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8},
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (begins_with(bytes, magics[i].bytes, magics[i].size)) {
            return DOCUMENT_PICTURE_OR_FILE;
        }
    }
    return is_rtf(bytes) ? DOCUMENT_RTF : DOCUMENT_OTHER;
}

enum document_status document_buffer_reserve(struct document_buffer *buffer, size_t more)
{
    if (more <= buffer->capacity - buffer->size) {
        return DOCUMENT_OK;
    }
    if (more > LIMIT_DOCUMENT_BYTES - buffer->size) {
        return DOCUMENT_TOO_LARGE;
    }
    size_t capacity = buffer->capacity < 4096 ? 4096 : buffer->capacity;
    while (capacity - buffer->size < more) {
        capacity *= 2;
    }
    char *data = arena_bytes(buffer->arena, capacity);
    if (data == NULL) {
        return DOCUMENT_NO_MEMORY;
    }
    if (buffer->size > 0) {
        memcpy(data, buffer->data, buffer->size);
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return DOCUMENT_OK;
}
