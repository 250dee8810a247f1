/* test_examples.c — examples of mappings: what passes, what is said of those that do not, and that
 * what cannot be decided is never counted as passed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_fixture.h"
#include "values.h"

#include "novate/examples.h"

#include <check.h>
#include <stdio.h>

static struct fixture fixture;
static struct examples_result result;

static struct column source_columns[] = {
    {.name = "ID", .type = {.id = TYPE_INT4}, .nullable = true},
    {.name = "NAME", .type = {.id = TYPE_TEXT}, .nullable = true},
    {.name = "SEX", .type = {.id = TYPE_INT4}, .nullable = true},
    {.name = "AMOUNT", .type = {.id = TYPE_NUMERIC, .precision = 10, .scale = 2}, .nullable = true},
    {.name = "BORN", .type = {.id = TYPE_TIMESTAMP}, .nullable = true},
};
static const struct schema source = {source_columns, 5};

static struct column target_columns[] = {
    {.name = "id", .type = {.id = TYPE_INT8}, .declared = "bigint"},
    {.name = "name",
     .type = {.id = TYPE_VARCHAR, .length = 5},
     .declared = "character varying(5)",
     .nullable = true},
    {.name = "sex", .type = {.id = TYPE_TEXT}, .declared = "text", .nullable = true},
    {.name = "amount",
     .type = {.id = TYPE_NUMERIC, .precision = 12, .scale = 4},
     .declared = "numeric(12,4)",
     .nullable = true},
    {.name = "born", .type = {.id = TYPE_DATE}, .declared = "date", .nullable = true},
};
static const struct schema target = {target_columns, 5};

static struct column lookup_columns[] = {
    {.name = "code", .type = {.id = TYPE_TEXT}, .nullable = true},
    {.name = "value", .type = {.id = TYPE_TEXT}, .nullable = true},
};
static const struct schema lookup_schema = {lookup_columns, 2};

static const char mapping_text[] = "entity: a\n"
                                   "source: {table: A, key: [ID]}\n"
                                   "target: {table: t.a}\n"
                                   "lookups: {sex: {table: SEXES, from: code, to: value}}\n"
                                   "filters: {zero: ID <> 0, known: NAME IS NOT NULL}\n"
                                   "columns:\n"
                                   "  id: ID\n"
                                   "  name: upper(trim(NAME))\n"
                                   "  sex: lookup('sex', SEX)\n"
                                   "  amount: try(AMOUNT + 0 * (1 / (ID - 5)), AMOUNT)\n"
                                   "  born: CAST(BORN AS date)\n"
                                   "checks: {positive: amount > 0}\n"
                                   "examples:\n";

static void setup(void)
{
    fixture_setup(&fixture);
    result = (struct examples_result){0};
}

static void teardown(void)
{
    fixture_teardown(&fixture);
}

static void load(const char *examples)
{
    static const char plan[] = PLAN_SMALLEST "variables: {who: smith}\n";
    char text[8192];

    (void)snprintf(text, sizeof text, "%s%s", mapping_text, examples);
    fixture_expect(&fixture, plan, text, "");
}

/* The lookup of the mapping, which has 1 → M and 2 → F. */
static struct lookup *make_lookup(bool filled)
{
    static const char *const pairs[][2] = {{"1", "M"}, {"2", "F"}};
    struct lookup *lookup = NULL;

    must(lookup_create(&fixture.plan.mappings[0].lookups[0],
                       &lookup_schema,
                       &fixture.arena,
                       &lookup,
                       &fixture.error),
         &fixture.error);
    if (!filled) {
        return lookup;
    }
    /* as if the mapping had been compiled against it before */
    struct lookup *lookups[] = {lookup};
    struct program *program = NULL;
    must(program_compile(&fixture.plan.mappings[0],
                         &source,
                         &target,
                         lookups,
                         "UTC",
                         &fixture.arena,
                         &fixture.problems,
                         &program,
                         &fixture.error),
         &fixture.error);
    ck_assert_ptr_nonnull(program);
    for (int i = 0; i < 2; i++) {
        struct batch batch;
        must(batch_init(&batch, &lookup_schema, NULL, &fixture.error), &fixture.error);
        must(batch_begin(&batch, 1, false, &fixture.error), &fixture.error);
        value_put(&batch.columns[0], 0, pairs[i][0], &batch.arena);
        value_put(&batch.columns[1], 0, pairs[i][1], &batch.arena);
        batch_set_rows(&batch, 1);
        must(lookup_fill(lookup, &batch, &fixture.problems, &fixture.error), &fixture.error);
        batch_release(&batch);
    }
    must(lookup_seal(lookup, &fixture.problems, &fixture.error), &fixture.error);
    return lookup;
}

