/* test_plan_policy.c — what becomes of bytes that mean nothing: who says it, and where it fits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"

#include <check.h>

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

#define PLAN(keys)      PLAN_HEAD "source: {odbc: D, csv: in" keys "}\n" PLAN_TARGET PLAN_MAPPINGS
#define MAPPING(source) MAPPING_HEAD "source: " source "\n" MAPPING_TARGET MAPPING_REST
#define LOOKUP(source)  MAPPING_SMALLEST "lookups:\n  l: {from: a, to: b, " source "}\n"

static const struct relation_spec *read(const char *plan, const char *mapping)
{
    fixture_expect(&fixture, plan, mapping, "");
    return &fixture.plan.mappings[0].source;
}

START_TEST(relations_and_columns_say_their_own)
{
    const struct relation_spec *spec =
        read(PLAN(""),
             MAPPING("{file: f, undecodable: windows-1252, nul: strip, columns: {A: text, "
                     "B: {type: text, undecodable: reject}, "
                     "C: {encoding: ISO-8859-1, undecodable: replace}}}"));
    ck_assert_int_eq(spec->decode, POLICY_WINDOWS_1252);
    ck_assert_int_eq(spec->nul, POLICY_STRIP);
    ck_assert_int_eq(spec->columns[0].decode, POLICY_WINDOWS_1252);
    ck_assert_int_eq(spec->columns[0].nul, POLICY_STRIP);
    ck_assert_int_eq(spec->columns[1].decode, POLICY_REJECT);
    ck_assert_int_eq(spec->columns[2].decode, POLICY_REPLACE);
}
END_TEST

START_TEST(files_that_say_nothing_have_that_of_their_source)
{
    static const char plan[] = PLAN(", encoding: utf8, undecodable: windows-1252");
    const struct relation_spec *spec =
        read(plan, MAPPING("{file: f, columns: {A: text, B: {undecodable: strip}}}"));
    ck_assert_int_eq(fixture.plan.sources[0].decode, POLICY_WINDOWS_1252);
    ck_assert_int_eq(spec->decode, POLICY_WINDOWS_1252);
    ck_assert_int_eq(spec->nul, POLICY_REJECT);
    ck_assert_int_eq(spec->columns[0].decode, POLICY_WINDOWS_1252);
    ck_assert_int_eq(spec->columns[1].decode, POLICY_STRIP);
    spec = read(plan, MAPPING("{file: f, undecodable: reject, columns: {A: text}}"));
    ck_assert_int_eq(spec->decode, POLICY_REJECT);
    ck_assert_int_eq(spec->columns[0].decode, POLICY_REJECT);
    spec = read(plan, MAPPING("{table: T, columns: {A: {nul: strip}}}"));
    ck_assert_int_eq(spec->decode, POLICY_REJECT);
    ck_assert_int_eq(spec->columns[0].decode, POLICY_REJECT);
    ck_assert_int_eq(read(PLAN(", undecodable: replace"), MAPPING("{file: f}"))->decode,
                     POLICY_REPLACE);
}
END_TEST

START_TEST(lookups_have_that_of_the_source_that_they_are_in)
{
    static const char plan[] = PLAN(", undecodable: windows-1252");
    temp_file_text("codes.csv", "a,b\n");
    (void)read(plan, LOOKUP("file: codes.csv, in: source"));
    ck_assert_int_eq(fixture.plan.mappings[0].lookups[0].source.decode, POLICY_WINDOWS_1252);
    (void)read(plan, LOOKUP("file: codes.csv"));
    ck_assert_int_eq(fixture.plan.mappings[0].lookups[0].source.decode, POLICY_REJECT);
    (void)read(plan, LOOKUP("file: codes.csv, undecodable: windows-1252"));
    ck_assert_int_eq(fixture.plan.mappings[0].lookups[0].source.decode, POLICY_WINDOWS_1252);
}
END_TEST

START_TEST(tables_whose_bytes_are_asked_for_can_have_it)
{
    const struct relation_spec *spec =
        read(PLAN(""), MAPPING("{table: T, encoding: UTF-8, undecodable: windows-1252}"));
    ck_assert_int_eq(spec->decode, POLICY_WINDOWS_1252);
    spec = read(PLAN(""),
                MAPPING("{query: SELECT 1, columns: "
                        "{A: {encoding: UTF-8, undecodable: windows-1252}}}"));
    ck_assert_int_eq(spec->decode, POLICY_REJECT);
    ck_assert_int_eq(spec->columns[0].decode, POLICY_WINDOWS_1252);
}
END_TEST

/* What is staged or loaded under one policy is not gone on with under another. */
START_TEST(digests_are_of_the_policy_too)
{
    (void)read(PLAN(""), MAPPING("{file: f}"));
    const struct hash plan = fixture.plan.digest;
    const struct hash mapping = fixture.plan.mappings[0].digest;
    (void)read(PLAN(", undecodable: windows-1252"), MAPPING("{file: f}"));
    const struct hash mixed = fixture.plan.digest;
    ck_assert(!hash_equal(mixed, plan));
    (void)read(PLAN(", undecodable: replace"), MAPPING("{file: f}"));
    ck_assert(!hash_equal(fixture.plan.digest, plan) && !hash_equal(fixture.plan.digest, mixed));
    (void)read(PLAN(", undecodable: reject"), MAPPING("{file: f}"));
    ck_assert(hash_equal(fixture.plan.digest, plan));
    (void)read(PLAN(""), MAPPING("{file: f, undecodable: windows-1252}"));
    ck_assert(!hash_equal(fixture.plan.mappings[0].digest, mapping));
}
END_TEST

