/* mapping_identity.c — which columns of the target a mapping fills straight from its source key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"
#include "program_build.h"

#include "novate/name.h"
#include "novate/transform.h"

/* A name without quotes means a column that is written otherwise, too. */
static int key_position(const struct relation_spec *spec,
                        const struct node *node,
                        struct arena *arena)
{
    for (int i = 0; i < spec->key_count; i++) {
        bool quoted = false;
        struct text name = name_unquote(spec->key[i], &quoted, arena);
        if (quoted && node->quoted ? text_equal(name, node->text)
                                   : text_equal_case(name, node->text)) {
            return i;
        }
    }
    return -1;
}

static bool is_fit(const struct node *node)
{
    return node->kind == NODE_CALL && node->arg_count == 1 &&
           text_equal_case(node->text, text_of("fit"));
}

/* fit() and one cast leave the text of a value as it is, wherever it can be that of the column. */
static int position_of(const struct relation_spec *spec,
                       const struct node *node,
                       struct arena *arena)
{
    int casts = 0;
    while (node != NULL && (is_fit(node) || (node->kind == NODE_CAST && casts++ == 0))) {
        node = node->args[0];
    }
    return node != NULL && node->kind == NODE_NAME ? key_position(spec, node, arena) : -1;
}

static bool has_column(const struct mapping *mapping, const char *name)
{
    for (int i = 0; i < mapping->column_count; i++) {
        if (text_equal_case(text_of(mapping->columns[i].name), text_of(name))) {
            return true;
        }
    }
    return false;
}

static bool is_copied(const struct mapping *mapping, const char *name)
{
    for (int i = 0; i < mapping->copy_count && !has_column(mapping, name); i++) {
        if (build_matches(mapping->copy[i], name)) {
            return true;
        }
    }
    return false;
}

/* The trees are only looked at; whether an expression can be parsed is somebody else's business. */
static bool find_columns(const struct mapping *mapping,
                         const char **columns,
                         int *positions,
                         int *count,
                         struct error *error)
{
    const struct relation_spec *spec = &mapping->source;
    struct problems ignored;
    struct arena arena;
    bool ok = true;

    arena_init(&arena, 4096, NULL);
    problems_init(&ignored, &arena);
    for (int i = 0; ok && i < mapping->column_count; i++) {
        struct node *node = NULL;
        ok = parser_parse(&mapping->columns[i], &arena, &ignored, &node, error);
        int position = ok ? position_of(spec, node, &arena) : -1;
        if (position >= 0) {
            columns[*count] = mapping->columns[i].name;
            positions[(*count)++] = position;
        }
    }
    arena_release(&arena);
    return ok;
}

bool mapping_identity(const struct mapping *mapping,
                      struct arena *arena,
                      struct identity *identity,
                      struct error *error)
{
    const struct relation_spec *spec = &mapping->source;
    size_t most = (size_t)mapping->column_count + (size_t)spec->key_count + 1;

    *identity = (struct identity){.entity = mapping->entity, .key_count = spec->key_count};
    if (spec->key_count == 0 || mapping->emit_count > 0) {
        return true;
    }
    const char **columns = ARENA_ARRAY(arena, const char *, most);
    int *positions = ARENA_ARRAY(arena, int, most);
    if (columns == NULL || positions == NULL) {
        return error_set_memory(error);
    }
    if (!find_columns(mapping, columns, positions, &identity->count, error)) {
        return false;
    }
    for (int i = 0; i < spec->key_count; i++) {
        bool quoted = false;
        struct text bare = name_unquote(spec->key[i], &quoted, arena);
        const char *name = arena_copy(arena, bare.data, bare.size);
        if (name == NULL) {
            return error_set_memory(error);
        }
        if (is_copied(mapping, name)) {
            columns[identity->count] = name;
            positions[identity->count++] = i;
        }
    }
    identity->columns = columns;
    identity->positions = positions;
    return true;
}
