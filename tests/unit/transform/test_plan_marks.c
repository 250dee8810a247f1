/* test_plan_marks.c — an expression knows where each of its characters stands in the file, however
 * YAML has it written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lexer.h"
#include "plan_fixture.h"

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

static const struct mapping *read_rules(const char *rules)
{
    fixture_reset(&fixture);
    temp_file_text(
        "plan.yaml",
        PLAN_HEAD
        "variables: {trust: RN1, none: '', umlaut: ö}\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS);
    text_buffer_reset(&fixture.out);
    text_buffer_string(&fixture.out, MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET);
    text_buffer_string(&fixture.out, rules);
    temp_file_text("a.yaml", fixture.out.data);
    ck_assert(fixture_load(&fixture));
    ck_assert_int_eq(fixture.problems.errors, 0);
    return &fixture.plan.mappings[0];
}

/* Where X stands, which the expression of the only column, which begins in line 5, has once. */
static void check_place(const char *rules, int line, int column)
{
    const struct mapping *mapping = read_rules(rules);
    const struct expression_spec *spec = &mapping->columns[0];
    const char *mark = strchr(spec->text, 'X');

    ck_assert_ptr_nonnull(mark);
    struct place place = expression_place(spec, (size_t)(mark - spec->text));
    ck_assert_msg(place.line == line && place.column == column,
                  "%s\nis at %d:%d",
                  rules,
                  place.line,
                  place.column);
}

START_TEST(one_line)
{
    check_place("columns:\n  a: b + X\n", 5, 10);
    check_place("columns:\n  a: 'b + X'\n", 5, 11);
    check_place("columns: {a: \"é + X\"}\n", 4, 19);
    check_place("columns:\n  a: !!str  X\n", 5, 13);
}
END_TEST

START_TEST(quotes_and_escapes)
{
    check_place("columns:\n  a: '''b'' + X'\n", 5, 15);
    check_place("columns:\n  a: \"\\\"b\\\" + X\"\n", 5, 15);
    check_place("columns:\n  a: \"'\\u00e9\\x41\\U0001F600' + X\"\n", 5, 32);
    check_place("columns:\n  a: \"'\\t\\\\' +\\\n      \\ X\"\n", 6, 9);
}
END_TEST

START_TEST(lines_that_are_folded)
{
    check_place("columns:\n  a: b\n    +\n      X\n", 7, 7);
    check_place("columns:\n  a: 'b\n\n    + X'\n", 7, 7);
    check_place("columns:\n  a: \"b   \n    + X\"\n", 6, 7);
    check_place("columns:\n  a: >-\n    b\n    + X\n", 7, 7);
    check_place("columns:\n  a: >\n    b\n\n      + X\n", 8, 9);
    check_place("columns:\r\n  a: b\r\n    + X\r\n", 6, 7);
}
END_TEST

START_TEST(blocks)
{
    check_place("columns:\n  a: |\n    b\n      + X\n", 7, 9);
    check_place("columns:\n  a: |-\n\n    b\n\n    + X\n", 9, 7);
    check_place("columns:\n  a: |2\n      b +\n    X\n", 7, 5);
}
END_TEST

START_TEST(values_of_variables)
{
    check_place("columns:\n  a: \"'${trust}' || X\"\n", 5, 21);
    check_place("columns:\n  a: \"'${umlaut}' || '$${' || X\"\n", 5, 31);
    check_place("columns:\n  a: ${none}X\n", 5, 13);
    check_place("columns:\n  a: >\n    '${trust}' ||\n    '${trust}${trust}' || X\n", 7, 27);
    check_place("columns:\n  a: '''${trust}'' || X'\n", 5, 23);
}
END_TEST

START_TEST(what_is_within_a_value_stands_where_the_variable_does)
{
    const struct expression_spec *spec =
        &read_rules("columns:\n  a: b || '${trust}' || c\n")->columns[0];
    struct place place = expression_place(spec, (size_t)(strstr(spec->text, "N1") - spec->text));

    ck_assert_int_eq(place.line, 5);
    ck_assert_int_eq(place.column, 12);
}
END_TEST

START_TEST(the_end_has_a_place)
{
    const struct expression_spec *spec = &read_rules("columns:\n  a: 'b +'\n")->columns[0];

    ck_assert_int_eq(expression_place(spec, 3).column, 10);
    ck_assert_int_eq(expression_place(spec, 1000).column, 10);
    spec = &read_rules("columns:\n  a: |-\n    b\n    +\n")->columns[0];
    ck_assert_int_eq(expression_place(spec, 3).line, 7);
    ck_assert_int_eq(expression_place(spec, 3).column, 6);
}
END_TEST

START_TEST(names_of_lists_have_places)
{
    const struct mapping *mapping = read_rules("copy: [x, \"y*\"]\n");

    ck_assert_int_eq(mapping->copy_places[0].column, 8);
    ck_assert_int_eq(mapping->copy_places[1].column, 12);
    mapping = read_rules("copy:\n  - x\n  - y\n");
    ck_assert_int_eq(mapping->copy_places[1].line, 6);
    mapping = read_rules("copy: z\n");
    ck_assert_int_eq(mapping->copy_places[0].column, 7);
    ck_assert_ptr_null(mapping->target_key_places);
    ck_assert_ptr_null(mapping->source.key_places);
}
END_TEST

START_TEST(an_unknown_variable_is_pointed_at_in_any_line)
{
    fixture_reset(&fixture);
    temp_file_text("plan.yaml", PLAN_SMALLEST);
    temp_file_text("a.yaml",
                   MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET
                   "columns:\n  a: >\n    b ||\n    ${x}\n");
    ck_assert(fixture_load(&fixture));
    ck_assert_int_eq(fixture.problems.errors, 1);
    ck_assert_int_eq(fixture.problems.items[0].place.line, 7);
    ck_assert_int_eq(fixture.problems.items[0].place.column, 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_marks");
    TCase *tests = tcase_create("plan_marks");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, one_line);
    tcase_add_test(tests, quotes_and_escapes);
    tcase_add_test(tests, lines_that_are_folded);
    tcase_add_test(tests, blocks);
    tcase_add_test(tests, values_of_variables);
    tcase_add_test(tests, what_is_within_a_value_stands_where_the_variable_does);
    tcase_add_test(tests, the_end_has_a_place);
    tcase_add_test(tests, names_of_lists_have_places);
    tcase_add_test(tests, an_unknown_variable_is_pointed_at_in_any_line);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
