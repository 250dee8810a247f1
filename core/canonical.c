/* canonical.c — canonical encoding, version 1; the specification is in verify/README.md.
 *
 * Every row of a run passes here at least once. A few rows at a time get a slot each in one buffer
 * that stays in the nearest cache; then columns are written one after the other, each by a loop
 * that knows its type, to where the row's cursor stands; then each row is hashed. A row that is too
 * long for the buffer is encoded value by value.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/canonical.h"

#include "novate/limits.h"

#include <math.h>
#include <string.h>

#define ROWS_MAX     64
#define BUFFER_BYTES ((size_t)24 << 10)

/* Tag, state and length; and what one value needs at most beside the bytes of a text or of wide
 * digits: a decimal of 38 digits in words, with sign and exponent. */
#define HEAD_BYTES      6
#define VALUE_BYTES_MAX 64

static void store_be64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

static uint8_t *put_null(uint8_t *to, char tag)
{
    to[0] = (uint8_t)tag;
    to[1] = 0;
    return to + 2;
}

static uint8_t *put_head(uint8_t *to, char tag, uint32_t size)
{
    to[0] = (uint8_t)tag;
    to[1] = 1;
    to[2] = (uint8_t)(size >> 24);
    to[3] = (uint8_t)(size >> 16);
    to[4] = (uint8_t)(size >> 8);
    to[5] = (uint8_t)size;
    return to + HEAD_BYTES;
}

static uint8_t *put_word(uint8_t *to, char tag, uint64_t value)
{
    to = put_head(to, tag, 8);
    store_be64(to, value);
    return to + 8;
}

static uint8_t *put_integer(uint8_t *to, char tag, int64_t value)
{
    to = put_head(to, tag, 9);
    to[0] = 'i';
    store_be64(to + 1, (uint64_t)value);
    return to + 9;
}

static uint8_t *put_bytes(uint8_t *to, char tag, const char *data, size_t size)
{
    to = put_head(to, tag, (uint32_t)size);
    if (size >= 8 && size <= 16) { /* two overlapping words are faster than a call */
        memcpy(to, data, 8);
        memcpy(to + size - 8, data + size - 8, 8);
    } else if (size > 0) {
        memcpy(to, data, size);
    }
    return to + size;
}

static size_t char_size(struct text text)
{
    size_t size = text.size;

    while (size > 0 && text.data[size - 1] == ' ') {
        size--;
    }
    return size;
}

static uint64_t float_bits(double value)
{
    uint64_t bits = 0;

    if (isnan(value)) {
        return UINT64_C(0x7ff8000000000000);
    }
    memcpy(&bits, &value, sizeof bits);
    return bits == UINT64_C(0x8000000000000000) ? 0 : bits;
}

/* A number's canonical text, [-]DIGITS"e"EXPONENT, as an integer, if it is one that fits. */
static bool text_is_int64(const char *text, size_t size, int64_t *value)
{
    const char *end = text + size;
    bool negative = size > 0 && *text == '-';
    uint64_t magnitude = 0;
    long exponent = 0;

    for (text += negative ? 1 : 0; text < end && *text >= '0' && *text <= '9'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (magnitude > (UINT64_MAX - digit) / 10) {
            return false;
        }
        magnitude = magnitude * 10 + digit;
    }
    if (text < end && *text != 'e') { /* NaN, Infinity */
        return false;
    }
    for (text += text < end ? 1 : 0; text < end; text++) {
        if (*text == '-' || exponent > 19) {
            return false;
        }
        exponent = exponent * 10 + (*text - '0');
    }
    for (; exponent > 0 && magnitude != 0; exponent--) {
        if (magnitude > UINT64_MAX / 10) {
            return false;
        }
        magnitude *= 10;
    }
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1 : 0)) {
        return false;
    }
    *value = (int64_t)(negative ? 0 - magnitude : magnitude);
    return true;
}

/* A coefficient of more than 64 bits, or no finite number: by the text that decimal.c gives. */
static uint8_t *put_decimal_text(uint8_t *to, const struct decimal *value, struct text_buffer *text)
{
    int64_t integer = 0;

    text_buffer_reset(text);
    decimal_canonical(value, text);
    if (text->failed) { /* the caller sees it too */
        return put_null(to, 'n');
    }
    if (text_is_int64(text->data, text->size, &integer)) {
        return put_integer(to, 'n', integer);
    }
    to = put_head(to, 'n', (uint32_t)text->size + 1);
    to[0] = 'd';
    memcpy(to + 1, text->data, text->size);
    return to + 1 + text->size;
}

