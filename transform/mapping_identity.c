/* mapping_identity.c — which columns of the target a mapping fills straight from its source key.
 * SPDX-License-Identifier: Apache-2.0 */
#include "parser.h"
#include "program_build.h"

#include "novate/name.h"
#include "novate/transform.h"

#include <string.h>

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

static bool is_operator(const struct node *node, const char *name)
{
    return node->kind == NODE_OPERATOR && node->arg_count == 2 &&
           text_equal(node->text, text_of(name));
}

static struct text joined(struct text a, struct text b, struct arena *arena)
{
    char *data = arena_bytes(arena, (size_t)a.size + b.size + 1);
    if (data == NULL) {
        return TEXT_NONE;
    }
    if (a.size > 0) {
        memcpy(data, a.data, a.size);
    }
    if (b.size > 0) {
        memcpy(data + a.size, b.data, b.size);
    }
    return text_from(data, (size_t)a.size + b.size);
}

/* What is done to a value on its way into a column, from the outside. */
struct way {
    struct identity_column to;
    int casts;
    struct arena *arena;
    bool failed;
};

static bool take_number(struct way *way, const struct node *number, bool minus)
{
    int64_t value = 0;
    bool taken = number->kind == NODE_NUMBER && way->to.added == 0 && way->to.before.size == 0 &&
                 way->to.after.size == 0 && text_to_int64(number->text, &value) &&
                 value != INT64_MIN;
    way->to.added = taken && minus ? -value : taken ? value : way->to.added;
    return taken;
}

/* A constant on one side; the other side, or NULL. */
static const struct node *without_constant(struct way *way, const struct node *node)
{
    const struct node *left = node->args[0];
    const struct node *right = node->args[1];
    if (is_operator(node, "||") && way->to.added == 0 && left->kind == NODE_STRING) {
        way->to.before = joined(way->to.before, left->text, way->arena);
        way->failed = way->failed || way->to.before.data == NULL;
        return right;
    }
    if (is_operator(node, "||") && way->to.added == 0 && right->kind == NODE_STRING) {
        way->to.after = joined(right->text, way->to.after, way->arena);
        way->failed = way->failed || way->to.after.data == NULL;
        return left;
    }
    if (is_operator(node, "+") && take_number(way, left, false)) {
        return right;
    }
    bool minus = is_operator(node, "-");
    return (minus || is_operator(node, "+")) && take_number(way, right, minus) ? left : NULL;
}

/* fit() and one cast leave the text of a value as it is, wherever it can be that of the column;
 * what stands before or behind it, or is added, can be taken off again. False: it is not told. */
static bool find_way(const struct relation_spec *spec, const struct node *node, struct way *way)
{
    while (node != NULL && !way->failed && node->kind != NODE_NAME) {
        if (is_fit(node) || (node->kind == NODE_CAST && way->casts++ == 0)) {
            node = node->args[0];
        } else {
            node = node->kind == NODE_OPERATOR && node->arg_count == 2 ? without_constant(way, node)
                                                                       : NULL;
        }
    }
    int position = node == NULL || way->failed ? -1 : key_position(spec, node, way->arena);
    way->to.position = position;
    return position >= 0;
}

/* Rows of a divided target have a text in common. */
static bool find_constant(const struct node *node, struct way *way)
{
    while (node != NULL && node->kind == NODE_CAST) {
        node = node->args[0];
    }
    if (node == NULL || node->kind != NODE_STRING) {
        return false;
    }
    const char *text = arena_copy(way->arena, node->text.data, node->text.size);
    way->to.position = IDENTITY_CONSTANT;
    way->to.before = text_from(text, text == NULL ? 0 : node->text.size);
    way->failed = text == NULL;
    return !way->failed;
}

static bool has_column(const struct expression_spec *columns, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (text_equal_case(text_of(columns[i].name), text_of(name))) {
            return true;
        }
    }
    return false;
}

/* Under emit: what a row says itself goes before what the mapping says. */
static bool is_overridden(const struct mapping *mapping, const char *name)
{
    return mapping->emit_count > 0 &&
           has_column(mapping->emits[0].columns, mapping->emits[0].column_count, name);
}

