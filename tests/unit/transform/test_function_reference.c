/* test_function_reference.c — the reference of functions is true, complete, and the one that is
 * shipped. NOVATE_RECORD=1 writes it into mappings/README.md anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "function_table.h"

#include <stdio.h>
#include <stdlib.h>

static const char begin_mark[] = "<!-- functions:begin -->\n";
static const char end_mark[] = "<!-- functions:end -->\n";

START_TEST(every_example_is_true)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);
    int examples = 0;

    for (int i = 0; i < count; i++) {
        const char *example = table[i].group == NULL ? table[i].function.example : "";
        if (example[0] != '\0') {
            ck_assert_msg(strcmp(mapping_run_evaluate(&run, example), "t") == 0,
                          "%s: %s",
                          example,
                          mapping_run_evaluate(&run, example));
            examples++;
        }
    }
    ck_assert_int_gt(examples, 30);
}
END_TEST

START_TEST(every_function_is_explained)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count; i++) {
        bool first = table[i].group == NULL &&
                     (i == 0 || table[i - 1].group != NULL ||
                      strcmp(table[i - 1].function.name, table[i].function.name) != 0);
        if (first && strcmp(table[i].function.name, "now") != 0) {
            ck_assert_msg(table[i].function.doc[0] != '\0', "%s", table[i].function.name);
        }
    }
}
END_TEST

/* The file beside the sources that this test was made of. */
static const char *readme_path(void)
{
    static const char here[] = "tests/unit/transform/test_function_reference.c";
    size_t size = strlen(__FILE__);

    ck_assert_uint_ge(size, sizeof here - 1);
    return arena_format(
        &run.arena, "%.*smappings/README.md", (int)(size - (sizeof here - 1)), __FILE__);
}

static void read_file(const char *path, struct text_buffer *out)
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

START_TEST(the_shipped_reference_is_this_one)
{
    const char *path = readme_path();
    struct text_buffer readme;
    struct text_buffer wanted;

    text_buffer_init(&readme, 1 << 22);
    text_buffer_init(&wanted, 1 << 22);
    read_file(path, &readme);
    const char *begin = strstr(readme.data, begin_mark);
    const char *end = strstr(readme.data, end_mark);
    ck_assert_msg(begin != NULL && end != NULL, "%s has no marks for the functions", path);
    begin += sizeof begin_mark - 1;
    text_buffer_push(&wanted, readme.data, (size_t)(begin - readme.data));
    function_reference(&wanted);
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
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_example_is_true,
        every_function_is_explained,
        the_shipped_reference_is_this_one,
    };
    return RUN_TESTS("function_reference", tests);
}
