/* type.c — types, their names, and schemas; the contract is in novate/type.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/type.h"

#include "novate/decimal.h"
#include "novate/interval.h"

#include <string.h>

static const struct {
    const char *name;
    enum storage storage;
    char tag;
} TYPES[] = {
#define TYPE(name, sql, storage, tag) {sql, STORAGE_##storage, tag},
#include "novate/types.def"
#undef TYPE
};

struct type type_of(enum type_id id)
{
    return (struct type){.id = id};
}

bool type_equal(struct type a, struct type b)
{
    return a.id == b.id && a.length == b.length && a.precision == b.precision && a.scale == b.scale;
}

enum storage type_storage(enum type_id id)
{
    return TYPES[id].storage;
}

size_t storage_size(enum storage storage)
{
    switch (storage) {
    case STORAGE_BOOL:
        return sizeof(uint8_t);
    case STORAGE_INT64:
        return sizeof(int64_t);
    case STORAGE_FLOAT64:
        return sizeof(double);
    case STORAGE_DECIMAL:
        return sizeof(struct decimal);
    case STORAGE_TEXT:
        return sizeof(struct text);
    case STORAGE_UUID:
        return sizeof(struct uuid);
    case STORAGE_INTERVAL:
        return sizeof(struct interval);
    }
    return 0;
}

char type_tag(enum type_id id)
{
    return TYPES[id].tag;
}

bool type_is_integer(enum type_id id)
{
    return id == TYPE_INT2 || id == TYPE_INT4 || id == TYPE_INT8;
}

bool type_is_number(enum type_id id)
{
    return type_is_integer(id) || id == TYPE_NUMERIC || id == TYPE_FLOAT4 || id == TYPE_FLOAT8;
}

bool type_is_text(enum type_id id)
{
    return id == TYPE_TEXT || id == TYPE_VARCHAR || id == TYPE_CHAR;
}

static bool has_fraction(enum type_id id)
{
    return id == TYPE_TIME || id == TYPE_TIMESTAMP || id == TYPE_TIMESTAMPTZ;
}

/* "interval(3)", "interval day to second(3)" */
static void format_interval(struct type type, struct text_buffer *out)
{
    const char *fields = interval_fields_name(type.length);

    if (fields != NULL) {
        text_buffer_format(out, " %s", fields);
    }
    if (type.precision > 0) {
        text_buffer_format(out, "(%d)", type.precision - 1);
    }
}

void type_format(struct type type, struct text_buffer *out)
{
    const char *name = TYPES[type.id].name;
    if (has_fraction(type.id) && type.precision > 0) {
        /* "timestamp(3) without time zone": the modifier follows the first word. */
        size_t word = strcspn(name, " ");
        text_buffer_push(out, name, word);
        text_buffer_format(out, "(%d)%s", type.precision - 1, name + word);
        return;
    }
    text_buffer_string(out, name);
    if (type.id == TYPE_INTERVAL) {
        format_interval(type, out);
    } else if ((type.id == TYPE_VARCHAR || type.id == TYPE_CHAR) && type.length > 0) {
        text_buffer_format(out, "(%d)", (int)type.length);
    } else if (type.id == TYPE_NUMERIC && type.precision > 0) {
        text_buffer_format(out, "(%d,%d)", type.precision, type.scale);
    }
}

static const struct {
    const char *name;
    enum type_id id;
    int length;
} ALIASES[] = {
    {"boolean", TYPE_BOOL, 0},
    {"bool", TYPE_BOOL, 0},
    {"smallint", TYPE_INT2, 0},
    {"int2", TYPE_INT2, 0},
    {"integer", TYPE_INT4, 0},
    {"int", TYPE_INT4, 0},
    {"int4", TYPE_INT4, 0},
    {"bigint", TYPE_INT8, 0},
    {"int8", TYPE_INT8, 0},
    {"numeric", TYPE_NUMERIC, 0},
    {"decimal", TYPE_NUMERIC, 0},
    {"dec", TYPE_NUMERIC, 0},
    {"real", TYPE_FLOAT4, 0},
    {"float4", TYPE_FLOAT4, 0},
    {"double precision", TYPE_FLOAT8, 0},
    {"double", TYPE_FLOAT8, 0},
    {"float", TYPE_FLOAT8, 0},
    {"float8", TYPE_FLOAT8, 0},
    {"text", TYPE_TEXT, 0},
    {"character varying", TYPE_VARCHAR, 0},
    {"varchar", TYPE_VARCHAR, 0},
    {"character", TYPE_CHAR, 1},
    {"char", TYPE_CHAR, 1},
    {"bpchar", TYPE_CHAR, 0},
    {"bytea", TYPE_BYTEA, 0},
    {"date", TYPE_DATE, 0},
    {"time", TYPE_TIME, 0},
    {"time without time zone", TYPE_TIME, 0},
    {"timestamp", TYPE_TIMESTAMP, 0},
    {"timestamp without time zone", TYPE_TIMESTAMP, 0},
    {"timestamptz", TYPE_TIMESTAMPTZ, 0},
    {"timestamp with time zone", TYPE_TIMESTAMPTZ, 0},
    {"uuid", TYPE_UUID, 0},
};

/* A type's name taken apart: words in lower case joined by one blank, and up to two modifiers. */
struct type_name {
    char words[40];
    size_t size;
    int modifiers[2];
    int modifier_count;
};

