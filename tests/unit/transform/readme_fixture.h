/* readme_fixture.h — a part of mappings/README.md, between two marks, is what the code says.
 * NOVATE_RECORD=1 writes it there anew. SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_README_FIXTURE_H
#define TEST_README_FIXTURE_H

#include "novate/arena.h"
#include "novate/text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void readme_read(const char *path, struct text_buffer *out)
{
    char piece[4096];
    size_t size = 0;
    FILE *file = fopen(path, "r");

    ck_assert_msg(file != NULL, "%s", path);
    while ((size = fread(piece, 1, sizeof piece, file)) > 0) {
        text_buffer_push(out, piece, size);
    }
    (void)fclose(file);
}

/* `source` is the caller's __FILE__, under tests/unit/transform/; the marks are
 * <!-- NAME:begin --> and <!-- NAME:end -->, each on a line of its own. */
static inline void check_readme(struct arena *arena,
                                const char *source,
                                const char *name,
                                void (*write)(struct text_buffer *out))
{
    const char *here = strstr(source, "tests/unit/transform/");
    ck_assert_ptr_nonnull(here);
    const char *path = arena_format(arena, "%.*smappings/README.md", (int)(here - source), source);
    const char *begin_mark = arena_format(arena, "<!-- %s:begin -->\n", name);
    const char *end_mark = arena_format(arena, "<!-- %s:end -->\n", name);
    struct text_buffer readme;
    struct text_buffer wanted;

    text_buffer_init(&readme, 1 << 22);
    text_buffer_init(&wanted, 1 << 22);
    readme_read(path, &readme);
    const char *begin = strstr(readme.data, begin_mark);
    const char *end = strstr(readme.data, end_mark);
    ck_assert_msg(begin != NULL && end != NULL, "%s has no marks for %s", path, name);
    begin += strlen(begin_mark);
    text_buffer_push(&wanted, readme.data, (size_t)(begin - readme.data));
    write(&wanted);
    text_buffer_string(&wanted, end);
    if (getenv("NOVATE_RECORD") != NULL) {
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(wanted.data, 1, wanted.size, file), wanted.size);
        (void)fclose(file);
    } else {
        ck_assert_msg(strcmp(readme.data, wanted.data) == 0,
                      "%s is not up to date: run this test with NOVATE_RECORD=1",
                      path);
    }
    text_buffer_release(&readme);
    text_buffer_release(&wanted);
}

#endif
