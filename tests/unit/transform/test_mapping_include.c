/* test_mapping_include.c — fragments: what they may say, which of two sayings counts, and what is
 * said of mistakes in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"

#include <check.h>
#include <stdio.h>
#include <sys/stat.h>

static struct fixture fixture;

static void setup(void)
{
    fixture_setup(&fixture);
    (void)mkdir("common", 0700);
    (void)mkdir("common/codes", 0700);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

/* The mapping of these lines beside entity, source and target, after it was read without a
 * problem. */
static const struct mapping *read_mapping(const char *lines)
{
    char text[4096];

    (void)snprintf(text, sizeof text, MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "%s", lines);
    fixture_expect(&fixture, NULL, text, "");
    return &fixture.plan.mappings[0];
}

static void expect_problems(const char *lines, const char *problems)
{
    char text[4096];

    (void)snprintf(text, sizeof text, MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET "%s", lines);
    fixture_expect(&fixture, NULL, text, problems);
}

/* "a=A b=B": names and texts. */
static const char *show(const struct expression_spec *specs, int count)
{
    text_buffer_reset(&fixture.out);
    text_buffer_string(&fixture.out, "");
    for (int i = 0; i < count; i++) {
        text_buffer_format(
            &fixture.out, "%s%s=%s", i == 0 ? "" : " ", specs[i].name, specs[i].text);
    }
    return fixture.out.data;
}

#define SHOW(mapping, list) show((mapping)->list##s, (mapping)->list##_count)

START_TEST(a_fragment_gives_what_a_mapping_gives)
{
    temp_file_text("common/codes/sex.csv", "a,b\n");
    temp_file_text("common/person.yaml",
                   "lookups: {sex: {file: codes/sex.csv, from: a, to: b}}\n"
                   "filters: {live: ACTIVE = 1}\n"
                   "copy: [title, 'address_*']\n"
                   "columns: {sex: \"lookup('sex', SEX_CD)\"}\n"
                   "checks: {known: sex IS NOT NULL}\n");
    const struct mapping *mapping = read_mapping("include: common/person.yaml\n");

    ck_assert_str_eq(SHOW(mapping, column), "sex=lookup('sex', SEX_CD)");
    ck_assert_str_eq(SHOW(mapping, filter), "live=ACTIVE = 1");
    ck_assert_str_eq(SHOW(mapping, check), "known=sex IS NOT NULL");
    ck_assert_int_eq(mapping->lookup_count, 1);
    ck_assert_str_eq(mapping->lookups[0].directory, "common");
    ck_assert_str_eq(mapping->lookups[0].source.file, "codes/sex.csv");
    ck_assert_int_eq(mapping->copy_count, 2);
    ck_assert_str_eq(mapping->copy[1], "address_*");
    ck_assert_str_eq(mapping->copy_places[1].file, "common/person.yaml");
    ck_assert_int_eq(mapping->copy_places[1].line, 3);
    ck_assert_int_eq(mapping->copy_places[1].column, 16);
    ck_assert_str_eq(mapping->columns[0].place.file, "common/person.yaml");
    ck_assert_int_eq(mapping->columns[0].place.line, 4);
}
END_TEST

START_TEST(what_the_mapping_says_goes_first_and_before)
{
    temp_file_text("codes.csv", "a,b\n");
    temp_file_text("common/x.yaml",
                   "lookups: {l: {file: none.csv, from: x, to: y}}\n"
                   "filters: {f1: X = 1, f2: X = 2}\n"
                   "columns: {ID: X, other: X, title: X}\n"
                   "copy: [id, note]\n"
                   "checks: {c1: X = 1, c2: X = 2}\n");
    temp_file_text("common/y.yaml", "filters: {f3: Y = 3}\nchecks: {c3: Y = 3}\n");
    const struct mapping *mapping = read_mapping("include: [common/x.yaml, common/y.yaml]\n"
                                                 "lookups: {l: {file: codes.csv, from: a, to: b}}\n"
                                                 "filters: {f2: M = 2, f0: M = 0}\n"
                                                 "columns: {id: M}\n"
                                                 "copy: [TITLE]\n"
                                                 "checks: {c2: M = 2}\n");

    ck_assert_str_eq(SHOW(mapping, filter), "f2=M = 2 f0=M = 0 f1=X = 1 f3=Y = 3");
    ck_assert_str_eq(SHOW(mapping, check), "c2=M = 2 c1=X = 1 c3=Y = 3");
    /* names of columns have no case: ID is id, and title is copied */
    ck_assert_str_eq(SHOW(mapping, column), "id=M other=X");
    ck_assert_int_eq(mapping->copy_count, 2);
    ck_assert_str_eq(mapping->copy[0], "TITLE");
    ck_assert_str_eq(mapping->copy[1], "note");
    ck_assert_int_eq(mapping->lookup_count, 1);
    ck_assert_str_eq(mapping->lookups[0].source.file, "codes.csv");
}
END_TEST

