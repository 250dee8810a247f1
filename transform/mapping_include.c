/* mapping_include.c — what several mappings share: fragments under "include".
 *
 * A fragment is read as a mapping is, with its parameters as further variables, once for each
 * different text that this gives.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mapping_file.h"
#include "plan_file.h"

#include "novate/limits.h"

#include <string.h>

/* A chain of fragments: people lose the thread well before. */
#define INCLUDE_DEPTH_MAX 16

enum fragment_key {
    FRAGMENT_PARAMETERS,
    FRAGMENT_INCLUDE,
    FRAGMENT_LOOKUPS, /* and the others of enum rule_key, in that order */
    FRAGMENT_KEY_COUNT = FRAGMENT_LOOKUPS + RULES_KEY_COUNT
};

static const struct plan_key fragment_keys[FRAGMENT_KEY_COUNT] = {
    [FRAGMENT_PARAMETERS] = {"parameters", 0},
    [FRAGMENT_INCLUDE] = {"include", 0},
    [FRAGMENT_LOOKUPS + RULES_LOOKUPS] = {"lookups", 0},
    [FRAGMENT_LOOKUPS + RULES_FILTERS] = {"filters", 0},
    [FRAGMENT_LOOKUPS + RULES_COPY] = {"copy", 0},
    [FRAGMENT_LOOKUPS + RULES_COLUMNS] = {"columns", 0},
    [FRAGMENT_LOOKUPS + RULES_CHECKS] = {"checks", 0},
};

struct includer {
    struct plan_reader *reader;
    struct plan_variables *variables; /* the plan's */
    struct fragments *fragments;
    const char *chain[INCLUDE_DEPTH_MAX + 1]; /* paths from the mapping to the file in hand */
    int depth;
    struct error *error;
};

static bool include_all(struct includer *includer,
                        const struct plan_field *field,
                        struct mapping *parent) NODISCARD;

/* --- parameters --- */

/* Adds a parameter and its default, NULL if it must be given. */
static void declare(struct includer *includer,
                    const struct plan_node *name,
                    const char *value,
                    struct text content,
                    struct plan_variables *parameters)
{
    struct problems *problems = includer->reader->problems;
    const char *reference = arena_format(includer->reader->arena, "${%s}", name->text.data);

    if (!plan_reader_keep(includer->reader, reference)) {
        return;
    }
    if (name->kind != PLAN_TEXT || !plan_variable_name(name->text)) {
        problem_add(problems,
                    name->place,
                    "A name has letters, digits and \"_\", and begins with no digit.",
                    "this cannot be the name of a parameter");
        return;
    }
    if (strstr(content.data, reference) == NULL) {
        problem_add(problems,
                    name->place,
                    "Write ${name} where its value belongs, or leave it out.",
                    "parameter \"%s\" is not used",
                    name->text.data);
    }
    for (int i = 0; i < parameters->count; i++) {
        if (strcmp(parameters->items[i].name, name->text.data) == 0) {
            problem_add(
                problems, name->place, NULL, "parameter \"%s\" is declared twice", name->text.data);
            return;
        }
    }
    parameters->items[parameters->count++] =
        (struct plan_variable){.name = name->text.data, .value = value};
}

/* The default of a parameter: NULL where there is none. */
static const char *default_of(struct includer *includer, const struct plan_node *value)
{
    if (plan_node_is_null(value)) {
        return NULL;
    }
    if (value->kind != PLAN_TEXT || strstr(value->text.data, "${") != NULL) {
        problem_add(includer->reader->problems,
                    value->place,
                    NULL,
                    "the default of a parameter must be a text without variables");
        return NULL;
    }
    return value->text.data;
}

/* The names under "parameters": a list of them, or a map of names and defaults. Behind them stand
 * the plan's variables, which they hide. */
static void declare_all(struct includer *includer,
                        const struct plan_node *declared,
                        struct text content,
                        struct plan_variables *parameters)
{
    struct plan_reader *reader = includer->reader;
    const int declared_count = declared == NULL ? 0 : declared->count + 1;
    const int room = declared_count + includer->variables->count + 1;