static bool is_copied(const struct mapping *mapping, const char *name)
{
    bool filled =
        has_column(mapping->columns, mapping->column_count, name) || is_overridden(mapping, name);
    for (int i = 0; i < mapping->copy_count && !filled; i++) {
        if (build_matches(mapping->copy[i], name)) {
            return true;
        }
    }
    return false;
}

/* The trees are only looked at; whether an expression can be parsed is somebody else's business. */
static bool find_column(const struct mapping *mapping,
                        const struct expression_spec *spec,
                        struct arena *arena,
                        struct identity_column *column,
                        bool *told,
                        struct error *error)
{
    struct way way = {.to = {.name = spec->name}, .arena = arena};
    struct node *node = NULL;
    struct problems ignored;
    struct arena scratch;
    arena_init(&scratch, 4096, NULL);
    problems_init(&ignored, &scratch);
    bool ok = parser_parse(spec, &scratch, &ignored, &node, error);
    *told = ok && (find_constant(node, &way) || find_way(&mapping->source, node, &way));
    *column = way.to;
    arena_release(&scratch);
    return ok && (!way.failed || error_set_memory(error));
}

static bool same_way(const struct identity_column *a, const struct identity_column *b)
{
    return a->position == b->position && a->added == b->added && text_equal(a->before, b->before) &&
           text_equal(a->after, b->after);
}

/* A column that rows under emit: fill themselves is told where all do it alike. */
static bool find_emitted(const struct mapping *mapping,
                         const char *name,
                         struct arena *arena,
                         struct identity_column *column,
                         bool *told,
                         struct error *error)
{
    *told = true;
    for (int i = 0; *told && i < mapping->emit_count; i++) {
        const struct emit_spec *emit = &mapping->emits[i];
        struct identity_column own = {.name = NULL};
        int at = 0;
        while (at < emit->column_count &&
               !text_equal_case(text_of(emit->columns[at].name), text_of(name))) {
            at++;
        }
        if (at < emit->column_count &&
            !find_column(mapping, &emit->columns[at], arena, &own, told, error)) {
            return false;
        }
        *told = *told && at < emit->column_count && (i == 0 || same_way(column, &own));
        *column = i == 0 ? own : *column;
    }
    return true;
}

static bool find_columns(const struct mapping *mapping,
                         struct arena *arena,
                         struct identity_column *columns,
                         int *count,
                         struct error *error)
{
    bool told = false;
    for (int i = 0; i < mapping->column_count; i++) {
        const struct expression_spec *spec = &mapping->columns[i];
        if (is_overridden(mapping, spec->name)) {
            continue;
        }
        if (!find_column(mapping, spec, arena, &columns[*count], &told, error)) {
            return false;
        }
        *count += told;
    }
    int own = mapping->emit_count > 0 ? mapping->emits[0].column_count : 0;
    for (int i = 0; i < own; i++) {
        if (!find_emitted(mapping,
                          mapping->emits[0].columns[i].name,
                          arena,
                          &columns[*count],
                          &told,
                          error)) {
            return false;
        }
        *count += told;
    }
    return true;
}

bool mapping_identity(const struct mapping *mapping,
                      struct arena *arena,
                      struct identity *identity,
                      struct error *error)
{
    const struct relation_spec *spec = &mapping->source;
    int emitted = mapping->emit_count > 0 ? mapping->emits[0].column_count : 0;
    size_t most = (size_t)mapping->column_count + (size_t)emitted + (size_t)spec->key_count + 1;

    *identity = (struct identity){.entity = mapping->entity, .key_count = spec->key_count};
    if (spec->key_count == 0) {
        return true;
    }
    struct identity_column *columns = ARENA_ARRAY(arena, struct identity_column, most);
    if (columns == NULL) {
        return error_set_memory(error);
    }
    if (!find_columns(mapping, arena, columns, &identity->count, error)) {
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
            columns[identity->count++] = (struct identity_column){.name = name, .position = i};
        }
    }
    identity->columns = columns;
    return true;
}