static bool push_word(struct type_name *name, const char *word, size_t size)
{
    if (name->size + size + 2 > sizeof name->words) {
        return false;
    }
    if (name->size > 0) {
        name->words[name->size++] = ' ';
    }
    for (size_t index = 0; index < size; index++) {
        char c = word[index];
        name->words[name->size++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    name->words[name->size] = '\0';
    return true;
}

/* "(10, -2)": `*at` stands behind the opening bracket and is moved behind the closing one. */
static bool read_modifiers(struct text text, size_t *at, struct type_name *name)
{
    while (name->modifier_count < 2) {
        while (*at < text.size && text.data[*at] == ' ') {
            (*at)++;
        }
        bool negative = *at < text.size && text.data[*at] == '-';
        *at += negative;
        int value = 0;
        size_t start = *at;
        while (*at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9' &&
               *at - start < 9) {
            value = value * 10 + (text.data[(*at)++] - '0');
        }
        if (*at == start) {
            return false;
        }
        name->modifiers[name->modifier_count++] = negative ? -value : value;
        while (*at < text.size && text.data[*at] == ' ') {
            (*at)++;
        }
        if (*at < text.size && text.data[*at] == ')') {
            (*at)++;
            return true;
        }
        if (*at >= text.size || text.data[(*at)++] != ',') {
            return false;
        }
    }
    return false;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool read_name(struct text text, struct type_name *name)
{
    size_t at = 0;
    while (at < text.size) {
        char c = text.data[at];
        if (c == ' ' || c == '\t') {
            at++;
        } else if (c == '(') {
            at++;
            if (name->modifier_count > 0 || !read_modifiers(text, &at, name)) {
                return false;
            }
        } else if (is_word(c)) {
            size_t start = at;
            while (at < text.size && is_word(text.data[at])) {
                at++;
            }
            if (!push_word(name, text.data + start, at - start)) {
                return false;
            }
        } else {
            return false;
        }
    }
    return name->size > 0;
}

static bool apply_modifiers(const struct type_name *name, struct type *type)
{
    enum {
        CHARACTERS_MAX = 10485760,
        NUMERIC_PRECISION_MAX = 1000,
        NUMERIC_SCALE_MAX = 1000
    };
    int first = name->modifiers[0];
    int second = name->modifiers[1];
    if (name->modifier_count == 0) {
        return true;
    }
    if (type->id == TYPE_VARCHAR || type->id == TYPE_CHAR) {
        type->length = first;
        return name->modifier_count == 1 && first >= 1 && first <= CHARACTERS_MAX;
    }
    if (type->id == TYPE_NUMERIC) {
        type->precision = (int16_t)first;
        type->scale = (int16_t)second;
        return first >= 1 && first <= NUMERIC_PRECISION_MAX && second >= -NUMERIC_SCALE_MAX &&
               second <= NUMERIC_SCALE_MAX;
    }
    if (has_fraction(type->id)) {
        type->precision = (int16_t)(first + 1);
        return name->modifier_count == 1 && first >= 0 && first <= 6;
    }
    if (type->id == TYPE_FLOAT8 && strcmp(name->words, "float") == 0) {
        type->id = first <= 24 ? TYPE_FLOAT4 : TYPE_FLOAT8;
        return name->modifier_count == 1 && first >= 1 && first <= 53;
    }
    return false;
}

bool type_parse(struct text text, struct type *type)
{
    struct type_name name = {.size = 0};
    if (!read_name(text, &name)) {
        return false;
    }
    for (size_t index = 0; index < sizeof ALIASES / sizeof ALIASES[0]; index++) {
        if (strcmp(ALIASES[index].name, name.words) == 0) {
            struct type parsed = {.id = ALIASES[index].id, .length = ALIASES[index].length};
            if (!apply_modifiers(&name, &parsed)) {
                return false;
            }
            *type = parsed;
            return true;
        }
    }
    return false;
}

/* "interval", "interval(3)", "interval day to second(3)"; the precision belongs to seconds. */
static bool parse_interval(const struct type_name *name, struct type *type)
{
    struct text words = text_from(name->words, name->size);
    size_t first = sizeof "interval" - 1;

    *type = type_of(TYPE_INTERVAL);
    if (words.size < first || !text_equal(text_from(words.data, first), text_of("interval"))) {
        return false;
    }
    if (words.size > first) {
        type->length = interval_fields_find(text_from(
            words.data + first + 1, words.data[first] == ' ' ? words.size - first - 1 : 0));
        if (type->length == 0) {
            return false;
        }
    }
    if (name->modifier_count == 0) {
        return true;
    }
    type->precision = (int16_t)(name->modifiers[0] + 1);
    return name->modifier_count == 1 && name->modifiers[0] >= 0 && name->modifiers[0] <= 6 &&
           (type->length == 0 || (type->length & INTERVAL_SECOND) != 0);
}

bool type_parse_expression(struct text text, struct type *type)
{
    struct type_name name = {.size = 0};

    return type_parse(text, type) || (read_name(text, &name) && parse_interval(&name, type));
}

int schema_find(const struct schema *schema, struct text name, bool quoted)
{
    int found = -1;
    for (int index = 0; index < schema->count; index++) {
        struct text candidate = text_of(schema->columns[index].name);
        if (text_equal(candidate, name)) {
            return index;
        }
        if (!quoted && text_equal_case(candidate, name)) {
            found = found == -1 ? index : -2;
        }
    }
    return found;
}
