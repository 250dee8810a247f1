/* plan_relation.c — the keys that say where records come from, of a mapping and of a lookup.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_relation.h"

#include "plan_policy.h"

#include "novate/datetime.h"
#include "novate/limits.h"
#include "novate/type.h"

#include <string.h>

char plan_read_character(struct plan_reader *reader, const struct plan_field *field, char otherwise)
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

static const char *const formats[] = {
    [FILE_FORMAT_CSV] = "csv",
    [FILE_FORMAT_MILLENNIUM] = "millennium",
    [FILE_FORMAT_FIXED] = "fixed",
};

enum file_format plan_read_format(struct plan_reader *reader,
                                  const struct plan_field *field,
                                  enum file_format otherwise)
{
    return (enum file_format)plan_read_choice(
        reader, field, formats, sizeof formats / sizeof formats[0], (int)otherwise);
}

const char *plan_format_name(enum file_format format)
{
    return formats[format];
}

static char read_quote(struct plan_reader *reader, const struct plan_field *field)
{
    if (field->key != NULL && (plan_node_is_null(field->value) ||
                               (field->value->kind == PLAN_TEXT && field->value->text.size == 0))) {
        return '\0';
    }
    return plan_read_character(reader, field, '"');
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

/* The keys of a file's shape mean nothing to a database. */
static void check_fitting(struct plan_reader *reader, const struct plan_field *fields)
{
    if (fields[RELATION_FILE].key != NULL) {
        return;
    }
    for (int i = RELATION_FORMAT; i < RELATION_ENCODING; i++) {
        if (fields[i].key != NULL) {
            problem_add(reader->problems,
                        fields[i].key->place,
                        NULL,
                        "only a file can have \"%s\"",
                        plan_field_name(&fields[i]));
        }
    }
}

/* How a file's records are framed. */
static void read_shape(struct plan_reader *reader,
                       const struct plan_field *fields,
                       struct relation_spec *spec)
{
    static const struct {
        enum plan_relation_key key;
        enum relation_given bit;
    } shapes[] = {
        {RELATION_FORMAT, RELATION_GIVEN_FORMAT},
        {RELATION_DELIMITER, RELATION_GIVEN_DELIMITER},
        {RELATION_QUOTE, RELATION_GIVEN_QUOTE},
        {RELATION_HEADER, RELATION_GIVEN_HEADER},
    };

    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        spec->given |= fields[shapes[i].key].key != NULL ? shapes[i].bit : 0U;
    }
    spec->format = plan_read_format(reader, &fields[RELATION_FORMAT], FILE_FORMAT_CSV);
    spec->delimiter = plan_read_character(reader, &fields[RELATION_DELIMITER], ',');
    spec->quote = read_quote(reader, &fields[RELATION_QUOTE]);
    spec->header = plan_read_bool(reader, &fields[RELATION_HEADER], true);
    spec->null = read_null(reader, &fields[RELATION_NULL]);
    plan_relation_settle(spec, FILE_FORMAT_CSV);
    if (spec->delimiter == spec->quote) {
        problem_add(reader->problems,
                    fields[RELATION_DELIMITER].key != NULL ? fields[RELATION_DELIMITER].value->place
                                                           : fields[RELATION_QUOTE].value->place,
                    NULL,
                    "\"delimiter\" and \"quote\" cannot be the same character");
    }
}

void plan_relation_settle(struct relation_spec *spec, enum file_format format)
{
    if ((spec->given & RELATION_GIVEN_FORMAT) == 0) {
        spec->format = format;
    }
    const bool feed = spec->format == FILE_FORMAT_MILLENNIUM;
    if ((spec->given & RELATION_GIVEN_DELIMITER) == 0) {
        spec->delimiter = feed ? '|' : ',';
    }
    if ((spec->given & RELATION_GIVEN_QUOTE) == 0) {
        spec->quote = feed ? '\0' : '"';
    }
    if ((spec->given & RELATION_GIVEN_HEADER) == 0) {
        spec->header = spec->format != FILE_FORMAT_FIXED;
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
    read_shape(reader, fields, spec);
    spec->encoding = plan_read_text(reader, &fields[RELATION_ENCODING]);
    spec->decode = plan_read_undecodable(
        reader, &fields[RELATION_UNDECODABLE], POLICY_REJECT, &spec->decode_place);
    spec->nul = plan_read_nul(reader, &fields[RELATION_NUL], POLICY_REJECT);
    plan_read_relation_columns(reader, &fields[RELATION_COLUMNS], spec);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (fields[places[i]].key != NULL) {
            spec->place = plan_field_place(&fields[places[i]]);
            break;
        }
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
