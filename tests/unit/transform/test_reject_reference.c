/* test_reject_reference.c — the table of reject classes that is shipped is the one of
 * reject_classes.def. NOVATE_RECORD=1 writes it into mappings/README.md anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "readme_fixture.h"

#include "novate/batch.h"

START_TEST(the_shipped_table_is_this_one)
{
    check_readme(&run.arena, __FILE__, "reject-classes", reject_class_reference);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {the_shipped_table_is_this_one};
    return RUN_TESTS("reject_reference", tests);
}
