/* test_plan_source.c — the sources of a plan: what they may say, and what is said of them.
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

START_TEST(several_sources_are_told_apart)
{
    fixture_expect(
        &fixture,
        PLAN_HEAD
        "sources:\n"
        "  millennium: {odbc: DSN=m}\n"
        "  winpath: {csv: w, encoding: windows-1252, timezone: UTC}\n" PLAN_TARGET PLAN_MAPPINGS,
        MAPPING_HEAD "source: {in: winpath, file: a.csv}\n" MAPPING_TARGET MAPPING_REST,
        "");
    const struct plan_source *source =
        plan_source_of(&fixture.plan, &fixture.plan.mappings[0].source, &fixture.problems);
    ck_assert_str_eq(source->name, "winpath");
    ck_assert_str_eq(source->encoding, "windows-1252");
    ck_assert_ptr_null(source->odbc);
}
END_TEST

static const struct plan *read_one(const char *plan)
{
    fixture_expect(
        &fixture, plan, MAPPING_HEAD "source: {file: a.csv}\n" MAPPING_TARGET MAPPING_REST, "");
    return &fixture.plan;
}

START_TEST(pace_of_a_source)
{
    const struct plan *plan = read_one(
        PLAN_HEAD "source: {odbc: D, csv: in, chunk_ms_target: 500, connections_max: 2, window: "
                  "'20:00-06:30', "
                  "back_off: 2.5, retry_s_max: 0, consistency: chunk}\n" PLAN_TARGET PLAN_MAPPINGS);
    const struct plan_source *source = &plan->sources[0];

    ck_assert_uint_eq(source->pace.chunk_ms_target, 500);
    ck_assert_uint_eq(source->pace.connections_max, 2);
    ck_assert(source->pace.window.given);
    ck_assert_int_eq(source->pace.window.begin_minute, 1200);
    ck_assert_int_eq(source->pace.window.end_minute, 390);
    ck_assert_double_eq_tol(source->pace.back_off, 2.5, 1e-9);
    ck_assert_uint_eq(source->pace.retry_seconds_max, 0);
    ck_assert_int_eq(source->consistency, CONSISTENCY_CHUNK);
}
END_TEST

START_TEST(pace_when_nothing_is_said)
{
    const struct plan_source *source =
        &read_one(PLAN_HEAD
                  "source: {odbc: D, csv: in, back_off: never}\n" PLAN_TARGET PLAN_MAPPINGS)
             ->sources[0];

    ck_assert_uint_eq(source->pace.rows_per_second_max, 0);
    ck_assert_uint_eq(source->pace.chunk_ms_target, 1000);
    ck_assert_uint_eq(source->pace.connections_max, 0);
    ck_assert(!source->pace.window.given);
    ck_assert_double_eq_tol(source->pace.back_off, 0, 1e-9);
    ck_assert_uint_eq(source->pace.retry_seconds_max, 300);
    ck_assert_int_eq(source->consistency, CONSISTENCY_SNAPSHOT);
}
END_TEST

START_TEST(files_follow_the_format_of_their_source)
{
    const struct plan *plan =
        read_one(PLAN_HEAD "source: {csv: in, format: millennium}\n" PLAN_TARGET PLAN_MAPPINGS);
    const struct plan_manifest *manifest = &plan->sources[0].manifest;

    ck_assert_int_eq(manifest->form, MANIFEST_COLUMNS);
    ck_assert_str_eq(manifest->file, "STATREF*");
    ck_assert_str_eq(manifest->rows, "SOURCE_COUNT");
    ck_assert(!manifest->required);
    plan = read_one(
        PLAN_HEAD
        "source: {csv: in, format: millennium, manifest: null}\n" PLAN_TARGET PLAN_MAPPINGS);
    ck_assert_int_eq(plan->sources[0].manifest.form, MANIFEST_NONE);
    plan =
        read_one(PLAN_HEAD "source: {csv: in, manifest: SHA256SUMS}\n" PLAN_TARGET PLAN_MAPPINGS);
    ck_assert_int_eq(plan->sources[0].manifest.form, MANIFEST_CHECKSUMS);
    ck_assert(plan->sources[0].manifest.required);
}
END_TEST

static const struct {
    const char *plan;
    const char *problems;
} wrong[] = {
    {PLAN_HEAD "source: nothing\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:9: \"source\" must be a map, not a text"},
    {PLAN_HEAD "source: {encoding: UTF-8}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:9: \"source\" must have \"odbc\", \"csv\" or both"},
    {PLAN_HEAD "source: {odbc: D, csvs: x}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:19: \"csvs\" is not a key of \"source\""},
    {PLAN_HEAD "source:\n  odbc: D\n  timezone: Europe/Lundon\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:5:13: time zone \"Europe/Lundon\" does not exist"},
    {PLAN_HEAD "source: {odbc: D, rows_per_second_max: fast}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:40: \"rows_per_second_max\" must be a whole number from 1 to 1000000000"},
    {PLAN_HEAD "source: {odbc: D, rows_per_second_max: 0}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:40: \"rows_per_second_max\" must be a whole number from 1 to 1000000000"},
    {PLAN_HEAD "source: {odbc: D, window: '20:00'}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:28: \"window\" must be two times of the day, such as \"20:00-06:00\""},
    {PLAN_HEAD "source: {odbc: D, window: '20:00-24:00'}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:28: \"window\" must be two times of the day, such as \"20:00-06:00\""},
    {PLAN_HEAD "source: {odbc: D, window: '20:00-06:0'}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:28: \"window\" must be two times of the day, such as \"20:00-06:00\""},
    {PLAN_HEAD "source: {odbc: D, back_off: 1}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:29: \"back_off\" must be a factor from 1.1 to 1000, such as 3, or \"never\""},
    {PLAN_HEAD "source: {odbc: D, connections_max: 0}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:36: \"connections_max\" must be a whole number from 1 to 64"},
    {PLAN_HEAD "source: {odbc: D, consistency: never}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:32: \"consistency\" must be snapshot or chunk, not \"never\""},
    {PLAN_HEAD "source: {odbc: D, format: millennium}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:19: \"format\" needs \"csv\" beside it"},
    {PLAN_HEAD
     "source: {odbc: D, csv: in, manifest: {file: M, rows: N}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:38: \"manifest\" must have \"name\" beside what it states"},
    {PLAN_HEAD
     "source: {odbc: D, csv: in, manifest: {file: M, name: N}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:38: \"manifest\" must have one of \"rows\", \"bytes\" and \"hash\" beside "
     "\"name\""},
    {PLAN_HEAD "source: {odbc: D}\nsources: {a: {odbc: D}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:4:1: \"sources\" cannot stand beside \"source\""},
    {PLAN_HEAD "sources: {}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:10: \"sources\" must have 1 to 100 entries, not 0"},
    {PLAN_HEAD "sources: [a]\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:10: \"sources\" must be a map of names and sources, not a list"},
    {PLAN_HEAD "sources: {a b: {odbc: D}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:11: \"a b\" cannot be the name of a source"},
    {PLAN_HEAD "sources: {a: {}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "plan.yaml:3:14: source \"a\" must have \"odbc\", \"csv\" or both"},
    {PLAN_HEAD "sources: {a: {odbc: D}, b: {odbc: E}}\n" PLAN_TARGET PLAN_MAPPINGS,
     "a.yaml:2:17: the plan has several sources, and this does not say which"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    fixture_expect(&fixture, wrong[_i].plan, NULL, wrong[_i].problems);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_source");
    TCase *tests = tcase_create("plan_source");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, several_sources_are_told_apart);
    tcase_add_test(tests, pace_of_a_source);
    tcase_add_test(tests, pace_when_nothing_is_said);
    tcase_add_test(tests, files_follow_the_format_of_their_source);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
