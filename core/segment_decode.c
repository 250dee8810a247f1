/* segment_decode.c — the bytes of a block as a batch.
 *
 * Nothing is believed: a size is compared with the bytes that are left before memory is made for
 * it, and every vector is validated once it stands.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_format.h"

#include "novate/ledger.h"
#include "novate/limits.h"

#include <string.h>

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    bool memory; /* it was memory that failed, not the file */
};

static const uint8_t *take(struct cursor *cursor, size_t size)
{
    const uint8_t *at = cursor->at;

    if ((size_t)(cursor->end - at) < size) {
        return NULL;
    }
    cursor->at += size;
    return at;
}

static const uint8_t *take_array(struct cursor *cursor, size_t count, size_t size)
{
    return count > (size_t)(cursor->end - cursor->at) / size ? NULL : take(cursor, count * size);
}

static bool take_u32(struct cursor *cursor, uint32_t max, uint32_t *value)
{
    const uint8_t *bytes = take(cursor, 4);

    if (bytes == NULL) {
        return false;
    }
    *value = load_le32(bytes);
    return *value <= max;
}

static bool take_string(struct cursor *cursor, const char **string)
{
    uint32_t size = 0;

    if (!take_u32(cursor, UINT32_MAX, &size)) {
        return false;
    }
    if (size == STRING_NULL) {
        *string = NULL;
        return true;
    }
    const uint8_t *bytes = take_array(cursor, (size_t)size + 1, 1);
    if (bytes == NULL || memchr(bytes, '\0', (size_t)size + 1) != bytes + size ||
        !utf8_valid((const char *)bytes, size, NULL)) {
        return false;
    }
    *string = (const char *)bytes;
    return true;
}

static bool take_text(struct cursor *cursor, const char **string)
{
    return take_string(cursor, string) && *string != NULL;
}

static bool take_sqlstate(struct cursor *cursor, char sqlstate[6])
{
    const char *text = NULL;

    if (!take_text(cursor, &text) || strlen(text) > 5) {
        return false;
    }
    memcpy(sqlstate, text, strlen(text) + 1);
    return true;
}

static bool take_class(struct cursor *cursor, enum reject_class *class)
{
    const char *text = NULL;

    if (!take_text(cursor, &text)) {
        return false;
    }
    for (int i = 0; i < REJECT_CLASS_COUNT; i++) {
        if (strcmp(text, reject_class_text((enum reject_class)i)) == 0) {
            *class = (enum reject_class)i;
            return true;
        }
    }
    return false;
}

static void *make(struct cursor *cursor, struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_array(arena, count + 1, size, alignof(max_align_t));

    cursor->memory = cursor->memory || memory == NULL;
    return memory;
}

static bool take_u64s(struct cursor *cursor, struct arena *arena, size_t count, uint64_t **values)
{
    const uint8_t *bytes = take_array(cursor, count, 8);

    *values = bytes == NULL ? NULL : make(cursor, arena, count, sizeof **values);
    for (size_t i = 0; *values != NULL && i < count; i++) {
        (*values)[i] = load_le64(bytes + 8 * i);
    }
    return *values != NULL;
}

static bool take_intervals(struct cursor *cursor, struct vector *vector)
{
    size_t count = (size_t)vector->base_rows;
    const uint8_t *bytes = take_array(cursor, count, INTERVAL_BYTES);

    for (size_t i = 0; bytes != NULL && i < count; i++, bytes += INTERVAL_BYTES) {
        vector->intervals[i] = (struct interval){.microseconds = (int64_t)load_le64(bytes),
                                                 .days = (int32_t)load_le32(bytes + 8),
                                                 .months = (int32_t)load_le32(bytes + 12)};
    }
    return bytes != NULL;
}

static bool take_decimals(struct cursor *cursor, struct vector *vector)
{
    size_t count = (size_t)vector->base_rows;
    const uint8_t *bytes = take_array(cursor, count, DECIMAL_BYTES);

    for (size_t i = 0; bytes != NULL && i < count; i++, bytes += DECIMAL_BYTES) {
        struct decimal *value = &vector->decimals[i];
        value->low = load_le64(bytes);
        value->high = load_le64(bytes + 8);
        value->scale = (int32_t)load_le32(bytes + 16);
        value->kind = bytes[20];
        value->negative = bytes[21];
        value->padding = load_le16(bytes + 22);
        if (value->kind == DECIMAL_WIDE && value->low != 0) {
            return false;
        }
    }
    for (size_t i = 0; bytes != NULL && i < count; i++) {
        struct decimal *value = &vector->decimals[i];
        if (value->kind == DECIMAL_WIDE) {
            value->digits = (const char *)take_array(cursor, (size_t)value->digit_count, 1);
            if (value->digits == NULL) {
                return false;
            }
        }
    }
    return bytes != NULL;
}

