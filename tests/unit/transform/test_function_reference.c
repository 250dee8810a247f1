/* test_function_reference.c — the reference of functions is true, complete, and the one that is
 * shipped. NOVATE_RECORD=1 writes it into mappings/README.md anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "function_table.h"
#include "readme_fixture.h"

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

START_TEST(the_shipped_reference_is_this_one)
{
    check_readme(&run.arena, __FILE__, "functions", function_reference);
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
