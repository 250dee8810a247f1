/* plan_variables.c — the variables of a plan: ${name} in the values of plan and mappings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_variables.h"

#include "plan_marks.h"
#include "regex.h"

#include "novate/limits.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Bytes of the name that begins here; 0: none does. */
static size_t name_size(struct text text)
{
    size_t size = 0;

    while (size < text.size && (is_letter(text.data[size]) ||
                                (size > 0 && text.data[size] >= '0' && text.data[size] <= '9'))) {
        size++;
    }
    return size;
}

bool plan_variable_name(struct text name)
{
    return name.size > 0 && name_size(name) == name.size;
}

static struct plan_variable *find(const struct plan_variables *variables, struct text name)
{
    for (int i = 0; i < variables->count; i++) {
        if (text_equal(text_of(variables->items[i].name), name)) {
            return &variables->items[i];
        }
    }
    return NULL;
}

static const char *nearest_hint(struct plan_reader *reader,
                                const struct plan_variables *variables,
                                const char *name)
{
    const char **names = ARENA_ARRAY(reader->arena, const char *, (size_t)variables->count);

    if (!plan_reader_keep(reader, names)) {
        return NULL;
    }
    for (int i = 0; i < variables->count; i++) {
        names[i] = variables->items[i].name;
    }
    const char *nearest = text_nearest(name, names, (size_t)variables->count);
    if (nearest != NULL) {
        return arena_format(reader->arena, "Perhaps you meant \"%s\".", nearest);
    }
    return variables->hint != NULL ? variables->hint
                                   : "Declare it under \"variables\" of the plan.";
}

/* {value: RN1, form: "[A-Z0-9]{3}"}: the node of its value; NULL: neither was given as a text. */
static const struct plan_node *read_formed(struct plan_reader *reader,
                                           const struct plan_node *key,
                                           const struct plan_node *map,
                                           const struct plan_node **form)
{
    static const struct plan_key keys[] = {{"value", PLAN_REQUIRED | PLAN_NULLABLE},
                                           {"form", PLAN_REQUIRED}};
    struct plan_field fields[2];
    const char *what = arena_format(reader->arena, "variable \"%s\"", key->text.data);

    if (!plan_reader_keep(reader, what) || !plan_read_keys(reader, map, what, keys, 2, fields) ||
        fields[0].key == NULL) {
        return NULL;
    }
    if (plan_read_text(reader, &fields[1]) != NULL) {
        *form = fields[1].value;
    }
    return fields[0].value;
}

static void declare(struct plan_reader *reader,
                    struct plan_variables *variables,
                    const struct plan_node *key,
                    const struct plan_node *value)
{
    if (!plan_variable_name(key->text)) {
        problem_add(reader->problems,
                    key->place,
                    "A name has letters, digits and \"_\", and begins with no digit.",
                    "\"%s\" cannot be the name of a variable",
                    key->text.data);
        return;
    }
    const struct plan_node *form = NULL;
    if (value->kind == PLAN_MAP) {
        value = read_formed(reader, key, value, &form);
    }
    if (value == NULL) {
        return;
    }
    if (value->kind != PLAN_TEXT) {
        problem_add(reader->problems,
                    value->place,
                    NULL,
                    "variable \"%s\" must be a text, not %s",
                    key->text.data,
                    plan_kind_text(value->kind));
        return;
    }
    if (strstr(value->text.data, "${") != NULL) {
        problem_add(reader->problems,
                    value->text_place,
                    NULL,
                    "the value of variable \"%s\" cannot hold variables",
                    key->text.data);
        return;
    }
    if (find(variables, key->text) == NULL) {
        variables->forms[variables->count] = form;
        variables->items[variables->count++] = (struct plan_variable){
            .name = key->text.data,
            .value = plan_node_is_null(value) ? "" : value->text.data,
        };
    }
}

static bool apply_setting(struct plan_reader *reader,
                          const char *plan_path,
                          struct plan_variables *variables,
                          const char *setting,
                          struct error *error)
{
    const char *equals = strchr(setting, '=');
    const struct text name = text_from(setting, equals == NULL ? 0 : (size_t)(equals - setting));

