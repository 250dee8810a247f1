/* test_lookup_valid_at.c — lookup('name', key, valid_at(when)): what it gives, and what is said
 * where it does not belong.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/lookup.h"

static struct column lookup_columns[6];
static struct schema lookup_columns_schema;

/* Lookup "l": key a (and b), value v, valid from f until u. */
static void add_lookup(int keys, enum type_id type, enum lookup_missing missing)
{
    static const char *const names[] = {"a", "b", "v", "w", "f", "u"};
    const struct lookup_spec spec = {.name = "l",
                                     .from = names,
                                     .from_count = keys,
                                     .to = names + 2,
                                     .to_count = 2,
                                     .valid_at = names + 4,
                                     .valid_at_count = 2,
                                     .missing = missing,
                                     .missing_default = "none"};
    int count = 0;

    for (int i = 0; i < 6; i++) {
        if (i != 1 || keys == 2) {
            lookup_columns[count++] = (struct column){
                .name = names[i], .type = type_of(i < 4 ? TYPE_TEXT : type), .nullable = true};
        }
    }
    lookup_columns_schema = (struct schema){.columns = lookup_columns, .count = count};
    (void)mapping_run_add_lookup(&run, &spec, &lookup_columns_schema);
}

static void add_source(void)
{
    mapping_run_source(&run, "CODE", "varchar(10)");
    mapping_run_source(&run, "SEEN", "timestamp");
    mapping_run_source(&run, "BORN", "date");
    mapping_run_source(&run, "SENT", "timestamptz");
}

static void fill_versions(const char *first, const char *second)
{
    mapping_run_lookup_entry(&run, 0, (const char *const[]){"X", "old", "o", NULL, first});
    mapping_run_lookup_entry(&run, 0, (const char *const[]){"X", "new", NULL, first, second});
}

static const char *value(int column, int row)
{
    const char *text = mapping_run_value(&run, column, row);

    return text == NULL ? "NULL" : text;
}

START_TEST(a_record_gets_what_held_then)
{
    add_source();
    add_lookup(1, TYPE_TIMESTAMP, LOOKUP_MISSING_REJECT);
    fill_versions("2008-06-01 12:00:00", "2009-01-01 00:00:00");
    run.key[0] = "CODE";
    mapping_run_column(&run, "x", "lookup('l', CODE, valid_at(SEEN))");
    mapping_run_column(&run, "y", "lookup('l', CODE, VALID_AT(BORN + 1), 'w')");
    mapping_run_column(&run, "z", "lookup('l', CODE, valid_at('2008-06-01 11:59:59'))");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    mapping_run_row(&run, (const char *[]){"X", "2008-06-01 12:00:00", "2008-05-31", NULL});
    mapping_run_row(&run, (const char *[]){"X", "2008-06-01 11:59:59", "2008-06-01", NULL});
    mapping_run_row(&run, (const char *[]){"X", NULL, "1950-01-01", NULL});
    mapping_run_row(&run, (const char *[]){"X", "2009-01-01 00:00:00", "1950-01-01", NULL});
    mapping_run_row(&run, (const char *[]){NULL, "2009-01-01 00:00:00", "1950-01-01", NULL});
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 4);
    ck_assert_str_eq(value(0, 0), "new");
    ck_assert_str_eq(value(1, 0), "o");
    ck_assert_str_eq(value(0, 1), "old");
    ck_assert_str_eq(value(1, 1), "NULL");
    ck_assert_str_eq(value(0, 2), "NULL"); /* nobody knows when */
    ck_assert_str_eq(value(2, 2), "old");
    ck_assert_str_eq(value(0, 3), "NULL");
    ck_assert_int_eq(run.reject_count, 1);
    ck_assert_int_eq(run.rejects[0].class, REJECT_LOOKUP);
    ck_assert_str_eq(run.rejects[0].name, "l");
}
END_TEST

