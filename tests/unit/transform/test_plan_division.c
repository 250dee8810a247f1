/* test_plan_division.c — a target that several migrations share: what each mapping gets of it.
 * SPDX-License-Identifier: Apache-2.0 */
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

#define PLAN_TARGET_OF(divided)                                                                    \
    PLAN_HEAD "variables: {t: RN1}\n" PLAN_SOURCE "target: {private: true, divided_by: " divided   \
              "}\n" PLAN_MAPPINGS
#define PLAN_DIVIDED       PLAN_TARGET_OF("{trust: \"${t}\"}")
#define MAPPING_TO(target) MAPPING_HEAD MAPPING_SOURCE "target: " target "\n" MAPPING_REST

static const struct mapping *loaded(const char *mapping)
{
    fixture_expect(&fixture, PLAN_DIVIDED, mapping, "");
    return &fixture.plan.mappings[0];
}

START_TEST(the_rows_are_those_of_the_division)
{
    const struct mapping *mapping = loaded(MAPPING_TO("{table: t.a, key: [id, no]}"));

    ck_assert_str_eq(mapping->scope, "trust = 'RN1'");
    ck_assert_ptr_null(mapping->own_scope);
    ck_assert_int_eq(mapping->target_key_count, 3);
    ck_assert_str_eq(mapping->target_key[0], "trust");
    ck_assert_str_eq(mapping->target_key[2], "no");
    ck_assert_int_eq(mapping->column_count, 2);
    ck_assert_str_eq(mapping->columns[1].name, "trust");
    ck_assert_str_eq(mapping->columns[1].text, "'RN1'");
    ck_assert_ptr_nonnull(strstr(mapping->text, "# divided by trust = 'RN1'"));
}
END_TEST

START_TEST(its_own_scope_holds_within_it)
{
    const struct mapping *mapping =
        loaded(MAPPING_TO("{table: t.a, key: [id], scope: id > 1 OR id < 0}"));

    ck_assert_str_eq(mapping->scope, "trust = 'RN1' AND (id > 1 OR id < 0)");
    ck_assert_str_eq(mapping->own_scope, "id > 1 OR id < 0");
}
END_TEST

START_TEST(a_key_that_names_the_column_stays)
{
    const struct mapping *mapping = loaded(MAPPING_TO("{table: t.a, key: [id, TRUST]}"));

    ck_assert_int_eq(mapping->target_key_count, 2);
    mapping = loaded(MAPPING_TO("{table: t.a}"));
    ck_assert_int_eq(mapping->target_key_count, 0);
}
END_TEST

START_TEST(lookups_of_the_target_are_divided_too)
{
    const struct mapping *mapping =
        loaded(MAPPING_SMALLEST "lookups:\n"
                                "  a: {target: t.a, from: x, to: y}\n"
                                "  b: {target: t.a, from: x, to: y, where: x = 1 OR y = 2}\n"
                                "  c: {target: t.a, from: x, to: y, undivided: true}\n"
                                "  d: {table: A, from: x, to: y}\n");
    const struct lookup_spec *lookups = mapping->lookups;

    ck_assert_str_eq(lookups[0].source.where, "trust = 'RN1'");
    ck_assert_str_eq(lookups[1].source.where, "trust = 'RN1' AND (x = 1 OR y = 2)");
    ck_assert_ptr_null(lookups[2].source.where);
    ck_assert_ptr_null(lookups[3].source.where);
}
END_TEST

START_TEST(what_is_not_divided_stays_as_it_is)
{
    const struct mapping *mapping = loaded(MAPPING_TO("{table: t.a, key: [id], mode: replace, "
                                                      "undivided: true}"));

    ck_assert_ptr_null(mapping->scope);
    ck_assert_int_eq(mapping->target_key_count, 1);
    ck_assert_int_eq(mapping->column_count, 1);
}
END_TEST

START_TEST(another_division_is_another_mapping)
{
    static const char *const other[] = {"t=RHM"};
    struct hash plain;
    struct hash one;

    fixture_expect(&fixture, PLAN_SMALLEST, MAPPING_SMALLEST, "");
    plain = fixture.plan.mappings[0].digest;
    one = loaded(MAPPING_SMALLEST)->digest;
    ck_assert(!hash_equal(plain, one));
    fixture_reset(&fixture);
    ck_assert(fixture_load_with(&fixture, "plan.yaml", other, 1, NULL));
    ck_assert(!hash_equal(one, fixture.plan.mappings[0].digest));
}
END_TEST

static const struct {
    const char *plan, *mapping, *problems;
} wrong[] = {
    {PLAN_TARGET_OF("trust"),
     MAPPING_SMALLEST,
     "plan.yaml:5:37: \"divided_by\" must have one column and its value"},
    {PLAN_TARGET_OF("{a: b, c: d}"),
     MAPPING_SMALLEST,
     "plan.yaml:5:37: \"divided_by\" must have one column and its value"},
    {PLAN_TARGET_OF("{a b: c}"),
     MAPPING_SMALLEST,
     "plan.yaml:5:38: a target cannot be divided by column \"a b\""},
    {PLAN_TARGET_OF("{trust: \"RN1' OR '\"}"),
     MAPPING_SMALLEST,
     "plan.yaml:5:46: \"RN1' OR '\" cannot be the name of a trust"},
    {PLAN_DIVIDED,
     MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "columns: {Trust: X}\n",
     "a.yaml:4:11: column \"Trust\" is filled by \"divided_by\" of the plan"},
    {PLAN_DIVIDED,
     MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "emit:\n- {name: a, columns: {id: ID, trust: X}}\n",
     "a.yaml:5:31: column \"trust\" is filled by \"divided_by\" of the plan"},
    {PLAN_DIVIDED,
     MAPPING_TO("{table: t.a, mode: replace}"),
     "a.yaml:3:17: mode \"replace\" cannot have a table that is divided"},
    {PLAN_DIVIDED,
     MAPPING_TO("{table: t.a, key: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, "
                "a2, b2, c2, d2, e2, f2, g2, h2, i2, j2, k2, l2, m2, n2, o2, p2]}"),
     "a.yaml:3:17: with \"trust\" of the plan the key has more than 32 columns"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    fixture_expect(&fixture, wrong[_i].plan, wrong[_i].mapping, wrong[_i].problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_division");
    TCase *tests = tcase_create("plan_division");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, the_rows_are_those_of_the_division);
    tcase_add_test(tests, its_own_scope_holds_within_it);
    tcase_add_test(tests, a_key_that_names_the_column_stays);
    tcase_add_test(tests, lookups_of_the_target_are_divided_too);
    tcase_add_test(tests, what_is_not_divided_stays_as_it_is);
    tcase_add_test(tests, another_division_is_another_mapping);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