static void run_with(const char *examples, bool filled, bool target_known)
{
    load(examples);
    struct lookup *lookups[] = {make_lookup(filled)};
    const struct examples_input input = {
        .mapping = &fixture.plan.mappings[0],
        .source = &source,
        .target = target_known ? &target : NULL,
        .lookups = lookups,
        .filled = filled ? NULL : &filled,
        .timezone = "Europe/London",
    };
    result = (struct examples_result){0};
    must(examples_run(&input, &fixture.arena, &fixture.problems, &result, &fixture.error),
         &fixture.error);
}

/* The examples' counts as they are shown, and the problems. */
static void expect(const char *examples, const char *counts, const char *problems)
{
    struct text_buffer out;

    run_with(examples, true, true);
    text_buffer_init(&out, 4096);
    examples_format(&result, &out);
    ck_assert_str_eq(out.data, counts);
    text_buffer_release(&out);
    ck_assert_str_eq(fixture_problems(&fixture), problems);
}

#define E(given, rest) "- {name: x, given: " given ", " rest "}\n"

START_TEST(what_comes_out_as_expected_passes)
{
    expect(
        /* several columns, NULL, numbers by value, and columns that are not expected */
        "- name: a\n"
        "  given: {ID: 7, name: ' o''ne '}\n"
        "  expect: {sex: null, id: 7, born: ~}\n"
        "  notes: []\n"
        "  repairs: []\n"
        "- name: b\n"
        "  given: {ID: 7, NAME: ab, AMOUNT: 1.5, BORN: 2001-02-03 04:05, SEX: 2}\n"
        "  expect: {NAME: AB, amount: 1.50000, born: 2001-02-03, sex: F}\n"
        "- {name: c, given: {ID: 0}, filtered: zero}\n"
        "- {name: d, given: {ID: 1}, filtered: known}\n"
        "- {name: e, given: {NAME: x}, filtered: zero}\n"
        "- {name: f, given: {ID: 1, NAME: abcdef}, reject: LENGTH}\n"
        "- {name: g, given: {ID: 1, NAME: abc, SEX: 9}, reject: {class: LOOKUP, name: sex, column: "
        "SEX}}\n"
        "- {name: h, given: {ID: 1, NAME: a, AMOUNT: -1}, reject: {class: CHECK, name: positive}}\n"
        "- {name: i, given: {ID: 1, NAME: '${who}'}, expect: [{name: SMITH}]}\n"
        "- {name: j, given: {ID: 5, NAME: a, AMOUNT: 2}, expect: {amount: 2}, notes: [amount]}\n",
        "10 passed",
        "");
}
END_TEST