START_TEST(two_fragments_must_not_give_one_name)
{
    temp_file_text("common/x.yaml", "filters: {f: X = 1}\ncolumns: {id: X}\n");
    temp_file_text("common/y.yaml", "columns:\n  ID: Y\nfilters: {f: X = 1}\n");
    expect_problems("include: [common/x.yaml, common/y.yaml]\n",
                    "common/y.yaml:2:3: column \"ID\" is given by two fragments\n"
                    "common/y.yaml:3:11: filter \"f\" is given by two fragments");
    ck_assert_str_eq(fixture.problems.items[0].hint,
                     "It stands at common/x.yaml:2:11 too. Say in the file that includes both what "
                     "is meant.");
    (void)read_mapping("include: [common/x.yaml, common/y.yaml]\n"
                       "columns: {Id: Z}\n"
                       "filters: {f: Z = 1}\n");
}
END_TEST

START_TEST(fragments_include_fragments)
{
    temp_file_text("common/base.yaml", "columns: {a: B1, b: B2, c: B3}\n");
    temp_file_text("common/x.yaml", "include: base.yaml\ncolumns: {b: X2}\n");
    temp_file_text("common/y.yaml", "include: [base.yaml]\ncolumns: {d: Y4}\n");

    ck_assert_str_eq(SHOW(read_mapping("include: common/x.yaml\n"), column), "b=X2 a=B1 c=B3");
    /* one entry that is reached in two ways counts once; but b is another one in x.yaml */
    expect_problems("include: [common/y.yaml, common/x.yaml]\n",
                    "common/x.yaml:2:11: column \"b\" is given by two fragments");
    ck_assert_str_eq(
        SHOW(read_mapping("include: [common/y.yaml, common/base.yaml, common/base.yaml]\n"),
             column),
        "d=Y4 a=B1 b=B2 c=B3");
}
END_TEST

START_TEST(circles_are_shown)
{
    temp_file_text("common/x.yaml", "include: y.yaml\ncolumns: {a: X}\n");
    temp_file_text("common/y.yaml", "include:\n- z.yaml\n");
    temp_file_text("common/z.yaml", "include: {file: x.yaml, with: {a: b}}\n");
    expect_problems("include: common/x.yaml\n",
                    "common/z.yaml:1:17: fragments include each other: common/x.yaml -> "
                    "common/y.yaml -> common/z.yaml -> common/x.yaml");
    temp_file_text("common/x.yaml", "include: ../common/x.yaml\ncolumns: {a: X}\n");
    fixture_reset(&fixture);
    ck_assert(fixture_load(&fixture));
    ck_assert_ptr_nonnull(
        strstr(fixture_problems(&fixture), "fragments include fragments more than 16 deep"));
}
END_TEST

START_TEST(parameters_are_put_in)
{
    temp_file_text("common/period.yaml",
                   "parameters: {begin: , end: END_DT, prefix: p}\n"
                   "columns:\n"
                   "  ${prefix}x: 1\n"
                   "  from_day: CAST(${begin} AS date)\n"
                   "  to_day: CAST(${end} AS date) || '${prefix}$${prefix}'\n");
    const struct mapping *mapping =
        read_mapping("include: [{file: common/period.yaml, with: {begin: BEG_DT}}]\n");

    ck_assert_str_eq(SHOW(mapping, column),
                     "${prefix}x=1 from_day=CAST(BEG_DT AS date) "
                     "to_day=CAST(END_DT AS date) || 'p${prefix}'");
}
END_TEST