/* A text in the middle of valid UTF-8 is valid if it does not begin within a character. */
static bool begins_character(const uint8_t *byte)
{
    return (*byte & 0xc0) != 0x80;
}

static bool take_texts(struct cursor *cursor, struct vector *vector)
{
    size_t count = (size_t)vector->base_rows;
    bool characters = vector->type.id != TYPE_BYTEA;
    const uint8_t *sizes = take_array(cursor, count, 4);
    const uint8_t *heap = cursor->at;

    for (size_t i = 0; sizes != NULL && i < count; i++) {
        uint32_t size = load_le32(sizes + 4 * i);
        const uint8_t *bytes = take_array(cursor, size, 1);
        if (bytes == NULL || (characters && size > 0 && !begins_character(bytes))) {
            return false;
        }
        vector->texts[i] =
            (struct text){.data = size > 0 ? (const char *)bytes : NULL, .size = size};
    }
    size_t heap_bytes = (size_t)(cursor->at - heap);
    return sizes != NULL && (!characters || (utf8_valid((const char *)heap, heap_bytes, NULL) &&
                                             memchr(heap, '\0', heap_bytes) == NULL));
}

static bool take_values(struct cursor *cursor, struct vector *vector)
{
    size_t count = (size_t)vector->base_rows;
    enum storage storage = type_storage(vector->type.id);

    switch (storage) {
    case STORAGE_DECIMAL:
        return take_decimals(cursor, vector);
    case STORAGE_TEXT:
        return take_texts(cursor, vector);
    case STORAGE_INT64:
    case STORAGE_FLOAT64: {
        const uint8_t *words = take_array(cursor, count, 8);
        for (size_t i = 0; words != NULL && i < count; i++) {
            uint64_t word = load_le64(words + 8 * i);
            memcpy((uint8_t *)vector->data + 8 * i, &word, sizeof word);
        }
        return words != NULL;
    }
    case STORAGE_INTERVAL:
        return take_intervals(cursor, vector);
    case STORAGE_BOOL:
    case STORAGE_UUID: {
        const uint8_t *bytes = take_array(cursor, count, storage_size(storage));
        if (bytes != NULL) {
            memcpy(vector->data, bytes, count * storage_size(storage));
        }
        return bytes != NULL;
    }
    }
    return false;
}

static bool take_index(struct cursor *cursor, struct arena *arena, struct vector *vector)
{
    const uint8_t *bytes = take_array(cursor, (size_t)vector->rows, 2);

    vector->index = bytes == NULL ? NULL : make(cursor, arena, (size_t)vector->rows, 2);
    for (int row = 0; vector->index != NULL && row < vector->rows; row++) {
        vector->index[row] = load_le16(bytes + 2 * (size_t)row);
    }
    return vector->index != NULL;
}

/* `vector` is flat and zero for `rows` rows, or has no data yet. */
static bool take_vector(struct cursor *cursor, int rows, struct arena *arena, struct vector *vector)
{
    const uint8_t *head = take(cursor, VECTOR_HEAD_BYTES);
    struct vector read = {.type = vector->type, .rows = rows};

    if (head == NULL || head[0] > ENCODING_DICTIONARY || head[1] > 1 || load_le16(head + 2) != 0 ||
        load_le32(head + 4) > UINT16_MAX + 1) {
        return false;
    }
    read.encoding = (enum encoding)head[0];
    read.base_rows = (int)load_le32(head + 4);
    if (head[1] == 1 && !take_u64s(cursor, arena, validity_words(read.base_rows), &read.valid)) {
        return false;
    }
    if (read.encoding == ENCODING_DICTIONARY && !take_index(cursor, arena, &read)) {
        return false;
    }
    size_t size = storage_size(type_storage(read.type.id));
    bool reuse = vector->data != NULL && vector->base_rows == read.base_rows;
    if (!reuse && (size_t)read.base_rows > (size_t)(cursor->end - cursor->at)) {
        return false; /* no value takes less than a byte */
    }
    read.data = reuse ? vector->data : make(cursor, arena, (size_t)read.base_rows, size);
    if (read.data == NULL || !take_values(cursor, &read) || !vector_validate(&read, NULL)) {
        return false;
    }
    *vector = read;
    return true;
}

static bool take_key_columns(struct cursor *cursor, uint32_t count, struct batch *batch)
{
    if (count == 0) {
        return true;
    }
    batch->key_columns = make(cursor, &batch->arena, count, sizeof *batch->key_columns);
    for (uint32_t i = 0; batch->key_columns != NULL && i < count; i++) {
        struct vector *vector = &batch->key_columns[i];
        const char *name = NULL;
        const uint8_t *modifiers = NULL;
        if (!take_text(cursor, &name) || !segment_type_find(name, &vector->type.id)) {
            return false;
        }
        modifiers = take(cursor, 12);
        if (modifiers == NULL) {
            return false;
        }
        vector->type.length = (int32_t)load_le32(modifiers);
        vector->type.precision = (int16_t)load_le32(modifiers + 4);
        vector->type.scale = (int16_t)load_le32(modifiers + 8);
        if (!take_vector(cursor, batch->rows, &batch->arena, vector)) {
            return false;
        }
    }
    batch->key_count = (int)count;
    return batch->key_columns != NULL;
}

