/* test_plan_variables.c — ${name} in plan and mappings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define PLAN_WITH(variables)                                                                       \
    PLAN_HEAD "variables: " variables "\n" PLAN_SOURCE PLAN_TARGET PLAN_MAPPINGS
#define COLUMN(text) MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "columns:\n  id: " text "\n"

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

static void write_files(const char *plan, const char *mapping)
{
    temp_file_text("plan.yaml", plan);
    temp_file_text("a.yaml", mapping);
    fixture_reset(&fixture);
}

static const char *column_text(const char *mapping, const char *setting)
{
    write_files(PLAN_WITH("{a: one, b2: '', _c: \"$x\"}"), mapping);
    ck_assert(fixture_load_with(&fixture, "plan.yaml", &setting, setting == NULL ? 0 : 1, NULL));
    ck_assert_str_eq(fixture_problems(&fixture), "");
    return fixture.plan.mappings[0].columns[0].text;
}

START_TEST(values_are_put_in)
{
    static const struct {
        const char *written, *read;
    } forms[] = {
        {"${a}", "one"},
        {"'${a}${a}'", "oneone"},
        {"x ${a} y", "x one y"},
        {"x${b2}y", "xy"},
        {"${_c}", "$x"},
        {"$${a}", "${a}"},
        {"$a $ $$ b", "$a $ $$ b"},
        {"$$${a}", "$${a}"},
        {"\"'${a}'\"", "'one'"},
        {"|\n    a\n    ${a}", "a\none\n"},
    };
    char mapping[256];

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        (void)snprintf(mapping, sizeof mapping, COLUMN("%s"), forms[i].written);
        ck_assert_str_eq(column_text(mapping, NULL), forms[i].read);
    }
}
END_TEST

START_TEST(settings_override)
{
    ck_assert_str_eq(column_text(COLUMN("${a}"), "a=two"), "two");
    ck_assert_str_eq(column_text(COLUMN("x${a}"), "a="), "x");
    ck_assert_str_eq(column_text(COLUMN("${a}"), "a=b=c"), "b=c");
    ck_assert_str_eq(column_text(COLUMN("${a}"), "a=${a}"), "${a}"); /* no variable in a value */
    ck_assert_str_eq(fixture.plan.variables[0].value, "${a}");
}
END_TEST

START_TEST(names_of_keys_and_comments_stay)
{
    write_files(PLAN_WITH("{a: one}"), COLUMN("ID # ${none}\n  \"${a}\": B"));
    ck_assert(fixture_load(&fixture));
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_str_eq(fixture.plan.mappings[0].columns[1].name, "${a}");
}
END_TEST

START_TEST(the_plan_itself_has_them_too)
{
    write_files(PLAN_HEAD "variables: {dsn: X, n: 5, file: a}\n"
                          "source: {odbc: \"DSN=${dsn}\"}\n" PLAN_TARGET
                          "mappings: [\"${file}.yaml\"]\nlimits: {rejects: \"${n}\"}\n",
                MAPPING_SMALLEST);
    ck_assert(fixture_load(&fixture));
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_str_eq(fixture.plan.sources[0].odbc, "DSN=X");
    ck_assert_uint_eq(fixture.plan.limits.rejects_max, 5);
    ck_assert_str_eq(fixture.plan.mappings[0].file, "a.yaml");
}
END_TEST

/* A setting that changes what a mapping does makes it another mapping; one that does not, not. */
START_TEST(digests_follow_the_values)
{
    (void)column_text(COLUMN("${a}"), NULL);
    const struct hash mapping = fixture.plan.mappings[0].digest;
    const struct hash plan = fixture.plan.digest;

    (void)column_text(COLUMN("${a}"), "_c=else");
    ck_assert(hash_equal(mapping, fixture.plan.mappings[0].digest));
    ck_assert(hash_equal(plan, fixture.plan.digest));
    (void)column_text(COLUMN("${a}"), "a=two");
    ck_assert(!hash_equal(mapping, fixture.plan.mappings[0].digest));
}
END_TEST

