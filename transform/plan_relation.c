/* plan_relation.c — the keys that say where records come from, of a mapping and of a lookup.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_relation.h"

#include "novate/datetime.h"
#include "novate/limits.h"
#include "novate/type.h"

#include <string.h>

/* One ASCII character that can frame fields. `otherwise` when there is none or it is refused. */
static char read_character(struct plan_reader *reader,
                           const struct plan_field *field,
                           char otherwise)
{
    if (field->key == NULL) {
        return otherwise;
    }
    const struct plan_node *value = field->value;
    if (value->kind != PLAN_TEXT) {
        plan_refuse_kind(reader, field, "a text");
        return otherwise;
    }
    const char c = value->text.data[0];
    if (value->text.size == 1 && (c == '\t' || (c >= ' ' && c <= '~'))) {
        return c;
    }
    problem_add(reader->problems,
                value->place,
                strcmp(value->text.data, "\\t") == 0 ? "Write a tab as \"\\t\", in double quotes."
                                                     : NULL,
                "\"%s\" must be one ASCII character",
                plan_field_name(field));
    return otherwise;
}

static char read_quote(struct plan_reader *reader, const struct plan_field *field)
{
    if (field->key != NULL && (plan_node_is_null(field->value) ||
                               (field->value->kind == PLAN_TEXT && field->value->text.size == 0))) {
        return '\0';
    }
    return read_character(reader, field, '"');
}

static const char *read_null(struct plan_reader *reader, const struct plan_field *field)
{
    if (field->key == NULL) {
        return "";
    }
    if (field->value->kind != PLAN_TEXT) {
        plan_refuse_kind(reader, field, "a text");
        return "";
    }
    return field->value->text.data;
}

/* "timestamp 'DD/MM/YYYY'" into type and format; the format's text is TEXT_NONE when there is none.
 */
static void split_declaration(struct text declaration, struct text *type, struct text *format)
{
    const struct text whole = text_trim(declaration);
    const char *open = whole.size > 0 ? memchr(whole.data, '\'', whole.size) : NULL;

    *format = TEXT_NONE;
    *type = whole;
    if (open != NULL && open < whole.data + whole.size - 1 && whole.data[whole.size - 1] == '\'') {
        *type = text_trim(text_from(whole.data, (size_t)(open - whole.data)));
        *format = text_from(open + 1, (size_t)(whole.data + whole.size - 2 - open));
    }
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

static bool read_file_column(struct plan_reader *reader,
                             const struct plan_node *key,
                             const struct plan_node *value,
                             struct file_column *column)
{
    struct text type_text;
    struct text format;
    struct type type;

    if (value->kind != PLAN_TEXT || plan_node_is_null(value)) {
        return problem_add(reader->problems,
                           value->place,
                           "Write a type, such as bigint or \"date 'DD/MM/YYYY'\".",
                           "column \"%s\" must have a type",
                           key->text.data);
    }
    split_declaration(value->text, &type_text, &format);
    *column = (struct file_column){
        .name = key->text.data,
        .type = arena_copy(reader->arena, type_text.data, type_text.size),
        .place = key->text_place,
    };
    if (!plan_reader_keep(reader, column->type)) {
        return false;
    }
    if (!type_parse(type_text, &type)) {
        return problem_add(reader->problems,
                           value->text_place,
                           "Types are PostgreSQL's: bigint, numeric(10,2), date, text, ….",
                           "\"%s\" is not a type",
                           column->type);
    }
    if (format.data != NULL) {
        column->format = arena_copy(reader->arena, format.data, format.size);
        check_format(reader, value, type, format);
        return plan_reader_keep(reader, column->format);
    }
    return true;
}

static void read_file_columns(struct plan_reader *reader,
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
    struct file_column *columns =
        ARENA_ARRAY(reader->arena, struct file_column, (size_t)map->count);
    if (!plan_reader_keep(reader, columns)) {
        return;
    }
    spec->columns = columns;
    for (int i = 0; i < map->count; i++) {
        if (read_file_column(reader, map->keys[i], map->items[i], &columns[spec->column_count])) {
            spec->column_count++;
        }
    }
}

/* The keys of a file's shape mean nothing to a database, and "where" nothing to a file. */
static void check_fitting(struct plan_reader *reader, const struct plan_field *fields)
{
    if (fields[RELATION_FILE].key != NULL) {
        if (fields[RELATION_WHERE].key != NULL) {
            problem_add(reader->problems,
                        fields[RELATION_WHERE].key->place,
                        "Leave records out by \"filters\" of the mapping.",
                        "a file cannot have \"where\"");
        }
        return;
    }
    for (int i = RELATION_DELIMITER; i < RELATION_KEY_COUNT; i++) {
        if (fields[i].key != NULL) {
            problem_add(reader->problems,
                        fields[i].key->place,
                        NULL,
                        "only a file can have \"%s\"",
                        plan_field_name(&fields[i]));
        }
    }
}

void plan_read_relation(struct plan_reader *reader,
                        const struct plan_field *fields,
                        struct relation_spec *spec)
{
    static const enum plan_relation_key places[] = {RELATION_TABLE, RELATION_QUERY, RELATION_FILE};

    spec->in = plan_read_text(reader, &fields[RELATION_IN]);
    if (spec->in != NULL) {
        spec->in_place = plan_field_place(&fields[RELATION_IN]);
    }
    spec->table = plan_read_text(reader, &fields[RELATION_TABLE]);
    spec->query = plan_read_text(reader, &fields[RELATION_QUERY]);
    spec->file = plan_read_text(reader, &fields[RELATION_FILE]);
    spec->where = plan_read_text(reader, &fields[RELATION_WHERE]);
    spec->delimiter = read_character(reader, &fields[RELATION_DELIMITER], ',');
    spec->quote = read_quote(reader, &fields[RELATION_QUOTE]);
    spec->header = plan_read_bool(reader, &fields[RELATION_HEADER], true);
    spec->null = read_null(reader, &fields[RELATION_NULL]);
    spec->encoding = plan_read_text(reader, &fields[RELATION_ENCODING]);
    read_file_columns(reader, &fields[RELATION_COLUMNS], spec);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (fields[places[i]].key != NULL) {
            spec->place = plan_field_place(&fields[places[i]]);
            break;
        }
    }
    if (spec->delimiter == spec->quote) {
        problem_add(reader->problems,
                    fields[RELATION_DELIMITER].key != NULL ? fields[RELATION_DELIMITER].value->place
                                                           : fields[RELATION_QUOTE].value->place,
                    NULL,
                    "\"delimiter\" and \"quote\" cannot be the same character");
    }
    check_fitting(reader, fields);
}

int plan_check_one_of(struct plan_reader *reader,
                      const struct plan_field *const *fields,
                      int count,
                      const char *what,
                      const char *names,
                      struct place place)
{
    int found = -1;

    for (int i = 0; i < count; i++) {
        if (fields[i]->key == NULL) {
            continue;
        }
        if (found >= 0) {
            problem_add(reader->problems,
                        fields[i]->key->place,
                        NULL,
                        "\"%s\" cannot stand beside \"%s\"",
                        plan_field_name(fields[i]),
                        plan_field_name(fields[found]));
        } else {
            found = i;
        }
    }
    if (found < 0) {
        problem_add(reader->problems, place, NULL, "%s must have one of %s", what, names);
    }
    return found;
}