/* An example, and what is said of it; its line is 14. */
static const struct {
    const char *example;
    const char *problem;
} failing[] = {
    {E("{ID: 1, NAME: so22}", "expect: {name: SO 22}"),
     "a.yaml:14:56: example \"x\": column \"name\" is 'SO22', not 'SO 22'"},
    {E("{ID: 1, NAME: a}", "expect: {id: 1, amount: 0}"),
     "a.yaml:14:62: example \"x\": column \"amount\" is NULL, not '0'"},
    {E("{ID: 1, NAME: a}", "expect: {id: null}"),
     "a.yaml:14:51: example \"x\": column \"id\" is '1', not NULL"},
    {E("{ID: 1, NAME: a}", "expect: {id: one}"),
     "a.yaml:14:51: example \"x\": column \"id\" is '1', not 'one'"},
    {E("{ID: 1, NAME: a}", "expect: {nmae: A}"),
     "a.yaml:14:47: example \"x\": the mapping fills no column \"nmae\""},
    {E("{ID: 1, NAME: a}", "expect: [{id: 1}, {id: 2}]"),
     "a.yaml:14:46: example \"x\": 1 row comes out, not 2"},
    {E("{ID: 1, NAME: a}", "expect: []"), "a.yaml:14:46: example \"x\": 1 row comes out, not 0"},
    {E("{ID: 0, NAME: a}", "expect: {id: 0}"),
     "a.yaml:14:46: example \"x\": the record is left out by filter \"zero\"; expected is that it "
     "is carried"},
    {E("{ID: 1, NAME: a, SEX: 9}", "expect: {id: 1}"),
     "a.yaml:14:54: example \"x\": the record is rejected as LOOKUP, column \"sex\", by \"sex\": "
     "lookup has no entry for the key; expected is that it is carried"},
    {E("{ID: 1, NAME: a}", "reject: LENGTH"),
     "a.yaml:14:46: example \"x\": the record is carried; expected is a reject as LENGTH"},
    {E("{ID: 1, NAME: a, SEX: 9}", "reject: {class: LOOKUP, column: name}"),
     "a.yaml:14:54: example \"x\": the record is rejected as LOOKUP, column \"sex\", by \"sex\": "
     "lookup has no entry for the key; expected is a reject as LOOKUP, column \"name\""},
    {E("{ID: 1, NAME: a, SEX: 9}", "reject: {class: LOOKUP, name: other}"),
     "a.yaml:14:54: example \"x\": the record is rejected as LOOKUP, column \"sex\", by \"sex\": "
     "lookup has no entry for the key; expected is a reject as LOOKUP, by \"other\""},
    {E("{ID: 1}", "filtered: zero"),
     "a.yaml:14:39: example \"x\": the record is left out by filter \"known\"; expected is that "
     "filter \"zero\" leaves it out"},
    {E("{ID: 1, NAME: a}", "expect: {id: 1}, notes: [name]"),
     "a.yaml:14:62: example \"x\": \"name\" is not noted"},
    {E("{ID: 5, NAME: a}", "expect: {id: 5}, notes: []"),
     "a.yaml:14:62: example \"x\": \"amount\" is noted, and not expected"},
    {E("{ID: 1, NAME: a}", "expect: {id: 1}, repairs: [blanks]"),
     "a.yaml:14:64: example \"x\": \"blanks\" is not repaired"},
    {E("{IDD: 1, NAME: a}", "expect: {id: 1}"),
     "a.yaml:14:21: example \"x\": the source has no column \"IDD\""},
    {E("{ID: one, NAME: a}", "expect: {id: 1}"),
     "a.yaml:14:25: example \"x\": column \"ID\" cannot be 'one', which is no integer"},
};

START_TEST(what_is_other_than_expected_is_shown)
{
    expect(failing[_i].example, "0 passed, 1 failed", failing[_i].problem);
}
END_TEST

START_TEST(a_hint_says_that_a_value_is_of_another_type)
{
    run_with(E("{ID: 1, NAME: a}", "expect: {id: one}"), true, true);
    ck_assert_str_eq(fixture.problems.items[0].hint,
                     "What is expected is no value of type bigint.");
}
END_TEST

START_TEST(an_example_has_lookups_of_its_own)
{
    expect("- {name: own, given: {ID: 1, NAME: a, SEX: 9}, lookups: {sex: {\"9\": X}}, "
           "expect: {sex: X}}\n"
           "- {name: own only, given: {ID: 1, NAME: a, SEX: 1}, lookups: {sex: {\"9\": X}}, "
           "reject: LOOKUP}\n"
           "- {name: list, given: {ID: 1, NAME: a, SEX: 1}, lookups: {sex: [{key: [1], value: Y}, "
           "{key: 2, value: null}]}, expect: {sex: Y}}\n"
           "- {name: nothing, given: {ID: 1, NAME: a, SEX: 2}, lookups: {sex: [{key: 2, value: "
           "null}]}, expect: {sex: null}}\n"
           "- {name: none, given: {ID: 1, NAME: a, SEX: 1}, lookups: {sex: {}}, reject: LOOKUP}\n"
           "- {name: theirs, given: {ID: 1, NAME: a, SEX: 1}, expect: {sex: M}}\n",
           "6 passed",
           "");
}
END_TEST