static bool take_positions(struct cursor *cursor, uint32_t flags, struct batch *batch)
{
    size_t rows = (size_t)batch->rows;

    if ((flags & BLOCK_HASHES) == 0) {
        batch->source_hashes = NULL;
    } else {
        const uint8_t *bytes = take_array(cursor, rows, 16);
        if (bytes == NULL) {
            return false;
        }
        for (size_t i = 0; i < rows; i++) {
            batch->source_hashes[i] = load_hash(bytes + 16 * i);
        }
    }
    return ((flags & BLOCK_LINES) == 0 || take_u64s(cursor, &batch->arena, rows, &batch->lines)) &&
           ((flags & BLOCK_OFFSETS) == 0 ||
            take_u64s(cursor, &batch->arena, rows, &batch->offsets));
}

static bool take_errors(struct cursor *cursor, uint32_t count, struct batch *batch)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *bytes = take(cursor, 4);
        struct row_error read;
        if (bytes == NULL) {
            return false;
        }
        read.row = load_le16(bytes);
        read.column = (int16_t)load_le16(bytes + 2);
        if (read.row >= batch->rows || read.column < -1 || read.column >= batch->schema->count ||
            !take_class(cursor, &read.class) || !take_sqlstate(cursor, read.sqlstate) ||
            !take_string(cursor, &read.name) || !take_text(cursor, &read.message)) {
            return false;
        }
        if (!batch_note(batch, &read, NULL)) {
            cursor->memory = true;
            return false;
        }
    }
    return true;
}

static bool take_rejects(struct cursor *cursor, uint32_t count, struct batch *batch)
{
    if (count == 0) {
        return true;
    }
    if (count > (size_t)(cursor->end - cursor->at) / 16) {
        return false; /* each takes its hash at least */
    }
    batch->rejects = make(cursor, &batch->arena, count, sizeof *batch->rejects);
    for (uint32_t i = 0; batch->rejects != NULL && i < count; i++) {
        struct reject *reject = &batch->rejects[i];
        const uint8_t *hash = take(cursor, 16);
        if (hash == NULL || !take_text(cursor, &reject->key) ||
            !take_string(cursor, &reject->position) || !take_string(cursor, &reject->column) ||
            !take_class(cursor, &reject->class) || !take_string(cursor, &reject->name) ||
            !take_sqlstate(cursor, reject->sqlstate) || !take_text(cursor, &reject->message)) {
            return false;
        }
        reject->source_hash = load_hash(hash);
    }
    batch->reject_count = (int)count;
    return batch->rejects != NULL;
}

static bool take_tally(struct cursor *cursor, struct tally *tally)
{
    const char *json = NULL;
    struct error reason = ERROR_NONE;

    if (!take_text(cursor, &json)) {
        return false;
    }
    bool ok = tally_from_json(json, tally, &reason);
    cursor->memory = cursor->memory || reason.code == ERROR_MEMORY;
    return ok;
}

static bool take_block(struct cursor *cursor, const struct frame *frame, struct batch *batch)
{
    uint32_t columns = 0;
    uint32_t keys = 0;
    uint32_t errors = 0;
    uint32_t rejects = 0;

    if (!take_u32(cursor, LIMIT_COLUMNS, &columns) || (int)columns != batch->schema->count ||
        !take_u32(cursor, LIMIT_KEY_COLUMNS, &keys) ||
        !take_u32(cursor, (uint32_t)batch->rows, &errors) ||
        !take_u32(cursor, INT32_MAX, &rejects) || !take_string(cursor, &batch->file)) {
        return false;
    }
    for (int i = 0; i < batch->schema->count; i++) {
        if (!take_vector(cursor, batch->rows, &batch->arena, &batch->columns[i])) {
            return false;
        }
    }
    return take_key_columns(cursor, keys, batch) && take_positions(cursor, frame->flags, batch) &&
           take_errors(cursor, errors, batch) && take_rejects(cursor, rejects, batch) &&
           take_tally(cursor, &batch->tally) && cursor->at == cursor->end;
}

bool segment_block_decode(const struct frame *frame,
                          const uint8_t *raw,
                          struct batch *batch,
                          struct error *error)
{
    struct cursor cursor = {.at = raw, .end = raw + frame->raw};

    batch->rows = (int)frame->rows;
    if (!take_block(&cursor, frame, batch)) {
        return cursor.memory ? error_set_memory(error)
                             : error_set(error, ERROR_CORRUPT, "a block has a wrong form");
    }
    return true;
}
