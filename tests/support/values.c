/* values.c — vectors out of texts. SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include "assertions.h"

#include "novate/datetime.h"
#include "novate/interval.h"
#include "novate/limits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static unsigned hex_digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Hexadecimal digits, with hyphens between them or not, as bytes. */
static size_t read_hex(const char *text, uint8_t *bytes)
{
    size_t digits = 0;

    for (; *text != '\0'; text++) {
        if (*text == '-') {
            continue;
        }
        unsigned high = digits % 2 == 0 ? 0 : bytes[digits / 2];
        bytes[digits / 2] = (uint8_t)(high << 4 | hex_digit(*text));
        digits++;
    }
    return digits / 2;
}

static int put_moment(struct vector *vector, int row, struct text text)
{
    int64_t *to = &vector->int64s[row];

    switch ((int)vector->type.id) {
    case TYPE_DATE:
        return (int)date_parse(text, to);
    case TYPE_TIME:
        return (int)time_parse(text, 6, to);
    case TYPE_TIMESTAMP:
        return (int)timestamp_parse(text, 6, to);
    default:
        return (int)timestamptz_parse(text, 6, NULL, to);
    }
}

static void put_bytes(struct vector *vector, int row, const char *text, struct arena *arena)
{
    uint8_t *bytes = arena_push(arena, strlen(text) + 1, 1);

    hold(bytes != NULL);
    vector->texts[row] = text_from((const char *)bytes, read_hex(text + 2, bytes));
}

void value_put(struct vector *vector, int row, const char *text, struct arena *arena)
{
    int status = 0;

    if (text == NULL) {
        struct error error = ERROR_NONE;
        must(vector_ensure_validity(vector, arena, &error), &error);
        validity_clear(vector->valid, row);
        return;
    }
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        vector->bools[row] = text[0] == 't';
        break;
    case STORAGE_INT64:
        if (type_is_integer(vector->type.id)) {
            vector->int64s[row] = strtoll(text, NULL, 10);
        } else {
            status = put_moment(vector, row, text_of(text));
        }
        break;
    case STORAGE_FLOAT64:
        vector->doubles[row] =
            vector->type.id == TYPE_FLOAT4 ? (double)strtof(text, NULL) : strtod(text, NULL);
        break;
    case STORAGE_DECIMAL:
        status = (int)decimal_parse(text_of(text), arena, &vector->decimals[row]);
        break;
    case STORAGE_TEXT:
        if (vector->type.id == TYPE_BYTEA) {
            put_bytes(vector, row, text, arena);
        } else {
            vector->texts[row] = text_of(text);
        }
        break;
    case STORAGE_UUID:
        (void)read_hex(text, vector->uuids[row].bytes);
        break;
    case STORAGE_INTERVAL:
        status = (int)interval_parse(text_of(text), vector->type, &vector->intervals[row]);
        break;
    }
    hold_msg(status == 0, "a value is not of its vector's type: %s", text);
}

void values_as_dictionary(struct vector *vector, struct arena *arena)
{
    struct error error = ERROR_NONE;
    uint16_t *order = ARENA_ARRAY(arena, uint16_t, (size_t)vector->rows + 1);
    uint16_t *index = ARENA_ARRAY(arena, uint16_t, (size_t)vector->rows + 1);
    struct vector reversed;
    int rows = vector->rows;

    hold(order != NULL);
    hold(index != NULL);
    for (int row = 0; row < rows; row++) {
        order[row] = (uint16_t)(rows - 1 - row);
        index[row] = (uint16_t)(rows - 1 - row);
    }
    must(vector_select(vector, order, rows, arena, &reversed, &error), &error);
    reversed.encoding = ENCODING_DICTIONARY;
    reversed.index = index;
    *vector = reversed;
}

const char *value_text(const struct vector *vector, int row, struct arena *arena)
{
    struct text_buffer buffer;
    const char *copy = NULL;

    if (vector_is_null(vector, row)) {
        return NULL;
    }
    text_buffer_init(&buffer, LIMIT_FIELD_BYTES);
    vector_format(vector, row, &buffer);
    hold(!buffer.failed);
    copy = arena_copy(arena, buffer.data, buffer.size);
    hold(copy != NULL);
    text_buffer_release(&buffer);
    return copy;
}
