/* plan_marks.c — the contract is in plan_marks.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_marks.h"

#include <string.h>

/* The walk along the file while the value is gone through. */
struct walk {
    struct text file;
    enum scalar_style style;
    size_t at;
    int line;
    int column;
};

bool marks_push(struct marks *marks, struct place_mark mark)
{
    if (marks->count == marks->capacity) {
        int capacity = marks->capacity == 0 ? 8 : marks->capacity * 2;
        struct place_mark *items = ARENA_ARRAY(marks->arena, struct place_mark, (size_t)capacity);
        if (items == NULL) {
            return false;
        }
        if (marks->count > 0) {
            memcpy(items, marks->items, (size_t)marks->count * sizeof *items);
        }
        marks->items = items;
        marks->capacity = capacity;
    }
    marks->items[marks->count++] = mark;
    return true;
}

/* '\0' at the end. */
static char peek(const struct walk *walk, size_t ahead)
{
    return walk->at + ahead < walk->file.size ? walk->file.data[walk->at + ahead] : '\0';
}

static bool is_continued(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void step(struct walk *walk, size_t bytes)
{
    for (size_t i = 0; i < bytes && walk->at < walk->file.size; i++) {
        char c = walk->file.data[walk->at++];
        if (c == '\n') {
            walk->line++;
            walk->column = 1;
        } else if (!is_continued(c)) {
            walk->column++;
        }
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A backslash at the end of a line joins it with the next one. */
static bool is_joint(const struct walk *walk)
{
    return walk->style == SCALAR_DOUBLE && peek(walk, 0) == '\\' &&
           (peek(walk, 1) == '\n' || peek(walk, 1) == '\r');
}

static void skip_fold(struct walk *walk)
{
    while (is_blank(peek(walk, 0)) || is_joint(walk)) {
        step(walk, is_joint(walk) ? 2 : 1);
    }
}

/* Bytes of the escape that begins here; 0: none does. */
static size_t escape_size(const struct walk *walk)
{
    if (walk->style == SCALAR_SINGLE) {
        return peek(walk, 0) == '\'' && peek(walk, 1) == '\'' ? 2 : 0;
    }
    if (walk->style != SCALAR_DOUBLE || peek(walk, 0) != '\\') {
        return 0;
    }
    switch (peek(walk, 1)) {
    case 'x':
        return 4;
    case 'u':
        return 6;
    case 'U':
        return 10;
    default:
        return 2;
    }
}

/* Goes to where a character of the value stands. False: it is not there. */
static bool find(struct walk *walk, struct text character, size_t *size)
{
    char c = character.data[0];

    while (is_joint(walk)) {
        skip_fold(walk);
    }
    if (is_blank(c)) {
        *size = escape_size(walk) > 0 ? escape_size(walk) : peek(walk, 0) == c && c != '\n';
        return true; /* of a line that is folded; what follows is looked for behind it */
    }
    skip_fold(walk);
    *size = escape_size(walk);
    if (*size == 0 && walk->file.size - walk->at >= character.size &&
        memcmp(walk->file.data + walk->at, character.data, character.size) == 0) {
        *size = character.size;
    }
    return *size > 0;
}

static struct text character_at(struct text value, size_t at)
{
    size_t size = 1;

    while (at + size < value.size && is_continued(value.data[at + size])) {
        size++;
    }
    return text_from(value.data + at, size);
}

bool marks_align(struct marks *marks,
                 struct text file,
                 size_t offset,
                 struct place place,
                 enum scalar_style style,
                 struct text value)
{
    struct walk walk = {
        .file = file, .style = style, .at = offset, .line = place.line, .column = place.column};
    size_t next_line = 0; /* where the next character stands if nothing lies between */
    size_t next_column = 0;

    for (size_t at = 0; at < value.size;) {
        struct text character = character_at(value, at);
        size_t size = 0;
        if (!find(&walk, character, &size)) {
            return true;
        }
        if ((size_t)walk.line != next_line || (size_t)walk.column != next_column) {
            struct place_mark mark = {
                .offset = (uint32_t)at, .line = walk.line, .column = walk.column};
            if (!marks_push(marks, mark)) {
                return false;
            }
        }
        next_line = (size_t)walk.line;
        next_column = (size_t)walk.column + 1;
        step(&walk, size);
        at += character.size;
    }
    if ((size_t)walk.line != next_line || (size_t)walk.column != next_column) {
        struct place_mark end = {.offset = value.size, .line = walk.line, .column = walk.column};
        return marks_push(marks, end);
    }
    return true;
}

struct place marks_place(
    const struct place_mark *marks, int count, struct place place, struct text text, size_t offset)
{
    size_t from = 0;
    bool fixed = place.column <= 0;

    offset = offset < text.size ? offset : text.size;
    if (count == 0) { /* a text that comes from no file: as a block would stand */
        for (size_t i = 0; i < offset; i++) {
            if (text.data[i] == '\n') {
                place.line++;
                from = i + 1;
            }
        }
    }
    for (int i = 0; i < count && marks[i].offset <= offset; i++) {
        place.line = marks[i].line;
        place.column = marks[i].column;
        from = marks[i].offset;
        fixed = marks[i].fixed;
    }
    if (!fixed) {
        place.column += (int)utf8_length(text.data + from, offset - from);
    }
    return place;
}
