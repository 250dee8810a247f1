/* segment_encode.c — a batch as the bytes of a block.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_format.h"

#include "novate/ledger.h"

#include <string.h>

#define PIECE_BYTES 512

static void put_u32(struct text_buffer *out, uint32_t value)
{
    uint8_t bytes[4];

    store_le32(bytes, value);
    text_buffer_push(out, bytes, sizeof bytes);
}

static void put_u64s(struct text_buffer *out, const uint64_t *values, size_t count)
{
    uint8_t piece[PIECE_BYTES];
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        store_le64(piece + used, values[i]);
        used += 8;
        if (used == sizeof piece) {
            text_buffer_push(out, piece, used);
            used = 0;
        }
    }
    text_buffer_push(out, piece, used);
}

/* Big-endian, as hashes are stored everywhere. */
static void put_hash(struct text_buffer *out, struct hash hash)
{
    uint8_t bytes[16];

    store_hash(bytes, hash);
    text_buffer_push(out, bytes, sizeof bytes);
}

/* With a NUL after it, so that a reader may point at it. */
static void put_string(struct text_buffer *out, const char *string)
{
    if (string == NULL) {
        put_u32(out, STRING_NULL);
        return;
    }
    size_t size = strlen(string);
    put_u32(out, (uint32_t)size);
    text_buffer_push(out, string, size + 1);
}

static void put_int64s(struct text_buffer *out, const struct vector *vector)
{
    uint8_t piece[PIECE_BYTES];
    size_t used = 0;

    for (int i = 0; i < vector->base_rows; i++) {
        store_le64(piece + used, (uint64_t)vector->int64s[i]);
        used += 8;
        if (used == sizeof piece) {
            text_buffer_push(out, piece, used);
            used = 0;
        }
    }
    text_buffer_push(out, piece, used);
}

static void put_doubles(struct text_buffer *out, const struct vector *vector)
{
    for (int i = 0; i < vector->base_rows; i++) {
        uint64_t bits = 0;
        memcpy(&bits, &vector->doubles[i], sizeof bits);
        put_u64s(out, &bits, 1);
    }
}

static void put_intervals(struct text_buffer *out, const struct vector *vector)
{
    for (int i = 0; i < vector->base_rows; i++) {
        const struct interval *value = &vector->intervals[i];
        uint8_t bytes[INTERVAL_BYTES];
        store_le64(bytes, (uint64_t)value->microseconds);
        store_le32(bytes + 8, (uint32_t)value->days);
        store_le32(bytes + 12, (uint32_t)value->months);
        text_buffer_push(out, bytes, sizeof bytes);
    }
}

/* Digits of wide numbers follow all the structs. */
static void put_decimals(struct text_buffer *out, const struct vector *vector)
{
    for (int i = 0; i < vector->base_rows; i++) {
        const struct decimal *value = &vector->decimals[i];
        bool wide = value->kind == DECIMAL_WIDE;
        uint8_t bytes[DECIMAL_BYTES] = {0};
        store_le64(bytes, wide ? 0 : value->low);
        store_le64(bytes + 8, wide ? value->digit_count : value->high);
        store_le32(bytes + 16, (uint32_t)value->scale);
        bytes[20] = value->kind;
        bytes[21] = value->negative;
        text_buffer_push(out, bytes, sizeof bytes);
    }
    for (int i = 0; i < vector->base_rows; i++) {
        const struct decimal *value = &vector->decimals[i];
        if (value->kind == DECIMAL_WIDE) {
            text_buffer_push(out, value->digits, (size_t)value->digit_count);
        }
    }
}

/* Sizes first, then all bytes: the two compress better apart. */
static void put_texts(struct text_buffer *out, const struct vector *vector)
{
    for (int i = 0; i < vector->base_rows; i++) {
        put_u32(out, vector->texts[i].size);
    }
    for (int i = 0; i < vector->base_rows; i++) {
        text_buffer_push(out, vector->texts[i].data, vector->texts[i].size);
    }
}

static void put_values(struct text_buffer *out, const struct vector *vector)
{
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        text_buffer_push(out, vector->bools, (size_t)vector->base_rows);
        break;
    case STORAGE_INT64:
        put_int64s(out, vector);
        break;
    case STORAGE_FLOAT64:
        put_doubles(out, vector);
        break;
    case STORAGE_DECIMAL:
        put_decimals(out, vector);
        break;
    case STORAGE_TEXT:
        put_texts(out, vector);
        break;
    case STORAGE_UUID:
        text_buffer_push(out, vector->uuids, (size_t)vector->base_rows * sizeof(struct uuid));
        break;
    case STORAGE_INTERVAL:
        put_intervals(out, vector);
        break;
    }
}