    *parameters = (struct plan_variables){
        .items = ARENA_ARRAY(reader->arena, struct plan_variable, (size_t)room),
        .put_bytes = includer->variables->put_bytes,
        .partial = includer->variables->partial,
        .hint = "Declare it under \"parameters\" of the fragment, or \"variables\" of the plan.",
    };
    if (!plan_reader_keep(reader, parameters->items) || declared == NULL) {
        return;
    }
    if (declared->kind == PLAN_TEXT && !plan_node_is_null(declared)) {
        declare(includer, declared, NULL, content, parameters);
    }
    for (int i = 0; i < declared->count; i++) {
        if (declared->kind == PLAN_LIST) {
            declare(includer, declared->items[i], NULL, content, parameters);
        } else {
            declare(includer,
                    declared->keys[i],
                    default_of(includer, declared->items[i]),
                    content,
                    parameters);
        }
    }
}

static void give(struct includer *includer,
                 const struct plan_node *key,
                 const struct plan_node *value,
                 const char *path,
                 struct plan_variables *parameters)
{
    struct plan_reader *reader = includer->reader;
    const char *names[FRAGMENTS_MAX];
    size_t count = 0;

    for (int i = 0; i < parameters->count; i++) {
        if (strcmp(parameters->items[i].name, key->text.data) == 0) {
            if (value->kind != PLAN_TEXT) {
                problem_add(reader->problems,
                            value->place,
                            NULL,
                            "parameter \"%s\" must be a text, not %s",
                            key->text.data,
                            plan_kind_text(value->kind));
            }
            parameters->items[i].value = value->kind != PLAN_TEXT   ? key->text.data
                                         : plan_node_is_null(value) ? ""
                                                                    : value->text.data;
            return;
        }
        if (count < FRAGMENTS_MAX) {
            names[count++] = parameters->items[i].name;
        }
    }
    const char *nearest = text_nearest(key->text.data, names, count);
    const char *hint = nearest == NULL
                           ? "A fragment declares what it takes under \"parameters\"."
                           : arena_format(reader->arena, "Perhaps you meant \"%s\".", nearest);
    problem_add(reader->problems,
                key->place,
                hint,
                "fragment \"%s\" has no parameter \"%s\"",
                path,
                key->text.data);
}

/* Gives the parameters what the file that includes the fragment says, then adds the plan's
 * variables. */
static void give_all(struct includer *includer,
                     const struct plan_node *with,
                     struct place place,
                     const char *path,
                     struct plan_variables *parameters)
{
    struct problems *problems = includer->reader->problems;

    for (int i = 0; with != NULL && with->kind == PLAN_MAP && i < with->count; i++) {
        give(includer, with->keys[i], with->items[i], path, parameters);
    }
    for (int i = 0; i < parameters->count; i++) {
        if (parameters->items[i].value == NULL) {
            problem_add(problems,
                        place,
                        "Give it under \"with\".",
                        "fragment \"%s\" needs parameter \"%s\"",
                        path,
                        parameters->items[i].name);
            parameters->items[i].value = parameters->items[i].name; /* harmless */
        }
    }
    for (int i = 0; i < includer->variables->count; i++) {
        parameters->items[parameters->count++] = includer->variables->items[i];
    }
}

/* --- reading --- */

/* "a.yaml -> common/x.yaml -> a.yaml" */
static void refuse_circle(struct includer *includer, struct place place, const char *path)
{
    struct text_buffer chain;
    int first = 0;

    while (strcmp(includer->chain[first], path) != 0) {
        first++;
    }
    text_buffer_init(&chain, LIMIT_PLAN_BYTES);
    for (int i = first; i <= includer->depth; i++) {
        text_buffer_format(&chain, "%s -> ", includer->chain[i]);
    }
    text_buffer_string(&chain, path);
    problem_add(includer->reader->problems,
                place,
                NULL,
                "fragments include each other: %s",
                chain.failed ? path : chain.data);
    text_buffer_release(&chain);
}

