/* figures_json.c — the contract is in figures_json.h. SPDX-License-Identifier: Apache-2.0 */
#include "figures_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number that is a value, as text: it may need more digits than JSON's have. */
#define NUMBER_BYTES 64

static void push_decimal(struct text_buffer *out, const char *name, const struct decimal *value)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '"');
    decimal_format(value, out);
    text_buffer_char(out, '"');
}

/* Texts as hexadecimal digits: they may be cut inside a character. */
static void push_bytes(struct text_buffer *out, const char *name, const char *data, size_t size)
{
    text_buffer_member(out, name);
    text_buffer_char(out, '"');
    for (size_t i = 0; i < size; i++) {
        text_buffer_format(out, "%02x", (unsigned char)data[i]);
    }
    text_buffer_char(out, '"');
}

static void push_extreme(struct text_buffer *out,
                         const char *name,
                         enum storage storage,
                         const struct extreme *extreme)
{
    char number[NUMBER_BYTES];

    if (!extreme->set) {
        return;
    }
    switch (storage) {
    case STORAGE_INT64:
        snprintf(number, sizeof number, "%" PRId64, extreme->number);
        text_buffer_member_text(out, name, number);
        return;
    case STORAGE_FLOAT64:
        snprintf(number, sizeof number, "%a", extreme->real);
        text_buffer_member_text(out, name, number);
        return;
    case STORAGE_DECIMAL:
        push_decimal(out, name, &extreme->decimal);
        return;
    case STORAGE_TEXT:
        push_bytes(out, name, extreme->text, extreme->size);
        return;
    case STORAGE_BOOL:
    case STORAGE_UUID:
    case STORAGE_INTERVAL:
        return;
    }
}

static void push_codes(struct text_buffer *out, const struct code_counts *codes)
{
    text_buffer_member_count(out, "code_nulls", codes->nulls);
    text_buffer_member_bool(out, "too_many", codes->too_many);
    text_buffer_member(out, "codes");
    text_buffer_char(out, '{');
    for (int i = 0; !codes->too_many && i < codes->slot_count; i++) {
        if (codes->slots[i].rows > 0) {
            text_buffer_member_count(out, codes->slots[i].code, codes->slots[i].rows);
        }
    }
    text_buffer_char(out, '}');
}

void figures_json(const struct figures *figures, struct text_buffer *out)
{
    text_buffer_char(out, '[');
    for (int i = 0; i < figures->count; i++) {
        const struct figure *figure = &figures->items[i];
        struct type type = figures->comparison->schema->columns[figure->column].type;
        text_buffer_member(out, NULL);
        text_buffer_char(out, '{');
        text_buffer_member_count(out, "column", (uint64_t)figure->column);
        member_digest(out, "digest", &figure->digest);
        text_buffer_member_count(out, "nulls", figure->nulls);
        text_buffer_member_bool(out, "unordered", figure->unordered);
        push_extreme(out, "least", type_storage(type.id), &figure->least);
        push_extreme(out, "greatest", type_storage(type.id), &figure->greatest);
        text_buffer_member_bool(out, "no_sum", figure->no_sum);
        if (!figure->no_sum) {
            push_decimal(out, "sum", &figure->sum);
        }
        if (figure->codes != NULL) {
            push_codes(out, figure->codes);
        }
        text_buffer_char(out, '}');
    }
    text_buffer_char(out, ']');
}

/* Only such as need no digits beyond the decimal's own are ever kept. */
static bool read_decimal(const char *text, struct decimal *value)
{
    struct arena none;

    arena_init(&none, NUMBER_BYTES, NULL);
    bool ok = text != NULL && decimal_parse(text_of(text), &none, value) == DECIMAL_OK &&
              value->kind != DECIMAL_WIDE;
    arena_release(&none);
    return ok;
}

static int digit_of(char character)
{
    return character >= '0' && character <= '9'   ? character - '0'
           : character >= 'a' && character <= 'f' ? character - 'a' + 10
                                                  : -1;
}

static bool read_bytes(const char *hex, struct extreme *extreme)
{
    size_t size = strlen(hex);

    if (size % 2 != 0 || size / 2 > EXTREME_TEXT_BYTES || extreme->text == NULL) {
        return false;
    }
    for (size_t i = 0; i < size / 2; i++) {
        int high = digit_of(hex[2 * i]);
        int low = digit_of(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        extreme->text[i] = (char)(high << 4 | low);
    }
    extreme->size = size / 2;
    return true;
}

static bool read_number(const char *text, enum storage storage, struct extreme *extreme)
{
    char *end = NULL;

    if (storage == STORAGE_INT64) {
        extreme->number = strtoll(text, &end, 10);
    } else {
        extreme->real = strtod(text, &end);
    }
    return end != text && *end == '\0';
}

static bool take_extreme(const json_t *kept, enum storage storage, struct extreme *extreme)
{
    const char *text = json_string_value(kept);

    extreme->set = kept != NULL;
    if (kept == NULL) {
        return true;
    }
    if (text == NULL) {
        return false;
    }
    return storage == STORAGE_INT64 || storage == STORAGE_FLOAT64
               ? read_number(text, storage, extreme)
           : storage == STORAGE_DECIMAL ? read_decimal(text, &extreme->decimal)
           : storage == STORAGE_TEXT    ? read_bytes(text, extreme)
                                        : false;
}

static bool take_sum(struct figure *figure, const json_t *kept)
{
    return field_bool(kept, "no_sum", &figure->no_sum) &&
           (figure->no_sum ||
            read_decimal(json_string_value(json_object_get(kept, "sum")), &figure->sum));
}

static bool take_codes(struct code_counts *codes, const json_t *kept)
{
    struct error unfit = ERROR_NONE;
    const char *code = NULL;
    json_t *rows = NULL;
    json_t *all = json_object_get(kept, "codes");

    json_object_foreach(all, code, rows)
    {
        json_int_t count = json_integer_value(rows);
        if (count <= 0 || !code_counts_add(codes, text_of(code), (uint64_t)count, &unfit)) {
            return false;
        }
    }
    return json_is_object(all) && field_bool(kept, "too_many", &codes->too_many) &&
           field_number(kept, "code_nulls", INT64_MAX, &codes->nulls);
}

static bool take_figure(struct figure *figure, enum storage storage, const json_t *kept)
{
    int column = 0;

    return field_int(kept, "column", figure->column, figure->column, &column) &&
           field_digest(kept, "digest", &figure->digest) &&
           field_number(kept, "nulls", INT64_MAX, &figure->nulls) &&
           field_bool(kept, "unordered", &figure->unordered) &&
           take_extreme(json_object_get(kept, "least"), storage, &figure->least) &&
           take_extreme(json_object_get(kept, "greatest"), storage, &figure->greatest) &&
           take_sum(figure, kept) && (figure->codes == NULL || take_codes(figure->codes, kept));
}

bool figures_take(struct figures *figures, const json_t *kept)
{
    if (!json_is_array(kept) || json_array_size(kept) != (size_t)figures->count) {
        return false;
    }
    for (int i = 0; i < figures->count; i++) {
        struct figure *figure = &figures->items[i];
        struct type type = figures->comparison->schema->columns[figure->column].type;
        if (!take_figure(figure, type_storage(type.id), json_array_get(kept, (size_t)i))) {
            return false;
        }
    }
    return true;
}
