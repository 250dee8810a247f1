/* kernel_text.c — functions of text. Positions and lengths count characters; case is that of ASCII
 * letters only, as in PostgreSQL's collation C.
 *
 * Where a result is a piece of its argument it is a view: no byte is copied.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/limits.h"

#include <string.h>

static void put(struct call *call, int row, const char *data, size_t size)
{
    call->result->texts[row] = text_from(data, size);
}

/* Copies with the letters `low` to `low` + 25 moved by `shift`. */
static void change_case(struct call *call, char low, int shift)
{
    size_t total = 0;

    for (int k = 0; k < call->count; k++) {
        total += call_text(call, 0, call_row(call, k)).size;
    }
    char *out = call_bytes(call, total);
    for (int k = 0; out != NULL && k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        for (uint32_t i = 0; i < text.size; i++) {
            unsigned char c = (unsigned char)text.data[i];
            bool letter = (unsigned char)(c - (unsigned char)low) < 26;
            out[i] = (char)(c + (letter ? shift : 0));
        }
        put(call, row, out, text.size);
        out += text.size;
    }
}

void kernel_upper(struct call *call)
{
    change_case(call, 'a', 'A' - 'a');
}

void kernel_lower(struct call *call)
{
    change_case(call, 'A', 'a' - 'A');
}

/* Bytes of the character that begins at `data`, of valid UTF-8. */
static size_t character_size(const char *data)
{
    unsigned char c = (unsigned char)*data;
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static size_t last_character_size(const char *data, size_t size)
{
    size_t back = 1;
    while (back < size && ((unsigned char)data[size - back] & 0xc0) == 0x80) {
        back++;
    }
    return back;
}

static bool has_character(struct text set, const char *character, size_t size)
{
    for (size_t at = 0; at < set.size;) {
        size_t step = character_size(set.data + at);
        if (step == size && memcmp(set.data + at, character, size) == 0) {
            return true;
        }
        at += step;
    }
    return false;
}

static struct text trim_characters(struct text text, struct text set, bool left, bool right)
{
    while (left && text.size > 0 && has_character(set, text.data, character_size(text.data))) {
        size_t step = character_size(text.data);
        text.data += step;
        text.size -= (uint32_t)step;
    }
    while (right && text.size > 0) {
        size_t step = last_character_size(text.data, text.size);
        if (!has_character(set, text.data + text.size - step, step)) {
            break;
        }
        text.size -= (uint32_t)step;
    }
    return text;
}

/* The common case: blanks. */
static struct text trim_blanks(struct text text, bool left, bool right)
{
    while (left && text.size > 0 && text.data[0] == ' ') {
        text.data++;
        text.size--;
    }
    while (right && text.size > 0 && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

static void trim(struct call *call, bool left, bool right)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        call->result->texts[row] = call->arg_count > 1
                                       ? trim_characters(text, call_text(call, 1, row), left, right)
                                       : trim_blanks(text, left, right);
    }
}

void kernel_btrim(struct call *call)
{
    trim(call, true, true);
}

void kernel_ltrim(struct call *call)
{
    trim(call, true, false);
}

void kernel_rtrim(struct call *call)
{
    trim(call, false, true);
}

void kernel_text_length(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        call->result->int64s[row] = (int64_t)utf8_length(text.data, text.size);
    }
}

void kernel_byte_length(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->int64s[row] = call_text(call, 0, row).size;
    }
}

/* Characters `from` to `end` (0-based, end excluded; negative: up to the end). */
static void put_slice(struct call *call, int row, struct text text, int64_t from, int64_t end)
{
    size_t start = utf8_offset(text.data, text.size, (size_t)from);
    size_t size = text.size - start;

    if (end >= 0) {
        size = end <= from ? 0 : utf8_offset(text.data + start, size, (size_t)(end - from));
    }
    put(call, row, text.data + start, size);
}

/* Positions before the first character count, as in SQL: substring('abc', -1, 4) is 'ab'. */
void kernel_substring(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t start = call_int64(call, 1, row);
        int64_t first = start < 1 ? 0 : start - 1;
        if (call->arg_count < 3) {
            put_slice(call, row, call_text(call, 0, row), first, -1);
            continue;
        }
        int64_t count = call_int64(call, 2, row);
        if (count < 0) {
            call_fail(call, row, FAULT_SUBSTRING);
            continue;
        }
        int64_t end = start - 1 + count;
        put_slice(call, row, call_text(call, 0, row), first, end < 0 ? 0 : end);
    }
}

void kernel_left(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t count = call_int64(call, 1, row);
        if (count < 0) {
            count += (int64_t)utf8_length(text.data, text.size);
        }
        put_slice(call, row, text, 0, count < 0 ? 0 : count);
    }
}

void kernel_truncate(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t count = call_int64(call, 1, row);
        if (count < 0) {
            call_fail(call, row, FAULT_SUBSTRING);
            continue;
        }
        put_slice(call, row, call_text(call, 0, row), 0, count);
    }
}

void kernel_right(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t count = call_int64(call, 1, row);
        int64_t skip = count < 0 ? -count : (int64_t)utf8_length(text.data, text.size) - count;
        bool all = skip < 0 || count == INT32_MIN; /* which PostgreSQL cannot negate */
        put_slice(call, row, text, all ? 0 : skip, -1);
    }
}