static const struct {
    const char *plan, *mapping, *problems;
} wrong[] = {
    {PLAN_SMALLEST, COLUMN("${a}"), "a.yaml:5:7: variable \"a\" is not declared"},
    {PLAN_SMALLEST, COLUMN("\"é ${a}\""), "a.yaml:5:10: variable \"a\" is not declared"},
    {PLAN_SMALLEST,
     COLUMN("${a} ${b}"),
     "a.yaml:5:7: variable \"a\" is not declared\na.yaml:5:12: variable \"b\" is not declared"},
    {PLAN_SMALLEST, COLUMN("${}"), "a.yaml:5:7: \"${\" is not followed by a name and \"}\""},
    {PLAN_SMALLEST, COLUMN("${1a}"), "a.yaml:5:7: \"${\" is not followed by a name and \"}\""},
    {PLAN_SMALLEST, COLUMN("${a"), "a.yaml:5:7: \"${\" is not followed by a name and \"}\""},
    {PLAN_SMALLEST, COLUMN("x ${"), "a.yaml:5:9: \"${\" is not followed by a name and \"}\""},
    {PLAN_WITH("[a]"), COLUMN("A"), "plan.yaml:3:12: \"variables\" must be a map, not a list"},
    {PLAN_WITH("{a b: c}"),
     COLUMN("A"),
     "plan.yaml:3:13: \"a b\" cannot be the name of a variable"},
    {PLAN_WITH("{1: c}"), COLUMN("A"), "plan.yaml:3:13: \"1\" cannot be the name of a variable"},
    {PLAN_WITH("{a: [c]}"),
     COLUMN("A"),
     "plan.yaml:3:16: variable \"a\" must be a text, not a list"},
    {PLAN_WITH("{a: {value: RN1, form: \"R[A-Z0-9]{2}\"}}"), COLUMN("'${a}'"), ""},
    {PLAN_WITH("{a: {value: RN12, form: \"R[A-Z0-9]{2}|X\"}}"),
     COLUMN("A"),
     "plan.yaml:3:37: variable \"a\" cannot be \"RN12\": it must have the form R[A-Z0-9]{2}|X"},
    {PLAN_WITH("{a: {value: , form: x*}}"), COLUMN("A"), ""},
    {PLAN_WITH("{a: {value: x, form: \"[\"}}"),
     COLUMN("A"),
     "plan.yaml:3:34: the form of variable \"a\" is no regular expression: brackets "
     "[] not balanced"},
    {PLAN_WITH("{a: {value: x}}"),
     COLUMN("A"),
     "plan.yaml:3:16: variable \"a\" must have \"form\""},
    {PLAN_WITH("{a: {value: [x], form: x}}"),
     COLUMN("A"),
     "plan.yaml:3:24: variable \"a\" must be a text, not a list"},
    {PLAN_WITH("{a: c, b: \"x${a}\"}"),
     COLUMN("A"),
     "plan.yaml:3:23: the value of variable \"b\" cannot hold variables"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    fixture_expect(&fixture, wrong[_i].plan, wrong[_i].mapping, wrong[_i].problems);
}
END_TEST

START_TEST(settings_must_be_declared)
{
    const char *const settings[] = {"trust=x"};

    write_files(PLAN_WITH("{trusts: c}"), MAPPING_SMALLEST);
    ck_assert(fixture_load_with(&fixture, "plan.yaml", settings, 1, NULL));
    ck_assert_str_eq(fixture_problems(&fixture),
                     "plan.yaml:0:0: variable \"trust\" is set but not declared");
    ck_assert_str_eq(fixture.problems.items[0].hint, "Perhaps you meant \"trusts\".");
}
END_TEST

START_TEST(a_setting_must_have_the_form_that_is_declared)
{
    const char *const good[] = {"a=RHM"};
    const char *const bad[] = {"a=XX9Z"};

    write_files(PLAN_WITH("{a: {value: RN1, form: \"R[A-Z0-9]{2}\"}}"), COLUMN("'${a}'"));
    ck_assert(fixture_load_with(&fixture, "plan.yaml", good, 1, NULL));
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_str_eq(fixture.plan.mappings[0].columns[0].text, "RHM");
    fixture_reset(&fixture);
    ck_assert(fixture_load_with(&fixture, "plan.yaml", bad, 1, NULL));
    ck_assert_str_eq(
        fixture_problems(&fixture),
        "plan.yaml:3:36: variable \"a\" cannot be \"XX9Z\": it must have the form R[A-Z0-9]{2}");
}
END_TEST

START_TEST(settings_have_a_form)
{
    static const char *const broken[] = {"a", "=b", "a b=c", "1=2", "a=\xff", ""};

    write_files(PLAN_WITH("{a: c}"), MAPPING_SMALLEST);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        fixture_reset(&fixture);
        ck_assert(!fixture_load_with(&fixture, "plan.yaml", &broken[i], 1, NULL));
        ck_assert_int_eq(fixture.error.code, ERROR_USAGE);
    }
}
END_TEST

/* A small file must not grow without bounds by long values. */
START_TEST(growth_is_limited)
{
    static char setting[1 << 16];
    static char mapping[64 * 1024];
    const char *const settings[] = {setting};
    size_t used = strlen(COLUMN("'"));

    memset(setting, 'x', sizeof setting - 1);
    memcpy(setting, "a=", 2);
    memcpy(mapping, COLUMN("'"), used);
    used--; /* the line end */
    while (used < sizeof mapping - 8) {
        memcpy(mapping + used, "${a}", 4);
        used += 4;
    }
    memcpy(mapping + used, "'\n", 3);
    write_files(PLAN_WITH("{a: c}"), mapping);
    ck_assert(fixture_load_with(&fixture, "plan.yaml", settings, 1, NULL));
    ck_assert_str_eq(fixture_problems(&fixture), "a.yaml:5:7: variables make the text too long");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_variables");
    TCase *tests = tcase_create("plan_variables");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, values_are_put_in);
    tcase_add_test(tests, settings_override);
    tcase_add_test(tests, names_of_keys_and_comments_stay);
    tcase_add_test(tests, the_plan_itself_has_them_too);
    tcase_add_test(tests, digests_follow_the_values);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, settings_must_be_declared);
    tcase_add_test(tests, a_setting_must_have_the_form_that_is_declared);
    tcase_add_test(tests, settings_have_a_form);
    tcase_add_test(tests, growth_is_limited);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