/* The same text for a coefficient of 64 bits and a scale, without a detour: [-]DIGITS"e-"SCALE. */
static uint8_t *put_fraction(uint8_t *to, uint64_t coefficient, int32_t scale, bool negative)
{
    uint8_t text[40];
    size_t at = sizeof text;

    for (int32_t rest = scale; rest > 0; rest /= 10) {
        text[--at] = (uint8_t)('0' + rest % 10);
    }
    text[--at] = '-';
    text[--at] = 'e';
    for (; coefficient > 0; coefficient /= 10) {
        text[--at] = (uint8_t)('0' + coefficient % 10);
    }
    if (negative) {
        text[--at] = '-';
    }
    text[--at] = 'd';
    return put_bytes(to, 'n', (const char *)text + at, sizeof text - at);
}

static uint8_t *put_decimal(uint8_t *to, const struct decimal *value, struct text_buffer *text)
{
    uint64_t coefficient = value->low;
    int32_t scale = value->scale;

    if (value->kind != DECIMAL_FINITE || value->high != 0) {
        return put_decimal_text(to, value, text);
    }
    while (scale > 0 && coefficient % 10 == 0) {
        if (coefficient == 0) {
            return put_integer(to, 'n', 0);
        }
        coefficient /= 10;
        scale--;
    }
    if (scale > 0) {
        return put_fraction(to, coefficient, scale, value->negative != 0);
    }
    if (coefficient > (uint64_t)INT64_MAX) {
        return put_decimal_text(to, value, text);
    }
    int64_t integer = (int64_t)coefficient;
    return put_integer(to, 'n', value->negative != 0 ? -integer : integer);
}

/* Bytes that a value of the column needs at most, without those of its text. */
static size_t value_bytes_max(enum storage storage)
{
    switch (storage) {
    case STORAGE_BOOL:
        return HEAD_BYTES + 1;
    case STORAGE_INT64:
    case STORAGE_FLOAT64:
        return HEAD_BYTES + 9;
    case STORAGE_TEXT:
        return HEAD_BYTES;
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        return HEAD_BYTES + 16;
    case STORAGE_DECIMAL:
        return VALUE_BYTES_MAX;
    }
    return VALUE_BYTES_MAX;
}

/* Bytes of the text of a value, or of digits that are not in the struct. */
static size_t text_bytes(const struct vector *vector, enum storage storage, int slot)
{
    if (storage == STORAGE_TEXT) {
        return vector->texts[slot].size;
    }
    if (storage == STORAGE_DECIMAL && vector->decimals[slot].kind == DECIMAL_WIDE) {
        return (size_t)vector->decimals[slot].digit_count;
    }
    return 0;
}

struct piece {
    int rows;
    uint8_t *starts[ROWS_MAX];
    uint8_t *cursors[ROWS_MAX];
    uint16_t slots[ROWS_MAX];
    struct text_buffer *decimal_text;
};

/* One loop per storage, so that each has its type's writer inlined and nothing to decide but NULL.
 * NULLs are tested in the bitmap only where there is one. */
static void put_bools(struct piece *piece, const struct vector *vector, char tag)
{
    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        if (validity_get(vector->valid, slot)) {
            to = put_head(to, tag, 1);
            *to = vector->bools[slot];
            piece->cursors[i] = to + 1;
        } else {
            piece->cursors[i] = put_null(to, tag);
        }
    }
}

static void put_int64s(struct piece *piece, const struct vector *vector, char tag)
{
    bool number = tag == 'n';

    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        int64_t value = vector->int64s[slot];
        piece->cursors[i] = !validity_get(vector->valid, slot) ? put_null(to, tag)
                            : number                           ? put_integer(to, tag, value)
                                                               : put_word(to, tag, (uint64_t)value);
    }
}

static void put_doubles(struct piece *piece, const struct vector *vector, char tag)
{
    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        piece->cursors[i] = validity_get(vector->valid, slot)
                                ? put_word(to, tag, float_bits(vector->doubles[slot]))
                                : put_null(to, tag);
    }
}

static void put_decimals(struct piece *piece, const struct vector *vector, char tag)
{
    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        piece->cursors[i] = validity_get(vector->valid, slot)
                                ? put_decimal(to, &vector->decimals[slot], piece->decimal_text)
                                : put_null(to, tag);
    }
}

static void put_texts(struct piece *piece, const struct vector *vector, char tag)
{
    bool padded = tag == 'c';

    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        struct text text = vector->texts[slot];
        if (validity_get(vector->valid, slot)) {
            size_t size = padded ? char_size(text) : text.size;
            piece->cursors[i] = put_bytes(to, tag, text.data, size);
        } else {
            piece->cursors[i] = put_null(to, tag);
        }
    }
}

static void put_uuids(struct piece *piece, const struct vector *vector, char tag)
{
    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        piece->cursors[i] = validity_get(vector->valid, slot)
                                ? put_bytes(to, tag, (const char *)vector->uuids[slot].bytes, 16)
                                : put_null(to, tag);
    }
}