/* All arguments in order, NULLs left out: || is strict and meets none. */
void kernel_concat(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        size_t size = 0;
        for (int arg = 0; arg < call->arg_count; arg++) {
            size += call_text(call, arg, row).size;
        }
        char *out = call_field(call, row, size);
        if (out == NULL) {
            continue;
        }
        put(call, row, out, size);
        for (int arg = 0; arg < call->arg_count; arg++) {
            struct text text = call_text(call, arg, row);
            if (text.size > 0) {
                memcpy(out, text.data, text.size);
                out += text.size;
            }
        }
    }
}

/* Byte offset of `piece` in `text` from `at` on, or SIZE_MAX. */
static size_t find(struct text text, struct text piece, size_t at)
{
    while (piece.size > 0 && at + piece.size <= text.size) {
        const char *hit = memchr(text.data + at, piece.data[0], text.size - at - piece.size + 1);
        if (hit == NULL) {
            break;
        }
        if (memcmp(hit, piece.data, piece.size) == 0) {
            return (size_t)(hit - text.data);
        }
        at = (size_t)(hit - text.data) + 1;
    }
    return SIZE_MAX;
}

static size_t count_pieces(struct text text, struct text piece)
{
    size_t count = 0;
    for (size_t at = find(text, piece, 0); at != SIZE_MAX;
         at = find(text, piece, at + piece.size)) {
        count++;
    }
    return count;
}

void kernel_replace(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct text piece = call_text(call, 1, row);
        struct text with = call_text(call, 2, row);
        size_t count = count_pieces(text, piece);
        if (count == 0) {
            call->result->texts[row] = text;
            continue;
        }
        size_t size = text.size - count * piece.size + count * with.size;
        char *out = call_field(call, row, size);
        if (out == NULL) {
            continue;
        }
        put(call, row, out, size);
        size_t from = 0;
        while (count-- > 0) {
            size_t at = find(text, piece, from);
            memcpy(out, text.data + from, at - from);
            out += at - from;
            if (with.size > 0) {
                memcpy(out, with.data, with.size);
                out += with.size;
            }
            from = at + piece.size;
        }
        if (from < text.size) {
            memcpy(out, text.data + from, text.size - from);
        }
    }
}

/* 1-based position in characters; 0: not there; 1 for the empty text. */
void kernel_strpos(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct text piece = call_text(call, 1, row);
        size_t at = piece.size == 0 ? 0 : find(text, piece, 0);
        call->result->int64s[row] = at == SIZE_MAX ? 0 : (int64_t)utf8_length(text.data, at) + 1;
    }
}

void kernel_starts_with(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        struct text piece = call_text(call, 1, row);
        call->result->bools[row] =
            piece.size == 0 ||
            (text.size >= piece.size && memcmp(text.data, piece.data, piece.size) == 0);
    }
}

/* Copies `characters` characters of `fill`, again and again, to `out`; returns its end. */
static char *put_fill(char *out, struct text fill, size_t characters)
{
    size_t at = 0;
    while (characters-- > 0) {
        size_t step = character_size(fill.data + at);
        memcpy(out, fill.data + at, step);
        out += step;
        at = at + step == fill.size ? 0 : at + step;
    }
    return out;
}

static void pad(struct call *call, bool left)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        int64_t wanted = call_int64(call, 1, row);
        struct text fill = call->arg_count > 2 ? call_text(call, 2, row) : text_of(" ");
        int64_t length = (int64_t)utf8_length(text.data, text.size);
        if (wanted <= length || fill.size == 0) {
            put_slice(call, row, text, 0, wanted < 0 ? 0 : wanted);
            continue;
        }
        size_t missing = (size_t)(wanted - length);
        size_t room = missing * 4 + text.size;
        char *out = call_field(call, row, room);
        if (out == NULL) {
            continue;
        }
        char *end = left ? put_fill(out, fill, missing) : out;
        if (text.size > 0) {
            memcpy(end, text.data, text.size);
            end += text.size;
        }
        end = left ? end : put_fill(end, fill, missing);
        put(call, row, out, (size_t)(end - out));
    }
}

void kernel_lpad(struct call *call)
{
    pad(call, true);
}

void kernel_rpad(struct call *call)
{
    pad(call, false);
}

/* Field `number` (1-based; negative from the end) of `text` between separators. */
static struct text split_field(struct text text, struct text separator, int64_t number)
{
    size_t fields = separator.size == 0 ? 1 : count_pieces(text, separator) + 1;

    if (number < 0) {
        number += (int64_t)fields + 1;
    }
    if (number < 1 || number > (int64_t)fields) {
        return text_of("");
    }
    size_t from = 0;
    size_t to = separator.size == 0 ? SIZE_MAX : find(text, separator, 0);
    while (--number > 0) {
        from = to + separator.size;
        to = find(text, separator, from);
    }
    return text_from(text.data + from, (to == SIZE_MAX ? text.size : to) - from);
}

void kernel_split_part(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        int64_t number = call_int64(call, 2, row);
        if (number == 0) {
            call_fail(call, row, FAULT_SPLIT_ZERO);
        } else {
            call->result->texts[row] =
                split_field(call_text(call, 0, row), call_text(call, 1, row), number);
        }
    }
}
