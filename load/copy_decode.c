/* copy_decode.c — rows of COPY BINARY into vectors.
 *
 * The server is not trusted with lengths: every field is checked against the message before it is
 * read.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_decode.h"

#include "numeric_wire.h"
#include "wire.h"

#include "novate/datetime.h"

enum {
    SIGNATURE_BYTES = 11,
    HEADER_BYTES = 19
};

bool copy_decode_head(const char **data, size_t *size)
{
    if (*size < HEADER_BYTES || memcmp(*data, "PGCOPY\n\377\r\n", SIGNATURE_BYTES) != 0) {
        return false;
    }
    size_t extension = wire_load32(*data + SIGNATURE_BYTES + 4);
    if (extension > *size - HEADER_BYTES) {
        return false;
    }
    *data += HEADER_BYTES + extension;
    *size -= HEADER_BYTES + extension;
    return true;
}

static int64_t date_value(int32_t days)
{
    return days == INT32_MAX   ? DATETIME_INFINITY
           : days == INT32_MIN ? DATETIME_NEGATIVE_INFINITY
                               : days;
}

static bool integer_value(enum type_id id, const char *data, size_t size, int64_t *value)
{
    switch (size) {
    case 8:
        *value = (int64_t)wire_load64(data);
        return id != TYPE_INT2 && id != TYPE_INT4 && id != TYPE_DATE;
    case 4:
        *value = (int32_t)wire_load32(data);
        if (id == TYPE_DATE) {
            *value = date_value((int32_t)*value);
        }
        return id == TYPE_INT4 || id == TYPE_DATE;
    case 2:
        *value = (int16_t)wire_load16(data);
        return id == TYPE_INT2;
    default:
        return false;
    }
}

static bool float_value(enum type_id id, const char *data, size_t size, double *value)
{
    if (id == TYPE_FLOAT4) {
        float narrow;
        uint32_t bits = size == 4 ? wire_load32(data) : 0;
        memcpy(&narrow, &bits, sizeof bits);
        *value = (double)narrow;
        return size == 4;
    }
    uint64_t bits = size == 8 ? wire_load64(data) : 0;
    memcpy(value, &bits, sizeof bits);
    return size == 8;
}

static struct text text_value(enum type_id id, const char *data, size_t size)
{
    while (id == TYPE_CHAR && size > 0 && data[size - 1] == ' ') {
        size--;
    }
    return text_from(data, size);
}

static bool field_decode(struct vector *vector,
                         int row,
                         const char *data,
                         size_t size,
                         struct arena *arena,
                         struct error *error,
                         bool *well_formed)
{
    enum type_id id = vector->type.id;
    switch (type_storage(id)) {
    case STORAGE_INT64:
        *well_formed = integer_value(id, data, size, &vector->int64s[row]);
        return true;
    case STORAGE_TEXT:
        vector->texts[row] = text_value(id, data, size);
        return true;
    case STORAGE_DECIMAL: {
        enum numeric_status status = numeric_decode(data, size, arena, &vector->decimals[row]);
        *well_formed = status != NUMERIC_MALFORMED;
        return status != NUMERIC_MEMORY || error_set_memory(error);
    }
    case STORAGE_FLOAT64:
        *well_formed = float_value(id, data, size, &vector->doubles[row]);
        return true;
    case STORAGE_BOOL:
        vector->bools[row] = size == 1 && data[0] != 0 ? 1 : 0;
        *well_formed = size == 1;
        return true;
    case STORAGE_INTERVAL: /* no column has it */
        *well_formed = false;
        return true;
    case STORAGE_UUID:
    default:
        *well_formed = size == sizeof(struct uuid);
        if (*well_formed) {
            memcpy(vector->uuids[row].bytes, data, sizeof(struct uuid));
        }
        return true;
    }
}

static bool null_decode(struct vector *vector, int row, struct arena *arena, struct error *error)
{
    if (!vector_ensure_validity(vector, arena, error)) {
        return false;
    }
    validity_clear(vector->valid, row);
    return true;
}

bool copy_decode_row(const char *data,
                     size_t size,
                     struct batch *batch,
                     int row,
                     enum copy_row *outcome,
                     struct error *error)
{
    *outcome = COPY_MALFORMED;
    if (size < 2) {
        *outcome = size == 0 ? COPY_NO_ROW : COPY_MALFORMED;
        return true;
    }
    int count = (int16_t)wire_load16(data);
    if (count != batch->schema->count) {
        *outcome = count == -1 && size == 2 ? COPY_TRAILER : COPY_MALFORMED;
        return true;
    }
    const char *end = data + size;
    const char *at = data + 2;
    for (int i = 0; i < count; i++) {
        if (end - at < 4) {
            return true;
        }
        int32_t length = (int32_t)wire_load32(at);
        at += 4;
        if (length == -1) {
            if (!null_decode(&batch->columns[i], row, &batch->arena, error)) {
                return false;
            }
            continue;
        }
        bool well_formed = true;
        if (length < 0 || length > end - at) {
            return true;
        }
        if (!field_decode(
                &batch->columns[i], row, at, (size_t)length, &batch->arena, error, &well_formed)) {
            return false;
        }
        if (!well_formed) {
            return true;
        }
        at += length;
    }
    *outcome = at == end ? COPY_ROW : COPY_MALFORMED;
    return true;
}