static void expect_open(const char *examples, const char *counts, bool filled, bool target_known)
{
    struct text_buffer out;

    run_with(examples, filled, target_known);
    text_buffer_init(&out, 4096);
    examples_format(&result, &out);
    ck_assert_str_eq(out.data, counts);
    text_buffer_release(&out);
    ck_assert_str_eq(fixture_problems(&fixture), "");
}

START_TEST(what_asks_a_lookup_that_is_not_filled_is_not_run)
{
    expect_open("- {name: a, given: {ID: 1, NAME: a, SEX: 1}, expect: {sex: M}}\n"
                "- {name: b, given: {ID: 1, NAME: a, SEX: 9}, reject: LOOKUP}\n"
                "- {name: c, given: {ID: 1, NAME: a}, expect: {sex: null}}\n"
                "- {name: d, given: {ID: 0, SEX: 1}, filtered: zero}\n"
                "- {name: e, given: {ID: 1, NAME: abcdef, SEX: 1}, reject: LENGTH}\n"
                "- {name: f, given: {ID: 1, NAME: a, SEX: 1}, lookups: {sex: {1: Z}}, expect: "
                "{sex: Z}}\n",
                "4 passed, 2 not run (lookup \"sex\" is not filled)",
                false,
                true);
}
END_TEST

START_TEST(a_lookup_in_try_is_asked_too)
{
    load("  []\n");
    struct mapping *mapping = ARENA_NEW(&fixture.arena, struct mapping);
    *mapping = fixture.plan.mappings[0];
    struct expression_spec columns[] = {mapping->columns[0], mapping->columns[2]};
    columns[1].text = "try(lookup('sex', SEX))";
    mapping->columns = columns;
    mapping->column_count = 2;
    mapping->check_count = 0;
    const struct example_value given[] = {{.name = "ID", .value = "1"},
                                          {.name = "NAME", .value = "a"},
                                          {.name = "SEX", .value = "1"}};
    const struct example_value sex[] = {{.name = "sex"}};
    const struct example_row record = {.values = given, .count = 3};
    const struct example_row row = {.values = sex, .count = 1};
    const struct example example = {
        .name = "x", .given = &record, .given_count = 1, .rows = &row, .row_count = 1};
    mapping->examples = &example;
    mapping->example_count = 1;
    struct lookup *lookups[] = {make_lookup(false)};
    const bool filled = false;
    const struct examples_input input = {
        .mapping = mapping, .source = &source, .lookups = lookups, .filled = &filled};

    must(examples_run(&input, &fixture.arena, &fixture.problems, &result, &fixture.error),
         &fixture.error);
    ck_assert_int_eq(result.passed, 0);
    ck_assert_int_eq(result.not_run, 1);
}
END_TEST

START_TEST(rejects_by_a_target_that_is_not_known_are_not_run)
{
    expect_open("- {name: a, given: {ID: 1, NAME: abcdef}, reject: LENGTH}\n"
                "- {name: b, given: {ID: 1, NAME: a, SEX: 9}, reject: LOOKUP}\n",
                "1 passed, 1 not run (the target's columns are not known)",
                true,
                false);
}
END_TEST