/* May the file be read here? */
static bool check_chain(struct includer *includer, struct place place, const char *path)
{
    for (int i = 0; i <= includer->depth; i++) {
        if (strcmp(includer->chain[i], path) == 0) {
            refuse_circle(includer, place, path);
            return false;
        }
    }
    if (includer->depth == INCLUDE_DEPTH_MAX) {
        return problem_add(includer->reader->problems,
                           place,
                           NULL,
                           "fragments include fragments more than %d deep",
                           INCLUDE_DEPTH_MAX);
    }
    return includer->fragments->count < FRAGMENTS_MAX ||
           problem_add(includer->reader->problems,
                       place,
                       NULL,
                       "a mapping must not have more than %d fragments",
                       FRAGMENTS_MAX);
}

static struct fragment *find_fragment(const struct fragments *fragments,
                                      const char *path,
                                      const char *text)
{
    for (int i = 0; i < fragments->count; i++) {
        struct fragment *fragment = fragments->items[i];
        if (strcmp(fragment->path, path) == 0 && strcmp(fragment->text, text) == 0) {
            return fragment;
        }
    }
    return NULL;
}

static struct fragment *new_fragment(struct includer *includer, const char *path, const char *text)
{
    struct fragments *fragments = includer->fragments;
    struct arena *arena = includer->reader->arena;
    struct fragment *fragment = ARENA_NEW(arena, struct fragment);

    if (fragments->items == NULL) {
        fragments->items = ARENA_ARRAY(arena, struct fragment *, FRAGMENTS_MAX);
    }
    if (!plan_reader_keep(includer->reader, fragment) ||
        !plan_reader_keep(includer->reader, fragments->items)) {
        return NULL;
    }
    *fragment = (struct fragment){.path = path, .text = text};
    fragment->rules.file = path;
    fragment->rules.directory = plan_path_directory(path, arena);
    fragments->items[fragments->count++] = fragment;
    return plan_reader_keep(includer->reader, fragment->rules.directory) ? fragment : NULL;
}

/* The file's tree; NULL, and a problem, when it cannot be read. */
static bool read_tree(struct includer *includer,
                      const char *path,
                      struct place place,
                      struct text *content,
                      struct plan_node **root)
{
    struct plan_reader *reader = includer->reader;
    struct error unread = ERROR_NONE;

    *root = NULL;
    if (plan_file_read(path, reader->arena, content, &unread)) {
        return plan_tree_parse(
            path, *content, reader->arena, reader->problems, root, includer->error);
    }
    if (unread.code != ERROR_PLAN) {
        *includer->error = unread;
        return false;
    }
    problem_add(reader->problems,
                place,
                "Fragments are looked for from the folder of the file that includes them.",
                "%s",
                unread.message);
    return true;
}

static bool read_rules(struct includer *includer,
                       struct plan_variables *parameters,
                       struct fragment *fragment,
                       struct plan_node *root)
{
    struct plan_field fields[FRAGMENT_KEY_COUNT];

    plan_variables_put(includer->reader, parameters, root, plan_node_find(root, "parameters"));
    includer->variables->put_bytes = parameters->put_bytes;
    fragment->root = root;
    if (!plan_read_keys(
            includer->reader, root, "a fragment", fragment_keys, FRAGMENT_KEY_COUNT, fields)) {
        return true;
    }
    mapping_read_rules(includer->reader, &fields[FRAGMENT_LOOKUPS], &fragment->rules);
    includer->chain[++includer->depth] = fragment->path;
    const bool ok = include_all(includer, &fields[FRAGMENT_INCLUDE], &fragment->rules);
    includer->depth--;
    return ok;
}

/* NULL in *fragment when there are problems. */
static bool read_fragment(struct includer *includer,
                          const char *path,
                          struct place place,
                          const struct plan_node *with,
                          struct fragment **fragment)
{
    struct plan_reader *reader = includer->reader;
    struct plan_variables parameters;
    struct plan_node *root = NULL;
    struct text content = TEXT_NONE;

    *fragment = NULL;
    if (!check_chain(includer, place, path)) {
        return true;
    }
    if (!read_tree(includer, path, place, &content, &root)) {
        return false;
    }
    if (root == NULL) {
        return true;
    }
    declare_all(includer, plan_node_find(root, "parameters"), content, &parameters);
    if (reader->failed) {
        return true;
    }
    give_all(includer, with, place, path, &parameters);
    const char *text = plan_variables_render(reader, &parameters, content);
    *fragment = text == NULL ? NULL : find_fragment(includer->fragments, path, text);
    if (*fragment != NULL || text == NULL) {
        return true;
    }
    *fragment = new_fragment(includer, path, text);
    return *fragment == NULL || read_rules(includer, &parameters, *fragment, root);
}