START_TEST(parameters_stand_before_the_plans_variables)
{
    static const char plan[] = PLAN_SMALLEST "variables: {trust: RN1, other: O}\n";
    temp_file_text("common/x.yaml", "parameters: [trust]\ncolumns: {t: \"'${trust}${other}'\"}\n");
    static const char mapping[] = MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET
        "include: [{file: common/x.yaml, with: {trust: \"${trust}/\"}}]\n"
        "columns: {own: \"'${trust}'\"}\n";

    fixture_expect(&fixture, plan, mapping, "");
    ck_assert_str_eq(SHOW(&fixture.plan.mappings[0], column), "own='RN1' t='RN1/O'");
}
END_TEST

START_TEST(one_fragment_with_two_sets_of_parameters_is_two)
{
    temp_file_text("common/x.yaml", "parameters: [p]\ncolumns: {\"a\": \"${p}\"}\n");
    expect_problems("include:\n"
                    "- {file: common/x.yaml, with: {p: A}}\n"
                    "- {file: common/x.yaml, with: {p: B}}\n",
                    "common/x.yaml:2:12: column \"a\" is given by two fragments");
    (void)read_mapping("include:\n"
                       "- {file: common/x.yaml, with: {p: A}}\n"
                       "- {file: common/x.yaml, with: {p: A}}\n");
}
END_TEST

/* What is written in common/x.yaml and under include:, and the problem. */
static const struct {
    const char *fragment;
    const char *include;
    const char *problem;
} wrong[] = {
    {"",
     "common/none.yaml",
     "a.yaml:5:10: file \"common/none.yaml\" cannot be read: No such file or directory"},
    {"entity: a\n", "common/x.yaml", "common/x.yaml:1:1: \"entity\" is not a key of a fragment"},
    {"variables: {a: b}\n",
     "common/x.yaml",
     "common/x.yaml:1:1: \"variables\" is not a key of a fragment"},
    {"columns: {a: }\n", "common/x.yaml", "common/x.yaml:1:11: \"a\" has no expression"},
    {"columns: {a: \"${b}\"}\n",
     "common/x.yaml",
     "common/x.yaml:1:15: variable \"b\" is not declared"},
    {"parameters: [b]\ncolumns: {a: \"${b}\"}\n",
     "common/x.yaml",
     "a.yaml:5:10: fragment \"common/x.yaml\" needs parameter \"b\""},
    {"parameters: [b]\ncolumns: {a: \"${b}\"}\n",
     "{file: common/x.yaml, with: {b: x, c: y}}",
     "a.yaml:5:45: fragment \"common/x.yaml\" has no parameter \"c\""},
    {"parameters: [b]\ncolumns: {a: \"${b}\"}\n",
     "{file: common/x.yaml, with: {b: [x]}}",
     "a.yaml:5:42: parameter \"b\" must be a text, not a list"},
    {"parameters: [b, b]\ncolumns: {a: \"${b}\"}\n",
     "{file: common/x.yaml, with: {b: x}}",
     "common/x.yaml:1:17: parameter \"b\" is declared twice"},
    {"parameters: [b]\ncolumns: {a: x}\n",
     "{file: common/x.yaml, with: {b: x}}",
     "common/x.yaml:1:14: parameter \"b\" is not used"},
    {"parameters: [b-c]\ncolumns: {a: x}\n",
     "common/x.yaml",
     "common/x.yaml:1:14: this cannot be the name of a parameter"},
    {"parameters: {b: \"${c}\"}\ncolumns: {a: \"${b}\"}\n",
     "{file: common/x.yaml, with: {b: x}}",
     "common/x.yaml:1:17: the default of a parameter must be a text without variables"},
    {"columns: {a: x}\n", "{with: {}}", "a.yaml:5:10: an entry of \"include\" must have \"file\""},
    {"columns: {a: x}\n",
     "{file: common/x.yaml, wiht: {}}",
     "a.yaml:5:32: \"wiht\" is not a key of an entry of \"include\""},
    {"columns: {a: x}\n",
     "{file: common/x.yaml, with: x}",
     "a.yaml:5:38: \"with\" must be a map of parameters, not a text"},
    {"columns: {a: x}\n", "[]", "a.yaml:5:10: \"include\" must have 1 to 100 entries, not 0"},
    {"columns: {a: x}\n",
     "[[common/x.yaml]]",
     "a.yaml:5:11: \"include\" must be the path of a fragment or a list of them"},
    {"columns: [\n", "common/x.yaml", NULL},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    char text[1024];

    temp_file_text("common/x.yaml", wrong[_i].fragment);
    (void)snprintf(text,
                   sizeof text,
                   MAPPING_HEAD MAPPING_SOURCE MAPPING_TARGET MAPPING_REST "include: %s\n",
                   wrong[_i].include);
    if (wrong[_i].problem != NULL) {
        fixture_expect(&fixture, NULL, text, wrong[_i].problem);
        return;
    }
    temp_file_text("plan.yaml", PLAN_SMALLEST);
    temp_file_text("a.yaml", text);
    ck_assert(fixture_load(&fixture));
    ck_assert_int_eq(fixture.problems.errors, 1); /* libyaml's own words */
    ck_assert_str_eq(fixture.problems.items[0].place.file, "common/x.yaml");
}
END_TEST

