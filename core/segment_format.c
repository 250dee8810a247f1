/* segment_format.c — numbers, frames and JSON of segments.
 * SPDX-License-Identifier: Apache-2.0 */
#include "segment_format.h"

#include "chunk_json.h"

#include "novate/json_fields.h"
#include "novate/ledger.h"
#include "novate/limits.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void store_le16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

void store_le32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

void store_le64(uint8_t *to, uint64_t value)
{
    for (int i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

uint16_t load_le16(const uint8_t *from)
{
    return (uint16_t)(from[0] | from[1] << 8);
}

uint32_t load_le32(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

uint64_t load_le64(const uint8_t *from)
{
    return (uint64_t)load_le32(from) | (uint64_t)load_le32(from + 4) << 32;
}

void store_hash(uint8_t to[16], struct hash hash)
{
    for (int i = 0; i < 8; i++) {
        to[i] = (uint8_t)(hash.high >> (56 - 8 * i));
        to[8 + i] = (uint8_t)(hash.low >> (56 - 8 * i));
    }
}

struct hash load_hash(const uint8_t from[16])
{
    struct hash hash = {.low = 0};

    for (int i = 0; i < 8; i++) {
        hash.high = hash.high << 8 | from[i];
        hash.low = hash.low << 8 | from[8 + i];
    }
    return hash;
}

void frame_store(const struct frame *frame, uint8_t to[FRAME_HEAD_BYTES])
{
    memcpy(to, frame->kind, sizeof frame->kind);
    store_le32(to + 4, frame->ordinal);
    store_le32(to + 8, frame->rows);
    store_le32(to + 12, frame->flags);
    store_le64(to + 16, frame->stored);
    store_le64(to + 24, frame->raw);
}

struct frame frame_load(const uint8_t from[FRAME_HEAD_BYTES])
{
    struct frame frame = {.ordinal = load_le32(from + 4),
                          .rows = load_le32(from + 8),
                          .flags = load_le32(from + 12),
                          .stored = load_le64(from + 16),
                          .raw = load_le64(from + 24)};

    memcpy(frame.kind, from, sizeof frame.kind);
    return frame;
}

const char *segment_stage_text(enum segment_stage stage)
{
    static const char *const texts[] = {"extracted", "transformed", "amended"};
    return texts[stage];
}

void segment_file_name(const char *entity,
                       int ordinal,
                       enum segment_stage stage,
                       struct text_buffer *out)
{
    for (const char *at = entity; *at != '\0'; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
        if (plain) {
            text_buffer_char(out, *at);
        } else {
            text_buffer_format(out, "%%%02X", (unsigned)(unsigned char)*at);
        }
    }
    text_buffer_format(out, "-%06d.%s", ordinal, segment_stage_text(stage));
}

static const char *const type_names[] = {
#define TYPE(name, sql, storage, tag) #name,
#include "novate/types.def"
#undef TYPE
};

const char *segment_type_name(enum type_id id)
{
    return type_names[id];
}

bool segment_type_find(const char *name, enum type_id *id)
{
    for (int i = 0; i < TYPE_UNKNOWN; i++) { /* no column has the type UNKNOWN */
        if (strcmp(name, type_names[i]) == 0) {
            *id = (enum type_id)i;
            return true;
        }
    }
    return false;
}

static void push_flag(const char *name, bool value, struct text_buffer *out)
{
    text_buffer_format(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void push_column(const struct column *column, struct text_buffer *out)
{
    text_buffer_string(out, "{\"name\":");
    text_buffer_json(out, text_of(column->name));
    text_buffer_format(out,
                       ",\"type\":\"%s\",\"length\":%d,\"precision\":%d,\"scale\":%d",
                       segment_type_name(column->type.id),
                       (int)column->type.length,
                       (int)column->type.precision,
                       (int)column->type.scale);
    if (column->declared != NULL) {
        text_buffer_string(out, ",\"declared\":");
        text_buffer_json(out, text_of(column->declared));
    }
    push_flag("nullable", column->nullable, out);
    push_flag("has_default", column->has_default, out);
    push_flag("generated", column->generated, out);
    push_flag("hidden_cast", column->hidden_cast, out);
    text_buffer_char(out, '}');
}

void segment_header_json(const struct segment_header *header, struct text_buffer *out)
{
    text_buffer_format(out,
                       "{\"novate_segment\":%d,\"stage\":\"%s\",\"entity\":",
                       SEGMENT_PLAIN, /* of the JSON, whether it is encrypted or not */
                       segment_stage_text(header->stage));
    text_buffer_json(out, text_of(header->entity));
    text_buffer_string(out, ",\"chunk_id\":");
    text_buffer_json(out, text_of(header->chunk.id));
    text_buffer_string(out, ",\"chunk\":");
    chunk_json(&header->chunk, out);
    text_buffer_string(out, ",\"columns\":[");
    for (int i = 0; i < header->schema.count; i++) {
        if (i > 0) {
            text_buffer_char(out, ',');
        }
        push_column(&header->schema.columns[i], out);
    }
    text_buffer_string(out, "]}");
}

static bool read_type(const json_t *object, struct type *type)
{
    const char *name = json_string_value(json_object_get(object, "type"));
    int length = 0;
    int precision = 0;
    int scale = 0;

    if (name == NULL || !segment_type_find(name, &type->id) ||
        !field_int(object, "length", 0, INT_MAX, &length) ||
        !field_int(object, "precision", 0, INT16_MAX, &precision) ||
        !field_int(object, "scale", INT16_MIN, INT16_MAX, &scale)) {
        return false;
    }
    type->length = length;
    type->precision = (int16_t)precision;
    type->scale = (int16_t)scale;
    return true;
}

static bool read_column(const json_t *object, struct arena *arena, struct column *column)
{
    return field_text(object, "name", arena, &column->name) && read_type(object, &column->type) &&
           field_text_or_null(object, "declared", arena, &column->declared) &&
           field_bool(object, "nullable", &column->nullable) &&
           field_bool(object, "has_default", &column->has_default) &&
           field_bool(object, "generated", &column->generated) &&
           field_bool(object, "hidden_cast", &column->hidden_cast);
}

static bool read_schema(const json_t *root, struct arena *arena, struct schema *schema)
{
    const json_t *columns = json_object_get(root, "columns");
    size_t count = json_array_size(columns);

    if (!json_is_array(columns) || count > LIMIT_COLUMNS) {
        return false;
    }
    schema->columns = ARENA_ARRAY(arena, struct column, count + 1);
    if (schema->columns == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_column(json_array_get(columns, i), arena, &schema->columns[i])) {
            return false;
        }
    }
    schema->count = (int)count;
    return true;
}

static bool read_stage(const json_t *root, enum segment_stage *stage)
{
    const char *text = json_string_value(json_object_get(root, "stage"));

    for (int i = SEGMENT_EXTRACTED; text != NULL && i <= SEGMENT_AMENDED; i++) {
        if (strcmp(text, segment_stage_text((enum segment_stage)i)) == 0) {
            *stage = (enum segment_stage)i;
            return true;
        }
    }
    return false;
}

/* An id is empty where the chunk was not identified. */
static bool read_id(const json_t *root, char id[HASH_HEX_SIZE])
{
    const char *text = json_string_value(json_object_get(root, "chunk_id"));
    struct hash ignored;

    if (text == NULL || (text[0] != '\0' && !hash_from_hex(text, &ignored))) {
        return false;
    }
    memcpy(id, text, strlen(text) + 1);
    return true;
}

bool segment_header_from_json(const char *json,
                              size_t size,
                              struct arena *arena,
                              struct segment_header *header,
                              struct error *error)
{
    json_error_t reason;
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, &reason);
    bool ok = read_stage(root, &header->stage) &&
              field_text(root, "entity", arena, &header->entity) &&
              read_schema(root, arena, &header->schema) &&
              chunk_from_object(json_object_get(root, "chunk"), arena, &header->chunk, error) &&
              read_id(root, header->chunk.id);

    json_decref(root);
    return ok || error_set(error, ERROR_CORRUPT, "the header of a segment is not one of novate's");
}

void segment_trailer_json(const struct segment_trailer *trailer, struct text_buffer *out)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(trailer->content, hex);
    text_buffer_format(out,
                       "{\"rows\":%llu,\"blocks\":%llu,\"checksum\":\"%s\",\"tally\":",
                       (unsigned long long)trailer->rows,
                       (unsigned long long)trailer->blocks,
                       hex);
    tally_json(&trailer->tally, out);
    text_buffer_char(out, '}');
}

bool segment_trailer_from_json(const char *json,
                               size_t size,
                               struct segment_trailer *trailer,
                               struct error *error)
{
    json_error_t reason;
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, &reason);
    char *tally = json_dumps(json_object_get(root, "tally"), JSON_COMPACT);
    bool ok = field_number(root, "rows", INT64_MAX, &trailer->rows) &&
              field_number(root, "blocks", UINT32_MAX, &trailer->blocks) &&
              field_hash(root, "checksum", &trailer->content) && tally != NULL &&
              tally_from_json(tally, &trailer->tally, error);

    free(tally);
    json_decref(root);
    return ok || error_set(error, ERROR_CORRUPT, "the trailer of a segment is not one of novate's");
}
