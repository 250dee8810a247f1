/* plan_reader.c — reads values out of the tree of a plan or mapping, and says what is wrong.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_reader.h"

#include <string.h>

/* No map of the format has more keys of its own; see the tables of keys. */
#define KEYS_MAX 32

/* A name becomes part of the names of files; with what is added it stays below NAME_MAX (255). */
#define NAME_BYTES_MAX 100

bool plan_reader_keep(struct plan_reader *reader, const void *memory)
{
    if (memory == NULL) {
        reader->failed = true;
    }
    return memory != NULL;
}

const char *plan_field_name(const struct plan_field *field)
{
    return field->key->text.data;
}

struct place plan_field_place(const struct plan_field *field)
{
    return field->value->text_place;
}

bool plan_refuse_kind(struct plan_reader *reader,
                      const struct plan_field *field,
                      const char *wanted)
{
    return problem_add(reader->problems,
                       field->value->place,
                       NULL,
                       "\"%s\" must be %s, not %s",
                       plan_field_name(field),
                       wanted,
                       plan_kind_text(field->value->kind));
}

static void refuse_unknown(struct plan_reader *reader,
                           const struct plan_node *key,
                           const char *what,
                           const struct plan_key *keys,
                           int count)
{
    const char *candidates[KEYS_MAX];
    size_t candidate_count = 0;
    const char *hint = NULL;

    for (int i = 0; i < count; i++) {
        if ((keys[i].flags & PLAN_LATER) == 0) {
            candidates[candidate_count++] = keys[i].name;
        }
    }
    const char *nearest = text_nearest(key->text.data, candidates, candidate_count);
    if (strcmp(key->text.data, "<<") == 0) {
        hint = "Merge keys are not supported: write the keys out.";
    } else if (nearest != NULL) {
        hint = arena_format(reader->arena, "Perhaps you meant \"%s\".", nearest);
        (void)plan_reader_keep(reader, hint);
    }
    problem_add(
        reader->problems, key->place, hint, "\"%s\" is not a key of %s", key->text.data, what);
}

static void take_key(struct plan_reader *reader,
                     const struct plan_node *node,
                     int index,
                     const char *what,
                     const struct plan_key *keys,
                     int count,
                     struct plan_field *fields)
{
    struct plan_node *key = node->keys[index];
    int found = 0;

    while (found < count && strcmp(keys[found].name, key->text.data) != 0) {
        found++;
    }
    if (found == count) {
        refuse_unknown(reader, key, what, keys, count);
    } else if ((keys[found].flags & PLAN_LATER) != 0) {
        problem_add(reader->problems,
                    key->place,
                    "The format has it, but this version of novate cannot do it: leave it out.",
                    "\"%s\" is not supported by this version",
                    key->text.data);
    } else if (fields[found].key == NULL) { /* given twice: the tree has said so */
        fields[found].key = key;
        fields[found].value = node->items[index];
    }
}

bool plan_read_keys(struct plan_reader *reader,
                    const struct plan_node *node,
                    const char *what,
                    const struct plan_key *keys,
                    int count,
                    struct plan_field *fields)
{
    memset(fields, 0, (size_t)count * sizeof *fields);
    if (node->kind != PLAN_MAP) {
        return problem_add(reader->problems,
                           node->place,
                           "Write \"key: value\" lines, indented alike.",
                           "%s must be a map, not %s",
                           what,
                           plan_kind_text(node->kind));
    }
    for (int i = 0; i < node->count; i++) {
        take_key(reader, node, i, what, keys, count, fields);
    }
    for (int i = 0; i < count; i++) {
        if (fields[i].key == NULL && (keys[i].flags & PLAN_REQUIRED) != 0) {
            problem_add(
                reader->problems, node->place, NULL, "%s must have \"%s\"", what, keys[i].name);
        } else if (fields[i].key != NULL && (keys[i].flags & PLAN_NULLABLE) == 0 &&
                   plan_node_is_null(fields[i].value)) {
            problem_add(reader->problems,
                        fields[i].key->place,
                        "Give it a value, or leave it out.",
                        "\"%s\" has no value",
                        keys[i].name);
            fields[i] = (struct plan_field){0};
        }
    }
    return true;
}

const char *plan_read_text(struct plan_reader *reader, const struct plan_field *field)
{
    if (field->key == NULL) {
        return NULL;
    }
    if (field->value->kind != PLAN_TEXT) {
        plan_refuse_kind(reader, field, "a text");
        return NULL;
    }
    if (text_trim(field->value->text).size == 0) {
        problem_add(reader->problems,
                    field->value->place,
                    "Give it a value, or leave it out.",
                    "\"%s\" is empty",
                    plan_field_name(field));
        return NULL;
    }
    return field->value->text.data;
}

static bool is_name(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char c = (unsigned char)text.data[i];
        const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
        if (!word && (i == 0 || (c != '-' && c != '.'))) {
            return false;
        }
    }
    return text.size > 0 && text.size <= NAME_BYTES_MAX;
}

bool plan_check_name(struct plan_reader *reader, const char *what, const struct plan_node *node)
{
    if (is_name(node->text)) {
        return true;
    }
    return problem_add(reader->problems,
                       node->text_place,
                       "A name has 1 to 100 letters, digits, \"_\", \"-\" and \".\", and begins "
                       "with none of the last two.",
                       "\"%s\" cannot be the name of %s",
                       node->text.data,
                       what);
}