START_TEST(values_that_a_target_that_is_not_known_decides_about_are_not_run)
{
    /* 09:30 in London's summer; BORN is a timestamp, and may become one with a time zone */
    load("- {name: zone, given: {ID: 1, NAME: a, BORN: 2008-06-01 09:30}, expect: {born: "
         "2008-06-01 08:30+00}}\n"
         "- {name: other zone, given: {ID: 1, NAME: a, BORN: 2008-06-01 09:30}, expect: {born: "
         "2008-06-01 09:30+00}}\n"
         "- {name: other day, given: {ID: 1, NAME: a, BORN: 2008-06-01 09:30}, expect: {born: "
         "2008-06-03 09:31}}\n"
         "- {name: number, given: {ID: 1, NAME: a}, expect: {id: 1, name: A}}\n");
    struct mapping *mapping = ARENA_NEW(&fixture.arena, struct mapping);
    *mapping = fixture.plan.mappings[0];
    struct expression_spec columns[] = {
        mapping->columns[0], mapping->columns[1], mapping->columns[4]};
    columns[2].text = "BORN";
    mapping->columns = columns;
    mapping->column_count = 3;
    mapping->check_count = 0;
    struct lookup *lookups[] = {make_lookup(true)};
    const struct examples_input input = {
        .mapping = mapping, .source = &source, .lookups = lookups, .timezone = "Europe/London"};

    must(examples_run(&input, &fixture.arena, &fixture.problems, &result, &fixture.error),
         &fixture.error);
    ck_assert_int_eq(result.passed, 1);
    ck_assert_int_eq(result.failed, 1);
    ck_assert_int_eq(result.not_run, 2);
    ck_assert_ptr_nonnull(strstr(fixture_problems(&fixture), "example \"other day\""));
}
END_TEST

/* A mapping without lookups. */
static void run_mapping(const char *text)
{
    fixture_expect(&fixture, NULL, text, "");
    struct lookup *lookups[] = {NULL};
    const struct examples_input input = {.mapping = &fixture.plan.mappings[0],
                                         .source = &source,
                                         .target = &target,
                                         .lookups = lookups,
                                         .timezone = "UTC"};
    result = (struct examples_result){0};
    must(examples_run(&input, &fixture.arena, &fixture.problems, &result, &fixture.error),
         &fixture.error);
}

START_TEST(a_record_may_give_several_rows)
{
    run_mapping("entity: a\n"
                "source: {table: A, key: [ID]}\n"
                "target: {table: t.a}\n"
                "filters: {zero: ID <> 0}\n"
                "columns: {id: ID}\n"
                "emit:\n"
                "- {name: first, when: NAME IS NOT NULL, columns: {name: NAME}}\n"
                "- {name: second, when: SEX IS NOT NULL, columns: {name: CAST(SEX AS text)}}\n"
                "examples:\n"
                "- {name: a, given: {ID: 1, NAME: n, SEX: 2}, expect: [{name: n, id: 1}, {name: 2, "
                "id: 1}]}\n"
                "- {name: b, given: {ID: 1, NAME: n}, expect: {name: n}}\n"
                "- {name: c, given: {ID: 1, SEX: 3}, expect: {name: 3}}\n"
                "- {name: d, given: {ID: 1}, expect: []}\n"
                "- {name: e, given: {ID: 0}, filtered: zero}\n"
                "- {name: f, given: {ID: 1, SEX: 3}, expect: {name: 4}}\n"
                "- {name: g, given: {ID: 1, NAME: n, SEX: 3}, expect: {name: n}}\n");
    ck_assert_str_eq(fixture_problems(&fixture),
                     "a.yaml:15:52: example \"f\": column \"name\" is '3', not '4'\n"
                     "a.yaml:16:54: example \"g\": 2 rows come out, not 1");
    ck_assert_int_eq(result.passed, 5);
}
END_TEST

