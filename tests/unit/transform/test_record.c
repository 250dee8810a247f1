/* test_record.c — note(), reject(), repair() and what try() leaves: which records are said to be
 * noted and mended, and the values before and after.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/amendment.h"

static void compile(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
    transform_keep_amendments(run.transform);
}

static uint64_t counted(const char *group, const char *name)
{
    return counters_get(&run.counters, group, name);
}

/* Four records: 1 a, 2 B, 3 NULL, 4 "x". */
static void four_records(void)
{
    mapping_run_row(&run, (const char *[]){"1", "a"});
    mapping_run_row(&run, (const char *[]){"2", "B"});
    mapping_run_row(&run, (const char *[]){"3", NULL});
    mapping_run_row(&run, (const char *[]){"4", "x"});
}

static void source(void)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "T", "varchar(20)");
    run.key[0] = "ID";
}

static void check_amendment(int index,
                            const char *key,
                            const char *kind,
                            const char *rule,
                            const char *before,
                            const char *after)
{
    ck_assert_int_gt(run.out.amendment_count, index);
    const struct amendment *amendment = &run.out.amendments[index];
    ck_assert_str_eq(amendment->key, key);
    ck_assert_str_eq(amendment->kind, kind);
    ck_assert_str_eq(amendment->rule, rule);
    ck_assert_str_eq(amendment->before, before);
    ck_assert_pstr_eq(amendment->after, after);
    ck_assert_pstr_eq(amendment->column, "x");
}

START_TEST(a_note_counts_the_records_that_get_there)
{
    source();
    mapping_run_column(&run, "x", "CASE WHEN T = 'a' THEN note('odd', T) ELSE T END");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 4);
    ck_assert_uint_eq(counted("note", "odd"), 1);
}
END_TEST

START_TEST(a_note_of_a_constant_is_said_of_each_record)
{
    source();
    mapping_run_column(&run, "x", "note('all', 'same')");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_uint_eq(counted("note", "all"), 4);
    ck_assert_str_eq(mapping_run_value(&run, 0, 3), "same");
}
END_TEST

START_TEST(a_note_in_a_condition_is_said_only_where_it_is_computed)
{
    source();
    mapping_run_column(&run, "x", "ID > 2 AND note('looked', T) = 'x'");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_uint_eq(counted("note", "looked"), 2);
}
END_TEST

START_TEST(a_rejected_record_is_not_noted)
{
    source();
    mapping_run_column(&run, "y", "note('before', T)");
    mapping_run_column(&run, "x", "CASE WHEN ID = 2 THEN reject('two') ELSE T END");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 3);
    ck_assert_uint_eq(counted("note", "before"), 3);
    ck_assert_uint_eq(counted("reject", "RULE:two"), 1);
    ck_assert_int_eq(run.rejects[0].class, REJECT_RULE);
    ck_assert_str_eq(run.rejects[0].name, "two");
    ck_assert_str_eq(run.rejects[0].column, "x");
    ck_assert_str_eq(run.rejects[0].key, "[\"2\"]");
}
END_TEST