static void put_intervals(struct piece *piece, const struct vector *vector, char tag)
{
    for (int i = 0; i < piece->rows; i++) {
        int slot = piece->slots[i];
        uint8_t *to = piece->cursors[i];
        const struct interval *value = &vector->intervals[slot];
        if (!validity_get(vector->valid, slot)) {
            piece->cursors[i] = put_null(to, tag);
            continue;
        }
        to = put_head(to, tag, 16);
        store_be64(to, (uint64_t)(uint32_t)value->months << 32 | (uint32_t)value->days);
        store_be64(to + 8, (uint64_t)value->microseconds);
        piece->cursors[i] = to + 16;
    }
}

static void put_column(struct piece *piece, const struct vector *vector)
{
    char tag = type_tag(vector->type.id);

    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        put_bools(piece, vector, tag);
        break;
    case STORAGE_INT64:
        put_int64s(piece, vector, tag);
        break;
    case STORAGE_FLOAT64:
        put_doubles(piece, vector, tag);
        break;
    case STORAGE_DECIMAL:
        put_decimals(piece, vector, tag);
        break;
    case STORAGE_TEXT:
        put_texts(piece, vector, tag);
        break;
    case STORAGE_UUID:
        put_uuids(piece, vector, tag);
        break;
    case STORAGE_INTERVAL:
        put_intervals(piece, vector, tag);
        break;
    }
}

/* A wide number by itself; it may be 1.000…0, which is an integer. */
static void push_wide(const struct decimal *value, struct text_buffer *out)
{
    uint8_t bytes[VALUE_BYTES_MAX];
    int64_t integer = 0;
    struct text_buffer text;

    text_buffer_init(&text, LIMIT_FIELD_BYTES);
    decimal_canonical(value, &text);
    if (text.failed) {
        out->failed = true;
    } else if (text_is_int64(text.data, text.size, &integer)) {
        text_buffer_push(out, bytes, (size_t)(put_integer(bytes, 'n', integer) - bytes));
    } else {
        *put_head(bytes, 'n', (uint32_t)text.size + 1) = 'd';
        text_buffer_push(out, bytes, HEAD_BYTES + 1);
        text_buffer_push(out, text.data, text.size);
    }
    text_buffer_release(&text);
}

void canonical_value(const struct vector *vector, int row, struct text_buffer *out)
{
    uint8_t bytes[VALUE_BYTES_MAX];
    enum storage storage = type_storage(vector->type.id);
    int slot = vector_slot(vector, row);
    bool there = validity_get(vector->valid, slot);
    char tag = type_tag(vector->type.id);

    if (there && storage == STORAGE_TEXT) {
        struct text value = vector->texts[slot];
        size_t size = tag == 'c' ? char_size(value) : value.size;
        (void)put_head(bytes, tag, (uint32_t)size);
        text_buffer_push(out, bytes, HEAD_BYTES);
        text_buffer_push(out, value.data, size);
    } else if (there && text_bytes(vector, storage, slot) > 0) {
        push_wide(&vector->decimals[slot], out);
    } else {
        struct text_buffer text;
        text_buffer_init(&text, LIMIT_FIELD_BYTES);
        struct piece piece = {.rows = 1, .slots = {(uint16_t)slot}, .decimal_text = &text};
        piece.cursors[0] = bytes;
        put_column(&piece, vector);
        text_buffer_push(out, bytes, (size_t)(piece.cursors[0] - bytes));
        out->failed = out->failed || text.failed;
        text_buffer_release(&text);
    }
}

struct selection {
    const struct vector *vectors;
    const int *columns;
    int count;
};

static const struct vector *selected(const struct selection *selection, int index)
{
    return &selection->vectors[selection->columns == NULL ? index : selection->columns[index]];
}

/* Gives as many rows from `first` as fit, but not more than `rows_max`, a place in the buffer. */
static void piece_place(struct piece *piece,
                        const struct selection *selection,
                        int first,
                        int rows_max,
                        uint8_t *buffer)
{
    size_t sizes[ROWS_MAX];
    size_t fixed = 0;
    size_t used = 0;

    piece->rows = rows_max;
    for (int i = 0; i < selection->count; i++) {
        fixed += value_bytes_max(type_storage(selected(selection, i)->type.id));
    }
    for (int i = 0; i < piece->rows; i++) {
        sizes[i] = fixed;
    }
    for (int c = 0; c < selection->count; c++) {
        const struct vector *vector = selected(selection, c);
        enum storage storage = type_storage(vector->type.id);
        if (storage == STORAGE_TEXT || storage == STORAGE_DECIMAL) {
            for (int i = 0; i < piece->rows; i++) {
                sizes[i] += text_bytes(vector, storage, vector_slot(vector, first + i));
            }
        }
    }
    for (int i = 0; i < piece->rows; i++) {
        if (sizes[i] > BUFFER_BYTES - used) {
            piece->rows = i;
            break;
        }
        piece->starts[i] = piece->cursors[i] = buffer + used;
        used += sizes[i];
    }
}

