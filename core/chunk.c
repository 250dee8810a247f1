/* chunk.c — the identity of a chunk, and its description as JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "chunk_json.h"

#include "novate/limits.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_texts[] = {
    [CHUNK_WHOLE] = "whole",
    [CHUNK_KEY_RANGE] = "key_range",
    [CHUNK_KEY_NULL] = "key_null",
    [CHUNK_KEY_ONE] = "key_one",
    [CHUNK_FILE_RANGE] = "file_range",
};
#define KIND_COUNT (sizeof kind_texts / sizeof kind_texts[0])

static void push_number(struct hash_stream *stream, uint64_t value)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    }
    hash_stream_push(stream, bytes, sizeof bytes);
}

static void push_bound(struct hash_stream *stream, const char **bound, int count)
{
    push_number(stream, bound == NULL ? 0 : 1);
    for (int i = 0; bound != NULL && i < count; i++) {
        hash_stream_field(stream, text_of(bound[i]));
    }
}

bool chunk_identify(struct chunk *chunk,
                    const char *entity,
                    struct hash mapping,
                    struct hash plan,
                    struct error *error)
{
    struct hash_stream stream;

    if (!hash_stream_open(&stream, error)) {
        return false;
    }
    hash_stream_field(&stream, text_of("novate chunk 1"));
    push_number(&stream, mapping.high);
    push_number(&stream, mapping.low);
    push_number(&stream, plan.high);
    push_number(&stream, plan.low);
    hash_stream_field(&stream, text_of(entity));
    push_number(&stream, (uint64_t)chunk->ordinal);
    hash_stream_field(&stream, text_of(kind_texts[chunk->kind]));
    push_number(&stream, (uint64_t)chunk->key_count);
    push_bound(&stream, chunk->lower, chunk->key_count);
    push_bound(&stream, chunk->upper, chunk->key_count);
    hash_stream_field(&stream, text_of(chunk->file));
    push_number(&stream, chunk->offset);
    push_number(&stream, chunk->size);
    push_number(&stream, chunk->first_line);
    push_number(&stream, chunk->file_hash.high);
    push_number(&stream, chunk->file_hash.low);
    if (chunk->last_file != NULL) {
        hash_stream_field(&stream, text_of(chunk->last_file));
    }
    hash_hex(hash_stream_value(&stream), chunk->id);
    hash_stream_close(&stream);
    return true;
}

static void push_bound_json(const char *name,
                            const char **bound,
                            int count,
                            struct text_buffer *out)
{
    text_buffer_format(out, ",\"%s\":", name);
    if (bound == NULL) {
        text_buffer_string(out, "null");
        return;
    }
    for (int i = 0; i < count; i++) {
        text_buffer_char(out, i == 0 ? '[' : ',');
        text_buffer_json(out, text_of(bound[i]));
    }
    text_buffer_string(out, count == 0 ? "[]" : "]");
}

void chunk_json(const struct chunk *chunk, struct text_buffer *out)
{
    char hex[HASH_HEX_SIZE];

    text_buffer_format(
        out, "{\"ordinal\":%d,\"kind\":\"%s\"", chunk->ordinal, kind_texts[chunk->kind]);
    text_buffer_format(out, ",\"key_count\":%d", chunk->key_count);
    push_bound_json("lower", chunk->lower, chunk->key_count, out);
    push_bound_json("upper", chunk->upper, chunk->key_count, out);
    if (chunk->file != NULL) {
        hash_hex(chunk->file_hash, hex);
        text_buffer_string(out, ",\"file\":");
        text_buffer_json(out, text_of(chunk->file));
        if (chunk->last_file != NULL) {
            text_buffer_string(out, ",\"last_file\":");
            text_buffer_json(out, text_of(chunk->last_file));
        }
        text_buffer_format(out,
                           ",\"offset\":%llu,\"size\":%llu,\"first_line\":%llu,"
                           "\"file_hash\":\"%s\"",
                           (unsigned long long)chunk->offset,
                           (unsigned long long)chunk->size,
                           (unsigned long long)chunk->first_line,
                           hex);
    }
    if (chunk->files != NULL) {
        text_buffer_string(out, ",\"files\":");
        text_buffer_string(out, chunk->files);
    }
    text_buffer_format(out, ",\"rows_estimate\":%llu}", (unsigned long long)chunk->rows_estimate);
}

static bool read_files(const json_t *object, struct arena *arena, const char **files)
{
    const json_t *array = json_object_get(object, "files");

    *files = NULL;
    if (array == NULL) {
        return true;
    }
    char *text = json_is_array(array) ? json_dumps(array, JSON_COMPACT) : NULL;
    *files = text == NULL ? NULL : arena_string(arena, text);
    free(text);
    return *files != NULL;
}

static bool read_kind(const json_t *object, enum chunk_kind *kind)
{
    const char *text = json_string_value(json_object_get(object, "kind"));

    for (size_t i = 0; text != NULL && i < KIND_COUNT; i++) {
        if (strcmp(text, kind_texts[i]) == 0) {
            *kind = (enum chunk_kind)i;
            return true;
        }
    }
    return false;
}

static bool read_bound(
    const json_t *object, const char *name, int count, struct arena *arena, const char ***bound)
{
    const json_t *array = json_object_get(object, name);

    *bound = NULL;
    if (json_is_null(array)) {
        return true;
    }
    if (!json_is_array(array) || json_array_size(array) != (size_t)count) {
        return false;
    }
    *bound = ARENA_ARRAY(arena, const char *, (size_t)count + 1);
    for (int i = 0; *bound != NULL && i < count; i++) {
        const char *text = json_string_value(json_array_get(array, (size_t)i));
        (*bound)[i] = text == NULL ? NULL : arena_string(arena, text);
        if ((*bound)[i] == NULL) {
            return false;
        }
    }
    return *bound != NULL;
}

bool chunk_from_object(const json_t *object,
                       struct arena *arena,
                       struct chunk *chunk,
                       struct error *error)
{
    struct chunk read = {.kind = CHUNK_WHOLE};
    bool ok = read_kind(object, &read.kind) &&
              field_int(object, "ordinal", 0, INT_MAX, &read.ordinal) &&
              field_int(object, "key_count", 0, LIMIT_KEY_COLUMNS, &read.key_count) &&
              read_bound(object, "lower", read.key_count, arena, &read.lower) &&
              read_bound(object, "upper", read.key_count, arena, &read.upper) &&
              field_text_or_null(object, "file", arena, &read.file) &&
              field_text_or_null(object, "last_file", arena, &read.last_file) &&
              read_files(object, arena, &read.files) &&
              field_number(object, "rows_estimate", INT64_MAX, &read.rows_estimate);

    if (ok && read.file != NULL) {
        ok = field_number(object, "offset", INT64_MAX, &read.offset) &&
             field_number(object, "size", INT64_MAX, &read.size) &&
             field_number(object, "first_line", INT64_MAX, &read.first_line) &&
             field_hash(object, "file_hash", &read.file_hash);
    }
    if (!ok) {
        return error_set(error, ERROR_CORRUPT, "the description of a chunk is not one of novate's");
    }
    *chunk = read;
    return true;
}

bool chunk_from_json(const char *json,
                     struct arena *arena,
                     struct chunk *chunk,
                     struct error *error)
{
    json_error_t reason;
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, &reason);
    bool ok = chunk_from_object(object, arena, chunk, error);

    json_decref(object);
    return ok;
}

bool chunk_of_key(const char *key,
                  int key_count,
                  int ordinal,
                  struct arena *arena,
                  struct chunk *chunk,
                  bool *found,
                  struct error *error)
{
    json_t *array = json_loads(key, JSON_ALLOW_NUL, NULL);
    const char **texts = ARENA_ARRAY(arena, const char *, (size_t)key_count + 1);
    bool ok = texts != NULL;
    *found = key_count > 0 && json_is_array(array) && json_array_size(array) == (size_t)key_count;
    for (int i = 0; ok && *found && i < key_count; i++) {
        const json_t *text = json_array_get(array, (size_t)i);
        *found =
            json_is_string(text) && strlen(json_string_value(text)) == json_string_length(text);
        texts[i] = *found ? arena_string(arena, json_string_value(text)) : NULL;
        ok = !*found || texts[i] != NULL;
    }
    json_decref(array);
    *chunk = (struct chunk){
        .kind = CHUNK_KEY_ONE, .ordinal = ordinal, .key_count = key_count, .upper = texts};
    return ok || error_set_memory(error);
}
