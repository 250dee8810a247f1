/* problem_format.c — problems as people read them; the contract is in novate/problem.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/problem.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_WIDTH_MAX = 100, /* columns of a line that is shown whole */
    LINE_BEFORE = 60,     /* columns kept before the place when it is cut */
};

static int compare_places(const void *left, const void *right)
{
    const struct problem *a = left;
    const struct problem *b = right;
    int order = strcmp(a->place.file == NULL ? "" : a->place.file,
                       b->place.file == NULL ? "" : b->place.file);
    if (order != 0) {
        return order;
    }
    if (a->place.line != b->place.line) {
        return a->place.line < b->place.line ? -1 : 1;
    }
    if (a->place.column != b->place.column) {
        return a->place.column < b->place.column ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

/* The piece of a line that is shown, in bytes. */
struct piece {
    size_t begin;
    size_t end;
    size_t caret;
};

/* A line that is too wide loses what is far from the place. */
static struct piece cut_line(const char *line, int column)
{
    size_t size = strlen(line);
    struct piece piece = {.end = size};

    piece.caret = column > 0 ? utf8_offset(line, size, (size_t)(column - 1)) : 0;
    if (utf8_width(line, size) <= LINE_WIDTH_MAX) {
        return piece;
    }
    piece.begin = piece.caret;
    while (piece.begin > 0 &&
           utf8_width(line + piece.begin, piece.caret - piece.begin) < LINE_BEFORE) {
        do {
            piece.begin--;
        } while (piece.begin > 0 && ((unsigned char)line[piece.begin] & 0xC0) == 0x80);
    }
    piece.end = piece.begin;
    while (piece.end < size &&
           utf8_width(line + piece.begin, piece.end - piece.begin) < LINE_WIDTH_MAX) {
        do {
            piece.end++;
        } while (piece.end < size && ((unsigned char)line[piece.end] & 0xC0) == 0x80);
    }
    return piece;
}

/* Control characters would move the terminal's cursor. */
static void push_line(struct text_buffer *out, const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)line[i];
        text_buffer_char(out, (byte < 0x20 && byte != '\t') || byte == 0x7F ? ' ' : line[i]);
    }
}

/* The line with a caret under the place; tabs are kept so that it stands right. */
static void format_line(const struct problem *problem, struct text_buffer *out)
{
    const char *line = problem->line_text;
    struct piece piece = cut_line(line, problem->place.column);
    const char *before = piece.begin > 0 ? "…" : "";

    text_buffer_format(out, "%5d | %s", problem->place.line, before);
    push_line(out, line + piece.begin, piece.end - piece.begin);
    text_buffer_format(
        out, "%s\n      | %s", line[piece.end] != '\0' ? "…" : "", piece.begin > 0 ? " " : "");
    size_t at = piece.begin;
    while (at < piece.caret) {
        size_t next = at + 1;
        while (next < piece.caret && ((unsigned char)line[next] & 0xC0) == 0x80) {
            next++;
        }
        for (size_t width = utf8_width(line + at, next - at); width > 0; width--) {
            text_buffer_char(out, line[at] == '\t' ? '\t' : ' ');
        }
        at = next;
    }
    text_buffer_string(out, "^\n");
}

static void format_place(struct place place, struct text_buffer *out)
{
    if (place.file == NULL) {
        return;
    }
    text_buffer_string(out, place.file);
    if (place.line > 0) {
        text_buffer_format(out, ":%d", place.line);
    }
    if (place.line > 0 && place.column > 0) {
        text_buffer_format(out, ":%d", place.column);
    }
    text_buffer_string(out, ": ");
}

static void format_unshown(int count, const char *what, struct text_buffer *out)
{
    if (count > 0) {
        text_buffer_format(
            out, "%d more %s%s not shown\n", count, what, count == 1 ? " is" : "s are");
    }
}

void problems_format(const struct problems *problems, struct text_buffer *out)
{
    int errors = 0;
    if (problems->count > 0) {
        qsort(problems->items, (size_t)problems->count, sizeof problems->items[0], compare_places);
    }
    for (int index = 0; index < problems->count; index++) {
        const struct problem *problem = &problems->items[index];
        errors += problem->severity == PROBLEM_ERROR;
        format_place(problem->place, out);
        text_buffer_format(out,
                           "%s%s\n",
                           problem->severity == PROBLEM_WARNING ? "warning: " : "",
                           problem->message);
        if (problem->line_text != NULL) {
            format_line(problem, out);
        }
        if (problem->hint != NULL) {
            text_buffer_format(out, "hint: %s\n", problem->hint);
        }
    }
    format_unshown(problems->errors - problems->repeated - errors, "problem", out);
    format_unshown(problems->warnings - (problems->count - errors), "warning", out);
    if (problems->errors == 0 && problems->warnings > 0) {
        problems_count(problems, out);
        text_buffer_char(out, '\n');
    }
}
