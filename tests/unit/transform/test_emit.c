/* test_emit.c — records that give several rows, one, or none: what comes out and how it is counted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "expression_fixture.h"

#include "novate/limits.h"

static struct expression_spec home[2];
static struct expression_spec work[2];

static struct expression_spec spec(const char *name, const char *text, int line)
{
    return (struct expression_spec){.name = name,
                                    .text = text,
                                    .place = {"m.yaml", line, 15},
                                    .name_place = {"m.yaml", line, 3}};
}

/* PERSON(ID, HOME, WORK): a row per telephone number. */
static void source(void)
{
    mapping_run_source(&run, "ID", "integer");
    mapping_run_source(&run, "HOME", "text");
    mapping_run_source(&run, "WORK", "text");
    run.key[0] = "ID";
    mapping_run_filter(&run, "zero_row", "ID <> 0");
    mapping_run_column(&run, "id", "ID");
    mapping_run_column(&run, "value", "'?'");
    home[0] = spec("use", "'home'", 70);
    home[1] = spec("value", "note('seen', HOME)", 71);
    work[0] = spec("use", "'work'", 72);
    work[1] = spec("value", "WORK", 73);
    run.emits[0] = (struct emit_spec){.name = "home",
                                      .when = spec("when", "HOME IS NOT NULL", 69),
                                      .columns = home,
                                      .column_count = 2,
                                      .place = {"m.yaml", 69, 5}};
    run.emits[1] = (struct emit_spec){.name = "work",
                                      .when = spec("when", "WORK IS NOT NULL", 74),
                                      .columns = work,
                                      .column_count = 2,
                                      .place = {"m.yaml", 74, 5}};
    run.mapping.emit_count = 2;
}

static void compile(void)
{
    ck_assert_msg(mapping_run_compile(&run), "%s", mapping_run_problems(&run));
}

static void records(void)
{
    mapping_run_row(&run, (const char *[]){"0", "x", "y"});
    mapping_run_row(&run, (const char *[]){"1", "h1", "w1"});
    mapping_run_row(&run, (const char *[]){"2", NULL, "w2"});
    mapping_run_row(&run, (const char *[]){"3", NULL, NULL});
    mapping_run_row(&run, (const char *[]){"4", "h4", NULL});
    mapping_run_row(&run, (const char *[]){"5", "h5", "w5"});
}

/* "ID use value" of every row that passed is there once. */
static void check_row(const char *id, const char *use, const char *value)
{
    int found = 0;
    for (int i = 0; i < run.passed; i++) {
        found += strcmp(mapping_run_value(&run, 0, i), id) == 0 &&
                 strcmp(mapping_run_value(&run, 1, i), value) == 0 &&
                 strcmp(mapping_run_value(&run, 2, i), use) == 0;
    }
    ck_assert_msg(found == 1, "%s %s %s: %d times", id, use, value, found);
}

START_TEST(each_row_is_given_where_its_condition_is_true)
{
    source();
    compile();
    records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 6);
    check_row("1", "home", "h1");
    check_row("1", "work", "w1");
    check_row("2", "work", "w2");
    check_row("4", "home", "h4");
    check_row("5", "home", "h5");
    check_row("5", "work", "w5");
    ck_assert_uint_eq(run.emitted, 2); /* the second rows of 1 and 5 */
    ck_assert_uint_eq(counters_get(&run.counters, "filter", "zero_row"), 1);
    ck_assert_uint_eq(counters_get(&run.counters, "filter", "emit"), 1); /* 3 */
    ck_assert_uint_eq(counters_get(&run.counters, "note", "seen"), 3);
    ck_assert_int_eq(run.reject_count, 0);
}
END_TEST

START_TEST(a_row_is_rejected_without_the_others_of_its_record)
{
    source();
    work[1].text = "CASE WHEN WORK = 'w1' THEN reject('one') ELSE WORK END";
    mapping_run_check(&run, "not_h5", "value <> 'h5'");
    compile();
    records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 4);
    check_row("1", "home", "h1");
    check_row("5", "work", "w5");
    ck_assert_int_eq(run.reject_count, 2);
    ck_assert_uint_eq(run.emitted, 2);
    ck_assert_uint_eq(counters_get(&run.counters, "reject", "RULE:one"), 1);
    ck_assert_uint_eq(counters_get(&run.counters, "reject", "CHECK"), 1);
}
END_TEST

