/* copy_encode.c — rows of a batch as COPY data.
 *
 * Binary rows are the hot path of loading: for each row the room is reserved once, and the fields
 * are written without further checks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "copy_encode.h"

#include "copy_escape.h"
#include "numeric_wire.h"

#include "novate/datetime.h"
#include "novate/limits.h"

static const char binary_head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
static const char binary_tail[] = {'\377', '\377'};

enum {
    BINARY_HEAD_BYTES = 19,
    COLUMN_COUNT_BYTES = 2,
    LENGTH_BYTES = 4
};

/* Types that have the same bytes on the wire for the same value in memory, or that are widened and
 * narrowed without loss. */
static int wire_family(enum type_id id)
{
    if (type_is_integer(id)) {
        return TYPE_INT8;
    }
    if (type_is_text(id)) {
        return TYPE_TEXT;
    }
    return id == TYPE_FLOAT4 ? TYPE_FLOAT8 : (int)id;
}

bool copy_encodes(enum type_id batch, enum type_id table)
{
    return batch != TYPE_OTHER && batch != TYPE_UNKNOWN && wire_family(batch) == wire_family(table);
}

enum field {
    FIELD_BOOL,
    FIELD_INT2,
    FIELD_INT4,
    FIELD_INT8, /* and times and timestamps */
    FIELD_DATE,
    FIELD_FLOAT4,
    FIELD_FLOAT8,
    FIELD_NUMERIC,
    FIELD_TEXT,
    FIELD_UUID
};

/* By the type of the table's column. */
static enum field field_of(enum type_id wire)
{
    switch (type_storage(wire)) {
    case STORAGE_BOOL:
        return FIELD_BOOL;
    case STORAGE_INT64:
        return wire == TYPE_INT2   ? FIELD_INT2
               : wire == TYPE_INT4 ? FIELD_INT4
               : wire == TYPE_DATE ? FIELD_DATE
                                   : FIELD_INT8;
    case STORAGE_FLOAT64:
        return wire == TYPE_FLOAT4 ? FIELD_FLOAT4 : FIELD_FLOAT8;
    case STORAGE_DECIMAL:
        return FIELD_NUMERIC;
    case STORAGE_UUID:
        return FIELD_UUID;
    case STORAGE_TEXT:
    case STORAGE_INTERVAL: /* no column has it */
    default:
        return FIELD_TEXT;
    }
}

/* The most that a field takes, without the bytes of a text or of a wide number. */
static size_t fixed_bytes_of(enum field field)
{
    static const struct decimal zero = {.scale = 0};
    switch (field) {
    case FIELD_NUMERIC:
        return LENGTH_BYTES + numeric_wire_bound(&zero);
    case FIELD_UUID:
        return LENGTH_BYTES + sizeof(struct uuid);
    case FIELD_TEXT:
        return LENGTH_BYTES;
    case FIELD_BOOL:
    case FIELD_INT2:
    case FIELD_INT4:
    case FIELD_INT8:
    case FIELD_DATE:
    case FIELD_FLOAT4:
    case FIELD_FLOAT8:
    default:
        return LENGTH_BYTES + 8;
    }
}

bool copy_encoder_init(struct copy_encoder *encoder,
                       const struct schema *schema,
                       const enum type_id *tables,
                       bool binary,
                       struct budget *budget,
                       struct error *error)
{
    *encoder = (struct copy_encoder){
        .count = schema->count,
        .binary = binary,
        .schema = schema,
        .fixed_bytes = COLUMN_COUNT_BYTES,
    };
    arena_init(&encoder->arena, 4096, budget);
    text_buffer_init(&encoder->scratch, LIMIT_RECORD_BYTES * 2);
    encoder->fields = ARENA_ARRAY(&encoder->arena, uint8_t, (size_t)schema->count);
    if (encoder->fields == NULL) {
        return error_set_memory(error);
    }
    for (int i = 0; i < schema->count; i++) {
        enum type_id id = schema->columns[i].type.id;
        if (!NOVATE_CHECK(error, !binary || copy_encodes(id, tables[i]))) {
            return false;
        }
        encoder->fields[i] = (uint8_t)field_of(binary ? tables[i] : id);
        encoder->fixed_bytes += fixed_bytes_of((enum field)encoder->fields[i]);
    }
    return true;
}

void copy_encoder_release(struct copy_encoder *encoder)
{
    text_buffer_release(&encoder->scratch);
    arena_release(&encoder->arena);
}

