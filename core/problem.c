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
        if (place.line == 1 && text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
            text = text_from(text.data + 3, text.size - 3); /* columns are counted behind it */
        }
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

static bool same_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* Was the same said of the same place? An alias of YAML stands in one place for many. */
static bool is_known(const struct problems *problems, const struct problem *problem)
{
    for (int i = 0; i < problems->count; i++) {
        const struct problem *other = &problems->items[i];
        if (other->severity == problem->severity && other->place.line == problem->place.line &&
            other->place.column == problem->place.column &&
            same_text(other->place.file, problem->place.file) &&
            same_text(other->message, problem->message)) {
            return true;
        }
    }
    return false;
}

/* Where the next problem goes; the last warning makes room for an error. NULL: there is no room. */
static struct problem *take_room(struct problems *problems, enum problem_severity severity)
{
    if (problems->count < LIMIT_PROBLEMS) {
        return &problems->items[problems->count++];
    }
    for (int i = severity == PROBLEM_ERROR ? problems->count - 1 : -1; i >= 0; i--) {
        if (problems->items[i].severity == PROBLEM_WARNING) {
            return &problems->items[i];
        }
    }
    return NULL;
}

static void add(struct problems *problems,
                enum problem_severity severity,
                struct place place,
                const char *hint,
                const char *message)
{
    struct problem problem = {
        .severity = severity,
        .place = place,
        .message = message,
        .order = problems->errors + problems->warnings,
    };
    if (problems->items == NULL) {
        problems->items = ARENA_ARRAY(problems->arena, struct problem, LIMIT_PROBLEMS);
    }
    problems->errors += severity == PROBLEM_ERROR;
    if (problems->items != NULL && message != NULL && is_known(problems, &problem)) {
        problems->repeated += severity == PROBLEM_ERROR;
        return;
    }
    problems->warnings += severity == PROBLEM_WARNING;
    if (problems->items == NULL || message == NULL) {
        return;
    }
    struct problem *room = take_room(problems, severity);
    if (room != NULL) {
        problem.hint = hint == NULL ? NULL : arena_string(problems->arena, hint);
        problem.line_text = read_line(place, problems->arena);
        *room = problem;
    }
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

void problems_count(const struct problems *problems, struct text_buffer *out)
{
    int errors = problems->errors - problems->repeated;

    if (errors > 0) {
        text_buffer_format(out, "%d error%s", errors, errors == 1 ? "" : "s");
    }
    if (problems->warnings > 0) {
        text_buffer_format(out,
                           "%s%d warning%s",
                           errors > 0 ? ", " : "",
                           problems->warnings,
                           problems->warnings == 1 ? "" : "s");
    }
}

bool problems_check(const struct problems *problems, const char *plan, struct error *error)
{
    struct text_buffer count;

    if (problems->errors == 0) {
        return true;
    }
    text_buffer_init(&count, 100);
    problems_count(problems, &count);
    error_set(error,
              ERROR_PLAN,
              "%s in \"%s\" and its mappings",
              count.failed ? "errors" : count.data,
              plan);
    text_buffer_release(&count);
    return error_hint(error, "No record was read. Mend what is listed above and run again.");
}
