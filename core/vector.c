/* vector.c — making, laying out anew and checking columns of values.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/vector.h"

#include "novate/limits.h"

#include <string.h>

/* Slots are worked out for a few rows at a time, so that they stay in the nearest cache. */
#define SLOTS_MAX 256

static bool make_values(struct vector *vector,
                        struct type type,
                        int base_rows,
                        struct arena *arena,
                        struct error *error)
{
    size_t size = storage_size(type_storage(type.id));
    /* One value at least, so that an empty vector has data that may be pointed at. */
    size_t count = base_rows > 0 ? (size_t)base_rows : 1;

    *vector = (struct vector){.type = type, .base_rows = base_rows};
    vector->data = arena_array(arena, count, size, alignof(max_align_t));
    return vector->data != NULL || error_set_memory(error);
}

bool vector_create(
    struct vector *vector, struct type type, int rows, struct arena *arena, struct error *error)
{
    if (!NOVATE_CHECK(error, rows >= 0) || !make_values(vector, type, rows, arena, error)) {
        return false;
    }
    vector->encoding = ENCODING_FLAT;
    vector->rows = rows;
    return true;
}

bool vector_create_constant(struct vector *vector,
                            struct type type,
                            int rows,
                            bool null,
                            struct arena *arena,
                            struct error *error)
{
    if (!NOVATE_CHECK(error, rows >= 0) || !make_values(vector, type, 1, arena, error)) {
        return false;
    }
    vector->encoding = ENCODING_CONSTANT;
    vector->rows = rows;
    if (null) {
        vector->valid = ARENA_ARRAY(arena, uint64_t, 1);
        return vector->valid != NULL || error_set_memory(error);
    }
    return true;
}

/* Bits of the first `count` values are 1, bits past them 0. */
static void fill_validity(uint64_t *valid, int count)
{
    size_t whole = (size_t)count / 64;

    memset(valid, 0xff, whole * sizeof *valid);
    if (count % 64 != 0) {
        valid[whole] = (UINT64_C(1) << (count % 64)) - 1;
    }
}

bool vector_ensure_validity(struct vector *vector, struct arena *arena, struct error *error)
{
    if (vector->valid != NULL) {
        return true;
    }
    size_t words = validity_words(vector->base_rows);
    vector->valid = ARENA_ARRAY(arena, uint64_t, words > 0 ? words : 1);
    if (vector->valid == NULL) {
        return error_set_memory(error);
    }
    fill_validity(vector->valid, vector->base_rows);
    return true;
}

void vector_set_rows(struct vector *vector, int rows)
{
    int before = vector->base_rows;

    vector->rows = rows;
    if (vector->encoding != ENCODING_FLAT) {
        return;
    }
    vector->base_rows = rows;
    if (vector->valid != NULL && rows < before) {
        size_t words = validity_words(before);
        size_t kept = (size_t)rows / 64;
        if (rows % 64 != 0) {
            vector->valid[kept] &= (UINT64_C(1) << (rows % 64)) - 1;
            kept++;
        }
        memset(vector->valid + kept, 0, (words - kept) * sizeof *vector->valid);
    }
}

static void gather_values(
    uint8_t *to, const uint8_t *from, size_t size, const uint16_t *slots, int count)
{
    switch (size) { /* sizes known to the compiler become plain loads and stores */
    case 1:
        for (int i = 0; i < count; i++) {
            to[i] = from[slots[i]];
        }
        break;
    case 8:
        for (int i = 0; i < count; i++) {
            memcpy(to + (size_t)i * 8, from + (size_t)slots[i] * 8, 8);
        }
        break;
    case 16:
        for (int i = 0; i < count; i++) {
            memcpy(to + (size_t)i * 16, from + (size_t)slots[i] * 16, 16);
        }
        break;
    default:
        for (int i = 0; i < count; i++) {
            memcpy(to + (size_t)i * size, from + (size_t)slots[i] * size, size);
        }
        break;
    }
}

/* Flat copy of `count` rows: those of `selection`, or the first ones where it is NULL. */
static bool gather(const struct vector *vector,
                   const uint16_t *selection,
                   int count,
                   struct arena *arena,
                   struct vector *out,
                   struct error *error)
{
    size_t size = storage_size(type_storage(vector->type.id));
    struct vector flat;

    if (!vector_create(&flat, vector->type, count, arena, error)) {
        return false;
    }
    if (vector->valid != NULL && !vector_ensure_validity(&flat, arena, error)) {
        return false;
    }
    for (int first = 0; first < count; first += SLOTS_MAX) {
        uint16_t slots[SLOTS_MAX];
        int some = count - first < SLOTS_MAX ? count - first : SLOTS_MAX;
        for (int i = 0; i < some; i++) {
            int row = selection == NULL ? first + i : (int)selection[first + i];
            slots[i] = (uint16_t)vector_slot(vector, row);
        }
        gather_values((uint8_t *)flat.data + (size_t)first * size, vector->data, size, slots, some);
        for (int i = 0; vector->valid != NULL && i < some; i++) {
            if (!validity_get(vector->valid, slots[i])) {
                validity_clear(flat.valid, first + i);
            }
        }
    }
    *out = flat;
    return true;
}

