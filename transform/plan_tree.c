/* plan_tree.c — a YAML file as a tree of texts, lists and maps that know their places.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_tree.h"

#include "plan_marks.h"

#include "novate/limits.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct tree_builder {
    const char *path;
    struct text content;
    yaml_document_t *document;
    struct arena *arena;
    struct problems *problems;
    const uint32_t *lines; /* byte offsets at which lines begin */
    int line_count;
    size_t characters;
    struct place end; /* of the last character, and one on */
    int node_count;
    bool refused; /* a problem that ends the walk is noted */
    bool memory;  /* memory ran out */
};

/* Where in the bytes something stands. */
struct cursor {
    size_t offset;
    int line;   /* 0-based, as libyaml counts */
    int column; /* 0-based, characters */
};

static struct place place_at(const struct tree_builder *builder, size_t line, size_t column)
{
    return (struct place){.file = builder->path, .line = (int)line + 1, .column = (int)column + 1};
}

/* libyaml ends a last line that has no end, and goes on in a line that is not there. */
static struct place place_of_mark(const struct tree_builder *builder, yaml_mark_t mark)
{
    return mark.index < builder->characters || (int)mark.line + 1 <= builder->end.line
               ? place_at(builder, mark.line, mark.column)
               : builder->end;
}

static struct plan_node *out_of_memory(struct tree_builder *builder)
{
    builder->memory = true;
    return NULL;
}

/* --- places --- */

static bool index_lines(struct tree_builder *builder)
{
    const char *data = builder->content.data;
    const size_t size = builder->content.size;
    int count = 1;

    for (size_t i = 0; i < size; i++) {
        count += data[i] == '\n';
    }
    uint32_t *lines = ARENA_ARRAY(builder->arena, uint32_t, (size_t)count);
    if (lines == NULL) {
        return false;
    }
    int line = 1;
    size_t column = 0;
    for (size_t i = 0; i < size; i++) {
        bool follows = ((unsigned char)data[i] & 0xc0) == 0x80;
        builder->characters += !follows;
        column += !follows;
        if (data[i] == '\n') {
            lines[line++] = (uint32_t)i + 1;
            column = 0;
        }
    }
    builder->lines = lines;
    builder->line_count = count;
    builder->end = place_at(builder, (size_t)count - 1, column);
    return true;
}

static bool at_end(const struct tree_builder *builder, const struct cursor *cursor)
{
    return cursor->offset >= builder->content.size;
}

static char byte_at(const struct tree_builder *builder, const struct cursor *cursor)
{
    return at_end(builder, cursor) ? '\0' : builder->content.data[cursor->offset];
}

/* One character on: continuation bytes of UTF-8 do not count. */
static void cursor_step(const struct tree_builder *builder, struct cursor *cursor)
{
    if (builder->content.data[cursor->offset] == '\n') {
        cursor->line++;
        cursor->column = -1;
    }
    do {
        cursor->offset++;
    } while (!at_end(builder, cursor) && ((unsigned char)byte_at(builder, cursor) & 0xc0) == 0x80);
    cursor->column++;
}

static void skip_blanks(const struct tree_builder *builder, struct cursor *cursor)
{
    while (!at_end(builder, cursor) && strchr(" \t\r\n", byte_at(builder, cursor)) != NULL) {
        cursor_step(builder, cursor);
    }
}

static void skip_to(const struct tree_builder *builder, struct cursor *cursor, const char *stops)
{
    while (!at_end(builder, cursor) && strchr(stops, byte_at(builder, cursor)) == NULL) {
        cursor_step(builder, cursor);
    }
}

/* The first character of a text. */
static struct cursor find_text(const struct tree_builder *builder, const yaml_node_t *node)
{
    const yaml_mark_t mark = node->start_mark;
    struct cursor cursor = {.line = (int)mark.line};

    if (mark.line >= (size_t)builder->line_count) { /* nothing, behind the last line */
        const struct place place = place_of_mark(builder, mark);
        return (struct cursor){
            .offset = builder->content.size, .line = place.line - 1, .column = place.column - 1};
    }
    cursor.offset = builder->lines[mark.line];
    while (cursor.column < (int)mark.column && !at_end(builder, &cursor)) {
        cursor_step(builder, &cursor);
    }
    while (byte_at(builder, &cursor) == '&' || byte_at(builder, &cursor) == '!') {
        skip_to(builder, &cursor, " \t\r\n");
        skip_blanks(builder, &cursor);
    }
    switch (node->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        cursor.offset++;
        cursor.column++;
        break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        skip_to(builder, &cursor, "\r\n");
        skip_blanks(builder, &cursor);
        break;
    case YAML_PLAIN_SCALAR_STYLE:
    case YAML_ANY_SCALAR_STYLE:
        break;
    }
    return cursor;
}

