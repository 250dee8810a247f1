/* plan_columns.c — what a mapping declares of the columns of its source.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_policy.h"
#include "plan_relation.h"

#include "novate/datetime.h"
#include "novate/limits.h"
#include "novate/type.h"

#include <string.h>

/* "timestamp 'DD/MM/YYYY', 'YYYY-MM-DD'" into type and what follows it, from the first quote on. */
static struct text split_declaration(struct text declaration, struct text *type)
{
    const struct text whole = text_trim(declaration);
    const char *open = whole.size > 0 ? memchr(whole.data, '\'', whole.size) : NULL;

    *type = open == NULL ? whole : text_trim(text_from(whole.data, (size_t)(open - whole.data)));
    return open == NULL ? TEXT_NONE : text_from(open, (size_t)(whole.data + whole.size - open));
}

/* Takes one quoted format, and the comma after it, off `rest`. */
static bool take_format(struct text *rest, struct text *format)
{
    const char *close = rest->size > 1 && rest->data[0] == '\''
                            ? memchr(rest->data + 1, '\'', rest->size - 1)
                            : NULL;

    if (close == NULL) {
        return false;
    }
    *format = text_from(rest->data + 1, (size_t)(close - rest->data - 1));
    struct text after =
        text_trim(text_from(close + 1, (size_t)(rest->data + rest->size - close - 1)));
    if (after.size > 0 && after.data[0] == ',') {
        after = text_trim(text_from(after.data + 1, after.size - 1));
        if (after.size == 0) {
            return false;
        }
    } else if (after.size > 0) {
        return false;
    }
    *rest = after;
    return true;
}

static struct place place_within(const struct plan_node *node, const char *at)
{
    struct place place = node->text_place;
    place.column += (int)utf8_length(node->text.data, (size_t)(at - node->text.data));
    return place;
}

static void check_format(struct plan_reader *reader,
                         const struct plan_node *node,
                         struct type type,
                         struct text format)
{
    struct datetime_pattern pattern;
    struct error error = ERROR_NONE;
    const struct place place = place_within(node, format.data);
    const bool dated = type.id == TYPE_DATE || type.id == TYPE_TIME || type.id == TYPE_TIMESTAMP ||
                       type.id == TYPE_TIMESTAMPTZ;

    if (!dated) {
        problem_add(
            reader->problems, place, NULL, "only dates, times and timestamps have a format");
    } else if (!datetime_pattern_parse(format, &pattern, &error)) {
        problem_add(reader->problems, place, NULL, "%s", error.message);
    } else if (type.id == TYPE_TIME ? !pattern.has_time : !pattern.has_date) {
        problem_add(reader->problems,
                    place,
                    NULL,
                    "the format has no %s",
                    type.id == TYPE_TIME ? "hours" : "year, month and day");
    }
}

static bool read_formats(struct plan_reader *reader,
                         const struct plan_node *node,
                         struct type type,
                         struct text rest,
                         struct relation_column *column)
{
    while (rest.size > 0) {
        struct text format;
        if (column->format_count == LIMIT_DATE_FORMATS || !take_format(&rest, &format)) {
            return problem_add(reader->problems,
                               node->text_place,
                               "Several formats are written \"date 'DD/MM/YYYY', 'YYYY-MM-DD'\".",
                               column->format_count == LIMIT_DATE_FORMATS
                                   ? "column \"%s\" has more formats than can be tried"
                                   : "the formats of column \"%s\" are not well formed",
                               column->name);
        }
        check_format(reader, node, type, format);
        const char *copy = arena_copy(reader->arena, format.data, format.size);
        if (!plan_reader_keep(reader, copy)) {
            return false;
        }
        column->formats[column->format_count++] = copy;
    }
    return true;
}

static bool read_type(struct plan_reader *reader,
                      const struct plan_node *node,
                      struct relation_column *column)
{
    struct text type_text;
    struct type type;
    const struct text rest = split_declaration(node->text, &type_text);

    column->type = arena_copy(reader->arena, type_text.data, type_text.size);
    if (!plan_reader_keep(reader, column->type)) {
        return false;
    }
    if (!type_parse(type_text, &type)) {
        return problem_add(reader->problems,
                           node->text_place,
                           "Types are PostgreSQL's: bigint, numeric(10,2), date, text, ….",
                           "\"%s\" is not a type",
                           column->type);
    }
    return read_formats(reader, node, type, rest, column);
}

enum column_key {
    COLUMN_TYPE,
    COLUMN_ENCODING,
    COLUMN_UNDECODABLE,
    COLUMN_NUL,
    COLUMN_START,
    COLUMN_WIDTH,
    COLUMN_KEY_COUNT
};