static const struct {
    const char *plan, *mapping, *problems;
} wrong[] = {
    {PLAN(", undecodable: cp1252"),
     NULL,
     "plan.yaml:3:41: \"undecodable\" must be reject, replace, strip or windows-1252, not "
     "\"cp1252\""},
    {PLAN(", encoding: windows-1252, undecodable: windows-1252"),
     MAPPING("{file: f}"), /* said once */
     "plan.yaml:3:65: \"undecodable: windows-1252\" is for texts in UTF-8, not in "
     "\"windows-1252\""},
    {PLAN_HEAD "source: {odbc: D, undecodable: strip}\n" PLAN_TARGET PLAN_MAPPINGS,
     NULL,
     "plan.yaml:3:19: \"undecodable\" needs \"csv\" beside it"},
    {PLAN(""),
     MAPPING("{file: f, nul: windows-1252}"),
     "a.yaml:2:24: \"nul\" must be reject, replace or strip, not \"windows-1252\""},
    {PLAN(", encoding: UTF-16"),
     MAPPING("{file: f, undecodable: windows-1252}"),
     "a.yaml:2:32: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"UTF-16\""},
    {PLAN(""),
     MAPPING("{file: f, encoding: ISO-8859-1, undecodable: windows-1252}"),
     "a.yaml:2:54: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"ISO-8859-1\""},
    {PLAN(", undecodable: windows-1252"), /* by the source's, of a file that is of another one */
     MAPPING("{file: f, encoding: ISO-8859-1}"),
     "a.yaml:2:16: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"ISO-8859-1\""},
    {PLAN(""), /* by the relation's, of a column */
     MAPPING("{file: f, undecodable: windows-1252, columns: {A: {encoding: CP850}}}"),
     "a.yaml:2:56: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"CP850\""},
    {PLAN(", encoding: CP850"),
     MAPPING("{file: f, columns: {A: {undecodable: windows-1252}}}"),
     "a.yaml:2:46: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"CP850\""},
    {PLAN(""),
     MAPPING("{table: T, undecodable: windows-1252}"),
     "a.yaml:2:33: \"undecodable: windows-1252\" needs an encoding that is declared"},
    {PLAN(""),
     MAPPING("{table: T, columns: {A: {undecodable: windows-1252}}}"),
     "a.yaml:2:47: \"undecodable: windows-1252\" needs an encoding that is declared"},
    {PLAN(""),
     LOOKUP("file: codes.csv, encoding: CP850, undecodable: windows-1252"),
     "a.yaml:6:70: \"undecodable: windows-1252\" is for texts in UTF-8, not in \"CP850\""},
};

START_TEST(where_it_does_not_fit_is_said_at_its_place)
{
    temp_file_text("codes.csv", "a,b\n");
    fixture_expect(&fixture, wrong[_i].plan, wrong[_i].mapping, wrong[_i].problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_policy");
    TCase *tests = tcase_create("plan_policy");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, relations_and_columns_say_their_own);
    tcase_add_test(tests, files_that_say_nothing_have_that_of_their_source);
    tcase_add_test(tests, lookups_have_that_of_the_source_that_they_are_in);
    tcase_add_test(tests, tables_whose_bytes_are_asked_for_can_have_it);
    tcase_add_test(tests, digests_are_of_the_policy_too);
    tcase_add_loop_test(tests,
                        where_it_does_not_fit_is_said_at_its_place,
                        0,
                        (int)(sizeof wrong / sizeof wrong[0]));
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