START_TEST(a_reject_has_the_type_that_is_wanted)
{
    static const struct value_case cases[] = {
        {"CASE WHEN 1 = 2 THEN reject('r') ELSE 7 END + 1", "8"},
        {"CASE WHEN 1 = 2 THEN reject('r') ELSE DATE '2024-02-29' END + 1", "2024-03-01"},
        {"coalesce(1.5, reject('r'))", "1.5"},
        {"coalesce(NULL::integer, reject('r'))", "!"},
        {"reject('r')", "!"},
        {"reject('r')::integer + 1", "!"},
        {"try(reject('r'), 5)", "5"},
        {"reject(T)", "?column \"T\" does not exist"},
        {"reject('')", "?the name must be a text in quotes of 1 to 100 bytes"},
        {"reject()", "?wrong number of arguments of reject()"},
        {"note('n')", "?wrong number of arguments of note()"},
        {"note(1, 2)", "?the name must be a text in quotes of 1 to 100 bytes"},
        {"repair('r', 'constant')", "?repair() needs a value that is made of a column"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(a_repair_is_counted_where_the_value_changed)
{
    source();
    mapping_run_column(&run, "x", "repair('capitals', upper(T))");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_uint_eq(counted("repair", "capitals"), 2);
    ck_assert_int_eq(run.passed, 4);
}
END_TEST

START_TEST(a_value_that_becomes_or_stops_being_null_is_mended)
{
    source();
    mapping_run_column(&run, "x", "repair('unknown', coalesce(nullif(T, 'a'), 'none'))");
    mapping_run_column(&run, "y", "repair('empty', nullif(T, 'a'))");
    compile();
    four_records();
    mapping_run_apply(&run);
    ck_assert_uint_eq(counted("repair", "unknown"), 2); /* a, NULL */
    ck_assert_uint_eq(counted("repair", "empty"), 1);
}
END_TEST

START_TEST(what_failed_inside_a_try_is_not_said)
{
    source();
    mapping_run_column(&run, "x", "try(CAST(note('read', T) AS integer) / nullif(ID - 1, 0), -1)");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "12"}); /* NULL, and no failure */
    mapping_run_row(&run, (const char *[]){"2", "no"});
    mapping_run_row(&run, (const char *[]){"3", "8"});
    mapping_run_apply(&run);
    ck_assert_uint_eq(counted("note", "read"), 2);
    ck_assert_uint_eq(counted("note", "x"), 1);
}
END_TEST

START_TEST(values_before_and_after_are_kept)
{
    source();
    run.with_positions = true;
    mapping_run_column(
        &run, "x", "CASE WHEN ID < 3 THEN repair('capitals', upper(T)) ELSE note('as is', T) END");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "a\"b"});
    mapping_run_row(&run, (const char *[]){"2", "B"});
    mapping_run_row(&run, (const char *[]){"3", NULL});
    mapping_run_fill(&run, 0, 3);
    mapping_run_transform(&run);
    ck_assert_int_eq(run.out.amendment_count, 2);
    check_amendment(0, "[\"1\"]", "repair", "capitals", "{\"ID\":\"1\",\"T\":\"a\\\"b\"}", "A\"B");
    check_amendment(1, "[\"3\"]", "note", "as is", "{\"ID\":\"3\",\"T\":null}", NULL);
    ck_assert_str_eq(run.out.amendments[1].position, "persons.csv line 4 byte 200");
    const struct counter *counter = counters_find(&run.counters, "repair", "capitals");
    ck_assert_str_eq(counter->first, "persons.csv line 2 byte 0");
}
END_TEST

START_TEST(what_a_try_replaced_is_kept)
{
    source();
    mapping_run_column(&run, "x", "try(CAST(T AS integer), 0)");
    compile();
    mapping_run_row(&run, (const char *[]){"1", "7"});
    mapping_run_row(&run, (const char *[]){"2", "B"});
    mapping_run_fill(&run, 0, 2);
    mapping_run_transform(&run);
    ck_assert_int_eq(run.out.amendment_count, 1);
    check_amendment(0, "[\"2\"]", "try", "x", "{\"T\":\"B\"}", "0");
}
END_TEST

START_TEST(nothing_is_kept_unless_it_is_asked_for)
{
    source();
    mapping_run_column(&run, "x", "repair('capitals', upper(T))");
    ck_assert(mapping_run_compile(&run));
    four_records();
    mapping_run_fill(&run, 0, LIMIT_BATCH_ROWS < 4 ? LIMIT_BATCH_ROWS : 4);
    mapping_run_transform(&run);
    ck_assert_int_eq(run.out.amendment_count, 0);
    ck_assert_uint_ge(counted("repair", "capitals"), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_note_counts_the_records_that_get_there,
        a_note_of_a_constant_is_said_of_each_record,
        a_note_in_a_condition_is_said_only_where_it_is_computed,
        a_rejected_record_is_not_noted,
        a_reject_has_the_type_that_is_wanted,
        a_repair_is_counted_where_the_value_changed,
        a_value_that_becomes_or_stops_being_null_is_mended,
        what_failed_inside_a_try_is_not_said,
        values_before_and_after_are_kept,
        what_a_try_replaced_is_kept,
        nothing_is_kept_unless_it_is_asked_for,
    };
    return RUN_TESTS("record", tests);
}
