/* test_plan_tree.c — YAML that is broken, hostile, or merely unusual.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"
#include "plan_tree.h"

#include "novate/limits.h"

#include <check.h>
#include <string.h>

static struct fixture fixture;
static struct plan_node *root;

static void setup(void)
{
    fixture_setup(&fixture);
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

static void parse_bytes(const char *data, size_t size)
{
    fixture_reset(&fixture);
    ck_assert(plan_tree_parse(
        "x.yaml", text_from(data, size), &fixture.arena, &fixture.problems, &root, &fixture.error));
}

static void parse(const char *yaml)
{
    parse_bytes(yaml, strlen(yaml));
}

START_TEST(texts_lists_and_maps)
{
    parse("a: [1, 'b', ~]\n\"c\": {d: e}\n");
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_int_eq(root->kind, PLAN_MAP);
    ck_assert_int_eq(root->count, 2);
    const struct plan_node *list = plan_node_find(root, "a");
    ck_assert_int_eq(list->kind, PLAN_LIST);
    ck_assert_int_eq(list->count, 3);
    ck_assert(list->items[0]->plain);
    ck_assert(!list->items[1]->plain);
    ck_assert_str_eq(list->items[1]->text.data, "b");
    ck_assert(plan_node_is_null(list->items[2]));
    ck_assert_str_eq(plan_node_find(plan_node_find(root, "c"), "d")->text.data, "e");
    ck_assert_ptr_null(plan_node_find(root, "d"));
    ck_assert_int_eq(list->items[1]->place.line, 1);
    ck_assert_int_eq(list->items[1]->place.column, 8);
    ck_assert_int_eq(list->items[1]->text_place.column, 9);
}
END_TEST

START_TEST(columns_count_characters)
{
    parse("\xef\xbb\xbf\"äöü\": x\r\n'二': \"y\"\r\n");
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_int_eq(root->items[0]->place.column, 8);
    ck_assert_int_eq(root->items[1]->place.line, 2);
    ck_assert_int_eq(root->items[1]->text_place.column, 7);
}
END_TEST

/* Places behind one were in lines that are not there. */
START_TEST(line_ends_that_only_some_programs_count_are_refused)
{
    static const struct {
        const char *yaml;
        const char *problem;
    } files[] = {
        {"a: >\r bc", "x.yaml:1:5: the file has a carriage return without a line feed"},
        {"a: b\nc: d\r", "x.yaml:2:5: the file has a carriage return without a line feed"},
        {"# \u00e9\xc2\x85", "x.yaml:1:4: the file has the line end U+0085"},
        {"a: '\u2028'\n", "x.yaml:1:5: the file has the line end U+2028"},
        {"a: b\u2029\n", "x.yaml:1:5: the file has the line end U+2029"},
    };

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        parse(files[i].yaml);
        ck_assert_str_eq(fixture_problems(&fixture), files[i].problem);
        ck_assert_ptr_null(root);
    }
    parse("a: b\r\nc: \u2027d\r\n");
    ck_assert_str_eq(fixture_problems(&fixture), "");
}
END_TEST

/* libyaml finds the nothing behind it in a line that is not there. */
START_TEST(nothing_behind_the_last_line_stands_at_its_end)
{
    parse("---");
    ck_assert_int_eq(root->place.line, 1);
    ck_assert_int_eq(root->place.column, 4);
    ck_assert_int_eq(root->text_place.line, 1);
    parse("---\n");
    ck_assert_int_eq(root->place.line, 2);
    ck_assert_int_eq(root->place.column, 1);
    parse("\u00e9: b\n---");
    ck_assert_str_eq(fixture_problems(&fixture), "x.yaml:2:1: a file holds one YAML document");
}
END_TEST

START_TEST(aliases_stand_for_their_anchors)
{
    parse("a: &x {k: v}\nb: *x\n");
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_str_eq(plan_node_find(root->items[1], "k")->text.data, "v");
    ck_assert_ptr_ne(root->items[0], root->items[1]); /* a variable is put into each */
}
END_TEST