START_TEST(a_mapping_with_empty_fragments_fills_nothing)
{
    temp_file_text("common/x.yaml", "filters: {f: X = 1}\n");
    expect_problems("include: common/x.yaml\n", "a.yaml:1:1: the mapping fills no target column");
}
END_TEST

static struct hash digest_of(const char *lines)
{
    return read_mapping(lines)->digest;
}

START_TEST(the_digest_covers_fragments)
{
    static const char include[] = "include: [{file: common/x.yaml, with: {p: A}}]\n";
    temp_file_text("common/x.yaml", "parameters: [p]\ncolumns: {a: \"${p}\"}\n");
    const struct hash first = digest_of(include);

    temp_file_text("common/x.yaml", "# why\nparameters: {p: B}\ncolumns:\n  a: '${p}'\n");
    ck_assert(hash_equal(digest_of(include), first));
    temp_file_text("common/x.yaml", "parameters: [p]\ncolumns: {a: \"${p} \"}\n");
    ck_assert(!hash_equal(digest_of(include), first));
    temp_file_text("common/x.yaml", "parameters: [p]\ncolumns: {a: \"${p}\"}\n");
    ck_assert(hash_equal(digest_of(include), first));
    ck_assert(!hash_equal(digest_of("include: [{file: common/x.yaml, with: {p: B}}]\n"), first));
    temp_file_text("common/codes/c.csv", "a,b\n");
    temp_file_text("common/y.yaml",
                   "lookups: {l: {file: codes/c.csv, from: a, to: b}}\n"
                   "columns: {a: x}\n");
    const struct hash with_codes = digest_of("include: common/y.yaml\n");
    temp_file_text("common/codes/c.csv", "a,b\n1,2\n");
    ck_assert(!hash_equal(digest_of("include: common/y.yaml\n"), with_codes));
}
END_TEST

START_TEST(the_text_has_the_fragments_behind_it)
{
    temp_file_text("common/x.yaml", "parameters: [p]\ncolumns: {a: \"${p}\"}\n");
    const struct mapping *mapping =
        read_mapping("include: [{file: common/x.yaml, with: {p: A}}]\n");

    ck_assert_ptr_nonnull(
        strstr(mapping->text, "\n--- # common/x.yaml\nparameters: [p]\ncolumns: {a: \"A\"}\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mapping_include");
    TCase *tcase = tcase_create("mapping_include");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_fragment_gives_what_a_mapping_gives);
    tcase_add_test(tcase, what_the_mapping_says_goes_first_and_before);
    tcase_add_test(tcase, two_fragments_must_not_give_one_name);
    tcase_add_test(tcase, fragments_include_fragments);
    tcase_add_test(tcase, circles_are_shown);
    tcase_add_test(tcase, parameters_are_put_in);
    tcase_add_test(tcase, parameters_stand_before_the_plans_variables);
    tcase_add_test(tcase, one_fragment_with_two_sets_of_parameters_is_two);
    tcase_add_loop_test(
        tcase, what_is_wrong_is_said_at_its_place, 0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tcase, a_mapping_with_empty_fragments_fills_nothing);
    tcase_add_test(tcase, the_digest_covers_fragments);
    tcase_add_test(tcase, the_text_has_the_fragments_behind_it);
    suite_add_tcase(suite, tcase);
    return fixture_run(suite);
}