static void hash_piece(struct piece *piece,
                       const struct selection *selection,
                       int first,
                       struct hash *hashes)
{
    for (int c = 0; c < selection->count; c++) {
        const struct vector *vector = selected(selection, c);
        for (int i = 0; i < piece->rows; i++) {
            piece->slots[i] = (uint16_t)vector_slot(vector, first + i);
        }
        put_column(piece, vector);
    }
    for (int i = 0; i < piece->rows; i++) {
        hashes[first + i] =
            hash_bytes(piece->starts[i], (size_t)(piece->cursors[i] - piece->starts[i]));
    }
}

/* A text goes from where it lies into the hash; everything else by way of the buffer. */
static bool stream_value(struct hash_stream *stream,
                         const struct vector *vector,
                         int row,
                         struct text_buffer *scratch,
                         struct error *error)
{
    uint8_t head[HEAD_BYTES];
    if (type_storage(vector->type.id) == STORAGE_TEXT && !vector_is_null(vector, row)) {
        struct text value = vector->texts[vector_slot(vector, row)];
        char tag = type_tag(vector->type.id);
        size_t size = tag == 'c' ? char_size(value) : value.size;
        (void)put_head(head, tag, (uint32_t)size);
        hash_stream_push(stream, head, sizeof head);
        hash_stream_push(stream, value.data, size);
        return true;
    }
    text_buffer_reset(scratch);
    canonical_value(vector, row, scratch);
    hash_stream_push(stream, scratch->data, scratch->size);
    return text_buffer_check(scratch, error);
}

/* One row that does not fit in the buffer; it may be large, so no copy of it is made. */
static bool hash_long_row(const struct selection *selection,
                          int row,
                          struct text_buffer *scratch,
                          struct hash *hash,
                          struct error *error)
{
    struct hash_stream stream;
    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    bool ok = true;
    for (int c = 0; ok && c < selection->count; c++) {
        ok = stream_value(&stream, selected(selection, c), row, scratch, error);
    }
    *hash = hash_stream_value(&stream);
    hash_stream_close(&stream);
    return ok;
}

/* Makes the buffer that rows are encoded in. */
static bool make_buffer(struct text_buffer *scratch, struct error *error)
{
    static const uint8_t zeros[2048];

    text_buffer_reset(scratch);
    while (scratch->size < BUFFER_BYTES && !scratch->failed) {
        text_buffer_push(scratch, zeros, sizeof zeros);
    }
    return text_buffer_check(scratch, error);
}

bool canonical_hash_rows(const struct batch *batch,
                         const int *columns,
                         int count,
                         struct text_buffer *scratch,
                         struct hash *hashes,
                         struct error *error)
{
    struct selection selection = {.vectors = batch->columns,
                                  .columns = columns,
                                  .count = columns == NULL ? batch->schema->count : count};
    struct text_buffer decimal_text;
    struct piece piece = {.rows = 0, .decimal_text = &decimal_text};
    bool ok = make_buffer(scratch, error);

    text_buffer_init(&decimal_text, LIMIT_FIELD_BYTES);
    for (int first = 0; ok && first < batch->rows;) {
        int rows_max = batch->rows - first < ROWS_MAX ? batch->rows - first : ROWS_MAX;
        piece_place(&piece, &selection, first, rows_max, (uint8_t *)scratch->data);
        if (piece.rows == 0) {
            ok = hash_long_row(&selection, first, scratch, &hashes[first], error) &&
                 make_buffer(scratch, error);
            first++;
        } else {
            hash_piece(&piece, &selection, first, hashes);
            first += piece.rows;
        }
    }
    ok = ok && text_buffer_check(&decimal_text, error);
    text_buffer_release(&decimal_text);
    return ok;
}

bool canonical_hash_value(const struct vector *vector,
                          int row,
                          struct text_buffer *scratch,
                          struct hash *hash,
                          struct error *error)
{
    struct selection selection = {.vectors = vector, .count = 1};
    if (type_storage(vector->type.id) == STORAGE_TEXT &&
        vector->texts[vector_slot(vector, row)].size > BUFFER_BYTES) {
        return hash_long_row(&selection, row, scratch, hash, error);
    }
    text_buffer_reset(scratch);
    canonical_value(vector, row, scratch);
    *hash = hash_bytes(scratch->data, scratch->size);
    return text_buffer_check(scratch, error);
}