static const struct {
    const char *yaml;
    const char *problems;
} wrong[] = {
    {"a: b: c\n", "x.yaml:1:5: not valid YAML: mapping values are not allowed in this context"},
    {"a: [b\n",
     "x.yaml:2:1: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence"},
    {"a: \"b\n",
     "x.yaml:2:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar"},
    {"a:\n\tb: c\n",
     "x.yaml:2:1: not valid YAML: found character that cannot start any token while scanning for "
     "the next token"},
    {"a: *none\n", "x.yaml:1:4: not valid YAML: found undefined alias"},
    {"a: b\n---\nc: d\n", "x.yaml:2:1: a file holds one YAML document"},
    {"a: !!int 5\n", "x.yaml:1:4: the YAML tag \"tag:yaml.org,2002:int\" is not supported"},
    {"a: !include b\n", "x.yaml:1:4: the YAML tag \"!include\" is not supported"},
    {"? [a]\n: b\n", "x.yaml:1:3: a key must be a text"},
    {"a: \"b\\0c\"\n", "x.yaml:1:4: a text cannot contain the character U+0000"},
    {"a: 1\nb: 2\na: 3\nb: 4\na: 5\n",
     "x.yaml:3:1: \"a\" is given twice\n"
     "x.yaml:4:1: \"b\" is given twice\n"
     "x.yaml:5:1: \"a\" is given twice"},
    {"a: \xff\n", "x.yaml:1:4: the file is not valid UTF-8"},
    {"a: b\nc: \x01\n", "x.yaml:2:4: not valid YAML: control characters are not allowed"},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
    parse(wrong[_i].yaml);
    ck_assert_str_eq(fixture_problems(&fixture), wrong[_i].problems);
}
END_TEST

/* It was said to be on a line after the last one, which nobody can look at. */
START_TEST(what_misses_its_end_is_on_the_last_line)
{
    parse("a: 1\nb: [c");
    ck_assert_str_eq(fixture_problems(&fixture),
                     "x.yaml:2:6: not valid YAML: did not find expected ',' or ']' while parsing a "
                     "flow sequence");
    parse("a: \"b");
    ck_assert_str_eq(fixture_problems(&fixture),
                     "x.yaml:1:6: not valid YAML: found unexpected end of stream while scanning a "
                     "quoted scalar");
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    parse_bytes("a: b\0c\n", 7);
    ck_assert_int_eq(fixture.problems.errors, 1);
}
END_TEST

/* Nine lines that stand for a billion nodes: refused before memory is. */
START_TEST(a_billion_laughs_are_refused)
{
    parse("a: &a [x, x, x, x, x, x, x, x, x, x]\n"
          "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
          "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
          "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
          "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
          "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n"
          "g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n"
          "h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]\n");
    ck_assert_ptr_null(root);
    ck_assert_int_eq(fixture.problems.count, 1);
    ck_assert_str_eq(fixture.problems.items[0].message,
                     "the file is too large once its aliases are expanded");
    ck_assert_uint_lt(arena_used(&fixture.arena), 32 << 20);
}
END_TEST

START_TEST(an_alias_of_itself_is_refused)
{
    parse("a: &a [*a]\n");
    ck_assert_ptr_null(root);
    ck_assert_str_eq(fixture.problems.items[0].message, "the file is nested too deeply");
}
END_TEST

/* Nesting up to the limit is read, one more is refused, and a great deal more is no crash. */
START_TEST(nesting_is_limited)
{
    static char yaml[200002];

    for (int depth = LIMIT_DEPTH; depth <= 100000;
         depth = depth == LIMIT_DEPTH ? depth + 1 : depth * 100) {
        memset(yaml, '[', (size_t)depth);
        memset(yaml + depth, ']', (size_t)depth);
        parse_bytes(yaml, (size_t)depth * 2);
        ck_assert_int_eq(fixture.problems.count, depth == LIMIT_DEPTH ? 0 : 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan_tree");
    TCase *tests = tcase_create("plan_tree");

    tcase_set_timeout(tests, 60); /* libyaml takes its time with a hundred thousand brackets */
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, texts_lists_and_maps);
    tcase_add_test(tests, columns_count_characters);
    tcase_add_test(tests, line_ends_that_only_some_programs_count_are_refused);
    tcase_add_test(tests, nothing_behind_the_last_line_stands_at_its_end);
    tcase_add_test(tests, aliases_stand_for_their_anchors);
    tcase_add_loop_test(
        tests, what_is_wrong_is_said_at_its_place, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, what_misses_its_end_is_on_the_last_line);
    tcase_add_test(tests, a_nul_byte_is_refused);
    tcase_add_test(tests, a_billion_laughs_are_refused);
    tcase_add_test(tests, an_alias_of_itself_is_refused);
    tcase_add_test(tests, nesting_is_limited);
    suite_add_tcase(suite, tests);
    return fixture_run(suite);
}