    if (!plan_variable_name(name)) {
        error_set(error, ERROR_USAGE, "a setting must have the form NAME=VALUE");
        return error_hint(error, "NAME is a variable that the plan declares.");
    }
    if (!utf8_valid(equals, strlen(equals), NULL)) {
        return error_set(error,
                         ERROR_USAGE,
                         "the value of \"%.*s\" is not valid UTF-8",
                         (int)name.size,
                         setting);
    }
    struct plan_variable *variable = find(variables, name);
    if (variable != NULL) {
        variable->value = arena_string(reader->arena, equals + 1);
        return plan_reader_keep(reader, variable->value) ? true : error_set_memory(error);
    }
    const char *copy = arena_copy(reader->arena, setting, name.size);
    if (!plan_reader_keep(reader, copy)) {
        return error_set_memory(error);
    }
    problem_add(reader->problems,
                (struct place){.file = plan_path},
                nearest_hint(reader, variables, copy),
                "variable \"%s\" is set but not declared",
                copy);
    return true;
}

/* The whole of the value has the form, whoever gave it. */
static void check_form(struct plan_reader *reader,
                       const struct plan_variable *variable,
                       const struct plan_node *form)
{
    struct regex_matcher *matcher = regex_matcher_create(reader->arena);
    const struct regex *regex = NULL;
    const char *why = NULL;
    const char *whole = arena_format(reader->arena, "^(%s)$", form->text.data);

    if (!plan_reader_keep(reader, matcher) || !plan_reader_keep(reader, whole)) {
        return;
    }
    enum regex_status status =
        regex_compile(text_of(whole), (struct regex_options){0}, reader->arena, &regex, &why);
    if (status != REGEX_OK) {
        problem_add(reader->problems,
                    form->text_place,
                    NULL,
                    "the form of variable \"%s\" is no regular expression%s%s",
                    variable->name,
                    why == NULL ? "" : ": ",
                    why == NULL ? "" : why);
    } else if (regex_search(matcher, regex, text_of(variable->value), 0, NULL, 0) != REGEX_OK) {
        problem_add(reader->problems,
                    form->text_place,
                    "Give another one: --set NAME=VALUE.",
                    "variable \"%s\" cannot be \"%s\": it must have the form %s",
                    variable->name,
                    variable->value,
                    form->text.data);
    }
}

bool plan_variables_read(struct plan_reader *reader,
                         const char *plan_path,
                         const struct plan_node *node,
                         const char *const *settings,
                         int setting_count,
                         struct plan_variables *variables,
                         struct error *error)
{
    *variables = (struct plan_variables){0};
    if (node != NULL && node->kind == PLAN_MAP && node->count > 0) {
        variables->items = ARENA_ARRAY(reader->arena, struct plan_variable, (size_t)node->count);
        variables->forms =
            ARENA_ARRAY(reader->arena, const struct plan_node *, (size_t)node->count);
        if (!plan_reader_keep(reader, variables->items) ||
            !plan_reader_keep(reader, variables->forms)) {
            return error_set_memory(error);
        }
        for (int i = 0; i < node->count; i++) {
            declare(reader, variables, node->keys[i], node->items[i]);
        }
    } else if (node != NULL && node->kind != PLAN_MAP && !plan_node_is_null(node)) {
        problem_add(reader->problems,
                    node->place,
                    NULL,
                    "\"variables\" must be a map, not %s",
                    plan_kind_text(node->kind));
    }
    for (int i = 0; i < setting_count; i++) {
        if (!apply_setting(reader, plan_path, variables, settings[i], error)) {
            return false;
        }
    }
    for (int i = 0; i < variables->count; i++) {
        if (variables->forms[i] != NULL) {
            check_form(reader, &variables->items[i], variables->forms[i]);
        }
    }
    return true;
}

