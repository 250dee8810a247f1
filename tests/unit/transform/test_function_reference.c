/* test_function_reference.c — the reference of functions is true, complete, and the one that is
 * shipped. NOVATE_RECORD=1 writes it into mappings/README.md anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "function_table.h"
#include "readme_fixture.h"

/* The record of the examples, and another one; mappings/README.md tells what they hold. */
static void add_records(void)
{
    static const struct {
        const char *name;
        const char *type;
    } columns[] = {
        {"SURNAME", "varchar(20)"},
        {"SEX_CD", "integer"},
        {"WARD_CD", "integer"},
        {"SEEN_DT_TM", "timestamp"},
    };

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        mapping_run_source(&run, columns[i].name, columns[i].type);
    }
    mapping_run_row(&run, (const char *[]){"LANE", "362", "7", "2008-06-05 10:00:00"});
    mapping_run_row(&run, (const char *[]){"LANESBOROUGH", "362", "7", "2008-06-05 10:00:00"});
}

static void add_lookups(void)
{
    static const char *const sexes[] = {"362", "female", NULL};
    static const char *const names[] = {"code", "ward", "begin", "end"};
    static const struct lookup_spec wards = {
        .name = "ward",
        .from = names,
        .from_count = 1,
        .to = names + 1,
        .to_count = 1,
        .valid_at = names + 2,
        .valid_at_count = 2,
    };
    static struct column columns[] = {
        {.name = "code", .type = {.id = TYPE_TEXT}},
        {.name = "ward", .type = {.id = TYPE_TEXT}, .nullable = true},
        {.name = "begin", .type = {.id = TYPE_TIMESTAMP}, .nullable = true},
        {.name = "end", .type = {.id = TYPE_TIMESTAMP}, .nullable = true},
    };
    static const struct schema schema = {.columns = columns, .count = 4};

    mapping_run_lookup(&run, "sex", LOOKUP_MISSING_REJECT, sexes);
    int ward = mapping_run_add_lookup(&run, &wards, &schema);
    mapping_run_lookup_entry(
        &run, ward, (const char *const[]){"7", "Nightingale", NULL, "2008-07-01 00:00:00"});
    mapping_run_lookup_entry(
        &run, ward, (const char *const[]){"7", "Seacole", "2008-07-01 00:00:00", NULL});
}

/* The example as the column of a mapping, which reads those records. */
static void apply(const char *example, const char *target_type)
{
    teardown();
    setup();
    add_records();
    add_lookups();
    mapping_run_column(&run, "x", example);
    if (target_type != NULL) {
        mapping_run_target(&run, "x", target_type);
    }
    ck_assert_msg(mapping_run_compile(&run), "%s: %s", example, mapping_run_problems(&run));
    mapping_run_apply(&run);
}

/* Examples that are no condition: what a column holds of values that are too large for it. */
static bool is_about_columns(const struct reference_entry *entry)
{
    return entry->usage != NULL && (strcmp(entry->usage, "fit(value)") == 0 ||
                                    strcmp(entry->usage, "truncate(value)") == 0);
}

START_TEST(every_example_is_true)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count; i++) {
        const char *example = table[i].group == NULL ? table[i].function.example : "";
        if (example[0] == '\0' || is_about_columns(&table[i])) {
            continue;
        }
        apply(example, NULL);
        ck_assert_msg(run.passed > 0 && strcmp(mapping_run_value(&run, 0, 0), "t") == 0,
                      "%s: %s",
                      example,
                      run.passed > 0 ? mapping_run_value(&run, 0, 0) : run.rejects[0].sqlstate);
    }
}
END_TEST

START_TEST(examples_of_columns_do_what_is_said)
{
    int count = 0;
    int found = 0;
    const struct reference_entry *table = reference_table(&count);

    for (int i = 0; i < count; i++) {
        if (table[i].group != NULL || !is_about_columns(&table[i])) {
            continue;
        }
        bool rejects = strcmp(table[i].usage, "fit(value)") == 0;
        found++;
        apply(table[i].function.example, "varchar(4)");
        ck_assert_str_eq(mapping_run_value(&run, 0, 0), "LANE");
        ck_assert_int_eq(run.passed, rejects ? 1 : 2);
        if (rejects) {
            ck_assert_int_eq(run.rejects[0].class, REJECT_LENGTH);
        } else {
            ck_assert_str_eq(mapping_run_value(&run, 0, 1), "LANE");
        }
    }
    ck_assert_int_eq(found, 2);
}
END_TEST

/* Every row of the reference, which is all entries of a name that lie together. */
START_TEST(every_row_has_an_example)
{
    int count = 0;
    const struct reference_entry *table = reference_table(&count);
    const char *without = NULL;

    for (int i = 0; i < count; i++) {
        bool first = table[i].group == NULL && table[i].function.doc[0] != '\0';
        if (first || table[i].group != NULL) {
            ck_assert_msg(without == NULL, "%s has no example", without);
        }
        without = first ? table[i].function.name : without;
        if (table[i].group == NULL && table[i].function.example[0] != '\0') {
            without = NULL;
        }
    }
    ck_assert_msg(without == NULL, "%s has no example", without);
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
        examples_of_columns_do_what_is_said,
        every_row_has_an_example,
        every_function_is_explained,
        the_shipped_reference_is_this_one,
    };
    return RUN_TESTS("function_reference", tests);
}
