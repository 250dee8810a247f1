/* test_problems_lint.c — what is valid in an expression and cannot be meant.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"
#include "node_compare.h"
#include "parser.h"

static void begin(void)
{
    mapping_run_release(&run);
    mapping_run_init(&run);
    mapping_run_source(&run, "a", "integer");
    mapping_run_source(&run, "b", "text");
    mapping_run_source(&run, "x", "boolean");
}

/* Compiles a column and gives its warnings as "column: message" lines. */
static const char *warnings(const char *expression)
{
    struct text_buffer out;

    begin();
    mapping_run_column(&run, "y", expression);
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    text_buffer_init(&out, 10000);
    text_buffer_string(&out, "");
    for (int i = 0; i < run.problems.count; i++) {
        text_buffer_format(&out,
                           "%s%d: %s",
                           i == 0 ? "" : "\n",
                           run.problems.items[i].place.column - 14,
                           run.problems.items[i].message);
    }
    const char *copy = arena_copy(&run.arena, out.data, out.size);
    text_buffer_release(&out);
    return copy;
}

START_TEST(what_cannot_be_meant)
{
    static const char *const cases[][2] = {
        /* branches */
        {"case when false then 1 else 2 end",
         "11: this branch is never taken: its condition is never true"},
        {"case when a = 1 then 1 when null then 2 end",
         "29: this branch is never taken: its condition is never true"},
        {"case when 1 = 2 then 1 end",
         "13: this branch is never taken: its condition is never true"},
        {"case when a = 1 then 1 when true then 2 else 3 end",
         "46: no record gets here: one of the conditions before is always true"},
        {"case when true then 1 when a = 1 then 2 when a = 1 then 3 end",
         "30: no record gets here: one of the conditions before is always true"},
        {"case when a = 1 then 1 when b = 'x' then 2 when A  =  1 then 3 end",
         "52: this branch is never taken: an earlier WHEN is the same"},
        {"case a when 1 then 1 when 2 then 2 when 1 then 3 end",
         "41: this branch is never taken: an earlier WHEN is the same"},
        {"case b when 'x' then 1 when null then 2 else 3 end",
         "29: this branch is never taken: WHEN NULL"},
        {"case when a is null then 1 when a is not null then 2 else 3 end",
         "59: no record gets here: one of the conditions before is always true"},
        {"case when x then 1 when not x then 2 when x is null then 3 else 4 end",
         "65: no record gets here: one of the conditions before is always true"},
        {"case when x is unknown then 1 when not x then 2 when x then 3 when a = 1 then 4 end",
         "70: no record gets here: one of the conditions before is always true"},
        /* lists */
        {"a in (1, 2, 1, 3, 1)",
         "13: this is in the list already\n19: this is in the list already"},
        {"b in ('x', upper(b), 'y', UPPER(B))", "27: this is in the list already"},
        {"a in (1, null)", "10: NULL in the list of IN is equal to nothing"},
        {"a not in (1, null)", "14: NOT IN is never true with NULL in its list"},
        /* AND, OR */
        {"a = 1 and false", "11: this is never true, so that the whole AND is never true"},
        {"a = 1 and null", "11: this is never true, so that the whole AND is never true"},
        {"true or a = 1", "1: this is always true, so that the whole OR is always true"},
        {"a = 1 or 'x' = 'x'", "14: this is always true, so that the whole OR is always true"},
        /* comparisons */
        {"a = a", "3: both sides of the comparison are the same"},
        {"upper(b) <> Upper(B)", "10: both sides of the comparison are the same"},
        {"a = null", "3: a comparison with NULL is never true"},
        {"null <> b", "6: a comparison with NULL is never true"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = warnings(cases[i][0]);
        ck_assert_msg(strcmp(found, cases[i][1]) == 0, "%s\n%s", cases[i][0], found);
    }
}
END_TEST

START_TEST(what_may_well_be_meant)
{
    static const char *const cases[] = {
        "case when a = 1 then 1 when a = 2 then 2 else 3 end",
        "case a when 1 then 1 when 2 then 1 end",
        "case when a is null then 1 else 2 end",
        "case when a is null then 1 when b is not null then 2 else 3 end",
        "case when x then 1 when not x then 2 else 3 end",
        "case when b = 'x' then 1 when b = 'X' then 2 end",
        "a in (1, 2, 3)",
        "a = 1 and true",
        "a = 1 or false",
        "b like 'x'",
        "'x' = 'x'",
        "a + a",
        "a is null",
        "a is not distinct from null",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = warnings(cases[i]);
        ck_assert_msg(strcmp(found, "") == 0, "%s\n%s", cases[i], found);
    }
}
END_TEST

START_TEST(conditions_that_are_always_the_same)
{
    static const struct {
        bool filter;
        const char *text;
        const char *message; /* NULL: none */
    } cases[] = {
        {true, "true", "filter is true for every record"},
        {true, "1 = 2", "filter is true for no record"},
        {true, "null", "filter is true for no record"},
        {false, "1 = 1", "check is met by every record"},
        {false, "null", "check is met by every record"},
        {false, "false", "check is met by no record"},
        {true, "a = 1", NULL},
        {false, "y = 1", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        mapping_run_column(&run, "y", "a");
        (cases[i].filter ? mapping_run_filter : mapping_run_check)(&run, "c", cases[i].text);
        ck_assert(mapping_run_compile(&run));
        ck_assert_int_eq(run.problems.warnings, cases[i].message != NULL);
        if (cases[i].message != NULL) {
            ck_assert_str_eq(run.problems.items[0].message, cases[i].message);
            ck_assert_int_eq(run.problems.items[0].place.line, cases[i].filter ? 30 : 50);
        }
    }
}
END_TEST

START_TEST(a_variable_is_a_switch)
{
    static const struct place_mark marks[] = {
        {.offset = 0, .line = 30, .column = 15},
        {.offset = 1, .line = 30, .column = 16, .fixed = true},
        {.offset = 4, .line = 30, .column = 24},
    };

    begin();
    mapping_run_column(&run, "y", "case when 'RN1' = 'RN1' then 1 else 2 end");
    mapping_run_filter(&run, "f", "'RN1' = 'RN1'");
    mapping_run_filter(&run, "g", "'RN1' = 'RHM' and a = 1");
    run.filters[0].marks = run.filters[1].marks = run.columns[0].marks = marks;
    run.filters[0].mark_count = run.filters[1].mark_count = run.columns[0].mark_count = 3;
    ck_assert(mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.warnings, 0);
}
END_TEST

static int compare(const char *left, const char *right)
{
    const char *texts[2] = {left, right};
    struct node *nodes[2] = {NULL, NULL};

    for (int i = 0; i < 2; i++) {
        struct expression_spec spec = {.text = texts[i], .place = {"m.yaml", 1, 1}};
        must(parser_parse(&spec, &run.arena, &run.problems, &nodes[i], &run.error), &run.error);
        ck_assert_ptr_nonnull(nodes[i]);
    }
    int order = node_compare(nodes[0], nodes[1]);
    ck_assert_int_eq(order, -node_compare(nodes[1], nodes[0]));
    return order;
}

START_TEST(when_two_expressions_are_the_same)
{
    static const char *const same[][2] = {
        {"a+1", " A /* x */ + (1)"},
        {"upper(B)", "UPPER(b)"},
        {"a is not null", "a IS NOT NULL"},
        {"cast(a as int)", "a::integer"},
        {"case when a = 1 then 2 end", "CASE WHEN a=1 THEN 2 END"},
    };
    static const char *const different[][2] = {
        {"a", "b"},
        {"a", "\"a\""},
        {"\"a\"", "\"A\""},
        {"'a'", "'A'"},
        {"a", "a1"},
        {"1", "1.0"},
        {"a = b", "b = a"},
        {"a is null", "a is not null"},
        {"a is null", "a is unknown"},
        {"a::varchar(3)", "a::varchar(4)"},
        {"a::numeric(4,2)", "a::numeric(4,1)"},
        {"b like 'x'", "b ilike 'x'"},
        {"case when a = 1 then 2 end", "case when a = 1 then 2 else null end"},
        {"coalesce(a)", "coalesce(a, a)"},
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        ck_assert_msg(compare(same[i][0], same[i][1]) == 0, "%s", same[i][0]);
    }
    for (size_t i = 0; i < sizeof different / sizeof different[0]; i++) {
        ck_assert_msg(compare(different[i][0], different[i][1]) != 0, "%s", different[i][0]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        what_cannot_be_meant,
        what_may_well_be_meant,
        conditions_that_are_always_the_same,
        a_variable_is_a_switch,
        when_two_expressions_are_the_same,
    };
    return RUN_TESTS("problems_lint", tests);
}