/* Notes where the characters of a text stand, unless they simply follow the first one. */
static bool mark_text(struct tree_builder *builder,
                      const yaml_node_t *node,
                      struct text value,
                      struct plan_node *out)
{
    struct cursor cursor = find_text(builder, node);
    struct marks marks = {.arena = builder->arena};
    enum scalar_style style = SCALAR_AS_IT_IS;

    if (node->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE) {
        style = SCALAR_SINGLE;
    } else if (node->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE) {
        style = SCALAR_DOUBLE;
    }
    out->text_place = place_at(builder, (size_t)cursor.line, (size_t)cursor.column);
    if (!marks_align(&marks, builder->content, cursor.offset, out->text_place, style, value)) {
        return false;
    }
    if (marks.count > 1) {
        out->marks = marks.items;
        out->mark_count = marks.count;
    }
    return true;
}

/* --- nodes --- */

static struct plan_node *build_node(struct tree_builder *builder, int id, int depth);

static bool refuse(struct tree_builder *builder, const yaml_node_t *node, const char *message)
{
    builder->refused = true;
    return problem_add(
        builder->problems, place_of_mark(builder, node->start_mark), NULL, "%s", message);
}

static struct plan_node *build_text(struct tree_builder *builder,
                                    const yaml_node_t *node,
                                    struct plan_node *out)
{
    const char *value = (const char *)node->data.scalar.value;
    const size_t size = node->data.scalar.length;

    out->kind = PLAN_TEXT;
    out->plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (memchr(value, '\0', size) != NULL) {
        problem_add(
            builder->problems, out->place, NULL, "a text cannot contain the character U+0000");
        out->text = text_of("");
        return out;
    }
    char *copy = arena_copy(builder->arena, value, size);
    if (copy == NULL) {
        return out_of_memory(builder);
    }
    out->text = text_from(copy, size);
    if (!mark_text(builder, node, out->text, out)) {
        return out_of_memory(builder);
    }
    return out;
}

static struct plan_node *build_list(struct tree_builder *builder,
                                    const yaml_node_t *node,
                                    int depth,
                                    struct plan_node *out)
{
    const yaml_node_item_t *first = node->data.sequence.items.start;
    const int count = (int)(node->data.sequence.items.top - first);

    out->kind = PLAN_LIST;
    if (count == 0) {
        return out;
    }
    out->items = ARENA_ARRAY(builder->arena, struct plan_node *, (size_t)count);
    if (out->items == NULL) {
        return out_of_memory(builder);
    }
    for (int i = 0; i < count; i++) {
        out->items[i] = build_node(builder, first[i], depth + 1);
        if (out->items[i] == NULL) {
            return NULL;
        }
    }
    out->count = count;
    return out;
}

static int compare_keys(const void *a, const void *b)
{
    const struct plan_node *left = *(struct plan_node *const *)a;
    const struct plan_node *right = *(struct plan_node *const *)b;
    const int order = text_compare(left->text, right->text);

    if (order != 0) {
        return order;
    }
    if (left->place.line != right->place.line) {
        return left->place.line < right->place.line ? -1 : 1;
    }
    return (left->place.column > right->place.column) - (left->place.column < right->place.column);
}

static bool refuse_duplicates(struct tree_builder *builder, const struct plan_node *map)
{
    const size_t count = (size_t)map->count;
    struct plan_node **sorted = ARENA_ARRAY(builder->arena, struct plan_node *, count);

    if (sorted == NULL) {
        builder->memory = true;
        return false;
    }
    memcpy(sorted, map->keys, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (text_equal(sorted[i - 1]->text, sorted[i]->text)) {
            const char *hint = arena_format(
                builder->arena, "It was given before in line %d.", sorted[i - 1]->place.line);
            problem_add(builder->problems,
                        sorted[i]->place,
                        hint,
                        "\"%s\" is given twice",
                        sorted[i]->text.data);
        }
    }
    return true;
}

