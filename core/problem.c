/* problem.c — what is wrong with a plan; the contract is in novate/problem.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "novate/problem.h"

#include "novate/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problems_init(struct problems *problems, struct arena *arena)
{
    *problems = (struct problems){.arena = arena};
}

/* Line `place.line` of its file, read again: problems are few, and files are small. */
static const char *read_line(struct place place, struct arena *arena)
{
    if (place.line <= 0 || place.file == NULL) {
        return NULL;
    }
    FILE *file = fopen(place.file, "r");
    if (file == NULL) {
        return NULL;
    }
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size = 0;
    for (int number = 0; number < place.line && size >= 0; number++) {
        size = getline(&line, &capacity, file);
    }
    const char *copy = NULL;
    if (size >= 0) {
        struct text text = text_from(line, (size_t)size);
        while (text.size > 0 &&
               (text.data[text.size - 1] == '\n' || text.data[text.size - 1] == '\r')) {
            text.size--;
        }
        copy = arena_copy(arena, text.data, text.size);
    }
    free(line);
    (void)fclose(file);
    return copy;
}

static void add(struct problems *problems,
                enum problem_severity severity,
                struct place place,
                const char *hint,
                const char *message)
{
    problems->errors += severity == PROBLEM_ERROR;
    if (problems->items == NULL) {
        problems->items = ARENA_ARRAY(problems->arena, struct problem, LIMIT_PROBLEMS);
    }
    if (problems->items == NULL || problems->count == LIMIT_PROBLEMS || message == NULL) {
        return;
    }
    problems->items[problems->count++] = (struct problem){
        .severity = severity,
        .place = place,
        .message = message,
        .hint = hint == NULL ? NULL : arena_string(problems->arena, hint),
        .line_text = read_line(place, problems->arena),
    };
}

/* Takes out what is left of characters where a name, or the whole, was cut to fit. */
static void drop_halves(char *message)
{
    size_t size = strlen(message);
    size_t offset = 0;
    while (!utf8_valid(message, size, &offset)) {
        memmove(message + offset, message + offset + 1, size - offset);
        size--;
    }
}

static char *format(struct arena *arena, const char *text, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static char *format(struct arena *arena, const char *text, va_list arguments)
{
    char message[1024];
    if (vsnprintf(message, sizeof message, text, arguments) < 0) {
        return NULL;
    }
    drop_halves(message);
    return arena_string(arena, message);
}

bool problem_add(
    struct problems *problems, struct place place, const char *hint, const char *text, ...)
{
    va_list arguments;
    va_start(arguments, text);
    char *message = format(problems->arena, text, arguments);
    va_end(arguments);
    add(problems, PROBLEM_ERROR, place, hint, message);
    return false;
}

bool problem_warn(
    struct problems *problems, struct place place, const char *hint, const char *text, ...)
{
    va_list arguments;
    va_start(arguments, text);
    char *message = format(problems->arena, text, arguments);
    va_end(arguments);
    add(problems, PROBLEM_WARNING, place, hint, message);
    return false;
}

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
    return (a->place.column > b->place.column) - (a->place.column < b->place.column);
}

/* The line with a caret under the column; tabs are kept so that the caret stands right. */
static void format_line(const struct problem *problem, struct text_buffer *out)
{
    const char *line = problem->line_text;
    text_buffer_format(out, "%5d | %s\n      | ", problem->place.line, line);
    size_t size = strlen(line);
    size_t end = problem->place.column > 0
                     ? utf8_offset(line, size, (size_t)(problem->place.column - 1))
                     : 0;
    for (size_t at = 0; at < end; at++) {
        if (((unsigned char)line[at] & 0xC0) != 0x80) {
            text_buffer_char(out, line[at] == '\t' ? '\t' : ' ');
        }
    }
    text_buffer_string(out, "^\n");
}

void problems_format(const struct problems *problems, struct text_buffer *out)
{
    if (problems->count > 0) {
        qsort(problems->items, (size_t)problems->count, sizeof problems->items[0], compare_places);
    }
    for (int index = 0; index < problems->count; index++) {
        const struct problem *problem = &problems->items[index];
        struct place place = problem->place;
        if (place.file != NULL) {
            text_buffer_string(out, place.file);
            if (place.line > 0) {
                text_buffer_format(out, ":%d", place.line);
            }
            if (place.line > 0 && place.column > 0) {
                text_buffer_format(out, ":%d", place.column);
            }
            text_buffer_string(out, ": ");
        }
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
    int errors_shown = 0;
    for (int index = 0; index < problems->count; index++) {
        errors_shown += problems->items[index].severity == PROBLEM_ERROR;
    }
    if (problems->errors > errors_shown) {
        text_buffer_format(
            out, "%d more problems are not shown\n", problems->errors - errors_shown);
    }
}

bool problems_check(const struct problems *problems, const char *plan, struct error *error)
{
    if (problems->errors == 0) {
        return true;
    }
    error_set(error,
              ERROR_PLAN,
              "%d problem%s in \"%s\" and its mappings",
              problems->errors,
              problems->errors == 1 ? "" : "s",
              plan);
    return error_hint(error, "No record was read. Mend what is listed above and run again.");
}
