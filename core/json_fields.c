/* json_fields.c — members of JSON objects.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/json_fields.h"

bool field_number(const json_t *object, const char *name, uint64_t max, uint64_t *value)
{
    const json_t *member = json_object_get(object, name);

    if (!json_is_integer(member) || json_integer_value(member) < 0 ||
        (uint64_t)json_integer_value(member) > max) {
        return false;
    }
    *value = (uint64_t)json_integer_value(member);
    return true;
}

bool field_int(const json_t *object, const char *name, int min, int max, int *value)
{
    const json_t *member = json_object_get(object, name);

    if (!json_is_integer(member) || json_integer_value(member) < min ||
        json_integer_value(member) > max) {
        return false;
    }
    *value = (int)json_integer_value(member);
    return true;
}

bool field_bool(const json_t *object, const char *name, bool *value)
{
    const json_t *member = json_object_get(object, name);

    *value = json_is_true(member);
    return json_is_boolean(member);
}

bool field_hash(const json_t *object, const char *name, struct hash *value)
{
    const char *hex = json_string_value(json_object_get(object, name));

    return hex != NULL && hash_from_hex(hex, value);
}

bool field_digest(const json_t *object, const char *name, struct digest *value)
{
    const json_t *member = json_object_get(object, name);

    return field_number(member, "rows", INT64_MAX, &value->rows) &&
           field_hash(member, "sum", &value->sum);
}

void member_digest(struct text_buffer *out, const char *name, const struct digest *value)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(value->sum, hex);
    text_buffer_member(out, name);
    text_buffer_char(out, '{');
    text_buffer_member_count(out, "rows", value->rows);
    text_buffer_member_text(out, "sum", hex);
    text_buffer_char(out, '}');
}

bool field_text(const json_t *object, const char *name, struct arena *arena, const char **value)
{
    const json_t *member = json_object_get(object, name);

    if (!json_is_string(member)) {
        return false;
    }
    *value = arena_copy(arena, json_string_value(member), json_string_length(member));
    return *value != NULL;
}

bool field_text_or_null(const json_t *object,
                        const char *name,
                        struct arena *arena,
                        const char **value)
{
    const json_t *member = json_object_get(object, name);

    if (member == NULL || json_is_null(member)) {
        *value = NULL;
        return true;
    }
    return field_text(object, name, arena, value);
}