bool vector_flatten(const struct vector *vector,
                    struct arena *arena,
                    struct vector *out,
                    struct error *error)
{
    if (vector->encoding == ENCODING_FLAT) {
        *out = *vector;
        return true;
    }
    return gather(vector, NULL, vector->rows, arena, out, error);
}

bool vector_select(const struct vector *vector,
                   const uint16_t *selection,
                   int count,
                   struct arena *arena,
                   struct vector *out,
                   struct error *error)
{
    if (vector->encoding == ENCODING_CONSTANT) {
        *out = *vector; /* the same value for fewer rows */
        out->rows = count;
        return true;
    }
    return gather(vector, selection, count, arena, out, error);
}

static bool decimal_valid(const struct decimal *value)
{
    /* 10^38 - 1, the largest coefficient that is held in the struct. */
    const uint64_t high_max = UINT64_C(0x4b3b4ca85a86c47a);
    const uint64_t low_max = UINT64_C(0x098a223fffffffff);

    if (value->padding != 0 || value->negative > 1 || value->scale < 0) {
        return false;
    }
    switch ((enum decimal_kind)value->kind) {
    case DECIMAL_FINITE:
        return (value->high < high_max || (value->high == high_max && value->low <= low_max)) &&
               !(value->negative != 0 && value->high == 0 && value->low == 0);
    case DECIMAL_WIDE:
        if (value->digits == NULL || value->digit_count == 0 || value->digits[0] == '0') {
            return false;
        }
        for (uint64_t i = 0; i < value->digit_count; i++) {
            if (value->digits[i] < '0' || value->digits[i] > '9') {
                return false;
            }
        }
        return true;
    case DECIMAL_NAN:
        return value->negative == 0;
    case DECIMAL_INFINITY:
        return true;
    }
    return false;
}

static bool value_valid(const struct vector *vector, int slot)
{
    switch (type_storage(vector->type.id)) {
    case STORAGE_BOOL:
        return vector->bools[slot] <= 1;
    case STORAGE_TEXT: {
        const struct text *text = &vector->texts[slot];
        return text->padding == 0 && text->size <= LIMIT_FIELD_BYTES &&
               (text->size == 0 || text->data != NULL);
    }
    case STORAGE_DECIMAL:
        return decimal_valid(&vector->decimals[slot]);
    case STORAGE_INT64:
    case STORAGE_FLOAT64:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        return true;
    }
    return false;
}

static bool index_valid(const struct vector *vector, struct error *error)
{
    if (!NOVATE_CHECK(error, vector->base_rows >= 0 && vector->base_rows <= UINT16_MAX + 1)) {
        return false;
    }
    if (vector->rows > 0 && vector->index == NULL) {
        return NOVATE_CHECK(error, vector->index != NULL);
    }
    for (int row = 0; row < vector->rows; row++) {
        if (!NOVATE_CHECK(error, (int)vector->index[row] < vector->base_rows)) {
            return false;
        }
    }
    return true;
}

static bool layout_valid(const struct vector *vector, struct error *error)
{
    if (!NOVATE_CHECK(error, (unsigned)vector->type.id < TYPE_COUNT) ||
        !NOVATE_CHECK(error, vector->rows >= 0 && vector->rows <= UINT16_MAX) ||
        !NOVATE_CHECK(error, vector->data != NULL)) {
        return false;
    }
    switch (vector->encoding) {
    case ENCODING_FLAT:
        return NOVATE_CHECK(error, vector->base_rows == vector->rows);
    case ENCODING_CONSTANT:
        return NOVATE_CHECK(error, vector->base_rows == 1);
    case ENCODING_DICTIONARY:
        return index_valid(vector, error);
    }
    return NOVATE_CHECK(error, (unsigned)vector->encoding <= ENCODING_DICTIONARY);
}

bool vector_validate(const struct vector *vector, struct error *error)
{
    static const uint8_t zeros[sizeof(struct decimal)];

    if (!layout_valid(vector, error)) {
        return false;
    }
    size_t size = storage_size(type_storage(vector->type.id));
    for (int slot = 0; slot < vector->base_rows; slot++) {
        const uint8_t *value = (const uint8_t *)vector->data + (size_t)slot * size;
        bool null = !validity_get(vector->valid, slot);
        if (null && !NOVATE_CHECK(error, memcmp(value, zeros, size) == 0)) {
            return false;
        }
        if (!null && !NOVATE_CHECK(error, value_valid(vector, slot))) {
            return false;
        }
    }
    int past = vector->base_rows % 64;
    return vector->valid == NULL || past == 0 ||
           NOVATE_CHECK(error, vector->valid[vector->base_rows / 64] >> past == 0);
}