START_TEST(several_records_may_give_one_row)
{
    run_mapping(
        "entity: a\n"
        "source: {table: A, key: [ID]}\n"
        "target: {table: t.a}\n"
        "filters: {zero: ID <> 0}\n"
        "dedupe: {by: [NAME], keep: latest(BORN)}\n"
        "columns: {id: ID, name: NAME}\n"
        "examples:\n"
        "- name: the latest\n"
        "  given: [{ID: 1, NAME: n, BORN: 2001-01-01}, {ID: 2, NAME: n, BORN: 2003-01-01},"
        " {ID: 0, NAME: n, BORN: 2009-01-01}]\n"
        "  expect: {id: 2}\n"
        "- name: alone\n"
        "  given: {ID: 1, NAME: n}\n"
        "  expect: {id: 1}\n"
        "- name: the earliest\n"
        "  given: [{ID: 1, NAME: n, BORN: 2001-01-01}, {ID: 2, NAME: n, BORN: 2003-01-01}]\n"
        "  expect: {id: 1}\n");
    ck_assert_str_eq(fixture_problems(&fixture),
                     "a.yaml:16:16: example \"the earliest\": column \"id\" is '2', not '1'");
    ck_assert_int_eq(result.passed, 2);

    run_mapping("entity: a\n"
                "source: {table: A, key: [ID]}\n"
                "target: {table: t.a}\n"
                "pivot:\n"
                "  by: [SEX]\n"
                "  name: NAME\n"
                "  value: AMOUNT\n"
                "  columns: {DOSE: dose, COUNT: count}\n"
                "columns: {id: SEX, amount: DOSE, name: CAST(COUNT AS text)}\n"
                "examples:\n"
                "- name: an order\n"
                "  given: [{ID: 1, SEX: 7, NAME: dose, AMOUNT: 2.5}, {ID: 2, SEX: 7, NAME: count, "
                "AMOUNT: 3}, {ID: 3, SEX: 7, NAME: other, AMOUNT: 3}]\n"
                "  expect: [{id: 7, amount: 2.5, name: '3.00'}]\n");
    ck_assert_str_eq(fixture_problems(&fixture), "");
    ck_assert_int_eq(result.passed, 1);
}
END_TEST

START_TEST(notes_repairs_and_rejects_of_the_mapping_are_expected_by_name)
{
    run_mapping("entity: a\n"
                "source: {table: A, key: [ID]}\n"
                "target: {table: t.a}\n"
                "columns:\n"
                "  id: CASE WHEN ID = 9 THEN reject('nine') ELSE ID END\n"
                "  name: repair('blanks', trim(NAME))\n"
                "  sex: CASE WHEN SEX > 2 THEN note('odd sex', '9') ELSE CAST(SEX AS text) END\n"
                "examples:\n"
                "- {name: a, given: {ID: 1, NAME: ' n'}, expect: {name: n}, repairs: [blanks], "
                "notes: []}\n"
                "- {name: b, given: {ID: 1, SEX: 3}, expect: {sex: 9}, notes: [odd sex], repairs: "
                "[]}\n"
                "- {name: c, given: {ID: 9}, reject: {class: RULE, name: nine}}\n"
                "- {name: d, given: {ID: 1, NAME: ' n'}, expect: {name: n}, repairs: []}\n");
    ck_assert_str_eq(fixture_problems(&fixture),
                     "a.yaml:12:69: example \"d\": \"blanks\" is repaired, and not expected");
    ck_assert_int_eq(result.passed, 3);
}
END_TEST

START_TEST(reasons_are_counted_one_by_one)
{
    struct text_buffer out;
    struct examples_result counts = {.passed = 3};

    examples_skip(&counts, 2, "a");
    examples_skip(&counts, 1, "b");
    examples_skip(&counts, 1, "a");
    examples_skip(&counts, 0, "c");
    text_buffer_init(&out, 4096);
    examples_format(&counts, &out);
    ck_assert_str_eq(out.data, "3 passed, 4 not run (3: a; 1: b)");
    text_buffer_release(&out);
}
END_TEST