static struct plan_node *build_map(struct tree_builder *builder,
                                   const yaml_node_t *node,
                                   int depth,
                                   struct plan_node *out)
{
    const yaml_node_pair_t *first = node->data.mapping.pairs.start;
    const int count = (int)(node->data.mapping.pairs.top - first);

    out->kind = PLAN_MAP;
    if (count == 0) {
        return out;
    }
    out->keys = ARENA_ARRAY(builder->arena, struct plan_node *, (size_t)count);
    out->items = ARENA_ARRAY(builder->arena, struct plan_node *, (size_t)count);
    if (out->keys == NULL || out->items == NULL) {
        return out_of_memory(builder);
    }
    for (int i = 0; i < count; i++) {
        out->keys[i] = build_node(builder, first[i].key, depth + 1);
        if (out->keys[i] == NULL) {
            return NULL;
        }
        if (out->keys[i]->kind != PLAN_TEXT) {
            refuse(builder,
                   yaml_document_get_node(builder->document, first[i].key),
                   "a key must be a text");
            return NULL;
        }
        out->items[i] = build_node(builder, first[i].value, depth + 1);
        if (out->items[i] == NULL) {
            return NULL;
        }
    }
    out->count = count;
    return refuse_duplicates(builder, out) ? out : NULL;
}

static void check_tag(struct tree_builder *builder, const yaml_node_t *node, struct place place)
{
    static const char *const plain[] = {YAML_STR_TAG, YAML_SEQ_TAG, YAML_MAP_TAG};
    const char *tag = (const char *)node->tag;

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (tag == NULL || strcmp(tag, plain[i]) == 0) {
            return;
        }
    }
    problem_add(
        builder->problems, place, "Leave it out.", "the YAML tag \"%s\" is not supported", tag);
}

/* NULL: refused or out of memory. */
static struct plan_node *build_node(struct tree_builder *builder, int id, int depth)
{
    const yaml_node_t *node = yaml_document_get_node(builder->document, id);

    if (depth > LIMIT_DEPTH) {
        refuse(builder, node, "the file is nested too deeply");
        return NULL;
    }
    if (++builder->node_count > PLAN_NODES_MAX) {
        refuse(builder, node, "the file is too large once its aliases are expanded");
        return NULL;
    }
    struct plan_node *out = ARENA_NEW(builder->arena, struct plan_node);
    if (out == NULL) {
        return out_of_memory(builder);
    }
    out->place = place_of_mark(builder, node->start_mark);
    out->text_place = out->place;
    check_tag(builder, node, out->place);
    switch (node->type) {
    case YAML_SCALAR_NODE:
        return build_text(builder, node, out);
    case YAML_SEQUENCE_NODE:
        return build_list(builder, node, depth, out);
    case YAML_MAPPING_NODE:
        return build_map(builder, node, depth, out);
    case YAML_NO_NODE:
        break;
    }
    return out;
}

/* --- the file --- */

static struct place place_of_byte(const struct tree_builder *builder, size_t offset)
{
    struct cursor cursor = {0};

    while (cursor.offset < offset && !at_end(builder, &cursor)) {
        cursor_step(builder, &cursor);
    }
    return place_at(builder, (size_t)cursor.line, (size_t)cursor.column);
}

static const char *syntax_hint(const char *problem)
{
    if (strstr(problem, "mapping values are not allowed") != NULL) {
        return "A text that contains a colon and a blank must be quoted.";
    }
    if (strstr(problem, "expected ',' or") != NULL) {
        return "Within { } and [ ], a text that contains a comma, a bracket, or a colon and a "
               "blank "
               "must be quoted.";
    }
    if (strstr(problem, "cannot start any token") != NULL) {
        return "Indent with blanks, not tabs, and quote a text that begins with @, % or `.";
    }
    if (strstr(problem, "undefined alias") != NULL) {
        return "Quote a text that begins with *.";
    }
    return NULL;
}

/* libyaml ends lines at these, which other programs do not: what one calls line 7 is line 8 of the
 * other, and a problem would be shown where it is not. SIZE_MAX: there is none. */
static size_t find_odd_line_end(struct text content, const char **what)
{
    for (size_t i = 0; i < content.size; i++) {
        const char *at = content.data + i;
        size_t left = content.size - i;
        if (*at == '\r' && (left == 1 || at[1] != '\n')) {
            *what = "a carriage return without a line feed";
            return i;
        }
        if (left >= 2 && memcmp(at, "\xc2\x85", 2) == 0) {
            *what = "the line end U+0085";
            return i;
        }
        if (left >= 3 && memcmp(at, "\xe2\x80", 2) == 0 && (at[2] == '\xa8' || at[2] == '\xa9')) {
            *what = at[2] == '\xa8' ? "the line end U+2028" : "the line end U+2029";
            return i;
        }
    }
    return SIZE_MAX;
}