START_TEST(missing_says_what_becomes_of_no_time)
{
    static const struct {
        enum lookup_missing missing;
        const char *given;
    } cases[] = {
        {LOOKUP_MISSING_NULL, "NULL"},
        {LOOKUP_MISSING_KEEP, "X"},
        {LOOKUP_MISSING_DEFAULT, "none"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        teardown();
        setup();
        add_source();
        add_lookup(1, TYPE_DATE, cases[i].missing);
        fill_versions("2008-06-01", "2009-01-01");
        mapping_run_column(&run, "x", "lookup('l', CODE, valid_at(SEEN))");
        ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
        mapping_run_row(&run, (const char *[]){"X", "2009-01-01 07:00:00", NULL, NULL});
        mapping_run_row(&run, (const char *[]){"X", "2008-12-31 23:59:59", NULL, NULL});
        mapping_run_apply(&run);
        ck_assert_str_eq(value(0, 0), cases[i].given);
        ck_assert_str_eq(value(0, 1), "new");
    }
}
END_TEST

/* The moment is seen as the columns' type: times with a zone in that of the source. */
START_TEST(moments_are_cast_to_the_type_of_the_periods)
{
    add_source();
    run.timezone = "Europe/London";
    add_lookup(2, TYPE_DATE, LOOKUP_MISSING_NULL);
    mapping_run_lookup_entry(
        &run, 0, (const char *const[]){"X", "1", "old", NULL, NULL, "2008-06-01"});
    mapping_run_lookup_entry(
        &run, 0, (const char *const[]){"X", "1", "new", NULL, "2008-06-01", NULL});
    mapping_run_column(&run, "x", "lookup('l', CODE, '1', valid_at(SENT))");
    mapping_run_column(&run, "y", "lookup('l', CODE, '1', valid_at(SEEN), 'v')");
    mapping_run_column(&run, "z", "lookup('l', CODE, '1', valid_at(NULL))");
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    mapping_run_row(&run,
                    (const char *[]){"X", "2008-05-31 23:59:59", NULL, "2008-05-31 22:59:59+00"});
    mapping_run_row(&run,
                    (const char *[]){"X", "2008-06-01 00:00:00", NULL, "2008-05-31 23:00:00+00"});
    mapping_run_apply(&run);
    ck_assert_str_eq(value(0, 0), "old");
    ck_assert_str_eq(value(1, 0), "old");
    ck_assert_str_eq(value(2, 0), "NULL");
    ck_assert_str_eq(value(0, 1), "new");
    ck_assert_str_eq(value(1, 1), "new");
}
END_TEST

static const char out_of_place[] = "valid_at() is a part of lookup() and nothing of its own";
static const char without[] = "lookup \"l\" has periods, and is asked without valid_at()";

static const struct {
    const char *expression, *message, *hint;
    bool syntax; /* is found without catalogues too */
} wrong[] = {
    {"valid_at(SEEN)",
     out_of_place,
     "Write lookup('name', key, valid_at(when)): it stands behind the keys.",
     true},
    {"upper(valid_at(SEEN))", out_of_place, NULL, true},
    {"lookup('l', valid_at(SEEN), CODE)", out_of_place, NULL, true},
    {"lookup('l', CODE)",
     without,
     "Say when, behind the keys: lookup('name', key, valid_at(when)).",
     true},
    {"lookup('l', CODE, 'w')", without, NULL, true},
    {"lookup('l', CODE, 'w', valid_at(SEEN))", out_of_place, NULL, true},
    {"lookup('l', CODE, valid_at())", "valid_at() takes one argument", NULL, true},
    {"lookup('l', CODE, valid_at(SEEN, SEEN))", "valid_at() takes one argument", NULL, true},
    {"lookup('l', CODE, valid_at(CODE))",
     "argument of valid_at() must be a date or timestamp, not type character varying(10)",
     "Write a CAST where it is meant.",
     false},
    {"lookup('l', CODE, valid_at('soon'))", "invalid value for type date: \"soon\"", NULL, false},
    {"lookup('l', CODE, valid_at(SEEN), 'w', 'v')", "lookup \"l\" has 1 key column", NULL, false},
    {"lookup('l', CODE, valid_at(SEEN), 'x')", "lookup \"l\" has no column \"x\"", NULL, false},
    {"lookup('l', CODE, valid_at(nowhere))", "column \"nowhere\" does not exist", NULL, false},
};

START_TEST(valid_at_stands_where_it_belongs)
{
    add_source();
    add_lookup(1, TYPE_DATE, LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", wrong[_i].expression);
    must(program_check_syntax(&run.mapping, &run.arena, &run.problems, &run.error), &run.error);
    ck_assert_int_eq(run.problems.count, wrong[_i].syntax);
    if (wrong[_i].syntax) {
        ck_assert_str_eq(run.problems.items[0].message, wrong[_i].message);
    }
    problems_init(&run.problems, &run.arena);
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 1);
    ck_assert_str_eq(run.problems.items[0].message, wrong[_i].message);
    if (wrong[_i].hint != NULL) {
        ck_assert_str_eq(run.problems.items[0].hint, wrong[_i].hint);
    }
}
END_TEST

START_TEST(lookups_without_periods_refuse_it)
{
    static const char *const pairs[] = {"1", "one", NULL};

    add_source();
    mapping_run_lookup(&run, "l", LOOKUP_MISSING_REJECT, pairs);
    mapping_run_column(&run, "x", "lookup('l', CODE, valid_at(SEEN))");
    ck_assert(!mapping_run_compile(&run));
    ck_assert_int_eq(run.problems.errors, 1);
    ck_assert_str_eq(run.problems.items[0].message, "entries of lookup \"l\" have no periods");
    ck_assert_int_eq(run.problems.items[0].place.column, 33);
}
END_TEST

START_TEST(what_is_right_passes_without_catalogues)
{
    add_source();
    add_lookup(1, TYPE_DATE, LOOKUP_MISSING_REJECT);
    mapping_run_column(&run, "x", "coalesce(lookup('l', CODE, valid_at(SEEN), 'w'), 'none')");
    must(program_check_syntax(&run.mapping, &run.arena, &run.problems, &run.error), &run.error);
    ck_assert_int_eq(run.problems.count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lookup_valid_at");
    TCase *tests = tcase_create("lookup_valid_at");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_record_gets_what_held_then);
    tcase_add_test(tests, missing_says_what_becomes_of_no_time);
    tcase_add_test(tests, moments_are_cast_to_the_type_of_the_periods);
    tcase_add_loop_test(
        tests, valid_at_stands_where_it_belongs, 0, (int)(sizeof wrong / sizeof wrong[0]));
    tcase_add_test(tests, lookups_without_periods_refuse_it);
    tcase_add_test(tests, what_is_right_passes_without_catalogues);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