/* --- the list --- */

/* One entry of "include": a path, or {file: …, with: {…}}. */
static bool include_one(struct includer *includer,
                        const struct plan_node *item,
                        const struct mapping *parent,
                        struct fragment **fragment)
{
    static const struct plan_key keys[] = {{"file", PLAN_REQUIRED}, {"with", 0}};
    struct plan_reader *reader = includer->reader;
    struct plan_field fields[2] = {{NULL, NULL}};
    const char *file = NULL;
    struct place place = item->text_place;

    *fragment = NULL;
    if (item->kind == PLAN_MAP) {
        (void)plan_read_keys(reader, item, "an entry of \"include\"", keys, 2, fields);
        file = plan_read_text(reader, &fields[0]);
        place = file != NULL ? plan_field_place(&fields[0]) : item->place;
        if (fields[1].key != NULL && fields[1].value->kind != PLAN_MAP) {
            plan_refuse_kind(reader, &fields[1], "a map of parameters");
        }
    } else if (item->kind == PLAN_TEXT && text_trim(item->text).size > 0 &&
               !plan_node_is_null(item)) {
        file = item->text.data;
    } else {
        problem_add(reader->problems,
                    item->place,
                    NULL,
                    "\"include\" must be the path of a fragment or a list of them");
    }
    if (file == NULL) {
        return true;
    }
    const char *path = plan_path_join(parent->directory, file, reader->arena);
    return plan_reader_keep(reader, path)
               ? read_fragment(includer, path, place, fields[1].value, fragment)
               : error_set_memory(includer->error);
}

static bool include_all(struct includer *includer,
                        const struct plan_field *field,
                        struct mapping *parent)
{
    struct fragment *children[FRAGMENTS_MAX];
    int count = 0;

    if (field->key == NULL) {
        return true;
    }
    struct plan_node *value = field->value;
    struct plan_node *const *items = value->kind == PLAN_LIST ? value->items : &value;
    const int item_count = value->kind == PLAN_LIST ? value->count : 1;
    if (item_count == 0 || item_count > FRAGMENTS_MAX) {
        problem_add(includer->reader->problems,
                    value->place,
                    NULL,
                    "\"include\" must have 1 to %d entries, not %d",
                    FRAGMENTS_MAX,
                    item_count);
        return true;
    }
    for (int i = 0; i < item_count; i++) {
        if (!include_one(includer, items[i], parent, &children[count])) {
            return false;
        }
        count += children[count] != NULL;
    }
    if (!includer->reader->failed) {
        mapping_join(includer->reader, value->place, parent, children, count);
    }
    return true;
}

/* The mapping's text with those of its fragments behind it, as a YAML stream. */
static void join_texts(struct plan_reader *reader,
                       const struct fragments *fragments,
                       struct mapping *mapping)
{
    struct text_buffer out;

    text_buffer_init(&out, (FRAGMENTS_MAX + 1) * LIMIT_PLAN_BYTES);
    text_buffer_string(&out, mapping->text);
    for (int i = 0; i < fragments->count; i++) {
        text_buffer_format(&out, "\n--- # %s\n", fragments->items[i]->path);
        text_buffer_string(&out, fragments->items[i]->text);
    }
    const char *text = out.failed ? NULL : arena_copy(reader->arena, out.data, out.size);
    if (plan_reader_keep(reader, text)) {
        mapping->text = text;
    }
    text_buffer_release(&out);
}

bool mapping_include(struct plan_reader *reader,
                     struct plan_variables *variables,
                     const struct plan_field *field,
                     struct mapping *mapping,
                     struct fragments *fragments,
                     struct error *error)
{
    struct includer includer = {
        .reader = reader,
        .variables = variables,
        .fragments = fragments,
        .chain = {mapping->file},
        .error = error,
    };

    if (!include_all(&includer, field, mapping)) {
        return false;
    }
    if (fragments->count > 0 && mapping->text != NULL) {
        join_texts(reader, fragments, mapping);
    }
    return true;
}