/* Are these bytes a text whose lines everybody counts alike? */
static bool is_readable(const struct tree_builder *builder)
{
    const char *what = NULL;
    size_t at = 0;

    if (!utf8_valid(builder->content.data, builder->content.size, &at)) {
        return problem_add(builder->problems,
                           place_of_byte(builder, at),
                           "Save the file as UTF-8.",
                           "the file is not valid UTF-8");
    }
    at = find_odd_line_end(builder->content, &what);
    return at == SIZE_MAX ||
           problem_add(builder->problems,
                       place_of_byte(builder, at),
                       "End lines with a line feed, alone or behind a carriage return.",
                       "the file has %s",
                       what);
}

/* False for memory. */
static bool note_syntax_error(struct tree_builder *builder, const yaml_parser_t *parser)
{
    const char *problem = parser->problem != NULL ? parser->problem : "unknown error";

    if (parser->error == YAML_MEMORY_ERROR) {
        builder->memory = true;
        return false;
    }
    if (parser->error == YAML_READER_ERROR) {
        problem_add(builder->problems,
                    place_of_byte(builder, parser->problem_offset),
                    NULL,
                    "not valid YAML: %s",
                    problem);
        return true;
    }
    const char *context = parser->context != NULL ? parser->context : "";
    problem_add(builder->problems,
                place_of_mark(builder, parser->problem_mark),
                syntax_hint(problem),
                "not valid YAML: %s%s%s",
                problem,
                context[0] != '\0' ? " " : "",
                context);
    return true;
}

static void refuse_second_document(struct tree_builder *builder, yaml_parser_t *parser)
{
    yaml_document_t second;

    if (!yaml_parser_load(parser, &second)) {
        (void)note_syntax_error(builder, parser);
        return;
    }
    if (yaml_document_get_root_node(&second) != NULL) {
        problem_add(builder->problems,
                    place_of_mark(builder, second.start_mark),
                    "Put it into a file of its own.",
                    "a file holds one YAML document");
    }
    yaml_document_delete(&second);
}

static bool build_document(struct tree_builder *builder,
                           yaml_parser_t *parser,
                           struct plan_node **root)
{
    yaml_document_t document;

    if (!yaml_parser_load(parser, &document)) {
        return note_syntax_error(builder, parser);
    }
    builder->document = &document;
    if (yaml_document_get_root_node(&document) == NULL) {
        problem_add(builder->problems, place_at(builder, 0, 0), NULL, "the file is empty");
    } else {
        *root = build_node(builder, 1, 1);
        refuse_second_document(builder, parser);
    }
    yaml_document_delete(&document);
    return !builder->memory;
}

bool plan_tree_parse(const char *path,
                     struct text content,
                     struct arena *arena,
                     struct problems *problems,
                     struct plan_node **root,
                     struct error *error)
{
    struct tree_builder builder = {
        .path = path, .content = content, .arena = arena, .problems = problems};
    yaml_parser_t parser;

    *root = NULL;
    if (content.size >= 3 && memcmp(content.data, "\xef\xbb\xbf", 3) == 0) {
        builder.content = text_from(content.data + 3, content.size - 3);
    }
    if (!is_readable(&builder)) {
        return true;
    }
    if (!index_lines(&builder) || !yaml_parser_initialize(&parser)) {
        return error_set_memory(error);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *)builder.content.data, builder.content.size);
    const bool ok = build_document(&builder, &parser, root);
    yaml_parser_delete(&parser);
    return ok ? true : error_set_memory(error);
}

struct plan_node *plan_node_find(const struct plan_node *map, const char *key)
{
    if (map == NULL || map->kind != PLAN_MAP) {
        return NULL;
    }
    for (int i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i]->text.data, key) == 0) {
            return map->items[i];
        }
    }
    return NULL;
}

bool plan_node_is_null(const struct plan_node *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

    if (node->kind != PLAN_TEXT || !node->plain) {
        return false;
    }
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        if (strcmp(node->text.data, nulls[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *plan_kind_text(enum plan_kind kind)
{
    return kind == PLAN_TEXT ? "a text" : kind == PLAN_LIST ? "a list" : "a map";
}