const char *plan_read_name(struct plan_reader *reader, const struct plan_field *field)
{
    const char *name = plan_read_text(reader, field);
    if (name == NULL) {
        return NULL;
    }
    const char *what = arena_format(reader->arena,
                                    "%s %s",
                                    strchr("aeiou", plan_field_name(field)[0]) ? "an" : "a",
                                    plan_field_name(field));
    return plan_reader_keep(reader, what) && plan_check_name(reader, what, field->value) ? name
                                                                                         : NULL;
}

static bool list_item(struct plan_reader *reader,
                      const struct plan_field *field,
                      const struct plan_node *item,
                      const char **list,
                      int *count)
{
    if (item->kind != PLAN_TEXT || plan_node_is_null(item) || text_trim(item->text).size == 0) {
        return problem_add(reader->problems,
                           item->place,
                           NULL,
                           "\"%s\" must be a text or a list of texts",
                           plan_field_name(field));
    }
    for (int i = 0; i < *count; i++) {
        if (strcmp(list[i], item->text.data) == 0) {
            return problem_add(reader->problems,
                               item->text_place,
                               NULL,
                               "\"%s\" is in the list twice",
                               item->text.data);
        }
    }
    list[(*count)++] = item->text.data;
    return true;
}

const char *const *plan_read_list(struct plan_reader *reader,
                                  const struct plan_field *field,
                                  int count_max,
                                  int *count)
{
    *count = 0;
    if (field->key == NULL) {
        return NULL;
    }
    struct plan_node *value = field->value;
    if (value->kind == PLAN_MAP) {
        plan_refuse_kind(reader, field, "a text or a list of texts");
        return NULL;
    }
    struct plan_node *const *items = value->kind == PLAN_LIST ? value->items : &value;
    const int item_count = value->kind == PLAN_LIST ? value->count : 1;
    if (item_count == 0 || item_count > count_max) {
        problem_add(reader->problems,
                    value->place,
                    NULL,
                    "\"%s\" must have 1 to %d entries, not %d",
                    plan_field_name(field),
                    count_max,
                    item_count);
        return NULL;
    }
    const char **list = ARENA_ARRAY(reader->arena, const char *, (size_t)item_count);
    if (!plan_reader_keep(reader, list)) {
        return NULL;
    }
    for (int i = 0; i < item_count; i++) {
        (void)list_item(reader, field, items[i], list, count);
    }
    return *count > 0 ? list : NULL;
}

const struct place *plan_list_places(struct plan_reader *reader,
                                     const struct plan_field *field,
                                     const char *const *list,
                                     int count)
{
    struct place *places = ARENA_ARRAY(reader->arena, struct place, (size_t)count);

    if (count == 0 || !plan_reader_keep(reader, places)) {
        return NULL;
    }
    for (int i = 0; i < count; i++) {
        places[i] = field->value->text_place;
        for (int item = 0; item < field->value->count; item++) {
            /* The list holds the very texts of the tree, less those that were refused. */
            if (field->value->items[item]->text.data == list[i]) {
                places[i] = field->value->items[item]->text_place;
            }
        }
    }
    return places;
}

bool plan_read_bool(struct plan_reader *reader, const struct plan_field *field, bool otherwise)
{
    if (field->key == NULL) {
        return otherwise;
    }
    const struct plan_node *value = field->value;
    if (value->kind == PLAN_TEXT && text_equal_case(value->text, text_of("true"))) {
        return true;
    }
    if (value->kind == PLAN_TEXT && text_equal_case(value->text, text_of("false"))) {
        return false;
    }
    problem_add(reader->problems,
                value->place,
                NULL,
                "\"%s\" must be true or false",
                plan_field_name(field));
    return otherwise;
}

bool plan_parse_number(const char *text, uint64_t *number)
{
    uint64_t value = 0;

    if (text[0] == '\0') {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned digit = (unsigned)(*at - '0');
        if (digit > 9 || value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

uint64_t plan_read_number(struct plan_reader *reader,
                          const struct plan_field *field,
                          uint64_t least,
                          uint64_t most,
                          uint64_t otherwise)
{
    uint64_t number = 0;

    if (field->key == NULL) {
        return otherwise;
    }
    if (field->value->kind == PLAN_TEXT && plan_parse_number(field->value->text.data, &number) &&
        number >= least && number <= most) {
        return number;
    }
    problem_add(reader->problems,
                field->value->place,
                NULL,
                "\"%s\" must be a whole number from %llu to %llu",
                plan_field_name(field),
                (unsigned long long)least,
                (unsigned long long)most);
    return otherwise;
}

int plan_read_choice(struct plan_reader *reader,
                     const struct plan_field *field,
                     const char *const *choices,
                     int count,
                     int otherwise)
{
    const char *text = plan_read_text(reader, field);
    if (text == NULL) {
        return otherwise;
    }
    for (int i = 0; i < count; i++) {
        if (strcmp(text, choices[i]) == 0) {
            return i;
        }
    }
    const char *nearest = text_nearest(text, choices, (size_t)count);
    const char *hint =
        nearest != NULL ? arena_format(reader->arena, "Perhaps you meant \"%s\".", nearest) : NULL;
    char list[128] = "";
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        const char *before = i == 0 ? "" : i == count - 1 ? " or " : ", ";
        for (const char *part = before; *part != '\0' && used < sizeof list - 1; part++) {
            list[used++] = *part;
        }
        for (const char *part = choices[i]; *part != '\0' && used < sizeof list - 1; part++) {
            list[used++] = *part;
        }
    }
    problem_add(reader->problems,
                plan_field_place(field),
                hint,
                "\"%s\" must be %s, not \"%s\"",
                plan_field_name(field),
                list,
                text);
    return otherwise;
}