START_TEST(a_condition_that_cannot_be_computed_rejects_its_row)
{
    source();
    run.emits[0].when = spec("when", "10 / (ID - 4) > 0 AND HOME IS NOT NULL", 69);
    compile();
    records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.reject_count, 1);
    ck_assert_str_eq(run.rejects[0].key, "[\"4\"]");
    ck_assert_str_eq(run.rejects[0].name, "home");
    ck_assert_str_eq(run.rejects[0].sqlstate, "22012");
    check_row("5", "home", "h5");
    ck_assert_int_eq(run.passed, 4); /* of 1 only that of work: 10 / -3 < 0 */
}
END_TEST

START_TEST(a_row_without_a_condition_is_always_given)
{
    source();
    run.emits[1].when.text = NULL;
    compile();
    records();
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 8);
    ck_assert_uint_eq(run.emitted, 3);
    ck_assert_uint_eq(counters_get(&run.counters, "filter", "emit"), 0);
}
END_TEST

START_TEST(errors_of_the_reader_are_counted_once)
{
    source();
    compile();
    records();
    int rows = LIMIT_BATCH_ROWS < 6 ? LIMIT_BATCH_ROWS : 6;
    mapping_run_fill(&run, 0, rows);
    must(batch_note(
             &run.in,
             &(struct row_error){.row = 1, .column = 1, .class = REJECT_ENCODING, .message = "m"},
             &run.error),
         &run.error);
    mapping_run_transform(&run);
    ck_assert_int_eq(run.reject_count, 1);
    ck_assert_int_eq(run.rejects[0].class, REJECT_ENCODING);
}
END_TEST

START_TEST(every_row_fills_the_same_columns)
{
    source();
    run.emits[0].column_count = 1;
    home[0].name = "extra";
    ck_assert(!mapping_run_compile(&run));
    const char *text = mapping_run_problems(&run);
    ck_assert_msg(strstr(text,
                         "m.yaml:69:5: column \"use\" is filled in other rows under emit:, "
                         "but not in \"home\"") != NULL,
                  "%s",
                  text);
    ck_assert_msg(strstr(text,
                         "column \"extra\" is filled in other rows under emit:, but not in "
                         "\"work\"") != NULL,
                  "%s",
                  text);
}
END_TEST

START_TEST(all_columns_are_read_for_all_rows)
{
    int count = 0;
    source();
    compile();
    (void)program_source_columns(run.program, &count);
    ck_assert_int_eq(count, 3);
}
END_TEST

START_TEST(many_records_close_in_every_batch)
{
    static const char *const ids[] = {"1", "2", "3", "4", "5", "6", "7"};
    source();
    compile();
    for (int i = 0; i < 4000; i++) {
        mapping_run_row(
            &run, (const char *[]){ids[i % 7], i % 2 == 0 ? "h" : NULL, i % 3 == 0 ? "w" : NULL});
    }
    mapping_run_apply(&run);
    ck_assert_int_eq(run.passed, 2000 + 1334);
    ck_assert_uint_eq(run.emitted, 667);
    ck_assert_uint_eq(counters_get(&run.counters, "filter", "emit"), 1333);
}
END_TEST

/* What a row's condition proves, its columns may rely on; every row is looked at. */
START_TEST(columns_that_may_be_null_are_said_of_all_rows)
{
    source();
    mapping_run_target(&run, "id", "bigint not null");
    mapping_run_target(&run, "use", "text not null");
    mapping_run_target(&run, "value", "text not null");
    compile();
    must(program_warn(run.program, &run.problems, &run.error), &run.error);
    ck_assert_int_eq(run.problems.warnings, 0);
    mapping_run_release(&run);
    mapping_run_init(&run);
    source();
    run.emits[1].when = (struct expression_spec){.text = NULL};
    mapping_run_target(&run, "id", "bigint not null");
    mapping_run_target(&run, "use", "text not null");
    mapping_run_target(&run, "value", "text not null");
    compile();
    must(program_warn(run.program, &run.problems, &run.error), &run.error);
    ck_assert_int_eq(run.problems.warnings, 1);
    ck_assert_int_eq(run.problems.items[0].place.line, 73);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_row_is_given_where_its_condition_is_true,
        a_row_is_rejected_without_the_others_of_its_record,
        a_condition_that_cannot_be_computed_rejects_its_row,
        a_row_without_a_condition_is_always_given,
        errors_of_the_reader_are_counted_once,
        every_row_fills_the_same_columns,
        all_columns_are_read_for_all_rows,
        many_records_close_in_every_batch,
        columns_that_may_be_null_are_said_of_all_rows,
    };
    return RUN_TESTS("emit", tests);
}