static const struct plan_key column_keys[COLUMN_KEY_COUNT] = {
    [COLUMN_TYPE] = {"type", 0},
    [COLUMN_ENCODING] = {"encoding", 0},
    [COLUMN_UNDECODABLE] = {"undecodable", 0},
    [COLUMN_NUL] = {"nul", 0},
    [COLUMN_START] = {"start", 0},
    [COLUMN_WIDTH] = {"width", 0},
};

/* {type: text, undecodable: replace, start: 1, width: 10} */
static bool read_column_map(struct plan_reader *reader,
                            const struct plan_node *value,
                            const struct relation_spec *spec,
                            struct relation_column *column)
{
    struct plan_field fields[COLUMN_KEY_COUNT];
    const char *what = arena_format(reader->arena, "column \"%s\"", column->name);

    if (!plan_reader_keep(reader, what) ||
        !plan_read_keys(reader, value, what, column_keys, COLUMN_KEY_COUNT, fields)) {
        return false;
    }
    column->encoding = plan_read_text(reader, &fields[COLUMN_ENCODING]);
    column->decode = plan_read_undecodable(
        reader, &fields[COLUMN_UNDECODABLE], spec->decode, &column->decode_place);
    column->nul = plan_read_nul(reader, &fields[COLUMN_NUL], spec->nul);
    column->start = plan_read_number(reader, &fields[COLUMN_START], 1, LIMIT_FIELD_BYTES, 0);
    column->width = plan_read_number(reader, &fields[COLUMN_WIDTH], 1, LIMIT_FIELD_BYTES, 0);
    if (fields[COLUMN_TYPE].key == NULL) {
        return true;
    }
    if (fields[COLUMN_TYPE].value->kind != PLAN_TEXT) {
        return plan_refuse_kind(reader, &fields[COLUMN_TYPE], "a type");
    }
    return read_type(reader, fields[COLUMN_TYPE].value, column);
}

static bool read_column(struct plan_reader *reader,
                        const struct plan_node *key,
                        const struct plan_node *value,
                        const struct relation_spec *spec,
                        struct relation_column *column)
{
    *column = (struct relation_column){
        .name = key->text.data,
        .decode = spec->decode,
        .nul = spec->nul,
        .place = key->text_place,
    };
    if (value->kind == PLAN_MAP) {
        return read_column_map(reader, value, spec, column);
    }
    if (value->kind != PLAN_TEXT || plan_node_is_null(value)) {
        return problem_add(reader->problems,
                           value->place,
                           "Write a type, such as bigint or \"date 'DD/MM/YYYY'\".",
                           "column \"%s\" must have a type",
                           key->text.data);
    }
    return read_type(reader, value, column);
}

/* The server knows the types of a table, and only fixed columns have places. */
static void check_column(struct plan_reader *reader,
                         const struct relation_spec *spec,
                         const struct relation_column *column)
{
    const bool placed = column->start != 0 || column->width != 0;

    if (spec->file == NULL && (column->type != NULL || placed)) {
        problem_add(reader->problems,
                    column->place,
                    "Of a table or query, a column may declare \"encoding\", \"undecodable\" and "
                    "\"nul\".",
                    "only a column of a file can have a type or a place");
    } else if (spec->file != NULL && (spec->given & RELATION_GIVEN_FORMAT) != 0 &&
               (spec->format == FILE_FORMAT_FIXED) != (column->width != 0)) {
        problem_add(reader->problems,
                    column->place,
                    NULL,
                    spec->format == FILE_FORMAT_FIXED
                        ? "column \"%s\" must have a \"width\""
                        : "column \"%s\" has a place, but the file is not of format \"fixed\"",
                    column->name);
    }
}

void plan_read_relation_columns(struct plan_reader *reader,
                                const struct plan_field *field,
                                struct relation_spec *spec)
{
    const struct plan_node *map = field->value;

    if (field->key == NULL) {
        return;
    }
    if (map->kind != PLAN_MAP) {
        plan_refuse_kind(reader, field, "a map of names and types");
        return;
    }
    if (map->count == 0 || map->count > LIMIT_COLUMNS) {
        problem_add(reader->problems,
                    map->place,
                    NULL,
                    "\"columns\" must have 1 to %d entries, not %d",
                    LIMIT_COLUMNS,
                    map->count);
        return;
    }
    struct relation_column *columns =
        ARENA_ARRAY(reader->arena, struct relation_column, (size_t)map->count);
    if (!plan_reader_keep(reader, columns)) {
        return;
    }
    spec->columns = columns;
    for (int i = 0; i < map->count; i++) {
        struct relation_column *column = &columns[spec->column_count];
        if (read_column(reader, map->keys[i], map->items[i], spec, column)) {
            check_column(reader, spec, column);
            spec->column_count++;
        }
    }
}