static void put_vector(struct text_buffer *out, const struct vector *vector)
{
    uint8_t head[VECTOR_HEAD_BYTES] = {(uint8_t)vector->encoding, vector->valid != NULL};

    store_le32(head + 4, (uint32_t)vector->base_rows);
    text_buffer_push(out, head, sizeof head);
    if (vector->valid != NULL) {
        put_u64s(out, vector->valid, validity_words(vector->base_rows));
    }
    if (vector->encoding == ENCODING_DICTIONARY) {
        for (int row = 0; row < vector->rows; row++) {
            uint8_t bytes[2];
            store_le16(bytes, vector->index[row]);
            text_buffer_push(out, bytes, sizeof bytes);
        }
    }
    put_values(out, vector);
}

/* Key columns are not in the header's schema, so each brings its type. */
static void put_key_column(struct text_buffer *out, const struct vector *vector)
{
    put_string(out, segment_type_name(vector->type.id));
    put_u32(out, (uint32_t)vector->type.length);
    put_u32(out, (uint32_t)vector->type.precision);
    put_u32(out, (uint32_t)vector->type.scale);
    put_vector(out, vector);
}

static void put_row_error(struct text_buffer *out, const struct row_error *row_error)
{
    uint8_t bytes[4];

    store_le16(bytes, row_error->row);
    store_le16(bytes + 2, (uint16_t)row_error->column);
    text_buffer_push(out, bytes, sizeof bytes);
    put_string(out, reject_class_text(row_error->class));
    put_string(out, row_error->sqlstate);
    put_string(out, row_error->name);
    put_string(out, row_error->message);
}

static void put_reject(struct text_buffer *out, const struct reject *reject)
{
    put_hash(out, reject->source_hash);
    put_string(out, reject->key);
    put_string(out, reject->position);
    put_string(out, reject->column);
    put_string(out, reject_class_text(reject->class));
    put_string(out, reject->name);
    put_string(out, reject->sqlstate);
    put_string(out, reject->message);
}

static void put_tally(struct text_buffer *out, const struct tally *tally)
{
    size_t before = out->size;

    put_u32(out, 0); /* the size, once it is known */
    tally_json(tally, out);
    text_buffer_push(out, "", 1);
    if (!out->failed) {
        store_le32((uint8_t *)out->data + before, (uint32_t)(out->size - before - 5));
    }
}

uint32_t segment_block_flags(const struct batch *batch)
{
    return (batch->source_hashes != NULL ? (uint32_t)BLOCK_HASHES : 0u) |
           (batch->lines != NULL ? (uint32_t)BLOCK_LINES : 0u) |
           (batch->offsets != NULL ? (uint32_t)BLOCK_OFFSETS : 0u);
}

void segment_block_encode(const struct batch *batch, struct text_buffer *out)
{
    size_t rows = (size_t)batch->rows;
    int keys = batch->key_columns == NULL ? 0 : batch->key_count;

    put_u32(out, (uint32_t)batch->schema->count);
    put_u32(out, (uint32_t)keys);
    put_u32(out, (uint32_t)batch->error_count);
    put_u32(out, (uint32_t)batch->reject_count);
    put_string(out, batch->file);
    for (int i = 0; i < batch->schema->count; i++) {
        put_vector(out, &batch->columns[i]);
    }
    for (int i = 0; i < keys; i++) {
        put_key_column(out, &batch->key_columns[i]);
    }
    for (size_t i = 0; batch->source_hashes != NULL && i < rows; i++) {
        put_hash(out, batch->source_hashes[i]);
    }
    put_u64s(out, batch->lines, batch->lines == NULL ? 0 : rows);
    put_u64s(out, batch->offsets, batch->offsets == NULL ? 0 : rows);
    for (int i = 0; i < batch->error_count; i++) {
        put_row_error(out, &batch->errors[i]);
    }
    for (int i = 0; i < batch->reject_count; i++) {
        put_reject(out, &batch->rejects[i]);
    }
    put_tally(out, &batch->tally);
}
