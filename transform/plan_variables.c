/* plan_variables.c — the variables of a plan: ${name} in the values of plan and mappings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_variables.h"

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
    for (int i = 0; i < variables->count; i++) {
        if (text_nearest(name, &variables->items[i].name, 1) != NULL) {
            return arena_format(
                reader->arena, "Perhaps you meant \"%s\".", variables->items[i].name);
        }
    }
    return variables->hint != NULL ? variables->hint
                                   : "Declare it under \"variables\" of the plan.";
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
        if (!plan_reader_keep(reader, variables->items)) {
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

/* Notes a reference that stands for nothing, where it stands: exact on the first line of a text. */
static void refuse_reference(struct plan_reader *reader,
                             const struct plan_variables *variables,
                             const struct plan_node *node,
                             size_t offset,
                             enum reference_kind kind,
                             struct text name)
{
    struct place place = node->text_place;

    if (memchr(node->text.data, '\n', offset) == NULL) {
        place.column += (int)utf8_length(node->text.data, offset);
    }
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

/* `text` with values put in. With a node, what is unknown is a problem; else it stays as it is. */
static void expand(struct plan_reader *reader,
                   const struct plan_variables *variables,
                   const struct plan_node *node,
                   struct text text,
                   struct text_buffer *out)
{
    size_t offset = 0;

    while (offset < text.size) {
        const char *dollar = memchr(text.data + offset, '$', text.size - offset);
        const size_t next = dollar == NULL ? text.size : (size_t)(dollar - text.data);
        text_buffer_push(out, text.data + offset, next - offset);
        if (dollar == NULL) {
            return;
        }
        struct text name = TEXT_NONE;
        const enum reference_kind kind = reference_at(text, next, &name);
        const struct plan_variable *variable =
            kind == REFERENCE_NAME ? find(variables, name) : NULL;
        if (kind == REFERENCE_ESCAPE) {
            text_buffer_string(out, "${");
            offset = next + 3;
        } else if (variable != NULL) {
            text_buffer_string(out, variable->value);
            offset = next + 3 + name.size;
        } else {
            if (kind != REFERENCE_NONE && node != NULL) {
                refuse_reference(reader, variables, node, next, kind, name);
            }
            text_buffer_char(out, '$');
            offset = next + 1;
        }
    }
}

static void put_text(struct plan_reader *reader,
                     struct plan_variables *variables,
                     struct plan_node *node)
{
    struct text_buffer out;

    if (strchr(node->text.data, '$') == NULL) {
        return;
    }
    text_buffer_init(&out, LIMIT_PLAN_BYTES);
    expand(reader, variables, variables->partial ? NULL : node, node->text, &out);
    variables->put_bytes += out.size;
    if (out.failed || variables->put_bytes > LIMIT_PLAN_BYTES) {
        problem_add(reader->problems, node->place, NULL, "variables make the text too long");
    } else {
        const char *copy = arena_copy(reader->arena, out.size > 0 ? out.data : "", out.size);
        if (plan_reader_keep(reader, copy)) {
            node->text = text_from(copy, out.size);
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
    struct text_buffer out;
    const char *copy = content.data;

    text_buffer_init(&out, 2 * LIMIT_PLAN_BYTES);
    expand(reader, variables, NULL, content, &out);
    if (!out.failed && out.size > 0) {
        copy = arena_copy(reader->arena, out.data, out.size);
        (void)plan_reader_keep(reader, copy);
    }
    text_buffer_release(&out);
    return copy;
}
