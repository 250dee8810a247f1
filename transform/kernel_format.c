/* kernel_format.c — values to text, as PostgreSQL prints them, and the lengths of char and varchar.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

#include "novate/limits.h"

#include <string.h>

static void put_copy(struct call *call, int row, const char *data, size_t size)
{
    char *out = call_bytes(call, size);

    if (out != NULL) {
        if (size > 0) {
            memcpy(out, data, size);
        }
        call->result->texts[row] = text_from(out, size);
    }
}

/* Writes the digits of `value` before `end`; returns where they begin. */
static char *put_digits(char *end, int64_t value)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        *--end = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--end = '-';
    }
    return end;
}

static void format_integers(struct call *call)
{
    enum {
        DIGITS_MAX = 20 /* with the sign */
    };
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        char digits[DIGITS_MAX];
        char *end = digits + sizeof digits;
        char *start = put_digits(end, call_int64(call, 0, row));
        put_copy(call, row, start, (size_t)(end - start));
    }
}

static void format_values(struct call *call)
{
    struct text_buffer buffer;
    struct vector typed = *call->args[0];
    bool zoned = call->types[0]->id == TYPE_TIMESTAMPTZ;

    typed.type = *call->types[0]; /* a real read as double precision still prints as one or other */
    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        text_buffer_reset(&buffer);
        if (zoned) {
            timestamptz_format(call_int64(call, 0, row), call->zone, &buffer);
        } else {
            vector_format(&typed, row, &buffer);
        }
        if (buffer.failed) {
            call->out_of_memory = true;
        } else {
            put_copy(call, row, buffer.data, buffer.size);
        }
    }
    text_buffer_release(&buffer);
}

void kernel_to_text(struct call *call)
{
    enum type_id id = call->types[0]->id;

    if (type_is_integer(id)) {
        format_integers(call);
    } else {
        format_values(call);
    }
}

void kernel_bool_to_text(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->texts[row] = text_of(call_bool(call, 0, row) ? "true" : "false");
    }
}

static struct text without_padding(struct text text)
{
    while (text.size > 0 && text.data[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

void kernel_text_to_char(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->texts[row] = without_padding(call_text(call, 0, row));
    }
}

/* To varchar(n) or char(n), on purpose: what is too long is cut. */
void kernel_text_cut(struct call *call)
{
    size_t length = (size_t)call->type->length;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        if (text.size > length) {
            text.size = (uint32_t)utf8_offset(text.data, text.size, length);
        }
        call->result->texts[row] = call->type->id == TYPE_CHAR ? without_padding(text) : text;
    }
}

/* To varchar(n) or char(n) of a column: what is too long is refused. */
void kernel_assign_length(struct call *call)
{
    size_t length = (size_t)call->type->length;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        if (call->type->id == TYPE_CHAR) {
            text = without_padding(text);
        }
        if (text.size > length && utf8_length(text.data, text.size) > length) {
            call_fail(call, row, FAULT_LENGTH);
        } else {
            call->result->texts[row] = text;
        }
    }
}

/* A char(n) with the blanks that PostgreSQL keeps behind it. */
void kernel_char_pad(struct call *call)
{
    size_t length = (size_t)call->types[0]->length;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text text = call_text(call, 0, row);
        size_t characters = utf8_length(text.data, text.size);
        if (characters >= length) {
            call->result->texts[row] = text;
            continue;
        }
        size_t blanks = length - characters;
        char *out = call_bytes(call, text.size + blanks);
        if (out == NULL) {
            return;
        }
        if (text.size > 0) {
            memcpy(out, text.data, text.size);
        }
        memset(out + text.size, ' ', blanks);
        call->result->texts[row] = text_from(out, text.size + blanks);
    }
}

/* As the output function of boolean, which concat() uses. */
void kernel_bool_output(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call->result->texts[row] = text_of(call_bool(call, 0, row) ? "t" : "f");
    }
}