struct text copy_encoder_head(const struct copy_encoder *encoder)
{
    return encoder->binary ? text_from(binary_head, BINARY_HEAD_BYTES) : TEXT_NONE;
}

struct text copy_encoder_tail(const struct copy_encoder *encoder)
{
    return encoder->binary ? text_from(binary_tail, sizeof binary_tail) : TEXT_NONE;
}

/* The bytes of a row that its fixed part does not count; large values are not among them. */
static size_t variable_bytes(const struct copy_encoder *encoder,
                             const struct batch *batch,
                             int row,
                             bool *large)
{
    size_t bytes = 0;
    for (int i = 0; i < encoder->count; i++) {
        const struct vector *vector = &batch->columns[i];
        if (encoder->fields[i] == FIELD_TEXT) {
            uint32_t size = vector->texts[vector_slot(vector, row)].size;
            *large |= size >= LIMIT_LARGE_BYTES;
            bytes += size < LIMIT_LARGE_BYTES ? size : 0;
        } else if (encoder->fields[i] == FIELD_NUMERIC) {
            const struct decimal *value = &vector->decimals[vector_slot(vector, row)];
            bytes += value->kind == DECIMAL_WIDE ? numeric_wire_bound(value) : 0;
        }
    }
    return bytes;
}

static inline char *put_int2(char *at, int64_t value, bool *fits)
{
    *fits = *fits && value >= INT16_MIN && value <= INT16_MAX;
    return wire_store16(wire_store32(at, 2), (uint16_t)value);
}

static inline char *put_int4(char *at, int64_t value, bool *fits)
{
    *fits = *fits && value >= INT32_MIN && value <= INT32_MAX;
    return wire_store32(wire_store32(at, 4), (uint32_t)value);
}

static inline char *put_date(char *at, int64_t value, bool *fits)
{
    int64_t days = value == DATETIME_INFINITY            ? INT32_MAX
                   : value == DATETIME_NEGATIVE_INFINITY ? INT32_MIN
                                                         : value;
    return put_int4(at, days, fits);
}

static inline char *put_float4(char *at, double value)
{
    float narrow = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return wire_store32(wire_store32(at, 4), bits);
}

static inline char *put_float8(char *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return wire_store64(wire_store32(at, 8), bits);
}

static inline char *put_numeric(char *at, const struct decimal *value)
{
    char *end = numeric_encode(value, at + LENGTH_BYTES);
    (void)wire_store32(at, (uint32_t)(end - at - LENGTH_BYTES));
    return end;
}

static inline char *put_text(char *at, struct text text)
{
    at = wire_store32(at, text.size);
    if (text.size > 0) {
        memcpy(at, text.data, text.size);
    }
    return at + text.size;
}

static inline char *put_value(
    char *at, enum field field, const struct vector *vector, int slot, bool *fits)
{
    switch (field) {
    case FIELD_TEXT:
        return put_text(at, vector->texts[slot]);
    case FIELD_INT8:
        return wire_store64(wire_store32(at, 8), (uint64_t)vector->int64s[slot]);
    case FIELD_INT4:
        return put_int4(at, vector->int64s[slot], fits);
    case FIELD_INT2:
        return put_int2(at, vector->int64s[slot], fits);
    case FIELD_DATE:
        return put_date(at, vector->int64s[slot], fits);
    case FIELD_NUMERIC:
        return put_numeric(at, &vector->decimals[slot]);
    case FIELD_FLOAT4:
        return put_float4(at, vector->doubles[slot]);
    case FIELD_FLOAT8:
        return put_float8(at, vector->doubles[slot]);
    case FIELD_BOOL:
        at = wire_store32(at, 1);
        *at = (char)(vector->bools[slot] != 0);
        return at + 1;
    case FIELD_UUID:
    default:
        at = wire_store32(at, sizeof(struct uuid));
        memcpy(at, vector->uuids[slot].bytes, sizeof(struct uuid));
        return at + sizeof(struct uuid);
    }
}

static bool is_large(const struct copy_encoder *encoder, const struct batch *batch, int i, int row)
{
    const struct vector *vector = &batch->columns[i];
    return encoder->fields[i] == FIELD_TEXT &&
           vector->texts[vector_slot(vector, row)].size >= LIMIT_LARGE_BYTES;
}

/* A row with large values, of which the lengths are written and the bytes stay where they are. The
 * room for all else is reserved. */
