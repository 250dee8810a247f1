/* mapping_verify.c — what a mapping says of the comparison of its columns: "verify".
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"

#include "novate/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum verify_key {
    VERIFY_TOLERANCE,
    VERIFY_SKIP,
    VERIFY_KEY_COUNT
};

static const struct plan_key verify_keys[VERIFY_KEY_COUNT] = {
    [VERIFY_TOLERANCE] = {"tolerance", 0},
    [VERIFY_SKIP] = {"skip", 0},
};

/* "0.001", "1e-9": a distance; "0.1%": a share of the value. */
static bool parse_tolerance(const char *text, struct compare_rule *rule)
{
    char *end = NULL;
    size_t digits = strspn(text, "0123456789.eE+-%");

    if (digits == 0 || text[digits] != '\0' || strspn(text, "0123456789.") == 0) {
        return false;
    }
    rule->tolerance = strtod(text, &end);
    rule->relative = *end == '%';
    if (rule->relative) {
        rule->tolerance /= 100;
        end++;
    }
    return *end == '\0' && isfinite(rule->tolerance) && rule->tolerance > 0;
}

static bool read_tolerance(struct plan_reader *reader,
                           const struct plan_field *entry,
                           struct compare_rule *rule)
{
    const struct plan_node *value = entry->value;

    return (value->kind == PLAN_TEXT && parse_tolerance(value->text.data, rule)) ||
           problem_add(reader->problems,
                       value->place,
                       NULL,
                       "the tolerance of \"%s\" must be a number above 0, such as 0.001, or a "
                       "share of the value, such as 0.1%%",
                       rule->column);
}

static bool read_reason(struct plan_reader *reader,
                        const struct plan_field *entry,
                        struct compare_rule *rule)
{
    const struct plan_node *value = entry->value;

    if (value->kind == PLAN_TEXT && !plan_node_is_null(value) && text_trim(value->text).size > 0) {
        rule->reason = value->text.data;
        return true;
    }
    return problem_add(reader->problems,
                       value->place,
                       "The report says it to whoever relies on the verification.",
                       "\"%s\" under \"skip\" has no reason why it is not compared",
                       rule->column);
}

static void read_rules(struct plan_reader *reader,
                       const struct plan_field *field,
                       bool skip,
                       struct compare_rule *rules,
                       int *count)
{
    if (field->key == NULL) {
        return;
    }
    const struct plan_node *map = field->value;
    if (map->kind != PLAN_MAP) {
        plan_refuse_kind(
            reader, field, skip ? "a map of columns and reasons" : "a map of columns and numbers");
        return;
    }
    for (int i = 0; i < map->count; i++) {
        const struct plan_field entry = {.key = map->keys[i], .value = map->items[i]};
        struct compare_rule *rule = &rules[*count];
        *rule = (struct compare_rule){.column = entry.key->text.data, .place = entry.key->place};
        *count += skip ? read_reason(reader, &entry, rule) : read_tolerance(reader, &entry, rule);
    }
}

static int entries_of(const struct plan_field *field)
{
    return field->key != NULL && field->value->kind == PLAN_MAP ? field->value->count : 0;
}

void mapping_read_verify(struct plan_reader *reader,
                         const struct plan_field *field,
                         struct mapping *mapping)
{
    struct plan_field fields[VERIFY_KEY_COUNT];

    if (field->key == NULL ||
        !plan_read_keys(
            reader, field->value, "\"verify\"", verify_keys, VERIFY_KEY_COUNT, fields)) {
        return;
    }
    size_t count =
        (size_t)entries_of(&fields[VERIFY_TOLERANCE]) + (size_t)entries_of(&fields[VERIFY_SKIP]);
    struct compare_rule *rules = ARENA_ARRAY(reader->arena, struct compare_rule, count + 1);
    if (!plan_reader_keep(reader, rules)) {
        return;
    }
    mapping->compare = rules;
    read_rules(reader, &fields[VERIFY_TOLERANCE], false, rules, &mapping->compare_count);
    read_rules(reader, &fields[VERIFY_SKIP], true, rules, &mapping->compare_count);
}