/* Under examples:, and what is wrong with its form. */
static const struct {
    const char *examples;
    const char *problem;
} wrong[] = {
    {"- x\n", "a.yaml:14:3: an example must be a map, not a text"},
    {"- {given: {}, expect: {}}\n", "a.yaml:14:3: an example must have \"name\""},
    {"- {name: x, expect: {}}\n", "a.yaml:14:3: an example must have \"given\""},
    {E("[ID]", "expect: {}"),
     "a.yaml:14:21: \"given\" must be a map of columns and values, not a "
     "text"},
    {E("{ID: [1]}", "expect: {}"),
     "a.yaml:14:25: a column of an example must be a value, not a list"},
    {"- {name: x, given: {}}\n",
     "a.yaml:14:10: an example must have exactly one of \"expect\", \"reject\" and \"filtered\""},
    {E("{}", "expect: {}, reject: TYPE"),
     "a.yaml:14:10: an example must have exactly one of \"expect\", \"reject\" and \"filtered\""},
    {E("{}", "expect: x"),
     "a.yaml:14:32: \"expect\" must be a map of columns and values, not a text"},
    {E("{}", "filtered: zer"), "a.yaml:14:34: the mapping has no filter \"zer\""},
    {E("{}", "reject: LENGHT"), "a.yaml:14:32: mappings reject no record as \"LENGHT\""},
    {E("{}", "reject: UNIQUE"), "a.yaml:14:32: mappings reject no record as \"UNIQUE\""},
    {E("{}", "reject: {column: x}"), "a.yaml:14:32: \"reject\" must have \"class\""},
    {E("{}", "expect: {}, note: [x]"), "a.yaml:14:36: \"note\" is not a key of an example"},
    {E("{}", "expect: {}, lookups: [x]"),
     "a.yaml:14:45: \"lookups\" must be a map of lookups, not a "
     "list"},
    {E("{}", "expect: {}, lookups: {s: {a: b}}"), "a.yaml:14:46: the mapping has no lookup \"s\""},
    {E("{}", "expect: {}, lookups: {sex: x}"),
     "a.yaml:14:51: the entries of lookup \"sex\" must be a map or a list"},
    {E("{}", "expect: {}, lookups: {sex: [{key: [a, b], value: c}]}"),
     "a.yaml:14:58: the key of the lookup must have 1 column, not 2"},
    {E("{}", "expect: {}, lookups: {sex: [{key: null, value: c}]}"),
     "a.yaml:14:53: \"key\" has no value"},
    {E("{}", "expect: {}, lookups: {sex: {a: [b, c]}}"),
     "a.yaml:14:55: the value of the lookup must have 1 column, not 2"},
    {E("{}", "expect: {}") E("{}", "expect: {}"),
     "a.yaml:15:10: there are two examples named \"x\""},
    {E("{}", "expect: {id: '${whom}'}"), "a.yaml:14:38: variable \"whom\" is not declared"},
};

START_TEST(what_is_wrong_with_their_form_is_said_at_its_place)
{
    static const char plan[] = PLAN_SMALLEST "variables: {who: smith}\n";
    char text[8192];

    (void)snprintf(text, sizeof text, "%s%s", mapping_text, wrong[_i].examples);
    fixture_expect(&fixture, plan, text, wrong[_i].problem);
}
END_TEST

START_TEST(examples_are_not_in_the_digest)
{
    load(E("{ID: 1}", "expect: {}"));
    const struct hash first = fixture.plan.mappings[0].digest;
    load(E("{ID: 2}", "filtered: zero"));
    ck_assert(hash_equal(fixture.plan.mappings[0].digest, first));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("examples");
    TCase *tcase = tcase_create("examples");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, what_comes_out_as_expected_passes);
    tcase_add_loop_test(
        tcase, what_is_other_than_expected_is_shown, 0, sizeof failing / sizeof failing[0]);
    tcase_add_test(tcase, a_hint_says_that_a_value_is_of_another_type);
    tcase_add_test(tcase, an_example_has_lookups_of_its_own);
    tcase_add_test(tcase, what_asks_a_lookup_that_is_not_filled_is_not_run);
    tcase_add_test(tcase, a_lookup_in_try_is_asked_too);
    tcase_add_test(tcase, rejects_by_a_target_that_is_not_known_are_not_run);
    tcase_add_test(tcase, values_that_a_target_that_is_not_known_decides_about_are_not_run);
    tcase_add_test(tcase, a_record_may_give_several_rows);
    tcase_add_test(tcase, several_records_may_give_one_row);
    tcase_add_test(tcase, notes_repairs_and_rejects_of_the_mapping_are_expected_by_name);
    tcase_add_test(tcase, reasons_are_counted_one_by_one);
    tcase_add_loop_test(tcase,
                        what_is_wrong_with_their_form_is_said_at_its_place,
                        0,
                        sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tcase, examples_are_not_in_the_digest);
    suite_add_tcase(suite, tcase);
    return fixture_run(suite);
}