static bool row_large(const struct copy_encoder *encoder,
                      const struct batch *batch,
                      int row,
                      struct wire *wire,
                      struct error *error)
{
    bool fits = true;
    (void)wire_store16(wire->data + wire->size, (uint16_t)encoder->count);
    wire->size += COLUMN_COUNT_BYTES;
    for (int i = 0; i < encoder->count; i++) {
        const struct vector *vector = &batch->columns[i];
        int slot = vector_slot(vector, row);
        char *at = wire->data + wire->size;
        if (is_large(encoder, batch, i, row)) {
            (void)wire_store32(at, vector->texts[slot].size);
            wire->size += LENGTH_BYTES;
            if (!wire_push_large(wire, vector->texts[slot], WIRE_PLAIN, error)) {
                return false;
            }
            continue;
        }
        at = validity_get(vector->valid, slot)
                 ? put_value(at, (enum field)encoder->fields[i], vector, slot, &fits)
                 : wire_store32(at, UINT32_MAX);
        wire->size = (size_t)(at - wire->data);
    }
    return NOVATE_CHECK(error, fits);
}

static bool row_binary(const struct copy_encoder *encoder,
                       const struct batch *batch,
                       int row,
                       struct wire *wire,
                       struct error *error)
{
    bool large = false;
    size_t bytes = encoder->fixed_bytes + variable_bytes(encoder, batch, row, &large);
    if (!wire_reserve(wire, bytes, error)) {
        return false;
    }
    if (large) {
        return row_large(encoder, batch, row, wire, error);
    }
    bool fits = true;
    char *at = wire_store16(wire->data + wire->size, (uint16_t)encoder->count);
    for (int i = 0; i < encoder->count; i++) {
        const struct vector *vector = &batch->columns[i];
        int slot = vector_slot(vector, row);
        if (validity_get(vector->valid, slot)) {
            at = put_value(at, (enum field)encoder->fields[i], vector, slot, &fits);
        } else {
            at = wire_store32(at, UINT32_MAX);
        }
    }
    wire->size = (size_t)(at - wire->data);
    return NOVATE_CHECK(error, fits);
}

static bool field_text(struct wire *wire, struct text text, struct error *error)
{
    if (!wire_reserve(wire, (size_t)text.size * 2, error)) {
        return false;
    }
    char *at = wire->data + wire->size;
    for (uint32_t i = 0; i < text.size; i++) {
        at = copy_escape(at, text.data[i]);
    }
    wire->size = (size_t)(at - wire->data);
    return true;
}

static bool row_text(struct copy_encoder *encoder,
                     const struct batch *batch,
                     int row,
                     struct wire *wire,
                     struct error *error)
{
    for (int i = 0; i < encoder->count; i++) {
        const struct vector *vector = &batch->columns[i];
        int slot = vector_slot(vector, row);
        bool ok = true;
        if (!wire_reserve(wire, 4, error)) {
            return false;
        }
        if (i > 0) {
            wire_bytes(wire, "\t", 1);
        }
        if (!validity_get(vector->valid, slot)) {
            wire_bytes(wire, "\\N", 2);
        } else if (is_large(encoder, batch, i, row)) {
            enum wire_form form = vector->type.id == TYPE_BYTEA ? WIRE_HEX : WIRE_ESCAPED;
            ok = wire_push_large(wire, vector->texts[slot], form, error);
        } else if (encoder->fields[i] == FIELD_TEXT && vector->type.id != TYPE_BYTEA) {
            ok = field_text(wire, vector->texts[slot], error);
        } else {
            text_buffer_reset(&encoder->scratch);
            vector_format(vector, row, &encoder->scratch);
            ok = text_buffer_check(&encoder->scratch, error) &&
                 field_text(wire, text_from(encoder->scratch.data, encoder->scratch.size), error);
        }
        if (!ok) {
            return false;
        }
    }
    if (!wire_reserve(wire, 1, error)) {
        return false;
    }
    wire_bytes(wire, "\n", 1);
    return true;
}

bool copy_encoder_row(struct copy_encoder *encoder,
                      const struct batch *batch,
                      int row,
                      struct wire *wire,
                      struct error *error)
{
    return encoder->binary ? row_binary(encoder, batch, row, wire, error)
                           : row_text(encoder, batch, row, wire, error);
}

void copy_text_field(struct text_buffer *out, const char *value)
{
    if (value == NULL) {
        text_buffer_string(out, "\\N");
        return;
    }
    for (; *value != '\0'; value++) {
        char escape = copy_escape_of(*value);
        if (escape != 0) {
            text_buffer_char(out, '\\');
        }
        text_buffer_char(out, escape != 0 ? escape : *value);
    }
}