bool plan_variables_take(struct plan_reader *reader,
                         const char *const *settings,
                         int setting_count,
                         struct plan_variables *variables,
                         struct error *error)
{
    *variables = (struct plan_variables){.partial = true};
    variables->items = ARENA_ARRAY(reader->arena, struct plan_variable, (size_t)setting_count + 1);
    if (!plan_reader_keep(reader, variables->items)) {
        return error_set_memory(error);
    }
    for (int i = 0; i < setting_count; i++) {
        const size_t size = strcspn(settings[i], "=");
        const char *name = arena_copy(reader->arena, settings[i], size);
        if (!plan_reader_keep(reader, name)) {
            return error_set_memory(error);
        }
        if (find(variables, text_of(name)) == NULL) {
            variables->items[variables->count++] = (struct plan_variable){.name = name};
        }
        if (!apply_setting(reader, NULL, variables, settings[i], error)) {
            return false;
        }
    }
    return true;
}

/* What "$" at `offset` begins. */
enum reference_kind {
    REFERENCE_NONE,   /* a dollar sign */
    REFERENCE_ESCAPE, /* $${ */
    REFERENCE_NAME,   /* ${name} */
    REFERENCE_BROKEN, /* ${ and no name or no } */
};

static enum reference_kind reference_at(struct text text, size_t offset, struct text *name)
{
    const struct text rest = text_from(text.data + offset, text.size - offset);

    if (rest.size >= 3 && memcmp(rest.data, "$${", 3) == 0) {
        return REFERENCE_ESCAPE;
    }
    if (rest.size < 2 || memcmp(rest.data, "${", 2) != 0) {
        return REFERENCE_NONE;
    }
    const struct text tail = text_from(rest.data + 2, rest.size - 2);
    const size_t size = name_size(tail);
    *name = text_from(tail.data, size);
    return size > 0 && size < tail.size && tail.data[size] == '}' ? REFERENCE_NAME
                                                                  : REFERENCE_BROKEN;
}

static struct place place_in(const struct plan_node *node, size_t offset)
{
    return marks_place(node->marks, node->mark_count, node->text_place, node->text, offset);
}

/* Notes a reference that stands for nothing, where it stands. */
static void refuse_reference(struct plan_reader *reader,
                             const struct plan_variables *variables,
                             const struct plan_node *node,
                             size_t offset,
                             enum reference_kind kind,
                             struct text name)
{
    struct place place = place_in(node, offset);

    if (kind == REFERENCE_BROKEN) {
        problem_add(reader->problems,
                    place,
                    "Write ${name}, or $${ for the characters themselves.",
                    "\"${\" is not followed by a name and \"}\"");
        return;
    }
    const char *copy = arena_copy(reader->arena, name.data, name.size);
    if (plan_reader_keep(reader, copy)) {
        problem_add(reader->problems,
                    place,
                    nearest_hint(reader, variables, copy),
                    "variable \"%s\" is not declared",
                    copy);
    }
}

/* Longer texts than this are no expressions, and lose the places of what stands behind a value. */
#define MARKED_BYTES_MAX 16384

/* A text and what becomes of its places when values are put in. */
struct moved {
    struct plan_reader *reader;
    const struct plan_node *node; /* NULL: what is unknown stays as it is, and is no problem */
    struct marks marks;
    int next;    /* of the node's marks */
    size_t from; /* bytes of the text from here on are as they were, */
    size_t out;  /* and begin there now */
};

static void push_mark(struct moved *moved, struct place place, size_t offset, bool fixed)
{
    struct place_mark mark = {
        .offset = (uint32_t)offset, .line = place.line, .column = place.column, .fixed = fixed};

    if (!marks_push(&moved->marks, mark)) {
        (void)plan_reader_keep(moved->reader, NULL);
    }
}

