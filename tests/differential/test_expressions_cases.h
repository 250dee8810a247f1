/* test_expressions_cases.h — expressions that once differed, or might: kept in cases/(name).case
 * and tried first in every run.
 *
 * A line is a case: an expression, " -- ", and the columns that matter with their values; all other
 * columns are NULL. Lines that begin with # say why, and empty ones are skipped.
 *
 *     CASE WHEN i4_0 = 0 THEN 0 ELSE 10 / i4_0 END -- i4_0 = '0'
 *     concat(t_0, c_1) -- t_0 = 'it''s', c_1 = NULL
 *
 * A control character is written <U+000A>. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_EXPRESSIONS_CASES_H
#define TEST_EXPRESSIONS_CASES_H

#include "test_expressions_server.h"

#include <glob.h>

#define CASES_MAX 4096

struct kept_case {
    const char *place; /* file:line */
    const char *expression;
    const char *values[CELLS];
};

struct kept_cases {
    struct kept_case *items;
    int count;
};

static inline void case_stop(const char *place, const char *what)
{
    fprintf(stderr, "%s: %s\n", place, what);
    exit(1);
}

/* Back from <U+000A>. */
static inline const char *case_text(const char *data, size_t size, struct arena *arena)
{
    char *text = arena_copy(arena, data, size);
    char *out = text;

    for (const char *in = text; *in != '\0'; in++) {
        if (strncmp(in, "<U+00", 5) == 0 && strlen(in) >= 8 && in[7] == '>') {
            *out++ = (char)strtol((char[]){in[5], in[6], '\0'}, NULL, 16);
            in += 7;
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
    return text;
}

static inline void case_push(struct text_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 32) {
            text_buffer_format(out, "<U+00%02X>", (unsigned)(unsigned char)*text);
        } else {
            text_buffer_char(out, *text);
        }
    }
}

/* "i4_0 = '0', t_1 = NULL" */
static inline void case_values(struct kept_case *kept, const char *at, struct arena *arena)
{
    while (*at != '\0') {
        size_t name = strcspn(at, " ");
        int cell = 0;
        while (cell < CELLS && (strlen(column_name(arena, cell)) != name ||
                                strncmp(column_name(arena, cell), at, name) != 0)) {
            cell++;
        }
        at += name;
        if (cell == CELLS || strncmp(at, " = ", 3) != 0) {
            case_stop(kept->place, "there is no such column, or no \" = \" behind it");
        }
        at += 3;
        if (*at == '\'') {
            char *value = arena_string(arena, at + 1);
            char *out = value;
            for (at++; *at != '\0' && (*at != '\'' || at[1] == '\''); at++) {
                at += *at == '\'';
                *out++ = *at;
            }
            at += *at == '\'';
            kept->values[cell] = case_text(value, (size_t)(out - value), arena);
        } else if (strncmp(at, "NULL", 4) == 0) {
            at += 4;
        } else {
            case_stop(kept->place, "a value is quoted, or NULL");
        }
        at += strspn(at, ", ");
    }
}

static inline void case_read(struct kept_cases *cases, const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    int number = 0;

    if (file == NULL) {
        case_stop(path, "cannot be read");
    }
    for (ssize_t size; (size = getline(&line, &room, file)) > 0;) {
        const char *separator = NULL;
        number++;
        line[size - (line[size - 1] == '\n')] = '\0';
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        }
        for (const char *at = line; (at = strstr(at, " -- ")) != NULL; at++) {
            separator = at;
        }
        struct kept_case *kept = &cases->items[cases->count++];
        kept->place = arena_format(arena, "%s:%d", path, number);
        if (separator == NULL || cases->count == CASES_MAX) {
            case_stop(kept->place, "a case is: expression -- column = 'value', …");
        }
        kept->expression = case_text(line, (size_t)(separator - line), arena);
        case_values(kept, arena_string(arena, separator + 4), arena);
    }
    free(line);
    (void)fclose(file);
}

static inline void cases_load(struct kept_cases *cases, struct arena *arena)
{
    const char *source = getenv("NOVATE_TEST_SOURCE");
    glob_t found;

    *cases = (struct kept_cases){.items = ARENA_ARRAY(arena, struct kept_case, CASES_MAX + 1)};
    ck_assert_ptr_nonnull(cases->items);
    const char *pattern =
        arena_format(arena, "%s/tests/differential/cases/*.case", source == NULL ? "." : source);
    if (glob(pattern, 0, NULL, &found) != 0) {
        case_stop(pattern, "no cases");
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        case_read(cases, found.gl_pathv[i], arena);
    }
    globfree(&found);
}

/* The line of a case. */
static inline const char *case_line(const char *expression,
                                    const char *const values[CELLS],
                                    struct arena *arena)
{
    struct text_buffer line;
    bool first = true;

    text_buffer_init(&line, 1 << 22);
    case_push(&line, expression);
    text_buffer_string(&line, " -- ");
    for (int cell = 0; cell < CELLS; cell++) {
        if (strstr(expression, column_name(arena, cell)) == NULL) {
            continue;
        }
        text_buffer_format(&line, "%s%s = ", first ? "" : ", ", column_name(arena, cell));
        first = false;
        if (values[cell] == NULL) {
            text_buffer_string(&line, "NULL");
            continue;
        }
        text_buffer_char(&line, '\'');
        for (const char *at = values[cell]; *at != '\0'; at++) {
            case_push(&line, *at == '\'' ? "''" : (char[]){*at, '\0'});
        }
        text_buffer_char(&line, '\'');
    }
    const char *text = arena_copy(arena, line.data, line.size);
    text_buffer_release(&line);
    return text;
}

/* Appends it to the file that NOVATE_TEST_KEEP_CASES names, if it does. */
static inline void case_keep(const char *line)
{
    const char *path = getenv("NOVATE_TEST_KEEP_CASES");
    FILE *file = path == NULL ? NULL : fopen(path, "a");

    if (path != NULL && file == NULL) {
        case_stop(path, "cannot be written");
    }
    if (file != NULL) {
        fprintf(file, "%s\n", line);
        (void)fclose(file);
    }
}

#endif