/* Moves the marks of what is as it was, up to byte `to`. */
static void move_marks(struct moved *moved, size_t to)
{
    const struct plan_node *node = moved->node;

    if (node == NULL || node->text.size > MARKED_BYTES_MAX) {
        return;
    }
    push_mark(moved, place_in(node, moved->from), moved->out, false);
    for (; moved->next < node->mark_count && node->marks[moved->next].offset < to; moved->next++) {
        struct place_mark mark = node->marks[moved->next];
        if (mark.offset > moved->from) {
            struct place place = {.line = mark.line, .column = mark.column};
            push_mark(moved, place, mark.offset - moved->from + moved->out, mark.fixed);
        }
    }
}

/* Puts `value` for the `size` bytes at `offset`. */
static void put_value(
    struct moved *moved, size_t offset, size_t size, const char *value, struct text_buffer *out)
{
    move_marks(moved, offset);
    if (moved->marks.count > 0) {
        push_mark(moved, place_in(moved->node, offset), out->size, true);
    }
    text_buffer_string(out, value);
    moved->from = offset + size;
    moved->out = out->size;
}

/* `text` with values put in. */
static void expand(struct moved *moved,
                   const struct plan_variables *variables,
                   struct text text,
                   struct text_buffer *out)
{
    size_t offset = 0;

    while (offset < text.size) {
        const char *dollar = memchr(text.data + offset, '$', text.size - offset);
        const size_t next = dollar == NULL ? text.size : (size_t)(dollar - text.data);
        text_buffer_push(out, text.data + offset, next - offset);
        if (dollar == NULL) {
            break;
        }
        struct text name = TEXT_NONE;
        const enum reference_kind kind = reference_at(text, next, &name);
        const struct plan_variable *variable =
            kind == REFERENCE_NAME ? find(variables, name) : NULL;
        if (kind == REFERENCE_ESCAPE || variable != NULL) {
            const size_t size = 3 + name.size;
            put_value(moved, next, size, variable == NULL ? "${" : variable->value, out);
            offset = next + size;
            continue;
        }
        if (kind != REFERENCE_NONE && moved->node != NULL && !variables->partial) {
            refuse_reference(moved->reader, variables, moved->node, next, kind, name);
        }
        text_buffer_char(out, '$');
        offset = next + 1;
    }
    move_marks(moved, text.size + 1);
}

static void put_text(struct plan_reader *reader,
                     struct plan_variables *variables,
                     struct plan_node *node)
{
    struct moved moved = {.reader = reader, .node = node, .marks = {.arena = reader->arena}};
    struct text_buffer out;

    if (strchr(node->text.data, '$') == NULL) {
        return;
    }
    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    expand(&moved, variables, node->text, &out);
    variables->put_bytes += out.size;
    if (out.failed || variables->put_bytes > LIMIT_PLAN_BYTES) {
        problem_add(reader->problems, node->place, NULL, "variables make the text too long");
    } else {
        const char *copy = arena_copy(reader->arena, out.size > 0 ? out.data : "", out.size);
        if (plan_reader_keep(reader, copy)) {
            node->text = text_from(copy, out.size);
            node->marks = moved.marks.items;
            node->mark_count = moved.marks.count;
        }
    }
    text_buffer_release(&out);
}

void plan_variables_put(struct plan_reader *reader,
                        struct plan_variables *variables,
                        struct plan_node *node,
                        const struct plan_node *except)
{
    if (node == except) {
        return;
    }
    if (node->kind == PLAN_TEXT) {
        put_text(reader, variables, node);
    }
    for (int i = 0; i < node->count; i++) {
        plan_variables_put(reader, variables, node->items[i], except);
    }
}

const char *plan_variables_render(struct plan_reader *reader,
                                  const struct plan_variables *variables,
                                  struct text content)
{
    struct moved moved = {.reader = reader};
    struct text_buffer out;
    const char *copy = content.data;

    text_buffer_init(&out, 2 * LIMIT_PLAN_BYTES);
    expand(&moved, variables, content, &out);
    if (!out.failed && out.size > 0) {
        copy = arena_copy(reader->arena, out.data, out.size);
        (void)plan_reader_keep(reader, copy);
    }
    text_buffer_release(&out);
    return copy;
}
